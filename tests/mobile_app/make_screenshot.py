"""Makes the README's picture: the app in front of some photos, side by side.

python -m tests.mobile_app.make_screenshot captioner.tflite mobile_app/screenshot.png PHOTO...
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

SIZE = (360, 720)
GAP = 24


def shoot(model: Path, photo: Path, out: Path) -> None:
    """Opens the window on one photo and saves it once the caption stands."""
    from mobile_app.camera_app.ui.launch import prepare_window

    prepare_window(*SIZE)
    from mobile_app.camera_app.ui.app import JewelcapApp
    from mobile_app.camera_app.ui.settings import AppSettings
    from tests.mobile_app.app_driver import _screenshot, _until

    app = JewelcapApp(AppSettings(model, str(photo)))

    async def scenario() -> None:
        try:
            assert await _until(lambda: app.root and app.live.caption), "no caption came"
            await _screenshot(out)
        finally:
            app.stop()

    async def both() -> None:
        await asyncio.gather(app.async_run(), scenario())

    asyncio.run(both())


def main(model: str, out: str, *photos: str) -> None:
    """One process a photo, since a window without a screen cannot be opened twice."""
    environment = {k: v for k, v in os.environ.items() if k != "DISPLAY"}
    environment["SDL_VIDEODRIVER"] = "offscreen"
    with tempfile.TemporaryDirectory() as folder:
        environment["KIVY_HOME"] = folder
        shots = []
        for index, photo in enumerate(photos):
            shot = Path(folder) / f"{index}.png"
            code = (
                "import sys; from pathlib import Path;"
                "from tests.mobile_app.make_screenshot import shoot;"
                "shoot(*map(Path, sys.argv[1:]))"
            )
            command = [sys.executable, "-c", code, model, photo, str(shot)]
            subprocess.run(command, env=environment, check=True)
            shots.append(Image.open(shot).convert("RGB"))
        width = sum(shot.width for shot in shots) + GAP * (len(shots) - 1)
        sheet = Image.new("RGB", (width, max(shot.height for shot in shots)), "white")
        left = 0
        for shot in shots:
            sheet.paste(shot, (left, 0))
            left += shot.width + GAP
        sheet.save(out, optimize=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
