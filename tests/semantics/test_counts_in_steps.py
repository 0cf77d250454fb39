"""A count, or its distance from a whole number, leaves no part of a step: then nothing has to be said about one (FR236)."""

from __future__ import annotations

from contextlib import suppress

import pytest

from flagrules.text.findings import Findings, Stopped
from tests.rulekit import HEAD, compiled

RULES = (
    HEAD
    + """\
事实 次：次数 0次~20次
事实 率：比例
红旗 甲 适用 村：20分
  授旗 得分 12分以上
  指标 1 项：20分
    {line}
"""
)


def codes(line: str) -> list[str]:
    findings = Findings()
    with suppress(Stopped):
        compiled(RULES.replace("{line}", line), findings=findings)
    return [item.code for item in findings if item.code != "FR255"]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("每1次 次 低于12次 扣1分，扣完为止", []),
        ("每1次 次 高于2次 扣1分，扣完为止", []),
        ("每2次 次 低于12次 扣1分，扣完为止", ["FR236"]),
        ("每1次 次 低于1.5次 扣1分，扣完为止", ["FR236"]),
        ("每1个百分点 率 低于90% 扣1分，扣完为止", ["FR236"]),
    ],
)
def test_only_where_a_part_can_arise_must_it_be_settled(line: str, found: list[str]) -> None:
    assert codes(line) == found
