"""The page says what `jewelcap describe` says, of every photo by every variant."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.web.record import MAX_CONFIDENCE_ERROR
from benchmarks.web.visitor import Visitor
from export.web.site import SiteCaptioner, read_site
from mobile_app.camera_app.runtime.languages import LANGUAGES
from tests.command_line import assert_done, jewelcap
from tests.export.web.visitor import Page


@pytest.fixture(scope="module")
def described(
    site: Path, photos: list[Path], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[SiteCaptioner, str], list[dict]]:
    """What `jewelcap describe` says by a captioner at a level."""
    folder = tmp_path_factory.mktemp("described")

    def describe(captioner: SiteCaptioner, level: str) -> list[dict]:
        out = folder / f"{captioner.name}-{level}.jsonl"
        arguments = ("--model", site / captioner.file, "--level", level, "--out", out)
        assert_done(jewelcap("describe", *photos, *arguments))
        return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]

    return describe


def test_captions_equal_those_of_describe(
    chromium: Any,
    address: str,
    site: Path,
    photos: list[Path],
    tiny_exports: dict[str, Path],
    described: Callable[[SiteCaptioner, str], list[dict]],
) -> None:
    captioners = read_site(site).captioners
    assert [one.variant for one in captioners[1:]] == list(tiny_exports)
    assert len(photos) >= 50
    visitor = Visitor(chromium, address)
    visitor.open()
    wrong = []
    for captioner in captioners:
        visitor.open_captioner(captioner.file)
        found = [visitor.describe(photo)["captions"] for photo in photos]
        for level in ("basic", "normal", "complete"):
            rows = described(captioner, level)
            for photo, row, captions in zip(photos, rows, found, strict=True):
                shown = captions[level]
                same = shown["verdict"] == row["verdict"] and shown["level"] == row["level"]
                same &= shown["texts"]["en"] == row["caption"]
                same &= abs(shown["confidence"] - row["confidence"]) < MAX_CONFIDENCE_ERROR
                if not same:
                    wrong.append((captioner.name, photo.name, row, shown))
    visitor.close()
    assert wrong == []


def test_the_visitor_reads_the_caption_in_every_level_and_language(
    open_page: Callable[..., Page], site: Path, photos: list[Path]
) -> None:
    page = open_page()
    model = site / read_site(site).captioners[0].file
    page.describe(photos[0])
    for language in LANGUAGES:
        page.tab.check(f"#languages input[value={language}]", force=True)
        assert page.tab.get_attribute("html", "lang") == language
        for level in ("basic", "normal", "complete"):
            page.tab.check(f"#levels input[value={level}]", force=True)
            options = ("--model", model, "--level", level, "--language", language)
            expected = jewelcap("describe", photos[0], *options)
            assert page.text("caption") == expected.stdout.strip()
    page.assert_clean()
