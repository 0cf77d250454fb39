"""Red-flag communities: what the plan's lines make of the sample, its blanks open and filled, each line one below, at and above."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import pytest

from flagrules.award.assess import Assessment, UnitResult, assess
from flagrules.award.quotas import QuotaResult, quotas
from flagrules.cli.main import main
from flagrules.engine.values import Num
from flagrules.explain.story import tell
from flagrules.explain.text import to_text
from flagrules.facts.read import read_facts
from flagrules.facts.table import Cell, FactTable, Register, Row, Rows, State
from flagrules.pipeline import Compiled, open_programme
from flagrules.plugin.host import load_plugins
from flagrules.plugin.packs import RefinementPack, Resource, source_of
from flagrules.syntax.format import format_source
from flagrules.text.findings import Findings, Stopped
from flagrules.text.source import CellPlace

ID, DISTRICT, ON = "redflag-community-2020", "990020", date(2020, 12, 20)
SAMPLE = Path(__file__).parents[2] / "plugins/redflag_community/flagrules_redflag_community/sample"
GOOD, STREET = "样例社区01", "样例街道一"
BLANKS = {
    "创建起月", "创建止月", "创建期日数", "自检月", "验收月", "工作经费标准",
    "党建经费标准", "服务经费标准", "经费年增长率", "生活补贴标准", "需求收集次数下限", "定期研究次数下限",
    "专题培训人次下限", "群众满意度下限", "推荐个数", "抽查个数", "示范点申报个数", "优秀案例个数",
    "街道奖补线", "街道通报线", "奖补金额",
}  # fmt: skip


def known(value: Fraction | int | bool | str) -> Cell:  # noqa: FBT001  a fact's value
    """A cell with a value."""
    return Cell(State.KNOWN, value if isinstance(value, bool | str) else Fraction(value))


@dataclass(frozen=True)
class Run:
    """The programme's plans, the sample's register and facts, and what was found while compiling."""

    plans: Mapping[str, Compiled]
    register: Register
    table: FactTable
    findings: Findings

    def known(self, name: str, **values: Fraction | int | bool | str) -> Run:
        """The same with some facts of one unit known to be other than they are."""
        return self.entered(name, {fact: known(value) for fact, value in values.items()})

    def entered(self, name: str, entries: Mapping[str, Cell | Rows]) -> Run:
        """The same with some entries of one unit replaced."""
        key = next(unit.id for unit in self.register.units.values() if unit.name == name)
        merged = {**self.table.entries[key, "2020"], **entries}
        return replace(self, table=replace(self.table, entries={**self.table.entries, (key, "2020"): merged}))

    @property
    def assessed(self) -> Assessment:
        return assess({code: item.plan for code, item in self.plans.items()}, self.register, self.table, ON)

    def unit(self, name: str) -> UnitResult:
        found = self.assessed.unit(name)
        assert found is not None
        return found

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

    def explained(self, name: str) -> str:
        unit = self.unit(name)
        return to_text(tell(self.assessed, unit, unit.titles[0].path), "zh")

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
    return Run(plans, register, table, findings)


@pytest.fixture
def open_() -> Run:
    """Nothing set."""
    return run(settings=False)


@pytest.fixture
def filled() -> Run:
    """The sample settings switched on."""
    return run(settings=True)


def exactly(value: Fraction | int) -> Num:
    return Num(Fraction(value), Fraction(value))


def people(*rows: Mapping[str, Fraction | int | str]) -> Rows:
    """A list with these rows."""
    cells = [{field: known(value) for field, value in row.items()} for row in rows]
    return Rows(tuple(Row(row, CellPlace("t.csv", "", i, "")) for i, row in enumerate(cells, 2)), filed=True)


# ── the shape of the plan ──
def test_six_projects_hold_the_94_requirements(filled: Run) -> None:
    community, street = filled.plans[""].rules.titles
    assert [group.name for group in community.body.children] == ["红色阵地", "红色品牌", "红色基地", "红色网络", "红色爱心", "红色保障"]
    assert [group.whole for group in community.body.children] == [Fraction(n) for n in (24, 13, 4, 20, 12, 21)]
    assert (community.subjects, street.subjects) == (("社区",), ("街道",))
    assert [community.body.whole, street.body.whole] == [Fraction(94), Fraction(25)]


def test_the_blanks_are_unset_and_each_is_told(open_: Run) -> None:
    told = [dict(item.args)["name"] for item in open_.findings if item.code == "FR315"]
    assert set(told) == BLANKS
    assert open_.findings.errors == ()
    plan = open_.plans[DISTRICT].plan
    assert {name for name, parameter in plan.parameters.items() if parameter.value is None} == BLANKS


def test_the_sample_settings_fill_every_blank_and_call_themselves_samples(filled: Run) -> None:
    compiled_ = filled.plans[DISTRICT]
    assert all(parameter.value is not None for parameter in compiled_.plan.parameters.values())
    lines = [line for line in compiled_.rules.lines.values() if line.authority == DISTRICT and "设定" in line.text]
    assert len(lines) == len(BLANKS)
    assert [line.text for line in lines if not all("样例" in reason for reason in line.assumptions)] == []


@pytest.mark.parametrize(
    ("day", "share"), [("2020-01-01", 30), ("2020-12-31", 30), ("2021-01-01", 60), ("2022-01-01", 100), ("2022-12-31", 100)]
)
def test_the_share_wanted_depends_on_the_year(day: str, share: int) -> None:
    plans, _ = compiled(None, date.fromisoformat(day))
    assert plans[""].plan.parameters["覆盖率目标"].value == Fraction(share, 100)


@pytest.mark.parametrize("day", ["2019-12-31", "2023-01-01"])
def test_outside_the_three_years_it_is_not_in_force(day: str) -> None:
    with pytest.raises(Stopped) as stopped:
        compiled(None, date.fromisoformat(day))
    assert {item.code for item in stopped.value.findings if item.severity.name == "ERROR"} == {"FR316"}


def test_the_register_holds_the_75_statements_and_every_one_is_cited_or_context(filled: Run) -> None:
    [register] = filled.plans[""].registers
    parts = Counter(item.id.split(".")[0] for item in register.statements)
    assert parts == {"1": 1, "2": 3, "3": 57, "4": 8, "5": 6}
    assert all(item.says_en and not item.says.isascii() for item in register.statements)
    anchors = [anchor.text for item in register.statements for anchor in item.anchors]
    assert len(anchors) == len(set(anchors)) == 76  # 4.2 has two
    cited = {clause.item for line in filled.plans[""].rules.lines.values() for clause in line.clauses}
    assert [item.id for item in register.statements if item.id not in cited] == ["5.6"]


# ── nothing set: undetermined, and the explanation names the blank ──
@pytest.mark.parametrize("name", ["样例社区01", "样例社区02", "样例社区03", "样例社区08", "样例街道一", "样例街道二", "样例街道三"])
def test_with_the_blanks_open_nobody_wins_and_nobody_loses(open_: Run, name: str) -> None:
    assert open_.outcome(name) == "undetermined"


@pytest.mark.parametrize(
    ("name", "blanks"),
    [
        (GOOD, ["自检月", "群众满意度下限", "创建起月", "创建止月", "创建期日数", "需求收集次数下限", "工作经费标准", "党建经费标准",
                "服务经费标准", "经费年增长率", "生活补贴标准"]),
        (STREET, ["街道奖补线", "创建起月", "创建止月", "专题培训人次下限", "定期研究次数下限"]),
    ],
)  # fmt: skip
def test_the_explanation_names_each_blank_the_outcome_waits_for(open_: Run, filled: Run, name: str, blanks: list[str]) -> None:
    text = open_.explained(name)
    assert [blank for blank in blanks if f"{blank} = 没有设定" not in text] == []
    assert "没有设定" not in filled.explained(name)


def test_11_of_94_points_wait_for_blanks_and_none_is_zero(open_: Run) -> None:
    # 21, 22, 28, 32 and 38 one each, 36 and 37 three each
    assert open_.unit("样例社区02").titles[0].score == Num(Fraction(83), Fraction(94))
    assert open_.points(GOOD, "36") == Num(Fraction(0), Fraction(3))


def test_who_does_not_apply_is_decided_without_any_blank(open_: Run) -> None:
    assert open_.outcome("样例社区07") == "not_entered"


@pytest.mark.parametrize("tier", ["已抽查", "优秀案例"])
def test_a_number_nobody_set_leaves_its_quota_open(open_: Run, filled: Run, tier: str) -> None:
    assert (open_.quota(tier).status, filled.quota(tier).status) == ("undetermined", "met")


def test_the_number_recommended_binds_each_street(open_: Run, filled: Run) -> None:
    assert open_.quota("街道推荐单位", STREET).status == "undetermined"
    assert (filled.quota("街道推荐单位", STREET).reached, filled.quota("街道推荐单位", STREET).status) == (exactly(3), "met")
    assert filled.known("样例社区04", 街道推荐=True).quota("街道推荐单位", STREET).status == "missed"  # a fourth


# ── the sample with its settings, as its README says ──
@pytest.mark.parametrize(
    ("name", "points", "outcome"),
    [
        ("样例社区01", 94, "granted"), ("样例社区02", 94, "granted"), ("样例社区03", 94, "granted"), ("样例社区04", 93, "refused"),
        ("样例社区05", 93, "refused"), ("样例社区06", 93, "refused"), ("样例社区07", 94, "not_entered"),
        ("样例社区08", 94, "undetermined"), ("样例社区09", 93, "refused"), ("样例社区10", 94, "refused"),
        ("样例街道一", 25, "granted"), ("样例街道二", 24, "refused"), ("样例街道三", 14, "refused"),
    ],
)  # fmt: skip
def test_outcomes(filled: Run, name: str, points: int, outcome: str) -> None:
    title = filled.unit(name).titles[0]
    assert (title.score, title.outcome) == (exactly(points), outcome)


@pytest.mark.parametrize(
    ("name", "tiers", "money"),
    [
        ("样例街道一", {"以奖代补", "优秀案例"}, 100_000),
        ("样例街道二", {"优秀案例"}, 0),
        ("样例街道三", {"通报批评"}, 0),
    ],
)
def test_streets_are_rewarded_criticised_or_neither(filled: Run, name: str, tiers: set[str], money: int) -> None:
    unit = filled.unit(name)
    assert {tier.name for tier in unit.tiers if tier.reached == "reached"} == tiers
    assert unit.money("区级") == exactly(money)


@pytest.mark.parametrize(("points", "criticised"), [(14, True), (15, False), (16, False)])
def test_under_15_points_a_street_is_criticised(filled: Run, points: int, criticised: bool) -> None:  # noqa: FBT001
    street = filled.known("样例街道三", 街道品牌三条要求=points - 13)  # 14 with the 1 it has
    assert street.unit("样例街道三").titles[0].score == exactly(points)
    reached = {tier.name for tier in street.unit("样例街道三").tiers if tier.reached == "reached"}
    assert ("通报批评" in reached) is criticised


# ── each line one below, at and above it ──
def week(days: int) -> int:
    return days // 7


def test_245_days_are_35_weeks_8_months_and_16_half_months() -> None:
    days = (date(2020, 10, 31) - date(2020, 3, 1)).days + 1
    assert (days, week(days)) == (245, 35)


@pytest.mark.parametrize(
    ("name", "item", "fact", "unit", "line", "full"),
    [
        (GOOD, "22", "恳谈会周数", Fraction(1), 35, 1),
        (GOOD, "28", "交换专场月数", Fraction(1), 8, 1),
        (GOOD, "32", "需求收集次数", Fraction(1), 4, 1),
        (GOOD, "34", "后备干部人数", Fraction(1), 2, 1),
        (GOOD, "36", "工作经费", Fraction(100), 100_000, 3),
        (GOOD, "36", "党建经费", Fraction(100), 50_000, 3),
        (GOOD, "36", "服务经费", Fraction(100), 200_000, 3),
        (GOOD, "37", "工作经费", Fraction(100), 105_000, 3),  # 100,000 last year, 5% more
        (GOOD, "37", "党建经费", Fraction(100), 52_500, 3),
        (GOOD, "37", "服务经费", Fraction(100), 210_000, 3),
        (GOOD, "38", "生活补贴", Fraction(1), 3000, 1),
        (STREET, "49", "民情会半月数", Fraction(1), 16, 1),
        (STREET, "52", "专职党务工作者", Fraction(1), 4, 1),
        (STREET, "54", "专题培训人次", Fraction(1), 100, 1),
        (STREET, "55", "研究部署次数", Fraction(1), 2, 1),
    ],
)  # fmt: skip
def test_each_number_at_its_line(filled: Run, name: str, item: str, fact: str, unit: Fraction, line: int, full: int) -> None:
    below, at, above = (filled.known(name, **{fact: line + step * unit}).points(name, item) for step in (-1, 0, 1))
    assert (below, at, above) == (exactly(full - 1), exactly(full), exactly(full))


@pytest.mark.parametrize(("days", "points"), [(244, 0), (245, 1), (246, 1)])
def test_every_ordinary_member_is_in_touch_every_day(filled: Run, days: int, points: int) -> None:
    rows = people({"身份": "普通党员", "结对户数": 20, "联系日数": days}, {"身份": "党员干部", "结对户数": 20, "联系日数": 0})
    assert filled.entered(GOOD, {"结对党员": rows}).points(GOOD, "21") == exactly(points)


@pytest.mark.parametrize(
    ("fact", "value", "outcome"),
    [
        ("群众满意度", Fraction(8999, 10000), "refused"), ("群众满意度", Fraction(9, 10), "granted"),
        ("群众满意度", Fraction(9001, 10000), "granted"),
        ("申报月份", 10, "not_entered"), ("申报月份", 11, "granted"), ("申报月份", 12, "not_entered"),
        ("自检达标", False, "not_entered"), ("街道推荐", False, "refused"),
        ("验收结论", "没有抽到", "granted"), ("验收结论", "抽查没有通过", "refused"),
    ],
)  # fmt: skip
def test_what_a_community_must_pass(filled: Run, fact: str, value: Fraction | int | bool | str, outcome: str) -> None:  # noqa: FBT001
    assert filled.known(GOOD, **{fact: value}).outcome(GOOD) == outcome


@pytest.mark.parametrize(("granted", "status"), [(2, "missed"), (3, "met"), (4, "met")])
def test_30_percent_of_ten_are_three(filled: Run, granted: int, status: str) -> None:
    some = filled.known("样例社区08", 群众满意度=Fraction(95 if granted == 4 else 50, 100))
    some = some if granted != 2 else some.known(GOOD, 街道推荐=False)
    found = some.quota("红旗社区")
    assert (found.reached, found.needed, found.status) == (exactly(granted), 3, status)


@pytest.mark.parametrize(("upgraded", "status"), [(1, "missed"), (2, "met"), (3, "met")])
def test_a_fifth_of_the_venues(filled: Run, upgraded: int, status: str) -> None:
    some = filled.known(GOOD, 本年场所提升=upgraded > 1).known("样例社区03", 本年场所提升=upgraded > 2)
    assert (some.quota("场所已提升").reached, some.quota("场所已提升").status) == (exactly(upgraded), status)


def test_a_last_month_before_the_first_counts_as_one_month() -> None:
    plans, _ = compiled(["设定 创建止月 = 2月 依 实施方案 4.1"])
    odd = replace(run(settings=True), plans=plans)
    assert odd.known(GOOD, 交换专场月数=0).points(GOOD, "28") == exactly(0)
    assert odd.known(GOOD, 交换专场月数=1).points(GOOD, "28") == exactly(1)


def test_the_english_form_of_the_rules_gives_the_same(filled: Run) -> None:
    findings = Findings()
    loaded = load_plugins(findings)
    pack, district = loaded.programme(ID), loaded.refinement(ID, DISTRICT)
    assert pack is not None
    assert district is not None
    district = district.with_sample_settings()
    programme = open_programme(replace(pack, rules=tuple(map(in_english, pack.rules))), findings)
    county = replace(district, rules=tuple(map(in_english, district.rules)))
    assert any("fact party_workers: count_of_people" in item.data.decode() for item in programme.pack.rules)
    english = replace(filled, plans={"": programme.compile(None, ON, findings), DISTRICT: programme.compile(county, ON, findings)})
    for ours, theirs in zip(filled.assessed.units, english.assessed.units, strict=True):
        assert [(t.score, t.outcome) for t in ours.titles] == [(t.score, t.outcome) for t in theirs.titles]


def in_english(resource: Resource) -> Resource:
    """A rule file as `fmt --lang en` writes it."""
    found = Findings()
    text = format_source(source_of(resource), "en", found)
    assert not found.errors
    return Resource(resource.label, text.encode())


# ── wrong input ──
@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("设定 创建起月 = 13月 依 实施方案 4.1", "FR413"),
        ("设定 创建期日数 = 27日 依 实施方案 4.1", "FR413"),
        ("设定 经费年增长率 = 101% 依 实施方案 3.17", "FR413"),
        ("设定 街道奖补线 = 26分 依 实施方案 4.2", "FR413"),
        ("设定 推荐个数 = 0个 依 实施方案 4.5", "FR413"),
        ("设定 工作经费标准 = 10万元 依 实施方案 3.50", "FR412"),
        ("设定 红旗标准 = 80分 依 实施方案 4.4", "FR411"),
        ("设定 覆盖率目标 = 20% 依 实施方案 2.1", "FR411"),
        ("设定 工作经费标准 = 10次 依 实施方案 3.17", "FR203"),
        ("设定 工作经费标谁 = 10万元 依 实施方案 3.17", "FR410"),
    ],
)
def test_a_district_that_sets_what_it_may_not_is_told(line: str, code: str) -> None:
    with pytest.raises(Stopped) as stopped:
        compiled([line])
    assert [item.code for item in stopped.value.findings if item.severity.name == "ERROR"] == [code]


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        ("communities.csv", ",11,是,抽查通过,12,", ",13,是,抽查通过,12,", "FR582"),
        ("communities.csv", "抽查通过", "通过", "FR584"),
        ("communities.csv", "10.5", "约10", "FR574"),
        ("communities.csv", "样例社区01", "样例社区1", "FR566"),
        ("communities.csv", "990020001201", "990020001999", "FR556"),
        ("communities.csv", "品牌名称", "品牌各称", "FR538"),
        ("paired_members.csv", ",15,245", ",501,245", "FR582"),
        ("paired_members.csv", ",15,245", ",15,367", "FR582"),
        ("paired_members.csv", "普通党员", "党员", "FR584"),
        ("judged.csv", ",3,样例街道党工委", ",4,样例街道党工委", "FR582"),
        ("register.csv", "990020001,样例街道一,街道,990020", "990020001,样例街道一,街办,990020", "FR558"),
    ],
)
def test_wrong_cells_are_told_with_their_place(tmp_path: Path, file: str, old: str, new: str, code: str) -> None:
    paths = []
    for path in sorted(SAMPLE.glob("*.csv")):
        text = path.read_text(encoding="utf-8")
        assert path.name != file or old in text
        copy = tmp_path / path.name
        copy.write_text(text.replace(old, new, 1) if path.name == file else text, encoding="utf-8")
        paths.append(copy)
    _, _, found = read_facts(paths, run(settings=True).plans[""].schema, "2020", "2019")
    assert (code, file) in {(item.code, str(item.place).split(":")[0].rsplit("/", 1)[-1]) for item in found.errors}


# ── the pages ──
PAGES = Path(__file__).parents[2] / "docs/programmes"


@pytest.mark.parametrize("page", ["redflag_community.md", "redflag_community.zh.md"])
def test_every_line_a_page_quotes_stands_in_the_rules(page: str) -> None:
    rules = "\n".join(path.read_text(encoding="utf-8") for path in sorted((SAMPLE.parent / "rules").glob("*.rules")))
    text = (PAGES / page).read_text(encoding="utf-8")
    quoted = [line for line in re.findall(r"`([^`\n]+)`", text) if re.match(r"每缺|当 |中间值 |参评 |名额 |2020年 |授权 ", line)]
    assert len(quoted) == 10
    assert [line for line in quoted if line not in rules] == []


@pytest.mark.parametrize("page", ["redflag_community.md", "redflag_community.zh.md"])
def test_the_district_of_a_page_compiles(page: str) -> None:
    [block] = re.findall(r"```\n(县 .*?)```", (PAGES / page).read_text(encoding="utf-8"), re.DOTALL)
    findings = Findings()
    pack = load_plugins(findings).programme(ID)
    assert pack is not None
    county = RefinementPack("some", "0.1.0", (Resource("some/a.rules", block.encode()),), code="110199", programme=ID, name="某区")
    plan = open_programme(pack, findings).compile(county, ON, findings).plan
    assert plan.parameters["工作经费标准"].value == 100_000
    assert findings.errors == ()


# ── as a user sees it ──
def test_the_commands_of_the_readme(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = [ID, "--sample", "--on", "2020-12-20", "--out", str(tmp_path)]
    assert main(["run", *asked]) == 0
    nothing_set = capsys.readouterr()
    assert "参数“自检月”" in nothing_set.err
    assert "授予" not in nothing_set.out.replace("未授予", "")
    assert main(["run", *asked, "--county", DISTRICT, "--sample-settings"]) == 0
    told = capsys.readouterr()
    assert "以奖代补、优秀案例" in told.out
    assert "通报批评" in told.out
    assert told.out.count("94 授予") == 3
