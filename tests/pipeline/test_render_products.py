"""The rendered catalog's designs and products."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from pipeline.catalog.render.designs import DESIGNS
from pipeline.catalog.render.designs.clasps import lobster
from pipeline.catalog.render.designs.registry import all_vertices, merged_by_role
from pipeline.catalog.render.layouts import LAYOUTS
from pipeline.catalog.render.materials import INLAYS, METALS, STONES
from pipeline.catalog.render.meshes import open_edge_share
from pipeline.catalog.render.products import (
    LOOKALIKES,
    PRODUCTS,
    TYPE_SHARES,
    Product,
    plan_counts,
)
from pipeline.catalog.render.strands import Strand


def _strand_for(design_type: str) -> Strand | None:
    layout = {"necklace": "necklace_flat", "bracelet": "bracelet_loop"}.get(design_type)
    return LAYOUTS[layout](np.random.default_rng(0)) if layout else None


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.product_id)
def test_every_product_is_built_of_finite_closed_geometry(product: Product) -> None:
    parts = product.made.build(product.families, _strand_for(product.made.type))
    assert sum(len(part.mesh.faces) for part in parts) < 60_000
    for role, mesh in merged_by_role(parts).items():
        assert len(mesh.faces) > 0, role
        assert np.isfinite(mesh.vertices).all() and np.isfinite(mesh.normals).all(), role
        assert mesh.faces.min() >= 0 and mesh.faces.max() < len(mesh.vertices), role
        # Single shapes are watertight; touching copies share a few welded edges.
        assert open_edge_share(mesh) < 0.03, role


def test_every_design_is_sold_and_there_are_enough_of_them() -> None:
    assert {product.design for product in PRODUCTS} == set(DESIGNS)
    assert len(DESIGNS) >= 72
    assert len({product.product_id for product in PRODUCTS}) == len(PRODUCTS)
    assert 85 <= len(PRODUCTS) <= 95


def test_some_designs_come_in_several_materials_and_stones() -> None:
    sold = Counter(product.design for product in PRODUCTS)
    several = [product for product in PRODUCTS if sold[product.design] > 1]
    assert len(several) >= 14
    made_of = {(p.design, p.metal, p.second, p.inlay, p.main, p.color) for p in several}
    assert len(made_of) == len(several)


@pytest.mark.parametrize("names", LOOKALIKES, ids="/".join)
def test_lookalikes_share_their_type_and_a_metal(names: tuple[str, ...]) -> None:
    assert len(names) > 1
    assert len({DESIGNS[name].type for name in names}) == 1
    metals = [{p.metal for p in PRODUCTS if p.design == name} for name in names]
    assert set.intersection(*metals)


def test_products_name_known_metals_and_stones_where_the_design_has_them() -> None:
    for product in PRODUCTS:
        assert product.metal in METALS
        assert not product.second or product.second in METALS
        assert not product.inlay or product.color in INLAYS[product.inlay].colors
        main, accent = product.made.stone_counts
        assert (product.main in STONES) == (main > 0), product.product_id
        assert (product.accent in STONES) == (accent > 0), product.product_id


def test_stones_are_plural_when_a_piece_has_several() -> None:
    assert Product("alba", "yellow gold", "diamond").stones == ["diamond"]
    assert Product("trinca", "yellow gold", "ruby").stones == ["rubies"]
    assert Product("soleia", "yellow gold", "sapphire", "diamond").stones == [
        "sapphire",
        "diamonds",
    ]
    assert Product("soleia", "yellow gold", "diamond", "diamond").stones == ["diamonds"]
    assert Product("baro", "yellow gold").stones == []


@pytest.mark.parametrize("images", [600, 537, 2687])
def test_types_keep_their_shares(images: int) -> None:
    counts: Counter[str] = Counter()
    for product, count in zip(PRODUCTS, plan_counts(images), strict=True):
        counts[product.made.type] += count
    assert sum(counts.values()) == images
    for kind, share in TYPE_SHARES.items():
        assert abs(counts[kind] - share * images) <= 1


def test_every_product_has_at_least_a_dozen_images() -> None:
    assert min(plan_counts(2687)) >= 12


def test_roles_of_a_piece_have_their_material() -> None:
    for product in PRODUCTS:
        roles = {part.role for part in product.made.build(
            product.families, _strand_for(product.made.type))}  # fmt: skip
        assert ("second" in roles) == bool(product.second), product.product_id
        assert ("inlay" in roles) == bool(product.inlay), product.product_id


def test_materials_name_metals_and_inlay() -> None:
    product = Product("margara", "yellow gold", "ruby", color="blue", inlay="enamel")
    assert product.materials == ["yellow gold", "enamel"]
    assert Product("duora", "silver", second="rose gold").materials == ["silver", "rose gold"]


@pytest.mark.parametrize("layout", ["bracelet_loop", "bracelet_line"])
def test_a_gap_is_as_wide_as_asked_and_lies_at_the_drop(layout: str) -> None:
    strand = LAYOUTS[layout](np.random.default_rng(0))
    pieces = strand.gapped(20.0)
    assert sum(piece.length for piece in pieces) == pytest.approx(strand.length - 20.0, abs=0.5)
    nearest = min(np.linalg.norm(p.points - strand.drop, axis=1).min() for p in pieces)
    assert 8.0 < nearest < 10.5


@pytest.mark.parametrize("layout", ["necklace_flat", "necklace_hanging", "necklace_bust"])
def test_a_bridging_piece_meets_the_ends_of_the_strand(layout: str) -> None:
    for seed in range(4):
        strand = LAYOUTS[layout](np.random.default_rng(seed))
        gap, middle, turn = strand.bridged(30.0)
        assert turn @ turn.T == pytest.approx(np.eye(3), abs=1e-9)
        ends = np.concatenate([piece.points[[0, -1]] for piece in strand.gapped(gap)])
        for end in (middle - 15.0 * turn[:, 0], middle + 15.0 * turn[:, 0]):
            assert np.linalg.norm(ends - end, axis=1).min() < 1.0


@pytest.mark.parametrize("layout", ["necklace_flat", "necklace_hanging", "necklace_bust"])
def test_a_shorter_strand_lies_above_and_keeps_clear_of_its_own_drop(layout: str) -> None:
    strand = LAYOUTS[layout](np.random.default_rng(0))
    higher = strand.shorter(12.0)
    rise = (higher.drop - strand.drop) @ strand.drop_turn[:, 1]
    assert 10.0 < rise <= 12.0 + 1e-9
    assert np.linalg.norm(higher.points - higher.drop, axis=1).min() < 1e-9
    if strand.closed:
        top = np.argmax(strand.points @ strand.drop_turn[:, 1])
        assert higher.points[top] == pytest.approx(strand.points[top])
        assert higher.length < strand.length


@pytest.mark.parametrize("layout", ["bracelet_ajar", "bracelet_hook", "bracelet_line"])
def test_a_chain_to_lengthen_it_goes_on_from_the_end_of_an_open_bracelet(layout: str) -> None:
    strand = LAYOUTS[layout](np.random.default_rng(0))
    assert strand.tail is not None
    assert np.linalg.norm(strand.tail[0] - strand.points[0]) < 3.0
    without = lobster(replace(strand, tail=None), 4.4)
    longer = lobster(strand, 4.4)
    tip = strand.tail[-1]
    assert np.linalg.norm(all_vertices(longer) - tip, axis=1).min() < 3.0
    assert len(all_vertices(longer)) > len(all_vertices(without))
