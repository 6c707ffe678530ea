"""Bracelets: standing, opened and on rolls."""

from __future__ import annotations

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
from pipeline.catalog.render.staging.supports import in_gift_box, on_support


@shows("bracelet standing", "chain charm strung bangle cuff", 3.0, "bracelet_loop",
       "bracelet_ajar")  # fmt: skip
def bracelet_standing(parts: Parts, rng: Rng) -> Setup:
    """A bracelet as a ring on the table."""
    tilt = rng.uniform(-4, 8)
    posed = on_table(tilted(spun(parts, rng.uniform(-60, 60)), tilt))
    return setup(posed, "table", rng.uniform(14, 50))


@shows("bracelet cut out", "chain charm strung bangle cuff", 2.0, "bracelet_loop",
       "bracelet_ajar", kind="catalog")  # fmt: skip
def bracelet_cut_out(parts: Parts, rng: Rng) -> Setup:
    """A bracelet on plain white, seen at an angle."""
    return setup(spun(parts, rng.uniform(-60, 60)), "none", rng.uniform(14, 40))


@shows("bracelet opened", "chain charm strung", 1.6, "bracelet_line")
def bracelet_opened(parts: Parts, rng: Rng) -> Setup:
    """An opened bracelet laid in a line, often from corner to corner."""
    posed = spun(on_table(parts), rng.choice([-1.0, 1.0]) * rng.uniform(10, 50))
    return setup(posed, "table", rng.uniform(50, 84))


@shows("bracelet on roll", "chain strung bangle cuff", 1.0, "bracelet_round")
def bracelet_on_roll(parts: Parts, rng: Rng) -> Setup:
    """A bracelet on a display roll."""
    turn = meshes.rotation("z", rng.uniform(-25, 25))
    roll = forms.pillow(26.8).rotated(turn).moved(z=34.0)
    worn = turned(turned(parts, meshes.rotation("y", 90.0)), turn, (0.0, 0.0, 34.0))
    return setup(worn, "table", rng.uniform(12, 45), Prop(roll, display_color(rng)))


@shows("bracelet on board", "chain charm strung bangle cuff", 2.5, "bracelet_loop",
       "bracelet_ajar", kind="catalog")  # fmt: skip
def bracelet_on_board(parts: Parts, rng: Rng) -> Setup:
    """A closed bracelet as a slanted oval on clean board."""
    posed = on_table(spun(parts, rng.uniform(-60, 60)))
    return setup(posed, "table", rng.uniform(12, 48))


@shows("bracelet open on white", "chain charm strung", 1.5, "bracelet_line", "bracelet_hook",
       kind="catalog")  # fmt: skip
def bracelet_open_on_white(parts: Parts, rng: Rng) -> Setup:
    """An open bracelet with its clasp on clean board."""
    posed = spun(on_table(parts), rng.uniform(-60, 60))
    return setup(posed, "table", rng.uniform(50, 88))


@shows("bracelet ajar on white", "chain charm strung", 4.0, "bracelet_ajar", kind="catalog")
def bracelet_ajar_on_white(parts: Parts, rng: Rng) -> Setup:
    """A bracelet laid as a loop whose ends almost meet, seen from above."""
    posed = spun(on_table(parts), rng.uniform(-180, 180))
    return setup(posed, "table" if rng.uniform() < 0.6 else "none", rng.uniform(52, 89))


@shows("bracelet strewn", "chain charm strung", 1.2, "bracelet_hook", "bracelet_line")
def bracelet_strewn(parts: Parts, rng: Rng) -> Setup:
    """An open bracelet curled on the table."""
    posed = spun(on_table(parts), rng.uniform(-180, 180))
    return setup(posed, "table", rng.uniform(28, 80))


@shows("bracelets stacked", "strung bangle cuff", 1.0, "bracelet_loop")
def bracelets_stacked(parts: Parts, rng: Rng) -> Setup:
    """Two or three of one bracelet on each other."""
    pile: Parts = []
    height = 0.0
    for _ in range(int(rng.integers(2, 4))):
        one = on_table(spun(parts, rng.uniform(-180, 180)), height)
        pile += turned(one, at=(*rng.uniform(-6, 6, 2), 0.0))
        height = float(all_vertices(one)[:, 2].max())
    return setup(pile, "table", rng.uniform(12, 50))


@shows("bracelet on tray", "chain charm strung bangle cuff", 1.2, "bracelet_ajar", "bracelet_hook")
def bracelet_on_tray(parts: Parts, rng: Rng) -> Setup:
    """A bracelet on a tray or slab."""
    return on_support(parts, rng)


@shows("bracelet in gift box", "chain charm strung bangle cuff", 0.8, "bracelet_ajar")
def bracelet_in_gift_box(parts: Parts, rng: Rng) -> Setup:
    """A bracelet on the foam of a gift box."""
    return in_gift_box(parts, rng)


@shows("bracelet on pillow", "chain charm strung bangle cuff", 1.0, "bracelet_loop")
def bracelet_on_pillow(parts: Parts, rng: Rng) -> Setup:
    """A bracelet around a small cushion, as watches are shown."""
    posed = on_table(spun(parts, rng.uniform(-60, 60)))
    cushion = displays.pillow(46.0, 44.0, rng.uniform(10, 24))
    return setup(posed, "table", rng.uniform(25, 60), Prop(cushion, display_color(rng)))
