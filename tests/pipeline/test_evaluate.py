from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from mobile_app.camera_app.runtime.languages import compose
from mobile_app.camera_app.runtime.levels import LEVELS, Attributes, Term
from mobile_app.camera_app.runtime.schema import load_json
from pipeline.catalog.schema import Photo
from pipeline.catalog.split import DatasetManifest, SplitPhoto
from pipeline.errors import JewelcapError
from pipeline.evaluate import (
    Evaluation,
    Subject,
    choose_photos,
    evaluate_captioner,
    evaluate_run,
    summarize,
)
from pipeline.evaluation_plot import write_evaluation
from pipeline.rundir import Run
from tests.synthetic import make_catalog


@pytest.fixture(scope="module")
def by_run(tiny_run: Path) -> Evaluation:
    return evaluate_run(Run(tiny_run), None, "test", ())


@pytest.fixture(scope="module")
def by_captioner(tiny_bundle: Path, tiny_catalog: Path) -> Evaluation:
    return evaluate_captioner(tiny_bundle, tiny_catalog, "test", ())


@pytest.fixture(scope="module")
def other_catalog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another shop whose files have the same names."""
    root = make_catalog(tmp_path_factory.mktemp("other") / "shop", views=9)
    for path in root.rglob("*-0.jpg"):
        shutil.copy(path.with_name(path.name.replace("-0.", "-8.")), path)
        path.with_name(path.name.replace("-0.", "-8.")).unlink()
    return root


def test_the_run_and_its_captioner_agree(by_run: Evaluation, by_captioner: Evaluation) -> None:
    assert by_run.accuracy == by_captioner.accuracy
    assert by_run.types == by_captioner.types
    assert by_run.wrong == by_captioner.wrong
    assert (by_run.variant, by_captioner.variant) == ("keras", "float32")
    for name in ("encoder", "decoder", "protocol", "seed", "catalog_digest", "n", "unsayable"):
        assert getattr(by_run, name) == getattr(by_captioner, name)


def test_all_levels_are_measured_on_the_test_side(by_run: Evaluation, tiny_run: Path) -> None:
    split = Run(tiny_run).manifest()
    assert by_run.split == "test"
    assert by_run.n == len(split.of("test")) == split.counts()["test"]
    assert [one.level for one in by_run.accuracy] == list(LEVELS)
    assert all(one.n == by_run.n for one in by_run.accuracy)
    assert sum(map(sum, by_run.types.confusion)) == by_run.n


def test_wrong_captions_are_listed(by_run: Evaluation) -> None:
    for one in by_run.accuracy:
        listed = [wrong for wrong in by_run.wrong if wrong.level == one.level]
        assert len(listed) == one.n - one.correct
        assert all(wrong.expected != wrong.predicted for wrong in listed)


def test_another_catalog_is_refused_but_for_all(
    tiny_run: Path, tiny_bundle: Path, other_catalog: Path
) -> None:
    for side in ("train", "validation", "test"):
        for evaluate in (
            lambda: evaluate_run(Run(tiny_run), other_catalog, side, ()),  # noqa: B023
            lambda: evaluate_captioner(tiny_bundle, other_catalog, side, ()),  # noqa: B023
        ):
            with pytest.raises(JewelcapError, match=r"trained on another catalog.*--split all"):
                evaluate()


def test_all_photos_of_another_catalog_are_measured(
    tiny_run: Path, tiny_bundle: Path, other_catalog: Path, by_run: Evaluation
) -> None:
    found = [
        evaluate_captioner(tiny_bundle, other_catalog, "all", ()),
        evaluate_run(Run(tiny_run), other_catalog, "all", ()),
    ]
    for evaluation in found:
        assert (evaluation.n, evaluation.split) == (128, "all")
        assert evaluation.catalog_digest != by_run.catalog_digest
    assert found[0].accuracy == found[1].accuracy


def test_a_catalog_may_have_moved(
    tiny_run: Path, tiny_catalog: Path, by_run: Evaluation, tmp_path: Path
) -> None:
    moved = tmp_path / "moved"
    shutil.copytree(tiny_catalog, moved)
    assert evaluate_run(Run(tiny_run), moved, "test", ()).accuracy == by_run.accuracy


def test_a_photo_that_was_changed_is_another_catalog(
    tiny_bundle: Path, tiny_catalog: Path, tmp_path: Path
) -> None:
    changed = tmp_path / "changed"
    shutil.copytree(tiny_catalog, changed)
    one, other = sorted((changed / "images").iterdir())[:2]
    shutil.copy(other, one)
    with pytest.raises(JewelcapError, match="another catalog"):
        evaluate_captioner(tiny_bundle, changed, "test", ())


def test_a_run_that_is_not_trained_is_one_message(tiny_run: Path, tmp_path: Path) -> None:
    with pytest.raises(JewelcapError, match="not a run directory"):
        evaluate_run(Run(tmp_path), None, "test", ())
    shutil.copytree(tiny_run, tmp_path / "run", ignore=shutil.ignore_patterns("done.json"))
    with pytest.raises(JewelcapError, match="training has not ended"):
        evaluate_run(Run(tmp_path / "run"), None, "test", ())


def test_an_evaluation_is_written_with_its_plot(by_run: Evaluation, tmp_path: Path) -> None:
    write_evaluation(tmp_path / "new", by_run)
    text = (tmp_path / "new" / "evaluation.json").read_text(encoding="utf-8")
    assert load_json(Evaluation, text, "here") == by_run
    assert json.loads(text)["schema_version"] == 1
    assert (tmp_path / "new" / "evaluation.png").read_bytes().startswith(b"\x89PNG")


RING = Attributes(("ring",), "Alba", (), ("gold",))
SET = Attributes(("earring", "ring"), materials=("gold",))
OPAL = Attributes(("ring",), stones=("opal",))
KNOWN = frozenset({*RING.terms(), *SET.terms()})


def manifest_of(*rows: tuple[Attributes, str], protocol: str = "views") -> DatasetManifest:
    photos = tuple(
        SplitPhoto(Photo(f"{n}.jpg", f"p{n}", one, store=store), str(n), "test", n)
        for n, (one, store) in enumerate(rows)
    )
    return DatasetManifest(protocol, 0, "c", "d", photos, (), 0)


def summary_of(
    manifest: DatasetManifest, predictions: dict[str, list[tuple[Term, ...]]]
) -> Evaluation:
    subject = Subject("s", "e", "d", "v", KNOWN)
    return summarize(subject, manifest, "test", manifest.of("test"), predictions, "", "")


def truths(manifest: DatasetManifest, level: str) -> list[tuple[Term, ...]]:
    found = [LEVELS[level].terms(item.photo.attributes) for item in manifest.photos]
    return [terms or () for terms in found]


def test_a_term_that_training_never_saw_counts_as_wrong_and_is_told() -> None:
    manifest = manifest_of((RING, ""), (OPAL, ""))
    said = {"basic": truths(manifest, "basic"), "normal": [RING.terms()[:2], (RING.terms()[0],)]}
    evaluation = summary_of(manifest, said)
    assert evaluation.unsayable == {"basic": 0, "normal": 1}
    assert [(a.level, a.correct, a.n) for a in evaluation.accuracy] == [
        ("basic", 2, 2),
        ("normal", 1, 2),
    ]
    (wrong,) = evaluation.wrong
    assert (wrong.file_name, wrong.level) == ("1.jpg", "normal")
    assert (wrong.expected, wrong.predicted) == (compose(OPAL.terms(), "en"), "ring")


def test_levels_that_a_protocol_cannot_know_are_left_out() -> None:
    manifest = manifest_of((RING, ""), protocol="products")
    said = {level: truths(manifest, level) for level in LEVELS}
    assert [one.level for one in summary_of(manifest, said).accuracy] == ["basic", "normal"]


def test_types_are_told_apart_on_photos_of_one_type() -> None:
    manifest = manifest_of((RING, ""), (SET, ""), (RING, ""))
    evaluation = summary_of(manifest, {"basic": [RING.terms()[:1], (), ()]})
    assert evaluation.types.types == ("none", "ring")
    assert evaluation.types.confusion == ((0, 0), (1, 1))


def test_stores_are_measured_apart() -> None:
    manifest = manifest_of((RING, "a"), (RING, "b"), (RING, "b"))
    evaluation = summary_of(manifest, {"basic": [(), RING.terms()[:1], ()]})
    found = {s.store: [(a.correct, a.n) for a in s.accuracy] for s in evaluation.stores}
    assert found == {"a": [(0, 1)], "b": [(1, 2)]}


def test_stores_can_be_left_out() -> None:
    manifest = manifest_of((RING, "a"), (RING, "b"), (RING, ""))
    left = choose_photos(manifest, "test", ["b"])
    assert [item.photo.store for item in left] == ["a", ""]
    with pytest.raises(JewelcapError, match="no photo in split 'test' without a, b"):
        choose_photos(replace(manifest, photos=manifest.photos[:2]), "test", ["a", "b"])
