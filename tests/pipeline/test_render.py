"""The rendered catalog on disk, and the command that writes it."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from pipeline.catalog.render import command, engine, writer
from pipeline.catalog.render.products import TYPE_SHARES
from pipeline.errors import JewelcapError

SIZE, SAMPLES = 48, 4


def _last_step(order: writer.Order) -> writer.Progress:
    return list(writer.write_catalog(order))[-1]


def _render_one(job: writer.Job) -> None:
    engine.start()
    writer.render_job(job)


def _in_own_process(function: Callable, argument: object) -> Any:
    """Mitsuba's LLVM and the one inside TensorFlow crash where they meet in one process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, argument).result()


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> writer.Order:
    if find_spec("mitsuba") is None:
        pytest.skip("rendering needs the extra: jewelcap[render]")
    out = tmp_path_factory.mktemp("starter")
    order = writer.Order(out, images=8, size=SIZE, samples=SAMPLES, seed=5, products=4)
    assert _in_own_process(_last_step, order) == writer.Progress(8, 0, 8)
    return order


def _rows(order: writer.Order) -> list[dict[str, str]]:
    with (order.out / "metadata.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_metadata_has_its_columns_and_names_every_image(catalog: writer.Order) -> None:
    rows = _rows(catalog)
    assert tuple(rows[0]) == writer.COLUMNS
    assert rows[0].keys() >= {"file_name", "product_id", "type", "stones", "box", "license"}
    on_disk = {path.relative_to(catalog.out).as_posix() for path in catalog.out.rglob("*.jpg")}
    assert {row["file_name"] for row in rows} == on_disk
    assert len(rows) == 8
    for row in rows:
        assert row["type"] in TYPE_SHARES
        assert row["model"] == row["model"].capitalize()
        assert row["store"] == "starter" and row["license"] == "Apache-2.0"
        assert json.loads(row["params"])["seed"] == 5
    assert len({row["view_group"] for row in rows}) == len(rows)


def test_boxes_lie_inside_their_images(catalog: writer.Order) -> None:
    for row in _rows(catalog):
        x0, y0, x1, y1 = (int(value) for value in row["box"].split(","))
        assert 0 <= x0 < x1 <= SIZE and 0 <= y0 < y1 <= SIZE


def test_images_show_something(catalog: writer.Order) -> None:
    for row in _rows(catalog):
        pixels = np.asarray(Image.open(catalog.out / row["file_name"]), dtype=float)
        assert pixels.shape == (SIZE, SIZE, 3)
        assert pixels.std() > 4.0, row["file_name"]


def test_an_image_rendered_again_is_the_same(catalog: writer.Order, tmp_path: Path) -> None:
    job = writer.jobs_of(catalog)[0]
    again = writer.jobs_of(replace(catalog, out=tmp_path))[0]
    _in_own_process(_render_one, again)
    assert again.params() == job.params()
    first = np.asarray(Image.open(job.path), dtype=float)
    second = np.asarray(Image.open(again.path), dtype=float)
    assert np.abs(first - second).mean() < 1.0


def test_a_second_run_renders_only_what_is_missing(catalog: writer.Order) -> None:
    jobs = writer.jobs_of(catalog)
    before = {job.file_name: job.path.stat().st_mtime_ns for job in jobs}
    table = (catalog.out / "metadata.csv").read_bytes()
    jobs[2].path.unlink()
    jobs[5].path.write_bytes(jobs[5].path.read_bytes()[:40])
    assert _in_own_process(_last_step, catalog) == writer.Progress(8, 6, 2)
    changed = {name for name, time in before.items()
               if (catalog.out / name).stat().st_mtime_ns != time}  # fmt: skip
    assert changed == {jobs[2].file_name, jobs[5].file_name}
    assert (catalog.out / "metadata.csv").read_bytes() == table


def test_other_parameters_make_finished_images_unfinished(catalog: writer.Order) -> None:
    steps = writer.write_catalog(replace(catalog, seed=6))
    assert next(steps).kept == 0


def test_without_the_renderer_the_command_names_the_extra(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(command, "find_spec", lambda name: None)
    result = CliRunner().invoke(command.render, ["--out", str(tmp_path / "starter")])
    assert isinstance(result.exception, JewelcapError)
    assert "jewelcap[render]" in str(result.exception)
    assert not (tmp_path / "starter").exists()


def test_help_shows_an_example() -> None:
    result = CliRunner().invoke(command.render, ["--help"])
    assert result.exit_code == 0
    assert "jewelcap catalog render --out" in result.output
