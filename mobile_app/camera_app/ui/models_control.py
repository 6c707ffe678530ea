"""Joins the shelf of captioner files with the screen that shows it and the thread that uses it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ..library.shelf import Model, choose_model, find_model
from ..library.trial import try_captioner
from ..runtime.bundle import read_bundle
from ..runtime.captioner import Captioner
from ..runtime.errors import JewelcapError
from .history_control import terms_by_kind
from .screens.models import ModelsScreen
from .services import Services, in_kivys_thread
from .settings import AppSettings


class ModelsControl:
    """Chooses, adds, compares and removes captioners."""

    def __init__(
        self,
        services: Services,
        settings: AppSettings,
        on_model: Callable[[Model], None],
        on_none: Callable[[Exception], None],
        on_add: Callable[[], None],
        on_details: Callable[[Model], None],
    ) -> None:
        """Makes the screen.

        Args:
            services: What all sessions share.
            settings: May name a file to be used before all others, and a level.
            on_model: Called in Kivy's thread when a captioner is in use.
            on_none: Called in Kivy's thread when there is none to use, with the reason.
            on_add: Called when the customer wants to add a file.
            on_details: Called when the customer wants to know more of a captioner.
        """
        self.services = services
        self.screen = ModelsScreen(name="models")
        self._first = settings.model
        self._level = settings.level
        self._on_model = on_model
        self._on_none = on_none
        self._on_details = on_details
        self._models: list[Model] = []
        self.level = ""
        """Level that the captioner in use is asked for at first."""
        self.screen.bind(
            on_act=lambda _, action, key: self._act(action, key), on_add=lambda *_: on_add()
        )

    def start(self) -> None:
        """Looks for captioners and opens the one that was chosen last."""
        first, chosen = self._first, self.services.preferences.values.model

        def find() -> list[Model]:
            if first is not None:
                # What is wrong with the file that was named is said, not passed over.
                read_bundle(first)
            return self.services.shelf.models()

        def found(models: list[Model]) -> None:
            self._models = models
            named = next((model for model in models if model.path == first), None)
            try:
                model = named or choose_model(models, chosen)
            except Exception as error:
                self._on_none(error)
                return
            self._use(model, others=[one for one in models if one is not model])

        self.services.attempt(find, found, self._on_none)

    def refresh(self) -> None:
        """Shows what there is."""
        model, rival = self.services.model, self.services.rival
        self.screen.show(
            self._models,
            model.key if model else "",
            rival.key if rival else "",
            self.services.texts,
            self.services.language,
        )

    def add(self, path: Path) -> None:
        """Adds a file and uses it."""
        self.services.tell(self.services.texts.trying)

        def added(model: Model) -> None:
            self._models = [one for one in self._models if one.key != model.key] + [model]
            text = self.services.texts.model_added.format(name=model.title)
            self._use(model, [], lambda: self.services.tell(text))

        self.services.attempt(lambda: self.services.shelf.add(path), added, self._refused)

    def _refused(self, error: Exception) -> None:
        texts = self.services.texts
        if isinstance(error, JewelcapError) and not self.services.told(str(error)):
            self.services.tell(f"{texts.model_refused}. {texts.model_kept}")
            return
        reason = self.services.say(error)
        self.services.tell(f"{texts.model_refused}: {reason} {texts.model_kept}")

    def _act(self, action: str, key: str) -> None:
        model = find_model(self._models, key)
        if model is None:
            return
        if action == "use":
            self._use(model, [])
        elif action == "compare":
            self._compare(model)
        elif action == "remove":
            self._remove(model)
        elif action == "details":
            self._on_details(model)

    def _use(
        self, model: Model, others: list[Model], then: Callable[[], None] = lambda: None
    ) -> None:
        """Opens a captioner; where it fails and none is in use, the next one is tried."""

        def done(error: Exception | None) -> None:
            in_kivys_thread(lambda: self._used(model, others, then, error))

        def opened() -> Captioner:
            captioner = _opened(model)
            self.level = self._choose_level(model)
            # Set before the captioner is there: it may not know the level asked for so far.
            self.services.worker.set_level(self.level)
            return captioner

        self.services.worker.open(opened, done)

    def _used(
        self, model: Model, others: list[Model], then: Callable[[], None], error: Exception | None
    ) -> None:
        services = self.services
        if error is not None:
            if services.model is not None:
                self._refused(error)
            elif others:
                services.fail(error)
                self._use(others[0], others[1:])
            else:
                self._on_none(error)
            return
        services.model = model
        if services.rival is not None and services.rival.key == model.key:
            self._stop_comparing()
        services.vocabulary = terms_by_kind(model.terms)
        services.prefer(model=model.key)
        self._on_model(model)
        self.refresh()
        then()

    def _choose_level(self, model: Model) -> str:
        levels, wanted = model.manifest.levels, self._level
        self._level = None
        if wanted in levels:
            return str(wanted)
        preferred = self.services.preferences.values.level
        return preferred if preferred in levels else levels[-1]

    def _compare(self, model: Model) -> None:
        if self.services.rival is not None and self.services.rival.key == model.key:
            self._stop_comparing()
            self.refresh()
            return

        def done(error: Exception | None) -> None:
            in_kivys_thread(lambda: self._compared(model, error))

        self.services.worker.open_rival(lambda: _opened(model), done)

    def _compared(self, model: Model, error: Exception | None) -> None:
        if error is not None:
            self._refused(error)
            return
        self.services.rival = model
        self.services.tell(f"{self.services.texts.comparing}: {model.title}")
        self.refresh()

    def _stop_comparing(self) -> None:
        self.services.rival = None
        self.services.worker.close_rival()

    def _remove(self, model: Model) -> None:
        if self.services.rival is not None and self.services.rival.key == model.key:
            self._stop_comparing()

        def removed(_: None) -> None:
            self._models = [one for one in self._models if one.key != model.key]
            self.services.tell(self.services.texts.deleted)
            self.refresh()

        self.services.run(lambda: self.services.shelf.remove(model), removed)


def _opened(model: Model) -> Captioner:
    return try_captioner(read_bundle(model.path))
