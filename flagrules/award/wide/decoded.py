"""What the numbers of a trace mean: a table of every line a number may speak of, and the lines of one unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl

from flagrules.award.assess import UnitResult
from flagrules.award.results.cells import citation
from flagrules.award.wide.counted import OUTCOME
from flagrules.award.wide.parts import OPENED, Group, folder_of
from flagrules.engine.columnar.lean import all_of
from flagrules.engine.columnar.packs import Pack
from flagrules.engine.values import NotApplicable, Num, Opts
from flagrules.facts.columns.disk import disk_faults
from flagrules.model.numbers import write_exact
from flagrules.plan.nodes import Entry, Plan
from flagrules.semantics import expr as e

LINES, PART, TABLES = "lines.parquet", "part:", "tables.parquet"
_SCHEMA = {
    "trace": pl.String, "plan": pl.String, "column": pl.String, "told": pl.Int64, "slot": pl.String, "worth": pl.Int64, "radix": pl.Int32,
    "entry": pl.Int32, "line": pl.String, "why": pl.String, "value": pl.String, "citation": pl.String, "text": pl.String,
    "least": pl.String, "step": pl.String,
}  # fmt: skip


def write_told(groups: Sequence[Group], folder: Path) -> None:
    """What the numbers of a trace mean: a row of `lines.parquet` for every entry of every decision, where `number // worth % radix` in
    `column` is its `entry`, and that is the rule `line`.

    Where a number tells the points too, a row without an entry says that they are `least` and so many times `step`. From `told` on
    numbers speak of results that facts left open: `opened` tells those of each part, and in `tables.parquet` those any part may have.
    `plan` is the digest of the plan.
    """
    rows = [row for group in groups for pack in group.packs for row in _rows(group, pack)]
    made = {folder / LINES: pl.DataFrame(rows, schema=_SCHEMA, orient="row")}
    made |= {folder / OPENED / group.folder / TABLES: group.lean.known for group in groups}
    for path, frame in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        with disk_faults():
            frame.write_parquet(path, compression="zstd", statistics=False)


def _rows(group: Group, pack: Pack) -> Iterator[tuple[Any, ...]]:
    plan, worth = group.compiled.plan, 1
    where = group.folder, plan.digest, pack.name, pack.told
    for decision, radix in zip(pack.slots, pack.radices, strict=True):
        for index, entry in enumerate(decision.entries):
            yield *where, decision.slot, worth, radix, index, *_line(plan, entry), None, None
        worth *= radix
    if pack.steps is not None:
        least, step = Fraction(pack.steps.start, pack.scale), Fraction(1, pack.scale)
        yield *where, pack.last, worth, len(pack.steps), *(None,) * 6, write_exact(least), write_exact(step)


def _line(plan: Plan, entry: Entry) -> tuple[str, str, str | None, str, str]:
    line = plan.lines[entry.line]
    value = entry.value.value if isinstance(entry.value, e.Const) else None
    said = None if value is None else str(value) if isinstance(value, bool | str) else write_exact(value)
    return line.id, entry.why, said, citation(line), " ".join(line.text.split("〔", 1)[0].split())


@dataclass(frozen=True)
class Digit:
    """Where the entry of a decision is told: `number // worth % radix` in `column`, as long as the number is below `told`.

    Where there is a `step`, that many of it and the `least` are its points.
    """

    column: str
    told: int
    slot: str
    worth: int
    radix: int
    least: str | None
    step: str | None


def digits_of(path: Path, folder: str) -> list[Digit]:
    """Where the trace in a folder tells each decision, from the table of lines beside it. Raises `OSError` or Polars' errors."""
    names = [one.name for one in fields(Digit)]
    return [Digit(*row) for row in pl.read_parquet(path).filter(trace=folder).select(names).unique(maintain_order=True).iter_rows()]


def fired(digits: Iterable[Digit], row: Mapping[str, Any]) -> dict[str, int]:
    """The entry that fired in each decision of a unit, by slot, where its trace says so."""
    return {one.slot: row[one.column] // one.worth % one.radix for one in digits if one.step is None and row[one.column] < one.told}


def points(digits: Iterable[Digit], row: Mapping[str, Any]) -> dict[str, Fraction]:
    """The points of each decision of a unit, by slot, where a number of its trace tells them."""
    return {
        one.slot: Fraction(one.least or 0) + row[one.column] // one.worth % one.radix * Fraction(one.step)
        for one in digits
        if one.step is not None and row[one.column] < one.told
    }


def _open_otherwise(item: UnitResult, digits: Iterable[Digit], row: Mapping[str, Any], folder: Path) -> Iterator[str]:
    """The slots of which the trace says other than the interpreter what is left open."""
    part, numbers = Path(row[PART]), pl.Series([row[column] for column in dict.fromkeys(one.column for one in digits)], dtype=pl.UInt32)
    told = (pl.read_parquet(folder / OPENED / part.parent.name / name) for name in (TABLES, part.name))
    for one in pl.concat(told).filter(pl.col("number").is_in(numbers.implode())).iter_rows(named=True):
        if row[one["column"]] == one["number"]:
            step = item.steps[one["slot"]]
            assert isinstance(step.value, Num | Opts | NotApplicable)
            if (tuple(one["entries"]), *(one[name] for name in ("low", "high", "options", "absent"))) != (step.fired, *all_of(step.value)):
                yield one["slot"]


def contradicted(item: UnitResult, plan: Plan, rows: Iterable[Mapping[str, Any]], path: Path) -> str:
    """The rule line of the first decision or title of which a unit's rows of the trace say other than the interpreter, "" where they agree.

    It is the line of the programme where there is not one row, the row cannot be read, or the table of lines at `path` does not tell
    every decision.
    """
    try:
        (row,) = rows
        digits = digits_of(path, folder_of(item.unit.kind, item.authority))
        told, said = fired(digits, row), points(digits, row)
        turned = {title.path for title in item.titles if row[OUTCOME + title.name] != title.outcome}
        otherwise = list(_open_otherwise(item, digits, row, path.parent))
    except (KeyError, OSError, TypeError, ValueError, pl.exceptions.PolarsError):
        return plan.rules.line
    entries = {one.slot: len(one.entries) for one in plan.for_subject(item.unit.kind)}
    if {one.slot: one.radix for one in digits if one.step is None} != entries:
        return plan.rules.line
    wrong = [slot for slot, entry in told.items() if item.steps[slot].fired != (entry,)]
    wrong += [slot for slot, value in said.items() if item.steps[slot].value != Num(value, value)]
    wrong += otherwise
    wrong += [title.outcome for title in plan.titles if title.path in turned]
    return plan.slots[wrong[0]].line if wrong else ""
