"""TensorFlow Lite model metadata, which Netron and other tools show: what the file is.

The form is TensorFlow Lite's `metadata_schema.fbs`, whose Python package no longer installs, so
its few tables are written by their field numbers here. The facts behind it, with accuracy and
checksums, stand in the ZIP's manifest, which the metadata names as an associated file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import flatbuffers

from export.flatbuffer import pack, parts, unpack
from mobile_app.camera_app.runtime.bundle import MANIFEST_NAME, VOCABULARY_NAME

ENTRY: Final = "TFLITE_METADATA"
"""Name of the metadata's entry in a model."""

_IDENTIFIER: Final = b"M001"
_PARSER_VERSION: Final = "1.5.0"
_DESCRIPTIONS, _VOCABULARY = 1, 5
"""Types of associated files."""

# Field numbers and numbers of fields of the schema's tables.
_MODEL_FIELDS: Final = 8
_SUBGRAPH_FIELDS: Final = 10
_TENSOR_FIELDS: Final = 7
_FILE_FIELDS: Final = 5

_SIGNATURES: Final = {
    "encode": "A photo to the decoder's first state.",
    "decode_step": "The last token and the state to the next token's probabilities and state; "
    "a caption starts from the token of its level.",
}
_TENSORS: Final = {
    "image": "RGB photo, uint8[1, H, W, 3] in [0, 255]; scaling happens inside.",
    "state": "State of the decoder, float32[1, U].",
    "features": "Features by place that each step takes along, float32[1, R, D].",
    "token": "Token said last, int32[1].",
    "probabilities": "Probability of each token of the vocabulary, float32[1, V].",
    "attention": "How much each place was looked at, float32[1, R].",
}


@dataclass(frozen=True)
class ModelFacts:
    """What the metadata says.

    Attributes:
        name: Name for people.
        description: What the model does and what it is made of.
        version: Version of the program that made it.
        license: Of the model.
    """

    name: str
    description: str
    version: str
    license: str


def with_metadata(flatbuffer: bytes, facts: ModelFacts) -> bytes:
    """Adds metadata to a model, in place of any that it has.

    Args:
        flatbuffer: A model with the signatures of a captioner.
        facts: What to say.
    """
    from ai_edge_litert import schema_py_generated as schema

    model = unpack(flatbuffer)
    model.description = facts.description
    subgraphs = [_tensor_names(model, index) for index in range(len(model.subgraphs))]
    buffer = schema.BufferT()
    buffer.data = list(_metadata(facts, subgraphs))
    entry = schema.MetadataT()
    entry.name, entry.buffer = ENTRY, len(model.buffers)
    model.buffers.append(buffer)
    others = [one for one in model.metadata or () if _text(one.name) != ENTRY]
    model.metadata = [*others, entry]
    return pack(model)


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _tensor_names(model: Any, index: int) -> tuple[str, list[str], list[str]]:
    """Signature of a subgraph, and the names of its inputs and outputs, in its own order."""
    signature = next((one for one in model.signatureDefs if one.subgraphIndex == index), None)
    if signature is None:
        return "", [], []
    names = {
        tensor.tensorIndex: tensor.name.decode()
        for tensor in (*signature.inputs, *signature.outputs)
    }
    graph = model.subgraphs[index]
    return (
        parts(model)[index],
        [names[tensor] for tensor in graph.inputs],
        [names[tensor] for tensor in graph.outputs],
    )


def _metadata(facts: ModelFacts, subgraphs: Sequence[tuple[str, list[str], list[str]]]) -> bytes:
    builder = flatbuffers.Builder(4096)
    files = [
        _table(
            builder,
            _FILE_FIELDS,
            {0: _string(builder, name), 1: _string(builder, text)},
            {2: kind},
        )
        for name, text, kind in (
            (MANIFEST_NAME, "Manifest: origin, parity, accuracy, confidence.", _DESCRIPTIONS),
            (VOCABULARY_NAME, "One token a line.", _VOCABULARY),
        )
    ]
    graphs = []
    for name, inputs, outputs in subgraphs:
        tensors = [_vector(builder, [_tensor(builder, one) for one in inputs])]
        tensors.append(_vector(builder, [_tensor(builder, one) for one in outputs]))
        fields = {
            0: _string(builder, name),
            1: _string(builder, _SIGNATURES.get(name, "")),
            2: tensors[0],
            3: tensors[1],
        }
        graphs.append(_table(builder, _SUBGRAPH_FIELDS, fields))
    fields = {
        0: _string(builder, facts.name),
        1: _string(builder, facts.description),
        2: _string(builder, facts.version),
        3: _vector(builder, graphs),
        5: _string(builder, facts.license),
        6: _vector(builder, files),
        7: _string(builder, _PARSER_VERSION),
    }
    builder.Finish(_table(builder, _MODEL_FIELDS, fields), _IDENTIFIER)
    return bytes(builder.Output())


def _tensor(builder: Any, name: str) -> int:
    fields = {0: _string(builder, name), 1: _string(builder, _TENSORS.get(name, ""))}
    return _table(builder, _TENSOR_FIELDS, fields)


def _string(builder: Any, text: str) -> int:
    offset: int = builder.CreateString(text)
    return offset


def _vector(builder: Any, tables: Sequence[int]) -> int:
    builder.StartVector(4, len(tables), 4)
    for table in reversed(tables):
        builder.PrependUOffsetTRelative(table)
    offset: int = builder.EndVector()
    return offset


def _table(
    builder: Any, count: int, offsets: Mapping[int, int], bytes_: Mapping[int, int] | None = None
) -> int:
    builder.StartObject(count)
    for field, offset in offsets.items():
        builder.PrependUOffsetTRelativeSlot(field, offset, 0)
    for field, value in (bytes_ or {}).items():
        builder.PrependInt8Slot(field, value, 0)
    table: int = builder.EndObject()
    return table
