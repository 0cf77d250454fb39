"""Programmes about several units in a test: rules as text, a register and facts as plain Python values, assessed together."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from flagrules.award.assess import Assessment, assess
from flagrules.engine.values import NotApplicable, Num, Opts, Val
from flagrules.facts.table import FactTable, Register, Unit
from flagrules.pipeline import Compiled, open_programme
from flagrules.plugin.packs import RefinementPack, Resource
from flagrules.text.findings import Findings
from tests.rulekit import ON, Given, cited, entry, programme_pack

HEAD = """\
方案 例 版本 “1”
  称谓 “牌子” “块”
  施行 2021年1月1日 至 2021年12月31日
文件 例文 《例文》
创建单元 村、户、乡镇
上级单元 县、乡镇、村
"""
Units = Mapping[str, str | Unit]  # id: "kind" or "kind holder"
Crowd = Mapping[str, Given]  # facts by unit id
TOWNS: Units = {"C": "县", "T1": "乡镇 C", "T2": "乡镇 C"}


def register(units: Units) -> Register:
    """Units by id, each named as its id."""
    made = {}
    for unit_id, written in units.items():
        kind, _, parent = written.partition(" ") if isinstance(written, str) else ("", "", "")
        made[unit_id] = Unit(unit_id, unit_id, kind, parent) if isinstance(written, str) else written
    return Register(made)


@cache
def opened(text: str, county: str = "", name: str = "county") -> Compiled:
    """A programme, refined by a county's text where there is one; findings that are errors raise `Stopped`."""
    findings = Findings()
    rules = (Resource(f"{name}/0.rules", cited(county).encode()),)
    pack = RefinementPack(name, "0", rules, code="990001", programme="city", name="甲县")
    opened = open_programme(programme_pack(text if text.startswith("方案") else HEAD + text), findings)
    return opened.compile(pack if county else None, ON, findings)


def assessed(text: str, units: Units, facts: Crowd, counties: Mapping[str, str] | None = None) -> Assessment:
    """Everything assessed; `counties` are refinements by the id of their county."""
    compiled = {"": opened(text), **{place: opened(text, county) for place, county in (counties or {}).items()}}
    specs = {name: spec for item in compiled.values() for name, spec in item.plan.facts.items()}
    entries = {
        (unit_id, "2021"): {name: entry(name, value, type(specs[name].kind).__name__) for name, value in given.items()}
        for unit_id, given in facts.items()
    }
    table = FactTable("2021", "2020", entries)
    return assess({place: item.plan for place, item in compiled.items()}, register(units), table, ON)


def value(run: Assessment, unit_id: str, slot: str) -> Val:
    """What a decision of a unit came to."""
    found = run.unit(unit_id)
    assert found is not None, unit_id
    return _val(found.steps[slot].value)


def _val(found: object) -> Val:
    assert isinstance(found, Num | Opts | NotApplicable)
    return found


def points(run: Assessment, unit_id: str, title: int = 0) -> Num:
    """The points of a unit's title."""
    found = run.unit(unit_id)
    assert found is not None, unit_id
    return found.titles[title].score


def outcomes(run: Assessment, title: int = 0) -> dict[str, str]:
    """The outcome of one title for every unit that may hold it."""
    return {item.unit.id: item.titles[title].outcome for item in run.units if len(item.titles) > title}


FACTS = """\
事实 收入：次数 0次~100次 可不适用 适用 村
事实 文明：是否 适用 户
事实 积分：分数 0分~10分 适用 户
事实 力量：人数 0人~50人 适用 乡镇
"""


def figure(written: str, units: Units, facts: Crowd, extra: str = "") -> dict[str, Val]:
    """What a figure comes to for every village."""
    text = (
        FACTS + extra + f"称号 牌 适用 村：10分\n  授予 得分 5分以上\n  中间值 值 = {written}\n"
        "  指标 1 项：10分\n    当 收入 5次以上，得10分，否则 得0分\n    不适用 则 得0分\n"
    )
    run = assessed(text, units, facts)
    return {item.unit.id: _val(item.steps["牌(村)/值"].value) for item in run.units if item.unit.kind == "村"}
