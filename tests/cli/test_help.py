"""Every command explains itself in both languages, with an example it would accept."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import click
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


def test_the_list_of_commands_says_what_each_command_says_of_itself() -> None:
    from flagrules.cli.main import _COMMANDS, cli

    own = {name: (cli.get_command(click.Context(cli), name) or pytest.fail(name)).get_short_help_str(300) for name in _COMMANDS}
    assert own == _COMMANDS


def test_help_imports_no_command(tmp_path: Path) -> None:
    """What `--help` loads beside click is the command line itself: a tenth of a second is felt at every prompt."""
    script = "import sys; from flagrules.cli.main import main; main(['--help']); print([m for m in sys.modules if 'flagrules.' in m])"
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=tmp_path).stdout
    assert said.splitlines()[-1] == "['flagrules.cli', 'flagrules.cli.main']"
