"""Which rule lines cost most titles: the gates that refused them, and the scoring lines that gave less than they could."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from flagrules.award.assess import Assessment, UnitResult
from flagrules.award.results.cells import citation, plans_in_order
from flagrules.award.results.places import quota_words
from flagrules.award.results.shape import Cell, Column, Table, Word
from flagrules.engine.analyse import analyse
from flagrules.engine.values import Num
from flagrules.model.numbers import write_rounded
from flagrules.plan.nodes import Decide, Plan
from flagrules.semantics.ruleset import Block, RuleLine
from flagrules.text.findings import Findings
from flagrules.trace.steps import Step

_WHOLE = ("veto", "not_applicable", "exempt")
_NONE = Fraction(0)
Key = tuple[str, str, str, str]


@dataclass
class _Cost:
    line: RuleLine
    titles: int = 0
    most: int = 0
    points: Fraction = _NONE


@dataclass
class _Losses:
    """Where the titles of one plan surely lost points, line by line."""

    plan: Plan
    blocks: Mapping[str, Block] = field(init=False)
    inside: dict[str, list[Decide]] = field(init=False)
    best: Mapping[str, Num] = field(init=False)

    def __post_init__(self) -> None:
        self.blocks = {block.path: block for title in self.plan.rules.titles for block in title.body.blocks()}
        self.best = analyse(self.plan, Findings())
        self.inside = {}
        for decision in self.plan.decisions:
            if decision.role in ("term", "item", "group"):
                self.inside.setdefault(decision.parent, []).append(decision)

    def of(self, path: str, steps: Mapping[str, Step]) -> Iterator[tuple[str, str, str, Fraction]]:
        """Block, why, line and points lost, for a block and everything in it."""
        block, step = self.blocks[path], steps[f"{path}/score"]
        lost = self._lost(block, step)
        if lost <= 0:
            return
        fired = [self.plan.slots[step.slot].entries[index] for index in step.fired]
        if all(entry.why in _WHOLE for entry in fired):
            yield from ((path, entry.why, entry.line, lost) for entry in fired)
            return
        below = list(self._below(path, lost, steps))
        yield from below
        if not below:
            yield from ((path, entry.why, entry.line, lost) for entry in fired if entry.why == "cap")

    def _below(self, path: str, lost: Fraction, steps: Mapping[str, Step]) -> Iterator[tuple[str, str, str, Fraction]]:
        for decision in self.inside.get(path, ()):
            if decision.role != "term":
                yield from self.of(decision.slot.removesuffix("/score"), steps)
                continue
            step = steps[decision.slot]
            assert isinstance(step.value, Num)
            short = min(self._best(decision, path) - step.value.high, lost)
            if short > 0:
                entries = [decision.entries[index] for index in step.fired]
                yield from ((path, entry.why, entry.line, short) for entry in entries)

    def _best(self, decision: Decide, path: str) -> Fraction:
        """The most a term can give: its range, and never more than the full mark of its indicator."""
        most, whole = self.best[decision.slot].high, self.blocks[path].whole
        return min(most, whole) if whole is not None else most

    def _lost(self, block: Block, step: Step) -> Fraction:
        """What a block surely lost: of its full mark; a bonus not earned is no loss, and a penalty is one."""
        if block.kind == "bonus" or not isinstance(step.value, Num):
            return _NONE
        return (_NONE if block.kind == "penalty" else block.whole or _NONE) - step.value.high


def costs_table(assessment: Assessment) -> Table:
    """A row for every line that decided against a title that is surely not granted; those that cost most titles first.

    A gate decides against the title itself. A scoring line is counted where it gave less than the most it can give, in an indicator
    that lost points, and is never charged more than the indicator lost; `most` counts the titles in which no line lost more. The
    points are rounded: a sum of hundreds of exact ratios is a fraction nobody reads, and the table of items has each of them exactly.
    """
    columns = (
        Column("title", assessment.base.rules.noun, "title"),
        Column("part", "作用", "part"),
        Column("indicator", "指标", "indicator"),
        Column("line", "规则行", "line"),
        Column("text", "内容", "text"),
        Column("citation", "依据的条款", "clause"),
        Column("titles", "未授予的个数", "not granted"),
        Column("most", "其中失分最多的", "of these, the largest loss"),
        Column("points", "失分合计（阅读用）", "points lost, for reading"),
    )
    costs: dict[Key, _Cost] = {}
    losses = {authority: _Losses(plan) for authority, plan in plans_in_order(assessment)}
    for item in assessment.units:
        _count(item, assessment.plan_of(item), losses[item.authority], costs)
    ordered = sorted(costs.items(), key=lambda pair: (-pair[1].titles, -pair[1].points, pair[0]))
    return Table("costs", "失分的规则行", "lines that cost most", columns, tuple(_row(key, cost) for key, cost in ordered))


def _row(key: Key, cost: _Cost) -> tuple[Cell, ...]:
    title, why, indicator, line = key
    points = write_rounded(cost.points) if indicator else None
    most = Fraction(cost.most) if indicator else None
    return (title, Word(why), indicator or None, line, quota_words(cost.line), citation(cost.line), Fraction(cost.titles), most, points)


def _count(item: UnitResult, plan: Plan, losses: _Losses, costs: dict[Key, _Cost]) -> None:
    """Add what one unit's titles lost."""
    titles = {title.path: title for title in plan.titles}
    for title in item.titles:
        if "granted" in title.possible:
            continue
        step = item.steps[titles[title.path].outcome]
        for entry in {plan.slots[step.slot].entries[index] for index in step.fired}:
            costs.setdefault((title.name, entry.why, "", entry.line), _Cost(plan.lines[entry.line])).titles += 1
        if title.possible == {"not_entered"}:
            continue  # it was not judged by its points
        lost: dict[Key, Fraction] = {}
        for path, why, line, points in losses.of(titles[title.path].score.removesuffix("/score"), item.steps):
            key = (title.name, why, losses.blocks[path].name, line)
            lost[key] = lost.get(key, _NONE) + points
        largest = max(lost.values(), default=_NONE)
        for key, points in lost.items():
            cost = costs.setdefault(key, _Cost(plan.lines[key[3]]))
            cost.titles, cost.points, cost.most = cost.titles + 1, cost.points + points, cost.most + (points == largest)
