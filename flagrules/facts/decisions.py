"""Earlier decisions from their tables: who held which title, since when and until when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flagrules.facts.grid import Grid, day_of, text_of
from flagrules.facts.log import Log
from flagrules.facts.raw import RawRow
from flagrules.facts.table import PastDecision, Register
from flagrules.facts.units import clean_id
from flagrules.facts.words import DECISION, DECISIONS, fold
from flagrules.text.findings import Related
from flagrules.text.spelling import nearest

_NEEDED = ("id", "title", "decision", "decided_on")


def is_decisions(grid: Grid) -> bool:
    """A table of decisions has a title and the day it was decided on."""
    return grid.find(DECISION["title"]) is not None and grid.find(DECISION["decided_on"]) is not None


def read_decisions(
    grids: Iterable[Grid], register: Register, titles: Iterable[str], log: Log
) -> Mapping[str, tuple[PastDecision, ...]] | None:
    """Decisions by unit, oldest first; None when there is no such table.

    Findings: FR536 a column missing, FR555 a unit not in the register, FR586/FR587 a day, FR596 an unknown title, FR597 an unknown
    decision, FR598 two decisions on one title on one day.
    """
    found: dict[str, list[PastDecision]] = {}
    tables = list(grids)
    known = sorted(set(titles))
    for grid in tables:
        columns = {name: index for name, pair in DECISION.items() if (index := grid.find(pair)) is not None}
        missing = [name for name in _NEEDED if name not in columns]
        for name in missing:
            log.add("FR536", grid.place(grid.header_row), column=DECISION[name][0])
        for row in grid.rows if not missing else ():
            _read(grid, row, columns, register, known, found, log)
    ordered = {unit: tuple(sorted(items, key=lambda item: (item.decided_on, item.title))) for unit, items in sorted(found.items())}
    return ordered if tables else None


def _read(
    grid: Grid,
    row: RawRow,
    columns: Mapping[str, int],
    register: Register,
    known: list[str],
    found: dict[str, list[PastDecision]],
    log: Log,
) -> None:
    unit = clean_id(row.cells[columns["id"]], grid.place(row.number, columns["id"]), log)
    texts = {
        name: fold(text_of(row.cells[index], grid.place(row.number, index), log))
        for name, index in columns.items()
        if name in ("title", "decision", "grade")
    }
    if unit not in register.units:
        log.add("FR555", grid.place(row.number, columns["id"]), id=unit)
        return
    if texts["title"] not in known:
        guess = nearest(texts["title"], known) or "、".join(known) or "—"
        log.add("FR596", grid.place(row.number, columns["title"]), got=texts["title"], guess=guess)
        return
    if texts["decision"] not in DECISIONS:
        log.add("FR597", grid.place(row.number, columns["decision"]), got=texts["decision"])
        return
    decided, until = (day_of(grid, row, columns.get(name), log) for name in ("decided_on", "until"))
    if decided is None:
        return
    item = PastDecision(texts["title"], DECISIONS[texts["decision"]], decided, until, texts.get("grade", ""), grid.place(row.number))
    twin = next((other for other in found.get(unit, ()) if _said(other) == _said(item)), None)
    if twin is not None:
        log.add("FR598", item.origin, Related(twin.origin, "first"), title=item.title, day=decided)
        return
    found.setdefault(unit, []).append(item)


def _said(item: PastDecision) -> tuple[object, ...]:
    """What one day may say once: a decision on a title, and beside it that the year is lost."""
    return item.title, item.decided_on, item.decision == "barred"
