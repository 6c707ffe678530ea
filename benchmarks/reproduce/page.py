"""The page as a reviewer reads it: question, protocol, data, answers, tables, doubts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Final

from benchmarks.html_page import html_image, html_table
from benchmarks.reproduce.cells import EFFORTS, HONEST, QUESTIONS, RULES
from benchmarks.reproduce.findings import find, leak_confound
from benchmarks.reproduce.goals import counts_text
from benchmarks.reproduce.paper import IMAGES
from benchmarks.reproduce.records import Reproduction, SplitFacts
from benchmarks.reproduce.tables import PUBLISHED, Table
from pipeline.catalog.protocols import PROTOCOLS

TITLE: Final = "Jewelry Recognition via Encoder-Decoder Models, repeated"

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
    "figure-3": "Wrong captions beside a piece of the design that was said",
    "figure-4": "Wrong captions of the right design beside a piece of the materials that were said",
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
    body = [f"<h1>{TITLE}</h1>"]
    body.append(f"<div class=doubt>{_list(warnings(record))}</div>")
    body.append(
        "<p>Alcalde-Llergo et al. caption jewelry photos with a CNN and an RNN and find 95 % of "
        "captions right, best with VGG-16 + GRU; they leave MobileNet out as inadequate. Here "
        "their Tables I to III and Figures 2 to 4 are repeated on a catalog of this project, under "
        "their protocol and under protocols without its leak, and beside them stands what their "
        "code does otherwise than their text.</p>"
    )
    body += [part for table in tables if table.key == "goals" for part in _section(table)]
    body.append("<h2>What came out</h2>")
    for finding in find(record):
        body.append(f"<h3>{escape(finding.question)}</h3>")
        body.append(_list(finding.answers))
    body.append(
        "<p class=muted>These sentences are chosen by the figures. In brackets: the difference of "
        "CCR with its 95 % interval (Newcombe) and, for models on the same photos, the photos that "
        "only the first and only the second one has right, with the p of McNemar's exact test. "
        "Told apart is at 5 %: of pairs that do not differ, one in twenty is told apart by chance, "
        "and there are many pairs here.</p>"
    )
    body += _data(record)
    left = dict(pictures)
    for table in tables:
        if table.key == "goals":
            continue
        body += _section(table)
        for key in _PLACES.get(table.key, ()):
            if key in left:
                body.append(html_image(_ALT.get(key, key), left.pop(key)))
        if table.key == "table-3":
            body += _no_gallery(record, pictures)
    if left:
        body.append("<h2>Wrong captions of the runs trained end to end</h2>")
        body += [html_image(key, png) for key, png in left.items()]
    body += _differences(record)
    body += _making(record)
    return body


def markdown_head(record: Reproduction) -> str:
    """Title, warnings and origin, for the file that has tables only."""
    lines = [f"# {TITLE}", ""]
    lines += [f"- {text}" for text in warnings(record)]
    lines += [
        f"- Catalog {record.catalog}, {record.catalog_photos} photos, SHA-256 of rows and images "
        f"{record.catalog_digest}; seed {record.seed}; {record.effort} experiment."
    ]
    lines += [
        f"- {split.protocol}: {QUESTIONS.get(split.protocol, '')} {_sides(split)} "
        f"{_counts(record, split)}".strip()
        for split in record.splits
    ]
    lines += [f"- Made by `{command}`, commit {commit}." for command, commit in origins(record)]
    return "\n".join([*lines, ""])


def origins(record: Reproduction) -> list[tuple[str, str]]:
    """Commands and commits by which the results were made."""
    tests = [one.test for one in record.results]
    tests += [one.test for one in record.captioners if one.test]
    found = dict.fromkeys((test.command, test.git_commit or "unknown") for test in tests)
    return list(found)


def _section(table: Table) -> list[str]:
    return [f"<h2>{escape(table.title)}</h2>", _table(table)]


def _no_gallery(record: Reproduction, pictures: Mapping[str, bytes]) -> list[str]:
    """Says which figures have nothing to show."""
    shown = {
        "3": "wrong caption names another design",
        "4": "wrong caption names the right design in other materials",
    }
    found = []
    for number, what in shown.items():
        if f"figure-{number}" not in pictures:
            found.append(f"There is no Figure {number}: no {what}.")
        found += [
            f"There is no Figure {number} of {one.name}: no {what}."
            for one in record.given
            if one.config.protocol == HONEST and f"figure-{number}-{one.name}" not in pictures
        ]
    return [f"<p class=muted>{escape(' '.join(found))}</p>"] if found else []


def warnings(record: Reproduction) -> list[str]:
    """What must be known before any figure is read."""
    found = []
    if record.quick:
        found.append(
            "QUICK: made with a part of the photos and few epochs. These figures are a first "
            "impression; none of them may be quoted."
        )
    if record.missing:
        found.append(
            f"NOT FINISHED: {len(record.results)} of {len(record.results) + len(record.missing)} "
            f"models are tested; not done yet: {', '.join(record.missing)}."
        )
    else:
        found.append(f"Finished: all {len(record.results)} models are trained and tested.")
    found.append(
        "Figures under the protocol “paper”, and those that the paper printed "
        f"(“{PUBLISHED}”), LEAK: copies of the same photo stand in training and test. They are "
        "there to be compared with each other and say nothing about new photos."
    )
    return found


def _data(record: Reproduction) -> list[str]:
    types = ", ".join(
        f"{count} {name.replace('+', ' and ')}" for name, count in record.types.items()
    )
    intro = (
        f"Catalog {record.catalog}: {record.catalog_photos} photos of {record.products} products "
        f"in {record.designs} designs ({types}); {record.skipped} unusable ones left out. SHA-256 "
        f"of rows and images {record.catalog_digest}. Seed {record.seed}."
    )
    parts = [f"<h2>Data and protocols</h2>\n<p>{escape(intro)}</p>", "<ul>"]
    for split in record.splits:
        name = PROTOCOLS[split.protocol].label
        text = " ".join(
            [
                QUESTIONS.get(split.protocol, ""),
                RULES.get(split.protocol, ""),
                _sides(split),
                _counts(record, split),
                f"Digest of the split {split.digest[:16]}.",
            ]
        )
        parts.append(f"<li><b>{escape(name)}</b>. {escape(text)}</li>")
    parts.append("</ul>")
    if any(PROTOCOLS[split.protocol].leaks for split in record.splits):
        parts.append(
            "<p class=muted>As many photos are copied as give about the paper's "
            f"{IMAGES} images in a full experiment.</p>"
        )
    return parts


def _sides(split: SplitFacts) -> str:
    """How many photos each side has, and what share of them."""
    total = sum(split.photos.values())
    sides = ", ".join(
        f"{count} {side} ({count / total:.0%})" for side, count in split.photos.items()
    )
    return f"{total} images of {split.originals} different photos: {sides}."


def _counts(record: Reproduction, split: SplitFacts) -> str:
    """Why n is not the same in all tables."""
    some = next((one for one in record.results if one.config.protocol == split.protocol), None)
    return f"Test n = {some.test.n}; {counts_text(some)}." if some else ""


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
        "added behind it. It is trained by our settings; theirs are dropout 0.5, patience 5, and "
        "the learning rate divided by 5 on plateaus of 2 epochs.",
        "Encoders are frozen in all cells and come from ImageNet; features are pooled unless the "
        "row says flattened. That they are frozen is our reading: the paper says transfer "
        "learning. VGG-16 gives 512 pooled values here, of weights without top; 4,096 (fc2) in "
        "the authors' code.",
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
        *([f"Leaking against other figures: {gap}"] if (gap := leak_confound(record)) else []),
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
        *((f"made by {commit[:12]}", command) for command, commit in origins(record)),
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
