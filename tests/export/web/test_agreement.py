"""The page says what `jewelcap describe` says, of every photo by every variant."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from export.web.site import SiteCaptioner, read_site
from mobile_app.camera_app.runtime.languages import LANGUAGES
from tests.command_line import assert_done, jewelcap
from tests.export.web.visitor import Page

DESCRIBE = """async ([file, photos]) => {
  const { Client } = await import('./js/client.js');
  const { Composer } = await import('./js/compose.js');
  const composer = new Composer(await (await fetch('words.json')).json());
  const client = new Client();
  await client.ask('open', [await (await fetch(file)).arrayBuffer()]);
  const found = [];
  for (const photo of photos) {
    const blob = new Blob([Uint8Array.from(atob(photo), (c) => c.charCodeAt(0))]);
    const { captions } = await client.ask('describe', [blob]);
    found.push(Object.values(captions).map(({ level, verdict, confidence, terms }) => ({
      level, verdict, confidence, caption: composer.compose(terms, 'en'),
    })));
  }
  client.worker.terminate();
  return found;
}"""


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
    open_page: Callable[..., Page],
    site: Path,
    photos: list[Path],
    tiny_exports: dict[str, Path],
    described: Callable[[SiteCaptioner, str], list[dict]],
) -> None:
    captioners = read_site(site).captioners
    assert [one.variant for one in captioners[1:]] == list(tiny_exports)
    assert len(photos) >= 50
    tab = open_page(ready=False, service_workers="block").tab
    texts = [base64.b64encode(path.read_bytes()).decode() for path in photos]
    wrong = []
    for captioner in captioners:
        found = tab.evaluate(DESCRIBE, [captioner.file, texts])
        for index, level in enumerate(("basic", "normal", "complete")):
            for photo, row, captions in zip(
                photos, described(captioner, level), found, strict=True
            ):
                shown = captions[index]
                same = shown["verdict"] == row["verdict"] and shown["level"] == row["level"]
                # Where there is no caption, the row holds the language's words for that.
                same &= shown["caption"] == (row["caption"] if row["terms"] else "")
                same &= abs(shown["confidence"] - row["confidence"]) < 0.02
                if not same:
                    wrong.append((captioner.name, photo.name, row, shown))
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
