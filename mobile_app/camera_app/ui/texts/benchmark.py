"""The sentences of the benchmark screen, by language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class BenchmarkTexts:
    """One language. A text in braces is filled in by `str.format`."""

    hint: str
    pictures: str
    camera: str
    drawn: str
    runs_on: str
    cpu: str
    gpu: str
    sustained: str
    no_time: str
    minutes: str
    start: str
    end: str
    opening: str
    counting: str
    sustaining: str
    result: str
    export: str
    cold_start: str
    load: str
    first_frame: str
    preprocess: str
    encode: str
    token: str
    caption: str
    frame: str
    slowdown: str
    rate: str
    memory: str
    battery: str
    heat: str
    heats: dict[str, str]
    delegate: str
    delegates: dict[str, str]
    percentiles: str


BENCHMARK_TEXTS: Final[dict[str, BenchmarkTexts]] = {
    "en": BenchmarkTexts(
        hint="Measures the captioner in use on this device. Close other apps and take the "
        "device off its charger for figures that compare.",
        pictures="Pictures",
        camera="Camera",
        drawn="Drawn picture",
        runs_on="Runs on",
        cpu="{threads} CPU",
        gpu="GPU",
        sustained="Then without a pause for",
        no_time="No time",
        minutes="{minutes} min",
        start="Measure",
        end="Stop",
        opening="Opening the captioner…",
        counting="Counting frames…",
        sustaining="Describing without a pause…",
        result="Result",
        export="Export the figures",
        cold_start="Start to first caption",
        load="Opening the captioner",
        first_frame="First frame",
        preprocess="Preparing the picture",
        encode="Encoder",
        token="One word",
        caption="Caption",
        frame="Whole frame",
        slowdown="Slower in the end by",
        rate="Captions per second",
        memory="Most memory",
        battery="Battery",
        heat="Heat",
        heats={
            "none": "none",
            "light": "light",
            "moderate": "moderate",
            "severe": "severe",
            "critical": "critical",
            "emergency": "emergency",
            "shutdown": "shutdown",
        },
        delegate="Ran on",
        delegates={"xnnpack": "CPU, {threads} threads", "gpu": "GPU", "one": "CPU, 1 thread"},
        percentiles="Median · 90% · 99%, in milliseconds",
    ),
    "es": BenchmarkTexts(
        hint="Mide el descriptor en uso en este dispositivo. Para obtener cifras comparables, "
        "cierra otras aplicaciones y desconecta el cargador.",
        pictures="Imágenes",
        camera="Cámara",
        drawn="Imagen dibujada",
        runs_on="Se ejecuta en",
        cpu="{threads} CPU",
        gpu="GPU",
        sustained="Después, sin pausa durante",
        no_time="Nada",
        minutes="{minutes} min",
        start="Medir",
        end="Parar",
        opening="Abriendo el descriptor…",
        counting="Contando imágenes…",
        sustaining="Describiendo sin pausa…",
        result="Resultado",
        export="Exportar las cifras",
        cold_start="Del inicio a la primera descripción",
        load="Apertura del descriptor",
        first_frame="Primera imagen",
        preprocess="Preparación de la imagen",
        encode="Codificador",
        token="Una palabra",
        caption="Descripción",
        frame="Imagen completa",
        slowdown="Más lento al final en",
        rate="Descripciones por segundo",
        memory="Memoria máxima",
        battery="Batería",
        heat="Calor",
        heats={
            "none": "ninguno",
            "light": "leve",
            "moderate": "moderado",
            "severe": "fuerte",
            "critical": "crítico",
            "emergency": "emergencia",
            "shutdown": "apagado",
        },
        delegate="Ejecutado en",
        delegates={"xnnpack": "CPU, {threads} hilos", "gpu": "GPU", "one": "CPU, 1 hilo"},
        percentiles="Mediana · 90 % · 99 %, en milisegundos",
    ),
    "it": BenchmarkTexts(
        hint="Misura il descrittore in uso su questo dispositivo. Per cifre confrontabili, chiudi "
        "le altre app e stacca il caricabatterie.",
        pictures="Immagini",
        camera="Fotocamera",
        drawn="Immagine disegnata",
        runs_on="Eseguito su",
        cpu="{threads} CPU",
        gpu="GPU",
        sustained="Poi senza pause per",
        no_time="Niente",
        minutes="{minutes} min",
        start="Misura",
        end="Ferma",
        opening="Apertura del descrittore…",
        counting="Conteggio delle immagini…",
        sustaining="Descrizione senza pause…",
        result="Risultato",
        export="Esporta le cifre",
        cold_start="Dall'avvio alla prima descrizione",
        load="Apertura del descrittore",
        first_frame="Prima immagine",
        preprocess="Preparazione dell'immagine",
        encode="Codificatore",
        token="Una parola",
        caption="Descrizione",
        frame="Immagine intera",
        slowdown="Più lento alla fine di",
        rate="Descrizioni al secondo",
        memory="Memoria massima",
        battery="Batteria",
        heat="Calore",
        heats={
            "none": "nessuno",
            "light": "lieve",
            "moderate": "moderato",
            "severe": "forte",
            "critical": "critico",
            "emergency": "emergenza",
            "shutdown": "spegnimento",
        },
        delegate="Eseguito su",
        delegates={"xnnpack": "CPU, {threads} thread", "gpu": "GPU", "one": "CPU, 1 thread"},
        percentiles="Mediana · 90% · 99%, in millisecondi",
    ),
}
"""By ISO 639-1 code: one for each interface."""
