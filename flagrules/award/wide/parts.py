"""Slices of units scored one after another, each written as a part of the trace; before that, what units decide that others look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import polars as pl

from flagrules.award.assess import authority_of
from flagrules.award.wide.counted import counted, counted_slots, outcomes
from flagrules.award.wide.inputs import WideInputs
from flagrules.engine.columnar.crowds import AT, Population, only
from flagrules.engine.columnar.decided import UNIT, decided
from flagrules.engine.columnar.facts import FrameFacts, with_beside
from flagrules.engine.columnar.indexes import MOST
from flagrules.engine.columnar.layout import ID, ODD
from flagrules.engine.columnar.lean import Lean
from flagrules.engine.columnar.packs import Pack
from flagrules.engine.columnar.ready import ready
from flagrules.engine.columnar.result import Result
from flagrules.engine.columnar.run import Compiled
from flagrules.facts.columns.aligned import read_all
from flagrules.facts.columns.disk import disk_faults
from flagrules.facts.log import Log
from flagrules.facts.table import FactTable
from flagrules.plan.nodes import Plan
from flagrules.text.findings import Findings

TRACE, OPENED, SLOT = "trace", "opened", "slot"
MANY = 100  # units of one plan from which tables of what has few values pay, as they are kept
WORTH = 19_500_000  # cells of facts a slice would hold if rules took no memory; those of 500 facts take as much as their cells


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
    looked: Sequence[str] = ()
    _frames: dict[tuple[str, ...], list[pl.Expr]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def packs(self) -> tuple[Pack, ...]:
        """The numbers of its trace."""
        return self.lean.packs

    @cached_property
    def forgotten(self) -> Mapping[int, frozenset[str]]:
        """What is not looked at after each round: all but what the trace tells, what is counted, and what others look at."""
        always = {*counted_slots(self.compiled.plan), *self.looked}
        kept = {pack.last: not pack.fixed for pack in self.packs} | dict.fromkeys(always, True)
        return self.compiled.forgotten(kept)

    def frame(self, facts: pl.DataFrame) -> pl.DataFrame:
        """The columns its plan reads; what no file has is open. What is only looked up by stays as small as it is."""
        if (there := tuple(facts.columns)) not in self._frames:
            self._frames[there] = list(_read_by(self.compiled, set(there)))
        return facts.select(self._frames[there])

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


_NONE: Mapping[str, pl.DataFrame] = {}


class Read(NamedTuple):
    """The facts of a slice as engines read them, and what is wrong with their cells."""

    facts: pl.DataFrame
    log: Log
    beside: FactTable | None = None


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


def part_of(group: Group, number: int) -> str:
    """The name of a slice's part of a group."""
    return f"{group.folder}/part-{number:05}.parquet"


def slice_size(facts: int) -> int:
    """How many units a slice has, so that its width does not matter to memory: 69,000 of 200 facts, 6,500 of 1,000."""
    return max(1_000, min(170_000, WORTH * 500 // (max(facts, 1) * (500 + facts))))


def table_rows(units: int) -> int:
    """How many rows tables of what has few values may have, for so many units of one plan; 0 where none pays. Whoever scores a slice,
    the tables are the same, and so are the bytes it leaves."""
    return MOST if units >= MANY else 0


def groups_of(
    plans: Mapping[str, Plan], inputs: WideInputs, looked: Sequence[str] = ()
) -> tuple[tuple[Group, ...], pl.Series]:
    """The groups there are, in order of their first unit, and the number of each unit's group. What is `looked` at is worked out for
    every unit."""
    holders = inputs.register.holders
    authority = {
        parent: (parent if parent in plans else authority_of(holders, holders.units[parent], plans)) if parent in holders.units else ""
        for parent in inputs.register.units["parent"].unique(maintain_order=True).to_list()
        if parent is not None
    }
    places = pl.Enum(["", *(place for place in plans if place)])
    above = pl.col("parent").cast(pl.String).replace_strict(authority, default="", return_dtype=pl.String).fill_null("").cast(places)
    itself = pl.col("id").is_in([place for place in plans if place])
    own = pl.when(itself).then(pl.col("id")).cast(places, strict=False).fill_null(above) if len(plans) > 1 else pl.lit("", dtype=places)
    named = inputs.register.units.select("kind", authority=own)
    keys = named.group_by("kind", "authority", maintain_order=True).len()
    groups: list[Group] = []
    for number, (kind, place, height) in enumerate(keys.iter_rows()):
        made = ready(plans[place], kind, table_rows(height), looked)
        groups.append(Group(number, place, kind, made.compiled, made.lean, looked))
    if len(groups) == 1:
        return tuple(groups), pl.repeat(0, named.height, dtype=pl.UInt32, eager=True)
    numbers = named.join(keys.drop("len").with_row_index("group"), on=["kind", "authority"], how="left", maintain_order="left")["group"]
    return tuple(groups), numbers


class Scorer:
    """Scores units slice by slice, in any order and by any number of processes: every slice is its own.

    `values` are what units have decided that others look at, by slot. Where only what is `looked` at is asked for, all that does not
    lead there is left out.
    """

    def __init__(
        self, plans: Mapping[str, Plan], inputs: WideInputs, folder: Path, size: int, values: Mapping[str, pl.DataFrame] = _NONE,
        looked: Sequence[str] = (),
    ) -> None:  # fmt: skip
        self.made_of = plans, inputs, folder, size, values, tuple(looked)
        self.inputs, self.folder, self.size = inputs, folder, size
        self.population = population_of(inputs, values) if any(plan.last_stage for plan in plans.values()) else None

    @cached_property
    def _grouped(self) -> tuple[tuple[Group, ...], pl.Series]:
        plans, inputs, _, _, _, looked = self.made_of
        return groups_of({place: only(plan, looked) for place, plan in plans.items()} if looked else plans, inputs, looked)

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups there are; compiled when first asked for, so that the first slice is read meanwhile."""
        return self._grouped[0]

    @property
    def numbers(self) -> pl.Series:
        """The number of each unit's group."""
        return self._grouped[1]

    @property
    def slices(self) -> int:
        """How many slices there are."""
        return -(-self.inputs.register.units.height // self.size)

    def read(self, number: int) -> Read:
        """The facts of a slice, and what is wrong with them."""
        log, start, beside = Log(), number * self.size, self.inputs.beside
        facts = _facts(self.inputs, start, self.size, log)
        return Read(facts, log, beside.read(self.inputs.register, start, self.size, facts, log) if beside is not None else None)

    def scored(self, number: int, read: Read) -> tuple[Slice, list[Part]]:
        """A slice scored, and its parts, still to be written."""
        small, whole, parts = dict[int, pl.DataFrame](), Counter[str](), list[Part]()
        for group, units, result in self.decided(number, read):
            trace, opened = group.lean.of(result)
            parents = self.inputs.register.units["parent"].gather(units)
            counts = small[group.number] = counted(group.compiled.plan, group.kind, result, parents)
            name = part_of(group, number)
            parts.append(Part(trace.with_columns(outcomes(group.compiled.plan, group.kind, counts)), self.folder / TRACE / name))
            parts.append(Part(opened, self.folder / OPENED / name))
            whole.update(result.why)
        return Slice(small, read.log.close(), whole), parts

    def decided(self, number: int, read: Read) -> Iterator[tuple[Group, pl.Series, Result]]:
        """Every group there is in a slice, with the numbers of its units and what they decided."""
        start, own = number * self.size, self.numbers.slice(number * self.size, self.size)
        for group in self.groups:
            there = (own == group.number).arg_true()
            if len(there) and (group.compiled.slots or not group.looked):
                facts = read.facts if len(there) == read.facts.height else read.facts.select(pl.all().gather(there))
                units = there + start
                yield group, units, self._run(group, facts, units, read.beside)

    def _run(self, group: Group, facts: pl.DataFrame, units: pl.Series, beside: FactTable | None) -> Result:
        frame = group.frame(facts)
        if beside is not None:
            frame = with_beside(group.compiled, frame, beside)
        if self.population is None:
            return group.compiled.run(frame, FrameFacts(group.compiled.inputs, frame, beside), group.forgotten)
        frame = self.population.looked_up(group.compiled, frame, units)
        return group.compiled.run(frame, FrameFacts(group.compiled.inputs, frame, beside), group.forgotten, self.population.around)

    def run(self, number: int) -> Slice:
        """Score one slice and write its parts, each under its own name only once it is whole."""
        made, parts = self.scored(number, self.read(number))
        _write(parts)
        return made

    def left(self, number: int, made: Slice) -> Iterator[Path]:
        """The files a slice leaves."""
        return (self.folder / TRACE / part_of(group, number) for group in self.groups if group.number in made.small)


class Looker(Scorer):
    """What units decide that others look at, slice by slice: a row a unit and slot (`SLOT`), and no parts."""

    def scored(self, number: int, read: Read) -> tuple[Slice, list[Part]]:
        """A slice scored; nothing is to be written."""
        small: dict[int, pl.DataFrame] = {}
        for group, units, result in self.decided(number, read):
            own = [decided(result, slot).with_columns(units.alias(UNIT), pl.lit(slot).alias(SLOT))
                   for slot in group.looked if slot in group.compiled.slots]  # fmt: skip
            if own:
                small[group.number] = pl.concat(own)
        return Slice(small, read.log.close(), {}), []

    def left(self, _number: int, _made: Slice) -> Iterator[Path]:
        """Nothing."""
        return iter(())


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
            frame.write_parquet(begun, compression="zstd", compression_level=1, statistics=False)
        begun.replace(path)


def population_of(inputs: WideInputs, values: Mapping[str, pl.DataFrame]) -> Population:
    """All units with the places they lie in, and what is known of them."""
    register = inputs.register
    kinds = dict.fromkeys(kind for nearest in register.places.values() for kind in nearest)
    places = (register.nearest(kind, register.units["parent"]).alias(AT + kind) for kind in kinds)
    return Population(register.units.select("id", pl.col("kind").cast(pl.String)).with_columns(places), values)


def _facts(inputs: WideInputs, start: int, size: int, log: Log) -> pl.DataFrame:
    """The facts of a slice, as engines read them; wrong cells are told and stay unknown."""
    units = inputs.register.units.slice(start, size)
    ids = units.select(pl.col("id").alias(ID))
    if not inputs.views:
        return ids
    facts = pl.concat([ids, read_all(inputs.views, start, units["name"], log)], how="horizontal")
    return facts.rechunk()  # a query over columns in pieces of unequal length first puts each of them together


def _read_by(compiled: Compiled, there: Collection[str]) -> Iterator[pl.Expr]:
    yield from (pl.col(ID), pl.lit(value=False).alias(ODD))
    for one in compiled.inputs:
        for name, kind in one.columns:
            empty = pl.lit(value=False) if name == one.absent else pl.lit(None, dtype=kind)
            known = pl.col(name).cast(kind) if one.name in compiled.wanted else pl.col(name)
            yield known if name in there else empty.alias(name)
