"""Named values (中间值) in terms, gates, vetoes, grades and a county's lines; they drop out with the block they stand in."""

from __future__ import annotations

from fractions import Fraction

import pytest

from flagrules.engine.values import Num, number
from flagrules.text.findings import Findings, Stopped
from tests.rulekit import HEAD, NA, Given, compiled, one_indicator, run

FACTS = "事实 户：户数 0户~9户\n事实 应：户数 0户~9户 可不适用"


@pytest.mark.parametrize(
    ("given", "points", "outcome"),
    [
        ({"户": 1, "应": 9}, 20, "not_entered"),  # 半 0.5 < 1
        ({"户": 2, "应": 9}, 20, "granted"),
        ({"户": 6, "应": 9}, 20, "granted"),
        ({"户": 7, "应": 9}, 20, "refused"),  # 半 3.5 > 3
    ],
)
def test_a_value_of_a_title_stands_in_its_gates_and_vetoes(given: Given, points: int, outcome: str) -> None:
    extra = "中间值 半 = 户 ÷ 2\n参评 半 1户以上\n一票否决 当 半 超过3户，则 本称号不授"
    ran = run(compiled(one_indicator(FACTS, "当 户 0户以上，得20分", extra=extra)), given)
    assert (ran.points(), ran.outcome()) == (number(points), frozenset({outcome}))


RATE = "中间值 率 = 户 ÷ 应\n按公式 较小值（率，100%） × 20分，精确\n不适用 当 应 = 0户，则 得7分"


@pytest.mark.parametrize(
    ("given", "points"),
    [
        ({"户": 3, "应": 4}, number(15)),
        ({"户": 3, "应": 0}, number(7)),  # nothing is divided where it does not apply
        ({"户": 3, "应": NA}, number(7)),
        ({"户": 3}, Num(Fraction(20, 3), Fraction(20))),  # 3 of 1 to 9, or 7
        ({"应": 2}, Num(Fraction(0), Fraction(20))),
    ],
)
def test_a_value_drops_out_with_its_indicator(given: Given, points: Num) -> None:
    assert run(compiled(one_indicator(FACTS, RATE)), given).points("1") == points


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("中间值 率 = 应 ÷ 9户\n按公式 率 × 20分，精确", "FR229"),  # may not apply, and nothing says what then
        ("中间值 率 = 户 ÷ 应\n按公式 较小值（率，100%） × 20分，精确\n不适用 则 得7分", "FR311"),
        ("中间值 半 = 户 ÷ 2\n当 办 1户以上，得20分", "FR202"),
        ("中间值 户 = 户 ÷ 2\n当 户 1户以上，得20分", "FR201"),
    ],
)
def test_a_wrong_value_is_told(body: str, code: str) -> None:
    findings = Findings()
    with pytest.raises(Stopped):
        compiled(one_indicator(FACTS, body), findings=findings)
    assert {item.code for item in findings if item.is_error} == {code}


CITY = (
    HEAD
    + """\
事实 户：户数 0户~9户
事实 应：户数 1户~9户
称号 牌 适用 村：40分
  授权 各县 量化、从严 〔例文 4〕
  授予 得分 20分以上
  中间值 率 = 较小值（户 ÷ 应，100%） 〔例文 1〕
  指标 1 评价：20分
    评议 0分~20分 由 县里
  指标 2 进度：20分
    每1个百分点 率 低于 90% 扣1分，不足一步按比例，扣完为止
"""
)
COUNTY = "县 甲县 990001 落实 例 版本 “1”\n"


@pytest.mark.parametrize(("given", "points"), [({"户": 4, "应": 5}, 16 + 10), ({"户": 5, "应": 5}, 20 + 20)])
def test_a_county_uses_the_citys_value_and_its_own(given: Given, points: int) -> None:
    # 量化: 率 80% of 20 points; 进度: 10 points below 90%.
    county = COUNTY + "  量化 1 评价 依 例文 4\n    中间值 份 = 率 × 20分\n    按公式 份，精确\n"
    assert run(compiled(CITY, county=county), given).points() == number(points)


@pytest.mark.parametrize("points", [1, 2, 3])
def test_a_stricter_line_over_the_citys_value_is_proved(points: int) -> None:
    county = COUNTY + f"  从严 2 进度 依 例文 4\n    每1个百分点 率 低于 90% 扣{points}分，不足一步按比例，扣完为止\n"
    findings = Findings()
    compiled(CITY, county=county, findings=findings)
    assert [item.code for item in findings if item.is_error] == []


def test_a_laxer_line_over_the_citys_value_is_refused() -> None:
    county = COUNTY + "  从严 2 进度 依 例文 4\n    每2个百分点 率 低于 90% 扣1分，不足一步按比例，扣完为止\n"
    findings = Findings()
    with pytest.raises(Stopped):
        compiled(CITY, county=county, findings=findings)
    assert [item.code for item in findings if item.is_error] == ["FR430"]
