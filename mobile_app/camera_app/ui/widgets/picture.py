"""Shows pictures: moving ones fill their card, photos lie on it whole, in a glow of their own."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from kivy.graphics import Color, Line
from kivy.graphics.texture import Texture
from kivy.metrics import dp
from kivy.properties import (
    AliasProperty,
    BooleanProperty,
    ListProperty,
    NumericProperty,
    ObjectProperty,
)
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.widget import Widget
from PIL import Image

from ...runtime.preprocess import Pixels
from ..crop import WHOLE, Grip, drag, take
from ..kv import load_kv

_GLOW_SIDE: Final = 8
_CORNERS: Final = ((-1, -1), (1, -1), (1, 1), (-1, 1))
"""Signs of the way from the middle of a square to its corners."""


class PictureView(ButtonBehavior, Widget):
    """A picture with rounded corners, to be touched."""

    texture = ObjectProperty(None, allownone=True)
    """What is shown; None for an empty card."""

    glow = ObjectProperty(None, allownone=True)
    """The picture in a few pixels; stretched over the card, it is a soft light around it."""

    frozen = BooleanProperty(False)
    """Whether a golden frame says that the picture stands still."""

    fill = BooleanProperty(False)
    """Whether the picture has the card's own shape and fills it."""

    below = NumericProperty(0.0)
    """Height at the lower edge that something else covers; photos stay clear of it."""

    def _fitted(self) -> tuple[float, float, float, float]:
        if self.texture is None:
            return (self.x, self.y, 0.0, 0.0)
        if self.fill:
            return (self.x, self.y, self.width, self.height)
        width, height = self.texture.size
        border = 2.0 * dp(12)
        room = max(self.height - self.below, self.height * 0.4)
        scale = max(0.0, min((self.width - border) / width, (room - border) / height))
        shown_width, shown_height = width * scale, height * scale
        left = self.center_x - shown_width / 2.0
        middle = self.top - room / 2.0
        return (left, middle - shown_height / 2.0, shown_width, shown_height)

    fitted = AliasProperty(_fitted, bind=("pos", "size", "texture", "fill", "below"))
    """x, y, width and height of the shown picture, in the coordinates of `pos`."""

    def show(self, pixels: Pixels, fill: bool) -> None:
        """Shows a picture.

        Args:
            pixels: uint8[h, w, 3] in RGB, the upper row first.
            fill: Whether it has the card's shape.
        """
        self.fill = fill
        if fill:
            self.glow = None
        else:
            # Every few pixels are enough for a blur, and take no time.
            sparse = Image.fromarray(np.ascontiguousarray(pixels[::8, ::8]))
            blurred = sparse.resize((_GLOW_SIDE, _GLOW_SIDE), Image.Resampling.BILINEAR)
            self.glow = upload(np.asarray(blurred), self.glow)
        self.texture = upload(pixels, self.texture)
        self.canvas.ask_update()

    def clear(self) -> None:
        """Shows an empty card."""
        self.texture = self.glow = None


class Guide(Widget):
    """Four corners that say where the piece belongs."""

    share = NumericProperty(0.84)
    """Side of the square as a share of the shorter side."""

    shown = BooleanProperty(False)

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        self._color = []
        self._lines = []
        # White on a dark rim: seen on velvet as on white paper.
        for gray, alpha, width in ((0.0, 0.4, 2.6), (1.0, 0.9, 1.4)):
            color = Color(gray, gray, gray, 0.0)
            self._color.append((color, alpha))
            lines = [Line(width=dp(width), cap="round", joint="round") for _ in range(4)]
            self._lines.append(lines)
            for instruction in (color, *lines):
                self.canvas.add(instruction)
        self.bind(pos=self._draw, size=self._draw, share=self._draw, shown=self._draw)

    def _draw(self, *_: Any) -> None:
        side = min(self.size) * self.share
        half, arm = side / 2.0, side * 0.12
        for color, alpha in self._color:
            color.a = alpha if self.shown else 0.0
        for lines in self._lines:
            for line, (across, up) in zip(lines, _CORNERS, strict=True):
                x, y = self.center_x + across * half, self.center_y + up * half
                line.points = [x - across * arm, y, x, y, x, y - up * arm]


class CropFrame(Widget):
    """A box over a picture whose corners and edges a finger moves."""

    area = ListProperty([0.0, 0.0, 0.0, 0.0])
    """x, y, width and height of the picture."""

    box = ObjectProperty(WHOLE)
    """See `crop.Box`."""

    def _edges(self) -> tuple[float, float, float, float]:
        x, y, width, height = self.area
        left, top, right, bottom = self.box
        return (
            x + left * width,
            y + (1.0 - bottom) * height,
            x + right * width,
            y + (1.0 - top) * height,
        )

    edges = AliasProperty(_edges, bind=("area", "box"))
    """Left, lower, right and upper edge on the screen."""

    _grip: Grip | None = None

    def on_touch_down(self, touch: Any) -> bool:
        """Takes hold."""
        x, y, width, height = self.area
        if self.disabled or not width or not height:
            return False
        reach = dp(28)
        inside = x - reach <= touch.x <= x + width + reach
        if not (inside and y - reach <= touch.y <= y + height + reach):
            return False
        across, down = (touch.x - x) / width, 1.0 - (touch.y - y) / height
        self._grip = take(self.box, across, down, reach / width, reach / height)
        touch.grab(self)
        return True

    def on_touch_move(self, touch: Any) -> bool:
        """Moves what is held."""
        if touch.grab_current is not self or self._grip is None:
            return False
        _, _, width, height = self.area
        self.box = drag(self.box, self._grip, touch.dx / width, -touch.dy / height)
        return True

    def on_touch_up(self, touch: Any) -> bool:
        """Lets go."""
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        self._grip = None
        return True


def upload(pixels: Pixels, texture: Any = None) -> Any:
    """Copies pixels to a texture: the one given, if it has their size.

    Args:
        pixels: uint8[h, w, 3] in RGB, the upper row first.
        texture: One that may be written over.
    """
    height, width = pixels.shape[:2]
    if texture is None or texture.size != (width, height):
        texture = Texture.create(size=(width, height), colorfmt="rgb")
        # OpenGL's first row is the lower one. Kivy 2.3's RoundedRectangle puts it above whatever
        # the texture says; every other shape needs this.
        texture.flip_vertical()
    texture.blit_buffer(pixels.tobytes(), colorfmt="rgb", bufferfmt="ubyte")
    return texture


load_kv(__file__)
