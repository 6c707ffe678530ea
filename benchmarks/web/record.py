"""What measuring the page leaves, as JSON."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.record import Device, Latency, Model
from mobile_app.camera_app.runtime.captioner import Caption

MAX_CONFIDENCE_ERROR: Final = 0.02
"""Captions with the same words, but confidences farther apart than this, are different."""

MAX_FIRST_CAPTION_SECONDS: Final = 3.0
MAX_PHOTO_MS: Final = 150.0
MAX_PAGE_BYTES: Final = 150_000
MAX_GROWTH: Final = 0.05
"""Memory that grows by no more than this share is called flat."""

HISTORY_PHOTOS: Final = 60
"""Photos that the page remembers; until then it has more to keep with each."""


@dataclass(frozen=True)
class Difference:
    """A caption of the page that is another one than `jewelcap describe` gives.

    Attributes:
        photo: File name.
        level: Level asked for.
        described: Verdict, level, text and confidence by `jewelcap describe`.
        shown: The same by the page.
    """

    photo: str
    level: str
    described: str
    shown: str


@dataclass(frozen=True)
class CaptionerResult:
    """A captioner file in the page, compared and timed.

    Attributes:
        model: The file; the page describes at all of its levels.
        photos: Photos described.
        captions: Captions compared: photos times levels.
        equal: Those with the same verdict, level and text in every language.
        confidence_error: Largest difference of the confidences of equal captions.
        differences: The others.
        latency: In the page's worker, from the file to captions and alternatives of all levels.
    """

    model: Model
    photos: int
    captions: int
    equal: int
    confidence_error: float
    differences: tuple[Difference, ...]
    latency: Latency | None


@dataclass(frozen=True)
class FirstVisit:
    """The page as somebody sees it who has never been there, with the first captioner.

    Attributes:
        load_seconds: From the call of the address until the page is loaded, visit by visit.
        caption_seconds: From then until the caption of a photo stands there; the photo is chosen
            as soon as the page is loaded.
        page_bytes: The page, without model and runtime.
        runtime_bytes: What of LiteRT.js was loaded.
        captioner_bytes: The captioner file.
    """

    load_seconds: tuple[float, ...]
    caption_seconds: tuple[float, ...]
    page_bytes: int
    runtime_bytes: int
    captioner_bytes: int


@dataclass(frozen=True)
class LongVisit:
    """One visitor who has many photos described, one after the other.

    Attributes:
        latency: From choosing a photo to the caption on the screen.
        private_bytes: Memory of the page's process alone after each photo, its garbage collected;
            empty where the system does not tell.
        growth: Once the page's history is full, the median of the last fifth of these by that of
            the first one, minus 1; None of too few photos.
        shared_bytes: What of the browser's shared memory the process has at the end. Chromium keeps
            decoded pictures there, up to 512 MB, and gives them up when memory is short.
    """

    latency: Latency | None
    private_bytes: tuple[int, ...]
    growth: float | None
    shared_bytes: int | None


@dataclass(frozen=True)
class WebRecord:
    """What this tool writes.

    Attributes:
        browser: Name and version.
        captioners: In the order of the page's menu.
        first_visit: With the first captioner.
        long_visit: With the first captioner.
        device: The computer.
        load_average: Of the last minute, before the start; other programs make it slower.
        command: The command that made this record.
        git_commit: Code that made it; empty outside a checkout.
        date: When, in UTC.
        schema_version: Version of this form.
    """

    browser: str
    captioners: tuple[CaptionerResult, ...]
    first_visit: FirstVisit
    long_visit: LongVisit
    device: Device
    load_average: float | None
    command: str
    git_commit: str
    date: str
    schema_version: int = 1

    @property
    def all_equal(self) -> bool:
        """Whether the page says what `jewelcap describe` says, of every photo."""
        return all(one.equal == one.captions for one in self.captioners)


def difference(
    photo: str, described: Mapping[str, Caption], shown: Mapping[str, Any]
) -> Difference | float:
    """Compares a caption of the page with those of the runtime.

    Args:
        photo: File name.
        described: By language, at one level.
        shown: `verdict`, `level`, `confidence` and, by language, `texts`.

    Returns:
        What differs; the distance of the confidences where nothing does.
    """
    one = next(iter(described.values()))
    error = abs(one.confidence - shown["confidence"])
    texts = {language: caption.text for language, caption in described.items()}
    is_same = (one.verdict, one.level, texts) == (shown["verdict"], shown["level"], shown["texts"])
    if is_same and error <= MAX_CONFIDENCE_ERROR:
        return error
    told = f"{one.verdict}, {one.level}, {texts}, {one.confidence:.4f}"
    other = "{verdict}, {level}, {texts}, {confidence:.4f}".format(**shown)
    return Difference(photo, one.asked, told, other)


def growth(private_bytes: Sequence[int]) -> float | None:
    """How much memory has grown, see `LongVisit`."""
    later = private_bytes[HISTORY_PHOTOS:]
    fifth = len(later) // 5
    if fifth < 2:
        return None
    return round(statistics.median(later[-fifth:]) / statistics.median(later[:fifth]) - 1.0, 4)


def summary(record: WebRecord) -> str:
    """The record as lines for people, each figure with what it is to be."""
    first, long = record.first_visit, record.long_visit
    lines = [
        f"{one.model.variant}: {one.equal} of {one.captions} captions equal those of `jewelcap "
        f"describe`, of {one.photos} photos"
        + (f"; {one.latency.p50:.0f} ms a photo in the worker" if one.latency else "")
        for one in record.captioners
    ]
    seconds = statistics.median(first.caption_seconds)
    lines += [
        _goal("first caption after the page's load, s", seconds, MAX_FIRST_CAPTION_SECONDS),
        _goal("page without model and runtime, bytes", first.page_bytes, MAX_PAGE_BYTES),
    ]
    if long.latency is not None:
        lines.append(_goal("photo to caption on the screen, ms", long.latency.p50, MAX_PHOTO_MS))
    if long.growth is not None:
        lines.append(_goal("growth of memory", long.growth, MAX_GROWTH))
    return "\n".join(lines)


def _goal(name: str, value: float, limit: float) -> str:
    return f"{name}: {value:.6g} (at most {limit:.6g}: {'holds' if value <= limit else 'MISSED'})"
