"""Deliberately broken specs: doctor names what is wrong with each."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

import pipeline
from mobile_app.doctor.checkup import PROJECT_APP
from mobile_app.doctor.findings import Findings
from mobile_app.doctor.spec_file import read_spec
from tests.command_line import assert_fails, jewelcap
from tests.mobile_app.doctor.conftest import Codes, doctor


def put(path: Path, key: str, value: str | None) -> Path:
    """Gives a key another value, or takes it away; returns the app's folder."""
    text = path.read_text(encoding="utf-8")
    line = "" if value is None else f"{key} = {value}"
    head, middle, tail = text.partition("\n[app@store]")
    changed, count = re.subn(rf"(?m)^{re.escape(key)} = .*$", lambda _: line, head)
    if not count:
        changed = f"{head}\n{line}\n"
    path.write_text(changed + middle + tail, encoding="utf-8")
    return path.parent


def test_the_projects_own_spec_is_right_and_of_the_projects_version() -> None:
    findings = Findings("spec")
    spec = read_spec(PROJECT_APP, findings)
    assert spec is not None and findings.found == []
    assert spec.get("version") == pipeline.__version__


def test_an_app_without_mistakes_has_no_errors_and_no_warnings(spec_path: Path) -> None:
    document = doctor("--app", spec_path.parent)
    assert [each for each in document["findings"] if each["severity"] != "ok"] == []
    assert document["ok"] and document["schema_version"] == 1


@pytest.mark.parametrize(
    ("requirements", "code", "word"),
    [
        (
            "python3==3.14.2, kivy==2.3.1, numpy==v2.3.0, pyjnius==1.7.0",
            "missing-requirement",
            "pillow",
        ),
        ("python3==3.14.2, kivvy==2.3.1", "misspelt-requirement", "kivy"),
        ("python3==3.14.2, kivy==2.2.0", "recipe-version", "2.2.0"),
        ("numpy==2.3.0", "git-tag", "numpy==2.3.0"),
        ("python3 == 3.14.2, kivy==2.3.1", "requirement-syntax", "python3 == 3.14.2"),
        ("kivy>=2.3", "requirement-syntax", "kivy>=2.3"),
        ("kivy==2.3.1,, numpy", "empty-requirement", "comma"),
        ("kivy==2.3.1, Kivy==2.3.0", "contradiction", "2.3.0"),
        ("python3==3.14.2, hostpython3==3.13.1", "contradiction", "3.13.1"),
        ("tensorflow, kivy", "dead-end", "tensorflow"),
        ("kivy==2.3.1 # the screens, numpy", "comment-in-value", "#"),
        ("", "no-requirements", ""),
    ],
)
def test_requirements_that_cannot_be_built_are_named(
    spec_path: Path, errors: Codes, requirements: str, code: str, word: str
) -> None:
    found = errors("--app", put(spec_path, "requirements", requirements))
    assert word in found[code]


@pytest.mark.parametrize(
    ("key", "value", "code", "word"),
    [
        ("android.api", "33", "target-api", "33"),
        ("android.api", "99", "target-api", "99"),
        ("android.api", "thirty-six", "api-level", "thirty-six"),
        ("android.api", "36 # the store's", "api-level", "36 #"),
        ("android.minapi", "19", "minimum-api", "19"),
        ("android.minapi", "40", "minimum-api", "40"),
        ("android.ndk_api", "21", "ndk-api", "21"),
        ("android.ndk", "25b", "page-size", "25b"),
        ("android.ndk", "r28c", "ndk", "r28c"),
        ("android.ndk", None, "ndk", "no NDK"),
        ("android.archs", "armeabi-v7a", "abi", "arm64-v8a"),
        ("android.archs", "arm64-v8a, arm64_v8a", "abi", "arm64_v8a"),
        ("android.permissions", "CAMERA, INTERNET", "internet", "INTERNET"),
        ("android.permissions", "CAMRA", "permission", "CAMERA"),
        ("android.features", "android.hardware.camera", "features", "breaks"),
        ("android.gradle_dependencies", None, "litert", "not among"),
        (
            "android.gradle_dependencies",
            "com.google.ai.edge.litert:litert:2.0.2",
            "litert",
            "2.0.2",
        ),
        (
            "android.gradle_dependencies",
            "com.google.ai.edge.litert:litert:1.2.0",
            "litert",
            "1.2.0",
        ),
        ("android.gradle_dependencies", "litert", "gradle-dependency", "litert"),
        ("android.release_artifact", "exe", "artifact", "exe"),
        ("android.extra_manifest_xml", "gone.xml", "missing-file", "gone.xml"),
        ("android.apis", "36", "misspelt-key", "android.api"),
        ("p4a.commit", "HEAD", "p4a", "HEAD"),
        ("p4a.bootstrap", "webview", "bootstrap", "webview"),
        ("orientation", "upright", "orientation", "upright"),
        ("icon.filename", "assets/gone.png", "picture", "gone.png"),
        ("package.name", "2fast", "package-name", "2fast"),
        ("package.name", "new", "package-name", "new"),
        ("version", "1.0-beta", "version", "1.0-beta"),
        ("source.dir", "nowhere", "source", "nowhere"),
        ("source.include_exts", "py, kv, json, png", "include-exts", "captioner"),
        ("title", "100 % gold", "interpolation", "title"),
    ],
)
def test_a_wrong_value_is_named_with_its_key(
    spec_path: Path, errors: Codes, key: str, value: str | None, code: str, word: str
) -> None:
    assert word in errors("--app", put(spec_path, key, value), "--only", "spec")[code]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty-spec"),
        (b"title = Jewelcap\n", "spec-syntax"),
        (b"[apps]\ntitle = Jewelcap\n", "no-app-section"),
        (b"[app]\ntitle = a\ntitle = b\n", "duplicate-key"),
        (b"[app]\ntitle = a\n[app]\nversion = 1\n", "duplicate-section"),
        (b"[app]\ntitle = Bijouterie L\xe9a\n", "spec-encoding"),
        (b"\xef\xbb\xbf[app]\ntitle = a\n", "spec-encoding"),
        (b"[app]\ntitle = a\n" + b"#" * 2_000_000, "spec-size"),
    ],
)
def test_a_spec_that_cannot_be_read_is_named(
    spec_path: Path, errors: Codes, data: bytes, code: str
) -> None:
    spec_path.write_bytes(data)
    assert code in errors("--app", spec_path.parent, "--only", "spec")


def test_a_folder_without_a_spec_is_named(tmp_path: Path, errors: Codes) -> None:
    assert "no-spec" in errors("--app", tmp_path / "nowhere")


@pytest.mark.parametrize("text", ["<uses-feature", "<!DOCTYPE a><a/>"])
def test_an_extra_manifest_that_is_no_xml_is_named(
    spec_path: Path, errors: Codes, text: str
) -> None:
    (spec_path.parent / "assets/uses_features.xml").write_text(text, encoding="utf-8")
    assert "extra-manifest" in errors("--app", spec_path.parent, "--only", "spec")


class TestSigning:
    def set(self, monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"P4A_RELEASE_{name}", value)

    def test_a_variable_that_is_missing_is_named(
        self, spec_path: Path, errors: Codes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.set(monkeypatch, KEYALIAS="jewelcap")
        assert "P4A_RELEASE_" in errors("--app", spec_path.parent, "--only", "spec")["signing"]

    @pytest.mark.parametrize("content", [None, b"", b"no keystore"])
    def test_a_keystore_that_is_missing_or_corrupt_is_named(
        self,
        spec_path: Path,
        errors: Codes,
        monkeypatch: pytest.MonkeyPatch,
        content: bytes | None,
    ) -> None:
        path = spec_path.parent / "key.p12"
        if content is not None:
            path.write_bytes(content)
        secret = "correct horse"
        self.set(
            monkeypatch,
            KEYSTORE=str(path),
            KEYSTORE_PASSWD=secret,
            KEYALIAS="a",
            KEYALIAS_PASSWD=secret,
        )
        found = errors("--app", spec_path.parent, "--only", "spec")
        assert "key.p12" in found["keystore"]
        assert secret not in str(found)

    def test_a_key_with_a_password_of_its_own_is_named(
        self, spec_path: Path, errors: Codes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = spec_path.parent.parent / "key.p12"
        path.write_bytes(b"\x30\x82")
        self.set(
            monkeypatch,
            KEYSTORE=str(path),
            KEYSTORE_PASSWD="secret1",
            KEYALIAS="a",
            KEYALIAS_PASSWD="secret2",
        )
        monkeypatch.setenv("PATH", str(spec_path.parent))
        found = errors("--app", spec_path.parent, "--only", "spec", severity="warning")
        assert "differs" in found["keystore"] and "secret" not in str(found)

    def test_a_wrong_alias_is_named_and_the_right_one_is_found(
        self, spec_path: Path, errors: Codes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        programs = spec_path.parent.parent / "bin"
        programs.mkdir()
        keytool = programs / "keytool"
        keytool.write_text(
            '#!/bin/sh\n[ "$P4A_RELEASE_KEYSTORE_PASSWD" = secret1 ] || exit 2\n'
            'case "$*" in *secret1*) exit 3;; *"-alias gold"*) exit 0;; esac\n'
            'echo "keytool error: Alias <silver> does not exist"; exit 1\n',
            encoding="utf-8",
        )
        keytool.chmod(0o755)
        monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
        path = programs / "key.p12"
        path.write_bytes(b"\x30\x82")
        self.set(
            monkeypatch,
            KEYSTORE=str(path),
            KEYSTORE_PASSWD="secret1",
            KEYALIAS="silver",
            KEYALIAS_PASSWD="secret1",
        )
        assert "silver" in errors("--app", spec_path.parent, "--only", "spec")["keystore"]
        self.set(monkeypatch, KEYALIAS="gold")
        assert errors("--app", spec_path.parent, "--only", "spec") == {}


def test_a_package_is_asked_for_where_only_packages_are_looked_at() -> None:
    assert_fails(jewelcap("doctor", "--only", "package"), "--apk", code=2)


def test_the_text_says_what_why_and_what_to_do(spec_path: Path) -> None:
    result = jewelcap("doctor", "--app", put(spec_path, "android.api", "33"))
    assert result.exit_code == 1
    for word in ("ERROR", "[target-api]", "why: Google Play", "do:  write android.api = 36"):
        assert word in result.stdout
