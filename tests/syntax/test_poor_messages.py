"""Messages known to be poor: each entry states what is said today.

Bettering one makes its test fail: then move it to tests/rules/bad.
"""
# ruff: noqa: E501  # one case a line

from __future__ import annotations

import pytest

from flagrules.syntax.parser import parse
from flagrules.text.findings import Findings
from flagrules.text.render import to_text
from flagrules.text.source import Source

HEAD = "事实 满意度：比例\n事实 活动：次数\n事实 事故：是否\n红旗 甲 适用 村：100分\n  指标 1 乙：100分\n    "
POOR = [
    # (what was written, code or "" when nothing is said, a piece of what is said, what would be better)
    (HEAD + "当 非事故，得20分", "", "", "非事故 is read as a name; semantics says it is unknown, the split should be offered here"),
    (HEAD + "当 满意度以上，得20分", "", "", "满意度以上 is read as a name; the number is missing"),
    (HEAD + "分档 活动\n      文件 以上 得满分", "FR123", "《得满分》", "a band may not begin with a name that also begins lines"),
    (HEAD + "当 满意度 ≥ 75%，得20分", "FR116", "80%以上", "the advice should repeat the author's own number: 75%以上"),
    (HEAD + "当 满意度 ≥ 75% 并 活动 3次以上，得二十分", "FR116", "≥", "three mistakes in one line, only the first is told"),
    (HEAD + "封顶 二十分", "FR118", "写成“20分”“80%”的样子", "the number should be converted: happens to be right here, not for 三十分"),
    ("事实 活动：次数 事实 事故：是否", "FR101", "此处可以写：“~”", "two statements on one line: say so"),
    ("嗯嗯 甲", "FR100", "行首可以写：方案、标题", "the first eight words of the table are listed, not those that may stand in this place"),
    ("红旗 甲 适用 村：100分\n  问 “甲”", "FR107", "“问”可以写在：事实", "does not say which line above was meant to be the parent"),
    ("等次 甲 适用 村 当 （乙 且 （丙 或 丁）", "FR102", "本行末尾", "points at the outer bracket though either may be the open one"),
    ("事实 a：次数\n事实 а：次数", "FR109", "CYRILLIC SMALL LETTER A", "the character's name is English; the Latin letter it looks like is not offered"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "said", "better"), POOR, ids=[str(number) for number in range(len(POOR))])
def test_a_message_known_to_be_poor_is_still_what_we_say(text: str, code: str, said: str, better: str) -> None:
    findings = Findings()
    parse(Source("a.rules", text), findings)
    assert [item.code for item in findings] == ([code] if code else []), better
    assert said in "".join(to_text(item) for item in findings), better
