"""The laws every programme and unit keep; each function gives the violations it saw, in words, with what is needed to see them again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from flagrules.engine.reference import Run, World, run_plan
from flagrules.engine.values import NotApplicable, Num, Opts, Val, covers, hull
from flagrules.pipeline import Compiled, open_programme
from flagrules.plan.nodes import Decide
from flagrules.plugin.packs import ProgrammePack, Resource
from flagrules.semantics import expr as e
from flagrules.syntax.format import format_source
from flagrules.text.findings import Findings, Stopped
from flagrules.text.source import Source
from flagrules.trace.steps import Step
from tests.properties.generate import NAMES, Facts, Made, facts_of, unit, value_of
from tests.rulekit import NA, ON, cited

OFTEN = 0.04  # how often a unit is tried for tightness, which takes long
Steps = Mapping[str, Step]
WHOLE: dict[str, list[object]] = {
    "甲": [*range(13), NA], "乙": [*range(7)], "丙": [True, False, NA], "丁": ["红", "黄", "蓝"], "己": ["大", "小"],
    "上年甲": [*range(13), NA], "上年乙": [*range(7)],
}  # fmt: skip
"""Every value of the facts that have few."""


@dataclass
class Counted:
    """What a check looked at."""

    pairs: int = 0
    tight: int = 0
    monotone: int = 0


def steps_of(rules: Compiled, facts: Facts) -> dict[str, Step]:
    """One unit's steps."""
    return {step.slot: step for step in run_plan(rules.plan, "村", facts_of(rules, facts))}


def value(step: Step) -> Val:
    """A step's value, as an engine's."""
    assert isinstance(step.value, Num | Opts | NotApplicable)
    return step.value


def scores(rules: Compiled) -> list[Decide]:
    """The decisions that give indicators their points."""
    return [decision for decision in rules.plan.decisions if decision.role == "item"]


# ── one programme ──
def _read(text: str) -> Compiled:
    findings = Findings()
    pack = ProgrammePack("city", "0", (Resource("city/0.rules", text.encode()),), title="例")
    return open_programme(pack, findings).compile(None, ON, findings)


def same_when_written_again(made: Made) -> Iterator[str]:
    """Formatted and read again, in Chinese or in English, it is the same plan."""
    text = cited(made.text)
    for lang in ("zh", "en"):
        found = Findings()
        written = format_source(Source("city/0.rules", text), lang, found)
        if found.errors:
            yield f"format {lang}: {[item.code for item in found.errors]}"
            continue
        try:
            again = _read(written)
        except Stopped as stopped:
            yield f"format {lang}: {stopped}"
            continue
        if again.plan.digest != made.compiled.plan.digest:
            yield f"format {lang}: another plan"
        back = format_source(Source("city/0.rules", written), "zh")
        if _read(back).plan.digest != made.compiled.plan.digest:
            yield f"format {lang} and back: another plan"


# ── one unit ──
def of_a_unit(made: Made, source: Random, counted: Counted) -> Iterator[str]:
    """Every law of a unit: range, trace, intervals, tightness, direction."""
    facts = unit(source)
    steps = steps_of(made.compiled, facts)
    counted.pairs += len(made.items)
    found = [*within_range(made, steps), *trace_recomputes(made, facts, steps), *intervals(made, facts, steps, source)]
    if source.random() < OFTEN:
        found += tight(made, facts, source, counted)
    if source.random() < 0.25:
        found += more_good(made, facts, steps, source, counted)
    yield from (f"{problem} | {facts}" for problem in found)


def within_range(made: Made, steps: Steps) -> Iterator[str]:
    """Points lie in the range proved of them, are exact, and one entry gave them."""
    for slot, whole in made.compiled.ranges.items():
        points = value(steps[slot])
        if isinstance(points, Num) and not (points.exact and whole.low <= points.low <= whole.high):
            yield f"range: {slot} has {points}, proved {whole}"
    yield from (f"exact: {slot}" for slot, step in steps.items() if not step.value.exact or len(step.fired) != 1)


def trace_recomputes(made: Made, facts: Facts, steps: Steps) -> Iterator[str]:
    """The entries that fired, worked out from what the trace says was read and decided, give every value again."""
    plan = made.compiled.plan
    run = Run(plan)
    for slot, step in steps.items():
        decision = plan.slots[slot]
        fired = decision.entries[step.fired[0]].value
        rows = any(isinstance(node, e.OverRows | e.RowCount) for node in e.walk(fired))
        given = {(read.kind, read.name, read.back): read.value for read in step.reads} if not rows else {}
        world = World(plan, facts_of(made.compiled, facts) if rows else (lambda _name, _back: None), given)  # type: ignore[arg-type]
        run.slots[slot] = run.value(fired, world)
        if run.slots[slot] != step.value:
            yield f"trace: {slot} is {step.value}, its entry gives {run.slots[slot]}"


def intervals(made: Made, facts: Facts, steps: Steps, source: Random) -> Iterator[str]:
    """With some facts unknown every value still covers the one it had."""
    hidden = source.sample(NAMES, source.choice((1, 2, 3, 6, 12)))
    for slot, step in steps_of(made.compiled, {name: facts[name] for name in NAMES if name not in hidden}).items():
        if not covers(value(step), value(steps[slot])):
            yield f"interval: {slot} without {hidden} is {step.value}, not {steps[slot].value}"


def tight(made: Made, facts: Facts, source: Random, counted: Counted) -> Iterator[str]:
    """With one fact unknown a value is the hull of those it has over all values of the fact."""
    name = source.choice(sorted(WHOLE))
    known = {other: facts[other] for other in NAMES if other != name}
    hulls: dict[str, Val] = {}
    for option in WHOLE[name]:
        for slot, step in steps_of(made.compiled, {**known, name: option}).items():  # type: ignore[dict-item]  # plain values
            hulls[slot] = hull(hulls[slot], value(step)) if slot in hulls else value(step)
    for slot, step in steps_of(made.compiled, known).items():
        counted.tight += 1
        if value(step) != hulls[slot]:
            yield f"tight: {slot} without {name} is {step.value}, its values span {hulls[slot]}"


def more_good(made: Made, facts: Facts, steps: Steps, source: Random, counted: Counted) -> Iterator[str]:
    """A fact changed for the better alone never lowers an indicator that goes one way only."""
    other = {name: value_of(name, source) for name in ("乙", "率", "额")}
    for name, changed in other.items():
        before = facts[name]
        assert isinstance(before, int | Fraction)
        assert isinstance(changed, int | Fraction)
        if before == changed:
            continue
        again = steps_of(made.compiled, {**facts, name: changed})
        for decision in scores(made.compiled):
            item = made.items.get(decision.slot.split("/")[-2])
            for fact, way in item.better if item is not None else ():
                if fact == name:
                    counted.monotone += 1
                    old, new = value(steps[decision.slot]), value(again[decision.slot])
                    assert isinstance(old, Num)
                    assert isinstance(new, Num)
                    if (new.low - old.low) * (changed - before) * way < 0:
                        yield f"direction: {decision.slot} from {old} to {new} as {name} goes from {before} to {changed}"
