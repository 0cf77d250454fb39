"""A short, seeded run of what benchmarks/soak.py runs at length: the laws of programmes and units, and the prover against brute force."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from random import Random

import pytest

from flagrules.engine import arithmetic
from flagrules.engine.values import Num
from flagrules.refine.proof import Verdict
from tests.properties.generate import Made, make
from tests.properties.laws import Counted, of_a_unit, same_when_written_again
from tests.properties.pairs import pair

SEEDS = [f"short/{index}" for index in range(24)]
FORMS = (
    "分档", "矩阵", "取最高", "取最低", "免检", "中间值", "一票否决", "前提", "等级", "达到项数", "若（", "字数", "合计", "平均", "个数",
    "上年", "逐次翻倍", "第二次起加倍", "按公式", "按比例", "每缺1项", "其中", "折算", "限扣", "加分项", "扣分项", "标 以上",
)  # fmt: skip


@pytest.fixture(scope="module")
def programmes() -> list[Made]:
    return [made for seed in SEEDS if (made := make(seed)) is not None]


def test_the_generator_writes_every_form(programmes: list[Made]) -> None:
    text = "\n".join(made.text for made in programmes)
    assert [form for form in FORMS if form not in text] == []
    assert sum(len(made.items) for made in programmes) >= 150


def test_written_again_in_either_language_it_is_the_same_plan(programmes: list[Made]) -> None:
    assert [problem for made in programmes for problem in same_when_written_again(made)] == []


def broken(programmes: list[Made], units: int) -> tuple[list[str], Counted]:
    counted = Counted()
    found = [
        problem
        for seed, made in enumerate(programmes)
        for source in [Random(seed)]
        for _ in range(units)
        for problem in of_a_unit(made, source, counted)
    ]
    return found, counted


def test_every_law_of_units(programmes: list[Made]) -> None:
    found, counted = broken(programmes, 12)
    assert found == []
    assert counted.pairs >= 1800
    assert counted.tight >= 50
    assert counted.monotone >= 50


def test_the_laws_notice_an_unsound_interval(programmes: list[Made], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arithmetic, "product", lambda left, right: Num(left.low * right.low, left.low * right.low))
    assert any(problem.startswith("interval") for problem in broken(programmes[:6], 6)[0])


def test_the_laws_notice_a_wide_interval(programmes: list[Made], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flagrules.engine.reference.can_split", lambda _whole: False)
    monkeypatch.setattr("tests.properties.laws.OFTEN", 1.0)
    assert any(problem.startswith("tight") for problem in broken(programmes[:6], 2)[0])


def test_the_laws_notice_a_wrong_direction(programmes: list[Made], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arithmetic, "doubling", lambda times: -times)
    turned = [made for made in programmes if "逐次翻倍" in made.text]
    assert any(problem.startswith(("direction", "range")) for problem in broken(turned, 8)[0])


def test_the_prover_agrees_with_brute_force() -> None:
    answers: Counter[str] = Counter()
    for index in range(500):
        found = pair(f"short/{index}")
        assert found.violations == (), index
        answers[found.answer] += 1
    assert answers["proved"] >= 60
    assert answers["counterexample"] >= 60
    assert answers["not_decided"] <= 10


@pytest.mark.parametrize("verdict", [Verdict("proved"), Verdict("counterexample", (), Fraction(20), Fraction(0))])
def test_a_prover_that_is_wrong_is_found_out(verdict: Verdict, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.properties.pairs.never_above", lambda *_: verdict)
    assert any(pair(f"short/{index}").violations for index in range(20))
