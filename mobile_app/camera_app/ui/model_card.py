"""What a captioner can do and what not, in sentences that are filled from its manifest alone."""

from __future__ import annotations

from typing import Final

from ..library.shelf import Model
from ..runtime.confidence import Calibration
from ..runtime.languages import compose
from ..runtime.levels import Term
from .texts import Texts
from .texts.model_card import MODEL_CARD_TEXTS, ModelCardTexts

_DIGEST_SHOWN: Final = 12


def model_card(model: Model, texts: Texts, language: str) -> list[tuple[str, str]]:
    """Returns the card of a captioner.

    Args:
        model: The captioner.
        texts: The interface.
        language: ISO 639-1 code of that.

    Returns:
        Headings and the sentences under each.
    """
    words, manifest = MODEL_CARD_TEXTS[language], model.manifest
    origin = manifest.provenance
    trained = [words.photos.format(photos=origin.train_photos)] if origin.train_photos else []
    trained.append(words.catalog.format(digest=origin.catalog_digest[:_DIGEST_SHOWN]))
    if checked := words.protocols.get(origin.protocol):
        trained.append(checked)
    spec = manifest.preprocess
    file = [
        manifest.encoder,
        manifest.decoder,
        manifest.variant,
        f"{model.size_bytes / 1e6:.1f} MB",
        words.input.format(width=spec.width, height=spec.height),
        words.made.format(version=origin.code_version),
    ]
    return [
        (words.knows, f"{_names(model, words, language)}\n{words.nearest}"),
        (words.trained, " ".join(trained)),
        (words.right, "\n".join(_right(model, words, texts))),
        (words.silent, "\n".join(_silent(manifest.calibration, words, texts))),
        (words.file, " · ".join(file)),
        (texts.license, manifest.license),
    ]


def _names(model: Model, words: ModelCardTexts, language: str) -> str:
    by_kind: dict[str, list[Term]] = {}
    for term in model.terms:
        by_kind.setdefault(term.kind, []).append(term)
    counts = {kind: len(by_kind.get(kind, ())) for kind in ("color", "material", "stone", "model")}
    types = ", ".join(compose((term,), language) for term in by_kind.get("type", ()))
    return words.names.format(types=types, **counts)


def _right(model: Model, words: ModelCardTexts, texts: Texts) -> list[str]:
    manifest = model.manifest
    if manifest.provenance.leak or not manifest.accuracy:
        return [texts.no_accuracy]
    lines = [
        words.level.format(
            level=texts.levels.get(one.level, one.level),
            percent=round(one.ccr * 100),
            n=one.n,
            low=round(one.low * 100),
            high=round(one.high * 100),
        )
        for one in manifest.accuracy
    ]
    return [*lines, words.every_word]


def _silent(calibration: Calibration | None, words: ModelCardTexts, texts: Texts) -> list[str]:
    if calibration is None or not calibration.levels:
        lines = [words.uncalibrated]
    else:
        lines = [words.target.format(target=round(calibration.target * 100))]
        for one in calibration.levels:
            sentence = words.never_given if one.threshold > 1.0 else words.given
            level = texts.levels.get(one.level, one.level)
            lines.append(sentence.format(level=level, given=one.given, n=one.n, right=one.right))
    detector = calibration.detector if calibration is not None else None
    if detector is None:
        return [*lines, words.no_detector]
    told = words.detector.format(
        mistaken=detector.mistaken,
        others=detector.others,
        missed=detector.missed,
        jewelry=detector.jewelry,
    )
    return [*lines, told]
