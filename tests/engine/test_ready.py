"""A compiled plan is kept between runs, never for another plan or another engine, and says of every unit what one made anew says."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import fields, replace
from fractions import Fraction
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flagrules.engine.agree import agreement
from flagrules.engine.columnar import ready as module
from flagrules.engine.columnar.indexes import MOST
from flagrules.engine.columnar.prepare import compile_plan
from flagrules.engine.columnar.ready import Ready, ready, text_of
from flagrules.engine.columnar.run import Compiled
from flagrules.engine.world import unknown_history
from flagrules.kept import code_of
from flagrules.plan.nodes import Plan
from tests.rulekit import compiled, facts_of, one_indicator

FACTS = "事实 次：次数 0次~12次\n事实 改：户数 0户~300户\n事实 户：户数 1户~400户"
BODY = "每1次 次 扣1分，扣完为止\n按比例 改 ÷ 户，保留1位 四舍五入，封顶 20分"
RULES = compiled(one_indicator(FACTS, BODY))
PLAN = RULES.plan


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "flagrules"


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Plan]:
    """The plans that were compiled."""
    seen: list[Plan] = []

    def noted(plan: Plan, *rest: Any) -> Compiled:
        seen.append(plan)
        return compile_plan(plan, *rest)

    monkeypatch.setattr(module, "compile_plan", noted)
    return seen


def trace(one: Ready) -> tuple[list[Any], list[Any], list[str]]:
    """The trace of a few units, its open results, and where the interpreter says other."""
    told = [dict(zip(("次", "改", "户"), some, strict=True)) for some in product((0, 5, 12, None), (0, None), (1, 400))]
    units = {f"u{number}": (facts_of(RULES, values), unknown_history) for number, values in enumerate(told)}
    result = one.compiled.run(one.compiled.frame(units), units.__getitem__)
    lines, opened = one.lean.of(result)
    return lines.rows(), opened.rows(), [str(found) for found in agreement(one.compiled, result, units)]


@pytest.mark.usefixtures("home")
def test_a_plan_is_compiled_once(made: list[Plan]) -> None:
    first, second = ready(PLAN, "村", MOST), ready(PLAN, "村", MOST)
    assert len(made) == 1
    assert trace(second) == trace(first)
    assert trace(second)[2] == []
    assert second.compiled.tables is not None


@pytest.mark.usefixtures("home")
def test_what_is_kept_is_put_beside_the_plan_at_hand(made: list[Plan]) -> None:
    """Equal plans of two folders have lines of their own: a trace tells those of the plan that is run."""
    ready(PLAN, "村", MOST)
    other = replace(PLAN)
    found = ready(other, "村", MOST).compiled
    assert len(made) == 1
    assert found.plan is other
    assert found.lanes.plan is other
    assert found.shared.lanes is found.lanes


CHANGED: dict[str, Callable[[Plan], Plan]] = {
    "facts": lambda plan: replace(plan, facts={**plan.facts, "次": replace(plan.facts["次"], high=Fraction(11))}),
    "decisions": lambda plan: replace(plan, decisions=plan.decisions[::-1]),
    "stages": lambda plan: replace(plan, stages={plan.decisions[0].slot: 1}),
    "on": lambda plan: replace(plan, on=plan.on.replace(day=plan.on.day % 28 + 1)),
    "titles": lambda plan: replace(plan, titles=()),
    "tiers": lambda plan: replace(plan, tiers=(*plan.tiers, PLAN.titles[0])),  # type: ignore[arg-type]  # any other value
    "payments": lambda plan: replace(plan, payments=(*plan.payments, PLAN.titles[0])),  # type: ignore[arg-type]  # any other value
    "parameters": lambda plan: replace(plan, parameters={**plan.parameters, "某": None}),  # type: ignore[dict-item]  # any other value
    "measures": lambda plan: replace(plan, measures={"某": ("村",)}),
}


@pytest.mark.parametrize("name", CHANGED)
def test_another_plan_is_another(name: str) -> None:
    assert text_of(CHANGED[name](PLAN)) != text_of(PLAN)


def test_every_part_of_a_plan_but_its_rules_counts() -> None:
    assert {one.name for one in fields(Plan)} == {*CHANGED, "rules"}


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("other", [(CHANGED["facts"](PLAN), "村", MOST, ()), (PLAN, "村", MOST - 1, ()),
                                   (PLAN, "村", MOST, ("甲(村)/1/score",)), (PLAN, "社区", MOST, ())])  # fmt: skip
def test_what_is_kept_is_for_one_plan_kind_and_size_of_table(other: tuple[Plan, str, int, tuple[str, ...]], made: list[Plan]) -> None:
    ready(PLAN, "村", MOST)
    ready(*other)
    assert len(made) == 2


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("what", ["_code", "version"])
def test_another_engine_compiles_anew(what: str, made: list[Plan], monkeypatch: pytest.MonkeyPatch) -> None:
    ready(PLAN, "村", MOST)
    if what == "_code":
        monkeypatch.setattr(module, "_code", lambda: "another")
    else:
        monkeypatch.setattr(pl, "__version__", "0")
    ready(PLAN, "村", MOST)
    assert len(made) == 2


def sealed(content: bytes) -> bytes:
    return sha256(content).digest() + content


@pytest.mark.parametrize("content", [b"", b"not a pickle", *map(sealed, (b"", b"not a pickle", b"\x80\x04N.", b"\x80\x04\x8c\x05otherQ."))])
def test_what_cannot_be_made_out_is_compiled_anew(content: bytes, home: Path, made: list[Plan]) -> None:
    want = trace(ready(PLAN, "村", MOST))
    (file,) = home.glob("*.plan")
    file.write_bytes(content)
    assert trace(ready(PLAN, "村", MOST)) == want
    assert len(made) == 2


def test_what_was_damaged_is_compiled_anew(home: Path, made: list[Plan]) -> None:
    """A disk that lost a block leaves a plan that can be read, and decides wrongly."""
    want = trace(ready(PLAN, "村", MOST))
    (file,) = home.glob("*.plan")
    whole = file.read_bytes()
    for at in range(0, len(whole), len(whole) // 40):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        ready(PLAN, "村", MOST)
        assert file.read_bytes()[: len(whole)][:32] == sha256(file.read_bytes()[32:]).digest()
    assert len(made) == 1 + len(range(0, len(whole), len(whole) // 40))
    assert trace(ready(PLAN, "村", MOST)) == want


def test_nothing_is_kept_where_the_code_cannot_be_told(home: Path, made: list[Plan], monkeypatch: pytest.MonkeyPatch) -> None:
    """The package may lie in an archive, where a next version would find the plans of this one."""
    monkeypatch.setattr(module, "_code", lambda: code_of([home / "flagrules.zip" / "flagrules"]))
    ready(PLAN, "村", MOST)
    ready(PLAN, "村", MOST)
    assert len(made) == 2
    assert not home.exists() or not list(home.glob("*.plan"))


def test_without_tables_nothing_is_kept(home: Path, made: list[Plan]) -> None:
    ready(PLAN, "村", 0)
    ready(PLAN, "村", 0)
    assert len(made) == 2
    assert not list(home.glob("*.plan"))


def test_those_used_last_are_kept(home: Path, made: list[Plan], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MANY", 2)
    for most in (300, 301):
        ready(PLAN, "村", most)
        (newest,) = set(home.glob("*.plan")) - {path for path in home.glob("*.plan") if path.stat().st_mtime_ns < 10**15}
        os.utime(newest, ns=(most, most))
    ready(PLAN, "村", 300)
    ready(PLAN, "村", 302)
    assert len(list(home.glob("*.plan"))) == 2
    ready(PLAN, "村", 300)
    assert len(made) == 3


def test_what_killed_processes_began_to_keep_is_swept(home: Path) -> None:
    home.mkdir(mode=0o700)
    old, new = home / ".a.plan.1", home / ".a.plan.2"
    for path in (old, new):
        path.write_bytes(b"")
    os.utime(old, (0, 0))
    ready(PLAN, "村", MOST)
    assert not old.exists()
    assert new.exists()
