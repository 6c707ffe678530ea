"""What the app says that a captioner can do and what not: from its manifest, in all languages."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from mobile_app.camera_app.library.shelf import Model, open_model
from mobile_app.camera_app.runtime.bundle import LevelAccuracy
from mobile_app.camera_app.runtime.confidence import (
    Calibration,
    JewelryDetector,
    LevelCalibration,
)
from mobile_app.camera_app.ui.model_card import model_card
from mobile_app.camera_app.ui.texts import TEXTS
from mobile_app.camera_app.ui.texts.model_card import MODEL_CARD_TEXTS
from pipeline.catalog.protocols import PROTOCOLS
from tests.bundles import MANIFEST
from tests.mobile_app.ui.stub import write_stub_bundle

LEVELS = (
    LevelCalibration("basic", 200, 1.5, 0.7, 190, 188, True, 0.1, 0.02),
    LevelCalibration("complete", 180, 1.5, 2.0, 0, 0, False, 0.1, 0.02),
)
DETECTOR = JewelryDetector((0.0,), 0.0, 0.5, 268, 2, 300, 17, 196)


def card(tmp_path: Path, language: str = "en", **changes: Any) -> str:
    model = open_model(write_stub_bundle(tmp_path / "stub.tflite", **changes))
    return "\n".join(sum(model_card(model, TEXTS[language], language), ()))


@pytest.mark.parametrize("language", TEXTS)
def test_all_figures_of_the_manifest_are_said(tmp_path: Path, language: str) -> None:
    said = card(
        tmp_path,
        language,
        provenance=replace(MANIFEST.provenance, train_photos=4702),
        accuracy=(LevelAccuracy("normal", 200, 178, 0.89, 0.839, 0.926),),
        calibration=Calibration(0.95, LEVELS, DETECTOR),
        license="CC-BY-4.0",
    )
    for figure in ("4702", "89", "200", "84", "93", "95", "190", "188", "196", "300", "268"):
        assert figure in said, figure
    assert "CC-BY-4.0" in said and "cccccccccccc" in said and "mobilenet-0.25-32" in said
    for level in ("normal", "basic", "complete"):
        assert TEXTS[language].levels[level] in said


def test_it_names_the_pieces_and_counts_the_other_words(tmp_path: Path) -> None:
    assert "Pieces: earring, ring. Words for 0 colors, 2 materials and 3 stones; 2 designs" in card(
        tmp_path
    )
    assert "Piezas: pendiente, anillo." in card(tmp_path, "es")


def test_what_was_not_measured_is_said_as_such(tmp_path: Path) -> None:
    words = MODEL_CARD_TEXTS["en"]
    said = card(tmp_path, accuracy=(), calibration=None)
    assert TEXTS["en"].no_accuracy in said
    assert words.uncalibrated in said and words.no_detector in said
    assert " photos." not in said.partition(words.right)[0].replace("other photos", "")


def test_figures_of_a_leak_are_none(tmp_path: Path) -> None:
    leaking = replace(MANIFEST.provenance, protocol="paper", leak="copies stand on two sides")
    said = card(tmp_path, provenance=leaking)
    assert "67%" not in said and TEXTS["en"].no_accuracy in said
    assert MODEL_CARD_TEXTS["en"].protocols["paper"] in said


def test_every_protocol_and_language_has_its_sentences() -> None:
    def fields(text: str) -> set[str]:
        return {field for _, field, _, _ in Formatter().parse(text) if field}

    assert set(MODEL_CARD_TEXTS) == set(TEXTS)
    english = MODEL_CARD_TEXTS["en"]
    for code, texts in MODEL_CARD_TEXTS.items():
        assert set(texts.protocols) == set(PROTOCOLS), code
        for field in dataclasses.fields(texts):
            said, original = getattr(texts, field.name), getattr(english, field.name)
            if isinstance(said, str):
                assert said.strip() and fields(said) == fields(original), f"{code}: {field.name}"
                assert code == "en" or said != original, f"{code}: {field.name}"


def test_a_model_carries_its_words(tmp_path: Path) -> None:
    model = open_model(write_stub_bundle(tmp_path / "stub.tflite"))
    assert isinstance(model, Model) and {term.kind for term in model.terms} >= {"type", "model"}
