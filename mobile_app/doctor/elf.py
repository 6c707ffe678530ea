"""Reading the header of a shared library: bits, machine, and the alignment of its segments."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

_LOAD: Final = 1
_SHARED: Final = 3
_MAX_HEADERS: Final = 512


class ElfError(ValueError):
    """The bytes are no whole library; the message says why."""


@dataclass(frozen=True)
class Elf:
    """What decides whether Android loads a library.

    Attributes:
        bits: 32 or 64.
        machine: Number of its instruction set.
        shared: Whether it is a shared library, and not a program or an object.
        alignments: Of its loaded segments, in bytes.
        congruent: Whether each segment lies in the file as it lies in memory, modulo alignment.
    """

    bits: int
    machine: int
    shared: bool
    alignments: tuple[int, ...]
    congruent: bool


def read_elf(data: bytes, size: int) -> Elf:
    """Reads a library.

    Args:
        data: The file, or as much of its beginning as holds the program headers.
        size: Bytes that the whole file has.

    Raises:
        ElfError: It is no ELF file, or a part of it is missing.
    """
    if data[:4] != b"\x7fELF":
        raise ElfError("it does not begin as an ELF file does")
    if len(data) < 20 or data[4] not in (1, 2) or data[5] not in (1, 2):
        raise ElfError("its header is cut off or damaged")
    bits, order = 32 * data[4], "<" if data[5] == 1 else ">"
    if order == ">":
        raise ElfError("it is big-endian; Android is not")
    try:
        kind, machine = struct.unpack_from("<HH", data, 16)
        if bits == 64:
            (start,) = struct.unpack_from("<Q", data, 32)
            entry, count = struct.unpack_from("<HH", data, 54)
        else:
            (start,) = struct.unpack_from("<I", data, 28)
            entry, count = struct.unpack_from("<HH", data, 42)
        if entry < (56 if bits == 64 else 32) or not 0 < count <= _MAX_HEADERS:
            raise ElfError("it has no program headers that could be read")
        if start + entry * count > size:
            raise ElfError("it is cut off before its program headers")
        segments = [_segment(data, start + entry * index, bits) for index in range(count)]
    except struct.error:
        raise ElfError("it is cut off in its headers") from None
    loaded = [segment for segment in segments if segment[0] == _LOAD]
    if not loaded:
        raise ElfError("it has no segment that is loaded")
    if any(offset + length > size for _, offset, _, length, _ in loaded):
        raise ElfError("it is cut off: a segment ends behind its end")
    return Elf(
        bits,
        machine,
        kind == _SHARED,
        tuple(alignment for *_, alignment in loaded),
        all(
            alignment < 2 or (address - offset) % alignment == 0
            for _, offset, address, _, alignment in loaded
        ),
    )


def _segment(data: bytes, at: int, bits: int) -> tuple[int, int, int, int, int]:
    if bits == 64:
        kind, _, offset, address, _, length, _, alignment = struct.unpack_from(
            "<IIQQQQQQ", data, at
        )
    else:
        kind, offset, address, _, length, _, _, alignment = struct.unpack_from("<8I", data, at)
    return kind, offset, address, length, alignment
