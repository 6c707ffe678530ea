from __future__ import annotations

import json
import random
from collections import defaultdict
from pathlib import Path

import pytest

from mobile_app.camera_app.runtime.levels import LEVELS, Attributes
from pipeline.catalog.protocols import FRACTIONS, PROTOCOLS, SPLITS, leak_of, protocol_label
from pipeline.catalog.schema import Photo, load_catalog
from pipeline.catalog.split import (
    DatasetManifest,
    fitting_protocol,
    read_manifest,
    split_catalog,
    write_manifest,
)
from pipeline.errors import JewelcapError
from tests.synthetic import make_noise_catalog

HONEST = [name for name, protocol in PROTOCOLS.items() if not protocol.leaks]
PRODUCTS = {f"p{number:02d}": 5 for number in range(40)} | {f"s{n}": 1 for n in range(6)}
# Views 0 and 1 of some products were shot together; two are copies of another photo of theirs.
GROUPS = {f"p{number:02d}-{view}.png": "front" for number in range(0, 10) for view in (0, 1)}
COPIES = {"p20-1.png": "p20-0.png", "p21-4.png": "p21-2.png"}
# Two products share a photo: nobody can say which one is recognized on it.
SHARED = {"p31-0.png": "p30-0.png"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("split") / "catalog"
    return make_noise_catalog(root, PRODUCTS, GROUPS, COPIES | SHARED)


@pytest.fixture(scope="module", params=HONEST)
def manifest(request: pytest.FixtureRequest, folder: Path) -> DatasetManifest:
    return split_catalog(load_catalog(folder), request.param)


@pytest.fixture(scope="module")
def paper(folder: Path) -> DatasetManifest:
    return split_catalog(load_catalog(folder), "paper")


@pytest.fixture(scope="module")
def views(folder: Path) -> DatasetManifest:
    return split_catalog(load_catalog(folder), "views")


def sides_of_products(manifest: DatasetManifest) -> dict[str, set[str]]:
    sides: dict[str, set[str]] = defaultdict(set)
    for item in manifest.photos:
        sides[item.photo.product_id].add(item.split)
    return sides


def side_of(manifest: DatasetManifest) -> dict[str, str]:
    return {item.photo.file_name: item.split for item in manifest.photos}


def test_there_are_protocols() -> None:
    assert {"views", "products"} <= set(PROTOCOLS)
    for name, protocol in PROTOCOLS.items():
        assert protocol.name == name
        assert protocol.question.endswith("?")
        assert set(protocol.levels) <= set(LEVELS) and protocol.levels
    assert FRACTIONS == {"train": 0.75, "validation": 0.15, "test": 0.10}


def test_every_photo_has_one_side(manifest: DatasetManifest) -> None:
    names = [item.photo.file_name for item in manifest.photos]
    assert names == sorted(set(names))
    assert len(names) == sum(PRODUCTS.values())
    assert sum(manifest.counts().values()) == len(names) == len(manifest.of("all"))
    assert {item.split for item in manifest.of("test")} == {"test"}


def test_what_belongs_together_stays_together(manifest: DatasetManifest) -> None:
    side = side_of(manifest)
    for number in range(10):
        assert side[f"p{number:02d}-0.png"] == side[f"p{number:02d}-1.png"]
    for copy, original in (COPIES | SHARED).items():
        assert side[copy] == side[original]
    groups = defaultdict(set)
    for item in manifest.photos:
        groups[item.group].add(item.split)
    assert all(len(sides) == 1 for sides in groups.values())


def test_only_what_belongs_together_is_kept_together(views: DatasetManifest) -> None:
    groups = {item.group for item in views.photos}
    assert len(groups) == sum(PRODUCTS.values()) - 10 - len(COPIES) - len(SHARED)


def test_sides_have_about_their_shares(manifest: DatasetManifest) -> None:
    counts = manifest.counts()
    for split in SPLITS:
        assert counts[split] / sum(counts.values()) == pytest.approx(FRACTIONS[split], abs=0.1)


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("seed", range(3))
def test_sides_of_many_products_have_their_shares(protocol: str, seed: int) -> None:
    groups = [
        (Photo(f"{number}-{view}", f"p{number}", Attributes((("ring", "earring")[number % 2],))),)
        for number in range(300)
        for view in range(4)
    ]
    sides, single = PROTOCOLS[protocol].assign(groups, random.Random(seed))
    assert single == 0
    shares = {"train": 0.75, "validation": 0.10, "test": 0.15} if "wide" in protocol else FRACTIONS
    for split in SPLITS:
        photos = sum(len(group) for group in sides[split])
        assert photos / len(groups) == pytest.approx(shares[split], abs=0.03)


def test_the_wide_test_takes_from_validation_only(folder: Path, views: DatasetManifest) -> None:
    before = side_of(views)
    after = side_of(split_catalog(load_catalog(folder), "views_wide"))
    moved = {name for name in before if before[name] != after[name]}
    assert moved
    assert {(before[name], after[name]) for name in moved} == {("validation", "test")}


def test_paper_splits_every_photo_with_its_augmented_copies_one_by_one(
    paper: DatasetManifest,
) -> None:
    copies = defaultdict(set)
    sides = defaultdict(set)
    for item in paper.photos:
        copies[item.photo.file_name].add(item.copy)
        sides[item.photo.file_name].add(item.split)
    assert len(paper.photos) == 5 * sum(PRODUCTS.values())
    assert all(found == {0, 1, 2, 3, 4} for found in copies.values())
    # This is the leak: most photos stand on several sides.
    assert sum(len(found) > 1 for found in sides.values()) > 0.6 * len(sides)
    for split in SPLITS:
        share = paper.counts()[split] / len(paper.photos)
        assert share == pytest.approx(FRACTIONS[split], abs=0.01)
        assert {item.copy for item in paper.of(split)} == {0, 1, 2, 3, 4}


def test_paper_each_copy_has_a_name_and_content_of_its_own(paper: DatasetManifest) -> None:
    names = [item.name for item in paper.photos]
    assert len(set(names)) == len(names)
    assert names[:2] == ["p00-0.png", "p00-0.png (augmented copy 1)"]
    for item in paper.photos:
        assert (item.content == item.sha256) == (item.copy == 0)
    assert len({item.content for item in paper.photos}) == 5 * len(
        {item.sha256 for item in paper.photos}
    )


def test_paper_the_seed_decides_and_the_manifest_comes_back(
    paper: DatasetManifest, folder: Path, tmp_path: Path
) -> None:
    assert split_catalog(load_catalog(folder), "paper", seed=0) == paper
    assert split_catalog(load_catalog(folder), "paper", seed=1).digest != paper.digest
    write_manifest(tmp_path / "manifest.json", paper)
    assert read_manifest(tmp_path / "manifest.json") == paper


def test_only_the_paper_protocol_leaks_and_its_name_says_so() -> None:
    assert set(PROTOCOLS) - set(HONEST) == {"paper"}
    leak = "leaks: augmented copies of one photo stand on both sides"
    assert (protocol_label("paper"), leak_of("paper")) == (f"paper ({leak})", leak)
    for name in HONEST:
        assert (protocol_label(name), leak_of(name)) == (name, "")
    # Of another version of jewelcap.
    assert (protocol_label("stores"), leak_of("stores")) == ("stores", "")


def test_the_seed_decides(folder: Path, manifest: DatasetManifest) -> None:
    again = split_catalog(load_catalog(folder), manifest.protocol, seed=0)
    assert again == manifest
    other = split_catalog(load_catalog(folder), manifest.protocol, seed=1)
    assert other.digest != manifest.digest
    assert other.catalog_digest == manifest.catalog_digest
    assert side_of(other) != side_of(manifest)


def test_neither_the_order_of_rows_nor_the_folder_matters(
    manifest: DatasetManifest, tmp_path: Path
) -> None:
    root = make_noise_catalog(tmp_path / "b", PRODUCTS, GROUPS, COPIES | SHARED, shuffle=3)
    moved = split_catalog(load_catalog(root), manifest.protocol)
    assert moved.photos == manifest.photos
    assert (moved.digest, moved.catalog_digest) == (manifest.digest, manifest.catalog_digest)


def test_another_row_or_photo_is_another_catalog(views: DatasetManifest, tmp_path: Path) -> None:
    root = make_noise_catalog(tmp_path / "a", PRODUCTS, GROUPS, COPIES | SHARED)
    text = (root / "metadata.csv").read_text()
    (root / "metadata.csv").write_text(text.replace("silver", "gold", 1))
    renamed = split_catalog(load_catalog(root))
    assert renamed.catalog_digest != views.catalog_digest
    (root / "metadata.csv").write_text(text)
    (root / "p05-3.png").write_bytes((root / "p06-3.png").read_bytes())
    changed = split_catalog(load_catalog(root))
    assert changed.catalog_digest != views.catalog_digest
    assert changed.digest != views.digest


def test_views_every_tested_product_is_in_training(views: DatasetManifest) -> None:
    sides = sides_of_products(views)
    assert all("train" in found for found in sides.values())
    assert sum(len(found) == 3 for found in sides.values()) > 0


def test_views_products_with_one_view_stay_in_training_and_are_counted(
    views: DatasetManifest,
) -> None:
    sides = sides_of_products(views)
    assert all(sides[f"s{number}"] == {"train"} for number in range(6))
    assert views.single_view_products == 6


def test_views_photos_of_two_products_say_nothing_and_train(views: DatasetManifest) -> None:
    side = side_of(views)
    assert side["p30-0.png"] == side["p31-0.png"] == "train"


def test_products_no_product_is_on_two_sides(folder: Path) -> None:
    manifest = split_catalog(load_catalog(folder), "products")
    sides = sides_of_products(manifest)
    assert all(len(found) == 1 for found in sides.values())
    # They share a photo.
    assert sides["p30"] == sides["p31"]
    assert manifest.single_view_products == 0


def test_products_every_type_is_on_every_side(folder: Path) -> None:
    manifest = split_catalog(load_catalog(folder), "products")
    types = {split: {i.photo.attributes.types for i in manifest.of(split)} for split in SPLITS}
    assert types["train"] == types["validation"] == types["test"]
    assert len(types["test"]) == 4


@pytest.mark.parametrize("protocol", HONEST)
@pytest.mark.parametrize("products", [{"a": 1}, {"a": 2}, {"a": 1, "b": 1}])
def test_a_side_that_would_be_empty_is_one_message(
    protocol: str, products: dict[str, int], tmp_path: Path
) -> None:
    root = make_noise_catalog(tmp_path / "small", products)
    with pytest.raises(JewelcapError, match=r"the \w+ split would be empty") as caught:
        split_catalog(load_catalog(root), protocol)
    message = str(caught.value)
    assert f"{sum(products.values())} photos of {len(products)} products" in message
    assert str(root) in message and repr(protocol) in message and "\n" not in message


def test_an_unknown_protocol_is_one_message(folder: Path) -> None:
    with pytest.raises(JewelcapError, match="unknown protocol 'view': did you mean 'views'"):
        split_catalog(load_catalog(folder), "view")


def test_damaged_photos_are_skipped_and_named(tmp_path: Path) -> None:
    root = make_noise_catalog(tmp_path / "some", {"a": 8, "b": 8, "c": 8})
    (root / "a-3.png").write_bytes(b"no picture")
    (root / "b-0.png").unlink()
    manifest = split_catalog(load_catalog(root))
    assert {skipped.name for skipped in manifest.skipped} == {"a-3.png", "b-0.png"}
    assert all(skipped.reason for skipped in manifest.skipped)
    assert len(manifest.photos) == 22


def test_a_manifest_comes_back_from_its_file(manifest: DatasetManifest, tmp_path: Path) -> None:
    write_manifest(tmp_path / "manifest.json", manifest)
    assert read_manifest(tmp_path / "manifest.json") == manifest


def test_a_manifest_is_json_in_whatever_form(manifest: DatasetManifest, tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    write_manifest(path, manifest)
    data = json.loads(path.read_text(encoding="utf-8"))
    for indent in (None, 4):
        path.write_text(json.dumps(data, indent=indent), encoding="utf-8")
        assert read_manifest(path) == manifest
    path.write_text(json.dumps(data | {"schema_version": 1}, indent=1), encoding="utf-8")
    with pytest.raises(JewelcapError, match="schema_version is 1"):
        read_manifest(path)


def test_a_manifest_that_is_missing_or_damaged_is_one_message(tmp_path: Path) -> None:
    with pytest.raises(JewelcapError, match=r"manifest\.json: cannot be read"):
        read_manifest(tmp_path / "manifest.json")
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(JewelcapError, match="not valid JSON"):
        read_manifest(tmp_path / "manifest.json")


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_groups_are_handed_out_whole_whatever_their_sizes(protocol: str, seed: int) -> None:
    rng = random.Random(seed)
    groups = []
    for number in range(80):
        product = f"p{rng.randrange(25)}"
        size = rng.choice((1, 1, 1, 2, 7))
        kind = ("ring", "earring")[int(product[1:]) % 2]
        names = [f"{number}-{index}" for index in range(size)]
        groups.append(tuple(Photo(name, product, Attributes((kind,))) for name in names))
    sides, single = PROTOCOLS[protocol].assign(groups, random.Random(seed))
    given = [photo.file_name for split in SPLITS for group in sides[split] for photo in group]
    assert sorted(given) == sorted(photo.file_name for group in groups for photo in group)
    assert set(sides) == set(SPLITS)
    assert single >= 0
    for split in SPLITS:
        for group in sides[split]:
            own = {photo.file_name.partition("-")[0] for photo in group}
            whole = {p.file_name for g in groups for p in g if p.file_name.split("-")[0] in own}
            assert {photo.file_name for photo in group} == whole


@pytest.mark.parametrize(
    ("products", "protocol"),
    [
        ({"a": 4, "b": 4}, "views"),
        ({"a": 2, "b": 1, "c": 1}, "views"),
        ({"a": 2, "b": 1, "c": 1, "d": 1}, "products"),
        ({"a": 1, "b": 1}, "products"),
    ],
)
def test_the_protocol_fits_the_catalog(
    products: dict[str, int], protocol: str, tmp_path: Path
) -> None:
    catalog = load_catalog(make_noise_catalog(tmp_path / "small", products))
    assert fitting_protocol(catalog) == protocol
