"""Encoders of many sizes, from plan to report."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from benchmarks.front.plan import FRONT, make_cells
from benchmarks.front.run import FRONT_RECORD, FrontRecord
from benchmarks.latency import MODES, Mode
from mobile_app.camera_app.runtime.schema import load_json
from pipeline.encoders import build_encoder, parse_encoder
from pipeline.errors import JewelcapError
from pipeline.rundir import Run
from pipeline.weights_file import WeightsMeta, read_weights, write_weights
from tests.command_line import assert_done, assert_fails, jewelcap
from tests.models import add_small_encoder


def test_every_width_and_size_and_both_large_networks_are_on_the_front() -> None:
    assert len(FRONT) == len(set(FRONT)) == 18
    cells = {one.encoder: one for one in make_cells(FRONT, "imagenet", 8)}
    assert set(cells) == set(FRONT)
    assert cells["mobilenet-0.5-224"].source == "weights"
    assert cells["mobilenet-0.5-224"].fine_tune_epochs == 8
    follower = cells["mobilenet-0.5-128"]
    assert (follower.source, follower.start) == ("size", "mobilenet-0.5-224")
    assert follower.fine_tune_epochs == 2
    assert cells["vgg16-224"].fine_tune_epochs == 0
    order = list(cells)
    followers = [one for one in cells.values() if one.source == "size"]
    assert len(followers) == 12
    assert all(order.index(one.start) < order.index(one.encoder) for one in followers)


def test_a_width_without_weights_is_cut_out_of_the_widest(tmp_path: Path) -> None:
    (tmp_path / "mobilenet_1_0_224_imagenet_no_top.h5").touch()
    names = ["mobilenet-0.75-160", "mobilenet-1.0-224", "mobilenet-0.75-224"]
    cells = make_cells(names, str(tmp_path), 4)
    assert [(one.source, Path(one.start).name) for one in cells] == [
        ("weights", "mobilenet_1_0_224_imagenet_no_top.h5"),
        ("width", "mobilenet-1.0-224"),
        ("size", "mobilenet-0.75-224"),
    ]
    with pytest.raises(JewelcapError, match=r"mobilenet-0\.75-224 needs one file"):
        make_cells(["mobilenet-0.75-224"], str(tmp_path), 4)
    (taken, *_) = make_cells(["mobilenet-1.0-224"], str(tmp_path / "nothing"), 4, FRONT)
    assert taken.start == ""


def test_channels_that_matter_stay_and_the_features_with_them() -> None:
    from benchmarks.front.narrow import cut_channels

    wide, narrow = (build_encoder(parse_encoder(f"mobilenet-{a}-32")) for a in (0.5, 0.25))
    rng = np.random.default_rng(0)
    for layer in wide.layers:
        if type(layer).__name__ == "Conv2D":
            norm = wide.get_layer(f"{layer.name}_bn")
            gamma, beta, mean, variance = norm.get_weights()
            silent = rng.permutation(len(gamma))[: len(gamma) // 2]
            beta = rng.uniform(0.1, 0.5, len(beta)).astype(np.float32)
            gamma[silent], beta[silent] = 0.0, 0.0
            norm.set_weights([gamma, beta, mean, variance])
    cut_channels(wide, narrow)
    photos = rng.uniform(-1.0, 1.0, (2, 32, 32, 3)).astype(np.float32)
    expected, found = (np.asarray(one(photos, training=False)) for one in (wide, narrow))
    heard = expected[:, expected.any(axis=0)]
    assert heard.shape == found.shape
    np.testing.assert_allclose(found, heard, rtol=1e-4, atol=1e-6)


def test_narrowed_weights_say_what_they_have_seen_and_fit_photos(
    tmp_path: Path,
) -> None:
    from benchmarks.front.narrow import write_narrowed

    wide = build_encoder(parse_encoder("mobilenet-0.5-32"))
    source, out = tmp_path / "wide.npz", tmp_path / "narrow.npz"
    meta = WeightsMeta("mobilenet-0.5-32", seen_sha256=("ab",))
    write_weights(source, wide.get_weights(), meta)
    rng = np.random.default_rng(0)
    photos = [rng.integers(0, 256, (1, 32, 32, 3), np.uint8) for _ in range(8)]
    spec = parse_encoder("mobilenet-0.25-32")
    write_narrowed(source, spec, photos, out)
    assert read_weights(out).meta.seen_sha256 == ("ab",)
    features = build_encoder(spec, str(out))(
        spec.family.scale(np.concatenate(photos).astype(np.float32)), training=False
    )
    # Normalized to their own statistics, features neither vanish nor explode.
    assert 0.1 < float(np.std(features)) < 3.0
    with pytest.raises(JewelcapError, match=r"is no wider form of mobilenet-0\.5-32"):
        write_narrowed(source, parse_encoder("mobilenet-0.5-32"), photos, tmp_path / "x.npz")


def test_a_front_is_trained_exported_measured_and_not_made_twice(
    tiny_catalog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_small_encoder(monkeypatch)
    monkeypatch.setattr("benchmarks.front.plan.read_settings", lambda _: {"epochs": 2})
    monkeypatch.setitem(MODES, "quick", Mode("quick", rounds=1, warmups=1, least=2, seconds=0.0))
    out = tmp_path / "front"
    options = ("--weights", "none", "--protocol", "views", "--parity-photos", 8, "--mode", "quick")
    call = ("front", tiny_catalog, "--out", out, "--encoder", "small-32", *options)
    first = jewelcap(*call, "--variant", "float32", "--prepare")
    assert_done(first)
    assert "1 captioners are ready" in first.stdout
    done = out / "runs" / "small-32" / "train" / "done.json"
    before = done.stat().st_mtime_ns
    assert_done(jewelcap(*call, "--variant", "float32"))
    assert done.stat().st_mtime_ns == before
    record = load_json(FrontRecord, (out / FRONT_RECORD).read_bytes(), "front")
    (row,) = record.rows
    assert (row.encoder, row.source, row.exported) == ("small-32", "weights", ("float32",))
    assert (out / "records" / "host-small-32-float32-t1.json").is_file()
    assert {"index.html", "pareto.png", "table.md"} <= {
        one.name for one in (out / "report").iterdir()
    }
    # A run that is there already is taken, if its split is the same.
    taken = tmp_path / "taken"
    shutil.copytree(Run(out / "runs" / "small-32").root, taken)
    other = ("front", tiny_catalog, "--out", tmp_path / "b", "--run", taken, *options)
    assert_fails(jewelcap(*other, "--seed", 3, "--prepare"), "its seed is 0, the front's 3")
