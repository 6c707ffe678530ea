"""What the paper reports: Alcalde-Llergo et al., Jewelry Recognition via Encoder-Decoder Models.

It gives no sizes of its test sets. Every test CCR of Table I is a multiple of 1/136 and every one
of Table III of 1/70, and only those sizes fit Table II and the 87.5 % of earrings in section V,
so counts of photos, and from them intervals, are known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mobile_app.camera_app.runtime.bundle import LevelAccuracy
from pipeline.metrics import level_accuracy

IMAGES: Final = 2687
"""Images after augmentation (section III-A), which the paper splits then."""

EPOCHS: Final = 200
"""Epochs of Figure 2, without early stopping."""

BATCH_SIZE: Final = 16
LEARNING_RATE: Final = 1e-3
"""The best configuration for captions (section V); 256 neurons and Adam are defaults here."""


@dataclass(frozen=True)
class PaperModel:
    """A row of Table I or III.

    Attributes:
        encoder: Name of the family here.
        decoder: Name of the cell here.
        neurons: Units of the cell.
        validation_ccr: As printed.
        validation_loss: As printed.
        test_ccr: As printed.
        n: Test photos.
        level: Description level.
    """

    encoder: str
    decoder: str
    neurons: int
    validation_ccr: float
    validation_loss: float
    test_ccr: float
    n: int
    level: str

    @property
    def test(self) -> LevelAccuracy:
        """Test CCR as a count, with its interval."""
        return level_accuracy(self.level, round(self.test_ccr * self.n), self.n)


@dataclass(frozen=True)
class PaperType:
    """A row of Table II: VGG-16 + GRU.

    Attributes:
        type: Name of the type here.
        precision: As printed, as the next two.
        recall: Share of its photos that are called it.
        f1: Harmonic mean of both.
        n: Photos of it.
        hits: Photos of it that are called it.
        called: Photos that are called it.
    """

    type: str
    precision: float
    recall: float
    f1: float
    n: int
    hits: int
    called: int


def _classification(
    encoder: str, decoder: str, neurons: int, validation: float, loss: float, test: float
) -> PaperModel:
    return PaperModel(encoder, decoder, neurons, validation, loss, test, n=136, level="basic")


def _caption(
    encoder: str, decoder: str, neurons: int, validation: float, loss: float, test: float
) -> PaperModel:
    return PaperModel(encoder, decoder, neurons, validation, loss, test, n=70, level="complete")


TABLE_I: Final = (
    _classification("inception_v3", "lstm", 512, 0.9885, 0.0334, 0.9044),
    _classification("vgg16", "lstm", 256, 0.9846, 0.0562, 0.8824),
    _classification("mobilenet", "lstm", 64, 0.9568, 0.2249, 0.9118),
    _classification("inception_v3", "gru", 1024, 0.9885, 0.0407, 0.9044),
    _classification("vgg16", "gru", 1024, 0.9789, 0.1066, 0.9118),
    _classification("mobilenet", "gru", 64, 0.9539, 0.2827, 0.8824),
)
"""Best model configuration for classification."""

TABLE_II: Final = (
    PaperType("necklace", 0.9459, 1.0, 0.9722, n=35, hits=35, called=37),
    PaperType("ring", 0.9762, 0.9762, 0.9762, n=42, hits=41, called=42),
    PaperType("earring", 0.9778, 0.9778, 0.9778, n=45, hits=44, called=45),
    PaperType("bracelet", 0.9167, 0.7857, 0.8462, n=14, hits=11, called=12),
)
"""Individual class classification."""

TABLE_III: Final = (
    _caption("inception_v3", "lstm", 1024, 0.9829, 0.0682, 0.8857),
    _caption("vgg16", "lstm", 1024, 0.9727, 0.0890, 0.9143),
    _caption("inception_v3", "gru", 256, 0.9659, 0.0968, 0.8714),
    _caption("vgg16", "gru", 256, 0.9829, 0.0716, 0.9571),
)
"""Image captioning best models; MobileNet is left out for “inadequate performance”."""


def paper_figure(level: str, encoder: str, decoder: str) -> PaperModel | None:
    """The paper's row of an encoder's family and a decoder's cell; None where it has none.

    Args:
        level: `basic` for Table I, `complete` for Table III.
        encoder: Family.
        decoder: Cell.
    """
    rows = (row for row in (*TABLE_I, *TABLE_III) if row.level == level)
    return next((row for row in rows if (row.encoder, row.decoder) == (encoder, decoder)), None)
