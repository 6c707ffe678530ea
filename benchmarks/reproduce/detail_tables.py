"""What exactly is wrong in wrong captions: by attribute, by text overlap, by presentation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from benchmarks.reproduce.cells import HONEST
from benchmarks.reproduce.records import ModelResult, Reproduction
from benchmarks.reproduce.tables import NOTHING, Table, figure, name_of, protocol_title, share
from mobile_app.camera_app.runtime.levels import LEVELS
from pipeline.catalog.protocols import PROTOCOLS

_LEVEL: Final = "complete"


def attribute_table(record: Reproduction) -> Table:
    """Share of complete captions whose terms of each kind are exactly right."""
    kinds = LEVELS[_LEVEL].kinds
    rows = []
    for result in _shown(record):
        own = {one.kind: one.exact for one in result.test.attributes if one.level == _LEVEL}
        cells = (
            f"{own[kind].value:.3f} [{own[kind].low:.3f}, {own[kind].high:.3f}]"
            if kind in own
            else NOTHING
            for kind in kinds
        )
        n = str(max((one.n for one in own.values()), default=0))
        rows.append((*name_of(result), n, *cells))
    note = (
        f"Protocol {HONEST}. Share of test photos whose set of terms of the kind is exactly right "
        "[95 % Wilson interval]; where there is no such term, none is right."
    )
    return Table(
        "attributes",
        "Complete captions by attribute",
        ("CNN", "RNN", "n", *kinds),
        tuple(rows),
        note,
    )


def sets_table(record: Reproduction) -> Table:
    """Sets of types: a photo may show a necklace and its earrings."""
    rows = [
        (
            *name_of(result),
            protocol_title(result.config.protocol),
            share(one.exact),
            share(one.exact_several) if one.exact_several.n else NOTHING,
            f"{one.micro_f1:.3f}",
            f"{one.macro_f1:.3f}",
            f"{one.hamming_loss:.4f}",
        )
        for result in record.results
        if result.given or result.config.patience
        if not PROTOCOLS[result.config.protocol].leaks
        for one in [result.test.type_sets]
    ]
    head = (
        "CNN",
        "RNN",
        "protocol",
        "set exactly right",
        "of photos with several types",
        "micro F1",
        "macro F1",
        "Hamming loss",
    )
    note = (
        "Basic level, all test photos, a set of types each. Shares with 95 % Wilson intervals and "
        "counts; F1 and Hamming loss are over pairs of photo and type, without interval."
    )
    title = "Sets of types: photos with one type and with several"
    return Table("sets", title, head, tuple(rows), note, words=3)


def overlap_table(record: Reproduction) -> Table:
    """Scores of text overlap, which the paper names as future work."""
    rows = []
    for result in _shown(record):
        for one in result.test.captions:
            if one.level != _LEVEL:
                continue
            bleu = (one.bleu_1, one.bleu_2, one.bleu_3, one.bleu_4)
            scores = (*bleu, one.meteor_exact_stem, one.rouge_l, one.cider_d)
            texts = (NOTHING if score is None else f"{score:.3f}" for score in scores)
            rows.append((*name_of(result), figure(result.accuracy(_LEVEL)), *texts))
    orders = (f"BLEU-{order}" for order in range(1, 5))
    head = ("CNN", "RNN", "CCR", *orders, "METEOR", "ROUGE-L", "CIDEr-D")
    note = (
        f"Protocol {HONEST}, complete captions in English, one reference each. METEOR matches "
        "exact words and stems, no synonyms. These scores have no interval. Captions that follow "
        "one pattern overlap even where they are wrong: CCR is what counts."
    )
    return Table("overlap", "Overlap of texts", head, tuple(rows), note)


def presentation_table(record: Reproduction) -> Table:
    """CCR by kind of presentation, where the catalog tells it."""
    rows = [
        (*name_of(result), group.name, *(figure(levels.get(level)) for level in LEVELS))
        for result in _shown(record, record.peer[1])
        for group in result.test.presentations
        for levels in [{one.level: one for one in group.accuracy}]
    ]
    head = ("CNN", "RNN", "presentation", *(f"{level}, CCR" for level in LEVELS))
    note = f"Protocol {HONEST}. Test CCR [95 % Wilson interval], n test photos."
    return Table("presentations", "By presentation", head, tuple(rows), note, words=3)


def _shown(record: Reproduction, only: str | None = None) -> Iterator[ModelResult]:
    """Models under `HONEST`, of the cells those with one decoder if asked for."""
    for encoder, decoder in record.models:
        if only in (None, decoder) and (result := record.find(encoder, decoder, HONEST)):
            yield result
    yield from (result for result in record.given if result.config.protocol == HONEST)
