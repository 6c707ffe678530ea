"""What a captioner says of photos, how sure it is, and whether it is right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mobile_app.camera_app.runtime.captioner import Captioner
from mobile_app.camera_app.runtime.levels import Attributes, get_level
from mobile_app.camera_app.runtime.preprocess import Pixels, find_images, preprocess
from pipeline.augmentation.copies import copied
from pipeline.catalog.split import SplitPhoto
from pipeline.errors import ImageError, JewelcapError
from pipeline.progress import track

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class LevelOutcomes:
    """Captions of photos at one level.

    Attributes:
        probability: The decoder's probability of each caption, float64[n].
        right: Whether it is exactly right, bool[n]; false where the truth is not known.
        known: Whether the truth is known at this level, bool[n].
    """

    probability: Numbers
    right: Flags
    known: Flags


@dataclass(frozen=True)
class Outcomes:
    """What a captioner says of n photos.

    Attributes:
        states: The decoder's first states, float32[n, U].
        levels: Captions by level.
    """

    states: NDArray[np.float32]
    levels: dict[str, LevelOutcomes]


def read_outcomes(
    captioner: Captioner, photos: Iterable[tuple[Pixels, Attributes]], levels: Sequence[str]
) -> Outcomes:
    """Describes photos by a captioner's own file; each is encoded once.

    Args:
        captioner: The captioner.
        photos: uint8[1, H, W, 3] and what is on it.
        levels: Levels to describe at.
    """
    states: list[NDArray[np.float32]] = []
    rows: dict[str, list[tuple[float, bool, bool]]] = {level: [] for level in levels}
    for image, attributes in photos:
        encoded = captioner.interpreter.encode(image)
        states.append(encoded.state[0].copy())
        for level in levels:
            decoded = captioner.decode(encoded, level)
            truth = get_level(level).terms(attributes)
            said = captioner.bundle.vocabulary.decode(decoded.ids)
            right = truth is not None and set(said) == set(truth)
            rows[level].append((decoded.confidence, right, truth is not None))
    columns = {level: list(zip(*found, strict=True)) for level, found in rows.items()}
    return Outcomes(
        np.array(states),
        {
            level: LevelOutcomes(np.array(p, np.float64), np.array(r, bool), np.array(k, bool))
            for level, (p, r, k) in columns.items()
        },
    )


def photos_of(
    captioner: Captioner, root: Path, items: Sequence[SplitPhoto], label: str
) -> Iterable[tuple[Pixels, Attributes]]:
    """Reads photos of a split as a captioner's input, with what is on them.

    Raises:
        JewelcapError: A photo is gone or damaged.
    """
    spec = captioner.bundle.manifest.preprocess
    for item in track(items, label, len(items)):
        path = root / item.photo.file_name
        try:
            pixels = copied(preprocess(path, spec), item)
        except ImageError as error:
            raise JewelcapError(f"{path} {error}") from None
        yield pixels, item.photo.attributes


@dataclass(frozen=True)
class Others:
    """Pictures of things that are no jewelry.

    Attributes:
        states: The decoder's first states, float32[n, U].
        kinds: What kind of thing is on each: the name of the folder that it lies in.
    """

    states: NDArray[np.float32]
    kinds: tuple[str, ...]


def read_others(captioner: Captioner, folder: Path) -> Others:
    """Encodes all pictures of a folder of things that are no jewelry.

    Raises:
        JewelcapError: There is no picture, or one is damaged.
    """
    spec = captioner.bundle.manifest.preprocess
    paths = find_images(folder)
    states = []
    for path in track(paths, "negatives", len(paths)):
        try:
            encoded = captioner.interpreter.encode(preprocess(path, spec))
        except ImageError as error:
            raise JewelcapError(f"{path} {error}") from None
        states.append(encoded.state[0].copy())
    return Others(np.array(states), tuple(path.parent.name for path in paths))
