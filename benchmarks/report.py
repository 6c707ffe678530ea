"""Writes a report from records, and from nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.pareto import COSTS, Cost, make_panels
from benchmarks.record import BenchmarkRecord
from benchmarks.record_files import Unreadable
from benchmarks.report_html import Plot, report_page
from benchmarks.report_rows import make_rows
from benchmarks.report_table import csv_table, markdown_table
from pipeline import __version__
from pipeline.files import write_text


def write_report(
    out: Path,
    records: Sequence[BenchmarkRecord],
    skipped: Sequence[Unreadable] = (),
    baseline: BenchmarkRecord | None = None,
) -> Path:
    """Writes `index.html`, `table.md`, `table.csv` and, where accuracy is known, plots.

    Args:
        out: Folder of the report; files of an older report there are replaced.
        records: At least one.
        skipped: Files to name as unreadable.
        baseline: Record that the others are set against.

    Returns:
        Path of the page.

    Raises:
        JewelcapError: The folder cannot be written.
    """
    rows = make_rows(records)
    plots = []
    variants = sorted({record.model.variant for record in records})
    for cost in COSTS.values():
        panels = make_panels(records, cost)
        picture = out / plot_name(cost)
        if panels:
            from benchmarks.report_plot import draw_panels

            draw_panels(picture, panels, variants)
            plots.append(Plot(cost, panels, picture.read_bytes()))
        else:
            # An older report's plot would be of other records.
            picture.unlink(missing_ok=True)
    write_text(out / "table.md", markdown_table(rows))
    write_text(out / "table.csv", csv_table(rows))
    page = out / "index.html"
    write_text(page, report_page(rows, plots, skipped, __version__, baseline))
    return page


def plot_name(cost: Cost) -> str:
    """File name of a plot; that of the latency, which matters most, is the shortest."""
    return "pareto.png" if cost.name == "latency" else f"pareto-{cost.name}.png"
