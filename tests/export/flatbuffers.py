"""Looks into a TFLite model by its schema, independently of how the project does it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import flatbuffers  # type: ignore[import-untyped]
import flatbuffers.table  # type: ignore[import-untyped]
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


class _Table:
    """A table of any schema, read by the numbers of its fields."""

    def __init__(self, data: bytes, position: int) -> None:
        self._data = data
        self._table = flatbuffers.table.Table(data, position)

    @classmethod
    def root(cls, data: bytes) -> _Table:
        """The table that a file starts from."""
        return cls(data, int.from_bytes(data[:4], "little"))

    def text(self, field: int) -> str:
        """A string; empty where it is missing."""
        offset = self._table.Offset(4 + 2 * field)
        return self._table.String(offset + self._table.Pos).decode() if offset else ""

    def byte(self, field: int) -> int:
        """An enumeration; its first value where it is missing."""
        offset = self._table.Offset(4 + 2 * field)
        return self._data[offset + self._table.Pos] if offset else 0

    def tables(self, field: int) -> list[_Table]:
        """A vector of tables."""
        offset = self._table.Offset(4 + 2 * field)
        if not offset:
            return []
        start = self._table.Vector(offset)
        count = self._table.VectorLen(offset)
        return [
            _Table(self._data, self._table.Indirect(start + 4 * index)) for index in range(count)
        ]


def read_metadata(data: bytes) -> dict[str, Any]:
    """Reads TensorFlow Lite model metadata by the field numbers of its `metadata_schema.fbs`.

    These are also what Netron reads by: ModelMetadata 0 name, 1 description, 2 version, 3
    subgraph_metadata, 5 license, 6 associated_files, 7 min_parser_version; SubGraphMetadata 0 name,
    2 and 3 its tensors; AssociatedFile 0 name, 2 type.
    """
    assert data[4:8] == b"M001"
    root = _Table.root(data)
    return {
        "name": root.text(0),
        "description": root.text(1),
        "version": root.text(2),
        "license": root.text(5),
        "parser": root.text(7),
        "files": {one.text(0): one.byte(2) for one in root.tables(6)},
        "graphs": {
            one.text(0): tuple([two.text(0) for two in one.tables(side)] for side in (2, 3))
            for one in root.tables(3)
        },
    }
