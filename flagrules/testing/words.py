"""The words of case files, Chinese and English, and how results are written in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

from flagrules.engine.values import Num
from flagrules.facts.words import DECISION
from flagrules.model.numbers import write_exact
from flagrules.text.spelling import nearest

Words = Mapping[str, tuple[str, str]]
FILE: Words = {
    "programme": ("方案", "programme"),
    "on": ("日期", "on"),
    "settings": ("样例设定", "sample_settings"),
    "cases": ("用例", "cases"),
}
SWITCH: Words = {"on": ("是", "yes"), "off": ("否", "no")}
CASE: Words = {
    "name": ("名", "name"),
    "on": ("日期", "on"),
    "subject": ("单元", "unit"),
    "facts": ("事实", "facts"),
    "previous": ("上年", "previous"),
    "earlier": ("更早", "earlier"),
    "holder": ("所在", "in"),
    "others": ("同场", "others"),
    "past": ("从前", "decided_before"),
    "expect": ("期望", "expect"),
}
OTHER: Words = {key: CASE[key] for key in ("name", "subject", "holder", "facts")}
PAST: Words = {key: DECISION[key] for key in ("title", "decision", "decided_on", "until", "grade")}
DECIDED: Words = {
    "granted": ("授予", "granted"),
    "kept": ("保持", "kept"),
    "demoted": ("降级", "demoted"),
    "withdrawn": ("撤销", "withdrawn"),
    "expired": ("期满", "expired"),
    "barred": ("取消当年资格", "barred"),
    "none": ("无", "none"),
    "undetermined": ("未定", "undetermined"),
}
DETAIL: Words = {
    "points": ("得分", "points"),
    "outcome": ("结果", "outcome"),
    "grade": ("等级", "grade"),
    "decision": ("决定", "decision"),
    "line": ("决定行", "line"),
}
GROUPS: Words = {"tiers": ("等次", "tiers"), "subsidies": ("补贴", "subsidies")}
ITEMS: Words = {"indicator": ("指标", "indicator"), "bonus": ("加分项", "bonus"), "penalty": ("扣分项", "penalty")}
OUTCOMES: Words = {
    "granted": ("授予", "granted"),
    "refused": ("未授予", "refused"),
    "not_entered": ("未参评", "not_entered"),
    "undetermined": ("未定", "undetermined"),
}
REACHED: Words = {
    "reached": ("达到", "reached"),
    "not_reached": ("未达到", "not_reached"),
    "undetermined": ("未定", "undetermined"),
}
THIS_UNIT = ("本单元", "this_unit")
NO_GRADE = ("无", "none")
UNKNOWN = ("未知", "unknown")
_TEN_THOUSAND = 10_000


def meaning(text: str, table: Words) -> str | None:
    """What a word of a table stands for, or None."""
    return next((name for name, spellings in table.items() if text in spellings), None)


def spellings(table: Words) -> tuple[str, ...]:
    """Every word of a table."""
    return tuple(word for pair in table.values() for word in pair)


def hints(got: str, known: Iterable[str]) -> dict[str, Any]:
    """The arguments `hint` and `hint_en` of a finding about an unknown word."""
    guess = nearest(got, known)
    return {"hint": f"是不是“{guess}”？" if guess else "", "hint_en": f"Did you mean '{guess}'?" if guess else ""}


def listed(known: Iterable[str]) -> str:
    """Names one after another, a dash for none."""
    return "、".join(known) or "—"


def points_text(value: Num) -> str:
    """Points as case files write them: `20分`, `12分~20分`."""
    return _interval(value, lambda number: f"{write_exact(number)}分")


def money_text(value: Num) -> str:
    """Money as case files write it, from 元: `1万元`, `5000元`, `1万元~3万元`."""
    return _interval(value, _yuan)


def _yuan(value: Fraction) -> str:
    if abs(value) >= _TEN_THOUSAND and (value / 100).denominator == 1:
        return f"{write_exact(value / _TEN_THOUSAND)}万元"
    return f"{write_exact(value)}元"


def _interval(value: Num, write: Callable[[Fraction], str]) -> str:
    return write(value.low) if value.exact else f"{write(value.low)}~{write(value.high)}"
