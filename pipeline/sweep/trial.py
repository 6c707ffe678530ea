"""What a trial does: trains a decoder on cached features of train and validation photos."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.catalog.protocols import PROTOCOLS
from pipeline.catalog.split import DatasetManifest
from pipeline.config import TrainConfig
from pipeline.decoders import parse_pair
from pipeline.encoders import EncoderSpec, build_encoder
from pipeline.features import FeatureRows
from pipeline.metrics import level_accuracies
from pipeline.sweep.locks import locked
from pipeline.sweep.loop import TrialResult

if TYPE_CHECKING:
    from pipeline.phases import Side


class DecoderTraining:
    """Trains decoders in this process, by seed; each encoder sees each photo once."""

    def __init__(self, root: Path, manifest: DatasetManifest, lock: Path) -> None:
        """Takes train and validation photos; more than those it never knows.

        Args:
            root: Folder of the catalog.
            manifest: Its split, without test photos.
            lock: File by which processes take turns at running encoders over photos.
        """
        self._root, self._manifest, self._lock = root, manifest, lock
        self._encoded: dict[EncoderSpec, tuple[Any, dict[str, Side]]] = {}

    def __call__(
        self, config: TrainConfig, folder: Path, on_epoch: Callable[[int, float], None]
    ) -> TrialResult:
        """Trains; see `Objective`."""
        from pipeline.captioner_model import new_model
        from pipeline.fit import Fit
        from pipeline.keras_api import keras, tf
        from pipeline.phases import phases
        from pipeline.sides import build_sides, choose_photos

        tf.config.experimental.enable_op_determinism()
        # What earlier trials left behind would fill the memory.
        keras.backend.clear_session()
        photos = choose_photos(config, self._root, self._manifest, ())
        spec, _ = parse_pair(config.encoder, config.decoder)
        if spec not in self._encoded:
            encoder = build_encoder(spec, config.weights, config.seed)
            # Another process would compute the same meanwhile.
            with locked(self._lock):
                sides = build_sides(config, self._manifest, photos, spec, encoder)
            self._encoded[spec] = encoder, sides
        encoder, sides = self._encoded[spec]
        model = new_model(config, encoder, photos.vocabulary, photos.max_length)
        (phase,) = phases(config)
        fit = Fit(folder, config, self._root, model, phase, sides, on_epoch)
        best_epoch, loss, epochs = fit.run()
        validation = sides["validation"]
        assert isinstance(validation.features, FeatureRows)
        predicted = {
            level: model.predict(validation.features, level)
            for level in photos.vocabulary.level_names
            if level in PROTOCOLS[config.protocol].levels
        }
        attributes = [item.photo.attributes for item in validation.items]
        return TrialResult(loss, best_epoch, epochs, level_accuracies(predicted, attributes))
