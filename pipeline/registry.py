"""Looking names up in registries."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import TypeVar

from pipeline.errors import JewelcapError

T = TypeVar("T")


def lookup(registry: Mapping[str, T], name: str, what: str) -> T:
    """Returns an entry.

    Args:
        registry: Entries by name.
        name: The name asked for.
        what: What the registry holds, in the singular.

    Raises:
        JewelcapError: There is no such entry; the message lists all and the closest.
    """
    try:
        return registry[name]
    except KeyError:
        close = difflib.get_close_matches(name, registry, n=1)
        hint = f"did you mean {close[0]!r}? " if close else ""
        raise JewelcapError(
            f"unknown {what} {name!r}: {hint}choose one of {', '.join(registry)}"
        ) from None
