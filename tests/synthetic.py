"""A drawn catalog: shapes stand for types, fills for materials, dots for stones."""

from __future__ import annotations

import csv
import random
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
