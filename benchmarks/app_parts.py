"""The parts of the figures: each runs the app, or its captioner alone, in front of a video."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar

import numpy as np
from PIL import Image

from benchmarks.app_record import (
    AppRecord,
    Live,
    Own,
    Photos,
    Stall,
    Start,
    gaps_of,
    growth_of,
    latency_of,
)
from benchmarks.app_window import WindowJob, WindowSamples
from benchmarks.machine import CpuWatch
from mobile_app.camera_app.runtime.captioner import Captioner
from mobile_app.camera_app.runtime.preprocess import Pixels
from mobile_app.camera_app.runtime.schema import dump_json, load_json
from pipeline.errors import JewelcapError
from pipeline.files import write_text

SIZE: Final = (640, 480)
FPS: Final = 30.0
STARTS: Final = 5
PARTS: Final = ("start", "own", "stall", "live", "photos")
"""In the order in which they are measured; each is a field of `AppRecord`."""

_OWN_FRAMES: Final = 300
_WARM_UP_FRAMES: Final = 20
_ROOT: Final = Path(__file__).parents[1]

T = TypeVar("T")


def write_clip(path: Path, photos: Sequence[Path], seconds: int = 20) -> None:
    """Writes a video: a camera that is moved a little in front of one photo after another."""
    import cv2

    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), FPS, SIZE)
    try:
        frames = round(seconds * FPS)
        for number in range(frames):
            writer.write(_moved(photos[number * len(photos) // frames], number)[:, :, ::-1])
    finally:
        writer.release()


def _moved(photo: Path, number: int) -> Pixels:
    width, height = SIZE
    side = width + 60
    with Image.open(photo) as image:
        large = np.asarray(image.convert("RGB").resize((side, side), Image.Resampling.BILINEAR))
    left = round(30 + 28 * np.sin(number / 31.0))
    top = round((side - height) / 2 + 50 * np.cos(number / 43.0))
    return np.ascontiguousarray(large[top : top + height, left : left + width])


def run_window(job: WindowJob) -> WindowSamples:
    """Runs the app in a process of its own.

    Raises:
        JewelcapError: It failed; its last line says why.
    """
    with tempfile.TemporaryDirectory(prefix="jewelcap-") as folder:
        question, answer = Path(folder) / "job.json", Path(folder) / "samples.json"
        home = Path(folder) / "app"
        home.mkdir()
        write_text(question, dump_json(replace(job, folder=str(home))))
        environment = {
            name: value
            for name, value in os.environ.items()
            if name not in ("DISPLAY", "WAYLAND_DISPLAY") and not name.startswith("KIVY_")
        }
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.app_window", str(question), str(answer)],
            env=environment
            | {
                "SDL_VIDEODRIVER": "offscreen",
                "KIVY_HOME": folder,
                "PYTHONPATH": os.pathsep.join(
                    filter(None, [str(_ROOT), os.environ.get("PYTHONPATH")])
                ),
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
        )
        if done.returncode or not answer.is_file():
            lines = [line for line in done.stderr.splitlines() if line.strip()]
            reason = lines[-1] if lines else f"exit code {done.returncode}"
            raise JewelcapError(f"{job.part}: the app could not be measured ({reason})")
        return load_json(WindowSamples, answer.read_bytes(), "samples of the window")


def _watched(work: Callable[[], T]) -> tuple[T, float | None]:
    """Does something; returns what came of it and the cores that others used meanwhile."""
    watch = CpuWatch()
    with watch:
        result = work()
    return result, watch.foreign_cores


def measure_own(model: Path, clip: Path, side: int, frames: int) -> tuple[float, ...]:
    """Captions frames of a video as the worker does, without a window; returns milliseconds.

    Args:
        model: The captioner.
        clip: The video.
        side: Of the middle square that is described, in pixels.
        frames: How many.
    """
    import cv2

    captioner = Captioner.open(model)
    level = captioner.bundle.manifest.levels[-1]
    capture = cv2.VideoCapture(str(clip))
    taken: list[float] = []
    try:
        while len(taken) < frames + _WARM_UP_FRAMES:
            read, image = capture.read()
            if not read:
                capture.set(cv2.CAP_PROP_POS_FRAMES, 0)
                continue
            top, left = (image.shape[0] - side) // 2, (image.shape[1] - side) // 2
            square = image[top : top + side, left : left + side, ::-1]
            photo = np.ascontiguousarray(square)
            begin = time.perf_counter()
            captioner.caption(captioner.encode(photo).copy(), level)
            taken.append((time.perf_counter() - begin) * 1000.0)
    finally:
        capture.release()
        captioner.close()
    return tuple(taken[_WARM_UP_FRAMES:])


def measure_part(name: str, record: AppRecord, job: WindowJob) -> AppRecord:
    """Measures one part; returns the record with it.

    Args:
        name: A name of `PARTS`.
        record: What there is so far.
        job: What the window is to do; its folder does not matter.

    Raises:
        JewelcapError: It could not be measured.
    """
    if name == "own":
        side = run_window(replace(job, part="start")).side
        clip, model = Path(job.source), Path(job.model)
        taken, others = _watched(lambda: measure_own(model, clip, side, _OWN_FRAMES))
        return replace(record, own=Own(latency_of(taken, "caption"), others))
    if name == "start":
        starts, others = _watched(lambda: [run_window(job) for _ in range(STARTS)])
        told = tuple(round(one.start_ms, 1) for one in starts if one.start_ms is not None)
        if not told:
            raise JewelcapError("start: this system does not tell when a process began")
        return replace(record, renderer=starts[0].renderer, start=Start(told, others))
    seen, others = _watched(lambda: run_window(job))
    record = replace(record, renderer=seen.renderer)
    if name == "stall":
        stall = Stall(job.seconds, gaps_of(seen.gaps_ms), gaps_of(seen.bare_gaps_ms), others)
        return replace(record, stall=stall)
    if name == "photos":
        counted = len(job.photos) - round(job.warm_up)
        seconds = round(seen.seconds, 1)
        return replace(
            record, photos=Photos(counted, seconds, growth_of(seen.memory_bytes), others)
        )
    live = Live(
        seconds=round(seen.seconds, 1),
        preview_fps=round(seen.pictures / seen.seconds, 2),
        captions_per_second=round(len(seen.path_ms) / seen.seconds, 2),
        path=latency_of(seen.path_ms, "caption"),
        seen=latency_of(seen.seen_ms, "caption"),
        gaps=gaps_of(seen.gaps_ms),
        memory=growth_of(seen.memory_bytes),
        foreign_cores=others,
    )
    return replace(record, live=live)
