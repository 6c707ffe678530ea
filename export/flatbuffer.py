"""Looks into TFLite models by their schema: layers, their names, and the numbers they work on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import flatbuffers
import numpy as np
from numpy.typing import NDArray

from export.variants import PARTS, Variant
from pipeline.errors import JewelcapError

MULTIPLYING: Final = frozenset({"CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED"})
"""Operators that hold nearly all weights and take nearly all time."""

FEATURES: Final = "features"
"""Signature of an encoder on its own; its layers are named as those of `encode`."""

_FLOAT_BYTES: Final = 1024
"""Largest float constant of a part in 8 bits: scales and offsets may be float, weights may not."""

_ZEROS: Final = 0.45
"""Least share of zeros in the layers that are pruned, a little below what training sets."""

_ALIGNMENT: Final = 16
"""Of constants in the file, in bytes, which the schema asks for and kernels rely on."""


@dataclass(frozen=True)
class Layer:
    """A multiplying operator.

    Attributes:
        name: `encode/…` or `decode_step/…`, unique in the model.
        part: Signature that it belongs to.
        operator: A member of `MULTIPLYING`.
        weights: Number of its weights.
        kernel_dtype: Type in which they are stored.
        input_dtype: Type of what it multiplies them with.
        output_dtype: Type of what it gives.
    """

    name: str
    part: str
    operator: str
    weights: int
    kernel_dtype: str
    input_dtype: str
    output_dtype: str


class _AlignedBuilder(flatbuffers.Builder):
    """Keeps the alignment of constants, which the generated code forgets."""

    def StartVector(self, elem_size: int, count: int, alignment: int) -> Any:  # noqa: N802
        return super().StartVector(elem_size, count, _ALIGNMENT if elem_size == 1 else alignment)


def unpack(flatbuffer: bytes) -> Any:
    """The model as objects that can be changed."""
    from ai_edge_litert import schema_py_generated as schema

    model = schema.ModelT.InitFromPackedBuf(bytearray(flatbuffer), 0)
    for buffer in model.buffers:
        # The quantizer puts constants behind the flatbuffer, a form for models above 2 GB that
        # older runtimes do not know.
        if buffer.offset > 1:
            stored = np.frombuffer(flatbuffer, np.uint8, buffer.size, buffer.offset)
            buffer.data, buffer.offset, buffer.size = stored, 0, 0
    return model


def pack(model: Any) -> bytes:
    """The file of a changed model."""
    builder = _AlignedBuilder(1 << 20)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def parts(model: Any) -> dict[int, str]:
    """Signature of each subgraph that has one; that of `FEATURES` counts as `encode`."""
    names = {one.subgraphIndex: one.signatureKey.decode() for one in model.signatureDefs}
    return {index: PARTS[0] if name == FEATURES else name for index, name in names.items()}


def with_layer_names(flatbuffer: bytes) -> bytes:
    """Names each tensor after its signature, and what a layer gives after the layer.

    The quantizer finds operators and measured ranges by the names of tensors, which the
    converter gives twice where two signatures have operators of the same name.
    """
    model = unpack(flatbuffer)
    for index, part in parts(model).items():
        graph = model.subgraphs[index]
        for number, tensor in enumerate(graph.tensors):
            tensor.name = f"{part}.{number}/{tensor.name.decode()}".encode()
        for operator, name in _named_layers(model, index, part):
            graph.tensors[operator.outputs[0]].name = name.encode()
    return pack(model)


def layers(flatbuffer: bytes) -> tuple[Layer, ...]:
    """The multiplying operators of both signatures, in the order in which they run."""
    return tuple(_layers(unpack(flatbuffer)))


def glue_in_float(flatbuffer: bytes) -> tuple[str, ...]:
    """Operators between layers that the quantizer must leave alone, by what they give.

    It fails on a concatenation that takes a constant in, as of a decoder that starts from zeros
    beside the image; and outputs that steps also use, as attention, would be lost.
    """
    model = unpack(flatbuffer)
    return tuple(
        graph.tensors[operator.outputs[0]].name.decode()
        for graph in model.subgraphs
        for operator in graph.operators
        if (name := _operator_name(model, operator)) not in MULTIPLYING
        and (
            set(operator.outputs) & set(graph.outputs)
            or (
                name == "CONCATENATION"
                and any(_is_constant(model, graph.tensors[one]) for one in operator.inputs)
            )
        )
    )


def check_layers(flatbuffer: bytes, variant: Variant) -> None:
    """Makes sure that layers work on the numbers that the variant says: int8 means int8.

    Raises:
        JewelcapError: One does not; it is named.
    """
    found = layers(flatbuffer)
    for part in PARTS:
        if not any(layer.part == part for layer in found):
            raise JewelcapError(f"{variant.name}: nothing is multiplied in {part}")
    for layer in found:
        precision = variant.precisions[layer.part]
        wanted = {
            "input_dtype": precision.activations,
            "kernel_dtype": precision.weights_of(layer.operator),
            "output_dtype": precision.activations,
        }
        if layer.name in variant.kept_float:
            wanted = dict.fromkeys(wanted, "float32")
        for what, dtype in wanted.items():
            if (value := getattr(layer, what)) != dtype:
                raise JewelcapError(
                    f"{variant.name}: {layer.operator} works on {value}, not {dtype} "
                    f"({what.partition('_')[0]} of {layer.name})"
                )


def check_constants(flatbuffer: bytes, variant: Variant) -> None:
    """Makes sure that nothing large is left in float in a part that is in 8 bits throughout.

    Raises:
        JewelcapError: A constant is; it is named.
    """
    from ai_edge_litert import schema_py_generated as schema

    model = unpack(flatbuffer)
    found = list(_layers(model))
    for index, part in parts(model).items():
        precision = variant.precisions[part]
        quantized = any(one.part == part and one.name not in variant.kept_float for one in found)
        if (precision.weights, precision.activations) != ("int8", "int8") or not quantized:
            continue
        graph = model.subgraphs[index]
        kept = {
            tensor
            for operator, name in _named_layers(model, index, part)
            if name in variant.kept_float
            for tensor in operator.inputs
        }
        for number, tensor in enumerate(graph.tensors):
            if tensor.type != schema.TensorType.FLOAT32 or number in kept:
                continue
            values = _values(model, tensor, "float32")
            # A fill, such as the zeros that a decoder starts from, holds no weights.
            if values.nbytes > _FLOAT_BYTES and np.ptp(values) > 0:
                raise JewelcapError(
                    f"{variant.name}: a constant of {values.nbytes} bytes is float32, not int8 "
                    f"({tensor.name.decode()})"
                )


def check_technique(flatbuffer: bytes, variant: Variant) -> None:
    """Makes sure that what a technique did to weights is still there: zeros, or few values.

    Raises:
        JewelcapError: It is not.
    """
    if variant.technique is None:
        return
    from pipeline.compression.wrap import CLUSTERS

    first = variant.technique.start or variant.technique.name
    kernels = _trained_kernels(flatbuffer)
    if first == "pruned" and kernels:
        zeros = sum(int(np.sum(one == 0)) for one in kernels.values())
        share = zeros / sum(one.size for one in kernels.values())
        if share < _ZEROS:
            raise JewelcapError(
                f"{variant.name}: only {share:.1%} of the pruned weights are 0, not "
                f"{_ZEROS:.0%}; train longer with --epochs"
            )
    if first == "clustered":
        for name, kernel in kernels.items():
            # A batch norm scales each output channel on its own, and so does the quantizer.
            most = max(len(np.unique(channel)) for channel in kernel)
            if most > CLUSTERS:
                raise JewelcapError(
                    f"{variant.name}: a channel has {most} different weights, not {CLUSTERS} "
                    f"({name})"
                )


def pattern(layer: str) -> str:
    """A regular expression that the quantizer finds a layer by, and no other."""
    return f"^{re.escape(layer)};"


def _named_layers(model: Any, index: int, part: str) -> Iterator[tuple[Any, str]]:
    graph = model.subgraphs[index]
    seen: Counter[str] = Counter()
    for operator in graph.operators:
        if _operator_name(model, operator) not in MULTIPLYING:
            continue
        full = graph.tensors[operator.inputs[1]].name.decode()
        # Fused layers have the names of all, that of the convolution last.
        short = next((one for one in reversed(full.split(";")) if one), full)
        short = re.sub(rf"^({part}\.\d+/)+", "", short).replace("_dequant", "")
        seen[short] += 1
        count = f"#{seen[short]}" if seen[short] > 1 else ""
        yield operator, f"{part}/{short}{count}"


def _layers(model: Any) -> Iterator[Layer]:
    from ai_edge_litert import schema_py_generated as schema

    dtypes = {code: name.lower() for name, code in vars(schema.TensorType).items()}
    for index, part in parts(model).items():
        graph = model.subgraphs[index]
        source = _sources(model, graph)
        for operator, name in _named_layers(model, index, part):
            data, kernel = operator.inputs[:2]
            stored = graph.tensors[source.get(kernel, kernel)]
            yield Layer(
                name,
                part,
                _operator_name(model, operator),
                int(np.prod(stored.shape)),
                dtypes[stored.type],
                dtypes[graph.tensors[data].type],
                dtypes[graph.tensors[operator.outputs[0]].type],
            )


def _trained_kernels(flatbuffer: bytes) -> dict[str, NDArray[Any]]:
    """Kernels [O, H, W, I] that pruning and clustering change, by layer.

    As `pipeline.compression.wrap` chooses them: the encoder's convolutions but the first.
    """
    model = unpack(flatbuffer)
    types = {layer.name: layer.kernel_dtype for layer in _layers(model)}
    found = {}
    for index, part in parts(model).items():
        if part != PARTS[0]:
            continue
        graph = model.subgraphs[index]
        source = _sources(model, graph)
        for operator, name in _named_layers(model, index, part):
            if _operator_name(model, operator) == "CONV_2D":
                kernel = operator.inputs[1]
                tensor = graph.tensors[source.get(kernel, kernel)]
                found[name] = _values(model, tensor, types[name]).reshape(tensor.shape)
    return dict(list(found.items())[1:])


def _sources(model: Any, graph: Any) -> dict[int, int]:
    """What is stored of each tensor that is only made float to be multiplied."""
    return {
        one.outputs[0]: one.inputs[0]
        for one in graph.operators
        if _operator_name(model, one) == "DEQUANTIZE"
    }


def _values(model: Any, tensor: Any, dtype: str) -> NDArray[Any]:
    """Numbers of a constant, flat; none of what is no constant."""
    data = model.buffers[tensor.buffer].data
    return np.frombuffer(b"" if data is None else bytes(data), dtype)


def _is_constant(model: Any, tensor: Any) -> bool:
    data = model.buffers[tensor.buffer].data
    return data is not None and len(data) > 0


def _operator_name(model: Any, operator: Any) -> str:
    code = model.operatorCodes[operator.opcodeIndex]
    # Files name operators up to 126 in the older field.
    return _operators()[max(code.builtinCode, code.deprecatedBuiltinCode)]


@cache
def _operators() -> Mapping[int, str]:
    from ai_edge_litert import schema_py_generated as schema

    return {code: name for name, code in vars(schema.BuiltinOperator).items()}
