"""The sentences of a captioner's card, by language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class ModelCardTexts:
    """One language. A text in braces is filled in by `str.format`."""

    details: str
    knows: str
    names: str
    nearest: str
    trained: str
    photos: str
    catalog: str
    protocols: dict[str, str]
    """How it was checked, by the name of its split protocol."""

    right: str
    level: str
    every_word: str
    silent: str
    target: str
    given: str
    never_given: str
    uncalibrated: str
    detector: str
    no_detector: str
    file: str
    input: str
    made: str


MODEL_CARD_TEXTS: Final[dict[str, ModelCardTexts]] = {
    "en": ModelCardTexts(
        details="Details",
        knows="What it knows",
        names="Pieces: {types}. Words for {color} colors, {material} materials and {stone} "
        "stones; {model} designs by name.",
        nearest="It has no other words: it gives anything else the nearest of these.",
        trained="What it was trained on",
        photos="{photos} photos.",
        catalog="Catalog {digest}, by checksum.",
        protocols={
            "views": "Checked on other photos of the same pieces.",
            "views_wide": "Checked on other photos of the same pieces.",
            "products": "Checked on pieces that it had never seen.",
            "paper": "Checked on altered copies of the photos that it was trained on, so that its "
            "figures count for nothing.",
        },
        right="How often every word is right",
        level="{level}: {percent}% of {n} (95% sure: {low} to {high}%)",
        every_word="Counted at its making, on photos that it was not trained on but that helped "
        "to choose it. Photos of another shop differ.",
        silent="When it says less",
        target="It says less, or that it is not sure, below the confidence at which {target}% of "
        "its descriptions were right.",
        given="{level}: {given} of {n} described, {right} of them rightly",
        never_given="{level}: never, since too few of {n} were right",
        uncalibrated="Never: nobody has measured what its confidence is worth.",
        detector="It took {mistaken} of {others} pictures without jewelry for a piece, and passed "
        "over {missed} of {jewelry} with one.",
        no_detector="It was shown no pictures without jewelry, and describes those, too.",
        file="The file",
        input="pictures of {width} x {height}",
        made="made by jewelcap {version}",
    ),
    "es": ModelCardTexts(
        details="Detalles",
        knows="Lo que conoce",
        names="Piezas: {types}. Palabras para {color} colores, {material} materiales y {stone} "
        "piedras; {model} diseños por su nombre.",
        nearest="No tiene otras palabras: a todo lo demás le da la más parecida de estas.",
        trained="Con qué se entrenó",
        photos="{photos} fotos.",
        catalog="Catálogo {digest}, por su suma de control.",
        protocols={
            "views": "Comprobado con otras fotos de las mismas piezas.",
            "views_wide": "Comprobado con otras fotos de las mismas piezas.",
            "products": "Comprobado con piezas que nunca había visto.",
            "paper": "Comprobado con copias alteradas de las fotos con que se entrenó, de modo que "
            "sus cifras no cuentan.",
        },
        right="Cuántas veces acierta todas las palabras",
        level="{level}: {percent} % de {n} (con un 95 % de seguridad: del {low} al {high} %)",
        every_word="Contado al hacerlo, con fotos con las que no se entrenó pero que ayudaron a "
        "elegirlo. Las fotos de otra tienda son distintas.",
        silent="Cuándo dice menos",
        target="Dice menos, o que no está seguro, por debajo de la confianza con la que acertó el "
        "{target} % de sus descripciones.",
        given="{level}: {given} de {n} descritas, {right} de ellas con acierto",
        never_given="{level}: nunca, porque acertó muy pocas de {n}",
        uncalibrated="Nunca: nadie ha medido lo que vale su confianza.",
        detector="Tomó por una pieza {mistaken} de {others} imágenes sin joyas y pasó por alto "
        "{missed} de {jewelry} que tenían una.",
        no_detector="No se le mostraron imágenes sin joyas, y también las describe.",
        file="El archivo",
        input="imágenes de {width} x {height}",
        made="hecho con jewelcap {version}",
    ),
    "it": ModelCardTexts(
        details="Dettagli",
        knows="Che cosa conosce",
        names="Gioielli: {types}. Parole per {color} colori, {material} materiali e {stone} "
        "pietre; {model} modelli per nome.",
        nearest="Non ha altre parole: a tutto il resto dà la più vicina di queste.",
        trained="Su che cosa è stato addestrato",
        photos="{photos} foto.",
        catalog="Catalogo {digest}, dalla somma di controllo.",
        protocols={
            "views": "Verificato su altre foto degli stessi gioielli.",
            "views_wide": "Verificato su altre foto degli stessi gioielli.",
            "products": "Verificato su gioielli che non aveva mai visto.",
            "paper": "Verificato su copie alterate delle foto su cui è stato addestrato: le sue "
            "cifre non contano.",
        },
        right="Quanto spesso ogni parola è giusta",
        level="{level}: {percent}% di {n} (sicuro al 95%: da {low} a {high}%)",
        every_word="Contato quando è stato fatto, su foto su cui non è stato addestrato ma che "
        "hanno aiutato a sceglierlo. Le foto di un altro negozio sono diverse.",
        silent="Quando dice meno",
        target="Dice meno, o che non è sicuro, sotto la confidenza con cui il {target}% delle sue "
        "descrizioni era giusto.",
        given="{level}: {given} di {n} descritte, {right} di esse giuste",
        never_given="{level}: mai, perché troppo poche di {n} erano giuste",
        uncalibrated="Mai: nessuno ha misurato quanto vale la sua confidenza.",
        detector="Ha preso per un gioiello {mistaken} immagini su {others} che non ne mostravano, "
        "e non ne ha visto {missed} su {jewelry} che ne mostravano uno.",
        no_detector="Non gli sono state mostrate immagini senza gioielli, e descrive anche quelle.",
        file="Il file",
        input="immagini di {width} x {height}",
        made="fatto con jewelcap {version}",
    ),
}
"""By ISO 639-1 code: one for each interface."""
