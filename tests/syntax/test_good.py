"""Right lines in all their spellings, and the nodes they become."""

from __future__ import annotations

import threading
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from flagrules.syntax import ast
from flagrules.syntax.format import format_source
from flagrules.syntax.parser import parse
from flagrules.syntax.structure import word_of
from flagrules.syntax.vocabulary import vocabulary
from flagrules.text.findings import Findings
from flagrules.text.source import Source, Span

GOOD = Path(__file__).parents[1] / "rules" / "good" / "syntax"
NOWHERE: Any = {"span": Span(Source("", ""), 0, 0)}


def file(text: str, label: str = "a.rules") -> ast.RuleFile:
    findings = Findings()
    result = parse(Source(label, text), findings)
    assert not findings.items, [str(item) for item in findings]
    return result


def line(text: str) -> ast.Line:
    return file(text).lines[0]


def under(head: str, text: str) -> ast.Line:
    return file(f"{head}\n  {text}\n").lines[0].children[0]


def term(text: str) -> ast.Line:
    return file(f"红旗 甲 适用 村：100分\n  指标 1 乙：100分\n    {text}\n").lines[0].children[0].children[0]


def number(value: str, unit: str = "") -> ast.Quantity:
    return ast.Quantity(Fraction(value), unit, **NOWHERE)


def name(text: str) -> ast.Name:
    return ast.Name(text, **NOWHERE)


def bounded(text: str, *bounds: tuple[str, ast.Expr]) -> ast.Bounded:
    return ast.Bounded(name(text), tuple(ast.Bound(op, value, **NOWHERE) for op, value in bounds), **NOWHERE)


@pytest.mark.parametrize(
    "text",
    [
        "事实 活动：次数 0次~366次",
        "事实 活动:次数 0次～366次",
        "fact 活动: count_of_times 0 times ~ 366 times",
        "事实　活动：次数　０次〜３６６次",
        "事实 活动 : count_of_times 0次—366 times # 混写",
        "事实  活动  :  次数  0次  ~  366次",
    ],
)
def test_a_fact_in_six_spellings(text: str) -> None:
    expected = ast.Fact(
        "活动",
        ast.TypeName("次数", **NOWHERE),
        ast.Range(number("0", "次"), number("366", "次"), **NOWHERE),
        nullable=False,
        applies=(),
        **NOWHERE,
    )
    assert line(text) == expected


@pytest.mark.parametrize("text", ["⽅案 甲 版本 “1”", "方案 甲 版本 “1”", 'programme 甲 version "1"', "方案　甲　版本　“1”"])
def test_kangxi_radicals_wide_blanks_and_english_are_the_same_line(text: str) -> None:
    assert line(text) == ast.Programme("甲", "1", **NOWHERE)


def test_quoted_text_is_kept_as_written() -> None:
    assert under("方案 甲 版本 “1”", "标题 “⽅案：（ＡＢＣ），# 不是说明”") == ast.Words(
        "heading", "⽅案：（ＡＢＣ），# 不是说明", **NOWHERE
    )


BAND = ast.Band((ast.Bound(">=", number("12", "次"), **NOWHERE),), ast.Outcome("award", Fraction(20), **NOWHERE), **NOWHERE)


@pytest.mark.parametrize(
    "text",
    [
        "12次以上 得20分",
        "12次以上得20分",
        "12次以上的，得20分；",
        "12次以上,得20分。",
        "１２次以上 得２０分",
        "12 times or_more score 20 points",
        "12次 or_more 得20 points;",
        "不少于12次 得20分",
        "不低于12次，得20",
    ],
)
def test_a_band_with_prose_endings_glued_or_mixed(text: str) -> None:
    assert term(f"分档 活动\n      {text}").children == (BAND,)


@pytest.mark.parametrize(
    ("text", "op"),
    [
        ("80%以上", ">="),
        ("80%以下", "<="),
        ("80%以内", "<="),
        ("80%以外", ">"),
        ("不满80%", "<"),
        ("超过80%", ">"),
        ("不少于80%", ">="),
    ],
)
def test_the_words_of_an_edge(text: str, op: str) -> None:
    assert term(f"前提 满意度 {text}") == ast.Condition("prerequisite", bounded("满意度", (op, number("80", "%"))), **NOWHERE)


def test_conditions_bind_not_before_and_before_or() -> None:
    read = term("前提 甲 或 非 乙 且 丙")
    both = ast.Junction(every=True, left=ast.Negation(name("乙"), **NOWHERE), right=name("丙"), **NOWHERE)
    assert read == ast.Condition("prerequisite", ast.Junction(every=False, left=name("甲"), right=both, **NOWHERE), **NOWHERE)


def test_arithmetic_binds_products_first_and_from_the_left() -> None:
    read = term("按比例 甲 - 乙 - 丙 × 2")
    first = ast.Arithmetic("-", name("甲"), name("乙"), **NOWHERE)
    product = ast.Arithmetic("×", name("丙"), number("2"), **NOWHERE)
    assert read == ast.Proportional(ast.Arithmetic("-", first, product, **NOWHERE), (), **NOWHERE)


def test_when_with_otherwise_and_a_negative_award() -> None:
    read = term("当 得分 60分以上，得20分，否则 得-5分")
    edge = ast.Bounded(ast.ScoreHere(**NOWHERE), (ast.Bound(">=", number("60", "分"), **NOWHERE),), **NOWHERE)
    give, other = ast.Outcome("award", Fraction(20), **NOWHERE), ast.Outcome("award", Fraction(-5), **NOWHERE)
    assert read == ast.When(edge, give, other, (), **NOWHERE)


def test_deduction_for_each_step_of_a_gap() -> None:
    read = term("每1个百分点 满意度 低于90% 扣0.5分，不足一步不计，最多扣10分")
    options = (ast.Option("whole_steps", **NOWHERE), ast.Option("at_most_lose", number("10", "分"), **NOWHERE))
    gap = ast.Gap(below=True, value=number("90", "%"), **NOWHERE)
    loss = ast.Outcome("loss", Fraction(1, 2), **NOWHERE)
    assert read == ast.PerUnit(number("1", "个百分点"), name("满意度"), gap, loss, options, **NOWHERE)


@pytest.mark.parametrize(
    ("text", "month", "day"),
    [("5月底前", 5, None), ("5月20日前", 5, 20), ("month_5_end at_latest", 5, None), ("month_5_day_20 at_latest", 5, 20)],
)
def test_deadlines(text: str, month: int, day: int | None) -> None:
    read = under("程序", f"步骤 1 动员，{text} 不少于5个工作日 由 “各县”")
    assert read == ast.Step("1", "动员", month, day, number("5", "个工作日"), "各县", **NOWHERE)


@pytest.mark.parametrize(
    "text", ["2021年5月28日起", "2021年05月28日 起", "2021-05-28 onward", "2021-5-28", "２０２１年５月２８日"]
)
def test_a_first_day_in_force(text: str) -> None:
    assert under("方案 甲 版本 “1”", f"施行 {text}") == ast.InForce(date(2021, 5, 28), None, **NOWHERE)


def test_citations() -> None:
    clauses = tuple(ast.Clause("发布会", item, **NOWHERE) for item in ("4.3", "5.1"))
    for text in ("〔发布会 4.3、5.1；假定 “没写”〕", "【发布会 4.3、5.1;假定 “没写”】", '[发布会 4.3/5.1; assumption "没写"]'):
        assert term(f"封顶 20分 {text}").cites == (*clauses, ast.Assumption("没写", **NOWHERE))


@pytest.mark.parametrize("text", ["金额（万元）", "金额(万元)", "money(wan_yuan)", "金额 （ wan_yuan ）"])
def test_the_unit_of_a_type_is_the_same_in_both_languages(text: str) -> None:
    read = line(f"事实 收入：{text}")
    assert isinstance(read, ast.Fact)
    assert read.type == ast.TypeName("金额", (name("万元"),), **NOWHERE)


def test_words_of_a_line_head_and_units_may_be_names_elsewhere() -> None:
    read = line("事实 文件：选项（户、指标）")
    assert isinstance(read, ast.Fact)
    assert read.name == "文件"
    assert read.type.args == (name("户"), name("指标"))


def test_a_word_is_read_whole() -> None:
    assert term("前提 非成年人数 不适用") == ast.Condition(
        "prerequisite", ast.NotApplicable(name("非成年人数"), **NOWHERE), **NOWHERE
    )


def test_a_bracket_goes_on_to_deeper_lines_and_places_stay_true() -> None:
    text = "等次 甲 适用 村 当 （乙   \n    或 丙\n  ）\n事实 丁：次数\n"
    read = file(text)
    assert len(read.lines) == 2
    tier = read.lines[0]
    assert isinstance(tier, ast.Tier)
    assert isinstance(tier.condition, ast.Junction)
    assert tier.condition.right.span.text == "丙"
    assert (tier.condition.right.span.line, tier.condition.right.span.column) == (2, 7)


def test_comments_and_empty_lines_are_nothing() -> None:
    assert file("# 甲\n\n事实 乙：次数 # 丙\n\n  # 丁\n  问 “#戊” ＃ 己\n") == file("事实 乙：次数\n  问 “#戊”\n")


def test_windows_line_ends() -> None:
    assert file("事实 乙：次数\r\n  问 “戊”\r\n") == file("事实 乙：次数\n  问 “戊”\n")


def test_margins_of_any_width_make_the_same_tree() -> None:
    two = file("红旗 甲 适用 村：100分\n  指标 1 乙：100分\n    封顶 20分\n  指标 2 丙：100分\n")
    assert file("红旗 甲 适用 村：100分\n     指标 1 乙：100分\n      封顶 20分\n     指标 2 丙：100分\n") == two


def test_a_literate_file_is_read_only_inside_its_blocks_with_its_own_line_numbers() -> None:
    read = file(
        "# 说明\n\n```规则\n事实 乙：次数\n```\n事实 不是\n```text\n事实 也不是\n```\n```rules\n  问 “戊”\n```\n", "a.rules.md"
    )
    assert [type(found) for found in read.lines] == [ast.Fact]
    assert read.lines[0].span.line == 4
    assert read.lines[0].children[0].span.line == 11


def words_in(lines: tuple[ast.Line, ...]) -> set[str]:
    return {word_of(found) for found in lines} | {word for found in lines for word in words_in(found.children)}


def test_the_good_files_use_every_line_of_the_language() -> None:
    seen: set[str] = set()
    for path in sorted(GOOD.iterdir()):
        seen |= words_in(file(path.read_text("utf-8"), path.name).lines)
    heads = {entry.pairs[0][0] for entry in vocabulary().of_kind("head")}
    assert heads | {"当", "每", "每缺", "档", "年份", "不适用", "封顶", "保底", "限扣"} <= seen


def test_eight_threads_read_and_format_the_same_files_alike() -> None:
    bad = GOOD.parents[1] / "bad" / "syntax"
    sources = [Source(path.name, path.read_bytes().decode("utf-8")) for path in sorted([*GOOD.iterdir(), *bad.glob("h*")])]

    def work() -> list[tuple[ast.RuleFile, list[str], str]]:
        result = []
        for source in sources:
            findings = Findings()
            read = parse(source, findings)
            result.append((read, [str(item) for item in findings], format_source(source, "en")))
        return result

    alone = work()
    found: list[list[tuple[ast.RuleFile, list[str], str]]] = []
    threads = [threading.Thread(target=lambda: found.append(work())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [alone] * 8
