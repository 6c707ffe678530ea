"""The paper's Tables I to III, with ours beside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.report_table import megabytes, milliseconds
from benchmarks.reproduce.cells import HONEST
from benchmarks.reproduce.paper import TABLE_II, paper_figure
from benchmarks.reproduce.records import ModelResult, Reproduction
from benchmarks.reproduce.statistics import TypeFigures, type_figures
from benchmarks.reproduce.tables import (
    NOT_DONE,
    NOTHING,
    PUBLISHED,
    Table,
    f1_text,
    figure_of,
    figures_of_one_test,
    model_name,
    name_of,
    protocol_title,
    share,
)
from pipeline.metrics import share_of


def accuracy_table(
    record: Reproduction, key: str, title: str, level: str, protocols: Sequence[str]
) -> Table:
    """CCR of every model at a level: the paper's figure, and ours under each protocol."""
    names = [model_name(*model) for model in record.models]
    names += [name_of(result) for result in record.given]
    blank = [None] * len(record.given)
    published = [
        paper_figure(level, encoder.split("-")[0], decoder.split("-")[0])
        for encoder, decoder in record.models
    ]
    tests = [*(one.test if one else None for one in published), *blank]
    columns = [figures_of_one_test(PUBLISHED, tests)]
    for protocol in protocols:
        cells = [figure_of(record, model, protocol, level) for model in record.models]
        runs = [one if one.config.protocol == protocol else None for one in record.given]
        own = [*(one for one, _ in cells), *(one.accuracy(level) if one else None for one in runs)]
        head, texts = figures_of_one_test(protocol_title(protocol), own)
        missing = [*(late for _, late in cells), *(False for _ in runs)]
        cut = (NOT_DONE if late else text for text, late in zip(texts, missing, strict=True))
        columns.append((head, tuple(cut)))
    columns += _costs(record)
    titles, filled = zip(*columns, strict=True)
    rows = tuple((*name, *cells) for name, *cells in zip(names, *filled, strict=True))
    note = (
        "Test CCR [95 % Wilson interval], n test photos. File and photo: the float32 captioner "
        "file's size and its median time from a photo's file to the text on this computer, one "
        f"thread; {NOTHING} where none was made or measured: of our cells, only those with a GRU "
        f"under {HONEST} become files."
    )
    if level == "complete":
        note += " The paper leaves MobileNet out for “inadequate performance”."
    return Table(key, title, ("CNN", "RNN", *titles), rows, note)


def _costs(record: Reproduction) -> list[tuple[str, tuple[str, ...]]]:
    """Columns of size and latency of the float32 files."""
    results = [*(record.find(*model, HONEST) for model in record.models), *record.given]
    files = [record.captioner(one, "float32") if one else None for one in results]
    measured = [record.latency(one) if one else None for one in files]
    times = [one.latency.photo.p50 if one and one.latency.photo else None for one in measured]
    return [
        ("file, MB", tuple(megabytes(one.size_bytes if one else None) for one in files)),
        ("photo, ms", tuple(map(milliseconds, times))),
    ]


def type_table(record: Reproduction) -> Table:
    """Table II: precision, recall and F1 by type."""
    rows = []
    for row in TABLE_II:
        figures = TypeFigures(
            row.type, share_of(row.hits, row.called), share_of(row.hits, row.n), row.f1, None
        )
        rows.append((PUBLISHED, "VGG-16 + GRU", *_type_cells(figures)))
    for source, model, result in type_results(record):
        rows += [
            (source, model, *_type_cells(figures)) for figures in type_figures(result.test.types)
        ]
    head = ("source", "model", "type", "precision", "recall", "F1")
    note = (
        "Precision and recall with 95 % Wilson intervals and counts, F1 with that of a bootstrap "
        "over photos (the paper's photos are not known one by one). Photos that show several "
        "types are not counted here; the table of sets of types has them."
    )
    return Table("table-2", "Table II: types one by one", head, tuple(rows), note, words=3)


def type_results(record: Reproduction) -> Iterator[tuple[str, str, ModelResult]]:
    """Source, model and result of what Table II compares."""
    rival = next((key for key in record.models if key[0].startswith("mobilenet")), record.peer)
    for key in dict.fromkeys((record.peer, rival)):
        for protocol in ("paper", HONEST, "products"):
            if result := record.find(*key, protocol):
                yield protocol_title(protocol), " + ".join(model_name(*key)), result
    for result in record.given:
        name = " + ".join(name_of(result))
        yield protocol_title(result.config.protocol), name, result


def _type_cells(one: TypeFigures) -> tuple[str, ...]:
    return one.type, share(one.precision), share(one.recall), f1_text(one)
