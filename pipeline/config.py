"""What a training run is: checked as a whole before anything starts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import PurePath
from typing import Final

from pipeline.augmentation.policies import POLICIES
from pipeline.catalog.protocols import PROTOCOLS
from pipeline.decoders import parse_decoder, parse_pair
from pipeline.encoders import parse_encoder
from pipeline.errors import JewelcapError
from pipeline.optimizers import OPTIMIZERS
from pipeline.schedules import SCHEDULES

BATCH_NORMS: Final[dict[str, Callable[[str], bool]]] = {
    "frozen": lambda weights: False,
    "updated": lambda weights: True,
    "auto": lambda weights: weights == "none",
}
"""Whether an encoder that starts from given weights normalizes by statistics of the batch and
learns new ones, while it is trained. Small batches of few designs would spoil statistics of a
million photos, and validation would see another network than training did, so pretrained ones
stay as they came; random weights have none worth keeping."""


@dataclass(frozen=True)
class TrainConfig:
    """Settings of a run; the same settings on the same catalog give the same model.

    Attributes:
        encoder: Encoder's full name, such as `mobilenet-1.0-224`.
        decoder: Decoder's full name, such as `gru-256`.
        weights: Source of the encoder's first weights, as `build_encoder`.
        protocol: Split protocol.
        seed: Seed of split, weights, order of photos and augmentation.
        batch_size: Photos in a step.
        optimizer: A key of `OPTIMIZERS`.
        learning_rate: First rate of the decoder on frozen features.
        schedule: A key of `SCHEDULES`: how that rate goes on.
        dropout: Share of features and cell outputs dropped, in [0, 1).
        epochs: Most epochs over frozen features.
        patience: Epochs without a lower validation loss before training stops; on the schedule
            `plateau` the rate falls to a third after a third of them. 0 never stops early, nor
            does a phase on the schedule `cosine`; the best epoch is kept all the same.
        fine_tune_epochs: Most epochs through the encoder, after those over frozen features; 0
            keeps the encoder frozen.
        fine_tune_learning_rate: First rate of encoder and decoder together.
        fine_tune_schedule: How that rate goes on, after a rise over the first epoch.
        first_layer_rate: Share of that rate that the encoder's first layer takes, in (0, 1]; those
            between it and the last one lie between.
        batch_norm: A key of `BATCH_NORMS`.
        label_smoothing: Share of each target that is spread over all terms, in [0, 1).
        weight_average: Share that each step leaves of the average of weights that is validated
            and kept, in [0, 1); 0 keeps the weights themselves.
        augmentation: Policy by which training photos are changed while the encoder is trained.
        teacher: Run directories whose models the student learns from as well, averaged.
        teacher_weight: Share of what they hold likely against the truth, in [0, 1].
        teacher_temperature: Softens what they hold likely, at least 1.
        extra_train: Folders of other catalogs whose photos are trained on as well.
        extra_weight: How much such a photo counts against one of the catalog.
        extra_terms: Whether terms that only they have join the vocabulary. By default not: a
            caption with such a term is never right on this catalog, and the photo then teaches
            only the levels that can do without it.
        negatives: Folder of pictures without jewelry, a kind of thing in each folder below it,
            which are shown with a caption that says nothing; empty for none.
        train_photos: Most training photos to use, drawn by the seed from the training side; 0
            uses all. Validation and test stay whole, so that learning curves can be compared.
        schema_version: Version of this form.
    """

    encoder: str
    decoder: str
    weights: str = "imagenet"
    protocol: str = "views"
    seed: int = 0
    batch_size: int = 32
    optimizer: str = "adam"
    learning_rate: float = 1e-3
    schedule: str = "plateau"
    dropout: float = 0.3
    epochs: int = 200
    patience: int = 15
    fine_tune_epochs: int = 0
    fine_tune_learning_rate: float = 1e-4
    fine_tune_schedule: str = "cosine"
    first_layer_rate: float = 1.0
    batch_norm: str = "auto"
    label_smoothing: float = 0.0
    weight_average: float = 0.0
    augmentation: str = "light"
    teacher: tuple[str, ...] = ()
    teacher_weight: float = 0.5
    teacher_temperature: float = 2.0
    extra_train: tuple[str, ...] = ()
    extra_weight: float = 1.0
    extra_terms: bool = False
    negatives: str = ""
    train_photos: int = 0
    schema_version: int = 3

    def check(self) -> None:
        """Checks all settings together.

        Raises:
            JewelcapError: Names every setting that breaks a rule.
        """
        problems: list[str] = []
        for parse, name in ((parse_encoder, self.encoder), (parse_decoder, self.decoder)):
            try:
                parse(name)
            except JewelcapError as error:
                problems.append(str(error))
        if not problems:
            try:
                parse_pair(self.encoder, self.decoder)
            except JewelcapError as error:
                problems.append(str(error))
        choices: tuple[tuple[str, Mapping[str, object]], ...] = (
            ("protocol", PROTOCOLS),
            ("optimizer", OPTIMIZERS),
            ("schedule", SCHEDULES),
            ("fine_tune_schedule", SCHEDULES),
            ("batch_norm", BATCH_NORMS),
            ("augmentation", POLICIES),
        )
        for name, registry in choices:
            if getattr(self, name) not in registry:
                known = ", ".join(registry)
                problems.append(f"{name} {getattr(self, name)!r}: choose one of {known}")
        rules = (
            ("batch_size", 1, 4096),
            ("learning_rate", 1e-7, 1.0),
            ("dropout", 0.0, 0.95),
            ("epochs", 1, 100_000),
            ("patience", 0, 100_000),
            ("fine_tune_epochs", 0, 100_000),
            ("fine_tune_learning_rate", 1e-7, 1.0),
            ("first_layer_rate", 1e-6, 1.0),
            ("label_smoothing", 0.0, 0.9),
            ("weight_average", 0.0, 0.99999),
            ("teacher_weight", 0.0, 1.0),
            ("teacher_temperature", 1.0, 100.0),
            ("extra_weight", 1e-6, 1e6),
            ("train_photos", 0, 10_000_000),
            ("seed", 0, 2**31 - 1),
        )
        for name, low, high in rules:
            value = getattr(self, name)
            if not low <= value <= high:
                problems.append(f"{name} is {value}, not within {low} to {high}")
        if problems:
            raise JewelcapError("; ".join(problems))

    def differences(self, other: TrainConfig) -> list[str]:
        """Names the settings in which two runs differ, as `name: mine, not theirs`."""
        return [
            f"{field.name}: {getattr(self, field.name)!r}, not {getattr(other, field.name)!r}"
            for field in fields(self)
            if getattr(self, field.name) != getattr(other, field.name)
        ]


def public_config(config: TrainConfig) -> TrainConfig:
    """The settings with last names in place of folders: records are published."""
    return replace(
        config,
        weights=PurePath(config.weights).name,
        negatives=PurePath(config.negatives).name,
        teacher=tuple(PurePath(folder).name for folder in config.teacher),
        extra_train=tuple(PurePath(folder).name for folder in config.extra_train),
    )
