"""Tiers and money: who reaches what, the higher instead of the lower, both together, an amount nobody has set."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from flagrules.engine.values import Num
from tests.award.make import HEAD, Made, facts, register, run

TWO = """\
事实 好评数：次数 0次~100次
事实 明厨：是否
星级 好评 适用 店：100分 〔办法 1〕
  授星 得分 80分以上 〔办法 2〕
  指标 1 好评：100分 〔办法 3〕
    按比例 好评数 ÷ 100次，精确 〔办法 3〕
星级 厨房 适用 店：10分 〔办法 1〕
  授星 得分 10分以上 〔办法 2〕
  指标 2 厨房：10分 〔办法 4〕
    当 明厨，得10分，否则 得0分 〔办法 4〕
"""
TIERS = """\
等次 一星 适用 店 当 星数 1颗以上 〔办法 5〕
  补贴 镇级 1万元 〔办法 5〕
等次 二星 适用 店 当 星数 2颗以上 〔办法 5〕
  与 一星 {overlap} 〔办法 5〕
  补贴 镇级 3万元 〔办法 5〕
  补贴 市级 5000元 〔办法 5〕
"""
NONE, ONE, BOTH, OPEN = "0,否", "80,否", "80,是", "80,"


def paid(folder: Path, tiers: str, said: str) -> Made:
    files = {"登记.csv": register(["1,店一,A"]), "事实.csv": facts([f"1,{said}"])}
    return run(folder, HEAD + TWO + tiers, files)


def exact(low: int, high: int | None = None) -> Num:
    return Num(Fraction(low), Fraction(low if high is None else high))


@pytest.mark.parametrize(
    ("overlap", "said", "town", "city"),
    [
        ("就高不重复", NONE, exact(0), exact(0)),
        ("就高不重复", ONE, exact(10_000), exact(0)),
        ("就高不重复", BOTH, exact(30_000), exact(5_000)),
        ("就高不重复", OPEN, exact(10_000, 30_000), exact(0, 5_000)),
        ("可叠加", ONE, exact(10_000), exact(0)),
        ("可叠加", BOTH, exact(40_000), exact(5_000)),
        ("可叠加", OPEN, exact(10_000, 40_000), exact(0, 5_000)),
    ],
)
def test_what_two_tiers_pay(tmp_path: Path, overlap: str, said: str, town: Num, city: Num) -> None:
    item = paid(tmp_path, TIERS.format(overlap=overlap), said).assessment.units[0]
    low, high = item.money("镇级"), item.money("市级")
    # With 就高不重复 an open second star leaves 0~1 and 0~3 万 as separate decisions; their sum covers the truth.
    assert low.low <= town.low <= town.high <= low.high
    if said != OPEN:
        assert low == town
    assert high == city


@pytest.mark.parametrize(("reviews", "outcome"), [("79", "refused"), ("80", "granted"), ("81", "granted")])
def test_the_mark_that_grants(tmp_path: Path, reviews: str, outcome: str) -> None:
    item = paid(tmp_path, TIERS.format(overlap="可叠加"), f"{reviews},否").assessment.units[0]
    assert [title.outcome for title in item.titles] == [outcome, "refused"]
    assert [tier.reached for tier in item.tiers] == ["reached" if outcome == "granted" else "not_reached", "not_reached"]


def test_an_unset_parameter_makes_an_interval_and_is_listed(tmp_path: Path) -> None:
    rules = (
        "参数 奖金：金额（万元） 〔办法 7〕\n  授权 各县 设定 1万元~3万元 〔办法 7〕\n"
        "等次 一星 适用 店 当 星数 1颗以上 〔办法 5〕\n  补贴 镇级 奖金 〔办法 7〕\n"
    )
    made = paid(tmp_path, rules, ONE)
    assert made.assessment.units[0].money("镇级") == exact(10_000, 30_000)
    basis = made.results().table("basis").only("name", "text", "line")
    assert basis.rows == (("奖金", "1~3万元", "stars/a.rules:17"),)


def test_a_dated_parameter_pays_what_the_year_says(tmp_path: Path) -> None:
    rules = (
        "参数 奖金：金额（万元） 〔办法 7〕\n  2020年起 1万元 〔办法 7〕\n  2022年起 2万元 〔办法 7〕\n"
        "等次 一星 适用 店 当 星数 1颗以上 〔办法 5〕\n  补贴 镇级 奖金 〔办法 7〕\n"
    )
    assert paid(tmp_path, rules, ONE).assessment.units[0].money("镇级") == exact(10_000)


def test_payers_in_all(tmp_path: Path) -> None:
    files = {
        "登记.csv": register(["1,店一,A", "2,店二,A", "3,店三,B"]),
        "事实.csv": facts([f"1,{ONE}", f"2,{BOTH}", f"3,{NONE}"]),
    }
    made = run(tmp_path, HEAD + TWO + TIERS.format(overlap="就高不重复"), files)
    rows = made.results(lang="en").table("money").rows
    said = [tuple(str(getattr(cell, "key", cell)) for cell in row) for row in rows]
    everywhere = [row[2:] for row in said if row[:2] == ("None", "all_units")]
    assert [row[1:] for row in said if row[:2] != ("None", "all_units")] == [("东镇", *row) for row in everywhere]
    assert everywhere == [
        ("镇级", "一星", "1", "1", "10000", "10000"),  # the second shop's first star pays nothing beside its second
        ("镇级", "二星", "1", "1", "30000", "30000"),
        ("镇级", "total", "2", "2", "40000", "40000"),
        ("市级", "二星", "1", "1", "5000", "5000"),
        ("市级", "total", "1", "1", "5000", "5000"),
    ]


def test_a_tier_that_replaces_another_for_some_kinds_of_unit_only() -> None:
    """村 may reach both tiers and are paid the higher; 社区 have only the lower one, and are paid that."""
    from tests.rulekit import compiled, run

    rules = compiled(
        "方案 例 版本 “1”\n  称谓 “牌子” “块”\n  施行 2021年1月1日 至 2021年12月31日\n文件 例文 《例文》\n创建单元 村、社区\n上级单元 县\n"
        "事实 好：是否\n称号 好牌 适用 村、社区：10分\n  授予 得分 10分以上\n  指标 1 好：10分\n    当 好，得10分，否则 得0分\n"
        "等次 一等 适用 村、社区 当 称号数 1块以上\n  补贴 市级 1万元\n"
        "等次 二等 适用 村 当 称号数 1块以上\n  与 一等 就高不重复\n  补贴 市级 3万元\n"
    )
    assert run(rules, {"好": True}, "村").value("村/市级/payment") == exact(30_000)
    assert run(rules, {"好": True}, "社区").value("社区/市级/payment") == exact(10_000)
    assert run(rules, {"好": False}, "社区").value("社区/市级/payment") == exact(0)
