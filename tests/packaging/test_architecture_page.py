"""The page of how it works names every layer in order and every package beside the framework."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PAGES = ("docs/architecture.md", "docs/architecture.zh.md")


def words(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


@pytest.mark.parametrize("page", PAGES)
def test_the_layers_are_those_of_the_contract(page: str) -> None:
    layers = PROJECT["tool"]["importlinter"]["contracts"][0]["layers"]
    (paragraph,) = re.findall(r"^(?:From the bottom up|从下到上)(.*?)\n\n", (ROOT / page).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert words(paragraph) == [layer.strip("()") for layer in reversed(layers)]


@pytest.mark.parametrize("page", PAGES)
def test_the_packages_are_those_that_announce_themselves(page: str) -> None:
    table = (ROOT / page).read_text("utf-8").rpartition("|---|---|\n")[2]
    announced = set(PROJECT["project"]["entry-points"]["flagrules.plugins"]) - {"builtin"}
    listed = [name for row in table.splitlines() for name in words(row.split(" | ")[0])]
    assert sorted(listed) == sorted(announced)
