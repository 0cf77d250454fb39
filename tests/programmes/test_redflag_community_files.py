"""Red-flag communities: the English form of the rules, wrong settings, wrong cells, the pages, and the commands a user types."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from flagrules.cli.main import main
from flagrules.facts.read import read_facts
from flagrules.pipeline import open_programme
from flagrules.plugin.host import load_plugins
from flagrules.plugin.packs import RefinementPack, Resource, source_of
from flagrules.syntax.format import format_source
from flagrules.text.findings import Findings, Stopped
from tests.programmes.redflag_kit import DISTRICT, ID, ON, SAMPLE, Run, compiled, run


@pytest.fixture
def filled() -> Run:
    """The sample settings switched on."""
    return run(settings=True)


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
