"""Random pairs of a city's and a county's indicator over few values: what the prover says of 从严 against every value there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations_with_replacement, product
from random import Random
from typing import Any, Literal

from flagrules.engine.reference import run_plan
from flagrules.engine.values import NotApplicable, Num, Opts, Val
from flagrules.pipeline import Compiled
from flagrules.refine.proof import Verdict, never_above
from flagrules.text.findings import Findings, Stopped
from tests.properties.generate import Facts, facts_of
from tests.rulekit import NA, compiled, one_indicator

DECLARED = {
    "次": "事实 次：次数 0次~8次", "户": "事实 户：户数 0户~5户 可不适用", "甲": "事实 甲：是否", "级": "事实 级：选项（省、市、无）",
    "单": "事实 单：清单（子、丑）", "会": "事实 会：记录（起） 0起~3起\n  字段 级：选项（重、轻）\n  字段 数：人数 0人~1人",
}  # fmt: skip
_ROWS = [(grade, number) for grade in ("重", "轻") for number in (0, 1)]
DOMAIN: Mapping[str, list[object]] = {
    "次": [*range(9)], "户": [*range(6), NA], "甲": [True, False], "级": ["省", "市", "无"],
    "单": [{"子": a, "丑": b} for a in (True, False) for b in (True, False)],
    "会": [rows for count in range(4) for rows in combinations_with_replacement(_ROWS, count)],
}  # fmt: skip
TEMPLATES: Mapping[str, tuple[str, ...]] = {
    "次": (
        "分档 次\n  {a}次以上 得{p}分\n  其余 得{q}分", "每{e}次 次 扣{l}分，不足一步不计，{f}",
        "每{e}次 次 低于 {a}次 扣{l}分，不足一步按比例，{f}",
        "当 次 {a}次以上，得{p}分，否则 得{q}分", "每1次 次 得{l}分，封顶 {p}分", "按比例 次 ÷ 8次，保留1位 四舍五入",
        "分档 次\n  {b}次以上 得{p}分\n  {c}次以上 不满{b}次 得{q}分\n  其余 得{r}分", "每1次 次 扣{l}分，逐次翻倍，{f}",
    ),
    "户": (
        "每1户 户 扣{l}分，{f}", "当 户 {e}户以上，得{p}分，否则 得{q}分",
        "按比例 户 ÷ （户 + 2户），保留1位 舍去", "按比例 户 ÷ 5户，精确",
    ),
    "甲": ("当 甲，扣{l}分，{f}", "当 甲，得{p}分，否则 得{q}分"),
    "级": ("分档\n  当 级 = 省，得{p}分\n  当 级 ≠ 无，得{q}分\n  其余 得{r}分", "当 级 = 市，扣{l}分，{f}"),
    "单": ("每缺1项 单 扣{l}分，{f}", "当 单 含 子，得{p}分，否则 得{q}分", "当 单 齐全，得{p}分", "当 非 单 含 丑，扣{l}分，{f}"),
    "会": (
        "每1起 会 扣{l}分，{f}", "每1起 会 其中 级 = 重 扣{l}分，{f}", "每1起 会 其中 级 = 重 且 数 1人以上 扣{l}分，{f}",
        "当 个数（会，其中 级 = 轻） {e}起以上，扣{l}分，{f}", "当 合计（会，数） {e}人以上，得{p}分，否则 得{q}分",
    ),
}  # fmt: skip
MIXED = (
    "当 {x} 且 {y}，得{p}分，否则 得{q}分", "当 {x} 或 {y}，扣{l}分，{f}", "分档\n  当 {x}，得{p}分\n  当 {y}，得{q}分\n  其余 得{r}分",
)  # fmt: skip
TESTS = {
    "次": "次 {a}次以上", "户": "户 {e}户以上", "甲": "甲", "级": "级 = 市", "单": "单 含 子", "会": "会 {e}起以上",
}  # fmt: skip


@dataclass(frozen=True)
class Agreement:
    """What became of a pair: the prover's answer, or refused_before where a line alone is at fault; and where it is wrong."""

    answer: Literal["proved", "counterexample", "not_decided", "refused_before"]
    violations: tuple[str, ...] = ()


def _terms(source: Random, names: list[str], floor: str) -> list[str]:
    """The templates of an indicator over some facts."""
    found = [source.choice(TEMPLATES[name]) for name in names]
    if len(names) > 1 and source.random() < 0.4:
        x, y = (TESTS[name] for name in names[:2])
        found = [source.choice(MIXED).replace("{x}", x).replace("{y}", y), *found[: source.randint(0, 1)]]
    return [text.replace("{f}", floor) for text in found]


def _filled(source: Random, text: str, like: dict[str, int] | None = None) -> tuple[str, dict[str, int]]:
    """Numbers for the marks; those of `like` moved a little, so that near misses are common."""
    c, b = sorted(source.sample(range(1, 9), 2))
    numbers = {"a": source.randint(1, 8), "b": b, "c": c, "e": source.randint(1, 3)}
    numbers |= {mark: source.randint(0, 20) for mark in "pqr"} | {"l": source.randint(0, 9)}
    if like is not None:
        numbers = {mark: number if source.random() < 0.7 else numbers[mark] for mark, number in like.items()}
        if numbers["b"] <= numbers["c"]:
            numbers["b"], numbers["c"] = numbers["c"] + 1, numbers["b"]
    for mark, number in numbers.items():
        text = text.replace(f"{{{mark}}}", str(number))
    return text, numbers


def texts(source: Random) -> tuple[str, str, str, list[str]]:
    """The facts declared, the city's lines, the county's, and the names of the facts."""
    names = source.sample(sorted(DECLARED), source.choice((1, 2, 2)))
    floor = source.choice(("扣完为止", "扣完为止", "不设下限", "最多扣9分"))
    templates = _terms(source, names, floor)
    other = templates if source.random() < 0.7 else _terms(source, names, floor)
    tail = "\n不适用 则 得满分" if "户" in names else ""
    tail += source.choice(("", "", "\n封顶 15分", "\n保底 2分"))
    city, numbers = _filled(source, "\n".join(templates) + tail)
    county, _ = _filled(source, "\n".join(other) + tail, numbers)
    return "\n".join(DECLARED[name] for name in names), city, county, names


def every(names: list[str]) -> Iterator[Facts]:
    """Every unit there is."""
    for values in product(*(DOMAIN[name] for name in names)):
        yield dict(zip(names, values, strict=True))  # type: ignore[arg-type]  # plain values


def pair(seed: str) -> Agreement:
    """Make a pair, ask the prover, and look at every value."""
    source = Random(seed)
    facts, city, county, names = texts(source)
    if city == county and source.random() < 0.9:
        return Agreement("refused_before")
    try:
        higher, lower = (compiled(one_indicator(facts, body), findings=Findings()) for body in (city, county))
    except Stopped:
        return Agreement("refused_before")
    blocks = [next(rules.rules.indicators())[1] for rules in (lower, higher)]
    specs = {spec.name: spec for rules in (higher, lower) for spec in rules.rules.facts}
    verdict = never_above(blocks[0], blocks[1], higher.plan, specs)
    above = [given for given in every(names) if points(lower, given) > points(higher, given)]
    found = _wrong(verdict, above, names, lower, higher)
    return Agreement(verdict.answer, tuple(f"{problem}\n{facts}\n{city}\n--\n{county}" for problem in found))


def _wrong(verdict: Verdict, above: list[Facts], names: list[str], lower: Compiled, higher: Compiled) -> Iterator[str]:
    if verdict.answer == "proved" and above:
        yield f"proved, yet above with {above[0]}"
    if verdict.answer == "counterexample":
        if not above:
            yield f"refused with {verdict.facts}, yet never above"
        given = {**next(every(names)), **plain(verdict)}
        found = points(lower, given), points(higher, given)  # what the answer leaves out does not matter
        if not found[0] >= verdict.lower > verdict.higher >= found[1]:
            yield f"the counterexample {given} gives {found}, not {verdict.lower} above {verdict.higher}"


def points(rules: Compiled, given: Facts) -> Fraction:
    """The points of the one indicator."""
    slot = next(decision.slot for decision in rules.plan.decisions if decision.role == "item")
    found = {step.slot: step.value for step in run_plan(rules.plan, "村", facts_of(rules, given))}[slot]
    assert isinstance(found, Num)
    assert found.exact
    return found.low


def plain(verdict: Verdict) -> Facts:
    """The facts of a counterexample as values a unit has."""
    given: Facts = {}
    for name, value in verdict.facts:
        fact, _, part = name.partition("/")
        if part:
            parts = given.setdefault(fact, {"子": True, "丑": True})
            assert isinstance(parts, dict)
            parts[part] = _plain(value)
        else:
            given[fact] = _plain(value) if fact != "会" else (_ROWS[0],) * _plain(value)
    given |= {
        fact: tuple((str(row.fields["级"].value), int(row.fields["数"].value or 0)) for row in rows) for fact, rows in verdict.rows
    }
    return given


def _plain(value: Val) -> Any:
    match value:
        case NotApplicable():
            return NA
        case Num(low):
            return low if low.denominator != 1 else int(low)
        case Opts(options):
            return next(iter(options))
