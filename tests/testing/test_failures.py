"""A failing expectation: the finding shows what was expected and got, the place in the YAML and the rule line that decided."""

from __future__ import annotations

import pytest

from flagrules.text.render import to_text
from flagrules.text.source import Span
from tests.testing.made import run

CASE = "用例:\n  - 名: 甲\n    单元: 小区\n    事实: {活动次数: 12次, 满意度: 88%, 投诉: 3起, 发生事故: 是, 物业: 外包}\n    期望: {WANT}\n"


def case(expected: str) -> str:
    return CASE.replace("WANT", expected)


@pytest.mark.parametrize(
    ("expected", "code", "at", "rule", "got"),
    [
        ("指标 1: 12分", "FR951", "12分", "12次以上 得20分", "20分"),
        ("指标 2: 26.5分", "FR951", "26.5分", "每1个百分点 满意度 低于 90% 扣2分，不足一步不计，扣完为止 〔办法 2〕", "26分"),
        ("指标 4: 20分", "FR951", "20分", "评议 0分~20分 由 评估组 〔办法 2〕", "0分~20分"),
        ("加分项 J1: 5分", "FR951", "5分", "当 投诉 不满3起，加5分 〔办法 2〕", "0分"),
        ("扣分项 K1: 0分", "FR951", "0分", "扣分项 K1 迟报：10分 〔办法 3〕", "-10分"),
        ("和睦: 授予", "FR951", "授予", "一票否决 当 发生事故，则 本星不授 〔办法 2〕", "未授予"),
        ("整洁: 授予", "FR951", "授予", "参评 当 物业 = “自管” 〔办法 3〕", "未参评"),
        ("整洁: {结果: 未定}", "FR951", "未定", "参评 当 物业 = “自管” 〔办法 3〕", "未参评"),
        ("等次: {双星: 达到}", "FR951", "达到", "等次 双星 适用 小区 当 星数 2颗以上 〔办法 4〕", "未达到"),
        ("补贴: {市级: 1万元}", "FR951", "1万元", "等次 双星 适用 小区 当 星数 2颗以上 〔办法 4〕", "0元"),
        ("指标 1: {决定行: 其余 得0分}", "FR952", "其余 得0分", "12次以上 得20分", "12次以上 得20分"),
        ("和睦: {决定行: 授予 得分}", "FR952", "授予 得分", "一票否决 当 发生事故", "一票否决 当 发生事故"),
    ],
)
def test_what_is_shown(expected: str, code: str, at: str, rule: str, got: str) -> None:
    report, findings = run(case(expected))
    (item,) = findings
    assert item.code == code
    assert isinstance(item.place, Span)
    assert (item.place.line, item.place.text) == (5, at)
    (related,) = item.related
    assert isinstance(related.place, Span)
    assert related.place.excerpt.strip().startswith(rule)
    assert dict(item.args)["got"].startswith(got)
    assert (report.passed, report.failed) == (0, 1)


def test_the_text_has_carets_under_both_places() -> None:
    _, findings = run(case("指标 1: 12分"))
    (item,) = findings
    assert to_text(item).splitlines() == [
        "错误[FR951] 用例“甲”：指标 1应为12分，实际是20分",
        "  --> stars/tests/a.yaml:5:16",
        " 5 |     期望: {指标 1: 12分}",
        "   |                    ^^^^",
        "  --> stars/rules/stars.rules:26:9   规则行在此",
        "26 |         12次以上 得20分",
        "   |         ^^^^^^^^^^^^^^^",
        "   = 怎样改：看下面的规则行和这里的期望，改不对的一处",
    ]
    assert to_text(item, "en").startswith("error[FR951] case '甲': 指标 1 should be 12分, it is 20分\n")


def test_all_failures_of_all_cases_are_told() -> None:
    second = case("指标 1: 0分, 指标 2: 0分").replace("名: 甲", "名: 乙").removeprefix("用例:\n")
    report, findings = run(case("指标 1: 12分, 和睦: 授予") + second)
    assert [item.code for item in findings] == ["FR951"] * 4
    assert (report.passed, report.failed) == (0, 2)


def test_a_failing_case_still_counts_for_coverage() -> None:
    report, _ = run(case("指标 1: 12分"))
    assert "stars/rules/stars.rules:26" in {branch.line for branch in report.coverage.reached}
