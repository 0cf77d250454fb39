"""Parameters dated by year: the value in force on the first and last day of each, and unset in between and outside."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from flagrules.engine.values import Num, number
from flagrules.pipeline import open_programme
from flagrules.text.findings import Findings
from flagrules.text.render import render_all
from tests.rulekit import compiled, one_indicator, percent, programme_pack, run

TEXT = one_indicator(
    "事实 率：比例\n参数 线：比例\n  2018年 30%\n  2020年 60%\n  2021年起 80%\n  2023年起 90%", "按比例 率 × 线，精确", pass_mark=1
).replace("  施行 2021年1月1日 至 2021年12月31日\n", "")


@pytest.mark.parametrize(
    ("day", "line"),
    [
        (date(2017, 12, 31), None), (date(2018, 1, 1), 30), (date(2018, 12, 31), 30), (date(2019, 1, 1), None),
        (date(2019, 12, 31), None), (date(2020, 1, 1), 60), (date(2020, 12, 31), 60), (date(2021, 1, 1), 80),
        (date(2022, 12, 31), 80), (date(2023, 1, 1), 90), (date(2099, 1, 1), 90),
    ],
)  # fmt: skip
def test_the_value_in_force(day: date, line: int | None) -> None:
    findings = Findings()
    rules = compiled(TEXT, on=day, findings=findings)
    points = run(rules, {"率": percent("50")}).points()
    if line is None:  # half of anything from 0% to 100% of 20 points
        assert points == Num(Fraction(0), Fraction(10))
        assert sorted(item.code for item in findings) == ["FR315", "FR324"]
    else:
        assert points == number(Fraction(line, 10))  # 50% × line × 20 points
        assert [item.code for item in findings] == ["FR324"]  # 2019 has no value, whatever the day


@pytest.mark.parametrize(("day", "told"), [(None, "参数“线”没有值"), (date(2019, 1, 1), "参数“线”在2019-01-01没有值")])
def test_an_unset_parameter_is_told_with_the_day_where_there_is_one(day: date | None, told: str) -> None:
    findings = Findings()
    open_programme(programme_pack(TEXT), findings).compile(None, day, findings)
    (found,) = (item for item in findings if item.code == "FR315")
    assert told in render_all([found], "zh")
    assert "0001" not in render_all([found], "en")
