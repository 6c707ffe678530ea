"""The Kivy application: which screen is seen, and what runs behind it."""

from __future__ import annotations

from typing import Any, Final

from kivy.app import App
from kivy.core.window import Window
from kivy.properties import ObjectProperty
from kivy.uix.screenmanager import NoTransition, ScreenManager

from ..runtime.bundle import Bundle, read_bundle
from ..runtime.captioner import Captioner
from ..runtime.errors import JewelcapError
from ..runtime.interpreter import open_interpreter
from .live_session import LiveSession
from .screens.live import LiveScreen
from .screens.message import MessageScreen
from .settings import AppSettings, choose_level
from .sources import open_source
from .texts import ENGLISH
from .theme import DARK

LIVE: Final = "live"
MESSAGE: Final = "message"


class JewelcapApp(App):
    """Point a camera at jewelry and read what it is."""

    title = "jewelcap"
    theme = ObjectProperty(DARK)
    texts = ObjectProperty(ENGLISH)

    def __init__(self, settings: AppSettings, **properties: Any) -> None:
        """Prepares the app.

        Args:
            settings: What it starts with.
            properties: Kivy's.
        """
        super().__init__(**properties)
        self._settings = settings
        self._session: LiveSession | None = None

    def build(self) -> ScreenManager:
        """Returns the root widget."""
        Window.clearcolor = self.theme.background
        self.live = LiveScreen(name=LIVE)
        self.message = MessageScreen(name=MESSAGE)
        self.message.bind(on_retry=lambda *_: self.look(), on_close=lambda *_: self.stop())
        manager = ScreenManager(transition=NoTransition())
        manager.add_widget(self.live)
        manager.add_widget(self.message)
        return manager

    def on_start(self) -> None:
        """Begins to look."""
        self.look()

    def on_stop(self) -> None:
        """Ends all threads."""
        self._end_session()

    def open_settings(self, *_: Any) -> bool:
        """Keeps Kivy's own settings panel away."""
        return False

    def look(self) -> None:
        """Opens the captioner and the source, or says why that cannot be done."""
        self._end_session()
        try:
            bundle = read_bundle(self._settings.model)
            # After a failure the level that the customer had chosen stays.
            self.live.level = choose_level(bundle, self.live.level or self._settings.level)
        except JewelcapError as error:
            self._show_failure(self.texts.model_failed, str(error))
            return
        try:
            source = open_source(self._settings.source)
        except JewelcapError as error:
            self._show_failure(self.texts.source_failed, str(error))
            return
        self.root.current = LIVE
        self._session = LiveSession(
            source,
            lambda: _open_captioner(bundle),
            bundle.manifest,
            self.live,
            self.texts,
            self._settings.language,
            self._show_failure,
        )
        self._session.start()

    def _show_failure(self, heading: str, message: str) -> None:
        self._end_session()
        self.message.heading = heading
        self.message.message = message
        self.root.current = MESSAGE

    def _end_session(self) -> None:
        if self._session is not None:
            self._session.stop()
            self._session = None


def _open_captioner(bundle: Bundle) -> Captioner:
    return Captioner(bundle, open_interpreter(bundle.path))
