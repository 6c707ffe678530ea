"""Looks into a TFLite model by its schema, independently of how the project does it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import flatbuffers  # type: ignore[import-untyped]
import numpy as np
from ai_edge_litert import schema_py_generated as schema

_DTYPES = {
    schema.TensorType.FLOAT32: "float32",
    schema.TensorType.FLOAT16: "float16",
    schema.TensorType.INT8: "int8",
    schema.TensorType.UINT8: "uint8",
    schema.TensorType.INT16: "int16",
    schema.TensorType.INT32: "int32",
    schema.TensorType.INT64: "int64",
    schema.TensorType.BOOL: "bool",
}
_NAMES = {
    value: name for name, value in vars(schema.BuiltinOperator).items() if isinstance(value, int)
}
MULTIPLYING = {"CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED"}


class Operator(NamedTuple):
    """An operator: its subgraph, its name, and the types of what it multiplies and gives."""

    subgraph: int
    name: str
    dtypes: tuple[str, ...]


def unpack(flatbuffer: bytes) -> Any:
    """The model as objects that can be changed."""
    return schema.ModelT.InitFromPackedBuf(bytearray(flatbuffer), 0)


def pack(model: Any) -> bytes:
    """The file of a changed model."""
    builder = flatbuffers.Builder(1 << 20)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _name(model: Any, operator: Any) -> str:
    code = model.operatorCodes[operator.opcodeIndex]
    return _NAMES[max(code.builtinCode, code.deprecatedBuiltinCode)]


def operators(flatbuffer: bytes) -> Iterator[Operator]:
    """Yields the operators of all subgraphs; types are those of input, kernel and output."""
    model = unpack(flatbuffer)
    for number, graph in enumerate(model.subgraphs):
        for operator in graph.operators:
            used = [*operator.inputs[:2], *operator.outputs]
            dtypes = tuple(_DTYPES[graph.tensors[i].type] for i in used if i >= 0)
            yield Operator(number, _name(model, operator), dtypes)


def with_float_kernel(flatbuffer: bytes, name: str) -> bytes:
    """Changes the kernel's type of the first operator that has a name, in whatever subgraph."""
    model = unpack(flatbuffer)
    for graph in model.subgraphs:
        for operator in graph.operators:
            if _name(model, operator) == name:
                graph.tensors[operator.inputs[1]].type = schema.TensorType.FLOAT32
                return pack(model)
    raise AssertionError(f"no {name} in any of {len(model.subgraphs)} subgraphs")


def size_of_weights(flatbuffer: bytes) -> int:
    """Bytes of all constant tensors."""
    return sum(
        len(buffer.data) for buffer in unpack(flatbuffer).buffers if np.size(buffer.data) > 1
    )
