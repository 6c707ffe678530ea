"""What the app keeps: descriptions, corrections, and what it hands out of them."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from mobile_app.camera_app.history.entries import Entry
from mobile_app.camera_app.history.pictures import PICTURE_SIDE, THUMBNAIL_SIDE
from mobile_app.camera_app.history.sharing import write_corrections, write_history
from mobile_app.camera_app.history.store import FILE_NAME, HistoryStore
from mobile_app.camera_app.runtime.errors import JewelcapError
from mobile_app.camera_app.runtime.levels import Attributes, Term
from mobile_app.camera_app.runtime.preprocess import Pixels
from pipeline.cli import main

RING = Entry(
    created="2026-01-02T03:04:05+00:00",
    caption="Alba white gold, ruby ring",
    terms=(
        Term("type", "ring"),
        Term("material", "white gold"),
        Term("stone", "ruby"),
        Term("model", "Alba"),
    ),
    level="complete",
    language="en",
    confidence=0.83,
    verdict="answered",
    model="shop int8",
)


def picture(shade: int = 128, height: int = 900, width: int = 1200) -> Pixels:
    return np.full((height, width, 3), (shade, 40, 90), np.uint8)


@pytest.fixture
def store(tmp_path: Path) -> HistoryStore:
    return HistoryStore(tmp_path)


def size_of(jpeg: bytes | None) -> tuple[int, int]:
    assert jpeg is not None
    with Image.open(io.BytesIO(jpeg)) as image:
        assert image.format == "JPEG"
        return image.size


def test_an_entry_comes_back_as_it_was_kept(store: HistoryStore, tmp_path: Path) -> None:
    kept = store.add(RING, picture())
    assert kept.id > 0 and replace(kept, id=0) == RING
    assert size_of(store.picture(kept.id)) == (PICTURE_SIDE, PICTURE_SIDE * 3 // 4)
    assert size_of(store.thumbnail(kept.id)) == (THUMBNAIL_SIDE, THUMBNAIL_SIDE)
    store.close()
    again = HistoryStore(tmp_path)
    assert again.get(kept.id) == kept and again.damaged is None


def test_search_finds_all_words_in_captions_and_corrections(store: HistoryStore) -> None:
    ring = store.add(RING, picture())
    other = replace(RING, caption="100% Silver_ware", terms=(Term("type", "earring"),))
    earring = store.add(other, picture())
    assert [one.id for one in store.search()] == [earring.id, ring.id]
    assert [one.id for one in store.search("RUBY white")] == [ring.id]
    assert store.search("ruby earring") == []
    # What SQL would take for a pattern is a letter like any other.
    assert [one.id for one in store.search("100%")] == [earring.id]
    assert store.search("10_%") == []
    store.correct(ring.id, Attributes(types=("brooch",)))
    assert [one.id for one in store.search("brooch")] == [ring.id]
    assert [one.id for one in store.search(corrected=True)] == [ring.id]


def test_deleted_entries_leave_no_picture_behind(store: HistoryStore, tmp_path: Path) -> None:
    mark = np.random.default_rng(1).integers(0, 256, (300, 300, 3), np.uint8)
    kept = store.add(RING, mark)
    jpeg = store.picture(kept.id)
    assert jpeg is not None and jpeg[200:400] in (tmp_path / FILE_NAME).read_bytes()
    store.delete([kept.id])
    assert store.picture(kept.id) is None and len(store) == 0
    assert jpeg[200:400] not in (tmp_path / FILE_NAME).read_bytes()
    with pytest.raises(JewelcapError, match="no longer"):
        store.get(kept.id)


def test_clear_forgets_everything(store: HistoryStore) -> None:
    for _ in range(3):
        store.add(RING, picture())
    store.clear()
    assert len(store) == 0 and store.search() == []


def test_the_oldest_go_first_but_corrected_ones_stay(tmp_path: Path) -> None:
    store = HistoryStore(tmp_path, most_entries=3)
    first = store.add(RING, picture(height=20, width=20))
    store.correct(first.id, Attributes(types=("ring",)))
    later = [store.add(RING, picture(height=20, width=20)).id for _ in range(5)]
    assert [one.id for one in store.search()] == [*later[:-4:-1], first.id]


def test_a_full_disk_leaves_what_was_there(store: HistoryStore) -> None:
    kept = store.add(RING, picture(height=50, width=50))
    pages = store._database.execute("PRAGMA page_count").fetchone()[0]
    store._database.execute(f"PRAGMA max_page_count = {pages}")
    noise = np.random.default_rng(1).integers(0, 256, (700, 700, 3), np.uint8)
    with pytest.raises(JewelcapError, match="the disk is full"):
        store.add(RING, noise)
    assert [one.id for one in store.search()] == [kept.id]
    store._database.execute("PRAGMA max_page_count = 100000")
    assert len({kept.id, store.add(RING, noise).id}) == 2


@pytest.mark.parametrize("content", [b"no database at all, but long enough" * 99, b"\x00" * 5000])
def test_a_damaged_history_is_put_aside(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    store = HistoryStore(tmp_path)
    assert store.damaged is not None and store.damaged.read_bytes() == content
    assert len(store) == 0 and store.add(RING, picture()).id


def test_a_history_of_a_newer_app_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / FILE_NAME) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(JewelcapError, match="newer version"):
        HistoryStore(tmp_path)


def test_the_history_goes_out_as_tables_with_pictures(store: HistoryStore, tmp_path: Path) -> None:
    kept = store.add(replace(RING, caption='Says "yes", =1+1'), picture())
    store.correct(kept.id, Attributes(types=("brooch",), stones=("pearl",)))
    write_history(store, store.search(), tmp_path / "out" / "history.zip")
    with zipfile.ZipFile(tmp_path / "out" / "history.zip") as archive:
        [row] = csv.DictReader(io.StringIO(archive.read("history.csv").decode()))
        document = json.loads(archive.read("history.json"))
        assert archive.read(row["file_name"]) == store.picture(kept.id)
    assert row["caption"] == 'Says "yes", =1+1' and row["correction"] == "brooch, pearl"
    assert document["schema_version"] == 1
    [same] = document["descriptions"]
    assert same["confidence"] == 0.83 and same["file_name"] == row["file_name"]


def test_nothing_to_export_is_said(store: HistoryStore, tmp_path: Path) -> None:
    store.add(RING, picture())
    with pytest.raises(JewelcapError, match="nothing"):
        write_corrections(store, tmp_path / "none.zip")
    assert not (tmp_path / "none.zip").exists()


def test_corrections_are_a_catalog_that_import_reads(store: HistoryStore, tmp_path: Path) -> None:
    right = Attributes(
        types=("earring",),
        model="Lyra",
        colors=("blue",),
        materials=("white gold",),
        stones=("diamonds", "sapphires"),
    )
    for shade in (40, 120, 200):
        noise = np.random.default_rng(shade).integers(0, 256, (320, 320, 3), np.uint8)
        store.correct(store.add(RING, noise).id, right)
    nameless = store.add(RING, picture(250))
    store.correct(nameless.id, Attributes(types=("ring", "bracelet"), materials=("silver",)))
    store.add(RING, picture(10))
    assert write_corrections(store, tmp_path / "corrections.zip") == 4
    with zipfile.ZipFile(tmp_path / "corrections.zip") as archive:
        archive.extractall(tmp_path / "corrections")
    arguments = ["catalog", "import", str(tmp_path / "corrections"), "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    with (tmp_path / "out" / "metadata.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 4
    lyra = [row for row in rows if row["model"] == "Lyra"]
    assert len(lyra) == 3 and len({row["product_id"] for row in lyra}) == 1
    for row in lyra:
        assert (row["type"], row["color"], row["materials"]) == ("earring", "blue", "white gold")
        assert row["stones"] == "diamonds|sapphires"
        assert (tmp_path / "out" / row["file_name"]).is_file()
    [other] = [row for row in rows if row not in lyra]
    assert set(other["type"].split("|")) == {"ring", "bracelet"} and other["model"] == ""
