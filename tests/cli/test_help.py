"""Every command explains itself in both languages, with an example it would accept."""

from __future__ import annotations

import re

import pytest

from flagrules.cli.main import main
from tests.cli.commands import accepts, every

COMMANDS = [words for words, _ in every()]
EXAMPLE = re.compile(r"^ *(?:例 / example: +)?(flagrules .*)$", re.MULTILINE)


def test_the_commands_are_those_promised() -> None:
    promised = {"check", "fmt", "run", "explain", "coverage", "test", "facts", "facts template", "plugins list", "county new", "show"}
    assert promised <= set(COMMANDS)


@pytest.mark.parametrize("words", COMMANDS)
def test_help_has_an_example_that_the_command_accepts(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words.split(), "--help"]) == 0
    said = capsys.readouterr().out
    assert "例 / example:  flagrules" in said
    assert "\\b" not in said
    examples = EXAMPLE.findall(said)
    assert examples
    for line in examples:
        accepts(line)


@pytest.mark.parametrize("words", COMMANDS)
def test_help_speaks_both_languages(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    main([*words.split(), "--help"])
    first = capsys.readouterr().out.split("\n\n")[1]
    assert re.search("[\u4e00-\u9fff]", first)
    assert re.search("[A-Za-z]{4}", first)


@pytest.mark.parametrize("words", ["check", "run", "explain", "coverage", "test", "plugins list"])
def test_results_are_there_for_machines_too(words: str) -> None:
    command = dict(every())[words]
    assert "--json" in {name for parameter in command.params for name in parameter.opts}
