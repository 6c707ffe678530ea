"""Pictures without jewelry, shown in training with the caption that says nothing.

A captioner that never saw anything else takes a cup for a bracelet. As the background class of
object detectors, such pictures have a caption of their own: the end token, at every level.
"""

from __future__ import annotations

from pathlib import Path

from mobile_app.camera_app.runtime.levels import Attributes
from mobile_app.camera_app.runtime.preprocess import find_images
from mobile_app.camera_app.runtime.vocabulary import Vocabulary
from pipeline.catalog.schema import Photo
from pipeline.catalog.split import SplitPhoto
from pipeline.files import sha256_file
from pipeline.sequences import Sequences


def read_negatives(folder: Path) -> tuple[SplitPhoto, ...]:
    """Lists the pictures of a folder; those of one kind of thing lie in a folder of its name.

    Raises:
        JewelcapError: There is none.
    """
    return tuple(
        SplitPhoto(
            Photo(path.relative_to(folder).as_posix(), path.parent.name, Attributes(())),
            sha256_file(path),
            "train",
            group=0,
        )
        for path in find_images(folder)
    )


def kinds_of(items: tuple[SplitPhoto, ...]) -> tuple[str, ...]:
    """Kinds of things on pictures that `read_negatives` listed, sorted."""
    return tuple(sorted({item.photo.product_id for item in items}))


def say_nothing(sequences: Sequences, count: int, vocabulary: Vocabulary) -> None:
    """Gives the last `count` photos the empty caption at all levels, in place."""
    first = len(sequences.targets) - count
    for column, level in enumerate(vocabulary.level_names):
        sequences.inputs[first:, column, 0] = vocabulary.start_id(level)
        sequences.targets[first:, column, 0] = vocabulary.end_id
