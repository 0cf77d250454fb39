"""What rests on few facts of few values is looked up: by what, in how many rows, and what stays with the columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

import pytest

from flagrules.engine.agree import agreement
from flagrules.engine.columnar import indexes as indexes_module
from flagrules.engine.columnar import prepare, run
from flagrules.engine.columnar.indexes import MOST, TOGETHER, Index
from flagrules.engine.columnar.lanes import Lanes
from flagrules.engine.columnar.opened import Opened
from flagrules.engine.columnar.prepare import alike, compile_plan
from flagrules.engine.columnar.result import Result
from flagrules.engine.columnar.run import Compiled, Told
from flagrules.engine.columnar.tables import Table, tables_of
from flagrules.engine.world import unknown_history
from flagrules.facts.table import Cell, State
from flagrules.plan.nodes import Decide, Entry, Plan
from flagrules.semantics import expr as e
from tests.properties.agreement import Checked, both
from tests.properties.random_plans import KIND, OWNER, PARAMETERS, SPECS, base, plan_of
from tests.properties.random_units import units_of
from tests.rulekit import NA, compiled, facts_of, one_indicator

COUNT = "事实 次：次数 0次~12次"
SHARE = "事实 改：户数 0户~300户\n事实 户：户数 1户~400户"
NOT = "不适用 当 次 不适用，则 得5分"


def looked_up(facts: str, body: str, most: int = MOST) -> tuple[Compiled, Mapping[str, Index]]:
    """A programme of one indicator in columns, and its terms and indicator that are looked up, by the ends of their paths."""
    made = compile_plan(compiled(one_indicator(facts, body)).plan, "村", most)
    tables = made.tables.tables if made.tables is not None else {}
    return made, {slot.rsplit("/", 1)[1]: table.index for slot, table in tables.items()}


def test_one_fact_has_a_row_for_each_value_and_one_for_being_open() -> None:
    _, indexes = looked_up(COUNT, "每1次 次 扣1分，扣完为止")
    assert {name: (index.size, index.partial) for name, index in indexes.items()} == {"term1": (14, False), "score": (14, False)}


def test_what_may_not_apply_has_a_row_of_its_own() -> None:
    _, indexes = looked_up(f"{COUNT} 可不适用", f"每1次 次 扣1分，扣完为止\n{NOT}")
    assert indexes["score"].size == 15


@pytest.mark.parametrize(("most", "size"), [(0, 0), (13, 1), (14, 14), (15, 14)])
def test_no_table_has_more_rows_than_it_may(most: int, size: int) -> None:
    """One row is left where there are too many values: that of being open."""
    assert {index.size for index in looked_up(COUNT, "每1次 次 扣1分，扣完为止", most)[1].values()} == ({size} if size else set())


def test_facts_of_few_values_are_numbered_together() -> None:
    facts = f"{COUNT}\n事实 甲：是否\n事实 级：选项（省、市、无）"
    made, indexes = looked_up(facts, "当 次 3次以上 且 甲，扣2分，扣完为止\n当 级 = 市，扣1分，扣完为止")
    assert {name: index.size for name, index in indexes.items()} == {"term1": 14 * 3 * 4, "term2": 14 * 3 * 4, "score": 14 * 3 * 4}
    assert TOGETHER >= 14 * 3 * 4
    assert not [name for one in made.rounds for name in one if "/1/" in name], "no round works it out"


def test_facts_of_many_combinations_are_not_numbered_together() -> None:
    """The interpreter may have to see each combination with something open."""
    facts = f"{COUNT}\n事实 人：人数 0人~40人"
    _, indexes = looked_up(facts, "当 次 3次以上 且 人 5人以上，扣2分，扣完为止")
    assert TOGETHER < 14 * 42
    assert {name: (index.size, index.partial) for name, index in indexes.items()} == {"term1": (14 + 42, True), "score": (14 + 42, True)}


def test_tables_are_worked_out_some_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    facts, body = f"{COUNT}\n事实 人：人数 0人~40人", "每1次 次 扣1分，扣完为止\n每1人 人 扣1分，扣完为止"
    together, apart = list[int](), list[int]()
    wanted = told_in(facts, body, monkeypatch, together)
    assert sorted(together) == [1, 2], "what is looked up everywhere, and what only where it is open"
    monkeypatch.setattr(indexes_module, "BESIDE", 1)
    assert told_in(facts, body, monkeypatch, apart) == wanted
    assert apart == [1, 1, 1]


def told_in(facts: str, body: str, patch: pytest.MonkeyPatch, beside: list[int]) -> list[list[tuple[object, ...]]]:
    """What the tables of an indicator come to; `beside` is told how many are worked out at a time."""

    def seen(indexes: Mapping[Index, Sequence[str]], result: Result) -> Iterator[Table]:
        beside.append(len(indexes))
        return tables_of(indexes, result)

    patch.setattr(prepare, "tables_of", seen)
    made, _ = looked_up(facts, body)
    assert made.tables is not None
    values = ((table.result.frame[f"v:{slot}"], table.result.frame[f"line:{slot}"]) for slot, table in made.tables.tables.items())
    return [list(zip(value, line, strict=True)) for value, line in values]


@pytest.mark.parametrize(("most", "rows"), [(254, None), (255, [0] * 4 + [1] * 252 + [2])])
def test_combinations_that_follow_one_another_and_come_to_the_same_share_a_row(most: int, rows: list[int] | None) -> None:
    """None to three times cost nothing, four and more the whole; beside these, that nobody knows. A table of 256 rows is small enough."""
    made, _ = looked_up(f"事实 次：次数 0次~{most}次", "当 次 4次以上，扣20分，扣完为止")
    assert made.tables is not None
    (table,) = set(made.tables.tables.values())
    assert (table.rows.to_list() if table.rows is not None else None) == rows
    values = [row["v:甲(村)/1/score"] for row in table.told]
    assert values == ([20, 0, None] if rows is not None else [20] * 4 + [0] * 251 + [None])


def test_of_two_facts_of_many_values_only_what_is_open_is_looked_up() -> None:
    _, indexes = looked_up(SHARE, "按比例 改 ÷ 户，保留1位 四舍五入，封顶 20分")
    assert {name: (index.size, index.partial) for name, index in indexes.items()} == {
        "term1": (302 + 401, True), "score": (302 + 401, True),
    }  # fmt: skip


def test_a_fact_of_very_many_values_is_looked_up_where_it_is_open() -> None:
    _, indexes = looked_up("事实 钱：金额 0元~100000元", "当 钱 100元以上，扣2分，扣完为止")
    assert {name: (index.size, index.partial) for name, index in indexes.items()} == {"term1": (1, True), "score": (1, True)}


def test_text_is_never_looked_up() -> None:
    assert looked_up("事实 名：文本", "当 字数（名） 3字以上，扣2分，扣完为止")[1] == {}


CASES: tuple[tuple[str, str, dict[str, list[int | bool | Cell | None]]], ...] = (
    (COUNT, "每1次 次 扣1分，扣完为止\n当 次 5次以上，扣2分，扣完为止", {"次": [*range(13), None]}),
    (
        f"{COUNT} 可不适用\n事实 甲：是否", f"当 次 3次以上 且 甲，扣2分，扣完为止\n{NOT}",
        {"次": [2, 3, NA, None], "甲": [True, False, None]},
    ),
    (SHARE, "按比例 改 ÷ 户，保留1位 四舍五入，封顶 20分", {"改": [0, 150, 300, None], "户": [1, 299, 300, 301, 400, None]}),
    (
        f"{SHARE}\n{COUNT}", "按比例 改 ÷ 户，封顶 15分，精确\n当 次 3次以上，得5分",
        {"改": [0, 99, None], "户": [1, 400, None], "次": [2, 3, None]},
    ),
)  # fmt: skip


@pytest.mark.parametrize(("facts", "body", "values"), CASES)
def test_what_is_looked_up_is_what_the_interpreter_says(facts: str, body: str, values: dict[str, list[int | bool | Cell | None]]) -> None:
    rules = compiled(one_indicator(facts, body))
    told = [dict(zip(values, some, strict=True)) for some in product(*values.values())]
    units = {f"u{number}": (facts_of(rules, one), unknown_history) for number, one in enumerate(told)}
    made = compile_plan(rules.plan, "村", MOST)
    result = made.run(made.frame(units), units.__getitem__)
    assert made.tables is not None
    assert result.whole == {}
    assert [str(found) for found in agreement(made, result, units)] == []


# ── plans no rule text gives so plainly ──
def number_of(value: object) -> e.Const:
    return e.Const(Fraction(str(value)))


def fact(name: str) -> e.FactRef:
    return e.FactRef(name, SPECS[name].kind, 0)


def term(place: str, *entries: tuple[e.Expr | None, e.Expr]) -> Decide:
    found = base().decisions[0]
    made = tuple(Entry(guard, found.line, value, "score") for guard, value in entries)
    return Decide(f"{OWNER}/{place}", found.line, "term", made, owner=OWNER)


Given = int | bool | str | Fraction | Cell | None


def exact(value: Given) -> Fraction | bool | str | Cell | None:
    return Fraction(value) if isinstance(value, int) and not isinstance(value, bool) else value


def told_of(values: Mapping[str, Given]) -> Told:
    known = {name: exact(value) for name, value in values.items() if value is not None}
    cells = {name: value if isinstance(value, Cell) else Cell(State.KNOWN, value) for name, value in known.items()}

    def facts(name: str, back: int) -> Cell | None:
        return None if back else cells.get(name)

    return facts, unknown_history


def plan_with(*decisions: Decide) -> Plan:
    titles = (replace(base().titles[0], path=OWNER),)
    plan = replace(base(), decisions=decisions, titles=titles, facts=SPECS, parameters=PARAMETERS, stages={}, measures={})
    assert plan.for_subject(KIND) == decisions
    return plan


def checked(decisions: list[Decide], **values: Sequence[Given]) -> dict[int, Checked]:
    """Both engines on any combination of values, by the rows tables may have."""
    plan = plan_with(*decisions)
    told = [dict(zip(values, some, strict=True)) for some in product(*values.values())]
    units = {f"u{number}": told_of(one) for number, one in enumerate(told)}
    return {rows: both(plan, units, rows) for rows in (0, 300, MOST)}


def differences_of(decisions: list[Decide], **values: Sequence[Given]) -> dict[int, str]:
    """Where engines differ, by the rows tables may have."""
    return {rows: str(found.difference) for rows, found in checked(decisions, **values).items() if found.difference is not None}


def test_a_constant_of_many_places_is_the_same_number_in_a_table() -> None:
    """What is constant stays so however often it is met: a table once had its own grid for it."""
    half = e.Sum((number_of("1/4"), number_of("1/4")))
    once = term("0/term0", (e.Compare(">=", fact("户"), number_of(5)), number_of(1)), (None, e.Product(half, fact("次"))))
    again = term("1/term0", (e.Same(fact("名"), e.Const("字字")), e.Product(half, fact("率"))), (None, number_of(1)))
    assert differences_of([once, again], 户=[3, 7, None], 次=[3, None], 名=["字字", None], 率=[Fraction(1, 2), None]) == {}
    tables = compile_plan(plan_with(once, again), KIND, MOST).tables
    assert tables is not None
    assert tables.tables.keys() == {once.slot}


def test_a_table_on_another_grid_is_not_used() -> None:
    """Beside the one above: if ever a table and the rounds wrote a value on two grids, neither would be read by the other's."""
    slot = looked_up(COUNT, "每1次 次 扣1分，扣完为止")[0].slots["甲(村)/1/score"]
    assert slot.col is not None
    assert slot.col.number is not None
    finer = replace(slot, col=replace(slot.col, number=replace(slot.col.number, scale=slot.col.number.scale * 2)))
    assert alike(slot, replace(slot))
    assert not alike(slot, finer)
    assert not alike(slot, replace(slot, col=None))


def test_what_columns_cannot_settle_on_some_values_is_not_looked_up() -> None:
    """Found by trying: a formula whose values over an open input the interpreter gives up to narrow."""
    plan = plan_of("why/154")
    assert both(plan, units_of(plan, Random("why"), 60), 2**16).difference is None
    tables = compile_plan(plan, KIND, 2**16).tables
    assert tables is not None
    assert f"{OWNER}/0/term0" not in tables.tables


def asked_of(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The decisions the interpreter is asked for on one unit by itself, as they are asked for."""
    asked: list[str] = []
    plain = Lanes.by_unit

    def by_unit(self: Lanes, slot: str, *more: Any) -> Opened | None:
        asked.append(slot)
        assert len(asked) < 50, "unit by unit, though many are alike"
        return plain(self, slot, *more)

    monkeypatch.setattr(Lanes, "by_unit", by_unit)
    return asked


def test_compiling_asks_the_interpreter_of_no_row_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fact held against itself is open for as long as the interpreter does not try each of its 8,001 values: found by a soak in which
    one plan took half an hour to compile, for its table asked that of every row."""
    asked = asked_of(monkeypatch)
    monkeypatch.setattr(run, "UnitRun", lambda *_: pytest.fail("the interpreter decides a whole row of a table"))
    plan = plan_of("2021/8912")
    slot = f"{OWNER}/7/term0"
    tables = compile_plan(plan, KIND, 2**16).tables
    assert tables is not None
    assert slot not in tables.tables, "columns cannot settle it"
    assert max(Counter(asked).values()) <= 2, "once with the tables, and once as one of those that are left out"


def test_units_alike_in_what_a_decision_rests_on_are_asked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The decision of the soak on three units that lack the fact it rests on; what nothing settles is the interpreter's, unit by unit."""
    asked = asked_of(monkeypatch)
    whole, slot = plan_of("2021/8912"), f"{OWNER}/7/term0"
    plan = replace(whole, decisions=tuple(one for one in whole.decisions if one.slot == slot), stages={}, measures={})
    found = both(plan, {f"u{number}": told_of({}) for number in range(3)})
    assert (found.difference, found.whole, asked) == (None, 3, [slot])


def test_what_is_open_though_no_fact_is() -> None:
    unsayable = term("0/term0", (None, e.Sum((e.Unsayable("某", Fraction(0), Fraction(5)), fact("率")))))
    assert differences_of([unsayable], 率=[Fraction(1, 2), None]) == {}


def test_a_constant_over_an_unknown_divisor_is_open() -> None:
    assert differences_of([term("0/term0", (None, e.Quotient(number_of(5), fact("户"))))], 户=[1, 40, None]) == {}


def test_a_term_of_two_facts_reads_one_that_may_not_apply() -> None:
    one, two = term("0/term0", (None, fact("次"))), term("0/term1", (None, fact("户")))
    total = replace(term("0/score", (None, e.Sum((e.SlotRef(one.slot), e.SlotRef(two.slot))))), role="item")
    assert differences_of([one, two, total], 次=[3, 12, NA, None], 户=[1, 40, None]) == {}


def test_parts_that_cancel_do_not_overflow_while_some_are_unknown() -> None:
    """The whole sum fits 16 bits, what is known of it does not: it is added at the width that holds any of its parts together."""
    more, less = ("次", "户", "率", "评", "人"), ("有", "是", "额", "期", "差")
    terms = [
        term(f"{at}/term0", (guard_of(name), number_of(9000 * sign)), (None, number_of(8000 * sign)))
        for at, (name, sign) in enumerate([*((name, 1) for name in more), *((name, -1) for name in less)])
    ]
    total = replace(term("score", (None, e.Sum(tuple(e.SlotRef(one.slot) for one in terms)))), role="score")
    made = compile_plan(plan_with(*terms, total), KIND)
    assert made.lanes.closures[total.slot] is None, "it rests on more than FEW inputs, so what is open is added up part by part"
    assert made.wide[total.slot].reach == 10 * 9000
    col = made.slots[total.slot].col
    assert col is not None
    assert col.number is not None
    assert (col.number.top.low, col.number.top.high) == (-5000, 5000)
    for known, opened in ((more, less), (less, more)):
        values = {name: [HELD[name]] for name in known} | {name: [HELD[name], None] for name in opened}
        for rows, found in checked([*terms, total], **values).items():
            assert (found.difference, found.alone, found.whole) == (None, 0, 0), f"{rows} rows: none goes to the interpreter"


HELD: Mapping[str, int | bool | Fraction] = {
    "次": 12, "户": 40, "率": Fraction(1), "评": 20, "人": 99, "有": True, "是": True, "额": 500_000, "期": 738_060, "差": Fraction(1),
}  # fmt: skip


def guard_of(name: str) -> e.Expr:
    """Whether a fact is at least what `HELD` says of it."""
    held = HELD[name]
    return fact(name) if isinstance(held, bool) else e.Compare(">=", fact(name), number_of(held))
