"""Photos for the page: the drawn catalog's, and pictures of other shapes and kinds."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageOps

TITLE = "Rossi & García"
UNCALIBRATED = "plain"
CATALOG_PHOTOS = 50


def draw_photos(catalog: Path, folder: Path) -> list[Path]:
    """Copies photos of a catalog, and makes some of every shape and kind of file."""
    found = sorted(path for path in catalog.rglob("*") if path.suffix in (".jpg", ".png"))
    paths = found[:: max(1, len(found) // CATALOG_PHOTOS)][:CATALOG_PHOTOS]
    with Image.open(paths[0]) as opened:
        photo = opened.convert("RGB")
    wide = ImageOps.fit(photo, (301, 97))
    large = photo.resize((1999, 1501), Image.Resampling.BICUBIC)
    clear = photo.convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(photo.size))
    turned = Image.Exif()
    turned[0x0112] = 6
    kinds = {
        "wide.png": (wide, {}),
        "tall.webp": (wide.rotate(90, expand=True), {"lossless": True}),
        "large.jpg": (large, {"quality": 92}),
        "turned.jpg": (wide, {"exif": turned, "quality": 95}),
        "gray.jpg": (photo.convert("L"), {}),
        "clear.png": (clear, {}),
        "palette.gif": (photo.quantize(64), {}),
        "tiny.png": (photo.resize((7, 5)), {}),
        "named wrongly.txt": (photo, {"format": "PNG"}),
    }
    for name, (image, options) in kinds.items():
        image.save(folder / name, **options)
    return [*paths, *(folder / name for name in kinds)]
