"""What follows a title's outcome: the grade it carries, what is decided today on one that lasts, and whether this year is lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from flagrules.plan.nodes import BARRED, DEMOTED, EXPIRED, GRANTED, KEPT, NOTHING, REFUSED, WITHDRAWN, Decide, Entry
from flagrules.semantics import expr as e
from flagrules.semantics.ruleset import TitleRule, VetoRule


@dataclass(frozen=True)
class AfterOutcome:
    """The decisions, and the slots of the grade, of today's decision and of the bar; "" where the title has none."""

    decisions: tuple[Decide, ...]
    grade: str
    decision: str
    bar: str


def after_outcome(title: TitleRule) -> AfterOutcome:
    """Every decision that follows the outcome of a title."""
    grades = _grades(title) if title.grades else ()
    decided = (_decision(title),) if title.decided else ()
    bars = (_bar(title),) if for_the_year(title) else ()
    grade, decision, bar = (made[-1].slot if made else "" for made in (grades, decided, bars))
    return AfterOutcome((*grades, *decided, *bars), grade, decision, bar)


def for_the_year(title: TitleRule) -> tuple[VetoRule, ...]:
    """The vetoes of a title that hold for the rest of the year."""
    return tuple(veto for block in title.body.blocks() for veto in block.vetoes if veto.scope == "year")


def barred_before(title: TitleRule) -> list[Entry]:
    """The entry that refuses a title lost for this year by an earlier decision, whatever today's facts say."""
    vetoes = for_the_year(title)
    guard = e.Held(title.name, now=False, barred=True)
    return [Entry(guard, vetoes[0].line, e.Const(REFUSED), "barred")] if vetoes else []


def _bar(title: TitleRule) -> Decide:
    """Whether the year is lost by today's facts: a decision of its own, beside what is decided on a title held already."""
    entries = (Entry(veto.guard, veto.line, e.Const(BARRED), "veto") for veto in for_the_year(title))
    return _made(title, "bar", "decision", (*entries, Entry(None, title.body.line, e.Const(NOTHING), "grant")))


def _made(title: TitleRule, name: str, role: Literal["grade", "decision"], entries: tuple[Entry, ...]) -> Decide:
    return Decide(f"{title.path}/{name}", title.body.line, role, entries, title.name, None, title.path, "")


def _decision(title: TitleRule) -> Decide:
    """What is decided today on a title that lasts: a new decision, which leaves the earlier ones as they are."""
    line = title.body.line
    held, lapsed = e.Held(title.name, now=True), e.Held(title.name, now=False, lapsed=True)
    granted = e.Same(e.SlotRef(f"{title.path}/outcome"), e.Const(GRANTED))
    withdrawn = (Entry(e.Every((held, gate.guard)), gate.line, e.Const(WITHDRAWN), "withdraw") for gate in title.withdrawals)
    demoted = (
        Entry(e.Every((e.Some((held, granted)), gate.guard)), gate.line, e.Const(DEMOTED), "demote") for gate in title.demotions
    )
    expiry = title.validity.line if title.validity is not None else line
    others = (
        Entry(granted, line, e.Const(GRANTED), "grant"),
        Entry(held, line, e.Const(KEPT), "held"),
        Entry(lapsed, expiry, e.Const(EXPIRED), "expiry"),
        Entry(None, line, e.Const(NOTHING), "grant"),
    )
    return _made(title, "decision", "decision", (*withdrawn, *demoted, *others))


def _grades(title: TitleRule) -> tuple[Decide, ...]:
    """The label a title carries: the first 等级 whose condition holds, or none; after 降一等 the next one down."""
    entries = tuple(Entry(gate.guard, gate.line, e.Const(name), "grade") for name, gate in title.grades)
    carried = _made(title, "grade", "grade", (*entries, Entry(None, title.body.line, e.Const(""), "grade")))
    return (carried, _lowered(title, carried.slot)) if title.demotions else (carried,)


def _lowered(title: TitleRule, grade: str) -> Decide:
    """The grade after 降一等: the next one down, and none below the last."""
    names = [name for name, _ in title.grades]
    entries = (
        Entry(e.Every((e.Same(e.SlotRef(grade), e.Const(name)), gate.guard)), gate.line, e.Const(below), "demote")
        for gate in title.demotions
        for name, below in zip(names, [*names[1:], ""], strict=True)
    )
    return _made(title, "grade after demotion", "grade", (*entries, Entry(None, title.body.line, e.SlotRef(grade), "grade")))
