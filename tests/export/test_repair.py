from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from export.convert import ranges_of
from export.flatbuffer import layers, pack, unpack
from export.quantize import quantize
from export.repair import Reference, Repair, blame_layers, fewest, repair_text
from export.variants import VARIANTS
from export.walks import runners, walks
from pipeline.errors import JewelcapError
from tests.export.conftest import SmallModel

INT8 = VARIANTS["int8"]


def with_outlier(flatbuffer: bytes) -> tuple[bytes, str]:
    """Ruins a layer for 8 bits only: weights on a dead feature dwarf all others."""
    model = unpack(flatbuffer)
    *_, last, reader = (one.name for one in layers(flatbuffer) if one.part == "encode")
    for graph in model.subgraphs:
        for operator in graph.operators:
            name = graph.tensors[operator.outputs[0]].name.decode()
            if name not in (last, reader):
                continue
            tensor = graph.tensors[operator.inputs[2 if name == last else 1]]
            buffer = model.buffers[tensor.buffer]
            values = np.frombuffer(bytes(buffer.data), np.float32).reshape(tensor.shape).copy()
            # The convolution ends in a ReLU, so that its first feature is 0 from now on.
            values[..., 0] = -1e4 if name == last else 300.0
            buffer.data = np.frombuffer(values.tobytes(), np.uint8)
    return pack(model), reader


def test_the_shortest_good_beginning_is_found_in_few_trials() -> None:
    names = [str(number) for number in range(40)]
    for needed in (1, 2, 7, 39, 40):
        trials: list[int] = []

        def good(kept: tuple[str, ...], needed: int = needed, trials: list = trials) -> bool:
            trials.append(len(kept))
            return len(kept) >= needed

        assert fewest(names, good) == tuple(names[:needed])
        assert len(trials) <= 7


@pytest.mark.parametrize("names", [[], ["one", "two"]])
def test_what_nothing_repairs_is_one_message(names: list[str]) -> None:
    with pytest.raises(JewelcapError, match="repair failed: the floor is not kept"):
        fewest(names, lambda _: False)


def test_a_model_is_no_distance_from_itself(small: SmallModel) -> None:
    reference = Reference(walks(runners(small.exact), small.model, small.photos[:4]))
    assert reference.distance(small.exact) == 0.0
    ranges = ranges_of(small.model, small.exact, INT8, lambda: iter(small.photos))
    assert 0.0 < reference.distance(quantize(small.exact, INT8, ranges)) < 0.1


def test_the_layer_that_spoils_8_bits_is_blamed_first(small: SmallModel) -> None:
    ruined, culprit = with_outlier(small.exact)
    reference = Reference(walks(runners(ruined), small.model, small.photos[:4]))
    ranges = ranges_of(small.model, ruined, INT8, lambda: iter(small.photos))
    blames = blame_layers(ruined, INT8, ranges, reference)
    assert len(blames) == len(layers(ruined))
    assert blames[0].layer == culprit
    assert [one.distance for one in blames] == sorted(one.distance for one in blames)
    spoiled = reference.distance(quantize(ruined, INT8, ranges))
    assert blames[0].distance < spoiled / 2
    repaired = quantize(ruined, replace(INT8, kept_float=(culprit,)), ranges)
    assert reference.distance(repaired) == pytest.approx(blames[0].distance)


def test_only_layers_in_8_bit_activations_are_candidates(small: SmallModel) -> None:
    mixed = VARIANTS["int8_float32"]
    ranges = ranges_of(small.model, small.exact, mixed, lambda: iter(small.photos))
    reference = Reference(walks(runners(small.exact), small.model, small.photos[:1]))
    blames = blame_layers(small.exact, mixed, ranges, reference)
    assert {one.layer.split("/")[0] for one in blames} == {"encode"}


def test_a_repair_tells_what_it_costs() -> None:
    repair = Repair(
        "int8", ("x",), 0.25, 12, (), ("encode/a",), (4_000_000, 4_100_000), (5.0, 5.5), {}
    )
    from export.repair import Blame

    blames = (Blame("encode/a", "CONV_2D", 9, 0.05), Blame("encode/b", "CONV_2D", 9, 0.2))
    lines = list(repair_text(replace(repair, blames=blames)))
    assert lines == [
        "int8 was repaired with 1 of 2 layers in float: 4.00 -> 4.10 MB, a caption 5.0 -> 5.5 ms "
        "on this computer",
        "  encode/a: distance 0.2500 -> 0.0500 without it",
    ]
