"""The rendered catalog on disk, and the command that writes it."""

from __future__ import annotations

import csv
import errno
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
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
    first, second = job.path.read_bytes(), again.path.read_bytes()
    if engine.find_llvm() is None:
        pytest.skip("bit-equality is promised with LLVM only")
    assert first == second


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


def test_the_digest_tells_every_parameter_of_an_image() -> None:
    order = writer.Order(Path("starter"), images=200)
    job = writer.jobs_of(order)[7]
    same = replace(job, order=replace(order, out=Path("elsewhere"), images=300))
    assert writer._digest(job) == writer._digest(same)
    others = [
        replace(job, view=job.view + 1),
        *(
            replace(job, order=replace(order, **{name: value}))
            for name, value in {"seed": 1, "size": 64, "samples": 16, "quality": 70}.items()
        ),
    ]
    assert len({writer._digest(other) for other in [job, *others]}) == 6


def test_every_first_part_of_a_catalog_is_balanced() -> None:
    jobs = writer.jobs_of(writer.Order(Path("starter")))
    for part in (270, 900):
        for kind, share in TYPE_SHARES.items():
            count = sum(job.product.type == kind for job in jobs[:part])
            assert count / part == pytest.approx(share, abs=0.04), (part, kind)


def test_parameters_of_an_image_stay_short() -> None:
    jobs = writer.jobs_of(writer.Order(Path("starter")))[::40]
    assert max(len(writer._compact(job.params())) for job in jobs) <= 700


@pytest.mark.parametrize(
    ("name", "text"), [("notes.txt", "mine"), ("metadata.csv", "file_name,caption\na.jpg,A ring\n")]
)
def test_a_folder_of_something_else_is_left_alone(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(JewelcapError, match="new or empty folder"):
        next(writer.write_catalog(writer.Order(tmp_path, images=4)))
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == text


class _NoRoom:
    """A picture whose disk is full."""

    boxes = ((0, 0, 1, 1),)

    @property
    def image(self) -> _NoRoom:
        return self

    def save(self, path: Path, *_: object, **__: object) -> None:
        path.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_said_and_leaves_no_half_image(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(writer, "take", lambda *_: _NoRoom())
    job = writer.jobs_of(writer.Order(tmp_path, images=100))[0]
    with pytest.raises(JewelcapError, match="disk is full"):
        writer.render_job(job)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


class _BrokenPool:
    """A pool whose process was killed."""

    def __init__(self, *_: object) -> None: ...

    def submit(self, *_: object) -> None:
        raise BrokenProcessPool

    def shutdown(self, **_: object) -> None: ...


def test_a_killed_process_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(writer, "ProcessPoolExecutor", _BrokenPool)
    with pytest.raises(JewelcapError, match="fewer --workers"):
        list(writer.write_catalog(writer.Order(tmp_path, images=100), workers=2))


def test_a_stopped_run_says_how_to_go_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def stopped(*_: object) -> Iterator[writer.Progress]:
        yield writer.Progress(9, 2, 0)
        yield writer.Progress(9, 2, 1)
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "_require_renderer", lambda: None)
    monkeypatch.setattr(command, "write_catalog", stopped)
    result = CliRunner().invoke(command.render, ["--out", str(tmp_path / "starter")])
    assert isinstance(result.exception, JewelcapError)
    assert "3 of 9 images" in str(result.exception)


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
