"""The command `doctor`."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import click

from .checkup import AREAS, PROJECT_APP, Request, examine
from .findings import as_text


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
    only: tuple[str, ...],
    verbose: bool,
    as_json: bool,
) -> None:
    """Find what would go wrong in an Android build, before a phone or the store does.

    Without options it looks at this computer, at buildozer.spec and at the files that go into the
    app. --app and --staged look at those of another folder, --apk at a package that was built.
    Each finding says what, why, and what to do. The exit code is 1 if there is an error;
    warnings alone give 0.

    \b
    Example:
      jewelcap doctor
      jewelcap doctor --apk bin/jewelcap-0.1.0-arm64-v8a-debug.apk --json
    """
    areas = list(only)
    if not areas:
        if app is not None:
            areas += ["spec", "tree"]
        elif staged is not None:
            areas += ["tree"]
        if apk is not None:
            areas += ["package"]
        areas = areas or ["host", "spec", "tree"]
    if "package" in areas and apk is None:
        raise click.UsageError("--only package needs the package: --apk FILE")
    request = Request(app or PROJECT_APP, staged, apk)
    found = examine(request, areas)
    counts = Counter(finding.severity for finding in found)
    if as_json:
        document = {
            "schema_version": 1,
            "areas": areas,
            "ok": not counts["error"],
            "errors": counts["error"],
            "warnings": counts["warning"],
            "findings": [asdict(finding) for finding in found],
            "sizes_bytes": request.sizes,
        }
        click.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        text = as_text(found, verbose)
        if text:
            click.echo(f"{text}\n")
        click.echo(
            f"{', '.join(areas)}: {counts['error']} errors, {counts['warning']} warnings, "
            f"{counts['ok']} right" + ("" if verbose else " (--verbose lists them)")
        )
    ctx.exit(1 if counts["error"] else 0)
