"""An alias (别名) is accepted wherever the name it stands for is."""

from __future__ import annotations

import pytest

from flagrules.pipeline import open_programme
from flagrules.plugin.packs import ProgrammePack, Resource
from flagrules.text.findings import Findings, Stopped
from tests.rulekit import HEAD, ON

RULES = """\
事实 活动次数：次数 0次~100次 〔假定 “例”〕
  别名 meetings
事实 要件：清单（甲、乙） 〔假定 “例”〕
  别名 papers
事实 等级：选项（一等、meetings_held） 〔假定 “例”〕
  别名 meetings_held
参数 线：分数 = 6分 〔假定 “例”〕
  别名 line
称号 甲牌 适用 村：20分 〔假定 “例”〕
  授予 当 得分 {line} 以上 〔假定 “例”〕
  指标 1 会议：12分 〔假定 “例”〕
    分档 {meetings} 〔假定 “例”〕
      6次以上 得12分
      其余 得0分
  指标 2 齐备：8分 〔假定 “例”〕
    每缺1项 {papers} 扣4分，扣完为止 〔假定 “例”〕
等次 有牌 适用 村 当 称号数 1块以上 〔假定 “例”〕
  别名 any
名额 村 {tier} 每个 县 占比 10%以上 〔假定 “例”〕
"""
NAMES = {"line": "线", "meetings": "活动次数", "papers": "要件", "tier": "有牌"}
ALIASES = {"line": "line", "meetings": "meetings", "papers": "papers", "tier": "any"}


def opened(text: str) -> tuple[Findings, object]:
    findings = Findings()
    pack = ProgrammePack("city", "0", (Resource("a.rules", (HEAD + text).encode()),), title="例")
    try:
        return findings, open_programme(pack, findings).compile(None, ON, findings).plan.decisions
    except Stopped:
        return findings, None


def test_rules_written_with_aliases_mean_what_the_names_mean() -> None:
    findings, by_name = opened(RULES.format(**NAMES))
    assert not findings.errors, [*findings]
    found, by_alias = opened(RULES.format(**ALIASES))
    assert not found.errors, [*found]
    assert by_name is not None
    assert repr(by_name) == repr(by_alias)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("事实 甲：是否 〔假定 “例”〕\n  别名 x\n事实 乙：是否 〔假定 “例”〕\n  别名 x\n", 10),
        ("事实 甲：是否 〔假定 “例”〕\n  别名 乙\n事实 乙：是否 〔假定 “例”〕\n", 8),
        ("事实 甲：是否 〔假定 “例”〕\n  别名 x\n参数 丙：分数 = 1分 〔假定 “例”〕\n  别名 x\n", 10),
    ],
)
def test_an_alias_taken_twice_is_a_finding_with_both_places(text: str, line: int) -> None:
    findings, _ = opened(text)
    found = [(item.place.line, len(item.related)) for item in findings.errors if item.code == "FR201"]  # type: ignore[union-attr]
    assert found == [(line, 1)]


def test_an_alias_that_is_an_option_too_stays_the_option() -> None:
    text = RULES.format(**NAMES) + "称号 乙牌 适用 村：5分 〔假定 “例”〕\n  授予 当 等级 = meetings_held 〔假定 “例”〕\n"
    text += "  指标 3 级：5分 〔假定 “例”〕\n    当 等级 = 一等，得5分 〔假定 “例”〕\n"
    findings, decisions = opened(text)
    assert not findings.errors, [*findings]
    assert decisions is not None


