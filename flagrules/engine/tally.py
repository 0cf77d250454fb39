"""The values of a group of units sorted and summed once, so that a figure for each of many units needs no walk over all of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from flagrules.engine.values import FALSE, NA, TRUE, Num, Opts, Val, hull
from flagrules.semantics import expr as e

_ZERO = Fraction(0)


@dataclass(frozen=True)
class Tally:
    """The values of a group: truths and numbers in sums, the ends of the numbers in order (`sure`: of those that surely apply).

    What a figure asks, it asks of the group without the value `out` and with the value `into`: a unit's own as it stood, and now.
    """

    truths: tuple[Fraction, ...]
    sums: tuple[Fraction, ...]
    lows: Sequence[Fraction]
    highs: Sequence[Fraction]
    sure_lows: Sequence[Fraction]
    sure_highs: Sequence[Fraction]

    @classmethod
    def of(cls, values: Iterable[Val]) -> Tally:
        """The tally of some values; what does not apply is none of them."""
        found = list(values)
        numbers = [number for value in found for number in _only(Num, value)]
        sure = [number for number in numbers if not number.absent]
        return cls(
            _total((_truths(truth) for value in found for truth in _only(Opts, value)), 3),
            _total(map(_sums, numbers), 6),
            sorted(n.low for n in numbers), sorted(n.high for n in numbers), sorted(n.low for n in sure), sorted(n.high for n in sure),
        )  # fmt: skip

    def rank(self, own: Val, out: Val | None, *, ascending: bool, ties_open: bool) -> Val:
        """The place of a number among the others, from 1; an open tie is every place it could be."""
        if not isinstance(own, Num):
            return NA
        if ascending:
            surely = bisect_left(self.sure_highs, own.low)
            possibly = (bisect_right if ties_open else bisect_left)(self.lows, own.high)
        else:
            surely = len(self.sure_lows) - bisect_right(self.sure_lows, own.high)
            possibly = len(self.highs) - (bisect_left if ties_open else bisect_right)(self.highs, own.low)
        if isinstance(out, Num):
            surely -= not out.absent and (out.high < own.low if ascending else out.low > own.high)
            edge, mine = (out.low, own.high) if ascending else (out.high, own.low)
            possibly -= (edge < mine if ascending else edge > mine) or (ties_open and edge == mine)
        return Num(Fraction(1 + surely), Fraction(1 + possibly), own.absent)

    def counted(self, out: Val | None, into: Val | None, none: Val | None, *, share: bool) -> Val:
        """How many truths hold, or their share of all; a share of none is what the rule says of none."""
        asked, surely, possibly = _changed(self.truths, map(_truths, _only(Opts, out)), map(_truths, _only(Opts, into)))
        if not share:
            return Num(surely, possibly)
        return Num(surely / asked, possibly / asked) if asked else none if none is not None else NA

    def figure(self, how: e.AcrossHow, out: Val | None, into: Val | None, none: Val | None) -> Val:
        """A mean, extreme or total of the numbers there are; where all may be absent, what the rule says of none."""
        outs, intos = _only(Num, out), _only(Num, into)
        sums = _changed(self.sums, map(_sums, outs), map(_sums, intos))
        without: Val = none if none is not None else Num(_ZERO, _ZERO) if how == "total" else NA
        if not sums[0]:
            return without
        found = self._of_some(how, sums, outs, intos)
        return found if sums[1] else hull(found, without)

    def _of_some(self, how: e.AcrossHow, sums: Sequence[Fraction], outs: Sequence[Num], intos: Sequence[Num]) -> Num:
        """The figure of at least one number; none falls as a number rises. A number that may be absent may be left out."""
        count, sure, low_sum, high_sum, least, most = sums
        if how == "total":
            return Num(least, most)
        if how == "mean" and sure == count:
            return Num(low_sum / count, high_sum / count)
        low = _end(min, self.lows, [n.low for n in outs], [n.low for n in intos])
        high = _end(max, self.highs, [n.high for n in outs], [n.high for n in intos])
        outs, intos = ([n for n in numbers if not n.absent] for numbers in (outs, intos))
        if how == "most" and sure:
            low = _end(max, self.sure_lows, [n.low for n in outs], [n.low for n in intos])
        elif how == "least" and sure:
            high = _end(min, self.sure_highs, [n.high for n in outs], [n.high for n in intos])
        return Num(low, high)


_V = TypeVar("_V", Num, Opts)


def _only(kind: type[_V], value: Val | None) -> list[_V]:
    return [value] if isinstance(value, kind) else []


def _truths(value: Opts) -> tuple[Fraction, ...]:
    """One value as counted: asked, surely, possibly."""
    return Fraction(1), Fraction(value == TRUE), Fraction(value != FALSE)


def _sums(number: Num) -> tuple[Fraction, ...]:
    """One number as summed: counted, surely counted, its ends, and its ends where one that may be absent may add nothing."""
    low, high = number.low, number.high
    least, most = (min(low, _ZERO), max(high, _ZERO)) if number.absent else (low, high)
    return Fraction(1), Fraction(not number.absent), low, high, least, most


def _total(parts: Iterable[tuple[Fraction, ...]], width: int) -> tuple[Fraction, ...]:
    return tuple(sum(column, _ZERO) for column in zip(*parts, strict=True)) or (_ZERO,) * width


def _changed(
    sums: tuple[Fraction, ...], outs: Iterable[tuple[Fraction, ...]], intos: Iterable[tuple[Fraction, ...]]
) -> tuple[Fraction, ...]:
    """Sums less those of what is left out, and those of what is put in."""
    less, more = _total(outs, len(sums)), _total(intos, len(sums))
    return tuple(whole - a + b for whole, a, b in zip(sums, less, more, strict=True))


def _end(
    pick: Callable[[Iterable[Fraction]], Fraction], ordered: Sequence[Fraction], outs: Sequence[Fraction], intos: Sequence[Fraction]
) -> Fraction:
    """The least or the largest of ordered numbers without at most one of them, and with others."""
    ends = [*ordered[:2], *ordered[-2:]] if len(ordered) > 4 else list(ordered)
    for number in outs:
        if number in ends:
            ends.remove(number)
    return pick([*ends, *intos])
