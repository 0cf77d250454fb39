"""Lines that score."""

from __future__ import annotations

from dataclasses import dataclass

from flagrules.syntax.ast.expressions import Bound, Expr, Quantity
from flagrules.syntax.ast.nodes import Line
from flagrules.syntax.ast.parts import Gap, Option, Outcome


@dataclass(frozen=True)
class Bands(Line):
    """分档, over a value, or a chain of conditions when `value` is None."""

    value: Expr | None
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Band(Line):
    """One band: edges and what it gives; no edges means 其余."""

    bounds: tuple[Bound, ...]
    outcome: Outcome


@dataclass(frozen=True)
class When(Line):
    """当 …，得/扣/加 N分. Under 分档 it is one link of the chain."""

    condition: Expr
    outcome: Outcome
    otherwise: Outcome | None
    options: tuple[Option, ...]


@dataclass(frozen=True)
class PerUnit(Line):
    """每 N of a value (or of its gap to a target): gives, deducts or adds."""

    step: Quantity
    value: Expr
    gap: Gap | None
    outcome: Outcome
    options: tuple[Option, ...]


@dataclass(frozen=True)
class PerEvent(Line):
    """每1起 of a list 其中 a condition holds: gives, deducts or adds."""

    step: Quantity
    records: str
    where: Expr
    outcome: Outcome
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Formula(Line):
    """按公式: points computed from an expression."""

    value: Expr
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Matrix(Line):
    """矩阵 over two choices; `verb` is award, loss or gain."""

    down: str
    across: str
    verb: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Columns(Line):
    """列 of a matrix."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class Row(Line):
    """行 of a matrix: one cell a column; None denies the title."""

    name: str
    cells: tuple[Quantity | None, ...]


@dataclass(frozen=True)
class Missing(Line):
    """每缺1项 of a checklist."""

    step: Quantity
    checklist: str
    outcome: Outcome
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Proportional(Line):
    """按比例: a ratio times the whole of the indicator."""

    value: Expr
    options: tuple[Option, ...]


@dataclass(frozen=True)
class JudgedLine(Line):
    """评议: points a person gives within a range."""

    low: Quantity
    high: Quantity
    by: str
