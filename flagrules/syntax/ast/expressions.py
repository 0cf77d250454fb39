"""Values and conditions as they are written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from flagrules.syntax.ast.nodes import Node


@dataclass(frozen=True)
class Quantity(Node):
    """A number with its written unit, `12次`; unit "" when none is written."""

    value: Fraction
    unit: str


@dataclass(frozen=True)
class Day(Node):
    """A date."""

    value: date


@dataclass(frozen=True)
class Name(Node):
    """A name: of a fact, a parameter, an option, a part."""

    text: str


@dataclass(frozen=True)
class Quoted(Node):
    """“quoted text”."""

    text: str


@dataclass(frozen=True)
class Truth(Node):
    """是 or 否."""

    value: bool


@dataclass(frozen=True)
class LastPeriod(Node):
    """上年 X: the fact in the period before."""

    name: str


@dataclass(frozen=True)
class ScoreHere(Node):
    """得分: the points of the block the line stands in."""


@dataclass(frozen=True)
class TitleCount(Node):
    """称号数: how many titles the unit was granted."""


@dataclass(frozen=True)
class Arithmetic(Node):
    """`op` is + - × ÷ larger smaller."""

    op: str
    left: Expr
    right: Expr


@dataclass(frozen=True)
class Negative(Node):
    """- X."""

    value: Expr


@dataclass(frozen=True)
class Bound(Node):
    """One edge: `op` is >= <= < >. 以上, 以下 and 以内 include the number; 不满, 超过 and 以外 exclude it (Civil Code art. 1259)."""

    op: str
    value: Expr


@dataclass(frozen=True)
class Bounded(Node):
    """X 6次以上 不满12次: all edges hold."""

    value: Expr
    bounds: tuple[Bound, ...]


@dataclass(frozen=True)
class Equal(Node):
    """X = Y, or X ≠ Y when `same` is false."""

    left: Expr
    right: Expr
    same: bool


@dataclass(frozen=True)
class Junction(Node):
    """且 (`every`) or 或 of two conditions."""

    every: bool
    left: Expr
    right: Expr


@dataclass(frozen=True)
class Negation(Node):
    """非 X."""

    value: Expr


@dataclass(frozen=True)
class NotApplicable(Node):
    """X 不适用."""

    value: Expr


@dataclass(frozen=True)
class HasPart(Node):
    """A checklist 含 one part."""

    value: Expr
    part: str


@dataclass(frozen=True)
class Complete(Node):
    """A checklist 齐全: every part is there."""

    value: Expr


@dataclass(frozen=True)
class Rounded(Node):
    """四舍五入, 舍去 or 进位 of a value to so many decimals; `mode` is half_up, round_down or round_up."""

    mode: str
    value: Expr
    places: Quantity


@dataclass(frozen=True)
class Choose(Node):
    """若（condition，a，b）."""

    condition: Expr
    then: Expr
    other: Expr


@dataclass(frozen=True)
class CountTrue(Node):
    """达到项数（…）: how many of several conditions hold."""

    conditions: tuple[Expr, ...]


@dataclass(frozen=True)
class Length(Node):
    """字数（text）: how many characters a text fact has."""

    name: str


@dataclass(frozen=True)
class OverRows(Node):
    """A figure over the rows of a list: `how` is count, total, mean, trimmed_mean, most or least; `if_none` says what no rows give.

    Of rows that agree in the field `per` only the highest counts.
    """

    how: str
    records: str
    value: Expr | None
    where: Expr | None
    if_none: Expr | None = None
    per: str = ""


@dataclass(frozen=True)
class PastMean(Node):
    """往期平均（X，2期）: the mean of a fact over the periods before."""

    name: str
    periods: Quantity


@dataclass(frozen=True)
class Across(Node):
    """A figure over other units: `how` is rank, mean, most, least, share, count, total or value; `over` is peers, members or holder.

    `kind` names the kind of member or holder, `per` the place and the choice that peers share; `choices` are the readings the author chose.
    """

    how: str
    over: str
    value: Expr | None
    where: Expr | None
    kind: str = ""
    per: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    if_none: Expr | None = None


@dataclass(frozen=True)
class TitleScore(Node):
    """得分（name）: the points of another title of the unit."""

    name: str


@dataclass(frozen=True)
class Holds(Node):
    """获得 name: the unit is granted that title."""

    name: str


@dataclass(frozen=True)
class Held(Node):
    """现持有 name (`now`), or 曾获 name, within so many years before the day of assessment where `within` is given."""

    name: str
    now: bool
    within: Quantity | None = None


Operand = Quantity | Day | Name | Quoted
Expr = (
    Operand | Truth | LastPeriod | ScoreHere | TitleCount | Arithmetic | Negative | Bounded | Equal | Junction | Negation
    | NotApplicable | HasPart | Complete | Rounded | Choose | CountTrue | Length | OverRows | PastMean | Across | TitleScore | Holds | Held
)  # fmt: skip
