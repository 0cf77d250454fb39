"""Obligations of small programmes worked by hand, and against many units: nothing proved that a unit contradicts."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest

from flagrules.engine.reference import run_plan
from flagrules.engine.values import Num, number
from flagrules.refine.obligations import Proof, Prover
from flagrules.refine.search import lists_as_facts
from tests.properties.generate import make, unit
from tests.properties.laws import steps_of, value
from tests.rulekit import HEAD, compiled, one_indicator


def proofs(text: str) -> list[tuple[Proof, str]]:
    """Every proof with the words of its line."""
    rules = compiled(text)
    return [(proof, rules.rules.lines[proof.line].text.split(" 〔")[0]) for proof in Prover().prove(rules.plan, rules.ranges)]


def claims(text: str, words: str, *, about: str = "") -> set[tuple[str, str]]:
    """(claim, answer) of what is said of a line, ranges left out."""
    return {
        (proof.claim, proof.answer)
        for proof, line in proofs(text)
        if line.startswith(words) and proof.claim != "range" and about in proof.about
    }


PROVED = "proved"
ORDER = "分档\n  当 甲 乙 以上，得20分\n  当 乙 甲 以上，得9分\n  其余 得1分"
MONEY = "事实 甲：金额 0元~90000元\n事实 乙：金额 0元~90000元"
TIMES = "事实 甲：次数 0次~9次\n事实 乙：次数 0次~9次"


@pytest.mark.parametrize(
    ("facts", "body", "words", "expected"),
    [
        # 3 to 5 can be met, so the full mark can; every band is used
        ("事实 次：次数 0次~5次", "分档 次\n  3次以上 得20分\n  其余 得4分", "3次以上", {("used", PROVED)}),
        ("事实 次：次数 0次~5次", "分档 次\n  3次以上 得20分\n  其余 得4分", "其余", {("used", PROVED)}),
        ("事实 次：次数 0次~5次", "分档 次\n  3次以上 得20分\n  其余 得4分", "指标", {("full", PROVED), ("within", PROVED)}),
        ("事实 次：次数 0次~5次", "分档 次\n  3次以上 得19分\n  其余 得4分", "指标", {("full_never", PROVED), ("within", PROVED)}),
        # 5 × 4 = 20 does not pass 20; with 5 points each it does
        ("事实 次：次数 0次~5次", "每1次 次 得4分，封顶 20分", "每1次", {("limit_never", PROVED), ("used", PROVED)}),
        ("事实 次：次数 0次~5次", "每1次 次 得5分，封顶 20分", "每1次", {("limit", PROVED), ("used", PROVED)}),
        # 甲 + 乙 is at most 4, so 5 is never reached though each condition alone could hold
        ("事实 甲：次数 0次~2次\n事实 乙：次数 0次~2次", "当 甲 + 乙 4次以上，得20分，否则 得0分", "当 甲", {("used", PROVED)}),
        (TIMES, ORDER, "当 乙", {("used", PROVED)}),
        (TIMES, ORDER, "其余", {("used_never", PROVED)}),
        # money has ten million values each: only the solver sees that neither is larger
        (MONEY, ORDER, "其余", {("used_never", PROVED)}),
    ],
)  # fmt: skip
def test_a_line(facts: str, body: str, words: str, expected: set[tuple[str, str]]) -> None:
    assert claims(one_indicator(facts, body), words) == expected


@pytest.mark.parametrize(
    ("pass_mark", "expected"),
    [
        (12, {("grant", PROVED)}),
        (17, {("grant_never", PROVED)}),  # at most 16
        (4, {("grant", PROVED), ("grant_always", PROVED)}),  # at least 4
    ],
)
def test_a_line_that_grants(pass_mark: int, expected: set[tuple[str, str]]) -> None:
    text = one_indicator("事实 次：次数 0次~5次", "分档 次\n  3次以上 得16分\n  其余 得4分", pass_mark=pass_mark)
    assert claims(text, "授予") == expected


TWO = HEAD + """\
事实 次：次数 0次~5次
称号 牌 适用 村：20分
  授予 得分 {least}分以上
  指标 1 一：10分
    每1次 次 得2分，封顶 10分
  指标 2 二：10分
    每1次 次 扣2分，扣完为止
"""


def test_a_threshold_that_no_indicator_alone_shows_to_be_dead() -> None:
    """2n + 10 − 2n is 10 whatever n, though the ranges of the two add up to 0 to 20."""
    assert ("grant", PROVED) in claims(TWO.format(least=10), "授予")
    assert claims(TWO.format(least=11), "授予") == {("grant_never", PROVED)}
    assert ("grant_always", PROVED) in claims(TWO.format(least=10), "授予")


@pytest.mark.parametrize(("each", "expected"), [("1", "spent"), ("0.9", "spent_never")])  # 5 × 1 = 5; 5 × 0.9 = 4.5 < 5
def test_a_penalty_is_asked_what_it_takes_not_what_it_gives(each: str, expected: str) -> None:
    text = one_indicator("事实 次：次数 0次~5次", "每1次 次 得4分，封顶 20分")
    text += f"  扣分项 K1 罚：5分\n    每1次 次 扣{each}分，不设下限\n"
    assert claims(text, "扣分项") == {(expected, PROVED), ("within_loss", PROVED), ("limit_never", PROVED)}


def test_a_range_that_parts_alone_would_widen_ends_where_it_is_proved_to_end() -> None:
    """One part that drops out is rescaled away: 10 of 20 and 20 of 20, never the 40 a rescaled part could reach by itself."""
    text = HEAD + """\
事实 次：次数 0次~5次
事实 甲数：个数 0个~9个
称号 牌 适用 村：20分
  授予 得分 10分以上
  指标 1 一：10分
    每1次 次 得2分，封顶 10分
  指标 2 二：10分
    每1个 甲数 扣2分，扣完为止
    不适用 当 甲数 = 0个，则 折算
"""
    (found,) = (proof for proof, _ in proofs(text) if proof.about == "牌(村)/score" and proof.claim == "range")
    assert (found.low, found.high) == (Fraction(0), Fraction(20))


def test_points_past_the_full_mark_are_a_counterexample() -> None:
    text = one_indicator("事实 次：次数 0次~5次", "每1次 次 得4分，封顶 20分") + "  加分项 J1 补：5分\n    每1次 次 加1分，不封顶\n"
    (found,) = (proof for proof, _ in proofs(text) if proof.answer == "counterexample")
    assert (found.claim, found.about) == ("within", "甲(村)/score")
    assert dict(found.facts)["次"] == number(5)  # 20 + 5 > 20; with 4 it is 16 + 4


def test_without_the_solver_what_is_open_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flagrules.refine.solve.installed", lambda: False)
    text = one_indicator(MONEY, ORDER)
    assert claims(text, "其余") == {("used", "not_decided")}


def test_what_can_happen_names_the_facts_also_in_no_time() -> None:
    text = one_indicator(MONEY, ORDER)
    rules = compiled(text)
    found = list(Prover(milliseconds=1).prove(rules.plan, rules.ranges))
    assert all(proof.answer != "proved" or proof.claim != "used" or proof.facts for proof in found)


def test_what_cannot_be_said_is_never_proved() -> None:
    text = one_indicator("事实 次：次数 0次~5次", "每1次 次 扣2分，扣完为止\n不能表达 风 “风气好” 因 “无从量”")
    assert claims(text, "指标") == {("full", "not_decided"), ("within", PROVED)}


@pytest.mark.parametrize("seed", range(8))
def test_units_contradict_no_proof(seed: int) -> None:
    """What never happens happens to no unit; what can happen happens to the unit that is named."""
    made = make(f"proofs/{seed}")
    assert made is not None
    units = [steps_of(made.compiled, unit(Random(f"{seed}/{index}"))) for index in range(60)]
    for proof in Prover().prove(made.compiled.plan, made.compiled.ranges):
        for steps in units:
            points, fired = value(steps[proof.about]), steps[proof.about].fired
            if proof.answer == "proved" and isinstance(points, Num):
                assert proof.claim != "full_never" or proof.high is None or points.low < proof.high
                assert proof.claim not in ("within", "range") or (proof.low or 0) <= points.low <= (proof.high or points.low)
            if proof.claim in ("used_never", "limit_never"):
                assert proof.entry not in fired
        if proof.claim in ("used", "limit") and proof.answer == "proved":
            given = {("part" if "/" in name else "fact", name.removeprefix("上年"), int(name.startswith("上年"))): value
                     for name, value in proof.facts}  # fmt: skip
            steps = {step.slot: step for step in run_plan(made.compiled.plan, "村", lists_as_facts(proof.rows), given)}
            assert proof.entry in steps[proof.about].fired
