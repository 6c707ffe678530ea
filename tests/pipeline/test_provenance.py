from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec

import pytest

from pipeline.provenance import command_line, public_command


@pytest.mark.parametrize(
    ("module", "said"),
    [
        (None, "jewelcap --out 'my runs'"),
        ("benchmarks.scale", "python -m benchmarks.scale --out 'my runs'"),
        ("benchmarks.web.__main__", "python -m benchmarks.web --out 'my runs'"),
    ],
)
def test_a_command_is_recorded_as_one_would_call_it_again(
    module: str | None, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = ModuleSpec(module, None) if module else None
    monkeypatch.setattr(sys.modules["__main__"], "__spec__", spec)
    monkeypatch.setattr(sys, "argv", ["/usr/local/bin/jewelcap", "--out", "my runs"])
    assert command_line() == said


def test_a_published_command_names_no_folder_of_this_computer() -> None:
    said = public_command("jewelcap train --run /home/a/run --set weights=/home/a/w.h5 photos/x")
    assert said == "jewelcap train --run run --set weights=w.h5 photos/x"
