"""Drives the app's real window by touches and writes down what a customer would see.

Run as a script with a request in JSON; see `test_app_window.py`, which judges what was seen.
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

PATIENCE = 30.0


async def _until(condition: Callable[[], Any], seconds: float = PATIENCE) -> bool:
    """Lets the app run until the condition holds; returns whether it does."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        await asyncio.sleep(0.01)
    return True


async def _tap(widget: Any) -> None:
    """Touches the middle of a widget as a finger would."""
    from kivy.tests.common import UnitTestTouch

    # The layout may still be moving.
    await asyncio.sleep(0.1)
    touch = UnitTestTouch(*widget.to_window(*widget.center))
    touch.touch_down()
    await asyncio.sleep(0.05)
    touch.touch_up()
    await asyncio.sleep(0.05)


async def _screenshot(path: Path) -> None:
    from kivy.core.window import Window

    taken: list[str] = []

    def take(*_: Any) -> None:
        # Only between drawing and flipping is there something to read.
        if not taken:
            taken.append(Window.screenshot(name=str(path.with_name("window.png"))))

    await asyncio.sleep(0.4)
    Window.bind(on_flip=take)
    Window.canvas.ask_update()
    assert await _until(lambda: taken)
    Window.unbind(on_flip=take)
    shutil.move(taken[0], path)


async def see_photos(app: Any, request: dict[str, Any]) -> dict[str, Any]:
    """First photo at all levels, frozen and unfrozen, then the second one and back."""
    from kivy.core.window import Window

    live, expected = app.live, request["expected"]
    seen: dict[str, Any] = {"captions": {}, "confidences": {}}
    await _until(lambda: live.caption == expected["known.png"]["complete"])
    seen["first"] = live.caption
    seen["title"], seen["footer"] = live.title, live.footer
    await _tap(live.ids.picture)
    seen["frozen"] = live.frozen
    for segment in reversed(live.ids.levels.children):
        await _tap(segment)
        level = segment.value
        await _until(lambda level=level: live.caption == expected["known.png"][level])
        seen["captions"][live.level] = live.caption
        seen["confidences"][live.level] = live.confidence
        seen.setdefault("touch_sizes", []).append(list(segment.size))
    await _screenshot(Path(request["screenshot"]))
    seen["picture"] = list(live.ids.picture.to_window(*live.ids.picture.fitted[:2]))
    seen["picture"] += live.ids.picture.fitted[2:]
    seen["caption_box"] = [*live.ids.caption.to_window(*live.ids.caption.pos)]
    seen["caption_box"] += list(live.ids.caption.size)
    await _tap(live.ids.picture)
    seen["unfrozen"] = not live.frozen
    await _tap(live.ids.next)
    await _until(lambda: live.caption == expected["other.png"]["complete"])
    seen["next"], seen["next_title"], seen["notice"] = live.caption, live.title, live.notice
    Window.dispatch("on_key_down", 276, 0, None, [])
    await _until(lambda: live.caption == expected["known.png"]["complete"])
    seen["back"] = live.caption
    for key, wanted in ((ord("1"), "basic"), (ord("2"), "normal")):
        Window.dispatch("on_key_down", key, 0, None, [])
        await _until(lambda wanted=wanted: live.level == wanted)
        seen.setdefault("key_levels", []).append(live.level)
    Window.dispatch("on_key_down", ord(" "), 0, None, [])
    seen["key_frozen"] = live.frozen
    return seen


async def see_failure(app: Any, request: dict[str, Any]) -> dict[str, Any]:
    """The message, again after another try; then the way out."""
    seen: dict[str, Any] = {}
    await _until(lambda: app.root.current == "message")
    seen["heading"], seen["message"] = app.message.heading, app.message.message
    await _screenshot(Path(request["screenshot"]))
    repair = request.get("repair")
    if repair:
        shutil.copy(repair[0], repair[1])
    app.message.message = ""
    await _tap(app.message.ids.retry)
    if repair:
        await _until(lambda: app.live.caption)
        seen["caption"] = app.live.caption
    else:
        await _until(lambda: app.message.message)
        seen["again"] = app.message.message
        seen["closing"] = True
        await _tap(app.message.ids.close)
    seen["screen"] = app.root.current if app.root else ""
    return seen


async def see_video(app: Any, request: dict[str, Any]) -> dict[str, Any]:
    """A moving picture, frozen by a touch: what stands still, and what is said of it."""
    live = app.live
    await _until(lambda: live.caption)
    await asyncio.sleep(0.3)
    await _tap(live.ids.picture)
    await asyncio.sleep(0.3)
    seen: dict[str, Any] = {"frozen": live.frozen, "steps": live.steps, "title": live.title}
    texture = live.ids.picture.texture
    seen["size"], seen["caption"] = list(texture.size), live.caption
    frozen = texture.pixels
    Path(request["frame"]).write_bytes(frozen)
    await asyncio.sleep(0.3)
    seen["stands"] = live.ids.picture.texture.pixels == frozen
    await _tap(live.ids.picture)
    seen["moves"] = await _until(lambda: live.ids.picture.texture.pixels != frozen)
    return seen


async def see_worker_error(app: Any, request: dict[str, Any]) -> dict[str, Any]:
    """A captioner that raises what nobody expected."""
    await _until(lambda: app.live.notice)
    return {"notice": app.live.notice, "screen": app.root.current}


SCENARIOS = {
    scenario.__name__: scenario
    for scenario in (see_photos, see_video, see_failure, see_worker_error)
}


def drive(request: dict[str, Any]) -> None:
    """Runs the app and a scenario; writes what was seen."""
    package = request["package"]
    launch = importlib.import_module(f"{package}.ui.launch")
    settings = importlib.import_module(f"{package}.ui.settings")
    launch.prepare_window(*request["size"])
    if request["scenario"] == "see_worker_error":
        captioner = importlib.import_module(f"{package}.runtime.captioner")
        captioner.Captioner.encode = lambda *_: 1 / 0
    application = importlib.import_module(f"{package}.ui.app")
    app = application.JewelcapApp(settings.AppSettings(Path(request["model"]), request["source"]))
    seen: dict[str, Any] = {}

    async def scenario() -> None:
        try:
            assert await _until(lambda: app.root is not None)
            seen.update(await SCENARIOS[request["scenario"]](app, request))
        finally:
            if "closing" not in seen:
                app.stop()

    async def both() -> None:
        await asyncio.wait_for(asyncio.gather(app.async_run(), scenario()), 4 * PATIENCE)

    asyncio.run(both())
    seen["threads"] = [thread.name for thread in threading.enumerate()]
    heavy = ("tensorflow", "click", "pipeline")
    seen["imported"] = sorted(name for name in heavy if name in sys.modules)
    Path(request["out"]).write_text(json.dumps(seen), encoding="utf-8")


if __name__ == "__main__":
    drive(json.loads(sys.argv[1]))
