"""Explanations of named values, lists, exemptions and grades: which rows counted, in units, and never as points."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from flagrules.award.assess import assess
from flagrules.explain.page import to_html
from flagrules.explain.story import tell
from flagrules.explain.text import to_text
from flagrules.explain.values import to_json
from flagrules.explain.words import Lang
from flagrules.facts.table import Cell, Entry, FactTable, Register, Row, Rows, State, Unit
from flagrules.text.source import CellPlace
from tests.rulekit import ON, compiled

RULES = """\
方案 例 版本 “1”
文件 例文 《例文》
创建单元 村
事实 人口：人数 0人~90000人
事实 公厕：个数 0个~90个
事实 事故：记录（起） 0起~9起
  字段 死亡：人数 0人~99人
  字段 日期：日期
事实 免：是否
称号 牌 适用 村：40分
  授予 得分 30分以上
  等级 优 当 得分 35分以上
  等级 良 当 得分 30分以上
  中间值 应建 = 进位（人口 ÷ 2500人，0位）× 1个
  指标 1 公厕：20分
    每1个 公厕 低于 应建 扣5分，不足一步不计，扣完为止
  方面 安全：20分
    免检 当 免，则 得满分
    指标 2 事故：20分
      中间值 死亡数 = 合计（事故，死亡）
      每1起 事故 其中 死亡 3人以上 扣4分，扣完为止
      每1人 死亡数 扣1分，不足一步不计，扣完为止
"""


def cell(value: object) -> Cell:
    return Cell(State.KNOWN, value)  # type: ignore[arg-type]  # plain values


def row(line: int, deaths: int | None) -> Row:
    day = cell(Fraction(date(2021, 3, line).toordinal()))
    known = {"日期": day} if deaths is None else {"死亡": cell(Fraction(deaths)), "日期": day}
    return Row(known, CellPlace("facts.csv", "", line, "事故"))


def story(*, exempt: bool = False, filed: bool = True, lang: Lang = "zh") -> tuple[str, dict[str, Any], str]:
    rows = Rows((row(2, 3), row(3, 1), row(4, None)), filed=True)
    facts: dict[str, Entry] = {"人口": cell(Fraction(6000)), "公厕": cell(Fraction(2)), "免": cell(exempt)}
    facts |= {"事故": rows} if filed else {}
    plan = compiled(RULES).plan
    run = assess({"": plan}, Register({"a": Unit("a", "甲村", "村")}), FactTable("2021", "2020", {("a", "2021"): facts}), ON)
    unit = run.unit("a")
    assert unit is not None
    found = tell(run, unit, plan.titles[0].path)
    return to_text(found, lang), to_json(found), to_html([found], lang)


def test_a_named_value_has_its_own_line_and_unit() -> None:
    text, data, page = story()
    assert "  中间值 应建 = 3个" in text.splitlines()  # 6000 ÷ 2500 = 2.4, up to 3
    assert [(value["name"], value["value"]) for value in data["body"]["values"]] == [("应建", "3")]
    assert "应建 = 3个" in page
    assert "公厕：15分 / 20" in text  # one too few


def test_the_rows_of_a_list_say_whether_they_counted() -> None:
    text, data, page = story()
    lines = [line.strip() for line in text.splitlines()]
    assert "事故个数 = 1起~2起（3条里算1条，1条未定）" in lines
    at = lines.index("事故个数 = 1起~2起（3条里算1条，1条未定）")
    assert lines[at + 1 : at + 4] == [
        "算：死亡 3人，日期 2021-03-02 ← facts.csv:2:事故",
        "不算：死亡 1人，日期 2021-03-03 ← facts.csv:3:事故",
        "算不算未定：死亡 未知，日期 2021-03-04 ← facts.csv:4:事故",
    ]
    assert "事故合计 = 4人~103人（3条里算3条）" in lines
    term = data["body"]["parts"][1]["parts"][0]["terms"][0]
    assert [item["counted"] for item in term["lists"][0]["rows"]] == ["counted", "left_out", "open"]
    assert "不算：死亡 1人" in page


def test_a_list_nobody_filed_says_so_and_is_an_open_input() -> None:
    text, data, _ = story(filed=False)
    assert "事故个数 = 0起~9起（没有填报）" in [line.strip() for line in text.splitlines()]
    assert [item["fact"]["name"] for item in data["open"]] == ["事故"]


def test_what_is_exempt_is_not_told_as_passed() -> None:
    text, data, page = story(exempt=True)
    lines = text.splitlines()
    at = lines.index("  安全：20分 / 20")
    assert lines[at + 1].strip() == "免检，没有看里面的事实："
    assert "免检 当 免" in lines[at + 2]
    assert not any("事故" in line for line in lines[at:])
    assert data["body"]["parts"][1]["exempt"] is True
    assert "事故个数" not in page


@pytest.mark.parametrize(
    ("exempt", "lang", "said"),
    [(True, "zh", "等级 优"), (False, "zh", "等级 无"), (True, "en", "grade 优"), (False, "en", "grade none")],
)
def test_the_grade_stands_beside_the_points(*, exempt: bool, lang: Lang, said: str) -> None:
    text, data, page = story(exempt=exempt, lang=lang)
    assert said in text.splitlines()[2]
    assert said in page
    assert data["grades"] == (["优"] if exempt else [""])


@pytest.mark.parametrize(
    ("exempt", "told"),
    [(True, [("passed", "等级 优")]), (False, [("failed", "等级 优"), ("failed", "等级 良")])],
)
def test_the_lines_of_the_grade_are_told_down_to_the_one_that_holds(*, exempt: bool, told: list[tuple[str, str]]) -> None:
    text, data, page = story(exempt=exempt)
    assert [(gate["passed"], gate["line"]["text"][:4]) for gate in data["gates"] if gate["why"] == "grade"] == told
    assert "等级 优 当 得分 35分以上" in text
    assert "等级 优 当 得分 35分以上" in page
    assert ("等级 良 当" in text) is not exempt


@pytest.mark.parametrize(("lang", "words"), [("zh", "没有设定（可能为0个~90个）"), ("en", "not set (may be 0~90 pieces)")])
def test_a_figure_nobody_has_set_is_told_as_not_set_and_a_fact_as_unknown(lang: Lang, words: str) -> None:
    rules = RULES.replace("称号 牌", "参数 应有：个数\n  授权 各县 设定 0个~90个 〔例文 1〕\n称号 牌").replace("低于 应建", "低于 应有")
    plan = compiled(rules).plan
    table = FactTable("2021", "2020", {("a", "2021"): {}})
    run = assess({"": plan}, Register({"a": Unit("a", "甲村", "村")}), table, ON)
    unit = run.unit("a")
    assert unit is not None
    text = to_text(tell(run, unit, plan.titles[0].path), lang)
    assert f"应有 = {words} ← " in text
    assert ("公厕 = 未知" if lang == "zh" else "公厕 = unknown") in text
