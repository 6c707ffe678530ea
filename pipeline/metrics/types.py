"""How well types of jewelry are told apart, on photos of one type and on photos of several."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pipeline.metrics.accuracy import Share, f1_score, share_of


@dataclass(frozen=True)
class TypeScore:
    """How well one type is told from the others (paper, Table II).

    Attributes:
        type: The type.
        n: Photos of it.
        precision: Share of photos called it that are it; 0 where none was.
        recall: Share of its photos that are called it.
        f1: Harmonic mean of both.
    """

    type: str
    n: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class TypeReport:
    """Scores and confusions of types.

    Attributes:
        types: Row and column names.
        confusion: Photos by true type (row) and predicted type (column).
        scores: One for each type.
    """

    types: tuple[str, ...]
    confusion: tuple[tuple[int, ...], ...]
    scores: tuple[TypeScore, ...]

    @property
    def worst(self) -> TypeScore | None:
        """The type with the lowest F1 among those that have photos; None without photos."""
        return min((s for s in self.scores if s.n), key=lambda score: score.f1, default=None)


def type_report(truths: Sequence[str], predictions: Sequence[str]) -> TypeReport:
    """Compares true and predicted types of photos that show one type each."""
    types = tuple(sorted({*truths, *predictions}))
    index = {name: position for position, name in enumerate(types)}
    table = [[0] * len(types) for _ in types]
    for truth, prediction in zip(truths, predictions, strict=True):
        table[index[truth]][index[prediction]] += 1
    scores = []
    for name, position in index.items():
        hit = table[position][position]
        n = sum(table[position])
        called = sum(row[position] for row in table)
        precision = hit / called if called else 0.0
        recall = hit / n if n else 0.0
        scores.append(TypeScore(name, n, precision, recall, f1_score(hit, called, n)))
    return TypeReport(types, tuple(map(tuple, table)), tuple(scores))


@dataclass(frozen=True)
class MultiLabelScores:
    """Scores of sets of types: a photo may show a necklace and its earrings.

    Attributes:
        exact: Photos whose set of types is exactly right.
        exact_several: The same among photos that show several types.
        micro_f1: F1 over all pairs of photo and type.
        macro_f1: Mean over types of their F1.
        hamming_loss: Share of pairs of photo and type that are wrong. (Types are all that are
            true or said of any photo.)
    """

    exact: Share
    exact_several: Share
    micro_f1: float
    macro_f1: float
    hamming_loss: float


def multi_label_scores(
    truths: Sequence[Collection[str]], predictions: Sequence[Collection[str]]
) -> MultiLabelScores:
    """Compares true and predicted sets of types, a set a photo."""
    pairs = [(set(t), set(p)) for t, p in zip(truths, predictions, strict=True)]
    several = [truth == said for truth, said in pairs if len(truth) > 1]
    labels = sorted(set().union(*(truth | said for truth, said in pairs)))
    counts = [
        (
            sum(label in truth and label in said for truth, said in pairs),
            sum(label in said for _, said in pairs),
            sum(label in truth for truth, _ in pairs),
        )
        for label in labels
    ]
    hits, called, true = (sum(count[i] for count in counts) for i in range(3))
    cells = len(labels) * len(pairs)
    return MultiLabelScores(
        exact=share_of(sum(truth == said for truth, said in pairs), len(pairs)),
        exact_several=share_of(sum(several), len(several)),
        micro_f1=f1_score(hits, called, true),
        macro_f1=sum(f1_score(*count) for count in counts) / len(labels) if labels else 0.0,
        hamming_loss=sum(len(truth ^ said) for truth, said in pairs) / cells if cells else 0.0,
    )
