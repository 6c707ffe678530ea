"""Decoders: recurrent cells that turn features into terms, one step at a time.

A name is `CELL[-UNITS]`: `gru`, `lstm-512`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pipeline.errors import JewelcapError
from pipeline.registry import lookup


@dataclass(frozen=True)
class DecoderFamily:
    """An entry of `DECODERS`.

    Attributes:
        name: First part of a decoder's name.
        keras_cell: Class in `keras.layers`.
        states: Arrays of `units` values that the cell carries from step to step.
    """

    name: str
    keras_cell: str
    states: int


DECODERS: Final[dict[str, DecoderFamily]] = {
    family.name: family
    for family in (DecoderFamily("gru", "GRUCell", 1), DecoderFamily("lstm", "LSTMCell", 2))
}
"""Decoder families by name. A new decoder is a new entry here."""

DEFAULT_UNITS: Final = 256
"""The paper's best for captions (section V)."""


@dataclass(frozen=True)
class DecoderSpec:
    """A family with its number of units.

    Attributes:
        family: Entry of `DECODERS`.
        units: Neurons of the cell.
    """

    family: DecoderFamily
    units: int

    @property
    def name(self) -> str:
        """The full name, such as `gru-256`."""
        return f"{self.family.name}-{self.units}"

    @property
    def state_size(self) -> int:
        """U of the state float32[n, U]."""
        return self.units * self.family.states


def parse_decoder(name: str) -> DecoderSpec:
    """Parses a decoder's name.

    Raises:
        JewelcapError: The family is unknown, or the units are not within 8 to 4096.
    """
    base, _, units = name.partition("-")
    family = lookup(DECODERS, base, "decoder")
    if not units:
        return DecoderSpec(family, DEFAULT_UNITS)
    if not units.isdecimal() or not 8 <= int(units) <= 4096:
        raise JewelcapError(f"decoder {name!r}: units must be a number from 8 to 4096")
    return DecoderSpec(family, int(units))
