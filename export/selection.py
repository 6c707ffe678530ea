"""All variants of a run side by side, and the best of those that keep within budgets."""

from __future__ import annotations

import os
import platform
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from export.disagreement import Disagreement
from mobile_app.camera_app.runtime.bundle import LevelAccuracy, Parity
from mobile_app.camera_app.runtime.schema import dump_json
from pipeline.errors import JewelcapError
from pipeline.files import write_text
from pipeline.provenance import command_line, git_commit, public_command
from pipeline.registry import lookup
from pipeline.text_tables import text_table

SELECTION: Final = "selection.json"


@dataclass(frozen=True)
class Outcome:
    """What became of a variant.

    Attributes:
        variant: Its name.
        status: `exported`; `refused`, by its floor; or `failed`, to be made at all.
        reason: Why it is not exported; empty if it is.
        path: The captioner, relative to the run; empty if there is none.
        size_bytes: Size of the captioner.
        zipped_bytes: The same compressed by DEFLATE, as in an APK or on its way from a server.
        latency_ms: Median of a photo's caption on one thread of this computer.
        accuracy: Validation accuracy by level.
        parity: Agreement with Keras on validation photos; None of what could not be made.
        kept_float: Layers that stayed in float, of a repaired variant.
        disagreements: Each caption in which it differs from Keras.
    """

    variant: str
    status: Literal["exported", "refused", "failed"]
    reason: str = ""
    path: str = ""
    size_bytes: int = 0
    zipped_bytes: int = 0
    latency_ms: float = 0.0
    accuracy: tuple[LevelAccuracy, ...] = ()
    parity: Parity | None = None
    kept_float: tuple[str, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()


BUDGETS: Final[dict[str, Callable[[Outcome], float]]] = {
    "size_mb": lambda outcome: outcome.size_bytes / 1e6,
    "zipped_mb": lambda outcome: outcome.zipped_bytes / 1e6,
    "latency_ms": lambda outcome: outcome.latency_ms,
}
"""What may be limited, by name."""


@dataclass(frozen=True)
class Selection:
    """Variants and the best of them.

    Attributes:
        level: Level by whose validation accuracy they are compared.
        budgets: Upper limits by a key of `BUDGETS`.
        outcomes: In the order of the registry.
        best: Name of the best variant within the budgets; empty where there is none.
        run: Name of the run.
        command: The command that made this record, without folders.
        git_commit: Code that made it; empty outside a checkout.
        computer: Where the latencies were measured.
        schema_version: Version of this form.
    """

    level: str
    budgets: dict[str, float]
    outcomes: tuple[Outcome, ...]
    best: str
    run: str = ""
    command: str = ""
    git_commit: str = ""
    computer: str = ""
    schema_version: int = 2


def parse_budgets(texts: Iterable[str]) -> dict[str, float]:
    """Parses budgets such as `size_mb=5`.

    Raises:
        JewelcapError: One has another form, an unknown name, or is not above 0.
    """
    budgets = {}
    for text in texts:
        name, equals, number = text.partition("=")
        lookup(BUDGETS, name, "budget")
        try:
            limit = float(number)
        except ValueError:
            limit = 0.0
        if not equals or not 0.0 < limit < float("inf"):
            raise JewelcapError(f"budget {text!r}: give a number above 0, as in {name}=5")
        budgets[name] = limit
    return budgets


def zipped_bytes(path: Path) -> int:
    """Size of a file after DEFLATE at the level that most tools use."""
    return len(zlib.compress(path.read_bytes(), 6))


def select(outcomes: Iterable[Outcome], budgets: Mapping[str, float], run: str = "") -> Selection:
    """Picks the best by validation accuracy at the most detailed level; of equals the smallest.

    Args:
        outcomes: Of all variants.
        budgets: From `parse_budgets`.
        run: Name of the run.
    """
    outcomes = tuple(outcomes)
    within = [one for one in outcomes if one.status == "exported" and not _over(one, budgets)]
    levels = [one.level for outcome in within for one in outcome.accuracy]
    level = levels[-1] if levels else ""
    best = max(within, key=lambda one: (_ccr(one, level), -one.size_bytes), default=None)
    return Selection(
        level,
        dict(budgets),
        outcomes,
        best.variant if best else "",
        run,
        public_command(command_line()),
        git_commit(),
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
    )


def write_selection(folder: Path, selection: Selection) -> Path:
    """Writes `selection.json`."""
    path = folder / SELECTION
    write_text(path, dump_json(selection))
    return path


def selection_text(selection: Selection) -> str:
    """A table of all variants, and which is the best."""
    rows: list[tuple[str, ...]] = []
    for one in selection.outcomes:
        if one.status != "exported":
            rows.append((one.variant, "", "", "", "", "", one.status))
            continue
        accuracy = accuracy_at(one, selection.level)
        figures = ("", "") if accuracy is None else (str(accuracy.n), interval_text(accuracy))
        over = _over(one, selection.budgets)
        mark = "best" if one.variant == selection.best else f"over {', '.join(over)}" * bool(over)
        rows.append(
            (
                one.variant,
                f"{one.size_bytes / 1e6:.2f}",
                f"{one.zipped_bytes / 1e6:.2f}",
                *figures,
                f"{one.latency_ms:.1f}",
                mark,
            )
        )
    header = ("variant", "MB", "zipped MB", "n", f"{selection.level} CCR [95 %]", "ms here", "")
    lines = [text_table(header, rows)]
    lines += [f"{one.variant}: {one.reason}" for one in selection.outcomes if one.reason]
    limits = " and ".join(f"{name} <= {limit:g}" for name, limit in selection.budgets.items())
    if not selection.best:
        lines.append(f"no variant keeps {limits}" if limits else "no variant was exported")
    elif limits:
        lines.append(f"best with {limits}: {selection.best}")
    else:
        lines.append(f"best: {selection.best}")
    return "\n".join(lines)


def _over(outcome: Outcome, budgets: Mapping[str, float]) -> list[str]:
    return [name for name, limit in budgets.items() if BUDGETS[name](outcome) > limit]


def accuracy_at(outcome: Outcome, level: str) -> LevelAccuracy | None:
    """Validation accuracy at a level; None where it was not measured."""
    return next((one for one in outcome.accuracy if one.level == level), None)


def _ccr(outcome: Outcome, level: str) -> float:
    accuracy = accuracy_at(outcome, level)
    return 0.0 if accuracy is None else accuracy.ccr


def interval_text(accuracy: LevelAccuracy) -> str:
    """CCR with its interval."""
    return f"{accuracy.ccr:.3f} [{accuracy.low:.3f}, {accuracy.high:.3f}]"
