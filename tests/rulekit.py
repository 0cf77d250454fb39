"""Small rule texts compiled and run in a test: lines are cited by assumption unless they cite, facts are plain Python values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from flagrules.engine.reference import Facts, run_plan
from flagrules.engine.values import Num, Opts, Val
from flagrules.facts.table import Cell, Entry, Judgement, Parts, Row, Rows, State
from flagrules.pipeline import Compiled, open_programme
from flagrules.plugin.packs import ProgrammePack, RefinementPack, Resource
from flagrules.text.findings import Findings
from flagrules.text.source import CellPlace
from flagrules.trace.steps import Step

ON = date(2021, 12, 1)
NA = Cell(State.NOT_APPLICABLE)
UNKNOWN = None
Plain = Fraction | int | bool | str | Cell | Mapping[str, bool | Cell | None] | None
Given = Mapping[str, Plain]

HEAD = """\
方案 例 版本 “1”
  称谓 “牌子” “块”
  施行 2021年1月1日 至 2021年12月31日
文件 例文 《例文》
创建单元 村
上级单元 县
"""


def percent(text: str) -> Fraction:
    """80 is 80%."""
    return Fraction(text) / 100


def cited(text: str) -> str:
    """Every line that cites nothing rests on an assumption."""
    return "\n".join(f"{line} 〔假定 “例”〕" if line.strip() and "〔" not in line else line for line in text.split("\n"))


def programme_pack(*texts: str) -> ProgrammePack:
    resources = tuple(Resource(f"city/{index}.rules", cited(text).encode()) for index, text in enumerate(texts))
    return ProgrammePack("city", "0", resources, title="例")


def county_pack(text: str) -> RefinementPack:
    resources = (Resource("county/0.rules", cited(text).encode()),)
    return RefinementPack("county", "0", resources, code="990001", programme="city", name="甲县")


def compiled(*texts: str, county: str = "", on: date = ON, findings: Findings | None = None) -> Compiled:
    """A programme of the texts, refined by a county's text where there is one."""
    findings = Findings() if findings is None else findings
    opened = open_programme(programme_pack(*texts), findings)
    return opened.compile(county_pack(county) if county else None, on, findings)


def entry(name: str, value: Plain, plan_kind: str) -> Entry:
    """The entry of a fact as a reader would make it."""
    if isinstance(value, Mapping):
        return Parts({part: _cell(given) for part, given in value.items()})
    if plan_kind == "Records" and isinstance(value, int):
        place = CellPlace("facts.csv", "", 2, name)
        return Rows(tuple(Row({}, place) for _ in range(value)), filed=True)
    return Judgement(_cell(value)) if plan_kind == "Judged" else _cell(value)


def _cell(value: Plain) -> Cell:
    if isinstance(value, Cell):
        return value
    if value is None:
        return Cell(State.UNKNOWN)
    if isinstance(value, Mapping):
        raise TypeError(value)
    exact = Fraction(value) if isinstance(value, int | Fraction) and not isinstance(value, bool) else value
    return Cell(State.KNOWN, exact)


def facts_of(compiled_rules: Compiled, given: Given) -> Facts:
    """Facts by name; a name that begins with 上年 is of the period before; what is not named is unknown."""
    specs = compiled_rules.plan.facts

    def facts(name: str, back: int) -> Entry | None:
        key = f"上年{name}" if back else name
        if key not in given:
            return None
        return entry(name, given[key], type(specs[name].kind).__name__)

    return facts


@dataclass(frozen=True)
class Ran:
    """A unit's steps."""

    compiled: Compiled
    steps: Mapping[str, Step]

    def value(self, slot: str) -> Val:
        found = self.steps[slot].value
        assert isinstance(found, Num | Opts)
        return found

    def points(self, item: str = "", title: int = 0) -> Num:
        """Points of an indicator by its number, or of a title."""
        plan = self.compiled.plan
        slot = plan.titles[title].score
        if item:
            slot = next(d.slot for d in plan.decisions if d.slot.split("/")[-2:] == [item, "score"])
        found = self.value(slot)
        assert isinstance(found, Num)
        return found

    def outcome(self, title: int = 0) -> frozenset[bool | str]:
        found = self.value(self.compiled.plan.titles[title].outcome)
        assert isinstance(found, Opts)
        return found.options

    def lines(self, slot: str) -> list[str]:
        """The rule lines that decided a slot; where its parts were added up, those of its terms."""
        decision = self.compiled.plan.slots[slot]
        entries = [decision.entries[index] for index in self.steps[slot].fired]
        if all(entry.why == "score" for entry in entries) and decision.role == "item":
            terms = [d.slot for d in self.compiled.plan.decisions if d.parent == slot.removesuffix("/score") and d.role == "term"]
            return [line for term in terms for line in self.lines(term)]
        return [self.compiled.rules.lines[entry.line].text for entry in entries]

    def deciding(self, item: str) -> list[str]:
        """The rule lines that decided an indicator."""
        return self.lines(next(d.slot for d in self.compiled.plan.decisions if d.slot.split("/")[-2:] == [item, "score"]))


def run(compiled_rules: Compiled, given: Given, kind: str = "村") -> Ran:
    """One unit."""
    steps = {step.slot: step for step in run_plan(compiled_rules.plan, kind, facts_of(compiled_rules, given))}
    return Ran(compiled_rules, steps)


def indented(text: str, blanks: int) -> str:
    return "\n".join(" " * blanks + line for line in text.strip("\n").split("\n"))


def one_indicator(facts: str, body: str, whole: int = 20, extra: str = "", pass_mark: int = 12) -> str:
    """A programme of one title with one indicator."""
    return (
        HEAD + facts.strip() + f"\n称号 甲 适用 村：{whole}分\n  授予 得分 {pass_mark}分以上\n"
        + (indented(extra, 2) + "\n" if extra else "") + f"  指标 1 项：{whole}分\n" + indented(body, 4) + "\n"
    )  # fmt: skip
