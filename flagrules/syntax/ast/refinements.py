"""Lines by which a lower authority implements a programme."""

from __future__ import annotations

from dataclasses import dataclass

from flagrules.syntax.ast.expressions import Expr
from flagrules.syntax.ast.nodes import Line
from flagrules.syntax.ast.parts import Under


@dataclass(frozen=True)
class Refinement(Line):
    """县 … 落实 …: a lower authority refines a programme."""

    name: str
    code: str
    programme: str
    version: str


@dataclass(frozen=True)
class Refine(Line):
    """细化 (split), 量化 (quantify) or 从严 (tighten) of one indicator."""

    power: str
    item: str
    name: str
    under: Under


@dataclass(frozen=True)
class SetParameter(Line):
    """设定; `option` is the choice the value is for, where the parameter goes by one."""

    name: str
    value: Expr
    under: Under
    option: str = ""


@dataclass(frozen=True)
class AddLocal(Line):
    """增设 of local items or vetoes under a title."""

    title: str
    applies: tuple[str, ...]
    under: Under
