"""What exact search leaves open: the solver's proofs, its counterexamples as the interpreter confirms them, and doing without it."""

from __future__ import annotations

import pytest

from flagrules.text.findings import Findings, Stopped
from tests.refine.test_lawful import COUNTY, statuses
from tests.rulekit import compiled, indented, one_indicator

EVENTS = "事实 会：记录（起） 0起~90起\n  字段 级：选项（重、中、轻）\n  字段 数：人数 0人~50人"
HOUSES = "事实 应：户数 1户~900户\n事实 改：户数 0户~900户"


def judged(facts: str, city: str, county: str) -> tuple[str, dict[str, str]]:
    """The status of a 从严, or the code and words of what refuses it."""
    text = one_indicator(facts, f"授权 各县 从严 〔例文 1〕\n{city}")
    findings = Findings()
    try:
        rules = compiled(text, county=f"{COUNTY}  从严 1 项 依 例文 1\n{indented(county, 4)}\n", findings=findings)
    except Stopped:
        (found,) = findings.errors
        return found.code, dict(found.args)
    return statuses(rules)[0][1], {}


@pytest.mark.parametrize(
    ("facts", "city", "county", "answer"),
    [
        # a wider condition on the rows takes off at least as much
        (EVENTS, "每1起 会 其中 级 = 重 扣2分，扣完为止", "每1起 会 其中 级 ≠ 轻 扣2分，扣完为止", "proved"),
        (EVENTS, "每1起 会 其中 级 = 重 扣2分，扣完为止", "每1起 会 扣2分，扣完为止", "proved"),
        (EVENTS, "每1起 会 其中 数 9人以上 扣2分，扣完为止", "每1起 会 其中 数 8人以上 扣2分，扣完为止", "proved"),
        (EVENTS, "每1起 会 其中 数 8人以上 扣2分，扣完为止", "每1起 会 其中 数 9人以上 扣2分，扣完为止", "FR430"),
        (EVENTS, "当 合计（会，数） 9人以上，得20分，否则 得0分", "当 合计（会，数） 8人以上，得20分，否则 得0分", "FR430"),
        # a ratio of two facts over 810 000 pairs of values
        (HOUSES, "按比例 改 ÷ 应，精确", "按比例 改 ÷ （应 + 1户），精确", "proved"),
        (HOUSES, "按比例 改 ÷ 应，精确", "按比例 （改 + 1户） ÷ （应 + 1户），精确", "FR430"),  # 1 of 3 beats 0 of 2
        ("事实 话：文本", "当 字数（话） 10字以下，得20分，否则 得1分", "当 字数（话） 9字以下，得20分，否则 得1分", "proved"),
        ("事实 话：文本", "当 字数（话） 10字以下，得20分，否则 得1分", "当 字数（话） 11字以下，得20分，否则 得1分", "FR430"),
    ],
)  # fmt: skip
def test_more_than_exact_search_can_say(facts: str, city: str, county: str, answer: str) -> None:
    assert judged(facts, city, county)[0] == answer


def test_a_counterexample_names_the_rows() -> None:
    code, args = judged(EVENTS, "每1起 会 其中 数 8人以上 扣2分，不设下限", "每1起 会 其中 数 9人以上 扣2分，不设下限")
    assert code == "FR430"
    assert args["facts"].startswith("会 = 1条（")
    assert "数 8" in args["facts"]
    assert (args["county"], args["city"]) == ("20", "18")


def test_without_the_solver_it_is_not_decided_and_the_finding_names_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("flagrules.refine.solve.installed", "flagrules.refine.merge.installed"):
        monkeypatch.setattr(name, lambda: False)
    code, args = judged(HOUSES, "按比例 改 ÷ 应，精确", "按比例 改 ÷ （应 + 1户），精确")
    assert code == "FR431"
    assert "pip install 'flagrules[z3]'" in args["hint"]



def test_an_obligation_says_who_proved_it() -> None:
    text = one_indicator(HOUSES, "授权 各县 从严 〔例文 1〕\n按比例 改 ÷ 应，精确")
    counties = ("按比例 改 ÷ （应 + 1户），精确", "当 改 0户以上，得0分")
    found = [compiled(text, county=f"{COUNTY}  从严 1 项 依 例文 1\n    {line}\n").obligations for line in counties]
    assert [(item.status, item.by) for one in found for item in one] == [("proved", "z3"), ("proved", "exact")]
