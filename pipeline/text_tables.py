"""Tables for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mobile_app.camera_app.runtime.bundle import LevelAccuracy
from pipeline.catalog.protocols import protocol_label
from pipeline.evaluation import Comparison, Evaluation, GroupAccuracy
from pipeline.metrics import CaptionScores, MultiLabelScores, Share


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
    """An evaluation's tables: CCR by level, types, attributes, overlap, parts, comparison.

    Args:
        evaluation: What to show.
        level: Show this level only.
    """

    def chosen(name: str) -> bool:
        return level in (None, name)

    accuracy = [one for one in evaluation.accuracy if chosen(one.level)]
    parts = [
        f"{evaluation.subject}: {evaluation.encoder} + {evaluation.decoder}, "
        f"{evaluation.variant}; protocol {protocol_label(evaluation.protocol)}, "
        f"{evaluation.n} photos",
        accuracy_table(accuracy, evaluation.split),
    ]
    for one in accuracy:
        if unsayable := evaluation.unsayable.get(one.level):
            parts.append(
                f"{unsayable} {one.level} captions have a word that training never saw; they "
                "count as wrong"
            )
    if chosen("basic"):
        parts += _type_tables(evaluation)
    rows = [
        (
            f"{one.level} {one.kind}",
            str(one.named),
            _share(one.exact),
            f"{one.precision.value:.3f}",
            f"{one.recall.value:.3f}",
            f"{one.f1:.3f}",
        )
        for one in evaluation.attributes
        if chosen(one.level)
    ]
    if rows:
        header = ("attribute", "n named", "all exact [95 %]", "precision", "recall", "F1")
        parts.append(text_table(header, rows))
    scores = [one for one in evaluation.captions if chosen(one.level)]
    if scores:
        parts.append(_overlap_table(scores, evaluation.language))
    for title, groups in (
        ("store", evaluation.stores),
        ("presentation", evaluation.presentations),
    ):
        if len(groups) > 1:
            parts.append(_group_table(title, groups, level))
    if evaluation.against is not None:
        parts.append(_comparison_table(evaluation.against, level))
    return "\n\n".join(parts)


def _share(share: Share) -> str:
    return f"{share.value:.3f} [{share.low:.3f}, {share.high:.3f}]"


def _type_tables(evaluation: Evaluation) -> list[str]:
    rows = [
        (s.type, str(s.n), f"{s.precision:.3f}", f"{s.recall:.3f}", f"{s.f1:.3f}")
        for s in evaluation.types.scores
    ]
    parts = [text_table(("type", "n", "precision", "recall", "F1"), rows)]
    if evaluation.type_sets.exact_several.n:
        parts.append(_type_sets_line(evaluation.type_sets))
    return parts


def _type_sets_line(scores: MultiLabelScores) -> str:
    several = scores.exact_several
    return (
        f"all types exactly right on {several.correct} of {several.n} photos that show several, "
        f"{_share(several)}; over all photos micro F1 {scores.micro_f1:.3f}, macro F1 "
        f"{scores.macro_f1:.3f}, Hamming loss {scores.hamming_loss:.4f}"
    )


def _overlap_table(scores: Iterable[CaptionScores], language: str) -> str:
    def number(value: float | None) -> str:
        return "-" if value is None else f"{value:.3f}"

    rows = [
        (
            one.level,
            str(one.n),
            *map(number, (one.bleu_1, one.bleu_2, one.bleu_3, one.bleu_4)),
            number(one.meteor_exact_stem),
            number(one.rouge_l),
            number(one.cider_d),
        )
        for one in scores
    ]
    bleu = (f"BLEU-{order}" for order in range(1, 5))
    header = (f"text ({language})", "n", *bleu, "METEOR*", "ROUGE-L", "CIDEr-D")
    return text_table(header, rows) + (
        "\n* exact and stem matches, no synonyms; a right caption of one word gets 0.5 here and "
        "2.5 of 10 in CIDEr-D"
    )


def _group_table(title: str, groups: Iterable[GroupAccuracy], level: str | None) -> str:
    rows = [
        (group.name, one.level, str(one.n), f"{one.ccr:.3f}", f"{one.low:.3f}-{one.high:.3f}")
        for group in groups
        for one in group.accuracy
        if level in (None, one.level)
    ]
    return text_table((title, "level", "n", "CCR", "95 %"), rows)


def _comparison_table(other: Comparison, level: str | None) -> str:
    rows = [
        (
            one.level,
            str(one.ccr.n),
            str(one.ccr.only_a),
            str(one.ccr.only_b),
            f"{one.ccr.difference:+.4f}",
            f"{one.ccr.low:+.3f} to {one.ccr.high:+.3f}",
            f"{one.ccr.p_value:.3g}",
            one.ccr.verdict,
        )
        for one in other.levels
        if level in (None, one.level)
    ]
    header = ("against", "n", "only here", "only there", "CCR", "95 %", "McNemar p", "verdict")
    title = f"against {other.subject}: {other.encoder} + {other.decoder}, {other.variant}"
    return f"{title}\n{text_table(header, rows)}"
