"""The rendered catalog: designs, one image, the whole catalog on disk."""

from __future__ import annotations

import csv
import json
from collections import Counter
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

from pipeline.catalog.render import command, engine, staging, writer
from pipeline.catalog.render.backdrops import BACKDROPS
from pipeline.catalog.render.designs import DESIGNS
from pipeline.catalog.render.designs.registry import merged_by_role
from pipeline.catalog.render.lights import LIGHTS, panorama
from pipeline.catalog.render.materials import METALS, STONES
from pipeline.catalog.render.meshes import open_edge_share
from pipeline.catalog.render.products import PRODUCTS, TYPE_SHARES, Product, plan_counts
from pipeline.catalog.render.shot import compose, draw_shot
from pipeline.catalog.render.strands import LAYOUTS, Strand
from pipeline.errors import JewelcapError

SIZE, SAMPLES = 48, 4


def _strand_for(design_type: str) -> Strand | None:
    layout = {"necklace": "necklace_flat", "bracelet": "bracelet_loop"}.get(design_type)
    return LAYOUTS[layout](np.random.default_rng(0)) if layout else None


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.product_id)
def test_every_product_is_built_of_finite_closed_geometry(product: Product) -> None:
    parts = product.made.build(product.families, _strand_for(product.made.type))
    for role, mesh in merged_by_role(parts).items():
        assert len(mesh.faces) > 0, role
        assert np.isfinite(mesh.vertices).all() and np.isfinite(mesh.normals).all(), role
        assert mesh.faces.min() >= 0 and mesh.faces.max() < len(mesh.vertices), role
        # Single shapes are watertight; touching copies share a few welded edges.
        assert open_edge_share(mesh) < 0.03, role


def test_every_design_is_sold_and_there_are_enough_of_them() -> None:
    assert {product.design for product in PRODUCTS} == set(DESIGNS)
    assert len(DESIGNS) >= 40
    assert len({product.product_id for product in PRODUCTS}) == len(PRODUCTS) >= 60


def test_products_name_known_metals_and_stones_where_the_design_has_them() -> None:
    for product in PRODUCTS:
        assert product.metal in METALS
        main, accent = product.made.stone_counts
        assert (product.main in STONES) == (main > 0), product.product_id
        assert (product.accent in STONES) == (accent > 0), product.product_id


def test_stones_are_plural_when_a_piece_has_several() -> None:
    assert Product("alba", "gold", "diamond").stones == ["diamond"]
    assert Product("trinca", "gold", "ruby").stones == ["rubies"]
    assert Product("soleia", "gold", "sapphire", "diamond").stones == ["sapphire", "diamonds"]
    assert Product("soleia", "gold", "diamond", "diamond").stones == ["diamonds"]
    assert Product("baro", "gold").stones == []


@pytest.mark.parametrize("images", [600, 537, 2687])
def test_types_keep_their_shares(images: int) -> None:
    counts: Counter[str] = Counter()
    for product, count in zip(PRODUCTS, plan_counts(images), strict=True):
        counts[product.made.type] += count
    assert sum(counts.values()) == images
    for kind, share in TYPE_SHARES.items():
        assert abs(counts[kind] - share * images) <= 1


def test_every_product_has_at_least_eight_of_600_images() -> None:
    assert min(plan_counts(600)) >= 8


@pytest.mark.parametrize("name", LIGHTS)
def test_every_light_is_finite_and_exposed_for_white(name: str) -> None:
    light = panorama(name, np.random.default_rng(1))
    assert np.isfinite(light).all() and light.min() >= 0.0
    assert 0.3 < light.mean() < 3.0


@pytest.mark.parametrize("name", BACKDROPS)
def test_every_backdrop_reflects_no_more_than_it_receives(name: str) -> None:
    paint = BACKDROPS[name].paint(np.random.default_rng(1))
    assert paint.shape[2] == 3
    assert paint.min() >= 0.0 and paint.max() <= 1.0


def test_every_form_of_design_can_be_presented() -> None:
    shown = set().union(*(p.shows for p in staging.PRESENTATIONS.values()))
    assert {design.form for design in DESIGNS.values()} <= shown


@pytest.mark.parametrize("name", staging.PRESENTATIONS)
def test_every_presentation_keeps_the_piece_in_the_picture(name: str) -> None:
    shows = staging.PRESENTATIONS[name].shows
    product = next(p for p in PRODUCTS if p.made.form in shows)
    shot = replace(draw_shot(product, 0, 0), presentation=name)
    scene, points = compose(shot)
    seen = scene.camera.project(points)
    inside = np.all((seen > -0.01) & (seen < 1.01), axis=1)
    assert inside.mean() > 0.15
    box = np.ptp(np.clip(seen, 0, 1), axis=0)
    assert box.max() > 0.4, "the piece is too small to recognize"


def test_the_same_seed_draws_the_same_parameters_and_another_seed_others() -> None:
    first, again = draw_shot(PRODUCTS[0], 3, 7), draw_shot(PRODUCTS[0], 3, 7)
    assert first == again
    assert first != draw_shot(PRODUCTS[0], 4, 7)
    assert first != draw_shot(PRODUCTS[0], 3, 8)
    assert first != draw_shot(PRODUCTS[1], 3, 7)


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


@pytest.mark.parametrize(
    ("path", "version"),
    [
        ("/usr/lib/x86_64-linux-gnu/libLLVM-19.so", 19),
        ("/usr/lib/x86_64-linux-gnu/libLLVM.so.20.1", 20),
        ("/usr/lib/llvm-14/lib/libLLVM.so", 14),
        ("/usr/lib64/libLLVM.so", 0),
    ],
)
def test_the_version_of_llvm_is_read_from_its_path(path: str, version: int) -> None:
    assert engine._llvm_version(path) == version


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
