"""Every sentence of the screens, by language; `.kv` files read them as `app.texts`."""

from __future__ import annotations

from typing import Final

from .english import ENGLISH
from .italian import ITALIAN
from .spanish import SPANISH
from .texts import Texts

__all__ = ["TEXTS", "Texts", "choose_language"]

TEXTS: Final[dict[str, Texts]] = {"en": ENGLISH, "es": SPANISH, "it": ITALIAN}
"""Interfaces by ISO 639-1 code: one for each language of captions."""


def choose_language(wanted: str, system: str) -> str:
    """Returns the language to use.

    Args:
        wanted: A key of `TEXTS`, or `system`.
        system: What the system says, such as `es` or `pt_BR`.
    """
    code = system.replace("-", "_").partition("_")[0].lower() if wanted == "system" else wanted
    return code if code in TEXTS else "en"
