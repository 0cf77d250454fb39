"""Why titles are undetermined: the facts, parameters and figures that nobody knows yet, and how many titles wait for each."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from flagrules.award.assess import Assessment
from flagrules.award.results.shape import Cell, Column, Table, Word
from flagrules.plan.nodes import Plan
from flagrules.trace.steps import Step

Input = tuple[str, str, int]
Key = tuple[str, str, Input]


def _inputs(plan: Plan, slot: str, steps: Mapping[str, Step]) -> set[Input]:
    """The unknown inputs below a decision."""
    found: set[Input] = set()
    seen, waiting = {slot}, [slot]
    while waiting:
        step = steps.get(waiting.pop())
        if step is None or step.value.exact:
            continue
        found |= {(read.kind, read.name, read.back) for read in step.reads if not read.value.exact}
        fresh = plan.slots[step.slot].reads - seen
        seen |= fresh
        waiting += fresh
    return found


def missing_table(assessment: Assessment) -> Table:
    """A row for every unknown input that some undetermined title rests on; those most titles wait for first.

    `only` counts the titles for which nothing else is unknown.
    """
    columns = (
        Column("authority", "规定者", "authority"),
        Column("title", assessment.base.rules.noun, "title"),
        Column("what", "性质", "what"),
        Column("name", "名目", "name"),
        Column("back", "往前几期", "periods before"),
        Column("line", "规则行", "line"),
        Column("titles", "未定的个数", "undetermined"),
        Column("only", "其中只差这一项的", "of these, for this alone"),
    )
    counts: dict[Key, list[int]] = {}
    for item in assessment.units:
        slots = {title.path: title.outcome for title in assessment.plan_of(item).titles}
        for title in item.titles:
            if title.outcome != "undetermined":
                continue
            inputs = _inputs(assessment.plan_of(item), slots[title.path], item.steps)
            for given in inputs:
                count = counts.setdefault((item.authority, title.name, given), [0, 0])
                count[0] += 1
                count[1] += len(inputs) == 1
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1][0], pair[0]))
    rows = tuple(_row(assessment.plans[key[0]], key, *count) for key, count in ordered)
    return Table("missing", "未定的原因", "why undetermined", columns, rows)


def _row(plan: Plan, key: Key, titles: int, only: int) -> tuple[Cell, ...]:
    authority, title, (kind, name, back) = key
    line = None
    if kind == "param":
        line = plan.parameters[name].line
    elif kind == "across" and name in plan.slots:
        line = plan.slots[name].line
        name = plan.slots[name].name or plan.lines[line].text
    return (
        authority or None, title, Word(f"missing_{kind}"), name, Fraction(back), line, Fraction(titles), Fraction(only),
    )  # fmt: skip
