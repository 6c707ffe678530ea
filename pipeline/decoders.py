"""Decoders: recurrent networks that turn features into terms, one step at a time.

A name is `FAMILY[-UNITS]`: `gru`, `lstm-512`, `merge_gru`, `attention_gru-128`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pipeline.encoders import EncoderSpec, parse_encoder
from pipeline.errors import JewelcapError
from pipeline.registry import lookup


@dataclass(frozen=True)
class DecoderFamily:
    """An entry of `DECODERS`.

    Attributes:
        name: First part of a decoder's name.
        network: Class in `pipeline.decoder_model`.
        keras_cell: Class in `keras.layers`.
        states: Arrays of `units` values that the cell carries from step to step.
        constants: Arrays of `units` values that stand in the state beside them and never change.
        grid: Whether it reads the encoder's features by place, not as one vector.
    """

    name: str
    network: str
    keras_cell: str
    states: int
    constants: int = 0
    grid: bool = False


DECODERS: Final[dict[str, DecoderFamily]] = {
    family.name: family
    for family in (
        DecoderFamily("gru", "InjectDecoder", "GRUCell", 1),
        DecoderFamily("lstm", "InjectDecoder", "LSTMCell", 2),
        DecoderFamily("merge_gru", "MergeDecoder", "GRUCell", 1, constants=1),
        DecoderFamily("merge_lstm", "MergeDecoder", "LSTMCell", 2, constants=1),
        DecoderFamily("attention_gru", "AttentionDecoder", "GRUCell", 1, grid=True),
    )
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
        return self.units * (self.family.states + self.family.constants)


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


def parse_pair(encoder: str, decoder: str) -> tuple[EncoderSpec, DecoderSpec]:
    """Parses the names of an encoder and its decoder, which says in what form it reads features.

    Raises:
        JewelcapError: As `parse_encoder` and `parse_decoder`.
    """
    decoder_spec = parse_decoder(decoder)
    return parse_encoder(encoder, decoder_spec.family.grid), decoder_spec
