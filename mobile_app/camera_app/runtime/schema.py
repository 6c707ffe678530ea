"""Frozen dataclasses to JSON and back, strictly: the only way that files on disk are read."""

from __future__ import annotations

import dataclasses
import json
import math
import types
import typing
from pathlib import Path
from typing import Any, TypeVar

from .errors import JewelcapError

T = TypeVar("T")


class SchemaError(JewelcapError):
    """JSON that does not fit the dataclass it should become."""


def to_jsonable(value: Any) -> Any:
    """Turns dataclasses, tuples and paths into what `json.dumps` takes."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_jsonable(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {key: to_jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_jsonable(item) for item in value]
    if isinstance(value, Path):
        return str(value)
    return value


def dump_json(value: Any) -> str:
    """Returns the JSON text of a dataclass, fields in their declared order, ending in a newline.

    Raises:
        ValueError: A number is not finite.
    """
    return json.dumps(to_jsonable(value), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


def load_json(cls: type[T], text: str | bytes, where: str) -> T:
    """Parses JSON text into a dataclass.

    Args:
        cls: The dataclass to build.
        text: UTF-8 JSON.
        where: What the text is, for the message.

    Raises:
        SchemaError: The text is no JSON, or a field is missing, unknown or of another type.
    """
    return from_jsonable(cls, parse_json(text, where), where)


def parse_json(text: str | bytes, where: str) -> Any:
    """Parses JSON text strictly.

    Args:
        text: UTF-8 JSON.
        where: What the text is, for the message.

    Raises:
        SchemaError: The text is no JSON.
    """
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise SchemaError(f"{where}: not valid JSON ({error})") from None


def from_jsonable(cls: type[T], data: Any, where: str) -> T:
    """Builds a dataclass from parsed JSON, checking `schema_version` and every field's type.

    Raises:
        SchemaError: As `load_json`.
    """
    expected = getattr(cls, "schema_version", None)
    if isinstance(expected, int) and isinstance(data, dict):
        found = data.get("schema_version")
        if found != expected:
            raise SchemaError(
                f"{where}: schema_version is {found!r}, this jewelcap reads {expected}; "
                "make the file again with this version"
            )
    return typing.cast(T, _convert(cls, data, where))


def _convert(kind: Any, data: Any, where: str) -> Any:
    origin = typing.get_origin(kind)
    args = typing.get_args(kind)
    if kind is Any:
        return data
    if origin in (typing.Union, types.UnionType):
        if data is None and type(None) in args:
            return None
        for option in (a for a in args if a is not type(None)):
            try:
                return _convert(option, data, where)
            except SchemaError as error:
                failure = error
        raise failure
    if origin is typing.Literal:
        if data not in args:
            raise SchemaError(f"{where}: {data!r} is not one of {', '.join(map(repr, args))}")
        return data
    if origin is tuple:
        if not isinstance(data, list):
            raise SchemaError(f"{where}: expected a list, found {type(data).__name__}")
        if len(args) == 2 and args[1] is Ellipsis:
            return tuple(_convert(args[0], v, f"{where}[{i}]") for i, v in enumerate(data))
        if len(data) != len(args):
            raise SchemaError(f"{where}: expected {len(args)} values, found {len(data)}")
        return tuple(
            _convert(a, v, f"{where}[{i}]") for i, (a, v) in enumerate(zip(args, data, strict=True))
        )
    if origin is dict:
        if not isinstance(data, dict):
            raise SchemaError(f"{where}: expected an object, found {type(data).__name__}")
        return {key: _convert(args[1], v, f"{where}.{key}") for key, v in data.items()}
    if dataclasses.is_dataclass(kind):
        return _convert_dataclass(typing.cast(type, kind), data, where)
    if kind is float and isinstance(data, int | float) and not isinstance(data, bool):
        try:
            number = float(data)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            raise SchemaError(f"{where}: the number is too large")
        return number
    if not isinstance(data, kind) or (isinstance(data, bool) and kind is not bool):
        raise SchemaError(f"{where}: expected {kind.__name__}, found {type(data).__name__}")
    return data


def _convert_dataclass(cls: type, data: Any, where: str) -> Any:
    if not isinstance(data, dict):
        raise SchemaError(f"{where}: expected an object, found {type(data).__name__}")
    hints = typing.get_type_hints(cls)
    fields = {f.name: f for f in dataclasses.fields(cls)}
    unknown = sorted(set(data) - set(fields))
    missing = sorted(
        name
        for name, f in fields.items()
        if name not in data
        and f.default is dataclasses.MISSING
        and f.default_factory is dataclasses.MISSING
    )
    if unknown or missing:
        parts = [f"missing {', '.join(missing)}"] * bool(missing)
        parts += [f"unknown {', '.join(unknown)}"] * bool(unknown)
        raise SchemaError(f"{where}: {'; '.join(parts)}")
    values = {name: _convert(hints[name], data[name], f"{where}.{name}") for name in data}
    try:
        return cls(**values)
    except ValueError as error:
        raise SchemaError(f"{where}: {error}") from None
