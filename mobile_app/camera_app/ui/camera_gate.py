"""Opens the camera once it may be used, and says what to do where it cannot be."""

from __future__ import annotations

from collections.abc import Callable

from ..history.entries import Entry
from ..platform import Permission
from ..runtime.errors import JewelcapError
from .live_session import LiveSession
from .screens.live import LiveScreen
from .services import Services, in_kivys_thread
from .sources import FailureKind, open_source


class CameraGate:
    """Stands before the live screen's session."""

    def __init__(
        self,
        services: Services,
        screen: LiveScreen,
        source: str | None,
        on_wrong: Callable[[Entry], None],
        show_photos: Callable[[], None],
    ) -> None:
        """Makes the session; nothing is opened before `look`.

        Args:
            services: What all sessions share.
            screen: Shows frames, captions and problems.
            source: As `open_source` takes it; None for the first camera.
            on_wrong: As `LookSession`.
            show_photos: The way on where there is no camera.
        """
        self._services = services
        self._screen = screen
        self._source = source
        self._show_photos = show_photos
        self.session = LiveSession(services, screen, on_wrong, self._fail)

    def look(self) -> None:
        """Looks through the camera, or says why that cannot be done."""
        services = self._services
        if services.model is None:
            return
        self._screen.problem.clear()
        services.worker.listener = self.session
        if not self.session.stopped:
            self.session.resume()
        elif self._source is None and services.platform.camera_permission() != "granted":
            self._explain()
        else:
            try:
                source = open_source(self._source)
            except JewelcapError as error:
                self._fail(str(error), "unreadable")
                return
            self.session.start(source)

    def _explain(self) -> None:
        """Says what the camera is needed for; the system's own question comes after that."""
        texts = self._services.texts
        self._screen.problem.show(
            texts.welcome,
            texts.permission_hint,
            "",
            [(texts.understood, self._ask), (texts.look_at_photos, self._show_photos)],
            icon="live",
        )

    def _ask(self) -> None:
        self._services.platform.ask_for_camera(
            lambda answer: in_kivys_thread(lambda: self._answered(answer))
        )

    def _answered(self, answer: Permission) -> None:
        if answer == "granted":
            self.look()
        else:
            self._fail(self._services.texts.permission_failed, answer)

    def _fail(self, message: str, kind: FailureKind) -> None:
        texts, screen = self._services.texts, self._screen
        photos = (texts.look_at_photos, self._show_photos)
        screen.clear()
        detail = ""
        if kind in ("refused", "blocked"):
            heading, hint = texts.permission_failed, texts.permission_hint
            way_on = (
                (texts.retry, self._ask)
                if kind == "refused"
                else (texts.system_settings, self._open_system_settings)
            )
        else:
            heading, way_on = texts.source_failed, (texts.retry, self.look)
            hint, detail = texts.failures[kind], self._services.told(message)
        screen.problem.show(heading, hint, detail, [way_on, photos], icon="live")

    def _open_system_settings(self) -> None:
        try:
            self._services.platform.open_settings()
        except JewelcapError as error:
            self._services.fail(error)
