"""What the screens are made of, without a window: votes, boxes, words, colors, icons, files."""

from __future__ import annotations

import dataclasses
import sys
import threading
from dataclasses import replace
from pathlib import Path
from string import Formatter

import numpy as np
import pytest

from mobile_app.camera_app.crash_log import CrashLog
from mobile_app.camera_app.preferences import FILE_NAME, Preferences, PreferencesFile
from mobile_app.camera_app.runtime.captioner import Caption
from mobile_app.camera_app.runtime.errors import JewelcapError
from mobile_app.camera_app.runtime.languages import LANGUAGES
from mobile_app.camera_app.runtime.levels import KINDS, LEVELS, Term
from mobile_app.camera_app.ui.crop import LEAST_SIDE, WHOLE, drag, take
from mobile_app.camera_app.ui.description import describe_result
from mobile_app.camera_app.ui.files import list_folder
from mobile_app.camera_app.ui.framing import aimed, box_of, visible
from mobile_app.camera_app.ui.icons import ICONS, draw_icon
from mobile_app.camera_app.ui.steady import Steadier
from mobile_app.camera_app.ui.texts import TEXTS, Texts, choose_language
from mobile_app.camera_app.ui.theme import TEXT_FACTORS, THEMES, Color, type_scale
from mobile_app.camera_app.ui.worker import CaptionResult

RING = Caption("ring", (Term("type", "ring"),), "basic", "en", 0.8, "basic")
EARRING = Caption("earring", (Term("type", "earring"),), "basic", "en", 0.8, "basic")


def test_one_other_frame_does_not_change_what_is_said() -> None:
    steadier = Steadier()
    said = [steadier.add(EARRING if index == 6 else RING, index * 0.1).text for index in range(12)]
    assert said == ["ring"] * 12


def test_what_most_frames_say_wins_soon() -> None:
    steadier = Steadier()
    for index in range(6):
        steadier.add(RING, index * 0.1)
    said = [steadier.add(EARRING, 0.6 + index * 0.1).text for index in range(12)]
    assert said[0] == "ring" and said[-1] == "earring"
    assert said == sorted(said, reverse=True), "what is said must change once"


def test_captions_that_alternate_do_not_flicker() -> None:
    steadier = Steadier()
    said = [steadier.add((RING, EARRING)[i % 2], i * 0.1).text for i in range(40)]
    assert len(set(said)) == 1


def test_old_votes_fade() -> None:
    steadier = Steadier()
    for index in range(10):
        steadier.add(RING, index * 0.1)
    assert steadier.add(EARRING, 9.0).text == "earring"


def test_confidence_is_the_mean_of_the_frames_that_agree() -> None:
    steadier = Steadier()
    steadier.add(replace(RING, confidence=0.6), 0.0)
    steadier.add(EARRING, 0.1)
    assert steadier.add(replace(RING, confidence=0.9), 0.2).confidence == pytest.approx(0.75)


def test_alternatives_stay_as_long_as_their_caption_stands() -> None:
    unsure = Caption("not sure", (), "basic", "en", 0.3, "basic", "not sure")
    steadier = Steadier()
    seen = []
    for index, found in enumerate([(), (RING,), (), (EARRING,), ()]):
        steadier.add(unsure, index * 0.1, found)
        seen.append(steadier.alternatives)
    assert seen == [(), (RING,), (RING,), (RING,), (RING,)]
    for index in range(12):
        steadier.add(EARRING, 0.5 + index * 0.1)
    assert steadier.alternatives == ()


def test_alternatives_of_another_caption_than_the_shown_one_are_not_said() -> None:
    steadier = Steadier()
    for index in range(6):
        steadier.add(RING, index * 0.1)
    unsure = Caption("not sure", (), "basic", "en", 0.1, "basic", "not sure")
    assert steadier.add(unsure, 0.6, (EARRING,)).text == "ring"
    assert steadier.alternatives == ()


def test_another_scene_is_another_vote() -> None:
    steadier = Steadier()
    rng = np.random.default_rng(1)
    dark, bright = (rng.integers(low, low + 20, (120, 90, 3), np.uint8) for low in (10, 200))
    assert not steadier.see(dark) and not steadier.see(dark + 3)
    for index in range(10):
        steadier.add(RING, index * 0.1)
    assert steadier.see(bright)
    assert steadier.add(EARRING, 1.0).text == "earring"


@pytest.mark.parametrize(
    ("aspect", "shape"), [(1.0, (480, 480)), (2.0, (320, 640)), (0.5, (480, 240))]
)
def test_a_frame_fills_a_view_of_another_shape(aspect: float, shape: tuple[int, int]) -> None:
    frame = np.zeros((480, 640, 3), np.uint8)
    frame[239:241, 319:321] = 255
    shown = visible(frame, aspect)
    assert shown.shape[:2] == shape
    square = aimed(shown)
    assert square.shape[0] == square.shape[1] == min(shape)
    middle = min(shape) // 2
    assert square[middle, middle].tolist() == [255, 255, 255]
    assert square.flags["C_CONTIGUOUS"]


def test_a_box_is_cut_out_of_a_picture() -> None:
    picture = np.arange(100 * 200 * 3, dtype=np.uint32).reshape(100, 200, 3).astype(np.uint8)
    part = box_of(picture, (0.25, 0.1, 0.75, 0.6))
    assert np.array_equal(part, picture[10:60, 50:150])
    assert np.array_equal(box_of(picture, WHOLE), picture)


def test_a_corner_an_edge_and_the_whole_box_can_be_held() -> None:
    box = (0.2, 0.2, 0.8, 0.8)
    corner = take(box, 0.21, 0.19, 0.05, 0.05)
    assert (corner.left, corner.top, corner.right, corner.bottom) == (True, True, False, False)
    edge = take(box, 0.5, 0.8, 0.05, 0.05)
    assert (edge.left, edge.top, edge.right, edge.bottom) == (False, False, False, True)
    assert take(box, 0.5, 0.5, 0.05, 0.05).whole


def test_a_box_stays_inside_and_large_enough() -> None:
    box = (0.2, 0.2, 0.8, 0.8)
    whole = take(box, 0.5, 0.5, 0.05, 0.05)
    assert drag(box, whole, 5.0, -5.0) == pytest.approx((0.4, 0.0, 1.0, 0.6))
    corner = take(box, 0.8, 0.8, 0.05, 0.05)
    left, top, right, bottom = drag(box, corner, -9.0, 9.0)
    assert (left, top, bottom) == (0.2, 0.2, 1.0)
    assert right == pytest.approx(0.2 + LEAST_SIDE)


def result(caption: Caption, *others: Caption, rival: Caption | None = None) -> CaptionResult:
    return CaptionResult(1, caption, 12.0, 1.0, others, rival, 20.0)


def test_a_sure_caption_is_said_as_a_sentence() -> None:
    said = describe_result(result(RING), TEXTS["en"], ("a", ""))
    assert (said.tone, said.caption, said.headline) == ("sure", "ring", "Ring")
    assert said.note == "" and said.alternatives == ()


def test_an_unsure_caption_comes_with_the_best_alternatives() -> None:
    unsure = Caption("not sure", (), "basic", "en", 0.3, "basic", "not sure")
    unlikely = replace(RING, text="tiara", confidence=0.01)
    said = describe_result(result(unsure, EARRING, RING, EARRING, unlikely), TEXTS["en"], ("a", ""))
    assert said.tone == "unsure" and said.note == TEXTS["en"].tip_unsure
    assert said.heading == TEXTS["en"].perhaps
    assert [one.text for one in said.alternatives] == ["Earring", "Ring"]


def test_no_jewelry_is_said_without_alternatives() -> None:
    none = Caption("no jewelry found", (), "basic", "en", 0.9, "basic", "no jewelry")
    said = describe_result(result(none, RING), TEXTS["en"], ("a", ""))
    assert said.tone == "none" and said.alternatives == ()
    assert said.note == TEXTS["en"].tip_no_jewelry


def test_two_captioners_are_named_with_their_times() -> None:
    said = describe_result(result(RING, rival=EARRING), TEXTS["en"], ("one", "two"))
    assert [(one.label, one.text) for one in said.compared] == [
        ("one · 12.0 ms", "Ring"),
        ("two · 20.0 ms", "Earring"),
    ]


def _sentences(texts: Texts) -> dict[str, str]:
    found = {}
    for field in dataclasses.fields(texts):
        value = getattr(texts, field.name)
        for key, text in value.items() if isinstance(value, dict) else [("", value)]:
            found[f"{field.name} {key}".strip()] = text
    return found


def test_every_language_says_everything_and_fills_in_the_same() -> None:
    assert set(TEXTS) == set(LANGUAGES)
    english = _sentences(TEXTS["en"])
    for code, texts in TEXTS.items():
        said = _sentences(texts)
        assert set(said) == set(english), code
        for name, text in said.items():
            assert text.strip(), f"{code}: {name}"
            fields = {field for _, field, _, _ in Formatter().parse(text) if field}
            expected = {field for _, field, _, _ in Formatter().parse(english[name]) if field}
            assert fields == expected, f"{code}: {name}"
        assert set(texts.levels) == set(LEVELS) and set(texts.kinds) == set(KINDS)
        assert set(texts.sizes) == set(TEXT_FACTORS)


def test_no_sentence_was_left_in_english() -> None:
    english = _sentences(TEXTS["en"])
    # Words that are the same in the other language.
    same = {"levels normal", "sizes normal", "photo", "kinds color", "kinds material", "percent"}
    for code in ("es", "it"):
        equal = {name for name, text in _sentences(TEXTS[code]).items() if text == english[name]}
        assert equal <= same, code


@pytest.mark.parametrize(
    ("wanted", "system", "language"),
    [
        ("system", "es", "es"),
        ("system", "it_IT", "it"),
        ("system", "ES-MX", "es"),
        ("system", "de", "en"),
        ("system", "", "en"),
        ("it", "es", "it"),
        ("tlh", "es", "en"),
    ],
)
def test_the_language_follows_the_system(wanted: str, system: str, language: str) -> None:
    assert choose_language(wanted, system) == language


def _luminance(color: Color) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: Color, other: Color) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", THEMES, ids=str)
def test_text_can_be_read_by_the_rules_of_wcag(name: tuple[str, bool]) -> None:
    theme, least = THEMES[name], 7.0 if name[1] else 4.5
    for ground in (theme.background, theme.surface, theme.veil):
        for color in (theme.text, theme.muted, theme.accent, theme.danger):
            assert _contrast(color, ground) >= least
    assert _contrast(theme.on_accent, theme.accent) >= least


def test_large_text_is_larger_everywhere() -> None:
    normal, *larger = (dataclasses.astuple(type_scale(f)) for f in TEXT_FACTORS.values())
    for sizes in larger:
        assert all(one > other for one, other in zip(sizes, normal, strict=True))
        assert list(sizes) == sorted(sizes, reverse=True)


@pytest.mark.parametrize("name", ICONS)
@pytest.mark.parametrize("side", [20, 24, 72])
def test_icons_are_drawn_and_not_cut_off(name: str, side: int) -> None:
    icon = draw_icon(name, side)
    assert icon.shape == (side, side, 4)
    alpha = icon[..., 3].astype(int)
    assert 0.02 < (alpha > 128).mean() < 0.5
    border = [alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1]]
    assert max(int(edge.max()) for edge in border) < 64


def test_preferences_are_kept(tmp_path: Path) -> None:
    first = PreferencesFile(tmp_path)
    assert first.values == Preferences()
    first.change(language="it", keep_history=False, text_size="largest")
    again = PreferencesFile(tmp_path)
    assert again.values == Preferences(language="it", keep_history=False, text_size="largest")


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"schema_version": 9}', '{"schema_version": 1, "language": 3}']
)
def test_damaged_preferences_count_as_none(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE_NAME).write_text(content, encoding="utf-8")
    assert PreferencesFile(tmp_path).values == Preferences()


def test_preferences_that_cannot_be_written_hold_until_the_end(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    preferences = PreferencesFile(tmp_path / "file")
    with pytest.raises(JewelcapError):
        preferences.change(level="basic")
    assert preferences.values.level == "basic"


def test_the_crash_log_names_what_happened_and_stays_short(tmp_path: Path) -> None:
    log = CrashLog(tmp_path)
    assert log.read() == ""
    for number in range(90):
        try:
            raise ValueError(f"number {number} " + "x" * 900)
        except ValueError as error:
            log.note(error)
    text = log.read()
    assert "number 89" in text and "test_parts.py" in text and "Python 3" in text
    assert "number 0 " not in text and len(text) <= 64_000


def test_the_crash_log_hears_of_other_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "excepthook", lambda *_: None)
    monkeypatch.setattr(threading, "excepthook", lambda *_: None)
    log = CrashLog(tmp_path)
    log.watch()
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    assert "ZeroDivisionError" in log.read()


def test_a_crash_log_that_cannot_be_written_harms_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    CrashLog(tmp_path / "file").note(ValueError())


def test_a_folder_is_listed_by_endings(tmp_path: Path) -> None:
    for name in ("b.JPG", "a.jpg", "notes.txt", ".hidden.jpg"):
        (tmp_path / name).write_bytes(b"")
    for name in ("Rings", "earrings", ".cache"):
        (tmp_path / name).mkdir()
    (tmp_path / "loop").symlink_to(tmp_path / "nowhere")
    listing = list_folder(tmp_path, frozenset({".jpg"}))
    assert [path.name for path in listing.folders] == ["earrings", "Rings"]
    assert [path.name for path in listing.files] == ["a.jpg", "b.JPG"]
    with pytest.raises(JewelcapError, match="cannot be read"):
        list_folder(tmp_path / "none", frozenset())
