"""Shows frames, whole and as large as fits, on a card in the picture's own colors."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from kivy.graphics.texture import Texture
from kivy.metrics import dp
from kivy.properties import AliasProperty, BooleanProperty, ObjectProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.widget import Widget
from PIL import Image

from ...runtime.preprocess import Pixels
from ..kv import load_kv

load_kv(__file__)

_GLOW_SIDE: Final = 8


class PictureView(ButtonBehavior, Widget):
    """A picture with rounded corners, to be touched."""

    texture = ObjectProperty(None, allownone=True)
    """What is shown; None for an empty card."""

    glow = ObjectProperty(None, allownone=True)
    """The picture in a few pixels; stretched over the card, it is a soft light around it."""

    frozen = BooleanProperty(False)
    """Whether a golden frame says that the picture stands still."""

    def _fitted(self) -> tuple[float, float, float, float]:
        if self.texture is None:
            return (self.x, self.y, 0.0, 0.0)
        width, height = self.texture.size
        border = 2.0 * dp(12)
        scale = max(0.0, min((self.width - border) / width, (self.height - border) / height))
        shown_width, shown_height = width * scale, height * scale
        left = self.center_x - shown_width / 2.0
        return (left, self.center_y - shown_height / 2.0, shown_width, shown_height)

    fitted = AliasProperty(_fitted, bind=("pos", "size", "texture"))
    """x, y, width and height of the shown picture, in the coordinates of `pos`."""

    def show(self, pixels: Pixels) -> None:
        """Shows a frame.

        Args:
            pixels: uint8[h, w, 3] in RGB, the upper row first.
        """
        # Every few pixels are enough for a blur, and take no time.
        sparse = Image.fromarray(np.ascontiguousarray(pixels[::8, ::8]))
        blurred = sparse.resize((_GLOW_SIDE, _GLOW_SIDE), Image.Resampling.BILINEAR)
        self.glow = _upload(np.asarray(blurred), self.glow)
        self.texture = _upload(pixels, self.texture)
        self.canvas.ask_update()

    def clear(self) -> None:
        """Shows an empty card."""
        self.texture = self.glow = None


def _upload(pixels: Pixels, texture: Any) -> Any:
    """Copies pixels to a texture: the one given, if it has their size."""
    height, width = pixels.shape[:2]
    if texture is None or texture.size != (width, height):
        texture = Texture.create(size=(width, height), colorfmt="rgb")
        # OpenGL's first row is the lower one. Kivy 2.3's RoundedRectangle puts it above whatever
        # the texture says; every other shape needs this.
        texture.flip_vertical()
    texture.blit_buffer(pixels.tobytes(), colorfmt="rgb", bufferfmt="ubyte")
    return texture
