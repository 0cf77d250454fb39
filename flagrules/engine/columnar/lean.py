"""The lean trace: one small number an indicator says which line of each of its terms decided, its cap and floor included.

Where the lines do not fix its points, these are one more digit of the number or, where they may be too many or a sum is open, stand
beside it. What is open has a number past those of the lines, told in a table of its own; so has a result that only the reference
interpreter could settle.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import polars as pl

from flagrules.engine.columnar.compile import ABSENT, BELOW, LINE, VALUE, Slot
from flagrules.engine.columnar.opened import FIRED, HIGH, LOW, OPEN, Beyond, scaled
from flagrules.engine.columnar.packs import Column, Pack, packs_of
from flagrules.engine.columnar.result import Result
from flagrules.engine.columnar.run import Compiled
from flagrules.engine.columnar.tables import Tables
from flagrules.engine.values import NotApplicable, Num, Opts, Val
from flagrules.model.numbers import write_exact

POINTS, MOST = "points:", "most:"


class Lean:
    """How the results of a plan are told: by packs, those of decisions that are looked up worked out once and looked up too."""

    def __init__(self, compiled: Compiled) -> None:
        self.packs = packs_of(compiled)
        """The numbers of the trace."""
        self._tables, self._columns, self._books = compiled.tables, dict[str, dict[str, pl.Expr]](), dict[str, _Opened]()
        if compiled.tables is not None:
            for pack in self.packs:
                self._look_up(pack, compiled.tables)
        self.known = _frame_of(self._books.values())
        """What is open in tables, whatever units there are; as `of` tells what is open beside them."""

    def _look_up(self, pack: Pack, tables: Tables) -> None:
        """What is told of a pack in its table, where all of it is there."""
        table = tables.tables.get(pack.last)
        if table is None or any(LINE + decision.slot not in table.schema for decision in pack.slots):
            return
        book = self._books[pack.name] = _Opened(pack)
        opened = book.met(table.result, table.schema)
        made = table.result.frame.select(*_columns(pack, table.result, table.schema, opened, lambda mark, slot: pl.col(mark + slot)))
        if not pack.masks and FIRED + pack.last in table.schema:
            made = made.with_columns(_with_sums(made[pack.name], table.result, pack.last, book))
        elsewhere = {pack.name: pack.elsewhere}
        self._columns[pack.name] = {column.name: table.gather(column, elsewhere.get(column.name)) for column in made}

    def of(self, result: Result) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The lean trace of a result: the number of each pack, and values where it does not give them; and what its open results are,
        but for those that are `known`.

        Open results are numbered as tables have them, then in the order the units meet them, so that neither earlier units nor
        other processes change a byte.
        """
        schema = dict(result.frame.schema)
        books = {pack.name: self._books[pack.name].more() if pack.name in self._books else _Opened(pack) for pack in self.packs}
        made = result.frame.select("id", *(expr for pack in self.packs for expr in self._told(pack, result, schema, books[pack.name])))
        made = _with_whole(made, result, self.packs, books) if result.whole else made
        return made, _frame_of(books.values())

    def _told(self, pack: Pack, result: Result, schema: Mapping[str, Any], book: _Opened) -> list[pl.Expr]:
        looked_up, tables = self._columns.get(pack.name, {}), self._tables
        if looked_up and tables is not None and not tables.tables[pack.last].index.partial:
            return list(looked_up.values())
        met = book.met(result, schema)
        made = _columns(pack, result, schema, met, lambda mark, slot: self._column(mark, slot, schema))
        own = {one.meta.output_name(): one for one in made}
        if not looked_up or tables is None:
            return list(own.values())
        numbered = tables.tables[pack.last].numbered
        names = dict.fromkeys((*own, *looked_up))
        return [pl.when(numbered).then(looked_up.get(name)).otherwise(own.get(name)).alias(name) for name in names]

    def _column(self, mark: str, slot: str, columns: Mapping[str, Any]) -> pl.Expr:
        """A column of a decision, wherever it stands."""
        return pl.col(mark + slot) if mark + slot in columns or self._tables is None else self._tables.look(slot, mark + slot)


OPENED: dict[str, Any] = {
    "column": pl.String, "number": pl.UInt32, "slot": pl.String, "entries": pl.List(pl.Int32), "low": pl.String, "high": pl.String,
    "options": pl.List(pl.String), "absent": pl.Boolean,
}  # fmt: skip


Settled = tuple[tuple[int, ...], Val]


@dataclass
class _Opened:
    """The open results of a pack that a frame has, numbered as the frame meets them; what turned out exact is told by its line."""

    pack: Pack
    found: dict[Settled, int] = field(default_factory=dict)
    known: int = 0

    def met(self, result: Result, schema: Mapping[str, Any]) -> pl.Expr | None:
        """The numbers of those of a result, as a column of its frame; None where it has none."""
        name = OPEN + self.pack.last
        if name not in schema or not result.books[self.pack.last].entries:
            return None
        entries = result.books[self.pack.last].entries
        numbers: list[int | None] = [None] * len(entries)
        for number in result.frame[name].drop_nulls().unique(maintain_order=True).to_list():
            numbers[number] = self.number(entries[number].fired, entries[number].value)
        return pl.lit(pl.Series(numbers, dtype=pl.UInt32)).gather(pl.col(name))

    def more(self) -> _Opened:
        """The same, to be added to."""
        return _Opened(self.pack, dict(self.found), len(self.found))

    def number(self, fired: tuple[int, ...], value: Val) -> int:
        """The number that tells a result which lines of columns did not settle."""
        if len(fired) == 1 and value.exact and len(self.pack.slots) == 1:
            return self.pack.number(fired, value)
        return min(self.pack.opened + self.found.setdefault((fired, value), len(self.found)), self.pack.elsewhere)

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """A row for each that was not known: its number, the entries that may have fired, and all the value may be."""
        for (fired, value), order in islice(self.found.items(), self.known, None):
            told = self.pack.opened + order
            if told < self.pack.elsewhere:
                yield self.pack.name, told, self.pack.last, list(fired), *all_of(value)


def _frame_of(books: Iterable[_Opened]) -> pl.DataFrame:
    return pl.DataFrame([row for book in books for row in book.rows()], schema=OPENED, orient="row")


def _with_sums(numbers: pl.Series, result: Result, slot: str, book: _Opened) -> pl.Series:
    """The numbers of a table with those of open sums put in."""
    rows = result.frame[FIRED + slot].is_not_null().arg_true()
    steps = (result.unit(row).step(result.slots[slot]) for row in rows.to_list())
    return numbers.clone().scatter(rows, pl.Series([book.number(*step) for step in steps], dtype=numbers.dtype))


def all_of(value: Val) -> tuple[str | None, str | None, list[str] | None, bool]:
    """All a value may be, as what is open tells it: `low`, `high`, `options`, `absent`."""
    match value:
        case Num(low, high, absent):
            return write_exact(low), write_exact(high), None, absent
        case Opts(options, _, absent):
            return None, None, sorted(map(str, options)), absent
        case NotApplicable():
            return None, None, None, True


def _with_whole(made: pl.DataFrame, result: Result, packs: tuple[Pack, ...], books: Mapping[str, _Opened]) -> pl.DataFrame:
    """Units the reference decided, told in the same columns."""
    rows = list(result.whole)
    columns: dict[str, list[Any]] = {name: [None] * len(rows) for name in made.columns if name != "id"}
    for at, row in enumerate(rows):
        for pack in packs:
            for name, value in _told(pack, result, row, books[pack.name]).items():
                columns[name][at] = value
    patched = [made[name].clone().scatter(rows, pl.Series(values, dtype=made.schema[name])) for name, values in columns.items()]
    return made.with_columns(patched)


def _told(pack: Pack, result: Result, row: int, book: _Opened) -> dict[str, Any]:
    steps = [result.whole[row].get(decision.slot) for decision in pack.slots]
    if any(step is None for step in steps):
        return {pack.name: pack.elsewhere}
    lines = [step.fired for step in steps if step is not None]
    last = steps[-1]
    assert last is not None
    assert isinstance(last.value, Num | Opts | NotApplicable)
    if all(len(fired) == 1 for fired in lines) and last.value.exact:
        number = pack.number([line for (line,) in lines], last.value)
    else:
        number = book.number(last.fired, last.value)
    return {pack.name: number, **_points(pack, result.slots[pack.last], last.value)}


def _points(pack: Pack, slot: Slot, value: Val) -> dict[str, Any]:
    """The value in its columns, where it has some and they hold it."""
    col = slot.col
    if pack.fixed or pack.steps is not None or slot.consts or col is None or not value.exact:
        return {}
    gone = {ABSENT + pack.name: isinstance(value, NotApplicable)} if col.na is not None else {}
    if not isinstance(value, Num) or col.number is None:
        return gone
    try:
        top, below = scaled(value.low, col.number)
    except Beyond:
        return {pack.name: pack.elsewhere}
    return {**gone, POINTS + pack.name: top, **({BELOW + pack.name: below} if below is not None else {})}


def _columns(pack: Pack, result: Result, columns: Mapping[str, Any], opened: pl.Expr | None, column: Column) -> Iterator[pl.Expr]:
    yield pack.expr(result, columns, opened, column)
    slot = result.slots[pack.last]
    name = slot.decision.slot
    if pack.fixed or pack.steps is not None or slot.consts or slot.col is None:
        return
    value = VALUE + name
    if pack.masks:  # the same columns in every part, whether or not something is open in it
        yield from _ends(pack, slot, columns)
    elif value in columns:
        yield _small(pl.col(value), slot).alias(POINTS + pack.name)
        if BELOW + value in columns:
            yield pl.col(BELOW + value).alias(BELOW + pack.name)
    if ABSENT + value in columns:
        yield pl.col(ABSENT + value).alias(ABSENT + pack.name)


def _ends(pack: Pack, slot: Slot, columns: Mapping[str, Any]) -> Iterator[pl.Expr]:
    """The least, and the most where that is another; an exact value may stand in the column of values alone."""
    name = slot.decision.slot

    def end(mark: str, below: str = "") -> pl.Expr:
        some = [one for one in (below + mark + name, below + VALUE + name) if one in columns]
        return pl.coalesce(pl.col(one).cast(columns[below + VALUE + name]) for one in some)

    low, high = end(LOW), end(HIGH)
    apart = low != high
    if BELOW + VALUE + name in columns:
        apart = apart | (end(LOW, BELOW) != end(HIGH, BELOW))
        yield end(LOW, BELOW).alias(BELOW + pack.name)
        yield pl.when(apart).then(end(HIGH, BELOW)).alias(BELOW + MOST + pack.name)
    yield _small(low, slot).alias(POINTS + pack.name)
    yield _small(pl.when(apart).then(high), slot).alias(MOST + pack.name)


def _small(value: pl.Expr, slot: Slot) -> pl.Expr:
    """A number in the least space its proved range needs."""
    number = slot.col.number if slot.col is not None else None
    return value if number is None else value.cast(number.top.least)
