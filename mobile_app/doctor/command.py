"""The command `doctor`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from .checkup import AREAS, COMPUTER, PROJECT_APP, Request, examine
from .findings import Finding, as_text

FAILED, NOT_READY = 1, 3
"""Exit codes: the project or the package has an error; only this computer has."""


@click.command()
@click.option(
    "--app",
    type=click.Path(path_type=Path),
    help="Folder with main.py and buildozer.spec.  [default: this project's]",
)
@click.option(
    "--staged",
    type=click.Path(path_type=Path),
    help="A tree that buildozer has staged: .buildozer/android/app.",
)
@click.option("--apk", type=click.Path(path_type=Path), help="A built APK or AAB.")
@click.option(
    "--project",
    is_flag=True,
    help="Look at the project alone, not at this computer: --only spec --only tree.",
)
@click.option(
    "--only",
    type=click.Choice(list(AREAS)),
    multiple=True,
    help="Look at this area; may be given several times.",
)
@click.option("--verbose", "-v", is_flag=True, help="Show what is right, too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def doctor(
    ctx: click.Context,
    app: Path | None,
    staged: Path | None,
    apk: Path | None,
    project: bool,
    only: tuple[str, ...],
    verbose: bool,
    as_json: bool,
) -> None:
    """Find what would go wrong in an Android build, before a phone or the store does.

    Without options it looks at this computer, at buildozer.spec and at the files that go into the
    app. --app and --staged look at those of another folder, --apk at a package that was built.
    Each finding says what, why, and what to do.

    \b
    Exit codes:
      0  no error; there may be warnings
      1  an error in the project or the package
      2  called wrongly
      3  no error but of this computer, which cannot build yet

    \b
    Example:
      jewelcap doctor
      jewelcap doctor --project
      jewelcap doctor --apk bin/jewelcap-0.1.0-arm64-v8a-debug.apk --json
    """
    areas = _areas(app, staged, apk, project, only)
    request = Request(app or PROJECT_APP, staged, apk)
    found = examine(request, areas)
    project_side = _side(areas, found, computer=False)
    computer_side = _side(areas, found, computer=True)
    if as_json:
        errors = project_side.errors + computer_side.errors
        document = {
            "schema_version": 1,
            "areas": areas,
            "ok": not errors,
            "errors": errors,
            "warnings": project_side.warnings + computer_side.warnings,
            "project": asdict(project_side),
            "computer": asdict(computer_side),
            "findings": [asdict(finding) for finding in found],
            "staged_bytes": request.staged_bytes,
            "sizes_bytes": request.sizes,
        }
        click.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        text = as_text(found, verbose)
        if text:
            click.echo(f"{text}\n")
        for name, side in (("the project", project_side), ("this computer", computer_side)):
            if side.areas:
                click.echo(f"{name} {side}" + ("" if verbose else " (--verbose lists them)"))
    ctx.exit(FAILED if project_side.errors else NOT_READY if computer_side.errors else 0)


def _areas(
    app: Path | None, staged: Path | None, apk: Path | None, project: bool, only: tuple[str, ...]
) -> list[str]:
    """What is looked at, in the order of `AREAS`."""
    if project and only:
        raise click.UsageError("--project names areas already: leave out --only")
    areas = set(only)
    if not only:
        if project or app is not None:
            areas |= {"spec", "tree"}
        elif staged is not None:
            areas |= {"tree"}
        if apk is not None:
            areas |= {"package"}
        areas = areas or {"host", "spec", "tree"}
    if "package" in areas and apk is None:
        raise click.UsageError("--only package needs the package: --apk FILE")
    return [area for area in AREAS if area in areas]


@dataclass(frozen=True)
class _Side:
    """What was found of one side: the project with its package, or this computer."""

    areas: list[str]
    errors: int
    warnings: int
    right: int

    def __str__(self) -> str:
        counts = ((self.errors, "error"), (self.warnings, "warning"))
        said = [f"{count} {word}{'' if count == 1 else 's'}" for count, word in counts]
        return f"({', '.join(self.areas)}): {', '.join(said)}, {self.right} right"


def _side(areas: Iterable[str], found: list[Finding], computer: bool) -> _Side:
    own = [area for area in areas if (area in COMPUTER) == computer]
    counts = Counter(each.severity for each in found if each.area in own)
    return _Side(own, counts["error"], counts["warning"], counts["ok"])
