"""Joins a chosen photo, the caption worker and the photo screen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from ..history.entries import Entry
from ..runtime.preprocess import Pixels, load_image
from .crop import WHOLE, Box
from .description import Description
from .framing import box_of
from .look_session import LookSession
from .screens.photo import PhotoScreen
from .services import Services
from .sources import Frame

SHOWN_SIDE = 1280
"""Longest side, in pixels, of a photo that is shown; what a crop of it keeps is enough."""


class PhotoSession(LookSession):
    """One photo after another, each whole or cropped."""

    screen: PhotoScreen

    def __init__(
        self,
        services: Services,
        screen: PhotoScreen,
        on_wrong: Callable[[Entry], None],
        on_choose: Callable[[], None],
    ) -> None:
        """Joins the parts.

        Args:
            services: What all sessions share.
            screen: Shows the photo.
            on_wrong: As `LookSession`.
            on_choose: Called when the customer wants to choose a photo.
        """
        super().__init__(services, screen, on_wrong)
        self.stopped = False
        self._photo: Frame | None = None
        self._on_choose = on_choose
        screen.bind(
            on_choose=lambda *_: on_choose(),
            on_tool=lambda _, name: self.use_tool(name),
            on_crop=lambda _, box: self.crop(box),
        )

    def open(self, path: Path) -> None:
        """Reads a photo and describes it."""
        self.clear()
        self.screen.problem.clear()
        self.screen.placeholder = self.services.texts.reading
        self.screen.empty = False
        self.services.attempt(lambda: _read(path), self._opened, self._failed)

    def use_tool(self, name: str) -> None:
        """Chooses another photo, or begins to crop this one."""
        if name == "add":
            self._on_choose()
        elif name == "crop" and self._photo is not None:
            self.screen.show(self._photo.pixels, fill=False)
            self.screen.cropping = True
            self.screen.tools = []
            self._show_actions()

    def crop(self, box: Box) -> None:
        """Describes a part of the photo."""
        self.screen.cropping = False
        if self._photo is None:
            return
        if box == WHOLE:
            self._look_at(self._photo)
            return
        part = box_of(self._photo.pixels, box)
        self._look_at(Frame(part, part, self._photo.title, still=True))

    def resume(self) -> None:
        """Describes the photo anew: the captioner, level or language may be another."""
        if self._shown is not None:
            self.services.worker.submit(self._shown, detailed=True)

    def _opened(self, frame: Frame) -> None:
        self._photo = frame
        self.screen.title = frame.title
        self._look_at(frame)

    def _look_at(self, frame: Frame) -> None:
        self._shown = frame
        self._result = None
        self.screen.description = Description()
        self.screen.placeholder = self.services.texts.looking
        self.screen.tools = [("crop", "", False), ("add", "", False)]
        self.screen.show(frame.pixels, fill=False)
        self._show_actions()
        self.services.worker.submit(frame, detailed=True)

    def _reason(self, error: Exception) -> str:
        reason = self.services.say(error)
        # The heading says as much.
        return "" if reason == self.services.texts.photo_failed else reason

    def _failed(self, error: Exception) -> None:
        texts = self.services.texts
        self.screen.tools = []
        self.screen.problem.show(
            texts.photo_failed,
            texts.photo_failed_hint,
            self._reason(error),
            [(texts.choose_photo, self._on_choose)],
            icon="photo",
        )


def _read(path: Path) -> Frame:
    data = path.read_bytes()
    image = load_image(data, min_side=SHOWN_SIDE // 2)
    image.thumbnail((SHOWN_SIDE, SHOWN_SIDE), Image.Resampling.BILINEAR)
    pixels: Pixels = np.asarray(image, dtype=np.uint8)
    return Frame(pixels, data, path.name, still=True)
