"""Tables for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mobile_app.camera_app.runtime.bundle import LevelAccuracy
from pipeline.catalog.protocols import protocol_label
from pipeline.evaluate import Evaluation


def text_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Aligns columns: the first to the left, the others to the right."""
    table = [list(header), *map(list, rows)]
    widths = [max(len(row[column]) for row in table) for column in range(len(header))]

    def line(row: Sequence[str]) -> str:
        cells = [
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        return "  ".join(cells).rstrip()

    return "\n".join([line(table[0]), line(["-" * w for w in widths]), *map(line, table[1:])])


def accuracy_table(accuracy: Iterable[LevelAccuracy], side: str) -> str:
    """CCR by level with n and 95 % interval."""
    rows = [
        (one.level, str(one.n), f"{one.ccr:.4f}", f"{one.low:.3f} to {one.high:.3f}")
        for one in accuracy
    ]
    return text_table((f"{side}", "n", "CCR", "95 % interval"), rows)


def evaluation_table(evaluation: Evaluation, level: str | None = None) -> str:
    """An evaluation's tables: CCR by level, scores by type, CCR by store.

    Args:
        evaluation: What to show.
        level: Show this level only.
    """

    def chosen(accuracy: Iterable[LevelAccuracy]) -> list[LevelAccuracy]:
        return [one for one in accuracy if level in (None, one.level)]

    parts = [
        f"{evaluation.subject}: {evaluation.encoder} + {evaluation.decoder}, "
        f"{evaluation.variant}; protocol {protocol_label(evaluation.protocol)}, "
        f"{evaluation.n} photos",
        accuracy_table(chosen(evaluation.accuracy), evaluation.split),
    ]
    for one in chosen(evaluation.accuracy):
        if unsayable := evaluation.unsayable.get(one.level):
            parts.append(
                f"{unsayable} {one.level} captions have a word that training never saw; they "
                "count as wrong"
            )
    if level in (None, "basic"):
        rows = [
            (s.type, str(s.n), f"{s.precision:.3f}", f"{s.recall:.3f}", f"{s.f1:.3f}")
            for s in evaluation.types.scores
        ]
        parts.append(text_table(("type", "n", "precision", "recall", "F1"), rows))
    if len(evaluation.stores) > 1:
        rows = [
            (store.store, one.level, str(one.n), f"{one.ccr:.3f}", f"{one.low:.3f}-{one.high:.3f}")
            for store in evaluation.stores
            for one in chosen(store.accuracy)
        ]
        parts.append(text_table(("store", "level", "n", "CCR", "95 %"), rows))
    return "\n\n".join(parts)
