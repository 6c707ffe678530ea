"""One training phase: epochs, early stopping and checkpoints."""

from __future__ import annotations

import errno
import math
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

import click
import numpy as np
from numpy.typing import NDArray

from mobile_app.camera_app.runtime.preprocess import Pixels
from pipeline.augmentation.augment import augment
from pipeline.augmentation.policies import POLICIES
from pipeline.averaging import WeightAverage
from pipeline.batches import PhotoBatches, ahead
from pipeline.captioner_model import TrainedModel
from pipeline.config import BATCH_NORMS, TrainConfig
from pipeline.encoders import EncoderSpec
from pipeline.errors import DivergedError
from pipeline.features import read_photo
from pipeline.files import disk_error
from pipeline.keras_api import tf
from pipeline.objective import Batch, Objective, caption_sums
from pipeline.optimizers import ScaledOptimizer, build_optimizer, layer_shares
from pipeline.phases import Phase, Side
from pipeline.schedules import rate_share
from pipeline.training_log import TrainingLog
from pipeline.weights_file import WeightsMeta, read_weights, write_weights

_PLATEAU_FACTOR: Final = 1 / 3
_PATIENCE: Final = 15
"""Sets the pace of plateaus where training never stops early."""

_VALIDATION_BATCH: Final = 64


class Fit:
    """One phase: epochs until the validation loss no longer falls, the best weights kept."""

    def __init__(
        self,
        folder: Path,
        config: TrainConfig,
        root: Path,
        model: TrainedModel,
        phase: Phase,
        sides: dict[str, Side],
        on_epoch: Callable[[int, float], None] | None = None,
    ) -> None:
        """Makes the optimizer and finds the latest checkpoint.

        Args:
            folder: The stage's folder under work; checkpoints and metrics go there.
            config: Settings.
            root: Folder of the catalog.
            model: Trained in place.
            phase: Which phase.
            sides: `train` and `validation`.
            on_epoch: Told each epoch and its validation loss once its checkpoint is written; it
                shows the progress instead of a bar here, and may raise to stop the phase.
        """
        self.config, self.model = config, model
        self.phase, self.sides, self.on_epoch = phase, sides, on_epoch
        self.best_path = folder / "checkpoints" / f"{phase.name}-best.npz"
        self.log = TrainingLog(folder, phase.name)
        self.trained = [model.decoder, model.encoder] if phase.through_encoder else [model.decoder]
        self.variables = [v for part in self.trained for v in part.trainable_variables]
        shares = [1.0] * len(model.decoder.trainable_variables)
        if phase.through_encoder:
            shares += layer_shares(model.encoder, config.first_layer_rate)
        self.optimizer = ScaledOptimizer(
            build_optimizer(config.optimizer, self.variables), self.variables, shares
        )
        self.average = WeightAverage(self.variables, config.weight_average)
        self.objective = Objective(
            config.label_smoothing, config.teacher_weight, config.teacher_temperature
        )
        self.photos = {
            split: PhotoBatches(partial(_read, root, side, model.encoder_spec))
            for split, side in sides.items()
        }
        # What a plateau has left of the rate.
        self.fallen = tf.Variable(1.0, dtype=tf.float32, trainable=False)
        self.epoch = tf.Variable(0, dtype=tf.int64, trainable=False)
        self.best_epoch = tf.Variable(0, dtype=tf.int64, trainable=False)
        self.best_loss = tf.Variable(math.inf, dtype=tf.float32, trainable=False)
        self.checkpoint = tf.train.Checkpoint(
            optimizer=self.optimizer.optimizer,
            average=self.average.shadows,
            fallen=self.fallen,
            epoch=self.epoch,
            best_epoch=self.best_epoch,
            best_loss=self.best_loss,
            parts=self.trained,
        )
        self.manager = tf.train.CheckpointManager(
            self.checkpoint, str(folder / "checkpoints" / phase.name), max_to_keep=1
        )
        self.train_step = tf.function(self._train_step, reduce_retracing=True)
        self.loss_sums = tf.function(self._loss_sums, reduce_retracing=True)

    def run(self) -> tuple[int, float, int]:
        """Trains and puts the best weights into the model.

        Returns:
            The best epoch, its validation loss, and the number of epochs.
        """
        self.manager.restore_or_initialize()
        self.log.forget_after(int(self.epoch.numpy()))
        with click.progressbar(
            length=self.phase.epochs,
            label=f"train {self.phase.name}",
            file=sys.stderr,
            item_show_func=lambda text: text,
            hidden=self.on_epoch is not None,
        ) as bar:
            bar.update(int(self.epoch.numpy()))
            while not self._finished():
                metrics = self._run_epoch()
                if self.on_epoch is not None:
                    self.on_epoch(int(self.epoch.numpy()), metrics["validation_loss"])
                bar.update(1, f"loss {metrics['loss']:.3f} val {metrics['validation_loss']:.3f}")
        self._set_weights(read_weights(self.best_path).arrays)
        return (
            int(self.best_epoch.numpy()),
            float(self.best_loss.numpy()),
            int(self.epoch.numpy()),
        )

    def _finished(self) -> bool:
        epoch, best = int(self.epoch.numpy()), int(self.best_epoch.numpy())
        patience = self.config.patience or math.inf
        if self.phase.schedule.whole:
            patience = math.inf
        return epoch >= self.phase.epochs or epoch - best >= patience

    def _run_epoch(self) -> dict[str, float]:
        epoch = int(self.epoch.numpy()) + 1
        order = np.random.default_rng([self.config.seed, epoch]).permutation(
            len(self.sides["train"].items)
        )
        loss, accuracy = _means(self.train_steps(epoch, order))
        everything = np.arange(len(self.sides["validation"].items))
        with self.average.in_place():
            validation_loss, validation_accuracy = _means(
                self.loss_sums(batch, None)
                for batch in self.batches("validation", everything, _VALIDATION_BATCH)
            )
            for name, value in (("loss", loss), ("validation_loss", validation_loss)):
                if not math.isfinite(value):
                    raise DivergedError(
                        f"{name} is {value} in epoch {epoch} of phase {self.phase.name}: "
                        "training diverged; lower --learning-rate"
                    )
            self.epoch.assign(epoch)
            if validation_loss < float(self.best_loss.numpy()):
                self.best_loss.assign(validation_loss)
                self.best_epoch.assign(epoch)
                weights = [w for part in self.trained for w in part.get_weights()]
                self.best_path.parent.mkdir(parents=True, exist_ok=True)
                write_weights(self.best_path, weights, WeightsMeta(self.phase.name))
            elif self.phase.schedule.falls and self._on_plateau(epoch):
                self.fallen.assign(self.fallen * _PLATEAU_FACTOR)
        metrics = {
            "loss": loss,
            "validation_loss": validation_loss,
            "accuracy": accuracy,
            "validation_accuracy": validation_accuracy,
            "learning_rate": self.optimizer.rate,
        }
        self.log.add(epoch, metrics)
        # Last: an epoch whose checkpoint is missing is run again, and gives the same.
        try:
            self.manager.save(checkpoint_number=epoch)
        except tf.errors.ResourceExhaustedError:
            # TensorFlow's word for a full disk.
            raise disk_error(self.best_path.parent, OSError(errno.ENOSPC, "")) from None
        return metrics

    def train_steps(self, epoch: int, order: NDArray[np.int64]) -> Iterator[tuple[Any, ...]]:
        """Takes the steps of an epoch, yielding what `_loss_sums` gives for each.

        Args:
            epoch: Its number, from 1.
            order: Places of the training photos, int64[n].
        """
        steps = math.ceil(len(order) / self.config.batch_size)
        for step, batch in enumerate(self.batches("train", order, self.config.batch_size)):
            share = rate_share(
                self.phase.schedule,
                (epoch - 1) * steps + step,
                self.phase.epochs * steps,
                self.phase.warmup * steps,
            )
            rate = self.phase.learning_rate * share * float(self.fallen.numpy())
            self.optimizer.set_rate(rate)
            yield self.train_step(batch, tf.constant([self.config.seed + epoch, step * 1000]))

    def _on_plateau(self, epoch: int) -> bool:
        waited = epoch - int(self.best_epoch.numpy())
        return waited % max(2, (self.config.patience or _PATIENCE) // 3) == 0

    def _set_weights(self, arrays: list[NDArray[np.float32]]) -> None:
        for part in self.trained:
            count = len(part.weights)
            part.set_weights(arrays[:count])
            arrays = arrays[count:]

    def batches(self, split: str, order: NDArray[np.int64], size: int) -> Iterator[Batch]:
        """Yields the photos of a side, some at a time.

        Args:
            split: `train` or `validation`.
            order: Their places, int64[n].
            size: Photos of a batch; the last one may have fewer.
        """
        side = self.sides[split]
        chunks = [order[start : start + size] for start in range(0, len(order), size)]
        photos: Iterator[NDArray]
        if self.phase.through_encoder:
            photos = ahead(self.photos[split].batches(chunks))
        else:
            photos = (side.features[chunk] for chunk in chunks)
        for chunk, part in zip(chunks, photos, strict=True):
            yield Batch(
                part,
                side.sequences.inputs[chunk],
                side.sequences.targets[chunk],
                np.ones(len(chunk), np.float32) if side.weights is None else side.weights[chunk],
                None if side.teacher is None else side.teacher[chunk],
            )

    def _features(self, photos: Any, training: bool) -> Any:
        if not self.phase.through_encoder:
            return photos
        scaled = self.model.encoder_spec.family.scale(tf.cast(photos, tf.float32))
        norm = BATCH_NORMS[self.config.batch_norm]
        return self.model.encoder(scaled, training=training and norm(self.config.weights))

    def _loss_sums(self, batch: Batch, seed: Any) -> tuple[Any, ...]:
        """Loss, terms, and terms that are right, of a batch as the model is used."""
        features = self._features(batch.photos, training=False)
        sums = caption_sums(self.model, features, batch, seed, Objective())
        return sums.loss, sums.count, sums.right

    def _train_step(self, batch: Batch, seed: Any) -> tuple[Any, ...]:
        # Here and nowhere else: validation and test photos never come this way.
        photos = batch.photos
        if self.phase.through_encoder:
            policy = POLICIES[self.config.augmentation]
            photos = augment(tf.cast(photos, tf.float32), seed + tf.constant([0, 500]), policy)
        with tf.GradientTape() as tape:
            features = self._features(photos, training=True)
            sums = caption_sums(self.model, features, batch, seed, self.objective)
            objective = sums.objective / tf.maximum(sums.count, 1e-6)
        self.optimizer.apply(tape.gradient(objective, self.variables))
        self.average.update(self.optimizer.optimizer.iterations)
        return sums.loss, sums.count, sums.right


def _read(root: Path, side: Side, spec: EncoderSpec, place: int) -> Pixels:
    folder = root if side.folders is None else side.folders[place]
    return read_photo(folder, side.items[place], spec)


def _means(batches: Iterable[tuple[Any, ...]]) -> tuple[float, float]:
    """Loss and share of right terms, from `_loss_sums` of batches."""
    sums = np.array([[float(value) for value in batch] for batch in batches])
    loss, count, right = sums.sum(axis=0).tolist()
    return (loss / count, right / count) if count else (math.nan, math.nan)
