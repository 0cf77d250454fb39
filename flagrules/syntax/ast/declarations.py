"""Lines that declare: the programme, documents, kinds of unit, facts and parameters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flagrules.syntax.ast.expressions import Expr
from flagrules.syntax.ast.nodes import Line
from flagrules.syntax.ast.parts import Range, TypeName


@dataclass(frozen=True)
class Programme(Line):
    """方案."""

    name: str
    version: str


@dataclass(frozen=True)
class Words(Line):
    """A line that carries only words: `kind` is heading, issuer, registered, ask, evidence, quote."""

    kind: str
    text: str


@dataclass(frozen=True)
class InForce(Line):
    """施行: first and last day in force; no last day means until further notice."""

    first: date
    last: date | None


@dataclass(frozen=True)
class Dated(Line):
    """日期 of a document."""

    day: date


@dataclass(frozen=True)
class Noun(Line):
    """称谓: what a title is called, and its counter."""

    noun: str
    counter: str


@dataclass(frozen=True)
class Document(Line):
    """文件: the short name used in citations, and the full title."""

    name: str
    title: str


@dataclass(frozen=True)
class Kinds(Line):
    """创建单元 or 上级单元: kinds of unit that are scored (`subjects`), or that hold others (`places`)."""

    kind: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Fact(Line):
    """事实."""

    name: str
    type: TypeName
    range: Range | None
    nullable: bool
    applies: tuple[str, ...]


@dataclass(frozen=True)
class FieldLine(Line):
    """字段 of a list of events or people."""

    name: str
    type: TypeName
    range: Range | None


@dataclass(frozen=True)
class Accepted(Line):
    """采信: a fact counts only where another fact has one of these values."""

    fact: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Alias(Line):
    """别名: an English name."""

    name: str


@dataclass(frozen=True)
class Parameter(Line):
    """参数; `value` None when it is dated or keyed below, or must be set by someone; `key` is the choice it goes by (按)."""

    name: str
    type: TypeName
    value: Expr | None
    key: str = ""


@dataclass(frozen=True)
class KeyedValue(Line):
    """一类 30%: a parameter's value for one option of the choice it goes by."""

    option: str
    value: Expr


@dataclass(frozen=True)
class DatedValue(Line):
    """2022年起 100%: a parameter's value in that year, or from it on."""

    year: int
    onward: bool
    value: Expr
