"""Chooses a file where the system has no picker of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from kivy.properties import ObjectProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.screenmanager import Screen

from ...runtime.errors import JewelcapError
from ..files import list_folder
from ..kv import load_kv
from ..texts import Texts
from ..widgets import rows  # noqa: F401 - chooser.kv names its widgets


class FileRow(ButtonBehavior, BoxLayout):
    """A folder or a file."""

    icon = StringProperty()
    text = StringProperty()
    call = ObjectProperty(None, allownone=True)

    def on_release(self) -> None:
        """Opens the folder or chooses the file."""
        self.call()


class ChooserScreen(Screen):
    """Shows one folder after another until a file is chosen.

    Events:
        on_back: The customer wants to go back without a file.
    """

    title = StringProperty()
    message = StringProperty()

    __events__ = ("on_back",)

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        self._suffixes: frozenset[str] = frozenset()
        self._on_chosen: Callable[[Path], None] = lambda path: None
        self._texts: Texts | None = None
        self.folder = Path.home()

    def on_back(self) -> None:
        """Default handler."""

    def ask(
        self, suffixes: frozenset[str], texts: Texts, on_chosen: Callable[[Path], None]
    ) -> None:
        """Shows the folder that was shown last.

        Args:
            suffixes: Endings of the files to choose from.
            texts: The interface.
            on_chosen: Called with the file.
        """
        self._suffixes, self._texts, self._on_chosen = suffixes, texts, on_chosen
        self.open(self.folder if self.folder.is_dir() else Path.home())

    def open(self, folder: Path) -> None:
        """Shows a folder."""
        texts = self._texts
        assert texts is not None
        try:
            listing = list_folder(folder, self._suffixes)
        except JewelcapError as error:
            self.message = str(error)
            return
        self.folder = folder
        self.title, self.message = folder.name or str(folder), ""
        data: list[dict[str, Any]] = []
        if folder.parent != folder:
            data.append(self._row("back", texts.up, self.open, folder.parent))
        data += [self._row("folder", path.name, self.open, path) for path in listing.folders]
        data += [self._row("file", path.name, self._on_chosen, path) for path in listing.files]
        if not listing.files:
            self.message = texts.no_files
        self.ids.list.data = data
        self.ids.list.scroll_y = 1.0

    @staticmethod
    def _row(icon: str, text: str, call: Callable[[Path], None], path: Path) -> dict[str, Any]:
        return {"icon": icon, "text": text, "call": lambda: call(path)}


load_kv(__file__)
