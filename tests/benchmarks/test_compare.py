from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from benchmarks.compare import Change, Comparison, compare_records, record_title
from benchmarks.record import BenchmarkRecord, Flag, Latency, summarize_samples
from benchmarks.record_files import write_records
from pipeline.cli import main
from pipeline.errors import JewelcapError

from .make_record import DEVICE, make_record


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


def photo_change(comparison: Comparison) -> Change:
    (change,) = [one for one in comparison.changes if one.figure == "photo p50, ms"]
    return change


def test_noise_is_no_regression() -> None:
    verdicts = [
        photo_change(compare_records([measured(seed)], [measured(1000 + seed)])).verdict
        for seed in range(80)
    ]
    assert verdicts.count("worse") == verdicts.count("better") == 0


def test_a_slowdown_is_caught_whatever_the_noise_of_a_machine() -> None:
    for seed in range(40):
        before, after = measured(seed), measured(1000 + seed, 10.0 * 1.3)
        assert photo_change(compare_records([before], [after])).verdict == "worse"
        assert photo_change(compare_records([after], [before])).verdict == "better"


def test_on_a_machine_too_noisy_to_tell_nothing_is_claimed() -> None:
    change = photo_change(compare_records([measured(0, noise=0.5)], [measured(1, 13.0, noise=0.5)]))
    assert change.verdict == "same"
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
    assert figures == {"photo p50, ms", "encode p50, ms"}


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
    assert "float32, 1 thread -> mobilenet" in change.name


def test_the_newest_of_several_measurements_counts() -> None:
    old = make_record(photo=99.0, started="2026-11-22T08:00:00+00:00")
    new = make_record(photo=10.0)
    assert photo_change(compare_records([new, old], [new])).ratio == 1.0


def test_doubts_of_both_records_are_told() -> None:
    busy = Flag("busy", "other programs used 1.50 of 4 cores")
    comparison = compare_records([make_record(flags=(busy,))], [make_record()])
    assert comparison.doubts == (
        f"{record_title(make_record())}, before: other programs used 1.50 of 4 cores",
    )


def test_other_machines_and_other_models_cannot_be_compared() -> None:
    other = make_record(device=replace(DEVICE, cpu="Other CPU"))
    with pytest.raises(JewelcapError, match=r"Example CPU 9000 .* only measurements of one device"):
        compare_records([make_record()], [other])
    with pytest.raises(JewelcapError, match="nothing to compare"):
        compare_records(
            [make_record("int8"), make_record("float32")],
            [make_record("float16"), make_record("dynamic")],
        )


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
    # Equal spreads of three processes make four degrees of freedom, which sums may miss by 1e-16.
    record = make_record()
    photo = Latency(75, 17.0, 17.1, 19.0, 20.0, process_p50=(16.0, 17.1, 18.4))

    def verdict(factor: float) -> str:
        def scaled(times: float) -> BenchmarkRecord:
            medians = tuple(round(times * ms, 6) for ms in photo.process_p50)
            changed = replace(photo, p50=times * photo.p50, process_p50=medians)
            return replace(record, latency=replace(record.latency, photo=changed))

        return photo_change(compare_records([scaled(1.0)], [scaled(factor)])).verdict

    factors = [1.0 + step / 200 for step in range(200)]
    worse = [verdict(factor) == "worse" for factor in factors]
    assert worse == sorted(worse)
    assert worse[factors.index(1.4)]
