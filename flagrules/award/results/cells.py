"""Cells that several tables share: a unit and its places, a rule line with its citation, the lines that decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from flagrules.award.assess import Assessment
from flagrules.award.results.shape import Cell, Column, Word
from flagrules.engine.values import Num
from flagrules.facts.table import Unit
from flagrules.model.kinds import LARGE
from flagrules.model.numbers import write_exact, write_rounded
from flagrules.plan.nodes import Plan
from flagrules.semantics.ruleset import RuleLine
from flagrules.trace.steps import Step

LINE_COLUMNS = (Column("line", "依据的规则行", "deciding line"), Column("citation", "依据的条款", "clause"))


def unit_columns(assessment: Assessment) -> tuple[Column, ...]:
    """Id, name and kind of a unit, and the place of each kind it lies in."""
    own = (Column("unit", "编号", "unit"), Column("name", "名称", "name"), Column("kind", "类别", "kind"))
    return (*own, *(Column(f"place:{kind}", kind, kind) for kind in assessment.base.rules.places))


def unit_cells(assessment: Assessment, unit: Unit) -> tuple[Cell, ...]:
    """The cells under `unit_columns`."""
    places = (assessment.register.place_of(unit.id, kind) for kind in assessment.base.rules.places)
    return (unit.id, unit.name, unit.kind, *(place.name if place is not None else None for place in places))


def plans_in_order(assessment: Assessment) -> list[tuple[str, Plan]]:
    """Every plan with its authority, the programme's own first."""
    return sorted(assessment.plans.items())


def citation(line: RuleLine) -> str:
    """What a line rests on: its clauses, then what it assumes."""
    return "；".join([*map(str, line.clauses), *(f"假定 “{text}”" for text in line.assumptions)])


def line_cells(plan: Plan, ids: Iterable[str]) -> tuple[Cell, ...]:
    """The cells under `LINE_COLUMNS`: one line, or all that may decide while something is unknown."""
    lines = [plan.lines[name] for name in dict.fromkeys(ids)]
    return "；".join(line.id for line in lines) or None, "；".join(dict.fromkeys(map(citation, lines))) or None


def fired_lines(plan: Plan, step: Step) -> Iterator[tuple[str, str]]:
    """The lines that fired in a step, each with the part it plays."""
    entries = plan.slots[step.slot].entries
    for index in step.fired:
        yield entries[index].line, entries[index].why


def ceiling(amounts: Sequence[Num]) -> Cell:
    """The most that some amounts make; words where one rests on a parameter that is not set and has no upper bound."""
    return Word("no_ceiling") if any(amount.high >= LARGE for amount in amounts) else sum((a.high for a in amounts), Fraction(0))


def interval(value: Num) -> str:
    """A number exactly, or lowest~highest."""
    return write_exact(value.low) if value.exact else f"{write_exact(value.low)}~{write_exact(value.high)}"


def rounded(value: Num) -> str:
    """A number for reading: at most two decimals, ≈ where that is not exact."""
    return write_rounded(value.low) if value.exact else f"{write_rounded(value.low)}~{write_rounded(value.high)}"
