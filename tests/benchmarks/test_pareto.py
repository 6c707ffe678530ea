from __future__ import annotations

import random
from dataclasses import replace

from benchmarks.engines import BASELINES
from benchmarks.pareto import COSTS, make_panels, memory_savings, pareto_front, speed_ups
from benchmarks.record import Memory
from benchmarks.report_plot import variant_styles
from export.variants import VARIANTS

from .make_record import DEVICE, make_record


def test_the_front_holds_what_nothing_beats() -> None:
    points = [(10.0, 0.9), (5.0, 0.8), (7.0, 0.7), (20.0, 0.9), (30.0, 0.95)]
    assert pareto_front(points) == (1, 0, 4)


def test_slower_at_equal_accuracy_is_off_the_front() -> None:
    assert pareto_front([(5.0, 0.9), (6.0, 0.9)]) == (0,)


def test_less_accurate_at_equal_latency_is_off_the_front() -> None:
    assert pareto_front([(5.0, 0.9), (5.0, 0.8)]) == (0,)


def test_equal_points_are_on_the_front_together() -> None:
    assert sorted(pareto_front([(5.0, 0.9), (5.0, 0.9), (4.0, 0.1)])) == [0, 1, 2]


def test_one_point_is_a_front_and_none_is_none() -> None:
    assert pareto_front([(5.0, 0.9)]) == (0,)
    assert pareto_front([]) == ()


def test_the_front_rises_and_beats_or_equals_everything_off_it() -> None:
    rng = random.Random(0)
    points = [(rng.randint(1, 30) / 1.0, rng.randint(0, 20) / 20) for _ in range(200)]
    front = [points[index] for index in pareto_front(points)]
    assert front == sorted(front)
    assert [gain for _, gain in front] == sorted(gain for _, gain in front)
    for cost, gain in points:
        assert any(c <= cost and g >= gain for c, g in front)


def test_only_measurements_of_one_machine_and_one_split_share_a_panel() -> None:
    records = [
        make_record("int8", 10.0, 60),
        make_record("float32", 20.0, 66),
        make_record("int8", 3.0, 60, device=replace(DEVICE, cpu="Other CPU")),
        make_record("int8", 3.0, 60, target="adb"),
        make_record("int8", 3.0, 70, split="train"),
        make_record("int8", 3.0, 70, catalog="d" * 64),
    ]
    panels = make_panels(records)
    assert [len(panel.records) for panel in panels] == [2, 1, 1, 1, 1]
    assert panels[0].level == "complete"
    assert panels[0].front == (0, 1)


def test_measurements_without_accuracy_are_on_no_panel() -> None:
    assert make_panels([make_record(correct=None)]) == ()


def test_speed_is_compared_only_within_an_interleaved_measurement() -> None:
    slow, fast = make_record("keras_predict", 900.0), make_record("int8", 9.0)
    two_threads = make_record("int8", 5.0, threads=2)
    later = make_record("int8", 8.0, started="2026-11-24T08:00:00+00:00")
    assert speed_ups([slow, fast, two_threads, later]) == {slow: 1.0, fast: 100.0}
    large = replace(slow, memory=Memory(700_000_000, 11_000_000))
    every = [large, fast, two_threads, later, replace(fast, memory=None)]
    assert memory_savings(every) == {large: 1.0, fast: 10.0}


def test_the_size_of_a_file_is_the_same_on_every_machine() -> None:
    records = [
        make_record("int8", 10.0, 60),
        make_record("int8", 3.0, 60, device=replace(DEVICE, cpu="Other CPU")),
        make_record("int8", 6.0, 60, threads=2),
    ]
    (panel,) = make_panels(records, COSTS["size"])
    assert len(panel.records) == 1
    assert panel.costs() == (4.1,)
    assert len(make_panels(records, COSTS["memory"])) == 2


def test_a_cost_that_was_not_measured_has_no_panel() -> None:
    record = replace(make_record(), memory=None)
    assert make_panels([record], COSTS["memory"]) == ()
    # The encoder alone stands in for photos only where no photo was measured.
    assert make_panels([record], COSTS["encode"]) == ()


def test_every_variant_and_baseline_looks_otherwise_in_a_plot() -> None:
    names = sorted({*VARIANTS, *BASELINES})
    assert len(names) > 7
    assert len(set(variant_styles(names).values())) == len(names)
