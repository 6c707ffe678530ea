"""Makes the README's picture: the app in front of some photos, side by side.

python -m tests.mobile_app.make_screenshot captioner.tflite mobile_app/screenshot.png PHOTO...
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from tests.mobile_app.ui.conftest import REPOSITORY, window_environment

SIZE = (360, 720)
GAP = 24


def shoot(model: Path, photo: Path, out: Path, appearance: str, language: str) -> None:
    """Opens the window on one photo, holds it and saves it once the caption stands."""
    from mobile_app.camera_app.ui.launch import prepare_window

    prepare_window(*SIZE)
    from mobile_app.camera_app.ui.app import JewelcapApp
    from mobile_app.camera_app.ui.settings import AppSettings
    from tests.mobile_app.ui.driver import Customer

    folder = out.parent / out.stem
    app = JewelcapApp(AppSettings(model, str(photo), None, language, folder))
    customer = Customer(app, {"shots": str(out.parent)})

    async def scenario() -> None:
        try:
            await customer.need(lambda: app.root is not None, "a window")
            app.choose("appearance", appearance)
            await customer.rest(0.5)
            customer.dismiss_welcome()
            await customer.need(lambda: app.live_screen.caption, "a caption")
            await customer.tap(app.live_screen.ids.picture)
            app.root.ids.line.text = ""
            await customer.shot(out.stem)
        finally:
            app.stop()

    async def both() -> None:
        await asyncio.gather(app.async_run(), scenario())

    asyncio.run(both())


LOOKS = (("dark", "en"), ("light", "es"), ("dark", "it"))
"""Appearance and language of each picture, in turn."""


def main(model: str, out: str, *photos: str) -> None:
    """One process a photo, since a window without a screen cannot be opened twice."""
    with tempfile.TemporaryDirectory() as folder:
        shots = []
        for index, photo in enumerate(photos):
            shot = Path(folder) / f"{index}.png"
            code = (
                "import sys; from pathlib import Path;"
                "from tests.mobile_app.make_screenshot import shoot;"
                "shoot(*map(Path, sys.argv[1:4]), *sys.argv[4:])"
            )
            looks = LOOKS[index % len(LOOKS)]
            command = [sys.executable, "-c", code, model, photo, str(shot), *looks]
            environment = window_environment(Path(folder), REPOSITORY)
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
