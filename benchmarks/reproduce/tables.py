"""The experiment's tables, for Markdown, HTML and CSV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.report_table import interval_text, megabytes, milliseconds
from benchmarks.reproduce.paper import TABLE_II, paper_figure
from benchmarks.reproduce.records import CaptionerResult, ModelResult, Reproduction, is_authors
from benchmarks.reproduce.statistics import TypeFigures, compare, type_figures
from mobile_app.camera_app.runtime.bundle import LevelAccuracy
from pipeline.catalog.protocols import PROTOCOLS
from pipeline.metrics import Share, share_of

NOTHING: Final = "-"
FAMILY_NAMES: Final = {"vgg16": "VGG-16", "inception_v3": "InceptionV3", "mobilenet": "MobileNet"}

Key = tuple[str, str]
"""Names of an encoder and a decoder."""


@dataclass(frozen=True)
class Table:
    """A table for people.

    Attributes:
        key: Name of its files.
        title: What it shows.
        head: Titles of columns.
        rows: Cells.
        note: What must be known to read it.
        words: Columns from the left that hold words.
    """

    key: str
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    words: int = 2

    def markdown(self) -> str:
        """The table with title and note, ending in a newline."""

        def line(cells: Sequence[str]) -> str:
            return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"

        rule = "|".join("---" if i < self.words else "---:" for i in range(len(self.head)))
        parts = [f"### {self.title}", "", line(self.head), f"|{rule}|", *map(line, self.rows)]
        return "\n".join([*parts, *(["", self.note] if self.note else [])]) + "\n"


def model_name(encoder: str, decoder: str) -> Key:
    """Names of an encoder and a decoder for people."""
    family, *options = encoder.split("-")
    cell = decoder.partition("-")[0].replace("_", " ").upper().replace("MERGE", "merge")
    extra = " flattened" if options and options[-1] == "flat" else ""
    return FAMILY_NAMES.get(family, family) + extra, cell


def protocol_title(protocol: str) -> str:
    """Head of a column of ours."""
    return f"ours, {protocol}, LEAKS" if PROTOCOLS[protocol].leaks else f"ours, {protocol}"


def figure(one: LevelAccuracy | None) -> str:
    """CCR with interval and n."""
    return NOTHING if one is None else f"{interval_text(one)}, n = {one.n}"


def share(one: Share) -> str:
    """A proportion with interval and counts."""
    return f"{one.value:.3f} [{one.low:.3f}, {one.high:.3f}], {one.correct}/{one.n}"


def accuracy_table(
    record: Reproduction, key: str, title: str, level: str, protocols: Sequence[str]
) -> Table:
    """CCR of every model at a level: the paper's figure, and ours under each protocol."""
    rows = []
    for encoder, decoder in record.models:
        published = paper_figure(level, encoder.split("-")[0], decoder.split("-")[0])
        ours = (record.find(encoder, decoder, protocol) for protocol in protocols)
        rows.append(
            (
                *model_name(encoder, decoder),
                figure(published.test if published else None),
                *(figure(one.accuracy(level) if one else None) for one in ours),
            )
        )
    for result in record.given:
        own = (
            figure(result.accuracy(level)) if result.config.protocol == protocol else NOTHING
            for protocol in protocols
        )
        rows.append((*_given_name(result), NOTHING, *own))
    head = ("CNN", "RNN", "paper", *map(protocol_title, protocols))
    note = "Test CCR [95 % Wilson interval], n test photos."
    if level == "complete":
        note += " The paper leaves MobileNet out for “inadequate performance”."
    return Table(key, title, head, tuple(rows), note)


def _given_name(result: ModelResult) -> Key:
    encoder, decoder = model_name(result.config.encoder, result.config.decoder)
    return f"{encoder}, end to end ({result.name})", decoder


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
        for protocol in ("paper", "views", "products"):
            if result := record.find(*key, protocol):
                yield protocol_title(protocol), " + ".join(model_name(*key)), result
    for result in record.given:
        name = " + ".join(_given_name(result))
        yield protocol_title(result.config.protocol), name, result


def _type_cells(one: TypeFigures) -> tuple[str, ...]:
    f1 = f"{one.f1:.3f}"
    if one.f1_interval:
        f1 += " [{:.3f}, {:.3f}]".format(*one.f1_interval)
    return one.type, share(one.precision), share(one.recall), f1


def unseen_table(record: Reproduction) -> Table:
    """Types and looks of pieces that training knows or does not know."""
    rows = []
    for result in record.results:
        if PROTOCOLS[result.config.protocol].leaks or not result.config.patience:
            continue
        worst = min(type_figures(result.test.types), key=lambda one: one.f1)
        name = _given_name(result) if result.given else _name_of(result)
        rows.append(
            (
                *name,
                result.config.protocol,
                figure(result.accuracy("basic")),
                f"{worst.f1:.3f} ({worst.type}, n = {worst.recall.n})",
                figure(result.accuracy("normal")),
            )
        )
    rows.sort(key=lambda row: row[2] != "products")
    head = ("CNN", "RNN", "protocol", "types, CCR", "worst F1 of a type", "normal captions, CCR")
    note = "; ".join(f"{name}: {PROTOCOLS[name].question}" for name in ("products", "views"))
    return Table("unseen", "Types and normal captions, leak-free", head, tuple(rows), note, words=3)


def _name_of(result: ModelResult) -> Key:
    return model_name(result.config.encoder, result.config.decoder)


def design_table(record: Reproduction) -> Table:
    """What the authors' decoder and unpooled features cost or gain, on the same test photos."""
    rows = []
    families = list(dict.fromkeys(one.family for one in record.cells))
    for result in sorted(record.cells, key=lambda one: families.index(one.family)):
        encoder, decoder, protocol, early = result.key
        if protocol != "views" or not early:
            continue
        base = record.find(encoder.removesuffix("-flat"), decoder.split("_")[-1], "views")
        leaking = record.find(encoder, decoder, "paper")
        rows.append(
            (
                *model_name(encoder, decoder),
                figure(result.accuracy("complete")),
                paired_text(result, base) if base and is_authors(encoder, decoder) else NOTHING,
                figure(leaking.accuracy("complete") if leaking else None),
            )
        )
    head = (
        "CNN",
        "RNN",
        "ours, views",
        "against the pooled CNN with the plain RNN",
        protocol_title("paper"),
    )
    note = (
        "Complete captions. Flattened: all 7x7x1024 values, as the authors' code uses MobileNet. "
        "Merge: their decoder, in which the RNN never sees the image. Fourth column: difference of "
        "CCR on the same photos [95 % interval], photos that only this model and only the other "
        "one has right, McNemar's exact p."
    )
    return Table("design", "Where MobileNet's weakness came from", head, tuple(rows), note)


def paired_text(result: ModelResult, base: ModelResult) -> str:
    """Difference of complete captions on the same photos."""
    pair = compare(result.test, base.test, "complete")
    if pair is None:
        return NOTHING
    return (
        f"{pair.difference:+.3f} [{pair.low:+.3f}, {pair.high:+.3f}] "
        f"({pair.only_a} : {pair.only_b}), p = {pair.p_value:.3g}"
    )


def captioner_table(record: Reproduction) -> Table:
    """Size, latency and accuracy of captioner files."""
    by_name = {result.name: result for result in record.results}
    rows = []
    slowest = _photo_ms(record, _peer_file(record))
    for one in record.captioners:
        result = by_name[one.result]
        name = _given_name(result) if result.given else _name_of(result)
        if one.refused:
            rows.append((*name, one.variant, *[NOTHING] * 6, "refused"))
            continue
        measured = record.latency(one)
        latency = measured.latency if measured else None
        photo = _photo_ms(record, one)
        encode = latency.encode if latency else None
        decode = latency.decode if latency else None
        rows.append(
            (
                *name,
                one.variant,
                megabytes(one.size_bytes),
                milliseconds(encode.p50 if encode else None),
                milliseconds(decode.p50 if decode else None),
                milliseconds(photo),
                f"{slowest / photo:.1f}" if slowest and photo else NOTHING,
                figure(file_accuracy(result, one, "complete")),
                " ".join(flag.kind for flag in measured.flags) if measured else "",
            )
        )
    head = (
        "CNN",
        "RNN",
        "variant",
        "file, MB",
        "encode, ms",
        "caption, ms",
        "photo, ms",
        "times faster",
        "complete captions, CCR",
        "doubts",
    )
    note = (
        f"Host latency, one thread, medians on {record.device.cpu}; a phone's is another. encode: "
        "the CNN; caption: the RNN; photo: from a file to the text. Times faster: than the "
        "float32 file of VGG-16 + GRU, measured in turn with it. CCR of float32 is that of Keras, "
        "to which export holds it; that of int8 is the file's own."
    )
    title = "Size and latency of the captioner files"
    return Table("captioners", title, head, tuple(rows), note, words=3)


def file_accuracy(
    result: ModelResult, captioner: CaptionerResult, level: str
) -> LevelAccuracy | None:
    """Test CCR of a captioner file."""
    test = captioner.test or result.test
    return next((one for one in test.accuracy if one.level == level), None)


def _peer_file(record: Reproduction) -> CaptionerResult | None:
    peer = record.find(*record.peer, "views")
    return record.captioner(peer, "float32") if peer else None


def _photo_ms(record: Reproduction, captioner: CaptionerResult | None) -> float | None:
    measured = record.latency(captioner) if captioner else None
    return measured.latency.photo.p50 if measured and measured.latency.photo else None


def training_table(record: Reproduction) -> Table:
    """How each training went."""
    rows = []
    for result in record.results:
        name = _given_name(result) if result.given else _name_of(result)
        validation = {one.level: one for one in result.validation}
        own = result.given or is_authors(result.config.encoder, result.config.decoder)
        published = [
            None if own else paper_figure(level, result.family, result.cell)
            for level in ("basic", "complete")
        ]
        printed = [f"{one.validation_ccr:.4f}" if one else NOTHING for one in published]
        rows.append(
            (
                *name,
                protocol_title(result.config.protocol),
                str(result.epochs) + ("" if result.config.patience else ", all"),
                str(result.best_epoch),
                f"{result.validation_loss:.4f}",
                *(
                    f"{validation[level].ccr:.4f} ({paper})" if level in validation else NOTHING
                    for level, paper in zip(("basic", "complete"), printed, strict=True)
                ),
            )
        )
    head = (
        "CNN",
        "RNN",
        "protocol",
        "epochs",
        "best epoch",
        "validation loss",
        "validation CCR, basic (paper)",
        "validation CCR, complete (paper)",
    )
    note = "Loss per token over all three levels; the paper's is of one level, another scale."
    return Table("training", "Trainings", head, tuple(rows), note, words=3)


def all_tables(record: Reproduction) -> tuple[Table, ...]:
    """All tables in their order."""
    every = ("paper", "views", "products")
    title = "Table {}: {}, test CCR"
    return (
        accuracy_table(
            record, "table-1", title.format("I", "classification of types"), "basic", every
        ),
        type_table(record),
        accuracy_table(
            record, "table-3", title.format("III", "complete captions"), "complete", every[:2]
        ),
        captioner_table(record),
        design_table(record),
        unseen_table(record),
        training_table(record),
    )
