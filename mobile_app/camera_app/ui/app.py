"""The Kivy application: joins screens, sessions and the system."""

from __future__ import annotations

import gc
import logging
import os
import sys
from pathlib import Path
from typing import Any, Final

from kivy.app import App
from kivy.base import ExceptionHandler, ExceptionManager
from kivy.core.window import Window
from kivy.properties import ObjectProperty

from ..library.shelf import SUFFIXES, Model
from ..runtime.languages import LANGUAGES
from .benchmark_control import BenchmarkControl
from .camera_gate import CameraGate
from .history_control import HistoryControl
from .models_control import ModelsControl
from .navigation import Navigation
from .pages import Pages
from .photo_session import PhotoSession
from .screens.live import LiveScreen
from .screens.photo import PhotoScreen
from .screens.settings import SettingsScreen
from .services import Services, open_services
from .settings import AppSettings
from .shell import Shell, Welcome
from .texts import TEXTS, choose_language
from .theme import TEXT_FACTORS, THEMES, type_scale

_LOG: Final = logging.getLogger(__name__)
_ESCAPE: Final = 27


class JewelcapApp(App):
    """Point a camera at jewelry and read what it is."""

    title = "jewelcap"
    theme = ObjectProperty(THEMES["dark", False], rebind=True)
    texts = ObjectProperty(TEXTS["en"], rebind=True)
    type = ObjectProperty(type_scale(1.0), rebind=True)

    def __init__(self, settings: AppSettings, **properties: Any) -> None:
        """Prepares the app.

        Args:
            settings: What it starts with.
            properties: Kivy's.
        """
        super().__init__(**properties)
        self._settings = settings
        self._language = settings.language
        self.services: Services | None = None

    def build(self) -> Shell:
        """Returns the root widget."""
        folder = self._settings.folder or Path(self.user_data_dir)
        self.services = services = open_services(folder, self._settings.model)
        self._apply_preferences()
        shell = Shell()
        services.tell = shell.tell
        self.navigation = Navigation(shell, self._moved)
        self.live_screen = LiveScreen(name="live")
        self.photo_screen = PhotoScreen(name="photo")
        self.photo_screen.touch_only = services.platform.name == "android"
        self.settings_screen = SettingsScreen(name="more")
        self.pages = Pages(services, self.navigation)
        self.history = HistoryControl(services, self.navigation)
        self.models = ModelsControl(
            services,
            self._settings,
            self._use_model,
            self._no_model,
            lambda: self.pages.choose_model(self.models.add),
            lambda model: self.pages.show_model(model),
        )
        self.gate = CameraGate(
            services, self.live_screen, self._settings.source, self.history.ask, self._show_photos
        )
        self.live = self.gate.session
        self.photo = PhotoSession(services, self.photo_screen, self.history.ask, self.choose_photo)
        self.benchmark = BenchmarkControl(
            services, self._settings.source, lambda: self.live_screen.level
        )
        services.worker.listener = self.live
        tabs = (self.live_screen, self.photo_screen, self.history.list, self.settings_screen)
        entries = (self.history.entry, self.history.correct)
        pages = (self.models.screen, self.benchmark.screen, self.pages.chooser, self.pages.text)
        for screen in (*tabs, *entries, *pages):
            shell.screens.add_widget(screen)
        for screen in pages:
            screen.bind(on_back=lambda *_: self.navigation.back())
        for screen in (self.live_screen, self.photo_screen):
            screen.bind(description=lambda _, said: self.benchmark.hear(said))
        self.settings_screen.bind(
            on_choose=lambda _, name, value: self.choose(name, value),
            on_open=lambda _, name: self.open_page(name),
        )
        shell.bind(on_tab=lambda _, name: self.navigation.home(name))
        shell.bind(size=lambda *_: self._keep_clear())
        self._show_preferences()
        return shell

    def on_start(self) -> None:
        """Begins to look."""
        # What the window is made of stays; looking through it for garbage would stop the preview.
        gc.collect()
        gc.freeze()
        # Beam search is many short steps in Python; the window gets its turn between them.
        sys.setswitchinterval(0.001)
        services = self._services
        Window.bind(on_drop_file=self._dropped, on_keyboard=self._press)
        ExceptionManager.add_handler(_Survivor(services))
        services.crash_log.watch()
        services.worker.start()
        self._keep_clear()
        self.models.start()
        if services.history is not None and services.history.damaged is not None:
            services.tell(services.texts.history_damaged)
        if not services.preferences.values.welcomed:
            welcome = Welcome()
            welcome.bind(on_dismiss=lambda *_: services.prefer(welcomed=True))
            welcome.open()

    def on_pause(self) -> bool:
        """Lets go of the camera while another app is in front."""
        self.benchmark.end()
        self.live.suspend()
        return True

    def on_resume(self) -> None:
        """Goes on where it was."""
        self._keep_clear()
        if self.navigation.current == "live":
            self.gate.look()

    def on_stop(self) -> None:
        """Ends all threads."""
        services, self.services = self.services, None
        if services is not None:
            self.live.stop()
            self.benchmark.close()
            self.photo.stopped = True
            services.stop()

    def open_settings(self, *_: Any) -> bool:
        """Keeps Kivy's own settings panel away."""
        return False

    def choose(self, name: str, value: Any) -> None:
        """Changes a preference at once."""
        if name == "language":
            self._language = None
        self._services.prefer(**{name: value})
        self._apply_preferences()
        self._show_preferences()
        self.live.refresh()
        self.photo.refresh()
        self.history.retranslate()
        self.benchmark.refresh()

    def open_page(self, name: str) -> None:
        """Opens a page from the settings."""
        if name == "models":
            self.models.refresh()
            self.navigation.open("models")
        elif name == "benchmark":
            self.benchmark.refresh()
            self.navigation.open("benchmark")
        elif name == "crash_log":
            self.pages.show_crash_log()
        elif name == "about":
            self.pages.show_about()

    def choose_photo(self) -> None:
        """Lets the customer choose a photo to be described."""
        self.pages.choose_photo(self.open_photo)

    def open_photo(self, path: Path) -> None:
        """Describes a photo."""
        self.navigation.home("photo")
        self._services.worker.listener = self.photo
        self.photo.open(path)

    @property
    def _services(self) -> Services:
        assert self.services is not None
        return self.services

    def _apply_preferences(self) -> None:
        services = self._services
        values = services.preferences.values
        services.language = choose_language(
            self._language or values.language, services.platform.language()
        )
        services.texts = self.texts = TEXTS[services.language]
        services.worker.set_language(services.language)
        appearance = values.appearance
        if appearance == "system":
            appearance = "light" if services.platform.dark_mode() is False else "dark"
        self.theme = THEMES[appearance, values.high_contrast]
        self.type = type_scale(TEXT_FACTORS[values.text_size])
        Window.clearcolor = self.theme.background

    def _show_preferences(self) -> None:
        values, screen = self._services.preferences.values, self.settings_screen
        screen.language_names = {
            "system": self.texts.system,
            **{code: language.name for code, language in LANGUAGES.items()},
        }
        screen.languages = ["system", *LANGUAGES]
        screen.language = self._language or values.language
        screen.appearance, screen.text_size = values.appearance, values.text_size
        screen.high_contrast, screen.keep_history = values.high_contrast, values.keep_history

    def _use_model(self, model: Model) -> None:
        for screen in (self.live_screen, self.photo_screen):
            screen.levels = list(model.manifest.levels)
            screen.level = self.models.level
        self.settings_screen.model = model.title
        self.photo_screen.problem.clear()
        if self.navigation.current == "live":
            self.gate.look()

    def _no_model(self, error: Exception) -> None:
        texts, reason = self.texts, self._services.say(error)
        # The heading says as much.
        reason = "" if reason == texts.failed else reason
        for screen in (self.live_screen, self.photo_screen):
            screen.problem.show(
                texts.model_failed,
                texts.model_failed_hint,
                reason,
                [
                    (texts.retry, self._try_again),
                    (texts.open_models, lambda: self.open_page("models")),
                ],
                icon="model",
            )

    def _try_again(self) -> None:
        for screen in (self.live_screen, self.photo_screen):
            screen.problem.clear()
        self.models.start()

    def _show_photos(self) -> None:
        self.navigation.home("photo")
        self.choose_photo()

    def _moved(self, before: str, now: str) -> None:
        worker = self._services.worker
        if before == "live":
            self.live.suspend()
        elif before == "benchmark":
            self.benchmark.end()
        if now == "live":
            self.live_screen.level = self.photo_screen.level or self.live_screen.level
            self.gate.look()
        elif now == "photo":
            self.photo_screen.level = self.live_screen.level
            worker.listener = self.photo
            self.photo.resume()
        elif now == "history":
            self.history.refresh()

    def _keep_clear(self) -> None:
        insets = self._services.platform.insets()
        self.root.insets = [insets.left, insets.top, insets.right, insets.bottom]

    def _dropped(self, _: Any, name: bytes, *__: Any) -> None:
        path = Path(os.fsdecode(name))
        if path.suffix.lower() in SUFFIXES:
            self.models.add(path)
        else:
            self.open_photo(path)

    def _press(self, _: Any, key: int, *__: Any) -> bool:
        return key == _ESCAPE and self.navigation.back()


class _Survivor(ExceptionHandler):
    """Notes what no code has caught, says so, and goes on."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services

    def handle_exception(self, inst: BaseException) -> int:
        if isinstance(inst, Exception):
            _LOG.error("unexpected", exc_info=inst)
            self._services.fail(inst)
            return int(ExceptionManager.PASS)
        return int(ExceptionManager.RAISE)
