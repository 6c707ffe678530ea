"""English captions in the paper's form: "Taurus white gold, diamonds earring" (its Figure 1)."""

from __future__ import annotations

from collections.abc import Sequence

from ..levels import Term


def compose(terms: Sequence[Term]) -> str:
    """Returns `Model color material and material, stone and stone type`."""

    def texts(kind: str) -> list[str]:
        return [term.text for term in terms if term.kind == kind]

    materials = " and ".join(texts("material"))
    # "gold" before "yellow gold" would say the same twice.
    colors = [color for color in texts("color") if f" {color} " not in f" {materials} "]
    body = " ".join(part for part in (" and ".join(colors), materials) if part)
    looks = ", ".join(part for part in (body, " and ".join(texts("stone"))) if part)
    parts = (" ".join(texts("model")), looks, " and ".join(texts("type")))
    return " ".join(part for part in parts if part)
