"""What doctor says: one finding for each thing that was looked at and is worth a word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Literal

Severity = Literal["error", "warning", "ok"]
"""An error breaks the build, the app, or its way to the store; a warning may."""

MARKS: Final[dict[Severity, str]] = {"error": "ERROR", "warning": "warning", "ok": "ok"}

BUILD_AGAIN: Final = "build it again from a clean tree"
"""What to do about a package that is damaged or incomplete."""

_MOST_OF_A_KIND: Final = 4


@dataclass(frozen=True)
class Finding:
    """One thing that was found.

    Attributes:
        area: A key of `AREAS` in `checkup`.
        severity: How bad it is.
        code: Short name for programs, such as `page-size`.
        what: What was found, with the value.
        why: The rule behind it, and what happens otherwise.
        remedy: What to do.
        where: File, key or member of an archive.
    """

    area: str
    severity: Severity
    code: str
    what: str
    why: str = ""
    remedy: str = ""
    where: str = ""


@dataclass
class Findings:
    """Collects the findings of one area.

    Attributes:
        area: Of all that is added.
        found: In the order in which they came.
    """

    area: str
    found: list[Finding] = field(default_factory=list)

    def error(self, code: str, what: str, why: str, remedy: str, where: str = "") -> None:
        """Adds what breaks something."""
        self.found.append(Finding(self.area, "error", code, what, why, remedy, where))

    def warning(self, code: str, what: str, why: str, remedy: str, where: str = "") -> None:
        """Adds what may break something."""
        self.found.append(Finding(self.area, "warning", code, what, why, remedy, where))

    def good(self, code: str, what: str, where: str = "") -> None:
        """Adds what was checked and is right."""
        self.found.append(Finding(self.area, "ok", code, what, where=where))

    @property
    def errors(self) -> int:
        """How many errors there are."""
        return sum(finding.severity == "error" for finding in self.found)


def as_text(findings: Iterable[Finding], verbose: bool) -> str:
    """Writes findings for a person; what is right takes a line, or none unless `verbose`.

    Of many findings of one kind the first few are written, and how many more there are.
    """
    shown_findings = [each for each in findings if verbose or each.severity != "ok"]
    kinds = Counter(map(_kind, shown_findings))
    written: Counter[tuple[str, ...]] = Counter()
    lines: list[str] = []
    area = ""
    for finding in shown_findings:
        if finding.area != area:
            area = finding.area
            lines.append(f"\n{area}")
        kind = _kind(finding)
        written[kind] += 1
        if written[kind] > _MOST_OF_A_KIND:
            if written[kind] == kinds[kind]:
                more = kinds[kind] - _MOST_OF_A_KIND
                mark = MARKS[finding.severity]
                lines.append(
                    f"  {mark:7} [{finding.code}] {more} more like that (--json lists all)"
                )
            continue
        where = f"{finding.where}: " if finding.where else ""
        lines.append(f"  {MARKS[finding.severity]:7} [{finding.code}] {where}{finding.what}")
        if finding.why:
            lines.append(f"          why: {finding.why}")
        if finding.remedy:
            lines.append(f"          do:  {finding.remedy}")
    return "\n".join(lines).lstrip("\n")


def _kind(finding: Finding) -> tuple[str, ...]:
    return (finding.area, finding.severity, finding.code, finding.why)


def shown(value: str, limit: int = 80) -> str:
    """A value from outside, quoted, on one line and cut."""
    text = repr(value)
    return text if len(text) <= limit else f"{text[: limit - 2]}…'"
