"""Product photos drawn on the spot, and folders of them as shops have them."""

from __future__ import annotations

import csv
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

from PIL import Image, ImageDraw

from tests.pictures import encoded


def cut_out(seed: int, size: tuple[int, int] = (200, 160)) -> Image.Image:
    """A piece on white, as shops show it: same pose, different ornament and color."""
    rng = random.Random(seed)
    image = Image.new("RGB", size, (255, 255, 255))
    draw = ImageDraw.Draw(image)
    color = tuple(rng.randrange(20, 200) for _ in range(3))
    draw.ellipse((40, 30, 160, 130), outline=color, width=8)
    for _ in range(4):
        x, y = rng.randrange(20, 160), rng.randrange(10, 120)
        draw.rectangle((x, y, x + 22, y + 22), tuple(rng.randrange(220) for _ in range(3)))
    return image


def jpeg(image: Image.Image, quality: int = 90) -> bytes:
    """A photo as a file's bytes."""
    return encoded(image, "JPEG", quality=quality)


def write_rows(path: Path, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Writes a CSV."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([columns, *rows])


def write_photos(root: Path, names: Sequence[str]) -> Path:
    """Writes a different photo under each name."""
    for number, name in enumerate(names):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(jpeg(cut_out(number)))
    return root


def write_shop(
    root: Path,
    rows: Mapping[str, Sequence[str]],
    columns: Sequence[str] = ("type", "materials"),
) -> Path:
    """Writes a folder with photos and a metadata.csv whose rows are given by file name."""
    write_photos(root, [name for name in rows if ".." not in name and not name.startswith("/")])
    write_rows(
        root / "metadata.csv",
        ("file_name", *columns),
        [(name, *cells) for name, cells in rows.items()],
    )
    return root


def read_table(path: Path) -> list[dict[str, str]]:
    """Reads a CSV."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def files_below(root: Path) -> list[str]:
    """Every file and folder below a folder, hidden ones too."""
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*"))
