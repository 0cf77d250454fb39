"""Lines as scoring sheets word them: where each is pointed at, and that the advice holds the words to write instead."""
# one case a line

from __future__ import annotations

import pytest

from flagrules.syntax.parser import parse
from flagrules.text.findings import Findings
from flagrules.text.render import to_text
from flagrules.text.source import Source, Span

HEAD = "红旗 甲 适用 村：100分\n  指标 1 乙：100分\n    "
BANDS = HEAD + "分档 完好率\n      "
CHOICE = HEAD + "分档\n      "
CASES = [
    (HEAD + "每缺一项 清单 扣1分，扣完为止", "一", "每缺1项 清单名"),
    (HEAD + "每少1次 会议 扣1分", "每少", "每1个百分点 满意度 低于90%"),
    (HEAD + "每低于1个百分点扣0.5分", "每低", "低于90% 扣0.5分"),
    (HEAD + "每1次 会议 不满2次 扣1分，扣完为止", "不满", "写“低于2次”"),
    (HEAD + "每1次 会议 超过2次 得1分", "超过", "写“高于2次”"),
    (BANDS + "90%-95% 得4分", "-", "90%以上 不满95%"),
    (BANDS + "60%—80% 得2分", "—", "90%以上 不满95%"),
    (HEAD + "当 名次（得分，从高到低，并列未定）≤ 3名，得5分", "≤", "5次以下"),
    (HEAD + "每1次 会议 扣2分，第二次起加倍，保底 -10分", "保底", "最多扣10分"),
    (BANDS + "100%  得5分", "100%", "100%以上"),
    (BANDS + "当 90%以上 不满95%，得4分", "当", "各档直接写"),
    (CHOICE + "完整，得3分", "完整", "当 台账 = 完整，得3分"),
    (CHOICE + "没有，不得分", "没有", "当 台账 = 完整，得3分"),
    (HEAD + "当 甲，扣1-2分，扣完为止", "1-2分", "评议 0分~2分"),
    (HEAD + "每1次 会议 加1分，最多加3分", "最多加", "封顶 3分"),
    (HEAD + "每1次 会议 得1分，最多3分", "最多", "封顶 3分"),
    (HEAD + "当 甲，得5分，否则不得分", "否则", "“否则 不得分”"),
    (HEAD + "一票否决 当 甲，则 取消评选资格", "取消评选资格", "本称号不授"),
    (HEAD + "当 发案率 超过6‰，扣5分，扣完为止", "‰", "0.6%"),
    ("红旗 甲 适用 村：100分\n  扣分项 2 乙：不封顶", "不封顶", "100分"),
    (HEAD + "当 队员 不满 户数 ÷ 200，扣2分，扣完为止", "÷", "中间值 应配人数 = 进位（户数 ÷ 200户，0位）× 1人"),
    (HEAD + "当 甲，得5分 〔细则〕", "细则", "〔细则 3〕"),
    (HEAD + "当 甲，得5分 〔细则 二〕", "二", "3.2"),
    (HEAD + "当 甲，得5分 〔细则 （二）〕", "（二）", "3.2"),
    (HEAD + "当 甲，得5分 〔细则 第三条〕", "第三条", "3.2"),
    (HEAD + "当 甲，得5分 〔细则 附件1〕", "附件1", "3.2"),
    ("事实 上访：人次", "人次", "数量（人次）"),
    ("事实 知晓率：百分比", "百分比", "比例"),
    ("事实 台账：等级（好、差）", "等级", "选项（甲、乙、丙）"),
    ("等次 示范 适用 村 当 排名前10名", "排名前", "名次（得分，从高到低"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "pointed", "advice"), CASES, ids=[case[1] + str(n) for n, case in enumerate(CASES)])
def test_a_line_of_a_sheet_is_answered_with_the_words_to_write(text: str, pointed: str, advice: str) -> None:
    findings = Findings()
    parse(Source("a.rules", text), findings)
    item = next(iter(findings))
    assert isinstance(item.place, Span)
    assert item.place.source.text[item.place.start : item.place.end] == pointed
    assert advice in to_text(item).rsplit("怎样改：", 1)[1]


@pytest.mark.parametrize(
    "line",
    [
        "每1次 会议 低于2次 扣1分，扣完为止",
        "每1次 会议 得1分，封顶 3分",
        "当 甲，得5分，否则 不得分",
        "每缺1项 清单 扣1分，扣完为止",
        "当 甲，得5分 〔细则 3〕",
        "当 率 低于95%，扣1分，扣完为止",
        "中间值 应配人数 = 进位（户数 ÷ 200户，0位）× 1人",
        "当 率 高于5%，扣1分，扣完为止",
    ],
)
def test_what_the_advice_says_can_be_read(line: str) -> None:
    findings = Findings()
    parse(Source("a.rules", HEAD + line), findings)
    assert not findings.items


@pytest.mark.parametrize(("text", "never"), [(BANDS + "当 90%以上 不满95%，得4分", "去掉"), (HEAD + "当 率 低于率，得4分 得", "不低于")])
def test_no_advice_turns_the_meaning_round(text: str, never: str) -> None:
    findings = Findings()
    parse(Source("a.rules", text), findings)
    assert never not in "".join(to_text(item) for item in findings)
