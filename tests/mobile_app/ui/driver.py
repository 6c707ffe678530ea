"""Drives the app's real window by touches and writes down what a customer would see.

Run as a script with a request in JSON; `test_window.py` judges what was seen.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import shutil
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

PATIENCE = 40.0


class Customer:
    """Waits, looks and touches."""

    def __init__(self, app: Any, request: dict[str, Any]) -> None:
        self.app = app
        self.request = request
        self.shots = Path(request["shots"]) if request.get("shots") else None

    async def until(self, condition: Callable[[], Any], seconds: float = PATIENCE) -> Any:
        """Lets the app run until the condition holds; returns what it gave."""
        end = time.monotonic() + seconds
        while not (value := condition()):
            if time.monotonic() > end:
                break
            await asyncio.sleep(0.01)
        return value

    async def need(self, condition: Callable[[], Any], what: str) -> Any:
        """As `until`, for what all the rest depends on."""
        value = await self.until(condition)
        assert value, f"did not happen: {what}"
        return value

    async def rest(self, seconds: float = 0.3) -> None:
        """Lets transitions end."""
        await asyncio.sleep(seconds)

    async def tap(self, widget: Any) -> None:
        """Touches the middle of a widget as a finger would."""
        from kivy.tests.common import UnitTestTouch

        # The layout may still be moving.
        await asyncio.sleep(0.15)
        touch = UnitTestTouch(*widget.to_window(*widget.center))
        touch.touch_down()
        await asyncio.sleep(0.05)
        touch.touch_up()
        await asyncio.sleep(0.1)

    async def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Moves a finger over the window."""
        from kivy.tests.common import UnitTestTouch

        touch = UnitTestTouch(*start)
        touch.touch_down()
        for share in (0.5, 1.0):
            await asyncio.sleep(0.03)
            touch.touch_move(*(a + (b - a) * share for a, b in zip(start, end, strict=True)))
        touch.touch_up()
        await asyncio.sleep(0.1)

    async def tab(self, name: str) -> None:
        """Touches a way of the bar."""
        bar = self.app.root.ids.bar
        await self.tap(next(tab for tab in bar.children if tab.name == name))
        await self.need(lambda: self.app.navigation.current == name, f"the screen {name}")
        await self.rest(0.2)

    def screen(self) -> Any:
        """The screen that is shown."""
        return self.app.root.screens.current_screen

    def find(self, text: str, root: Any = None) -> Any:
        """The widget that says a text and can be touched, or None."""
        from kivy.uix.behaviors import ButtonBehavior

        for widget in (root or self.screen()).walk():
            if isinstance(widget, ButtonBehavior) and text in (
                getattr(widget, "text", ""),
                getattr(widget, "title", ""),
                getattr(widget, "icon", ""),
            ):
                return widget
        return None

    async def reveal(self, scroll: Any, text: str) -> None:
        """Scrolls until the widget that says a text is seen."""
        from kivy.core.window import Window

        def seen() -> bool:
            widget = self.find(text)
            scroll.scroll_to(widget, animate=False)
            return bool(80 < widget.to_window(*widget.center)[1] < Window.height - 80)

        await self.rest(0.5)
        await self.need(seen, f"{text} in sight")

    def over(self) -> Any:
        """What lies over the app, or None."""
        from kivy.core.window import Window

        return next((view for view in Window.children if view is not self.app.root), None)

    def dismiss_welcome(self) -> None:
        """Puts away what lies over the app."""
        from kivy.core.window import Window

        for view in [view for view in Window.children if view is not self.app.root]:
            view.dismiss()

    async def shot(self, name: str) -> None:
        """Takes a picture of the window."""
        from kivy.core.window import Window

        if self.shots is None:
            return
        taken: list[str] = []

        def take(*_: Any) -> None:
            # Only between drawing and flipping is there something to read.
            if not taken:
                taken.append(Window.screenshot(name=str(self.shots / "window.png")))

        await self.rest(0.4)
        Window.bind(on_flip=take)
        Window.canvas.ask_update()
        await self.need(lambda: taken, "a screenshot")
        Window.unbind(on_flip=take)
        shutil.move(taken[0], self.shots / f"{name}.png")


def drive(request: dict[str, Any]) -> None:
    """Runs the app and a scenario; writes what was seen."""
    package = request["package"]
    launch = importlib.import_module(f"{package}.ui.launch")
    settings = importlib.import_module(f"{package}.ui.settings")
    captioner = importlib.import_module(f"{package}.runtime.captioner")
    if not request.get("real"):
        stub = importlib.import_module("tests.mobile_app.ui.stub")
        captioner.open_interpreter = stub.ColorInterpreter
    # What the repository ships with is no part of a scenario.
    services = importlib.import_module(f"{package}.ui.services")
    services.EMBEDDED = Path(request.get("embedded", Path(request["folder"]) / "none"))
    launch.prepare_window(*request["size"])
    application = importlib.import_module(f"{package}.ui.app")
    model = request["model"]
    app = application.JewelcapApp(
        settings.AppSettings(
            Path(model) if model else None,
            request["source"],
            language=request.get("language", "en"),
            folder=Path(request["folder"]),
        )
    )
    scenarios = importlib.import_module(request.get("module", "tests.mobile_app.ui.scenarios"))
    seen: dict[str, Any] = {}

    async def scenario() -> None:
        customer = Customer(app, request)
        try:
            await customer.need(lambda: app.root is not None, "a window")
            seen.update(await getattr(scenarios, request["scenario"])(customer))
        finally:
            app.stop()

    async def both() -> None:
        await asyncio.wait_for(asyncio.gather(app.async_run(), scenario()), 7 * PATIENCE)

    asyncio.run(both())
    seen["threads"] = [thread.name for thread in threading.enumerate()]
    heavy = ("tensorflow", "click", "pipeline")
    seen["imported"] = sorted(name for name in heavy if name in sys.modules)
    crash_log = Path(request["folder"]) / "crash_log.txt"
    seen["crashes"] = crash_log.read_text(encoding="utf-8") if crash_log.exists() else ""
    Path(request["out"]).write_text(json.dumps(seen), encoding="utf-8")


if __name__ == "__main__":
    drive(json.loads(sys.argv[1]))
