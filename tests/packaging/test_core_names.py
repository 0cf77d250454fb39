"""The framework names no city, no county, no kind of unit and no title: outside examples in docstrings, no word of theirs stands in it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

CORE = Path(__file__).parents[2] / "flagrules"
NAMES = re.compile(
    r"运城|河津|盐湖|禹州|肥城|台州|红旗|水生态|村|社区|yuncheng|hejin|yanhu|yuzhou|red_?flag|star.village|water.city", re.IGNORECASE
)
FILES = sorted(CORE.rglob("*.py"))


def _docstrings(tree: ast.AST) -> set[int]:
    found: set[int] = set()
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
                found.add(id(child.value))
    return found


def words(source: str) -> Iterator[tuple[int, str]]:
    """Names and texts of a module with their lines; its docstrings and comments apart."""
    tree = ast.parse(source)
    docstrings = _docstrings(tree)
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if id(node) not in docstrings:
                yield node.lineno, text
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield node.lineno, name
            case ast.ImportFrom(module=str(module)):
                yield node.lineno, module


def test_the_search_finds_what_it_is_for() -> None:
    source = '"""村."""\nx = "某村"\ny = hejin.rules\n'
    assert [line for line, text in words(source) if NAMES.search(text)] == [2, 3]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(CORE).as_posix())
def test_no_module_names_a_place_or_a_title(path: Path) -> None:
    assert [(line, text) for line, text in words(path.read_text("utf-8")) if NAMES.search(text)] == []


def test_no_template_names_one() -> None:
    pages = [path for path in CORE.rglob("*") if path.suffix in {".j2", ".html", ".yaml", ".lark", ".toml"}]
    assert pages
    assert [path.name for path in pages if NAMES.search(path.read_text("utf-8"))] == []
