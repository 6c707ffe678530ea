"""What the app asks of Android, on a real virtual machine with a stub phone."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from mobile_app.camera_app.platform import (
    Battery,
    Insets,
    NotAvailableError,
    Permission,
    android_files,
    open_platform,
)
from mobile_app.camera_app.platform.android import uncovered
from mobile_app.camera_app.runtime.errors import JewelcapError

PICKED = 0x6A77


def wait_for(condition: Callable[[], Any]) -> None:
    end = time.monotonic() + 10.0
    while not condition():
        assert time.monotonic() < end, "nothing happened within ten seconds"
        time.sleep(0.002)


class Android:
    """python-for-android's modules, by their documented functions."""

    def __init__(self) -> None:
        self.granted: set[str] = set()
        self.asked: list[tuple[list[str], Callable[[list[str], list[bool]], None]]] = []
        self.results: list[Callable[[int, int, Any], None]] = []

    def check_permission(self, permission: str) -> bool:
        return permission in self.granted

    def request_permissions(self, permissions: list[str], callback: Any = None) -> None:
        self.asked.append((permissions, callback))

    def bind(self, on_activity_result: Any) -> None:
        self.results.append(on_activity_result)

    def unbind(self, on_activity_result: Any) -> None:
        self.results.remove(on_activity_result)

    def answer(self, request: int, result: int, intent: Any) -> None:
        count = len(self.results)
        for listener in self.results:
            listener(request, result, intent)
            # Java's activity goes through its list and fails where that changes meanwhile.
            assert len(self.results) == count


@pytest.fixture
def android(monkeypatch: pytest.MonkeyPatch) -> Android:
    android = Android()
    package, permissions, activity = map(ModuleType, ("android", "permissions", "activity"))
    permissions.check_permission = android.check_permission  # type: ignore[attr-defined]
    permissions.request_permissions = android.request_permissions  # type: ignore[attr-defined]
    activity.bind, activity.unbind = android.bind, android.unbind  # type: ignore[attr-defined]
    package.activity, package.permissions = activity, permissions  # type: ignore[attr-defined]
    for name, module in (
        ("android", package),
        ("android.permissions", permissions),
        ("android.activity", activity),
    ):
        monkeypatch.setitem(sys.modules, name, module)
    return android


@pytest.fixture
def phone(java: Any, android: Android, tmp_path: Path) -> Iterator[Any]:
    """The stub phone, new; files of other apps lie in `other`."""
    folder = tmp_path / "other"
    folder.mkdir()

    class Opener(java.PythonJavaClass):  # type: ignore[misc]
        __javainterfaces__ = ("stub/Descriptors$Opener",)

        @java.java_method("(Ljava/lang/String;Ljava/lang/String;)I")
        def open(self, path: str, mode: str) -> int:
            flags = os.O_RDONLY if mode == "r" else os.O_WRONLY | os.O_CREAT
            return os.open(path, flags)

    opener = Opener()
    java.autoclass("stub.Descriptors").set(opener)
    phone = java.autoclass("stub.Phone")
    phone.reset()
    phone.folder = str(folder)
    yield phone


def test_facts_of_the_phone(phone: Any) -> None:
    platform = open_platform("android")
    assert platform.name == "android"
    device = platform.device()
    assert (device.manufacturer, device.model, device.soc) == ("Maker", "Phone 9", "Chip 3")
    assert (device.os, device.abi) == ("Android 15 (API 35)", "arm64-v8a")
    assert device.cores >= 1
    assert platform.battery() == Battery(0.8, False, 31.5, False)
    phone.batteryPlugged, phone.powerSave = 2, True
    assert platform.battery() == Battery(0.8, True, 31.5, True)
    phone.batteryLevel = -1
    assert platform.battery() is None
    assert platform.dark_mode() is False
    phone.night = True
    assert platform.dark_mode() is True
    memory = platform.memory()
    assert memory is None or memory.total_bytes > memory.used_bytes > 0


def test_heat_has_androids_words(phone: Any) -> None:
    platform = open_platform("android")
    told = []
    for phone.thermal in (0, 2, 6, 99, -1):
        told.append(platform.thermal_status())
    assert told == ["none", "moderate", "shutdown", None, None]
    phone.setApi(28)
    assert open_platform("android").thermal_status() is None


@pytest.mark.parametrize("code", ["it", "es", "en"])
def test_the_language_is_the_systems(phone: Any, java: Any, code: str) -> None:
    locale = java.autoclass("java.util.Locale")
    before = locale.getDefault()
    try:
        locale.setDefault(locale(code))
        assert open_platform("android").language() == code
    finally:
        locale.setDefault(before)


def test_bars_and_notch_are_kept_clear_of(phone: Any) -> None:
    platform = open_platform("android")
    assert platform.insets() == Insets(0, 100, 0, 120)
    # Where the system already keeps the app below its bars, nothing is left to keep clear of but
    # the notch, which reaches lower than the bar.
    phone.edgeToEdge = False
    assert platform.insets() == Insets(0, 10, 0, 0)
    phone.setApi(29)
    assert open_platform("android").insets() == Insets(0, 0, 0, 0)


def test_a_view_in_the_middle_is_not_covered() -> None:
    bars = Insets(10, 20, 30, 40)
    assert uncovered(bars, (1000, 2000), (0, 0, 1000, 2000)) == bars
    assert uncovered(bars, (1000, 2000), (50, 50, 900, 1900)) == Insets()
    assert uncovered(bars, (1000, 2000), (5, 5, 990, 1990)) == Insets(5, 15, 25, 35)


def test_the_screen_stays_on_until_told_otherwise(phone: Any) -> None:
    platform = open_platform("android")
    assert platform.keep_screen_on(True)
    wait_for(lambda: phone.windowFlags == 128)
    platform.keep_screen_on(False)
    wait_for(lambda: phone.windowFlags == 0)


@pytest.mark.parametrize(
    ("granted", "may_explain", "answer"),
    [
        ([True], False, "granted"),
        ([False], True, "refused"),
        ([False], False, "blocked"),
        # Closed without an answer.
        ([], False, "refused"),
    ],
)
def test_the_answer_about_the_camera(
    phone: Any, android: Android, granted: list[bool], may_explain: bool, answer: Permission
) -> None:
    platform = open_platform("android")
    assert platform.camera_permission() == "refused"
    answers: list[Permission] = []
    platform.ask_for_camera(answers.append)
    (permissions, callback), *_ = android.asked
    assert permissions == ["android.permission.CAMERA"] and not answers
    phone.mayExplain = may_explain
    callback(permissions, granted)
    assert answers == [answer]
    android.granted.add("android.permission.CAMERA")
    assert platform.camera_permission() == "granted"


def test_settings_open_at_this_app(phone: Any) -> None:
    open_platform("android").open_settings()
    started = phone.started.toString()
    assert "android.settings.APPLICATION_DETAILS_SETTINGS" in started
    assert "data=package:org.example.app" in started


def result_with(java: Any, address: str) -> Any:
    intent = java.autoclass("android.content.Intent")("")
    intent.setData(java.autoclass("android.net.Uri").parse(address))
    return intent


@pytest.mark.parametrize(("api", "action"), [(35, "PICK_IMAGES"), (30, "GET_CONTENT")])
def test_a_chosen_photo_is_copied(
    phone: Any, java: Any, android: Android, tmp_path: Path, api: int, action: str
) -> None:
    phone.setApi(api)
    (tmp_path / "other" / "42").write_bytes(b"a photo")
    platform = open_platform("android")
    picked: list[Path | JewelcapError | None] = []
    platform.pick("photo", tmp_path, picked.append)
    assert action in phone.started.toString() and "type=image/*" in phone.started.toString()
    assert f"request {PICKED}" in phone.log()
    android.answer(PICKED + 1, -1, result_with(java, "content://media/42"))
    assert not picked, "that answer was for another question"
    android.answer(PICKED, -1, result_with(java, "content://media/42"))
    wait_for(lambda: picked)
    assert isinstance(picked[0], Path) and picked[0].read_bytes() == b"a photo"
    assert picked[0].parent == tmp_path
    android.answer(PICKED, -1, result_with(java, "content://media/42"))
    time.sleep(0.05)
    assert len(picked) == 1, "nobody has asked again"


@pytest.mark.parametrize("api", [35, 30])
def test_a_chosen_captioner_is_copied(
    phone: Any, java: Any, android: Android, tmp_path: Path, api: int
) -> None:
    phone.setApi(api)
    (tmp_path / "other" / "9").write_bytes(b"a captioner")
    picked: list[Path | JewelcapError | None] = []
    open_platform("android").pick("captioner", tmp_path, picked.append)
    started = phone.started.toString()
    assert "GET_CONTENT" in started and "OPENABLE" in started and "type=*/*" in started
    android.answer(PICKED, -1, result_with(java, "content://documents/9"))
    wait_for(lambda: picked)
    assert isinstance(picked[0], Path) and picked[0].read_bytes() == b"a captioner"
    assert picked[0].parent == tmp_path


def test_what_was_not_chosen_or_cannot_be_taken_is_an_answer_too(
    phone: Any, java: Any, android: Android, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform = open_platform("android")
    picked: list[Path | JewelcapError | None] = []
    platform.pick("photo", tmp_path, picked.append)
    android.answer(PICKED, 0, None)
    assert picked == [None]
    platform.pick("photo", tmp_path, picked.append)
    android.answer(PICKED, -1, result_with(java, "content://media/gone"))
    wait_for(lambda: len(picked) == 2)
    assert str(picked[1]) == "The chosen photo cannot be read. Choose another one."
    (tmp_path / "other" / "long").write_bytes(bytes(1_000_001))
    monkeypatch.setitem(android_files.MOST_BYTES, "captioner", 1_000_000)
    platform.pick("captioner", tmp_path, picked.append)
    android.answer(PICKED, -1, result_with(java, "content://media/long"))
    wait_for(lambda: len(picked) == 3)
    assert str(picked[2]) == "The chosen file has more than 1 MB. Choose a smaller one."
    # Nothing of it is left behind.
    assert [path.name for path in tmp_path.iterdir()] == ["other"]


def test_a_second_question_takes_the_place_of_the_first(
    phone: Any, android: Android, tmp_path: Path
) -> None:
    platform = open_platform("android")
    first: list[Path | JewelcapError | None] = []
    second: list[Path | JewelcapError | None] = []
    platform.pick("photo", tmp_path, first.append)
    platform.pick("photo", tmp_path, second.append)
    android.answer(PICKED, 0, None)
    assert (first, second) == ([], [None])


def test_a_text_is_shared(phone: Any) -> None:
    open_platform("android").share("white gold ring")
    started = phone.started.toString()
    assert "action.CHOOSER" in started and "action.SEND " in started
    assert "type=text/plain" in started and "TEXT=white gold ring" in started


def test_files_are_shared_by_way_of_the_downloads(phone: Any, tmp_path: Path) -> None:
    table, photo = tmp_path / "history.csv", tmp_path / "ring.jpg"
    table.write_bytes(b"a,b")
    photo.write_bytes(b"jpeg")
    platform = open_platform("android")
    platform.share("", [table])
    assert "action.SEND " in phone.started.toString()
    assert "content://downloads/history.csv" in phone.started.toString()
    assert "flags=1" in phone.started.toString()
    platform.share("mine", [table, photo])
    assert "action.SEND_MULTIPLE" in phone.started.toString()
    assert "[content://downloads/history.csv, content://downloads/ring.jpg]" in (
        phone.started.toString()
    )
    assert "type=*/*" in phone.started.toString() and "TEXT=mine" in phone.started.toString()
    assert (tmp_path / "other" / "history.csv").read_bytes() == b"a,b"
    assert (tmp_path / "other" / "ring.jpg").read_bytes() == b"jpeg"
    assert (
        "relative_path=Download/jewelcap" in phone.log() and "mime_type=image/jpeg" in phone.log()
    )


def test_what_cannot_be_shared_is_one_sentence(phone: Any, tmp_path: Path) -> None:
    platform = open_platform("android")
    with pytest.raises(NotAvailableError, match=r"gone\.csv cannot be copied to Download/jewelcap"):
        platform.share("", [tmp_path / "gone.csv"])
    phone.noApps = True
    with pytest.raises(NotAvailableError, match="No app here takes what you share"):
        platform.share("text")
    with pytest.raises(NotAvailableError, match="No app here lets you choose a photo"):
        platform.pick("photo", tmp_path, lambda _: None)
    phone.setApi(28)
    with pytest.raises(NotAvailableError, match="Android 10"):
        open_platform("android").share("", [tmp_path / "gone.csv"])


def test_the_last_text_before_the_engine_is_ready_is_read(phone: Any) -> None:
    platform = open_platform("android")
    platform.speak("ring", "en")
    platform.speak("anillo", "es")
    wait_for(lambda: "speak" in phone.log())
    assert phone.log().splitlines() == ["voice es", "speak anillo 0"]
    platform.speak("ring", "en")
    assert phone.log().splitlines()[2:] == ["voice en", "speak ring 0"]
    platform.stop_speaking()
    assert phone.log().splitlines()[-1] == "stop"
    with pytest.raises(NotAvailableError, match="no voice for the language 'it'"):
        platform.speak("anello", "it")


def test_an_engine_that_does_not_start_is_one_sentence(phone: Any) -> None:
    phone.speechStatus = -1
    platform = open_platform("android")
    platform.speak("ring", "en")

    def refused() -> bool:
        try:
            platform.speak("ring", "en")
        except NotAvailableError as error:
            return "does not start" in str(error)
        return False

    wait_for(refused)
    platform.stop_speaking()
    assert "speak" not in phone.log()


def test_silence_before_the_engine_is_ready_stays_silent(phone: Any) -> None:
    platform = open_platform("android")
    platform.speak("ring", "en")
    platform.stop_speaking()
    time.sleep(0.1)
    assert "speak" not in phone.log()
