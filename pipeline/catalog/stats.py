"""What a catalog holds, in numbers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from mobile_app.camera_app.runtime.levels import LEVELS
from pipeline.catalog.schema import Catalog

TOP: Final = 12
"""How many of the most frequent words are counted."""


@dataclass(frozen=True)
class CatalogStats:
    """Numbers of a catalog's usable rows; counts by name, the most frequent first.

    Attributes:
        catalog: The folder.
        photos: Usable rows.
        skipped: Rows left out.
        products: Distinct products.
        photos_per_product: Products by how many photos they have.
        types: Photos by type, several joined by ` + `.
        stores: Photos by store.
        levels: Photos that have what a level needs.
        terms: Photos by word, for each kind of attribute, the `TOP` most frequent.
        distinct_terms: How many words there are of each kind.
        schema_version: Version of this form.
    """

    catalog: str
    photos: int
    skipped: int
    products: int
    photos_per_product: dict[str, int]
    types: dict[str, int]
    stores: dict[str, int]
    levels: dict[str, int]
    terms: dict[str, dict[str, int]]
    distinct_terms: dict[str, int]
    schema_version: int = 1


def count_catalog(catalog: Catalog) -> CatalogStats:
    """Counts a catalog's rows; photos are not opened."""
    photos = catalog.photos
    per_product = Counter(photo.product_id for photo in photos)
    terms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for photo in photos:
        for term in photo.attributes.terms():
            if term.kind != "type":
                terms[term.kind][term.text] += 1
    return CatalogStats(
        catalog=str(catalog.root),
        photos=len(photos),
        skipped=len(catalog.skipped),
        products=len(per_product),
        photos_per_product={
            str(number): count for number, count in sorted(Counter(per_product.values()).items())
        },
        types=_ranked(" + ".join(photo.attributes.types) for photo in photos),
        stores=_ranked(photo.store for photo in photos),
        levels={
            level.name: sum(level.terms(photo.attributes) is not None for photo in photos)
            for level in LEVELS.values()
        },
        terms={
            kind: dict(sorted(found.items(), key=lambda item: (-item[1], item[0]))[:TOP])
            for kind, found in terms.items()
        },
        distinct_terms={kind: len(found) for kind, found in terms.items()},
    )


def _ranked(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items(), key=lambda item: (-item[1], item[0])))


def stats_text(stats: CatalogStats) -> str:
    """The numbers for people."""
    from pipeline.text_tables import text_table

    parts = [
        f"{stats.catalog}: {stats.photos} photos of {stats.products} products; "
        f"{stats.skipped} rows left out"
    ]
    tables = [
        ("type", "photos", stats.types),
        ("store", "photos", stats.stores),
        ("photos of a product", "products", stats.photos_per_product),
        ("level", "photos", stats.levels),
        *(
            (f"{kind} ({stats.distinct_terms[kind]})", "photos", counts)
            for kind, counts in stats.terms.items()
        ),
    ]
    for title, unit, counts in tables:
        rows = [(name or "(none)", str(count)) for name, count in counts.items()]
        parts.append(text_table((title, unit), rows))
    return "\n\n".join(parts)
