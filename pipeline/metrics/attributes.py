"""Accuracy of each kind of attribute: type, color, material, stone, model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mobile_app.camera_app.runtime.levels import Attributes, Term, get_level
from pipeline.metrics.accuracy import Share, f1_score, share_of


@dataclass(frozen=True)
class AttributeScore:
    """How well the captions of a level say one kind of attribute.

    Attributes:
        level: Description level.
        kind: Kind of terms, such as `material`.
        named: Photos whose truth has a term of this kind.
        exact: Photos whose terms of this kind are exactly right, among all of the level: none
            said is right where there is none.
        precision: Terms said that are true.
        recall: True terms that are said.
        f1: Harmonic mean of both.
    """

    level: str
    kind: str
    named: int
    exact: Share
    precision: Share
    recall: Share
    f1: float


def attribute_scores(
    predicted: Mapping[str, Sequence[tuple[Term, ...]]], attributes: Sequence[Attributes]
) -> tuple[AttributeScore, ...]:
    """Scores of each kind at each level, by matching sets of terms.

    Args:
        predicted: For each level, the terms of each photo.
        attributes: The truth of each photo, in the same order. Photos that lack a level do not
            count there; kinds that are neither true nor said of any photo are left out.
    """
    scores = []
    for name, captions in predicted.items():
        level = get_level(name)
        truths = [level.terms(one) for one in attributes]
        pairs = [(t, c) for t, c in zip(truths, captions, strict=True) if t is not None]
        for kind in level.kinds:
            sets = [(_of_kind(kind, truth), _of_kind(kind, said)) for truth, said in pairs]
            hits = sum(len(truth & said) for truth, said in sets)
            true = sum(len(truth) for truth, _ in sets)
            called = sum(len(said) for _, said in sets)
            if true or called:
                scores.append(
                    AttributeScore(
                        level=name,
                        kind=kind,
                        named=sum(bool(truth) for truth, _ in sets),
                        exact=share_of(sum(truth == said for truth, said in sets), len(sets)),
                        precision=share_of(hits, called),
                        recall=share_of(hits, true),
                        f1=f1_score(hits, called, true),
                    )
                )
    return tuple(scores)


def _of_kind(kind: str, terms: Sequence[Term]) -> set[Term]:
    return {term for term in terms if term.kind == kind}
