"""The village star plan: what its sample must give with and without the blanks filled, and what becomes of wrong files."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import pytest

from flagrules.cli.main import main
from flagrules.documents.coverage import Citation, cover
from flagrules.engine.values import Num
from flagrules.facts.read import read_facts
from flagrules.facts.table import FactTable, Judgement, Register, Row, Rows
from flagrules.pipeline import Compiled, open_programme
from flagrules.plugin.host import load_plugins
from flagrules.plugin.packs import ProgrammePack, RefinementPack, Resource, source_of
from flagrules.syntax.format import format_source
from flagrules.text.findings import Findings, Stopped
from flagrules.text.source import CellPlace
from tests.programmes.kit import Sampled, exactly, known

ID, COUNTY, ON = "star-village", "990001", date(2025, 12, 31)
SAMPLE = Path(__file__).parents[2] / "plugins/star_village/flagrules_star_village/sample"
THREE = ("自治民主化", "法治规范化", "德治风尚化")


@dataclass(frozen=True)
class Run(Sampled):
    """The sample of the village star plan."""

    def pointed(self, name: str, *points: int) -> Run:
        """The same with a household's entries replaced: what it gained, or lost where below zero."""
        rows = tuple(
            Row({"方向": known("奖分" if n > 0 else "罚分"), "分值": known(abs(n))}, CellPlace("", "", i, "")) for i, n in enumerate(points)
        )
        return self.entered(name, {"积分记录": Rows(rows, filed=True)})

    def title(self, name: str, title: str) -> tuple[Num, str]:
        """A title's points and outcome."""
        found = next(item for item in self.unit(name).titles if item.name == title)
        assert isinstance(found.score, Num)
        return found.score, found.outcome

    def tier(self, name: str, tier: str) -> str:
        """Whether a unit reached a tier."""
        return next(item.reached for item in self.unit(name).tiers if item.name == tier)


@lru_cache
def packs() -> tuple[ProgrammePack, RefinementPack]:
    """The programme and the made-up county."""
    loaded = load_plugins(Findings())
    pack, county = loaded.programme(ID), loaded.refinement(ID, COUNTY)
    assert pack is not None
    assert county is not None
    return pack, county


def plans_of(pack: ProgrammePack, county: RefinementPack | None) -> tuple[dict[str, Compiled], Findings]:
    """The plans of the programme and, where one is given, the county."""
    findings = Findings()
    programme = open_programme(pack, findings)
    plans = {"": programme.compile(None, ON, findings)}
    if county is not None:
        plans[COUNTY] = programme.compile(county, ON, findings)
    return plans, findings


def read(folder: Path, plans: Mapping[str, Compiled]) -> tuple[Register, FactTable, Findings]:
    """The fact files of a folder."""
    return read_facts(sorted(folder.glob("*.csv")), plans[""].schema, "2025", "2024")


@lru_cache
def sample(*, filled: bool) -> Run:
    """The sample with the blanks filled, or left blank."""
    pack, county = packs()
    plans, findings = plans_of(pack, county if filled else None)
    register, table, found = read(SAMPLE, plans)
    assert findings.errors == ()
    assert [item.code for item in found] == []
    return Run(plans, register, table, ON)


@pytest.fixture
def filled() -> Run:
    """The made-up county's settings."""
    return sample(filled=True)


@pytest.fixture
def blank() -> Run:
    """No setting at all."""
    return sample(filled=False)


def between(low: str, high: str) -> Num:
    return Num(Fraction(low), Fraction(high))


# The document and its rules.


def test_three_dimensions_of_four_mechanisms_with_25_points_each(blank: Run) -> None:
    titles = {title.name: title for title in blank.plans[""].rules.titles}
    for name in THREE:
        assert [group.whole for group in titles[name].body.children] == [25] * 4
        assert [sum(item.whole or 0 for item in group.children) for group in titles[name].body.children] == [25] * 4


def test_every_statement_that_is_more_than_context_is_cited(blank: Run) -> None:
    findings = Findings()
    compiled = blank.plans[""]
    cited = [Citation(clause.register, clause.item, line.span) for line in compiled.rules.lines.values() for clause in line.clauses]
    coverage = cover(compiled.registers, cited, findings)
    assert len(findings) == 0
    assert len(coverage.of("star-village-plan")) == 99
    assert coverage.uncovered == ()
    assert {item.statement.id for item in coverage.statements if not item.lines} == {"1.1", "1.2", "2.2", "3.0", "5.1"}


def test_all_36_blanks_are_open_until_a_county_sets_them(blank: Run, filled: Run) -> None:
    plain = blank.plans[""].plan.parameters
    assert [name for name, item in plain.items() if item.value is not None] == []
    assert len(plain) == 36
    assert [name for name, item in filled.plans[COUNTY].plan.parameters.items() if item.value is None] == []


def test_every_setting_says_it_is_a_sample(filled: Run) -> None:
    lines = [line for line in filled.plans[COUNTY].rules.lines.values() if line.authority == COUNTY]
    assert len(lines) == 37
    assert [line.text[:6] for line in lines if not any("样例" in reason for reason in line.assumptions)] == ["县 样例县 "]


def test_contradictions_have_rulings(blank: Run) -> None:
    lines = [line.text for line in blank.plans[""].rules.lines.values() if line.text.startswith("出入")]
    assert len(lines) == 5
    assert all("裁定" in text for text in lines)


# The sample; the numbers are worked by hand in its README.


@pytest.mark.parametrize(
    ("village", "marks", "outcomes"),
    [
        ("样例村一", ("100", "100", "97.15"), "granted granted granted"),
        ("样例村二", ("76", "76.5", "89"), "refused refused granted"),
        ("样例村三", ("86", "28.5", "80"), "granted refused granted"),
        ("样例村四", ("93", "100", "96.1"), "granted granted granted"),
    ],
)
def test_the_three_dimensions_of_a_village(filled: Run, village: str, marks: tuple[str, ...], outcomes: str) -> None:
    found = [filled.title(village, name) for name in THREE]
    assert found == [(exactly(mark), outcome) for mark, outcome in zip(marks, outcomes.split(), strict=True)]


def test_what_was_not_reported_is_an_interval_and_not_zero(filled: Run) -> None:
    assert filled.title("样例村五", "法治规范化") == (between("75", "100"), "undetermined")
    assert filled.title("样例村五", "德治风尚化") == (between("82", "97"), "granted")


def test_the_second_model_village_waits_for_one_that_has_not_reported(filled: Run) -> None:
    assert filled.title("样例村一", "善治示范村") == (exactly("297.15"), "granted")
    assert filled.title("样例村四", "善治示范村") == (exactly("289.1"), "undetermined")
    assert filled.title("样例村五", "善治示范村") == (between("257", "297"), "not_entered")
    late = filled.known("样例村五", 环境清洁指数=0, 公共场所文明指数=0, 人际和谐指数=0)  # 100 + at most 100 + 82
    assert late.title("样例村四", "善治示范村") == (exactly("289.1"), "granted")


def test_without_a_character_of_its_own_a_village_does_not_enter(filled: Run) -> None:
    assert filled.known("样例村一", 有特色=False).title("样例村一", "善治示范村") == (exactly("297.15"), "not_entered")


def test_a_model_town_is_the_best_mean_of_villages(filled: Run) -> None:
    assert filled.title("样例镇甲", "善治示范镇") == (exactly(Fraction("733.15") / 3), "refused")
    assert filled.title("样例镇乙", "善治示范镇") == (between("273.05", "293.05"), "granted")


def held(run: Run) -> dict[str, str]:
    """What the county has done, by requirement."""
    return {item.name: item.outcome for item in run.unit("样例县").titles}


def test_the_county_has_done_eight_of_eleven_without_any_points(filled: Run) -> None:
    found = held(filled)
    assert len(found) == 11
    assert [name for name, outcome in found.items() if outcome != "granted"] == ["督查巡查到位", "全面实施按期", "四个联盟会普及"]
    assert {item.scored for item in filled.unit("样例县").titles} == {False}
    assert filled.tier("样例县", "县里要求全部做到") == "not_reached"


@pytest.mark.parametrize(("staff", "outcome"), [(3, "refused"), (4, "granted"), (5, "granted")])
def test_the_county_office_has_four_full_time_staff(blank: Run, staff: int, outcome: str) -> None:
    assert held(blank.known("样例县", 专职人员数=staff))["专职人员到位"] == outcome


@pytest.mark.parametrize(
    ("day", "outcome"), [(date(2025, 9, 30), "granted"), (date(2025, 10, 1), "refused"), (date(2024, 9, 30), "refused")]
)
def test_the_edges_of_a_phase(filled: Run, day: date, outcome: str) -> None:
    assert held(filled.known("样例县", 全面实施完成日=day.toordinal()))["全面实施按期"] == outcome


@pytest.mark.parametrize(("gained", "outcome"), [(19, "refused"), (20, "undetermined"), (21, "granted")])
def test_a_household_that_may_not_enter_keeps_its_place(filled: Run, gained: int, outcome: str) -> None:
    # 一1 has 135; 一2 has 120 and is barred for a month more; the village has two places
    changed = filled.pointed("样例户一3", gained)
    assert changed.title("样例户一2", "最美家庭") == (exactly(120), "not_entered")
    assert changed.title("样例户一3", "最美家庭") == (exactly(100 + gained), outcome)


@pytest.mark.parametrize(("points", "reached"), [((-5, -14), "not_reached"), ((-20,), "undetermined"), ((-20, -1), "reached")])
def test_the_bottom_of_a_village_and_a_tie_there(filled: Run, points: tuple[int, ...], reached: str) -> None:
    assert filled.pointed("样例户一4", *points).tier("样例户一4", "靠后户") == reached  # 一6 has 80
    assert filled.pointed("样例户一4", *points).tier("样例户一1", "靠后户") == "not_reached"


def test_a_tie_in_a_village_of_three_leaves_both_to_the_body(filled: Run) -> None:
    for name in ("样例户三2", "样例户三3"):
        assert filled.tier(name, "靠后户") == "undetermined"
        assert filled.title(name, "最美家庭") == (exactly(100), "undetermined")


@pytest.mark.parametrize(
    ("who", "grade", "paid"),
    [
        ("样例网格员一1", {"红"}, (12000, 12000)),
        ("样例网格员一2", {"黄"}, (0, 0)),
        ("样例网格员二1", {"灰"}, (9000, 9000)),
        ("样例网格员三1", {"黄"}, (6000, 6000)),
        ("样例网格员四1", {"红", "黄", "灰"}, (9000, 12000)),
        ("样例网格员五1", {"红"}, (9000, 9000)),
        ("样例网格员五2", {"红"}, (0, 0)),
    ],
)
def test_colours_and_pay(filled: Run, who: str, grade: set[str], paid: tuple[int, int]) -> None:
    unit = filled.unit(who)
    assert unit.titles[0].grades == grade
    assert unit.money("县级") == Num(Fraction(paid[0]), Fraction(paid[1]))


def test_a_grid_head_marked_lower_turns_grey(filled: Run) -> None:
    for mark, grade in (("70", {"黄"}), ("69.99", {"灰"})):
        changed = filled.entered("样例网格员一1", {"乡镇考评": Judgement(known(Fraction(mark)))})
        assert changed.unit("样例网格员一1").titles[0].grades == grade


# With every blank left blank.


@pytest.mark.parametrize("name", ["样例村一", "样例户一1", "样例网格员一1", "样例镇乙"])
def test_nothing_is_granted_on_a_blank(blank: Run, name: str) -> None:
    assert {item.outcome for item in blank.unit(name).titles} == {"undetermined"}


def test_the_story_names_the_blank_and_its_line(blank: Run) -> None:
    story = blank.explained("样例户一1")
    for name in ("起始积分", "最美家庭名额", "靠后户数", "取消资格期"):
        line = next(item.line for item in blank.plans[""].plan.parameters.values() if item.name == name)
        assert f"{name} = 没有设定" in story
        assert line in story
    assert "三化达标线 = 没有设定" in blank.explained("样例村一")


def test_the_county_waits_for_its_dates_and_numbers_only(blank: Run) -> None:
    waiting = [name for name, outcome in held(blank).items() if outcome == "undetermined"]
    assert waiting == ["治理培训到位", "督查巡查到位", "组织发动按期", "试点开展按期", "全面实施按期", "总结完善按期"]
    assert "组织发动起 = 没有设定" in blank.explained("样例县", "组织发动按期")


# The English form.


def in_english(resource: Resource) -> Resource:
    found = Findings()
    text = format_source(source_of(resource), "en", found)
    assert not found.errors
    return Resource(resource.label, text.encode())


def test_the_english_form_gives_the_same(filled: Run) -> None:
    pack, county = (replace(item, rules=tuple(map(in_english, item.rules))) for item in packs())
    plans, findings = plans_of(pack, county)  # type: ignore[arg-type]  # two kinds of pack in one line
    assert findings.errors == ()
    english = Run(plans, *read(SAMPLE, plans)[:2], ON)
    for mine, theirs in zip(filled.assessed.units, english.assessed.units, strict=True):
        assert [(item.score, item.outcome, item.grades) for item in mine.titles] == [
            (item.score, item.outcome, item.grades) for item in theirs.titles
        ]
        assert mine.payments == theirs.payments
        assert [item.reached for item in mine.tiers] == [item.reached for item in theirs.tiers]


# Wrong files.


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The sample's files, to be spoilt."""
    shutil.copytree(SAMPLE, tmp_path / "sample")
    return tmp_path / "sample"


def spoil(file: Path, old: str, new: str) -> int:
    """Replace the one place where `old` stands; the number of its line."""
    text = file.read_text("utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_a_household_whose_village_is_not_in_the_register(copy: Path, filled: Run) -> None:
    row = spoil(copy / "register.csv", "990001101201001,样例户一1,户,990001101201", "990001101201001,样例户一1,户,990001101299")
    _, _, found = read(copy, filled.plans)
    assert [item.code for item in found.errors] == ["FR559"]
    place = found.errors[0].place
    assert isinstance(place, CellPlace)
    assert (place.label, place.row) == ("register.csv", row)
    assert dict(found.errors[0].args)["parent"] == "990001101299"


def test_facts_of_a_household_that_is_not_registered(copy: Path, filled: Run) -> None:
    spoil(copy / "register.csv", "990001101203003,样例户三3,户,990001101203\n", "")
    _, _, found = read(copy, filled.plans)
    assert {item.code for item in found.errors} <= {"FR555", "FR556"}
    assert len(found.errors) >= 1


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        ("register.csv", "样例户一1,户,", "样例户一1,住户,", "FR558"),
        ("households.csv", "样例户一1,2025,是,12,否", "样例户一1,2025,是,一年,否", "FR574"),
        ("households.csv", "样例户一1,2025,是,12,否", "样例户一1,2025,不适用,12,否", "FR576"),
        ("points_entries.csv", "样例户一3,2025,奖分,10", "样例户一3,2025,加分,10", "FR585"),
        ("points_entries.csv", "样例户一3,2025,奖分,10", "样例户一3,2025,奖分,101", "FR582"),
        ("grid.csv", "样例网格员二1,2025,网格长", "样例网格员二1,2025,组长", "FR584"),
    ],
)
def test_wrong_cells_are_told(copy: Path, filled: Run, file: str, old: str, new: str, code: str) -> None:
    spoil(copy / file, old, new)
    _, _, found = read(copy, filled.plans)
    assert code in {item.code for item in found}


def test_two_programmes_with_the_same_id(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name / "rules").mkdir(parents=True)
        (tmp_path / name / "rules" / "a.rules").write_text("方案 又一个 版本 “1”\n", "utf-8")
        (tmp_path / name / "programme.toml").write_text('id = "other"\ntitle = "又一个"\nversion = "1.0"\napi = 1\n', "utf-8")
    findings = Findings()
    loaded = load_plugins(findings, folders=[tmp_path / "one", tmp_path / "two"])
    assert [item.code for item in findings] == ["FR640"]
    assert loaded.programme("other") is None


def test_a_second_programme_may_not_take_the_id_of_this_one(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "a.rules").write_text("方案 又一个 版本 “1”\n", "utf-8")
    (tmp_path / "programme.toml").write_text(f'id = "{ID}"\ntitle = "又一个"\nversion = "1.0"\napi = 1\n', "utf-8")
    findings = Findings()
    loaded = load_plugins(findings, folders=[tmp_path])
    assert [item.code for item in findings] == ["FR640"]
    mine = loaded.programme(ID)
    assert mine is not None
    assert mine.title == "村级星级化创建"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("设定 起始积分 = 101分 依 村星 3.3.4.2", "FR413"),
        ("设定 起始积分 = 100户 依 村星 3.3.4.2", "FR203"),
        ("设定 起始积分 = 100分 依 村星 3.3.4", "FR412"),
        ("量化 1 四化一提升 依 村星 2.1", "FR411"),
    ],
)
def test_a_county_goes_no_further_than_it_may(line: str, code: str) -> None:
    pack, county = packs()
    text = f"县 样例县 990001 落实 村级星级化创建 版本 “1”\n  {line} 〔假定 “样例”〕\n"
    wrong = replace(county, rules=(Resource("star-sample/rules/sample.rules", text.encode()),))
    findings = Findings()
    programme = open_programme(pack, findings)
    with pytest.raises(Stopped) as stopped:
        programme.compile(wrong, ON, findings)
    assert code in {item.code for item in (*stopped.value.findings, *findings)}


def test_the_command_line_says_which_parent_is_missing(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoil(copy / "register.csv", "990001101201001,样例户一1,户,990001101201", "990001101201001,样例户一1,户,990001101299")
    files = [part for path in sorted(copy.glob("*.csv")) for part in ("--facts", str(path))]
    assert main(["run", ID, "--county", COUNTY, "--on", "2025-12-31", *files]) == 2
    shown = capsys.readouterr()
    assert "上级“990001101299”不在登记表里" in shown.err
    assert "Traceback" not in shown.err


# The pages.

PAGES = [Path(__file__).parents[2] / "docs/programmes" / name for name in ("star_village.md", "star_village.zh.md")]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_line_a_page_quotes_stands_in_the_rules(page: Path) -> None:
    rules = "\n".join(path.read_text("utf-8") for path in sorted((SAMPLE.parent / "rules").glob("*.rules")))
    rows = re.findall(r"[）)] \| `(.+)` \|\n", page.read_text("utf-8"))
    assert len(rows) == 11
    assert [line for line in rows if line not in rules] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_the_county_of_a_page_compiles(page: Path) -> None:
    (block,) = re.findall(r"```\n(县 .*?)```", page.read_text("utf-8"), re.DOTALL)
    county = RefinementPack("some", "0.1.0", (Resource("some/a.rules", block.encode()),), code="990002", programme=ID, name="某县")
    plans, findings = plans_of(packs()[0], county)
    assert findings.errors == ()
    assert sum(item.value is not None for item in plans[COUNTY].plan.parameters.values()) == 3


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_parameter_a_page_names_is_declared(page: Path, blank: Run) -> None:
    table = page.read_text("utf-8").split("| 参数 |" if page.name.endswith(".zh.md") else "| Parameters |")[1].split("\n\n")[0]
    named = re.findall(r"[\u4e00-\u9fff]+(?:线|个数|次数|权重|满分|积分|名额|户数|资格期|动起|动止)(?=[、，, |]|等| and)", table)
    declared = blank.plans[""].plan.parameters
    assert len(named) >= 20
    assert [name for name in named if name not in declared and "户数线" not in name and "任务线" not in name] == []


# As a user sees it.


def test_the_commands_of_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", ID, "--sample", "--on", "2025-12-31"]) == 0
    told = capsys.readouterr()
    assert "参数“三化达标线”" in told.err
    assert main(["run", ID, "--county", COUNTY, "--sample", "--on", "2025-12-31"]) == 0
    told = capsys.readouterr()
    assert "参数" not in told.err
    assert "297.15 授予" in told.out
    assert main(["explain", ID, "样例户三2", "--county", COUNTY, "--sample", "--on", "2025-12-31"]) == 0
    assert "样例户三2 100 = 样例户三3 100" in capsys.readouterr().out
