"""What was published, how figures are compared, and what is said about them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.reproduce.cells import CELLS, EFFORTS, HONEST
from benchmarks.reproduce.confusions import find_confusions, shown_clearly
from benchmarks.reproduce.data import balanced_part
from benchmarks.reproduce.findings import _refusal, _weakness, paired_sentence, unpaired_sentence
from benchmarks.reproduce.gallery import _spread
from benchmarks.reproduce.paper import TABLE_I, TABLE_II, TABLE_III, paper_figure
from benchmarks.reproduce.plan import duration
from benchmarks.reproduce.records import Confusion
from benchmarks.reproduce.statistics import Difference, difference, least_p, type_figures
from benchmarks.reproduce.tables import model_name
from benchmarks.reproduce.weights import weights_of
from mobile_app.camera_app.runtime.levels import Attributes, Term
from pipeline.catalog.schema import Photo
from pipeline.catalog.split import SplitPhoto
from pipeline.errors import JewelcapError
from pipeline.metrics import level_accuracy, paired_difference, type_report


@pytest.mark.parametrize("row", [*TABLE_I, *TABLE_III], ids=str)
def test_every_printed_figure_is_a_count_of_its_test(row: Any) -> None:
    assert round(row.test.correct / row.n, 4) == row.test_ccr


@pytest.mark.parametrize("row", TABLE_II, ids=str)
def test_the_counts_of_types_give_the_printed_figures(row: Any) -> None:
    assert round(row.hits / row.called, 4) == row.precision
    assert round(row.hits / row.n, 4) == row.recall
    assert round(2 * row.hits / (row.n + row.called), 4) == row.f1


def test_the_counts_of_types_add_up_to_the_test() -> None:
    assert sum(row.n for row in TABLE_II) == sum(row.called for row in TABLE_II) == TABLE_I[0].n


def test_the_papers_intervals_are_known() -> None:
    best = paper_figure("complete", "vgg16", "gru")
    assert best is not None
    assert (best.test.correct, best.n) == (67, 70)
    assert (best.test.low, best.test.high) == (
        pytest.approx(0.881, abs=5e-4),
        pytest.approx(0.985, abs=5e-4),
    )
    assert paper_figure("complete", "mobilenet", "gru") is None


def test_the_difference_of_other_photos_is_newcombes() -> None:
    # Newcombe (1998), Statistics in Medicine 17, 873-890, table II, example (a), method 10.
    found = difference(level_accuracy("basic", 56, 70), level_accuracy("basic", 48, 80))
    assert found.value == pytest.approx(0.2)
    assert (found.low, found.high) == (
        pytest.approx(0.0524, abs=5e-5),
        pytest.approx(0.3339, abs=5e-5),
    )
    assert found.told_apart


def test_counts_of_one_test_bound_the_p_of_mcnemars_test() -> None:
    best, other = (paper_figure("complete", "vgg16", cell) for cell in ("gru", "lstm"))
    assert best is not None and other is not None
    assert least_p(best.test, other.test) == least_p(other.test, best.test) == 0.25
    assert least_p(level_accuracy("basic", 124, 136), level_accuracy("basic", 120, 136)) == 0.125


def test_a_model_is_weak_only_where_a_comparison_says_so() -> None:
    alike = paired_difference([True] * 9 + [False], [True] * 8 + [False, True])
    worse = paired_difference([False] * 10 + [True] * 10, [True] * 20)
    found = _weakness("MobileNet", "VGG-16", [("GRU, types", alike)])
    assert found.startswith("No weakness of MobileNet is found: in none of 1")
    assert f"at most {-alike.low:.3f}" in found
    found = _weakness("MobileNet", "VGG-16", [("GRU, types", alike), ("LSTM, types", worse)])
    assert found == "MobileNet is behind VGG-16 in 1 of 2: LSTM, types."


def test_a_refusal_explains_itself_and_names_no_folder() -> None:
    reason = "int8 is refused: sure agreement 0.93 below 0.95; the file is kept in a/b for study"
    assert _refusal(reason).startswith("int8 is refused: sure agreement 0.93 below 0.95 (sure")
    assert "a/b" not in _refusal(reason)


def test_types_have_the_shares_of_their_confusions() -> None:
    truths = ["ring"] * 6 + ["earring"] * 4
    said = ["ring"] * 5 + ["earring"] * 4 + ["ring+earring"]
    by_type = {one.type: one for one in type_figures(type_report(truths, said))}
    assert set(by_type) == {"ring", "earring"}
    ring = by_type["ring"]
    assert (ring.recall.correct, ring.recall.n) == (5, 6)
    assert (ring.precision.correct, ring.precision.n) == (5, 5)
    assert ring.f1 == pytest.approx(10 / 11)
    assert ring.f1_interval is not None
    low, high = ring.f1_interval
    assert low < ring.f1 <= high <= 1.0


def test_sentences_follow_the_figures() -> None:
    alike = paired_difference([True] * 9 + [False], [True] * 8 + [False, True])
    assert "A and B are not told apart" in paired_sentence("A", "B", alike)
    better = paired_difference([True] * 20, [False] * 10 + [True] * 10)
    assert "A is right more often than B" in paired_sentence("A", "B", better)
    worse = paired_difference([False] * 10 + [True] * 10, [True] * 20)
    assert "A is right less often than B" in paired_sentence("A", "B", worse)
    assert "A and B are not told apart" in unpaired_sentence("A", "B", Difference(0.1, -0.1, 0.3))
    assert "A is above B" in unpaired_sentence("A", "B", Difference(0.2, 0.1, 0.3))
    assert "A is below B" in unpaired_sentence("A", "B", Difference(-0.2, -0.3, -0.1))


def photo(name: str, kind: str, product: str, model: str = "Alba") -> Photo:
    return Photo(name, product, Attributes((kind,), model, materials=("silver",)))


def test_a_part_of_a_catalog_has_as_many_of_each_type_and_product() -> None:
    photos = [
        photo(f"{kind}-{product}-{view}.jpg", kind, f"{kind}-{product}")
        for kind, products in (("ring", 5), ("earring", 2))
        for product in range(products)
        for view in range(9)
    ]
    part = balanced_part(photos, 20, 0)
    assert len({one.file_name for one in part}) == 20
    count = Counter(one.product_id for one in part)
    assert set(count.values()) == {5}
    assert sum(name.startswith("ring") for name in count) == 2
    everything = Counter(one.product_id for one in balanced_part(photos, 49, 0))
    assert {everything[f"ring-{number}"] for number in range(5)} <= {6, 7}
    assert {everything[f"earring-{number}"] for number in range(2)} == {9}
    assert balanced_part(photos[::-1], 20, 0) == part
    assert balanced_part(photos, 20, 1) != part
    assert len(balanced_part(photos, 1000, 0)) == len(photos)


def split_photo(one: Photo, copy: int = 0) -> SplitPhoto:
    return SplitPhoto(one, "0" * 64, "train", 0, copy)


def test_a_wrong_caption_stands_beside_the_piece_that_it_describes() -> None:
    training = [
        split_photo(photo("a.jpg", "ring", "a", "Alba")),
        split_photo(photo("l-copy.jpg", "ring", "l", "Lyra"), copy=2),
        split_photo(photo("l.jpg", "ring", "l", "Lyra")),
    ]
    test = [split_photo(photo(f"{n}.jpg", "ring", "a", "Alba")) for n in range(4)]
    silver, gold = Term("material", "silver"), Term("material", "gold")
    ring, alba, lyra = Term("type", "ring"), Term("model", "Alba"), Term("model", "Lyra")
    said = [(ring, silver, alba), (ring, silver, lyra), (ring, gold, lyra), (ring, gold, alba)]
    found = find_confusions(test, said, training)
    assert [one.file_name for one in found] == ["1.jpg", "2.jpg", "3.jpg"]
    assert [one.confused_with for one in found] == ["l.jpg", "l.jpg", "a.jpg"]
    assert [one.same_caption for one in found] == [True, False, False]
    assert [one.same_design for one in found] == [False, False, True]
    assert found[0].predicted == "Lyra silver ring"


def test_a_piece_taken_for_is_shown_on_a_catalog_photo_of_training() -> None:
    names = ("a-worn.jpg", "b-plain.jpg", "c-plain.jpg")
    training = [split_photo(photo(name, "ring", "l", "Lyra")) for name in names]
    training.append(split_photo(photo("d-plain.jpg", "ring", "m", "Lyra")))
    shown = {name: name[2:-4].replace("plain", "catalog") for name in (*names, "d-plain.jpg")}
    one = Confusion("1.jpg", "x", "y", "a-worn.jpg", True, False)
    assert shown_clearly([one], training, shown)[0].confused_with == "b-plain.jpg"
    assert shown_clearly([one], training, {}) == (one,)
    assert shown_clearly([one], training[:1] + training[3:], shown) == (one,)


def test_the_gallery_shows_different_mistakes_first() -> None:
    def mistakes(said: str, count: int) -> list[tuple[str, Confusion]]:
        names = (f"{said}{n}" for n in range(count))
        return [("model", Confusion(name, "x", said, "y", True, False)) for name in names]

    shown = _spread([*mistakes("a", 20), *mistakes("b", 1), *mistakes("c", 2)])
    assert [one.predicted for _, one in shown[:5]] == ["a", "c", "b", "a", "c"]
    assert len(shown) == 9


def test_weights_are_found_by_the_names_that_keras_gives_them(tmp_path: Path) -> None:
    for name in (
        "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5",
        "vgg16_weights_tf_dim_ordering_tf_kernels.h5",
        "mobilenet_1_0_224_tf_no_top.h5",
        "mobilenet_1_0_160_tf_no_top.h5",
        "mobilenet_2_5_224_tf_no_top.h5",
    ):
        (tmp_path / name).touch()
    source = str(tmp_path)
    assert weights_of(source, "vgg16-224").endswith("kernels_notop.h5")
    assert weights_of(source, "mobilenet-1.0-224-flat").endswith("mobilenet_1_0_224_tf_no_top.h5")
    assert weights_of(source, "mobilenet-0.25-128").endswith("mobilenet_2_5_224_tf_no_top.h5")
    with pytest.raises(JewelcapError, match=r"inception_v3-299 needs one file inception_v3_\*"):
        weights_of(source, "inception_v3-299")
    with pytest.raises(JewelcapError, match=r"several: mobilenet_1_0_160.*mobilenet_1_0_224"):
        weights_of(source, "mobilenet-1.0-128")
    assert weights_of("imagenet", "vgg16-224") == "imagenet"


def test_all_cells_can_be_trained_and_are_different() -> None:
    names = [cell.name for cell in CELLS]
    assert len(set(names)) == len(names)
    for effort in EFFORTS.values():
        for cell in CELLS:
            effort.config(cell, "none", 0).check()


def test_a_quick_experiment_has_a_cell_for_each_question() -> None:
    quick = [cell for cell in CELLS if cell.quick]
    assert {cell.protocol for cell in quick} == {"paper", HONEST, "products"}
    assert {cell.encoder.split("-")[0] for cell in quick} == {row.encoder for row in TABLE_I}
    assert any(not cell.early_stopping for cell in quick)
    assert any(cell.encoder.endswith("-flat") for cell in quick)
    assert any(cell.decoder.startswith("merge") for cell in quick)


def test_the_cells_are_those_of_the_papers_tables() -> None:
    ours = {(c.encoder.split("-")[0], c.decoder.split("-")[0], c.protocol) for c in CELLS}
    for protocol in ("paper", HONEST, "products"):
        for row in (*TABLE_I, *TABLE_III):
            assert (row.encoder, row.decoder, protocol) in ours


def test_figure_2_differs_in_early_stopping_only() -> None:
    effort = EFFORTS["full"]
    long = next(cell for cell in CELLS if not cell.early_stopping)
    short = replace(long, early_stopping=True)
    one, other = (effort.config(cell, "none", 0) for cell in (long, short))
    assert (one.epochs, one.patience) == (200, 0)
    assert replace(one, patience=other.patience) == other


def test_models_have_names_for_people() -> None:
    assert model_name("mobilenet-1.0-224-flat", "merge_lstm-256") == (
        "MobileNet flattened",
        "merge LSTM",
    )
    assert model_name("vgg16-224", "gru-256") == ("VGG-16", "GRU")
    assert model_name("mobilenet-1.0-224", "attention_gru-256")[1] == "attention GRU"


def test_durations_are_short() -> None:
    assert [duration(seconds) for seconds in (44.6, 720, 9000)] == ["45 s", "12 min", "2.5 h"]
