"""Which records of two sets belong together, and in what they were measured otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.record import BenchmarkRecord, PhotoSet, delegate_text, threads_text
from pipeline.errors import JewelcapError

_PHOTO_TOLERANCE: Final = 0.10
"""Mean size and length of photos may differ by this share and still take the same time."""

_Key = tuple[str, ...]


@dataclass(frozen=True)
class Pair:
    """Two records of the same thing.

    Attributes:
        title: What was measured, in words.
        before: Of the first set.
        after: Of the second.
    """

    title: str
    before: BenchmarkRecord
    after: BenchmarkRecord


@dataclass(frozen=True)
class Pairing:
    """Two sets of records, paired.

    Attributes:
        pairs: Records of both, in the order of the first set.
        only_before: Titles of records that have no partner in the second set.
        only_after: Titles of those that have none in the first.
        dropped: Records that a later one of the same thing in the same set replaces.
    """

    pairs: tuple[Pair, ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    dropped: tuple[str, ...]


def record_title(record: BenchmarkRecord) -> str:
    """Captioner, place, model, variant and setting of a record in words."""
    model, conditions = record.model, record.conditions
    delegate = delegate_text(conditions.delegate)
    parts = (model.encoder, model.decoder, model.variant, threads_text(conditions.threads))
    told = ", ".join((*parts, *([delegate] if delegate else [])))
    return f"{model.name} on {conditions.target}: {told}"


def pair_records(before: Sequence[BenchmarkRecord], after: Sequence[BenchmarkRecord]) -> Pairing:
    """Pairs records by target, captioner, encoder, decoder, variant, threads and delegate.

    A captioner that has another name in the second set is found by the rest, where only one
    record of each set has it. Two single records are a pair whatever they are.

    Raises:
        JewelcapError: No record has a partner.
    """
    dropped: list[str] = []
    firsts, seconds = _newest(before, "before", dropped), _newest(after, "after", dropped)
    partners = {key: key for key in firsts if key in seconds}
    if len(firsts) == len(seconds) == 1:
        partners = dict(zip(firsts, seconds, strict=True))
    nameless = [Counter(_nameless(key) for key in found) for found in (firsts, seconds)]
    for key in firsts:
        if key not in partners and all(count[_nameless(key)] == 1 for count in nameless):
            partners[key] = next(one for one in seconds if _nameless(one) == _nameless(key))
    if not partners:
        titles = [", ".join(map(record_title, found.values())) for found in (firsts, seconds)]
        raise JewelcapError(
            f"nothing to compare: {titles[0]} here and {titles[1]} there; both must have a "
            "target, model, variant, threads and delegate in common"
        )
    pairs = []
    for key, record in firsts.items():
        if key in partners:
            other = seconds[partners[key]]
            title, second = record_title(record), record_title(other)
            pairs.append(Pair(title if title == second else f"{title} -> {second}", record, other))
    found = set(partners.values())
    return Pairing(
        tuple(pairs),
        tuple(record_title(one) for key, one in firsts.items() if key not in partners),
        tuple(record_title(one) for key, one in seconds.items() if key not in found),
        tuple(dropped),
    )


def _newest(
    records: Iterable[BenchmarkRecord], side: str, dropped: list[str]
) -> dict[_Key, BenchmarkRecord]:
    """The last measurement of each thing; what it replaces is told."""
    found: dict[_Key, BenchmarkRecord] = {}
    for record in sorted(records, key=lambda record: record.started):
        key = _key(record)
        if old := found.get(key):
            dropped.append(
                f"{record_title(old)}, {side}: the one of {old.started}, file "
                f"{old.model.sha256[:8]}, for that of {record.started}, file "
                f"{record.model.sha256[:8]}"
            )
        found[key] = record
    return found


def _key(record: BenchmarkRecord) -> _Key:
    model, conditions = record.model, record.conditions
    # Records of older schemas do not name the usual delegate.
    delegate = delegate_text(conditions.delegate)
    parts = (model.encoder, model.decoder, model.variant, str(conditions.threads), delegate)
    return model.name, conditions.target, *parts


def _nameless(key: _Key) -> _Key:
    return key[1:]


def check_place(pair: Pair) -> None:
    """Makes sure that both were measured at one place.

    Raises:
        JewelcapError: Target, processor or its cores differ; named with both values.
    """
    one, other = pair.before, pair.after
    differences = _differences(
        ("target", one.conditions.target, other.conditions.target),
        ("processor", one.device.cpu, other.device.cpu),
        ("cores", one.device.cores, other.device.cores),
    )
    if differences:
        raise JewelcapError(
            f"{pair.title}: measured with another {', another '.join(differences)}; only "
            "measurements of one device can be compared"
        )


def doubtful_differences(pair: Pair) -> tuple[str, ...]:
    """In what two measurements of one place differ that may change latencies."""
    one, other = pair.before, pair.after
    differences = _differences(
        ("system", one.device.os, other.device.os),
        ("Python", one.device.python, other.device.python),
        (
            "set of instructions",
            " ".join(one.device.cpu_features),
            " ".join(other.device.cpu_features),
        ),
        ("runtime", one.conditions.runtime, other.conditions.runtime),
        ("mode", one.conditions.mode, other.conditions.mode),
        ("level", one.model.level, other.model.level),
    )
    return tuple(f"{pair.title}: measured with another {told}" for told in differences)


def photo_difference(pair: Pair) -> str:
    """In what the described photos differ; empty where they take the same time."""
    one, other = pair.before.conditions.photos, pair.after.conditions.photos
    if one is None or other is None:
        return "" if one == other else "the photos of one of them are not known"
    alike = (one.source, one.n) == (other.source, other.n) and all(
        abs(a - b) <= _PHOTO_TOLERANCE * max(a, b)
        for a, b in ((one.megapixels, other.megapixels), (one.mean_bytes, other.mean_bytes))
    )
    return "" if alike else f"other photos ({_photos_text(one)}; {_photos_text(other)})"


def _photos_text(photos: PhotoSet) -> str:
    size = f"{photos.megapixels:.2f} megapixels, {photos.mean_bytes / 1e3:.0f} kB"
    return f"{photos.n} {photos.source}, {size}"


def _differences(*values: tuple[str, object, object]) -> list[str]:
    return [
        f"{name} ({first or 'unknown'}; {second or 'unknown'})"
        for name, first, second in values
        if first != second
    ]
