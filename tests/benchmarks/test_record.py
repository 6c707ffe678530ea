from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.record import Latencies, Latency, summarize_samples
from benchmarks.record_files import (
    public_command,
    read_record,
    read_records,
    record_name,
    write_records,
)
from benchmarks.validity import validity_flags
from mobile_app.camera_app.runtime.device_report import Sustained, Window
from mobile_app.camera_app.runtime.schema import dump_json
from pipeline.errors import JewelcapError

from .make_record import latency, make_record


def latencies(encode: Latency | None, photo: Latency | None = None) -> Latencies:
    return Latencies(encode, None, None, photo, None, None, None)


def kinds(*args: object) -> list[str]:
    return [flag.kind for flag in validity_flags(*args)]  # type: ignore[arg-type]


def test_percentiles_are_interpolated_between_samples() -> None:
    summary = summarize_samples([4.0, 1.0, 3.0, 2.0, 5.0])
    assert summary == Latency(5, 3.0, 3.0, 4.6, 4.96)


def test_percentiles_of_many_samples_are_those_of_their_distribution() -> None:
    summary = summarize_samples(list(np.arange(1, 1001) / 10))
    assert summary is not None
    assert summary.n == 1000
    assert (summary.p50, summary.p90, summary.p99) == pytest.approx((50.05, 90.01, 99.001))


def test_no_samples_have_no_summary() -> None:
    assert summarize_samples([]) is None


def test_decode_share_is_relative_to_the_encoder() -> None:
    both = dataclasses.replace(latencies(latency(4.0)), decode=latency(0.5))
    assert both.decode_share == pytest.approx(0.125)
    assert latencies(latency(4.0)).decode_share is None


def test_a_quiet_measurement_has_no_flags() -> None:
    assert kinds(latencies(latency(5.0), latency(9.0)), 4, 8.0, 0.3) == []


def test_few_samples_are_flagged_with_their_number() -> None:
    (flag,) = validity_flags(latencies(latency(5.0, n=29), latency(9.0, n=30)), 4, 0.1, 0.0)
    assert flag.kind == "few_samples"
    assert "29 samples of encode" in flag.detail


def test_a_wide_spread_of_the_encoder_is_flagged_but_not_one_of_photos() -> None:
    assert kinds(latencies(latency(5.0, spread=1.6)), 4, 0.1, 0.0) == ["noisy"]
    # Photos differ in size, so their latencies may differ.
    assert kinds(latencies(latency(5.0), latency(9.0, spread=4.0)), 4, 0.1, 0.0) == []


@pytest.mark.parametrize("name", ["encode", "photo"])
def test_processes_that_took_different_times_are_flagged(name: str) -> None:
    def flags(slowest: float) -> list[str]:
        spread = dataclasses.replace(latency(5.0), process_p50=(5.0, slowest, 5.2))
        usual = latencies(latency(5.0), latency(9.0))
        return kinds(dataclasses.replace(usual, **{name: spread}), 4, 0.1, 0.0)

    assert flags(5.7) == []
    assert flags(5.8) == ["noisy"]


def test_other_programs_are_flagged_by_what_they_used() -> None:
    assert kinds(latencies(latency(5.0)), 4, 0.0, 1.01) == ["busy"]
    assert kinds(latencies(latency(5.0)), 4, 0.0, 0.99) == []


def test_load_average_counts_only_where_nothing_better_is_known() -> None:
    assert kinds(latencies(latency(5.0)), 4, 3.9, None) == ["busy"]
    assert kinds(latencies(latency(5.0)), 4, 0.9, None) == []
    assert kinds(latencies(latency(5.0)), 4, None, None) == []


def test_a_device_that_slows_down_in_a_sustained_run_is_flagged() -> None:
    def flags(last: float) -> list[str]:
        run = Sustained(20.0, (Window(0.0, 9, 10.0), Window(10.0, 8, last)))
        return kinds(latencies(latency(5.0)), 4, None, None, run)

    assert flags(11.4) == []
    assert flags(11.6) == ["throttled"]


def test_a_record_of_the_schema_before_is_read(tmp_path: Path) -> None:
    record = make_record()
    (path,) = write_records(tmp_path, [record])
    data = json.loads(path.read_text())
    for added in ("sustained", "agreement"):
        del data[added]
    del data["conditions"]["delegate"]
    del data["latency"]["cold_start_ms"]
    path.write_text(json.dumps(data | {"schema_version": 1}))
    assert read_record(path) == record


def test_names_tell_delegates_apart(tmp_path: Path) -> None:
    record = make_record()
    names = []
    for delegate in ("", "xnnpack", "none", "gpu"):
        conditions = dataclasses.replace(record.conditions, delegate=delegate)
        names.append(record_name(dataclasses.replace(record, conditions=conditions)))
    assert names == [
        "host-shop-int8-t1.json",
        "host-shop-int8-t1.json",
        "host-shop-int8-none-t1.json",
        "host-shop-int8-gpu-t1.json",
    ]


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    record = make_record()
    (path,) = write_records(tmp_path, [record])
    assert path.name == "host-shop-int8-t1.json"
    assert read_record(path) == record


def test_a_record_without_accuracy_and_latencies_is_read_as_it_was_written(tmp_path: Path) -> None:
    record = dataclasses.replace(
        make_record(correct=None), latency=latencies(latency(5.0)), memory=None
    )
    (path,) = write_records(tmp_path, [record])
    assert read_record(path) == record


def test_names_hold_target_captioner_variant_and_threads() -> None:
    record = make_record(name="Café / 2026", variant="keras_predict", threads=4)
    assert record_name(record) == "host-caf-2026-keras-predict-t4.json"


def test_records_of_one_call_that_share_a_name_are_both_kept(tmp_path: Path) -> None:
    one = make_record()
    other = dataclasses.replace(one, model=dataclasses.replace(one.model, sha256="b" * 64))
    paths = write_records(tmp_path, [one, other])
    assert [read_record(path) for path in paths] == [one, other]
    assert paths[1].name == "host-shop-int8-t1-bbbbbbbb.json"


def test_damaged_and_foreign_records_are_named_and_skipped(tmp_path: Path) -> None:
    record = make_record()
    write_records(tmp_path / "deep", [record])
    text = dump_json(record)
    (tmp_path / "cut.json").write_text(text[:200])
    (tmp_path / "empty.json").write_bytes(b"")
    (tmp_path / "old.json").write_text(text.replace('"schema_version": 2', '"schema_version": 0'))
    (tmp_path / "other.json").write_text('{"schema_version": 1, "photos": 3}')
    (tmp_path / "zero.json").write_text(text.replace('"p50": 10.0', '"p50": 0.0'))
    (tmp_path / "binary.json").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "done.json").write_text("a stage's own file")
    records, skipped = read_records([tmp_path])
    assert records == (record,)
    reasons = {one.name: one.reason for one in skipped}
    assert sorted(reasons) == [
        "binary.json",
        "cut.json",
        "empty.json",
        "old.json",
        "other.json",
        "zero.json",
    ]
    assert "schema_version is 0" in reasons["old.json"]
    assert "missing" in reasons["other.json"]
    assert "no distribution" in reasons["zero.json"]
    assert not any(str(tmp_path) in reason for reason in reasons.values())


def test_the_same_record_found_twice_counts_once(tmp_path: Path) -> None:
    (path,) = write_records(tmp_path, [make_record()])
    assert len(read_records([tmp_path, path])[0]) == 1


def test_a_folder_without_records_is_an_error_that_names_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "cut.json").write_text("{")
    with pytest.raises(JewelcapError, match=r"no benchmark records.*--out DIR.*cut\.json"):
        read_records([tmp_path])
    with pytest.raises(JewelcapError, match="no such file or folder"):
        read_records([tmp_path / "gone"])


def test_commands_are_published_without_folders() -> None:
    command = "jewelcap benchmark '/home/me/my run/int8.tflite' rel/a.tflite --out=/tmp/records -x"
    assert public_command(command) == "jewelcap benchmark int8.tflite rel/a.tflite --out=records -x"
