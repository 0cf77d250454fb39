"""What is known of a value: an interval of numbers, a set of possibilities, or not applicable."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction


@dataclass(frozen=True)
class Num:
    """A number between `low` and `high`, both included; or, where `absent`, not applicable at all."""

    low: Fraction
    high: Fraction
    absent: bool = False

    @property
    def exact(self) -> bool:
        """Whether the number is known."""
        return (self.low is self.high or self.low == self.high) and not self.absent

    def __str__(self) -> str:
        return str(self.low) if self.exact else f"{self.low}..{self.high}"


@dataclass(frozen=True)
class Opts:
    """One of several possible words or truths; known when there is one. `open` admits words nobody can list (free text).

    `absent` admits that the value does not apply.
    """

    options: frozenset[bool | str]
    open: bool = False
    absent: bool = False

    @property
    def exact(self) -> bool:
        """Whether the value is known."""
        return len(self.options) == 1 and not self.open and not self.absent


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


def known(value: Fraction | bool | str) -> Val:  # noqa: FBT001  a value of the language
    """A known value."""
    return number(value) if isinstance(value, Fraction) else Opts(frozenset({value}))


def truth(possible: Iterable[bool]) -> Opts:
    """The truths that are possible."""
    return Opts(frozenset(possible))


def or_absent(value: Val) -> Val:
    """The same value, or not applicable."""
    return value if isinstance(value, NotApplicable) else replace(value, absent=True)


def present(value: Val) -> Val:
    """The same value where it is known to apply."""
    return value if isinstance(value, NotApplicable) else replace(value, absent=False)


def hull(left: Val, right: Val) -> Val:
    """The least value that covers both."""
    match left, right:
        case (NotApplicable(), other) | (other, NotApplicable()):
            return or_absent(other)
        case (Num(a, b, x), Num(c, d, y)):
            return Num(min(a, c), max(b, d), x or y)
        case (Opts(a, p, x), Opts(b, q, y)):
            return Opts(a | b, p or q, x or y)
        case _:
            raise TypeError(f"no common kind: {left} and {right}")


def covers(outer: Val, inner: Val) -> bool:
    """Whether every possibility of `inner` is one of `outer`."""
    return hull(outer, inner) == outer
