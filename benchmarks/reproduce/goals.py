"""What this project set out to reach, and whether the figures reach it. A new goal is a new row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from benchmarks.report_table import megabytes
from benchmarks.reproduce.cells import HONEST, MOBILE
from benchmarks.reproduce.own_tables import paired_text, total_seconds
from benchmarks.reproduce.paper import TABLE_II
from benchmarks.reproduce.records import CaptionerResult, ModelResult, Reproduction
from benchmarks.reproduce.statistics import compare, type_figures
from benchmarks.reproduce.tables import NOT_DONE, NOTHING, Table, f1_text, figure, name_of
from benchmarks.reproduce.unseen import compare_unseen, unseen_pairs

COMPLETE: Final = 0.985
COMPLETE_LOW: Final = 0.957
TYPES: Final = 0.99
WORST_F1: Final = 0.97
TEST_PHOTOS: Final = 400
FROZEN: Final = (0.90, 0.98)
INT8_BYTES: Final = 4_500_000
TIMES_FASTER: Final = 60.0
HOURS: Final = {"full": 4.0, "quick": 0.25}
"""By effort, on two cores, from nothing."""

Row = tuple[str, str, str, str]
"""Goal, model, figure, verdict."""


def goal_table(record: Reproduction) -> Table:
    """Every goal with its figure: reached or missed."""
    rows = [*_mobile_rows(record), *_test_rows(record), *_unseen_rows(record), *_time_rows(record)]
    note = (
        f"Protocol {HONEST} unless a row says otherwise; CCR [95 % Wilson interval], n test "
        "photos. Reached means that the figure itself is, which other test photos need not "
        "confirm: the interval says how far off they may be. Goals on photos of real shops and on "
        "phones are measured elsewhere."
    )
    head = ("goal", "model", "figure", "")
    return Table("goals", "Goals", head, tuple(rows), note, words=4)


def _verdict(reached: bool) -> str:
    return "reached" if reached else "missed"


def _mobile_rows(record: Reproduction) -> Iterator[Row]:
    peer = record.find(*record.peer, HONEST)
    for result in _candidates(record):
        name = " + ".join(name_of(result))
        complete, basic = result.accuracy("complete"), result.accuracy("basic")
        if complete:
            goal = f"MobileNet: complete CCR at least {COMPLETE}"
            yield goal, name, figure(complete), _verdict(complete.ccr >= COMPLETE)
            goal = f"MobileNet: lower end of that interval above {COMPLETE_LOW}"
            yield goal, name, f"{complete.low:.3f}", _verdict(complete.low > COMPLETE_LOW)
        goal = "MobileNet: not below VGG-16 + GRU of the same run, complete"
        pair = compare(result.test, peer.test, "complete") if peer else None
        if peer and pair:
            yield goal, name, paired_text(result, peer), _verdict(pair.difference >= 0)
        else:
            yield goal, name, NOTHING, NOT_DONE
        if basic:
            goal = f"MobileNet: types, CCR at least {TYPES}"
            yield goal, name, figure(basic), _verdict(basic.ccr >= TYPES)
        worst = min(type_figures(result.test.types), key=lambda one: one.f1, default=None)
        if worst:
            published = min(TABLE_II, key=lambda row: row.f1)
            yield (
                f"MobileNet: F1 of the worst type at least {WORST_F1} (the paper's, leaking: "
                f"{published.f1:.3f}, {published.type}, n = {published.n})",
                name,
                f"{f1_text(worst)}, {worst.type}, n = {worst.recall.n}",
                _verdict(worst.f1 >= WORST_F1),
            )
        yield from _file_rows(record, result, peer, name)


def _candidates(record: Reproduction) -> list[ModelResult]:
    """The MobileNets that may reach the goals: those given, or else the frozen one."""
    given = [
        one for one in record.given if one.family == "mobilenet" and one.config.protocol == HONEST
    ]
    frozen = record.find(MOBILE, record.peer[1], HONEST)
    return given or ([frozen] if frozen else [])


def _file_rows(
    record: Reproduction, result: ModelResult, peer: ModelResult | None, name: str
) -> Iterator[Row]:
    goal = f"MobileNet: int8 file of at most {INT8_BYTES / 1e6} MB"
    name = f"{name}, int8"
    int8 = record.captioner(result, "int8")
    if int8 is None:
        refused = any(one.result == result.name and one.refused for one in record.captioners)
        yield (
            goal,
            name,
            "refused by the export" if refused else NOTHING,
            ("missed" if refused else NOT_DONE),
        )
        return
    yield goal, name, f"{megabytes(int8.size_bytes)} MB", _verdict(int8.size_bytes <= INT8_BYTES)
    goal = "MobileNet: int8 file not below VGG-16 + GRU in float, complete"
    pair = compare(int8.test, peer.test, "complete") if peer and int8.test else None
    if pair:
        yield (
            goal,
            name,
            f"{pair.difference:+.3f} [{pair.low:+.3f}, {pair.high:+.3f}] "
            f"({pair.only_a} : {pair.only_b}), p = {pair.p_value:.3g}, n = {pair.n}",
            _verdict(pair.difference >= 0),
        )
    else:
        yield goal, name, NOTHING, NOT_DONE
    goal = f"MobileNet: int8 file {TIMES_FASTER:.0f} times faster than VGG-16 + GRU in float32"
    ratio = _times_faster(record, int8, record.captioner(peer, "float32") if peer else None)
    if ratio:
        yield goal, name, f"{ratio:.1f} times, this computer", _verdict(ratio >= TIMES_FASTER)
    else:
        yield goal, name, NOTHING, NOT_DONE


def _times_faster(
    record: Reproduction, one: CaptionerResult, other: CaptionerResult | None
) -> float | None:
    mine, its = record.latency(one), record.latency(other) if other else None
    if mine and its and mine.latency.photo and its.latency.photo:
        return its.latency.photo.p50 / mine.latency.photo.p50
    return None


def _test_rows(record: Reproduction) -> Iterator[Row]:
    peer = record.find(*record.peer, HONEST)
    goal = f"Test of at least {TEST_PHOTOS} photos, leak-free"
    some = peer or next((one for one in record.results if one.config.protocol == HONEST), None)
    if some:
        yield (
            goal,
            NOTHING,
            f"n = {some.test.n}; {counts_text(some)}",
            _verdict(some.test.n >= TEST_PHOTOS),
        )
    low, high = FROZEN
    goal = f"Catalog neither too easy nor too hard: frozen VGG-16 + GRU, complete, {low} to {high}"
    complete = peer.accuracy("complete") if peer else None
    if complete is None:
        yield goal, "VGG-16 + GRU", NOTHING, NOT_DONE
    else:
        reached = low <= complete.ccr <= high
        side = "the catalog is harder" if complete.ccr < low else "the catalog is easier"
        verdict = _verdict(reached) + ("" if reached else f": {side}")
        yield goal, "VGG-16 + GRU", figure(complete), verdict


def counts_text(result: ModelResult) -> str:
    """Why not all test photos count in every figure."""
    n = result.test.n
    parts = []
    complete = result.accuracy("complete")
    if complete and complete.n < n:
        parts.append(
            f"{complete.n} of them have a complete caption, {n - complete.n} have none, since the "
            "catalog names no design for them"
        )
    if several := result.test.type_sets.exact_several.n:
        parts.append(f"{n - several} show one type (Table II), {several} show several")
    return "; ".join(parts) or "all count everywhere"


def _unseen_rows(record: Reproduction) -> Iterator[Row]:
    goal = "Unseen products, normal captions: fewer errors than the frozen baseline by a factor"
    found = False
    for result, base in unseen_pairs(record):
        if ratio := compare_unseen(result, base):
            found = True
            name = " + ".join(name_of(result))
            against = " + ".join(name_of(base))
            yield (
                goal,
                name,
                f"{ratio.text} ({against}), protocol products",
                _verdict(ratio.factor > 1.0),
            )
    if not found:
        yield goal, NOTHING, NOTHING, NOT_DONE


def _time_rows(record: Reproduction) -> Iterator[Row]:
    limit = HOURS[record.effort]
    total = total_seconds(record)
    goal = f"Everything within {limit:g} h on two cores, from nothing"
    if total is None:
        return
    steps = f"{total / 3600:.1f} h, {record.device.cores} cores"
    if record.missing and total / 3600 <= limit:
        yield goal, NOTHING, f"{steps}, {len(record.missing)} cells missing", NOT_DONE
    else:
        yield goal, NOTHING, steps, _verdict(total / 3600 <= limit)
