"""What the figures say, in sentences: each is chosen by the numbers, none is written beforehand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from benchmarks.report_table import interval_text, megabytes, milliseconds
from benchmarks.reproduce.cells import HONEST
from benchmarks.reproduce.own_tables import file_accuracy
from benchmarks.reproduce.paper import TABLE_I, TABLE_II, paper_figure
from benchmarks.reproduce.records import ModelResult, Reproduction, is_authors
from benchmarks.reproduce.statistics import (
    Difference,
    compare,
    difference,
    least_p,
    type_figures,
)
from benchmarks.reproduce.tables import FAMILY_NAMES, f1_text, model_name
from benchmarks.reproduce.unseen import compare_unseen, unseen_pairs
from mobile_app.camera_app.runtime.bundle import LevelAccuracy
from pipeline.config import public_config
from pipeline.metrics import PairedDifference

LEVEL: Final = "complete"


@dataclass(frozen=True)
class Finding:
    """A question and what the figures answer.

    Attributes:
        question: What is asked.
        answers: Sentences.
    """

    question: str
    answers: tuple[str, ...]


def title(result: ModelResult) -> str:
    """Name of a model in a sentence."""
    name = " + ".join(model_name(result.config.encoder, result.config.decoder))
    return f"{name}, trained end to end ({result.name})" if result.given else name


def paired_sentence(first: str, second: str, pair: PairedDifference) -> str:
    """Says which of two models is better on the same photos, if they are told apart."""
    p = "p < 0.001" if pair.p_value < 0.001 else f"p = {pair.p_value:.3f}"
    counts = (
        f"{pair.difference:+.3f} [{pair.low:+.3f}, {pair.high:+.3f}], "
        f"{pair.only_a} : {pair.only_b} of {pair.n}, {p}"
    )
    if pair.verdict == "not told apart":
        return f"{first} and {second} are not told apart ({counts})."
    verb = "is right more often than" if pair.verdict == "better" else "is right less often than"
    return f"{first} {verb} {second} ({counts})."


def unpaired_sentence(first: str, second: str, gap: Difference) -> str:
    """Says which of two figures of different photos is higher, if they are told apart."""
    interval = f"{gap.value:+.3f} [{gap.low:+.3f}, {gap.high:+.3f}]"
    if not gap.told_apart:
        return f"{first} and {second} are not told apart ({interval})."
    verb = "is above" if gap.value > 0 else "is below"
    return f"{first} {verb} {second} ({interval})."


def _with_n(one: LevelAccuracy) -> str:
    return f"{interval_text(one)}, n = {one.n}"


def _published(record: Reproduction) -> Iterator[str]:
    best = paper_figure(LEVEL, "vgg16", "gru")
    other = paper_figure(LEVEL, "vgg16", "lstm")
    assert best is not None and other is not None
    yield _same_photos(
        f"In the paper, VGG-16 + GRU ({_with_n(best.test)}; {best.test.correct} right)",
        f"VGG-16 + LSTM ({_with_n(other.test)}; {other.test.correct} right)",
        best.test,
        other.test,
    )
    hits, n = sum(row.hits for row in TABLE_II), sum(row.n for row in TABLE_II)
    of_table_i = paper_figure("basic", "vgg16", "gru")
    assert of_table_i is not None
    if hits != of_table_i.test.correct:
        yield (
            f"Its Table II, said to be of the best model of Table I, adds up to {hits} of {n} "
            f"photos ({hits / n:.3f}), while Table I has {of_table_i.test.correct} of "
            f"{of_table_i.n} ({of_table_i.test_ccr}): they are not of the same model or test."
        )
    tests = [row.test for row in TABLE_I]
    low, high = min(tests, key=lambda one: one.ccr), max(tests, key=lambda one: one.ccr)
    yield _same_photos(
        f"The best figure of Table I ({_with_n(high)}; {high.correct} right)",
        f"the worst one ({_with_n(low)}; {low.correct} right)",
        high,
        low,
    )


def _same_photos(first: str, second: str, one: LevelAccuracy, other: LevelAccuracy) -> str:
    """Whether two figures of one test can be told apart, where only the counts are known."""
    p = least_p(one, other)
    if p >= 0.05:
        return (
            f"{first} and {second} are not told apart by the same photos: even if one is right "
            f"wherever the other is, McNemar's p is {p:.3f}; it is higher if it is not."
        )
    return f"{first} and {second} may be told apart: McNemar's p is at least {p:.3f}."


def leak_confound(record: Reproduction) -> str:
    """What else differs between the leaking figures and the others; empty where it is unknown."""
    splits = {split.protocol: split for split in record.splits}
    leaking, honest = splits.get("paper"), splits.get(HONEST)
    if leaking is None or honest is None:
        return ""
    images = sum(leaking.photos.values())
    return (
        f"The gap is not the leak's alone: under “paper” there are {leaking.originals} different "
        f"photos, each as {images / leaking.originals:.0f} images (itself and changed copies), "
        f"under {HONEST} {honest.originals}, so that training has fewer different photos and the "
        "test others, changed ones among them; and copies of one photo are counted as independent, "
        "so that the interval of the leaking figure is too narrow."
    )


def _leak(record: Reproduction) -> Iterator[str]:
    yield from _leak_gaps(record)
    if confound := leak_confound(record):
        yield confound


def _leak_gaps(record: Reproduction) -> Iterator[str]:
    for encoder, decoder in record.models:
        leaking = record.find(encoder, decoder, "paper")
        honest = record.find(encoder, decoder, HONEST)
        if not leaking or not honest:
            continue
        one, other = leaking.accuracy(LEVEL), honest.accuracy(LEVEL)
        if one and other:
            name = title(honest)
            yield unpaired_sentence(
                f"{name}: the leaking figure ({_with_n(one)})",
                f"the leak-free one ({_with_n(other)})",
                difference(one, other),
            )


def _against_paper(record: Reproduction) -> Iterator[str]:
    for encoder, decoder in record.models:
        ours = record.find(encoder, decoder, "paper")
        figure = paper_figure(LEVEL, encoder.split("-")[0], decoder.split("-")[0])
        one = ours.accuracy(LEVEL) if ours else None
        if ours and figure and one:
            yield unpaired_sentence(
                f"{title(ours)}: ours under its protocol ({_with_n(one)}, leaking)",
                f"the paper's ({_with_n(figure.test)}, leaking)",
                difference(one, figure.test),
            )


def _pairs(record: Reproduction, pairs: Iterator[tuple[ModelResult, ModelResult]]) -> Iterator[str]:
    for first, second in pairs:
        if pair := compare(first.test, second.test, LEVEL):
            yield paired_sentence(_with_ccr(first), _with_ccr(second), pair)


def _with_ccr(result: ModelResult, level: str = LEVEL) -> str:
    """A model and how often its captions of a level are right."""
    accuracy = result.accuracy(level)
    return f"{title(result)} ({accuracy.ccr:.3f})" if accuracy else title(result)


def _decoders(record: Reproduction) -> Iterator[str]:
    def pairs() -> Iterator[tuple[ModelResult, ModelResult]]:
        for encoder, decoder in record.models:
            if decoder.startswith("gru"):
                gru = record.find(encoder, decoder, HONEST)
                lstm = record.find(encoder, decoder.replace("gru", "lstm"), HONEST)
                if gru and lstm:
                    yield gru, lstm

    return _pairs(record, pairs())


def _encoders(record: Reproduction) -> Iterator[str]:
    peer = record.peer[0]
    known: dict[str, list[tuple[str, PairedDifference]]] = {}
    for level in (LEVEL, "basic"):
        for encoder, decoder in record.models:
            other = record.find(encoder, decoder, HONEST)
            base = record.find(peer, decoder, HONEST)
            if encoder == peer or other is None or base is None:
                continue
            if pair := compare(other.test, base.test, level):
                what = "complete captions" if level == LEVEL else "types"
                cell = decoder.partition("-")[0].upper()
                known.setdefault(other.family, []).append((f"{cell}, {what}", pair))
                sentence = paired_sentence(_with_ccr(other, level), _with_ccr(base, level), pair)
                yield f"{what.capitalize()}: {sentence}"
    if pairs := known.get("mobilenet"):
        yield _weakness(FAMILY_NAMES["mobilenet"], model_name(peer, "gru")[0], pairs)
        yield (
            "Frozen pooled features are our reading of the paper's “transfer learning”: it does "
            "not say whether encoders were trained further, and the authors' code takes 4,096 "
            "values (fc2) of VGG-16, where we have 512 pooled ones."
        )


def _weakness(name: str, peer: str, pairs: Iterable[tuple[str, PairedDifference]]) -> str:
    """Whether an encoder is behind another one anywhere, and how far it may be at most."""
    pairs = list(pairs)
    behind = [what for what, pair in pairs if pair.verdict == "worse"]
    if behind:
        return f"{name} is behind {peer} in {len(behind)} of {len(pairs)}: {'; '.join(behind)}."
    where, lowest = min(pairs, key=lambda one: one[1].low)
    text = (
        f"No weakness of {name} is found: in none of {len(pairs)} comparisons is it right less "
        f"often than {peer} beyond chance"
    )
    if lowest.low < 0:
        text += (
            f"; its lag is at most {-lowest.low:.3f} by the 95 % intervals (largest for {where})"
        )
    return f"{text}."


def _authors(record: Reproduction) -> Iterator[str]:
    def pairs() -> Iterator[tuple[ModelResult, ModelResult]]:
        for one in record.cells:
            encoder, decoder, protocol, early = one.key
            if protocol != HONEST or not early or not is_authors(encoder, decoder):
                continue
            plain = record.find(encoder.removesuffix("-flat"), decoder.split("_")[-1], HONEST)
            if plain:
                yield one, plain

    return _pairs(record, pairs())


def _best(record: Reproduction) -> Iterator[str]:
    peer = record.find(*record.peer, HONEST)
    peer_file = record.captioner(peer, "float32") if peer else None
    for result in record.given:
        if peer is None:
            return
        if pair := compare(result.test, peer.test, LEVEL):
            yield paired_sentence(_with_ccr(result), _with_ccr(peer), pair)
            yield from _seen_besides(result)
        for one in record.captioners:
            if one.result != result.name or one.refused:
                continue
            what = f"Its {one.variant} file ({megabytes(one.size_bytes)} MB)"
            if one.test and (pair := compare(one.test, peer.test, LEVEL)):
                yield paired_sentence(what, f"{title(peer)} in float32", pair)
            mine, its = record.latency(one), record.latency(peer_file) if peer_file else None
            if mine and its and mine.latency.photo and its.latency.photo:
                ratio = its.latency.photo.p50 / mine.latency.photo.p50
                accuracy = file_accuracy(result, one, LEVEL)
                yield (
                    f"{what} describes a photo in {milliseconds(mine.latency.photo.p50)} ms on "
                    f"this computer, {ratio:.1f} times faster than VGG-16 + GRU in float32"
                    + (f", with a CCR of {_with_n(accuracy)}." if accuracy else ".")
                )


def _seen_besides(result: ModelResult) -> Iterator[str]:
    config = public_config(result.config)
    counts = {one.catalog: f" ({one.photos} photos)" for one in result.more_photos}
    besides = [f"catalog {name}{counts.get(name, '')}" for name in config.extra_train]
    if config.negatives:
        besides.append(f"pictures without jewelry ({config.negatives})")
    if besides:
        yield (
            f"It saw the same {result.photos['train']} training photos, and besides: "
            f"{', '.join(besides)}; the models of the tables did not."
        )
    # Keras' own files are .h5; what a training leaves is .npz.
    if config.weights == "none" or config.weights.endswith(".npz"):
        start = "random weights" if config.weights == "none" else f"{config.weights} of a training"
        yield (
            f"Its encoder started from {start}, not from ImageNet; what that training saw is not "
            "in this record."
            if config.weights != "none"
            else f"Its encoder started from {start}, not from ImageNet."
        )


def _quantized(record: Reproduction) -> Iterator[str]:
    by_name = {result.name: result for result in record.results}
    for one in record.captioners:
        result = by_name[one.result]
        if one.refused:
            yield f"{title(result)}: {_refusal(one.refused)}."
        elif one.test and (pair := compare(one.test, result.test, LEVEL)):
            yield paired_sentence(f"{title(result)}: {one.variant}", "float", pair)


def _refusal(reason: str) -> str:
    """A refusal without the place of the file, which is not published, and with its terms."""
    text = reason.partition("; the file is kept")[0]
    if "sure agreement" in text:
        text += (
            " (sure agreement: of the captions that the float model is sure of, the share that the "
            "file says as well)"
        )
    return text


def _types(record: Reproduction) -> Iterator[str]:
    shown = [record.find(*record.peer, HONEST), *record.given]
    published = min(TABLE_II, key=lambda row: row.f1)
    for result in filter(None, shown):
        basic = result.accuracy("basic")
        if basic is None:
            continue
        worst = min(type_figures(result.test.types), key=lambda one: one.f1)
        yield (
            f"{title(result)}, protocol {result.config.protocol}: types are right with "
            f"{_with_n(basic)}; the worst type is {worst.type} with F1 {f1_text(worst)} "
            f"(n = {worst.recall.n}; the paper's worst, leaking, {published.type}: "
            f"{published.f1:.3f}, n = {published.n})."
        )


def _unseen(record: Reproduction) -> Iterator[str]:
    for encoder, decoder in record.models:
        known = record.find(encoder, decoder, HONEST)
        unseen = record.find(encoder, decoder, "products")
        if not known or not unseen:
            continue
        one, other = unseen.accuracy("normal"), known.accuracy("normal")
        if one and other:
            yield unpaired_sentence(
                f"{title(known)}: normal captions of pieces never seen ({_with_n(one)})",
                f"those of known pieces ({_with_n(other)})",
                difference(one, other),
            )

    for result, base in unseen_pairs(record):
        if found := compare_unseen(result, base):
            yield (
                f"{title(result)} against {title(base)}, normal captions of pieces that neither "
                f"has seen: {found.text}."
            )


def _early_stopping(record: Reproduction) -> Iterator[str]:
    for one in record.cells:
        if one.config.patience or not one.curve:
            continue
        short = record.find(one.config.encoder, one.config.decoder, one.config.protocol)
        lowest = min(one.curve, key=lambda epoch: epoch.validation_loss)
        last = one.curve[-1]
        yield (
            f"{title(one)}, protocol {one.config.protocol}: over {one.epochs} epochs the "
            f"validation loss is lowest in epoch {lowest.epoch} ({lowest.validation_loss:.4f}) and "
            f"{last.validation_loss:.4f} in the last; the validation accuracy per token goes from "
            f"{lowest.validation_accuracy:.4f} to {last.validation_accuracy:.4f}."
        )
        if short and (pair := compare(one.test, short.test, LEVEL)):
            first = f"The best of its {one.epochs} epochs"
            yield paired_sentence(first, f"that of a training stopped after {short.epochs}", pair)


_QUESTIONS: Final[tuple[tuple[str, Callable[[Reproduction], Iterator[str]]], ...]] = (
    ("Does a MobileNet trained end to end beat what the paper recommends?", _best),
    ("Is MobileNet inadequate, with frozen features?", _encoders),
    ("What do the authors' decoder and the flattened MobileNet change?", _authors),
    ("What is the paper's leak worth?", _leak),
    ("Do we find the paper's figures under its own protocol?", _against_paper),
    ("Which figures of the paper itself are told apart?", _published),
    ("GRU or LSTM?", _decoders),
    ("What do 8 bits cost?", _quantized),
    ("How well are types told?", _types),
    ("What about pieces never seen?", _unseen),
    ("Is early stopping right?", _early_stopping),
)
"""Questions with what answers them, what matters most first."""


def find(record: Reproduction) -> tuple[Finding, ...]:
    """Answers all questions that the finished cells can answer."""
    findings = (Finding(question, tuple(answer(record))) for question, answer in _QUESTIONS)
    return tuple(finding for finding in findings if finding.answers)
