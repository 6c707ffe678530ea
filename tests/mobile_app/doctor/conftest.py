"""Fixtures of doctor's tests."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.bundles import write_fake_bundle
from tests.command_line import jewelcap

Codes = Callable[..., dict[str, str]]


@pytest.fixture(scope="session")
def model_bytes(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A captioner file that opens."""
    return write_fake_bundle(tmp_path_factory.mktemp("model") / "captioner").read_bytes()


@pytest.fixture(autouse=True)
def _no_signing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KEYSTORE", "KEYSTORE_PASSWD", "KEYALIAS", "KEYALIAS_PASSWD"):
        monkeypatch.delenv(f"P4A_RELEASE_{name}", raising=False)


def doctor(*arguments: object) -> dict[str, Any]:
    """Runs `doctor --json`; the exit code must fit what it found, and no error may escape."""
    result = jewelcap("doctor", *arguments, "--json")
    document: dict[str, Any] = json.loads(result.stdout)
    project, computer = document["project"], document["computer"]
    assert document["errors"] == project["errors"] + computer["errors"]
    code = 1 if project["errors"] else 3 if computer["errors"] else 0
    assert result.exit_code == code, result.output
    for finding in document["findings"]:
        if finding["severity"] != "ok":
            assert finding["what"] and finding["why"] and finding["remedy"], finding
    return document


@pytest.fixture
def errors() -> Codes:
    """Runs doctor and returns code -> message of each error."""

    def run(*arguments: object, severity: str = "error") -> dict[str, str]:
        return {
            finding["code"]: f"{finding['where']} {finding['what']}"
            for finding in doctor(*arguments)["findings"]
            if finding["severity"] == severity
        }

    run.__test__ = False  # type: ignore[attr-defined]
    return run


@pytest.fixture
def spec_path(tmp_path: Path) -> Path:
    """The spec of an app whose parts are all right."""
    from tests.mobile_app.doctor.android_files import write_app

    return write_app(tmp_path / "app") / "buildozer.spec"
