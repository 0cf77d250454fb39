"""Where one input alone is unknown: its values are cut apart until the result is as narrow as the values themselves make it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from flagrules.engine.arithmetic import snapped
from flagrules.engine.values import NA, NotApplicable, Num, Opts, Val, covers, hull, number, present

BUDGET = 1000
At = Callable[[Val], tuple[Val, tuple[int, ...]]]


@dataclass
class Tight:
    """What has been seen so far: `value` of single points, and the entries that fired anywhere."""

    at: At
    left: int = BUDGET
    value: Val | None = None
    fired: set[int] = field(default_factory=set)

    def point(self, piece: Val) -> None:
        """Run one value of the input."""
        self.left -= 1
        self._add(*self.at(piece))

    def _add(self, found: Val, fired: tuple[int, ...]) -> None:
        self.value = found if self.value is None else hull(self.value, found)
        self.fired.update(fired)

    def piece(self, piece: Num) -> bool:
        """Run a stretch of values; whether nothing new can lie in it. With the budget spent it is taken as it is."""
        self.left -= 1
        found, fired = self.at(piece)
        if self.left <= 0 or (self.value is not None and covers(self.value, found)):
            self._add(found, fired)
            return True
        return False


def apart(whole: Val) -> Iterator[Val]:
    """The values of an input one by one, its numbers still in one stretch."""
    match whole:
        case NotApplicable():
            yield NA
            return
        case Opts(options):
            for option in sorted(options, key=str):
                yield Opts(frozenset({option}))
        case Num():
            yield present(whole)
    if whole.absent:
        yield NA


def can_split(whole: Val) -> bool:
    """Whether the values of an input can be listed or cut; free text cannot."""
    return not (isinstance(whole, Opts) and whole.open)


def tighten(whole: Val, step: Fraction, at: At) -> tuple[Val, tuple[int, ...], bool]:
    """The hull of `at` over every value of `whole`, the entries that may fire, and whether the hull is exact: the budget did not end."""
    seen = Tight(at)
    pieces: deque[Num] = deque()
    for part in apart(whole):
        if isinstance(part, Num):
            pieces.append(snapped(part, step))
        else:
            seen.point(part)
    while pieces:
        piece = pieces.popleft()
        seen.point(number(piece.low))
        if piece.low == piece.high:
            continue
        seen.point(number(piece.high))
        if not seen.piece(piece):
            pieces.extend(_halves(piece, step))
    if seen.value is None:
        raise ValueError(whole)
    return seen.value, tuple(sorted(seen.fired)), seen.left > 0


def _halves(piece: Num, step: Fraction) -> Iterator[Num]:
    """The stretch between the two ends, which were run already, in two."""
    low, high = piece.low + step, piece.high - step
    if low > high:
        return
    middle = low + ((high - low) / step / 2).__floor__() * step
    yield Num(low, middle)
    if middle < high:
        yield Num(middle + step, high)
