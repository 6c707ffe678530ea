from __future__ import annotations

import csv
import errno
import io
import json
import os
import shutil
from pathlib import Path

import pytest

from mobile_app.camera_app.runtime.captioner import Captioner
from mobile_app.camera_app.runtime.languages import LANGUAGES
from mobile_app.camera_app.runtime.levels import LEVELS
from tests.bundles import write_fake_bundle
from tests.command_line import assert_done, assert_fails, jewelcap, run_python
from tests.pictures import UNUSABLE
from tests.synthetic import draw_piece

DAMAGED = ("empty", "text", "half a jpeg", "30000x30000")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three good photos, one of them in a folder below."""
    root = tmp_path_factory.mktemp("photos")
    (root / "below").mkdir()
    draw_piece("ring", "silver", "ruby", 1).save(root / "a ring, in silver.jpg")
    draw_piece("earring", "yellow gold", "ruby", 1).save(root / "b.png")
    draw_piece("necklace", "silver", "sapphire", 1, (300, 120)).save(root / "below" / "c.webp")
    (root / "notes.txt").write_text("no photo")
    return root


@pytest.fixture(scope="module")
def mixed(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with damaged photos among them."""
    root = tmp_path_factory.mktemp("mixed") / "photos"
    shutil.copytree(folder, root)
    for kind in DAMAGED:
        (root / f"bad {kind}.jpg").write_bytes(UNUSABLE[kind][0]())
    return root


@pytest.fixture(scope="module")
def captioner(tiny_bundle: Path) -> Captioner:
    return Captioner.open(tiny_bundle)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_photo_gives_one_line(
    folder: Path, tiny_bundle: Path, captioner: Captioner, level: str, language: str
) -> None:
    photo = folder / "b.png"
    options = ("--level", level, "--language", language, "--no-abstain")
    result = jewelcap("describe", photo, "--model", tiny_bundle, *options)
    assert_done(result)
    expected = captioner.describe(photo, level, language, abstain=False)
    assert result.stdout == expected.text + "\n"
    assert result.stderr == ""


def test_without_a_level_the_most_detailed_is_taken(
    folder: Path, tiny_bundle: Path, captioner: Captioner
) -> None:
    photo = folder / "b.png"
    result = jewelcap("describe", photo, "--model", tiny_bundle)
    level = captioner.bundle.manifest.levels[-1]
    assert result.stdout == captioner.describe(photo, level).text + "\n"


def test_a_folder_gives_csv(folder: Path, tiny_bundle: Path, captioner: Captioner) -> None:
    result = jewelcap("describe", folder, "--model", tiny_bundle, "--level", "normal")
    assert_done(result)
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    photos = [folder / "a ring, in silver.jpg", folder / "b.png", folder / "below" / "c.webp"]
    assert [row["file"] for row in rows] == [str(photo) for photo in photos]
    for row, photo in zip(rows, photos, strict=True):
        caption = captioner.describe(photo, "normal")
        assert (row["level"], row["caption"]) == ("normal", caption.text)
        assert float(row["confidence"]) == pytest.approx(caption.confidence, abs=1e-4)


@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
def test_a_folder_goes_into_a_file(
    folder: Path, tiny_bundle: Path, tmp_path: Path, suffix: str
) -> None:
    out = tmp_path / "new" / f"captions{suffix}"
    options = ("--level", "complete", "--no-abstain", "--out", out)
    result = jewelcap("describe", folder, "--model", tiny_bundle, *options)
    assert_done(result)
    assert result.stdout == ""
    text = out.read_text(encoding="utf-8")
    rows = (
        list(csv.DictReader(io.StringIO(text)))
        if suffix == ".csv"
        else [json.loads(line) for line in text.splitlines()]
    )
    assert len(rows) == 3
    assert {row["level"] for row in rows} == {"complete"}
    assert [path.name for path in out.parent.iterdir()] == [out.name]


def test_json_lines_hold_the_terms_too(
    folder: Path, tiny_bundle: Path, captioner: Captioner
) -> None:
    photo = folder / "b.png"
    result = jewelcap("describe", photo, "--model", tiny_bundle, "--level", "normal", "--json")
    assert_done(result)
    (row,) = [json.loads(line) for line in result.stdout.splitlines()]
    caption = captioner.describe(photo, "normal")
    assert row == {
        "file": str(photo),
        "level": caption.level,
        "caption": caption.text,
        "confidence": pytest.approx(caption.confidence, abs=1e-4),
        "verdict": caption.verdict,
        "terms": [{"kind": term.kind, "text": term.text} for term in caption.terms],
    }


def test_several_sources_are_described_in_their_order(folder: Path, tiny_bundle: Path) -> None:
    sources = (folder / "b.png", folder / "below", folder / "b.png")
    result = jewelcap("describe", *sources, "--model", tiny_bundle, "--json")
    assert_done(result)
    names = [Path(json.loads(line)["file"]).name for line in result.stdout.splitlines()]
    assert names == ["b.png", "c.webp", "b.png"]


def test_alternatives_follow_the_best_caption(
    folder: Path, tiny_bundle: Path, captioner: Captioner
) -> None:
    photo = folder / "b.png"
    options = ("--level", "complete", "--alternatives", 2)
    result = jewelcap("describe", photo, "--model", tiny_bundle, *options)
    assert_done(result)
    lines = result.stdout.splitlines()
    expected = captioner.alternatives(captioner.encode(photo), "complete", width=3)
    assert lines == [f"{caption.text}  ({caption.confidence:.2f})" for caption in expected]
    assert len(lines) == 3


def test_many_alternatives_never_name_a_term_twice(folder: Path, tiny_bundle: Path) -> None:
    options = ("--alternatives", 20, "--json", "--level", "normal")
    result = jewelcap("describe", folder / "b.png", "--model", tiny_bundle, *options)
    assert_done(result)
    for line in result.stdout.splitlines():
        terms = [(term["kind"], term["text"]) for term in json.loads(line)["terms"]]
        assert len(set(terms)) == len(terms)


def test_damaged_photos_are_named_and_counted_and_the_others_described(
    mixed: Path, tiny_bundle: Path
) -> None:
    result = jewelcap("describe", mixed, "--model", tiny_bundle, "--json")
    assert_done(result)
    assert len(result.stdout.splitlines()) == 3
    for kind in DAMAGED:
        (line,) = [line for line in result.stderr.splitlines() if f"bad {kind}.jpg" in line]
        assert line.startswith("skipped ")
    assert f"{len(DAMAGED)} of {len(DAMAGED) + 3} photos could not be read" in result.stderr


def test_no_readable_photo_is_a_failure(mixed: Path, tiny_bundle: Path, tmp_path: Path) -> None:
    bad = [mixed / f"bad {kind}.jpg" for kind in DAMAGED]
    assert_fails(jewelcap("describe", *bad, "--model", tiny_bundle), "no photo could be described")
    out = tmp_path / "captions.csv"
    result = jewelcap("describe", tmp_path / "none.jpg", "--model", tiny_bundle, "--out", out)
    assert_fails(result, "no photo could be described")
    assert "none.jpg: cannot be read (No such file or directory)" in result.stderr


def test_nothing_is_left_where_no_photo_could_be_described(
    tiny_bundle: Path, tmp_path: Path
) -> None:
    out = tmp_path / "captions.csv"
    out.write_text("old")
    result = jewelcap("describe", tmp_path / "none.jpg", "--model", tiny_bundle, "--out", out)
    assert result.exit_code == 1
    assert out.read_text() == "old"


def test_a_folder_without_photos_is_a_failure(tiny_bundle: Path, tmp_path: Path) -> None:
    result = jewelcap("describe", tmp_path, "--model", tiny_bundle)
    assert_fails(result, "no pictures in this folder")


@pytest.mark.parametrize("name", ["captions.txt", "captions", "captions.csv.gz"])
def test_another_ending_than_csv_or_jsonl_is_wrong_usage(
    folder: Path, tiny_bundle: Path, tmp_path: Path, name: str
) -> None:
    result = jewelcap("describe", folder, "--model", tiny_bundle, "--out", tmp_path / name)
    assert_fails(result, "must end in .csv or .jsonl", code=2)


@pytest.mark.parametrize(
    "options",
    [("--level", "full"), ("--language", "xx"), ("--threads", "0"), ("--alternatives", "-1")],
)
def test_unknown_choices_are_wrong_usage(
    folder: Path, tiny_bundle: Path, options: tuple[str, str]
) -> None:
    result = jewelcap("describe", folder, "--model", tiny_bundle, *options)
    assert_fails(result, options[0], code=2)


def test_a_missing_or_foreign_captioner_is_a_failure(folder: Path, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.tflite"
    foreign.write_bytes(b"\x1c\x00\x00\x00TFL3" + bytes(1000))
    photo = folder / "b.png"
    missing = tmp_path / "none.tflite"
    assert_fails(jewelcap("describe", photo, "--model", missing), "none.tflite: cannot be read")
    assert_fails(jewelcap("describe", photo, "--model", foreign), "no captioner manifest")


def test_a_level_that_the_captioner_lacks_is_a_failure(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, captioner: Captioner
) -> None:
    monkeypatch.setattr(Captioner, "open", lambda *_: captioner)
    vocabulary = captioner.bundle.vocabulary.build(captioner.bundle.vocabulary.terms, ["basic"])
    bundle = type(captioner.bundle)(tmp_path, captioner.bundle.manifest, vocabulary)
    monkeypatch.setattr(captioner, "bundle", bundle)
    result = jewelcap("describe", folder / "b.png", "--model", "x", "--level", "complete")
    assert_fails(result, "no level 'complete'; it has basic")


def test_a_full_disk_is_one_message_and_leaves_the_old_file(
    folder: Path, tiny_bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    out = tmp_path / "captions.csv"
    out.write_text("old")
    monkeypatch.setattr(Path, "write_text", full)
    result = jewelcap("describe", folder, "--model", tiny_bundle, "--out", out)
    monkeypatch.undo()
    assert_fails(result, "the disk is full")
    assert out.read_text() == "old"
    assert list(tmp_path.iterdir()) == [out]


def test_a_photo_whose_name_is_no_text_is_described_all_the_same(
    folder: Path, tiny_bundle: Path, tmp_path: Path
) -> None:
    photo = tmp_path / os.fsdecode(b"caf\xe9.png")
    try:
        shutil.copy(folder / "b.png", photo)
    except OSError:
        pytest.skip("this file system takes text only")
    out = tmp_path / "captions.csv"
    assert_done(jewelcap("describe", tmp_path, "--model", tiny_bundle, "--out", out))
    assert len(out.read_bytes().splitlines()) == 2


def test_describing_loads_no_tensorflow(folder: Path, tiny_bundle: Path) -> None:
    code = (
        "import json, sys\n"
        "from pipeline.cli import main\n"
        "main(sys.argv[1:], standalone_mode=False)\n"
        "names = {name.partition('.')[0] for name in sys.modules}\n"
        "print(json.dumps(sorted(names & {'tensorflow', 'tf_keras', 'keras', 'kivy', 'numpy'})))\n"
    )
    done = run_python(code, "describe", folder / "b.png", "--model", tiny_bundle)
    assert done.returncode == 0, done.stderr
    caption, loaded = done.stdout.splitlines()
    assert caption
    assert json.loads(loaded) == ["numpy"]


def test_a_captioner_whose_model_is_no_model_is_a_failure(folder: Path, tmp_path: Path) -> None:
    path = write_fake_bundle(tmp_path / "fake.tflite")
    assert_fails(jewelcap("describe", folder / "b.png", "--model", path), "LiteRT refuses")


def test_attention_is_drawn_for_one_photo_and_into_a_png(
    folder: Path, tiny_bundle: Path, tmp_path: Path
) -> None:
    for source, name in ((folder, "look.png"), (folder / "b.png", "look.jpg")):
        out = tmp_path / name
        result = jewelcap("describe", source, "--model", tiny_bundle, "--attention", out)
        assert_fails(result, "give one photo and a name in .png", code=2)
        assert not out.exists()
