"""Figures over other units: ranks, means, extremes, shares and totals of what each has decided, with intervals for what is open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from flagrules.engine.tally import Tally
from flagrules.engine.values import NA, NotApplicable, Num, Val, hull, or_absent, present
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
    tallies: dict[tuple[str, str, str | None], Tally] = field(default_factory=dict, compare=False, repr=False)
    groups: dict[tuple[str, str], dict[str | None, list[Member]]] = field(default_factory=dict, compare=False, repr=False)

    def around(self, unit_id: str) -> Lookup:
        """How figures are looked up for one unit; its own decisions are those handed in, so that a what-if counts."""
        return lambda figure, slots, none: self.figure(unit_id, figure, slots, none)

    def peers(self, unit_id: str, figure: e.Across) -> list[Member]:
        """The units a figure compares a unit with."""
        me = self.members[unit_id]
        group = self._group("", figure.per, me.holders.get(figure.per)) if not figure.per or figure.per in me.holders else []
        return [member for member in group if member.id != unit_id and figure.slot in member.slots]

    def below(self, unit_id: str, figure: e.Across) -> list[Member]:
        """The units in this one that a figure over members is of."""
        return [m for m in self._group(figure.kind, self.members[unit_id].kind, unit_id) if figure.slot in m.slots]

    def _group(self, kind: str, holder: str, place: str | None) -> list[Member]:
        """Units of a kind (any, where blank) in a place (anywhere, where no kind of holder is asked for); sorted by place once."""
        if (kind, holder) not in self.groups:
            places = self.groups[kind, holder] = {}
            for member in self.members.values():
                if not kind or member.kind == kind:
                    places.setdefault(member.holders.get(holder), []).append(member)
        return self.groups[kind, holder].get(place, [])

    def _tally(self, figure: e.Across, place: str | None) -> Tally:
        """The values of all units of a place that have what a figure asks for, tallied once."""
        key = (figure.slot, figure.per, place)
        if key not in self.tallies:
            self.tallies[key] = Tally.of(m.slots[figure.slot] for m in self._group("", figure.per, place) if figure.slot in m.slots)
        return self.tallies[key]

    def figure(self, unit_id: str, figure: e.Across, slots: Mapping[str, Val], none: Val | None) -> Val:
        """The figure for a unit; `none` is what the rule says of no units. In no such place it may be anything, for nobody says."""
        me, own = self.members[unit_id], slots.get(figure.slot)
        if figure.over == "holder":
            return self._of_holder(me, figure, slots, none)
        if figure.over == "members":
            members = self.below(unit_id, figure)
            return _asked(Tally.of(m.slots[figure.slot] for m in members), figure, None, None, none)
        if figure.per and figure.per not in me.holders:
            return alone(figure, slots, none)
        tally, out = self._tally(figure, me.holders.get(figure.per)), me.slots.get(figure.slot)
        if figure.how == "rank":
            return tally.rank(own if own is not None else NA, out, ascending=figure.ascending, ties_open=figure.ties_open)
        return _asked(tally, figure, out, own if figure.with_self else None, none)

    def _of_holder(self, me: Member, figure: e.Across, slots: Mapping[str, Val], none: Val | None) -> Val:
        """What the holder has; where it does not apply, or there is no holder, what the rule says."""
        holder = self.members.get(me.holders.get(figure.kind, ""))
        if holder is None:
            return none if none is not None else alone(figure, slots, none)
        value = holder.slots.get(figure.slot)
        return _instead(value, none) if value is not None else alone(figure, slots, none)


def _asked(tally: Tally, figure: e.Across, out: Val | None, into: Val | None, none: Val | None) -> Val:
    if figure.how in ("share", "count"):
        return tally.counted(out, into, none, share=figure.how == "share")
    return tally.figure(figure.how, out, into, none)


def _instead(value: Val, none: Val | None) -> Val:
    """What stands for a value that does not apply, or may not."""
    if none is None:
        return value
    if isinstance(value, NotApplicable):
        return none
    return hull(present(value), none) if isinstance(value, Num) and value.absent else value
