"""Tables by region, a place of the kind the programme names first, after a row for all units: titles, how many are held, money."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from flagrules.award.assess import Assessment, UnitResult
from flagrules.award.results.cells import interval, plans_in_order
from flagrules.award.results.shape import Cell, Column, Table, Word
from flagrules.engine.values import Num

Region = tuple[tuple[Cell, Cell], Sequence[UnitResult]]
PLACE_COLUMNS = (Column("place_id", "地方编号", "place id"), Column("place", "地方", "place"))
_ALL: tuple[Cell, Cell] = (None, Word("all_units"))
NOWHERE: tuple[Cell, Cell] = (None, Word("no_place"))
_REST = ("refused", "not_entered", "undetermined")


def regions(assessment: Assessment) -> tuple[Region, ...]:
    """All units, then the units of each region in register order, then those that lie in none, where there are such."""
    kind = next(iter(assessment.base.rules.places), "")
    found: dict[str, list[UnitResult]] = {unit.id: [] for unit in assessment.register.units.values() if unit.kind == kind}
    nowhere: list[UnitResult] = []
    for item in assessment.units:
        place = assessment.register.place_of(item.unit.id, kind)
        (found[place.id] if place is not None else nowhere).append(item)
    names = {place: assessment.register.units[place].name for place in found}
    own = [((place, names[place]), tuple(items)) for place, items in found.items() if items]
    return ((_ALL, assessment.units), *own, *([(NOWHERE, tuple(nowhere))] if nowhere and own else []))


def _subjects(assessment: Assessment) -> dict[str, tuple[str, ...]]:
    """The names of the titles each kind of unit may hold, in the order of the rules."""
    titles = [title for _, plan in plans_in_order(assessment) for title in plan.titles]
    return {
        subject: tuple(dict.fromkeys(title.name for title in titles if subject in title.subjects))
        for subject in assessment.base.rules.subjects
    }


def flags_table(assessment: Assessment) -> Table:
    """A row for every title of a kind of unit in every region: how many units are granted it, refused it, and so on."""
    noun = assessment.base.rules.noun
    columns = (
        *PLACE_COLUMNS,
        Column("subject", "类别", "kind"),
        Column("title", noun, "title"),
        Column("units", "单元数", "units"),
        Column("granted_low", "授予（最少）", "granted, at least"),
        Column("granted_high", "授予（最多）", "granted, at most"),
        Column("refused", "未授予", "refused"),
        Column("not_entered", "未参评", "not entered"),
        Column("undetermined", "未定", "undetermined"),
    )
    rows = tuple(row for region in regions(assessment) for row in _flags(region, _subjects(assessment)))
    return Table("flags", f"各地{noun}", "titles by place", columns, rows)


def _flags(region: Region, subjects: dict[str, tuple[str, ...]]) -> Iterator[tuple[Cell, ...]]:
    place, items = region
    for subject, names in subjects.items():
        own = [item for item in items if item.unit.kind == subject]
        for name in names if own else ():
            titles = [title for item in own for title in item.titles if title.name == name]
            granted = [sum(title.outcome == "granted" for title in titles), sum("granted" in title.possible for title in titles)]
            rest = [sum(title.outcome == outcome for title in titles) for outcome in _REST]
            yield *place, subject, name, Fraction(len(own)), *map(Fraction, (*granted, *rest))


def held_table(assessment: Assessment) -> Table:
    """A row for every number of titles held in every region, by kind of unit: how many units hold so many; the last is undetermined."""
    rules = assessment.base.rules
    columns = (
        *PLACE_COLUMNS,
        Column("subject", "类别", "kind"),
        Column("granted", f"{rules.noun}数", "titles"),
        Column("units", "单元数", "units"),
    )
    rows = tuple(row for region in regions(assessment) for row in _held(region, rules.subjects))
    return Table("held", f"各地{rules.noun}数", "titles held by place", columns, rows)


def _held(region: Region, subjects: Sequence[str]) -> Iterator[tuple[Cell, ...]]:
    place, items = region
    for subject in subjects:
        held = [item.granted for item in items if item.unit.kind == subject]
        for number in sorted({granted.low for granted in held if granted.exact}):
            yield *place, subject, number, Fraction(sum(granted == Num(number, number) for granted in held))
        if unsure := sum(not granted.exact for granted in held):
            yield *place, subject, None, Fraction(unsure)


def flags_by_region(assessment: Assessment) -> Table:
    """For reading: a row a region, a column for each kind of unit and each of its titles."""
    subjects = {subject: names for subject, names in _subjects(assessment).items() if names}
    columns = [PLACE_COLUMNS[1]]
    for subject, names in subjects.items():
        columns.append(Column(f"units:{subject}", subject, subject))
        columns += [Column(f"{subject}:{name}", name, name) for name in names]
    cells = {(row[0], row[1], row[2], row[3]): row for row in flags_table(assessment).rows}
    rows: list[tuple[Cell, ...]] = []
    for place, items in regions(assessment):
        row: list[Cell] = [place[1]]
        for subject, names in subjects.items():
            row.append(Fraction(sum(item.unit.kind == subject for item in items)))
            row += [_between(cells.get((*place, subject, name))) for name in names]
        rows.append(tuple(row))
    return Table("flags", f"各地{assessment.base.rules.noun}", "titles by place", tuple(columns), tuple(rows))


def _between(row: tuple[Cell, ...] | None) -> Cell:
    """Granted at least and at most, as one cell."""
    if row is None:
        return None
    low, high = row[5], row[6]
    assert isinstance(low, Fraction)
    assert isinstance(high, Fraction)
    return interval(Num(low, high)) if low != high else low


def held_by_region(assessment: Assessment) -> Table:
    """For reading: a row a region and kind of unit, a column for each number of titles."""
    rules = assessment.base.rules
    held = held_table(assessment).rows
    numbers = sorted({row[3] for row in held if isinstance(row[3], Fraction)})
    columns = (
        PLACE_COLUMNS[1],
        Column("subject", "类别", "kind"),
        *(Column(f"granted:{number}", f"{number}{rules.counter}", f"{number} titles") for number in numbers),
        Column("undetermined", "未定", "undetermined"),
    )
    keys = dict.fromkeys((row[0], row[1], row[2]) for row in held)
    found = {(row[0], row[1], row[2], row[3]): row[4] for row in held}
    rows = tuple((*key[1:], *(found.get((*key, number), Fraction(0)) for number in (*numbers, None))) for key in keys)
    return Table("held", f"{rules.noun}数分布", "titles held by place", columns, rows)
