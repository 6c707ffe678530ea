"""Registries of what proposes a trial's settings, and of what ends a hopeless trial early."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import optuna

_WARM_UP: Final = 5
"""Epochs, and finished trials, before a pruner judges: first losses say little."""


@dataclass(frozen=True)
class SamplerFamily:
    """An entry of `SAMPLERS`.

    Attributes:
        name: Name on the command line.
        summary: What it does, in a line.
        build: The sampler, from a seed.
        exhaustive: Whether the points of the grid are handed out instead, each once.
    """

    name: str
    summary: str
    build: Callable[[int], optuna.samplers.BaseSampler]
    exhaustive: bool = False


def _random(seed: int) -> optuna.samplers.BaseSampler:
    return optuna.samplers.RandomSampler(seed=seed)


def _tpe(seed: int) -> optuna.samplers.BaseSampler:
    return optuna.samplers.TPESampler(seed=seed)


SAMPLERS: Final[dict[str, SamplerFamily]] = {
    family.name: family
    for family in (
        SamplerFamily("tpe", "learns where good settings lie (Bergstra et al. 2011)", _tpe),
        SamplerFamily("random", "draws settings evenly (Bergstra and Bengio 2012)", _random),
        SamplerFamily("grid", "every point of the space, each once", _random, exhaustive=True),
    )
}
"""Samplers by name. A new sampler is a new entry here."""


@dataclass(frozen=True)
class PrunerFamily:
    """An entry of `PRUNERS`.

    Attributes:
        name: Name on the command line.
        summary: What it does, in a line.
        build: The pruner.
    """

    name: str
    summary: str
    build: Callable[[], optuna.pruners.BasePruner]


PRUNERS: Final[dict[str, PrunerFamily]] = {
    family.name: family
    for family in (
        PrunerFamily(
            "median",
            "ends a trial whose best loss is above the median of others at that epoch",
            lambda: optuna.pruners.MedianPruner(n_startup_trials=_WARM_UP, n_warmup_steps=_WARM_UP),
        ),
        PrunerFamily(
            "halving",
            "lets the best quarter go on, at ever longer steps (Jamieson and Talwalkar 2016)",
            lambda: optuna.pruners.SuccessiveHalvingPruner(min_resource=_WARM_UP),
        ),
        PrunerFamily("none", "lets every trial end", optuna.pruners.NopPruner),
    )
}
"""Pruners by name, each fed with the validation loss of every epoch. A new one is a new entry."""
