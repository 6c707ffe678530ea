"""Decoding compiled manifests: the binary XML of an APK and the protocol buffer of a bundle."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

_STRINGS: Final = 0x0001
_RESOURCES: Final = 0x0180
_START: Final = 0x0102
_END: Final = 0x0103
_UTF8: Final = 1 << 8
_NO_STRING: Final = 0xFFFFFFFF
_TYPE_STRING: Final = 0x03
_TYPE_BOOLEAN: Final = 0x12
_MAX_DEPTH: Final = 100
_MAX_TEXT: Final = 8_000_000
"""Characters of all texts; a pool can point to one long text again and again."""
# Shrunken APKs drop the names of attributes and keep these numbers of them.
_ATTRIBUTE_IDS: Final = {
    0x01010003: "name",
    0x0101000F: "debuggable",
    0x01010010: "exported",
    0x0101020C: "minSdkVersion",
    0x01010270: "targetSdkVersion",
    0x01010271: "maxSdkVersion",
    0x0101021B: "versionCode",
    0x0101021C: "versionName",
    0x0101028E: "required",
    0x01010272: "testOnly",
    0x01010280: "allowBackup",
    0x010104EA: "extractNativeLibs",
}


class ManifestError(ValueError):
    """The bytes are no compiled manifest; the message says why."""


@dataclass
class Element:
    """An element with its attributes by name, without namespaces, and its children."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element] = field(default_factory=list)

    def all(self, tag: str) -> Iterator[Element]:
        """Yields this element and those below that have the tag."""
        if self.tag == tag:
            yield self
        for child in self.children:
            yield from child.all(tag)


def read_axml(data: bytes) -> Element:
    """Decodes an APK's AndroidManifest.xml.

    Raises:
        ManifestError: It is damaged, or text.
    """
    if data[:100].lstrip().startswith(b"<"):
        raise ManifestError("it is text; in an APK it is compiled")
    try:
        return _read_axml(data)
    except (struct.error, IndexError, UnicodeDecodeError):
        raise ManifestError("it is damaged or cut off") from None


def _read_axml(data: bytes) -> Element:
    kind, header, size = struct.unpack_from("<HHI", data, 0)
    if kind != 0x0003 or size > len(data):
        raise ManifestError("it is no compiled XML, or cut off")
    strings: list[str] = []
    resources: tuple[int, ...] = ()
    root, stack = Element(""), []
    stack.append(root)
    at = header
    while at + 8 <= size:
        kind, header, length = struct.unpack_from("<HHI", data, at)
        if length < 8 or at + length > size:
            raise ManifestError("a part of it has an impossible length")
        if kind == _STRINGS:
            strings = _read_strings(data[at : at + length])
        elif kind == _RESOURCES:
            resources = struct.unpack_from(f"<{(length - 8) // 4}I", data, at + 8)
        elif kind == _START:
            element = _read_element(data, at, header, strings, resources)
            stack[-1].children.append(element)
            stack.append(element)
            if len(stack) > _MAX_DEPTH:
                raise ManifestError("it is nested too deeply")
        elif kind == _END and len(stack) > 1:
            stack.pop()
        at += length
    if not root.children:
        raise ManifestError("it has no element")
    return root.children[0]


def _read_strings(chunk: bytes) -> list[str]:
    count, _, flags, start, _ = struct.unpack_from("<5I", chunk, 8)
    strings, left = [], _MAX_TEXT
    for offset in struct.unpack_from(f"<{min(count, len(chunk))}I", chunk, 28):
        strings.append(_read_string(chunk, start + offset, bool(flags & _UTF8)))
        left -= len(strings[-1])
        if left < 0:
            raise ManifestError("its texts are impossibly long")
    return strings


def _read_string(chunk: bytes, at: int, utf8: bool) -> str:
    if utf8:
        # Length in characters, then in bytes, each in one byte or two.
        at += 2 if chunk[at] & 0x80 else 1
        length = chunk[at]
        at += 1
        if length & 0x80:
            length = (length & 0x7F) << 8 | chunk[at]
            at += 1
        return chunk[at : at + length].decode("utf-8", "replace")
    (length,) = struct.unpack_from("<H", chunk, at)
    at += 2
    if length & 0x8000:
        length = (length & 0x7FFF) << 16 | struct.unpack_from("<H", chunk, at)[0]
        at += 2
    return chunk[at : at + 2 * length].decode("utf-16-le", "replace")


def _read_element(
    data: bytes, at: int, header: int, strings: list[str], resources: tuple[int, ...]
) -> Element:
    body = at + header
    _, name, start, size, count = struct.unpack_from("<IIHHH", data, body)
    element = Element(strings[name])
    if count * size > len(data):
        raise ManifestError("an element has an impossible number of attributes")
    for index in range(count):
        place = body + start + index * size
        _, key, raw, _, _, kind, value = struct.unpack_from("<IIIHBBI", data, place)
        attribute = strings[key] if key < len(strings) else ""
        if key < len(resources):
            attribute = _ATTRIBUTE_IDS.get(resources[key], attribute)
        if kind == _TYPE_STRING or raw != _NO_STRING:
            text = strings[value if kind == _TYPE_STRING else raw]
        elif kind == _TYPE_BOOLEAN:
            text = "true" if value else "false"
        else:
            text = str(value)
        element.attributes[attribute] = text
    return element


def read_proto(data: bytes) -> Element:
    """Decodes a bundle's AndroidManifest.xml, an `aapt.pb.XmlNode`.

    Raises:
        ManifestError: It is damaged, or in another form.
    """
    try:
        for number, value in _fields(data):
            if number == 1 and isinstance(value, bytes):
                return _proto_element(value, 0)
    except (IndexError, UnicodeDecodeError):
        raise ManifestError("it is damaged or cut off") from None
    raise ManifestError("it has no element")


def _proto_element(data: bytes, depth: int) -> Element:
    if depth > _MAX_DEPTH:
        raise ManifestError("it is nested too deeply")
    element = Element("")
    for number, value in _fields(data):
        if not isinstance(value, bytes):
            continue
        if number == 3:
            element.tag = value.decode()
        elif number == 4:
            name, text = _proto_attribute(value)
            element.attributes[name] = text
        elif number == 5:
            for inner, child in _fields(value):
                if inner == 1 and isinstance(child, bytes):
                    element.children.append(_proto_element(child, depth + 1))
    return element


def _proto_attribute(data: bytes) -> tuple[str, str]:
    name = text = ""
    compiled = b""
    for number, value in _fields(data):
        if not isinstance(value, bytes):
            if number == 5:
                name = _ATTRIBUTE_IDS.get(value, name)
        elif number == 2:
            name = name or value.decode()
        elif number == 3:
            text = value.decode()
        elif number == 6:
            compiled = value
    if not text:
        for number, value in _fields(compiled):
            if number == 7 and isinstance(value, bytes):
                for kind, primitive in _fields(value):
                    if kind == 8:
                        text = "true" if primitive else "false"
                    elif kind in (6, 7) and isinstance(primitive, int):
                        text = str(primitive)
    return name, text


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yields the number and value of each field of a message."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        wire = key & 7
        if wire == 0:
            value, at = _varint(data, at)
            yield key >> 3, value
            continue
        if wire == 2:
            length, at = _varint(data, at)
        elif wire in (1, 5):
            length = 8 if wire == 1 else 4
        else:
            raise ManifestError("it is no protocol buffer")
        if at + length > len(data):
            raise ManifestError("it is cut off")
        yield key >> 3, data[at : at + length]
        at += length


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if not byte & 0x80:
            return value, at
        if shift > 63:
            raise ManifestError("it is no protocol buffer")
