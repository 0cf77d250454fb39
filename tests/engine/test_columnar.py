"""The columnar engine: what it says of rows, threads and hash seeds, of what it cannot hold, and of numbers at their limits."""

from __future__ import annotations

import hashlib
import operator
import os
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from random import Random

import polars as pl
import pytest

from flagrules.engine.columnar import numbers as n
from flagrules.engine.columnar.compile import VALUE
from flagrules.engine.columnar.prepare import compile_plan
from flagrules.engine.columnar.refused import Refused
from flagrules.engine.columnar.run import Told
from flagrules.engine.values import Num
from flagrules.engine.world import unknown_history
from flagrules.facts.table import Cell, State
from flagrules.model.numbers import RoundingMode, round_to
from flagrules.semantics import expr as e
from tests.properties.agreement import both
from tests.properties.random_plans import KIND, OWNER, plan_of
from tests.properties.random_units import units_of
from tests.rulekit import compiled, facts_of, one_indicator


def steps_text(seed: str, *, turned: bool) -> str:
    """Every step of every unit of a seed, by id, whatever the order the units came in."""
    plan = plan_of(seed)
    units = list(units_of(plan, Random(seed), 60).items())
    given = dict(reversed(units) if turned else units)
    made = compile_plan(plan, KIND)
    result = made.run(made.frame(given), given.__getitem__)
    found = {name: result.steps(row) for row, name in enumerate(given)}
    return "\n".join(
        f"{name} {slot} {step.fired} {_plain(step.value)}" for name in sorted(found) for slot, step in sorted(found[name].items())
    )


def _plain(value: object) -> str:
    return str(value) if isinstance(value, Num) else " ".join(sorted(map(str, getattr(value, "options", ["NA"]))))


def test_results_are_the_same_whatever_the_order_of_rows() -> None:
    for index in range(6):
        assert steps_text(f"order/{index}", turned=True) == steps_text(f"order/{index}", turned=False)


@pytest.mark.parametrize(("hash_seed", "threads"), [("0", "1"), ("7", "4")])
def test_results_are_the_same_whatever_the_hash_seed_and_the_threads(hash_seed: str, threads: str) -> None:
    code = (
        "import hashlib; from tests.engine.test_columnar import steps_text; "
        "print(hashlib.sha256(steps_text('threads', turned=False).encode()).hexdigest())"
    )
    env = {**os.environ, "PYTHONHASHSEED": hash_seed, "POLARS_MAX_THREADS": threads, "PYTHONPATH": "."}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == hashlib.sha256(steps_text("threads", turned=False).encode()).hexdigest()


def test_a_shard_may_be_as_small_as_one_unit() -> None:
    plan = plan_of("shards")
    units = units_of(plan, Random("shards"), 30)
    made = compile_plan(plan, KIND)
    whole = made.run(made.frame(units), units.__getitem__)
    for row, (name, one) in enumerate(units.items()):
        alone = made.run(made.frame({name: one}), {name: one}.__getitem__)
        assert alone.steps(0) == whole.steps(row), name


def test_no_units_give_no_results() -> None:
    made = compile_plan(plan_of("none"), KIND)
    units: dict[str, Told] = {}
    assert made.run(made.frame(units), units.__getitem__).frame.height == 0


# ── what no column holds ──
RULES = compiled(one_indicator("事实 次：次数 0次~12次", "分档 次\n  6次以上 得20分\n  其余 得5分"))


@pytest.mark.parametrize(
    ("value", "odd"), [(Fraction(12), False), (Fraction(13), True), (Fraction(0), False), (Fraction(-1), True), (Fraction(1, 2), True)]
)
def test_a_cell_out_of_range_or_off_its_grid_goes_to_the_reference(value: Fraction, odd: bool) -> None:  # noqa: FBT001
    made = compile_plan(RULES.plan, "村")
    units = {"u": (facts_of(RULES, {"次": value}), unknown_history)}
    result = made.run(made.frame(units), units.__getitem__)
    assert (0 in result.whole) is odd
    slot = next(decision.slot for decision in RULES.plan.decisions if decision.role == "item")
    points = Fraction(20) if value >= 6 else Fraction(5)
    assert result.steps(0)[slot].value == Num(points, points)


def test_not_applicable_where_that_is_not_allowed_goes_to_the_reference() -> None:
    made = compile_plan(RULES.plan, "村")
    units = {"u": (facts_of(RULES, {"次": Cell(State.NOT_APPLICABLE)}), unknown_history)}
    assert list(made.run(made.frame(units), units.__getitem__).whole) == [0]


# ── numbers ──
def test_numbers_past_128_bits_are_refused_by_name_and_the_reference_decides() -> None:
    plan = plan_of("gap")
    large = e.Product(e.FactRef("人", plan.facts["人"].kind), e.FactRef("人", plan.facts["人"].kind))
    huge = e.Product(e.Product(large, large), large)
    first = plan.decisions[0]
    entries = (replace(first.entries[-1], guard=e.Compare(">", huge, e.Const(Fraction(10) ** 30)), value=e.Const(Fraction(1))),)
    plan = replace(plan, decisions=(replace(first, entries=(*entries, replace(first.entries[-1], value=e.ZERO))), *plan.decisions[1:]))
    made = compile_plan(plan, KIND)
    assert made.gaps == {f"{OWNER}/0/term0": "numbers past 128 bits"}
    found = both(plan, units_of(plan, Random("gap"), 30))
    assert found.difference is None
    assert found.gaps == 1


@pytest.mark.parametrize(
    ("facts", "body", "given", "place", "low", "high", "kind"),
    [
        ("事实 改：户数 0户~300户\n事实 户：户数 1户~400户", "按比例 改 ÷ 户，保留2位 四舍五入，封顶 2分",
         {"改": 300, "户": 1}, "1/term1", 0, 200, pl.Int16),
        ("事实 次：次数 0次~40000次", "每1次 次 得1分，封顶 20分", {"次": 40000}, "1/term1", 0, 20, pl.Int16),
        ("事实 次：次数 0次~40000次", "每1次 次 扣1分，不设下限\n保底 5分", {"次": 40000}, "1/score", 5, 20, pl.Int16),
        ("事实 次：次数 0次~40000次", "每1次 次 扣1分，不设下限", {"次": 40000}, "1/score", -39980, 20, pl.Int32),
    ],
)  # fmt: skip
def test_a_value_between_a_floor_and_a_cap_is_as_wide_as_they_say(
    facts: str, body: str, given: dict[str, int], place: str, low: int, high: int, kind: type[pl.DataType]
) -> None:
    """Points of a hundredth are held a hundred times; only the last has neither floor nor cap."""
    rules = compiled(one_indicator(facts, body))
    made = compile_plan(rules.plan, "村")
    slot = f"甲(村)/{place}"
    col = made.slots[slot].col
    assert col is not None
    assert col.number is not None
    assert (col.number.top.low, col.number.top.high) == (low, high)
    units = {"u": (facts_of(rules, given), unknown_history)}
    result = made.run(made.frame(units), units.__getitem__)
    assert result.frame[f"{VALUE}{slot}"].dtype == kind
    end = Fraction(low if "扣" in body else high, col.number.scale)
    assert result.steps(0)[slot].value == Num(end, end)


@pytest.mark.parametrize("mode", ["half_up", "half_even", "down", "up"])
@pytest.mark.parametrize("places", [0, 1, 2])
def test_rounding_is_that_of_the_model_at_every_half(mode: RoundingMode, places: int) -> None:
    values = [Fraction(number, 200) for number in range(-450, 451)]
    frame = pl.DataFrame({"x": [int(value * 200) for value in values]})
    made = n.rounded(n.Number(n.Whole(pl.col("x"), -450, 450), 200), places, mode)
    found = frame.select(made.top.expr).to_series().to_list()
    assert [Fraction(top, made.scale) for top in found] == [round_to(value, places, mode) for value in values]


@pytest.mark.parametrize("edge", [Fraction(5, 2), Fraction(3), Fraction(-7, 3), Fraction(10**30)])
@pytest.mark.parametrize("op", [">=", ">", "<=", "<", "="])
def test_a_comparison_with_any_edge(op: e.CompareOp, edge: Fraction) -> None:
    plain = {">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt, "=": operator.eq}[op]
    frame = pl.DataFrame({"x": [*range(-5, 6), None]})
    found = frame.select(n.compared(op, n.Number(n.Whole(pl.col("x"), -5, 5)), n.constant(edge))).to_series().to_list()
    assert found == [*(plain(value, edge) for value in range(-5, 6)), None]


def test_a_product_takes_128_bits_where_64_are_not_enough_and_no_more_is_taken() -> None:
    one = n.Whole(pl.col("x"), 0, 10**12)
    product = one.times(one)
    assert product.wide
    frame = pl.DataFrame({"x": [10**12]})
    assert frame.select(product.expr).to_series().to_list() == [10**24]
    with pytest.raises(Refused):
        product.times(product)


def test_a_division_is_open_where_the_divisor_is_not_positive() -> None:
    ratio = n.divide(n.constant(Fraction(1)), n.Number(n.Whole(pl.col("x"), -1, 4)))
    found = pl.DataFrame({"x": [-1, 0, 1, 4]}).select(n.compared(">", ratio, n.constant(Fraction(1, 4)))).to_series().to_list()
    assert found == [None, None, True, False]


def test_doubling_stops_at_sixty_repeats() -> None:
    made = n.doubled(n.Number(n.Whole(pl.col("x"), 0, 100)))
    assert pl.DataFrame({"x": [0, 1, 5, 60, 61, 100]}).select(made.top.expr).to_series().to_list() == [0, 1, 31, *[2**60 - 1] * 3]


@pytest.mark.parametrize(("most", "gap"), [("40000000000000000元", ""), ("99999999999999999元", "a fact past 64 bits")])
def test_a_fact_of_numbers_past_64_bits_is_the_interpreter_s(most: str, gap: str) -> None:
    rules = compiled(one_indicator(f"事实 额：金额 0元~{most}", "当 额 5元以上，得5分，否则 得0分"))
    assert compile_plan(rules.plan, "村").gaps.get("甲(村)/1/term1", "") == gap
