"""What remains of the experiment: all figures, typed, in one JSON file."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.record import BenchmarkRecord, Device
from benchmarks.reproduce.cells import CELLS, PEER, Cell
from mobile_app.camera_app.runtime.bundle import LevelAccuracy
from pipeline.config import TrainConfig
from pipeline.evaluation import Evaluation


@dataclass(frozen=True)
class Confusion:
    """A wrong complete caption beside what it confuses the piece with.

    Attributes:
        file_name: The test photo.
        expected: English caption of the catalog.
        predicted: English caption of the model.
        confused_with: Training photo of a piece that the predicted caption describes; of the
            closest one, where no piece has that caption.
        same_caption: Whether a piece of training has exactly that caption.
        same_design: Whether both captions name the same design (the paper's Figure 4: other
            materials), or not (its Figure 3: another design of similar shape).
    """

    file_name: str
    expected: str
    predicted: str
    confused_with: str
    same_caption: bool
    same_design: bool


@dataclass(frozen=True)
class Epoch:
    """A point of the learning curves.

    Attributes:
        epoch: Number, from 1.
        loss: Cross-entropy per token of training photos, with dropout, in nats.
        validation_loss: Of validation photos, without dropout.
        accuracy: Share of tokens that are right, teacher forcing, training photos with dropout.
        validation_accuracy: Of validation photos, without dropout.
    """

    epoch: int
    loss: float
    validation_loss: float
    accuracy: float
    validation_accuracy: float


@dataclass(frozen=True)
class MorePhotos:
    """Another catalog that a run was trained on besides.

    Attributes:
        catalog: Name of its folder.
        photos: Photos of it.
    """

    catalog: str
    photos: int


@dataclass(frozen=True)
class ModelResult:
    """A trained model on its test photos.

    Attributes:
        name: Name of the cell, or of the run that was given.
        given: Whether it is a run that `jewelcap train` made, and no cell.
        config: Settings of the training.
        photos: Photos by side.
        epochs: Epochs that were run.
        best_epoch: Epoch whose weights were kept.
        validation_loss: Cross-entropy per token there, in nats.
        validation: CCR by level on validation photos.
        test: Its record on the test photos.
        confusions: Wrong complete captions; empty where the protocol leaks.
        curve: Learning curves of the first phase.
        train_seconds: Time of the training, with the features that were not there yet; of one
            that was interrupted, that of the last part. None where it is not known.
        test_seconds: Time of the test.
        more_photos: Other catalogs trained on.
    """

    name: str
    given: bool
    config: TrainConfig
    photos: dict[str, int]
    epochs: int
    best_epoch: int
    validation_loss: float
    validation: tuple[LevelAccuracy, ...]
    test: Evaluation
    confusions: tuple[Confusion, ...]
    curve: tuple[Epoch, ...]
    train_seconds: float | None = None
    test_seconds: float | None = None
    more_photos: tuple[MorePhotos, ...] = ()
    schema_version: int = 1

    @property
    def family(self) -> str:
        """First part of the encoder's name."""
        return self.config.encoder.partition("-")[0]

    @property
    def cell(self) -> str:
        """First part of the decoder's name."""
        return self.config.decoder.partition("-")[0]

    @property
    def key(self) -> tuple[str, str, str, bool]:
        """Encoder, decoder, protocol, and whether training may stop early."""
        config = self.config
        return config.encoder, config.decoder, config.protocol, config.patience > 0

    def accuracy(self, level: str) -> LevelAccuracy | None:
        """Test CCR at a level; None where the protocol has none."""
        return next((one for one in self.test.accuracy if one.level == level), None)


@dataclass(frozen=True)
class CaptionerResult:
    """A captioner file made of a trained model, or why there is none.

    Attributes:
        result: Name of the `ModelResult`.
        variant: Export variant.
        refused: Why the export was refused; empty where it was not.
        sha256: Of the file; empty where there is none.
        size_bytes: Size of the file.
        test: The file's own figures on the test photos; None where it was not tested.
        seconds: Time of export and test; None where it is not known.
    """

    result: str
    variant: str
    refused: str
    sha256: str
    size_bytes: int
    test: Evaluation | None
    seconds: float | None = None
    schema_version: int = 1


@dataclass(frozen=True)
class SplitFacts:
    """A split.

    Attributes:
        protocol: Its name.
        photos: Photos, or augmented copies of them, by side.
        digest: SHA-256 of the split.
        originals: Different photos in all.
        single_view_products: Products that cannot be spread, kept in training.
    """

    protocol: str
    photos: dict[str, int]
    digest: str
    originals: int
    single_view_products: int


@dataclass(frozen=True)
class Reproduction:
    """The whole experiment.

    Attributes:
        effort: `full` or `quick`.
        catalog: Name of the catalog's folder.
        catalog_digest: SHA-256 of its rows and images.
        catalog_photos: Usable photos.
        products: Their products.
        designs: Their designs' names.
        types: Photos by type.
        skipped: Photos left out because they cannot be used.
        seed: Seed of splits, weights and order.
        splits: All splits.
        missing: Names of cells that have no result yet.
        results: One for each finished cell and each run given.
        captioners: Their captioner files.
        latencies: Records of those, measured in turn on this computer.
        device: This computer.
        command: The command that made it.
        git_commit: Code that made it.
        code_version: jewelcap's version.
        finished: UTC, ISO 8601.
    """

    effort: str
    catalog: str
    catalog_digest: str
    catalog_photos: int
    products: int
    designs: int
    types: dict[str, int]
    skipped: int
    seed: int
    splits: tuple[SplitFacts, ...]
    missing: tuple[str, ...]
    results: tuple[ModelResult, ...]
    captioners: tuple[CaptionerResult, ...]
    latencies: tuple[BenchmarkRecord, ...]
    device: Device
    command: str
    git_commit: str
    code_version: str
    finished: str
    schema_version: int = 1

    @property
    def quick(self) -> bool:
        """Whether its figures are only a first impression."""
        return self.effort == "quick"

    def find(
        self, encoder: str, decoder: str, protocol: str, early_stopping: bool = True
    ) -> ModelResult | None:
        """The result of a cell, None where it is missing."""
        wanted = encoder, decoder, protocol, early_stopping
        return next((one for one in self.cells if one.key == wanted), None)

    def is_missing(self, encoder: str, decoder: str, protocol: str) -> bool:
        """Whether a cell with early stopping is planned and not done yet."""
        return Cell(encoder, decoder, protocol).name in self.missing

    @property
    def missing_cells(self) -> tuple[Cell, ...]:
        """Cells that have no result yet."""
        return tuple(cell for cell in CELLS if cell.name in self.missing)

    @property
    def cells(self) -> tuple[ModelResult, ...]:
        """Results of cells."""
        return tuple(one for one in self.results if not one.given)

    @property
    def given(self) -> tuple[ModelResult, ...]:
        """Results of runs of `jewelcap train`."""
        return tuple(one for one in self.results if one.given)

    @property
    def models(self) -> tuple[tuple[str, str], ...]:
        """Names of encoders and decoders of the paper's kind: pooled, and no merge decoder."""
        names = dict.fromkeys((one.config.encoder, one.config.decoder) for one in self.cells)
        names |= dict.fromkeys((cell.encoder, cell.decoder) for cell in self.missing_cells)
        own = [name for name in names if not is_authors(*name)]
        encoders = list(dict.fromkeys(encoder for encoder, _ in own))
        return tuple(sorted(own, key=lambda name: encoders.index(name[0])))

    @property
    def peer(self) -> tuple[str, str]:
        """What the paper recommends, VGG-16 with a GRU: what others are compared with."""
        first = ("vgg16", "gru")
        return next(
            (
                (encoder, decoder)
                for encoder, decoder in self.models
                if (encoder.split("-")[0], decoder.split("-")[0]) == first
            ),
            self.models[0] if self.models else PEER,
        )

    def captioner(self, result: ModelResult, variant: str) -> CaptionerResult | None:
        """A captioner file of a result that was not refused."""
        return next(
            (
                one
                for one in self.captioners
                if (one.result, one.variant) == (result.name, variant) and not one.refused
            ),
            None,
        )

    def latency(self, captioner: CaptionerResult) -> BenchmarkRecord | None:
        """The measurement of a captioner file."""
        return next((one for one in self.latencies if one.model.sha256 == captioner.sha256), None)


def is_authors(encoder: str, decoder: str) -> bool:
    """Whether a model has a part of the authors' code that the paper does not tell of."""
    return encoder.endswith("-flat") or decoder.startswith("merge_")
