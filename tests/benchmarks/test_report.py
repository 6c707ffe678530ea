from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from benchmarks.pareto import make_panels
from benchmarks.record import BenchmarkRecord, Flag, Latencies
from benchmarks.record_files import Unreadable
from benchmarks.report import write_report
from benchmarks.report_plot import draw_panels, named_points, point_labels
from benchmarks.report_rows import make_rows
from benchmarks.report_table import COLUMNS, csv_table, markdown_table, shown_columns
from benchmarks.run import benchmark_text

from .make_record import DEVICE, make_record

BUSY = Flag("busy", "other programs used 1.50 of 4 cores, above 1.00")


@pytest.fixture
def records() -> list[BenchmarkRecord]:
    return [
        make_record("int8", 9.7, 62),
        make_record("float32", 16.2, 66, size_bytes=15_070_000),
        make_record("keras_predict", 611.0, 66, name="shop", flags=(BUSY,)),
    ]


@pytest.fixture
def drawn() -> None:
    """For tests that look at plots: they are really drawn."""


@pytest.fixture(autouse=True)
def _stand_in_for_plots(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    def draw(path: Path, *_: object) -> None:
        Image.new("L", (1, 1)).save(path)

    if "drawn" not in request.fixturenames:
        monkeypatch.setattr("benchmarks.report_plot.draw_panels", draw)


class Page(HTMLParser):
    """Collects text, and everything that a page would load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text: list[str] = []
        self.sources: list[str] = []
        self.open_tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.sources += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in ("meta", "img", "br"):
            self.open_tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open_tags.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_the_page_needs_no_other_file_and_is_well_formed(
    records: list[BenchmarkRecord], tmp_path: Path
) -> None:
    page = Page(write_report(tmp_path, records).read_text(encoding="utf-8"))
    assert page.open_tags == []
    # Latency, size and memory.
    assert len(page.sources) == 3
    assert all(source.startswith("data:image/png;base64,") for source in page.sources)


def test_the_page_says_what_was_measured_and_where(
    records: list[BenchmarkRecord], tmp_path: Path
) -> None:
    text = " ".join(Page(write_report(tmp_path, records).read_text("utf-8")).text)
    assert "host latency on Example CPU 9000" in text
    assert "It says nothing about a phone's latency" in text
    assert "phone latency" not in text
    for expected in ("0.943 [0.862, 0.978]", "n = 70", BUSY.detail, "0123456789ab", "15.07"):
        assert expected in text
    assert records[0].command in text


def test_figures_of_a_protocol_that_leaks_say_so_in_tables_and_on_the_page(
    tmp_path: Path,
) -> None:
    leaking = make_record(protocol="paper")
    mark = "paper (leaks: augmented copies of one photo stand on both sides)"
    page = " ".join(Page(write_report(tmp_path, [leaking]).read_text("utf-8")).text)
    assert page.count(mark) >= 2
    assert mark in (tmp_path / "table.csv").read_text("utf-8")
    write_report(tmp_path, [make_record()])
    assert "leaks" not in (tmp_path / "table.csv").read_text("utf-8")


def test_hostile_names_are_escaped(tmp_path: Path) -> None:
    record = make_record(name="<script>alert(1)</script>")
    skipped = [Unreadable("<img>.json", "<b>bad</b>")]
    text = write_report(tmp_path, [record], skipped).read_text("utf-8")
    assert "<script" not in text
    assert "<img>" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_skipped_files_are_named_on_the_page(
    records: list[BenchmarkRecord], tmp_path: Path
) -> None:
    skipped = [Unreadable("old.json", "schema_version is 0")]
    text = write_report(tmp_path, records, skipped).read_text("utf-8")
    assert "old.json" in text
    assert "schema_version is 0" in text


@pytest.mark.usefixtures("drawn")
def test_all_files_are_written(records: list[BenchmarkRecord], tmp_path: Path) -> None:
    write_report(tmp_path, records)
    assert {path.name for path in tmp_path.iterdir()} == {
        "index.html",
        "table.md",
        "table.csv",
        "pareto.png",
        "pareto-size.png",
        "pareto-memory.png",
    }
    with Image.open(tmp_path / "pareto.png") as plot:
        assert plot.width >= 1200


@pytest.mark.usefixtures("drawn")
def test_each_machine_has_a_plot_of_its_own(tmp_path: Path) -> None:
    records = [make_record(), make_record(device=replace(DEVICE, cpu="Other CPU"))]
    heights = []
    for some in (records[:1], records):
        draw_panels(tmp_path / "plot.png", make_panels(some))
        with Image.open(tmp_path / "plot.png") as plot:
            heights.append(plot.height)
    assert heights[1] == 2 * heights[0]


def test_without_accuracy_there_is_no_plot_and_an_old_one_goes(
    records: list[BenchmarkRecord], tmp_path: Path
) -> None:
    write_report(tmp_path, records)
    page = write_report(tmp_path, [make_record(correct=None)])
    assert not list(tmp_path.glob("*.png"))
    assert "No accuracy was measured" in page.read_text("utf-8")


def test_a_record_of_a_target_that_knows_little_is_reported(tmp_path: Path) -> None:
    empty = Latencies(None, None, None, None, None, None, None)
    record = replace(make_record(target="adb"), latency=empty, memory=None)
    text = write_report(tmp_path, [record]).read_text("utf-8")
    assert "phone latency by benchmark_model on Example CPU 9000" in text
    assert "phone's latency" not in text


def test_a_phone_without_whole_photos_has_a_plot_of_its_encoder(tmp_path: Path) -> None:
    encode = make_record().latency.encode
    latencies = Latencies(encode, None, None, None, None, None, None)
    record = replace(make_record(target="adb"), latency=latencies, memory=None)
    page = write_report(tmp_path, [record])
    assert {path.name for path in tmp_path.glob("*.png")} == {
        "pareto-encode.png",
        "pareto-size.png",
    }
    assert "Latency of the encoder against accuracy" in page.read_text("utf-8")


def test_all_are_set_against_a_baseline_in_percent(
    records: list[BenchmarkRecord], tmp_path: Path
) -> None:
    elsewhere = make_record("int8", 3.0, 60, device=replace(DEVICE, cpu="Other CPU"))
    page = write_report(tmp_path, [*records, elsewhere], baseline=records[1])
    text = page.read_text("utf-8").partition("<h2>Against")[2].partition("<h2>")[0]
    table = [re.findall(r"<td[^>]*>([^<]*)</td>", line) for line in text.splitlines()]
    rows = {tuple(cells[0].split(", ")[2:]): cells[1:] for cells in table if cells}
    assert text.startswith(" shop float32 on host: mobilenet-1.0-224, gru-256, float32, 1 thread")
    assert len(rows) == 2 and len([cells for cells in table if cells]) == 3
    slow = rows["keras_predict", "1 thread"]
    assert slow[:3] == ["-72.8 %", "+3671.6 %", "+3671.6 %"]
    assert slow[-1] == "basic +0.0, complete +0.0"
    # Latencies of another machine are not compared, its accuracy and size are.
    (other,) = [cells for cells in table if cells and cells[1] == "-72.8 %" and cells[2] == "-"]
    assert other[2:] == ["-"] * 5 + ["basic +0.0, complete -8.6"]


@pytest.mark.usefixtures("drawn")
def test_of_many_points_the_front_and_peers_are_named_and_a_legend_tells_the_rest(
    tmp_path: Path,
) -> None:
    many = [
        make_record(variant, 5.0 + size * (1 + index), 40 + 2 * size, encoder=f"mobilenet-{size}")
        for size in range(1, 12)
        for index, variant in enumerate(("int8", "float32"))
    ]
    (panel,) = make_panels(many)
    assert len(panel.records) == 22
    assert named_points(panel) == panel.front
    peers = [make_record(name, 500.0, 50, encoder="vgg16-224") for name in ("int8", "float32")]
    peers.append(make_record("keras_predict", 900.0, 52, encoder="vgg16-224"))
    (panel,) = make_panels([*many, *peers])
    assert named_points(panel) == (*panel.front, 24)
    draw_panels(tmp_path / "plot.png", [panel])
    with Image.open(tmp_path / "plot.png") as plot:
        assert plot.width >= 1200


def test_csv_has_every_column_in_full_precision(records: list[BenchmarkRecord]) -> None:
    rows = list(csv.DictReader(io.StringIO(csv_table(make_rows(records)))))
    assert list(rows[0]) == [column.key for column in COLUMNS]
    assert len({column.key for column in COLUMNS}) == len(COLUMNS)
    by_variant = {row["variant"]: row for row in rows}
    assert float(by_variant["int8"]["photo_p50_ms"]) == 9.7
    assert float(by_variant["int8"]["ccr"]) == 62 / 70
    assert by_variant["int8"]["speed_up"] == repr(611.0 / 9.7)
    assert {name: row["on_front"] for name, row in by_variant.items()} == {
        "int8": "1",
        "float32": "1",
        "keras_predict": "0",
    }
    assert by_variant["keras_predict"]["flags"] == "busy"


def test_csv_is_empty_where_nothing_was_measured() -> None:
    (row,) = csv.DictReader(io.StringIO(csv_table(make_rows([make_record(correct=None)]))))
    assert row["ccr"] == row["n"] == row["speed_up"] == ""


def test_markdown_has_a_cell_for_every_column(records: list[BenchmarkRecord]) -> None:
    records[0] = replace(records[0], model=replace(records[0].model, name="a|b"))
    rows = make_rows(records)
    lines = markdown_table(rows).splitlines()
    assert len(lines) == 2 + len(records)
    for line in lines:
        assert len(re.findall(r"(?<!\\)\|", line)) == len(shown_columns(rows)) + 1
    assert "a\\|b" in lines[2] + lines[3] + lines[4]


def test_labels_of_points_leave_out_what_all_share(records: list[BenchmarkRecord]) -> None:
    (panel,) = make_panels(records)
    assert point_labels(panel) == ("int8", "float32", "keras_predict")
    (panel,) = make_panels([*records, make_record("int8", 5.0, 62, threads=2)])
    assert point_labels(panel)[-1] == "int8, 2 threads"
    (panel,) = make_panels(records[:1])
    assert point_labels(panel) == ("shop int8",)


def test_the_terminal_says_whose_latency_it_is_and_why_to_doubt_it(
    records: list[BenchmarkRecord],
) -> None:
    text = benchmark_text(records)
    assert text.startswith("host latency: Example CPU 9000, 4 cores")
    assert "CCR of complete captions on the test split" in text
    assert f"doubtful, busy: shop, 1 thread: {BUSY.detail}" in text
    assert "CCR" not in benchmark_text([make_record(correct=None)])
