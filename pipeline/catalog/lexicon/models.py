"""Reads the design's name in a caption, where a pattern shows that it is one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipeline.catalog.lexicon.hits import Hit
from pipeline.catalog.lexicon.loader import LANGUAGES, Lexicon, given_names, known_words, lexicon
from pipeline.catalog.lexicon.text import KARAT, Token, cleaned, tokens_of

_QUOTED: Final = re.compile(r"(?<!\w)[\"“«„]\s*([^\"”»“]{2,40}?)\s*[\"”»“](?!\w)")
_ADJECTIVE: Final = re.compile(r"(ous|ful|ing|ed|al|ic|y|ive|able|ish|ent|ant|less|ern|er|est)$")


def read_model(text: str, tokens: Sequence[Token], hits: Sequence[Hit], words: Lexicon) -> str:
    """The design's name where it is in quotes, or a capitalized unknown word beside the type."""
    quoted = _QUOTED.search(cleaned(text))
    if quoted and quoted[1][:1].isupper() and not _all_known(quoted[1]):
        return quoted[1]
    for hit in hits:
        if hit.entry.kind != "type" or words.head_last or hit.start:
            continue
        name = tokens[hit.end : hit.end + 1]
        if not name or name[0].gap or not _is_name(name[0], words):
            return ""
        after = tokens[hit.end + 1 : hit.end + 2]
        ends = not after or after[0].gap == "." or after[0].norm in words.words["linkers"]
        # Where common words are capitalized too, only a person's name is sure to be one.
        plainly = any(
            token.text.islower() and token.norm not in words.words["function_words"]
            for token in tokens[hit.end + 1 :]
        )
        if name[0].norm in given_names() or (ends and plainly):
            return name[0].text.capitalize() if name[0].text.isupper() else name[0].text
    return _first_name(tokens, hits, words) if words.head_last else ""


def _first_name(tokens: Sequence[Token], hits: Sequence[Hit], words: Lexicon) -> str:
    """The name that opens a phrase whose noun ends it: "Taurus white gold, diamonds earring"."""
    first = tokens[0]
    if len(tokens) > 1 and first.norm == "the":
        named = any(hit.start == 2 and hit.entry.kind == "type" for hit in hits)
        return tokens[1].text if named and _is_name(tokens[1], words) else ""
    follows = 2 if len(tokens) > 1 and tokens[1].norm == KARAT else 1
    looks = [hit for hit in hits if hit.entry.kind != "plain"]
    told = any(hit.start == follows for hit in looks) and not tokens[1].gap
    if first.norm in given_names() and first.text[0].isupper() and told:
        return first.text.capitalize()
    sentence = all(token.text.islower() for token in tokens[1:])
    ends = bool(looks) and looks[-1].entry.kind == "type" and looks[-1].end == len(tokens)
    if sentence and ends and told and len(looks) > 1 and _is_name(first, words):
        return first.text if not _ADJECTIVE.search(first.norm) else ""
    return ""


def _is_name(token: Token, words: Lexicon) -> bool:
    # Bianca is a word in Italian, but in Spanish nothing but a name.
    languages = (words.language,) if token.norm in given_names() else LANGUAGES
    known = token.norm in known_words(languages)
    return len(token.text) > 2 and token.text[0].isupper() and not known


def _all_known(text: str) -> bool:
    entries = [lexicon(language).entries for language in LANGUAGES]
    return all(any(token.norm in one for one in entries) for token in tokens_of(text))
