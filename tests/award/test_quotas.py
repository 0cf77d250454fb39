"""Quotas judge places: boundaries one below, on and one above the edge, places chosen, units unknown, places without units."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from flagrules.award.quotas import check_places, quotas
from flagrules.engine.values import Num
from flagrules.text.findings import Findings
from tests.award.make import BODY, HEAD, TIER, Made, compile_rules, register, run, shops


def judged(folder: Path, quota: str, a: str, b: str = "") -> Made:
    return run(folder, f"{HEAD}{BODY}{TIER}名额 店 一星 {quota} 〔办法 6〕\n", shops(a, b))


@pytest.mark.parametrize(
    ("quota", "kinds", "status", "needed"),
    [
        ("占比 20%以上", "ynnnnn", "missed", 2),  # 1 of 6 is less than 20%; 6 × 20% = 1.2, so 2
        ("占比 20%以上", "ynnnn", "met", 1),  # 1 of 5 is exactly 20%
        ("占比 20%以上", "yynnn", "met", 1),
        ("占比 20%以上", "yynnnnnnnnn", "missed", 3),  # 11 × 20% = 2.2
        ("占比 20%以上", "yyynnnnnnnn", "met", 3),
        ("占比 超过20%", "ynnnn", "missed", 2),  # exactly 20% is not more than 20%
        ("占比 超过20%", "yynnn", "met", 2),
        ("占比 40%以下", "yynnn", "met", None),  # a ceiling needs no one
        ("占比 40%以下", "yyynn", "missed", None),
        ("占比 不满40%", "ynnnn", "met", None),
        ("占比 不满40%", "yynnn", "missed", None),
        ("占比 20%以上 40%以下", "nnnnn", "missed", 1),
        ("占比 20%以上 40%以下", "ynnnn", "met", 1),
        ("占比 20%以上 40%以下", "yynnn", "met", 1),
        ("占比 20%以上 40%以下", "yyynn", "missed", 1),
        ("2个~3个", "ynnn", "missed", 2),
        ("2个~3个", "yynn", "met", 2),
        ("2个~3个", "yyyn", "met", 2),
        ("2个~3个", "yyyy", "missed", 2),
        ("2个以上", "ynnn", "missed", 2),
        ("2个以上", "yynn", "met", 2),
    ],
)
def test_boundaries(tmp_path: Path, quota: str, kinds: str, status: str, needed: int | None) -> None:
    found = judged(tmp_path, quota, kinds).quota()
    assert (found.status, found.needed, found.total) == (status, needed, len(kinds))


def test_a_share_is_exact(tmp_path: Path) -> None:
    found = judged(tmp_path, "占比 33.34%以上", "ynn").quota()
    assert found.share == Num(Fraction(1, 3), Fraction(1, 3))
    assert found.status == "missed"  # 1/3 is less than 33.34%, though it rounds to 33.33%


@pytest.mark.parametrize(
    ("kinds", "status", "low", "high"),
    [
        ("?nnnn", "undetermined", 0, 1),  # 0 of 5 misses, 1 of 5 meets
        ("y?nnn", "met", 1, 2),  # met whatever becomes of the unknown
        ("?nnnnn", "missed", 0, 1),  # 1 of 6 would still miss
        ("?????", "undetermined", 0, 5),
    ],
)
def test_unknown_facts_leave_a_quota_open_only_where_they_matter(
    tmp_path: Path, kinds: str, status: str, low: int, high: int
) -> None:
    found = judged(tmp_path, "占比 20%以上", kinds).quota()
    assert (found.status, found.reached) == (status, Num(Fraction(low), Fraction(high)))


def test_a_ceiling_with_unknown_facts_is_open(tmp_path: Path) -> None:
    assert judged(tmp_path, "占比 20%以下", "y?nnn").quota().status == "undetermined"


def test_each_place_is_judged_by_its_own_units(tmp_path: Path) -> None:
    made = judged(tmp_path, "每个 街 占比 50%以上", "yn", "ynn")
    assert [(item.place.name, item.status, item.total) for item in made.quotas if item.place is not None] == [
        ("甲街", "met", 2),
        ("乙街", "missed", 3),
    ]


def test_a_place_above_the_holder_counts_all_below_it(tmp_path: Path) -> None:
    found = judged(tmp_path, "每个 镇 占比 40%以上", "yn", "ynn").quota("东镇")
    assert (found.total, found.reached, found.status) == (5, Num(Fraction(2), Fraction(2)), "met")


@pytest.mark.parametrize(("kinds", "status"), [("y", "missed"), ("yy", "met"), ("yyy", "met")])
@pytest.mark.parametrize("setter", ["T", "A"])
def test_a_place_is_judged_by_what_it_or_the_nearest_place_above_it_has_set(
    tmp_path: Path, setter: str, kinds: str, status: str
) -> None:
    rules = f"{HEAD}{BODY}{TIER}参数 应有：数量（个）{{}} 〔办法 6〕\n名额 店 一星 每个 街 应有 以上 〔办法 6〕\n"
    made = run(tmp_path, rules.format(""), shops(kinds, "yy"))
    assert [item.status for item in made.quotas] == ["undetermined", "undetermined"]
    plans = {**made.assessment.plans, setter: compile_rules(rules.format(" = 2个")).plan}
    found = quotas(replace(made.assessment, plans=plans))
    assert [item.status for item in found] == [status, "met" if setter == "T" else "undetermined"]


def test_a_place_without_units_is_undetermined_and_has_no_share(tmp_path: Path) -> None:
    found = judged(tmp_path, "每个 街 占比 20%以上", "y").quota("乙街")
    assert (found.status, found.share, found.total, found.needed) == ("undetermined", None, 0, None)


@pytest.mark.parametrize(
    ("where", "places"), [("限 甲街", ["甲街"]), ("限 乙街、甲街", ["甲街", "乙街"]), ("除 甲街", ["乙街"]), ("", ["甲街", "乙街"])]
)
def test_only_and_except_choose_places_in_register_order(tmp_path: Path, where: str, places: list[str]) -> None:
    made = judged(tmp_path, f"每个 街 占比 20%以上 {where}", "y", "n")
    assert [item.place.name for item in made.quotas if item.place is not None] == places


@pytest.mark.parametrize(("where", "named"), [("限 甲接", ["甲接"]), ("除 东镇", ["东镇"]), ("限 A、乙街", []), ("", [])])
def test_a_place_the_register_does_not_have_is_said(tmp_path: Path, where: str, named: list[str]) -> None:
    findings = Findings()
    check_places(judged(tmp_path, f"每个 街 占比 20%以上 {where}", "y", "n").assessment, findings)
    assert [(item.code, dict(item.args)["name"], str(item.place)) for item in findings] == [
        ("FR809", name, "stars/a.rules:16:1") for name in named
    ]


def test_a_place_that_is_gone_and_empty_is_not_judged(tmp_path: Path) -> None:
    files = shops("y")
    files["登记.csv"] = files["登记.csv"].replace("B,乙街,街,T,,,", "B,乙街,街,T,,2020-12-31,")
    made = run(tmp_path, f"{HEAD}{BODY}{TIER}名额 店 一星 每个 街 占比 20%以上 〔办法 6〕\n", files)
    assert [item.place.name for item in made.quotas if item.place is not None] == ["甲街"]


def test_a_unit_without_a_place_of_that_kind_counts_nowhere(tmp_path: Path) -> None:
    files = shops("y", "n")
    files["登记.csv"] = register(["A0,店A0,A", "B0,店B0,T"])
    made = run(tmp_path, f"{HEAD}{BODY}{TIER}名额 店 一星 每个 街 占比 20%以上 〔办法 6〕\n", files)
    assert [(item.place.name, item.total) for item in made.quotas if item.place is not None] == [("甲街", 1), ("乙街", 0)]


def test_units_that_no_longer_exist_do_not_count(tmp_path: Path) -> None:
    files = shops("yn")
    files["登记.csv"] = files["登记.csv"].replace("A1,店A1,店,A,,,", "A1,店A1,店,A,,2021-11-30,A0")
    made = run(tmp_path, f"{HEAD}{BODY}{TIER}名额 店 一星 占比 100%以上 〔办法 6〕\n", files)
    assert (made.quota().total, made.quota().status) == (1, "met")
    assert [(unit.name, reason) for unit, reason in made.assessment.left_out] == [("店A1", "merged")]
