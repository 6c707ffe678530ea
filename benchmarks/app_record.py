"""How the app behaves on a computer: what is measured, and what it is held against."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.record import Device, Flag, Latency, Model, summarize_samples
from mobile_app.camera_app.runtime.schema import load_json
from pipeline.errors import JewelcapError

LONGEST_GAP_MS: Final = 50.0
_TENTH: Final = 10


@dataclass(frozen=True)
class Gaps:
    """Times between one frame of the interface and the next.

    Attributes:
        n: Frames.
        p50_ms: Median.
        p99_ms: 99th percentile.
        longest_ms: The longest one.
        long: Gaps above `LONGEST_GAP_MS`.
    """

    n: int
    p50_ms: float
    p99_ms: float
    longest_ms: float
    long: int


@dataclass(frozen=True)
class Growth:
    """Resident memory of the app's process.

    Attributes:
        begin_bytes: Median of the first tenth of the samples.
        end_bytes: Median of the last tenth.
        growth: What the end has more than the beginning, as a share of it.
        samples: How often it was read.
    """

    begin_bytes: int
    end_bytes: int
    growth: float
    samples: int


@dataclass(frozen=True)
class Start:
    """From the start of the app's process to its first caption, in milliseconds, by start."""

    to_caption_ms: tuple[float, ...]
    foreign_cores: float | None


@dataclass(frozen=True)
class Own:
    """The captioner alone, on the same frames, in a process without a window.

    Attributes:
        caption: From a frame's pixels to its caption.
        foreign_cores: Cores that other programs used meanwhile; None where unknown.
    """

    caption: Latency
    foreign_cores: float | None


@dataclass(frozen=True)
class Stall:
    """The interface with captions and without, in turn within one run.

    Attributes:
        seconds: Of each kind.
        with_captions: Gaps while frames are captioned.
        without: Gaps while the same frames are shown only: what the window itself costs.
        foreign_cores: As in `Own`.
    """

    seconds: float
    with_captions: Gaps
    without: Gaps
    foreign_cores: float | None


@dataclass(frozen=True)
class Live:
    """The live screen in front of a moving picture.

    Attributes:
        seconds: How long it was watched.
        preview_fps: New pictures on the screen a second.
        captions_per_second: Captions that came.
        path: From the frame that is handed to the worker to its caption.
        seen: From the frame that came in from the source to its caption.
        gaps: Of the interface.
        memory: Over the whole time.
        foreign_cores: As in `Own`.
    """

    seconds: float
    preview_fps: float
    captions_per_second: float
    path: Latency
    seen: Latency
    gaps: Gaps
    memory: Growth
    foreign_cores: float | None


@dataclass(frozen=True)
class Photos:
    """Photos opened, described and kept one after another.

    Attributes:
        photos: How many.
        seconds: For all of them.
        memory: Over all of them.
        foreign_cores: As in `Own`.
    """

    photos: int
    seconds: float
    memory: Growth
    foreign_cores: float | None


@dataclass(frozen=True)
class Goal:
    """A figure and what it is held against.

    Attributes:
        name: Of the figure, with its unit.
        measured: The figure.
        limit: What it must reach.
        holds: Whether it does.
    """

    name: str
    measured: float
    limit: str
    holds: bool


@dataclass(frozen=True)
class AppRecord:
    """The app with one captioner on one computer; parts that were not measured are None.

    Attributes:
        model: The captioner.
        device: The computer.
        renderer: What draws, as OpenGL names it.
        source: The moving picture.
        start: Cold starts.
        own: The captioner alone.
        stall: What captions cost the interface.
        live: The live screen.
        photos: One photo after another.
        goals: What follows from them.
        flags: Reasons to doubt them.
        command: The last command that added a part.
        git_commit: Code that was measured; empty outside a checkout.
        code_version: jewelcap's version.
        started: When, in ISO 8601, UTC.
        schema_version: Version of this form.
    """

    model: Model
    device: Device
    renderer: str
    source: str
    start: Start | None
    own: Own | None
    stall: Stall | None
    live: Live | None
    photos: Photos | None
    goals: tuple[Goal, ...]
    flags: tuple[Flag, ...]
    command: str
    git_commit: str
    code_version: str
    started: str
    schema_version: int = 1


def goals_of(record: AppRecord) -> tuple[Goal, ...]:
    """Holds the parts of a record against what the app promises."""
    goals = []
    if (live := record.live) is not None:
        fps, rate = live.preview_fps, live.captions_per_second
        goals += [
            Goal("preview, pictures a second", fps, ">= 25", fps >= 25.0),
            Goal("captions a second", rate, ">= 8", rate >= 8.0),
            _flat(f"memory growth over {live.seconds:.0f} s", live.memory),
        ]
        if record.own is not None:
            ratio = round(live.path.p50 / record.own.caption.p50, 3)
            name = "frame path, p50 over the captioner's own"
            goals.append(Goal(name, ratio, "<= 1.5", ratio <= 1.5))
    if (stall := record.stall) is not None:
        longest, bare = stall.with_captions.longest_ms, stall.without.longest_ms
        # A gap that comes without captions, too, is not theirs.
        limit = max(LONGEST_GAP_MS, bare)
        text = f"<= {LONGEST_GAP_MS:.0f}, or the {bare:.1f} without captions"
        goals.append(Goal("longest gap with captions, ms", longest, text, longest <= limit))
    if record.start is not None:
        slowest = max(record.start.to_caption_ms)
        goals.append(Goal("slowest start to a caption, ms", slowest, "<= 3000", slowest <= 3000.0))
    if record.photos is not None:
        goals.append(
            _flat(f"memory growth over {record.photos.photos} photos", record.photos.memory)
        )
    return tuple(goals)


def _flat(name: str, memory: Growth) -> Goal:
    return Goal(name, memory.growth, "< 0.05", memory.growth < 0.05)


def growth_of(samples: Sequence[int]) -> Growth:
    """Compares the end of a row of memory samples, in bytes, with its beginning."""
    if not samples:
        raise JewelcapError("this system does not tell a process's memory")
    count = max(1, len(samples) // _TENTH)
    begin, end = statistics.median(samples[:count]), statistics.median(samples[-count:])
    return Growth(int(begin), int(end), round(end / begin - 1.0, 4), len(samples))


def gaps_of(milliseconds: Sequence[float]) -> Gaps:
    """Summarizes gaps; at least two."""
    if len(milliseconds) < 2:
        raise JewelcapError("the window drew less than two frames: measure for longer")
    percentiles = statistics.quantiles(milliseconds, n=100, method="inclusive")
    return Gaps(
        n=len(milliseconds),
        p50_ms=round(percentiles[49], 2),
        p99_ms=round(percentiles[98], 2),
        longest_ms=round(max(milliseconds), 2),
        long=sum(one > LONGEST_GAP_MS for one in milliseconds),
    )


def latency_of(milliseconds: Sequence[float], what: str) -> Latency:
    """Summarizes latencies; at least one."""
    latency = summarize_samples(milliseconds)
    if latency is None:
        raise JewelcapError(f"no {what} came: measure for longer")
    return latency


def read_app_record(path: Path) -> AppRecord | None:
    """Reads a record; None where there is none yet.

    Raises:
        JewelcapError: It is damaged or of another schema.
    """
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise JewelcapError(f"{path}: cannot be read ({error.strerror or error})") from None
    return load_json(AppRecord, text, str(path))
