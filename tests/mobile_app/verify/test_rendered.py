"""The checks of rendered Android projects tell right ones from wrong ones."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from mobile_app.verify.rendered import (
    LITERT,
    gradle_problems,
    manifest_problems,
    recipe_problems,
    tar_problems,
)
from mobile_app.verify.size import KIVY_BYTES, estimate_apk

MANIFEST = """<manifest xmlns:android="http://schemas.android.com/apk/res/android">
  <uses-sdk android:minSdkVersion="24" android:targetSdkVersion="36" />
  <uses-feature android:glEsVersion="0x00020000" />
  <uses-permission android:name="android.permission.CAMERA" />
  <uses-feature android:name="android.hardware.camera.any" android:required="false" />
  <application android:allowBackup="false">
    <activity android:name="org.kivy.android.PythonActivity"
              android:screenOrientation="unspecified" />
  </application>
</manifest>"""
GRADLE = """compileSdkVersion 36
minSdkVersion 24
targetSdkVersion 36
aaptOptions { noCompress "tflite" }
signingConfig signingConfigs.release
""" + "".join(f"implementation '{name}'\n" for name in LITERT)
RECIPES = ["hostpython3", "python3", "sdl2", "numpy", "Pillow", "pyjnius", "android", "kivy"]


def test_a_right_manifest_has_no_problems(tmp_path: Path) -> None:
    path = tmp_path / "AndroidManifest.xml"
    path.write_text(MANIFEST, encoding="utf-8")
    assert manifest_problems(path, release=True) == []
    assert "debug build" in manifest_problems(path, release=False)[0]


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ('targetSdkVersion="36"', 'targetSdkVersion="35"', "targetSdkVersion is 35"),
        ("permission.CAMERA", "permission.INTERNET", "INTERNET"),
        ('required="false"', 'required="true"', "optional"),
        ('allowBackup="false"', 'allowBackup="true"', "backups"),
        ('"unspecified"', '"portrait"', "turn"),
        ("<application ", '<application android:debuggable="true" ', "debuggable"),
        ("</manifest>", "", "no XML"),
    ],
)
def test_a_wrong_manifest_is_named(tmp_path: Path, old: str, new: str, word: str) -> None:
    path = tmp_path / "AndroidManifest.xml"
    path.write_text(MANIFEST.replace(old, new), encoding="utf-8")
    assert any(word in problem for problem in manifest_problems(path, release=True))


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("targetSdkVersion 36", "targetSdkVersion 33", "targetSdkVersion is 33"),
        ("minSdkVersion 24", "", "minSdkVersion is missing"),
        ('noCompress "tflite"', "", "noCompress"),
        ("litert:1.4.1", "litert:2.0.2", "2.0.2"),
        ("signingConfig signingConfigs.release", "", "not signed"),
    ],
)
def test_a_wrong_gradle_file_is_named(old: str, new: str, word: str) -> None:
    assert gradle_problems(GRADLE, signed=True) == []
    problems = gradle_problems(GRADLE.replace(old, new), signed=True)
    assert any(word in problem for problem in problems)


def test_a_private_tar_holds_the_staged_files_with_their_modules_compiled(tmp_path: Path) -> None:
    staged = {"main.py": 100, "camera_app/look.kv": 3}

    def problems(**members: bytes) -> list[str]:
        path = tmp_path / "private.tar"
        with tarfile.open(path, "w:gz") as tar:
            for name, data in members.items():
                info = tarfile.TarInfo(name)
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))
        return tar_problems(path, staged)

    right = {"p4a_env_vars.txt": b"", "main.pyc": b"code", "camera_app/look.kv": b"kv\n"}
    assert problems(**right) == []
    assert problems(**right, **{"main.py": b""})[0] == "main.py is not of the staged tree"
    assert problems(**{**right, "camera_app/look.kv": b""}) == [
        "camera_app/look.kv has 0 bytes, not 3"
    ]
    assert "main.pyc is missing" in problems()


def test_recipes_that_are_missing_or_no_recipes_are_named() -> None:
    assert recipe_problems(RECIPES, ["six"], "sdl2") == []
    problems = recipe_problems(RECIPES[1:], ["scipy"], "webview")
    assert problems == [
        "the recipe hostpython3 is not built",
        "scipy has no recipe",
        "the bootstrap is webview, not sdl2",
    ]


def test_the_estimate_is_the_sum_of_its_parts() -> None:
    sizes = {"numpy-2.3.5-cp314.whl": 16, "pillow-11.3.0.whl": 4, "tzdata": 1000}
    estimate = estimate_apk(5, sizes)
    assert estimate["upper_estimate_bytes"] == 5 + 16 + 4 + KIVY_BYTES
    assert estimate["parts_bytes"]["private.tar, measured"] == 5
