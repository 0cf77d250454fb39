"""One cell to one value: a state, or an exact value in the base unit of its kind; all else is a finding and stays unknown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import assert_never

from flagrules.facts import limits
from flagrules.facts.dates import NoSuchDay, parse_day
from flagrules.facts.log import Log
from flagrules.facts.raw import Form, Raw
from flagrules.facts.table import Cell, State, Value
from flagrules.facts.words import PARTS, PLACEHOLDERS, STATES, YES_NO, fold, hidden_characters
from flagrules.model.kinds import (
    Choice,
    Date,
    Duration,
    Judged,
    Kind,
    Money,
    PercentagePoints,
    Points,
    Quantity,
    Ratio,
    Scalar,
    Text,
    YesNo,
    default_range,
    scale,
    step,
    unit_of,
)
from flagrules.model.numbers import is_on_grid, write_exact
from flagrules.text.source import CellPlace
from flagrules.text.spelling import nearest

_NUMBER = re.compile(r"[+-]?[0-9]{1,24}(?:\.[0-9]{1,24})?")
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_WITH_UNIT = re.compile(r"([+-]?[0-9]{1,24}(?:\.[0-9]{1,24})?)\s*([^0-9.,\s].*)")
_SHARES = {"%": Ratio, "个百分点": PercentagePoints, "百分点": PercentagePoints}


@dataclass(frozen=True)
class Slot:
    """What a column takes: `fact` as shown to the author; `unit` that its header states, or ""; `part` for checklists."""

    fact: str
    kind: Scalar | Judged
    low: Fraction | None = None
    high: Fraction | None = None
    nullable: bool = False
    unit: str = ""
    part: bool = False

    @cached_property
    def bounds(self) -> tuple[Fraction, Fraction]:
        """The range, the kind's own where the fact states none; raises `TypeError` for kinds without numbers."""
        low, high = default_range(self.kind)
        return (low if self.low is None else self.low, high if self.high is None else self.high)


def show(value: Fraction, kind: Kind) -> str:
    """A value of a numeric kind as authors write it: `95%`, `3万元`, `2021-05-28`."""
    if isinstance(kind, Date):
        return date.fromordinal(int(value)).isoformat()
    return f"{write_exact(value / scale(kind))}{unit_of(kind)}"


def read_cell(raw: Raw, slot: Slot, place: CellPlace, log: Log) -> Cell:
    """The state and value of one cell. Faults are reported and leave the cell unknown, never zero."""
    if raw.form is Form.ERROR:
        log.add("FR528", place)
    text = fold(raw.text)
    if raw.form in (Form.ERROR, Form.FORMULA) or not text:
        return Cell(State.UNKNOWN, None, place)
    if raw.form is Form.TEXT:
        if (state := STATES.get(text.casefold())) is not None:
            return _stated(state, slot, place, log)
        if len(text) > limits.CELL_CHARS:
            log.add("FR595", place, length=len(text), limit=limits.CELL_CHARS)
            return Cell(State.UNKNOWN, None, place)
        if text.casefold() in PLACEHOLDERS and not (slot.part and text in PARTS) and not _is_option(text, slot.kind):
            log.add("FR575", place, got=text)
            return Cell(State.UNKNOWN, None, place)
    value = _value(raw, text, slot, place, log)
    return Cell(State.UNKNOWN, None, place) if value is None else Cell(State.KNOWN, value, place)


def _stated(state: State, slot: Slot, place: CellPlace, log: Log) -> Cell:
    if state is State.NOT_APPLICABLE and not slot.nullable:
        log.add("FR576", place, fact=slot.fact)
        state = State.UNKNOWN
    return Cell(state, None, place)


def _is_option(text: str, kind: Kind) -> bool:
    """An option may be a word that says nothing elsewhere: a programme may offer 无 by name."""
    if isinstance(kind, YesNo):
        return text.casefold() in YES_NO
    return isinstance(kind, Choice) and text in map(fold, kind.options)


def _value(raw: Raw, text: str, slot: Slot, place: CellPlace, log: Log) -> Value | None:
    match slot.kind:
        case YesNo():
            return _yes_no(text, slot, place, log)
        case Choice(options):
            return _choice(text, options, slot, place, log)
        case Text():
            return _free_text(raw, place, log)
        case Date():
            number = _day(raw, text, place, log)
        case Quantity() | Money() | Ratio() | PercentagePoints() | Points() | Duration() | Judged():
            number = _number(raw, text, slot, place, log)
        case _:
            assert_never(slot.kind)
    if number is None:
        return None
    low, high = slot.bounds
    if not low <= number <= high:
        got, bottom, top = (show(value, slot.kind) for value in (number, low, high))
        log.add("FR582", place, fact=slot.fact, got=got, low=bottom, high=top)
        return None
    return number


def _yes_no(text: str, slot: Slot, place: CellPlace, log: Log) -> bool | None:
    answer = (PARTS if slot.part else YES_NO).get(text.casefold())
    if answer is None:
        log.add("FR583", place, got=text, words="有/无/是/否" if slot.part else "是/否")
    return answer


def _choice(text: str, options: tuple[str, ...], slot: Slot, place: CellPlace, log: Log) -> str | None:
    found = next((option for option in options if fold(option) == text), None)
    if found is None:
        shown = "、".join(options)
        if guess := nearest(text, options):
            log.add("FR585", place, got=text, fact=slot.fact, options=shown, guess=guess)
        else:
            log.add("FR584", place, got=text, fact=slot.fact, options=shown)
    return found


def _free_text(raw: Raw, place: CellPlace, log: Log) -> str | None:
    text = raw.text.strip()
    if characters := hidden_characters(text.replace("\n", "")):
        log.add("FR545", place, characters=characters)
        return None
    return text


def _day(raw: Raw, text: str, place: CellPlace, log: Log) -> Fraction | None:
    _note_folding(raw, place, log)
    try:
        day = parse_day(text) if raw.form in (Form.TEXT, Form.DATE) else None
    except NoSuchDay:
        log.add("FR587", place, got=text)
        return None
    if day is None:
        log.add("FR586", place, got=text)
        return None
    return Fraction(day.toordinal())


def _note_folding(raw: Raw, place: CellPlace, log: Log) -> None:
    if fold(raw.text) != raw.text.strip():
        log.count("FR578", place)


def _number(raw: Raw, text: str, slot: Slot, place: CellPlace, log: Log) -> Fraction | None:
    """A number in the base unit: its written unit settled first, then the grid."""
    _note_folding(raw, place, log)
    if raw.form is Form.PERCENT and isinstance(slot.kind, Ratio):
        factor = Fraction(1)
    else:
        text, factor = _unit_settled(raw, text, slot, place, log)
    if not text:
        return None
    if "." not in text:  # whole written units lie on every grid
        return int(text) * factor
    number = Fraction(text) * factor
    if not is_on_grid(number, step(slot.kind)):
        log.add("FR581", place, fact=slot.fact, got=text, step=show(step(slot.kind), slot.kind))
        return None
    return number


def _unit_settled(raw: Raw, text: str, slot: Slot, place: CellPlace, log: Log) -> tuple[str, Fraction]:
    """Decimal text and what one of it is worth, or blank text after a finding."""
    factor = scale(slot.kind)
    if raw.form is Form.PERCENT:
        log.add("FR574", place, got=f"{write_exact(Fraction(text) * 100)}%" if _NUMBER.fullmatch(text) else text)
    elif raw.form in (Form.DATE, Form.BOOL):
        log.add("FR574", place, got=text)
    elif _NUMBER.fullmatch(text):
        if slot.unit or not isinstance(slot.kind, Ratio | PercentagePoints):
            if isinstance(slot.kind, Ratio) and 0 < Fraction(text) < 1:
                log.count("FR548", place)
            return text, factor
        _report_bare(text, slot, place, log)
    elif _THOUSANDS.fullmatch(text):
        log.add("FR577", place, got=text, fixed=text.replace(",", ""))
    elif (match := _WITH_UNIT.fullmatch(text)) is None:
        log.add("FR574", place, got=text)
    elif isinstance(slot.kind, _SHARES.get(match[2], ())):
        return match[1], factor
    elif match[2] == unit_of(slot.kind):
        log.add("FR580", place, got=text, fixed=match[1], fact=slot.fact, unit=match[2])
    else:
        log.add("FR574", place, got=text)
    return "", factor


def _report_bare(text: str, slot: Slot, place: CellPlace, log: Log) -> None:
    """A bare number in a column of shares: offer both readings, the written number first."""
    unit = unit_of(slot.kind)
    second = f"{write_exact(Fraction(text) * 100)}{unit}"
    log.add("FR579", place, fact=slot.fact, got=text, first=f"{text}{unit}", second=second, mark=f"({unit})")
