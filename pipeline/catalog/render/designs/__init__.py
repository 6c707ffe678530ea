"""The designs of the starter catalog. Importing this package fills ``DESIGNS``."""

from pipeline.catalog.render.designs import bracelets, earrings, necklaces, rings
from pipeline.catalog.render.designs.registry import DESIGNS, Design

__all__ = ["DESIGNS", "Design", "bracelets", "earrings", "necklaces", "rings"]
