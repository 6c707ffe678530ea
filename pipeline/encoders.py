"""Encoders: pretrained convolutional networks, pooled to one feature vector a photo.

A name is `FAMILY[-ALPHA][-SIZE]`: `vgg16`, `mobilenet`, `mobilenet-0.25`, `mobilenet-0.5-160`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from mobile_app.camera_app.runtime.preprocess import PreprocessSpec
from pipeline.errors import JewelcapError
from pipeline.registry import lookup
from pipeline.weights_file import WeightsFile, read_weights

EMBEDDED_WEIGHTS: Final = Path(__file__).parent / "embedded_weights.npz"
"""Encoder trained by this project on its own catalog; the README says by which command."""

WEIGHTS_CHOICES: Final = ("imagenet", "embedded", "none")
"""Named sources of weights; anything else is a path."""


def _scale_tf(images: Any) -> Any:
    return images / 127.5 - 1.0


def _scale_caffe(images: Any) -> Any:
    # ImageNet's mean in BGR order, as VGG-16 was trained with in Caffe.
    return images[..., ::-1] - np.array([103.939, 116.779, 123.68], np.float32)


@dataclass(frozen=True)
class EncoderFamily:
    """An entry of `ENCODERS`.

    Attributes:
        name: First part of an encoder's name.
        keras_class: Class in `keras.applications`.
        size: Default input side in pixels.
        min_size: Smallest input side in pixels.
        alphas: Width multipliers, the default first; empty where there are none.
        scale: float32 RGB in [0, 255] -> the range that the weights were trained with.
        fit: How photos of another shape are fitted; a key of the runtime's `FITS`.
    """

    name: str
    keras_class: str
    size: int
    min_size: int
    alphas: tuple[float, ...]
    scale: Callable[[Any], Any]
    fit: str = "pad"


ENCODERS: Final[dict[str, EncoderFamily]] = {
    family.name: family
    for family in (
        EncoderFamily("mobilenet", "MobileNet", 224, 32, (1.0, 0.75, 0.5, 0.25), _scale_tf),
        EncoderFamily("vgg16", "VGG16", 224, 32, (), _scale_caffe),
        EncoderFamily("inception_v3", "InceptionV3", 299, 75, (), _scale_tf),
    )
}
"""Encoder families by name. A new encoder is a new entry here."""


@dataclass(frozen=True)
class EncoderSpec:
    """A family with its width and input size.

    Attributes:
        family: Entry of `ENCODERS`.
        alpha: Width multiplier, None where the family has none.
        size: Input side in pixels.
    """

    family: EncoderFamily
    alpha: float | None
    size: int

    @property
    def name(self) -> str:
        """The full name, such as `mobilenet-1.0-224`."""
        alpha = "" if self.alpha is None else f"-{self.alpha}"
        return f"{self.family.name}{alpha}-{self.size}"

    @property
    def weights_name(self) -> str:
        """The name without the input size, which weights do not depend on."""
        return self.name.removesuffix(f"-{self.size}")

    @property
    def preprocess(self) -> PreprocessSpec:
        """What photos must be brought to."""
        return PreprocessSpec(self.size, self.size, self.family.fit)


def parse_encoder(name: str) -> EncoderSpec:
    """Parses an encoder's name.

    Raises:
        JewelcapError: The family is unknown, or it has no such width or size.
    """
    base, *options = name.split("-")
    family = lookup(ENCODERS, base, "encoder")
    alpha = family.alphas[0] if family.alphas else None
    size = family.size
    for option in options:
        try:
            if "." in option:
                alpha = float(option)
            else:
                size = int(option)
        except ValueError:
            raise JewelcapError(
                f"encoder {name!r}: {option!r} is neither a width such as 0.5 nor a size in "
                "pixels; names are FAMILY[-ALPHA][-SIZE]"
            ) from None
    if alpha is not None and alpha not in family.alphas:
        known = ", ".join(map(str, family.alphas)) or "none"
        raise JewelcapError(f"encoder {name!r}: no width {alpha}; {base} has {known}")
    if not family.min_size <= size <= 1024:
        raise JewelcapError(
            f"encoder {name!r}: input size {size} is not within {family.min_size} to 1024"
        )
    return EncoderSpec(family, alpha, size)


def build_encoder(spec: EncoderSpec, weights: str = "none", seed: int = 0) -> Any:
    """Builds a flat Keras model: scaled float32[n, H, W, 3] -> features float32[n, D].

    Args:
        spec: Which encoder.
        weights: `imagenet` (Keras downloads them), `embedded`, `none` (random), or the path of
            a Keras `.h5` without top or of a `.npz` made by this project.
        seed: Seed of random weights.

    Raises:
        JewelcapError: The weights cannot be had, or belong to another encoder.
    """
    from pipeline.keras_api import keras

    def build(source: str | None) -> Any:
        keras.utils.set_random_seed(seed)
        options = {} if spec.alpha is None else {"alpha": spec.alpha}
        return getattr(keras.applications, spec.family.keras_class)(
            include_top=False,
            weights=source,
            pooling="avg",
            input_shape=(spec.size, spec.size, 3),
            **options,
        )

    if weights == "none":
        return build(None)
    if weights == "imagenet":
        try:
            return build("imagenet")
        except Exception as error:  # Keras wraps URL errors in bare Exception.
            raise JewelcapError(
                f"ImageNet weights of {spec.name} could not be downloaded ({error}); give "
                "--weights PATH of a Keras .h5 without top, --weights embedded, or "
                "--weights none"
            ) from None
    path = weights_path(weights)
    assert path is not None
    if not path.is_file():
        raise JewelcapError(
            f"--weights {weights}: no such file; give a path, or {', '.join(WEIGHTS_CHOICES)}"
        )
    if path.suffix == ".npz":
        model = build(None)
        file = read_weights(path)
        # A pooled convolutional network has the same weights for every input size.
        if parse_encoder(file.meta.name).weights_name == spec.weights_name:
            file = replace(file, meta=replace(file.meta, name=spec.name))
        set_weights(model, file, spec.name, path)
        return model
    try:
        return build(str(path))
    except (ValueError, OSError, KeyError) as error:
        reason = str(error).splitlines()[0]
        raise JewelcapError(
            f"{path}: not weights of {spec.name} without top in Keras' .h5 form ({reason})"
        ) from None


def set_weights(model: Any, file: WeightsFile, expected_name: str, path: Path) -> None:
    """Puts arrays of a weights file into a Keras model.

    Raises:
        JewelcapError: The file holds another model's weights.
    """
    if file.meta.name != expected_name:
        raise JewelcapError(
            f"{path}: holds weights of {file.meta.name}, not of {expected_name}; choose that "
            "encoder or other weights"
        )
    shapes = [tuple(weight.shape) for weight in model.weights]
    if [array.shape for array in file.arrays] != shapes:
        raise JewelcapError(f"{path}: its arrays do not fit {expected_name}; make it again")
    model.set_weights(file.arrays)


def weights_path(weights: str) -> Path | None:
    """File of a source of weights; None where there is none."""
    if weights in ("imagenet", "none"):
        return None
    return EMBEDDED_WEIGHTS if weights == "embedded" else Path(weights)


def photos_seen_by(weights: str) -> frozenset[str]:
    """SHA-256 of the photos that an encoder's weights were fitted or selected on.

    Args:
        weights: As `build_encoder`.

    Returns:
        Empty for weights that no catalog photo went into.
    """
    path = weights_path(weights)
    if path is None or path.suffix != ".npz" or not path.is_file():
        return frozenset()
    return frozenset(read_weights(path).meta.seen_sha256)
