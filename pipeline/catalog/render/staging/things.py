"""Things that are no jewelry, set up as pieces are."""

from __future__ import annotations

from pipeline.catalog.render import meshes
from pipeline.catalog.render.designs.registry import all_vertices
from pipeline.catalog.render.parts import Parts, turned
from pipeline.catalog.render.staging.complexion import wearer
from pipeline.catalog.render.staging.registry import Rng, Setup, setup, shows, spun
from pipeline.catalog.render.staging.supports import in_gift_box, on_support
from pipeline.catalog.render.staging.worn import pinching, window

_ANY = "thing small-thing"


@shows("thing on table", _ANY, 4.0)
def thing_on_table(parts: Parts, rng: Rng) -> Setup:
    """A thing on the table."""
    return setup(spun(parts, rng.uniform(0, 360)), "table", rng.uniform(18, 85))


@shows("thing on board", _ANY, 3.0, kind="catalog")
def thing_on_board(parts: Parts, rng: Rng) -> Setup:
    """A thing on clean board."""
    return setup(spun(parts, rng.uniform(0, 360)), "table", rng.uniform(25, 88))


@shows("thing cut out", _ANY, 2.0, kind="catalog")
def thing_cut_out(parts: Parts, rng: Rng) -> Setup:
    """A thing on plain white."""
    return setup(spun(parts, rng.uniform(0, 360)), "none", rng.uniform(20, 80))


@shows("thing on tray", _ANY, 1.0)
def thing_on_tray(parts: Parts, rng: Rng) -> Setup:
    """A thing on a tray or a slab."""
    return on_support(spun(parts, rng.uniform(0, 360)), rng)


@shows("thing in gift box", "small-thing", 0.8)
def thing_in_gift_box(parts: Parts, rng: Rng) -> Setup:
    """A small thing in a gift box."""
    return in_gift_box(spun(parts, rng.uniform(0, 360)), rng)


@shows("thing held", "small-thing", 1.0, kind="worn")
def thing_held(parts: Parts, rng: Rng) -> Setup:
    """A small thing held up between two fingers."""
    points = all_vertices(parts)
    edge = points[points[:, 0].argmax()]
    posed = turned(parts, at=(1.0 - float(edge[0]), -float(edge[1]), -float(edge[2])))
    turn = meshes.rotation("y", rng.uniform(-150, 150)) @ meshes.rotation("x", rng.uniform(40, 110))
    posed = turned(posed, turn)
    props = pinching(rng, wearer(rng), turn)
    return setup(
        posed, "wall", rng.uniform(-5, 30), *props, framed=window(posed, rng.uniform(22, 40))
    )
