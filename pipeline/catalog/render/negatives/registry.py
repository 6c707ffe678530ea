"""What a thing that is no jewelry is, and the one list that all of them register in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pipeline.catalog.render.parts import Parts

Rng = np.random.Generator
Build = Callable[[Rng], Parts]

METAL = ("silver", "white gold", "yellow gold", "oxidized silver")
"""What metalware looks like: steel and chrome as silver and rhodium do, brass as gold."""


@dataclass(frozen=True)
class Thing:
    """A kind of thing.

    Attributes:
        name: Its name, lowercase.
        build: Makes its parts, lying or standing on z = 0, in millimeters.
        inlays: Keys of ``INLAYS`` that its colored parts may be of.
        colors: Colors that they may have; empty for any that the inlay has.
        small: Whether two fingers can hold it.
    """

    name: str
    build: Build
    inlays: tuple[str, ...]
    colors: tuple[str, ...]
    small: bool

    @property
    def form(self) -> str:
        """What ``staging.PRESENTATIONS`` call it."""
        return "small-thing" if self.small else "thing"


THINGS: dict[str, Thing] = {}


def thing(
    name: str, *inlays: str, colors: str = "", small: bool = False
) -> Callable[[Build], Build]:
    """Registers the decorated builder; ``colors`` are separated by spaces."""

    def register(build: Build) -> Build:
        if name in THINGS:
            raise ValueError(f"two things are called {name}")
        THINGS[name] = Thing(name, build, inlays, tuple(colors.split()), small)
        return build

    return register
