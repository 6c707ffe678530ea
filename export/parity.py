"""Keras against the exported file, photo by photo."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from export.disagreement import (
    SURE,
    Disagreement,
    LostTerm,
    Side,
    SureTerms,
    changed_captions,
    explain,
)
from export.variants import ParityFloor
from mobile_app.camera_app.runtime.bundle import LevelAccuracy, Parity
from mobile_app.camera_app.runtime.decode import (
    Decoded,
    Encoded,
    Floats,
    Step,
    allowed,
    greedy_search,
)
from mobile_app.camera_app.runtime.interpreter import Interpreter
from mobile_app.camera_app.runtime.levels import Attributes, Term
from mobile_app.camera_app.runtime.preprocess import Pixels
from pipeline.captioner_model import TrainedModel
from pipeline.keras_api import tf
from pipeline.metrics import level_accuracies

FEW_PHOTOS: Final = 50
"""With fewer a file may change its mind on what no photo shows."""


@dataclass(frozen=True)
class ParityReport:
    """Parity with its cases.

    Attributes:
        parity: The figures.
        accuracy: CCR of the exported file on the same photos, by level.
        keras_accuracy: CCR of Keras on them.
        disagreements: Each caption that differs.
        run_accuracy: CCR of the run's own model on them, where the exported one was trained on;
            empty where it is the same.
        lost: Terms that the file never says where Keras surely does.
        schema_version: Version of this form.
    """

    parity: Parity
    accuracy: tuple[LevelAccuracy, ...]
    keras_accuracy: tuple[LevelAccuracy, ...]
    disagreements: tuple[Disagreement, ...]
    run_accuracy: tuple[LevelAccuracy, ...] = ()
    lost: tuple[LostTerm, ...] = ()
    schema_version: int = 1


def accuracy_loss(report: ParityReport) -> float:
    """How much CCR the exported file loses against the run's own model.

    Returns:
        The largest loss of any level, a single photo less, which says nothing: of ten photos it
        would be a tenth.
    """
    own = {one.level: one for one in report.run_accuracy or report.keras_accuracy}
    return max(
        ((own[one.level].correct - one.correct - 1) / one.n for one in report.accuracy),
        default=0.0,
    )


def violations(floor: ParityFloor, report: ParityReport) -> list[str]:
    """Names what of a comparison falls below a floor, with both figures."""
    captions = report.parity.n * len(report.accuracy)
    changed = changed_captions(report.disagreements) / captions if captions else 0.0
    return floor.violations(report.parity, accuracy_loss(report), changed, report.lost)


def few_photos_text(photos: int, available: int) -> str:
    """Says of a comparison on few of many photos that it proves little; empty of any other.

    Args:
        photos: How many are compared.
        available: How many validation photos there are.
    """
    if photos >= min(FEW_PHOTOS, available):
        return ""
    return (
        f"compared with Keras on only {photos} of {available} validation photos: designs that are "
        f"on none of them may be lost unseen; --parity-photos {min(200, available)} looks at more"
    )


def compare(
    model: TrainedModel,
    interpreter: Interpreter,
    photos: Iterable[tuple[Pixels, Attributes]],
) -> ParityReport:
    """Runs the Keras model and the exported file on the same preprocessed photos.

    Args:
        model: The trained model.
        interpreter: The exported file.
        photos: uint8[1, H, W, 3] and what is on it.
    """
    vocabulary = model.vocabulary
    captions: dict[str, dict[str, list[tuple[Term, ...]]]] = {
        side: {level: [] for level in vocabulary.level_names} for side in ("keras", "exported")
    }
    attributes: list[Attributes] = []
    errors: list[float] = []
    tokens = equal_tokens = 0
    disagreements: list[Disagreement] = []
    sure = sure_equal = 0
    sure_terms = SureTerms()

    @tf.function
    def keras_encode(image: Any) -> Any:
        scaled = model.encoder_spec.family.scale(tf.cast(image, tf.float32))
        features = model.encoder(scaled, training=False)
        return model.decoder.first_state(features), model.decoder.memory(features)

    @tf.function
    def keras_step(token: Any, state: Any, memory: Any) -> Any:
        step = model.decoder.step(token, state, memory)
        return tf.nn.softmax(step.logits), step.state

    def encode(image: Pixels) -> Encoded:
        state, memory = keras_encode(tf.constant(image))
        return Encoded(state.numpy(), None if memory is None else memory.numpy())

    def step(token: int, encoded: Encoded) -> tuple[Floats, Encoded]:
        memory = None if encoded.features is None else tf.constant(encoded.features)
        outputs = keras_step(tf.constant([token]), tf.constant(encoded.state), memory)
        return outputs[0].numpy()[0], replace(encoded, state=outputs[1].numpy())

    def search(step_function: Step, encoded: Encoded, level: str) -> Decoded:
        return greedy_search(
            step_function,
            encoded,
            vocabulary.start_id(level),
            vocabulary.end_id,
            vocabulary.first_term_id,
            model.max_length,
        )

    for index, (image, truth) in enumerate(photos):
        attributes.append(truth)
        expected, found = encode(image), interpreter.encode(image)
        # Features by place are off by more, but steps average them: tokens tell what that does.
        distance = np.linalg.norm(found.state - expected.state)
        errors.append(float(distance / np.linalg.norm(expected.state)))
        for level in vocabulary.level_names:
            keras_caption = search(step, expected, level)
            exported_caption = search(interpreter.decode_step, found, level)
            said = vocabulary.decode(keras_caption.ids), vocabulary.decode(exported_caption.ids)
            captions["keras"][level].append(said[0])
            captions["exported"][level].append(said[1])
            if keras_caption.confidence >= SURE:
                sure += 1
                sure_equal += said[0] == said[1]
            if said[0] != said[1]:
                sides = (
                    Side(step, expected, keras_caption),
                    Side(interpreter.decode_step, found, exported_caption),
                )
                disagreements.append(explain(index, level, vocabulary, *sides, search))
            encoded, previous = found, vocabulary.start_id(level)
            ids = keras_caption.ids
            # After the longest caption the end is not the decoder's choice.
            for position, wanted in enumerate((*ids, vocabulary.end_id)[: model.max_length]):
                probabilities, encoded = interpreter.decode_step(previous, encoded)
                choices = allowed(
                    probabilities, vocabulary.end_id, vocabulary.first_term_id, ids[:position]
                )
                equal_tokens += int(np.argmax(choices)) == wanted
                tokens += 1
                previous = wanted
                if keras_caption.confidence >= SURE and wanted != vocabulary.end_id:
                    (term,) = vocabulary.decode((wanted,))
                    sure_terms.heard(index, term, float(choices[wanted]))
        sure_terms.said(
            index, (term for captioned in captions["exported"].values() for term in captioned[-1])
        )
    count = len(attributes) * len(vocabulary.level_names)
    return ParityReport(
        parity=Parity(
            n=len(attributes),
            state_error=float(np.mean(errors)),
            token_agreement=equal_tokens / tokens,
            caption_agreement=1.0 - len(disagreements) / count,
            sure_captions=sure,
            sure_agreement=sure_equal / sure if sure else 1.0,
        ),
        accuracy=level_accuracies(captions["exported"], attributes),
        keras_accuracy=level_accuracies(captions["keras"], attributes),
        disagreements=tuple(disagreements),
        lost=sure_terms.lost(),
    )
