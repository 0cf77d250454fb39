"""Hypothesis strategies for right rule files, in many spellings: what the laws of the formatter are tried on."""
# ruff: noqa: E501, FBT003  # one strategy a line; just("") is no flag

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

NAMES = ["群众满意度", "党员活动次数", "visits", "事故", "得分率", "甲_1", "文件", "以上率"]
WORDS = ["“乡村振兴”", '"open day"', "“含 # 号与 ”", "“说‘好’”", '"里有“引号”"', '“a"b”']

name = st.sampled_from(NAMES)
text = st.sampled_from(WORDS)
item = st.sampled_from(["1", "2.3", "A1", "10"])
number = st.sampled_from(["0", "1", "12", "12.5", "１２"])
unit = st.sampled_from(["次", " times", "%", "", "分", "个百分点", "批", "万元", " working_days", "起"])
blank = st.sampled_from([" ", "  ", "　"])
comma = st.sampled_from([",", "，", " ， "])
colon = st.sampled_from([":", "：", " : "])
points = st.builds(lambda digits, counter: digits + counter, number, st.sampled_from(["分", " points", ""]))
quantity = st.builds(lambda digits, counter: digits + counter, number, unit)
day = st.sampled_from(["2021年5月28日", "2021-05-28", "2021年05月08日", "2021-5-8"])
# A band that begins with a name that also begins lines (文件) is not readable, and need not be.
operand = st.one_of(quantity, name.filter(lambda word: word != "文件"), day, text)


def _joined(*parts: SearchStrategy[str]) -> SearchStrategy[str]:
    return st.tuples(*parts).map(lambda found: " ".join(part for part in found if part))


def _one(*words: str) -> SearchStrategy[str]:
    return st.sampled_from(words)


bound = st.one_of(
    _joined(operand, _one("以上", "or_more", "以下", "以内", "or_within", "以外", "beyond")),
    _joined(_one("不满", "below", "超过", "above", "不少于", "不低于", "no_fewer_than"), operand),
)
_leaf = st.one_of(name, quantity, _one("得分", "points_scored", "红旗数", "称号数", "是", "no"), name.map(lambda n: f"上年 {n}"))
sums = st.recursive(
    _leaf,
    lambda inner: st.one_of(
        _joined(inner, _one("+", "＋", "-", "×", "*", "÷"), inner),
        inner.map(lambda x: f"（{x}）"),
        inner.map(lambda x: f"- {x}"),
        st.builds(lambda a, b, w: f"{w}（{a}，{b}）", inner, inner, _one("较大值", "smaller")),
    ),
    max_leaves=4,
)
_test = st.one_of(
    _joined(name, bound),
    _joined(name, bound, bound),
    _joined(sums, _one("=", "＝", "≠"), sums),
    _joined(name, _one("不适用", "齐全", "complete")),
    _joined(name, _one("含", "has"), name),
    name,
)
condition = st.recursive(
    _test,
    lambda inner: st.one_of(
        _joined(inner, _one("且", "and", "或", "or", "并且"), inner),
        inner.map(lambda x: f"非 （{x}）"),
        inner.map(lambda x: f"({x})"),
    ),
    max_leaves=4,
)
outcome = st.one_of(
    _joined(_one("得", "score", "扣", "deduct", "加", "add"), points),
    points.map(lambda p: f"得 -{p}"),
    _one("得满分", "full_points", "不得分", "no_points"),
)
_option = _one(
    "扣完为止", "until_zero", "不设下限", "不足一步不计", "精确", "保留1位 四舍五入", "keep 2 decimals round_up", "封顶20分"
)
options = st.lists(_option, max_size=2).map(lambda found: "".join(f"，{option}" for option in found))
cites = st.sampled_from(
    ["", "", " 〔发布会 4.3〕", " [发布会 4.3、5.1]", " 【发布会 4.3；假定 “没写”】", ' [assumption "silent"; 甲 1/2]']
)
_prose = _one("", "", "；", "。", ";")

band = st.one_of(
    st.builds(
        lambda edges, end, give, prose, cite: " ".join(edges) + end + give + prose + cite,
        st.lists(bound, min_size=1, max_size=2),
        _one(" ", " 的，", " , ", " 的 "),
        outcome,
        _prose,
        cites,
    ),
    st.builds(lambda give, cite: f"其余 {give}{cite}", outcome, cites),
)
term = st.one_of(
    st.builds(
        lambda cond, end, give, other, opts, cite: f"当 {cond}{end}{give}{other}{opts}{cite}",
        condition, _one("，", " ", " 的，"), outcome, st.one_of(st.just(""), outcome.map(lambda o: f"，否则 {o}")), options, cites,
    ),
    st.builds(
        lambda step, value, gap, opts, cite: f"每 {step} {value} {gap} 扣 2分{opts}{cite}",
        quantity, name, st.one_of(st.just(""), operand.map(lambda o: f"低于 {o}")), options, cites,
    ),
    st.builds(lambda parts, opts: f"每缺 1项 {parts} 扣 1分{opts}", name, options),
    st.builds(lambda value, opts: f"按比例 {value}{opts}", sums, options),
    st.builds(lambda judge: f"评议 0分~80 points 由 {judge}", name),
    st.builds(lambda cond, end: f"不适用 当 {cond}{end}则 折算", condition, _one("，", " ")),
    st.just("不适用 则 不计分"),
    st.builds(lambda cond: f"一票否决 当 {cond} 则 本旗不授", condition),
    st.builds(lambda words: f"原文 {words}", text),
)  # fmt: skip
top = st.one_of(
    st.builds(lambda n, c, t, a: f"事实 {n}{c}{t}{a}", name, colon,
              _one("次数", "ratio", "金额（万元）", "money(wan_yuan)", "选项（好、差）", "时长（个工作日）", "次数 0次~366次", "是否 可不适用"),
              _one("", " 适用 村、社区", " for 村/社区")),
    st.builds(lambda n: f"名额 村 {n} 占比 15% 以上", name),
    st.builds(lambda n, c: f"等次 {n} 适用 村 当 {c}", name, condition),
    st.builds(lambda n: f"文件 {n} 《甲》", name),
    st.builds(lambda a, b: f"职责 {a} 由 {b}", text, text),
)  # fmt: skip
remark = _one("", "", "", "  # 说明", "  ＃ “未完的引号")
above = _one("", "", "", "\n", "# 上面的说明\n", "\n\n# 一\n\n# 二\n")


def _under(lines: list[tuple[str, str, str]], margin: str) -> str:
    return "".join(
        f"{''.join(margin + part for part in over.splitlines(True))}{margin}{line}{side}\n" for over, line, side in lines
    )


def _block(child: SearchStrategy[str], margin: str, most: int = 3) -> SearchStrategy[str]:
    return st.lists(st.tuples(above, child, remark), min_size=1, max_size=most).map(lambda found: _under(found, margin))


files = st.builds(
    lambda tops, bands, terms, tail: (
        f"{tops}红旗 甲 适用 村：100分\n   指标 1 乙：100分\n     分档 群众满意度\n{bands}{terms}{tail}"
    ),
    _block(top, ""),
    _block(band, "         ", 4),
    _block(term, "     "),
    _one("", "# 文件末尾的说明\n", "\n\n"),
)
