"""Two evaluations of the same photos against each other."""

from __future__ import annotations

from pipeline.errors import JewelcapError
from pipeline.evaluation import Comparison, Evaluation, LevelDifference
from pipeline.metrics import paired_difference


def compare_evaluations(one: Evaluation, other: Evaluation) -> Comparison:
    """Differences of CCR, photo by photo, at the levels that both have.

    Args:
        one: Model A.
        other: Model B, against which it stands.

    Raises:
        JewelcapError: They were made on other photos.
    """
    names = f"{one.subject} and {other.subject}"
    if one.catalog_digest != other.catalog_digest:
        raise JewelcapError(
            f"{names} were evaluated on different catalogs ({one.catalog_digest[:12]} and "
            f"{other.catalog_digest[:12]}); evaluate both on the same one"
        )
    differences = []
    for level in (level for level in one.right if level in other.right):
        photos = _photos(one, level)
        if photos != _photos(other, level):
            raise JewelcapError(
                f"{names} were evaluated on different photos ({_side(one)} and {_side(other)}); "
                "give both the same split, and train both with the same protocol and seed"
            )
        first, second = set(one.right[level]), set(other.right[level])
        differences.append(
            LevelDifference(
                level,
                paired_difference(
                    [name in first for name in photos], [name in second for name in photos]
                ),
            )
        )
    return Comparison(
        other.subject, other.encoder, other.decoder, other.variant, tuple(differences)
    )


def _photos(evaluation: Evaluation, level: str) -> list[str]:
    wrong = (caption.file_name for caption in evaluation.wrong if caption.level == level)
    return sorted([*evaluation.right[level], *wrong])


def _side(evaluation: Evaluation) -> str:
    return f"{evaluation.split} of protocol {evaluation.protocol}, seed {evaluation.seed}"
