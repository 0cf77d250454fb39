"""An explanation says which line gives the money: the tiers a title leads to, the amount from each payer, the lines that decided."""

from __future__ import annotations

from fractions import Fraction

from flagrules.award.assess import assess
from flagrules.explain.basis import lines_of
from flagrules.explain.page import to_html
from flagrules.explain.story import Story, tell
from flagrules.explain.text import to_text
from flagrules.explain.values import to_json
from flagrules.facts.table import Cell, Entry, FactTable, Register, State, Unit
from tests.rulekit import ON, compiled

RULES = """\
方案 例 版本 “1”
  称谓 “旗” “面”
文件 例文 《例文》
创建单元 村
参数 县补：金额（万元）
  授权 各下级 设定 1万元~3万元
事实 卫生：处数 0处~100处
事实 治安：处数 0处~100处
事实 户数：数量（户） 0户~900户
称号 卫生旗 适用 村：100分
  授予 得分 80分以上
  指标 1 卫生：100分
    每1处 卫生 得1分，封顶 100分
称号 治安旗 适用 村：100分
  授予 得分 80分以上
  指标 2 治安：100分
    每1处 治安 得1分，封顶 100分
等次 卫生村 适用 村 当 获得 卫生旗
  补贴 市级 2万元
  补贴 县级 县补
等次 治安村 适用 村 当 获得 治安旗
  补贴 省级 1万元
等次 双旗村 适用 村 当 称号数 2面以上
  与 卫生村 就高不重复
  补贴 市级 5万元
等次 大村 适用 村 当 户数 500户以上
  补贴 集体 3万元
"""


def told(health: int | None, order: int | None, *, households: int = 100, flag: str = "卫生旗", rules: str = RULES) -> Story:
    given = {"卫生": health, "治安": order, "户数": households}
    facts: dict[str, Entry] = {name: Cell(State.KNOWN, Fraction(value)) for name, value in given.items() if value is not None}
    plan = compiled(rules).plan
    run = assess({"": plan}, Register({"a": Unit("a", "甲村", "村")}), FactTable("2021", "2020", {("a", "2021"): facts}), ON)
    unit = run.unit("a")
    assert unit is not None
    return tell(run, unit, next(title.path for title in plan.titles if title.name == flag))


def money(story: Story) -> dict[tuple[str, str], str]:
    return {(tier["name"], paid["payer"]): paid["amount"] for tier in to_json(story)["tiers"] for paid in tier["money"]}


def test_the_line_and_the_amount_of_each_payer_are_told() -> None:
    text = [line for line in to_text(told(80, 79)).splitlines() if not line.endswith("〔假定：例〕")]
    at = text.index("等次和补贴")
    assert text[at + 1 : at + 8] == [
        "  ✓ 卫生村：达到",
        "      city/0.rules:18  等次 卫生村 适用 村 当 获得 卫生旗",
        "      市级：20000元",
        "        city/0.rules:19  补贴 市级 2万元",
        "      县级：10000元~30000元",
        "        city/0.rules:20  补贴 县级 县补",
        "        县补 = 没有设定（可能为1万元~3万元） ← city/0.rules:5",
    ]


def test_only_the_tiers_the_title_leads_to_are_told_and_those_no_title_does() -> None:
    assert [tier.name for tier in told(80, 79).tiers] == ["卫生村", "双旗村", "大村"]
    assert [tier.name for tier in told(80, 79, flag="治安旗").tiers] == ["治安村", "双旗村", "大村"]


def test_no_money_is_told_of_a_tier_that_is_not_reached() -> None:
    assert [(tier.name, tier.reached, len(tier.money)) for tier in told(79, 100, households=499).tiers] == [
        ("卫生村", "not_reached", 0), ("双旗村", "not_reached", 0), ("大村", "not_reached", 0),
    ]  # fmt: skip
    assert money(told(79, 100, households=500)) == {("大村", "集体"): "30000"}
    assert "      1面 < 2面（差1面）" in to_text(told(79, 100)).splitlines()


def test_a_tier_that_another_replaces_says_which_line_took_its_money() -> None:
    story = told(80, 80)
    assert money(story) == {("卫生村", "市级"): "0", ("卫生村", "县级"): "10000..30000", ("双旗村", "市级"): "50000"}
    (first, *_) = to_json(story)["tiers"]
    (line,) = first["money"][0]["decided_by"]
    assert (line["why"], line["line"]) == ("higher", "city/0.rules:24")
    assert "就高不重复，由另一等次付：" in to_text(story)


def test_a_tier_that_is_open_tells_what_it_may_pay() -> None:
    story = told(None, 79)
    assert (story.tiers[0].reached, money(story)["卫生村", "市级"]) == ("undetermined", "0..20000")
    assert "  ? 卫生村：未定" in to_text(story).splitlines()


def test_an_amount_nobody_set_and_nothing_limits_has_no_made_up_limit() -> None:
    text = to_text(told(80, 79, rules=RULES.replace("1万元~3万元", "1万元以上")))
    assert "      县级：10000元以上" in text.splitlines()
    assert "县补 = 没有设定（可能为1万元以上） ←" in text


def test_the_page_and_english_say_the_same() -> None:
    story = told(80, 80)
    page = to_html([story], "en")
    for piece in ("Tiers and money", "50000 yuan", "the higher tier pays instead", "双旗村: reached"):
        assert piece in to_text(story, "en")
        assert piece in page.replace("<b>", "").replace("</b>", "")
    assert "2 flags = 2 flags" in to_text(story, "en")


def test_what_the_money_rests_on_is_among_the_lines_cited() -> None:
    assert "city/0.rules:5" in {line.id for line in lines_of(told(80, 79))}  # the parameter the county has not set
