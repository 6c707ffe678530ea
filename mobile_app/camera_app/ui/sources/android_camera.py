"""Android's cameras, by the interface of `android.hardware.Camera` over pyjnius.

It is deprecated but there on every version of Android, and the only one of Android's own whose
callbacks are interfaces, as pyjnius needs them. Frames come in Java's main thread one at a time,
each asked for when the one before has been taken, so that they never pile up.
"""

from __future__ import annotations

import time
from typing import Any, Final

from ...platform import Permission, Platform
from ...runtime.preprocess import Pixels
from .camera_java import load_camera
from .frame_source import (
    Controls,
    Frame,
    FrameSink,
    SourceError,
    ThreadedSource,
    clip_zoom,
)
from .nv21 import nv21_length, nv21_to_rgb

CAMERA_REASON: Final = (
    "The camera shows your piece to the captioner on this phone. No picture leaves the phone."
)
"""What a person is told before the system asks whether the app may use the camera."""

LEAST_SIDES: Final = (640, 480)
"""The smallest preview that has these sides is taken; encoders see less."""

_PATIENCE_S: Final = 5.0
"""A camera that runs has sent a frame by then."""

_EVICTED: Final = 2
_FRONT: Final = 1
_FACES: Final = {True: "Front camera", False: "Camera"}

_REFUSALS: Final[dict[Permission, str]] = {
    "refused": f"The app may not use the camera. {CAMERA_REASON} Try again and allow it.",
    "blocked": f"The app may not use the camera. {CAMERA_REASON} Allow it in the system's "
    "settings, under this app's permissions.",
}


def frame_rotation(orientation: int, display: int, front: bool) -> int:
    """Returns how far a frame must be turned to stand upright on the screen.

    Args:
        orientation: Degrees clockwise from the sensor's picture to the upright device's.
        display: Degrees by which the screen's content is turned against the upright device.
        front: Whether the camera looks at the person, whose picture is mirrored after the turn.

    Returns:
        Degrees clockwise: 0, 90, 180 or 270.
    """
    return (orientation + display if front else orientation - display) % 360


def choose_size(sizes: list[tuple[int, int]]) -> tuple[int, int]:
    """Returns the (width, height) of the smallest preview that is large enough, or the largest.

    Args:
        sizes: What the camera offers; at least one.
    """
    enough = [size for size in sizes if min(size) >= min(LEAST_SIDES)]
    enough = [size for size in enough if max(size) >= max(LEAST_SIDES)]
    area = {size: size[0] * size[1] for size in sizes}
    return min(enough, key=area.__getitem__) if enough else max(sizes, key=area.__getitem__)


class AndroidCameraSource(ThreadedSource):
    """The cameras of a phone, the one on the back first."""

    def __init__(self, platform: Platform, index: int = 0) -> None:
        """Finds the Java classes, for which this has to be Python's main thread.

        Args:
            platform: Tells of the permission.
            index: Which camera to begin with, counted from the first one on the back.
        """
        super().__init__()
        self._platform = platform
        self._index = index
        self._zoom = 1.0
        self._torch = False
        self._changes = 0
        self._answer: Permission | None = None
        self._data: tuple[bytes, float] | None = None
        self._error: int | None = None
        self._java, self._on_preview, self._on_error = load_camera(self._take, self._fail)

    def set_torch(self, on: bool) -> None:
        """See `FrameSource.set_torch`."""
        with self._changed:
            self._torch = on and self.controls.torch
            self._changes += 1

    def set_zoom(self, factor: float) -> None:
        """See `FrameSource.set_zoom`."""
        with self._changed:
            self._zoom = clip_zoom(factor, self.controls)
            self._changes += 1

    def flip(self) -> None:
        """See `FrameSource.flip`."""
        with self._changed:
            if self.controls.flip:
                self._index += 1
                self._zoom, self._torch = 1.0, False
                self._changed.notify()

    def start(self, sink: FrameSink) -> None:
        """See `FrameSource.start`. Asks for the permission, after it has said what for."""
        answer = self._platform.camera_permission()
        if answer == "granted":
            self._answer = answer
        else:
            sink.show_notice(CAMERA_REASON)
            # Only Python's main thread can ask.
            self._platform.ask_for_camera(self._hear)
        super().start(sink)

    def deliver(self, sink: FrameSink) -> None:
        """See `ThreadedSource.deliver`."""
        self._await_answer()
        while not self._stopping:
            with self._changed:
                self._changed.wait_for(lambda: self._stopping or not self._suspended)
            if not self._stopping:
                self._run_camera(sink)

    def _await_answer(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._stopping or self._answer is not None)
            answer = self._answer
        if not self._stopping and (answer == "refused" or answer == "blocked"):
            raise SourceError(_REFUSALS[answer], answer)

    def _hear(self, answer: Permission) -> None:
        with self._changed:
            self._answer = answer
            self._changed.notify()

    def _run_camera(self, sink: FrameSink) -> None:
        """Delivers from one camera until another is wanted or none."""
        index = self._index
        try:
            number, info = self._find(index)
            camera = self._java.camera.open(number)
        except self._java.error:
            if self._platform.camera_permission() != "granted":
                raise SourceError(_REFUSALS["refused"], "refused") from None
            raise SourceError(
                "Another app uses the camera. Close it and try again.", "busy"
            ) from None
        surface = self._java.surface(0)
        try:
            width, height = self._set_up(camera, surface)
            self._deliver_from(camera, info, (width, height), index, sink)
        except self._java.error:
            if not self._stopping and not self._suspended:
                raise SourceError("The camera stopped. Try again.", "stopped") from None
        finally:
            # Its last callback may be under way: it finds no one who waits.
            camera.release()
            surface.release()

    def _find(self, index: int) -> tuple[int, Any]:
        """Returns a camera's number and description."""
        java = self._java
        count = java.camera.getNumberOfCameras()
        if not count:
            raise SourceError("This device has no camera. Choose a photo.", "no camera")
        cameras = []
        for number in range(count):
            info = java.info()
            java.camera.getCameraInfo(number, info)
            cameras.append((info.facing == _FRONT, number, info))
        cameras.sort(key=lambda camera: camera[:2])
        _, number, info = cameras[index % count]
        return number, info

    def _set_up(self, camera: Any, surface: Any) -> tuple[int, int]:
        """Prepares a camera and reads what it can; returns width and height of its frames."""
        parameters = camera.getParameters()
        offered = parameters.getSupportedPreviewSizes()
        sizes = [offered.get(place) for place in range(offered.size())]
        width, height = choose_size([(size.width, size.height) for size in sizes])
        parameters.setPreviewSize(width, height)
        if "continuous-picture" in _texts(parameters.getSupportedFocusModes()):
            parameters.setFocusMode("continuous-picture")
        camera.setParameters(parameters)
        taken = camera.getParameters().getPreviewSize()
        longest = 1.0
        if parameters.isZoomSupported():
            ratios = parameters.getZoomRatios()
            longest = ratios.get(ratios.size() - 1) / 100.0
        with self._changed:
            self._data = self._error = None
            self.controls = Controls(
                torch="torch" in _texts(parameters.getSupportedFlashModes()),
                flip=self._java.camera.getNumberOfCameras() > 1,
                longest_zoom=longest,
            )
        # Without a surface, Android's cameras send nothing; this one is never drawn.
        camera.setPreviewTexture(surface)
        camera.setErrorCallback(self._on_error)
        camera.startPreview()
        return taken.width, taken.height

    def _deliver_from(
        self, camera: Any, info: Any, size: tuple[int, int], index: int, sink: FrameSink
    ) -> None:
        front = info.facing == _FRONT
        display = self._java.activity.getWindowManager().getDefaultDisplay()
        applied = 0
        deadline = time.monotonic() + _PATIENCE_S
        camera.setOneShotPreviewCallback(self._on_preview)
        while True:
            with self._changed:
                self._changed.wait_for(
                    lambda: self._ended(index) or self._data, deadline - time.monotonic()
                )
                if self._error is not None:
                    raise _failure(self._error)
                if self._ended(index):
                    return
                if time.monotonic() > deadline:
                    raise SourceError("The camera sends no pictures. Try again.", "stopped")
                data, self._data = self._data, None
                changes, torch, zoom = self._changes, self._torch, self._zoom
            if changes != applied:
                _apply(camera, self.controls, torch, zoom)
                applied = changes
            # The next one comes while this one is converted.
            camera.setOneShotPreviewCallback(self._on_preview)
            # The last one of a camera that was left may come late.
            if data is None or len(data[0]) < nv21_length(*size):
                continue
            deadline = time.monotonic() + _PATIENCE_S
            if not self._paused:
                turn = frame_rotation(info.orientation, 90 * display.getRotation(), front)
                sink.show_frame(_to_frame(data, size, turn, front))

    def _ended(self, index: int) -> bool:
        return self._stopping or self._suspended or index != self._index or self._error is not None

    def _take(self, data: Any) -> None:
        with self._changed:
            # A copy: Java's array is gone when this returns.
            self._data = bytes(data.tostring()), time.perf_counter()
            self._changed.notify()

    def _fail(self, code: int) -> None:
        with self._changed:
            self._error = code
            self._changed.notify()


def _failure(code: int) -> SourceError:
    if code == _EVICTED:
        return SourceError("Another app took the camera. Close it and try again.", "busy")
    return SourceError(f"The camera stopped (Android's error {code}). Try again.", "stopped")


def _apply(camera: Any, controls: Controls, torch: bool, zoom: float) -> None:
    parameters = camera.getParameters()
    if controls.torch:
        parameters.setFlashMode("torch" if torch else "off")
    if parameters.isZoomSupported():
        ratios = parameters.getZoomRatios()
        places = range(ratios.size())
        parameters.setZoom(min(places, key=lambda place: abs(ratios.get(place) / 100.0 - zoom)))
    camera.setParameters(parameters)


def _to_frame(
    data: tuple[bytes, float], size: tuple[int, int], rotation: int, front: bool
) -> Frame:
    pixels = nv21_to_rgb(data[0], *size, rotation, mirrored=front)
    # The person sees a mirror; the captioner sees the piece as others do.
    photo: Pixels = pixels[:, ::-1] if front else pixels
    return Frame(pixels, photo, _FACES[front], received_s=data[1])


def _texts(values: Any) -> list[str]:
    """Returns Java's list of texts, which is missing where a camera lacks the whole thing."""
    return [] if values is None else [values.get(place) for place in range(values.size())]
