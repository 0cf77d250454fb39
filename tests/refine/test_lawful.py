"""A lawful and an unlawful use of each power; what is proved is replayed by brute force over every fact value."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flagrules.engine.values import Num, number
from flagrules.pipeline import Compiled
from flagrules.text.findings import Findings, Stopped
from tests.badrules import FOLDER, with_citations
from tests.rulekit import Given, compiled, one_indicator, percent, run

CITY = (FOLDER / "refine" / "_city.rules").read_text("utf-8")
COUNTY = "县 甲县 990001 落实 例 版本 “1”\n"
GIVEN: Given = {
    "次": 8, "率": percent("85"), "甲": False, "单": {"子": True, "丑": False, "寅": True}, "某": 4, "评项": 17, "母": 0,
}  # fmt: skip


def refined(lines: str) -> Compiled:
    return compiled(with_citations(CITY), county=COUNTY + lines)


def statuses(rules: Compiled) -> list[tuple[str, str]]:
    return [(obligation.power, obligation.status) for obligation in rules.obligations]


def test_the_city_alone() -> None:
    # 17 + 12 + (20 − 5) + 20 + (20 − 8)
    assert run(compiled(with_citations(CITY)), GIVEN).points() == number(76)


@pytest.mark.parametrize(
    ("lines", "points", "status"),
    [
        ("  设定 高线 = 80% 依 例文 4.5", 76, ("set", "kept")),
        ("  细化 3 清项 依 例文 5.3\n    指标 3.1 子项：8分\n      当 单 含 子，得8分\n    指标 3.2 丑项：12分\n      当 单 含 丑，得12分",
         76 - 15 + 8, ("split", "kept")),
        ("  量化 1 评项 依 例文 5.3\n    当 次 8次以上，得20分，否则 得5分", 76 - 17 + 20, ("quantify", "kept")),
        ("  从严 2 分档项 依 例文 5.4\n    分档 次\n      13次以上 得20分\n      9次以上 不满13次 得12分\n      其余 得4分",
         76 - 12 + 4, ("tighten", "proved")),
        ("  从严 5 扣项 依 例文 5.6\n    每1次 次 扣1分，最多扣10分\n    当 甲，扣7分，扣完为止", 76, ("tighten", "proved")),
        ("  从严 4 折项 依 例文 5.6\n    当 某 5户以上，得20分，否则 得5分", 76 - 20 + 5, ("tighten", "proved")),
        ("  增设 牌 适用 村 依 例文 5.5\n    加分项 J1 补：3分\n      每1次 次 加2分，不封顶\n    一票否决 当 次 8次以上，则 本称号不授",
         76 + 3, ("add", "kept")),
    ],
)  # fmt: skip
def test_a_lawful_use_of_each_power(lines: str, points: int, status: tuple[str, str]) -> None:
    rules = refined(lines)
    assert statuses(rules) == [status]
    assert run(rules, GIVEN).points() == number(points)


def test_all_five_at_once_and_the_lines_that_decide() -> None:
    rules = refined(
        "  设定 高线 = 80% 依 例文 4.5\n  细化 3 清项 依 例文 5.3\n    指标 3.1 子项：20分\n      当 单 含 子，得20分\n"
        "  量化 1 评项 依 例文 5.3\n    当 次 8次以上，得20分，否则 得5分\n"
        "  从严 2 分档项 依 例文 5.4\n    分档 次\n      13次以上 得20分\n      其余 得4分\n"
        "  增设 牌 适用 村 依 例文 5.5\n    一票否决 当 甲，则 本称号不授"
    )
    ran = run(rules, GIVEN)
    assert ran.points() == number(20 + 4 + 20 + 20 + 12)
    assert ran.outcome() == {"granted"}
    assert run(rules, {**GIVEN, "甲": True}).outcome() == {"refused"}
    assert run(rules, {**GIVEN, "率": percent("79.99")}).outcome() == {"refused"}
    fired = rules.plan.slots["牌(村)/一/2/term1"].entries[ran.steps["牌(村)/一/2/term1"].fired[0]]
    assert (rules.rules.lines[fired.line].authority, rules.rules.lines[fired.line].span.line) == ("990001", 11)


def test_a_quantified_judgement_is_not_asked_any_more() -> None:
    assert "评项" in compiled(with_citations(CITY)).plan.facts
    assert "评项" not in refined("  量化 1 评项 依 例文 5.3\n    当 次 8次以上，得20分，否则 得5分").plan.facts


def test_what_is_proved_does_not_depend_on_the_order_of_lines() -> None:
    text = one_indicator(
        "事实 率：比例\n参数 线：比例 〔例文 1〕\n  授权 各县 设定 50%~90% 〔例文 1〕",
        "授权 各县 从严 〔例文 2〕\n当 率 70%以上，得20分，否则 得0分",
    )
    lines = ["  设定 线 = 75% 依 例文 1\n", "  从严 1 项 依 例文 2\n    当 率 线 以上，得20分，否则 得0分\n"]
    one, other = (compiled(text, county=COUNTY + "".join(order)) for order in (lines, lines[::-1]))
    assert sorted(statuses(one)) == sorted(statuses(other)) == [("set", "kept"), ("tighten", "proved")]
    findings = Findings()
    with pytest.raises(Stopped):  # unset it may be 50%, which is looser
        compiled(text, county=COUNTY + lines[1], findings=findings)
    assert [item.code for item in findings.errors] == ["FR430"]


# ── 从严 against brute force ──
EDGES = st.lists(st.integers(1, 12), min_size=1, max_size=3, unique=True).map(sorted)
POINTS = st.lists(st.integers(0, 20), min_size=4, max_size=4)


def bands(edges: list[int], points: list[int]) -> str:
    rows = [f"  不满{edge}次 得{points[index]}分" if index == 0 else f"  {edges[index - 1]}次以上 不满{edge}次 得{points[index]}分"
            for index, edge in enumerate(edges)]  # fmt: skip
    return "\n".join(["分档 次", *rows, f"  其余 得{points[-1]}分"])


def check_against_brute_force(facts: str, city: str, county: str, every: list[Given]) -> None:
    """Proved: never above. Refused with a counterexample: there it is above, and no smaller single fact would do."""
    text = one_indicator(facts, f"授权 各县 从严 〔例文 1〕\n{city}")
    body = "\n".join(f"    {line}" for line in county.split("\n"))
    findings = Findings()
    base = compiled(text)
    alone = compiled(one_indicator(facts, county))
    above = [given for given in every if run(alone, given).points("1").low > run(base, given).points("1").low]
    try:
        rules = compiled(text, county=f"{COUNTY}  从严 1 项 依 例文 1\n{body}\n", findings=findings)
    except Stopped:
        (found,) = findings.errors
        assert found.code == "FR430"
        assert above
        if len(every[0]) == 1:
            smallest = above[0]["次"]
            assert dict(found.args)["facts"] == f"次 = {smallest}次"
            points = run(alone, above[0]).points("1"), run(base, above[0]).points("1")
            assert (dict(found.args)["county"], dict(found.args)["city"]) == tuple(str(value.low) for value in points)
        return
    assert not above
    assert statuses(rules) == [("tighten", "proved")]


@settings(max_examples=60, derandomize=True, deadline=None, database=None)
@given(EDGES, POINTS, EDGES, POINTS)
def test_bands_against_brute_force(e1: list[int], p1: list[int], e2: list[int], p2: list[int]) -> None:
    every: list[Given] = [{"次": n} for n in range(15)]
    check_against_brute_force("事实 次：次数 0次~14次", bands(e1, p1), bands(e2, p2), every)


@settings(max_examples=60, derandomize=True, deadline=None, database=None)
@given(EDGES, POINTS, POINTS)
def test_bands_lowered_everywhere_are_proved(edges: list[int], points: list[int], less: list[int]) -> None:
    lowered = [max(0, point - cut) for point, cut in zip(points, less, strict=True)]
    every: list[Given] = [{"次": n} for n in range(15)]
    check_against_brute_force("事实 次：次数 0次~14次", bands(edges, points), bands(edges, lowered), every)


SLOPES = st.tuples(st.integers(1, 3), st.integers(0, 6), st.sampled_from(["扣完为止", "最多扣9分"]))


@settings(max_examples=60, derandomize=True, deadline=None, database=None)
@given(SLOPES, SLOPES, st.integers(0, 20), st.integers(0, 20))
def test_two_facts_against_brute_force(city: tuple[int, int, str], county: tuple[int, int, str], a: int, b: int) -> None:
    def body(slope: tuple[int, int, str], loss: int) -> str:
        return f"每{slope[0]}次 次 扣{slope[1]}分，不足一步不计，{slope[2]}\n当 甲，扣{loss}分，{slope[2].replace('9', '20')}"

    every: list[Given] = [{"次": n, "甲": yes} for n in range(9) for yes in (True, False)]
    facts = "事实 次：次数 0次~8次\n事实 甲：是否"
    for text in (body(city, a), body(county, b)):
        findings = Findings()
        try:
            compiled(one_indicator(facts, text), findings=findings)
        except Stopped:
            return
    check_against_brute_force(facts, body(city, a), body(county, b), every)


def test_many_shared_lines_are_set_aside_before_the_proof() -> None:
    names = "甲乙丙丁戊己"
    facts = "\n".join(f"事实 户{name}：户数 0户~5000户" for name in names) + "\n事实 次：次数"
    shared = "\n".join(f"每1户 户{name} 扣1分，最多扣2分" for name in names)
    text = one_indicator(facts, f"授权 各县 从严 〔例文 1〕\n{shared}\n每1次 次 扣1分，扣完为止")
    body = "\n".join(f"    {line}" for line in [*shared.split("\n"), "每1次 次 扣2分，扣完为止"])
    rules = compiled(text, county=f"{COUNTY}  从严 1 项 依 例文 1\n{body}\n")
    assert statuses(rules) == [("tighten", "proved")]


def test_a_cap_hides_no_looser_line() -> None:
    """Both give 15 while 乙 takes nothing off: capped alike, but with the shared deduction the county stands above."""
    facts = "事实 甲：是否\n事实 乙：是否"
    shared = "当 乙，扣8分，不设下限\n封顶 15分"
    text = one_indicator(facts, f"授权 各县 从严 〔例文 1〕\n当 甲，得17分，否则 得17分\n{shared}")
    body = "\n".join(f"    {line}" for line in ["当 甲，得19分，否则 得17分", *shared.split("\n")])
    findings = Findings()
    with pytest.raises(Stopped):
        compiled(text, county=f"{COUNTY}  从严 1 项 依 例文 1\n{body}\n", findings=findings)
    args = dict(findings.errors[0].args)
    assert (args["facts"], args["county"], args["city"]) == ("甲 = 是，乙 = 是", "11", "9")


def test_the_county_keeps_the_limits_it_does_not_write() -> None:
    text = one_indicator("事实 次：次数 0次~30次", "授权 各县 量化 〔例文 1〕\n评议 0分~20分 由 组\n保底 3分")
    rules = compiled(text, county=f"{COUNTY}  量化 1 项 依 例文 1\n    每1次 次 扣1分，扣完为止\n")
    assert run(rules, {"次": 30}).points("1") == number(3)


def test_a_split_keeps_what_cannot_be_said() -> None:
    text = one_indicator("事实 次：次数 0次~30次", "授权 各县 细化 〔例文 1〕\n评议 0分~20分 由 组\n不能表达 风 “风气好” 因 “无从量”")
    rules = compiled(text, county=f"{COUNTY}  细化 1 项 依 例文 1\n    指标 1.1 全：20分\n      每1次 次 扣1分，扣完为止\n")
    assert run(rules, {"次": 0}).points() == Num(Fraction(0), Fraction(20))
