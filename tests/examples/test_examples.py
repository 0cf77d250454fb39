"""Published rubrics written as programmes: each compiles, passes its hand-worked cases, reaches its lines and runs over a sample."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from flagrules.cli.main import cli
from flagrules.pipeline import open_programme
from flagrules.plugin.folder import read_folder
from flagrules.plugin.packs import ProgrammePack
from flagrules.testing.run import Report, compiler, run_cases
from flagrules.text.findings import Findings
from flagrules.text.render import render_all

HERE = Path(__file__).parent
DOCS = HERE.parents[1] / "docs"


@dataclass(frozen=True)
class Example:
    """One example: the day it is run on, the title looked at, and what each unit of the sample gets, added up by hand."""

    on: date
    title: str
    sample: dict[str, tuple[str, str]]
    accept: tuple[str, ...] = ()  # what the rules say cannot be said, accepted by name


EXAMPLES = {
    # 100 less the point two entries of item 18 leave over; 2 + 2 for two provincial papers and 1 for one of the city; 20 + 2 × 10 lost
    "shicheng-2018": Example(
        date(2018, 12, 31), "河长制考核", {"S1": ("99", "授予"), "S2": ("104", "授予"), "S3": ("-40", "未授予")}
    ),
    # 1000 with: +10 −5; +10 +5 +2; +30 +20 +30; −20 −10; −100 −50 −50, and 800 is not above 800; +5 +1
    "wendeng-2020": Example(
        date(2021, 12, 31),
        "信用星级",
        {
            "W1": ("1005", "授予"), "W2": ("1017", "授予"), "W3": ("1080", "授予"),
            "W4": ("970", "授予"), "W5": ("800", "未授予"), "W6": ("1006", "授予"),
        },
    ),
    # 135 with: +0.5 +1 −0.1; −10 −1 −5 −1, vetoed; +4 −3
    "changjie-2021": Example(
        date(2021, 12, 31), "先进村社", {"V1": ("136.4", "授予"), "V2": ("118", "未授予"), "V3": ("136", "授予")}
    ),
    # four exams: 4 × 5 for places 1–9; 3 × 5 + 3 for the 10th, who is passed in the last one; 4 × 3 for places 11–20; the last of the
    # class ends first, 3 × 3 + 5 and 3 for getting on. A01 +12 for a prize, A02 +4 for the dormitory, B01 +2 for the class
    "wenzhou-2019": Example(
        date(2020, 7, 10),
        "正向发展指数",
        {
            "A01": ("32", "授予"), "A02": ("24", "授予"), **{f"A{i:02}": ("20", "授予") for i in range(3, 10)},
            "A10": ("18", "授予"), **{f"A{i:02}": ("12", "授予") for i in range(11, 20)}, "A20": ("17", "授予"),
            "B01": ("22", "授予"), **{f"B{i:02}": ("20", "授予") for i in range(2, 8)}, "D01": ("20", "授予"), "D02": ("20", "授予"),
        },
        accept=("优先参考正向指数", "周末住校违纪"),
    ),
}  # fmt: skip
NAMES = sorted(EXAMPLES)


@cache
def pack_of(name: str) -> ProgrammePack:
    findings = Findings()
    pack = read_folder(HERE / name, name, findings)
    assert isinstance(pack, ProgrammePack), render_all(findings)
    return pack


@cache
def report_of(name: str) -> Report:
    findings = Findings()
    pack = pack_of(name)
    report = run_cases(compiler(open_programme(pack, findings), None), pack, findings)
    assert findings.errors == (), render_all(findings)
    return report


def run_sample(name: str, out: Path, table: str) -> list[dict[str, str]]:
    """One table of the results of an example's own sample."""
    example = EXAMPLES[name]
    facts = [part for path in sorted((HERE / name / "sample").glob("*.csv")) for part in ("--facts", str(path))]
    accept = [part for gap in example.accept for part in ("--accept", gap)]
    args = ["run", name, "--plugins", str(HERE / name), "--on", str(example.on), "--out", str(out), "--format", "csv", *facts, *accept]
    outcome = CliRunner().invoke(cli, args)
    assert outcome.exit_code == 0, outcome.output
    with (out / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_example_is_listed() -> None:
    assert sorted(path.parent.name for path in HERE.glob("*/programme.toml")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_it_compiles_without_errors_and_has_twenty_scored_lines(name: str) -> None:
    findings = Findings()
    compiled = open_programme(pack_of(name), findings).compile(None, EXAMPLES[name].on, findings)
    assert findings.errors == ()
    lines = {term.line for title in compiled.plan.rules.titles for block in title.body.blocks() for term in block.terms}
    assert len(lines) >= 20


@pytest.mark.parametrize("name", NAMES)
def test_its_cases_pass_and_reach_four_lines_in_five(name: str) -> None:
    report = report_of(name)
    assert report.failed == 0
    assert report.passed >= 7
    assert report.coverage.percent >= Fraction(80)


@pytest.mark.parametrize("name", NAMES)
def test_the_sample_comes_out_as_added_up_by_hand(name: str, tmp_path: Path) -> None:
    example = EXAMPLES[name]
    rows = [row for row in run_sample(name, tmp_path, "titles") if example.title in row.values()]
    assert {row["编号"]: (row["得分（最低）"], row["结果"]) for row in rows} == example.sample
    assert all(row["得分（最低）"] == row["得分（最高）"] for row in rows)


def test_the_example_of_shares_counts_each_village_by_itself(tmp_path: Path) -> None:
    """In the first sample village the three highest of four are named, in the second both are."""
    named = {row["编号"]: row["结果"] for row in run_sample("wendeng-2020", tmp_path, "titles") if row["信用等次"] == "排名"}
    assert named == {unit: "未授予" if unit == "W4" else "授予" for unit in ("W1", "W2", "W3", "W4", "W5", "W6")}


def test_the_example_of_quotas_names_as_many_as_there_are_places(tmp_path: Path) -> None:
    """Twenty students make three places, seven make one and two make none; votes for someone who may not be named take no place."""
    rows = run_sample("wenzhou-2019", tmp_path, "titles")
    titles = ("优秀学生", "优秀学生干部", "先进班集体")
    named = {title: [row["编号"] for row in rows if row["称号"] == title and row["结果"] == "授予"] for title in titles}
    # A03 (12 votes) lost 18 points, A12 (14) is below the middle of the class, A06 (20) already holds a city award
    assert named == {"优秀学生": ["A01", "A02", "A04", "B01"], "优秀学生干部": ["A02", "B02"], "先进班集体": ["C1", "C2"]}
    with (tmp_path / "quotas.csv").open(encoding="utf-8-sig", newline="") as file:
        quotas = {(row["地方编号"], row["等次"]): (row["达到（最少）"], row["达到（最多）"], row["结论"]) for row in csv.DictReader(file)}
    best, cadres = "校级优秀学生", "校级优秀学生干部"
    assert quotas == {
        ("C1", best): ("3", "3", "达标"), ("C2", best): ("1", "1", "达标"), ("C3", best): ("0", "0", "达标"),
        ("C1", cadres): ("1", "1", "达标"), ("C2", cadres): ("1", "1", "达标"), ("C3", cadres): ("0", "0", "达标"),
        ("G", "校级先进班集体"): ("2", "2", "达标"),
    }  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_every_statement_of_its_documents_is_cited(name: str) -> None:
    outcome = CliRunner().invoke(cli, ["coverage", name, "--plugins", str(HERE / name)])
    assert outcome.exit_code == 0, outcome.output
    assert "✗" not in outcome.output


@pytest.mark.parametrize("page", ["examples.md", "examples.zh.md"])
def test_the_page_names_every_example(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    assert [name for name in NAMES if f"tests/examples/{name}" not in text] == []
