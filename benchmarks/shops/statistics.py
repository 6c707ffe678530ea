"""Intervals of an accuracy whose photos come from few shops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pipeline.metrics import wilson_interval

DRAWS: Final = 10_000
"""Resamples of the shops."""


@dataclass(frozen=True)
class ShopShare:
    """A share of right answers over photos of several shops.

    Attributes:
        n: Photos.
        correct: Photos that are right.
        shops: Shops that the photos are of.
        ccr: `correct / n`.
        low: Lower end of the 95 % Wilson interval, as if photos were drawn one by one.
        high: Its upper end.
        shops_low: Lower end of the 95 % percentile interval when whole shops are drawn: what
            another choice of shops might have given.
        shops_high: Its upper end.
        shop_mean: Mean of the shops' own shares: each shop counts the same.
        shop_mean_low: Lower end of its interval, of whole shops too.
        shop_mean_high: Its upper end.
    """

    n: int
    correct: int
    shops: int
    ccr: float
    low: float
    high: float
    shops_low: float
    shops_high: float
    shop_mean: float
    shop_mean_low: float
    shop_mean_high: float


def shop_share(counts: Sequence[tuple[int, int]], seed: int = 0) -> ShopShare:
    """Sums up shops.

    Photos of a shop are alike, so that intervals that take each photo for a draw of its own are
    too narrow; hence the cluster bootstrap (Davison and Hinkley 1997, section 3.8).

    Args:
        counts: For each shop, its right photos and all its photos, at least one.
        seed: Of the resampling.
    """
    table = np.array(counts, np.int64).reshape(-1, 2)
    correct, n = (int(total) for total in table.sum(axis=0))
    low, high = wilson_interval(correct, n)
    picks = np.random.default_rng(seed).integers(len(table), size=(DRAWS, len(table)))
    drawn = table[picks]
    pooled = drawn[:, :, 0].sum(axis=1) / drawn[:, :, 1].sum(axis=1)
    shares = table[:, 0] / table[:, 1]
    means = shares[picks].mean(axis=1)
    pooled_ends, mean_ends = (np.percentile(one, (2.5, 97.5)) for one in (pooled, means))
    return ShopShare(
        n=n,
        correct=correct,
        shops=len(table),
        ccr=correct / n,
        low=low,
        high=high,
        shops_low=float(pooled_ends[0]),
        shops_high=float(pooled_ends[1]),
        shop_mean=float(shares.mean()),
        shop_mean_low=float(mean_ends[0]),
        shop_mean_high=float(mean_ends[1]),
    )
