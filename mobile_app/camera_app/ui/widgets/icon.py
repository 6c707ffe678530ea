"""Icons as widgets and as buttons."""

from __future__ import annotations

from typing import Any, Final

from kivy.graphics.texture import Texture
from kivy.properties import BooleanProperty, ColorProperty, ObjectProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from ..icons import draw_icon
from ..kv import load_kv

_textures: Final[dict[tuple[str, int], Any]] = {}


def icon_texture(name: str, side: int) -> Any:
    """Returns an icon in white, to be colored; each is drawn once."""
    key = (name, side)
    if key not in _textures:
        texture = Texture.create(size=(side, side), colorfmt="rgba")
        texture.flip_vertical()
        texture.blit_buffer(draw_icon(name, side).tobytes(), colorfmt="rgba", bufferfmt="ubyte")
        _textures[key] = texture
    return _textures[key]


class Icon(Widget):
    """An icon in one color."""

    name = StringProperty()
    color = ColorProperty("white")
    texture = ObjectProperty(None, allownone=True)

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        self.bind(name=self._draw, size=self._draw)
        self._draw()

    def _draw(self, *_: Any) -> None:
        side = round(min(self.size))
        self.texture = icon_texture(self.name, side) if self.name and side > 0 else None


class IconButton(ButtonBehavior, Widget):
    """A round button of 48 dp with an icon."""

    icon = StringProperty()
    active = BooleanProperty(False)
    """Whether what it switches is on."""

    veiled = BooleanProperty(False)
    """Whether it lies over a picture."""


class NamedIcon(ButtonBehavior, BoxLayout):
    """An icon over its name."""

    icon = StringProperty()
    text = StringProperty()
    active = BooleanProperty(False)


load_kv(__file__)
