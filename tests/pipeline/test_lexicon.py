"""Reading shops' captions in three languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mobile_app.camera_app.runtime import languages
from pipeline.catalog.lexicon import PROBLEMS, read_caption, read_value
from pipeline.catalog.lexicon.loader import canonical_terms, foreign_pieces, known_words
from tests.pipeline.shop_captions_en import ENGLISH
from tests.pipeline.shop_captions_es import SPANISH
from tests.pipeline.shop_captions_it import ITALIAN


def _read(text: str) -> tuple[str, str, str, str, str, str]:
    reading = read_caption(text)
    known = reading.attributes
    lists = (known.types, known.materials, known.stones, known.colors)
    return (reading.language, *("|".join(values) for values in lists), known.model)  # type: ignore[return-value]


CASES = {
    "Aquamarine Ring - White Gold 18K, Aquamarine, Rubies, Diamonds": (
        "en", "ring", "white gold", "aquamarine|rubies|diamonds", "", ""),
    "Taurus white gold, diamonds earring": (
        "en", "earring", "white gold", "diamonds", "", "Taurus"),
    "18K white and yellow gold ring": ("en", "ring", "white gold|yellow gold", "", "", ""),
    "GOLD PLATED EARINGS &amp; PEARLS $12.99 SKU-A1": (
        "en", "earring", "gold-plated", "pearls", "", ""),
    "Silver necklace without pearls or diamonds": ("en", "necklace", "silver", "", "", ""),
    "Silver ring with emerald cut diamond": ("en", "ring", "silver", "diamond", "", ""),
    "ruby red enamel bracelet": ("en", "bracelet", "enamel", "", "red", ""),
    "mother of pearl pendant": ("en", "necklace", "mother of pearl", "", "", ""),
    "American diamond jhumkas": ("en", "earring", "", "cubic zirconia", "", ""),
    "gold or silver ring": ("en", "ring", "", "", "", ""),
    "Pulsera de plata con perlas": ("es", "bracelet", "silver", "pearls", "", ""),
    "Anillo de oro blanco y amarillo de 18 quilates": (
        "es", "ring", "white gold|yellow gold", "", "", ""),
    "Arete Nara - Sin enchapado, Acero inoxidable 316L": (
        "es", "earring", "stainless steel", "", "", "Nara"),
    "Argolla Mia - Chapado en 18 quilates": ("es", "earring", "gold-plated", "", "", "Mia"),
    "COLLAR DE ACERO CON ÓNIX 🖤": ("es", "necklace", "stainless steel", "onyx", "", ""),
    "Anillo «Aurora» de plata": ("es", "ring", "silver", "", "", "Aurora"),
    "Anello in oro bianco con zaffiro e brillanti": (
        "it", "ring", "white gold", "sapphire|diamonds", "", ""),
    "Collana e orecchini in argento 925": ("it", "earring|necklace", "silver", "", "", ""),
    "Bracciale in argento dorato senza pietre": ("it", "bracelet", "gold-plated", "", "", ""),
    "Girocollo con perle d'acqua dolce": ("it", "necklace", "", "pearls", "", ""),
}  # fmt: skip


@pytest.mark.parametrize("text", CASES)
def test_a_caption_is_read_into_canonical_terms(text: str) -> None:
    assert _read(text) == CASES[text]


TABLES = {"en": ENGLISH, "es": SPANISH, "it": ITALIAN}


@pytest.mark.parametrize(
    ("language", "text"), [(code, text) for code, table in TABLES.items() for text in table]
)
def test_what_a_person_reads_in_a_shops_caption_is_read(language: str, text: str) -> None:
    expected = TABLES[language][text]
    reading = read_caption(text)
    assert reading.language == language
    if expected.startswith("!"):
        assert reading.problem == expected.removeprefix("!")
        return
    fields = [{v.strip() for v in field.split(",")} - {""} for field in expected.split(";")]
    known = reading.attributes
    read = [known.types, known.materials, known.stones, known.colors, (known.model,)]
    assert [{*values} - {""} for values in read] == [*fields, *[set[str]()] * (5 - len(fields))]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("12345 / 67", "no-words"),
        ("DSC_0012.jpg", "no-known-word"),
        ("Bague en or blanc avec diamants", "language-unknown"),
        ("Bague solitaire", "language-unknown"),
        ("Ohrringe Silber 925", "language-unknown"),
        ("Brinco de ouro", "language-unknown"),
        ("Reloj de acero", "other-piece"),
        ("Silver earring or ring", "two-types"),
        ("Elegant gift of silver", "no-type"),
    ],
)
def test_a_caption_that_cannot_be_read_has_a_reason(text: str, problem: str) -> None:
    assert read_caption(text).problem == problem
    assert problem in PROBLEMS


def test_a_cell_is_read_as_a_whole_or_not_at_all() -> None:
    assert read_value("Oro  Blanco", "material") == "white gold"
    assert read_value("gold", "color") == "golden"
    assert read_value("gold and something", "material") is None


def test_every_canonical_term_stands_in_the_list_of_words_for_captions() -> None:
    path = Path(languages.__file__).with_name("words.json")
    listed = json.loads(path.read_text(encoding="utf-8"))
    assert not [(k, t) for k, t in sorted(canonical_terms()) if k != "plain" and t not in listed[k]]


def test_no_word_is_both_foreign_and_known() -> None:
    assert not foreign_pieces() & known_words()
