"""Random small crowds: every completion of the unknown facts of all units lies within what was said of each, in whatever order."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from flagrules.award.assess import Assessment
from flagrules.engine.values import covers
from tests.crowdkit import Crowd, Units, assessed
from tests.rulekit import NA, UNKNOWN, Plain

FACTS = """\
事实 收入：次数 0次~3次 可不适用 适用 村
事实 活动：次数 0次~3次 适用 村
事实 文明：是否 适用 户
事实 力量：次数 0次~2次 适用 乡镇
"""
DOMAIN: dict[str, list[Plain]] = {"收入": [0, 1, 2, 3, NA], "活动": [0, 1, 2, 3], "文明": [True, False], "力量": [0, 1, 2]}
OF: dict[str, tuple[str, ...]] = {"村": ("收入", "活动"), "户": ("文明",), "乡镇": ("力量",)}
UNITS: Units = {
    "C": "县", "T1": "乡镇 C", "T2": "乡镇 C", "V1": "村 T1", "V2": "村 T1", "V3": "村 T2", "V4": "村 C", "H1": "户 V1", "H2": "户 V1",
    "H3": "户 V2",
}  # fmt: skip

ORDERS = st.sampled_from(["从高到低", "从低到高"])
TIES = st.sampled_from(["并列同名次", "并列未定"])
PER = st.sampled_from(["", "，每个 乡镇", "，每个 县"])
SELF = st.sampled_from(["含本单元", "不含本单元"])
SHINING = "下级合计（户，若（文明，1次，0次））"
MEASURED = st.sampled_from(["活动", f"活动 + {SHINING}", "上级（乡镇，力量，没有则 1次） - 活动"])
RANKS = st.tuples(MEASURED, ORDERS, PER, TIES).map(lambda t: f"名次（{t[0]}，{t[1]}{t[2]}，{t[3]}）")
COUNTS = st.one_of(
    st.tuples(st.sampled_from(["平均", "最高", "最低"]), st.sampled_from(["收入", "活动"]), PER, SELF).map(
        lambda t: f"同类{t[0]}（{t[1]}{t[2]}，{t[3]}，没有则 2次）"
    ),
    st.sampled_from([SHINING, "下级合计（户，若（文明，2次，-1次））", "下级平均（户，若（文明，1次，0次），没有则 3次）"]),
    st.sampled_from(["上级（乡镇，力量，没有则 1次）", "上级（乡镇，下级合计（村，收入））", "活动"]),
)
SHARES = st.one_of(
    st.tuples(st.sampled_from(["收入", "活动"]), PER, SELF).map(lambda t: f"同类占比（{t[0]} 2次以上{t[1]}，{t[2]}，没有则 50%）"),
    st.sampled_from(["下级占比（户，文明，没有则 0%）", "上级（乡镇，下级占比（村，活动 2次以上，没有则 1%））"]),
)
TERMS = st.one_of(
    RANKS.map(lambda rank: f"分档 {rank}\n      1名以下 得20分\n      2名以下 超过1名 得12分\n      其余 得3分"),
    st.tuples(ORDERS, PER, TIES).map(
        lambda t: f"按公式 24分 - 名次（收入，{t[0]}{t[1]}，{t[2]}） × 4分，精确，封顶 20分\n    不适用 则 得7分"
    ),
    RANKS.map(lambda rank: f"按公式 24分 - {rank} × 4分，精确，封顶 20分"),
    st.tuples(COUNTS, COUNTS).map(lambda t: f"当 {t[0]} {t[1]} 以上，得20分，否则 得5分"),
    COUNTS.map(lambda count: f"按公式 {count} × 3分，精确，封顶 20分"),
    SHARES.map(lambda share: f"按公式 {share} × 20分，保留0位 四舍五入"),
    st.sampled_from([
        "按公式 活动 ÷ 较大值（同类最高（活动，含本单元），1次） × 20分，精确，封顶 20分",
        "当 下级个数（户，其中 文明）1个以上，得20分，否则 得0分",
    ]),
)
GRANTS = st.one_of(
    st.tuples(ORDERS, PER, TIES).map(lambda t: f"名次（得分，{t[0]}{t[1]}，{t[2]}）2名以下 且 得分 10分以上"),
    SELF.map(lambda own: f"得分 同类平均（得分，{own}，没有则 9分）以上"),
    st.just("同类占比（得分 20分以上，含本单元）50%以下"),
)


def programme(first: str, second: str, grant: str) -> str:
    """Points that rest on others, a title by rank, points from that rank in a second title, and a town that rests on its villages."""
    return (
        FACTS + f"称号 牌 适用 村：40分\n  授予 {grant}\n"
        f"  指标 1 甲：20分\n    {first}\n    保底 0分\n  指标 2 乙：20分\n    {second}\n    保底 0分\n"
        "称号 榜 适用 村：20分\n  授予 名次（得分，从高到低，并列未定）2名以下\n  指标 3 丙：20分\n"
        "    按公式 22分 - 名次（得分（牌），从高到低，并列未定） × 2分，精确，封顶 20分\n"
        "    保底 0分\n"
        "称号 镇牌 适用 乡镇：40分\n  授予 下级占比（村，获得 牌，没有则 0%）50%以上\n  指标 4 丁：40分\n"
        "    按公式 下级平均（村，得分（牌），没有则 0分），精确，封顶 40分\n"
    )


def steps(run: Assessment) -> dict[tuple[str, str], object]:
    return {(item.unit.id, slot): step.value for item in run.units for slot, step in item.steps.items()}


def completions(facts: Crowd) -> Iterator[Crowd]:
    holes = [(unit_id, name) for unit_id, given in facts.items() for name, value in given.items() if value is UNKNOWN]
    for values in product(*(DOMAIN[name] for _, name in holes)):
        filled = dict(zip(holes, values, strict=True))
        yield {unit_id: {name: filled.get((unit_id, name), value) for name, value in given.items()} for unit_id, given in facts.items()}


@st.composite
def crowds(draw: st.DrawFn) -> Crowd:
    asked = [(unit_id, name) for unit_id, written in UNITS.items() for name in OF.get(str(written).split()[0], ())]
    open_ones = draw(st.sets(st.sampled_from(asked), min_size=1, max_size=3))
    facts: dict[str, dict[str, Plain]] = {unit_id: {} for unit_id, _ in asked}
    for unit_id, name in asked:
        facts[unit_id][name] = UNKNOWN if (unit_id, name) in open_ones else draw(st.sampled_from(DOMAIN[name]))
    return facts


@settings(max_examples=80, derandomize=True, deadline=None, database=None)
@given(TERMS, TERMS, GRANTS, crowds(), st.permutations(list(UNITS)))
def test_every_completion_lies_within_and_the_order_of_the_register_says_nothing(
    first: str, second: str, grant: str, facts: Crowd, order: list[str]
) -> None:
    text = programme(first, second, grant)
    whole = steps(assessed(text, UNITS, facts))
    assert whole == steps(assessed(text, {unit_id: UNITS[unit_id] for unit_id in order}, facts))
    for filled in completions(facts):
        for key, found in steps(assessed(text, UNITS, filled)).items():
            assert covers(whole[key], found), (key, whole[key], found)  # type: ignore[arg-type]  # values of an engine
