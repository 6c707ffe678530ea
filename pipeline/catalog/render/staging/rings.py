"""Rings on tables, forms and in boxes."""

from __future__ import annotations

from pipeline.catalog.render import forms, meshes
from pipeline.catalog.render.designs.registry import all_vertices
from pipeline.catalog.render.engine import Prop
from pipeline.catalog.render.parts import Parts, turned
from pipeline.catalog.render.staging.registry import (
    Rng,
    Setup,
    on_table,
    pick,
    setup,
    shows,
    spun,
    tilted,
)


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
    return setup(posed, "table", rng.uniform(12, 45), Prop(cone, pick(rng, forms.DISPLAY)))


@shows("ring in box", "ring", 1.2)
def ring_in_box(parts: Parts, rng: Rng) -> Setup:
    """A ring in the slit of an open ring box."""
    case, top = forms.ring_box()
    bottom = float(all_vertices(parts)[:, 2].min())
    turn = meshes.rotation("z", rng.uniform(-35, 35))
    posed = turned(turned(parts, at=(0, 0, top - bottom - rng.uniform(5.5, 8.0))), turn)
    return setup(
        posed, "table", rng.uniform(25, 50), Prop(case.rotated(turn), pick(rng, forms.DISPLAY))
    )


@shows("ring in dish", "ring", 0.8)
def ring_in_dish(parts: Parts, rng: Rng) -> Setup:
    """A ring in a little dish."""
    posed = spun(tilted(parts, rng.uniform(50, 80)), rng.uniform(-60, 60))
    return setup(
        on_table(posed, 2.0),
        "table",
        rng.uniform(35, 65),
        Prop(forms.dish(rng.uniform(30, 42)), pick(rng, forms.DISPLAY)),
    )
