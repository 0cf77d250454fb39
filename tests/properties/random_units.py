"""Random units for a plan, aimed at its edges, at ties, halves and the ends of ranges, with much unknown in some."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from random import Random

from flagrules.engine.columnar.run import Told
from flagrules.engine.inputs import breakpoints
from flagrules.facts.schema import FactSpec
from flagrules.facts.table import Cell, Entry, Judgement, Parts, PastDecision, Row, Rows, State
from flagrules.model import kinds as k
from flagrules.plan.nodes import Plan
from flagrules.text.source import CellPlace
from tests.properties.random_plans import SPECS

_PLACE = CellPlace("facts.csv", "", 2, "")


def units_of(plan: Plan, source: Random, count: int) -> dict[str, Told]:
    """Units aimed at edges, ties, halves and the ends of ranges; much is unknown in some, nothing in others."""
    edges = {name: cuts for (_, name, _), cuts in breakpoints(plan.decisions).items()}
    made: dict[str, Told] = {}
    for number in range(count):
        unknown = source.choice((0, 0, 0, 0, 0.04, 0.08, 0.3, 0.7))
        facts = {
            (spec.name, back): entry_of(spec, edges.get(spec.name, ()), source) for spec in SPECS.values() for back in (0, 1)
            if source.random() >= unknown
        }  # fmt: skip
        if source.random() < 0.3:
            facts.pop((source.choice(sorted(SPECS)), 0), None)
        past = None if source.random() < unknown else tuple(_past(source) for _ in range(source.randint(0, 2)))
        made[f"u{number}"] = told_of(facts, past)
    return made


def told_of(facts: Mapping[tuple[str, int], Entry], past: tuple[PastDecision, ...] | None) -> Told:
    return (lambda name, back: facts.get((name, back))), (lambda _title: past)


def _past(source: Random) -> PastDecision:
    day = date(2021, 12, 1) - timedelta(days=source.choice((0, 1, 30, 365, 730, 731, 1500)))
    until = source.choice((None, date(2021, 12, 1), date(2021, 11, 30), date(2022, 1, 1)))
    return PastDecision("牌", source.choice(("granted", "granted", "withdrawn", "demoted")), day, until, "", _PLACE)


def _cell(value: Fraction | bool | str) -> Cell:  # noqa: FBT001
    return Cell(State.KNOWN, value)


def entry_of(spec: FactSpec, edges: Sequence[Fraction], source: Random) -> Entry:
    """A value of a fact: an edge or beside it, an end of its range, or any."""
    if spec.nullable and not isinstance(spec.kind, k.Checklist) and source.random() < 0.15:
        return Cell(State.NOT_APPLICABLE)
    match spec.kind:
        case k.YesNo():
            return _cell(source.random() < 0.5)
        case k.Choice(options):
            return _cell(source.choice(options))
        case k.Text():
            return _cell(source.choice(("字字", " 字字　", "字", "", "字\x1c字", "字字\x1f")))
        case k.Checklist(parts):
            states = (_cell(value=True), _cell(value=False), Cell(State.NOT_APPLICABLE), Cell(State.UNKNOWN))
            return Parts({part: source.choice(states[: source.choice((2, 3, 4))]) for part in parts})
        case k.Records():
            return Rows(tuple(_row(source) for _ in range(source.choice((0, 0, 1, 2, 3, 4, 6)))), filed=source.random() < 0.95)
        case k.Judged():
            return Judgement(_cell(_number(spec, edges, source)))
        case _:
            return _cell(_number(spec, edges, source))


def _row(source: Random) -> Row:
    grave = _cell(source.choice(("重", "轻"))) if source.random() < 0.9 else Cell(State.UNKNOWN)
    number = _cell(Fraction(source.randint(0, 9))) if source.random() < 0.9 else Cell(State.UNKNOWN)
    return Row({"级": grave, "数": number}, _PLACE)


def _number(spec: FactSpec, edges: Sequence[Fraction], source: Random) -> Fraction:
    low, high, grid = spec.low or Fraction(0), spec.high or k.LARGE, k.step(spec.kind)
    if edges and source.random() < 0.5:
        found = source.choice(edges) + grid * source.choice((-1, 0, 0, 1))
    elif source.random() < 0.3:
        found = source.choice((low, high))
    else:
        found = low + grid * source.randint(0, int((high - low) / grid))
    found = max(low, min(high, (found / grid).__floor__() * grid))
    odd = source.random()
    return found + grid / 3 if odd < 0.004 else high + grid if odd < 0.008 else found  # off its grid, out of range: no reader lets it pass
