"""The report: tables, figures and one page, all made of the record and the catalog's photos."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from benchmarks.html_page import html_page
from benchmarks.pareto import make_panels
from benchmarks.record import Accuracy, BenchmarkRecord
from benchmarks.report_plot import draw_panels
from benchmarks.reproduce.all_tables import all_tables
from benchmarks.reproduce.cells import HONEST
from benchmarks.reproduce.csv_files import ACCURACY, TYPES, accuracy_lines, csv_text, type_lines
from benchmarks.reproduce.gallery import draw_gallery
from benchmarks.reproduce.page import TITLE, markdown_head, page_body
from benchmarks.reproduce.plots import draw_accuracies, draw_curves
from benchmarks.reproduce.records import Reproduction
from pipeline.files import write_text


def write_report(folder: Path, record: Reproduction, root: Path) -> Path:
    """Writes all tables, figures and the page.

    Args:
        folder: Where to.
        record: What came out.
        root: The catalog's folder.

    Returns:
        The page.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tables = all_tables(record)
    parts = [markdown_head(record), *(table.markdown() for table in tables)]
    write_text(folder / "tables.md", "\n".join(parts))
    for table in tables:
        write_text(folder / f"{table.key}.csv", table.csv())
    write_text(folder / "accuracy.csv", csv_text(ACCURACY, accuracy_lines(record)))
    write_text(folder / "types.csv", csv_text(TYPES, type_lines(record)))
    pictures = _draw(folder, record, root)
    page = folder / "index.html"
    write_text(page, html_page(TITLE, page_body(record, tables, pictures)))
    return page


def _draw(folder: Path, record: Reproduction, root: Path) -> dict[str, bytes]:
    """Draws what can be drawn; old pictures of what cannot be drawn any more go."""
    drawn: dict[str, bool] = {}
    if record.models:
        for key, level in (("figure-table-1", "basic"), ("figure-table-3", "complete")):
            draw_accuracies(folder / f"{key}.png", record, level)
            drawn[key] = True
    drawn["figure-2"] = draw_curves(folder / "figure-2.png", record)
    frozen = [one for model in record.models if (one := record.find(*model, HONEST))]
    peer = [one for one in frozen if one is record.find(*record.peer, HONEST)]
    # One model confuses few pieces of one design: all of them together fill the figure.
    drawn["figure-3"] = draw_gallery(folder / "figure-3.png", record, peer, False, root)
    drawn["figure-4"] = draw_gallery(folder / "figure-4.png", record, frozen, True, root)
    for result in record.given:
        for number, same_design in ((3, False), (4, True)):
            key = f"figure-{number}-{result.name}"
            path = folder / f"{key}.png"
            drawn[key] = draw_gallery(path, record, [result], same_design, root)
    panels = make_panels(_with_accuracy(record))
    if panels:
        draw_panels(folder / "pareto.png", panels)
    drawn["pareto"] = bool(panels)
    pictures = {}
    for key, there in drawn.items():
        path = folder / f"{key}.png"
        if there:
            pictures[key] = path.read_bytes()
        else:
            path.unlink(missing_ok=True)
    return pictures


def _with_accuracy(record: Reproduction) -> tuple[BenchmarkRecord, ...]:
    """The latencies with the accuracy of the same file, for a plot of one against the other."""
    by_name = {result.name: result for result in record.results}
    found = []
    for captioner in record.captioners:
        measured = record.latency(captioner)
        if measured is None:
            continue
        test = captioner.test or by_name[captioner.result].test
        accuracy = Accuracy(
            test.split, test.protocol, test.catalog_digest, test.accuracy, test.leak
        )
        found.append(replace(measured, accuracy=accuracy))
    return tuple(found)
