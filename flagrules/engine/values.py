"""What is known of a value: an interval of numbers, a set of possibilities, or not applicable."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Num:
    """A number between `low` and `high`, both possible; exact when they are equal."""

    low: Fraction
    high: Fraction

    @property
    def exact(self) -> bool:
        """Whether the number is known."""
        return self.low == self.high

    def __str__(self) -> str:
        return str(self.low) if self.exact else f"{self.low}..{self.high}"


@dataclass(frozen=True)
class Opts:
    """One of several possible words or truths; known when there is one. `open` admits words nobody can list (free text)."""

    options: frozenset[bool | str]
    open: bool = False

    @property
    def exact(self) -> bool:
        """Whether the value is known."""
        return len(self.options) == 1 and not self.open


@dataclass(frozen=True)
class NotApplicable:
    """The fact does not apply to this unit."""

    exact: bool = True


Val = Num | Opts | NotApplicable
NA = NotApplicable()
TRUE = Opts(frozenset({True}))
FALSE = Opts(frozenset({False}))
MAYBE = Opts(frozenset({True, False}))


def number(value: Fraction | int) -> Num:
    """A known number."""
    exact = Fraction(value)
    return Num(exact, exact)


def known(value: Fraction | bool | str) -> Val:
    """A known value."""
    return number(value) if isinstance(value, Fraction) else Opts(frozenset({value}))


def truth(possible: Iterable[bool]) -> Opts:
    """The truths that are possible."""
    return Opts(frozenset(possible))


def hull(left: Val, right: Val) -> Val:
    """The least value that covers both; not applicable beside a number counts as that number's absence and is covered by it."""
    match left, right:
        case (Num(a, b), Num(c, d)):
            return Num(min(a, c), max(b, d))
        case (Opts(a, x), Opts(b, y)):
            return Opts(a | b, x or y)
        case (NotApplicable(), other) | (other, NotApplicable()):
            return other
        case _:
            raise TypeError(f"no common kind: {left} and {right}")
