"""Words by which shops name jewelry, and what a caption in them says."""

from pipeline.catalog.lexicon.loader import LANGUAGES, OTHER
from pipeline.catalog.lexicon.reader import PROBLEMS, Reading, read_caption, read_value

__all__ = ["LANGUAGES", "OTHER", "PROBLEMS", "Reading", "read_caption", "read_value"]
