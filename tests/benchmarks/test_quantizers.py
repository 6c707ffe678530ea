"""Two quantizers on one model."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import quantizers
from benchmarks.quantizers import (
    CONVERTER,
    NUMBERS,
    QUANTIZER,
    QuantizerRecord,
    QuantizerRow,
    compare_quantizers,
    quantizers_page,
)
from mobile_app.camera_app.runtime.bundle import Parity
from pipeline.rundir import Run


def test_both_tools_quantize_the_same_model(
    tiny_run: Path, tiny_catalog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = {name: NUMBERS[name] for name in ("weights", "dynamic")}
    monkeypatch.setattr(quantizers, "NUMBERS", names)
    record = compare_quantizers(Run(tiny_run), tiny_catalog, 4, 4)
    rows = {(one.numbers, one.tool): one for one in record.rows}
    assert set(rows) == {("weights", QUANTIZER), ("dynamic", QUANTIZER), ("dynamic", CONVERTER)}
    for one in record.rows:
        assert one.parity is not None and one.parity.n == 4
        assert one.parity.state_error < 0.2
    # Depthwise kernels in float are some more bytes.
    assert rows["weights", QUANTIZER].size_bytes < rows["dynamic", QUANTIZER].size_bytes
    assert set(record.versions) == {QUANTIZER, CONVERTER}


def test_a_page_has_a_row_for_each_file_and_says_why_one_is_missing() -> None:
    rows = (
        QuantizerRow("int8", QUANTIZER, 4_180_000, Parity(50, 0.055, 0.98, 0.9, 100, 0.99)),
        QuantizerRow("int16x8", CONVERTER, reason="int16x8: conversion failed (CAST)"),
    )
    versions = {QUANTIZER: "0.11.0", CONVERTER: "2.21.0"}
    record = QuantizerRecord(rows, "shop", "mobilenet-1.0-224", "gru-256", versions, "call", "abc")
    page = quantizers_page(record)
    assert "| 8 bits throughout | litert-quantizer | 4.18 | 0.0550 | 0.9800 | 0.9000 |" in page
    assert "| int16x8: conversion failed (CAST) |" in page
    assert "50 validation photos" in page and "litert-quantizer 0.11.0" in page
    assert "Made by `call`, commit abc." in page
