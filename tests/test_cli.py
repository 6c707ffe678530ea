"""The command line as a whole: every command has a help with an example that works."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from pipeline import __version__
from pipeline.cli import main
from pipeline.errors import JewelcapError
from pipeline.lazy_group import LazyGroup
from tests.command_line import assert_fails, jewelcap, run_python


def walk(group: click.Group = main, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yields the path of every command, groups included, without importing leaves twice."""
    context = click.Context(group)
    for name in group.list_commands(context):
        yield (*path, name)
        # Only `catalog` is a group; a broken module shall fail its own tests, not this walk.
        if (*path, name) == ("catalog",):
            command = group.get_command(context, name)
            assert isinstance(command, click.Group)
            yield from walk(command, ("catalog",))


COMMANDS = list(walk())


def command_at(path: tuple[str, ...]) -> click.Command:
    command: click.Command = main
    for name in path:
        assert isinstance(command, click.Group)
        found = command.get_command(click.Context(command), name)
        assert found is not None, f"no command {' '.join(path)}"
        command = found
    return command


def options_of(command: click.Command) -> set[str]:
    return {name for parameter in command.params for name in parameter.opts} | {"--help", "-h"}


def test_there_are_commands() -> None:
    assert {("catalog", "import"), ("train",), ("export",), ("describe",)} <= set(COMMANDS)
    assert len(COMMANDS) > 10


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_has_a_help_with_an_example(path: tuple[str, ...]) -> None:
    result = CliRunner().invoke(main, [*path, "--help"], terminal_width=100)
    assert result.exit_code == 0, result.output
    assert "Example:" in result.output
    assert f"jewelcap {' '.join(path)}" in result.output.partition("Example:")[2]


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_examples_name_options_that_there_are(path: tuple[str, ...]) -> None:
    command = command_at(path)
    text = f"{command.help}\n{command.epilog or ''}"
    example = text.partition("Example:")[2].replace("\\\n", " ")
    lines = [line.strip() for line in example.splitlines()]
    calls = [line for line in lines if line.startswith("jewelcap")]
    assert calls
    for call in calls:
        words = shlex.split(call)[1:]
        two = tuple(words[:2])
        called = next(p for p in (two, (" ".join(two),), two[:1]) if p in COMMANDS)
        known = options_of(command_at(called))
        used = {word.partition("=")[0] for word in words if word.startswith("-")}
        assert used <= known, call


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_the_table_of_commands_says_what_each_does(path: tuple[str, ...]) -> None:
    result = jewelcap(*path[:-1], "--help")
    (line,) = [
        line for line in result.output.splitlines() if line.strip().split("  ")[0] == path[-1]
    ]
    assert len(line.split()) > 3


SHAPES = {
    ("catalog", "import"): {"--out", "--column", "--dry-run"},
    ("train",): {"--catalog", "--encoder", "--decoder", "--weights", "--protocol", "--run"},
    ("evaluate",): {"--catalog", "--split", "--level", "--json"},
    ("export",): {"--variant", "--all"},
    ("benchmark",): {"--target", "--json"},
    ("describe",): {"--model", "--level", "--language", "--json"},
    ("app",): {"--model", "--source"},
}


@pytest.mark.parametrize("path", SHAPES, ids=" ".join)
def test_what_scripts_rely_on_stays(path: tuple[str, ...]) -> None:
    assert SHAPES[path] <= options_of(command_at(path))


def test_the_version_is_told() -> None:
    assert __version__ in jewelcap("--version").output


def test_an_unknown_command_or_option_is_wrong_usage() -> None:
    assert jewelcap("trian").exit_code == 2
    assert jewelcap("train", "--rum", "x").exit_code == 2


def test_an_expected_failure_is_one_line_and_exit_code_1() -> None:
    done = run_python(
        "from pipeline.cli import main; main()", "describe", "x.jpg", "--model", "none.tflite"
    )
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("Error: none.tflite: cannot be read")


def test_a_package_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(main.lazy, "train", ("a_package_of_others:train", "Train."))
    assert_fails(jewelcap("train"), "'a_package_of_others'", "pip install")


def test_a_lazy_group_lists_its_commands_without_importing_them() -> None:
    group = LazyGroup("g", lazy={"one": ("no.such.module:command", "The first.")})
    result = CliRunner().invoke(group, ["--help"])
    assert result.exit_code == 0
    assert "The first." in result.output
    with pytest.raises(JewelcapError, match="one needs the package 'no'"):
        group.get_command(click.Context(group), "one")
    assert group.get_command(click.Context(group), "two") is None


def test_a_command_of_two_words_stands_beside_that_of_the_first() -> None:
    group = LazyGroup(
        "g",
        lazy={
            "export": ("export.commands:export", "The first."),
            "export web": ("export.commands:export", "The second."),
        },
    )
    for given, name, rest in (
        (["export", "web", "a"], "export web", ["a"]),
        (["export", "./web"], "export", ["./web"]),
        (["export"], "export", []),
    ):
        assert group.resolve_command(click.Context(group), given)[::2] == (name, rest)
