"""Counties of one run that declare a fact in different ways: a column would mean one thing here and another there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from flagrules.award.wide.beyond import beyond_columns
from flagrules.cli import wide
from flagrules.cli.wide import Wanted, stays_wide
from flagrules.facts.schema import FactSpec
from flagrules.model import kinds as k
from flagrules.pipeline import Compiled
from flagrules.plan.nodes import Plan
from flagrules.text.findings import Stopped
from tests.award.wide.small import job, ran, write

APART: dict[str, tuple[str, Callable[[FactSpec], FactSpec]]] = {
    "fewer values": ("件数", lambda spec: replace(spec, high=Fraction(8))),
    "other values": ("件数", lambda spec: replace(spec, low=Fraction(-1))),
    "choices in another order": ("类型", lambda spec: replace(spec, kind=k.Choice(("平川", "山区")))),
    "another choice": ("类型", lambda spec: replace(spec, kind=k.Choice(("山区", "平川", "沿海")))),
    "it may not apply": ("规模", lambda spec: replace(spec, nullable=True)),
    "another kind": ("建成", lambda spec: replace(spec, kind=k.Text())),
}
ALIKE: dict[str, tuple[str, Callable[[FactSpec], FactSpec]]] = {
    "the same": ("件数", replace),
    "another question": ("件数", lambda spec: replace(spec, question="几件？")),
    "other units": ("件数", lambda spec: replace(spec, subjects=("村",))),
}


def with_fact(plan: Plan, name: str, change: Callable[[FactSpec], FactSpec]) -> Plan:
    return replace(plan, facts={**plan.facts, name: change(plan.facts[name])})


def plans_of(rules: dict[str, Compiled], name: str, change: Callable[[FactSpec], FactSpec]) -> dict[str, Plan]:
    return {"": rules[""].plan, "990001": with_fact(rules["990001"].plan, name, change)}


@pytest.mark.parametrize("case", APART)
def test_they_are_not_run_in_columns_together(case: str, rules: dict[str, Compiled], tmp_path: Path) -> None:
    name, change = APART[case]
    plans = plans_of(rules, name, change)
    apart = beyond_columns(plans.values(), rules[""].schema)
    assert apart is not None
    assert apart.args == (("name", name),)
    given = {code: replace(rules[code], plan=plan) for code, plan in plans.items()}
    with pytest.raises(Stopped) as stopped:
        ran(given, write(tmp_path / "in"), tmp_path / "out")
    (found,) = stopped.value.findings
    assert (found.code, len(found.related)) == ("FR836", 1)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("case", ALIKE)
def test_what_columns_do_not_look_at_may_differ(case: str, rules: dict[str, Compiled]) -> None:
    assert beyond_columns(plans_of(rules, *ALIKE[case]).values(), rules[""].schema) is None


@pytest.mark.parametrize(("engine", "said"), [("auto", ""), ("columnar", "FR836")])
def test_a_run_falls_back_to_the_interpreter_unless_columns_were_asked_for(
    engine: str, said: str, rules: dict[str, Compiled], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wide, "is_wide", lambda _paths: True)
    plans = plans_of(rules, *APART["fewer values"])
    opened: Any = SimpleNamespace(compiled={code: SimpleNamespace(plan=plan) for code, plan in plans.items()}, schema=job(rules, {}).schema)
    wanted = Wanted(tuple(write(tmp_path).values()), "", None, (), (), engine, "", "", as_json=False)
    if not said:
        assert not stays_wide(opened, wanted)
        return
    with pytest.raises(Stopped) as stopped:
        stays_wide(opened, wanted)
    assert [item.code for item in stopped.value.findings] == [said]


@pytest.mark.parametrize(("beyond", "said"), [(-1, None), (0, None), (1, "FR833")])
def test_numbers_no_column_holds_are_for_the_interpreter(beyond: int, said: str | None, rules: dict[str, Compiled]) -> None:
    """An amount of 2⁶² cents; it once ended as our bug."""
    schema = rules[""].schema
    far = FactSpec("远", k.Money("元"), ("村",), Fraction(0), Fraction(2**62 + beyond, 100))
    found = beyond_columns([rules[""].plan], replace(schema, facts=(*schema.facts, far)))
    assert (found.code if found is not None else None) == said
