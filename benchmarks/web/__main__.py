"""Compares the page with `jewelcap describe`, and times it, in headless Chromium.

python -m benchmarks.web runs/shop/export/*/captioner.tflite --photos photos --out shop.json
"""

from __future__ import annotations

import datetime
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from benchmarks.machine import load_average, this_device
from benchmarks.record import Model, summarize_samples
from benchmarks.record_files import public_command
from benchmarks.web.record import (
    CaptionerResult,
    Difference,
    FirstVisit,
    LongVisit,
    WebRecord,
    difference,
    growth,
    summary,
)
from benchmarks.web.visitor import Visitor
from export.web.browser import Launch, chromium
from export.web.runtime_files import runtime_files
from export.web.server import HOST, open_server
from export.web.site import SiteCaptioner, SiteSize, read_site, write_site
from mobile_app.camera_app.runtime.captioner import Captioner
from mobile_app.camera_app.runtime.preprocess import find_images
from mobile_app.camera_app.runtime.schema import dump_json
from pipeline.errors import JewelcapError
from pipeline.files import write_text
from pipeline.provenance import command_line, git_commit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FIRST_VISITS: Final = 5


@contextmanager
def served(site: Path) -> Iterator[str]:
    """Serves a site on loopback and gives its address."""
    with open_server(site, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{HOST}:{server.server_port}/"
        server.shutdown()


def compare(
    browser: Browser, address: str, site: Path, listed: SiteCaptioner, photos: Sequence[Path]
) -> CaptionerResult:
    """Has photos described by the page and by the runtime.

    Args:
        browser: A browser.
        address: Where the site is served.
        site: The site's folder.
        listed: A captioner of it.
        photos: Photos.

    Raises:
        JewelcapError: Either of them cannot describe a photo.
    """
    captioner = Captioner.open(site / listed.file)
    manifest = captioner.bundle.manifest
    visitor = Visitor(browser, address)
    visitor.open()
    visitor.open_captioner(listed.file)
    errors: list[float] = []
    differences: list[Difference] = []
    samples: list[float] = []
    for photo in photos:
        found = visitor.describe(photo)
        samples.append(found["latency_ms"])
        encoded = captioner.encode(photo)
        for level in manifest.levels:
            described = {
                language: captioner.caption(encoded, level, language)
                for language in manifest.languages
            }
            result = difference(photo.name, described, found["captions"][level])
            if isinstance(result, Difference):
                differences.append(result)
            else:
                errors.append(result)
    visitor.close()
    captioner.close()
    return CaptionerResult(
        model=Model(
            name=manifest.name,
            encoder=manifest.encoder,
            decoder=manifest.decoder,
            variant=manifest.variant,
            level=manifest.levels[-1],
            sha256=listed.sha256,
            size_bytes=listed.size_bytes,
        ),
        photos=len(photos),
        captions=len(errors) + len(differences),
        equal=len(errors),
        confidence_error=round(max(errors, default=0.0), 6),
        differences=tuple(differences),
        latency=summarize_samples(samples),
    )


def visit_first(
    browser: Browser, address: str, site: Path, size: SiteSize, photo: Path, visits: int
) -> FirstVisit:
    """Opens the page again and again as if for the first time.

    Args:
        browser: A browser.
        address: Where the site is served.
        site: The site's folder.
        size: What it weighs.
        photo: A photo that is chosen at once.
        visits: How often.
    """
    loads, captions = [], []
    loaded: list[str] = []
    for _ in range(visits):
        visitor = Visitor(browser, address)
        loads.append(round(visitor.open(), 3))
        captions.append(round(visitor.choose(photo) / 1e3, 3))
        loaded = visitor.loaded
        visitor.close()
    runtime = {name for name in loaded if name.startswith("runtime/")}
    return FirstVisit(
        load_seconds=tuple(loads),
        caption_seconds=tuple(captions),
        page_bytes=size.page_bytes,
        runtime_bytes=sum((site / name).stat().st_size for name in runtime),
        captioner_bytes=read_site(site).captioners[0].size_bytes,
    )


def visit_long(browser: Browser, address: str, photos: Sequence[Path]) -> LongVisit:
    """Has one visitor choose all photos by the page's own control.

    Args:
        browser: A browser.
        address: Where the site is served.
        photos: Photos; the first one, which waits for the captioner, is not timed.
    """
    visitor = Visitor(browser, address)
    visitor.open()
    samples, sizes = [], []
    for photo in photos:
        samples.append(visitor.choose(photo))
        sizes.append(visitor.memory())
    visitor.close()
    known = [size for size in sizes if size is not None]
    private = tuple(size for size, _ in known)
    shared = known[-1][1] if known else None
    return LongVisit(summarize_samples(samples[1:]), private, growth(private), shared)


def measure(
    launch: Launch,
    runtime: dict[str, bytes],
    captioners: Sequence[Path],
    photos: Sequence[Path],
    command: str,
    visits: int = FIRST_VISITS,
) -> WebRecord:
    """Makes a site of the captioners and measures it.

    Args:
        launch: Starts a browser.
        runtime: Files of LiteRT.js by name.
        captioners: Captioner files; visits are timed with the first.
        photos: Photos.
        command: As the record is to name it.
        visits: How often the page is opened as if for the first time.

    Raises:
        JewelcapError: A captioner or photo cannot be used.
    """
    before = load_average()
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        size = write_site(site, captioners, runtime, "jewelcap")
        browser = launch()
        with served(site) as address:
            click.echo("visits ...", err=True)
            first = visit_first(browser, address, site, size, photos[0], visits)
            long = visit_long(browser, address, photos)
            results = []
            for listed in read_site(site).captioners:
                click.echo(f"{listed.name} ...", err=True)
                results.append(compare(browser, address, site, listed, photos))
        version = f"Chromium {browser.version}"
        browser.close()
    return WebRecord(
        browser=version,
        captioners=tuple(results),
        first_visit=first,
        long_visit=long,
        device=this_device(),
        load_average=before,
        command=command,
        git_commit=git_commit(),
        date=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    )


@click.command()
@click.argument(
    "captioners", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False)
)
@click.option(
    "--photos",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=Path("pipeline/catalog/embedded"),
    show_default=True,
    help="Folder of photos.",
)
@click.option("--count", type=click.IntRange(1), default=200, show_default=True, help="Of photos.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="JSON to write.")
def main(captioners: tuple[Path, ...], photos: Path, count: int, out: Path | None) -> None:
    """Compare the page with `jewelcap describe`, and time it, in headless Chromium.

    \b
    Example:
      python -m benchmarks.web runs/shop/export/int8/captioner.tflite --count 50
    """
    try:
        found = find_images(photos)
        chosen = found[:: max(1, len(found) // count)][:count]
        command = public_command(command_line())
        with chromium() as launch:
            record = measure(launch, runtime_files(), captioners, chosen, command)
        if out is not None:
            write_text(out, dump_json(record))
    except JewelcapError as error:
        raise click.ClickException(str(error)) from None
    click.echo(summary(record))
    sys.exit(0 if record.all_equal else 1)


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.web")
