from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from benchmarks.compare import compare_records
from benchmarks.compare_text import failure_text
from benchmarks.pairing import record_title
from benchmarks.record import (
    BenchmarkRecord,
    Flag,
    Latency,
    Sustained,
    summarize_samples,
)
from benchmarks.record_files import read_records, write_records
from mobile_app.camera_app.runtime.device_report import Window
from pipeline.cli import main

from .make_record import make_record, photo_change, with_latency

RESULTS = Path(__file__).resolve().parents[2] / "benchmarks" / "results"


def measured(
    seed: int, ms: float = 10.0, *, noise: float = 0.03, processes: int = 5
) -> BenchmarkRecord:
    """A record of samples as a machine gives them: each process has an offset of its own."""
    rng = np.random.default_rng(seed)
    parts = [
        ms * rng.lognormal(0.0, noise) * rng.lognormal(0.0, 0.08, 40) for _ in range(processes)
    ]
    samples = [float(value) for part in parts for value in part]
    photo = summarize_samples(samples, [float(np.median(part)) for part in parts])
    record = make_record()
    return replace(record, latency=replace(record.latency, photo=photo))


def test_noise_is_no_regression() -> None:
    verdicts = [
        change.verdict
        for seed in range(80)
        for change in compare_records([measured(seed)], [measured(1000 + seed)]).changes
        if change.figure.startswith("photo p")
    ]
    assert len(verdicts) == 160
    assert verdicts.count("worse") == verdicts.count("better") == 0


def test_a_slowdown_is_caught_whatever_the_noise_of_a_machine() -> None:
    for seed in range(40):
        before, after = measured(seed), measured(1000 + seed, 10.0 * 1.3)
        assert photo_change(compare_records([before], [after])).verdict == "worse"
        assert photo_change(compare_records([after], [before])).verdict == "better"


def test_on_a_machine_too_noisy_to_tell_nothing_is_claimed() -> None:
    change = photo_change(compare_records([measured(0, noise=0.5)], [measured(1, 13.0, noise=0.5)]))
    assert change.verdict == "unclear"
    assert change.low < 1.0 < change.high


def test_growth_within_the_tolerance_is_let_pass() -> None:
    before, after = measured(0, noise=0.001), measured(1, 10.8, noise=0.001)
    assert photo_change(compare_records([before], [after])).verdict == "same"
    assert photo_change(compare_records([before], [after], 0.05)).verdict == "worse"


def test_records_that_do_not_tell_their_processes_are_compared_by_a_usual_noise() -> None:
    before = make_record(photo=10.0)
    assert not compare_records([before], [make_record(photo=11.4)]).regressions
    figures = {
        one.figure for one in compare_records([before], [make_record(photo=13.0)]).regressions
    }
    assert figures == {
        f"{name} {share}, ms" for name in ("photo", "encode") for share in ("p50", "p90")
    }


def test_a_larger_file_and_more_memory_are_regressions() -> None:
    before = make_record()
    assert before.memory is not None
    memory = replace(before.memory, peak_bytes=int(before.memory.peak_bytes * 1.06))
    after = replace(make_record(size_bytes=4_200_000), memory=memory)
    figures = {change.figure for change in compare_records([before], [after]).regressions}
    assert figures == {"file, MB", "peak memory, MB"}


def test_lost_accuracy_is_a_regression_only_beyond_chance() -> None:
    def figures(correct: int) -> set[str]:
        comparison = compare_records(
            [make_record(n=300, correct=285)], [make_record(n=300, correct=correct)]
        )
        return {change.figure for change in comparison.regressions}

    assert figures(278) == set()
    assert figures(240) == {"CCR complete"}


def test_accuracies_on_other_photos_are_not_compared() -> None:
    after = make_record(correct=30, catalog="d" * 64)
    assert not compare_records([make_record()], [after]).regressions


def test_doubts_of_both_records_are_told() -> None:
    busy = Flag("busy", "other programs used 1.50 of 4 cores")
    comparison = compare_records([make_record(flags=(busy,))], [make_record()])
    assert comparison.doubts == (
        f"{record_title(make_record())}, before: other programs used 1.50 of 4 cores",
    )


def regressions(before: BenchmarkRecord, after: BenchmarkRecord) -> list[str]:
    return [change.figure for change in compare_records([before], [after]).regressions]


@pytest.mark.parametrize(
    ("name", "figure"),
    [
        ("cold_load_ms", "load, ms"),
        ("first_call_ms", "first photo, ms"),
        ("cold_start_ms", "cold start, ms"),
    ],
)
def test_a_start_counts_as_slower_beyond_a_wide_tolerance(name: str, figure: str) -> None:
    def record(ms: float) -> BenchmarkRecord:
        return with_latency(make_record(), **{name: ms})

    assert regressions(record(100.0), record(139.0)) == []
    assert regressions(record(100.0), record(141.0)) == [figure]
    assert regressions(record(100.0), record(1000.0)) == [figure]
    assert regressions(record(1000.0), record(100.0)) == []


@pytest.mark.parametrize("name", ["photo", "encode", "token", "decode"])
def test_a_slow_tenth_of_the_calls_is_a_regression(name: str) -> None:
    def record(factor: float) -> BenchmarkRecord:
        made = make_record()
        usual: Latency = getattr(made.latency, name)
        assert usual.p90 is not None
        return with_latency(made, **{name: replace(usual, p90=factor * usual.p90)})

    assert regressions(record(1.0), record(1.24)) == []
    assert regressions(record(1.0), record(1.3)) == [f"{name} p90, ms"]


def test_a_device_that_begins_to_slow_down_is_a_regression() -> None:
    def record(last: float) -> BenchmarkRecord:
        windows = Window(0.0, 9, 10.0), Window(10.0, 8, last)
        return replace(make_record(), sustained=Sustained(20.0, windows))

    assert regressions(record(11.0), record(13.0)) == []
    assert regressions(record(11.0), record(110.0)) == ["slower when sustained"]
    assert regressions(make_record(), record(110.0)) == []


def test_the_committed_record_of_the_demo_scaled_by_hand_is_a_regression() -> None:
    (record,), _ = read_records([RESULTS / "starter" / "host-demo-int8-t1.json"])

    def scaled(factor: float) -> BenchmarkRecord:
        changes = {}
        for name in ("photo", "encode", "token", "decode"):
            usual: Latency = getattr(record.latency, name)
            changes[name] = replace(
                usual,
                p50=factor * usual.p50,
                p90=factor * (usual.p90 or 0.0),
                process_p50=tuple(factor * ms for ms in usual.process_p50),
            )
        return with_latency(record, **changes)

    assert not compare_records([record], [record]).regressions
    assert "photo p50, ms" in regressions(record, scaled(1.5))
    assert len(regressions(record, scaled(10.0))) == 8


def test_what_noise_hides_is_told_with_the_least_change_that_could_be_seen() -> None:
    before, after = measured(0, noise=0.2, processes=3), measured(1, 16.0, noise=0.2, processes=3)
    comparison = compare_records([before], [after])
    change = photo_change(comparison)
    assert change.verdict == "unclear"
    (doubt,) = [text for text in comparison.doubts if "photo p50, ms" in text]
    assert f"is {100 * (change.ratio / change.low - 1):+.1f} %" in doubt
    # A record that was made before there was the flag of spread processes is doubted as well.
    assert any("slowest process" in text for text in comparison.doubts)
    assert failure_text(comparison) == ""
    assert "unclear in 1 of" in failure_text(comparison, strict=True)


def test_a_captioner_that_is_gone_is_a_failure_unless_it_may_be(tmp_path: Path) -> None:
    write_records(tmp_path / "before", [make_record("int8"), make_record("float32")])
    write_records(tmp_path / "after", [make_record("int8")])

    def call(one: str, other: str, *more: str) -> Result:
        sets = str(tmp_path / one), str(tmp_path / other)
        return CliRunner().invoke(main, ["benchmark", "--compare", *sets, *more])

    result = call("before", "after")
    assert result.exit_code == 1
    assert "only before, without --allow-missing: shop float32 on host" in result.stderr
    assert call("before", "after", "--allow-missing").exit_code == 0
    assert call("after", "before").exit_code == 0


def test_the_command_fails_on_what_is_unclear_only_if_it_is_strict(tmp_path: Path) -> None:
    write_records(tmp_path / "before", [make_record()])
    write_records(tmp_path / "after", [make_record(photo=11.4)])
    sets = str(tmp_path / "before"), str(tmp_path / "after")
    result = CliRunner().invoke(main, ["benchmark", "--compare", *sets])
    assert result.exit_code == 0
    assert "may be noise; the least change that could have been told is" in result.stdout
    result = CliRunner().invoke(main, ["benchmark", "--compare", *sets, "--strict"])
    assert result.exit_code == 1
    assert "unclear in 2 of" in result.stderr


def test_the_command_fails_on_a_regression_and_names_it(tmp_path: Path) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    write_records(before, [make_record()])
    (path,) = write_records(after, [make_record()])

    def call(*more: str) -> tuple[int, str, str]:
        result = CliRunner().invoke(
            main, ["benchmark", "--compare", str(before), str(after), *more]
        )
        return result.exit_code, result.stdout, result.stderr

    code, stdout, _ = call()
    assert code == 0
    assert "same" in stdout and "worse" not in stdout
    # A slowdown by hand, in the record's own file.
    data = json.loads(path.read_text())
    data["latency"]["photo"]["p50"] *= 1.3
    path.write_text(json.dumps(data))
    code, stdout, stderr = call()
    assert code == 1
    assert "+30.0 %" in stdout
    assert stderr.startswith("Error: worse beyond noise in 1 of ")
    assert "photo p50, ms +30.0 %" in stderr
    assert call("--tolerance", "50")[0] == 0
    code, stdout, _ = call("--json")
    assert code == 1
    assert [one["verdict"] for one in json.loads(stdout)["changes"]].count("worse") == 1


def test_a_latency_of_one_process_has_the_usual_noise() -> None:
    photo = Latency(100, 10.0, 10.0, 11.0, 12.0, process_p50=(10.0,))
    record = make_record()
    record = replace(record, latency=replace(record.latency, photo=photo))
    change = photo_change(compare_records([record], [record]))
    assert change.low == pytest.approx(0.874, abs=0.01)


def test_verdicts_follow_the_ratio_where_all_is_scaled_alike() -> None:
    # Equal spreads of three processes make four degrees of freedom, which sums miss by 1e-16.
    record = make_record()
    medians = (24.437184, 28.257025, 24.159375)
    photo = Latency(75, 24.5, 24.437184, 28.0, 29.0, process_p50=medians)

    def verdict(factor: float) -> str:
        def scaled(times: float) -> BenchmarkRecord:
            changed = replace(
                photo, p50=times * photo.p50, process_p50=tuple(times * ms for ms in medians)
            )
            return replace(record, latency=replace(record.latency, photo=changed))

        return photo_change(compare_records([scaled(1.0)], [scaled(factor)])).verdict

    factors = [1.0 + step / 200 for step in range(200)]
    worse = [verdict(factor) == "worse" for factor in factors]
    assert worse == sorted(worse)
    assert worse[factors.index(1.4)]
