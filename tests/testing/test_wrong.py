"""Wrong case files: each fault at its place, with what to write instead; nothing raises."""

from __future__ import annotations

import pytest

from flagrules.text.render import fix, headline
from flagrules.text.source import Span
from tests.testing.made import run

HEAD = "用例:\n  - 名: 甲\n    单元: 小区\n"
EXPECT = "    期望: {指标 1: 0分~20分}\n"


def fact(text: str) -> str:
    return f"{HEAD}    事实: {{{text}}}\n{EXPECT}"


def expect(text: str) -> str:
    return f"{HEAD}    期望: {{{text}}}\n"


WRONG = [
    # shape
    ("- 名: 甲\n", "FR903", "- 名: 甲\n"),
    ("日期: 2021-12-01\n", "FR902", "日期"),
    ("用例: 无\n", "FR903", "无"),
    ("用例:\n  - 甲\n", "FR903", "甲"),
    (HEAD + "    事是: {}\n" + EXPECT, "FR901", "事是"),
    ("方按: 星级小区\n" + HEAD + EXPECT, "FR901", "方按"),
    (HEAD + "    unit: 小区\n" + EXPECT, "FR904", "unit"),
    (HEAD, "FR902", "名"),
    ("用例:\n  - 名: 甲\n" + EXPECT, "FR902", "名"),
    ("用例:\n  - 单元: 小区\n" + EXPECT, "FR902", "单元"),
    (HEAD + "    期望: {}\n", "FR926", "{}"),
    (HEAD + "    期望: 20分\n", "FR903", "20分"),
    (HEAD + "    事实: 12次\n" + EXPECT, "FR903", "12次"),
    (HEAD + EXPECT + HEAD.removeprefix("用例:\n") + EXPECT, "FR924", "甲"),
    ("日期: 去年\n" + HEAD + EXPECT, "FR905", "去年"),
    ("日期: 2021-02-30\n" + HEAD + EXPECT, "FR905", "2021-02-30"),
    ("方案: 别的方案\n" + HEAD + EXPECT, "FR906", "别的方案"),
    ("样例设定: 开\n" + HEAD + EXPECT, "FR903", "开"),
    ("样例设定: 是\n" + HEAD + EXPECT, "FR932", "是"),
    ("用例:\n  - 名: 甲\n    单元: 小曲\n" + EXPECT, "FR907", "小曲"),
    ("用例: [\n", "FR012", ""),
    (HEAD + "    期望: &x {指标 1: 0分}\n", "FR014", "&x {"),
    # facts
    (fact("活动次树: 12次"), "FR908", "活动次树"),
    (fact("人数: 12人"), "FR909", "人数"),
    (fact("活动次数: 12"), "FR910", "12"),
    (fact("满意度: 0.9"), "FR910", "0.9"),
    (fact("投入: 3"), "FR910", "3"),
    (fact("活动次数: 12户"), "FR911", "12户"),
    (fact("满意度: 90分"), "FR911", "90分"),
    (fact("投入: 3美元"), "FR911", "3美元"),
    (fact("配套: {桌: 有}"), "FR912", "桌"),
    (fact("配套: 有"), "FR903", "有"),
    (fact("活动次数: 12次, activities: 12次"), "FR913", "activities"),
    (fact("活动次数: [12次]"), "FR903", "[12次]"),
    (fact("活动次数: 十二次"), "FR574", "十二次"),
    (fact("活动次数: 1.5次"), "FR581", "1.5次"),
    (fact("活动次数: 367次"), "FR582", "367次"),
    (fact("满意度: 100.01%"), "FR582", "100.01%"),
    (fact("已改户数: '1,200户'"), "FR577", "'1,200户'"),
    (fact("活动次数: 无"), "FR575", "无"),
    (fact("活动次数: 不适用"), "FR576", "不适用"),
    (fact("发生事故: 有"), "FR583", "有"),
    (fact("配套: {灯: 二}"), "FR583", "二"),
    (fact("物业: 自营"), "FR585", "自营"),
    (fact("建成: 十月"), "FR586", "十月"),
    (fact("建成: 2021-13-01"), "FR587", "2021-13-01"),
    (fact("评议: 21分"), "FR582", "21分"),
    (fact("投诉: 三起"), "FR574", "三起"),
    (fact("投诉: 3件"), "FR911", "3件"),
    # expectations
    (expect("指标 9: 20分"), "FR914", "指标 9"),
    (expect("指标 8: 20分"), "FR914", "指标 8"),
    (expect("和穆: 授予"), "FR915", "和穆"),
    (expect("安静: 授予"), "FR915", "安静"),
    (expect("等次: {三星: 达到}"), "FR916", "三星"),
    (expect("等次: 达到"), "FR903", "达到"),
    (expect("补贴: {省级: 1万元}"), "FR917", "省级"),
    (expect("指标 1: {决定行: 13次以上}"), "FR918", "13次以上"),
    (expect("指标 1: {决定行: 'stars.rules:999'}"), "FR918", "'stars.rules:999'"),
    (expect("指标 1: {决定行: 3000}"), "FR918", "3000"),
    (expect("指标 1: 20"), "FR919", "20"),
    (expect("指标 1: 20次"), "FR919", "20次"),
    (expect("指标 1: 授予"), "FR919", "授予"),
    (expect("指标 1: 1分~2分~3分"), "FR919", "1分~2分~3分"),
    (expect("指标 1: 1/0分"), "FR919", "1/0分"),
    (expect("指标 1: 20分~12分"), "FR923", "20分~12分"),
    (expect("指标 1: {结果: 授予}"), "FR901", "结果"),
    (expect("指标 1: {}"), "FR926", "{}"),
    (expect("和睦: 授与"), "FR920", "授与"),
    (expect("和睦: {结果: 是}"), "FR920", "是"),
    (expect("等次: {双星: 是}"), "FR921", "是"),
    (expect("补贴: {市级: 1分}"), "FR922", "1分"),
    (expect("补贴: {市级: [1万元]}"), "FR903", "[1万元]"),
]


@pytest.mark.parametrize(("text", "code", "at"), WRONG, ids=[f"{code}-{at}"[:30] for _, code, at in WRONG])
def test_the_fault_is_found_at_its_place(text: str, code: str, at: str) -> None:
    _, findings = run(text)
    (item,) = findings
    assert (item.code, item.is_error) == (code, True)
    assert isinstance(item.place, Span)
    assert item.place.text == at
    for lang in ("zh", "en"):
        said = headline(item, lang) + fix(item, lang)
        assert said
        assert "{" not in said.replace(at, "").replace("{甲", "").replace("{名", "").replace(": {", "")


@pytest.mark.parametrize(
    ("text", "guess"),
    [
        (fact("活动次树: 12次"), "活动次数"),
        (expect("和穆: 授予"), "和睦"),
        (expect("等次: {三星: 达到}"), "双星"),
        (expect("和睦: 授与"), "授予"),
        (fact("配套: {灯灯: 有}"), "灯"),
        (HEAD + "    事是: {}\n" + EXPECT, "事实"),
    ],
)
def test_the_nearest_word_is_offered(text: str, guess: str) -> None:
    (item,) = run(text)[1]
    assert f"是不是“{guess}”？" in headline(item, "zh")
    assert f"Did you mean '{guess}'?" in headline(item, "en")


def test_every_fault_of_a_file_is_told_at_once() -> None:
    text = fact("活动次树: 12次, 满意度: 90分") + "  - 名: 乙\n    单元: 小曲\n    期望: {指标 1: 20分}\n"
    report, findings = run(text)
    assert sorted(item.code for item in findings) == ["FR907", "FR908", "FR911"]
    assert report.failed == 2


def test_a_faulty_case_does_not_hide_the_next() -> None:
    report, findings = run(HEAD + "    事是: {}\n" + EXPECT + HEAD.removeprefix("用例:\n").replace("甲", "乙") + EXPECT)
    assert [item.code for item in findings] == ["FR901"]
    assert [case.case.name for case in report.cases if case.passed] == ["乙"]


def test_no_cases_at_all_is_a_warning() -> None:
    report, findings = run()
    assert [(item.code, item.is_error) for item in findings] == [("FR925", False)]
    assert report.cases == ()


def test_bytes_that_are_no_text() -> None:
    _, findings = run("用例:\n\0")
    assert [item.is_error for item in findings] == [True]
