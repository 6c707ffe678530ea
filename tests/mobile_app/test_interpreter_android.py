"""LiteRT's Java API on a real virtual machine: stub classes that hand over to LiteRT itself."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from mobile_app.camera_app.runtime import interpreter_android
from mobile_app.camera_app.runtime.captioner import Captioner
from mobile_app.camera_app.runtime.errors import BundleError, JewelcapError
from mobile_app.camera_app.runtime.interpreter import default_backend, open_interpreter
from tests.bundles import write_fake_bundle
from tests.mobile_app.litert_server import TOY, toy_encode, toy_step
from tests.synthetic import METALS, MODELS, STONES, draw_piece

pytestmark = pytest.mark.usefixtures("java")

PIECES = [(kind, metal, stone) for kind in MODELS for metal in METALS for stone in STONES][::3]


@pytest.fixture
def gpu(java: Any) -> Iterator[Any]:
    """Sets how the GPU behaves; afterwards, no delegate may be left open."""
    system = java.autoclass("java.lang.System")
    delegate = java.autoclass("org.tensorflow.lite.gpu.GpuDelegate")
    before = delegate.countOpen()

    def behave(how: str) -> None:
        system.setProperty("stub.gpu", how)

    yield behave
    system.clearProperty("stub.gpu")
    assert delegate.countOpen() == before


@pytest.mark.parametrize("backend", ["android", "android_gpu"])
def test_captions_are_those_of_the_desktop_byte_for_byte(tiny_bundle: Path, backend: str) -> None:
    desktop, phone = Captioner.open(tiny_bundle), Captioner.open(tiny_bundle, backend=backend)
    texts = set()
    for seed, piece in enumerate(PIECES):
        photo = draw_piece(*piece, seed)
        for level in desktop.bundle.manifest.levels:
            wanted = desktop.describe(photo, level, "it", abstain=False)
            assert phone.describe(photo, level, "it", abstain=False) == wanted
            texts.add(wanted.text.encode())
    assert len(texts) > 3
    encoded = desktop.encode(photo)
    assert phone.alternatives(encoded, "basic") == desktop.alternatives(encoded, "basic")
    phone.close()


def test_features_of_places_go_there_and_back(tmp_path: Path) -> None:
    path = tmp_path / f"looking{TOY}"
    path.touch()
    image = np.arange(12, dtype=np.uint8).reshape(1, 2, 2, 3) * 17
    wanted = toy_encode(image)
    interpreter = open_interpreter(path, backend="android")
    encoded = interpreter.encode(image)
    np.testing.assert_array_equal(encoded.state, wanted["state"])
    np.testing.assert_array_equal(encoded.features, wanted["features"])
    assert encoded.attention is None
    state = wanted["state"]
    for token in (3, 5, 7):
        step = toy_step(np.array([token], np.int32), state, wanted["features"])
        probabilities, encoded = interpreter.decode_step(token, encoded)
        state = step["state"]
        np.testing.assert_array_equal(probabilities, step["probabilities"][0])
        np.testing.assert_array_equal(encoded.state, state)
        np.testing.assert_array_equal(encoded.attention, step["attention"])
        np.testing.assert_array_equal(encoded.features, wanted["features"])
    interpreter.close()


def test_a_worker_may_open_and_use_it(tiny_bundle: Path) -> None:
    photo = draw_piece(*PIECES[0], 0)
    texts: list[str] = []

    def work() -> None:
        captioner = Captioner.open(tiny_bundle, backend="android")
        texts.append(captioner.describe(photo, "basic").text)
        captioner.interpreter.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30.0)
    assert texts == [Captioner.open(tiny_bundle).describe(photo, "basic").text] * 3


def test_the_gpu_runs_the_encoder_where_it_can(tiny_bundle: Path, gpu: Any) -> None:
    gpu("works")
    interpreter = open_interpreter(tiny_bundle, 2, "android_gpu")
    runtime = interpreter.runtime
    assert (runtime.name, runtime.threads) == ("LiteRT 1.4.1", 2)
    assert (runtime.delegate_asked, runtime.delegate_used) == ("gpu", "gpu")
    assert runtime.delegate_note == ""
    interpreter.close()


@pytest.mark.parametrize(
    ("how", "note"),
    [
        ("unsupported", "LiteRT does not support this device's GPU"),
        ("refuses", "the GPU refuses this model (Internal error: Failed to apply delegate: no"),
        ("errs", "the GPU's answer differs from the CPU's by 200%"),
    ],
)
def test_without_a_gpu_the_cpu_does_it_and_says_so(
    tiny_bundle: Path, gpu: Any, how: str, note: str
) -> None:
    gpu(how)
    captioner = Captioner.open(tiny_bundle, backend="android_gpu")
    runtime = captioner.interpreter.runtime
    assert (runtime.delegate_asked, runtime.delegate_used) == ("gpu", "xnnpack")
    assert note in runtime.delegate_note and "\n" not in runtime.delegate_note
    photo = draw_piece(*PIECES[0], 0)
    assert captioner.describe(photo, "basic") == Captioner.open(tiny_bundle).describe(
        photo, "basic"
    )


def test_an_app_without_the_gpu_library_says_so(
    tiny_bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    classes = replace(interpreter_android.load_classes(), gpu=None, gpu_support=None)
    monkeypatch.setattr(interpreter_android, "load_classes", lambda: classes)
    runtime = open_interpreter(tiny_bundle, backend="android_gpu").runtime
    assert "litert-gpu" in runtime.delegate_note and runtime.delegate_used == "xnnpack"


def test_a_state_of_another_size_is_one_message(tiny_bundle: Path) -> None:
    captioner = Captioner.open(tiny_bundle, backend="android")
    encoded = captioner.encode(draw_piece(*PIECES[0], 0))
    with pytest.raises(ValueError, match=r"Cannot copy to a TensorFlowLite tensor \(state\)"):
        captioner.interpreter.decode_step(3, type(encoded)(encoded.state[:, :-1]))


def test_a_refused_model_leaves_nothing_open(tmp_path: Path) -> None:
    path = write_fake_bundle(tmp_path / "fake.tflite")
    with pytest.raises(BundleError, match="LiteRT refuses this model"):
        open_interpreter(path, backend="android")


def test_after_close_nothing_runs_and_a_second_close_is_harmless(tiny_bundle: Path) -> None:
    interpreter = open_interpreter(tiny_bundle, backend="android")
    interpreter.close()
    interpreter.close()
    with pytest.raises(ValueError, match="already been closed"):
        interpreter.encode(np.zeros((1, 8, 8, 3), np.uint8))


@pytest.fixture
def other_java(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Lets a test put another `jnius` in place of the real one."""
    interpreter_android.load_classes.cache_clear()
    yield monkeypatch
    interpreter_android.load_classes.cache_clear()


def test_without_java_there_is_one_message(
    tiny_bundle: Path, other_java: pytest.MonkeyPatch
) -> None:
    other_java.setitem(sys.modules, "jnius", None)
    with pytest.raises(JewelcapError, match="needs pyjnius and a Java virtual machine"):
        open_interpreter(tiny_bundle, backend="android")


def test_without_litert_the_message_names_what_to_add(
    tiny_bundle: Path, other_java: pytest.MonkeyPatch
) -> None:
    class JavaError(Exception):
        innermessage = "Didn't find class\nat dalvik"

    def autoclass(name: str) -> None:
        raise JavaError(name)

    jnius = SimpleNamespace(JavaException=JavaError, autoclass=autoclass)
    other_java.setitem(sys.modules, "jnius", jnius)
    with pytest.raises(JewelcapError, match=r"com\.google\.ai\.edge\.litert:litert") as caught:
        open_interpreter(tiny_bundle, backend="android")
    assert "Didn't find class" in str(caught.value) and "\n" not in str(caught.value)


def test_the_phone_takes_its_own_backend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANDROID_ARGUMENT", raising=False)
    assert default_backend() == "litert"
    monkeypatch.setenv("ANDROID_ARGUMENT", "/data/user/0/app/files/app")
    assert default_backend() == "android"
