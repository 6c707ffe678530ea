"""Training through a wrapped encoder: a phase of `pipeline.fit` with the toolkit's hooks."""

from __future__ import annotations

from typing import Any

from pipeline.compression.wrap import after_step, before_step
from pipeline.fit import Fit
from pipeline.keras_api import tf
from pipeline.objective import Batch


class CompressionFit(Fit):
    """Epochs that also update ranges, masks or clusters; resumed like any other phase."""

    def _features(self, photos: Any, training: bool) -> Any:
        scaled = self.model.encoder_spec.family.scale(tf.cast(photos, tf.float32))
        # Wrappers update what they keep in training only; BatchNorm is frozen by `wrap`.
        return self.model.encoder(scaled, training=training)

    def _train_step(self, batch: Batch, seed: Any) -> tuple[Any, ...]:
        before_step(self.model.encoder)
        sums = super()._train_step(batch, seed)
        after_step(self.model.encoder)
        return sums
