"""Leaks between the sides of a split: each kind is caught by content and named."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageEnhance

from pipeline.catalog.check import CheckResult, check_catalog
from pipeline.catalog.leaks import SplitChoice
from pipeline.catalog.schema import load_catalog
from pipeline.catalog.split import DatasetManifest, split_catalog
from pipeline.config import TrainConfig
from pipeline.errors import JewelcapError
from pipeline.rundir import Run, RunConfig
from tests.command_line import assert_done, assert_fails, jewelcap
from tests.pipeline.pictures import cut_out, jpeg, write_rows

COLUMNS = ("file_name", "product_id", "type", "materials", "store", "view_group", "split")
TYPES = ("ring", "earring")
SIDES = ("train", "train", "train", "validation", "test")
PICTURE = cut_out(2)


def _row(name: str, product: str, split: str, store: str = "", view: str = "") -> tuple[str, ...]:
    return (name, product, "ring", "gold", store, view, split)


def _catalog(
    root: Path, rows: list[tuple[str, ...]], files: Mapping[str, bytes] | None = None
) -> Path:
    """A catalog of 40 products with one photo each, and more rows and files."""
    good = [(f"{n:02}.jpg", f"p{n}", TYPES[n % 2], "gold", "", "", SIDES[n % 5]) for n in range(40)]
    for number, row in enumerate(good):
        (root / row[0]).write_bytes(jpeg(cut_out(number)))
    for name, data in (files or {}).items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(data)
    write_rows(root / "metadata.csv", COLUMNS, [*good, *rows])
    return root


def _findings(result: CheckResult) -> dict[str, tuple[str, ...]]:
    return {one.code: one.first for one in result.findings if one.code.startswith("leak-")}


def _light(factor: float) -> Callable[[Image.Image], Image.Image]:
    return lambda image: ImageEnhance.Brightness(image).enhance(factor)


def _cropped(image: Image.Image, share: float = 0.02) -> Image.Image:
    width, height = image.size
    x, y = round(width * share / 2), round(height * share / 2)
    return image.crop((x, y, width - x, height - y))


COPIES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "copy": lambda image: image,
    "brighter copy": _light(1.1),
    "cropped copy": _cropped,
    "mirrored copy": lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    "copy mirrored top to bottom": lambda image: image.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
    "copy turned by 90 degrees": lambda image: image.transpose(Image.Transpose.ROTATE_90),
    "copy turned by 180 degrees": lambda image: image.transpose(Image.Transpose.ROTATE_180),
    "half as light": _light(0.5),
    "a fifth as light": _light(0.2),
    "zoomed": lambda image: _cropped(image, 0.05).resize(image.size),
    "shifted": lambda image: ImageChops.offset(image, 4, 2),
    "turned, darker and zoomed": lambda image: _light(0.6)(
        _cropped(image.transpose(Image.Transpose.ROTATE_90), 0.05)
    ),
}


@pytest.mark.parametrize("kind", COPIES)
def test_a_copy_on_the_other_side_is_caught_across_stores(kind: str, tmp_path: Path) -> None:
    # Another name, another store, another product: only the content tells.
    files = {"other/img_77.jpg": jpeg(COPIES[kind](PICTURE), 60)}
    root = _catalog(tmp_path, [_row("other/img_77.jpg", "x1", "test", "Bottega")], files)
    result = check_catalog(root, choice=SplitChoice())
    ((code, (pair,)),) = _findings(result).items()
    assert code == "leak-copy"
    how = kind if kind.startswith(("mirrored", "copy")) else ""
    assert pair.startswith("02.jpg [train] = other/img_77.jpg [test] (") and how in pair
    assert result.errors == 1


def test_the_same_file_on_three_sides_is_named_for_each_two_that_are_linked(tmp_path: Path) -> None:
    files = dict.fromkeys(("x.jpg", "y.jpg"), jpeg(cut_out(2)))
    rows = [_row("x.jpg", "x", "validation"), _row("y.jpg", "y", "test")]
    result = check_catalog(_catalog(tmp_path, rows, files), choice=SplitChoice())
    assert _findings(result)["leak-copy"] == (
        "02.jpg [train] = x.jpg [validation] (same file)",
        "02.jpg [train] = y.jpg [test] (same file)",
    )


def test_copies_on_one_side_are_no_leak(tmp_path: Path) -> None:
    files = {"x.jpg": jpeg(COPIES["mirrored copy"](PICTURE))}
    root = _catalog(tmp_path, [_row("x.jpg", "x", "train")], files)
    result = check_catalog(root, choice=SplitChoice())
    assert result.errors == 0
    assert "near-duplicate" in [one.code for one in result.findings]


def test_a_product_on_both_sides_is_a_leak_unless_products_may_be_known(tmp_path: Path) -> None:
    files = {"x.jpg": jpeg(cut_out(90)), "y.jpg": jpeg(cut_out(91))}
    rows = [_row("x.jpg", "p4", "train"), _row("y.jpg", "p7", "train")]
    root = _catalog(tmp_path, rows, files)
    assert _findings(check_catalog(root, choice=SplitChoice())) == {
        "leak-product": ("x.jpg [train] = 04.jpg [test] (product p4)",)
    }
    # Of p4, one photo of two must be for training; so one product has two views at least.
    views = check_catalog(root, choice=SplitChoice("views"))
    assert _findings(views) == {}


def test_a_view_group_on_both_sides_is_a_leak_where_products_are_known(tmp_path: Path) -> None:
    files = {f"{view}.jpg": jpeg(cut_out(90 + n)) for n, view in enumerate("abcdef")}
    sides = {"a": "train", "b": "test", "c": "train", "d": "validation", "e": "test", "f": "train"}
    rows = [_row(f"{v}.jpg", "x", s, view="front" if v in "ab" else "") for v, s in sides.items()]
    result = check_catalog(_catalog(tmp_path, rows, files), choice=SplitChoice("views"))
    assert _findings(result) == {
        "leak-view-group": ("a.jpg [train] = b.jpg [test] (view group front of product x)",)
    }


def test_honest_protocols_do_not_leak_and_the_paper_s_does(tmp_path: Path) -> None:
    copies = {f"x{n}.jpg": jpeg(_cropped(cut_out(n)), 60) for n in range(0, 40, 3)}
    rows = [_row(name, f"p{(n * 3 + 1) % 40}", "") for n, name in enumerate(copies)]
    root = _catalog(tmp_path, rows, copies)
    write_rows(
        root / "metadata.csv",
        COLUMNS[:-1],
        [(f"{n:02}.jpg", f"p{n}", TYPES[n % 2], "gold", "", "") for n in range(40)]
        + [row[:-1] for row in rows],
    )
    products = check_catalog(root, choice=SplitChoice())
    assert _findings(products) == {}
    assert [split.name for split in products.splits] == [
        "protocol views, seed 0",
        "protocol views_wide, seed 0",
        "protocol products, seed 0",
    ]
    assert all(split.leaks == () for split in products.splits)
    assert [bool(split.not_made) for split in products.splits] == [True, True, False]
    assert sum(products.splits[2].counts.values()) == products.photos == 54
    paper = check_catalog(root, choice=SplitChoice("paper", seed=3))
    (split,) = paper.splits
    assert split.name == "protocol paper, seed 3"
    assert len(split.of_kind("augmented-copy")) > 40
    assert split.of_kind("copy")
    assert "augmented from" in _findings(paper)["leak-augmented-copy"][0]


def test_a_protocol_that_cannot_split_the_catalog_is_said_unless_it_was_asked_for(
    tmp_path: Path,
) -> None:
    root = _catalog(tmp_path, [])
    result = check_catalog(root, choice=SplitChoice())
    assert [split.name for split in result.splits if split.not_made] == [
        "protocol views, seed 0",
        "protocol views_wide, seed 0",
    ]
    assert result.errors == 0
    with pytest.raises(JewelcapError, match="would be empty"):
        check_catalog(root, choice=SplitChoice("views"))
    with pytest.raises(JewelcapError, match="unknown protocol"):
        check_catalog(root, choice=SplitChoice("vews"))


def test_words_of_other_data_sets_are_read_and_unknown_ones_refused(tmp_path: Path) -> None:
    picture = jpeg(PICTURE, 60)
    root = _catalog(tmp_path, [_row("./x.jpg", "x", " Val ")], {"x.jpg": picture})
    result = check_catalog(root, choice=SplitChoice("products"))
    assert result.splits[0].counts == {"train": 24, "validation": 9, "test": 8}
    assert _findings(result)["leak-copy"] == ("02.jpg [train] = x.jpg [validation] (copy)",)
    _catalog(tmp_path, [_row("x.jpg", "x", "holdout")], {"x.jpg": picture})
    with pytest.raises(JewelcapError, match="unknown split 'holdout'"):
        check_catalog(root, choice=SplitChoice())


def _run(root: Path, manifest: DatasetManifest) -> Path:
    config = RunConfig(TrainConfig("mobilenet", "gru"), manifest.catalog_digest, "catalog")
    Run(root).start(config, manifest, force=False)
    return root


def test_the_command_checks_the_split_of_a_run(tmp_path: Path) -> None:
    folder = tmp_path / "catalog"
    folder.mkdir()
    root = _catalog(folder, [])
    run = _run(tmp_path / "run", split_catalog(load_catalog(root), "products"))
    done = jewelcap("catalog", "check", root, "--splits", "--run", run)
    assert_done(done)
    assert "split of the run (protocol products, seed 0): 30 train, 6 validation" in done.stdout
    leaking = _run(tmp_path / "paper", split_catalog(load_catalog(root), "paper"))
    assert jewelcap("catalog", "check", root, "--splits", "--run", leaking).exit_code == 1
    (root / "00.jpg").write_bytes(jpeg(cut_out(99)))
    assert_fails(jewelcap("catalog", "check", root, "--splits", "--run", run), "other photos")
    assert_fails(jewelcap("catalog", "check", root, "--splits", "--run", root), "run directory")


def test_the_command_names_all_pairs_and_fails(tmp_path: Path) -> None:
    files = {f"x{n:02}.jpg": jpeg(cut_out(5 * n), 50) for n in range(8)}
    files |= {f"y{n:02}.jpg": jpeg(cut_out(5 * n + 1), 50) for n in range(8)}
    root = _catalog(tmp_path, [_row(name, name, "test") for name in files], files)
    assert_done(jewelcap("catalog", "check", root))
    shown = jewelcap("catalog", "check", root, "--splits", "--protocol", "products")
    assert shown.exit_code == 1
    assert "error leak-copy" in shown.stdout and "(16 times)" in shown.stdout
    assert "00.jpg [train] = x00.jpg [test] (copy)" in shown.stdout
    assert "remedy: put both on one side or delete one" in shown.stdout
    told = jewelcap("catalog", "check", root, "--splits", "--json")
    assert told.exit_code == 1
    column = json.loads(told.stdout)["splits"][0]
    assert column["name"] == "column 'split' of the metadata"
    assert len(column["leaks"]) == 16
    assert column["leaks"][0] == {
        "kind": "copy",
        "a": "00.jpg",
        "a_split": "train",
        "b": "x00.jpg",
        "b_split": "test",
        "why": "copy",
    }


def test_options_of_splits_need_it_and_do_not_contradict(tmp_path: Path) -> None:
    root = _catalog(tmp_path, [])
    assert_fails(jewelcap("catalog", "check", root, "--protocol", "views"), "--splits", code=2)
    both = jewelcap("catalog", "check", root, "--splits", "--protocol", "views", "--run", root)
    assert_fails(both, "leave out --protocol", code=2)
