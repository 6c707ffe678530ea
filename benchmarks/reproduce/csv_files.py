"""The figures in full precision, one a line, for other programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from benchmarks.reproduce.paper import TABLE_I, TABLE_II, TABLE_III
from benchmarks.reproduce.paper_tables import type_results
from benchmarks.reproduce.records import CaptionerResult, ModelResult, Reproduction
from benchmarks.reproduce.statistics import TypeFigures, type_figures
from mobile_app.camera_app.runtime.bundle import LevelAccuracy
from pipeline.catalog.protocols import PROTOCOLS
from pipeline.metrics import Share, share_of

Line = dict[str, str | int | float]

ACCURACY: Final = (
    "source",
    "protocol",
    "leaks",
    "effort",
    "name",
    "encoder",
    "decoder",
    "neurons",
    "variant",
    "level",
    "n",
    "correct",
    "ccr",
    "ccr_low",
    "ccr_high",
    "validation_n",
    "validation_ccr",
    "validation_ccr_low",
    "validation_ccr_high",
    "validation_loss",
    "epochs",
    "train_seconds",
    "test_seconds",
    "size_bytes",
    "encode_p50_ms",
    "caption_p50_ms",
    "photo_p50_ms",
)
TYPES: Final = (
    "source",
    "protocol",
    "leaks",
    "effort",
    "model",
    "type",
    "n",
    "hits",
    "called",
    *(f"{name}{end}" for name in ("precision", "recall", "f1") for end in ("", "_low", "_high")),
)


def csv_text(columns: tuple[str, ...], lines: Iterable[Mapping[str, object]]) -> str:
    """Lines of a table with these columns; what is not known is empty."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return buffer.getvalue()


def accuracy_lines(record: Reproduction) -> Iterator[Line]:
    """Every CCR: the paper's, every cell's, every run's, and those of quantized files."""
    for row in (*TABLE_I, *TABLE_III):
        yield {
            "source": "paper",
            "leaks": 1,
            "encoder": row.encoder,
            "decoder": row.decoder,
            "neurons": row.neurons,
            "validation_ccr": row.validation_ccr,
            "validation_loss": row.validation_loss,
            **_accuracy(row.test),
        }
    for result in record.results:
        validation = {one.level: one for one in result.validation}
        captioner = record.captioner(result, "float32")
        for one in result.test.accuracy:
            yield {
                **_about(record, result),
                # What Keras says, to which a float32 file is held.
                "variant": "float32" if captioner else "keras",
                **_validation(validation.get(one.level)),
                "validation_loss": result.validation_loss,
                "epochs": result.epochs,
                **_seconds(result),
                **_accuracy(one),
                **(_measured(record, captioner) if captioner else {}),
            }
    by_name = {result.name: result for result in record.results}
    for captioner in record.captioners:
        for one in captioner.test.accuracy if captioner.test else ():
            yield {
                **_about(record, by_name[captioner.result]),
                "variant": captioner.variant,
                **_accuracy(one),
                **_measured(record, captioner),
            }


def _about(record: Reproduction, result: ModelResult) -> Line:
    protocol = result.config.protocol
    return {
        "source": "ours",
        "protocol": protocol,
        "leaks": int(PROTOCOLS[protocol].leaks),
        "effort": record.effort,
        "name": result.name,
        "encoder": result.config.encoder,
        "decoder": result.config.decoder,
    }


def _seconds(result: ModelResult) -> Line:
    times = {"train_seconds": result.train_seconds, "test_seconds": result.test_seconds}
    return {name: value for name, value in times.items() if value is not None}


def _validation(one: LevelAccuracy | None) -> Line:
    if one is None:
        return {}
    return {
        "validation_n": one.n,
        "validation_ccr": one.ccr,
        "validation_ccr_low": one.low,
        "validation_ccr_high": one.high,
    }


def _accuracy(one: LevelAccuracy) -> Line:
    return {
        "level": one.level,
        "n": one.n,
        "correct": one.correct,
        "ccr": one.ccr,
        "ccr_low": one.low,
        "ccr_high": one.high,
    }


def _measured(record: Reproduction, captioner: CaptionerResult) -> Line:
    measured = record.latency(captioner)
    line: Line = {"size_bytes": captioner.size_bytes}
    if measured:
        for name, latency in (
            ("encode", measured.latency.encode),
            ("caption", measured.latency.decode),
            ("photo", measured.latency.photo),
        ):
            if latency:
                line[f"{name}_p50_ms"] = latency.p50
    return line


def type_lines(record: Reproduction) -> Iterator[Line]:
    """Table II: the paper's rows and ours."""
    for row in TABLE_II:
        precision, recall = share_of(row.hits, row.called), share_of(row.hits, row.n)
        figures = TypeFigures(row.type, precision, recall, row.f1, None)
        yield {"source": "paper", "leaks": 1, "model": "VGG-16 + GRU", **_type(figures)}
    for _, model, result in type_results(record):
        protocol = result.config.protocol
        for figures in type_figures(result.test.types):
            yield {
                "source": "ours",
                "protocol": protocol,
                "leaks": int(PROTOCOLS[protocol].leaks),
                "effort": record.effort,
                "model": model,
                **_type(figures),
            }


def _type(one: TypeFigures) -> Line:
    line: Line = {
        "type": one.type,
        "n": one.recall.n,
        "hits": one.recall.correct,
        "called": one.precision.n,
        "f1": one.f1,
    }
    shares: tuple[tuple[str, Share], ...] = (("precision", one.precision), ("recall", one.recall))
    for name, share in shares:
        line |= {name: share.value, f"{name}_low": share.low, f"{name}_high": share.high}
    if one.f1_interval:
        line |= {"f1_low": one.f1_interval[0], "f1_high": one.f1_interval[1]}
    return line
