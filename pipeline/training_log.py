"""Metrics of each epoch: a line of JSON, and TensorBoard's scalars."""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.files import write_text
from pipeline.keras_api import tf


class TrainingLog:
    """The log of one phase in a file that all phases share."""

    def __init__(self, folder: Path, phase: str) -> None:
        """Opens nothing yet.

        Args:
            folder: `metrics.jsonl` and `tensorboard` go there.
            phase: Name of the phase.
        """
        self._phase = phase
        self._path = folder / "metrics.jsonl"
        self._writer = tf.summary.create_file_writer(str(folder / "tensorboard" / phase))

    def forget_after(self, epoch: int) -> None:
        """Drops what was written of the phase after an epoch, to be written again."""
        if not self._path.exists():
            return
        kept = []
        for line in self._path.read_text(encoding="utf-8").splitlines():
            # A crash can leave the last line half-written.
            row = json.loads(line) if line.endswith("}") else None
            if row and (row["phase"] != self._phase or row["epoch"] <= epoch):
                kept.append(line + "\n")
        write_text(self._path, "".join(kept))

    def add(self, epoch: int, metrics: dict[str, float]) -> None:
        """Writes an epoch's metrics."""
        row = {"phase": self._phase, "epoch": epoch, **metrics}
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        with self._writer.as_default():
            for name, value in metrics.items():
                tf.summary.scalar(name, value, step=epoch)
        self._writer.flush()
