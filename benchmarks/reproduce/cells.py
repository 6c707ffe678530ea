"""The cells of the experiment: which models are trained under which protocol. A new one is a line.

`EFFORTS` says with how many photos and epochs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from benchmarks.reproduce.paper import BATCH_SIZE, EPOCHS, IMAGES, LEARNING_RATE
from pipeline.catalog.protocols import PROTOCOLS
from pipeline.config import TrainConfig

MOBILE: Final = "mobilenet-1.0-224"
ENCODERS: Final = ("vgg16-224", "inception_v3-299", MOBILE)
DECODERS: Final = ("gru-256", "lstm-256")
"""The paper's, with the neurons of its best model for captions."""

FLAT: Final = f"{MOBILE}-flat"
"""MobileNet as the paper's authors use it in their code: 7x7x1024 values without pooling."""

HONEST: Final = "views_wide"
"""The protocol of known products without a leak, which all is compared under."""

QUESTIONS: Final = {
    HONEST: "Is a piece that training saw recognized on a photo that training never saw?",
    "products": "Is a piece that training never saw described rightly?",
    "paper": "Is a photo recognized of which training may have seen another copy?",
}
"""What the figures of each protocol answer."""

RULES: Final = {
    HONEST: "Each product stands in training and its other photos are spread over the sides; "
    "near-duplicates and pictures of one view are never parted. Leak-free.",
    "products": "All photos of a product, and of products that share a photo, stand on one side. "
    "Leak-free; a design's name cannot be known of a piece never seen, so that there are no "
    "complete captions.",
    "paper": "Every photo is copied with changes first, and copies are then split one by one, as "
    "the paper's text has it. Leaks: copies of one photo stand on both sides.",
}
"""How each protocol splits."""

PEER: Final = ("vgg16-224", "gru-256")
"""What the paper recommends: the model that others are compared with."""


@dataclass(frozen=True)
class Cell:
    """A model, trained and tested under one protocol.

    Attributes:
        encoder: Full name.
        decoder: Full name.
        protocol: Split protocol.
        early_stopping: Without it, training runs for all epochs of Figure 2.
        exported: Whether it is also made into captioner files, which are measured.
        quick: Whether a quick experiment has it, too.
    """

    encoder: str
    decoder: str
    protocol: str
    early_stopping: bool = True
    exported: bool = False
    quick: bool = False

    @property
    def name(self) -> str:
        """Names it among all, and its run directory."""
        end = "" if self.early_stopping else "-all-epochs"
        return f"{self.protocol}-{self.encoder}-{self.decoder}{end}"


@dataclass(frozen=True)
class Effort:
    """How much is done.

    Attributes:
        name: `full` or `quick`.
        photos: Most photos of the catalog, by protocol; a protocol that makes copies of photos
            has as many times more images. None for all.
        epochs: Most epochs with early stopping.
        patience: Of early stopping.
        all_epochs: Epochs without early stopping.
        variants: Captioner files that are made of exported cells.
        calibration_photos: As `export_variant`.
        parity_photos: As `export_variant`.
        mode: Mode of the benchmark.
    """

    name: str
    photos: dict[str, int | None]
    epochs: int
    patience: int
    all_epochs: int
    variants: tuple[str, ...]
    calibration_photos: int
    parity_photos: int
    mode: str

    def config(self, cell: Cell, weights: str, seed: int) -> TrainConfig:
        """The training settings of a cell."""
        return TrainConfig(
            encoder=cell.encoder,
            decoder=cell.decoder,
            weights=weights,
            protocol=cell.protocol,
            seed=seed,
            batch_size=BATCH_SIZE,
            learning_rate=LEARNING_RATE,
            epochs=self.epochs if cell.early_stopping else self.all_epochs,
            patience=self.patience if cell.early_stopping else 0,
        )


EFFORTS: Final[dict[str, Effort]] = {
    effort.name: effort
    for effort in (
        Effort(
            "full",
            # As many images, copies included, as the paper has.
            photos={"paper": round(IMAGES / (PROTOCOLS["paper"].copies + 1))},
            epochs=EPOCHS,
            patience=10,
            all_epochs=EPOCHS,
            variants=("float32", "int8"),
            calibration_photos=100,
            parity_photos=60,
            mode="normal",
        ),
        Effort(
            "quick",
            photos={"paper": 50, HONEST: 250, "products": 250},
            epochs=20,
            patience=4,
            all_epochs=40,
            variants=("float32", "int8"),
            calibration_photos=20,
            parity_photos=10,
            mode="quick",
        ),
    )
}
"""Efforts by name."""

CELLS: Final = (
    *(Cell(e, "gru-256", HONEST, exported=True, quick=True) for e in ENCODERS),
    *(Cell(e, "lstm-256", HONEST) for e in ENCODERS),
    *(Cell(e, "gru-256", "paper", quick=True) for e in ENCODERS),
    *(Cell(e, "lstm-256", "paper") for e in ENCODERS),
    *(Cell(e, "merge_gru-256", HONEST, quick=True) for e in (MOBILE, FLAT)),
    Cell(FLAT, "gru-256", HONEST, quick=True),
    *(Cell(e, "merge_gru-256", HONEST) for e in ENCODERS if e != MOBILE),
    Cell(MOBILE, "merge_lstm-256", HONEST),
    *(Cell(e, "gru-256", "products", quick=True) for e in ENCODERS),
    *(Cell(e, "lstm-256", "products") for e in ENCODERS),
    *(Cell(e, "merge_gru-256", "paper") for e in (PEER[0], MOBILE, FLAT)),
    Cell(*PEER, HONEST, early_stopping=False, quick=True),
    Cell(*PEER, "paper", early_stopping=False),
)
"""All cells, what matters most first. Merge is the decoder of the authors' code."""
