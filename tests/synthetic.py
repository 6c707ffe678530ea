"""A drawn catalog: shapes stand for types, fills for materials, dots for stones."""

from __future__ import annotations

import csv
import random
from collections.abc import Mapping
from pathlib import Path

from PIL import Image, ImageDraw

COLUMNS = ("file_name", "product_id", "type", "model", "color", "materials", "stones")
METALS = {"yellow gold": (205, 160, 40), "silver": (190, 195, 205)}
STONES = {"ruby": (200, 10, 40), "sapphire": (20, 40, 200)}
MODELS = {"ring": "Alba", "earring": "Lyra", "necklace": "Vela", "bracelet": "Nara"}


def draw_piece(
    kind: str, metal: str, stone: str, seed: int, size: tuple[int, int] = (96, 96)
) -> Image.Image:
    """Draws one photo; the seed moves, scales and lights the piece."""
    rng = random.Random(f"{kind} {metal} {stone} {seed}")
    width, height = size
    shade = rng.randint(150, 255)
    image = Image.new("RGB", size, (shade, shade, rng.randint(150, 255)))
    draw = ImageDraw.Draw(image)
    for _ in range(6):
        x, y = rng.randrange(width), rng.randrange(height)
        tone = rng.randint(90, 255)
        draw.rectangle((x, y, x + rng.randrange(4, 40), y + rng.randrange(4, 40)), (tone,) * 3)
    radius = int(min(size) * rng.uniform(0.22, 0.34))
    cx = width // 2 + rng.randint(-width // 10, width // 10)
    cy = height // 2 + rng.randint(-height // 10, height // 10)
    box = (cx - radius, cy - radius, cx + radius, cy + radius)
    color = METALS[metal]
    if kind == "ring":
        draw.ellipse(box, outline=color, width=max(3, radius // 3))
    elif kind == "earring":
        draw.line((cx, cy - radius, cx, cy + radius), color, max(4, radius // 3))
    elif kind == "necklace":
        draw.arc(box, 20, 160, color, max(3, radius // 4))
    else:
        draw.rectangle(box, outline=color, width=max(3, radius // 3))
    dot = max(4, radius // 3)
    draw.ellipse((cx - dot, cy + radius - dot, cx + dot, cy + radius + dot), STONES[stone])
    return image


def make_catalog(root: Path, views: int = 8) -> Path:
    """Writes a catalog of 16 products (4 types x 2 metals x 2 stones) with some views each."""
    (root / "images").mkdir(parents=True)
    with (root / "metadata.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for kind, model in MODELS.items():
            for metal in METALS:
                for stone in STONES:
                    product = f"{model}-{metal}-{stone}".replace(" ", "-").lower()
                    for view in range(views):
                        name = f"images/{product}-{view}.jpg"
                        draw_piece(kind, metal, stone, view).save(root / name, quality=92)
                        writer.writerow((name, product, kind, model, "", metal, stone))
    return root


def draw_noise(seed: int, size: int = 48) -> Image.Image:
    """Draws a photo that is like no other: blocks of random colors."""
    rng = random.Random(seed)
    small = Image.frombytes("RGB", (6, 6), rng.randbytes(6 * 6 * 3))
    return small.resize((size, size), Image.Resampling.NEAREST)


def make_noise_catalog(
    root: Path,
    products: Mapping[str, int],
    view_groups: Mapping[str, str] | None = None,
    copies: Mapping[str, str] | None = None,
    shuffle: int | None = None,
) -> Path:
    """Writes a catalog of photos that are all different, except for copies.

    Args:
        root: Folder to make.
        products: Number of views by product; types take turns.
        view_groups: View group by file name, `<product>-<view>.png`.
        copies: For the file name of a copy, that of its original.
        shuffle: Seed of the order of rows; None leaves them in order.
    """
    rng = random.Random(0)
    rows = []
    root.mkdir(parents=True)
    kinds = sorted(MODELS)
    for number, (product, views) in enumerate(products.items()):
        for view in range(views):
            name = f"{product}-{view}.png"
            draw_noise(rng.randrange(2**32)).save(root / name)
            kind = kinds[number % len(kinds)]
            rows.append([name, product, kind, f"Model {number}", "silver"])
    for copy, original in (copies or {}).items():
        with Image.open(root / original) as image:
            image.resize((60, 60)).save(root / copy)
    for row in rows:
        row.append((view_groups or {}).get(row[0], ""))
    if shuffle is not None:
        random.Random(shuffle).shuffle(rows)
    with (root / "metadata.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("file_name", "product_id", "type", "model", "materials", "view_group"))
        writer.writerows(rows)
    return root
