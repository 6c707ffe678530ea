"""What a computer answers to what the app asks of its system, and what all systems have."""

from __future__ import annotations

import inspect
import shutil
import time
from pathlib import Path
from typing import get_args

import pytest

from mobile_app.camera_app import platform as seam
from mobile_app.camera_app.platform import (
    PLATFORMS,
    Action,
    Battery,
    Insets,
    NotAvailableError,
    Platform,
    current_platform,
    open_platform,
)
from mobile_app.camera_app.platform import desktop as desktop_module
from mobile_app.camera_app.platform.desktop import DesktopPlatform, find_language
from mobile_app.camera_app.platform.procfs import read_cpu_features, read_memory


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> DesktopPlatform:
    """A computer on which nothing reads aloud."""
    monkeypatch.setattr(desktop_module.shutil, "which", lambda _: None)
    return DesktopPlatform()


@pytest.mark.parametrize("name", PLATFORMS)
def test_every_platform_has_every_call_with_the_same_parameters(name: str) -> None:
    if name == "android":
        pytest.importorskip("jnius_config", reason="needs pyjnius")
    module = __import__(f"{seam.__name__}.{PLATFORMS[name]}", fromlist=["_"])
    made = next(
        value
        for key, value in vars(module).items()
        if inspect.isclass(value) and key == f"{name.capitalize()}Platform"
    )
    calls = [key for key, value in vars(Platform).items() if inspect.isfunction(value)]
    calls = [key for key in calls if not key.startswith("_")]
    assert len(calls) > 10
    for call in calls:
        wanted = inspect.signature(getattr(Platform, call))
        assert inspect.signature(getattr(made, call)) == wanted, call


def test_the_current_platform_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANDROID_ARGUMENT", raising=False)
    assert current_platform() is current_platform()
    assert current_platform().name == "desktop"


def test_what_a_computer_lacks_is_a_sentence(silent: DesktopPlatform, tmp_path: Path) -> None:
    assert silent.actions <= set(get_args(Action))
    assert not silent.actions
    for call in (
        lambda: silent.pick("photo", tmp_path, lambda _: None),
        lambda: silent.share("text"),
        lambda: silent.speak("text", "en"),
        silent.open_settings,
    ):
        with pytest.raises(NotAvailableError, match=r"^[A-Z].*\.$"):
            call()
    silent.stop_speaking()
    with pytest.raises(NotAvailableError, match=f"The files are in {tmp_path}"):
        silent.share("", [tmp_path / "a.csv"])


def test_facts_that_a_computer_knows(tmp_path: Path) -> None:
    computer = open_platform("desktop")
    assert computer.insets() == Insets() and computer.dark_mode() is None
    assert computer.thermal_status() is None and not computer.keep_screen_on(True)
    assert computer.device().cores >= 1 and computer.device().os
    assert computer.camera_permission() == "granted"
    answers: list[str] = []
    computer.ask_for_camera(answers.append)
    assert answers == ["granted"]


@pytest.mark.parametrize(
    ("environment", "fallback", "language"),
    [
        ({"LANG": "it_IT.UTF-8"}, None, "it"),
        ({"LANG": "it_IT.UTF-8", "LC_ALL": "es_ES"}, None, "es"),
        ({"LANGUAGE": "es:it", "LANG": "en_US.UTF-8"}, None, "es"),
        ({"LANG": "C.UTF-8"}, "it_IT", "it"),
        ({"LC_ALL": "C", "LANG": "es_MX"}, None, "es"),
        ({"LANG": "POSIX"}, None, "en"),
        ({}, "Italian_Italy", "it"),
        ({}, "Spanish_Spain", "es"),
        ({}, None, "en"),
        ({"LANG": "../../etc"}, None, "en"),
    ],
)
def test_the_language_is_the_systems(
    environment: dict[str, str], fallback: str | None, language: str
) -> None:
    assert find_language(environment, fallback) == language


@pytest.mark.parametrize(
    ("capacity", "status", "battery"),
    [
        ("80\n", "Discharging\n", Battery(0.8, False)),
        ("100", "Full", Battery(1.0, True)),
        ("104", "Charging", Battery(1.0, True)),
        ("much", "Charging", None),
    ],
)
def test_the_battery_of_a_laptop(
    tmp_path: Path, capacity: str, status: str, battery: Battery | None
) -> None:
    folder = tmp_path / "BAT0"
    folder.mkdir()
    (folder / "capacity").write_text(capacity)
    (folder / "status").write_text(status)
    assert DesktopPlatform(tmp_path).battery() == battery
    assert DesktopPlatform(tmp_path / "none").battery() is None


def test_memory_and_processor_as_linux_tells_them(tmp_path: Path) -> None:
    (tmp_path / "self").mkdir()
    (tmp_path / "self" / "status").write_text("Name:\tapp\nVmHWM:\t  300 kB\nVmRSS:\t  200 kB\n")
    (tmp_path / "meminfo").write_text("MemTotal:  4000 kB\nMemAvailable:  1000 kB\nHugePages: 0\n")
    memory = read_memory(tmp_path)
    assert memory is not None
    assert (memory.used_bytes, memory.peak_bytes) == (204_800, 307_200)
    assert (memory.available_bytes, memory.total_bytes) == (1_024_000, 4_096_000)
    (tmp_path / "self" / "status").write_text("Name:\tapp\n")
    assert read_memory(tmp_path) is None
    assert read_cpu_features(tmp_path) == ()
    (tmp_path / "cpuinfo").write_text("processor\t: 0\nFeatures\t: fp asimd asimddp\n")
    assert read_cpu_features(tmp_path) == ("fp", "asimd", "asimddp")


def test_a_text_is_read_by_a_program_and_can_be_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = tmp_path / "said"
    program = tmp_path / "espeak-ng"
    program.write_text(
        f'#!/bin/sh\nprintf "%s|" "$@" > {said}.tmp; mv {said}.tmp {said}\nexec sleep 60\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{Path(shutil.which('sh') or '/bin/sh').parent}")
    computer = DesktopPlatform()
    if computer._speaker != "espeak-ng":
        pytest.skip("another program reads aloud here")
    assert computer.actions == {"speak"}
    computer.speak("-ring; $(id)", "it")
    for _ in range(2000):
        if said.exists():
            break
        time.sleep(0.005)
    assert said.read_text() == "-v|it|--|-ring; $(id)|"
    speaking = computer._speaking
    computer.stop_speaking()
    assert speaking is not None and speaking.returncode == -15
