"""Importing leaves the source as it is, and nothing half-written."""

from __future__ import annotations

import errno
import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from pipeline.catalog.import_report import import_text
from pipeline.catalog.importers import ImportOptions, import_catalog
from pipeline.catalog.schema import load_catalog
from pipeline.errors import JewelcapError
from tests.pipeline.pictures import files_below, write_shop


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return write_shop(
        tmp_path / "shop",
        {"images/a.jpg": ("ring", "gold"), "sub/b.jpg": ("Earrings", ""), "c.jpg": ("watch", "")},
    )


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "catalogs" / "shop"


def test_pictures_are_copied_byte_for_byte_and_the_source_stays(shop: Path, out: Path) -> None:
    before = {name: (shop / name).read_bytes() for name in files_below(shop) if "." in name}
    import_catalog([shop], out, ImportOptions())
    assert (out / "images/a.jpg").read_bytes() == before["images/a.jpg"]
    assert (out / "images/sub/b.jpg").read_bytes() == before["sub/b.jpg"]
    assert {n: (shop / n).read_bytes() for n in files_below(shop) if "." in n} == before


def test_a_dry_run_reads_everything_and_writes_nothing(shop: Path, out: Path) -> None:
    (shop / "sub" / "b.jpg").write_bytes(b"damaged")
    report = import_catalog([shop], out, ImportOptions(dry_run=True))
    assert (report.photos, report.dry_run) == (1, True)
    assert {one.code for one in report.skipped} == {"unreadable", "unknown-type"}
    assert not out.parent.exists()
    assert "would import 1 of 3 photos" in import_text(report)


def test_an_existing_folder_is_not_replaced_unasked(shop: Path, out: Path) -> None:
    import_catalog([shop], out, ImportOptions())
    (out / "mine.txt").write_text("kept")
    with pytest.raises(JewelcapError, match=r"exists.*--force"):
        import_catalog([shop], out, ImportOptions())
    assert (out / "mine.txt").exists()


def test_force_replaces_a_catalog(shop: Path, out: Path) -> None:
    import_catalog([shop], out, ImportOptions())
    (out / "images" / "old.jpg").write_bytes(b"")
    import_catalog([shop], out, ImportOptions(force=True))
    assert "images/old.jpg" not in files_below(out)
    assert files_below(out.parent)[0] == "shop"


def test_force_does_not_replace_what_is_no_catalog(shop: Path, out: Path) -> None:
    out.mkdir(parents=True)
    (out / "thesis.txt").write_text("kept")
    with pytest.raises(JewelcapError, match="--force replaces catalogs only"):
        import_catalog([shop], out, ImportOptions(force=True))
    assert files_below(out) == ["thesis.txt"]


@pytest.mark.parametrize("place", [".", "..", "inside"])
def test_a_catalog_never_overlaps_its_source(shop: Path, place: str) -> None:
    before = files_below(shop)
    with pytest.raises(JewelcapError, match="overlap"):
        import_catalog([shop], shop / place, ImportOptions(force=True))
    assert files_below(shop) == before


def test_a_full_disk_gives_one_message_and_leaves_nothing(
    shop: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        if path.name == "b.jpg":
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(JewelcapError, match="disk is full"):
        import_catalog([shop], out, ImportOptions())
    assert files_below(out.parent) == []


def test_a_full_disk_leaves_the_catalog_that_was_to_be_replaced(
    shop: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_catalog([shop], out, ImportOptions())
    before = files_below(out.parent)

    def full(path: Path, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(JewelcapError, match="disk is full"):
        import_catalog([shop], out, ImportOptions(force=True))
    assert files_below(out.parent) == before
    assert len(load_catalog(out).photos) == 2


def test_an_interrupted_import_leaves_nothing(
    shop: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(path: Path, data: bytes) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "write_bytes", interrupt)
    with pytest.raises(KeyboardInterrupt):
        import_catalog([shop], out, ImportOptions())
    assert files_below(out.parent) == []


def test_what_a_killed_import_left_is_cleared_away(shop: Path, out: Path) -> None:
    (out.parent / ".shop.partial" / "images").mkdir(parents=True)
    (out.parent / ".shop.partial" / "images" / "stale.jpg").write_bytes(b"")
    import_catalog([shop], out, ImportOptions())
    assert not [name for name in files_below(out.parent) if "stale" in name or "partial" in name]


def test_free_space_is_checked_before_anything_is_written(
    shop: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10, 10, 1_000_000))
    with pytest.raises(JewelcapError, match="the disk has 1 MB free"):
        import_catalog([shop], out, ImportOptions())
    assert not out.parent.exists()


def test_an_import_of_nothing_fails_and_says_why(tmp_path: Path, out: Path) -> None:
    shop = write_shop(tmp_path / "shop", {"a.jpg": ("watch", ""), "b.jpg": ("watch", "")})
    with pytest.raises(JewelcapError, match=r"none of 2 photos .* 2 unknown type 'watch'"):
        import_catalog([shop], out, ImportOptions())
    assert files_below(out.parent) == []


def test_a_source_without_rows_fails(tmp_path: Path, out: Path) -> None:
    (tmp_path / "shop.csv").write_text("file_name,type\n")
    with pytest.raises(JewelcapError, match=r"none of 0 photos .* it is empty"):
        import_catalog([tmp_path / "shop.csv"], out, ImportOptions())
