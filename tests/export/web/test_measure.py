"""The page is measured in a real browser, and what it says is held against the runtime."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.web.__main__ import measure
from benchmarks.web.record import (
    HISTORY_PHOTOS,
    Difference,
    WebRecord,
    difference,
    growth,
    summary,
)
from export.web.browser import Launch
from mobile_app.camera_app.runtime.captioner import Caption
from mobile_app.camera_app.runtime.levels import Term
from mobile_app.camera_app.runtime.schema import dump_json, load_json
from tests.export.web.node import SOURCES

RING = (Term("type", "ring"),)
DESCRIBED = {
    "en": Caption("ring", RING, "basic", "en", 0.9, "normal", "fallen back"),
    "es": Caption("anillo", RING, "basic", "es", 0.9, "normal", "fallen back"),
}
SHOWN = {
    "verdict": "fallen back",
    "level": "basic",
    "confidence": 0.905,
    "texts": {"en": "ring", "es": "anillo"},
}


def test_the_same_caption_differs_by_its_confidence_alone() -> None:
    assert difference("1.jpg", DESCRIBED, SHOWN) == pytest.approx(0.005)


@pytest.mark.parametrize(
    "change",
    [
        {"verdict": "answered"},
        {"level": "normal"},
        {"confidence": 0.95},
        {"texts": {"en": "ring", "es": "sortija"}},
    ],
)
def test_another_caption_is_named_with_its_photo(change: dict) -> None:
    found = difference("1.jpg", DESCRIBED, SHOWN | change)
    assert isinstance(found, Difference)
    assert (found.photo, found.level) == ("1.jpg", "normal")
    assert str(next(iter(change.values()))) in found.shown
    assert found.shown != found.described


def test_memory_is_flat_once_the_history_is_full() -> None:
    filling = [100 + n for n in range(HISTORY_PHOTOS)]
    assert growth(filling + [200, 204] * 10) == 0.0
    assert growth(filling + [200] * 10 + [260] * 4) == pytest.approx(0.3)
    assert growth(filling + [200] * 9) is None


def test_the_page_remembers_as_many_photos_as_memory_is_judged_after() -> None:
    storage = (SOURCES / "storage.js").read_text(encoding="utf-8")
    assert f"MOST_PHOTOS = {HISTORY_PHOTOS};" in storage


@pytest.fixture(scope="module")
def record(
    launch: Launch, litertjs: dict[str, bytes], tiny_exports: dict[str, Path], photos: list[Path]
) -> WebRecord:
    chosen = [*photos[:8], photos[-2], photos[-1]]
    return measure(launch, litertjs, [tiny_exports["int8"]], chosen, "a command", visits=1)


def test_a_page_is_measured_in_a_browser(record: WebRecord, tiny_exports: dict[str, Path]) -> None:
    assert load_json(WebRecord, dump_json(record), "record") == record
    (captioner,) = record.captioners
    assert record.all_equal, captioner.differences
    assert (captioner.photos, captioner.captions) == (10, 30)
    assert captioner.confidence_error < 0.02
    assert record.browser.startswith("Chromium ")
    assert 0 < record.first_visit.page_bytes < 150_000 < record.first_visit.runtime_bytes
    assert record.first_visit.captioner_bytes == tiny_exports["int8"].stat().st_size
    assert 0 < record.first_visit.caption_seconds[0] < 60
    assert record.long_visit.latency is not None
    assert record.long_visit.latency.n == 9


def test_a_difference_is_counted_and_figures_are_told_with_their_limits(record: WebRecord) -> None:
    (captioner,) = record.captioners
    other = Difference("1.jpg", "basic", "ring", "earring")
    changed = replace(captioner, equal=29, differences=(other,))
    assert not replace(record, captioners=(changed,)).all_equal
    slow = replace(record.first_visit, caption_seconds=(3.5,))
    lines = summary(replace(record, captioners=(changed,), first_visit=slow)).splitlines()
    assert lines[0].startswith("int8: 29 of 30 captions equal")
    assert "3.5 (at most 3: MISSED)" in lines[1]
    assert lines[2].endswith("(at most 150000: holds)")
