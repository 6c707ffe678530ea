from __future__ import annotations

import csv
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from mobile_app.camera_app.runtime.languages import compose
from mobile_app.camera_app.runtime.levels import LEVELS, Attributes, Term
from mobile_app.camera_app.runtime.schema import dump_json, load_json
from pipeline.catalog.schema import Photo
from pipeline.catalog.split import DatasetManifest, SplitPhoto
from pipeline.errors import JewelcapError
from pipeline.evaluate import choose_photos, evaluate_captioner, evaluate_run
from pipeline.evaluation import Evaluation, Subject, summarize
from pipeline.evaluation_compare import compare_evaluations
from pipeline.evaluation_plot import write_evaluation
from pipeline.presentations import presentations_of
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


def test_right_and_wrong_captions_are_all_photos_of_a_level(
    by_run: Evaluation, tiny_run: Path
) -> None:
    names = sorted(item.name for item in Run(tiny_run).manifest().of("test"))
    for one in by_run.accuracy:
        wrong = [w.file_name for w in by_run.wrong if w.level == one.level]
        assert sorted([*by_run.right[one.level], *wrong]) == names


def test_all_levels_and_kinds_are_scored(by_run: Evaluation) -> None:
    ccr = {one.level: one.ccr for one in by_run.accuracy}
    assert [one.level for one in by_run.captions] == list(ccr)
    assert all(one.n == by_run.n for one in by_run.captions)
    kinds = [(one.level, one.kind) for one in by_run.attributes]
    assert ("basic", "type") in kinds
    assert ("complete", "model") in kinds
    # A caption is right where all its kinds are.
    assert all(one.exact.value >= ccr[one.level] for one in by_run.attributes)
    assert by_run.type_sets.exact.value == ccr["basic"]


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
    assert json.loads(text)["schema_version"] == 2
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
    found = {s.name: [(a.correct, a.n) for a in s.accuracy] for s in evaluation.stores}
    assert found == {"a": [(0, 1)], "b": [(1, 2)]}


def test_stores_can_be_left_out() -> None:
    manifest = manifest_of((RING, "a"), (RING, "b"), (RING, ""))
    left = choose_photos(manifest, "test", ["b"])
    assert [item.photo.store for item in left] == ["a", ""]
    with pytest.raises(JewelcapError, match="no photo in split 'test' without a, b"):
        choose_photos(replace(manifest, photos=manifest.photos[:2]), "test", ["a", "b"])


def test_texts_are_compared_in_the_language_asked_for() -> None:
    manifest = manifest_of((RING, ""), (SET, ""))
    said = {level: truths(manifest, level) for level in ("basic", "normal")}
    said["normal"][0] = RING.terms()[:1]
    subject = Subject("s", "e", "d", "v", KNOWN)
    found = summarize(subject, manifest, "test", manifest.of("test"), said, "", "", "es")
    (wrong,) = found.wrong
    assert (wrong.expected, wrong.predicted) == ("anillo de oro", "anillo")
    assert found.language == "es"


def test_kinds_of_presentation_are_measured_apart(tmp_path: Path) -> None:
    names = {"ring cut out": "catalog", "earring worn": "worn", "long forgotten": ""}
    with (tmp_path / "metadata.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("file_name", "type", "params"))
        for number, name in enumerate(names):
            writer.writerow((f"{number}.jpg", "ring", json.dumps({"presentation": name})))
        writer.writerow(("3.jpg", "ring", "not JSON"))
    found = presentations_of(tmp_path)
    assert found == {"0.jpg": "catalog", "1.jpg": "worn"}
    manifest = manifest_of(*[(RING, "")] * 4)
    said = {"basic": [RING.terms()[:1], (), (), ()]}
    subject = Subject("s", "e", "d", "v", KNOWN)
    items = manifest.of("test")
    evaluation = summarize(subject, manifest, "test", items, said, "", "", presentations=found)
    assert [(g.name, g.accuracy[0].correct) for g in evaluation.presentations] == [
        ("catalog", 1),
        ("worn", 0),
    ]


def test_a_catalog_that_is_not_rendered_has_no_presentations(tiny_catalog: Path) -> None:
    assert presentations_of(tiny_catalog) == {}


def test_two_models_are_compared_photo_by_photo() -> None:
    manifest = manifest_of((RING, ""), (SET, ""), (RING, ""))
    right = truths(manifest, "basic")
    one = summary_of(manifest, {"basic": right})
    other = summary_of(manifest, {"basic": [right[0], (), ()], "normal": [(), (), ()]})
    comparison = compare_evaluations(one, other)
    (difference,) = comparison.levels
    assert (difference.level, difference.ccr.n) == ("basic", 3)
    assert (difference.ccr.both, difference.ccr.only_a, difference.ccr.only_b) == (1, 2, 0)
    assert difference.ccr.difference == pytest.approx(2 / 3)
    text = dump_json(replace(one, against=comparison))
    assert load_json(Evaluation, text, "here").against == comparison


def test_models_that_saw_other_photos_are_not_compared() -> None:
    manifest = manifest_of((RING, ""), (SET, ""))
    one = summary_of(manifest, {"basic": truths(manifest, "basic")})
    with pytest.raises(JewelcapError, match=r"different catalogs.*on the same one"):
        compare_evaluations(one, replace(one, catalog_digest="other"))
    with pytest.raises(JewelcapError, match=r"different photos.*same protocol and seed"):
        compare_evaluations(one, replace(one, right={"basic": ("0.jpg",)}))
