"""Which encoders stand on the front, what each starts from, and how it is trained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from benchmarks.reproduce.weights import weights_of
from pipeline.config import TrainConfig
from pipeline.config_files import find_config, read_settings
from pipeline.encoders import ENCODERS, parse_encoder
from pipeline.errors import JewelcapError

SIZES: Final = (224, 192, 160, 128)

FRONT: Final = (
    *(f"mobilenet-{alpha}-{size}" for alpha in ENCODERS["mobilenet"].alphas for size in SIZES),
    "vgg16-224",
    "inception_v3-299",
)
"""All encoders of the front: the widest and largest first, from which others start."""

DECODER: Final = "gru-256"

_SHARE_OF_FOLLOWERS: Final = 4
"""An encoder that starts from its own width at a larger size needs so many times fewer epochs."""


@dataclass(frozen=True)
class Cell:
    """One encoder of the front.

    Attributes:
        encoder: Its full name; also that of its run.
        source: Where its first weights come from: `weights` (a file, or what `--weights` takes),
            `size` (the same width at a larger size) or `width` (cut out of a wider one).
        start: Those weights as `--weights` takes them, or the encoder that is started from.
        fine_tune_epochs: Epochs through the encoder; 0 for frozen features.
    """

    encoder: str
    source: str
    start: str
    fine_tune_epochs: int


def make_cells(
    encoders: Sequence[str], weights: str, fine_tune_epochs: int, taken: Sequence[str] = ()
) -> tuple[Cell, ...]:
    """Plans the front.

    The first MobileNet of a width starts from weights of that width, or where a folder of weights
    has none, from the widest; its smaller sizes start from it. Others stay as ImageNet left them.

    Args:
        encoders: Full names.
        weights: `imagenet`, `none`, or a folder of Keras' `.h5` files without top.
        fine_tune_epochs: Epochs of the first of each width; 0 to train decoders only.
        taken: Encoders whose runs are there already.

    Raises:
        JewelcapError: An encoder has no weights to start from.
    """
    cells: list[Cell] = []
    firsts: dict[float, str] = {}
    for name in sorted(dict.fromkeys(encoders), key=_rank):
        spec = parse_encoder(name)
        if spec.alpha is None:
            cells.append(Cell(name, "weights", weights_of(weights, name), 0))
            continue
        first = firsts.setdefault(spec.alpha, name)
        if first != name and fine_tune_epochs:
            share = -(-fine_tune_epochs // _SHARE_OF_FOLLOWERS)
            cells.append(Cell(name, "size", first, share))
            continue
        try:
            start = "" if name in taken else weights_of(weights, name)
            cells.append(Cell(name, "weights", start, fine_tune_epochs))
        except JewelcapError:
            wider = [one for alpha, one in firsts.items() if alpha > spec.alpha]
            if not wider or not fine_tune_epochs:
                raise
            cells.append(Cell(name, "width", wider[0], fine_tune_epochs))
    return tuple(cells)


def config_of(cell: Cell, weights: str, settings: dict[str, Any]) -> TrainConfig:
    """Settings of a cell's training.

    Args:
        cell: The cell.
        weights: Its first weights, as `--weights` takes them.
        settings: What all cells have in common, such as protocol and seed.
    """
    recipe = read_settings(find_config("fine_tuned" if cell.fine_tune_epochs else "frozen"))
    own = {"encoder": cell.encoder, "decoder": DECODER, "weights": weights}
    config = TrainConfig(**{**recipe, **settings, **own})
    return replace(config, fine_tune_epochs=cell.fine_tune_epochs)


def _rank(name: str) -> tuple[bool, float, int]:
    """Widest first, then largest; networks without width last."""
    spec = parse_encoder(name)
    return spec.alpha is None, -(spec.alpha or 0.0), -spec.size
