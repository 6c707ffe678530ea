"""Writes a report from records, and from nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.pareto import make_panels
from benchmarks.record import BenchmarkRecord
from benchmarks.record_files import Unreadable
from benchmarks.report_html import report_page
from benchmarks.report_rows import make_rows
from benchmarks.report_table import csv_table, markdown_table
from pipeline import __version__
from pipeline.files import write_text


def write_report(
    out: Path, records: Sequence[BenchmarkRecord], skipped: Sequence[Unreadable] = ()
) -> Path:
    """Writes `index.html`, `table.md`, `table.csv` and, where accuracy is known, `pareto.png`.

    Args:
        out: Folder of the report; files of an older report there are replaced.
        records: At least one.
        skipped: Files to name as unreadable.

    Returns:
        Path of the page.

    Raises:
        JewelcapError: The folder cannot be written.
    """
    rows = make_rows(records)
    panels = make_panels(records)
    picture = out / "pareto.png"
    plot = None
    if panels:
        from benchmarks.report_plot import draw_panels

        draw_panels(picture, panels)
        plot = picture.read_bytes()
    else:
        # An older report's plot would be of other records.
        picture.unlink(missing_ok=True)
    write_text(out / "table.md", markdown_table(rows))
    write_text(out / "table.csv", csv_table(rows))
    page = out / "index.html"
    write_text(page, report_page(rows, panels, plot, skipped, __version__))
    return page
