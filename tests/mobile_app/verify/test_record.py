"""The record of a verification says what was run, and what came of it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from mobile_app.camera_app.runtime.errors import JewelcapError
from mobile_app.verify import __main__ as program
from mobile_app.verify.proofs import EMBEDDED, CannotTryError, Outcome, Workshop
from mobile_app.verify.record import this_command
from tests.bundles import write_fake_bundle


def test_a_command_is_kept_as_it_was_called_without_the_folders_of_this_computer() -> None:
    said = this_command(
        ["--model", "a b.tflite", "--work=/home/me/work", "--record", "/tmp/r.json"]
    )
    assert said == ("python -m mobile_app.verify --model 'a b.tflite' --work=work --record r.json")


def holds(workshop: Workshop) -> Outcome:
    """The captioner is embedded."""
    return [], {"bytes": (workshop.app / EMBEDDED).stat().st_size}


def fails(workshop: Workshop) -> Outcome:
    """Something does not hold."""
    raise JewelcapError("it does not hold")


def cannot(workshop: Workshop) -> Outcome:
    """Something cannot be tried."""
    raise CannotTryError("qemu is missing")


@pytest.mark.parametrize(("second", "code"), [(fails, 1), (cannot, 0)])
def test_the_record_names_the_command_and_every_proof(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    second: object,
    code: int,
) -> None:
    model = write_fake_bundle(tmp_path / "some.captioner")
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "a.jpg").touch()
    arguments = ["--model", str(model), "--photos", str(photos), "--count", "1"]
    arguments += ["--work", str(tmp_path / "work"), "--record", str(tmp_path / "record.json")]
    monkeypatch.setattr(sys, "argv", ["verify", *arguments])
    monkeypatch.setattr(program, "PROOFS", {"first": holds, "second": second})
    with pytest.raises(SystemExit) as ended:
        program.main()
    assert ended.value.code == code
    record = json.loads((tmp_path / "record.json").read_text(encoding="utf-8"))
    assert record["command"] == (
        "python -m mobile_app.verify --model some.captioner --photos photos --count 1 "
        "--work work --record record.json"
    )
    first, second_proof = record["proofs"]
    assert first["passed"] is True and first["details"]["bytes"] == model.stat().st_size
    assert second_proof["passed"] is (False if code else None) and second_proof["problems"]
    assert "FAILED" in capsys.readouterr().out or not code
