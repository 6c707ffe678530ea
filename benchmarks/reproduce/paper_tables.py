"""The paper's Tables I to III, with ours beside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.reproduce.cells import HONEST
from benchmarks.reproduce.paper import TABLE_II, paper_figure
from benchmarks.reproduce.records import ModelResult, Reproduction
from benchmarks.reproduce.statistics import TypeFigures, type_figures
from benchmarks.reproduce.tables import (
    Table,
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
    columns = [("paper", [*(one.test if one else None for one in published), *blank])]
    for protocol in protocols:
        cells = [record.find(encoder, decoder, protocol) for encoder, decoder in record.models]
        runs = [one if one.config.protocol == protocol else None for one in record.given]
        own = [one.accuracy(level) if one else None for one in (*cells, *runs)]
        columns.append((protocol_title(protocol), own))
    titles, texts = zip(*(figures_of_one_test(*column) for column in columns), strict=True)
    rows = tuple((*name, *cells) for name, *cells in zip(names, *texts, strict=True))
    note = "Test CCR [95 % Wilson interval], n test photos."
    if level == "complete":
        note += " The paper leaves MobileNet out for “inadequate performance”."
    return Table(key, title, ("CNN", "RNN", *titles), rows, note)


def type_table(record: Reproduction) -> Table:
    """Table II: precision, recall and F1 by type."""
    rows = []
    for row in TABLE_II:
        figures = TypeFigures(
            row.type, share_of(row.hits, row.called), share_of(row.hits, row.n), row.f1, None
        )
        rows.append(("paper", "VGG-16 + GRU", *_type_cells(figures)))
    for source, model, result in type_results(record):
        rows += [
            (source, model, *_type_cells(figures)) for figures in type_figures(result.test.types)
        ]
    head = ("source", "model", "type", "precision", "recall", "F1")
    note = (
        "Precision and recall with 95 % Wilson intervals and counts, F1 with that of a bootstrap "
        "over photos. Photos that show several types are not counted here."
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
    f1 = f"{one.f1:.3f}"
    if one.f1_interval:
        f1 += " [{:.3f}, {:.3f}]".format(*one.f1_interval)
    return one.type, share(one.precision), share(one.recall), f1
