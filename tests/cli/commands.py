"""Every command of the command line, and whether a written line of it is one it accepts."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

import click

from flagrules.cli.main import cli


def every() -> Iterator[tuple[str, click.Command]]:
    """All commands with the words that call them, the whole first."""
    yield "", cli
    yield from _under("", cli)


def _under(words: str, group: click.Group) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        path = f"{words} {name}".strip()
        yield path, command
        if isinstance(command, click.Group):
            yield from _under(path, command)


def accepts(line: str) -> list[str]:
    """The words after `flagrules` of a written line; raises a click usage error where the command would refuse them."""
    words = shlex.split(line, comments=True)[1:]
    command: click.Command = cli
    rest, context = list(words), click.Context(cli)
    while isinstance(command, click.Group):
        found = command.get_command(context, rest[0])
        assert found is not None, line
        command, rest = found, rest[1:]
    command.make_context(command.name, rest)
    return words
