"""Tables that the paper does not have: files, the authors' code, pieces never seen, trainings."""

from __future__ import annotations

from benchmarks.report_table import megabytes, milliseconds
from benchmarks.reproduce.cells import HONEST, QUESTIONS
from benchmarks.reproduce.paper import paper_figure
from benchmarks.reproduce.records import CaptionerResult, ModelResult, Reproduction, is_authors
from benchmarks.reproduce.statistics import compare, type_figures
from benchmarks.reproduce.tables import (
    NOT_DONE,
    NOTHING,
    Table,
    f1_text,
    figure,
    figure_of,
    model_name,
    name_of,
    protocol_title,
)
from mobile_app.camera_app.runtime.bundle import LevelAccuracy
from pipeline.catalog.protocols import PROTOCOLS


def captioner_table(record: Reproduction) -> Table:
    """Size, latency and accuracy of captioner files."""
    by_name = {result.name: result for result in record.results}
    rows = []
    slowest = _photo_ms(record, _peer_file(record))
    for one in record.captioners:
        result = by_name[one.result]
        if one.refused:
            rows.append((*name_of(result), one.variant, *[NOTHING] * 6, "refused"))
            continue
        measured = record.latency(one)
        latency = measured.latency if measured else None
        photo = _photo_ms(record, one)
        encode = latency.encode if latency else None
        decode = latency.decode if latency else None
        rows.append(
            (
                *name_of(result),
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
        "float32 file of VGG-16 + GRU, measured in turn with it. "
        if record.latencies
        else "Latencies of these files are not measured yet. "
    )
    note += (
        "CCR of float32 is that of Keras, to which export holds it; that of int8 is the file's own."
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
    peer = record.find(*record.peer, HONEST)
    return record.captioner(peer, "float32") if peer else None


def _photo_ms(record: Reproduction, captioner: CaptionerResult | None) -> float | None:
    measured = record.latency(captioner) if captioner else None
    return measured.latency.photo.p50 if measured and measured.latency.photo else None


def design_table(record: Reproduction) -> Table:
    """What the authors' decoder and unpooled features cost or gain, on the same test photos."""
    rows = []
    families = list(dict.fromkeys(one.family for one in record.cells))
    for result in sorted(record.cells, key=lambda one: families.index(one.family)):
        encoder, decoder, protocol, early = result.key
        if protocol != HONEST or not early:
            continue
        base = record.find(encoder.removesuffix("-flat"), decoder.split("_")[-1], HONEST)
        leaking, late = figure_of(record, (encoder, decoder), "paper", "complete")
        rows.append(
            (
                *model_name(encoder, decoder),
                figure(result.accuracy("complete")),
                paired_text(result, base) if base and is_authors(encoder, decoder) else NOTHING,
                NOT_DONE if late else figure(leaking),
            )
        )
    rows += [
        (*model_name(cell.encoder, cell.decoder), NOT_DONE, NOTHING, NOTHING)
        for cell in record.missing_cells
        if cell.protocol == HONEST and cell.early_stopping
    ]
    head = (
        "CNN",
        "RNN",
        f"ours, {HONEST}",
        "against the pooled CNN with the plain RNN",
        protocol_title("paper"),
    )
    note = (
        "Complete captions. Flattened: all 7x7x1024 values, as the authors' code uses MobileNet. "
        "Merge: their decoder, in which the RNN never sees the image. Fourth column: difference of "
        "CCR on the same photos [95 % interval], photos that only this model and only the other "
        "one has right, McNemar's exact p."
    )
    return Table(
        "design",
        "The authors' code: merge decoder, and MobileNet flattened",
        head,
        tuple(rows),
        note,
    )


def paired_text(result: ModelResult, base: ModelResult) -> str:
    """Difference of complete captions on the same photos."""
    pair = compare(result.test, base.test, "complete")
    if pair is None:
        return NOTHING
    return (
        f"{pair.difference:+.3f} [{pair.low:+.3f}, {pair.high:+.3f}] "
        f"({pair.only_a} : {pair.only_b}), p = {pair.p_value:.3g}"
    )


def unseen_table(record: Reproduction) -> Table:
    """Types and looks of pieces that training knows or does not know."""
    rows = []
    for result in record.results:
        all_epochs = not result.given and not result.config.patience
        if PROTOCOLS[result.config.protocol].leaks or all_epochs:
            continue
        worst = min(type_figures(result.test.types), key=lambda one: one.f1)
        rows.append(
            (
                *name_of(result),
                result.config.protocol,
                figure(result.accuracy("basic")),
                f"{f1_text(worst)} ({worst.type}, n = {worst.recall.n})",
                figure(result.accuracy("normal")),
            )
        )
    rows.sort(key=lambda row: row[2] != "products")
    head = ("CNN", "RNN", "protocol", "types, CCR", "worst F1 of a type", "normal captions, CCR")
    note = " ".join(f"{name}: {QUESTIONS[name]}" for name in ("products", HONEST))
    note += " CCR [95 % Wilson interval]; F1 with the interval of a bootstrap over photos."
    return Table("unseen", "Types and normal captions, leak-free", head, tuple(rows), note, words=3)


def training_table(record: Reproduction) -> Table:
    """How each training went."""
    rows = []
    for result in record.results:
        validation = {one.level: one for one in result.validation}
        own = result.given or is_authors(result.config.encoder, result.config.decoder)
        published = [
            None if own else paper_figure(level, result.family, result.cell)
            for level in ("basic", "complete")
        ]
        printed = [f"{one.validation_ccr:.4f}" if one else NOTHING for one in published]
        rows.append(
            (
                result.name,
                *name_of(result),
                protocol_title(result.config.protocol),
                _epochs(result, result.epochs) + ("" if result.config.patience else ", all"),
                _best_epoch(result),
                f"{result.validation_loss:.4f}",
                _minutes(result.train_seconds),
                _minutes(result.test_seconds),
                *(
                    f"{figure(validation[level])} ({paper})" if level in validation else NOTHING
                    for level, paper in zip(("basic", "complete"), printed, strict=True)
                ),
            )
        )
    blank = [NOTHING] * 7
    rows += [
        (cell.name, *model_name(cell.encoder, cell.decoder), NOT_DONE, *blank)
        for cell in record.missing_cells
    ]
    head = (
        "cell",
        "CNN",
        "RNN",
        "protocol",
        "epochs",
        "best epoch",
        "validation loss",
        "training, min",
        "test, min",
        "validation CCR, basic (paper)",
        "validation CCR, complete (paper)",
    )
    note = (
        "Loss per token over all three levels; the paper's is of one level, another scale. "
        "Validation CCR [95 % Wilson interval], n validation photos; in parentheses the paper's, "
        "without n. Two phases: epochs on frozen features + epochs through the encoder. Time is "
        "that of this computer, with features that were not kept from a cell before; of a training "
        "that was interrupted, that of its last part. "
        f"{_total_text(record)} One cell again: `jewelcap reproduce --cell NAME --out FOLDER`."
    )
    return Table("training", "Trainings", head, tuple(rows), note, words=4)


def _epochs(result: ModelResult, epochs: int) -> str:
    """Epochs of both phases, where there are two: the curve is that of the first one."""
    first = len(result.curve)
    if not result.config.fine_tune_epochs or not 0 < first < epochs:
        return str(epochs)
    return f"{first} + {epochs - first}"


def _best_epoch(result: ModelResult) -> str:
    """Where the kept weights come from: of two phases, from the second."""
    first = len(result.curve)
    two = result.config.fine_tune_epochs and 0 < first < result.epochs
    return f"{first} + {result.best_epoch}" if two else str(result.best_epoch)


def _minutes(seconds: float | None) -> str:
    return NOTHING if seconds is None else f"{seconds / 60:.1f}"


def total_seconds(record: Reproduction) -> float | None:
    """Time of all finished steps but the trainings of runs that were given; None if unknown."""
    times = [one.train_seconds for one in record.cells]
    times += [one.test_seconds for one in record.results]
    times += [one.seconds for one in record.captioners]
    known = [one for one in times if one is not None]
    return sum(known) if known else None


def _total_text(record: Reproduction) -> str:
    total = total_seconds(record)
    if total is None:
        return "Times are not known."
    return (
        f"All finished steps, with exports and tests of files and without the trainings of given "
        f"runs and the latencies: {total / 3600:.1f} h."
    )
