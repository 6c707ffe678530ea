"""What the screen says of a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from ..runtime.captioner import Caption
from .texts import Texts
from .worker import CaptionResult

Tone = Literal["idle", "sure", "less", "unsure", "none"]
"""Nothing said yet; the caption asked for; less than that; unsure; no jewelry."""

LEAST_LIKELY: Final = 0.05
"""Alternatives that are less probable help nobody."""

_TONES: Final[dict[str, Tone]] = {
    "answered": "sure",
    "fallen back": "less",
    "not sure": "unsure",
    "no jewelry": "none",
}


@dataclass(frozen=True)
class Said:
    """A caption and how probable it is.

    Attributes:
        text: The caption, or a captioner's name and its caption.
        confidence: In [0, 1].
        percent: The same for people.
        label: What stands before it; may be empty.
    """

    text: str
    confidence: float
    percent: str
    label: str = ""


@dataclass(frozen=True)
class Description:
    """What the screen says of a picture.

    Attributes:
        tone: How it is said.
        caption: As the captioner said it, or empty.
        headline: The same as the beginning of a sentence, or what stands for it.
        confidence: In [0, 1].
        note: A sentence under it, or empty.
        heading: Over the alternatives, or empty.
        alternatives: Other captions, the most probable first.
        compared: What two captioners say of the same frame; empty without a comparison.
    """

    tone: Tone = "idle"
    caption: str = ""
    headline: str = ""
    confidence: float = 0.0
    note: str = ""
    heading: str = ""
    alternatives: tuple[Said, ...] = ()
    compared: tuple[Said, ...] = ()


def describe_result(result: CaptionResult, texts: Texts, names: tuple[str, str]) -> Description:
    """Returns what to say.

    Args:
        result: Of the newest frame; its caption may be what stands over several.
        texts: The interface.
        names: Of the captioner and of the one that it is compared with.
    """
    caption = result.caption
    tone = _TONES[caption.verdict]
    notes = {
        "less": texts.less_detail,
        "unsure": texts.tip_unsure,
        "none": texts.tip_no_jewelry,
    }
    text = caption.text or texts.nothing
    compared: tuple[Said, ...] = ()
    if result.rival is not None:
        compared = (
            _said(text, caption, texts, _timed(names[0], result.encode_ms)),
            _said(
                result.rival.text or texts.nothing,
                result.rival,
                texts,
                _timed(names[1], result.rival_ms),
            ),
        )
    alternatives = () if tone == "none" else _others(result.alternatives, text, texts)
    heading = ""
    if alternatives:
        heading = texts.or_else if tone == "sure" else texts.perhaps
    return Description(
        tone=tone,
        caption=text,
        headline=_sentence(text),
        # As precise as it is shown: what does not change is not laid out again.
        confidence=round(caption.confidence, 2),
        note=notes.get(tone, ""),
        heading=heading,
        alternatives=alternatives,
        compared=compared,
    )


def _timed(name: str, milliseconds: float) -> str:
    return f"{name} · {milliseconds:.1f} ms"


def _others(captions: tuple[Caption, ...], said: str, texts: Texts) -> tuple[Said, ...]:
    found: dict[str, Said] = {}
    for caption in captions:
        if caption.text and caption.text != said and caption.confidence >= LEAST_LIKELY:
            found.setdefault(caption.text, _said(caption.text, caption, texts))
    return tuple(found.values())[:3]


def _said(text: str, caption: Caption, texts: Texts, label: str = "") -> Said:
    percent = texts.percent.format(percent=round(caption.confidence * 100))
    return Said(_sentence(text), caption.confidence, percent, label)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
