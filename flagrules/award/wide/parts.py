"""Slices of units scored one after another, each written as a part of the trace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import polars as pl

from flagrules.award.assess import authority_of
from flagrules.award.wide.counted import counted, counted_slots, outcomes
from flagrules.award.wide.inputs import WideInputs
from flagrules.engine.columnar.facts import FrameFacts
from flagrules.engine.columnar.layout import ID, ODD
from flagrules.engine.columnar.lean import Lean, Pack
from flagrules.engine.columnar.prepare import compile_plan
from flagrules.engine.columnar.result import Result
from flagrules.engine.columnar.run import Compiled
from flagrules.facts.columns.aligned import read_all
from flagrules.facts.columns.disk import disk_faults
from flagrules.facts.log import Log
from flagrules.plan.nodes import Plan
from flagrules.text.findings import Findings

TRACE = "trace"
MANY = 20_000  # units of one plan from which tables of what has few values pay
WORTH = 8_000_000  # cells of facts a slice holds at most: 40,000 units of 200 facts take some 500 MB with all that is worked out


def folder_of(kind: str, authority: str) -> str:
    """The folder of the parts of units of a kind that the plan of an authority judges."""
    return f"{kind}-{authority or 'all'}"


@dataclass(frozen=True)
class Group:
    """The units of one kind that one authority's plan judges: what is run, and what its trace is made of."""

    number: int
    authority: str
    kind: str
    compiled: Compiled
    lean: Lean

    @property
    def packs(self) -> tuple[Pack, ...]:
        """The numbers of its trace."""
        return self.lean.packs

    @cached_property
    def forgotten(self) -> Mapping[int, list[str]]:
        """What is not looked at after each round: all but what the trace tells and what is counted."""
        kept = {pack.last: not pack.fixed for pack in self.packs} | dict.fromkeys(counted_slots(self.compiled.plan), True)
        return self.compiled.forgotten(kept)

    @property
    def folder(self) -> str:
        """The folder of its parts, below `trace` and `opened`."""
        return folder_of(self.kind, self.authority)


@dataclass(frozen=True)
class Slice:
    """What scoring a slice left beside its parts: the small columns of each group in it, what was found wrong with cells, and how
    many units the interpreter had to decide, by the decision that asked for it."""

    small: Mapping[int, pl.DataFrame]
    findings: Findings
    whole: Mapping[str, int]


class Read(NamedTuple):
    """The facts of a slice as engines read them, and what is wrong with their cells."""

    facts: pl.DataFrame
    log: Log


class Part(NamedTuple):
    """A file that is to be written."""

    frame: pl.DataFrame
    path: Path


@dataclass(frozen=True)
class Scored:
    """What a run leaves: the groups, and the slices in order."""

    groups: tuple[Group, ...]
    slices: tuple[Slice, ...]

    def columns(self, group: Group) -> pl.DataFrame:
        """The small columns of a group, in register order."""
        return pl.concat([one.small[group.number] for one in self.slices if group.number in one.small])

    @property
    def whole(self) -> Counter[str]:
        """How many units the interpreter decided, by what asked for it."""
        return sum((Counter(one.whole) for one in self.slices), Counter())


def slice_size(facts: int) -> int:
    """How many units a slice has, so that its width does not matter to memory."""
    return max(1_000, min(170_000, WORTH // max(facts, 1)))


def table_rows(units: int) -> int:
    """How many rows tables of what has few values may have, for so many units of one plan; 0 where none pays."""
    return units // 4 if units >= MANY else 0


def groups_of(plans: Mapping[str, Plan], inputs: WideInputs) -> tuple[tuple[Group, ...], pl.Series]:
    """The groups there are, in order of their first unit, and the number of each unit's group."""
    parents = inputs.register.units.select("parent", "kind").unique(maintain_order=True)
    holders = inputs.register.holders
    authority = {
        parent: (parent if parent in plans else authority_of(holders, holders.units[parent], plans)) if parent in holders.units else ""
        for parent in parents["parent"].unique(maintain_order=True).to_list()
        if parent is not None
    }
    named = inputs.register.units.select(
        "kind", authority=pl.col("parent").replace_strict(authority, default="", return_dtype=pl.String).fill_null("")
    )
    keys = named.group_by("kind", "authority", maintain_order=True).len()
    groups: list[Group] = []
    for number, (kind, place, height) in enumerate(keys.iter_rows()):
        compiled = compile_plan(plans[place], kind, table_rows(height))
        groups.append(Group(number, place, kind, compiled, Lean(compiled)))
    if len(groups) == 1:
        return tuple(groups), pl.repeat(0, named.height, dtype=pl.UInt32, eager=True)
    numbers = named.join(keys.drop("len").with_row_index("group"), on=["kind", "authority"], how="left", maintain_order="left")["group"]
    return tuple(groups), numbers


class Scorer:
    """Scores units slice by slice, in any order and by any number of processes: every slice is its own."""

    def __init__(self, plans: Mapping[str, Plan], inputs: WideInputs, folder: Path, size: int) -> None:
        self.inputs, self.folder, self.size = inputs, folder, size
        self.groups, self.numbers = groups_of(plans, inputs)

    @property
    def slices(self) -> int:
        """How many slices there are."""
        return -(-self.inputs.register.units.height // self.size)

    def read(self, number: int) -> Read:
        """The facts of a slice, and what is wrong with them."""
        log = Log()
        return Read(_facts(self.inputs, number * self.size, self.size, log), log)

    def scored(self, number: int, read: Read) -> tuple[Slice, list[Part]]:
        """A slice scored, and its parts, still to be written."""
        start, small, whole, parts = number * self.size, {}, Counter[str](), list[Part]()
        units, own = self.inputs.register.units.slice(start, self.size), self.numbers.slice(start, self.size)
        for group in self.groups:
            several = len(self.groups) > 1
            mine, who = (read.facts.filter(own == group.number), units.filter(own == group.number)) if several else (read.facts, units)
            if mine.height:
                result = _decided(group, mine)
                trace, opened = group.lean.of(result)
                name = f"{group.folder}/part-{number:05}.parquet"
                parts.append(Part(trace.with_columns(outcomes(group.compiled.plan, group.kind, result)), self.folder / TRACE / name))
                parts.append(Part(opened, self.folder / "opened" / name))
                small[group.number] = counted(group.compiled.plan, group.kind, result, who["parent"])
                whole.update(result.why)
        return Slice(small, read.log.close(), whole), parts

    def run(self, number: int) -> Slice:
        """Score one slice and write its parts, each under its own name only once it is whole."""
        made, parts = self.scored(number, self.read(number))
        _write(parts)
        return made


def score(scorer: Scorer, progress: Callable[[int, int], None]) -> Scored:
    """Every slice, one after another; `progress` is told (units done, units in all). While one is scored, the next is read and the last
    is written."""
    height, done = scorer.inputs.register.units.height, []
    with ThreadPoolExecutor(1) as reader, ThreadPoolExecutor(1) as writer:
        read, written = reader.submit(scorer.read, 0), writer.submit(_write, ())
        for number in range(scorer.slices):
            progress(number * scorer.size, height)
            here = read.result()
            if number + 1 < scorer.slices:
                read = reader.submit(scorer.read, number + 1)
            made, parts = scorer.scored(number, here)
            done.append(made)
            written.result()
            written = writer.submit(_write, parts)
        written.result()
    progress(height, height)
    return Scored(scorer.groups, tuple(done))


def _write(parts: Iterable[Part]) -> None:
    for frame, path in parts:
        path.parent.mkdir(parents=True, exist_ok=True)
        begun = path.with_name(f".{path.name}.{uuid4().hex}")  # another machine may be writing the same
        with disk_faults():
            frame.write_parquet(begun, compression="zstd", statistics=False)
        begun.replace(path)


def _facts(inputs: WideInputs, start: int, size: int, log: Log) -> pl.DataFrame:
    """The facts of a slice, as engines read them; wrong cells are told and stay unknown."""
    units = inputs.register.units.slice(start, size)
    ids = units.select(pl.col("id").alias(ID))
    return pl.concat([ids, read_all(inputs.views, start, units["name"], log)], how="horizontal") if inputs.views else ids


def _decided(group: Group, facts: pl.DataFrame) -> Result:
    frame = _frame(group.compiled, facts)
    return group.compiled.run(frame, FrameFacts(group.compiled.inputs, frame), group.forgotten)


def _frame(compiled: Compiled, facts: pl.DataFrame) -> pl.DataFrame:
    """The columns a plan reads; what no file has is open. What is only looked up by stays as small as it is."""
    frame = [pl.col(ID), pl.lit(value=False).alias(ODD)]
    for one in compiled.inputs:
        for name, kind in one.columns:
            empty = pl.lit(value=False) if name == one.absent else pl.lit(None, dtype=kind)
            there = pl.col(name).cast(kind) if one.name in compiled.wanted else pl.col(name)
            frame.append(there if name in facts.columns else empty.alias(name))
    return facts.select(frame)
