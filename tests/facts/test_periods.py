"""Periods: the days they cover, and the one before."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from flagrules.cli.main import cli
from flagrules.facts.dates import PERIODS, period_before, period_days

PROGRAMME = 'id = "bimonthly"\ntitle = "净美"\nversion = "0.1.0"\napi = 1\n'
RULES = """\
方案 净美 版本 “1” 〔假定 “例”〕
  施行 2021年1月1日 〔假定 “例”〕
创建单元 村 〔假定 “例”〕
事实 检查得分：分数 0分~100分 〔假定 “例”〕
称号 净美 适用 村：100分 〔假定 “例”〕
  授予 得分 80分以上 〔假定 “例”〕
  前提 往期平均（检查得分，2期） - 检查得分 5分以下 〔假定 “例”〕
  指标 1 检查：100分 〔假定 “例”〕
    按公式 检查得分，精确 〔假定 “例”〕
"""


@pytest.mark.parametrize(
    ("period", "first", "last", "before"),
    [
        ("2021", date(2021, 1, 1), date(2021, 12, 31), "2020"),
        ("2021H1", date(2021, 1, 1), date(2021, 6, 30), "2020H2"),
        ("2021H2", date(2021, 7, 1), date(2021, 12, 31), "2021H1"),
        ("2021Q1", date(2021, 1, 1), date(2021, 3, 31), "2020Q4"),
        ("2021Q4", date(2021, 10, 1), date(2021, 12, 31), "2021Q3"),
        ("2021-01", date(2021, 1, 1), date(2021, 1, 31), "2020-12"),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29), "2020-01"),
        ("2021-01~02", date(2021, 1, 1), date(2021, 2, 28), "2020-11~12"),
        ("2021-11~12", date(2021, 11, 1), date(2021, 12, 31), "2021-09~10"),
        ("2021-05~08", date(2021, 5, 1), date(2021, 8, 31), "2021-01~04"),
    ],
)
def test_a_period_has_its_days_and_the_one_before(period: str, first: date, last: date, before: str) -> None:
    assert period_days(period) == (first, last)
    assert period_before(period) == before


@pytest.mark.parametrize(
    "period",
    ["", "去年", "0000", "2021H0", "2021H3", "2021Q5", "2021Q01", "2021-0", "2021-00", "2021-13", "2021-1", "2021-02~03", "2021-05~07",
     "2021-12~13", "2021-05~05", "2021-01~12", "2021Q1~02", "2021-5~6", "2021年"],
)  # fmt: skip
def test_what_is_no_period(period: str) -> None:
    assert period_days(period) is None
    assert period_before(period) is None


def test_the_first_year_has_none_before_it() -> None:
    assert period_before("0001") is None
    assert period_before("0001Q2") == "0001Q1"


def run(folder: Path, period: str) -> tuple[int, str]:
    pack = folder / "pack"
    (pack / "rules").mkdir(parents=True)
    (pack / "programme.toml").write_text(PROGRAMME, encoding="utf-8")
    (pack / "rules" / "a.rules").write_text(RULES, encoding="utf-8")
    (folder / "登记.csv").write_text("编号,名称,类别\n1,一,村\n", encoding="utf-8")
    rows = "1,2021-03~04,84\n1,2021-01~02,85\n1,2020-11~12,93\n"
    (folder / "事实.csv").write_text(f"编号,期,检查得分(分)\n{rows}", encoding="utf-8")
    files = [part for name in ("登记.csv", "事实.csv") for part in ("--facts", str(folder / name))]
    asked = ["run", "bimonthly", "--plugins", str(pack), "--on", "2021-05-01", "--period", period, *files]
    result = CliRunner().invoke(cli, asked)
    return result.exit_code, result.output


def test_a_run_of_two_months_reads_the_two_periods_before_it(tmp_path: Path) -> None:
    code, said = run(tmp_path / "a", "2021-03~04")
    assert code == 0, said
    assert "84 授予" in said  # (85 + 93) ÷ 2 - 84 = 5


def test_a_period_of_no_known_shape_is_told_with_the_shapes(tmp_path: Path) -> None:
    code, said = run(tmp_path / "a", "2021-03~05")
    assert code == 2
    assert all(form in said for form in PERIODS)
