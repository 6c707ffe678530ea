"""Writes a rendered catalog image by image, so that a stopped run goes on where it stopped."""

from __future__ import annotations

import csv
import hashlib
import json
import multiprocessing
import os
import signal
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, UnidentifiedImageError

from pipeline.catalog.render import engine
from pipeline.catalog.render.products import PRODUCTS, Product, plan_counts
from pipeline.catalog.render.sets import SETS, Item, set_counts
from pipeline.catalog.render.shot import Shot, draw_shot, take
from pipeline.errors import JewelcapError
from pipeline.files import replacing

COLUMNS = (
    "file_name", "product_id", "type", "model", "color", "materials", "stones", "caption",
    "store", "view_group", "box", "params", "license",
)  # fmt: skip
_TABLE = "metadata.csv"
STORE, LICENSE = "starter", "Apache-2.0"
# Raise it when a change of code makes other pixels of the same parameters: then no image of
# an earlier version passes for finished.
RECIPE = 3
_MARK = "jewelcap-render"


@dataclass(frozen=True)
class Order:
    """What to render.

    Attributes:
        out: Folder of the catalog.
        images: How many images in all.
        size: Side of each, pixels.
        samples: Rays a pixel.
        seed: Seed of the catalog.
        quality: JPEG quality, 1..95.
        products: How many products, from the first of each type in turn; 0 is all.
    """

    out: Path
    images: int = 2687
    size: int = 256
    samples: int = 8
    seed: int = 0
    quality: int = 88
    products: int = 0


@dataclass(frozen=True)
class Job:
    """One image of an order."""

    product: Item
    view: int
    order: Order

    @property
    def file_name(self) -> str:
        """Path inside the catalog, with forward slashes."""
        folder = self.product.type.replace("|", "-")
        return f"images/{folder}/{self.product.product_id}/{self.view:03d}.jpg"

    @property
    def path(self) -> Path:
        """Where the image goes."""
        return self.order.out / self.file_name

    def shot(self) -> Shot:
        """Returns the parameters of the picture."""
        return draw_shot(self.product, self.view, self.order.seed)

    def params(self) -> dict[str, Any]:
        """Returns everything that decides the pixels, as plain values."""
        order = self.order
        return {
            "recipe": RECIPE,
            "size": order.size,
            "samples": order.samples,
            "quality": order.quality,
            **self.shot().params(),
        }


def selected(count: int) -> tuple[Product, ...]:
    """Returns ``count`` products spread over the types, or all for 0."""
    if not count or count >= len(PRODUCTS):
        return PRODUCTS
    step = len(PRODUCTS) / count
    return tuple(PRODUCTS[int(i * step)] for i in range(count))


def jobs_of(order: Order) -> list[Job]:
    """Returns the images of an order, so mixed that every first part of it is balanced.

    The first tenth of the list holds the first tenth of each product's views, and with that
    the types in the proportions of the whole.
    """
    products = selected(order.products)
    items: tuple[Item, ...] = products
    of_sets: list[int] = []
    if products == PRODUCTS:  # sets come with the whole catalog only
        items, of_sets = (*products, *SETS), set_counts(order.images)
    counts = plan_counts(order.images - sum(of_sets), products) + of_sets
    placed = [
        ((view + 0.5) / count, number, Job(item, view, order))
        for number, (item, count) in enumerate(zip(items, counts, strict=True))
        for view in range(count)
    ]
    return [job for _, _, job in sorted(placed, key=lambda entry: entry[:2])]


def _compact(params: dict[str, Any]) -> str:
    return json.dumps(params, sort_keys=True, separators=(",", ":"))


def _digest(job: Job) -> str:
    return hashlib.sha256(_compact(job.params()).encode()).hexdigest()[:16]


def _finished_box(job: Job) -> str | None:
    """Returns the box of a job's image if it is on disk with the same parameters."""
    try:
        with Image.open(job.path) as image:
            words = bytes(image.info.get("comment", b"")).decode("ascii", "replace").split()
    except (OSError, UnidentifiedImageError):
        return None
    return words[2] if words[:2] == [_MARK, _digest(job)] and len(words) == 3 else None


def render_job(job: Job) -> str:
    """Renders one image to its place and returns its box, ``x0,y0,x1,y1`` in pixels, a box a piece.

    A digest of the parameters and the box travel in the JPEG's comment: that is how a later
    run knows what is finished. The image gets its name only when it is complete.
    """
    picture = take(job.shot(), job.order.size, job.order.samples)
    box = "|".join(",".join(map(str, corners)) for corners in picture.boxes)
    note = f"{_MARK} {_digest(job)} {box}"
    with replacing(job.path) as unfinished:
        picture.image.save(
            unfinished, "JPEG", quality=job.order.quality, optimize=True, comment=note.encode()
        )
    return box


def _start_worker(threads: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who called the run ends it
    engine.start(threads=threads)


def _render_numbered(number: int, job: Job) -> tuple[int, str]:
    return number, render_job(job)


def _rendered(todo: list[tuple[int, Job]], workers: int) -> Iterator[tuple[int, str]]:
    if workers <= 1:
        engine.start()
        for number, job in todo:
            yield number, render_job(job)
        return
    threads = max(1, (os.cpu_count() or 1) // workers)
    # Spawned, since Mitsuba's threads do not survive a fork.
    pool = ProcessPoolExecutor(
        workers, multiprocessing.get_context("spawn"), _start_worker, (threads,)
    )
    try:
        futures = [pool.submit(_render_numbered, number, job) for number, job in todo]
        for future in as_completed(futures):
            yield future.result()
    except BrokenProcessPool:
        raise JewelcapError(
            "A process that rendered ended abruptly, probably because memory ran out; finished "
            f"images are kept: run the command again with fewer --workers than {workers}"
        ) from None
    finally:  # lets each process finish its image, which is then kept
        pool.shutdown(wait=True, cancel_futures=True)


@dataclass(frozen=True)
class Progress:
    """How far a run is: images in all, done before, done now."""

    total: int
    kept: int
    rendered: int


def _require_own_folder(out: Path) -> None:
    """Raises JewelcapError if a folder holds anything but a rendered catalog."""
    if not out.is_dir() or not any(out.iterdir()):
        return
    table = out / _TABLE
    if table.is_file():
        with table.open(encoding="utf-8", errors="replace", newline="") as stream:
            own = tuple(next(csv.reader(stream), ())) == COLUMNS
    else:
        own = (out / "images").is_dir()
    if not own:
        raise JewelcapError(
            f"{out}: holds something other than a rendered catalog; choose a new or empty folder"
        )


def write_catalog(
    order: Order,
    workers: int = 1,
    force: bool = False,
    plan: Callable[[Order], list[Job]] = jobs_of,
) -> Generator[Progress, None, None]:
    """Renders what is missing, then writes metadata.csv; yields after each image.

    Args:
        order: What to render.
        workers: Processes that render at the same time.
        force: Whether to render finished images again.
        plan: Lists the images of an order.

    Raises:
        JewelcapError: The folder holds something else, or an image cannot be written.
    """
    _require_own_folder(order.out)
    jobs = plan(order)
    boxes: dict[int, str] = {}
    if not force:
        found = ((number, _finished_box(job)) for number, job in enumerate(jobs))
        boxes = {number: box for number, box in found if box is not None}
    kept = len(boxes)
    yield Progress(len(jobs), kept, 0)
    todo = [(number, job) for number, job in enumerate(jobs) if number not in boxes]
    if todo:
        # Until all is rendered, a table would tell what is not there.
        (order.out / _TABLE).unlink(missing_ok=True)
        for number, box in _rendered(todo, min(workers, len(todo))):
            boxes[number] = box
            yield Progress(len(jobs), kept, len(boxes) - kept)
    _write_metadata(order.out, [(job, boxes[number]) for number, job in enumerate(jobs)])


def row_of(job: Job, box: str) -> dict[str, str]:
    """Returns the metadata of one image."""
    product = job.product
    return {
        "file_name": job.file_name,
        "product_id": product.product_id,
        "type": product.type,
        "model": product.model,
        "color": product.color,
        "materials": "|".join(product.materials),
        "stones": "|".join(product.stones),
        "caption": "",
        "store": STORE,
        # Pose, light and backdrop are drawn for each image alone, so each is its own group.
        "view_group": f"{product.product_id}/{job.view:03d}",
        "box": box,
        "params": _compact(job.params()),
        "license": LICENSE,
    }


def _write_metadata(out: Path, rows: list[tuple[Job, str]]) -> None:
    with (
        replacing(out / _TABLE) as unfinished,
        unfinished.open("w", newline="", encoding="utf-8") as stream,
    ):
        table = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        table.writeheader()
        for job, box in sorted(rows, key=lambda pair: pair[0].file_name):
            table.writerow(row_of(job, box))
