"""Grades a title carries, and facts of earlier periods, in cases."""

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
事实 次：次数 0次~90次
称号 平安 适用 村：20分
  授予 得分 5分以上
  等级 优 当 得分 15分以上
  等级 良 当 得分 8分以上
  指标 1 少于往年：20分
    每1次 次 高于 往期平均（次，3期）扣5分，不足一步不计，扣完为止
"""
)


def run(facts: str, expect: str) -> tuple[Report, Findings]:
    text = f"用例:\n  - 名: 甲\n    单元: 村\n{facts}    期望: {expect}\n"
    findings = Findings()
    pack = programme_pack(RULES)
    compile_on = compiler(open_programme(pack, findings), None)
    return run_cases(compile_on, replace(pack, tests=(Resource("city/tests/a.yaml", text.encode()),)), findings), findings


def facts(now: str, last: str, *before: str) -> str:
    earlier = ", ".join(f"{{次: {value}}}" for value in before)
    return f"    事实: {{次: {now}}}\n    上年: {{次: {last}}}\n    更早: [{earlier}]\n"


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("4次", "{指标 1: 20分, 平安: {等级: 优}}"),  # the mean of 3, 3 and 6 is 4
        ("5次", "{指标 1: 15分, 平安: {结果: 授予, 等级: 优}}"),
        ("6次", "{指标 1: 10分, 平安: {等级: 良}}"),
        ("7次", "{指标 1: 5分, 平安: {结果: 授予, grade: none}}"),  # granted, but 5 is less than 8
        ("8次", "{指标 1: 0分, 平安: {结果: 未授予, 等级: 无}}"),
        ("未知", "{指标 1: 0分~20分, 平安: {结果: 未定, 等级: 未定}}"),
    ],
)
def test_the_mean_of_three_periods_and_the_grade(now: str, expected: str) -> None:
    report, findings = run(facts(now, "3次", "3次", "6次"), expected)
    assert (report.passed, [item.code for item in findings]) == (1, [])


def test_a_period_nobody_gave_is_unknown() -> None:
    report, _ = run(facts("6次", "3次", "3次"), "{指标 1: 0分~20分}")
    assert report.passed == 1


@pytest.mark.parametrize(
    ("expect", "code"),
    [
        ("{平安: {等级: 良}}", "FR951"),
        ("{平安: {等级: 无}}", "FR951"),
        ("{平安: {等级: 中}}", "FR929"),
        ("{平安: {等级: 授予}}", "FR929"),
        ("{指标 1: {等级: 优}}", "FR901"),
    ],
)
def test_a_wrong_grade_is_told(expect: str, code: str) -> None:
    assert [item.code for item in run(facts("4次", "3次", "3次", "6次"), expect)[1]] == [code]


def test_earlier_periods_are_facts_by_name() -> None:
    assert [item.code for item in run("    更早: [3次]\n", "{指标 1: 20分}")[1]] == ["FR903"]
