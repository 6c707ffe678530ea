"""An evaluation as JSON and as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mobile_app.camera_app.runtime.schema import dump_json
from pipeline.catalog.protocols import protocol_label
from pipeline.evaluation import Evaluation
from pipeline.files import replacing, write_text

# Tableau's color-blind safe palette.
_COLORS = ("#006ba4", "#ff800e", "#595959")
_OVERLAP = (
    ("BLEU-1", "bleu_1", 1.0),
    ("BLEU-2", "bleu_2", 1.0),
    ("BLEU-3", "bleu_3", 1.0),
    ("BLEU-4", "bleu_4", 1.0),
    ("METEOR\nexact, stem", "meteor_exact_stem", 1.0),
    ("ROUGE-L", "rouge_l", 1.0),
    ("CIDEr-D\n/ 10", "cider_d", 10.0),
)
"""Title, field and largest value of each score of texts."""


def write_evaluation(folder: Path, evaluation: Evaluation) -> None:
    """Writes `evaluation.json` and `evaluation.png`.

    The picture has CCR by level, confusions of types, attributes, and overlap of texts.
    """
    write_text(folder / "evaluation.json", dump_json(evaluation))
    with replacing(folder / "evaluation.png") as partial:
        _plot(partial, evaluation)


def _plot(path: Path, evaluation: Evaluation) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 9), layout="constrained")
    (ccr, types), (attributes, overlap) = figure.subplots(2, 2)
    _plot_ccr(ccr, evaluation)
    _plot_types(types, evaluation)
    _plot_attributes(attributes, evaluation)
    _plot_overlap(overlap, evaluation)
    figure.suptitle(
        f"{evaluation.subject}: {evaluation.encoder} + {evaluation.decoder}, {evaluation.variant}\n"
        f"protocol {protocol_label(evaluation.protocol)}, {evaluation.split} split, "
        f"{evaluation.n} photos"
    )
    figure.savefig(path, dpi=120, format="png")


def _legend_below(axes: Any) -> None:
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=3, frameon=False)


def _plot_ccr(axes: Any, evaluation: Evaluation) -> None:
    names = [f"{one.level}\nn = {one.n}" for one in evaluation.accuracy]
    values = [one.ccr for one in evaluation.accuracy]
    below = [one.ccr - one.low for one in evaluation.accuracy]
    above = [one.high - one.ccr for one in evaluation.accuracy]
    axes.bar(names, values, color=_COLORS[0], width=0.6)
    axes.errorbar(names, values, (below, above), fmt="none", ecolor="black", capsize=6)
    for index, one in enumerate(evaluation.accuracy):
        axes.annotate(
            f"{one.ccr:.3f}",
            (index, one.high),
            xytext=(0, 4),
            textcoords="offset points",
            ha="center",
        )
    axes.set_ylim(0, 1.08)
    axes.set_ylabel("CCR with 95 % Wilson interval")
    axes.set_title("Captions exactly right")


def _plot_types(axes: Any, evaluation: Evaluation) -> None:
    report = evaluation.types
    axes.imshow(report.confusion or [[0]], cmap="Blues")
    ticks = range(len(report.types))
    axes.set_xticks(ticks, report.types, rotation=30, ha="right")
    axes.set_yticks(ticks, report.types)
    top = max((max(row) for row in report.confusion), default=0)
    for row, counts in enumerate(report.confusion):
        for column, count in enumerate(counts):
            color = "white" if count > top / 2 else "black"
            axes.text(column, row, str(count), ha="center", va="center", color=color)
    axes.set_xlabel("predicted type")
    axes.set_ylabel("true type")
    axes.set_title("Confusions at the basic level, photos of one type")


def _plot_attributes(axes: Any, evaluation: Evaluation) -> None:
    """Of the most detailed level, which has all kinds."""
    detailed = evaluation.accuracy[-1].level if evaluation.accuracy else ""
    scores = [one for one in evaluation.attributes if one.level == detailed]
    series = (
        ("exact", [one.exact for one in scores]),
        ("precision", [one.precision for one in scores]),
        ("recall", [one.recall for one in scores]),
    )
    width = 0.26
    for number, (name, shares) in enumerate(series):
        places = [index + (number - 1) * width for index in range(len(scores))]
        values = [share.value for share in shares]
        reach = (
            [share.value - share.low for share in shares],
            [share.high - share.value for share in shares],
        )
        axes.bar(places, values, width, label=name, color=_COLORS[number])
        axes.errorbar(places, values, reach, fmt="none", ecolor="black", capsize=3)
    axes.set_xticks(range(len(scores)), [f"{one.kind}\nn = {one.named}" for one in scores])
    axes.set_ylim(0, 1.08)
    axes.set_ylabel("share with 95 % Wilson interval")
    axes.set_title(f"Attributes at the level {detailed}")
    _legend_below(axes)


def _plot_overlap(axes: Any, evaluation: Evaluation) -> None:
    width = 0.8 / max(1, len(evaluation.captions))
    for number, one in enumerate(evaluation.captions):
        shift = (number - (len(evaluation.captions) - 1) / 2) * width
        known = [
            (index + shift, value / top)
            for index, (_, field, top) in enumerate(_OVERLAP)
            if (value := getattr(one, field)) is not None
        ]
        places, values = zip(*known, strict=True) if known else ((), ())
        axes.bar(places, values, width, label=one.level, color=_COLORS[number % len(_COLORS)])
    axes.set_xticks(range(len(_OVERLAP)), [title for title, _, _ in _OVERLAP], fontsize=8)
    axes.set_ylim(0, 1.08)
    axes.set_ylabel("score (not exactness)")
    axes.set_title(f"Overlap of texts ({evaluation.language})")
    _legend_below(axes)
