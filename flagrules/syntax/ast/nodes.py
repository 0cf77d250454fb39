"""The roots of the syntax tree: nodes with a place, lines with their citations, and a whole file."""

from __future__ import annotations

from dataclasses import dataclass, field

from flagrules.text.source import Span


@dataclass(frozen=True, kw_only=True)
class Node:
    """Anything with a place."""

    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True)
class Clause(Node):
    """〔发布会 4.3〕: a statement of a document."""

    document: str
    item: str


@dataclass(frozen=True)
class Assumption(Node):
    """〔假定 “…”〕: the document is silent, and this is our reading."""

    reason: str


Cite = Clause | Assumption


@dataclass(frozen=True, kw_only=True)
class Line(Node):
    """One statement."""

    cites: tuple[Cite, ...] = ()
    children: tuple[Line, ...] = ()


@dataclass(frozen=True)
class RuleFile:
    """A parsed file: its label and its top-level lines, each with the lines under it."""

    label: str
    lines: tuple[Line, ...]
