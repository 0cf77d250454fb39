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
    facts = [part for path in sorted((HERE / name / "sample").glob("*.csv")) for part in ("--facts", str(path))]
    args = ["run", name, "--plugins", str(HERE / name), "--on", str(example.on), "--out", str(tmp_path), "--format", "csv", *facts]
    outcome = CliRunner().invoke(cli, args)
    assert outcome.exit_code == 0, outcome.output
    with (tmp_path / "titles.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if example.title in row.values()]
    assert {row["编号"]: (row["得分（最低）"], row["结果"]) for row in rows} == example.sample
    assert all(row["得分（最低）"] == row["得分（最高）"] for row in rows)


def test_the_example_of_shares_counts_each_village_by_itself(tmp_path: Path) -> None:
    """In the first sample village the three highest of four are named, in the second both are."""
    facts = [part for path in sorted((HERE / "wendeng-2020" / "sample").glob("*.csv")) for part in ("--facts", str(path))]
    folder = str(HERE / "wendeng-2020")
    args = ["run", "wendeng-2020", "--plugins", folder, "--on", "2021-12-31", "--out", str(tmp_path), "--format", "csv", *facts]
    assert CliRunner().invoke(cli, args).exit_code == 0
    with (tmp_path / "titles.csv").open(encoding="utf-8-sig", newline="") as file:
        named = {row["编号"]: row["结果"] for row in csv.DictReader(file) if row["信用等次"] == "排名"}
    assert named == {unit: "未授予" if unit == "W4" else "授予" for unit in ("W1", "W2", "W3", "W4", "W5", "W6")}


@pytest.mark.parametrize("name", NAMES)
def test_every_statement_of_its_documents_is_cited(name: str) -> None:
    outcome = CliRunner().invoke(cli, ["coverage", name, "--plugins", str(HERE / name)])
    assert outcome.exit_code == 0, outcome.output
    assert "✗" not in outcome.output


@pytest.mark.parametrize("page", ["examples.md", "examples.zh.md"])
def test_the_page_names_every_example(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    assert [name for name in NAMES if f"tests/examples/{name}" not in text] == []
