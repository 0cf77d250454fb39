"""The register of units and the table of facts, every cell with its state and origin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from fractions import Fraction

from flagrules.text.source import CellPlace

Value = Fraction | bool | str


class State(Enum):
    """What is known of a fact. Missing is a state, never a number."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True)
class Cell:
    """One fact of one unit in one period. `value` is set only when known; `origin` is None where no file has the cell at all."""

    state: State
    value: Value | None = None
    origin: CellPlace | None = field(default=None, compare=False)

    @property
    def known(self) -> bool:
        """Whether there is a value."""
        return self.state is State.KNOWN


ABSENT = Cell(State.UNKNOWN)


@dataclass(frozen=True)
class Parts:
    """A checklist: one cell a named part."""

    parts: Mapping[str, Cell]


@dataclass(frozen=True)
class Judgement:
    """A judged value: the points and who gave them, why, and on which document."""

    points: Cell
    judge: str = ""
    reason: str = ""
    document: str = ""


@dataclass(frozen=True)
class Row:
    """One event or person of a list: its fields, and the row it stands in."""

    fields: Mapping[str, Cell]
    origin: CellPlace


@dataclass(frozen=True)
class Rows:
    """A list of events or people. No rows are none only after a nil return (零报告); else it is unknown (`filed` false)."""

    rows: tuple[Row, ...]
    filed: bool
    origin: CellPlace | None = None


Entry = Cell | Parts | Judgement | Rows


@dataclass(frozen=True)
class Unit:
    """A unit or place of the register; `parent` is the id of its holder, `merged_into` of the unit it became part of."""

    id: str
    name: str
    kind: str
    parent: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    merged_into: str = ""
    origin: CellPlace | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Register:
    """All units, in register order."""

    units: Mapping[str, Unit]

    def ancestors(self, unit_id: str) -> Iterator[Unit]:
        """The unit's parent, its parent's parent and so on, nearest first."""
        seen: set[str] = set()
        current = self.units.get(unit_id)
        while current is not None and current.parent and current.parent not in seen:
            seen.add(current.parent)
            current = self.units.get(current.parent)
            if current is not None:
                yield current

    def place_of(self, unit_id: str, kind: str) -> Unit | None:
        """The nearest holder of that kind, or None."""
        return next((unit for unit in self.ancestors(unit_id) if unit.kind == kind), None)

    def in_force(self, unit: Unit, on: date) -> bool:
        """Whether the unit exists on that day: from its first day to its last, both included."""
        return (unit.valid_from is None or unit.valid_from <= on) and (unit.valid_to is None or on <= unit.valid_to)


@dataclass(frozen=True)
class InputFile:
    """A file that was read: its label, and the SHA-256 of what it says whatever the order of its rows."""

    label: str
    digest: str


@dataclass(frozen=True)
class PastDecision:
    """A decision taken before: on which title, what, when, valid until (None: no end), at which grade.

    What: granted, withdrawn, demoted, expired, or barred (from the title, until the end of the year where no day is given).
    It is never edited; what changes it is a later decision.
    """

    title: str
    decision: str
    decided_on: date
    until: date | None
    grade: str
    origin: CellPlace


@dataclass(frozen=True)
class FactTable:
    """Facts keyed by (unit id, period), then by fact name. What no file says is unknown.

    `previous` is the period before the one assessed, `earlier` those before it, nearest first.
    """

    period: str
    previous: str
    entries: Mapping[tuple[str, str], Mapping[str, Entry]]
    files: tuple[InputFile, ...] = ()
    earlier: tuple[str, ...] = ()
    decisions: Mapping[str, tuple[PastDecision, ...]] | None = None

    def history(self, unit_id: str, title: str) -> tuple[PastDecision, ...] | None:
        """A unit's earlier decisions on a title, oldest first; None where no file of decisions was read, for that is unknown."""
        if self.decisions is None:
            return None
        return tuple(item for item in self.decisions.get(unit_id, ()) if item.title == title)

    def told(self, unit_id: str) -> tuple[Mapping[str, Entry], ...]:
        """All entries of a unit by fact, a period each: the one assessed, the one before it, and so on."""
        return tuple(self.entries.get((unit_id, period), {}) for period in (self.period, self.previous, *self.earlier))

    def entry(self, unit_id: str, name: str, *, years_back: int = 0) -> Entry | None:
        """The entry of a unit's fact in the period assessed, or so many periods before it; None if no file has it."""
        periods = (self.period, self.previous, *self.earlier)
        if years_back >= len(periods):
            return None
        return self.entries.get((unit_id, periods[years_back]), {}).get(name)
