from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.compare import compare_records
from benchmarks.compare_text import failure_text
from benchmarks.pairing import record_title
from benchmarks.record import BenchmarkRecord, PhotoSet
from pipeline.errors import JewelcapError

from .make_record import DEVICE, make_record, photo_change, with_conditions, with_latency


def test_records_are_paired_by_model_and_setting() -> None:
    before = [make_record("int8"), make_record("float32", 20.0), make_record("int8", threads=2)]
    after = [make_record("int8", 30.0), make_record("float16", 20.0)]
    comparison = compare_records(before, after)
    assert {change.name for change in comparison.changes} == {record_title(before[0])}
    assert [name.split(", ")[2:] for name in comparison.only_before] == [
        ["float32", "1 thread"],
        ["int8", "2 threads"],
    ]
    assert [name.split(", ")[2] for name in comparison.only_after] == ["float16"]


def test_two_single_records_are_compared_whatever_they_are_called() -> None:
    comparison = compare_records([make_record("float32")], [make_record("int8", 30.0)])
    change = photo_change(comparison)
    assert change.verdict == "worse"
    assert "float32, 1 thread -> shop int8 on host" in change.name


def test_the_newest_of_several_measurements_counts() -> None:
    old = make_record(photo=99.0, started="2026-11-22T08:00:00+00:00")
    new = make_record(photo=10.0)
    assert photo_change(compare_records([new, old], [new])).ratio == 1.0


def test_other_machines_and_other_models_cannot_be_compared() -> None:
    other = make_record(device=replace(DEVICE, cpu="Other CPU"))
    with pytest.raises(
        JewelcapError, match=r"Example CPU 9000; .* only measurements of one device"
    ):
        compare_records([make_record()], [other])
    with pytest.raises(JewelcapError, match="nothing to compare"):
        compare_records(
            [make_record("int8"), make_record("float32")],
            [make_record("float16"), make_record("dynamic")],
        )


def test_records_of_other_captioners_do_not_shadow_each_other() -> None:
    before = [make_record(name="a"), make_record(name="b")]
    after = [make_record(photo=30.0, name="a"), make_record(name="b")]
    (worse, *_) = compare_records(before, after).regressions
    assert worse.name.startswith("a on host: ")
    assert not compare_records(before, after).dropped


def test_places_are_paired_apart() -> None:
    records = [make_record(), make_record(photo=50.0, target="app")]
    assert not compare_records(records, list(reversed(records))).regressions


def test_a_captioner_of_another_name_is_found_where_only_one_fits() -> None:
    other = make_record("float32")
    before, after = make_record(name="old"), make_record(photo=30.0, name="new")
    comparison = compare_records([before, other], [after, other])
    assert photo_change(replace(comparison, changes=comparison.changes[:1])).verdict == "worse"
    assert (
        "old on host" in comparison.changes[0].name and "new on host" in comparison.changes[0].name
    )
    comparison = compare_records([before, other], [after, make_record(name="newer"), other])
    assert comparison.only_before == (record_title(before),)
    assert len(comparison.only_after) == 2


def test_measurements_that_a_later_one_replaces_are_named() -> None:
    old = make_record(started="2026-11-22T08:00:00+00:00")
    (dropped,) = compare_records([make_record(), old], [make_record()]).dropped
    assert "2026-11-22T08:00:00+00:00" in dropped and ", before: " in dropped


@pytest.mark.parametrize(
    "photos",
    [
        None,
        PhotoSet("folder", 8, 1.229, 300_000),
        PhotoSet("generated", 7, 1.229, 300_000),
        PhotoSet("generated", 8, 1.4, 300_000),
        PhotoSet("generated", 8, 1.229, 260_000),
    ],
)
def test_whole_photos_are_not_compared_on_other_photos(photos: PhotoSet | None) -> None:
    before = make_record()
    after = with_conditions(make_record(photo=30.0), photos=photos)
    comparison = compare_records([before], [after])
    assert {change.figure for change in comparison.regressions} == {
        "encode p50, ms",
        "encode p90, ms",
    }
    assert [text.split(": ")[2] for text in comparison.uncompared] == ["photo", "first photo"]
    assert "not compared: " in failure_text(comparison, strict=True)


def test_photos_that_are_almost_the_same_are_compared() -> None:
    after = with_conditions(make_record(), photos=PhotoSet("generated", 8, 1.2, 310_000))
    assert not compare_records([make_record()], [after]).uncompared


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (with_conditions(make_record(), mode="quick"), "mode (normal; quick)"),
        (with_conditions(make_record(), runtime="LiteRT 9"), "runtime (LiteRT 2.3.0; LiteRT 9)"),
        (
            replace(make_record(), model=replace(make_record().model, level="basic")),
            "level (complete; basic)",
        ),
        (make_record(device=replace(DEVICE, python="3.12.1")), "Python (3.11.7; 3.12.1)"),
        (make_record(device=replace(DEVICE, os="Linux 7")), "system (Linux 6.1 x86_64; Linux 7)"),
        (
            make_record(device=replace(DEVICE, cpu_features=("avx2", "vnni"))),
            "set of instructions (avx2; avx2 vnni)",
        ),
    ],
)
def test_what_was_measured_otherwise_is_a_doubt(after: BenchmarkRecord, told: str) -> None:
    comparison = compare_records([make_record()], [after])
    assert comparison.doubts == (f"{record_title(after)}: measured with another {told}",)


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (make_record(device=replace(DEVICE, cores=8)), r"cores \(4; 8\)"),
        (make_record(target="adb"), r"target \(host; adb\)"),
    ],
)
def test_what_makes_another_device_is_named(after: BenchmarkRecord, told: str) -> None:
    with pytest.raises(JewelcapError, match=told):
        compare_records([make_record()], [after])


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (make_record(correct=None), "CCR: only before"),
        (make_record(catalog="d" * 64), "CCR: another catalog, protocol or split"),
        (with_latency(make_record(), decode=None), "decode: only before"),
        (with_latency(make_record(), cold_start_ms=9.0), "cold start: only after"),
    ],
)
def test_figures_that_cannot_be_compared_are_named(after: BenchmarkRecord, told: str) -> None:
    (text,) = compare_records([make_record()], [after]).uncompared
    assert text.endswith(told)
