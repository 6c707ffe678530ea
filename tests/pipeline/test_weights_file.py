from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mobile_app.camera_app.runtime.schema import dump_json
from pipeline.errors import JewelcapError
from pipeline.weights_file import WeightsMeta, read_weights, write_weights

META = WeightsMeta("mobilenet-0.25-32", "Apache-2.0", "c" * 64, "jewelcap weights", ("a", "b"))
RNG = np.random.default_rng(0)
SHAPES = {
    "convolution": (3, 3, 8, 16),
    "depthwise": (3, 3, 64, 1),
    "dense": (40, 30),
    "small kernel": (4, 5),
    "bias": (700,),
    "scalar": (),
    "empty": (0, 4),
}


def arrays_of(shapes: dict[str, tuple[int, ...]] = SHAPES) -> list[np.ndarray]:
    # Channels of very different size, as in real networks.
    return [
        (RNG.standard_normal(shape) * np.logspace(-3, 1, shape[-1] if shape else 1))
        .astype(np.float32)
        .reshape(shape)
        for shape in shapes.values()
    ]


def test_weights_in_32_bits_come_back_as_they_were(tmp_path: Path) -> None:
    arrays = arrays_of()
    write_weights(tmp_path / "w.npz", arrays, META)
    file = read_weights(tmp_path / "w.npz")
    assert file.meta == META
    assert len(file.arrays) == len(arrays)
    for found, expected in zip(file.arrays, arrays, strict=True):
        assert found.dtype == np.float32
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("name", SHAPES)
def test_weights_in_8_bits_are_close(tmp_path: Path, name: str) -> None:
    (array,) = arrays_of({name: SHAPES[name]})
    write_weights(tmp_path / "w.npz", [array], META, bits=8)
    (found,) = read_weights(tmp_path / "w.npz").arrays
    assert (found.dtype, found.shape) == (np.float32, array.shape)
    if name in ("convolution", "depthwise", "dense"):
        axis = 2 if name == "depthwise" else array.ndim - 1
        others = tuple(i for i in range(array.ndim) if i != axis)
        # Half a step of each channel's own scale.
        bound = np.abs(array).max(axis=others, keepdims=True) / 127.0 * 0.501
        assert (np.abs(found - array) <= bound).all()
        assert np.abs(found - array).max() > 0
    else:
        np.testing.assert_allclose(found, array, rtol=1e-3, atol=1e-7)


def test_8_bits_take_a_quarter_of_the_space(tmp_path: Path) -> None:
    arrays = [RNG.standard_normal((3, 3, 64, 128)).astype(np.float32)]
    for bits in (8, 32):
        write_weights(tmp_path / f"{bits}.npz", arrays, META, bits)
    sizes = [(tmp_path / f"{bits}.npz").stat().st_size for bits in (8, 32)]
    assert sizes[0] < 0.27 * sizes[1]


def test_zeros_and_large_values_survive_8_bits(tmp_path: Path) -> None:
    arrays = [
        np.zeros((32, 32), np.float32),
        np.array([1e6, -1e6, 0.5], np.float32),
        np.zeros(0, np.float32),
    ]
    write_weights(tmp_path / "w.npz", arrays, META, bits=8)
    for found, expected in zip(read_weights(tmp_path / "w.npz").arrays, arrays, strict=True):
        np.testing.assert_array_equal(found, expected)


def test_many_arrays_keep_their_order(tmp_path: Path) -> None:
    arrays = [np.full(3, index, np.float32) for index in range(120)]
    write_weights(tmp_path / "w.npz", arrays, META)
    found = read_weights(tmp_path / "w.npz").arrays
    assert [array[0] for array in found] == list(range(120))


def assert_refused(path: Path) -> None:
    with pytest.raises(JewelcapError) as caught:
        read_weights(path)
    assert str(caught.value).startswith(str(path)) and "\n" not in str(caught.value)


class Trap:
    sprung = False

    def __reduce__(self) -> tuple:
        return Trap.spring, ()

    @staticmethod
    def spring() -> None:
        Trap.sprung = True


def save_arrays(path: Path, **arrays: Any) -> None:
    np.savez(path, **arrays)


def test_pickles_are_refused_and_never_run(tmp_path: Path) -> None:
    meta = np.frombuffer(dump_json(META).encode(), np.uint8)
    objects = np.array([Trap()], dtype=object)
    save_arrays(tmp_path / "objects.npz", meta=meta, **{"0000_full": objects})
    assert_refused(tmp_path / "objects.npz")
    (tmp_path / "pickle.npz").write_bytes(pickle.dumps(Trap()))
    assert_refused(tmp_path / "pickle.npz")
    np.save(tmp_path / "single.npy", objects, allow_pickle=True)
    assert_refused(tmp_path / "single.npy")
    assert not Trap.sprung


def test_files_of_another_form_are_refused(tmp_path: Path) -> None:
    meta = np.frombuffer(dump_json(META).encode(), np.uint8)
    one = np.ones(3, np.float32)
    save_arrays(tmp_path / "foreign.npz", kernel=one)
    save_arrays(tmp_path / "no scale.npz", meta=meta, **{"0000_int8": np.ones((2, 2), np.int8)})
    save_arrays(tmp_path / "bad meta.npz", meta=one.view(np.uint8), **{"0000_full": one})
    save_arrays(tmp_path / "text.npz", meta=meta, **{"0000_full": np.array(["x", "y"])})
    (tmp_path / "empty.npz").write_bytes(b"")
    for path in tmp_path.iterdir():
        assert_refused(path)
    assert_refused(tmp_path / "none.npz")
    assert_refused(tmp_path)


def test_an_array_that_unpacks_to_too_much_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bomb.npz"
    write_weights(path, [np.zeros((1000, 1000), np.float32)], META, bits=8)
    assert path.stat().st_size < 20_000
    assert read_weights(path).arrays[0].size == 1_000_000
    monkeypatch.setattr("pipeline.weights_file._MAX_ARRAY_BYTES", 900_000)
    monkeypatch.setattr(np, "load", lambda *_, **__: pytest.fail("was read"))
    assert_refused(path)


@pytest.mark.parametrize("bits", [8, 32])
def test_damage_anywhere_is_refused_or_changes_nothing(tmp_path: Path, bits: int) -> None:
    good, bad = tmp_path / "good.npz", tmp_path / "bad.npz"
    write_weights(good, arrays_of({"dense": (30, 20), "bias": (4,)}), META, bits)
    original = read_weights(good)
    data = good.read_bytes()
    for length in range(0, len(data), 41):
        bad.write_bytes(data[:length])
        assert_refused(bad)
    refused = 0
    positions = range(0, len(data), 3)
    for position in positions:
        damaged = bytearray(data)
        damaged[position] ^= 0x55
        bad.write_bytes(damaged)
        try:
            found = read_weights(bad)
        except JewelcapError as error:
            assert str(error).startswith(str(bad))
            refused += 1
        else:
            assert found.meta == original.meta
            if len(found.arrays) < len(original.arrays):
                # A lost array is noticed by the model that it is put in.
                continue
            for one, other in zip(found.arrays, original.arrays, strict=True):
                np.testing.assert_array_equal(one, other)
    assert refused > len(positions) // 2
