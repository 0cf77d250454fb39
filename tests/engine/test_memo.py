"""Shared steps: a unit decided after others that say the same has exactly the steps it would have had alone."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from random import Random

import pytest

from flagrules.engine.memo import Memo, SharedRun
from flagrules.engine.reference import run_plan
from flagrules.facts.table import Cell, Entry, State
from flagrules.plan.nodes import Decide
from flagrules.trace.steps import Step
from tests.properties.generate import NAMES, facts_of, make, unit
from tests.rulekit import HEAD, compiled

Reading = Callable[[str, int], Entry | None]
RULES = """\
事实 甲：次数 0次~12次 可不适用
事实 乙：次数 0次~12次
称号 好 适用 村：20分
  授予 当 得分 10分以上
  指标 1 一：10分
    不适用 则 折算
    每1次 甲 得1分，封顶 10分
  指标 2 二：10分
    每1次 乙 得1分，封顶 10分
"""
THREE, OTHER_THREE, FOUR = Fraction(3), Fraction(6, 2), Fraction(4)


def known(value: Fraction) -> Cell:
    return Cell(State.KNOWN, value)


def shared(reading: Reading, pool: dict[str, Entry | None]) -> Reading:
    """The same facts, equal entries being one object, as those of a file are."""

    def facts(name: str, back: int) -> Entry | None:
        found = reading(name, back)
        return pool.setdefault(f"{name} {back} {found}", found)

    return facts


@pytest.mark.parametrize("seed", [f"memo/{index}" for index in range(12)])
def test_steps_are_those_of_the_unit_alone(seed: str) -> None:
    made = make(seed)
    assert made is not None
    plan, source, pool = made.compiled.plan, Random(seed), dict[str, Entry | None]()
    kinds = [unit(source) for _ in range(4)]
    memo = Memo(plan)
    for _ in range(30):
        mixed = {name: source.choice(kinds)[name] for name in kinds[0]}
        for name in source.sample(NAMES, source.choice((0, 0, 0, 1, 2))):
            del mixed[name]
        facts = shared(facts_of(made.compiled, mixed), pool)
        run = SharedRun(plan, "村", facts, memo=memo)
        for stage in range(plan.last_stage + 1):
            run.advance(stage)
        assert list(run.steps.values()) == list(run_plan(plan, "村", facts))


class Counted:
    """Hands on, and counts what was made anew."""

    def __init__(self, step: Callable[[Decide], Step]) -> None:
        self._step, self.made = step, list[str]()

    def __call__(self, decision: Decide) -> Step:
        self.made.append(decision.slot)
        return self._step(decision)


def made_anew(*units: dict[str, Cell]) -> list[list[str]]:
    """Per unit, the decisions that were not taken from an earlier one."""
    plan = compiled(HEAD + RULES).plan
    memo, found = Memo(plan), []
    for told in units:
        run = SharedRun(plan, "村", lambda name, _back, told=told: told.get(name), memo=memo)  # type: ignore[misc]  # one default
        counted = Counted(run._pass.step)
        for decision in memo.due("村", 0):
            run.steps[decision.slot] = memo.step(decision, run.facts, run._pass.run.slots, counted)
        assert list(run.steps.values()) == list(run_plan(plan, "村", run.facts))
        found.append(counted.made)
    return found


def test_the_second_of_two_alike_is_not_decided_again() -> None:
    first, second = made_anew({"甲": known(THREE), "乙": known(FOUR)}, {"甲": known(THREE), "乙": known(FOUR)})
    assert first
    assert second == []


def test_only_what_differs_is_decided_again() -> None:
    _, second = made_anew({"甲": known(THREE), "乙": known(FOUR)}, {"甲": known(FOUR), "乙": known(FOUR)})
    assert second
    assert [slot for slot in second if "/2/" in slot] == []


def test_what_rests_on_an_open_fact_is_always_made_anew() -> None:
    first, second = made_anew({"乙": known(FOUR)}, {"乙": known(FOUR)})
    assert second == [slot for slot in first if "/2/" not in slot]


def test_an_equal_number_of_another_file_gives_the_same_result() -> None:
    assert OTHER_THREE is not THREE
    first, second = made_anew({"甲": known(THREE), "乙": known(FOUR)}, {"甲": known(OTHER_THREE), "乙": known(FOUR)})
    # the indicator is looked at again, its points are the same object as before, so nothing above it is
    assert 0 < len(second) < len(first)


def test_not_applicable_is_a_known_input_of_its_own() -> None:
    absent = {"甲": Cell(State.NOT_APPLICABLE), "乙": known(FOUR)}
    _, second, third = made_anew({"甲": known(THREE), "乙": known(FOUR)}, absent, absent)
    assert second
    assert third == []
