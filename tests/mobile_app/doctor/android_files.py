"""Small APKs, bundles, libraries, manifests and apps, right unless a test asks otherwise."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from mobile_app.doctor.checkup import PROJECT_APP
from mobile_app.doctor.toolchain import EMBEDDED_MODEL
from tests.bundles import write_fake_bundle

ANDROID = "http://schemas.android.com/apk/res/android"
LIBRARIES = ("libmain.so", "libpython3.14.so", "libSDL2.so", "libtensorflowlite_jni.so")
MACHINES = {"arm64-v8a": (64, 183), "armeabi-v7a": (32, 40), "x86_64": (64, 62)}
FEATURES = '<uses-feature android:name="android.hardware.camera.any" android:required="false" />'
SITE = "_python_bundle/site-packages"
PYC = (3627).to_bytes(2, "little") + b"\r\n" + bytes(12)
DEX = b"dex\n035\0 Lorg/kivy/android/PythonActivity; Lorg/tensorflow/lite/Interpreter;"

Tree = tuple[str, dict[str, object], list["Tree"]]


def elf(bits: int = 64, machine: int = 183, alignment: int = 16384, kind: int = 3) -> bytes:
    """A library of one segment that is loaded."""
    head = b"\x7fELF" + bytes([bits // 32, 1, 1]) + bytes(9)
    if bits == 64:
        head += struct.pack("<HHIQQQIHHHHHH", kind, machine, 1, 0, 64, 0, 0, 64, 56, 1, 64, 0, 0)
        head += struct.pack("<IIQQQQQQ", 1, 5, 0, 0, 0, 200, 200, alignment)
    else:
        head += struct.pack("<HHIIIIIHHHHHH", kind, machine, 1, 0, 52, 0, 0, 52, 32, 1, 40, 0, 0)
        head += struct.pack("<8I", 1, 0, 0, 0, 200, 200, 5, alignment)
    return head.ljust(256, b"\0")


def manifest(
    target: int = 36,
    permissions: tuple[str, ...] = ("CAMERA",),
    debuggable: bool = False,
    extract: bool = True,
) -> Tree:
    """A manifest as a tree of tag, attributes and children."""
    asked: list[Tree] = [
        ("uses-permission", {"name": f"android.permission.{name}"}, []) for name in permissions
    ]
    flags = {"debuggable": debuggable, "extractNativeLibs": extract, "allowBackup": False}
    children: list[Tree] = [
        ("uses-sdk", {"minSdkVersion": 24, "targetSdkVersion": target}, []),
        *asked,
        ("uses-feature", {"name": "android.hardware.camera.any", "required": False}, []),
        ("application", dict(flags), [activity()]),
    ]
    return ("manifest", {"package": "org.jewelcap.jewelcap"}, children)


def activity(**attributes: object) -> Tree:
    """The app's window, which its icon opens."""
    named: list[Tree] = [
        ("action", {"name": "android.intent.action.MAIN"}, []),
        ("category", {"name": "android.intent.category.LAUNCHER"}, []),
    ]
    said = {"name": "org.kivy.android.PythonActivity", "exported": True, **attributes}
    return ("activity", said, [("intent-filter", {}, named)])


def axml(tree: Tree, utf8: bool = False) -> bytes:
    """Compiles a manifest as aapt does for an APK."""
    strings: list[str] = []

    def index(text: str) -> int:
        if text not in strings:
            strings.append(text)
        return strings.index(text)

    def nodes(node: Tree) -> bytes:
        tag, attributes, children = node
        body = b""
        for name, value in attributes.items():
            key = index(name)
            if isinstance(value, bool):
                typed = (0xFFFFFFFF, 0x12, 0xFFFFFFFF if value else 0)
            elif isinstance(value, int):
                typed = (0xFFFFFFFF, 0x10, value)
            else:
                typed = (index(str(value)), 0x03, index(str(value)))
            raw, kind, data = typed
            body += struct.pack("<IIIHBBI", index(ANDROID), key, raw, 8, 0, kind, data)
        start = struct.pack("<IIHHHHHH", 0xFFFFFFFF, index(tag), 20, 20, len(attributes), 0, 0, 0)
        whole = struct.pack("<HHIII", 0x0102, 16, 16 + len(start) + len(body), 1, 0xFFFFFFFF)
        end = struct.pack("<HHIIIII", 0x0103, 16, 24, 1, 0xFFFFFFFF, 0xFFFFFFFF, index(tag))
        return whole + start + body + b"".join(map(nodes, children)) + end

    content = nodes(tree)
    texts, offsets = b"", []
    for text in strings:
        offsets.append(len(texts))
        if utf8:
            data = text.encode()
            texts += bytes([len(text), len(data)]) + data + b"\0"
        else:
            texts += struct.pack("<H", len(text)) + text.encode("utf-16-le") + b"\0\0"
    texts += bytes(-len(texts) % 4)
    start = 28 + 4 * len(strings)
    pool = struct.pack("<5I", len(strings), 0, 256 if utf8 else 0, start, 0)
    pool += struct.pack(f"<{len(offsets)}I", *offsets) + texts
    pool = struct.pack("<HHI", 0x0001, 28, 8 + len(pool)) + pool
    return struct.pack("<HHI", 0x0003, 8, 8 + len(pool) + len(content)) + pool + content


def proto(tree: Tree) -> bytes:
    """Compiles a manifest as aapt2 does for a bundle."""

    def field(number: int, data: bytes) -> bytes:
        length, head = len(data), b""
        while length > 127:
            head, length = head + bytes([length & 127 | 128]), length >> 7
        return bytes([number << 3 | 2]) + head + bytes([length]) + data

    tag, attributes, children = tree
    element = field(3, tag.encode())
    for name, value in attributes.items():
        text = str(value).lower() if isinstance(value, bool) else str(value)
        element += field(4, field(2, name.encode()) + field(3, text.encode()))
    for child in children:
        element += field(5, proto(child))
    return field(1, element)


def private_tar(model: bytes | None, extra: Mapping[str, bytes] | None = None) -> bytes:
    """The Python side of a package."""
    members = {"main.pyc": PYC, **(extra or {})}
    if model is not None:
        members[EMBEDDED_MODEL] = model
    return packed(members)


def packed(members: Mapping[str, bytes]) -> bytes:
    """A gzipped tar archive."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return gzip.compress(buffer.getvalue())


def python_bundle(bits: int, machine: int, extra: Mapping[str, bytes] | None = None) -> bytes:
    """Python's modules, with a native one of numpy."""
    members = {f"{SITE}/{name}/__init__.pyc": PYC for name in ("numpy", "PIL", "kivy", "jnius")}
    members[f"{SITE}/numpy/_core/_multiarray_umath.so"] = elf(bits, machine)
    return packed({"_python_bundle/stdlib.zip": b"PK", **members, **(extra or {})})


def package_entries(
    model: bytes | None, abis: tuple[str, ...] = ("arm64-v8a",)
) -> dict[str, bytes]:
    """What lies in a right package, by name in an APK; the manifest is left out."""
    entries = {"assets/private.tar": private_tar(model), "classes.dex": DEX}
    for abi in abis:
        bits, machine = MACHINES[abi]
        for name in LIBRARIES:
            entries[f"lib/{abi}/{name}"] = elf(bits, machine)
        entries[f"lib/{abi}/libpybundle.so"] = python_bundle(bits, machine)
    return entries


def write_apk(
    path: Path,
    entries: Mapping[str, bytes],
    tree: Tree | None = None,
    stored: tuple[str, ...] = (),
    signed: bytes | None = b"Jewelcap",
) -> Path:
    """Writes an APK with a v2 signature; `stored` names entries that are not compressed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("AndroidManifest.xml", axml(tree or manifest()))
        for name, data in entries.items():
            kind = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(name, data, kind)
    data = buffer.getvalue()
    path.write_bytes(data if signed is None else sign(data, signed))
    return path


def sign(data: bytes, certificate: bytes) -> bytes:
    """Puts a signing block of scheme v2 before the directory of an archive."""
    value = certificate.ljust(100, b"\0")
    pair = struct.pack("<QI", 4 + len(value), 0x7109871A) + value
    size = len(pair) + 24
    block = struct.pack("<Q", size) + pair + struct.pack("<Q", size) + b"APK Sig Block 42"
    end = data.rindex(b"PK\x05\x06")
    (directory,) = struct.unpack_from("<I", data, end + 16)
    tail = bytearray(data[end:])
    struct.pack_into("<I", tail, 16, directory + len(block))
    return data[:directory] + block + data[directory:end] + bytes(tail)


def write_bundle_package(
    path: Path, entries: Mapping[str, bytes], tree: Tree | None = None
) -> Path:
    """Writes an AAB with a JAR signature."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("base/manifest/AndroidManifest.xml", proto(tree or manifest()))
        archive.writestr("BundleConfig.pb", b"**.tflite")
        for name in ("MANIFEST.MF", "KEY.SF", "KEY.RSA"):
            archive.writestr(f"META-INF/{name}", b"Jewelcap")
        for name, data in entries.items():
            inner = f"dex/{name}" if name.endswith(".dex") else name
            archive.writestr(f"base/{inner}", data)
    return path


def write_app(folder: Path, spec: str | None = None, embedded: bool = True) -> Path:
    """Writes an app of two modules with the project's own spec, or another."""
    (folder / "assets").mkdir(parents=True)
    for name in ("icon.png", "icon_foreground.png", "icon_background.png", "presplash.png"):
        (folder / "assets" / name).write_bytes((PROJECT_APP / "assets" / name).read_bytes())
    (folder / "assets/uses_features.xml").write_text(FEATURES, encoding="utf-8")
    own = (PROJECT_APP / "buildozer.spec").read_text(encoding="utf-8")
    (folder / "buildozer.spec").write_text(own if spec is None else spec, encoding="utf-8")
    package = folder / "camera_app"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "look.py").write_text("import numpy\nfrom PIL import Image\n", encoding="utf-8")
    (folder / "main.py").write_text("from camera_app import look\n", encoding="utf-8")
    if embedded:
        model = folder / EMBEDDED_MODEL
        model.parent.mkdir()
        write_fake_bundle(model)
    return folder
