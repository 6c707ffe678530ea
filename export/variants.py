"""Export variants: what a captioner is quantized to, and how far it may stray from Keras."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mobile_app.camera_app.runtime.bundle import Parity


@dataclass(frozen=True)
class ParityFloor:
    """The worst parity with which a variant is still exported.

    Attributes:
        state_error: Most mean relative L2 error of the decoder's first state.
        token_agreement: Least share of equal tokens along the Keras caption.
        sure_agreement: Least share of equal captions among those that Keras is sure of.
    """

    state_error: float
    token_agreement: float
    sure_agreement: float

    def violations(self, parity: Parity) -> list[str]:
        """Names what falls below the floor, with both figures."""
        found = []
        if not parity.state_error <= self.state_error:
            found.append(f"state error {parity.state_error:.4f} above {self.state_error}")
        for name in ("token_agreement", "sure_agreement"):
            value, floor = getattr(parity, name), getattr(self, name)
            if not value >= floor:
                found.append(f"{name.replace('_', ' ')} {value:.4f} below {floor}")
        return found


@dataclass(frozen=True)
class Variant:
    """An entry of `VARIANTS`.

    Attributes:
        name: Name on the command line and in the captioner's manifest.
        summary: One line for people.
        quantize: Whether weights are quantized.
        calibrate: Whether activations are too, by ranges measured on training photos.
        refit: Whether the decoder's first layer is fitted anew to the quantized features.
        operator_dtype: Type that every convolution and dense operator must have afterwards.
        floor: Parity that is asked for.
    """

    name: str
    summary: str
    quantize: bool
    calibrate: bool
    refit: bool
    operator_dtype: str
    floor: ParityFloor


VARIANTS: Final[dict[str, Variant]] = {
    variant.name: variant
    for variant in (
        Variant(
            "float32",
            "as trained",
            quantize=False,
            calibrate=False,
            refit=False,
            operator_dtype="float32",
            floor=ParityFloor(0.001, 0.999, 0.99),
        ),
        Variant(
            "int8",
            "full 8-bit weights and activations, a quarter of the size",
            quantize=True,
            calibrate=True,
            refit=True,
            operator_dtype="int8",
            # An 8-bit MobileNet moves its features; what must not move is what it is sure of.
            floor=ParityFloor(0.35, 0.9, 0.95),
        ),
    )
}
"""Export variants by name. A new variant is a new entry here."""
