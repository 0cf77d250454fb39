"""One name for one thing: wherever a rule file writes an alias (别名), the name it stands for is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any

from flagrules.syntax import ast
from flagrules.text.findings import Findings, Related

_Declaration = ast.Fact | ast.Parameter | ast.Tier | ast.FieldLine
_DECLARES = (ast.Fact, ast.Parameter, ast.Tier, ast.FieldLine)
_NAMES: dict[type[ast.Node], tuple[str, ...]] = {
    ast.Name: ("text",),
    ast.LastPeriod: ("name",),
    ast.PastMean: ("name",),
    ast.Length: ("name",),
    ast.OverRows: ("records",),
    ast.PerEvent: ("records",),
    ast.Missing: ("checklist",),
    ast.Matrix: ("down", "across"),
    ast.Fact: ("name",),
    ast.FieldLine: ("name",),
    ast.Parameter: ("name", "key"),
    ast.SetParameter: ("name",),
    ast.Tier: ("name",),
    ast.WithTier: ("other",),
    ast.Quota: ("tier",),
}
"""The fields of nodes that hold the name of a fact, a field, a parameter or a tier."""


@dataclass(frozen=True)
class Aliases:
    """Each alias with the name it stands for. Of a Chinese and an English name the Chinese one is the name, whichever the file
    declares first, so that both forms of a file say the same."""

    names: Mapping[str, str] = field(default_factory=dict)

    def read(self, files: Sequence[ast.RuleFile]) -> tuple[ast.RuleFile, ...]:
        """The same files with every alias read as its name; spans still point at what is written."""
        return tuple(ast.RuleFile(file.label, tuple(self._line(line) for line in file.lines)) for file in files)

    def _line(self, line: ast.Line) -> ast.Line:
        children = tuple(self._alias(child, line) if isinstance(child, ast.Alias) else child for child in line.children)
        read = self._node(replace(line, children=children))
        assert isinstance(read, ast.Line)
        return read

    def _alias(self, alias: ast.Alias, above: ast.Line) -> ast.Alias:
        """Where a declaration is written by its alias, its 别名 line holds the name: the two change places."""
        if isinstance(above, _DECLARES) and self.names.get(above.name) == alias.name:
            return replace(alias, name=above.name)
        return alias

    def _node(self, node: ast.Node) -> ast.Node:
        changed: dict[str, Any] = {}
        for entry in fields(node):
            before = getattr(node, entry.name)
            after = self._value(before, named=entry.name in _NAMES.get(type(node), ()))
            if after is not before:
                changed[entry.name] = after
        return replace(node, **changed) if changed else node

    def _value(self, value: object, *, named: bool) -> object:
        match value:
            case str() if named:
                return self.names.get(value, value)
            case ast.Line():
                return self._line(value)
            case ast.Node():
                return self._node(value)
            case tuple() if any(is_dataclass(item) for item in value):
                after = tuple(self._value(item, named=False) for item in value)
                return value if all(old is new for old, new in zip(value, after, strict=True)) else after
            case _:
                return value


def _walk(lines: Sequence[ast.Line]) -> Iterator[ast.Line]:
    for line in lines:
        yield line
        yield from _walk(line.children)


def _declared(files: Sequence[ast.RuleFile]) -> Iterator[tuple[_Declaration, ast.Alias]]:
    """Every 别名 line with the line it stands under."""
    for file in files:
        for line in _walk(file.lines):
            for child in line.children:
                if isinstance(child, ast.Alias) and isinstance(line, _DECLARES):
                    yield line, child


def _pair(line: _Declaration, alias: ast.Alias) -> tuple[str, str]:
    swapped = line.name.isascii() and not alias.name.isascii()
    return (alias.name, line.name) if swapped else (line.name, alias.name)


def _other_words(files: Sequence[ast.RuleFile]) -> frozenset[str]:
    """Options and parts: an alias that is one of these too is left as it is written."""
    lines = (line for file in files for line in _walk(file.lines) if isinstance(line, ast.Fact | ast.FieldLine))
    return frozenset(arg.text for line in lines for arg in line.type.args if isinstance(arg, ast.Name))


def aliases_of(files: Sequence[ast.RuleFile], findings: Findings, above: Aliases | None = None) -> Aliases:
    """The aliases files declare, besides those of the programme `above`. FR201 where an alias of a fact, a parameter or a tier
    is the name, or the alias, of something else."""
    names = dict(above.names) if above is not None else {}
    taken = {line.name: line.span for file in files for line in file.lines if isinstance(line, _DECLARES)}
    for line, child in _declared(files):
        name, alias = _pair(line, child)
        first = taken.get(alias, line.span)
        if not isinstance(line, ast.FieldLine) and (first != line.span or names.get(alias, name) != name):
            findings.add("FR201", child.span, Related(first, "first"), name=alias)
        names.setdefault(alias, name)
        taken.setdefault(alias, line.span)
    others = _other_words(files)
    return Aliases({alias: name for alias, name in names.items() if alias not in others and alias != name})
