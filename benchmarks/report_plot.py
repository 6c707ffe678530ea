"""Plots of accuracy against its cost, readable in print and by the color-blind."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.pareto import Panel, ccr
from benchmarks.record import BenchmarkRecord, delegate_text, threads_text
from benchmarks.report_table import milliseconds
from benchmarks.targets import latency_name
from mobile_app.camera_app.runtime.bundle import LevelAccuracy
from pipeline.catalog.protocols import protocol_label
from pipeline.files import replacing

# Okabe and Ito's colors, told apart by people with any color vision; each has a marker of its
# own, so that the plot of up to seven variants can also be read in gray.
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
"""Ratio of the greatest to the least cost from which its axis is logarithmic."""

_MAX_LABELED: Final = 12
"""Of more points only the front and the best of families behind it are named, beside a legend."""

_MAX_NAMED: Final = 7
"""Of more points to name each gets a number, and the names stand beside the plot."""

_KEY_LINES: Final = 17
"""So many names fit beside a plot; those of more are written smaller."""

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
            threads_text(record.conditions.threads) if panel.cost.placed else "",
            delegate_text(record.conditions.delegate) if panel.cost.placed else "",
        )

    every = [parts(record) for record in panel.records]
    shared = [len({one[index] for one in every}) == 1 for index in range(5)]
    names = [
        ", ".join(part for part, same in zip(one, shared, strict=True) if part and not same)
        for one in every
    ]
    return tuple(
        name or record.model.name for name, record in zip(names, panel.records, strict=True)
    )


def variant_styles(variants: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Color and marker of each variant; no two of up to 49 are alike.

    Args:
        variants: Their names, in any order that stays.
    """
    count = len(_STYLES)
    return {
        # Each round of the colors has them with other markers.
        name: (_STYLES[index % count][0], _STYLES[(index + index // count) % count][1])
        for index, name in enumerate(variants)
    }


def draw_panels(path: Path, panels: Sequence[Panel], variants: Sequence[str] = ()) -> None:
    """Writes a PNG with one plot below the other.

    Args:
        path: The file.
        panels: At least one.
        variants: All variants of the report, so that each looks the same in all of its plots;
            those of the panels by default.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.0, 5.6 * len(panels)), dpi=150, layout="constrained")
    FigureCanvasAgg(figure)  # Becomes the figure's canvas, which can measure texts.
    axes = figure.subplots(len(panels), 1, squeeze=False)
    own = {record.model.variant for panel in panels for record in panel.records}
    variants = variants or sorted(own)
    styles = variant_styles(variants)
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
    costs = panel.costs()
    front = [(costs[i], ccr(panel.records[i], panel.level)) for i in panel.front]
    # A step: between two points of the front there is nothing better than the dearer one's cost
    # and the cheaper one's accuracy.
    axis.step(*zip(*front, strict=True), where="post", color="0.45", linestyle="--", zorder=1)
    accuracies = _accuracies(panel)
    for index, (record, one) in enumerate(zip(panel.records, accuracies, strict=True)):
        color, marker = styles[record.model.variant]
        spread = panel.cost.spread(record) or (costs[index], costs[index])
        axis.errorbar(
            costs[index],
            one.ccr,
            ([one.ccr - one.low], [one.high - one.ccr]),
            # The median of all samples may lie outside of the processes' medians.
            ([max(costs[index] - spread[0], 0.0)], [max(spread[1] - costs[index], 0.0)]),
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
    if max(costs) / min(costs) >= _LOG_FROM:
        from matplotlib.ticker import LogLocator, ScalarFormatter

        axis.set_xscale("log")
        axis.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axis.xaxis.set_major_formatter(ScalarFormatter())
        axis.xaxis.set_minor_formatter("")
        axis.set_xlim(min(costs) / 1.6, max(costs) * 1.6)
    else:
        axis.set_xlim(0.0, max(costs) * 1.3)
    low, high = min(one.low for one in accuracies), max(one.high for one in accuracies)
    axis.set_ylim(max(0.0, low - 0.04), min(1.04, high + 0.08))
    axis.grid(color="0.9", zorder=0)
    for side in ("top", "right"):
        axis.spines[side].set_visible(False)
    place = panel.place
    axis.set_xlabel(
        panel.cost.axis.format(latency=latency_name(place.target), cpu=place.device.cpu)
    )
    axis.set_ylabel(f"CCR, {panel.level} captions, with 95 % interval")
    if len(panel.records) > _MAX_LABELED:
        _legend(axis, panel, styles)
    if numbered := _numbered(panel):
        _key(axis, panel, numbered)
    counts = sorted({one.n for one in accuracies})
    axis.set_title(
        f"{_shared(panel)}{panel.ground.split} split, protocol "
        f"{protocol_label(panel.ground.protocol)}, n = {' or '.join(map(str, counts))} photos",
        fontsize=11,
    )


def _legend(axis: Any, panel: Panel, styles: dict[str, tuple[str, str]]) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=color, marker=marker, linestyle="", label=variant)
        for variant, (color, marker) in styles.items()
        if any(record.model.variant == variant for record in panel.records)
    ]
    axis.legend(handles=handles, loc="lower right", fontsize=9, framealpha=0.9)


def named_points(panel: Panel) -> tuple[int, ...]:
    """Indices of the points that are named.

    All are, or where there are many the front, and of each family of encoders that is not on it
    its most accurate point, so that one sees where the peers stand.
    """
    if len(panel.records) <= _MAX_LABELED:
        return tuple(range(len(panel.records)))
    best: dict[str, int] = {}
    order = sorted(range(len(panel.records)), key=lambda index: panel.costs()[index])
    for index in sorted(order, key=lambda i: -ccr(panel.records[i], panel.level)):
        best.setdefault(_family(panel.records[index]), index)
    there = {_family(panel.records[index]) for index in panel.front}
    return (*panel.front, *(index for name, index in best.items() if name not in there))


def _family(record: BenchmarkRecord) -> str:
    return record.model.encoder.partition("-")[0]


def _numbered(panel: Panel) -> dict[int, int]:
    """Numbers of points, by their index; none where all that are named can stand in the plot."""
    named = sorted(named_points(panel), key=lambda index: panel.costs()[index])
    return {index: number for number, index in enumerate(named, 1)} if _crowded(panel) else {}


def _crowded(panel: Panel) -> bool:
    return len(named_points(panel)) > _MAX_NAMED


def _label_text(panel: Panel, index: int) -> str:
    value = ccr(panel.records[index], panel.level)
    return f"{milliseconds(panel.costs()[index])} {panel.cost.unit}, {value:.3f}"


def _key(axis: Any, panel: Panel, numbered: dict[int, int]) -> None:
    names = point_labels(panel)
    lines = [
        f"{number}  {names[index]}\n    {_label_text(panel, index)}"
        for index, number in numbered.items()
    ]
    axis.annotate(
        "\n".join(lines),
        (1.02, 1.0),
        xycoords="axes fraction",
        verticalalignment="top",
        fontsize=8.5 * min(1.0, _KEY_LINES / len(numbered)),
        linespacing=1.25,
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
    for cost, one in zip(panel.costs(), _accuracies(panel), strict=True):
        x, y = axis.transData.transform((cost, one.ccr))
        low, high = (axis.transData.transform((1.0, end))[1] for end in (one.low, one.high))
        solid.append((x - 12, y - 12, x + 12, y + 12))
        bars.append((x - 4, low, x + 4, high))
    # The front first: its labels shall stand nearest.
    numbered = _numbered(panel)
    for index in sorted(named_points(panel), key=lambda index: index not in panel.front):
        told = f"{names[index]}\n{_label_text(panel, index)}"
        note = axis.annotate(
            f"{numbered[index]}" if numbered else told,
            (panel.costs()[index], ccr(panel.records[index], panel.level)),
            xytext=_OFFSETS[0],
            textcoords="offset points",
            fontsize=9,
            fontweight="bold" if index in panel.front else "normal",
            linespacing=1.1,
            arrowprops={"arrowstyle": "-", "color": "0.55", "linewidth": 0.7, "shrinkB": 5},
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.5},
            zorder=4,
        )

        def badness(offset: tuple[int, int], note: Any = note) -> float:
            box = _place(note, offset, renderer)
            area = (box[2] - box[0]) * (box[3] - box[1])
            outside = area - _common(box, (frame.x0, frame.y0, frame.x1, frame.y1))
            covered = sum(_common(box, other) for other in solid)
            crossed = sum(_common(box, other) for other in bars)
            return 100 * outside + 10 * covered + crossed + 4 * math.hypot(*offset)

        solid.append(_place(note, min(_OFFSETS, key=badness), renderer))


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
