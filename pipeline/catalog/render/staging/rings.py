"""Rings on tables, forms and in boxes."""

from __future__ import annotations

import numpy as np

from pipeline.catalog.render import forms, meshes
from pipeline.catalog.render.designs.registry import all_vertices
from pipeline.catalog.render.engine import Prop
from pipeline.catalog.render.forms import displays
from pipeline.catalog.render.parts import Parts, turned
from pipeline.catalog.render.staging.registry import (
    Rng,
    Setup,
    display_color,
    on_table,
    setup,
    shows,
    spun,
    tilted,
)
from pipeline.catalog.render.staging.supports import in_gift_box, strewn_about


@shows("ring standing", "ring", 3.0)
def ring_standing(parts: Parts, rng: Rng) -> Setup:
    """A ring upright on the table, leaning a little."""
    posed = spun(tilted(parts, rng.uniform(-5, 30), rng.uniform(-12, 12)), rng.uniform(-65, 65))
    return setup(on_table(posed), "table", rng.uniform(10, 45))


@shows("ring lying", "ring", 2.0)
def ring_lying(parts: Parts, rng: Rng) -> Setup:
    """A ring on its side, its head to the camera."""
    posed = spun(tilted(parts, rng.uniform(60, 86)), rng.uniform(-50, 50))
    return setup(on_table(posed), "table", rng.uniform(22, 55))


@shows("ring cut out", "ring", 2.5, kind="catalog")
def ring_cut_out(parts: Parts, rng: Rng) -> Setup:
    """A ring on plain white, as catalog pictures show it."""
    posed = spun(tilted(parts, rng.uniform(0, 60), rng.uniform(-15, 15)), rng.uniform(-65, 65))
    return setup(posed, "none", rng.uniform(0, 30))


@shows("ring on cone", "ring", 1.0)
def ring_on_cone(parts: Parts, rng: Rng) -> Setup:
    """A ring on a display cone."""
    cone, height = forms.ring_cone(8.5)
    posed = spun(tilted(parts, 90.0, 0.0), rng.uniform(-45, 45))
    posed = turned(posed, meshes.rotation("x", rng.uniform(-4, 4)), (0.0, 0.0, height))
    return setup(posed, "table", rng.uniform(12, 45), Prop(cone, display_color(rng)))


@shows("ring in box", "ring", 1.2)
def ring_in_box(parts: Parts, rng: Rng) -> Setup:
    """A ring in the slit of an open ring box."""
    case, top = forms.ring_box()
    bottom = float(all_vertices(parts)[:, 2].min())
    turn = meshes.rotation("z", rng.uniform(-35, 35))
    posed = turned(turned(parts, at=(0, 0, top - bottom - rng.uniform(5.5, 8.0))), turn)
    return setup(posed, "table", rng.uniform(25, 50), Prop(case.rotated(turn), display_color(rng)))


@shows("ring in dish", "ring", 0.8)
def ring_in_dish(parts: Parts, rng: Rng) -> Setup:
    """A ring in a little dish."""
    posed = spun(tilted(parts, rng.uniform(50, 80)), rng.uniform(-60, 60))
    return setup(
        on_table(posed, 2.0),
        "table",
        rng.uniform(35, 65),
        Prop(forms.dish(rng.uniform(30, 42)), display_color(rng)),
    )


@shows("ring on board", "ring", 2.5, kind="catalog")
def ring_on_board(parts: Parts, rng: Rng) -> Setup:
    """A ring on clean board, upright or on its side."""
    lean = rng.uniform(-5, 35) if rng.uniform() < 0.6 else rng.uniform(60, 86)
    posed = spun(tilted(parts, lean, rng.uniform(-12, 12)), rng.uniform(-65, 65))
    return setup(on_table(posed), "table", rng.uniform(8, 50))


@shows("ring from above", "ring", 1.0)
def ring_from_above(parts: Parts, rng: Rng) -> Setup:
    """A ring seen from above, lying flat or with its head up."""
    lean = 90.0 if rng.uniform() < 0.5 else rng.uniform(-12, 20)
    return setup(on_table(spun(tilted(parts, lean), rng.uniform(-180, 180))), "table",
                 rng.uniform(62, 88))  # fmt: skip


@shows("ring on block", "ring", 1.2)
def ring_on_block(parts: Parts, rng: Rng) -> Setup:
    """A ring on a slab or plinth."""
    posed = spun(tilted(parts, rng.uniform(-5, 86), rng.uniform(-8, 8)), rng.uniform(-60, 60))
    height = float(rng.uniform(6, 40))
    width, depth = rng.uniform(34, 80, 2)
    slab = displays.block(float(width), float(depth), height, rng.uniform() < 0.5)
    turn = meshes.rotation("z", rng.uniform(-40, 40))
    prop = Prop(slab.rotated(turn), display_color(rng), 0.5, rng.uniform(0.0, 0.5))
    return setup(on_table(posed, height), "table", rng.uniform(10, 50), prop)


@shows("ring on pillow", "ring", 0.8)
def ring_on_pillow(parts: Parts, rng: Rng) -> Setup:
    """A ring on a cushion."""
    height = float(rng.uniform(14, 26))
    cushion = displays.pillow(rng.uniform(60, 110), rng.uniform(60, 110), height)
    posed = spun(tilted(parts, rng.uniform(40, 80)), rng.uniform(-60, 60))
    turn = meshes.rotation("z", rng.uniform(-40, 40))
    return setup(on_table(posed, height - 0.8), "table", rng.uniform(25, 65),
                 Prop(cushion.rotated(turn), display_color(rng)))  # fmt: skip


@shows("ring in gift box", "ring", 0.8)
def ring_in_gift_box(parts: Parts, rng: Rng) -> Setup:
    """A ring stuck in the foam of a gift box, its lid and ribbon beside it."""
    return in_gift_box(parts, rng, sunk=rng.uniform(4.5, 7.0))


@shows("ring stuck in sand", "ring", 1.0)
def ring_stuck_in_sand(parts: Parts, rng: Rng) -> Setup:
    """A ring upright in sand or in a fold of cloth, its lower side out of sight."""
    posed = spun(tilted(parts, rng.uniform(-8, 20), rng.uniform(-12, 12)), rng.uniform(-70, 70))
    return setup(on_table(posed, -rng.uniform(1.5, 4.5)), "table", rng.uniform(6, 40))


@shows("ring against block", "ring", 1.2)
def ring_against_block(parts: Parts, rng: Rng) -> Setup:
    """A ring leaning on the front of a block."""
    lean = rng.uniform(14, 32)
    posed = on_table(tilted(spun(parts, rng.uniform(-14, 14)), lean))
    turn = meshes.rotation("z", rng.uniform(-40, 40))
    height = float(rng.uniform(8, 15))
    points = all_vertices(posed)
    # What touches the front edge of the block is the part of the ring above its top.
    touch = float(points[np.abs(points[:, 2] - height) < 2.0, 1].max())
    slab = displays.block(float(rng.uniform(50, 120)), 40.0, height, False)
    prop = Prop(slab.moved(y=touch + 20.0).rotated(turn), display_color(rng), 0.5)
    return setup(turned(posed, turn), "table", rng.uniform(8, 45), prop)


@shows("ring with petals", "ring", 1.0)
def ring_with_petals(parts: Parts, rng: Rng) -> Setup:
    """A ring on the table, flowers or petals about it."""
    lean = 90.0 if rng.uniform() < 0.35 else rng.uniform(-5, 30)
    posed = spun(tilted(parts, lean, rng.uniform(-10, 10)), rng.uniform(-65, 65))
    shown = setup(on_table(posed), "table", rng.uniform(12, 70))
    return strewn_about(shown, rng, ("blossom", "petals"))
