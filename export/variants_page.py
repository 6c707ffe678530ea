"""The table of all variants in Markdown, with each caption that an export changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from export.disagreement import CAUSES, CHANGED, PARTS, SURE, TIE, Disagreement
from export.selection import Outcome, Selection, accuracy_at, interval_text
from mobile_app.camera_app.runtime.languages import compose
from mobile_app.camera_app.runtime.schema import dump_json
from pipeline.files import write_text

RECORD: Final = "variants.json"
PAGE: Final = "variants.md"


def write_variants(folder: Path, selection: Selection) -> None:
    """Writes a record to publish, and its page."""
    write_text(folder / RECORD, dump_json(selection))
    write_text(folder / PAGE, variants_page(selection))


def variants_page(selection: Selection) -> str:
    """The page of a record."""
    outcomes = selection.outcomes
    head = (
        "variant",
        "MB",
        "zipped MB",
        f"{selection.level} CCR [95 %]",
        "state error",
        "tokens equal",
        "captions equal",
        "of those that Keras is sure of",
        *CAUSES,
        *(f"by {part}" for part in PARTS),
    )
    n = sorted({one.parity.n for one in outcomes if one.parity})
    changed = [(one, case) for one in outcomes for case in one.disagreements]
    changed = [(one, case) for one, case in changed if case.cause == CHANGED]
    sections = [
        f"# All variants of {selection.run}",
        f"Each file against the Keras model that it was made of, on {_counts(n)} validation "
        "photos at every level. The last columns count the captions that differ, by cause: Keras "
        f"gave its own less than {SURE:g} ({CAUSES[0]}); where the two part, Keras held its own "
        f"token less than {TIE:g} likelier than the file's ({CAUSES[1]}); neither ({CAUSES[2]}). "
        "And by which part of the file, in the place of Keras' own, is enough to change it: only "
        "its encoder, only its decoder, either of them alone, or nothing less than both.",
        _table(head, map(_row, outcomes)),
        *([_reasons(outcomes)] if any(one.reason or one.kept_float for one in outcomes) else []),
        f"## Captions that {CHANGED.replace('its', 'their')}",
        _table(
            (
                "variant",
                "photo",
                "Keras",
                "file",
                "Keras sure",
                "margin there",
                "in the file",
                "by",
            ),
            (_case(one.variant, case) for one, case in changed),
        )
        if changed
        else "None.",
        f"Best: {selection.best or 'none'}. Made by `{selection.command}`"
        + (f", commit {selection.git_commit}" if selection.git_commit else "")
        + f". Every caption that differs stands in `{RECORD}`.",
    ]
    return "\n\n".join(sections) + "\n"


def _row(one: Outcome) -> tuple[str, ...]:
    name = one.variant if one.status == "exported" else f"{one.variant} ({one.status})"
    if one.parity is None:
        return (name, *[""] * (7 + len(CAUSES) + len(PARTS)))
    accuracy = accuracy_at(one, one.accuracy[-1].level) if one.accuracy else None
    causes = Counter(case.cause for case in one.disagreements)
    parts = Counter(case.part for case in one.disagreements)
    return (
        name,
        f"{one.size_bytes / 1e6:.2f}",
        f"{one.zipped_bytes / 1e6:.2f}" if one.zipped_bytes else "",
        interval_text(accuracy) if accuracy else "",
        f"{one.parity.state_error:.4f}",
        f"{one.parity.token_agreement:.4f}",
        f"{one.parity.caption_agreement:.4f}",
        f"{one.parity.sure_agreement:.4f} of {one.parity.sure_captions}",
        *(str(causes[cause]) for cause in CAUSES),
        *(str(parts[part]) for part in PARTS),
    )


def _reasons(outcomes: Iterable[Outcome]) -> str:
    lines = []
    for one in outcomes:
        if one.reason:
            lines.append(f"- {one.variant}: {one.reason}")
        if one.kept_float:
            lines.append(f"- {one.variant}: in float stayed {', '.join(one.kept_float)}")
    return "\n".join(lines)


def _case(variant: str, case: Disagreement) -> tuple[str, ...]:
    return (
        variant,
        case.file_name,
        compose(case.keras, "en") or "(nothing)",
        compose(case.exported, "en") or "(nothing)",
        f"{case.confidence:.2f}",
        f"{case.keras_margin:.2f}",
        f"{case.exported_margin:.2f}",
        case.part,
    )


def _counts(n: list[int]) -> str:
    return " or ".join(map(str, n)) or "no"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    titles = list(head)
    lines = [titles, ["---", *["---:"] * (len(titles) - 1)], *map(list, rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
