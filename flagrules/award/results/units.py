"""Tables of units: a row each title, a row each unit, a row each indicator, and the units left out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from flagrules.award.assess import Assessment, TitleResult, UnitResult
from flagrules.award.results.cells import (
    LINE_COLUMNS,
    ceiling,
    fired_lines,
    line_cells,
    plans_in_order,
    rounded,
    unit_cells,
    unit_columns,
)
from flagrules.award.results.shape import Cell, Column, Table, Word
from flagrules.award.results.words import Lang, word
from flagrules.engine.values import Num
from flagrules.plan.nodes import Decide, Plan
from flagrules.semantics.ruleset import Block

_POINTS = (Column("points_low", "得分（最低）", "points, lowest"), Column("points_high", "得分（最高）", "points, highest"))
_WHOLE = Column("whole", "满分", "full mark")


def titles_table(assessment: Assessment) -> Table:
    """A row for every title a unit may hold: its points, outcome, and the line that decided."""
    noun = assessment.base.rules.noun
    columns = (Column("title", noun, "title"), Column("outcome", "结果", "outcome"), *_POINTS, _WHOLE, *LINE_COLUMNS)
    rows: list[tuple[Cell, ...]] = []
    for item in assessment.units:
        plan = assessment.plan_of(item)
        plans = {title.path: title for title in plan.titles}
        for title in item.titles:
            ids = [line for line, _ in fired_lines(plan, item.steps[plans[title.path].outcome])]
            whole = plans[title.path].whole
            points = (title.score.low, title.score.high, whole) if title.scored else (None, None, None)
            said = (title.name, Word(title.outcome), *points, *line_cells(plan, ids))
            rows.append((*unit_cells(assessment, item.unit), *said))
    return Table("titles", f"{noun}结果", "titles", (*unit_columns(assessment), *columns), tuple(rows))


def units_table(assessment: Assessment, lang: Lang) -> Table:
    """A row for every unit: how many titles it holds, its tiers, its money from each payer, then every title."""
    noun = assessment.base.rules.noun
    names, payers = title_names(assessment), payers_of(assessment)
    columns = [
        Column("granted_low", f"{noun}数（最少）", "titles, at least"),
        Column("granted_high", f"{noun}数（最多）", "titles, at most"),
        Column("tiers", "等次", "tiers"),
        Column("tiers_undetermined", "未定的等次", "tiers undetermined"),
    ]
    for payer in payers:
        columns.append(Column(f"money_low:{payer}", f"{payer}补贴（元，最低）", f"{payer}, 元, lowest"))
        columns.append(Column(f"money_high:{payer}", f"{payer}补贴（元，最高）", f"{payer}, 元, highest"))
    columns += [Column(f"title:{name}", name, name) for name in names]
    rows = tuple((*unit_cells(assessment, item.unit), *_unit_row(item, names, payers, lang)) for item in assessment.units)
    return Table("units", "各单元结果", "units", (*unit_columns(assessment), *columns), rows)


def title_names(assessment: Assessment) -> tuple[str, ...]:
    """The names of all titles, in the order of the rules."""
    return tuple(dict.fromkeys(title.name for _, plan in plans_in_order(assessment) for title in plan.titles))


def payers_of(assessment: Assessment) -> tuple[str, ...]:
    """Everyone who pays for a tier, in the order of the rules."""
    found = (payer for _, plan in plans_in_order(assessment) for tier in plan.tiers for payer, _ in tier.subsidies)
    return tuple(dict.fromkeys(found))


def _unit_row(item: UnitResult, names: tuple[str, ...], payers: tuple[str, ...], lang: Lang) -> Iterator[Cell]:
    yield from (item.granted.low, item.granted.high)
    for state in ("reached", "undetermined"):
        yield "、".join(tier.name for tier in item.tiers if tier.reached == state) or None
    for payer in payers:
        amount = item.money(payer)
        yield from (amount.low, ceiling([amount]))
    for name in names:
        yield "；".join(_said(title, lang) for title in item.titles if title.name == name) or None


def _said(title: TitleResult, lang: Lang) -> str:
    """For reading; the table of titles has the exact points."""
    points = f"{rounded(title.score)} " if title.scored else ""
    return f"{points}{word(title.outcome, lang)}"


def items_table(assessment: Assessment) -> Table:
    """A row for every indicator of a unit: its points and the line that gave them."""
    columns = (
        Column("title", assessment.base.rules.noun, "title"),
        Column("item", "指标号", "item"),
        Column("indicator", "指标", "indicator"),
        *_POINTS,
        _WHOLE,
        *LINE_COLUMNS,
    )
    rows: list[tuple[Cell, ...]] = []
    made = {name: _Items(plan) for name, plan in assessment.plans.items()}
    for item in assessment.units:
        who = unit_cells(assessment, item.unit)
        rows += ((*who, *cells) for cells in made[item.authority].rows(item))
    return Table("items", "指标得分", "items", (*unit_columns(assessment), *columns), tuple(rows))


class _Items:
    """The indicators of one plan, found once for all its units."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.titles = {title.path: title.name for title in plan.titles}
        self.blocks: dict[str, Block] = {
            f"{block.path}/score": block for title in plan.rules.titles for block in title.body.blocks()
        }
        self.items = [decision for decision in plan.decisions if decision.role == "item"]
        self.terms: dict[str, list[str]] = {}
        for decision in plan.decisions:
            if decision.role == "term":
                self.terms.setdefault(f"{decision.parent}/score", []).append(decision.slot)

    def rows(self, unit: UnitResult) -> Iterator[tuple[Cell, ...]]:
        """The indicators of one unit."""
        for decision in self.items:
            step = unit.steps.get(decision.slot)
            if step is not None and isinstance(step.value, Num):
                points = (step.value.low, step.value.high, decision.whole)
                named = (self.titles[decision.owner], self.blocks[decision.slot].item or None, decision.name)
                yield (*named, *points, *line_cells(self.plan, self._lines(decision, unit)))

    def _lines(self, decision: Decide, unit: UnitResult) -> Iterator[str]:
        """What fired in the indicator; where that only adds its terms up, what fired in them."""
        for line, why in fired_lines(self.plan, unit.steps[decision.slot]):
            terms = self.terms.get(decision.slot, [])
            if why != "score" or not terms:
                yield line
                continue
            for slot in terms:
                yield from (inner for inner, _ in fired_lines(self.plan, unit.steps[slot]))


def left_out_table(assessment: Assessment) -> Table:
    """The units that were not assessed, and why."""
    columns = (Column("reason", "未评定的原因", "why not assessed"), Column("into", "并入", "merged into"),
               Column("from", "起", "from"), Column("to", "止", "to"))  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for unit, reason in assessment.left_out:
        days = (day.isoformat() if day is not None else None for day in (unit.valid_from, unit.valid_to))
        rows.append((*unit_cells(assessment, unit), Word(reason), unit.merged_into or None, *days))
    return Table("left_out", "未评定的单元", "left out", (*unit_columns(assessment), *columns), tuple(rows))


def decisions_table(assessment: Assessment) -> Table:
    """Today's decisions on titles that last: a new row each, to be kept beside the earlier ones, which stay as they are.

    The table can be read back as the earlier decisions of a later run.
    """
    columns = (
        Column("title", "称号", "title"),
        Column("decision", "决定", "decision"),
        Column("decided_on", "决定日期", "decided_on"),
        Column("until", "有效至", "until"),
        Column("grade", "等级", "grade"),
        *LINE_COLUMNS,
    )
    rows: list[tuple[Cell, ...]] = []
    for item in assessment.units:
        plan = assessment.plan_of(item)
        plans = {title.path: title for title in plan.titles}
        for title in item.titles:
            slots = plans[title.path]
            for possible, slot in ((title.decisions, slots.decision), (title.bars, slots.bar)):
                if not possible - {"kept", "none"}:
                    continue
                said = next(iter(possible)) if len(possible) == 1 else "undetermined"
                fresh = said in ("granted", "demoted")
                until = title.until if fresh else date(assessment.on.year, 12, 31) if said == "barred" else None
                grade = "/".join(sorted(title.grades - {""})) if fresh else ""
                lines = [line for line, _ in fired_lines(plan, item.steps[slot])]
                last = until.isoformat() if until is not None else None
                cells = (title.name, Word(said), assessment.on.isoformat(), last, grade or None, *line_cells(plan, lines))
                rows.append((*unit_cells(assessment, item.unit), *cells))
    return Table("decisions", "今日决定", "decisions", (*unit_columns(assessment), *columns), tuple(rows))


def counts_table(assessment: Assessment) -> Table:
    """A row for every place that holds units directly: how many of them hold 0, 1, 2 … titles, and how many are undetermined."""
    rules = assessment.base.rules
    places: dict[str, list[Num]] = {}
    for item in assessment.units:
        places.setdefault(item.unit.parent, []).append(item.granted)
    numbers = sorted({granted.low for found in places.values() for granted in found if granted.exact})
    columns = (
        Column("place", "所在", "place"),
        Column("units", "单元数", "units"),
        *(Column(f"granted:{n}", f"{n}{rules.counter}", f"{n} titles") for n in numbers),
        Column("undetermined", "未定", "undetermined"),
    )
    order = {place: index for index, place in enumerate(assessment.register.units)}
    rows: list[tuple[Cell, ...]] = []
    for place, found in sorted(places.items(), key=lambda pair: order.get(pair[0], -1)):
        holder = assessment.register.units.get(place)
        counts = [Fraction(sum(granted == Num(n, n) for granted in found)) for n in numbers]
        unsure = Fraction(sum(not granted.exact for granted in found))
        name = holder.name if holder is not None else Word("no_place" if len(places) > 1 else "all_units")
        rows.append((name, Fraction(len(found)), *counts, unsure))
    return Table("counts", f"{rules.noun}数分布", "counts", columns, tuple(rows))
