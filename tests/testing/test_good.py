"""Right cases: they pass, what they reach is counted, and the numbers are worked by hand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from flagrules.testing.run import run_cases
from flagrules.text.findings import Findings
from flagrules.text.render import render_all
from tests.testing.made import STARS, run, stars

GOOD = (STARS / "tests" / "good.yaml").read_text(encoding="utf-8")
ONE = GOOD[: GOOD.index("  - 名: 差一步")]


def test_the_shipped_cases_pass_and_reach_every_branch() -> None:
    pack, compile_on = stars()
    findings = Findings()
    report = run_cases(compile_on, pack, findings)
    assert render_all(findings) == ""
    assert (report.passed, report.failed) == (7, 0)
    # 和睦 14: bands 3, satisfaction 2 (score, floor), ratio 3 (score, cap, not applicable), judged 1, bonus 2, outcome 3.
    # 整洁 11: parts 2 (score, floor), progress 2, outlay 2, penalty 2 (score, floor), outcome 3. 安静 4. Tier 2, subsidies 2.
    assert len(report.coverage.branches) == 14 + 11 + 4 + 2 + 2
    assert report.coverage.missed == ()
    assert report.coverage.percent == 100


def test_one_case_reaches_what_it_reaches() -> None:
    report, findings = run(ONE)
    assert (report.passed, list(findings)) == (1, [])
    # Its six lines in 和睦 (20, no step, not applicable, judged, bonus, granted), five in 整洁, the tier, two subsidies.
    assert len(report.coverage.reached) == 6 + 5 + 1 + 2
    assert report.coverage.percent == Fraction(1400, 33)
    missed = {(branch.line, branch.words("zh")) for branch in report.coverage.missed}
    assert ("stars/rules/stars.rules:27", "得分: 12分") in missed
    assert ("stars/rules/stars.rules:22", "授予条件: 未授予") in missed
    assert ("stars/rules/stars.rules:22", "授予条件: 授予") not in missed
    assert ("stars/rules/stars.rules:55", "等次: 未达到") in missed
    assert not any(line.endswith(":37") and "封顶" in words for line, words in missed)  # 加5分 can never pass the bonus's 5


def test_an_open_band_is_not_reached() -> None:
    text = "用例:\n  - 名: 甲\n    单元: 小区\n    期望: {指标 1: 0分~20分}\n"
    report, _ = run(text)
    assert report.passed == 1
    assert [branch.line for branch in report.coverage.reached] == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_branches_have_words_in_both_languages(lang: str) -> None:
    words = {branch.words(lang) for branch in run(ONE)[0].coverage.branches}  # type: ignore[arg-type]  # zh or en
    expected = {"zh": {"补贴: 1万元", "补贴", "下限: -10分", "参评条件: 未参评"}, "en": {"subsidy: 1万元", "entry: not_entered"}}
    assert expected[lang] <= words
    assert lang == "zh" or not any("得分" in word for word in words)


def test_the_order_of_files_changes_nothing() -> None:
    pack, compile_on = stars()
    there = run_cases(compile_on, pack, Findings())
    back = run_cases(compile_on, replace(pack, tests=pack.tests[::-1]), Findings())
    assert there.coverage == back.coverage
    assert {case.case.name for case in there.cases} == {case.case.name for case in back.cases}


def test_full_width_signs_are_read() -> None:
    text = "用例:\n  - 名: 甲\n    单元: 小区\n    事实: {满意度: ８８％, 活动次数: １２次}\n    期望: {指标 2: ２６分, 指标 １: 20分}\n"
    report, findings = run(text)
    assert render_all(findings) == ""
    assert report.passed == 1


def test_the_date_of_a_case_goes_before_the_date_of_its_file() -> None:
    text = "日期: 2021-12-01\n用例:\n  - 名: 甲\n    日期: 2022年3月1日\n    单元: 小区\n    期望: {和睦: 未定}\n"
    (result,) = run(text)[0].cases
    assert str(result.case.on) == "2022-03-01"
