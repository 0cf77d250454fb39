"""Where findings point: columns in characters, carets in display columns."""
# one case a line

from __future__ import annotations

import pytest

from flagrules.syntax.parser import parse
from flagrules.text.findings import Findings
from flagrules.text.render import to_json, to_text
from flagrules.text.source import Source


def only(text: str) -> Findings:
    findings = Findings()
    parse(Source("甲.rules", text), findings)
    assert len(findings) == 1
    return findings


def test_the_caret_stands_under_chinese_text_by_display_width() -> None:
    item = next(iter(only("事实 满意度：比率\n")))
    assert to_text(item) == (
        "错误[FR101] 这里不能写“比率”。是不是“比例”？\n"
        " --> 甲.rules:1:8\n"
        "1 | 事实 满意度：比率\n"
        "  |              ^^^^\n"
        "  = 怎样改：此处可以写：类型（数量、次数、户数、人数、个数、处数、件数、起数、金额、比例、百分点、分数、日期、时长、是否、选项、"
        "文本、清单、记录）"
    )


def test_a_finding_in_english() -> None:
    item = next(iter(only("红期 甲 for 村: 100 points\n")))
    assert to_text(item, "en").splitlines()[0] == "error[FR100] no rule line begins with '红期'. Did you mean '红旗'?"
    assert to_text(item, "en").splitlines()[3] == "  | ^^^^"


@pytest.mark.parametrize(
    ("text", "line", "column", "marked"),
    [
        ("标题 乡村", 1, 4, "乡村"),
        ("方案 甲 版本 “1”\n\n  标题 ＡＢ", 3, 6, "ＡＢ"),
        ("等次 甲 适用 村 当 （乙\n    或 ≥ 丙）", 2, 7, "≥"),
        ("```规则\n标题 乡村\n```", 0, 0, ""),
    ],
)
def test_line_column_and_text_of_a_finding(text: str, line: int, column: int, marked: str) -> None:
    findings = Findings()
    parse(Source("a.rules.md" if line == 0 else "a.rules", text), findings)
    place = to_json(next(iter(findings)))["place"]
    assert isinstance(place, dict)
    assert (place["line"], place["column"], place["text"]) == ((line, column, marked) if line else (2, 4, "乡村"))


def test_a_line_too_long_is_said_once_and_the_others_are_read() -> None:
    findings = Findings()
    read = parse(Source("a.rules", f"创建单元 {'村' * 10_000}\n  问 “甲”\n事实 乙：次数\n"), findings)
    assert [item.code for item in findings] == ["FR105"]
    assert len(read.lines) == 1


@pytest.mark.parametrize(
    "condition",
    [
        "甲 且 " * 2_400 + "甲",
        "非 " * 4_000 + "甲",
        "- " * 4_000 + "甲 = 1",
        "1+" * 4_000 + "甲 = 1",
        "（" * 201 + "甲" + "）" * 201,
    ],
)
def test_a_chain_nested_more_than_200_deep_is_a_finding_and_no_traceback(condition: str) -> None:
    assert [item.code for item in only(f"等次 甲 适用 村 当 {condition}")] == ["FR106"]


def test_a_hundred_conditions_in_a_row_are_fine() -> None:
    findings = Findings()
    parse(Source("a.rules", "等次 甲 适用 村 当 " + "甲 且 " * 100 + "甲"), findings)
    assert not findings.items


def test_thousands_of_brackets_end_quickly_with_one_finding() -> None:
    for text in ("等次 甲 适用 村 当 " + "（" * 4_000, "等次 甲 适用 村 当 " + "（" * 4_000 + "乙" + "）" * 4_000):
        findings = Findings()
        parse(Source("a.rules", text), findings)
        assert {item.code for item in findings} == ({"FR106"} if "）" in text else {"FR102", "FR106"})
