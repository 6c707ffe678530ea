from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from export.disagreement import (
    CHANGED,
    NEAR_TIE,
    PARTS,
    SURE,
    UNDECIDED,
    Disagreement,
    LostTerm,
    Side,
    SureTerms,
    causes_text,
    changed_captions,
    explain,
)
from export.parity import ParityReport, compare, violations
from export.variants import VARIANTS
from mobile_app.camera_app.runtime.decode import Decoded, Encoded, Step, greedy_search
from mobile_app.camera_app.runtime.interpreter import Interpreter, open_interpreter
from mobile_app.camera_app.runtime.levels import LEVELS, Attributes, Term
from mobile_app.camera_app.runtime.preprocess import Pixels
from pipeline.captioner_model import TrainedModel, load_model
from pipeline.features import read_photos
from pipeline.rundir import Run
from tests.bundles import VOCABULARY

PHOTOS = 8


@pytest.fixture(scope="module")
def model(tiny_run: Path) -> TrainedModel:
    return load_model(Run(tiny_run))


@pytest.fixture(scope="module")
def photos(
    tiny_run: Path, tiny_catalog: Path, model: TrainedModel
) -> list[tuple[Pixels, Attributes]]:
    items = Run(tiny_run).manifest().of("validation")[:PHOTOS]
    pixels = read_photos(tiny_catalog, items, model.encoder_spec)
    return list(zip(pixels, (item.photo.attributes for item in items), strict=True))


@pytest.fixture(scope="module")
def honest(tiny_bundle: Path) -> Interpreter:
    return open_interpreter(tiny_bundle)


@pytest.fixture(scope="module")
def report(
    model: TrainedModel, honest: Interpreter, photos: list[tuple[Pixels, Attributes]]
) -> ParityReport:
    return compare(model, honest, photos)


class Liar:
    """Passes an interpreter's results on, changed."""

    def __init__(
        self,
        interpreter: Interpreter,
        state: float = 0.0,
        swap: bool = False,
        deleted: tuple[int, ...] = (),
    ) -> None:
        self.interpreter, self.state, self.swap = interpreter, state, swap
        self.deleted = list(deleted)

    def encode(self, image: Pixels) -> Encoded:
        encoded = self.interpreter.encode(image)
        return replace(encoded, state=encoded.state * (1.0 + self.state))

    def decode_step(self, token: int, encoded: Encoded) -> tuple[np.ndarray, Encoded]:
        probabilities, encoded = self.interpreter.decode_step(token, encoded)
        if self.deleted:
            # As a softmax without these logits.
            probabilities = probabilities.copy()
            probabilities[self.deleted] = 0.0
            probabilities /= probabilities.sum()
        return (probabilities[::-1] if self.swap else probabilities), encoded


def test_float32_repeats_keras(report: ParityReport) -> None:
    parity = report.parity
    assert parity.n == PHOTOS
    assert parity.state_error < 1e-4
    assert (parity.token_agreement, parity.caption_agreement) == (1.0, 1.0)
    assert report.disagreements == ()
    assert report.accuracy == report.keras_accuracy
    assert [one.level for one in report.accuracy] == list(LEVELS)
    assert all(one.n == PHOTOS for one in report.accuracy)


def test_sure_captions_are_those_that_keras_gives_a_half(
    report: ParityReport, model: TrainedModel, photos: list, tiny_bundle: Path
) -> None:
    from mobile_app.camera_app.runtime.captioner import Captioner

    captioner = Captioner.open(tiny_bundle)
    confidences = [
        captioner.decode(captioner.interpreter.encode(image), level).confidence
        for image, _ in photos
        for level in LEVELS
    ]
    assert report.parity.sure_captions == sum(one >= 0.5 for one in confidences)
    assert report.parity.sure_agreement == 1.0


def test_an_error_of_the_state_is_measured(
    model: TrainedModel, honest: Interpreter, photos: list
) -> None:
    for error in (0.1, -0.3):
        parity = compare(model, Liar(honest, state=error), photos).parity
        assert parity.state_error == pytest.approx(abs(error), rel=1e-3)


def test_other_captions_are_counted_and_listed(
    model: TrainedModel, honest: Interpreter, photos: list
) -> None:
    report = compare(model, Liar(honest, swap=True), photos)
    parity = report.parity
    assert parity.state_error < 1e-4
    assert parity.token_agreement < 0.5
    count = PHOTOS * len(LEVELS)
    assert parity.caption_agreement == pytest.approx(1.0 - len(report.disagreements) / count)
    assert len(report.disagreements) > count / 2
    for one in report.disagreements:
        assert one.keras != one.exported
        assert 0 <= one.photo < PHOTOS and one.level in LEVELS
        assert one.keras_token != one.exported_token
        assert min(one.keras_margin, one.exported_margin) >= 0.0
        assert 0.0 < one.confidence <= 1.0
        assert one.part == "decoder"
    if parity.sure_captions:
        assert parity.sure_agreement < 1.0


def test_the_part_that_changes_a_caption_is_named(
    model: TrainedModel, honest: Interpreter, photos: list
) -> None:
    def parts(state: float, swap: bool) -> set[str]:
        cases = compare(model, Liar(honest, state, swap), photos).disagreements
        return {one.part for one in cases}

    assert parts(-2.0, False) == {"encoder"}
    assert parts(-2.0, True) <= set(PARTS) and "either" in parts(-2.0, True)


def test_a_term_that_a_file_never_says_is_lost(
    model: TrainedModel, honest: Interpreter, photos: list, report: ParityReport
) -> None:
    assert report.lost == () and violations(VARIANTS["float32"].floor, report) == []
    vocabulary = model.vocabulary
    sure: dict[Term, set[int]] = {}
    for index, (image, _) in enumerate(photos):
        for level in LEVELS:
            said = greedy_search(
                honest.decode_step,
                honest.encode(image),
                vocabulary.start_id(level),
                vocabulary.end_id,
                vocabulary.first_term_id,
                model.max_length,
            )
            if said.confidence >= SURE:
                for term in vocabulary.decode(said.ids):
                    sure.setdefault(term, set()).add(index)
    rare = sorted(term for term, on in sure.items() if len(on) >= 2)
    assert rare
    for term in rare:
        broken = compare(model, Liar(honest, deleted=tuple(vocabulary.encode([term]))), photos)
        assert LostTerm(term, tuple(sorted(sure[term]))) in broken.lost
        for name in ("float32", "float16", "dynamic", "int8"):
            refused = " and ".join(violations(VARIANTS[name].floor, broken))
            assert f"{term.kind} {term.text} never said on {len(sure[term])} photos" in refused


def test_a_term_that_is_said_or_thought_of_once_is_not_lost() -> None:
    one, two, three = (Term("model", name) for name in ("One", "Two", "Three"))
    terms = SureTerms()
    for photo in (0, 1):
        for term in (one, two, three):
            terms.heard(photo, term, 0.05)
    # At another level of the same photo.
    terms.heard(1, two, 0.2)
    terms.said(1, [three])
    # Of what Keras is not sure of nothing is asked.
    terms.said(0, [Term("stone", "onyx")])
    assert terms.lost() == (LostTerm(one, (0, 1)),)


def test_a_rare_design_that_no_other_figure_misses_is_named(
    report: ParityReport,
) -> None:
    parity = replace(
        report.parity,
        n=200,
        state_error=0.068,
        token_agreement=0.991,
        caption_agreement=0.970,
        sure_captions=583,
        sure_agreement=0.976,
    )
    design = LostTerm(Term("model", "Mirel"), (150,))
    broken = replace(report, parity=parity, lost=(design,))
    assert violations(VARIANTS["int8"].floor, replace(broken, lost=())) == []
    assert violations(VARIANTS["int8"].floor, broken) == [
        "model Mirel never said on 1 photo where Keras is sure of it"
    ]


def test_captions_that_changed_count_as_a_share_of_all(report: ParityReport) -> None:
    changed = Disagreement(0, "complete", (), (), confidence=0.9, keras_margin=0.8)
    doubted = replace(changed, keras_margin=0.1), replace(changed, confidence=0.4)
    assert changed_captions([changed, *doubted]) == 1
    exact = VARIANTS["float32"].floor
    assert violations(exact, replace(report, disagreements=doubted)) == []
    share = 1 / (PHOTOS * len(LEVELS))
    assert violations(exact, replace(report, disagreements=(changed, *doubted))) == [
        f"share of captions that changed {share:.4f} above 0.0"
    ]


def test_photos_may_come_one_by_one(model: TrainedModel, honest: Interpreter, photos: list) -> None:
    def stream() -> Iterator[tuple[Pixels, Attributes]]:
        yield from photos[:2]

    assert compare(model, honest, stream()).parity.n == 2


def test_where_captions_part_is_told_with_what_each_side_held_likely() -> None:
    end, first = VOCABULARY.end_id, VOCABULARY.first_term_id

    def search(step: Step, encoded: Encoded, level: str) -> Decoded:
        return greedy_search(step, encoded, VOCABULARY.start_id(level), end, first, 5)

    def side(*likely: tuple[int, float]) -> Side:
        """Says these tokens, one a step; what is left goes to the second term."""

        def step(token: int, encoded: Encoded) -> tuple[np.ndarray, Encoded]:
            place = int(encoded.state[0, 0])
            probabilities = np.zeros(len(VOCABULARY), np.float32)
            probabilities[first + 1] = 1.0 - likely[place][1]
            probabilities[likely[place][0]] = likely[place][1]
            return probabilities, Encoded(encoded.state + 1.0)

        encoded = Encoded(np.zeros((1, 1), np.float32))
        return Side(step, encoded, search(step, encoded, "complete"))

    exported = side((first, 0.9), (first + 1, 0.6), (end, 1.0))
    for sure, cause in ((0.95, CHANGED), (0.56, NEAR_TIE), (0.54, UNDECIDED)):
        keras = side((first, 0.9), (end, sure))
        found = explain(3, "complete", VOCABULARY, keras, exported, search)
        assert (found.photo, found.step, found.keras_token) == (3, 1, "")
        assert found.exported_token == VOCABULARY.tokens[first + 1]
        assert found.confidence == pytest.approx(0.9 * sure, abs=1e-3)
        assert found.keras_margin == pytest.approx(2 * sure - 1.0, abs=1e-3)
        assert (found.cause, found.part) == (cause, "decoder")
    text = "2 captions differ: 2 undecided; changed by: decoder 2"
    assert causes_text([found, found]) == text
    assert causes_text([replace(found, part="")] * 2) == text.partition(";")[0]
    assert causes_text([]) == "no caption differs"
