"""A first look at sources: what they hold, and whether they can stand in one catalog."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.catalog.rows import EXTRA_CELLS
from pipeline.catalog.schema import COLUMNS
from pipeline.catalog.sources import Source, open_source
from pipeline.errors import JewelcapError


@dataclass(frozen=True)
class Survey:
    """What sources hold.

    Attributes:
        columns: Of all rows, those of a catalog first.
        rows: Number of them.
        size: Bytes of the photos.
        stores: Shops of the rows.
    """

    columns: tuple[str, ...]
    rows: int
    size: int
    stores: frozenset[str]


def open_sources(
    paths: Sequence[Path], columns: Mapping[str, str], types: Mapping[str, str], store: str
) -> list[Source]:
    """Opens sources; each of several is a store, named as its folder, where no row names one.

    Args:
        paths: See `open_source`.
        columns: See `open_source`.
        types: See `open_source`.
        store: Store of rows that name none, or empty.

    Raises:
        JewelcapError: One is not readable, or two hold the same photos or have the same name.
    """
    for number, path in enumerate(paths):
        for other in paths[:number]:
            one, two = path.resolve(), other.resolve()
            if one == two or one in two.parents or two in one.parents:
                raise JewelcapError(f"{other} and {path}: one source holds the other; name it once")
    sources = [open_source(path, columns, types) for path in paths]
    if len(sources) == 1:
        return [replace(sources[0], store=store)]
    names: dict[str, Path] = {}
    for source in sources:
        name = source.root.resolve().name
        if name.casefold() in names:
            raise JewelcapError(
                f"{names[name.casefold()]} and {source.path}: both stand in a folder {name!r}, "
                "which is to name their photos and their store; rename one of the folders"
            )
        names[name.casefold()] = source.path
    return [
        replace(source, store=store or name, place=f"{name}/")
        for source in sources
        for name in [source.root.resolve().name]
    ]


def survey(sources: Sequence[Source], columns: Mapping[str, str], store: str) -> Survey:
    """Reads all rows once.

    Args:
        sources: In order.
        columns: The sources' names of columns, by the catalog's names.
        store: The one that may stand in several sources because the user said so, or empty.

    Raises:
        JewelcapError: A mapped column is missing, or two sources name one store.
    """
    found = dict.fromkeys(COLUMNS)
    owners: dict[str, Path] = {}
    rows = size = 0
    for source in sources:
        one = _survey(source, columns)
        found |= dict.fromkeys(one.columns)
        rows, size = rows + one.rows, size + one.size
        for name in sorted(one.stores - {store}):
            if name in owners:
                raise JewelcapError(
                    f"{owners[name]} and {source.path}: both name a store {name!r}, so that equal "
                    "product_ids would become one product; rename one of them, or bring the rows "
                    "of one shop into one file"
                )
            owners[name] = source.path
    return Survey(tuple(found), rows, size, frozenset(owners) | ({store} if store else set()))


def _survey(source: Source, mapped: Mapping[str, str]) -> Survey:
    found: dict[str, None] = {}
    stores: set[str] = set()
    rows = size = 0
    for row in source.rows():
        rows += 1
        found |= dict.fromkeys(row)
        stores.add(row.get("store", "").strip() or source.store)
        with suppress(OSError, ValueError):  # It will be named as missing.
            size += (source.root / row["file_name"]).stat().st_size
    columns = tuple(name for name in found if name and name != EXTRA_CELLS)
    missing = [f"{ours}={theirs}" for ours, theirs in mapped.items() if theirs not in found]
    if missing and rows:
        raise JewelcapError(
            f"{source.path}: --column {missing[0]}: the source has no such column (found: "
            f"{', '.join(sorted(columns))})"
        )
    return Survey(columns, rows, size, frozenset(stores))
