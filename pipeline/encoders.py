"""Encoders: pretrained convolutional networks, and the features of a photo that they give.

A name is `FAMILY[-ALPHA][-SIZE][-flat]`: `vgg16`, `mobilenet-0.25`, `mobilenet-0.5-160`. Features
are the mean of the last layer over all places of the photo; with `-flat` they are the values at
all places in one vector, 7 x 7 x 1024 of them for MobileNet, as the paper's authors use it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

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
        output: Features of a photo: `pooled` over all places to float32[D], `flat` in one
            vector float32[R * D], or as a `grid` float32[R, D] of R places, row by row.
    """

    family: EncoderFamily
    alpha: float | None
    size: int
    output: Literal["pooled", "flat", "grid"] = "pooled"

    @property
    def name(self) -> str:
        """The full name, such as `mobilenet-1.0-224`; a grid is the decoder's wish, not a name."""
        flat = "-flat" if self.output == "flat" else ""
        return f"{self.weights_name}-{self.size}{flat}"

    @property
    def weights_name(self) -> str:
        """The name without what weights do not depend on."""
        return self.family.name if self.alpha is None else f"{self.family.name}-{self.alpha}"

    @property
    def preprocess(self) -> PreprocessSpec:
        """What photos must be brought to."""
        return PreprocessSpec(self.size, self.size, self.family.fit)


def parse_encoder(name: str, grid: bool = False) -> EncoderSpec:
    """Parses an encoder's name.

    Args:
        name: The name.
        grid: Whether the decoder reads features by place; see `DecoderFamily.grid`.

    Raises:
        JewelcapError: The family is unknown, it has no such width or size, or it is to be flat
            for a decoder that reads features by place.
    """
    base, *options = name.split("-")
    family = lookup(ENCODERS, base, "encoder")
    alpha = family.alphas[0] if family.alphas else None
    size = family.size
    flat = options[-1:] == ["flat"]
    if flat and grid:
        raise JewelcapError(
            f"encoder {name!r}: this decoder looks at the features of each place; leave out -flat"
        )
    for option in options[: len(options) - flat]:
        try:
            if "." in option:
                alpha = float(option)
            else:
                size = int(option)
        except ValueError:
            raise JewelcapError(
                f"encoder {name!r}: {option!r} is neither a width such as 0.5 nor a size in "
                "pixels; names are FAMILY[-ALPHA][-SIZE][-flat]"
            ) from None
    if alpha is not None and alpha not in family.alphas:
        known = ", ".join(map(str, family.alphas)) or "none"
        raise JewelcapError(f"encoder {name!r}: no width {alpha}; {base} has {known}")
    if not family.min_size <= size <= 1024:
        raise JewelcapError(
            f"encoder {name!r}: input size {size} is not within {family.min_size} to 1024"
        )
    return EncoderSpec(family, alpha, size, "grid" if grid else "flat" if flat else "pooled")


def build_encoder(spec: EncoderSpec, weights: str = "none", seed: int = 0) -> Any:
    """Builds a Keras model without nested ones: scaled float32[n, H, W, 3] -> features.

    Features are float32[n, D], or float32[n, R, D] for a grid.

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
        model = getattr(keras.applications, spec.family.keras_class)(
            include_top=False,
            weights=source,
            pooling="avg" if spec.output == "pooled" else None,
            input_shape=(spec.size, spec.size, 3),
            **options,
        )
        if spec.output == "pooled":
            return model
        shape = (-1,) if spec.output == "flat" else (-1, model.output_shape[-1])
        return keras.Model(model.input, keras.layers.Reshape(shape, name="features")(model.output))

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
        # A convolutional network has the same weights for every input size and form of output.
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
