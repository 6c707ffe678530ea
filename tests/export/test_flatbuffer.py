from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from export.convert import convert_by_converter, ranges_of
from export.flatbuffer import (
    MULTIPLYING,
    check_constants,
    check_layers,
    check_technique,
    layers,
    pack,
    unpack,
    with_layer_names,
)
from export.metadata import ENTRY, ModelFacts, with_metadata
from export.quantize import quantize
from export.variants import PARTS, VARIANTS
from export.walks import runners
from pipeline.errors import JewelcapError
from tests.export.conftest import SmallModel
from tests.export.flatbuffers import read_metadata

FACTS = ModelFacts("shop int8", "Captions jewelry photos.", "1.2.3", "CC-BY-4.0")


def test_layers_have_names_of_their_own_in_the_order_of_work(small: SmallModel) -> None:
    found = layers(small.exact)
    names = [layer.name for layer in found]
    assert len(set(names)) == len(names)
    assert {layer.part for layer in found} == set(PARTS)
    assert {layer.operator for layer in found} == set(MULTIPLYING)
    assert all(layer.name.startswith(f"{layer.part}/") for layer in found)
    encoder = [layer.operator for layer in found if layer.part == "encode"]
    assert encoder == ["CONV_2D", "DEPTHWISE_CONV_2D", "CONV_2D", "FULLY_CONNECTED"]
    # Kernels of 3 x 3 x 3 x 8, 3 x 3 x 8 and 3 x 3 x 8 x 12, and 12 features to 16 units.
    sizes = [layer.weights for layer in found if layer.part == "encode"]
    assert sizes == [216, 72, 864, 192]


def test_naming_layers_again_changes_nothing_that_matters(small: SmallModel) -> None:
    again = with_layer_names(small.exact)
    assert layers(again) == layers(small.exact)


def test_tensors_have_different_names_in_the_whole_model(small: SmallModel) -> None:
    names = [tensor.name for graph in unpack(small.exact).subgraphs for tensor in graph.tensors]
    assert len(set(names)) == len(names)


def test_constants_are_aligned_in_the_file(small: SmallModel) -> None:
    flatbuffer = pack(unpack(small.exact))
    constants = [
        bytes(buffer.data) for buffer in unpack(flatbuffer).buffers if np.size(buffer.data) > 64
    ]
    assert len(constants) > 5
    for constant in constants:
        assert flatbuffer.index(constant) % 16 == 0


@pytest.mark.parametrize("name", ["float16", "dynamic", "int8", "int16x8", "int8_float32"])
def test_layers_of_another_type_are_refused_by_name(name: str, small: SmallModel) -> None:
    with pytest.raises(
        JewelcapError, match=rf"^{name}: \w+ works on float32, not (int|float)\d+ \("
    ):
        check_layers(small.exact, VARIANTS[name])


def test_a_model_without_one_of_its_parts_is_refused(small: SmallModel) -> None:
    model = unpack(small.exact)
    model.signatureDefs = [one for one in model.signatureDefs if one.signatureKey == b"encode"]
    with pytest.raises(JewelcapError, match="nothing is multiplied in decode_step"):
        check_layers(pack(model), VARIANTS["float32"])


def test_a_layer_can_be_left_in_float_and_is_no_other(small: SmallModel) -> None:
    variant, calibration = VARIANTS["int8"], lambda: iter(small.photos)
    ranges = ranges_of(small.model, small.exact, variant, calibration)
    for layer in layers(small.exact):
        kept = replace(variant, kept_float=(layer.name,))
        flatbuffer = quantize(small.exact, kept, ranges)
        check_layers(flatbuffer, kept)
        dtypes = {one.name: one.kernel_dtype for one in layers(flatbuffer)}
        assert dtypes.pop(layer.name) == "float32"
        assert set(dtypes.values()) == {"int8"}
        with pytest.raises(JewelcapError, match="works on float32, not int8"):
            check_layers(flatbuffer, variant)


def with_float_constant(flatbuffer: bytes, count: int, fill: bool = False) -> bytes:
    """Adds a float32 constant of so many numbers to both parts."""
    from ai_edge_litert import schema_py_generated as schema

    model = unpack(flatbuffer)
    for graph in model.subgraphs:
        values = np.full(count, 0.5) if fill else np.arange(count)
        buffer, tensor = schema.BufferT(), schema.TensorT()
        buffer.data = np.frombuffer(values.astype(np.float32).tobytes(), np.uint8)
        model.buffers.append(buffer)
        tensor.shape, tensor.type = [count], schema.TensorType.FLOAT32
        tensor.buffer, tensor.name = len(model.buffers) - 1, b"a_table"
        graph.tensors.append(tensor)
    return pack(model)


def test_a_large_float_constant_of_an_8_bit_file_is_refused_by_name(small: SmallModel) -> None:
    variant = VARIANTS["int8"]
    ranges = ranges_of(small.model, small.exact, variant, lambda: iter(small.photos))
    flatbuffer = quantize(small.exact, variant, ranges)
    check_constants(flatbuffer, variant)
    check_constants(with_float_constant(flatbuffer, 256), variant)
    check_constants(with_float_constant(flatbuffer, 1000, fill=True), variant)
    large = with_float_constant(flatbuffer, 257)
    with pytest.raises(
        JewelcapError, match=r"int8: a constant of 1028 bytes is float32, not int8 \(a_table\)"
    ):
        check_constants(large, variant)
    # In a part that is in 8 bits, and in no other.
    check_layers(large, variant)
    check_constants(large, VARIANTS["dynamic"])
    with pytest.raises(JewelcapError, match="float32, not int8"):
        check_constants(large, VARIANTS["int8_float32"])
    with pytest.raises(JewelcapError, match="float32, not int8"):
        check_constants(small.exact, variant)


def test_layers_that_are_left_in_float_may_have_large_float_weights(small: SmallModel) -> None:
    sizes = {one.name: one.weights for one in layers(small.exact)}
    name = max(sizes, key=lambda one: sizes[one])
    assert sizes[name] * 4 > 1024
    kept = replace(VARIANTS["int8"], kept_float=(name,))
    ranges = ranges_of(small.model, small.exact, VARIANTS["int8"], lambda: iter(small.photos))
    flatbuffer = quantize(small.exact, kept, ranges)
    check_constants(flatbuffer, kept)
    with pytest.raises(JewelcapError, match="float32, not int8"):
        check_constants(flatbuffer, VARIANTS["int8"])


def with_second_kernel(flatbuffer: bytes, values: np.ndarray) -> bytes:
    """Sets the kernel [12, 3, 3, 8] of the encoder's second convolution."""
    model = unpack(flatbuffer)
    name = [one.name for one in layers(flatbuffer) if one.operator == "CONV_2D"][1]
    for graph in model.subgraphs:
        for operator in graph.operators:
            if graph.tensors[operator.outputs[0]].name.decode() == name:
                tensor = graph.tensors[operator.inputs[1]]
                data = values.astype(np.float32).reshape(tensor.shape).tobytes()
                model.buffers[tensor.buffer].data = np.frombuffer(data, np.uint8)
    return pack(model)


def test_a_pruned_file_must_have_its_zeros(small: SmallModel) -> None:
    variant, values = VARIANTS["pruned-float32"], np.ones(864)
    values[: round(0.46 * 864)] = 0.0
    check_technique(with_second_kernel(small.exact, values), variant)
    values[round(0.44 * 864) :] = 1.0
    too_few = with_second_kernel(small.exact, values)
    with pytest.raises(JewelcapError, match=r"pruned-float32: only 44\.0% of the pruned weights"):
        check_technique(too_few, variant)
    for name in ("pruned-int8", "pqat-int8"):
        with pytest.raises(JewelcapError, match="pruned weights are 0"):
            check_technique(too_few, VARIANTS[name])
    for name in ("float32", "qat-int8"):
        check_technique(too_few, VARIANTS[name])


def test_a_clustered_file_must_have_few_different_weights_a_channel(small: SmallModel) -> None:
    variant = VARIANTS["clustered-float32"]
    # Each channel scales the same 32 values.
    values = (np.arange(72) % 32) * np.arange(1, 13)[:, np.newaxis]
    check_technique(with_second_kernel(small.exact, values), variant)
    values[3, 50] = -1
    with pytest.raises(JewelcapError, match="a channel has 33 different weights, not 32"):
        check_technique(with_second_kernel(small.exact, values), variant)
    with pytest.raises(JewelcapError, match="cqat-int8: a channel has 72 different weights"):
        check_technique(small.exact, VARIANTS["cqat-int8"])


def test_a_part_whose_layers_all_stay_in_float_is_exact(small: SmallModel) -> None:
    ranges = ranges_of(small.model, small.exact, VARIANTS["int8"], lambda: iter(small.photos))
    encoder = tuple(one.name for one in layers(small.exact) if one.part == "encode")
    flatbuffer = quantize(small.exact, replace(VARIANTS["int8"], kept_float=encoder), ranges)
    for image in small.photos[:3]:
        before, after = (runners(one)[0](image=image) for one in (small.exact, flatbuffer))
        np.testing.assert_allclose(after["state"], before["state"], atol=1e-6)


def test_16_bit_activations_run_on_photos_from_black_to_white(small: SmallModel) -> None:
    variant = VARIANTS["int16x8"]
    photos = [np.full_like(small.photos[0], value) for value in (0, 255)]
    ranges = ranges_of(small.model, small.exact, variant, lambda: iter(photos))
    flatbuffer = quantize(small.exact, variant, ranges)
    check_layers(flatbuffer, variant)
    for image in photos:
        exact, found = (runners(one)[0](image=image) for one in (small.exact, flatbuffer))
        np.testing.assert_allclose(found["state"], exact["state"], atol=0.05)


@pytest.mark.parametrize("numbers", ["float16", "dynamic", "int8"])
def test_the_converter_quantizes_to_the_numbers_that_it_is_asked_for(
    numbers: str, small: SmallModel
) -> None:
    flatbuffer = convert_by_converter(small.model, numbers, lambda: iter(small.photos[:2]))
    found = layers(flatbuffer)
    assert [one.name for one in found] != [] and {one.part for one in found} == set(PARTS)
    kernels = {one.kernel_dtype for one in found}
    # Weights of few numbers stay as they are, unless activations are quantized as well.
    assert kernels == {numbers} if numbers != "dynamic" else "float32" in kernels
    inputs = {one.input_dtype for one in found}
    assert inputs == {"int8" if numbers == "int8" else "float32"}


def test_quantized_constants_stand_inside_the_flatbuffer(small: SmallModel) -> None:
    flatbuffer = quantize(small.exact, VARIANTS["dynamic"], {})
    from ai_edge_litert import schema_py_generated as schema

    model = schema.ModelT.InitFromPackedBuf(bytearray(flatbuffer), 0)
    assert {buffer.offset for buffer in model.buffers} == {0}
    assert len(flatbuffer) < len(small.exact)


def test_metadata_can_be_read_back_and_the_model_still_runs(small: SmallModel) -> None:
    flatbuffer = with_metadata(with_metadata(small.exact, FACTS), FACTS)
    model = unpack(flatbuffer)
    assert model.description.decode() == FACTS.description
    entries = [one for one in model.metadata if one.name.decode() == ENTRY]
    assert len(entries) == 1
    found = read_metadata(bytes(model.buffers[entries[0].buffer].data))
    facts = {name: found[name] for name in ("name", "description", "version", "license")}
    assert facts == vars(FACTS)
    assert found["parser"] == "1.5.0"
    # Descriptions and a vocabulary, by the schema's AssociatedFileType.
    assert found["files"] == {"captioner.json": 1, "vocabulary.txt": 5}
    graphs = {
        name: (set(inputs), set(outputs)) for name, (inputs, outputs) in found["graphs"].items()
    }
    assert graphs == {
        "encode": ({"image"}, {"state"}),
        "decode_step": ({"token", "state"}, {"probabilities", "state"}),
    }
    # Tensors stand in the order of their subgraph, as readers pair them.
    for signature in model.signatureDefs:
        names = {one.tensorIndex: one.name.decode() for one in signature.inputs}
        order = [names[index] for index in model.subgraphs[signature.subgraphIndex].inputs]
        assert found["graphs"][signature.signatureKey.decode()][0] == order
    before, after = (runners(one)[0](image=small.photos[0]) for one in (small.exact, flatbuffer))
    np.testing.assert_array_equal(before["state"], after["state"])
