"""Figures over other units: ranks, means, extremes, shares and totals of what each has decided, with intervals for what is open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from flagrules.engine.values import FALSE, NA, TRUE, Num, Opts, Val
from flagrules.model import kinds as k
from flagrules.semantics import expr as e

Lookup = Callable[[e.Across, Mapping[str, Val], Val | None], Val]
MANY = Fraction(1_000_000)


@dataclass(frozen=True)
class Member:
    """One unit among others: its kind, its holders by kind (the nearest of each), and what it has decided so far."""

    id: str
    kind: str
    holders: Mapping[str, str]
    slots: Mapping[str, Val]


def alone(figure: e.Across, slots: Mapping[str, Val], none: Val | None) -> Val:
    """The figure while no other unit is known: everything it may be. This is what `check` sees."""
    own = slots.get(figure.slot)
    whole = own if isinstance(own, Num) else Num(-k.LARGE, k.LARGE)
    match figure.how:
        case "rank":
            return Num(Fraction(1), MANY)
        case "share":
            return Num(Fraction(0), Fraction(1))
        case "count":
            return Num(Fraction(0), MANY)
        case "total":
            return Num(min(whole.low, Fraction(0)) * MANY, max(whole.high, Fraction(0)) * MANY)
        case _:
            return whole if not isinstance(none, Num) else Num(min(whole.low, none.low), max(whole.high, none.high))


@dataclass(frozen=True)
class Crowd:
    """All units of a run after a pass, by id in register order."""

    members: Mapping[str, Member]

    def around(self, unit_id: str) -> Lookup:
        """How figures are looked up for one unit; its own decisions are those handed in, so that a what-if counts."""
        return lambda figure, slots, none: self.figure(unit_id, figure, slots, none)

    def others(self, unit_id: str, figure: e.Across) -> list[Member]:
        """The units a figure looks at, the unit itself left out."""
        me = self.members[unit_id]
        match figure.over:
            case "holder":
                return [self.members[me.holders[figure.kind]]] if me.holders.get(figure.kind) in self.members else []
            case "members":
                return [m for m in self.members.values() if m.kind == figure.kind and m.holders.get(me.kind) == unit_id]
            case "peers":
                place = me.holders.get(figure.per)
                return [
                    member
                    for member in self.members.values()
                    if member.id != unit_id and figure.slot in member.slots and (not figure.per or member.holders.get(figure.per) == place)
                ]

    def figure(self, unit_id: str, figure: e.Across, slots: Mapping[str, Val], none: Val | None) -> Val:
        """The figure for a unit; `none` is what the rule says of no units."""
        values = [member.slots[figure.slot] for member in self.others(unit_id, figure) if figure.slot in member.slots]
        if figure.how == "value":
            return values[0] if values else NA
        if figure.how == "rank":
            return rank(slots.get(figure.slot, NA), values, ascending=figure.ascending, ties_open=figure.ties_open)
        if figure.over == "peers" and figure.with_self and figure.slot in slots:
            values = [*values, slots[figure.slot]]
        if figure.how in ("share", "count"):
            return _counted(values, none, share=figure.how == "share")
        return _figure(figure.how, [value for value in values if isinstance(value, Num)], none)


def rank(own: Val, others: list[Val], *, ascending: bool, ties_open: bool) -> Val:
    """The place of a number among others, from 1. Units without the number do not count; an open tie is every place it could be."""
    if not isinstance(own, Num):
        return NA
    numbers = [value for value in others if isinstance(value, Num)]
    if ascending:
        own, numbers = Num(-own.high, -own.low), [Num(-n.high, -n.low) for n in numbers]
    surely = sum(n.low > own.high and not n.absent for n in numbers)
    possibly = sum(n.high > own.low or (ties_open and n.high == own.low) for n in numbers)
    return Num(Fraction(1 + surely), Fraction(1 + possibly))


def _counted(values: list[Val], none: Val | None, *, share: bool) -> Val:
    options = [value for value in values if isinstance(value, Opts)]
    if share and not options:
        return none if none is not None else NA
    surely = Fraction(sum(value == TRUE for value in options))
    possibly = Fraction(sum(value != FALSE for value in options))
    return Num(surely / len(options), possibly / len(options)) if share else Num(surely, possibly)


def _figure(how: e.AcrossHow, numbers: list[Num], none: Val | None) -> Val:
    """A mean, extreme or total; none falls as a number rises. A number that may be absent may be left out."""
    if not numbers:
        return Num(Fraction(0), Fraction(0)) if how == "total" else none if none is not None else NA
    sure = [n for n in numbers if not n.absent]
    lows, highs = [n.low for n in numbers], [n.high for n in numbers]
    match how:
        case "total":
            low = sum((n.low if not n.absent else min(n.low, Fraction(0)) for n in numbers), Fraction(0))
            return Num(low, sum((n.high if not n.absent else max(n.high, Fraction(0)) for n in numbers), Fraction(0)))
        case "most":
            return Num(max([n.low for n in sure], default=min(lows)), max(highs))
        case "least":
            return Num(min(lows), min([n.high for n in sure], default=max(highs)))
        case _ if len(sure) < len(numbers):
            return Num(min(lows), max(highs))
        case _:
            return Num(sum(lows, Fraction(0)) / len(lows), sum(highs, Fraction(0)) / len(highs))
