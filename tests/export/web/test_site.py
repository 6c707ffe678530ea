"""`export web`, `serve`, and the files of LiteRT.js."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import tarfile
import threading
import urllib.error
import urllib.request
from dataclasses import replace
from pathlib import Path

import pytest

from export.web import runtime_files as litert
from export.web.server import open_server
from export.web.site import LIST_NAME, read_site, write_site
from mobile_app.camera_app.runtime.languages import LANGUAGES
from pipeline.errors import JewelcapError
from tests.bundles import write_fake_bundle
from tests.command_line import assert_done, assert_fails, jewelcap

ENTRY = (
    b'import { createWasmLib } from "@litertjs/wasm-utils";\n//# sourceMappingURL=index.js.map\n'
)
MAX_PAGE_BYTES = 150_000


def archive_of(package: litert.Package) -> bytes:
    """An archive as `npm pack` makes it, with little in it."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for path, name in package.files.items():
            data = ENTRY if name == "litert.js" else name.encode()
            member = tarfile.TarInfo(path)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


@pytest.fixture
def archives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of archives that count as the pinned ones; the cache is empty."""
    folder = tmp_path / "archives"
    folder.mkdir()
    pinned = []
    for package in litert.PACKAGES:
        data = archive_of(package)
        (folder / package.archive_name).write_bytes(data)
        integrity = base64.b64encode(hashlib.sha512(data).digest()).decode()
        pinned.append(replace(package, integrity=integrity, size_bytes=len(data)))
    monkeypatch.setattr(litert, "PACKAGES", tuple(pinned))
    monkeypatch.setenv("JEWELCAP_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("NPM_CONFIG_REGISTRY", (tmp_path / "registry").as_uri())
    return folder


@pytest.fixture
def captioner(tmp_path: Path) -> Path:
    return write_fake_bundle(tmp_path / "captioner.tflite")


def publish(archives: Path, registry: Path) -> None:
    """Puts archives where a registry has them."""
    for package in litert.PACKAGES:
        scope = registry / package.name / "-"
        scope.mkdir(parents=True)
        data = (archives / package.archive_name).read_bytes()
        (scope / package.url.rpartition("/")[2]).write_bytes(data)


def export_web(*arguments: object, archives: Path) -> None:
    assert_done(jewelcap("export", "web", *arguments, "--runtime", archives))


def test_the_site_lists_its_captioners_and_languages(
    captioner: Path, archives: Path, tmp_path: Path
) -> None:
    other = write_fake_bundle(tmp_path / "other.tflite", name="../Große Auswahl/", variant="int8")
    export_web(captioner, other, "--out", tmp_path / "site", "--title", "Rossi", archives=archives)
    listed = read_site(tmp_path / "site")
    assert listed.title == "Rossi"
    assert [one.name for one in listed.captioners] == ["tiny float32", "../Große Auswahl/"]
    assert [one.code for one in listed.languages] == list(LANGUAGES)
    for one, path in zip(listed.captioners, (captioner, other), strict=True):
        copied = tmp_path / "site" / one.file
        assert re.fullmatch(r"captioners/[a-z0-9-]+\.tflite", one.file)
        assert copied.read_bytes() == path.read_bytes()
        assert one.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_page_is_small_relative_and_strict(
    captioner: Path, archives: Path, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    export_web(captioner, "--out", site, archives=archives)
    files = [path for path in site.rglob("*") if path.is_file()]
    page = [path for path in files if path.parent.name not in ("runtime", "captioners")]
    assert sum(path.stat().st_size for path in page) < MAX_PAGE_BYTES
    for path in page:
        if path.suffix in (".html", ".css", ".js", ".webmanifest"):
            text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
            assert not re.search(r"https?://|(src|href)=\"/|url\(|@import", text), path
    html = (site / "index.html").read_text(encoding="utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)
    assert policy is not None
    assert "default-src 'none'" in policy[1]
    assert "unsafe-inline" not in policy[1]
    assert "'unsafe-eval'" not in policy[1]
    assert not re.search(r"<script(?![^>]*src=)|<style| on[a-z]+=| style=", html)


def test_what_is_kept_offline_is_there_and_a_change_is_another_version(
    captioner: Path, archives: Path, tmp_path: Path
) -> None:
    def kept(site: Path) -> dict:
        text = (site / "sw.js").read_text(encoding="utf-8")
        return json.loads(text.partition("const SITE = ")[2].partition(";\n")[0])

    export_web(captioner, "--out", tmp_path / "a", archives=archives)
    export_web(captioner, "--out", tmp_path / "b", archives=archives)
    export_web(captioner, "--out", tmp_path / "c", "--title", "Other", archives=archives)
    files = kept(tmp_path / "a")
    names = {*files["page"], *files["large"], "sw.js"}
    root = tmp_path / "a"
    assert names == {str(p.relative_to(root)) for p in root.rglob("*") if p.is_file()}
    assert files == kept(tmp_path / "b")
    assert files["version"] != kept(tmp_path / "c")["version"]


def test_a_page_is_replaced_as_a_whole_but_nothing_else(
    captioner: Path, archives: Path, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    export_web(captioner, "--out", site, archives=archives)
    (site / "captioners" / "old.tflite").write_bytes(b"old")
    export_web(captioner, "--out", site, archives=archives)
    assert not (site / "captioners" / "old.tflite").exists()
    assert {path.name for path in tmp_path.iterdir() if path.name.startswith(".")} == set()
    other = tmp_path / "mine"
    other.mkdir()
    (other / "thesis.txt").write_text("years of work")
    arguments = ("export", "web", captioner, "--out", other, "--runtime", archives)
    assert_fails(jewelcap(*arguments), "something else", "does not exist yet")
    assert [path.name for path in other.iterdir()] == ["thesis.txt"]


def test_a_damaged_captioner_makes_no_page(captioner: Path, archives: Path, tmp_path: Path) -> None:
    captioner.write_bytes(captioner.read_bytes()[:-40])
    arguments = ("export", "web", captioner, "--out", tmp_path / "site", "--runtime", archives)
    assert_fails(jewelcap(*arguments), "captioner.tflite", "truncated")
    assert not (tmp_path / "site").exists()


def test_litert_is_fetched_once_and_kept(captioner: Path, archives: Path, tmp_path: Path) -> None:
    registry = tmp_path / "registry"
    publish(archives, registry)
    for name in ("one", "two"):
        assert_done(jewelcap("export", "web", captioner, "--out", tmp_path / name))
        for path in sorted(registry.rglob("*.tgz")):
            path.unlink()
    entry = (tmp_path / "two" / "runtime" / "litert.js").read_text(encoding="utf-8")
    assert 'from "./wasm_utils.js"' in entry
    assert "sourceMappingURL" not in entry
    notice = (tmp_path / "two" / "runtime" / "NOTICE.txt").read_text(encoding="utf-8")
    assert "Apache License" in notice
    assert all(f"{one.name} {one.version}" in notice for one in litert.PACKAGES)


def test_without_network_it_says_how_to_get_litert(captioner: Path, archives: Path) -> None:
    result = jewelcap("export", "web", captioner, "--out", archives / "site")
    assert_fails(result, "cannot be fetched", "npm pack @litertjs/core@", "--runtime FOLDER")


def test_another_archive_than_the_pinned_one_is_refused(
    captioner: Path, archives: Path, tmp_path: Path
) -> None:
    publish(archives, tmp_path / "registry")
    (tampered,) = (tmp_path / "registry").rglob("core-*.tgz")
    tampered.write_bytes(tampered.read_bytes()[:-1] + b"\1")
    out = tmp_path / "site"
    result = jewelcap("export", "web", captioner, "--out", out)
    assert_fails(result, "is not the pinned", "SHA-512")
    core = archives / litert.PACKAGES[0].archive_name
    core.write_bytes(tampered.read_bytes())
    result = jewelcap("export", "web", captioner, "--out", out, "--runtime", archives)
    assert_fails(result, "is not the pinned archive")
    assert not out.exists()


def test_the_pinned_archives_are_those_of_the_public_registry() -> None:
    for package in litert.PACKAGES:
        assert re.fullmatch(
            rf"https://registry\.npmjs\.org/{package.name}/-/[a-z-]+-\d+\.\d+\.\d+\.tgz",
            package.url,
        )
        assert len(base64.b64decode(package.integrity)) == hashlib.sha512().digest_size


def test_the_server_serves_modules_and_webassembly_as_browsers_want_them(
    captioner: Path, archives: Path, tmp_path: Path
) -> None:
    export_web(captioner, "--out", tmp_path / "site", archives=archives)
    with open_server(tmp_path / "site", 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_port}"
        for name, kind in (
            ("", "text/html"),
            ("js/app.js", "text/javascript"),
            ("runtime/litert_wasm_internal.wasm", "application/wasm"),
            ("manifest.webmanifest", "application/manifest+json"),
        ):
            with urllib.request.urlopen(f"{base}/{name}") as response:
                assert response.headers["Content-Type"].startswith(kind)
                assert response.headers["Cache-Control"] == "no-cache"
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(f"{base}/..%2f..%2fetc/passwd")
        with pytest.raises(JewelcapError, match="--port"):
            open_server(tmp_path, server.server_port)
        server.shutdown()


def test_serve_takes_only_a_page(tmp_path: Path) -> None:
    assert_fails(jewelcap("serve", tmp_path), LIST_NAME, "export web")


def test_a_full_disk_leaves_the_old_page(
    captioner: Path, archives: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    export_web(captioner, "--out", site, "--title", "Old", archives=archives)

    def full(path: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        with pytest.raises(JewelcapError, match="disk is full"):
            write_site(site, [captioner], litert.runtime_files(archives), "New")
    assert read_site(site).title == "Old"
    assert not list(tmp_path.glob(".*"))
