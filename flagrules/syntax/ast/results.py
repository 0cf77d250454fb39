"""Lines of what follows from titles: tiers, money, quotas, procedure, duties."""

from __future__ import annotations

from dataclasses import dataclass

from flagrules.syntax.ast.expressions import Bound, Expr, Quantity
from flagrules.syntax.ast.nodes import Line


@dataclass(frozen=True)
class Tier(Line):
    """等次: a tier reached by titles."""

    name: str
    applies: tuple[str, ...]
    condition: Expr


@dataclass(frozen=True)
class WithTier(Line):
    """与 … 就高不重复 / 可叠加."""

    other: str
    stacks: bool


@dataclass(frozen=True)
class Subsidy(Line):
    """补贴: payer and amount."""

    payer: str
    amount: Expr


@dataclass(frozen=True)
class DataLine(Line):
    """职责 (duty), 待遇 (entitlement) or 处置 (sanction): what the document lays down beyond scoring, for the auditor to see."""

    kind: str
    text: str
    by: str


@dataclass(frozen=True)
class Quota(Line):
    """名额: judges a place (or all units), never a unit. `share` when the bounds are of a ratio."""

    subject: str
    tier: str
    per: str
    share: bool
    bounds: tuple[Bound, ...]
    only: tuple[str, ...]
    except_: tuple[str, ...]


@dataclass(frozen=True)
class Procedure(Line):
    """程序."""


@dataclass(frozen=True)
class Step(Line):
    """步骤: its place in the order, the last month and day if there is one (day None: the month's end), the least duration, by whom."""

    item: str
    name: str
    month: int | None
    day: int | None
    least: Quantity | None
    by: str
