from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mobile_app.camera_app.runtime.bundle import read_bundle
from mobile_app.camera_app.runtime.captioner import Captioner
from mobile_app.camera_app.runtime.decode import Encoded
from mobile_app.camera_app.runtime.errors import BundleError, JewelcapError
from mobile_app.camera_app.runtime.interpreter import BACKENDS, Interpreter, open_interpreter
from mobile_app.camera_app.runtime.preprocess import Pixels, preprocess
from tests.bundles import write_fake_bundle
from tests.synthetic import draw_piece


@pytest.fixture(scope="module", params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """Every backend; those of Android run on a virtual machine for Java, or are skipped."""
    if request.param.startswith("android"):
        request.getfixturevalue("java")
    return str(request.param)


@pytest.fixture
def interpreter(backend: str, tiny_bundle: Path) -> Interpreter:
    return open_interpreter(tiny_bundle, backend=backend)


@pytest.fixture(scope="module")
def image(tiny_bundle: Path) -> Pixels:
    spec = read_bundle(tiny_bundle).manifest.preprocess
    return preprocess(draw_piece("earring", "yellow gold", "sapphire", 1), spec)


def test_there_are_backends() -> None:
    assert {"litert", "android", "android_gpu"} <= set(BACKENDS)


def test_encode_gives_the_state_that_the_manifest_says(
    interpreter: Interpreter, tiny_bundle: Path, image: Pixels
) -> None:
    state = interpreter.encode(image).state
    assert state.dtype == np.float32
    assert state.shape == (1, read_bundle(tiny_bundle).manifest.state_size)
    assert np.isfinite(state).all() and np.ptp(state) > 0


def test_a_step_gives_probabilities_and_the_next_state(
    interpreter: Interpreter, tiny_bundle: Path, image: Pixels
) -> None:
    vocabulary = read_bundle(tiny_bundle).vocabulary
    encoded = interpreter.encode(image)
    for level in vocabulary.level_names:
        probabilities, then = interpreter.decode_step(vocabulary.start_id(level), encoded)
        state, following = encoded.state, then.state
        assert probabilities.dtype == following.dtype == np.float32
        assert probabilities.shape == (len(vocabulary),)
        assert probabilities.min() >= 0.0
        assert probabilities.sum() == pytest.approx(1.0, abs=0.02)
        assert following.shape == state.shape
        assert not np.array_equal(following, state)


def test_results_outlive_the_next_call(interpreter: Interpreter, image: Pixels) -> None:
    encoded = interpreter.encode(image)
    probabilities, then = interpreter.decode_step(2, encoded)
    results = encoded.state, probabilities, then.state
    kept = [array.copy() for array in results]
    interpreter.encode(255 - image)
    interpreter.decode_step(3, Encoded(-encoded.state))
    for value, copy in zip(results, kept, strict=True):
        np.testing.assert_array_equal(value, copy)


def test_the_same_photo_gives_the_same_again(interpreter: Interpreter, image: Pixels) -> None:
    first = interpreter.encode(image).state
    assert not np.array_equal(interpreter.encode(255 - image).state, first)
    np.testing.assert_array_equal(interpreter.encode(image).state, first)


def test_the_number_of_threads_changes_nothing(
    backend: str, tiny_bundle: Path, image: Pixels
) -> None:
    states = [open_interpreter(tiny_bundle, n, backend).encode(image).state for n in (1, 2)]
    np.testing.assert_allclose(states[0], states[1], atol=1e-5)


def test_what_runs_the_model_is_told(backend: str, tiny_bundle: Path) -> None:
    runtime = open_interpreter(tiny_bundle, 2, backend).runtime
    assert runtime.name.startswith("LiteRT ") and runtime.threads == 2
    assert runtime.delegate_asked == ("gpu" if backend.endswith("gpu") else "xnnpack")
    assert runtime.delegate_used == runtime.delegate_asked and not runtime.delegate_note


def test_a_model_that_the_runtime_refuses_is_one_message(backend: str, tmp_path: Path) -> None:
    path = write_fake_bundle(tmp_path / "fake.tflite")
    with pytest.raises(BundleError, match=str(path)) as caught:
        Captioner.open(path, backend=backend)
    assert "\n" not in str(caught.value)


def test_an_unknown_backend_or_no_thread_is_one_message(tiny_bundle: Path) -> None:
    with pytest.raises(JewelcapError, match="unknown backend 'cuda': choose one of litert"):
        open_interpreter(tiny_bundle, backend="cuda")
    with pytest.raises(JewelcapError, match="threads must be at least 1, not 0"):
        open_interpreter(tiny_bundle, threads=0)
