"""Runs trained without the test's products against frozen encoders under the same protocol."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from benchmarks.reproduce.records import ModelResult, Reproduction
from benchmarks.reproduce.statistics import compare
from pipeline.metrics import PairedDifference

PROTOCOL: Final = "products"
LEVEL: Final = "normal"


@dataclass(frozen=True)
class Unseen:
    """Two models on the same photos of pieces that neither has seen.

    Attributes:
        pair: Difference of CCR, the first minus the second.
        factor: Errors of the second for each one of the first; infinite without one.
    """

    pair: PairedDifference
    factor: float

    @property
    def text(self) -> str:
        """Error rates with n, and the factor."""
        pair = self.pair
        return (
            f"errors {pair.only_b + pair.neither} against {pair.only_a + pair.neither} of "
            f"{pair.n}, fewer by a factor of {self.factor:.2f}; CCR {pair.difference:+.3f} "
            f"[{pair.low:+.3f}, {pair.high:+.3f}], p = {pair.p_value:.3g}"
        )


def unseen_pairs(record: Reproduction) -> Iterator[tuple[ModelResult, ModelResult]]:
    """Each given run of the protocol with its encoder's frozen cell, of any size, and VGG-16's."""
    for result in record.given:
        if result.config.protocol != PROTOCOL:
            continue
        family = result.config.encoder.partition("-")[0]
        own = [
            (encoder, decoder)
            for encoder, decoder in record.models
            if encoder.partition("-")[0] == family and decoder == record.peer[1]
        ]
        keys = dict.fromkeys((*own, record.peer))
        yield from (
            (result, base) for key in keys if (base := record.find(*key, PROTOCOL)) is not None
        )


def compare_unseen(result: ModelResult, base: ModelResult) -> Unseen | None:
    """Compares photo by photo; None where the photos are not the same."""
    pair = compare(result.test, base.test, LEVEL)
    if pair is None:
        return None
    errors, others = pair.only_b + pair.neither, pair.only_a + pair.neither
    return Unseen(pair, others / errors if errors else float("inf"))
