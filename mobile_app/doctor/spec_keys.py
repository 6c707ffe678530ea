"""Whether the keys of a spec are buildozer's, stand in the right section, and hold clean texts."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from typing import Final

from .findings import Findings, shown
from .toolchain import known_toolchain, nearest

_OLD_KEYS: Final = {
    "android.p4a_dir": "p4a.source_dir",
    "android.p4a_whitelist": "android.whitelist",
    "android.bootstrap": "p4a.bootstrap",
    "android.branch": "p4a.branch",
    "android.arch": "android.archs",
    "builddir": "build_dir",
    "garden_requirements": "requirements",
    "android.ndk_version": "android.ndk",
    "android.sdk": "android.api",
}
_TOOL_KEYS: Final = frozenset({"bin_dir", "build_dir", "builddir", "log_level", "warn_on_root"})
"""What buildozer reads in [buildozer]; it reads all else in [app]."""
_INDENTED: Final = re.compile(r"\n([A-Za-z][\w.-]*)\s*[=:](?!=)")


def check_keys(keys: list[str], findings: Findings) -> None:
    """Checks that buildozer knows every key."""
    known = known_toolchain().spec_keys
    for key in keys:
        if key in _OLD_KEYS:
            findings.warning(
                "old-key",
                f"it is now called {_OLD_KEYS[key]}",
                "the old name is ignored, or soon will be",
                f"rename it to {_OLD_KEYS[key]}",
                key,
            )
        elif key not in known and not key.startswith("requirements.source."):
            similar = nearest(key.lower(), known, 0.8)
            if similar:
                findings.error(
                    "misspelt-key",
                    f"buildozer knows no such key; {similar} was probably meant",
                    "buildozer ignores it silently and takes the default",
                    f"rename it to {similar}",
                    key,
                )
            else:
                findings.warning(
                    "unknown-key",
                    "buildozer knows no such key",
                    "it has no effect, unless a hook of yours reads it",
                    "delete it, or look its name up in buildozer's default.spec",
                    key,
                )


def check_sections(
    values: Container[str],
    lists: Mapping[str, object],
    tools: Mapping[str, str],
    findings: Findings,
) -> None:
    """Checks that every key stands in the section that buildozer reads it in, and only there.

    Args:
        values: Keys of [app].
        lists: Keys of the sections [app:KEY].
        tools: Keys and values of [buildozer].
        findings: What is found is added here.
    """
    known = known_toolchain().spec_keys
    for key in _TOOL_KEYS:
        if key in values:
            findings.warning(
                "misplaced-key",
                "it stands in [app]",
                "buildozer reads it in [buildozer]; here it has no effect",
                "move it below [buildozer]",
                key,
            )
    for key, value in tools.items():
        if key not in _TOOL_KEYS:
            meant = key if key in known else nearest(key, _TOOL_KEYS, 0.7)
            findings.error(
                "misplaced-key" if key in known else "misspelt-key" if meant else "unknown-key",
                "it stands in [buildozer]" if key in known else "buildozer knows no such key",
                "buildozer reads it in [app]; here it has no effect"
                if key in known
                else "it has no effect",
                "move it below [app]"
                if key in known
                else f"write {meant}"
                if meant
                else "delete it",
                key,
            )
        elif key == "log_level" and value.strip() not in ("0", "1", "2"):
            findings.error(
                "log-level",
                f"{shown(value)} is neither 0, 1 nor 2",
                "buildozer stops on it",
                "write log_level = 2",
                key,
            )
    for key in lists:
        if key in values:
            findings.error(
                "contradiction",
                f"it stands in [app], and there is a section [app:{key}]",
                "buildozer takes the section and ignores the key",
                "keep one of the two",
                key,
            )


def check_texts(values: Mapping[str, str], findings: Findings) -> None:
    """Checks that no value has a comment, another key's line, or quotes in it."""
    known = known_toolchain().spec_keys
    for key, value in values.items():
        # `#` begins a comment only at the start of a line.
        if re.search(r"[ \t][#;]", value):
            findings.error(
                "comment-in-value",
                f"the value is {shown(value)}",
                "a comment after a value becomes part of the value",
                "put the comment on a line of its own",
                key,
            )
        for swallowed in _INDENTED.findall(value):
            if swallowed in known:
                findings.error(
                    "indented-key",
                    f"the line of {swallowed} is a part of its value",
                    "a line that begins with spaces continues the value above it",
                    f"begin the line of {swallowed} at the margin",
                    key,
                )
        text = value.strip()
        if len(text) > 1 and text[0] in "\"'" and text[-1] == text[0]:
            findings.error(
                "quotes",
                f"the value is {shown(text)}",
                "quotes become part of the value",
                "delete the quotes",
                key,
            )
