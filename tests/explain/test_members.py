"""A figure over members tells which of them count, which do not and which are open, a few of each by name."""

from __future__ import annotations

from flagrules.award.assess import assess
from flagrules.explain.page import to_html
from flagrules.explain.story import tell
from flagrules.explain.text import to_text
from flagrules.explain.words import Lang
from flagrules.facts.table import Cell, Entry, FactTable, Register, State, Unit
from tests.rulekit import ON, compiled

RULES = """\
方案 例 版本 “1”
文件 例文 《例文》
创建单元 村、群
事实 美：是否 适用 村
称号 美村 适用 村
  授予 当 美
称号 美群 适用 群
  授予 当 下级占比（村，获得 美村，没有则 0%） 100%以上
  授予 当 下级个数（村，其中 非 美） 0个以下
"""


YES, NO = True, False


def told(*villages: bool | None, lang: Lang = "zh") -> tuple[str, str]:
    """A group of villages: beautiful, not, or not known."""
    units = {"g": Unit("g", "甲群", "群")} | {str(i): Unit(str(i), f"{i}村", "村", "g") for i in range(len(villages))}
    facts: dict[tuple[str, str], dict[str, Entry]] = {
        (str(i), "2021"): {"美": Cell(State.KNOWN, value)} for i, value in enumerate(villages) if value is not None
    }
    run = assess({"": compiled(RULES).plan}, Register(units), FactTable("2021", "2020", facts), ON)
    unit = run.unit("g")
    assert unit is not None
    story = tell(run, unit, next(title.path for title in run.base.titles if title.name == "美群"))
    return to_text(story, lang), to_html([story], lang)


def test_each_member_is_told_with_whether_it_counts() -> None:
    text, page = told(YES, NO, None, YES)
    share = "下级占比（村，获得 美村，没有则 0%） = 50%~75%（算：0村、3村；不算：1村；算不算未定：2村）"
    count = "下级个数（村，其中 非 美） = 1个~2个（算：1村；不算：0村、3村；算不算未定：2村）"
    assert share in text
    assert count in text
    assert share in page


def test_of_many_members_a_few_are_named() -> None:
    text, _ = told(*[YES] * 5, *[NO] * 6)
    assert "（算：0村、1村、2村、3村、4村；不算：5村、6村、7村、8村、9村等6个）" in text


def test_sorts_that_have_no_member_are_not_named() -> None:
    assert "= 100%（算：0村）" in told(YES)[0]
    assert "（" not in told()[0].partition("没有则 0%） = 0%")[2].split("\n")[0]


def test_in_english() -> None:
    text, _ = told(*[NO] * 7, lang="en")
    assert "(does not count: 0村, 1村, 2村, 3村, 4村 and 2 more)" in text
