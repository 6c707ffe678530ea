from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import pytest

from mobile_app.camera_app.runtime.bundle import BundleManifest
from mobile_app.camera_app.runtime.schema import SchemaError, dump_json, load_json, to_jsonable
from tests.bundles import MANIFEST


@dataclass(frozen=True)
class Inner:
    name: str
    share: float = 0.5


@dataclass(frozen=True)
class Outer:
    count: int
    flag: bool
    side: Literal["left", "right"]
    items: tuple[Inner, ...]
    pair: tuple[int, str]
    table: dict[str, tuple[int, ...]]
    maybe: int | None = None
    either: int | str = 0
    notes: tuple[str, ...] = field(default_factory=tuple)
    schema_version: int = 3

    def __post_init__(self) -> None:
        if self.count == 13:
            raise ValueError("13 is unlucky")


OUTER = Outer(1, True, "left", (Inner("é"), Inner("b", 1.0)), (2, "x"), {"k": (1, 2)})


def changed(**values: Any) -> str:
    return json.dumps({**to_jsonable(OUTER), **values})


def without(name: str) -> str:
    return json.dumps({k: v for k, v in to_jsonable(OUTER).items() if k != name})


@pytest.mark.parametrize(
    "value", [OUTER, replace(OUTER, maybe=4, either="x", notes=("a",)), Inner("x"), MANIFEST]
)
def test_what_is_written_can_be_read(value: Any) -> None:
    text = dump_json(value)
    assert text.endswith("}\n")
    assert load_json(type(value), text, "here") == value
    assert load_json(type(value), text.encode(), "here") == value


def test_fields_stand_in_their_declared_order_and_text_is_readable() -> None:
    assert list(json.loads(dump_json(MANIFEST)))[:2] == ["name", "encoder"]
    assert "é" in dump_json(OUTER)


def test_paths_become_text() -> None:
    assert to_jsonable({"path": Path("a/b")}) == {"path": "a/b"}


def test_defaults_may_be_left_out_and_an_integer_may_stand_for_a_float() -> None:
    read = load_json(Inner, '{"name": "x", "share": 1}', "here")
    assert read == Inner("x", 1.0)
    assert isinstance(read.share, float)
    assert load_json(Inner, '{"name": "x"}', "here") == Inner("x")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not valid JSON"),
        ("{", "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
        ("null", "expected an object, found NoneType"),
        ("[]", "expected an object, found list"),
        (without("count"), "missing count"),
        (changed(more=1), "unknown more"),
        (without("schema_version"), "schema_version is None"),
        (changed(schema_version=2), "schema_version is 2, this jewelcap reads 3"),
        (changed(schema_version="3"), "schema_version is '3'"),
        (changed(schema_version=True), "schema_version"),
        (changed(count="1"), r"\.count: expected int, found str"),
        (changed(count=True), r"\.count: expected int, found bool"),
        (changed(count=1.0), r"\.count: expected int, found float"),
        (changed(count=None), r"\.count: expected int, found NoneType"),
        (changed(count=13), "13 is unlucky"),
        (changed(flag=1), r"\.flag: expected bool, found int"),
        (changed(side="up"), r"\.side: 'up' is not one of 'left', 'right'"),
        (changed(side=["left"]), r"\.side"),
        (changed(items={}), r"\.items: expected a list, found dict"),
        (changed(items=[{"name": 1}]), r"\.items\[0\]\.name: expected str, found int"),
        (changed(items=[{"name": "x"}, {}]), r"\.items\[1\]: missing name"),
        (changed(items=[{"name": "x", "share": True}]), r"share: expected float, found bool"),
        (changed(items=[{"name": "x", "share": "1"}]), r"share: expected float, found str"),
        (changed(pair=[1]), r"\.pair: expected 2 values, found 1"),
        (changed(pair=["x", 1]), r"\.pair\[0\]: expected int"),
        (changed(table=[]), r"\.table: expected an object, found list"),
        (changed(table={"k": [True]}), r"\.table\.k\[0\]: expected int, found bool"),
        (changed(maybe="x"), r"\.maybe: expected int, found str"),
        (changed(either=[]), r"\.either: expected str, found list"),
    ],
)
def test_what_does_not_fit_is_refused_by_the_place_and_the_rule(text: str, message: str) -> None:
    with pytest.raises(SchemaError, match=message) as caught:
        load_json(Outer, text, "here")
    assert str(caught.value).startswith("here")
    assert "\n" not in str(caught.value)


def test_all_missing_and_unknown_fields_are_named_at_once() -> None:
    with pytest.raises(SchemaError, match=r"missing flag, items, .*; unknown a, b"):
        load_json(Outer, '{"schema_version": 3, "count": 1, "b": 1, "a": 1}', "here")


def test_a_number_beyond_any_float_is_refused() -> None:
    text = '{"name": "x", "share": 1' + "0" * 400 + "}"
    with pytest.raises(SchemaError, match="share"):
        load_json(Inner, text, "here")


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_what_json_does_not_have_is_neither_read_nor_written(value: str) -> None:
    with pytest.raises(SchemaError):
        load_json(Inner, f'{{"name": "x", "share": {value}}}', "here")
    with pytest.raises(ValueError, match="JSON"):
        dump_json(Inner("x", float(value)))


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(SchemaError, match="not valid JSON"):
        load_json(Inner, b'{"name": "\xff\xfe"}', "here")


def test_a_manifest_checks_its_parts() -> None:
    data = to_jsonable(MANIFEST)
    data["preprocess"]["height"] = 4
    with pytest.raises(SchemaError, match=r"preprocess: input size 4x32"):
        load_json(BundleManifest, json.dumps(data), "here")
