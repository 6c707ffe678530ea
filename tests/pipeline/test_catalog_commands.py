"""The group `jewelcap catalog`, and groups whose subcommands are imported when called."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from pipeline.catalog.commands import catalog
from pipeline.errors import JewelcapError
from pipeline.lazy_group import LazyGroup
from tests.command_line import assert_done, jewelcap, run_python


@pytest.mark.parametrize("name", ["import", "check", "stats", "render"])
def test_every_command_is_listed_and_has_an_example(name: str) -> None:
    listed = jewelcap("catalog", "--help")
    assert_done(listed)
    assert f"\n  {name}" in listed.stdout
    shown = jewelcap("catalog", name, "--help")
    assert_done(shown)
    assert f"jewelcap catalog {name}" in shown.stdout


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from pipeline.catalog.commands import catalog\n"
        "try: catalog(['--help'])\n"
        "except SystemExit as end: assert not end.code\n"
        "heavy = {'numpy', 'PIL', 'tensorflow', 'matplotlib', 'mitsuba'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = run_python(code)
    assert done.returncode == 0, done.stderr


def test_a_lazy_command_is_imported_when_it_is_called() -> None:
    group = LazyGroup("group", lazy={"catalog": ("pipeline.catalog.commands:catalog", "Help.")})
    group.add_command(click.Command("plain", help="Not lazy."))
    context = click.Context(group)
    assert group.list_commands(context) == ["catalog", "plain"]
    assert group.get_command(context, "catalog") is catalog
    assert group.get_command(context, "plain") is not None
    assert group.get_command(context, "other") is None
    shown = CliRunner().invoke(group, ["--help"]).output
    assert "catalog  Help." in shown
    assert "plain    Not lazy." in shown


def test_a_lazy_command_without_its_package_gives_one_message() -> None:
    group = LazyGroup("group", lazy={"render": ("no_such_package.command:render", "Help.")})
    with pytest.raises(JewelcapError, match=r"render needs the package 'no_such_package'"):
        group.get_command(click.Context(group), "render")


def test_what_is_no_command_is_a_mistake_of_the_program() -> None:
    group = LazyGroup("group", lazy={"x": ("pipeline.errors:JewelcapError", "Help.")})
    with pytest.raises(TypeError, match="is no command"):
        group.get_command(click.Context(group), "x")
