"""The red-flag programme compiled with its blanks open or filled, its sample read, and one fact changed at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

from flagrules.award.quotas import QuotaResult, quotas
from flagrules.engine.values import Num
from flagrules.facts.read import read_facts
from flagrules.facts.table import Row, Rows
from flagrules.pipeline import Compiled, open_programme
from flagrules.plugin.host import load_plugins
from flagrules.plugin.packs import Resource
from flagrules.text.findings import Findings
from flagrules.text.source import CellPlace
from tests.programmes.kit import Sampled, known

ID, DISTRICT, ON = "redflag-community-2020", "990020", date(2020, 12, 20)
SAMPLE = Path(__file__).parents[2] / "plugins/redflag_community/flagrules_redflag_community/sample"
GOOD, STREET = "样例社区01", "样例街道一"
BLANKS = {
    "创建起月", "创建止月", "创建期日数", "自检月", "验收月", "工作经费标准",
    "党建经费标准", "服务经费标准", "经费年增长率", "生活补贴标准", "需求收集次数下限", "定期研究次数下限",
    "专题培训人次下限", "群众满意度下限", "推荐个数", "抽查个数", "示范点申报个数", "优秀案例个数",
    "街道奖补线", "街道通报线", "奖补金额",
}  # fmt: skip


@dataclass(frozen=True)
class Run(Sampled):
    """The programme's plans, the sample's register and facts, and what was found while compiling."""

    findings: Findings

    def outcome(self, name: str) -> str:
        return self.unit(name).titles[0].outcome

    def points(self, name: str, item: str) -> Num:
        """The points of one indicator of one unit."""
        unit = self.unit(name)
        title = next(t for t in self.plans[""].rules.titles if unit.unit.kind in t.subjects)
        path = next(block.path for block in title.body.blocks() if block.item == item)
        value = unit.steps[f"{path}/score"].value
        assert isinstance(value, Num)
        return value

    def quota(self, tier: str, place: str = "样例区") -> QuotaResult:
        found = [q for q in quotas(self.assessed) if q.rule.tier == tier and q.place is not None and q.place.name == place]
        assert len(found) == 1
        return found[0]


def compiled(settings: Sequence[str] | None, on: date = ON) -> tuple[dict[str, Compiled], Findings]:
    """The programme and the made-up district, whose sample settings count where `settings` is a list; its lines come after them."""
    findings = Findings()
    loaded = load_plugins(findings)
    pack, district = loaded.programme(ID), loaded.refinement(ID, DISTRICT)
    assert pack is not None
    assert district is not None
    if settings is not None:
        text = "".join(item.data.decode() for item in district.sample_settings)
        for line in settings:
            name = line.split("=")[0].strip()
            text = "\n".join(old for old in text.splitlines() if not old.strip().startswith(f"{name} ="))
            text += f"\n  {line} 〔假定 “样例”〕\n"
        district = replace(district, rules=(*district.rules, Resource("redflag-sample/sample/settings.rules", text.encode())))
    programme = open_programme(pack, findings)
    plans = {"": programme.compile(None, on, findings), DISTRICT: programme.compile(district, on, findings)}
    return plans, findings


@lru_cache
def run(*, settings: bool) -> Run:
    """The sample read with the blanks open, or with the sample settings."""
    plans, findings = compiled([] if settings else None)
    register, table, found = read_facts(sorted(SAMPLE.glob("*.csv")), plans[""].schema, "2020", "2019")
    assert not found.errors
    return Run(plans, register, table, ON, findings)


def people(*rows: Mapping[str, Fraction | int | str]) -> Rows:
    """A list with these rows."""
    cells = [{field: known(value) for field, value in row.items()} for row in rows]
    return Rows(tuple(Row(row, CellPlace("t.csv", "", i, "")) for i, row in enumerate(cells, 2)), filed=True)
