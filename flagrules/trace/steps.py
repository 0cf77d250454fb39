"""One shape of trace for every engine: which entries of a decision fired, its value, what it read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class ValueLike(Protocol):
    """A value as an engine knows it; `exact` when nothing about it is open."""

    @property
    def exact(self) -> bool:
        """Whether the value is known."""


@dataclass(frozen=True)
class Read:
    """A fact, checklist part or parameter a decision read: `kind` is fact, part or param, `back` counts periods before."""

    kind: str
    name: str
    back: int
    value: ValueLike


@dataclass(frozen=True)
class Step:
    """A decision made: the indexes of the entries that fired (several when something is unknown), the value, the reads."""

    slot: str
    fired: tuple[int, ...]
    value: ValueLike
    reads: tuple[Read, ...]
