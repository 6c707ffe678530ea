"""Two or three of one bracelet, bracelets in fingers, and chains from near."""

from __future__ import annotations

import numpy as np

from pipeline.catalog.render import meshes
from pipeline.catalog.render.designs.registry import all_vertices
from pipeline.catalog.render.parts import Parts, turned
from pipeline.catalog.render.staging.complexion import wearer
from pipeline.catalog.render.staging.registry import (
    FRONT,
    Rng,
    Setup,
    near,
    on_table,
    setup,
    shows,
    spun,
)
from pipeline.catalog.render.staging.worn import pinching, window


def _row(parts: Parts, rng: Rng, slack: float) -> Parts:
    """Returns two or three of a stiff bracelet standing behind each other along y, on z = 0.

    Args:
        parts: The bracelet, about the z axis.
        rng: Source of how many they are and how they lean.
        slack: Largest gap between two, mm.
    """
    count = int(rng.integers(2, 4))
    width = float(np.ptp(all_vertices(parts)[:, 2]))
    step = width + rng.uniform(0.6, slack)
    same = rng.uniform(-50, 50)
    standing: Parts = []
    for number in range(count):
        one = turned(spun(parts, same + rng.uniform(-8, 8)), FRONT)
        aside = (rng.uniform(-2, 2), (number - (count - 1) / 2) * step, 0.0)
        standing += turned(on_table(one), at=aside)
    return standing


@shows("bangles standing", "bangle cuff", 2.0)
def bangles_standing(parts: Parts, rng: Rng) -> Setup:
    """Two or three bangles on their edges behind each other, as on a roll."""
    posed = spun(_row(parts, rng, 6.0), rng.choice([-1.0, 1.0]) * rng.uniform(15, 65))
    return setup(posed, "table", rng.uniform(5, 35))


@shows("bangles standing on white", "bangle cuff", 2.0, kind="catalog")
def bangles_standing_on_white(parts: Parts, rng: Rng) -> Setup:
    """Two or three bangles on their edges on clean board or cut out."""
    posed = spun(_row(parts, rng, 4.0), rng.choice([-1.0, 1.0]) * rng.uniform(15, 65))
    return setup(posed, "table" if rng.uniform() < 0.6 else "none", rng.uniform(0, 35))


def _leaning(parts: Parts, rng: Rng) -> Parts:
    """Returns one bangle on the table and another beside it or leaning on its rim."""
    first = on_table(spun(parts, rng.uniform(-180, 180)))
    points = all_vertices(first)
    height, across = float(points[:, 2].max()), float(np.ptp(points[:, 0]))
    # What is tall stands beside, as it would tip over.
    apart = across * (rng.uniform(0.3, 1.2) if height < 8.0 else rng.uniform(1.02, 1.25))
    second = spun(parts, rng.uniform(-180, 180))
    if apart < across:  # its near edge on the first, its far edge on the table
        lean = meshes.rotation("y", np.degrees(np.arcsin(min(0.9, 1.1 * height / apart))))
        second = turned(second, lean)
    return first + turned(on_table(second), at=(apart, 0.0, 0.0))


@shows("bangles overlapping", "bangle cuff", 1.2)
def bangles_overlapping(parts: Parts, rng: Rng) -> Setup:
    """Two bangles side by side on the table or one leaning on the other."""
    return setup(spun(_leaning(parts, rng), rng.uniform(-180, 180)), "table", rng.uniform(22, 80))


@shows("bangles side by side on white", "bangle cuff", 1.2, kind="catalog")
def bangles_side_by_side_on_white(parts: Parts, rng: Rng) -> Setup:
    """Two bangles side by side, or one leaning on the other, on clean board."""
    return setup(spun(_leaning(parts, rng), rng.uniform(-180, 180)), "table", rng.uniform(22, 85))


@shows("bangles held", "bangle cuff", 1.2, kind="worn")
def bangles_held(parts: Parts, rng: Rng) -> Setup:
    """One to three bangles side by side between two fingers."""
    row = _row(parts, rng, 2.0) if rng.uniform() < 0.7 else on_table(turned(parts, FRONT))
    turn = meshes.rotation("y", rng.uniform(-120, 60))  # the fingers come from +x
    lean = meshes.rotation("z", rng.uniform(-65, 65))
    posed = turned(row, lean @ turn @ meshes.rotation("y", -90.0))
    props = pinching(rng, wearer(rng), lean @ turn)
    return setup(posed, "wall", rng.uniform(-5, 30), *props, framed=window(posed, 42.0))


@shows("bracelet hung from fingers", "chain charm strung", 0.6, "bracelet_hung", kind="worn")
def bracelet_hung_from_fingers(parts: Parts, rng: Rng) -> Setup:
    """A bracelet that hangs as a narrow loop from two fingers."""
    points = all_vertices(parts)
    top = points[np.argmax(points[:, 1])]
    posed = turned(parts, at=(-top[0], 1.5 - top[1], -top[2]))
    posed = turned(turned(posed, meshes.rotation("y", rng.uniform(-40, 40))), FRONT)
    props = pinching(rng, wearer(rng), meshes.rotation("y", rng.uniform(-140, -40)))
    return setup(posed, "wall", rng.uniform(-5, 20), *props,
                 framed=window(posed, rng.uniform(30, 45)))  # fmt: skip


def _parallel(parts: Parts, rng: Rng) -> Parts:
    """Returns two of an opened bracelet side by side on a diagonal."""
    lying = on_table(parts)
    width = float(np.ptp(all_vertices(lying)[:, 1]))
    apart = rng.uniform(0.35, 0.6) * width + rng.uniform(9, 22)
    along = rng.uniform(-14, 14)
    both = lying + turned(lying, at=(along, apart, 0.0))
    return spun(both, rng.choice([-1.0, 1.0]) * rng.uniform(25, 65) + rng.choice([0.0, 180.0]))


@shows("bracelets parallel on white", "chain charm strung", 2.0, "bracelet_line", kind="catalog")
def bracelets_parallel_on_white(parts: Parts, rng: Rng) -> Setup:
    """Two equal opened bracelets side by side on a diagonal, whole or running off the picture."""
    posed = _parallel(parts, rng)
    framed = near(posed, all_vertices(posed).mean(axis=0), rng.uniform(45, 120))
    surface = "table" if rng.uniform() < 0.6 else "none"
    return setup(posed, surface, rng.uniform(60, 88), framed=framed)


@shows("bracelets close", "chain charm strung", 1.8, "bracelet_line", "bracelet_ajar")
def bracelets_close(parts: Parts, rng: Rng) -> Setup:
    """A stretch of one chain, or of two side by side, from near on stone, wood or cloth."""
    posed = _parallel(parts, rng) if rng.uniform() < 0.5 else on_table(parts)
    points = all_vertices(posed)
    middle = points[rng.integers(len(points))]
    turn = meshes.rotation("z", rng.uniform(-180, 180))
    framed = near(posed, middle, rng.uniform(18, 38)) @ turn.T
    return setup(turned(posed, turn), "table", rng.uniform(28, 80), framed=framed)


@shows("bracelet from near", "chain charm strung bangle cuff", 2.5, "bracelet_loop",
       "bracelet_ajar", kind="catalog", wider=30.0)  # fmt: skip
def bracelet_from_near(parts: Parts, rng: Rng) -> Setup:
    """A closed bracelet as an oval whose near side looms, through a short lens."""
    posed = on_table(spun(parts, rng.uniform(-50, 50)))
    surface = "table" if rng.uniform() < 0.6 else "none"
    return setup(posed, surface, rng.uniform(20, 50))
