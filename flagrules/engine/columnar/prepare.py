"""A plan made ready for columns: its rounds, what settles what is open, and the tables decisions are looked up in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flagrules.engine.columnar.compile import Columns, Slot
from flagrules.engine.columnar.facts import FrameFacts
from flagrules.engine.columnar.indexes import Index, frames, partial_indexes, whole_indexes
from flagrules.engine.columnar.lanes import Lanes
from flagrules.engine.columnar.layout import Layout
from flagrules.engine.columnar.reads import FEW, closures, own_reads
from flagrules.engine.columnar.run import Compiled
from flagrules.engine.columnar.shared import Shared
from flagrules.engine.columnar.spans import Wide, direct_of, wide_of
from flagrules.engine.columnar.tables import Table, Tables, tables_of
from flagrules.plan.nodes import Decide, Plan


def compile_plan(plan: Plan, kind: str, most: int = 0, without: frozenset[str] = frozenset()) -> Compiled:
    """The decisions of a plan on units of a kind, as columns.

    What rests on few facts of few values is worked out here, once for every value, and looked up: in tables of at most `most` rows.
    `without` are decisions that are not to be looked up.
    """
    layout, decisions = Layout(plan), plan.for_subject(kind)
    own = {decision.slot: own_reads(decision, plan.parameters) for decision in decisions}
    rests, tabled = closures(decisions, own), most > 0
    indexes = whole_indexes(decisions, rests, layout, most, without) if tabled else {}
    columns, aside = Columns(plan, layout), Columns(plan, layout)
    columns.count([decision for decision in decisions if decision.slot not in indexes])
    aside.count([decision for decision in decisions if decision.slot in indexes])
    for decision in decisions:
        if decision.slot in indexes:
            columns.slots[decision.slot] = _there(aside.decide(decision))
        else:
            columns.decide(decision)
    lanes = Lanes(plan, decisions, columns.slots, layout.inputs, own, rests)
    wide = _wide(lanes, columns, aside)
    made = _compiled(plan, kind, decisions, columns, lanes, wide)
    if not tabled:
        return made
    indexes |= partial_indexes(decisions, rests, layout, most, without, indexes.keys(), wide.keys())
    tables, odd = _tables(made, indexes, aside)
    if odd:
        return compile_plan(plan, kind, most, without | odd)
    return replace(made, tables=Tables(tables, _read(decisions, lanes, wide, indexes)) if tables else None)


def _wide(lanes: Lanes, columns: Columns, aside: Columns) -> dict[str, Wide]:
    """The decisions that are bounded sums, of earlier ones or of facts. `aside` has those that are looked up for every unit."""
    found: dict[str, Wide] = {}
    for slot, closure in lanes.closures.items():
        total = wide_of(columns.slots[slot], columns) if closure is None else None
        found |= {slot: total} if total is not None else {}
    for slot, closure in lanes.closures.items():
        if closure is not None and None in closure.reads.edges.values():
            where = aside if slot in aside.slots else columns
            direct = direct_of(where.slots[slot], where, lanes.key_of, found)
            found |= {slot: direct} if direct is not None else {}
    return found


def _compiled(plan: Plan, kind: str, decisions: tuple[Decide, ...], columns: Columns, lanes: Lanes, wide: Mapping[str, Wide]) -> Compiled:
    """Decisions in columns, nothing of them looked up."""
    inputs = tuple({one.name: one for one in columns.layout.inputs.values()}.values())  # two that mean the same share a column
    gaps = {slot: made.gap for slot, made in columns.slots.items() if made.gap}
    return Compiled(plan, kind, inputs, decisions, tuple(columns.rounds), columns.slots, gaps, lanes, wide, Shared(lanes))


def _tables(made: Compiled, indexes: Mapping[str, Index], aside: Columns) -> tuple[dict[str, Table], frozenset[str]]:
    """The tables decisions are looked up in, each decision worked out with all that it rests on; and those that are not to be looked up,
    for columns cannot settle them on some values, or have them on another grid. `aside` has those looked up for every unit."""
    found, odd, by_name = dict[str, Table](), set[str](), dict[str, list[str]]()
    for slot, index in indexes.items():
        by_name.setdefault(index.name, []).append(slot)
    own = list({index.name: index for index in indexes.values()}.values())
    for frame, some in (*frames([one for one in own if not one.partial]), *frames([one for one in own if one.partial])):
        slots = [slot for index in some for slot in by_name[index.name]]
        closures = [closure for slot in slots if (closure := made.lanes.closures[slot]) is not None]
        needed = {decision.slot for closure in closures for decision in closure.decisions}
        decisions = tuple(decision for decision in made.decisions if decision.slot in needed)
        columns = aside
        if needed != aside.slots.keys():
            columns = Columns(made.plan, aside.layout)
            columns.count(decisions)
            for decision in decisions:
                columns.decide(decision)
        inputs = {one.name: one for index in some for one in index.inputs}
        alone_ = replace(_compiled(made.plan, made.kind, decisions, columns, made.lanes, made.wide), inputs=tuple(inputs.values()))
        result = alone_.run(frame, FrameFacts(alone_.inputs, frame), by_reference=False)
        odd |= {*result.why, *(slot for slot in slots if not alike(made.slots[slot], columns.slots[slot]))}
        if not odd:
            of_made = replace(result, compiled=made)  # what is alike is read the same
            for table in tables_of({index: by_name[index.name] for index in some}, of_made):
                found |= dict.fromkeys(by_name[table.index.name], table)
    return found, frozenset(odd)


def alike(one: Slot, other: Slot) -> bool:
    """Whether two columns of a decision mean the same: its values on one grid, its words in one order."""
    return _shape(one) == _shape(other)


def _shape(slot: Slot) -> object:
    col = slot.col
    if col is None:
        return None
    number = col.number
    grid = (number.scale, number.top.low, number.top.high, number.bottom is not None) if number is not None else None
    return grid, col.words, col.truth is not None, col.na is not None


def _there(slot: Slot) -> Slot:
    """A decision whose columns are there before the first round."""
    return replace(slot, col=replace(slot.col, level=0) if slot.col is not None else None, ready=0)


def _read(decisions: Sequence[Decide], lanes: Lanes, wide: Mapping[str, Wide], indexes: Mapping[str, Index]) -> dict[str, bool]:
    """The decisions looked up that others read: with what is open, unless only long sums do, which take that from the tables."""
    found: dict[str, bool] = {}
    for decision in decisions:
        index, reads, total = indexes.get(decision.slot), lanes.own[decision.slot], wide.get(decision.slot)
        opened = total is None or total.offset is None or len(reads.edges) <= FEW
        for read in reads.slots:
            if read in indexes and indexes[read] != index:
                found[read] = found.get(read, False) or (opened and index is None)
    return found
