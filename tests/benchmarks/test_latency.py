from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from benchmarks.latency import MODES, Job, joined, measure, run_sustained, sample


class FakeClock:
    """Counts nanoseconds that actions say they take."""

    def __init__(self) -> None:
        self.now = 0

    def __call__(self) -> int:
        return self.now

    def action(self, ms: float) -> Callable[[object], None]:
        def run(_: object) -> None:
            self.now += int(ms * 1e6)

        return run


class FakeEngine:
    runtime = "fake 1.0"

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.calls: list[tuple[str, object]] = []
        self.described = 0

    def _spend(self, ms: float, *call: str) -> None:
        self.clock.now += int(ms * 1e6)
        self.calls.append(call)  # type: ignore[arg-type]

    def describe(self, photo: Path) -> str:
        self.described += 1
        self._spend(50.0 if self.described == 1 else 9.0, "describe", photo.name)
        return "a ring"

    def prepare(self, photo: Path) -> str:
        return f"prepared {photo.name}"

    def encode(self, prepared: str) -> str:
        self._spend(4.0, "encode", prepared)
        return f"encoded {prepared}"

    def step(self, encoded: str) -> object:
        self._spend(0.05, "step", encoded)
        return None

    def decode(self, encoded: str) -> int:
        self._spend(0.25, "decode", encoded)
        return 5 if "a.jpg" in encoded else 3


JOB = Job("fake", "x", "complete", 1, ("a.jpg", "b.jpg"), warmups=3, least=4, seconds=0.001)


def test_sampling_goes_on_until_the_least_number_is_reached() -> None:
    clock = FakeClock()
    assert sample(clock.action(2.0), ["a"], least=5, seconds=0.001, clock=clock) == (2.0,) * 5


def test_sampling_goes_on_until_the_least_time_is_over() -> None:
    clock = FakeClock()
    assert len(sample(clock.action(2.0), ["a"], least=5, seconds=0.1, clock=clock)) == 50


def test_sampling_takes_its_inputs_in_turn() -> None:
    seen: list[object] = []
    sample(seen.append, ["a", "b", "c"], least=5, seconds=0.0, clock=lambda: 0)
    assert seen == ["a", "b", "c", "a", "b"]


def test_load_first_call_and_each_part_are_told_apart() -> None:
    clock = FakeClock()

    def open_engine() -> FakeEngine:
        clock.now += 12_000_000
        return FakeEngine(clock)

    samples = measure(open_engine, JOB, 11_000_000, clock)
    assert samples.cold_load == 12.0
    assert samples.first_call == 50.0
    assert samples.photo == (9.0,) * 4
    assert samples.encode == (4.0,) * 4
    assert set(samples.token) == {0.05}
    assert len(samples.token) == 20  # 1 ms of them
    assert set(samples.decode) == {0.25}
    assert samples.steps == (5, 3)
    assert (samples.runtime, samples.bare_bytes) == ("fake 1.0", 11_000_000)


def test_warm_ups_come_before_the_samples() -> None:
    clock = FakeClock()
    engine = FakeEngine(clock)
    measure(lambda: engine, JOB, None, clock)
    # The first call, three warm-ups and four samples.
    assert engine.described == 8


def test_a_sustained_run_goes_on_without_a_pause_for_its_time() -> None:
    clock = FakeClock()
    samples = run_sustained(clock.action(100.0), ["a"], 0.35, clock)
    assert samples == ((0.1, 100.0), (0.2, 100.0), (0.3, 100.0), (0.4, 100.0))
    assert run_sustained(clock.action(1.0), ["a"], 0.0, clock) == ()


def test_a_cold_start_counts_from_the_start_of_the_process() -> None:
    job = replace(JOB, started_ns=time.time_ns() - 2_000_000_000)
    samples = measure(lambda: FakeEngine(FakeClock()), job, None)
    assert samples.cold_start is not None and 2000.0 <= samples.cold_start < 60_000.0
    assert measure(lambda: FakeEngine(FakeClock()), JOB, None).cold_start is None


def test_samples_of_several_processes_are_joined_in_order() -> None:
    clock = FakeClock()
    parts = [measure(lambda: FakeEngine(clock), JOB, None, clock) for _ in range(2)]
    assert joined(parts, "steps") == [5, 3, 5, 3]
    assert len(joined(parts, "encode")) == 8


def test_every_mode_takes_enough_samples_not_to_be_flagged() -> None:
    from benchmarks.validity import MIN_SAMPLES

    assert {"quick", "normal"} <= set(MODES)
    for mode in MODES.values():
        assert mode.rounds * mode.least >= MIN_SAMPLES
        assert mode.warmups >= 1
