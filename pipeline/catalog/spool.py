"""What must be at hand for every photo but not in memory: records and names in temporary files."""

from __future__ import annotations

import os
import tempfile
from array import array
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, Generic, TypeVar, overload

from pipeline.files import disk_error

Item = TypeVar("Item")

_FREE: Final = -1
_SMALLEST: Final = 64


class Spool:
    """Byte strings by number; in memory are 8 bytes of each."""

    def __init__(self) -> None:
        """Starts empty."""
        self._file = tempfile.TemporaryFile(prefix="jewelcap-")  # noqa: SIM115  # lives as long
        self._ends = array("Q", [0])
        self._flushed = True

    def append(self, data: bytes) -> None:
        """Adds one at the end."""
        try:
            self._file.write(data)
        except OSError as error:
            raise disk_error(Path(tempfile.gettempdir()), error) from None
        self._ends.append(self._ends[-1] + len(data))
        self._flushed = False

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, place: int) -> bytes:
        if not self._flushed:
            try:
                self._file.flush()
            except OSError as error:
                raise disk_error(Path(tempfile.gettempdir()), error) from None
            self._flushed = True
        start, end = self._ends[place], self._ends[place + 1]
        return os.pread(self._file.fileno(), end - start, start)


class Names:
    """Different names, numbered as they come; in memory are about 30 bytes of each."""

    def __init__(self) -> None:
        """Starts empty."""
        self._names = Spool()
        self._hashes = array("q")
        # Open addressing: places of names by their hashes, at most half full.
        self._slots = array("i", [_FREE]) * _SMALLEST

    def add(self, name: str) -> bool:
        """Adds a name, unless it is there.

        Returns:
            Whether it was new.
        """
        data, code = _encoded(name), hash(name)
        slot = self._slot(data, code)
        if self._slots[slot] != _FREE:
            return False
        self._slots[slot] = len(self._hashes)
        self._names.append(data)
        self._hashes.append(code)
        if 2 * len(self._hashes) > len(self._slots):
            self._grow()
        return True

    def find(self, name: str) -> int | None:
        """The number of a name, or None if it is not there."""
        place = self._slots[self._slot(_encoded(name), hash(name))]
        return None if place == _FREE else place

    def __len__(self) -> int:
        return len(self._hashes)

    def __getitem__(self, place: int) -> str:
        return self._names[place].decode(errors="surrogatepass")

    def __iter__(self) -> Iterator[str]:
        return map(self.__getitem__, range(len(self)))

    def _slot(self, data: bytes, code: int) -> int:
        last = len(self._slots) - 1
        slot = code & last
        while (place := self._slots[slot]) != _FREE:
            if self._hashes[place] == code and self._names[place] == data:
                break
            slot = (slot + 1) & last
        return slot

    def _grow(self) -> None:
        self._slots = array("i", [_FREE]) * (2 * len(self._slots))
        last = len(self._slots) - 1
        for place, code in enumerate(self._hashes):
            slot = code & last
            while self._slots[slot] != _FREE:
                slot = (slot + 1) & last
            self._slots[slot] = place


def _encoded(name: str) -> bytes:
    # Names that a file system gives may hold bytes that are no text.
    return name.encode(errors="surrogatepass")


class Records(Sequence[Item], Generic[Item]):
    """A sequence whose items lie on the disk and are made anew whenever one is asked for."""

    def __init__(self, encode: Callable[[Item], bytes], decode: Callable[[bytes], Item]) -> None:
        """Starts empty.

        Args:
            encode: Turns an item into bytes.
            decode: Makes an equal item of them.
        """
        self._encode, self._decode = encode, decode
        self._spool = Spool()

    def append(self, item: Item) -> None:
        """Adds an item at the end."""
        self._spool.append(self._encode(item))

    def __len__(self) -> int:
        return len(self._spool)

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Item]: ...
    def __getitem__(self, index: int | slice) -> Item | Sequence[Item]:
        places = range(len(self))[index]
        if isinstance(places, range):
            return tuple(self._decode(self._spool[place]) for place in places)
        return self._decode(self._spool[places])

    def __iter__(self) -> Iterator[Item]:
        return (self._decode(self._spool[place]) for place in range(len(self)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Records | tuple):
            return NotImplemented
        return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]
