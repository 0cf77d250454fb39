"""Lines of titles, groups and indicators: who may hold them, what bars them, their limits and what is delegated."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flagrules.syntax.ast.expressions import Expr, Quantity
from flagrules.syntax.ast.nodes import Line
from flagrules.syntax.ast.parts import Option, Power


@dataclass(frozen=True)
class Title(Line):
    """称号 (红旗, 星级): one title, its subjects and its whole; None where it is granted or not, and nothing is scored."""

    name: str
    applies: tuple[str, ...]
    points: Quantity | None


@dataclass(frozen=True)
class Condition(Line):
    """A condition by role: grant (授予), entry (参评), prerequisite (前提), withdraw (撤销), demote (降一等)."""

    role: str
    condition: Expr


@dataclass(frozen=True)
class Veto(Line):
    """一票否决; `scope` is title, all, item or points, `points` for the last."""

    condition: Expr
    scope: str
    points: Quantity | None


@dataclass(frozen=True)
class Group(Line):
    """方面."""

    name: str
    points: Quantity


@dataclass(frozen=True)
class Indicator(Line):
    """指标 (`role` indicator), 加分项 (bonus) or 扣分项 (penalty). Points None only for an uncapped bonus."""

    role: str
    item: str
    name: str
    points: Quantity | None


@dataclass(frozen=True)
class Delegation(Line):
    """授权."""

    powers: tuple[Power, ...]


@dataclass(frozen=True)
class Let(Line):
    """中间值: a named value, for the lines below it in the same block and the blocks under it."""

    name: str
    value: Expr


@dataclass(frozen=True)
class Take(Line):
    """取最高 or 取最低 of the terms or parts of a block, where they would otherwise add up."""

    highest: bool


@dataclass(frozen=True)
class Grade(Line):
    """等级: the label a title carries when the condition holds; the first that holds counts."""

    name: str
    condition: Expr


@dataclass(frozen=True)
class Validity(Line):
    """有效期 of a title, from the day it is decided."""

    length: Quantity


@dataclass(frozen=True)
class NotApplicableLine(Line):
    """不适用 当 …，则 policy, or 免检 when `exempt`.

    `condition` None means: when any fact the indicator reads is 不适用.
    """

    condition: Expr | None
    policy: str
    points: Fraction | None
    exempt: bool = False
    options: tuple[Option, ...] = ()


@dataclass(frozen=True)
class Limit(Line):
    """封顶 (cap), 保底 (floor) or 限扣 (loss_cap) of the block it stands in."""

    kind: str
    points: Quantity


@dataclass(frozen=True)
class CannotSay(Line):
    """不能表达: a clear demand of the document the language cannot say."""

    name: str
    text: str
    reason: str


@dataclass(frozen=True)
class Discrepancy(Line):
    """出入: where the source contradicts itself, and the ruling."""

    text: str
    ruling: str
