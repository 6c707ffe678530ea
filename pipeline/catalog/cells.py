"""Brings the cells of a shop's row to a catalog's form: one separator, canonical words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pipeline.catalog.lexicon import read_type, read_value
from pipeline.catalog.rows import SEPARATOR
from pipeline.catalog.schema import TYPES
from pipeline.catalog.sources import Row

LISTS: Final = {"color": "color", "materials": "material", "stones": "stone"}
"""Columns of several values, with the kind of term that they hold."""

_SEPARATORS: Final = re.compile(r"[|,;\n]")
_NOTHING: Final = frozenset({"", "-", "n/a", "na", "nan", "none", "null", "unknown"})
_AMBIGUOUS: Final = re.compile(r"/|\b(or|variants?|various|assorted|several)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Changed:
    """A cell's value that was left out or got another name.

    Attributes:
        column: Its column.
        value: As the shop writes it.
        term: The catalog's word for it, or empty where it was left out.
    """

    column: str
    value: str
    term: str = ""


def clean_cells(row: Row, types: Mapping[str, str]) -> list[Changed]:
    """Brings a row's type, color, materials and stones to a catalog's form, in place.

    Args:
        row: The row.
        types: Types by the source's words for them, in lower case.
    """
    values = [" ".join(value.split()) for value in _SEPARATORS.split(row.get("type", ""))]
    kinds = (types.get(value.lower()) or read_type(value) or value for value in values if value)
    row["type"] = SEPARATOR.join(dict.fromkeys(kinds))
    changed = []
    for column, kind in LISTS.items():
        kept = []
        for value in _SEPARATORS.split(row.get(column, "")):
            value = " ".join(value.split())
            if value.lower() in _NOTHING:
                continue
            if _AMBIGUOUS.search(value):
                changed.append(Changed(column, value))
                continue
            term = read_value(value, kind)
            if term and term != value.lower():
                changed.append(Changed(column, value, term))
                value = term
            kept.append(value)
        row[column] = SEPARATOR.join(dict.fromkeys(kept))
    return changed


def names_no_type(cell: str) -> bool:
    """Whether a type's cell, cleaned, holds no type of a catalog."""
    return not set(filter(None, cell.split(SEPARATOR))) & set(TYPES)
