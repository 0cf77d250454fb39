"""Random small programmes: every completion of the unknown facts lies within the interval, tight where one fact is open."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flagrules.engine.values import Num, Val, hull
from flagrules.pipeline import Compiled
from flagrules.text.findings import Findings, Stopped
from tests.rulekit import NA, Plain, compiled, one_indicator, run

FACTS = """\
事实 甲：次数 0次~4次 可不适用
事实 乙：次数 0次~3次
事实 丙：是否 可不适用
事实 丁：选项（红、黄、蓝）
事实 戊：清单（子、丑） 可不适用
"""
DOMAIN: dict[str, list[Plain]] = {
    "甲": [0, 1, 2, 3, 4, NA],
    "乙": [0, 1, 2, 3],
    "丙": [True, False, NA],
    "丁": ["红", "黄", "蓝"],
    "戊": [{"子": a, "丑": b} for a in (True, False, NA) for b in (True, False, NA)],
}
SIMPLE = st.sampled_from([
    "甲 2次以上", "甲 不满3次", "甲 = 1次", "甲 ≠ 0次", "乙 超过1次", "乙 2次以下", "丙", "丁 = 红", "丁 ≠ 蓝", "甲 不适用", "丙 不适用",
    "戊 含 子", "戊 齐全", "甲 + 乙 4次以上", "甲 - 乙 1次以上", "乙 - 甲 0次以上", "较大值（甲，乙） 3次以上", "戊 不适用",
    "甲 1次以上 3次以下", "乙 = 甲", "甲 乙 以上", "达到项数（甲 1次以上、乙 1次以上、丙） 2项以上", "若（丙，甲，乙） 2次以上",
    "舍去（乙 ÷ 2，0位） 1次以上", "若（甲 2次以上，乙，0次） = 乙",
])  # fmt: skip
CONDITIONS = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["且", "或"]), inner).map(lambda parts: f"({parts[0]}) {parts[1]} ({parts[2]})"),
        inner.map(lambda part: f"非 ({part})"),
    ),
    max_leaves=4,
)
POINTS = st.integers(0, 20)
FLOORS = st.sampled_from(["扣完为止", "最多扣5分", "不设下限"])
STEPS = st.sampled_from(["不足一步不计", "不足一步按比例", "不足一步按一步"])
TERMS = st.one_of(
    st.tuples(CONDITIONS, POINTS, POINTS).map(lambda t: f"当 {t[0]}，得{t[1]}分，否则 得{t[2]}分"),
    st.tuples(CONDITIONS, POINTS).map(lambda t: f"当 {t[0]}，扣{t[1]}分，不设下限"),
    st.tuples(CONDITIONS, CONDITIONS, POINTS, POINTS).map(
        lambda t: f"分档\n  当 {t[0]}，得{t[2]}分\n  当 {t[1]}，得{t[3]}分\n  其余 得3分"
    ),
    st.tuples(STEPS, POINTS).map(lambda t: f"每2次 甲 高于 乙 扣{t[1]}分，{t[0]}，不设下限"),
    st.tuples(STEPS, POINTS).map(lambda t: f"每2次 甲 低于 3次 得{t[1]}分，{t[0]}，封顶 7分"),
    st.tuples(CONDITIONS, POINTS).map(lambda t: f"当 {t[0]}，得（若（丙，{t[1]}分，9分））"),
    st.sampled_from(["每1次 乙 扣2分，逐次翻倍，不设下限", "每1次 甲 扣3分，第二次起加倍，最多扣8分", "按公式 乙 ÷ 3次 × 6分，精确"]),
    st.sampled_from(["按比例 甲 ÷ (乙 + 1次)，保留1位 四舍五入，不封顶", "按比例 甲 ÷ 乙，精确", "每缺1项 戊 扣6分，最多扣9分"]),
)
ABSENT = st.sampled_from(["", "当 乙 = 0次，", "当 丁 = 黄 或 乙 = 0次，"])
POLICIES = st.tuples(ABSENT, st.sampled_from(["得满分", "不计分", "得7分"])).map(lambda t: f"不适用 {t[0]}则 {t[1]}")
LIMITS = st.sampled_from([
    [], ["封顶 15分"], ["保底 2分"], ["封顶 18分", "限扣 12分"], ["免检 当 丁 = 红 且 乙 = 1次，则 得满分"], ["取最高"], ["取最低"],
])  # fmt: skip
GATES = st.lists(CONDITIONS, max_size=1)
BODIES = st.tuples(st.lists(TERMS, min_size=1, max_size=3), POLICIES, LIMITS)


def programme(body: tuple[list[str], str, list[str]], gates: list[str]) -> Compiled | None:
    """The programme, or None where its author would be told of a fault (points past the full mark are no fault here)."""
    terms, policy, limits = body
    lines = "\n".join([*dict.fromkeys(terms), policy, *limits])
    extra = "\n".join(f"前提 {gate}" for gate in gates)
    findings = Findings()
    text = one_indicator(FACTS, lines, 20, extra) + "  加分项 J1 补：90分\n    当 乙 0次以上，得0分\n"
    try:
        return compiled(text, findings=findings)
    except Stopped as stopped:
        codes = {item.code for item in stopped.findings if item.is_error}
        if not codes <= {"FR311", "FR312", "FR313", "FR227", "FR242"}:
            raise
        return None


def completions(known: dict[str, Plain]) -> Iterator[dict[str, Plain]]:
    names = [name for name in DOMAIN if name not in known]
    for values in product(*(DOMAIN[name] for name in names)):
        yield {**known, **dict(zip(names, values, strict=True))}


@settings(max_examples=250, derandomize=True, deadline=None, database=None)
@given(BODIES, GATES, st.data())
def test_every_completion_lies_within(body: tuple[list[str], str, list[str]], gates: list[str], data: st.DataObject) -> None:
    rules = programme(body, gates)
    if rules is None:
        return
    shut = data.draw(st.sets(st.sampled_from(sorted(DOMAIN)), min_size=2, max_size=4))
    known = {name: data.draw(st.sampled_from(DOMAIN[name])) for name in sorted(shut)}
    open_facts = set(DOMAIN) - set(known)
    whole = run(rules, known)
    points: Val | None = None
    outcome: frozenset[bool | str] = frozenset()
    for facts in completions(known):
        one = run(rules, facts)
        found = one.points()
        assert found.exact
        assert whole.points().low <= found.low <= whole.points().high
        assert len(one.outcome()) == 1
        assert one.outcome() <= whole.outcome()
        points = found if points is None else hull(points, found)
        outcome |= one.outcome()
    if len(open_facts) == 1 and "戊" not in open_facts:
        assert (whole.points(), whole.outcome()) == (points, outcome)


@pytest.mark.parametrize("open_fact", sorted(set(DOMAIN) - {"戊"}))
def test_tight_for_each_kind_of_fact(open_fact: str) -> None:
    body: tuple[list[str], str, list[str]] = (
        ["当 (甲 2次以上) 且 (丙)，得9分，否则 得4分", "当 丁 = 红，扣2分，不设下限", "每2次 甲 高于 乙 扣3分，不足一步按一步，不设下限"],
        "不适用 则 得7分",
        [],
    )
    rules = programme(body, ["非 (甲 0次以上 或 丙)"])
    assert rules is not None
    known = {name: values[0] for name, values in DOMAIN.items() if name != open_fact}
    every = [run(rules, facts) for facts in completions(known)]
    whole = run(rules, known)
    assert whole.points() == Num(min(one.points().low for one in every), max(one.points().high for one in every))
    assert whole.outcome() == frozenset().union(*(one.outcome() for one in every))
