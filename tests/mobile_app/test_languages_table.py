from __future__ import annotations

import pytest

from mobile_app.camera_app.runtime.languages import compose
from mobile_app.camera_app.runtime.languages.words import word_list
from mobile_app.camera_app.runtime.levels import Attributes

CASES = [
    (
        Attributes(("earring",), "Taurus", (), ("white gold",), ("diamonds",)),
        "Taurus white gold, diamonds earring",
        "pendiente Taurus de oro blanco con diamantes",
        "orecchino Taurus in oro bianco con diamanti",
    ),
    (Attributes(("ring",), "", (), (), ()), "ring", "anillo", "anello"),
    (
        Attributes(("earring", "necklace"), "", (), (), ()),
        "earring and necklace",
        "pendiente y collar",
        "orecchino e collana",
    ),
    (
        Attributes(("necklace",), "", (), (), ("pearls",)),
        "pearls necklace",
        "collar de perlas",
        "collana di perle",
    ),
    (
        Attributes(("ring",), "", (), (), ("ruby",)),
        "ruby ring",
        "anillo de rubí",
        "anello con rubino",
    ),
    (
        Attributes(("bracelet",), "", ("red",), ("silver",), ()),
        "red silver bracelet",
        "pulsera roja de plata",
        "bracciale rosso in argento",
    ),
    (
        Attributes(("bracelet",), "", ("red",), ("silk thread", "yellow gold"), ()),
        "red silk thread and yellow gold bracelet",
        "pulsera de hilo de seda rojo y oro amarillo",
        "bracciale in filo di seta rosso e oro giallo",
    ),
    (
        Attributes(("necklace",), "Nacra", ("black",), ("silver",), ("pearls", "diamond")),
        "Nacra silver, diamond and black pearls necklace",
        "collar Nacra de plata con diamante y perlas negras",
        "collana Nacra in argento con diamante e perle nere",
    ),
    (
        Attributes(("ring",), "", ("red",), ("enamel", "yellow gold"), ()),
        "yellow gold and red enamel ring",
        "anillo de oro amarillo con esmalte rojo",
        "anello in oro giallo con smalto rosso",
    ),
    (
        Attributes(("ring",), "", ("gold",), ("stainless steel",), ()),
        "gold stainless steel ring",
        "anillo dorado de acero inoxidable",
        "anello dorato in acciaio inossidabile",
    ),
    (
        Attributes(("ring",), "", ("gold",), ("gold-plated", "stainless steel"), ("crystal",)),
        "gold-plated stainless steel, crystal ring",
        "anillo de acero inoxidable con baño de oro y cristal",
        "anello in acciaio inossidabile con placcatura in oro e cristallo",
    ),
    (
        Attributes(("bracelet",), "", ("blue",), ("glass beads", "silver"), ()),
        "silver and blue glass beads bracelet",
        "pulsera de plata con cuentas de vidrio azules",
        "bracciale in argento con perline di vetro blu",
    ),
    (
        Attributes(("bracelet",), "", ("blue",), ("glass beads",), ()),
        "blue glass beads bracelet",
        "pulsera de cuentas de vidrio azules",
        "bracciale di perline di vetro blu",
    ),
    (
        Attributes(("ring",), "", ("blue",), ("white gold",), ("topaz", "diamonds")),
        "blue white gold, diamonds and topaz ring",
        "anillo azul de oro blanco con diamantes y topacio",
        "anello blu in oro bianco con diamanti e topazio",
    ),
    (
        Attributes(("ring",), "", ("blue",), ("white gold",), ("topaz",)),
        "white gold, blue topaz ring",
        "anillo de oro blanco con topacio azul",
        "anello in oro bianco con topazio blu",
    ),
    (
        Attributes(("ring",), "", ("black",), ("titanium",), ()),
        "black titanium ring",
        "anillo negro de titanio",
        "anello nero in titanio",
    ),
    (
        Attributes(("bracelet",), "", ("brown",), ("leather",), ("pearls",)),
        "brown leather, pearls bracelet",
        "pulsera marrón de cuero con perlas",
        "bracciale marrone in pelle con perle",
    ),
    (
        Attributes(("bracelet", "necklace"), "", ("black",), ("titanium",), ()),
        "black titanium bracelet and necklace",
        "pulsera y collar negros de titanio",
        "bracciale e collana neri in titanio",
    ),
    (
        Attributes(("ring",), "", (), ("Zirkonium X",), ("foo",)),
        "Zirkonium X, foo ring",
        "anillo de Zirkonium X con foo",
        "anello in Zirkonium X con foo",
    ),
    (
        Attributes(("ring",), "", ("orange", "black"), ("enamel",), ()),
        "black and orange enamel ring",
        "anillo con esmalte negro y naranja",
        "anello con smalto nero e arancione",
    ),
    (
        Attributes(("bracelet",), "Ira", ("rose gold",), ("copper", "iron"), ()),
        "Ira rose gold copper and iron bracelet",
        "pulsera Ira color oro rosa de cobre y hierro",
        "bracciale Ira color oro rosa in rame e ferro",
    ),
    (
        Attributes(("ring",), "", (), ("gold-plated",), ("cubic zirconias",)),
        "gold-plated, cubic zirconias ring",
        "anillo con baño de oro y circonitas",
        "anello con placcatura in oro e zirconie cubiche",
    ),
    (
        Attributes(("ring",), "", ("white", "iridescent"), (), ("opals",)),
        "iridescent and white opals ring",
        "anillo de ópalos iridiscentes y blancos",
        "anello di opali iridescenti e bianchi",
    ),
    (
        Attributes(("ring",), "", ("fuchsia-ish",), ("leather",), ()),
        "fuchsia-ish leather ring",
        "anillo de cuero fuchsia-ish",
        "anello in pelle fuchsia-ish",
    ),
    (
        Attributes(("ring",), "", (), ("silver",), ("diamonds", "hematite", "emeralds")),
        "silver, diamonds, emeralds and hematite ring",
        "anillo de plata con diamantes, esmeraldas y hematita",
        "anello in argento con diamanti, smeraldi ed ematite",
    ),
    (
        Attributes(("ring",), "Alba", (), ("yellow gold",), ("diamond",)),
        "Alba yellow gold, diamond ring",
        "anillo Alba de oro amarillo con diamante",
        "anello Alba in oro giallo con diamante",
    ),
    (
        Attributes(("necklace",), "Corina", (), ("rose gold",), ("sapphires", "diamonds")),
        "Corina rose gold, diamonds and sapphires necklace",
        "collar Corina de oro rosa con diamantes y zafiros",
        "collana Corina in oro rosa con diamanti e zaffiri",
    ),
    (
        Attributes(("bracelet",), "", (), ("silver", "yellow gold"), ()),
        "silver and yellow gold bracelet",
        "pulsera de plata y oro amarillo",
        "bracciale in argento e oro giallo",
    ),
    (
        Attributes(("ring",), "Corvo", (), ("oxidized silver",), ("onyx",)),
        "Corvo oxidized silver, onyx ring",
        "anillo Corvo de plata oxidada con ónix",
        "anello Corvo in argento brunito con onice",
    ),
    (
        Attributes(("earring",), "", (), ("silver",), ("turquoises",)),
        "silver, turquoises earring",
        "pendiente de plata con turquesas",
        "orecchino in argento con turchesi",
    ),
    (
        Attributes(("necklace",), "", (), ("white gold",), ("emerald", "iolites")),
        "white gold, emerald and iolites necklace",
        "collar de oro blanco con esmeralda y iolitas",
        "collana in oro bianco con smeraldo e ioliti",
    ),
    (
        Attributes(("ring",), "", (), ("white gold",), ("aquamarine",)),
        "white gold, aquamarine ring",
        "anillo de oro blanco con aguamarina",
        "anello in oro bianco con acquamarina",
    ),
    (
        Attributes(("ring",), "", (), ("platinum",), ("amethysts", "ruby")),
        "platinum, amethysts and ruby ring",
        "anillo de platino con amatistas y rubí",
        "anello in platino con ametiste e rubino",
    ),
    (
        Attributes(("necklace",), "", ("white",), (), ("pearls",)),
        "white pearls necklace",
        "collar de perlas blancas",
        "collana di perle bianche",
    ),
    (
        Attributes(("earring",), "", ("pink",), ("silver",), ("pearl",)),
        "silver, pink pearl earring",
        "pendiente de plata con perla rosa",
        "orecchino in argento con perla rosa",
    ),
    (
        Attributes(("necklace",), "", ("green",), ("yellow gold", "enamel"), ()),
        "yellow gold and green enamel necklace",
        "collar de oro amarillo con esmalte verde",
        "collana in oro giallo con smalto verde",
    ),
    (
        Attributes(("earring",), "", ("blue",), ("enamel", "silver"), ("diamonds",)),
        "silver and blue enamel, diamonds earring",
        "pendiente de plata con esmalte azul y diamantes",
        "orecchino in argento con smalto blu e diamanti",
    ),
    (
        Attributes(("necklace",), "", ("black",), ("leather", "silver"), ()),
        "black leather and silver necklace",
        "collar de cuero negro y plata",
        "collana in pelle nera e argento",
    ),
    (
        Attributes(("bracelet", "ring"), "", (), ("yellow gold",), ("garnets",)),
        "yellow gold, garnets bracelet and ring",
        "pulsera y anillo de oro amarillo con granates",
        "bracciale e anello in oro giallo con granati",
    ),
    (
        Attributes(("bracelet", "earring", "necklace"), "", (), ("silver",), ()),
        "silver bracelet, earring and necklace",
        "pulsera, pendiente y collar de plata",
        "bracciale, orecchino e collana in argento",
    ),
    (
        Attributes(("bracelet",), "", ("white",), ("ceramic",), ()),
        "white ceramic bracelet",
        "pulsera de cerámica blanca",
        "bracciale in ceramica bianca",
    ),
    (
        Attributes(("ring",), "", ("yellow",), (), ("diamond",)),
        "yellow diamond ring",
        "anillo de diamante amarillo",
        "anello con diamante giallo",
    ),
]


@pytest.mark.parametrize(("piece", "english", "spanish", "italian"), CASES)
def test_a_piece_in_three_languages(
    piece: Attributes, english: str, spanish: str, italian: str
) -> None:
    captions = [compose(piece.terms(), language) for language in ("en", "es", "it")]
    assert captions == [english, spanish, italian]


@pytest.mark.parametrize("kind", ["type", "material", "stone"])
def test_what_has_a_plural_has_it_in_every_language(kind: str) -> None:
    for text, noun in getattr(word_list(), kind).items():
        forms = (noun.es, noun.it)
        assert all(form.text for form in forms), text
        assert {bool(form.plural) for form in forms} == {bool(noun.plural)}, text
