"""Progress bars for long work, on standard error so that standard output stays a result."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

import click

T = TypeVar("T")


def track(items: Iterable[T], label: str, length: int | None = None) -> Iterator[T]:
    """Yields items while showing how many are done."""
    with click.progressbar(items, length=length, label=label, file=sys.stderr) as bar:
        yield from bar
