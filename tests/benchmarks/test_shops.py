from __future__ import annotations

import csv
import json
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from PIL import Image

from benchmarks.shops import run as shops_run
from benchmarks.shops.folds import VALIDATION_SHARE, deal_stores, fold_manifest
from benchmarks.shops.record import Answer, confusion, kind_scores, shop_scores
from benchmarks.shops.statistics import shop_share
from mobile_app.camera_app.runtime.levels import Attributes, Term
from pipeline.catalog.schema import Photo, load_catalog
from pipeline.catalog.split import DatasetManifest, split_catalog
from pipeline.errors import JewelcapError
from pipeline.metrics import wilson_interval
from tests.command_line import assert_done, assert_fails, jewelcap
from tests.models import add_small_encoder
from tests.synthetic import make_catalog

SHOPS = ("ada", "bea", "cid", "dan")


def photo(store: str, kind: str = "ring", number: int = 0, **known: tuple[str, ...]) -> Photo:
    name = f"{store}/{kind}-{number}.jpg"
    return Photo(name, name, Attributes((kind,), **known), store=store)


def photos(store: str, **kinds: int) -> list[Photo]:
    return [photo(store, kind, n) for kind, count in kinds.items() for n in range(count)]


def answer(one: Photo, kind: str = "ring", *looks: Term, fold: int = 1) -> Answer:
    said = Term("type", kind)
    return Answer(one, fold, {"basic": (said,), "normal": (said, *looks)})


@pytest.fixture(scope="module")
def shops(tiny_catalog: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny catalog, its views given to four shops; shop bea has a copy of a photo of ada."""
    root = tmp_path_factory.mktemp("shops") / "catalog"
    shutil.copytree(tiny_catalog, root)
    with (root / "metadata.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for number, row in enumerate(rows):
        row["store"] = SHOPS[number % len(SHOPS)]
    copy = {**rows[0], "file_name": "images/copy.jpg", "product_id": "copy", "store": "bea"}
    with Image.open(root / rows[0]["file_name"]) as image:
        image.resize((80, 80)).save(root / copy["file_name"])
    with (root / "metadata.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows([*rows, copy])
    return root


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Photos of no shop, one of each product."""
    return make_catalog(tmp_path_factory.mktemp("rendered") / "pictures", views=9)


@pytest.fixture(scope="module")
def whole(shops: Path) -> DatasetManifest:
    return split_catalog(load_catalog(shops), "products", 0)


@pytest.fixture(scope="module", autouse=True)
def _small_encoder() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        add_small_encoder(patch)
        yield


def evaluate(shops: Path, out: Path, *more: str) -> Result:
    config = out.parent / "tiny.toml"
    config.write_text('encoder = "small-32"\nweights = "none"\ndecoder = "gru-8"\nepochs = 9\n')
    sets = ("--config", config, "--set", "epochs=2")
    return jewelcap("evaluate-shops", shops, "--out", out, "--folds", 2, *sets, *more)


@pytest.fixture(scope="module")
def evaluated(
    shops: Path,
    rendered: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    out = tmp_path_factory.mktemp("evaluated") / "out"
    assert_done(evaluate(shops, out, "--extra-train", str(rendered)))
    return out


def test_every_shop_is_in_one_fold() -> None:
    known = [one for store in SHOPS for one in photos(store, ring=3)]
    folds = deal_stores(known, 3)
    assert sorted(store for fold in folds for store in fold.stores) == sorted(SHOPS)
    assert all(fold.stores for fold in folds)


def test_folds_have_about_as_many_photos_of_each_type() -> None:
    known = [
        *photos("ada", ring=40),
        *photos("bea", earring=40),
        *photos("cid", ring=36),
        *photos("dan", earring=36),
    ]
    folds = deal_stores(known, 2)
    assert [fold.stores for fold in folds] == [("ada", "dan"), ("bea", "cid")]


def test_a_shop_of_most_photos_stands_alone() -> None:
    known = [*photos("ada", ring=100), *photos("bea", ring=9), *photos("cid", ring=9)]
    assert [fold.stores for fold in deal_stores(known, 2)] == [("ada",), ("bea", "cid")]


def test_folds_do_not_depend_on_the_order_of_photos() -> None:
    known = [one for size, store in enumerate(SHOPS) for one in photos(store, ring=2 + size % 2)]
    assert deal_stores(known, 2) == deal_stores(known[::-1], 2)


@pytest.mark.parametrize(("count", "words"), [(1, "from 2 to 4"), (5, "from 2 to 4")])
def test_a_number_of_folds_that_cannot_be_is_refused(count: int, words: str) -> None:
    known = [one for store in SHOPS for one in photos(store, ring=1)]
    with pytest.raises(JewelcapError, match=words):
        deal_stores(known, count)


def test_a_catalog_of_one_shop_is_refused() -> None:
    with pytest.raises(JewelcapError, match="at least two shops"):
        deal_stores(photos("ada", ring=5), 2)


def test_tested_shops_are_trained_on_by_no_photo_and_no_copy(whole: DatasetManifest) -> None:
    for fold in deal_stores([item.photo for item in whole.photos], 4):
        manifest, left_out = fold_manifest(whole, fold)
        trained = [item for item in manifest.photos if item.split != "test"]
        assert {item.photo.store for item in manifest.of("test")} == set(fold.stores)
        assert not {item.photo.store for item in trained} & set(fold.stores)
        assert not {i.group for i in manifest.of("test")} & {i.group for i in trained}
        # The copy is bea's, its original is ada's.
        assert left_out == (1 if fold.stores[0] in ("ada", "bea") else 0)
        assert len(manifest.photos) + left_out == len(whole.photos)


def test_validation_photos_come_from_every_training_shop(whole: DatasetManifest) -> None:
    fold = deal_stores([item.photo for item in whole.photos], 4)[0]
    manifest, _ = fold_manifest(whole, fold)
    drawn = Counter(item.photo.store for item in manifest.of("validation"))
    assert set(drawn) == set(SHOPS) - set(fold.stores)
    for store, count in drawn.items():
        own = sum(item.photo.store == store for item in manifest.photos)
        assert 0 < count <= VALIDATION_SHARE * own


def test_validation_splits_no_product_of_a_shop(whole: DatasetManifest) -> None:
    joined = replace(
        whole,
        photos=tuple(
            replace(i, photo=replace(i.photo, product_id=f"{i.photo.store}/{n // 8 % 4}"))
            for n, i in enumerate(whole.photos)
        ),
    )
    fold = deal_stores([item.photo for item in joined.photos], 2)[0]
    with pytest.raises(JewelcapError, match="no validation photo"):
        # A product is a quarter of a shop's photos, more than validation may have.
        fold_manifest(joined, fold)


def test_the_pooled_share_has_the_wilson_interval_and_shops_count_the_same_in_the_mean() -> None:
    share = shop_share([(90, 100), (2, 10)])
    assert (share.n, share.correct, share.shops) == (110, 92, 2)
    assert share.ccr == pytest.approx(92 / 110)
    assert (share.low, share.high) == wilson_interval(92, 110)
    assert share.shop_mean == pytest.approx((0.9 + 0.2) / 2)


def test_the_interval_of_shops_is_wider_where_shops_differ() -> None:
    alike = shop_share([(8, 10)] * 10)
    unlike = shop_share([(10, 10)] * 8 + [(0, 10)] * 2)
    assert alike.ccr == unlike.ccr
    assert alike.shops_low == alike.shops_high == pytest.approx(0.8)
    # Of ten shops drawn with replacement, the number of bad ones is binomial (10, 0.2): its 2.5
    # and 97.5 percentiles are 0 and 5.
    assert (unlike.shops_low, unlike.shops_high) == (pytest.approx(0.5), pytest.approx(1.0))


def test_scores_leave_out_the_largest_shop_too() -> None:
    answers = [
        *(answer(one, "ring") for one in photos("ada", ring=3)),
        answer(photo("bea", "ring"), "ring"),
        answer(photo("cid", "ring"), "earring"),
    ]
    (types,) = kind_scores(answers)
    assert (types.all.correct, types.all.n) == (4, 5)
    assert types.without_largest is not None
    assert (types.without_largest.correct, types.without_largest.n) == (1, 2)


def test_materials_count_where_they_are_known_and_all_must_be_right() -> None:
    silver, gold, ruby = (
        Term("material", "silver"),
        Term("material", "gold"),
        Term("stone", "ruby"),
    )
    answers = [
        answer(photo("ada", number=0, materials=("silver",)), "ring", silver),
        answer(photo("ada", number=1, materials=("silver", "gold")), "ring", silver),
        answer(photo("ada", number=2, materials=("gold",), stones=("ruby",)), "ring", gold, ruby),
        answer(photo("bea", number=3), "ring", silver),
    ]
    counts = {one.kind: (one.all.correct, one.all.n) for one in kind_scores(answers)}
    assert counts == {"type": (4, 4), "material": (2, 3), "stone": (1, 1)}


def test_shops_are_numbered_by_size_and_confusions_are_of_single_types() -> None:
    two = replace(photo("ada", number=9), attributes=Attributes(("ring", "earring")))
    answers = [
        *(answer(one, "earring", fold=2) for one in photos("bea", ring=3)),
        answer(photo("ada", "earring"), "earring"),
        answer(two, "ring"),
    ]
    first, second = shop_scores(answers)
    assert (first.number, first.fold, first.correct, first.n) == (1, 2, 0, 3)
    assert (second.correct, second.n, second.types) == (1, 2, {"earring": 2, "ring": 1})
    report = confusion(answers)
    assert report.types == ("earring", "ring")
    assert report.confusion == ((1, 0), (3, 0))


def test_the_command_writes_a_record_that_names_no_shop(evaluated: Path, shops: Path) -> None:
    text = (evaluated / "shops.json").read_text(encoding="utf-8")
    record = json.loads(text)
    assert not any(store in text for store in (f'"{name}"' for name in SHOPS))
    assert str(shops.parent) not in text
    assert [score["kind"] for score in record["scores"]] == ["type", "material", "stone"]
    assert record["scores"][0]["all"]["n"] == len(load_catalog(shops).photos)
    assert len(record["shops"]) == len(SHOPS)
    assert record["config"]["protocol"] == "products"
    assert (record["config"]["encoder"], record["config"]["epochs"]) == ("small-32", 2)
    assert record["config"]["extra_train"] == ["pictures"]
    # Copies of test and validation photos are held back.
    assert all(0 < fold["extra"] < 16 * 9 - fold["test"] for fold in record["folds"])
    with Image.open(evaluated / "shops.png") as plot:
        assert plot.width > 600
    table = (evaluated / "shops.txt").read_text(encoding="utf-8")
    assert "type, without shop 1" in table and "shop 4" in table


def test_finished_folds_are_not_done_again(
    evaluated: Path,
    shops: Path,
    rendered: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out = tmp_path / "again"
    shutil.copytree(evaluated, out)
    before = json.loads((out / "shops.json").read_text(encoding="utf-8"))
    (out / "shops.json").unlink()
    monkeypatch.setattr(shops_run, "predict_with_run", None)
    monkeypatch.setattr("pipeline.train._train", None)
    assert_done(evaluate(shops, out, "--extra-train", str(rendered)))
    after = json.loads((out / "shops.json").read_text(encoding="utf-8"))
    assert after["scores"] == before["scores"] and after["folds"] == before["folds"]


def test_other_settings_in_the_same_folder_are_refused(evaluated: Path, shops: Path) -> None:
    result = evaluate(shops, evaluated, "--set", "seed=3")
    assert_fails(result, "fold-1", "seed", "--force")


@pytest.mark.parametrize(
    "setting", ["epochs", "epoch=3", "epochs=many", "extra_terms=1", "teacher=x", "protocol=views"]
)
def test_a_setting_that_is_none_is_refused(setting: str, shops: Path, tmp_path: Path) -> None:
    result = jewelcap("evaluate-shops", shops, "--out", tmp_path / "x", "--set", setting)
    assert_fails(result, "--set", code=2)
