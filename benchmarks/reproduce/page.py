"""The page as a reviewer reads it: question, protocol, data, answers, tables, doubts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Final

from benchmarks.html_page import html_image, html_table
from benchmarks.reproduce.cells import EFFORTS
from benchmarks.reproduce.findings import find
from benchmarks.reproduce.paper import IMAGES
from benchmarks.reproduce.records import Reproduction
from benchmarks.reproduce.tables import Table
from pipeline.catalog.protocols import PROTOCOLS

_PLACES: Final = {
    "table-1": ("figure-table-1",),
    "table-3": ("figure-table-3", "figure-3", "figure-4"),
    "captioners": ("pareto",),
    "training": ("figure-2",),
}
"""Pictures that stand below a table; all others stand after them."""

_ALT: Final = {
    "figure-table-1": "CCR of types by model, with intervals",
    "figure-table-3": "CCR of complete captions by model, with intervals",
    "figure-2": "Learning curves without early stopping",
    "pareto": "Latency against accuracy",
}


def page_body(
    record: Reproduction, tables: Sequence[Table], pictures: Mapping[str, bytes]
) -> list[str]:
    """HTML of the page's parts.

    Args:
        record: What came out.
        tables: All tables.
        pictures: PNGs by key.
    """
    body = ["<h1>Jewelry Recognition via Encoder-Decoder Models, repeated</h1>"]
    body += _warnings(record)
    body.append(
        "<p>Alcalde-Llergo et al. caption jewelry photos with a CNN and an RNN and find 95 % of "
        "captions right, best with VGG-16 + GRU; they leave MobileNet out as inadequate. Here "
        "their Tables I to III and Figures 2 to 4 are repeated on a catalog of this project, under "
        "their protocol and under protocols without its leak, and beside them stands what their "
        "code does otherwise than their text.</p>"
    )
    body.append("<h2>What came out</h2>")
    for finding in find(record):
        body.append(f"<h3>{escape(finding.question)}</h3>")
        body.append(_list(finding.answers))
    body.append(
        "<p class=muted>These sentences are chosen by the figures. In brackets: the difference of "
        "CCR with its 95 % interval (Newcombe) and, for models on the same photos, the photos that "
        "only the first and only the second one has right, with the p of McNemar's exact test. "
        "Told apart is at 5 %; with so many comparisons, one in twenty is told apart by "
        "chance.</p>"
    )
    body += _data(record)
    left = dict(pictures)
    for table in tables:
        body.append(f"<h2>{escape(table.title)}</h2>")
        body.append(_table(table))
        for key in _PLACES.get(table.key, ()):
            if key in left:
                body.append(html_image(_ALT.get(key, key), left.pop(key)))
    if left:
        body.append("<h2>Wrong captions of the runs trained end to end</h2>")
        body += [html_image(key, png) for key, png in left.items()]
    body += _differences(record)
    body += _making(record)
    return body


def _warnings(record: Reproduction) -> list[str]:
    found = []
    if record.quick:
        found.append(
            "QUICK: made with a part of the photos and few epochs. These figures are a first "
            "impression; none of them may be quoted."
        )
    if record.missing:
        found.append(f"Not finished; missing: {', '.join(record.missing)}.")
    found.append(
        "Figures under the protocol “paper” LEAK: copies of the same photo stand in training and "
        "test. They are there to be compared with the paper's and say nothing about new photos."
    )
    return [f"<div class=doubt>{_list(found)}</div>"]


def _data(record: Reproduction) -> list[str]:
    types = ", ".join(
        f"{count} {name.replace('+', ' and ')}" for name, count in record.types.items()
    )
    intro = (
        f"Catalog {record.catalog}: {record.catalog_photos} photos of {record.products} products "
        f"in {record.designs} designs ({types}); {record.skipped} unusable ones left out. SHA-256 "
        f"of rows and images {record.catalog_digest}. Seed {record.seed}."
    )
    lines = [
        (
            "",
            (
                PROTOCOLS[split.protocol].label,
                PROTOCOLS[split.protocol].question,
                *(str(split.photos[side]) for side in ("train", "validation", "test")),
                str(split.originals),
                split.digest[:16],
            ),
        )
        for split in record.splits
    ]
    head = ("protocol", "question", "train", "validation", "test", "different photos", "digest")
    return [
        "<h2>Data and protocols</h2>",
        f"<p>{escape(intro)}</p>",
        html_table(head, lines, [True, True, False, False, False, False, True], " class=words"),
        "<p class=muted>Under “paper” every photo counts once and its augmented copies count "
        f"besides, as many as give about the paper's {IMAGES} images in a full experiment. "
        "Near-duplicates and pictures of one view are never parted by the other protocols.</p>",
    ]


def _table(table: Table) -> str:
    left = [column < table.words for column in range(len(table.head))]
    lines = [("", row) for row in table.rows]
    note = f"<p class=muted>{escape(table.note)}</p>" if table.note else ""
    return html_table(table.head, lines, left) + note


def _differences(record: Reproduction) -> list[str]:
    effort = EFFORTS[record.effort]
    cells = record.cells
    settings = cells[0].config if cells else None
    # Only a renderer tells how each photo presents its piece.
    rendered = any(one.test.presentations for one in cells)
    trained = (
        f"Adam, learning rate {settings.learning_rate:g}, batches of {settings.batch_size}, at "
        f"most {effort.epochs} epochs, patience {effort.patience}"
        if settings
        else ""
    )
    facts = [
        "Photos: the paper's come from two shops of Córdoba and are not public; ours are "
        f"{'rendered' if rendered else f'those of {record.catalog}'}. A difference between the "
        "paper's column and ours is first of all one of photos.",
        "One model here says all three levels, chosen by its first token. The paper (and the "
        "authors' code) trains a model for each level, so its classification is a model of its "
        "own; ours is the basic level of the same captioner.",
        f"All our cells have the settings of the paper's best captioner ({trained}, 256 neurons). "
        "The paper searches settings for each cell and does not say on which photos; its LSTMs "
        "for captions have 1,024 neurons.",
        "The plain decoder here starts from the image (first state) and costs one cell a word. "
        "“Merge” is the decoder of the authors' code: the RNN sees words only, and the image is "
        "added behind it.",
        "Encoders are frozen in all cells, as in the paper, and come from ImageNet; features are "
        "pooled unless the row says flattened. VGG-16 gives 512 pooled values here, 4,096 (fc2) "
        "in the authors' code.",
        "n of the paper's tests (136 and 70) is not printed there: it is the size of which all "
        "printed figures are multiples.",
    ]
    limits = [
        *(
            ["Rendered photos: no figure here says how a model does on photos of a real shop."]
            if rendered
            else []
        ),
        "One seed: the spread between trainings of the same cell is not measured. Intervals are "
        "those of the choice of test photos only, and count photos as independent, although those "
        "of one product are alike.",
        "Latencies are of this computer, on one thread; a phone's are others.",
    ]
    return [
        "<h2>What differs from the paper, and why</h2>",
        _list(facts),
        "<h2>Limitations</h2>",
        _list(limits),
    ]


def _making(record: Reproduction) -> list[str]:
    device = record.device
    features = f" ({', '.join(device.cpu_features)})" if device.cpu_features else ""
    flags = sorted({flag.kind for one in record.latencies for flag in one.flags})
    doubts = f" Doubts about latencies: {', '.join(flags)}." if flags else ""
    lines = [
        ("command", record.command),
        ("commit", record.git_commit or "unknown"),
        ("jewelcap", record.code_version),
        ("finished", record.finished),
        ("computer", f"{device.cpu}{features}, {device.cores} cores, {device.os}.{doubts}"),
    ]
    return [
        "<h2>How it was made</h2>",
        html_table(("", ""), [("", line) for line in lines], [True, True], " class=words"),
    ]


def _list(items: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in items) + "</ul>"
