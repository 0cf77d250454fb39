"""Figures over other units: ranks, means, extremes, shares and totals of what each has decided, with intervals for what is open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from flagrules.engine.values import FALSE, NA, TRUE, NotApplicable, Num, Opts, Val, hull, or_absent, present
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
    if figure.how == "rank" and isinstance(own, NotApplicable):
        return NA
    found = _anything(figure.how, own if isinstance(own, Num) else Num(-k.LARGE, k.LARGE))
    if figure.how == "rank" and isinstance(own, Num) and own.absent:
        return or_absent(found)
    return found if none is None else hull(found, none)


def _anything(how: e.AcrossHow, one: Num) -> Num:
    """Everything a figure may be where `one` is what the value of a unit may be."""
    match how:
        case "rank":
            return Num(Fraction(1), MANY)
        case "share":
            return Num(Fraction(0), Fraction(1))
        case "count":
            return Num(Fraction(0), MANY)
        case "total":
            return Num(min(one.low, Fraction(0)) * MANY, max(one.high, Fraction(0)) * MANY)
        case _:
            return Num(one.low, one.high)


@dataclass(frozen=True)
class Crowd:
    """All units of a run after a pass, by id in register order."""

    members: Mapping[str, Member]
    groups: dict[tuple[str, str], dict[str | None, list[Member]]] = field(default_factory=dict, compare=False, repr=False)

    def around(self, unit_id: str) -> Lookup:
        """How figures are looked up for one unit; its own decisions are those handed in, so that a what-if counts."""
        return lambda figure, slots, none: self.figure(unit_id, figure, slots, none)

    def others(self, unit_id: str, figure: e.Across) -> list[Member] | None:
        """The units a figure looks at, the unit itself left out; None where it lies in no place of the kind the figure asks for."""
        me = self.members[unit_id]
        wanted = figure.kind if figure.over == "holder" else figure.per
        place = me.holders.get(wanted)
        if wanted and place not in self.members and (figure.over == "holder" or place is None):
            return None
        match figure.over:
            case "holder":
                return [self.members[str(place)]]
            case "members":
                return self._group(figure.kind, me.kind, unit_id)
            case "peers":
                group = self._group("", figure.per, place)
                return [m for m in group if m.id != unit_id and figure.slot in m.slots]

    def _group(self, kind: str, holder: str, place: str | None) -> list[Member]:
        """Units of a kind (any, where blank) in a place (anywhere, where no kind of holder is asked for); sorted by place once."""
        if (kind, holder) not in self.groups:
            places = self.groups[kind, holder] = {}
            for member in self.members.values():
                if not kind or member.kind == kind:
                    places.setdefault(member.holders.get(holder), []).append(member)
        return self.groups[kind, holder].get(place, [])

    def figure(self, unit_id: str, figure: e.Across, slots: Mapping[str, Val], none: Val | None) -> Val:
        """The figure for a unit; `none` is what the rule says of no units. In no such place it may be anything, for nobody says."""
        others = self.others(unit_id, figure)
        if others is None:
            return none if none is not None and figure.over == "holder" else alone(figure, slots, none)
        values = [member.slots[figure.slot] for member in others if figure.slot in member.slots]
        if figure.how == "value":
            return _instead(values[0], none) if values else alone(figure, slots, none)
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
        own, numbers = _mirrored(own), [_mirrored(number) for number in numbers]
    surely = sum(n.low > own.high and not n.absent for n in numbers)
    possibly = sum(n.high > own.low or (ties_open and n.high == own.low) for n in numbers)
    return Num(Fraction(1 + surely), Fraction(1 + possibly), own.absent)


def _mirrored(number: Num) -> Num:
    return Num(-number.high, -number.low, number.absent)


def _instead(value: Val, none: Val | None) -> Val:
    """What stands for a value that does not apply, or may not."""
    if none is None:
        return value
    if isinstance(value, NotApplicable):
        return none
    return hull(present(value), none) if isinstance(value, Num) and value.absent else value


def _counted(values: list[Val], none: Val | None, *, share: bool) -> Val:
    options = [value for value in values if isinstance(value, Opts)]
    if share and not options:
        return none if none is not None else NA
    surely = Fraction(sum(value == TRUE for value in options))
    possibly = Fraction(sum(value != FALSE for value in options))
    return Num(surely / len(options), possibly / len(options)) if share else Num(surely, possibly)


def _figure(how: e.AcrossHow, numbers: list[Num], none: Val | None) -> Val:
    """A mean, extreme or total of the numbers there are; where all may be absent, what the rule says of none."""
    without: Val = none if none is not None else Num(Fraction(0), Fraction(0)) if how == "total" else NA
    if not numbers:
        return without
    found = _of_some(how, numbers)
    return hull(found, without) if all(number.absent for number in numbers) else found


def _of_some(how: e.AcrossHow, numbers: list[Num]) -> Num:
    """The figure of at least one number; none falls as a number rises. A number that may be absent may be left out."""
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
