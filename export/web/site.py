"""Writes the page: its own files, LiteRT.js, captioners, and the list that keeps them offline."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from export.web.icon import icon_png, icon_svg
from mobile_app.camera_app.runtime import languages
from mobile_app.camera_app.runtime.bundle import Bundle, LevelAccuracy, read_bundle
from mobile_app.camera_app.runtime.languages import LANGUAGES
from mobile_app.camera_app.runtime.schema import dump_json, load_json
from pipeline.errors import JewelcapError
from pipeline.files import disk_error, sha256_file

LIST_NAME: Final = "site.json"
_ICON_SIDES: Final = (180, 192, 512)
_MAX_LIST_BYTES: Final = 1_000_000


@dataclass(frozen=True)
class SiteCaptioner:
    """A captioner of the page, as its menu shows it before the file is loaded.

    Attributes:
        file: Path within the site.
        name: Name for people.
        variant: Export variant.
        encoder: Encoder.
        size_bytes: Of the file.
        sha256: Of the file.
        accuracy: Validation accuracy at export, by level.
    """

    file: str
    name: str
    variant: str
    encoder: str
    size_bytes: int
    sha256: str
    accuracy: tuple[LevelAccuracy, ...]


@dataclass(frozen=True)
class SiteLanguage:
    """A language that captions and the page can be in.

    Attributes:
        code: ISO 639-1 code.
        name: In the language itself.
        not_sure: Said instead of a caption where the captioner is not sure of any.
        no_jewelry: Said instead of a caption where there is no jewelry.
    """

    code: str
    name: str
    not_sure: str
    no_jewelry: str


@dataclass(frozen=True)
class SiteList:
    """What the page reads first, `site.json`.

    Attributes:
        title: The page's title.
        captioners: The first one is loaded when the page is opened.
        languages: In the order of the menu.
        schema_version: Version of this form.
    """

    title: str
    captioners: tuple[SiteCaptioner, ...]
    languages: tuple[SiteLanguage, ...]
    schema_version: int = 1


@dataclass(frozen=True)
class SiteSize:
    """What a site weighs.

    Attributes:
        page_bytes: The page alone.
        runtime_bytes: LiteRT.js; a visitor loads about half of it.
        captioner_bytes: All captioners.
    """

    page_bytes: int
    runtime_bytes: int
    captioner_bytes: int


def write_site(
    out: Path, captioners: Sequence[Path], runtime: dict[str, bytes], title: str
) -> SiteSize:
    """Writes a site; one that is there already is replaced as a whole.

    Args:
        out: Folder of the site.
        captioners: Captioner files, the one to begin with first.
        runtime: Files of LiteRT.js by name.
        title: The page's title.

    Raises:
        JewelcapError: A captioner is none, the folder holds other things, or the disk is full.
    """
    if out.exists() and not _is_site(out):
        raise JewelcapError(
            f"{out}: holds something else than a page; give a folder that does not exist yet"
        )
    bundles = [read_bundle(path) for path in captioners]
    entries = {_entry(bundle): bundle for bundle in bundles}
    page = _page_files(title, list(entries))
    shipped = {f"runtime/{name}": data for name, data in runtime.items()}
    models = {entry.file: bundle.path.read_bytes() for entry, bundle in entries.items()}
    page["sw.js"] = _service_worker(page, {**shipped, **models})
    partial = out.with_name(f".{out.name}.{os.getpid()}.partial")
    try:
        for name, data in {**page, **shipped, **models}.items():
            path = partial / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        _swap(partial, out)
    except OSError as error:
        raise disk_error(out, error) from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return SiteSize(*(sum(map(len, part.values())) for part in (page, shipped, models)))


def read_site(folder: Path) -> SiteList:
    """Reads the list of a site.

    Raises:
        JewelcapError: The folder is no site.
    """
    path = folder / LIST_NAME
    try:
        with path.open("rb") as file:
            text = file.read(_MAX_LIST_BYTES)
    except OSError:
        raise JewelcapError(
            f"{folder}: is not a page made by `jewelcap export web` (it has no {LIST_NAME})"
        ) from None
    return load_json(SiteList, text, str(path))


def _is_site(folder: Path) -> bool:
    if folder.is_dir() and not any(folder.iterdir()):
        return True
    try:
        read_site(folder)
    except JewelcapError:
        return False
    return True


def _entry(bundle: Bundle) -> SiteCaptioner:
    manifest = bundle.manifest
    digest = sha256_file(bundle.path)
    # The name in a manifest may hold anything; a changed file has another name for caches.
    slug = re.sub(r"[^a-z0-9]+", "-", manifest.name.lower()).strip("-")[:40] or "captioner"
    return SiteCaptioner(
        file=f"captioners/{slug}-{digest[:8]}.tflite",
        name=manifest.name,
        variant=manifest.variant,
        encoder=manifest.encoder,
        size_bytes=bundle.path.stat().st_size,
        sha256=digest,
        accuracy=manifest.accuracy,
    )


def _page_files(title: str, captioners: Sequence[SiteCaptioner]) -> dict[str, bytes]:
    page = dict(_walk(files(__package__) / "page"))
    words = json.loads((files(languages.__name__) / "words.json").read_text(encoding="utf-8"))
    page["words.json"] = json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode()
    known = tuple(
        SiteLanguage(one.code, one.name, one.not_sure, one.no_jewelry) for one in LANGUAGES.values()
    )
    page[LIST_NAME] = dump_json(SiteList(title, tuple(captioners), known)).encode()
    webmanifest = json.loads(page["manifest.webmanifest"])
    page["manifest.webmanifest"] = json.dumps(
        {**webmanifest, "name": title, "short_name": title[:12].strip()}, ensure_ascii=False
    ).encode()
    page["icon.svg"] = icon_svg().encode()
    page |= {f"icon-{side}.png": icon_png(side) for side in _ICON_SIDES}
    return page


def _walk(folder: Traversable, prefix: str = "") -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.is_dir():
            found += _walk(entry, f"{prefix}{entry.name}/")
        else:
            data = entry.read_bytes()
            if entry.name.endswith(".js"):
                data = _without_comments(data)
            found.append((f"{prefix}{entry.name}", data))
    return found


def _without_comments(script: bytes) -> bytes:
    """Leaves out lines that are nothing but comment: visitors would load them for nothing."""
    return b"".join(
        line
        for line in script.splitlines(keepends=True)
        if not line.strip().startswith((b"/*", b"*", b"//"))
    )


def _service_worker(page: dict[str, bytes], large: dict[str, bytes]) -> bytes:
    """The page's service worker, told which files there are and which version this is."""
    digest = hashlib.sha256()
    for name, data in sorted({**page, **large}.items()):
        digest.update(f"{name}\0{hashlib.sha256(data).hexdigest()}\n".encode())
    known = {
        "version": digest.hexdigest()[:16],
        "page": sorted(set(page) - {"sw.js"}),
        "large": sorted(large),
    }
    return b"const SITE = " + json.dumps(known).encode() + b";\n\n" + page["sw.js"]


def _swap(partial: Path, out: Path) -> None:
    old = out.with_name(f".{out.name}.{os.getpid()}.old")
    if out.exists():
        out.rename(old)
    partial.rename(out)
    shutil.rmtree(old, ignore_errors=True)
