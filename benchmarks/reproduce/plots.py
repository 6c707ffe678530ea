"""Figure 2, and the figures of Table III with their intervals, readable in print and in gray."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.reproduce.cells import HONEST
from benchmarks.reproduce.paper import paper_figure
from benchmarks.reproduce.records import ModelResult, Reproduction
from benchmarks.reproduce.tables import model_name
from mobile_app.camera_app.runtime.bundle import LevelAccuracy
from pipeline.catalog.protocols import PROTOCOLS
from pipeline.files import replacing

_TRAIN: Final = "#0072B2"
_VALIDATION: Final = "#D55E00"
_SOURCES: Final = (
    ("the paper, LEAKS", "0.35", "D"),
    ("ours, protocol paper, LEAKS", "#E69F00", "^"),
    ("ours, leak-free", "#0072B2", "o"),
)


def quick_mark(record: Reproduction) -> str:
    """Stands in titles of what is only a first impression."""
    return "QUICK: a part of the photos, few epochs. " if record.quick else ""


def draw_curves(path: Path, record: Reproduction) -> bool:
    """Writes Figure 2: training without early stopping, one column a protocol.

    Returns:
        Whether there is a training to draw.
    """
    from matplotlib.figure import Figure

    shown = [one for one in record.cells if not one.config.patience and one.curve]
    if not shown:
        return False
    figure = Figure(figsize=(5.6 * len(shown), 7.0), dpi=130, layout="constrained")
    grid = figure.subplots(2, len(shown), squeeze=False, sharex="col")
    for column, result in enumerate(shown):
        stopped = record.find(result.config.encoder, result.config.decoder, result.config.protocol)
        _draw_pair(grid[0][column], result, stopped, "accuracy", "accuracy per token")
        _draw_pair(grid[1][column], result, stopped, "loss", "loss per token, nats")
        name = " + ".join(model_name(result.config.encoder, result.config.decoder))
        leaks = " (LEAKS)" if PROTOCOLS[result.config.protocol].leaks else ""
        grid[0][column].set_title(f"{name}, protocol {result.config.protocol}{leaks}")
        grid[1][column].set_xlabel("epoch")
        grid[1][column].set_yscale("log")
    figure.suptitle(
        f"Figure 2: {shown[0].epochs} epochs without early stopping\n{quick_mark(record)}".strip()
    )
    with replacing(path) as partial:
        figure.savefig(partial, format="png")
    return True


def _draw_pair(
    axis: Any, result: ModelResult, stopped: ModelResult | None, name: str, label: str
) -> None:
    epochs = [one.epoch for one in result.curve]
    for prefix, color, style, what in (
        ("", _TRAIN, "-", "training, with dropout"),
        ("validation_", _VALIDATION, "--", "validation"),
    ):
        values = [getattr(one, prefix + name) for one in result.curve]
        axis.plot(epochs, values, style, color=color, label=what, linewidth=1.6)
    if stopped is not None:
        axis.axvline(stopped.best_epoch, color="0.2", linestyle=":", linewidth=1.4)
        axis.axvline(stopped.epochs, color="0.2", linewidth=1.0)
        if name == "accuracy":
            axis.annotate(
                f"early stopping: best {stopped.best_epoch}, end {stopped.epochs}",
                (stopped.epochs, 0.5),
                xycoords=("data", "axes fraction"),
                xytext=(6, 0),
                textcoords="offset points",
                fontsize=9,
            )
    axis.set_ylabel(label)
    axis.grid(color="0.92")
    axis.legend(frameon=False)
    for side in ("top", "right"):
        axis.spines[side].set_visible(False)


def draw_accuracies(path: Path, record: Reproduction, level: str) -> None:
    """Writes CCR with intervals by model: the paper's, ours leaking, ours leak-free.

    Args:
        path: The PNG.
        record: The experiment.
        level: Description level.
    """
    from matplotlib.figure import Figure

    lines = [*_lines(record, level)]
    figure = Figure(figsize=(9.0, 1.3 + 0.62 * len(lines)), dpi=130, layout="constrained")
    axis = figure.subplots()
    for place, (_, figures) in enumerate(lines):
        for offset, (one, (_, color, marker)) in enumerate(zip(figures, _SOURCES, strict=True)):
            if one is None:
                continue
            height = place + 0.22 * (offset - 1)
            axis.errorbar(
                one.ccr,
                height,
                xerr=([one.ccr - one.low], [one.high - one.ccr]),
                fmt=marker,
                color=color,
                markersize=7,
                capsize=3,
            )
            axis.annotate(
                f"{one.ccr:.3f}, n = {one.n}",
                (one.high, height),
                xytext=(6, 0),
                textcoords="offset points",
                va="center",
                fontsize=8,
            )
    for label, color, marker in _SOURCES:
        axis.plot([], [], marker, color=color, label=label)
    axis.set_yticks(range(len(lines)), [name for name, _ in lines])
    axis.invert_yaxis()
    low = min((one.low for _, figures in lines for one in figures if one), default=0.0)
    # Figures stand beside the bars, to the right of what a share can be.
    axis.set_xlim(max(0.0, low - 0.03), 1.0 + 0.22 * (1.0 - low))
    axis.set_xticks([tick for tick in axis.get_xticks() if max(0.0, low - 0.03) <= tick <= 1.0])
    axis.axvline(1.0, color="0.75", linewidth=0.8)
    axis.set_xlabel(f"test CCR of {level} captions, with 95 % Wilson interval")
    axis.grid(axis="x", color="0.92")
    axis.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, frameon=False)
    axis.set_title(f"{quick_mark(record)}{level.capitalize()} captions", pad=34)
    for side in ("top", "right"):
        axis.spines[side].set_visible(False)
    with replacing(path) as partial:
        figure.savefig(partial, format="png")


Figures = Sequence[LevelAccuracy | None]


def _lines(record: Reproduction, level: str) -> list[tuple[str, Figures]]:
    lines: list[tuple[str, Figures]] = []
    for encoder, decoder in record.models:
        published = paper_figure(level, encoder.split("-")[0], decoder.split("-")[0])
        ours = (record.find(encoder, decoder, protocol) for protocol in ("paper", HONEST))
        figures = [one.accuracy(level) if one else None for one in ours]
        name = " + ".join(model_name(encoder, decoder))
        lines.append((name, [published.test if published else None, *figures]))
    for result in record.given:
        if result.config.protocol == HONEST:
            name = f"{' + '.join(model_name(result.config.encoder, result.config.decoder))},\n"
            lines.append(
                (f"{name}end to end ({result.name})", [None, None, result.accuracy(level)])
            )
    return lines
