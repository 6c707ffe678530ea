"""An evaluation as JSON and as a picture."""

from __future__ import annotations

from pathlib import Path

from mobile_app.camera_app.runtime.schema import dump_json
from pipeline.catalog.protocols import protocol_label
from pipeline.evaluate import Evaluation
from pipeline.files import replacing, write_text


def write_evaluation(folder: Path, evaluation: Evaluation) -> None:
    """Writes `evaluation.json` and `evaluation.png` (CCR by level, confusions of types)."""
    write_text(folder / "evaluation.json", dump_json(evaluation))
    with replacing(folder / "evaluation.png") as partial:
        _plot(partial, evaluation)


def _plot(path: Path, evaluation: Evaluation) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4.6), layout="constrained")
    bars, matrix = figure.subplots(1, 2)
    names = [f"{one.level}\nn = {one.n}" for one in evaluation.accuracy]
    values = [one.ccr for one in evaluation.accuracy]
    below = [one.ccr - one.low for one in evaluation.accuracy]
    above = [one.high - one.ccr for one in evaluation.accuracy]
    bars.bar(names, values, color="#4c72b0", width=0.6)
    bars.errorbar(names, values, (below, above), fmt="none", ecolor="black", capsize=6)
    for index, one in enumerate(evaluation.accuracy):
        bars.annotate(
            f"{one.ccr:.3f}",
            (index, one.high),
            xytext=(0, 4),
            textcoords="offset points",
            ha="center",
        )
    bars.set_ylim(0, 1.08)
    bars.set_ylabel("CCR with 95 % Wilson interval")
    bars.set_title(f"Exact captions, {evaluation.split} split")
    report = evaluation.types
    matrix.imshow(report.confusion, cmap="Blues")
    ticks = range(len(report.types))
    matrix.set_xticks(ticks, report.types, rotation=30, ha="right")
    matrix.set_yticks(ticks, report.types)
    top = max((max(row) for row in report.confusion), default=0)
    for row, counts in enumerate(report.confusion):
        for column, count in enumerate(counts):
            color = "white" if count > top / 2 else "black"
            matrix.text(column, row, str(count), ha="center", va="center", color=color)
    matrix.set_xlabel("predicted type")
    matrix.set_ylabel("true type")
    matrix.set_title("Confusions at the basic level")
    figure.suptitle(
        f"{evaluation.subject}: {evaluation.encoder} + {evaluation.decoder}, {evaluation.variant}\n"
        f"protocol {protocol_label(evaluation.protocol)}"
    )
    figure.savefig(path, dpi=120, format="png")
