"""Surfaces behind and under a piece, as procedural textures. One entry is one backdrop.

Colors vary widely on purpose: what never changes, a model takes for a sign of the piece.
"""

from pipeline.catalog.render.backdrops import cloth, far, hard, plain
from pipeline.catalog.render.backdrops.registry import BACKDROPS, Backdrop, choose

__all__ = ["BACKDROPS", "Backdrop", "choose", "cloth", "far", "hard", "plain"]
