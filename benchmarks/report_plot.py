"""The plot of latency against accuracy, readable in print and by the color-blind."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.pareto import Panel, ccr, photo_ms
from benchmarks.record import BenchmarkRecord, threads_text
from benchmarks.report_table import milliseconds
from benchmarks.targets import latency_name
from mobile_app.camera_app.runtime.bundle import LevelAccuracy
from pipeline.catalog.protocols import protocol_label
from pipeline.files import replacing

# Okabe and Ito's colors, told apart by people with any color vision; each has a marker of its
# own, so that the plot can also be read in gray.
_STYLES: Final = (
    ("#0072B2", "o"),
    ("#D55E00", "s"),
    ("#009E73", "^"),
    ("#CC79A7", "D"),
    ("#E69F00", "v"),
    ("#56B4E9", "P"),
    ("#000000", "X"),
)
_LOG_FROM: Final = 4.0
"""Ratio of the slowest to the fastest from which the latency axis is logarithmic."""

_OFFSETS: Final = tuple(
    (x, y)
    for y in (7, -7, 0, 18, -18, 32, -32, 48, -48, 66, -66, 86, -86, 110, -110)
    for x in (11, -11, 30, -30, 60, -60)
)
"""Places of a label around its point, in points."""


def point_labels(panel: Panel) -> tuple[str, ...]:
    """Names of the points, without what all of them share."""

    def parts(record: BenchmarkRecord) -> tuple[str, ...]:
        return (
            record.model.encoder,
            record.model.decoder,
            record.model.variant,
            threads_text(record.conditions.threads),
        )

    every = [parts(record) for record in panel.records]
    shared = [len({one[index] for one in every}) == 1 for index in range(4)]
    names = [
        ", ".join(part for part, same in zip(one, shared, strict=True) if not same) for one in every
    ]
    return tuple(
        name or record.model.name for name, record in zip(names, panel.records, strict=True)
    )


def draw_panels(path: Path, panels: Sequence[Panel]) -> None:
    """Writes a PNG with one plot below the other.

    Args:
        path: The file.
        panels: At least one.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.0, 5.6 * len(panels)), dpi=150, layout="constrained")
    FigureCanvasAgg(figure)  # Becomes the figure's canvas, which can measure texts.
    axes = figure.subplots(len(panels), 1, squeeze=False)
    variants = sorted({record.model.variant for panel in panels for record in panel.records})
    styles = {name: _STYLES[index % len(_STYLES)] for index, name in enumerate(variants)}
    for (axis,), panel in zip(axes, panels, strict=True):
        _draw(axis, panel, styles)
    # Labels are placed by their size on the page, which is known once all else has its place.
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for (axis,), panel in zip(axes, panels, strict=True):
        _label(axis, panel)
    with replacing(path) as partial:
        figure.savefig(partial, format="png")


def _accuracies(panel: Panel) -> list[LevelAccuracy]:
    """Of each record of a panel, all of which have one."""
    found = [record.accuracy.at(panel.level) for record in panel.records if record.accuracy]
    return [one for one in found if one is not None]


def _draw(axis: Any, panel: Panel, styles: dict[str, tuple[str, str]]) -> None:
    latencies = [photo_ms(record) for record in panel.records]
    front = [(latencies[i], ccr(panel.records[i], panel.level)) for i in panel.front]
    # A step: between two points of the front there is nothing better than the slower one's
    # latency and the faster one's accuracy.
    axis.step(*zip(*front, strict=True), where="post", color="0.45", linestyle="--", zorder=1)
    accuracies = _accuracies(panel)
    for index, (record, one) in enumerate(zip(panel.records, accuracies, strict=True)):
        color, marker = styles[record.model.variant]
        axis.errorbar(
            latencies[index],
            one.ccr,
            ([one.ccr - one.low], [one.high - one.ccr]),
            fmt=marker,
            color=color,
            markersize=10 if index in panel.front else 7,
            markeredgecolor="black",
            markeredgewidth=1.8 if index in panel.front else 0.6,
            markerfacecolor=color if index in panel.front else "white",
            capsize=4,
            elinewidth=1.2,
            zorder=3,
        )
    if max(latencies) / min(latencies) >= _LOG_FROM:
        from matplotlib.ticker import LogLocator, ScalarFormatter

        axis.set_xscale("log")
        axis.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axis.xaxis.set_major_formatter(ScalarFormatter())
        axis.xaxis.set_minor_formatter("")
        axis.set_xlim(min(latencies) / 1.6, max(latencies) * 1.6)
    else:
        axis.set_xlim(0.0, max(latencies) * 1.3)
    low, high = min(one.low for one in accuracies), max(one.high for one in accuracies)
    axis.set_ylim(max(0.0, low - 0.04), min(1.04, high + 0.08))
    axis.grid(color="0.9", zorder=0)
    for side in ("top", "right"):
        axis.spines[side].set_visible(False)
    place = panel.place
    name = latency_name(place.target)
    axis.set_xlabel(f"{name} of a whole photo, file to caption: median, ms  ({place.device.cpu})")
    axis.set_ylabel(f"CCR, {panel.level} captions, with 95 % interval")
    counts = sorted({one.n for one in accuracies})
    axis.set_title(
        f"{_shared(panel)}{panel.ground.split} split, protocol "
        f"{protocol_label(panel.ground.protocol)}, n = {' or '.join(map(str, counts))} photos",
        fontsize=11,
    )


def _shared(panel: Panel) -> str:
    pairs = {(record.model.encoder, record.model.decoder) for record in panel.records}
    return " + ".join(pairs.pop()) + ": " if len(pairs) == 1 else ""


Box = tuple[float, float, float, float]
"""Left, bottom, right and top in pixels."""


def _label(axis: Any, panel: Panel) -> None:
    """Puts each label where it covers least: no label and no point, if it can, and no interval."""
    renderer = axis.figure.canvas.get_renderer()
    frame = axis.get_window_extent(renderer)
    names = point_labels(panel)
    solid: list[Box] = []
    bars: list[Box] = []
    for record, one in zip(panel.records, _accuracies(panel), strict=True):
        x, y = axis.transData.transform((photo_ms(record), one.ccr))
        low, high = (axis.transData.transform((1.0, end))[1] for end in (one.low, one.high))
        solid.append((x - 12, y - 12, x + 12, y + 12))
        bars.append((x - 4, low, x + 4, high))
    # The front first: its labels shall stand nearest.
    for index in sorted(range(len(names)), key=lambda index: index not in panel.front):
        record = panel.records[index]
        value = ccr(record, panel.level)
        note = axis.annotate(
            f"{names[index]}\n{milliseconds(photo_ms(record))} ms, {value:.3f}",
            (photo_ms(record), value),
            xytext=_OFFSETS[0],
            textcoords="offset points",
            fontsize=9,
            fontweight="bold" if index in panel.front else "normal",
            linespacing=1.1,
            arrowprops={"arrowstyle": "-", "color": "0.55", "linewidth": 0.7, "shrinkB": 5},
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.5},
            zorder=4,
        )

        def cost(offset: tuple[int, int], note: Any = note) -> float:
            box = _place(note, offset, renderer)
            area = (box[2] - box[0]) * (box[3] - box[1])
            outside = area - _common(box, (frame.x0, frame.y0, frame.x1, frame.y1))
            covered = sum(_common(box, other) for other in solid)
            crossed = sum(_common(box, other) for other in bars)
            return 100 * outside + 10 * covered + crossed + 4 * math.hypot(*offset)

        solid.append(_place(note, min(_OFFSETS, key=cost), renderer))


def _place(note: Any, offset: tuple[int, int], renderer: Any) -> Box:
    from matplotlib.text import Text

    x, y = offset
    note.set_position(offset)
    note.set_horizontalalignment("left" if x > 0 else "right")
    note.set_verticalalignment("bottom" if y > 0 else "top" if y < 0 else "center")
    note.update_positions(renderer)
    # The annotation's own extent contains its leader line.
    box = Text.get_window_extent(note, renderer)
    return box.x0, box.y0, box.x1, box.y1


def _common(one: Box, other: Box) -> float:
    """Area that two boxes share."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return width * height if width > 0 and height > 0 else 0.0
