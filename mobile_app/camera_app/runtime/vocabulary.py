"""Terms to token ids and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from .errors import JewelcapError
from .levels import KINDS, LEVELS, Term, get_level

PAD: Final = "<pad>"
END: Final = "<end>"
_SPECIAL: Final = "special"


@dataclass(frozen=True)
class Vocabulary:
    """All tokens of a model, by id: padding, end, a start token for each level, then terms.

    Attributes:
        level_names: Levels that the model was trained for.
        terms: Terms in id order, after the special tokens.
    """

    level_names: tuple[str, ...]
    terms: tuple[Term, ...]

    @classmethod
    def build(cls, terms: Iterable[Term], level_names: Iterable[str] = LEVELS) -> Vocabulary:
        """Collects distinct terms, sorted by kind and text, and the levels of a model."""
        order = {kind: index for index, kind in enumerate(KINDS)}
        distinct = sorted(set(terms), key=lambda term: (order[term.kind], term.text))
        return cls(tuple(level_names), tuple(distinct))

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """Token texts in id order; terms as `kind:text`."""
        starts = (get_level(name).start_token for name in self.level_names)
        return (PAD, END, *starts, *(f"{term.kind}:{term.text}" for term in self.terms))

    @cached_property
    def _ids(self) -> dict[str, int]:
        return {token: index for index, token in enumerate(self.tokens)}

    @property
    def pad_id(self) -> int:
        """Id of the padding token."""
        return 0

    @property
    def end_id(self) -> int:
        """Id of the token that ends a caption."""
        return 1

    @property
    def first_term_id(self) -> int:
        """Ids from here on are terms; those below are special and never decoded, but the end."""
        return 2 + len(self.level_names)

    def __len__(self) -> int:
        return len(self.tokens)

    def __contains__(self, term: Term) -> bool:
        return f"{term.kind}:{term.text}" in self._ids

    def start_id(self, level: str) -> int:
        """Id of a level's start token.

        Raises:
            JewelcapError: The model does not know the level.
        """
        try:
            return self._ids[get_level(level).start_token]
        except KeyError:
            raise JewelcapError(
                f"this captioner has no level {level!r}; it has {', '.join(self.level_names)}"
            ) from None

    def encode(self, terms: Sequence[Term]) -> list[int]:
        """Ids of terms, without start and end. A term that is not in the vocabulary: KeyError."""
        return [self._ids[f"{term.kind}:{term.text}"] for term in terms]

    def decode(self, ids: Iterable[int]) -> tuple[Term, ...]:
        """Terms of ids; special tokens are left out."""
        first = self.first_term_id
        return tuple(self.terms[index - first] for index in ids if index >= first)

    def to_text(self) -> str:
        """The `vocabulary.txt` form: a line `kind<TAB>text` for each id."""
        count = self.first_term_id
        lines = [f"{_SPECIAL}\t{token}" for token in self.tokens[:count]]
        lines += [f"{term.kind}\t{term.text}" for term in self.terms]
        return "\n".join(lines) + "\n"

    @classmethod
    def from_text(cls, text: str) -> Vocabulary:
        """Parses `to_text`.

        Raises:
            JewelcapError: A line is not of that form, or the special tokens are not as expected.
        """
        special: list[str] = []
        terms: list[Term] = []
        for number, line in enumerate(text.splitlines(), 1):
            kind, tab, value = line.partition("\t")
            if not tab or not value or kind not in (_SPECIAL, *KINDS):
                raise JewelcapError(f"vocabulary line {number}: expected kind<TAB>text: {line!r}")
            if kind == _SPECIAL:
                if terms:
                    raise JewelcapError(f"vocabulary line {number}: special token after terms")
                special.append(value)
            else:
                terms.append(Term(kind, value))
        names = tuple(token.strip("<>") for token in special[2:])
        vocabulary = cls(names, tuple(terms))
        if special[:2] != [PAD, END]:
            raise JewelcapError("vocabulary: special tokens missing")
        if len(set(terms)) != len(terms) or len(set(special)) != len(special):
            raise JewelcapError("vocabulary: terms repeated")
        for name in names:
            get_level(name)
        return vocabulary
