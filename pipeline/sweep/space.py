"""The space of settings that a sweep searches; by default the paper's grid."""

from __future__ import annotations

import itertools
import random
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pipeline.config import TrainConfig
from pipeline.encoders import parse_encoder
from pipeline.errors import JewelcapError
from pipeline.registry import lookup

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

Value = bool | int | float | str
Params = dict[str, Any]
"""A point of a space: a value for each dimension."""


@dataclass(frozen=True)
class Choices:
    """A dimension that takes one of some values."""

    values: tuple[Value, ...]

    @property
    def distribution(self) -> BaseDistribution:
        """As Optuna has it."""
        from optuna.distributions import CategoricalDistribution

        return CategoricalDistribution(self.values)

    def ends(self) -> tuple[Value, ...]:
        """Values that must be right for all to be right."""
        return self.values

    def __str__(self) -> str:
        return ", ".join(map(str, self.values))


@dataclass(frozen=True)
class Span:
    """A dimension that takes any number from `low` to `high`; integers if both are.

    Attributes:
        low: Smallest.
        high: Largest.
        log: Whether equal ratios, not equal differences, are equally likely.
    """

    low: int | float
    high: int | float
    log: bool = False

    @property
    def distribution(self) -> BaseDistribution:
        """As Optuna has it."""
        from optuna.distributions import FloatDistribution, IntDistribution

        if isinstance(self.low, int) and isinstance(self.high, int):
            return IntDistribution(self.low, self.high, log=self.log)
        return FloatDistribution(self.low, self.high, log=self.log)

    def ends(self) -> tuple[Value, ...]:
        """Values that must be right for all to be right."""
        return self.low, self.high

    def __str__(self) -> str:
        return f"{self.low} to {self.high}{' (log)' if self.log else ''}"


Space = dict[str, Choices | Span]
"""Dimensions by name: fields of `TrainConfig`, and `units`, the neurons of the decoder."""

PAPER_GRID: Final[Mapping[str, Choices | Span]] = {
    "encoder": Choices(("vgg16", "inception_v3", "mobilenet")),
    "decoder": Choices(("lstm", "gru")),
    "units": Choices((64, 128, 256, 512, 1024)),
    # The paper lists these without 16, and then finds 16 to be the best for captions.
    "batch_size": Choices((4, 8, 16, 32, 128, 512)),
    "optimizer": Choices(("adam", "adagrad", "adadelta", "rmsprop")),
    "learning_rate": Choices((1e-4, 1e-3, 1e-2, 1e-1)),
}
"""Alcalde-Llergo et al., section V: the values that they considered."""

DIMENSIONS: Final = (*PAPER_GRID, "schedule", "dropout", "label_smoothing")
"""What may be searched: settings that change how a decoder is trained on frozen features."""

_KINDS: Final = {
    field.name: {"str": str, "int": int, "float": float}.get(str(field.type), str)
    for field in fields(TrainConfig)
}


def read_space(path: Path | None) -> Space:
    """Reads a space: the paper's grid, with the dimensions that a TOML file names replaced.

    There a list gives choices, a table `{low = 1e-4, high = 1e-1, log = true}` a span, and a
    single value fixes a dimension.

    Raises:
        JewelcapError: The file cannot be read, or a dimension is unknown or of a wrong form.
    """
    space: Space = dict(PAPER_GRID)
    if path is None:
        return space
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise JewelcapError(f"{path}: cannot be read ({error.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise JewelcapError(f"{path}: not valid TOML ({error})") from None
    for name, value in data.items():
        lookup(dict.fromkeys(DIMENSIONS), name, f"dimension in {path}")
        space[name] = _dimension(f"{path}: {name}", name, value)
    return space


def _dimension(where: str, name: str, value: Any) -> Choices | Span:
    kind = int if name == "units" else _KINDS[name]
    numbers = (int, float) if kind is float else (kind,)

    def fits(one: Any) -> bool:
        return isinstance(one, numbers) and not isinstance(one, bool)

    if isinstance(value, dict):
        low: Any
        low, high, log = value.get("low"), value.get("high"), value.get("log", False)
        if set(value) - {"low", "high", "log"} or kind is str or not isinstance(log, bool):
            raise JewelcapError(f"{where}: a span is {{low = ..., high = ..., log = true}}")
        if not (fits(low) and fits(high) and low < high) or (log and low <= 0):
            raise JewelcapError(
                f"{where}: low is {low!r} and high is {high!r}; they must be {kind.__name__}s, low "
                "below high, and above 0 with log = true"
            )
        return Span(kind(low), kind(high), log)
    values = value if isinstance(value, list) else [value]
    if not values or not all(map(fits, values)) or len(set(values)) < len(values):
        raise JewelcapError(
            f"{where} is {value!r}; it must hold one or more different {kind.__name__}s"
        )
    return Choices(tuple(map(kind, values)))


def config_of(base: TrainConfig, weights: Mapping[str, str], params: Params) -> TrainConfig:
    """The training that a point of a space means.

    Args:
        base: Settings that are not searched.
        weights: Source of each encoder's weights by its full name.
        params: The point.

    Raises:
        JewelcapError: The point means none, such as a decoder with too many units.
    """
    settings = {name: value for name, value in params.items() if name != "units"}
    settings["decoder"] = f"{params['decoder']}-{params['units']}"
    settings["encoder"] = parse_encoder(params["encoder"]).name
    settings["weights"] = weights[settings["encoder"]]
    config = replace(base, **settings)
    config.check()
    return config


def check_space(space: Space, base: TrainConfig, weights: Mapping[str, str]) -> None:
    """Makes sure that each value of each dimension is a setting.

    Raises:
        JewelcapError: Names the first that is not.
    """
    point: Params = {name: dimension.ends()[0] for name, dimension in PAPER_GRID.items()}
    point["encoder"] = space["encoder"].ends()[0]
    for name, dimension in space.items():
        for value in dimension.ends():
            try:
                config_of(base, weights, point | {name: value})
            except JewelcapError as error:
                raise JewelcapError(f"space, {name} = {value!r}: {error}") from None


def cells(space: Space, seed: int) -> list[Params]:
    """All points of a space, in random order, so that a part of them says something too.

    Raises:
        JewelcapError: A dimension is a span, so that there is no end of points.
    """
    for name, dimension in space.items():
        if isinstance(dimension, Span):
            raise JewelcapError(
                f"space, {name} = {dimension}: a grid needs a list of values; give one, or "
                "--sampler random or tpe"
            )
    values = [dimension.ends() for dimension in space.values()]
    points = [dict(zip(space, point, strict=True)) for point in itertools.product(*values)]
    random.Random(seed).shuffle(points)
    return points
