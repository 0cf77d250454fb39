"""Parts of lines: types, ranges, outcomes, options, powers."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flagrules.syntax.ast.expressions import Expr, Name, Quantity
from flagrules.syntax.ast.nodes import Node


@dataclass(frozen=True)
class TypeName(Node):
    """A written type with its arguments: `金额(万元)`."""

    text: str
    args: tuple[Name | Quantity, ...] = ()


@dataclass(frozen=True)
class Range(Node):
    """`0次~366次`, both ends included."""

    low: Expr
    high: Expr


@dataclass(frozen=True)
class Outcome(Node):
    """What a line gives. `verb`: award (得), loss (扣), gain (加), full (得满分), none (不得分), computed (得（…）).

    Points are None for the last three; `value` is the expression of a computed one.
    """

    verb: str
    points: Fraction | None = None
    value: Expr | None = None


@dataclass(frozen=True)
class Option(Node):
    """A choice the author wrote after a comma. `name` as in the grammar; `value` where one is written; `mode` for rounding."""

    name: str
    value: Quantity | None = None
    mode: str = ""


@dataclass(frozen=True)
class Gap(Node):
    """低于 90% or 高于 90%: how far the value lies below or above."""

    below: bool
    value: Expr


@dataclass(frozen=True)
class Power(Node):
    """What is delegated: split, quantify, set, tighten, add. For set a range or bound, for add the limits in number and points."""

    name: str
    low: Expr | None = None
    high: Expr | None = None
    items: Fraction | None = None
    each: Quantity | None = None


@dataclass(frozen=True)
class Under(Node):
    """依 发布会 5.3: the delegation the county names."""

    document: str
    item: str
