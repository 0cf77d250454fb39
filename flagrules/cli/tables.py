"""Tables on the screen, aligned with Chinese text, and progress for long runs; everything shown is made in `award.results`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TextIO

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table as Grid
from rich.text import Text

from flagrules.award.assess import Assessment
from flagrules.award.quotas import QuotaResult
from flagrules.award.results.places import money_table as money
from flagrules.award.results.places import quotas_table as quotas_of
from flagrules.award.results.regions import flags_by_region, held_by_region, regions
from flagrules.award.results.shape import Cell, Table, Word, for_people
from flagrules.award.results.steps import procedure_table
from flagrules.award.results.units import counts_table, decisions_table, left_out_table, title_names, units_table
from flagrules.award.results.words import Lang
from flagrules.text.render import visible

_PLAIN_WIDTH = 10_000
_QUIET_SECONDS = 2.0
_QUOTAS = ("place", "quota", "reached", "total", "percent", "asked", "edge", "needed", "status")
_PROCEDURE = ("item", "step", "by", "due", "state", "least", "earliest_end", "line")


def console(stream: TextIO | None = None) -> Console:
    """The console for tables: a terminal as it is; anything else gets plain lines that are never folded."""
    out = stream if stream is not None else sys.stdout
    return Console(file=out) if out.isatty() else Console(file=out, width=_PLAIN_WIDTH, soft_wrap=True, no_color=True)


@dataclass(frozen=True)
class Screen:
    """A table as rich draws it: with rules on a terminal, as aligned plain text elsewhere; at most `limit` rows (0: all).

    `more` are rows that exist beside those of the table."""

    table: Table
    lang: Lang = "zh"
    limit: int = 0
    more: int = 0

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        shown = self.table.rows[: self.limit or None]
        yield Text(self.table.head(self.lang), style="bold")
        if not shown:
            yield Text("（无）" if self.lang == "zh" else "(none)")
            return
        grid = Grid(box=box.SIMPLE_HEAD if options.is_terminal else None, pad_edge=False, show_edge=False)
        for index, column in enumerate(self.table.columns):
            numbers = any(isinstance(row[index], Fraction) for row in shown)
            grid.add_column(Text(visible(column.head(self.lang))), justify="right" if numbers else "left")
        for row in shown:
            grid.add_row(*(_cell(cell, self.lang) for cell in row))
        yield grid
        if left := len(self.table.rows) + self.more - len(shown):
            yield Text(f"……还有 {left} 行" if self.lang == "zh" else f"… and {left} more rows")


def _cell(cell: Cell, lang: Lang) -> Text:
    return Text(visible(for_people(cell, lang)))


def flags_table(assessment: Assessment, lang: Lang = "zh", limit: int = 20) -> RenderableType:
    """How many units of each place hold which titles and how many, then the units with points and outcome of each title."""
    listed = replace(assessment, units=assessment.units[: limit or None])
    units = units_table(listed, lang).joined()
    keys = ["name", *(c.key for c in units.columns if c.key.startswith("place:")), "granted", "tiers"]
    keys += [f"title:{name}" for name in title_names(assessment)]
    first = [flags_by_region(assessment), held_by_region(assessment)] if _many(assessment) else [counts_table(assessment)]
    shown = [part for table in first for part in (Screen(table, lang), Text())]
    return Group(*shown, Screen(units.only(*keys), lang, more=len(assessment.units) - len(listed.units)))


def _many(assessment: Assessment) -> bool:
    """Whether there is more than one region, so that a table tells them apart."""
    return len(regions(assessment)) > 2  # all units, and one region


def quotas_table(assessment: Assessment, quotas: Sequence[QuotaResult], lang: Lang = "zh", limit: int = 0) -> RenderableType:
    """Each quota of each place: what it asks, reached of total, the share rounded, how many are needed, and whether it is met."""
    return Screen(quotas_of(assessment, quotas).joined().only(*_QUOTAS), lang, limit)


def money_table(assessment: Assessment, lang: Lang = "zh") -> RenderableType:
    """What each payer pays for each tier and in all; by region where there are several."""
    table = money(assessment)
    if not _many(assessment):
        table = replace(table, rows=tuple(row for row in table.rows if row[1] == Word("all_units")))
    keys = [column.key for column in table.columns if column.key != "place_id" and (column.key != "place" or _many(assessment))]
    return Screen(table.only(*keys).joined(), lang)


def procedure(assessment: Assessment, lang: Lang = "zh") -> RenderableType:
    """Where each step of the procedure stands on the day."""
    return Screen(procedure_table(assessment).only(*_PROCEDURE), lang)


def decisions(assessment: Assessment, lang: Lang = "zh", limit: int = 20) -> RenderableType | None:
    """Today's decisions on titles that last, or None when there are none."""
    table = decisions_table(assessment)
    keys = ("name", "title", "decision", "decided_on", "until", "grade", "line")
    return Screen(table.only(*(key for key in keys if key in {c.key for c in table.columns})), lang, limit) if table.rows else None


def left_out(assessment: Assessment, lang: Lang = "zh", limit: int = 20) -> RenderableType:
    """The units that were not assessed, and why."""
    return Screen(left_out_table(assessment), lang, limit)


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A function to be told (done, total), as `assess` wants it; a bar on a terminal's stderr once two seconds have passed."""
    screen = Console(stderr=True)
    if not screen.is_terminal:
        yield lambda _done, _total: None
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    bar = Progress(*columns, console=screen, transient=True)
    task = bar.add_task(label)
    start = time.monotonic()

    def tell(done: int, total: int) -> None:
        bar.update(task, completed=done, total=total)
        if not bar.live.is_started and time.monotonic() - start > _QUIET_SECONDS:
            bar.start()

    try:
        yield tell
    finally:
        bar.stop()
