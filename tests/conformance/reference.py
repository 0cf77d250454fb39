"""The reference interpreter as an engine of the suite: written values to cells, plans run over all units, results to plain data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from fractions import Fraction
from functools import cache
from unittest import mock

from flagrules.award.assess import Assessment, UnitResult, assess
from flagrules.award.quotas import quotas
from flagrules.engine.reference import Run
from flagrules.engine.values import Num, Opts, Val
from flagrules.facts.accepted import accepted
from flagrules.facts.schema import Schema
from flagrules.facts.table import Cell, Entry, FactTable, Judgement, Parts, PastDecision, Register, Row, Rows, State
from flagrules.facts.table import Unit as RegisterUnit
from flagrules.model import kinds as k
from flagrules.pipeline import Compiled, open_programme
from flagrules.plan.nodes import Plan
from flagrules.plugin.packs import ProgrammePack, RefinementPack, Resource
from flagrules.semantics import expr as e
from flagrules.testing.deciding import deciding_lines
from flagrules.text.findings import Findings, Stopped
from flagrules.text.source import CellPlace, FilePlace, Place, Span
from tests.conformance.engine import Found, Gap, Interval, Outcome, Plain, Quota, Result, Rules, Title, Unit

COUNTY = "990001"
_PLACE = CellPlace("facts.csv", "", 2, "")
_STATES = {"未知": State.UNKNOWN, "不适用": State.NOT_APPLICABLE}
_NIL = "零报告"


class ReferenceEngine:
    """Has no gaps: what the suite says, it does."""

    name = "reference"
    gaps: Mapping[str, Gap] = {}

    def check(self, rules: Rules) -> tuple[Found, ...]:
        """Findings of the texts."""
        return tuple(_found(item.code, item.place, item.severity.value) for item in _compiled(rules)[0])

    def assess(self, rules: Rules, units: tuple[Unit, ...]) -> Outcome:
        """All units by the programme's plan, those inside the county by the county's."""
        plans = {"": _good(Rules(rules.files, "", rules.registers, rules.on))}
        if rules.county:
            plans[COUNTY] = _good(rules)
        register = Register({unit.id: RegisterUnit(unit.id, unit.id, unit.kind, unit.inside) for unit in units})
        table = _table(next(iter(reversed(plans.values()))).schema, units)
        with _watched() as seen:
            done = assess({place: one.plan for place, one in plans.items()}, register, table, date.fromisoformat(rules.on))
        used = seen | {name for item in done.units for name in _decided(done.plan_of(item), item)}
        return Outcome({item.unit.id: _result(done, item) for item in done.units}, _quotas(done), frozenset(used))


# ── texts ──
@cache
def _compiled(rules: Rules) -> tuple[Findings, Compiled | None]:
    findings = Findings()
    registers = tuple(Resource(f"{name}.yaml", _register(name, ids)) for name, ids in rules.registers)
    pack = ProgrammePack("city", "0", tuple(Resource(name, text.encode()) for name, text in rules.files), registers, title="例")
    county = RefinementPack("county", "0", (Resource("county", rules.county.encode()),), code=COUNTY, programme="city", name="甲县")
    try:
        opened = open_programme(pack, findings)
        return findings, opened.compile(county if rules.county else None, date.fromisoformat(rules.on), findings)
    except Stopped:
        return findings, None


def _good(rules: Rules) -> Compiled:
    findings, compiled = _compiled(rules)
    assert compiled is not None, findings
    return compiled


def _register(name: str, ids: tuple[str, ...]) -> bytes:
    says = "".join(f"  - id: '{item}'\n    anchor: 甲乙丙丁{item}\n    kind: duty\n    says: 一条\n" for item in ids)
    return f"id: {name}\ntitle: {name}\nfile: a.txt\nstatements:\n{says}".encode()


def _found(code: str, place: Place, severity: str) -> Found:
    match place:
        case Span() as span:
            return Found(code, span.label, span.line, span.column, severity)
        case FilePlace() | CellPlace():
            return Found(code, "", severity=severity)


# ── facts ──
def _table(schema: Schema, units: tuple[Unit, ...]) -> FactTable:
    years = [str(2021 - back) for back in range(max((len(unit.before) for unit in units), default=0) + 2)]
    entries = {
        (unit.id, year): accepted({name: _entry(schema, name, value) for name, value in given.items()}, schema.facts)
        for unit in units
        for year, given in zip(years, (unit.facts, *unit.before), strict=False)
    }
    held = {unit.id: tuple(_past(item) for item in unit.held) for unit in units if unit.held}
    return FactTable(years[0], years[1], entries, earlier=tuple(years[2:]), decisions=held or None)


def _past(item: Mapping[str, str]) -> PastDecision:
    until = date.fromisoformat(item["until"]) if "until" in item else None
    return PastDecision(item["title"], item["decision"], date.fromisoformat(item["on"]), until, item.get("grade", ""), _PLACE)


def _entry(schema: Schema, name: str, value: Plain) -> Entry:
    spec = schema.fact(name)
    if spec is None:
        raise KeyError(name)
    match spec.kind:
        case k.Checklist():
            assert isinstance(value, Mapping), name
            return Parts({part: _yes(text) for part, text in value.items()})
        case k.Records(_, fields):
            kinds = {field.name: field.kind for field in fields}
            if value == _NIL:
                return Rows((), filed=True)
            if isinstance(value, tuple):
                return Rows(tuple(Row({key: _cell(kinds[key], text) for key, text in row.items()}, _PLACE) for row in value), filed=True)
            assert isinstance(value, str), name
            return _cell(spec.kind, value)
        case k.Judged():
            assert isinstance(value, str), name
            return Judgement(_cell(k.Points(), value))
        case kind:
            assert isinstance(value, str), name
            return _cell(kind, value)


def _yes(text: str) -> Cell:
    return Cell(_STATES[text]) if text in _STATES else Cell(State.KNOWN, {"有": True, "无": False}[text])


def _cell(kind: k.Kind, text: str) -> Cell:
    """A written value in the unit of its kind; raises `ValueError` or `KeyError` where it does not fit."""
    if text in _STATES:
        return Cell(_STATES[text])
    match kind:
        case k.YesNo():
            return Cell(State.KNOWN, {"是": True, "否": False}[text])
        case k.Choice(options):
            return Cell(State.KNOWN, options[options.index(text)])
        case k.Text():
            return Cell(State.KNOWN, text)
        case k.Date():
            return Cell(State.KNOWN, Fraction(date.fromisoformat(text).toordinal()))
        case _:
            match = re.fullmatch(r"(-?[0-9.]+)(.*)", text)
            if match is None or match[2] != k.unit_of(kind):
                raise ValueError(f"{text} for {kind}")
            return Cell(State.KNOWN, Fraction(match[1]) * k.scale(kind))


# ── results ──
def _ends(value: object) -> Interval:
    assert isinstance(value, Num), value
    return value.low, value.high


def _words(value: object) -> frozenset[str]:
    assert isinstance(value, Opts), value
    return frozenset(str(option) for option in value.options)


def _result(done: Assessment, item: UnitResult) -> Result:
    plan = done.plan_of(item)
    titles = {title.name: title for title in plan.titles if item.unit.kind in title.subjects}
    blocks = {
        block.item: f"{block.path}/score"
        for title in plan.rules.titles
        if item.unit.kind in title.subjects
        for block in title.body.blocks()
        if block.item
    }
    return Result(
        {name: _title(plan, item, name) for name in titles},
        {key: _ends(item.steps[slot].value) for key, slot in blocks.items()},
        {key: _lines(plan, item, slot) for key, slot in blocks.items()},
        {tier.name: tier.reached for tier in item.tiers},
        {payer: _ends(amount) for payer, amount in item.payments},
        {
            one.name: _ends(found) if isinstance(found := item.steps[one.slot].value, Num) else None
            for one in plan.decisions
            if one.role == "value"
        },
    )


def _title(plan: Plan, item: UnitResult, name: str) -> Title:
    title = next(title for title in plan.titles if title.name == name and item.unit.kind in title.subjects)
    grades = _words(item.steps[title.grade].value) if title.grade else frozenset()
    outcome = item.steps[title.outcome].value
    decisions = _words(item.steps[title.decision or title.bar].value) if title.decision or title.bar else frozenset()
    return Title(_ends(item.steps[title.score].value), _words(outcome), grades, decisions, _lines(plan, item, title.outcome))


def _lines(plan: Plan, item: UnitResult, slot: str) -> tuple[str, ...]:
    return tuple(plan.lines[line].text for line in deciding_lines(plan, item.steps, slot))


def _quotas(done: Assessment) -> tuple[Quota, ...]:
    return tuple(
        Quota(one.place.id if one.place is not None else "", one.rule.tier, _ends(one.reached), one.total, one.status)
        for one in quotas(done)
    )


# ── what was used ──
@contextmanager
def _watched() -> Iterator[set[str]]:
    seen: set[str] = set()
    plain = Run._value

    def value(self: Run, expr: e.Expr, *args: object, **more: object) -> Val:
        seen.add(f"node:{type(expr).__name__}")
        return plain(self, expr, *args, **more)  # type: ignore[arg-type]  # handed on as it came

    with mock.patch.object(Run, "_value", value):
        yield seen


def _decided(plan: Plan, item: UnitResult) -> Iterator[str]:
    for slot, step in item.steps.items():
        decision = plan.slots[slot]
        yield f"role:{decision.role}"
        yield from (f"why:{decision.entries[index].why}" for index in step.fired)
