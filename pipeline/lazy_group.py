"""A click group whose subcommands are imported when they are called."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import click

from pipeline.errors import JewelcapError


class LazyGroup(click.Group):
    """A group that knows its subcommands by name, place and help line.

    `--help` of the group imports none of them, so it stays fast, whatever they need.
    """

    def __init__(
        self, *args: Any, lazy: Mapping[str, tuple[str, str]] | None = None, **kwargs: Any
    ) -> None:
        """Makes the group.

        Args:
            *args: As `click.Group`.
            lazy: For each subcommand, `module:attribute` and its line in the group's help.
            **kwargs: As `click.Group`.
        """
        super().__init__(*args, **kwargs)
        self.lazy = dict(lazy or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order in which they were given."""
        return [*self.lazy, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Imports a subcommand.

        Raises:
            JewelcapError: It needs a package that is not installed.
        """
        if cmd_name not in self.lazy:
            return super().get_command(ctx, cmd_name)
        module, attribute = self.lazy[cmd_name][0].split(":")
        try:
            command = getattr(importlib.import_module(module), attribute)
        except ModuleNotFoundError as error:
            raise JewelcapError(
                f"{cmd_name} needs the package {error.name!r}, which is not installed; "
                "`pip install 'jewelcap[app,render,sweep]'` installs what is optional"
            ) from None
        if not isinstance(command, click.Command):
            raise TypeError(f"{module}:{attribute} is no command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Finds the subcommand that the arguments begin with; its name may be two words.

        So `export web` stands beside `export RUN`; a run of that name is `export ./web`.
        """
        if (two := " ".join(args[:2])) in self.lazy:
            args = [two, *args[2:]]
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the table of subcommands without importing them."""
        rows = [(name, text) for name, (_, text) in self.lazy.items()]
        for name in super().list_commands(ctx):
            command = super().get_command(ctx, name)
            if command is not None and not command.hidden:
                rows.append((name, command.get_short_help_str()))
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)
