"""One input taken to be so: deciding again what rests on it gives what a whole run gives, and little is decided again."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from random import Random

import pytest

from flagrules.engine import reference
from flagrules.engine.inputs import domain, leaves, lists
from flagrules.engine.reference import Key, run_plan
from flagrules.engine.replay import Replay
from flagrules.engine.values import Num, Opts, Val, known, number
from flagrules.engine.world import unknown_history
from flagrules.plan.nodes import Decide, Plan
from flagrules.trace.steps import Step
from tests.properties.agreement import crowd_runs, crowd_units
from tests.properties.random_plans import KIND, crowd_plan, plan_of
from tests.properties.random_units import units_of
from tests.rulekit import HEAD, compiled, facts_of


def values_of(plan: Plan, source: Random) -> Iterator[tuple[Key, Val]]:
    """An input of the plan with a value it may have, each input once or twice."""
    own = (one for leaf in leaves(plan.decisions) for one in domain(leaf, plan.facts, plan.parameters))
    found = {key: (whole, step) for key, whole, step in (*own, *lists(plan.decisions, plan.facts))}
    for key, (whole, _) in found.items():
        match whole:
            case Num(low, high):
                edges = {low, high, Fraction(source.randint(int(low), int(high)))}
                yield from ((key, number(edge)) for edge in edges if low <= edge <= high)
            case Opts(options) if options:
                yield key, known(source.choice(sorted(options, key=str)))


@pytest.mark.parametrize("seed", [f"replay/{index}" for index in range(12)])
def test_a_replay_is_a_whole_run(seed: str) -> None:
    plan, source = plan_of(seed), Random(seed)
    for name, (facts, history) in units_of(plan, source, 6).items():
        again = Replay(plan, KIND, facts, history=history)
        for key, value in values_of(plan, source):
            whole = {step.slot: step.value for step in run_plan(plan, KIND, facts, {key: value}, history=history)}
            assert again.slots(key, value) == whole, f"{name}: {key} is {value}"


@pytest.mark.parametrize("seed", [f"replay/crowd/{index}" for index in range(6)])
def test_a_replay_among_other_units_is_a_whole_run(seed: str) -> None:
    """Others stay as they are; what figures over them say changes with what the unit itself comes to."""
    plan, source = crowd_plan(seed), Random(seed)
    placed, told = crowd_units(plan, seed, 6)
    _, crowd = crowd_runs(plan, placed, told)
    for unit in placed:
        if unit.kind == KIND:
            (facts, history), across = told[unit.id], crowd.around(unit.id)
            again = Replay(plan, KIND, facts, across, history)
            for key, value in values_of(plan, source):
                whole = {step.slot: step.value for step in run_plan(plan, KIND, facts, {key: value}, across, history)}
                assert again.slots(key, value) == whole, f"{unit.id}: {key} is {value}"


RULES = compiled(
    HEAD
    + """事实 甲：次数 0次~12次
事实 乙：次数 0次~12次
称号 好 适用 村：20分
  授予 得分 12分以上
  指标 1 子：10分
    每1次 甲 扣1分，扣完为止
  指标 2 丑：10分
    每1次 乙 扣1分，扣完为止
"""
)


def test_only_what_rests_on_the_input_is_decided_again(monkeypatch: pytest.MonkeyPatch) -> None:
    again = Replay(RULES.plan, "村", facts_of(RULES, {"甲": 3}), history=unknown_history)
    seen: list[str] = []
    plain = reference._Pass.step

    def noted(self: reference._Pass, decision: Decide) -> Step:
        seen.append(decision.slot.removeprefix("好(村)/"))
        return plain(self, decision)

    monkeypatch.setattr(reference._Pass, "step", noted)
    slots = again.slots(("fact", "乙", 0), number(Fraction(4)))
    assert slots["好(村)/score"] == number(Fraction(13))
    assert seen == ["2/term1", "2/score", "score", "outcome"]
