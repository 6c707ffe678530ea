from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.captioner_model import load_model
from pipeline.catalog.schema import load_catalog
from pipeline.catalog.split import split_catalog
from pipeline.config import TrainConfig
from pipeline.distillation import load_teacher, mean_targets, soft_targets
from pipeline.errors import JewelcapError
from pipeline.features import extract_features
from pipeline.keras_api import tf
from pipeline.rundir import Run
from pipeline.sequences import build_sequences
from pipeline.train import train_run
from pipeline.weights_file import read_weights

CONFIG = TrainConfig(
    encoder="small-32", decoder="gru-8", weights="none", learning_rate=1e-2, epochs=2, patience=5
)


@pytest.fixture(scope="module")
def teacher(catalog: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    run, _ = train_run(CONFIG, catalog, tmp_path_factory.mktemp("runs") / "teacher", False)
    return run


def test_soft_targets_are_what_the_teacher_says_at_its_temperature(
    teacher: Run, catalog: Path
) -> None:
    model = load_model(teacher)
    items = teacher.manifest().of("validation")
    sequences = build_sequences(
        [item.photo.attributes for item in items], model.vocabulary, model.max_length
    )
    features = extract_features(catalog, items, model.encoder_spec, model.encoder)
    found = soft_targets(model, features, sequences, 2.0)
    assert found.shape == (*sequences.inputs.shape, len(model.vocabulary))
    level = 2
    logits = model.decoder((tf.constant(features[:]), sequences.inputs[:, level]))
    np.testing.assert_allclose(found[:, level], tf.nn.softmax(logits / 2.0), atol=1e-5)
    np.testing.assert_allclose(found.sum(axis=-1), 1.0, atol=1e-5)
    hot = soft_targets(model, features, sequences, 50.0)
    assert hot.max() < found.max()


def test_several_teachers_are_averaged() -> None:
    one, other = np.full((1, 1, 1, 2), 0.25, np.float32), np.full((1, 1, 1, 2), 0.75, np.float32)
    np.testing.assert_array_equal(mean_targets([one, other]), 0.5)


def test_a_student_learns_something_else_than_alone(
    teacher: Run, catalog: Path, tmp_path: Path
) -> None:
    config = replace(CONFIG, teacher=(str(teacher.root),), teacher_weight=0.9)
    student, built = train_run(config, catalog, tmp_path / "student", False)
    assert built
    # Only the objective differs from the teacher's own training.
    files = [read_weights(run.train_dir / "decoder.npz").arrays for run in (student, teacher)]
    assert any(not np.array_equal(a, b) for a, b in zip(*files, strict=True))
    assert not train_run(config, catalog, student.root, False)[1]


def test_a_teacher_of_another_split_is_refused(teacher: Run, catalog: Path, tmp_path: Path) -> None:
    config = replace(CONFIG, teacher=(str(teacher.root),), seed=1)
    with pytest.raises(JewelcapError, match="may have seen test photos") as caught:
        train_run(config, catalog, tmp_path / "student", False)
    assert "seed 0" in str(caught.value) and "seed 1" in str(caught.value)
    assert not (tmp_path / "student" / "train").exists()


def test_a_teacher_of_other_words_is_refused(teacher: Run, catalog: Path) -> None:
    manifest = split_catalog(load_catalog(catalog))
    vocabulary = load_model(teacher).vocabulary
    load_teacher(teacher.root, manifest, vocabulary)
    fewer = type(vocabulary).build(vocabulary.terms[1:], vocabulary.level_names)
    with pytest.raises(JewelcapError, match="tokens are not the student's"):
        load_teacher(teacher.root, manifest, fewer)


def test_a_teacher_that_is_not_trained_is_refused(catalog: Path, tmp_path: Path) -> None:
    config = replace(CONFIG, teacher=(str(tmp_path / "none"),))
    with pytest.raises(JewelcapError, match="no run that was trained to its end"):
        train_run(config, catalog, tmp_path / "student", False)
