"""Export variants: what a captioner is made into, and how far it may stray from Keras.

A name is `[TRAINING-]ENCODER[_DECODER][-repaired]`:

- TRAINING, a key of `pipeline.compression`'s `TECHNIQUES` (`qat`, `pruned`, `clustered`, `pqat`,
  `cqat`): the model is trained on for some epochs first;
- ENCODER, a key of `PRECISIONS`: numbers of the signature `encode`;
- DECODER, another one: numbers of the signature `decode_step`, where they differ;
- `repaired`: some layers, named in `repair.json`, were left in float since the variant without
  them fell below its floor. It comes of a refused variant and cannot be asked for.

So `int8` is 8 bits throughout, `int8_float32` has an 8-bit encoder and a float decoder, and
`qat-int8` was trained to bear its 8 bits. A distilled student is no variant but a run of its own,
`jewelcap train --teacher RUN`, that has all of these variants.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from export.disagreement import LostTerm
from mobile_app.camera_app.runtime.bundle import Parity
from pipeline.compression.techniques import TECHNIQUES, Technique

REPAIRED: Final = "-repaired"
"""What the name of a repaired variant ends in."""

PARTS: Final = ("encode", "decode_step")
"""Signatures of a captioner, each a subgraph of its own."""


@dataclass(frozen=True)
class Precision:
    """An entry of `PRECISIONS`: the numbers that multiplying operators work on.

    Attributes:
        name: As a part of a variant's name.
        weights: Type of kernels.
        activations: Type of what comes in and goes out; 8-bit kernels on float activations are
            multiplied in 8 bits, to which the runtime quantizes the activations on the fly.
        depthwise_weights: Type of the kernels of depthwise convolutions, where it differs.
    """

    name: str
    weights: str
    activations: str
    depthwise_weights: str = ""

    @property
    def static(self) -> bool:
        """Whether ranges of activations are measured on training photos."""
        return self.activations != "float32"

    def weights_of(self, operator: str) -> str:
        """Type of the kernel of an operator such as `CONV_2D`."""
        depthwise = operator == "DEPTHWISE_CONV_2D" and self.depthwise_weights
        return self.depthwise_weights if depthwise else self.weights


PRECISIONS: Final[dict[str, Precision]] = {
    precision.name: precision
    for precision in (
        Precision("float32", "float32", "float32"),
        Precision("float16", "float16", "float32"),
        # Depthwise kernels are 1 % of a MobileNet and cause most of the error of 8-bit weights.
        Precision("dynamic", "int8", "float32", depthwise_weights="float32"),
        Precision("int8", "int8", "int8"),
        Precision("int16x8", "int8", "int16"),
    )
}
"""Numbers of a part by name."""


@dataclass(frozen=True)
class ParityFloor:
    """The worst parity with which a variant is still exported.

    Attributes:
        state_error: Most mean relative L2 error of the decoder's first state.
        token_agreement: Least share of equal tokens along the Keras caption.
        sure_agreement: Least share of equal captions among those that Keras is sure of; among
            all where it is sure of none.
        accuracy_loss: How much lower the validation CCR of a level may be than that of the run's
            own model on the same photos.
        caption_agreement: Least share of equal captions.
        changed: Most captions, as a share of all, that differ without a doubt of Keras' own.
        lost_photos: Fewest photos, of all lost terms together, that refuse a file: a single one
            may be spoiled by chance. 0 asks for nothing.
    """

    state_error: float
    token_agreement: float
    sure_agreement: float
    accuracy_loss: float = 1.0
    caption_agreement: float = 0.0
    changed: float = 1.0
    lost_photos: int = 0

    def violations(
        self,
        parity: Parity,
        accuracy_loss: float = 0.0,
        changed: float = 0.0,
        lost: Sequence[LostTerm] = (),
    ) -> list[str]:
        """Names what falls below the floor, with both figures.

        Args:
            parity: The figures.
            accuracy_loss: Largest loss of CCR of any level; negative where all have risen.
            changed: Share of captions, in [0, 1], that differ without a doubt of Keras' own.
            lost: Terms that the file never says where Keras surely does.
        """
        found = []
        if not parity.state_error <= self.state_error:
            found.append(f"state error {parity.state_error:.4f} above {self.state_error}")
        # Of no captions all are equal, which would prove nothing.
        sure = parity.sure_agreement if parity.sure_captions else parity.caption_agreement
        for name, value, floor in (
            ("token agreement", parity.token_agreement, self.token_agreement),
            ("sure agreement", sure, self.sure_agreement),
            ("caption agreement", parity.caption_agreement, self.caption_agreement),
        ):
            if not value >= floor:
                found.append(f"{name} {value:.4f} below {floor}")
        if not changed <= self.changed:
            found.append(f"share of captions that changed {changed:.4f} above {self.changed}")
        if not accuracy_loss <= self.accuracy_loss:
            found.append(f"loss of accuracy {accuracy_loss:.4f} above {self.accuracy_loss}")
        photos = {photo for one in lost for photo in one.photos}
        if 0 < self.lost_photos <= len(photos):
            found += [
                f"{one.term.kind} {one.term.text} never said on {len(one.photos)} "
                f"photo{'s' * (len(one.photos) > 1)} where Keras is sure of it"
                for one in lost
            ]
        return found


@dataclass(frozen=True)
class Variant:
    """An entry of `VARIANTS`.

    Attributes:
        summary: One line for people.
        encoder: Numbers of the encoder.
        decoder: Numbers of the decoder.
        floor: Parity that is asked for.
        technique: How the model is trained on before; None where it is not.
        refit: Whether the decoder's first layer is fitted anew to the quantized features.
        kept_float: Layers of `export.flatbuffer.layers` that stay in float.
    """

    summary: str
    encoder: Precision
    decoder: Precision
    floor: ParityFloor
    technique: Technique | None = None
    refit: bool = False
    kept_float: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Name by the grammar above."""
        training = f"{self.technique.name}-" if self.technique else ""
        decoder = "" if self.decoder is self.encoder else f"_{self.decoder.name}"
        repaired = REPAIRED if self.kept_float else ""
        return f"{training}{self.encoder.name}{decoder}{repaired}"

    @property
    def precisions(self) -> Mapping[str, Precision]:
        """Numbers by signature."""
        return dict(zip(PARTS, (self.encoder, self.decoder), strict=True))

    @property
    def static(self) -> bool:
        """Whether any part needs training photos to measure its activations on."""
        return self.encoder.static or self.decoder.static


_FLOAT32, _FLOAT16, _DYNAMIC, _INT8, _INT16X8 = PRECISIONS.values()

_EXACT: Final = ParityFloor(0.001, 0.999, 0.99, 0.01, 0.999, 0.0, 1)
# Captions that Keras is in doubt of may differ, and no others.
_HALF: Final = ParityFloor(0.05, 0.97, 0.98, 0.02, 0.97, 0.0, 1)
_CLOSE: Final = ParityFloor(0.05, 0.97, 0.98, 0.02, 0.92, 0.02, 1)
# An 8-bit MobileNet moves its features; what must not move is what it is sure of.
_INEXACT: Final = ParityFloor(0.35, 0.9, 0.95, 0.03, 0.8, 0.03, 1)

# Training on changes captions; what it must not change is how many of them are right.
_TRAINED_EXACT: Final = replace(_EXACT, accuracy_loss=0.05)
_TRAINED: Final = replace(_INEXACT, accuracy_loss=0.05)

_PRUNED, _CLUSTERED = TECHNIQUES["pruned"], TECHNIQUES["clustered"]

_ENTRIES: Final = (
    Variant("as trained", _FLOAT32, _FLOAT32, _EXACT),
    Variant("weights in 16 bits: half the size", _FLOAT16, _FLOAT16, _HALF),
    Variant("weights in 8 bits, activations as they come", _DYNAMIC, _DYNAMIC, _CLOSE),
    Variant("8 bits throughout", _INT8, _INT8, _INEXACT, None, True),
    Variant("8-bit weights, 16-bit activations: slow", _INT16X8, _INT16X8, _INEXACT),
    Variant("8-bit encoder, float decoder", _INT8, _FLOAT32, _INEXACT, None, True),
    Variant("8-bit encoder, decoder with 8-bit weights", _INT8, _DYNAMIC, _INEXACT, None, True),
    Variant("trained on to bear 8 bits", _INT8, _INT8, _TRAINED, TECHNIQUES["qat"]),
    Variant("half of the weights 0, in float", _FLOAT32, _FLOAT32, _TRAINED_EXACT, _PRUNED),
    Variant("half of the weights 0: smaller zipped", _INT8, _INT8, _TRAINED, _PRUNED, True),
    Variant("few different weights, in float", _FLOAT32, _FLOAT32, _TRAINED_EXACT, _CLUSTERED),
    Variant("few different weights", _INT8, _INT8, _TRAINED, _CLUSTERED, True),
    Variant("pruned, then trained for 8 bits", _INT8, _INT8, _TRAINED, TECHNIQUES["pqat"]),
    Variant("clustered, then trained for 8 bits", _INT8, _INT8, _TRAINED, TECHNIQUES["cqat"]),
)

VARIANTS: Final[dict[str, Variant]] = {variant.name: variant for variant in _ENTRIES}
"""Export variants by name. A new variant is a new entry above."""
