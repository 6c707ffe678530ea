"""Pages that the settings lead to, and the choosing of files."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from ..library.shelf import SUFFIXES, Model
from ..platform import Picked
from ..runtime.errors import JewelcapError
from ..runtime.preprocess import IMAGE_SUFFIXES
from .model_card import model_card
from .navigation import Navigation
from .screens.chooser import ChooserScreen
from .screens.text import TextScreen
from .services import Services, in_kivys_thread

MOST_CHARACTERS: Final = 4000
"""Of the crash log that are shown; all of it is shared."""


class Pages:
    """What the app says about itself, and the app's own file chooser."""

    def __init__(self, services: Services, navigation: Navigation) -> None:
        """Makes the screens.

        Args:
            services: What all sessions share.
            navigation: Shows screens.
        """
        self._services = services
        self._navigation = navigation
        self.chooser = ChooserScreen(name="chooser")
        self.text = TextScreen(name="text")
        self.text.bind(on_act=lambda *_: services.share("", [services.crash_log.path]))

    def show_crash_log(self) -> None:
        """Shows what went wrong last."""
        texts, noted = self._services.texts, self._services.crash_log.read()
        shown = noted[-MOST_CHARACTERS:] or texts.crash_log_empty
        self.text.show(texts.crash_log, [("", shown)], texts.share if noted else "")
        self._navigation.open("text")

    def show_about(self) -> None:
        """Says what the app can do and what not, by the captioner in use."""
        texts, model = self._services.texts, self._services.model
        parts = [("", texts.about_text), ("", texts.cannot)]
        if model is not None:
            card = model_card(model, texts, self._services.language)
            parts += [("", texts.described_by.format(model=model.title)), *card]
        self.text.show(texts.about, parts)
        self._navigation.open("text")

    def show_model(self, model: Model) -> None:
        """Says what a captioner can do and what not."""
        card = model_card(model, self._services.texts, self._services.language)
        self.text.show(model.title, card)
        self._navigation.open("text")

    def choose_photo(self, on_chosen: Callable[[Path], None]) -> None:
        """Lets the customer choose a photo by the system's picker, or by the app's own.

        Args:
            on_chosen: Called with the photo.
        """
        if not self._pick("photo", on_chosen):
            self._choose(frozenset(IMAGE_SUFFIXES), on_chosen)

    def choose_model(self, on_chosen: Callable[[Path], None]) -> None:
        """Lets the customer choose a captioner file by the system's picker, or by the app's own.

        Args:
            on_chosen: Called with the file.
        """

        def chosen(path: Path) -> None:
            self._navigation.back()
            on_chosen(path)

        if not self._pick("captioner", on_chosen):
            self._choose(SUFFIXES, chosen)

    def _pick(self, kind: Picked, on_chosen: Callable[[Path], None]) -> bool:
        """Shows the system's picker; returns whether it has one."""
        services = self._services
        if "pick" not in services.platform.actions:
            return False

        def picked(answer: Path | JewelcapError | None) -> None:
            if isinstance(answer, Path):
                in_kivys_thread(lambda: on_chosen(answer))
            elif answer is not None:
                in_kivys_thread(lambda: services.fail(answer))

        folder = services.folder / "picked"
        try:
            # What was picked before has been read by now: no copies of photos pile up.
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True, exist_ok=True)
            services.platform.pick(kind, folder, picked)
        except (JewelcapError, OSError) as error:
            services.fail(error)
        return True

    def _choose(self, suffixes: frozenset[str], on_chosen: Callable[[Path], None]) -> None:
        self.chooser.ask(suffixes, self._services.texts, on_chosen)
        self._navigation.open("chooser")
