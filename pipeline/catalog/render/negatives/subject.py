"""What a picture without jewelry shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.catalog.render.designs import Design
from pipeline.catalog.render.negatives.registry import THINGS
from pipeline.catalog.render.parts import Parts
from pipeline.catalog.render.products import Product


@dataclass(frozen=True)
class Negative:
    """What a picture without jewelry shows; it stands where a product does.

    Attributes:
        kind: Key of ``THINGS``, or of ``plan.EMPTY``.
        number: Seed of its shape.
        metal: Key of ``METALS`` for parts of metal.
        second: Key of ``METALS`` for their details.
        inlay: Key of ``INLAYS`` for colored parts.
        color: Their color.
        absent: The product that was left out, or None.
    """

    kind: str
    number: int
    metal: str
    second: str = "oxidized silver"
    inlay: str = ""
    color: str = ""
    absent: Product | None = None
    main: str = ""
    accent: str = ""

    @property
    def product_id(self) -> str:
        """A readable identifier."""
        return "-".join(self.kind.replace(",", "").split())

    @property
    def made(self) -> Design:
        """Its shape; that of the absent product, which decides where the camera looks."""
        if self.absent:
            return self.absent.made

        def build(*_: object) -> Parts:
            return THINGS[self.kind].build(np.random.default_rng(self.number))

        return Design(self.kind, "none", build, THINGS[self.kind].form)

    @property
    def form(self) -> str:
        """What ``staging.PRESENTATIONS`` call it."""
        return self.made.form

    @property
    def families(self) -> dict[str, str]:
        """The family of the stones of each role of the absent product."""
        return self.absent.families if self.absent else {}

    type = "none"
    model = ""
    materials = ()
    stones = ()
