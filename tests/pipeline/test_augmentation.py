from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mobile_app.camera_app.runtime.levels import LEVELS
from pipeline.augmentation.augment import apply_paper_augmentation, apply_policy, augment
from pipeline.augmentation.policies import POLICIES, Policy
from pipeline.augmentation.steps import STEPS
from pipeline.captioner_model import load_model
from pipeline.catalog.split import DatasetManifest
from pipeline.config import TrainConfig
from pipeline.errors import JewelcapError
from pipeline.evaluate import evaluate_run
from pipeline.features import extract_features, read_photos
from pipeline.fit import Fit
from pipeline.keras_api import tf
from pipeline.metrics import level_accuracies
from pipeline.objective import Batch
from pipeline.rundir import Run
from pipeline.sequences import build_sequences
from pipeline.train import read_summary, train_run
from tests.models import add_small_encoder
from tests.synthetic import draw_piece, make_catalog

METALS = {"yellow gold": (212, 175, 88), "rose gold": (206, 150, 130), "silver": (190, 190, 192)}
MOVES = {"quarter_turn", "width_shift", "height_shift", "shear", "zoom", "flips", "scale"}
MOVES |= {"rotation", "shift", "mirror", "resized_crop", "perspective"}
PAPER = ["quarter_turn", "width_shift", "height_shift", "shear", "zoom", "color_shift"]
PAPER += ["flips", "brightness"]


def pieces(count: int, size: tuple[int, int] = (64, 48)) -> np.ndarray:
    """uint8[n, H, W, 3]"""
    drawn = [draw_piece("ring", "yellow gold", "ruby", seed, size) for seed in range(count)]
    return np.stack([np.asarray(image) for image in drawn])


def run_step(name: str, images: np.ndarray, seed: int = 0, share: float = 1.0) -> np.ndarray:
    """One step alone, float32[n, H, W, 3]."""
    policy = Policy("alone", "", ((name, share),))
    values = tf.constant(images, tf.float32)
    return augment(values, tf.constant([7, seed]), policy).numpy()


@pytest.mark.parametrize("name", STEPS)
def test_a_step_changes_photos_and_keeps_their_form_and_range(name: str) -> None:
    images = pieces(6)
    changed = run_step(name, images)
    assert changed.shape == images.shape and changed.dtype == np.float32
    assert changed.min() >= 0.0 and changed.max() <= 255.0
    differs = [np.abs(a - b).max() > 1.0 for a, b in zip(changed, images, strict=True)]
    # Drawn among others, no change may come out of a quarter turn or of flips.
    assert sum(differs) >= 3


@pytest.mark.parametrize("name", STEPS)
def test_a_step_is_drawn_from_its_seed(name: str) -> None:
    images = pieces(4)
    np.testing.assert_array_equal(run_step(name, images, 1), run_step(name, images, 1))
    if name != "mirror":
        assert np.any(run_step(name, images, 1) != run_step(name, images, 2))


@pytest.mark.parametrize("name", STEPS)
def test_a_step_draws_for_each_photo(name: str) -> None:
    if name == "mirror":
        pytest.skip("has nothing to draw")
    images = np.repeat(pieces(1), 8, axis=0)
    changed = run_step(name, images)
    assert any(np.abs(image - changed[0]).max() > 1.0 for image in changed[1:])


@pytest.mark.parametrize("name", ["mirror", "exposure"])
def test_the_share_tells_how_many_photos_change_and_the_others_stay(name: str) -> None:
    images = np.repeat(pieces(1, (16, 16)), 400, axis=0)
    changed = run_step(name, images, share=0.25)
    same = [np.array_equal(image, images[0]) for image in changed]
    assert 0.68 < np.mean(same) < 0.82


def test_every_step_of_a_policy_is_registered_with_its_source() -> None:
    for policy in POLICIES.values():
        for name, share in policy.steps:
            assert STEPS[name].name == name
            assert STEPS[name].source
            assert 0.0 < share <= 1.0
    used = {name for policy in POLICIES.values() for name, _ in policy.steps}
    assert used == set(STEPS)


def test_the_paper_has_its_eight() -> None:
    assert [name for name, _ in POLICIES["paper"].steps] == PAPER
    assert all("III-A" in STEPS[name].source for name in PAPER)


def test_quarter_turns_are_exact() -> None:
    images = pieces(32, (40, 40))
    turns = [[np.rot90(image, k) for k in range(4)] for image in images]
    found = set()
    for changed, options in zip(run_step("quarter_turn", images), turns, strict=True):
        fits = [k for k, option in enumerate(options) if np.abs(changed - option).max() < 0.01]
        assert len(fits) == 1
        found.update(fits)
    assert found == {0, 1, 2, 3}


def test_mirror_and_flips_are_exact() -> None:
    images = pieces(16)
    np.testing.assert_allclose(run_step("mirror", images), images[:, :, ::-1], atol=0.01)
    found = set()
    for changed, image in zip(run_step("flips", images), images, strict=True):
        options = (image, image[:, ::-1], image[::-1], image[::-1, ::-1])
        fits = [k for k, option in enumerate(options) if np.abs(changed - option).max() < 0.01]
        assert len(fits) == 1
        found.update(fits)
    assert found == {0, 1, 2, 3}


@pytest.mark.parametrize(("name", "axis"), [("width_shift", 1), ("height_shift", 0)])
def test_a_shift_goes_along_its_axis_by_up_to_30_percent(name: str, axis: int) -> None:
    image = np.zeros((1, 100, 100, 3), np.uint8)
    image[0, 48:52, 48:52] = 255
    places = []
    for changed in run_step(name, np.repeat(image, 64, axis=0)):
        weight = changed[..., 0] / changed[..., 0].sum()
        centers = [float((weight * grid).sum()) - 49.5 for grid in np.mgrid[:100, :100]]
        assert centers[1 - axis] == pytest.approx(0.0, abs=0.01)
        places.append(centers[axis])
    assert -30.0 <= min(places) < -20.0 and 20.0 < max(places) <= 30.0


def test_brightness_ranges_from_20_to_100_percent() -> None:
    images = np.full((200, 2, 2, 3), 200, np.uint8)
    shares = run_step("brightness", images).mean(axis=(1, 2, 3)) / 200
    assert 0.2 <= shares.min() < 0.24 and 0.96 < shares.max() <= 1.0


def test_exact_moves_in_a_row_do_not_blur() -> None:
    stripes = np.zeros((4, 64, 64, 3), np.uint8)
    stripes[:, :, ::2] = 255
    turned = augment(
        tf.constant(stripes, tf.float32),
        tf.constant([0, 0]),
        Policy("twice", "", (("mirror", 1.0), ("flips", 1.0), ("quarter_turn", 1.0))),
    ).numpy()
    assert set(np.unique(np.rint(turned))) == {0.0, 255.0}


@pytest.mark.parametrize("policy", ["light", "modern"])
def test_metals_keep_their_color(policy: str) -> None:
    colors = np.array(list(METALS.values()), np.float32)
    swatches = np.repeat(np.rint(colors)[:, None, None, None, :], 300, axis=1)
    images = np.broadcast_to(swatches, (3, 300, 8, 8, 3)).reshape(-1, 8, 8, 3)
    steps = tuple(
        (name, 1.0)
        for name, _ in POLICIES[policy].steps
        if name not in MOVES | {"blur", "noise", "erasing", "jpeg"}
    )
    changed = augment(
        tf.constant(images, tf.float32), tf.constant([0, 0]), Policy("colors", "", steps)
    ).numpy()

    def chroma(rgb: np.ndarray) -> np.ndarray:
        return rgb / rgb.sum(axis=-1, keepdims=True)

    means = chroma(changed.mean(axis=(1, 2)))
    nearest = np.linalg.norm(means[:, None] - chroma(colors)[None], axis=-1).argmin(axis=1)
    kept = (nearest.reshape(3, 300) == np.arange(3)[:, None]).mean(axis=1)
    assert kept.min() > 0.95, dict(zip(METALS, kept, strict=True))


def test_jpeg_looks_like_pillows() -> None:
    # As far from the photo as Pillow's at the ends of the range, and not elsewhere.
    image = draw_piece("necklace", "silver", "sapphire", 3, (96, 80))
    pixels = np.asarray(image, np.float32)

    def error(quality: int) -> float:
        data = io.BytesIO()
        image.save(data, "JPEG", quality=quality, subsampling=0)
        return float(np.abs(np.asarray(Image.open(data), np.float32) - pixels).mean())

    changed = run_step("jpeg", np.repeat(np.asarray(image)[None], 40, axis=0))
    errors = np.abs(changed - pixels).mean(axis=(1, 2, 3))
    assert 0.8 * error(80) < errors.min() < errors.max() < 1.2 * error(20)


def test_a_copy_comes_from_photo_and_seed_alone() -> None:
    image = pieces(1, (50, 33))[0]
    copies = [apply_paper_augmentation(image, seed) for seed in (0, 0, 1, 2**33)]
    assert copies[0].shape == image.shape and copies[0].dtype == np.uint8
    np.testing.assert_array_equal(copies[0], copies[1])
    for other in (image, copies[2], copies[3]):
        assert np.any(copies[0] != other)


def test_none_leaves_photos_as_they_are() -> None:
    images = pieces(3)
    np.testing.assert_array_equal(apply_policy(images, 0, "none"), images)


def test_an_unknown_policy_is_named() -> None:
    with pytest.raises(JewelcapError, match=r"unknown augmentation 'strong': .*paper"):
        apply_policy(pieces(1), 0, "strong")


# The training's own pipeline: a policy that leaves nothing of a photo.
CONFIG = TrainConfig(
    encoder="small-32",
    decoder="gru-8",
    weights="none",
    batch_size=16,
    learning_rate=1e-2,
    epochs=1,
    fine_tune_epochs=1,
    augmentation="blackout",
)


@pytest.fixture(scope="module")
def blackout_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Run, Path]]:
    catalog = make_catalog(tmp_path_factory.mktemp("catalog") / "small", views=3)
    with pytest.MonkeyPatch.context() as patch:
        add_small_encoder(patch)
        patch.setitem(POLICIES, "blackout", Policy("blackout", "", (("blackout", 1.0),)))
        patch.setitem(STEPS, "blackout", replace(STEPS["exposure"], apply=_blackout))
        run, _ = train_run(CONFIG, catalog, tmp_path_factory.mktemp("runs") / "run", False)
        yield run, catalog


def _blackout(batch: object, draws: object, share: float) -> object:
    from pipeline.augmentation import batch as pictures

    assert isinstance(batch, pictures.Batch)
    return pictures.Batch(tf.zeros_like(batch.images()))


def loss_of(run: Run, catalog: Path, manifest: DatasetManifest, side: str, black: bool) -> float:
    """Cross-entropy per token of the saved model, by photos that no other code touched."""
    model = load_model(run)
    items = manifest.of(side)
    photos = np.concatenate(list(read_photos(catalog, items, model.encoder_spec)))
    if black:
        photos = np.zeros_like(photos)
    scaled = model.encoder_spec.family.scale(tf.cast(photos, tf.float32))
    features = model.encoder(scaled, training=False)
    fit = Fit.__new__(Fit)
    fit.model = model
    fit.phase = type("Frozen", (), {"through_encoder": False})()
    known = [item.photo.attributes for item in items]
    sequences = build_sequences(known, model.vocabulary, model.max_length)
    ones = np.ones(len(items), np.float32)
    batch = Batch(features, sequences.inputs, sequences.targets, ones, None)
    total, count, _ = fit._loss_sums(batch, None)
    return float(total / count)


def test_validation_photos_are_not_augmented(blackout_run: tuple[Run, Path]) -> None:
    run, catalog = blackout_run
    found = read_summary(run).validation_loss
    seen = loss_of(run, catalog, run.manifest(), "validation", black=False)
    black = loss_of(run, catalog, run.manifest(), "validation", black=True)
    assert found == pytest.approx(seen, rel=1e-4)
    assert abs(seen - black) > 1e-3


def test_test_photos_are_not_augmented(blackout_run: tuple[Run, Path]) -> None:
    run, catalog = blackout_run
    model = load_model(run)
    items = run.manifest().of("test")
    features = extract_features(catalog, items, model.encoder_spec, model.encoder)
    photos = np.concatenate(list(read_photos(catalog, items, model.encoder_spec)))
    scaled = model.encoder_spec.family.scale(tf.cast(photos, tf.float32))
    np.testing.assert_allclose(features, model.encoder(scaled, training=False), atol=1e-5)
    known = [item.photo.attributes for item in items]
    predicted = {level: model.predict(features, level) for level in LEVELS}
    assert evaluate_run(run, catalog, "test", ()).accuracy == level_accuracies(predicted, known)
