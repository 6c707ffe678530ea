from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from export.disagreement import CHANGED, NEAR_TIE, UNDECIDED, Side, causes_text, explain
from export.parity import ParityReport, compare
from mobile_app.camera_app.runtime.decode import Encoded, greedy_search
from mobile_app.camera_app.runtime.interpreter import Interpreter, open_interpreter
from mobile_app.camera_app.runtime.levels import LEVELS, Attributes
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

    def __init__(self, interpreter: Interpreter, state: float = 0.0, swap: bool = False) -> None:
        self.interpreter, self.state, self.swap = interpreter, state, swap

    def encode(self, image: Pixels) -> Encoded:
        encoded = self.interpreter.encode(image)
        return replace(encoded, state=encoded.state * (1.0 + self.state))

    def decode_step(self, token: int, encoded: Encoded) -> tuple[np.ndarray, Encoded]:
        probabilities, encoded = self.interpreter.decode_step(token, encoded)
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
    if parity.sure_captions:
        assert parity.sure_agreement < 1.0


def test_photos_may_come_one_by_one(model: TrainedModel, honest: Interpreter, photos: list) -> None:
    def stream() -> Iterator[tuple[Pixels, Attributes]]:
        yield from photos[:2]

    assert compare(model, honest, stream()).parity.n == 2


def test_where_captions_part_is_told_with_what_each_side_held_likely() -> None:
    end, first = VOCABULARY.end_id, VOCABULARY.first_term_id

    def side(*likely: tuple[int, float]) -> Side:
        """Says these tokens, one a step; what is left goes to the second term."""

        def step(token: int, encoded: Encoded) -> tuple[np.ndarray, Encoded]:
            place = int(encoded.state[0, 0])
            probabilities = np.zeros(len(VOCABULARY), np.float32)
            probabilities[first + 1] = 1.0 - likely[place][1]
            probabilities[likely[place][0]] = likely[place][1]
            return probabilities, Encoded(encoded.state + 1.0)

        encoded = Encoded(np.zeros((1, 1), np.float32))
        start = VOCABULARY.start_id("complete")
        said = greedy_search(step, encoded, start, end, first, 5)
        return Side(step, encoded, said)

    exported = side((first, 0.9), (first + 1, 0.6), (end, 1.0))
    for sure, cause in ((0.95, CHANGED), (0.56, NEAR_TIE), (0.54, UNDECIDED)):
        keras = side((first, 0.9), (end, sure))
        found = explain(3, "complete", VOCABULARY, keras, exported)
        assert (found.photo, found.step, found.keras_token) == (3, 1, "")
        assert found.exported_token == VOCABULARY.tokens[first + 1]
        assert found.confidence == pytest.approx(0.9 * sure, abs=1e-3)
        assert found.keras_margin == pytest.approx(2 * sure - 1.0, abs=1e-3)
        assert found.cause == cause
    assert causes_text([found, found]) == "2 captions differ: 2 undecided"
    assert causes_text([]) == "no caption differs"
