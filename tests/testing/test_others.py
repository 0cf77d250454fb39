"""Cases about several units and about earlier decisions: places in an order, shares, titles that last; wrong ones are told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flagrules.pipeline import open_programme
from flagrules.plugin.packs import Resource
from flagrules.testing.run import Report, compiler, run_cases
from flagrules.text.findings import Findings
from tests.rulekit import HEAD, programme_pack

RULES = (
    HEAD
    + """\
事实 率：比例 适用 村
事实 假：是否 适用 村
称号 平安 适用 村：20分
  授予 率 80%以上
  有效期 3年
  撤销 当 假
  指标 1 名次：20分
    分档 名次（率，从高到低，并列同名次）
      1名以下 得20分
      超过1名 2名以下 得12分
      其余 得0分
"""
)


def run(case: str) -> tuple[Report, Findings]:
    findings = Findings()
    pack = programme_pack(RULES)
    compile_on = compiler(open_programme(pack, findings), None)
    text = f"日期: 2021-12-01\n用例:\n  - {{名: 甲, 单元: 村, {case}}}\n"
    return run_cases(compile_on, replace(pack, tests=(Resource("city/tests/a.yaml", text.encode()),)), findings), findings


def others(*rates: str) -> str:
    return "同场: [" + ", ".join(f"{{名: 乙{index}, 单元: 村, 事实: {{率: {rate}}}}}" for index, rate in enumerate(rates)) + "]"


@pytest.mark.parametrize(
    ("rates", "expected"),
    [
        ((), "20分"),
        (("89.99%",), "20分"),
        (("90%",), "20分"),  # the same place
        (("90.01%",), "12分"),
        (("91%", "90.01%"), "0分"),
        (("91%", "未知"), "0分~12分"),  # second or third
    ],
)
def test_a_place_among_others(rates: tuple[str, ...], expected: str) -> None:
    report, findings = run(f"事实: {{率: 90%}}, {others(*rates)}, 期望: {{指标 1: {expected}}}")
    assert (report.passed, [item.code for item in findings]) == (1, [])


def past(decision: str, day: str, until: str = "") -> str:
    return f"从前: [{{称号: 平安, 决定: {decision}, 决定日期: {day}{f', 有效至: {until}' if until else ''}}}]"


@pytest.mark.parametrize(
    ("rate", "fake", "before", "expected"),
    [
        ("80%", "否", "从前: []", "授予"),
        ("79%", "否", "从前: []", "无"),
        ("79%", "否", past("授予", "2019-12-02", "2022-12-01"), "保持"),
        ("79%", "否", past("授予", "2018-12-01", "2021-11-30"), "期满"),
        ("79%", "是", past("授予", "2019-12-02", "2022-12-01"), "撤销"),
        ("79%", "否", past("撤销", "2020-12-02"), "无"),
        ("79%", "否", others(), "未定"),  # nothing is said of earlier decisions
    ],
)
def test_a_title_that_lasts(rate: str, fake: str, before: str, expected: str) -> None:
    report, findings = run(f"事实: {{率: {rate}, 假: {fake}}}, {before}, 期望: {{平安: {{决定: {expected}}}}}")
    assert (report.passed, [item.code for item in findings]) == (1, [])


EXPECT = "期望: {指标 1: 0分~20分}"


@pytest.mark.parametrize(
    ("case", "codes"),
    [
        (f"所在: 乙县, {EXPECT}", ["FR902"]),
        (f"所在: 乙县, 同场: [{{名: 甲县, 单元: 县}}], {EXPECT}", ["FR930"]),
        (f"同场: [甲县], {EXPECT}", ["FR903"]),
        (f"同场: [{{名: 甲县}}], {EXPECT}", ["FR902"]),
        (f"同场: [{{名: 甲市, 单元: 市}}], {EXPECT}", ["FR907"]),
        (f"同场: [{{名: 甲县, 单元: 县, 事实: {{率: 3%}}}}], {EXPECT}", ["FR909"]),
        (f"同场: [{{名: 乙, 单元: 村}}, {{名: 乙, 单元: 村}}], {EXPECT}", ["FR924"]),
        (f"同场: [{{名: 乙, 单元: 村, 期望: 3}}], {EXPECT}", ["FR901"]),
        (f"从前: [授予], {EXPECT}", ["FR903"]),
        (f"从前: [{{称号: 平按, 决定: 授予, 决定日期: 2020-12-01}}], {EXPECT}", ["FR915"]),
        (f"从前: [{{称号: 平安, 决定: 给予, 决定日期: 2020-12-01}}], {EXPECT}", ["FR931"]),
        (f"从前: [{{称号: 平安, 决定: 授予, 决定日期: 去年}}], {EXPECT}", ["FR905"]),
        (f"从前: [{{称号: 平安, 决定: 授予}}], {EXPECT}", ["FR902"]),
        (f"从前: [], {EXPECT.replace('指标 1: 0分~20分', '平安: {决定: 通过}')}", ["FR931"]),
        (f"从前: [], {EXPECT.replace('指标 1: 0分~20分', '平安: {决定: 授予}')}", ["FR951"]),
    ],
)
def test_wrong_cases_are_told(case: str, codes: list[str]) -> None:
    assert [item.code for item in run(case)[1] if item.is_error] == codes
