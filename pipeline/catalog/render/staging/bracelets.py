"""Bracelets: standing, opened and on rolls."""

from __future__ import annotations

from pipeline.catalog.render import forms, meshes
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


@shows("bracelet standing", "chain charm strung bangle cuff", 3.0, "bracelet_loop")
def bracelet_standing(parts: Parts, rng: Rng) -> Setup:
    """A bracelet as a ring on the table."""
    tilt = rng.uniform(-4, 8)
    posed = on_table(tilted(spun(parts, rng.uniform(-60, 60)), tilt))
    return setup(posed, "table", rng.uniform(14, 50))


@shows("bracelet cut out", "chain charm strung bangle cuff", 2.0, "bracelet_loop", kind="catalog")
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
    return setup(worn, "table", rng.uniform(12, 45), Prop(roll, pick(rng, forms.DISPLAY)))
