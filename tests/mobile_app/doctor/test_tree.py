"""Deliberately broken trees: doctor names what would not run on the phone."""

from __future__ import annotations

from pathlib import Path

import pytest

from mobile_app.doctor.checkup import PROJECT_APP
from mobile_app.doctor.findings import Findings
from mobile_app.doctor.spec_file import read_spec
from mobile_app.doctor.staging import stage
from mobile_app.doctor.toolchain import EMBEDDED_MODEL
from tests.bundles import with_members, write_fake_bundle
from tests.command_line import jewelcap
from tests.mobile_app.doctor.conftest import Codes, doctor


@pytest.mark.parametrize(
    ("code_line", "code", "word"),
    [
        ("import tensorflow as tf", "tensorflow", "tensorflow"),
        ("def later():\n    import tensorflow", "tensorflow", "tensorflow"),
        ("import scipy.ndimage", "import", "scipy"),
        ("import distutils", "import", "3.14 lacks"),
        ("import tkinter", "import", "tkinter"),
        ("from mobile_app.camera_app import look", "import", "desktop name"),
        ("from .gone import thing", "import", ".gone"),
        ("from ...outside import thing", "import", "leads out"),
        ("import ai_edge_litert", "import", "ai_edge_litert"),
        ("import importlib\nimportlib.import_module('keras')", "tensorflow", "part.py:2 keras"),
        ("__import__('scipy')", "import", "scipy"),
        ("import lzma", "import", "lzma"),
        ("from .look.deep import thing", "import", ".look.deep"),
        ("from . import gone", "import", ".gone"),
        ("from camera_app import gone", "import", "camera_app.gone"),
        ("import camera_app.ui.gone", "import", "camera_app.ui.gone"),
        ("KV = '''\n#:import plot matplotlib.pyplot\n'''", "import", "part.py:2 matplotlib"),
        ("def broken(:", "syntax", "camera_app/part.py:1"),
        ("x = '\x00'", "syntax", "camera_app/part.py"),
    ],
)
def test_what_cannot_be_imported_on_the_phone_is_named(
    spec_path: Path, errors: Codes, code_line: str, code: str, word: str
) -> None:
    (spec_path.parent / "camera_app/part.py").write_text(f"{code_line}\n", encoding="utf-8")
    assert word in errors("--app", spec_path.parent)[code]


@pytest.mark.parametrize(
    "code_line",
    [
        "def on_desktop():\n    import ai_edge_litert",
        "import jnius, sqlite3, numpy.random",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import tensorflow",
        "from . import look\nfrom .look import numpy",
        "import camera_app.look\nfrom camera_app import look\nfrom camera_app.look import *",
        "import importlib\nimportlib.import_module('.look', 'camera_app')",
    ],
)
def test_what_the_phone_has_is_let_pass(spec_path: Path, errors: Codes, code_line: str) -> None:
    (spec_path.parent / "camera_app/part.py").write_text(f"{code_line}\n", encoding="utf-8")
    assert errors("--app", spec_path.parent) == {}


def test_an_import_of_a_kv_file_is_followed(spec_path: Path, errors: Codes) -> None:
    kv = "#:import sin math.sin\n#:import plot matplotlib.pyplot\n"
    (spec_path.parent / "camera_app/look.kv").write_text(kv, encoding="utf-8")
    assert "look.kv:2 matplotlib" in errors("--app", spec_path.parent)["import"]


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("#:include camera_app/gone.kv", "look.kv:1 it includes 'camera_app/gone.kv'"),
        ("<A@Image>:\n    source: 'camera_app/gem.png'", "look.kv:2 it shows"),
    ],
)
def test_a_file_that_a_kv_file_names_and_the_app_lacks_is_named(
    spec_path: Path, errors: Codes, line: str, word: str
) -> None:
    kv = spec_path.parent / "camera_app/look.kv"
    kv.write_text(f"{line}\n", encoding="utf-8")
    assert word in errors("--app", spec_path.parent)["kv-file"]
    kv.write_text(line.replace("gone.kv", "look.kv").replace("gem.png", "a.png"), encoding="utf-8")
    (kv.parent / "a.png").write_bytes(b"\x89PNG")
    assert errors("--app", spec_path.parent) == {}


@pytest.mark.parametrize(
    ("name", "text", "code", "word"),
    [
        ("camera_app/a.kv", "<A@Label>:\n    text: ''\n  bold: 1\n", "kv-syntax", "a.kv:3"),
        ("camera_app/words.json", '{"gold": "oro",}', "json", "words.json"),
    ],
)
def test_data_that_the_app_cannot_read_are_named(
    spec_path: Path, errors: Codes, name: str, text: str, code: str, word: str
) -> None:
    (spec_path.parent / name).write_text(text, encoding="utf-8")
    assert word in errors("--app", spec_path.parent)[code]


@pytest.mark.parametrize("name", ["random.py", "numpy.py", "kivy/__init__.py"])
def test_a_module_that_hides_another_is_named(spec_path: Path, errors: Codes, name: str) -> None:
    path = spec_path.parent / name
    path.parent.mkdir(exist_ok=True)
    path.touch()
    assert name.split("/")[0] in errors("--app", spec_path.parent)["shadow"]


def test_an_empty_main_is_named(spec_path: Path, errors: Codes) -> None:
    (spec_path.parent / "main.py").write_text("", encoding="utf-8")
    assert "empty" in errors("--app", spec_path.parent)["no-main"]


def test_a_module_that_is_needed_and_left_out_is_named(spec_path: Path, errors: Codes) -> None:
    (spec_path.parent / "camera_app/part.py").write_text("from .look import x\n", encoding="utf-8")
    text = spec_path.read_text(encoding="utf-8")
    spec_path.write_text(
        text.replace("source.exclude_patterns = ", "source.exclude_patterns = *look.py, "),
        encoding="utf-8",
    )
    assert "part.py:1 .look" in errors("--app", spec_path.parent)["import"]


def test_a_missing_captioner_is_named(spec_path: Path, errors: Codes) -> None:
    (spec_path.parent / EMBEDDED_MODEL).unlink()
    assert EMBEDDED_MODEL in errors("--app", spec_path.parent)["no-model"]


@pytest.mark.parametrize("fault", ["schema", "cut", "foreign", "empty"])
def test_a_captioner_that_the_app_would_refuse_is_named(
    spec_path: Path, errors: Codes, tmp_path: Path, fault: str
) -> None:
    model = spec_path.parent / EMBEDDED_MODEL
    data = model.read_bytes()
    if fault == "schema":
        write_fake_bundle(model, schema_version=99)
    else:
        model.write_bytes({"cut": data[:-100], "foreign": b"model" * 100, "empty": b""}[fault])
    assert EMBEDDED_MODEL in errors("--app", spec_path.parent)["model"]


def test_a_captioner_without_vocabulary_is_named(spec_path: Path, errors: Codes) -> None:
    model = spec_path.parent / EMBEDDED_MODEL
    model.write_bytes(with_members(model.with_suffix(".x"), model, txt=None).read_bytes())
    model.with_suffix(".x").unlink()
    assert "model" in errors("--app", spec_path.parent)


def test_keys_and_tests_in_the_tree_are_named(spec_path: Path, errors: Codes) -> None:
    staged = spec_path.parent
    (staged / "camera_app/key.p12").write_bytes(b"0")
    (staged / "camera_app/tests").mkdir()
    (staged / "camera_app/tests/test_look.py").touch()
    assert "key.p12" in errors("--staged", staged)["secret"]
    (staged / "camera_app/key.p12").unlink()
    (staged / "camera_app/account.json").write_text(
        '{"key": "-----BEGIN PRIVATE KEY-----"}', encoding="utf-8"
    )
    assert "account.json" in errors("--staged", staged)["secret"]
    assert "test_look.py" in errors("--staged", staged, severity="warning")["unused"]


def test_a_link_that_leads_in_a_circle_ends(spec_path: Path, errors: Codes) -> None:
    (spec_path.parent / "camera_app/again").symlink_to(spec_path.parent / "camera_app")
    assert "link-loop" in errors("--app", spec_path.parent)


def test_a_folder_that_is_none_and_an_empty_one_are_named(tmp_path: Path, errors: Codes) -> None:
    assert "no-tree" in errors("--staged", tmp_path / "nowhere")
    found = errors("--staged", tmp_path)
    assert {"no-main", "no-modules", "no-model"} <= set(found)


def test_the_projects_app_is_staged_without_the_tools_of_a_desktop() -> None:
    spec = read_spec(PROJECT_APP, Findings("spec"))
    assert spec is not None
    files = stage(PROJECT_APP, spec, Findings("tree")).files
    assert "main.py" in files and "camera_app/runtime/words.json" not in files
    assert {name.split("/")[0] for name in files} == {"main.py", "camera_app"}
    assert not [name for name in files if name.endswith((".xml", ".java", ".spec", ".md"))]


def test_many_findings_of_a_kind_are_counted_for_a_person_and_all_listed_for_programs(
    spec_path: Path,
) -> None:
    cache = spec_path.parent / "camera_app/__pycache__"
    cache.mkdir()
    for number in range(30):
        (cache / f"m{number}.cpython-311.pyc").write_bytes(b"0")
    text = jewelcap("doctor", "--staged", spec_path.parent).stdout
    assert text.count("[compiled-file]") == 5 and "26 more like that" in text
    found = doctor("--staged", spec_path.parent)["findings"]
    assert sum(each["code"] == "compiled-file" for each in found) == 30


def test_what_is_staged_is_listed_with_its_size(spec_path: Path) -> None:
    document = doctor("--app", spec_path.parent)
    files = document["staged_bytes"]
    assert set(files) == {"main.py", "camera_app/__init__.py", "camera_app/look.py", EMBEDDED_MODEL}
    assert files[EMBEDDED_MODEL] == (spec_path.parent / EMBEDDED_MODEL).stat().st_size
    (said,) = (each["what"] for each in document["findings"] if each["code"] == "staged")
    assert "4 files" in said and "camera_app/models" in said


def test_the_projects_own_imports_are_on_the_phone(errors: Codes) -> None:
    found = errors("--only", "tree")
    # The captioner that is embedded for a build need not lie in a checkout.
    assert set(found) <= {"no-model"}
