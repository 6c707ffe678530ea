"""Finds the phrases of a lexicon in a caption and drops those that it denies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from pipeline.catalog.lexicon.loader import LANGUAGES, Entry, Lexicon, known_words, lexicon
from pipeline.catalog.lexicon.text import KARAT, Token

_TYPO_LETTERS: Final = 7
_REACH: Final = 3
_NOR: Final = frozenset({"or", "nor", "ni", "o", "ne", "u"})


@dataclass(frozen=True)
class Hit:
    """A phrase of a lexicon at the words `start` to `end` (exclusive) of a caption."""

    entry: Entry
    start: int
    end: int


def find_hits(tokens: Sequence[Token], words: Lexicon) -> list[Hit]:
    """Finds phrases, the longest first, from left to right; phrases do not cross a gap.

    Args:
        tokens: The caption.
        words: The language.
    """
    hits: list[Hit] = []
    start = 0
    while start < len(tokens):
        hit = _longest(tokens, start, words)
        hits += [hit] if hit else []
        start = hit.end if hit else start + 1
    hits = [hit for hit in _affirmed(hits, tokens, words) if not _is_hue(hit, tokens, words)]
    return _share_gold(hits, tokens, words)


def _longest(tokens: Sequence[Token], start: int, words: Lexicon) -> Hit | None:
    found = None
    phrase, spoken = "", ""
    for end in range(start, min(len(tokens), start + words.longest + 1)):
        token = tokens[end]
        if end > start and token.gap:
            break
        phrase = f"{phrase} {token.norm}".strip()
        # A fineness may stand anywhere within a metal's name.
        spoken = phrase if end == start else spoken
        entry = words.entries.get(phrase)
        if end > start and token.norm != KARAT:
            spoken = f"{spoken} {token.norm}"
            entry = entry or (words.entries.get(spoken) if tokens[start].norm != KARAT else None)
        if entry:
            found = Hit(entry, start, end + 1)
    if found is None:
        meant = _without_typo(tokens[start].norm, words.language)
        found = Hit(words.entries[meant], start, start + 1) if meant else None
    return found


@cache
def _variants(language: str) -> dict[str, set[str]]:
    table: dict[str, set[str]] = {}
    for phrase, entry in lexicon(language).entries.items():
        if " " not in phrase and len(phrase) >= _TYPO_LETTERS and entry.kind in ("type", "stone"):
            for variant in _deletes(phrase):
                table.setdefault(variant, set()).add(phrase)
    return table


def _deletes(word: str) -> set[str]:
    return {word} | {word[:i] + word[i + 1 :] for i in range(len(word))}


def _without_typo(word: str, language: str) -> str | None:
    if len(word) < _TYPO_LETTERS - 1 or word in known_words(LANGUAGES):
        return None
    table = _variants(language)
    found = {
        known
        for variant in _deletes(word)
        for known in table.get(variant, ())
        if known[0] == word[0] and known[-1] == word[-1] and abs(len(known) - len(word)) <= 1
    }
    return found.pop() if len(found) == 1 else None


def _affirmed(hits: list[Hit], tokens: Sequence[Token], words: Lexicon) -> list[Hit]:
    by_start = {hit.start: hit for hit in hits if hit.entry.kind != "plain"}
    denied: set[Hit] = set()
    for index in range(len(tokens)):
        place = index + phrase_length(tokens, index, words.words["without"])
        reach = _REACH if place > index else 0
        while reach and place < len(tokens) and not tokens[place].gap:
            hit = by_start.get(place)
            if hit:
                denied.add(hit)
                place = hit.end
                # "without pearls or diamonds" denies both, "without pearls, gold" only one.
                reach = int(place < len(tokens) and tokens[place].norm in _NOR) + 1
                place += reach - 1
                reach -= 1
            elif tokens[place].norm in words.words["and"]:
                break
            else:
                place, reach = place + 1, reach - 1
    for hit in by_start.values():
        if hit.end < len(tokens) and not tokens[hit.end].gap:
            denied |= {hit} if phrase_length(tokens, hit.end, words.words["free"]) else set()
    return [hit for hit in hits if hit not in denied]


def _is_hue(hit: Hit, tokens: Sequence[Token], words: Lexicon) -> bool:
    """Whether a material or a stone only says a color, as in "terracotta colored"."""
    if hit.entry.kind not in ("material", "stone"):
        return False
    if words.head_last:
        after = tokens[hit.end : hit.end + 1]
        return bool(after) and not after[0].gap and after[0].norm in words.words["color_words"]
    return any(
        phrase_length(tokens, hit.start - length, words.words["color_words"]) == length
        for length in (1, 2)
        if hit.start >= length and not tokens[hit.start].gap
    )


def phrase_length(tokens: Sequence[Token], start: int, phrases: frozenset[str]) -> int:
    """Words of the longest of some phrases, of up to three words, that stands at `start`, or 0."""
    found = 0
    phrase = ""
    for length, token in enumerate(tokens[start : start + 3], 1):
        if token.gap and length > 1:
            break
        phrase = f"{phrase} {token.norm}" if phrase else token.norm
        found = length if phrase in phrases else found
    return found


def _share_gold(hits: list[Hit], tokens: Sequence[Token], words: Lexicon) -> list[Hit]:
    """Reads "white and yellow gold" and "oro blanco y amarillo" as two golds."""
    found = list(hits)
    for hit in hits:
        golds = {"gold", *words.gold_colors.values()}
        if hit.entry.kind != "material" or hit.entry.term not in golds:
            continue
        step = -1 if words.head_last else 1
        place = hit.start - 1 if words.head_last else hit.end
        while 0 <= place < len(tokens):
            gap = tokens[place + 1 if words.head_last else place].gap
            joint = tokens[place].norm in ("and", "&", "+", "/", "y", "e", "ed")
            if gap == "." or not (joint or gap == ","):
                break
            place += step if joint else 0
            if not 0 <= place < len(tokens) or tokens[place].norm not in words.gold_colors:
                break
            at = place
            gold = Entry("material", words.gold_colors[tokens[at].norm])
            found = [one for one in found if not (one.entry.kind == "color" and one.start == at)]
            found.append(Hit(gold, at, at + 1))
            place += step
    return sorted(found, key=lambda hit: hit.start)
