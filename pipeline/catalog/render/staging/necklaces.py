"""Necklaces and pendants: laid, hung and on busts."""

from __future__ import annotations

import numpy as np

from pipeline.catalog.render import forms, meshes
from pipeline.catalog.render.designs.registry import all_vertices
from pipeline.catalog.render.engine import Prop
from pipeline.catalog.render.parts import Parts, turned
from pipeline.catalog.render.staging.registry import (
    FRONT,
    Rng,
    Setup,
    drop_of,
    near,
    on_table,
    pick,
    setup,
    shows,
    spun,
)


@shows("necklace laid out", "pendant bar beads", 1.0, "necklace_flat")
def necklace_laid_out(parts: Parts, rng: Rng) -> Setup:
    """A whole necklace on the table."""
    posed = spun(on_table(parts), rng.uniform(-30, 30))
    return setup(posed, "table", rng.uniform(50, 86))


@shows("pendant close", "pendant bar", 2.2, "necklace_flat")
def pendant_close(parts: Parts, rng: Rng) -> Setup:
    """A pendant and the lower chain on the table, the rest beyond the picture."""
    posed = on_table(parts)
    center = drop_of(posed)
    turn = meshes.rotation("z", rng.uniform(-35, 35))
    framed = near(posed, center, rng.uniform(34, 60)) @ turn.T
    return setup(turned(posed, turn), "table", rng.uniform(45, 86), framed=framed)


@shows("necklace hanging", "pendant bar", 3.0, "necklace_hanging", kind="catalog")
def necklace_hanging(parts: Parts, rng: Rng) -> Setup:
    """A hanging chain with its pendant, before a wall or on plain white."""
    framed = near(parts, drop_of(parts), rng.uniform(38, 78)) @ FRONT.T
    surface = "none" if rng.uniform() < 0.6 else "wall"
    return setup(turned(parts, FRONT), surface, rng.uniform(-4, 14), framed=framed)


@shows("chain hanging", "beads", 1.5, "necklace_hanging", kind="catalog")
def chain_hanging(parts: Parts, rng: Rng) -> Setup:
    """The lower bow of a chain or string, hanging."""
    framed = near(parts, drop_of(parts), rng.uniform(60, 88)) @ FRONT.T
    surface = "none" if rng.uniform() < 0.6 else "wall"
    return setup(turned(parts, FRONT), surface, rng.uniform(-4, 14), framed=framed)


@shows("necklace cut out", "beads pendant", 0.5, "necklace_flat", kind="catalog")
def necklace_cut_out(parts: Parts, rng: Rng) -> Setup:
    """A whole necklace on plain white."""
    posed = turned(spun(parts, rng.uniform(-8, 8)), FRONT)
    return setup(posed, "none", rng.uniform(-5, 35))


@shows("on bust", "pendant bar beads", 2.0, "necklace_bust")
def on_bust(parts: Parts, rng: Rng) -> Setup:
    """A necklace around a display bust."""
    points = all_vertices(parts)
    front = points[np.argmin(points[:, 1] + 0.5 * points[:, 2])]
    visible = points[points[:, 1] < 0.0]
    reach = rng.uniform(42, 90)
    framed = visible[np.linalg.norm(visible - front, axis=1) < reach]
    turn = meshes.rotation("z", rng.uniform(-25, 25))
    body = forms.bust().rotated(turn)
    return setup(
        turned(parts, turn),
        "table",
        rng.uniform(0, 22),
        Prop(body, pick(rng, forms.DISPLAY)),
        framed=framed @ turn.T,
    )
