"""Plots of a study: its history, what matters in it, and where good settings lie."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import optuna

from pipeline.files import replacing
from pipeline.sweep.rows import TrialRow
from pipeline.sweep.space import Choices, Span
from pipeline.sweep.study import Study

_FEWEST: Final = 4
"""Finished trials from which on a plot says something."""

_COLORS: Final = {"complete": "#4c72b0", "pruned": "#bbbbbb"}
_LOWEST: Final = 1e-9
"""Stands for losses of 0 where logarithms are taken."""

_SPREAD: Final = 0.5
"""Width in which trials of one value stand side by side, in distances of values."""

_GOLDEN: Final = 0.618034
"""Multiples of it, without their whole part, fill the width evenly."""

_LOSS: Final = "validation loss (nats per token)"


def write_plots(study: Study, rows: Sequence[TrialRow]) -> None:
    """Writes `history.png`, `slices.png`, `parallel.png` and `importance.png`.

    Dimensions with one value only are left out. Nothing is written for fewer than four finished
    trials.

    Args:
        study: The study.
        rows: Its trials.
    """
    space = {n: d for n, d in study.settings.space.items() if len(d.ends()) > 1}
    judged = [row for row in rows if row.loss is not None and row.state in _COLORS]
    complete = [row for row in judged if row.state == "complete"]
    if len(complete) < _FEWEST or not space:
        return
    figures = {
        "history": _history(judged),
        "slices": _slices(judged, space),
        "parallel": _parallel(complete, space),
    }
    figures["importance"] = _importance(importances(study, judged), len(judged))
    for name, figure in figures.items():
        with replacing(study.folder / f"{name}.png") as partial:
            figure.savefig(partial, dpi=110, format="png")


def importances(study: Study, rows: Sequence[TrialRow]) -> dict[str, float]:
    """How much the loss depends on each dimension, the most important first; they sum to 1.

    By fANOVA (Hutter et al. 2014) on the logarithm of the loss, so that the worst trials do not
    drown the others. Pruned trials count with their lowest loss: without them all bad settings
    would be missing, and what is good only by comparison would seem not to matter.

    Args:
        study: Whose space it is.
        rows: Trials that have a loss.
    """
    space = {n: d for n, d in study.settings.space.items() if len(d.ends()) > 1}
    judged = optuna.create_study()
    for row in rows:
        trial = optuna.trial.create_trial(
            params={name: row.params[name] for name in space},
            distributions={name: dimension.distribution for name, dimension in space.items()},
            value=math.log(max(row.loss or 0.0, _LOWEST)),
        )
        judged.add_trial(trial)
    evaluator = optuna.importance.FanovaImportanceEvaluator(seed=0)
    found = optuna.importance.get_param_importances(judged, evaluator=evaluator)
    return {name: float(value) for name, value in found.items()}


def _figure(width: float, height: float) -> Any:
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def _history(rows: Sequence[TrialRow]) -> Any:
    figure = _figure(8, 4.5)
    axes = figure.subplots()
    ordered = sorted(rows, key=lambda row: row.number)
    for state, color in _COLORS.items():
        chosen = [row for row in ordered if row.state == state]
        label = f"{state} ({len(chosen)})"
        axes.scatter([r.number for r in chosen], [r.loss for r in chosen], 22, color, label=label)
    best, numbers, lowest = math.inf, [], []
    for row in ordered:
        if row.state == "complete" and row.loss is not None:
            best = min(best, row.loss)
            numbers.append(row.number)
            lowest.append(best)
    axes.step(numbers, lowest, where="post", color="#c44e52", label="best so far")
    axes.set(xlabel="trial", ylabel=_LOSS, yscale="log", title="History")
    axes.legend()
    return figure


def _importance(importances: dict[str, float], n: int) -> Any:
    figure = _figure(7, 0.8 + 0.45 * len(importances))
    axes = figure.subplots()
    names = list(reversed(importances))
    bars = axes.barh(names, [importances[name] for name in names], color="#4c72b0")
    axes.bar_label(bars, fmt="%.2f", padding=3)
    axes.set(
        xlim=(0, 1.1),
        xlabel="share of what single settings explain (fANOVA of the log loss)",
        title=f"What the loss of {n} trials depends on",
    )
    return figure


def _slices(rows: Sequence[TrialRow], space: dict[str, Choices | Span]) -> Any:
    columns = min(3, len(space))
    lines = math.ceil(len(space) / columns)
    figure = _figure(4.2 * columns, 3.4 * lines)
    panels = figure.subplots(lines, columns, squeeze=False, sharey=True).flatten()
    for axes, (name, dimension) in zip(panels, space.items(), strict=False):
        for state in reversed(_COLORS):
            chosen = [row for row in rows if row.state == state]
            spread = _SPREAD if isinstance(dimension, Choices) else 0.0
            places = [
                _place(dimension, row.params[name]) + spread * (row.number * _GOLDEN % 1 - 0.5)
                for row in chosen
            ]
            axes.scatter(places, [row.loss for row in chosen], 18, _COLORS[state], alpha=0.8)
        axes.set(xlabel=name, yscale="log")
        axes.set_xticks(*_ticks(dimension))
    for row in range(lines):
        panels[row * columns].set_ylabel(_LOSS)
    for axes in panels[len(space) :]:
        axes.set_visible(False)
    figure.suptitle("Validation loss by setting; pruned trials in gray")
    return figure


def _parallel(rows: Sequence[TrialRow], space: dict[str, Choices | Span]) -> Any:
    from matplotlib import colormaps

    figure = _figure(2.2 * (len(space) + 1), 5)
    axes = figure.subplots()
    losses = [math.log(max(row.loss or 0.0, _LOWEST)) for row in rows]
    low, high = min(losses), max(losses)
    for row, loss in sorted(zip(rows, losses, strict=True), key=lambda pair: -pair[1]):
        height = (loss - low) / (high - low) if high > low else 0.5
        heights = [_share(dimension, row.params[name]) for name, dimension in space.items()]
        color = colormaps["viridis_r"](1 - height)
        axes.plot([*heights, height], color=color, alpha=0.8, linewidth=1.2)
    box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "pad": 1}
    for column, dimension in enumerate(space.values()):
        axes.axvline(column, color="black", linewidth=0.8)
        for place, text in zip(*_ticks(dimension), strict=True):
            height = _of_range(dimension, place)
            axes.text(column + 0.03, height, text, va="center", fontsize=8, bbox=box)
    axes.axvline(len(space), color="black", linewidth=0.8)
    for height, loss in ((0.0, low), (1.0, high)):
        axes.text(len(space) + 0.03, height, f"{math.exp(loss):.3g}", va="center", fontsize=8)
    axes.set_xticks(range(len(space) + 1), [*space, "validation loss"])
    axes.set_yticks([])
    axes.set_xlim(-0.1, len(space) + 0.4)
    axes.set_title(f"{len(rows)} finished trials, the best in dark")
    for side in ("top", "left", "right"):
        axes.spines[side].set_visible(False)
    return figure


def _place(dimension: Choices | Span, value: Any) -> float:
    """Where a value stands on the axis of its dimension."""
    if isinstance(dimension, Choices):
        return dimension.values.index(value)
    return math.log10(value) if dimension.log else value


def _of_range(dimension: Choices | Span, place: float) -> float:
    low, high = (_place(dimension, end) for end in (dimension.ends()[0], dimension.ends()[-1]))
    return (place - low) / (high - low)


def _share(dimension: Choices | Span, value: Any) -> float:
    """Where a value stands between the ends of its dimension, in [0, 1]."""
    return _of_range(dimension, _place(dimension, value))


def _ticks(dimension: Choices | Span) -> tuple[list[float], list[str]]:
    """Places and labels."""
    if isinstance(dimension, Choices):
        values: Sequence[Any] = dimension.values
    elif dimension.log:
        low, high = math.log10(dimension.low), math.log10(dimension.high)
        values = [10 ** (low + (high - low) * step / 3) for step in range(4)]
    else:
        values = [dimension.low + (dimension.high - dimension.low) * s / 3 for s in range(4)]
    places = [_place(dimension, value) for value in values]
    return places, [f"{x:.3g}" if isinstance(x, float) else str(x) for x in values]
