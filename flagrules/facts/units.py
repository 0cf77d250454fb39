"""Which unit and period a row is about."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from flagrules.facts.dates import period_days
from flagrules.facts.grid import Grid, same_name, text_of
from flagrules.facts.log import Log
from flagrules.facts.raw import Form, Raw, RawRow
from flagrules.facts.table import Register, Unit
from flagrules.facts.words import ID, NAME, PERIOD, fold, hidden_characters
from flagrules.text.findings import Related
from flagrules.text.source import CellPlace
from flagrules.text.spelling import nearest

_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?[eE]\+?[0-9]+")
_WHOLE_FLOAT = re.compile(r"([0-9]+)\.0+")
_GUESSES = 50


def clean_id(raw: Raw, place: CellPlace, log: Log) -> str:
    """An id as plain text, every repair noted; blank after a finding where nothing can be read."""
    text = raw.text
    if raw.form is Form.ERROR:
        log.add("FR528", place)
    if raw.form in (Form.ERROR, Form.FORMULA):
        return ""
    if not text.strip():
        log.add("FR550", place)
        return ""
    plain = fold(text)
    if characters := hidden_characters(plain):
        log.add("FR545", place, characters=characters)
        return ""
    if _SCIENTIFIC.fullmatch(plain):
        log.add("FR554", place, id=plain)
        return ""
    if raw.form is Form.NUMBER:
        log.count("FR551", place)
    elif whole := _WHOLE_FLOAT.fullmatch(plain):
        log.count("FR551", place)
        plain = whole[1]
    elif plain != text:
        log.count("FR552", place)
    return plain


@dataclass
class Units:
    """Finds the unit and period of rows, against the register."""

    register: Register
    period: str
    previous: str
    log: Log
    earlier: tuple[str, ...] = ()
    other_periods: Counter[tuple[CellPlace, str]] = field(default_factory=Counter)
    _guessed: int = 0
    _bare: dict[str, list[str]] = field(init=False)
    _named: dict[str, Unit] = field(init=False)

    def __post_init__(self) -> None:
        self._bare, self._named = {}, {}
        for unit in self.register.units.values():
            self._bare.setdefault(unit.id.lstrip("0"), []).append(unit.id)
            self._named.setdefault(fold(unit.name), unit)

    def unit_of(self, grid: Grid, row: RawRow) -> Unit | None:
        """The unit of a row, or None after a finding; its name, where the row has one, must agree."""
        index = grid.find(ID)
        if index is None:
            return None
        place = grid.place(row.number, index)
        written = clean_id(row.cells[index], place, self.log)
        if not written or not self.register.units:
            return None
        unit = self._known(written, place)
        if unit is None:
            self._report_unknown(written, place)
        else:
            self._check_name(unit, grid, row)
        return unit

    def _known(self, written: str, place: CellPlace) -> Unit | None:
        if (unit := self.register.units.get(written)) is not None:
            return unit
        longer = self._bare.get(written, [])
        if not written.isdecimal() or len(longer) != 1:
            return None
        self.log.count("FR553", place)
        return self.register.units[longer[0]]

    def _report_unknown(self, written: str, place: CellPlace) -> None:
        self._guessed += 1
        guess = self._named.get(written)
        if guess is None and self._guessed <= _GUESSES and (near := nearest(written, self.register.units)):
            guess = self.register.units[near]
        if guess is None:
            self.log.add("FR555", place, id=written)
        else:
            self.log.add("FR556", place, id=written, guess=guess.id, name=guess.name)

    def _check_name(self, unit: Unit, grid: Grid, row: RawRow) -> None:
        index = grid.find(NAME)
        if index is None:
            return
        place = grid.place(row.number, index)
        written = text_of(row.cells[index], place, self.log)
        if written and not same_name(written, unit.name):
            related = [Related(unit.origin, "declared")] if unit.origin else []
            self.log.add("FR566", place, *related, got=written, expected=unit.name)

    def period_of(self, grid: Grid, row: RawRow) -> str | None:
        """The period of a row if this run reads it; another period of the same shape is counted, anything else reported."""
        index = grid.find(PERIOD)
        if index is None or row.cells[index].form is Form.FORMULA:
            return None
        place = grid.place(row.number, index)
        written = fold(row.cells[index].text)
        if written in (self.period, self.previous, *self.earlier):
            return written
        if written and _shape(written) == _shape(self.period):
            self.other_periods[grid.place(0, index), written] += 1
        else:
            self.log.add("FR570", place, got=written, period=self.period, previous=self.previous)
        return None

    def in_force(self, unit: Unit, period: str, place: CellPlace) -> bool:
        """Whether the unit exists on some day of the period; a finding if not."""
        days = period_days(period)
        if days is None:
            return True
        if (unit.valid_from is None or unit.valid_from <= days[1]) and (unit.valid_to is None or unit.valid_to >= days[0]):
            return True
        start, end = unit.valid_from or "…", unit.valid_to or "…"
        related = [Related(unit.origin, "declared")] if unit.origin else []
        target = self.register.units.get(unit.merged_into)
        if target is not None and unit.valid_to is not None and unit.valid_to < days[0]:
            self.log.add("FR568", place, *related, name=unit.name, period=period, end=end, target=target.name)
        else:
            self.log.add("FR567", place, *related, name=unit.name, period=period, start=start, end=end)
        return False

    def close(self) -> None:
        """Report the rows of periods that were not read."""
        for (place, written), count in self.other_periods.items():
            self.log.add("FR571", place, got=written, count=count, period=self.period, previous=self.previous)


def _shape(period: str) -> str:
    return re.sub(r"[0-9]", "9", period)
