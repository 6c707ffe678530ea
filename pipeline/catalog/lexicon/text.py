"""Cuts a shop's text into words: lower case, no accents, no numbers, with the gaps between them."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

KARAT: Final = "18k"
"""The word that stands for every fineness of gold, such as `18 quilates` or `14kt`."""

_TAG: Final = re.compile(r"<[^<>]{1,200}>")
_ADDRESS: Final = re.compile(r"(https?://|www\.)\S+")
_ENDING: Final = re.compile(r"\.(jpe?g|png|webp|gif|avif)\b", re.IGNORECASE)
# What is left of an address's "%20" without its sign.
_LOST_SPACE: Final = re.compile(r"(?<=[A-Za-z])20(?=[A-Za-z])")
# Files are called ring1 and 01ring; article codes have fewer letters or more digits.
_NUMBERED: Final = re.compile(
    r"(?<=[^\W\d_]{4})(?=\d{1,4}\b)|(?<=\b\d)(?=[^\W\d_]{4})|(?<=\b\d\d)(?=[^\W\d_]{4})"
)
_FINENESS: Final = re.compile(
    r"(?:\b(?:de|a|di|da|of)\s+)?(?<![\w.,])(?:9|10|14|18|20|21|22|23|24)\s?-?(?:k|kt|kts|ct|karats?|"
    r"carats?|quilates?|kilates?|carat[io]|kl|q)\b\.?|(?:\bcarati|\bkt|\bct\.?)\s(?:9|14|18|24)\b",
    re.IGNORECASE,
)
_WITH: Final = re.compile(r"\b[wc]/(?=\s?\w)", re.IGNORECASE)
_TOKEN: Final = re.compile(
    rf"(?P<word>{KARAT}|s?925|316l|pt950|[^\W\d_]+(?![\w])|&|\+|(?<=\w)/(?=\w)|(?<=\s)/(?=\s))"
    r"|(?P<code>\w+)|(?P<list>,)|(?P<joint>['\u2019`\u00b4\-])|(?P<stop>\S)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Token:
    """A word of a caption.

    Attributes:
        text: As written.
        norm: In lower case, without accents.
        gap: What stands before it: nothing, `,`, or `.` for any other punctuation.
    """

    text: str
    norm: str
    gap: str


def plain(text: str) -> str:
    """A text in lower case without accents."""
    letters = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).lower()


def cleaned(text: str) -> str:
    """A shop's text without markup, addresses and file endings."""
    text = _TAG.sub(". ", html.unescape(html.unescape(text)))
    if re.search(r"%[0-9A-Fa-f]{2}", text):
        text = unquote(text)
    if " " not in text and len(_LOST_SPACE.findall(text)) > 1:
        text = _LOST_SPACE.sub(" ", text)
    text = _ENDING.sub(" ", _ADDRESS.sub(" ", unicodedata.normalize("NFKC", text)))
    text = text.replace("_", " ")
    return text if " " in text.strip() else text.replace("-", " ")


def tokens_of(text: str) -> list[Token]:
    """Words of a text; numbers, prices and article codes are left out."""
    text = _WITH.sub("con " if "c/" in text.lower() else "with ", cleaned(text))
    text = _FINENESS.sub(f" {KARAT} ", text)
    text = _NUMBERED.sub(" ", text)
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    tokens: list[Token] = []
    gap = ""
    end = 0
    for match in _TOKEN.finditer(text):
        spaced = match.start() > end and match.end() < len(text) and text[match.end()].isspace()
        end = match.end()
        if match["word"]:
            tokens.append(Token(match[0], plain(match[0]), gap if tokens else ""))
            gap = ""
        elif match["list"]:
            gap = gap or ","
        elif match["stop"] or (match["joint"] and spaced):
            gap = "."
    return tokens
