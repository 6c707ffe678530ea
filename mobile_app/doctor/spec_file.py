"""Reading buildozer.spec as buildozer reads it, but with a finding for each thing it trips over."""

from __future__ import annotations

import configparser
import os
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Final

from .findings import Findings, shown
from .spec_keys import check_keys, check_sections, check_texts
from .toolchain import nearest

SPEC_NAME: Final = "buildozer.spec"
_MAX_BYTES: Final = 1_000_000
_SECTIONS: Final = ("app", "buildozer")


class _Parser(configparser.ConfigParser):
    def optionxform(self, optionstr: str) -> str:
        # Keys keep their case, as in buildozer.
        return optionstr


@dataclass(frozen=True)
class Spec:
    """The values of a spec.

    Attributes:
        folder: Where it lies; its relative paths start here.
        values: Key of [app] -> value; the empty string where it has none.
        lists: Key whose list stands in a section of its own -> its entries.
        profiles: Name -> values of [app@NAME], which replace those of [app] where it is chosen.
        tools: The values of [buildozer].
    """

    folder: Path
    values: dict[str, str]
    lists: dict[str, tuple[str, ...]]
    profiles: dict[str, dict[str, str]] = field(default_factory=dict)
    tools: dict[str, str] = field(default_factory=dict)

    def of_profile(self, name: str) -> Spec:
        """The spec as `buildozer --profile NAME` has it."""
        return replace(self, values={**self.values, **self.profiles[name]}, profiles={})

    def get(self, key: str, default: str = "") -> str:
        """A value without spaces around it."""
        return self.values.get(key, default).strip()

    def items(self, key: str) -> tuple[str, ...]:
        """A comma-separated list; empty entries stay, for they are mistakes."""
        if key in self.lists:
            return self.lists[key]
        value = self.get(key)
        return tuple(item.strip() for item in value.split(",")) if value else ()

    def path(self, key: str) -> Path | None:
        """A file or folder that is named; None where the key is empty."""
        value = self.get(key)
        return self.folder / Path(value).expanduser() if value else None


def read_spec(folder: Path, findings: Findings) -> Spec | None:
    """Reads the spec of an app's folder; None, and an error among the findings, where it cannot."""
    path = folder / SPEC_NAME
    text = _read_text(path, findings)
    if text is None:
        return None
    parser = _Parser(allow_no_value=True)
    try:
        parser.read_string(text)
    except configparser.DuplicateOptionError as error:
        findings.error(
            "duplicate-key",
            f"line {error.lineno}: {shown(str(error.option))} stands twice in [{error.section}]",
            "buildozer refuses the whole file",
            "keep one of the two lines",
            SPEC_NAME,
        )
        return None
    except configparser.DuplicateSectionError as error:
        findings.error(
            "duplicate-section",
            f"line {error.lineno}: the section [{error.section}] stands twice",
            "buildozer refuses the whole file",
            "put the keys of both under one heading",
            SPEC_NAME,
        )
        return None
    except configparser.Error as error:
        findings.error(
            "spec-syntax",
            f"it cannot be parsed: {str(error).splitlines()[0]}",
            "buildozer stops on it",
            "write `key = value` lines below [app]; lines that continue a value are indented",
            SPEC_NAME,
        )
        return None
    if not parser.has_section("app"):
        similar = nearest("app", parser.sections(), 0.5)
        findings.error(
            "no-app-section",
            "it has no section [app]" + (f", but one [{similar}]" if similar else ""),
            "all settings of the app are read from [app]",
            "put [app] on a line above the settings",
            SPEC_NAME,
        )
        return None
    return _collect(folder, parser, findings)


def _read_text(path: Path, findings: Findings) -> str | None:
    remedy = "give the folder that holds main.py and buildozer.spec with --app"
    try:
        if not path.is_file() and path.exists():
            raise OSError(0, "it is no file")
        if path.stat().st_size > _MAX_BYTES:
            findings.error(
                "spec-size",
                f"{path} has {path.stat().st_size} bytes",
                "a spec has a few thousand",
                "look what overwrote it",
            )
            return None
        data = path.read_bytes()
    except OSError as error:
        findings.error(
            "no-spec",
            f"{path} cannot be read ({error.strerror or error})",
            "buildozer builds what this file says",
            remedy,
        )
        return None
    if not data.strip():
        findings.error("empty-spec", f"{path} is empty", "nothing says what to build", remedy)
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        findings.error(
            "spec-encoding",
            f"line {line} holds bytes that are not UTF-8",
            "buildozer reads the file in the system's encoding and stops, or misreads it",
            "save the file as UTF-8",
            SPEC_NAME,
        )
        return None
    if text.startswith("\ufeff") or "\x00" in text:
        findings.error(
            "spec-encoding",
            "it holds a byte order mark or a null character",
            "buildozer does not see the first section",
            "save the file as plain UTF-8 without a byte order mark",
            SPEC_NAME,
        )
        return None
    return text


def _values(parser: _Parser, section: str, findings: Findings) -> dict[str, str]:
    values: dict[str, str] = {}
    for key in parser.options(section):
        try:
            values[key] = parser.get(section, key) or ""
        except configparser.Error as error:
            findings.error(
                "interpolation",
                f"the value cannot be read: {str(error).splitlines()[0]}",
                "a percent sign begins a reference to another key",
                "write %% for a percent sign",
                key,
            )
    return values


def _collect(folder: Path, parser: _Parser, findings: Findings) -> Spec:
    values = _values(parser, "app", findings)
    _override(values, findings)
    lists = {}
    profiles: dict[str, dict[str, str]] = {}
    for section in parser.sections():
        base, _, rest = section.partition(":")
        if base == "app" and rest:
            lists[rest] = tuple(item.strip() for item in parser.options(section))
        elif section.startswith("app@"):
            for name in section.removeprefix("app@").split(","):
                profiles.setdefault(name.strip(), {}).update(_values(parser, section, findings))
        elif section.partition("@")[0].strip() not in _SECTIONS:
            meant = nearest(section.partition("@")[0].strip().lower(), _SECTIONS, 0.6)
            add = findings.error if meant else findings.warning
            add(
                "unknown-section",
                f"nothing reads the section [{section}]"
                + (f"; [{meant}] was probably meant" if meant else ""),
                "its settings have no effect",
                "move them to [app], or delete them",
                SPEC_NAME,
            )
    tools = _values(parser, "buildozer", findings) if parser.has_section("buildozer") else {}
    spec = Spec(folder, values, lists, profiles, tools)
    check_keys(list(dict.fromkeys([*values, *lists, *chain(*profiles.values())])), findings)
    check_sections(values, lists, tools, findings)
    check_texts(values, findings)
    return spec


def _override(values: dict[str, str], findings: Findings) -> None:
    """Lets the environment replace values, as buildozer does."""
    for key in values:
        name = f"APP_{key.upper().replace('.', '_')}"
        if name in os.environ:
            values[key] = os.environ[name]
            findings.warning(
                "environment",
                f"the variable {name} replaces it by {shown(values[key])}",
                "buildozer takes what the environment says, not the file",
                f"unset {name}, unless that is meant",
                key,
            )
