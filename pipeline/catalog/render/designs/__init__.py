"""The designs of the starter catalog. Importing this package fills ``DESIGNS``."""

from pipeline.catalog.render.designs import (
    bands,
    bangles,
    bracelets,
    dangles,
    earrings,
    hoops,
    necklaces,
    pendants,
    rings,
)
from pipeline.catalog.render.designs.registry import DESIGNS, Design

__all__ = [
    "DESIGNS",
    "Design",
    "bands",
    "bangles",
    "bracelets",
    "dangles",
    "earrings",
    "hoops",
    "necklaces",
    "pendants",
    "rings",
]
