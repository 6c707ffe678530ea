"""The record of an evaluation, and how it is made of predictions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from mobile_app.camera_app.runtime.bundle import LevelAccuracy
from mobile_app.camera_app.runtime.languages import compose
from mobile_app.camera_app.runtime.levels import LEVELS, Attributes, Term
from pipeline.catalog.protocols import PROTOCOLS, leak_of
from pipeline.catalog.split import DatasetManifest, SplitPhoto
from pipeline.metrics import (
    AttributeScore,
    CaptionScores,
    MultiLabelScores,
    PairedDifference,
    TypeReport,
    attribute_scores,
    caption_scores,
    level_accuracies,
    multi_label_scores,
    type_report,
)

Said = Mapping[str, Sequence[tuple[Term, ...]]]
"""For each level, the predicted terms of each photo."""


@dataclass(frozen=True)
class WrongCaption:
    """A caption that is not exactly right.

    Attributes:
        file_name: The photo, or which augmented copy of it.
        level: Description level.
        expected: Caption of the catalog's attributes.
        predicted: Caption of the model.
    """

    file_name: str
    level: str
    expected: str
    predicted: str


@dataclass(frozen=True)
class GroupAccuracy:
    """Accuracy on a part of the photos: those of one store, or of one kind of presentation."""

    name: str
    accuracy: tuple[LevelAccuracy, ...]


@dataclass(frozen=True)
class LevelDifference:
    """CCR at a level against that of another model on the same photos."""

    level: str
    ccr: PairedDifference


@dataclass(frozen=True)
class Comparison:
    """Another model that stands against the one evaluated.

    Attributes:
        subject: Name of its run or captioner file.
        encoder: Its encoder.
        decoder: Its decoder.
        variant: Its export variant.
        levels: Differences, A being the model evaluated, at the levels that both have.
    """

    subject: str
    encoder: str
    decoder: str
    variant: str
    levels: tuple[LevelDifference, ...]


@dataclass(frozen=True)
class Evaluation:
    """What a model gets right.

    Attributes:
        subject: Name of the run or of the captioner file.
        encoder: Encoder's name.
        decoder: Decoder's name.
        variant: Export variant, or `keras` for a run.
        protocol: Split protocol.
        seed: Seed of the split.
        catalog_digest: The catalog.
        split: The side: train, validation, test, or all.
        n: Photos.
        language: Language in which captions are compared as text.
        accuracy: CCR by level, with intervals.
        types: Precision, recall, F1 and confusions over photos of a single type; at the basic
            level.
        type_sets: Scores of sets of types over all photos; at the basic level.
        attributes: Precision, recall, F1 and exact sets of each kind of term, by level.
        captions: BLEU, METEOR, ROUGE-L and CIDEr-D by level.
        stores: CCR by store.
        presentations: CCR by kind of presentation, where a rendered catalog tells it.
        unsayable: Photos by level whose truth has a term that the model never learned; they
            count as wrong.
        right: Photos by level whose caption is exactly right.
        wrong: All wrong captions.
        command: The command that made this record.
        git_commit: Code that made it; empty outside a checkout.
        leak: Why these figures do not count as those of unseen photos; empty where they do.
        against: Another model on the same photos.
        schema_version: Version of this form.
    """

    subject: str
    encoder: str
    decoder: str
    variant: str
    protocol: str
    seed: int
    catalog_digest: str
    split: str
    n: int
    language: str
    accuracy: tuple[LevelAccuracy, ...]
    types: TypeReport
    type_sets: MultiLabelScores
    attributes: tuple[AttributeScore, ...]
    captions: tuple[CaptionScores, ...]
    stores: tuple[GroupAccuracy, ...]
    presentations: tuple[GroupAccuracy, ...]
    unsayable: dict[str, int]
    right: dict[str, tuple[str, ...]]
    wrong: tuple[WrongCaption, ...]
    command: str
    git_commit: str
    leak: str = ""
    against: Comparison | None = None
    schema_version: int = 2


@dataclass(frozen=True)
class Subject:
    """What is evaluated, without its predictions."""

    name: str
    encoder: str
    decoder: str
    variant: str
    vocabulary: frozenset[Term]


def summarize(
    subject: Subject,
    manifest: DatasetManifest,
    split: str,
    items: Sequence[SplitPhoto],
    predictions: Said,
    command: str,
    git_commit: str,
    language: str = "en",
    presentations: Mapping[str, str] | None = None,
) -> Evaluation:
    """Compares predictions with the catalog, at the levels that the protocol can know.

    Levels that no training photo had are not in the predictions and are left out.

    Args:
        subject: What made the predictions.
        manifest: The split.
        split: The side.
        items: Photos of it.
        predictions: For each level, the terms of each of them.
        command: The command that makes the record.
        git_commit: The code that makes it.
        language: Language in which captions are compared as text.
        presentations: Kind of presentation by file name, where known.
    """
    levels = PROTOCOLS[manifest.protocol].levels
    used = {level: predictions[level] for level in levels if level in predictions}
    attributes = [item.photo.attributes for item in items]
    # Many photos share their terms.
    text_of = cache(lambda terms: compose(terms, language))
    right: dict[str, tuple[str, ...]] = {}
    wrong: list[WrongCaption] = []
    unsayable: dict[str, int] = {}
    overlap: list[CaptionScores] = []
    for level, captions in used.items():
        names: list[str] = []
        texts: list[tuple[str, str]] = []
        unsayable[level] = 0
        for item, caption in zip(items, captions, strict=True):
            truth = LEVELS[level].terms(item.photo.attributes)
            if truth is None:
                continue
            unsayable[level] += any(term not in subject.vocabulary for term in truth)
            expected, predicted = text_of(truth), text_of(caption)
            texts.append((predicted, expected))
            if set(truth) == set(caption):
                names.append(item.name)
            else:
                wrong.append(WrongCaption(item.name, level, expected, predicted))
        right[level] = tuple(names)
        if texts:
            said, true = zip(*texts, strict=True)
            overlap.append(caption_scores(level, said, true, language))
    types, type_sets = _compare_types(attributes, used["basic"])
    shown = presentations or {}
    return Evaluation(
        subject=subject.name,
        encoder=subject.encoder,
        decoder=subject.decoder,
        variant=subject.variant,
        protocol=manifest.protocol,
        seed=manifest.seed,
        catalog_digest=manifest.catalog_digest,
        split=split,
        n=len(items),
        language=language,
        accuracy=level_accuracies(used, attributes),
        types=types,
        type_sets=type_sets,
        attributes=attribute_scores(used, attributes),
        captions=tuple(overlap),
        stores=_by_group(items, used, lambda item: item.photo.store),
        presentations=_by_group(items, used, lambda item: shown.get(item.photo.file_name, "")),
        unsayable=unsayable,
        right=right,
        wrong=tuple(wrong),
        command=command,
        git_commit=git_commit,
        leak=leak_of(manifest.protocol),
    )


def _compare_types(
    attributes: Sequence[Attributes], captions: Sequence[tuple[Term, ...]]
) -> tuple[TypeReport, MultiLabelScores]:
    called = [[term.text for term in caption if term.kind == "type"] for caption in captions]
    single = [
        (one.types[0], "+".join(said) or "none")
        for one, said in zip(attributes, called, strict=True)
        if len(one.types) == 1
    ]
    return (
        type_report([truth for truth, _ in single], [said for _, said in single]),
        multi_label_scores([one.types for one in attributes], called),
    )


def _by_group(
    items: Sequence[SplitPhoto], predictions: Said, group_of: Callable[[SplitPhoto], str]
) -> tuple[GroupAccuracy, ...]:
    groups = [group_of(item) for item in items]
    found = []
    for name in sorted(set(groups) - {""}):
        own = [index for index, group in enumerate(groups) if group == name]
        said = {level: [texts[index] for index in own] for level, texts in predictions.items()}
        attributes = [items[index].photo.attributes for index in own]
        found.append(GroupAccuracy(name, level_accuracies(said, attributes)))
    return tuple(found)
