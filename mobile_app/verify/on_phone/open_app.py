"""Opens the staged app without a screen and waits until a photo's caption stands in its window.

`open_app.py TREE SHOT.png PHOTO…` takes the first photo that the captioner is sure of. It prints
what it saw as JSON, and fails after five minutes.
"""

from __future__ import annotations

import importlib
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ABSENT = ("_bz2", "_lzma", "_zstd", "_curses", "_tkinter", "readline")
"""Parts of the standard library that Python on Android is built without."""
TIMEOUT_S = 300.0
WELCOME_BUTTON = "Begin"


def _module(name: str) -> Any:
    # The staged tree is no package of this project.
    return importlib.import_module(f"camera_app.{name}")


def main(tree: str, shot: str, *photos: str) -> None:
    """Starts the app as main.py does, but on a photo instead of a camera."""
    started = time.perf_counter()
    # What is None here cannot be imported.
    sys.modules.update(dict.fromkeys(ABSENT))  # type: ignore[arg-type]
    sys.path.insert(0, tree)
    model = Path(tree) / "camera_app/models/embedded.captioner"
    captioner = _module("runtime.captioner").Captioner.open(model)
    level = captioner.bundle.manifest.levels[-1]
    captions = ((photo, captioner.describe(Path(photo), level, "en")) for photo in photos)
    photo, wanted = next((photo, each.text.lower()) for photo, each in captions if each.terms)
    _module("ui.launch").prepare_window()
    from kivy.clock import Clock
    from kivy.core.window import Window

    folder = tempfile.TemporaryDirectory()
    settings = _module("ui.settings").AppSettings(None, photo, level, "en", Path(folder.name))
    app = _module("ui.app").JewelcapApp(settings)
    seen: dict[str, Any] = {"caption": "", "seconds": 0.0, "welcomed": False}

    def look(_: float) -> None:
        elapsed = time.perf_counter() - started
        widgets = [each for child in Window.children for each in child.walk()]
        texts = [str(getattr(widget, "text", "")) for widget in widgets]
        found = [text for text in texts if wanted in text.lower()]
        for widget, text in zip(widgets, texts, strict=True):
            # The page that welcomes a person lies over all else.
            if text == WELCOME_BUTTON and not seen["welcomed"]:
                seen["welcomed"] = True
                widget.dispatch("on_release")
        if found and not seen["caption"]:
            seen.update(caption=found[0], seconds=round(elapsed, 1))
            # A frame later the picture shows what the widgets say.
            Window.bind(on_flip=save)
        elif elapsed > TIMEOUT_S:
            seen["texts"] = texts
            app.stop()

    def save(*_: Any) -> None:
        Window.unbind(on_flip=save)
        Path(Window.screenshot(name=str(Path(folder.name) / "shot.png"))).replace(shot)
        app.stop()

    Clock.schedule_interval(look, 0.2)
    app.run()
    folder.cleanup()
    print(json.dumps({**seen, "wanted": wanted}))  # noqa: T201
    sys.exit(0 if seen["caption"] else 1)


if __name__ == "__main__":
    main(*sys.argv[1:])
