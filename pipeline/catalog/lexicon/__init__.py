"""Words by which shops name jewelry, and what a caption in them says."""

from pipeline.catalog.lexicon.loader import LANGUAGES, phrase_of, singular
from pipeline.catalog.lexicon.reader import (
    PROBLEMS,
    Reading,
    implied_colors,
    names_other_piece,
    read_caption,
    read_type,
    read_value,
)

__all__ = [
    "LANGUAGES",
    "PROBLEMS",
    "Reading",
    "implied_colors",
    "names_other_piece",
    "phrase_of",
    "read_caption",
    "read_type",
    "read_value",
    "singular",
]
