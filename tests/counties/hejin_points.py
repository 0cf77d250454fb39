"""Points of Hejin's indicators around each of their edges, worked out by hand from the words of the rules."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction as F  # noqa: N817  the tables below are full of them
from typing import TypeAlias

from tests.counties.conftest import ABSENT, LAST, Missing, Talks

P = F(1, 100)  # one percentage point
WAN = 10_000  # 万元
ELECTED, MEMBERS = "党组织换届完成", "班子成员人数"
ALL, STRIVING = "党员人数", "争徽党员人数"
LISTED, DONE = "清单事项数", "办结事项数"
LAND, SCALED, GREEN, REUSED = "耕地面积", "规模经营面积", "绿色种植面积", "农业废弃物利用率"
FIVE, FOUR, THREE, HOMES = "五星户数", "四星户数", "三星户数", "常住户数"
TAKEN, SETTLED = "纠纷受理件数", "纠纷调成件数"
SPOTS, TRUCK, RULES = "六乱未整治处数", "配备清运车辆", "卫生管理制度健全"
CENTRE, ON_DUTY = "建有矛调中心", "两委干部带班"
ESTATES, MANAGED, COMPLAINTS = "物业总户数", "物业覆盖户数", "物业投诉未办结件数"
HONOURS = ("中央", "省级", "市级", "县级", "没有")
LEVELS = ("省级以上", "市级", "县级", "没有")

Case: TypeAlias = tuple[str, Mapping[str, object], F | int]


def each(item: str, fact: str, *pairs: tuple[object, F | int], **others: object) -> list[Case]:
    """Cases of an indicator in which one fact changes."""
    return [(item, {**others, fact: value}, points) for value, points in pairs]


def around(item: str, fact: str, *edges: tuple[F | int, F | int, F | int], step: F | int = 1, **others: object) -> list[Case]:
    """Cases one step short of each edge, on it and one past it: (edge, points short of it, points from it on)."""
    found = [((at - step, short), (at, on), (at + step, on)) for at, short, on in edges]
    return [case for pairs in found for case in each(item, fact, *pairs, **others)]


def percent(item: str, fact: str, *edges: tuple[int, int, int], **others: object) -> list[Case]:
    """The same for percentages, a hundredth of a point short and past."""
    return around(item, fact, *((at * P, short, on) for at, short, on in edges), step=P / 100, **others)


def lacking(item: str, fact: str, *points: int) -> list[Case]:
    """Cases of a checklist of which nothing, one part, two parts … are missing."""
    return [(item, {fact: Missing(count)}, n) for count, n in enumerate(points)]


# Indicator, facts, points worked out by hand from the rule's words.
CASES: list[Case] = [
    # ── villages: 党建示范; communities score the same, but for five members and other points for 28 ──
    *each("1.1", MEMBERS, (2, 0), (3, 8), (4, 8), **{ELECTED: True}),
    ("1.1", {ELECTED: False, MEMBERS: 4}, 0),
    *each("25.1", MEMBERS, (4, 4), (5, 8), (6, 8), **{ELECTED: True}),
    ("25.1", {ELECTED: False, MEMBERS: 5}, 4),
    *[
        case
        for one, two, three, five in (("1", "2", "3", "5"), ("25", "26", "27", "29"))
        for case in (
            *each(f"{one}.2", "已调整主干人数", (1, 0), (2, 4), (3, 4), 不宜延任主干人数=2),
            *each(f"{one}.2", "已调整主干人数", (0, 4), (1, 4), 不宜延任主干人数=0),
            *each(f"{one}.3", "后备人才人数", (0, 0), (1, 2), (2, 4), (3, 4)),
            *each(f"{one}.4", "软弱涣散整顿", ("不需整顿", 4), ("已整顿", 4), ("整顿中", 2), ("未整顿", 0)),
            *around(f"{two}.1", "发展党员人数", (1, 4, 6), (3, 6, 8)),
            # of 40: 0.15 each, so 1 is 0.15 and rounds up to 0.2, 39 are 5.85 and round up to 5.9
            *each(f"{two}.2", STRIVING, (0, 0), (1, F("0.2")), (39, F("5.9")), (40, 6), (41, 6), **{ALL: 40}),
            *lacking(f"{three}.1", "责任矩阵", 9, 6, 3, 0),
            *each(f"{three}.2", LISTED, (0, 0), (1, 5), (2, 5)),
            *lacking(f"{three}.3", "公开承诺", 6, 4, 2, 0),
            *around(f"{five}.1", DONE, (60, 2, 5), (90, 5, 8), **{LISTED: 100}),
            (f"{five}.1", {LISTED: 0, DONE: 0}, 0),
            *percent(f"{five}.2", "群众满意度", (80, 2, 5), (90, 5, 8)),
            *each(f"{five}.3", "先进党组织表彰", *zip(HONOURS, (4, 4, 4, 3, 2), strict=True)),
        )
    ],
    *each("4.1", "党支部标准化达标", (True, 11), (False, 5)),
    *lacking("4.2", "党群服务功能", 9, 6, 3, 0),
    *each("28.1", "党支部标准化达标", (True, 8), (False, 4)),
    *lacking("28.2", "党群服务功能", 12, 8, 4, 0),
    # ── villages: 产业兴旺 ──
    *percent("6", "主导产业占比", (30, 6, 12), (50, 12, 17)),
    *percent("7.1", REUSED, (60, 3, 6), (80, 6, 9), **{LAND: 1}),
    ("7.1", {REUSED: ABSENT, LAND: ABSENT}, 0),
    # 30% of 100 mu is 30: 1/30 of 8 is 0.266…, 29/30 of 8 is 7.733…
    *each("7.2", GREEN, (0, 0), (1, F("0.3")), (29, F("7.7")), (30, 8), (31, 8), **{LAND: 100}),
    ("7.2", {GREEN: ABSENT, LAND: ABSENT}, 0),
    *each("8.1", "农产品品牌数", (0, 0), (1, 6), (2, 12), (3, 12)),
    # 60% of 100 mu is 60: 59/60 of 17 is 16.716…, 3/60 is 0.85 (half up), anything past 60 is capped
    *each("9", SCALED, (3, F("0.9")), (59, F("16.7")), (60, 17), (61, 17), **{LAND: 100}),
    ("9", {LAND: 0, SCALED: 0}, 0),
    ("9", {LAND: ABSENT, SCALED: ABSENT}, 0),
    *lacking("10", "融合业态", 16, 16, 12, 8, 0),
    *around("11.1", "集体经济收入", (5 * WAN, 2, 5), (10 * WAN, 5, 7), (30 * WAN, 7, 10), step=P),
    *[("11.2", {"集体经济收入": now, LAST + "集体经济收入": 100}, n) for now, n in ((99, 2), (100, 4), (101, 6))],
    # ── villages: 生态宜居 ──
    ("12.1", {"高标准示范村": True, "美丽乡村示范村": True}, 15),
    ("12.1", {"高标准示范村": True, "美丽乡村示范村": False}, 15),
    ("12.1", {"高标准示范村": False, "美丽乡村示范村": True}, 12),
    ("12.1", {"高标准示范村": False, "美丽乡村示范村": False}, 9),
    *each("12.2", "村庄规划已批复", (True, 10), (False, 4)),
    *lacking("13.1", "五项设施", 15, 12, 9, 6, 3, 0),
    # 1/3 of 5 is 1.666…
    *each("13.2", "污水接管户数", (0, 0), (100, F("1.67")), (299, F("4.98")), (300, 5), (301, 5), **{HOMES: 300}),
    *each("13.3", "已整修路面处数", (0, 0), (1, F("0.63")), (7, F("4.38")), (8, 5), (9, 5), 坑洼路面处数=8),
    ("13.3", {"坑洼路面处数": 0, "已整修路面处数": 0}, 5),
    *each("14.1", SPOTS, (0, 15), (1, 12), (4, 3), (5, 0), (6, 0)),
    *[("14.2", {TRUCK: truck, RULES: rules}, 3 * (truck + rules)) for truck in (True, False) for rules in (True, False)],
    *each("14.3", "干部分片到户", (True, 4), (False, 0)),
    # pro rata below 95%: 4.99 points lose 14.97, five lose all
    *[
        ("15.1", {"环境满意度": F(share) * P}, F(points))
        for share, points in (("96", "15"), ("95", "15"), ("94.99", "14.97"), ("94", "12"), ("90.01", "0.03"), ("90", "0"), ("89.99", "0"))
    ],
    *around("15.2", "绿化面积", (100, 4, 7), (200, 7, 10)),
    # ── villages: 乡风文明 ──
    *lacking("16.1", "志愿服务要件", 12, 9, 6, 3, 0),
    *around("16.2", "文明实践活动次数", (6, 2, 5), (12, 5, 8)),
    *each("17.1", "德治宣讲", (Talks(0), 0), (Talks(1), 2), (Talks(3), 6), (Talks(4), 8), (Talks(5), 8)),
    *each("17.2", "身边好人级别", *zip(LEVELS, (4, 3, 2, 0), strict=True)),
    *each("18.1", "文明村级别", *zip(LEVELS, (12, 10, 8, 4), strict=True)),
    # exact: 299 of 300 households are 2990/300 = 299/30 points
    *each("19.1", HOMES, (300, F(299, 30)), (299, 10), (298, 10), **{FIVE: 9, FOUR: 90, THREE: 200}),
    *[
        ("19.2", {FIVE: high - 4, FOUR: 4, THREE: 100 - high}, n)
        for high, n in ((14, 2), (15, 4), (16, 4), (24, 4), (25, 6), (26, 6))
    ],
    ("19.2", {FIVE: 0, FOUR: 0, THREE: 0}, 0),
    ("19.2", {FIVE: 0, FOUR: 0, THREE: 1}, 2),
    *each("19.3", "星级文明户示范村", (True, 4), (False, 2)),
    *lacking("20.1", "移风易俗要件", 12, 8, 4, 0),
    # ── villages: 社会治理 ──
    *[
        case
        for item in ("21", "42")
        for case in (
            *each(f"{item}.1", CENTRE, (True, 7), (False, 0)),
            *[(f"{item}.2", {CENTRE: there, ON_DUTY: led}, 3 if there and led else 0) for there in (True, False) for led in (True, False)],
            *lacking(f"{item}.3", "治理力量", 15, 12, 9, 6, 3, 0),
        )
    ],
    # 3/8 of 15 is 5.625, 7/8 is 13.125, both half up; more settled than taken is capped; nothing taken does not apply
    *each("22.1", SETTLED, (0, 0), (3, F("5.63")), (7, F("13.13")), (8, 15), (9, 15), **{TAKEN: 8}),
    ("22.1", {TAKEN: 0, SETTLED: 0}, 0),
    *each("22.2", "存在未调处信访", (True, 0), (False, 5)),
    *around("22.3", "村民议事次数", (2, 0, 3), (4, 3, 5)),
    *lacking("23.1", "普法主题", 12, 9, 6, 3, 0),
    *each("23.2", "法律明白人人数", (0, 0), (1, 2), (3, 6), (4, 8), (5, 8)),
    *around("23.3", "法律顾问服务次数", (1, 0, 3), (4, 3, 5)),
    *each("24.1", "乡贤参加调解", (True, 9), (False, 4)),
    *each("24.2", "调解卷宗齐全", (True, 8), (False, 3), **{TAKEN: 1}),
    *each("24.2", "调解卷宗齐全", (True, 8), (False, 8), **{TAKEN: 0}),
    # ── communities: 服务优质 ──
    *each("30.1", "有居家养老服务场所", (True, 8), (False, 2)),
    # cut to one decimal: 1/30 of 12 is 0.4, 20/31 is 7.74…
    *each("30.2", "已服务老人人数", (1, F("0.4")), (29, F("11.6")), (30, 12), (31, 12), 需居家养老人数=30),
    ("30.2", {"需居家养老人数": 31, "已服务老人人数": 20}, F("7.7")),
    ("30.2", {"需居家养老人数": 0, "已服务老人人数": 0}, 12),
    *around("31.1", "便民服务事项", (15, 5, 9), (30, 9, 12)),
    *percent("31.2", "按时办结率", (90, 2, 6), (95, 6, 8)),
    # cut to one decimal: 2/3 of 14 is 9.33…, 998/999 is 13.98…
    *each("32.1", MANAGED, (666, F("9.3")), (998, F("13.9")), (999, 14), (1000, 14), **{ESTATES: 999}),
    ("32.1", {ESTATES: ABSENT, MANAGED: ABSENT}, 0),
    *each("32.2", COMPLAINTS, (0, 6), (1, 4), (2, 2), (3, 0), (4, 0), **{ESTATES: 999}),
    ("32.2", {ESTATES: ABSENT, COMPLAINTS: ABSENT}, 0),
    # exact
    *each("33.1", "已救助户数", (0, 0), (2, F(20, 3)), (3, 10), (4, 10), 应救助户数=3),
    ("33.1", {"应救助户数": 0, "已救助户数": 0}, 10),
    *around("33.2", "帮扶就业人数", (50, 2, 6), (80, 6, 10), 登记失业人数=100),
    ("33.2", {"登记失业人数": 0, "帮扶就业人数": 0}, 10),
    *lacking("34.1", "志愿服务要件", 12, 9, 6, 3, 0),
    # 1/16 of 8 is 0.5, 29/30 is 7.733…, 1/160 is 0.05 and rounds up
    *each("34.2", "结对互助户数", (0, 0), (29, F("7.7")), (30, 8), (31, 8), 需互助户数=30),
    ("34.2", {"需互助户数": 160, "结对互助户数": 1}, F("0.1")),
    ("34.2", {"需互助户数": 0, "结对互助户数": 0}, 0),
    # ── communities: 绿色宜居 ──
    *each("35.1", "分类投放小区数", (0, 0), (7, F("14.9")), (8, 17), (9, 17), 小区数=8),
    *percent("35.2", "绿化覆盖率", (30, 6, 12), (35, 12, 17)),
    # every point begun below 95% loses 4, at most 16 of 20
    *percent("36.1", "环境满意度", (95, 16, 20)),
    *[
        ("36.1", {"环境满意度": F(share) * P}, n)
        for share, n in (("94", 16), ("93.99", 12), ("92", 8), ("91.99", 4), ("91", 4), ("90.99", 4), ("50", 4))
    ],
    *each("36.2", SPOTS, (0, 13), (1, 11), (4, 5), (5, 3), (6, 3)),
    *around("37.1", "环境日活动次数", (12, 0, 10), (24, 10, 16), (48, 16, 21)),
    *each("37.2", "环保公益项目数", (0, 0), (1, 6), (2, 12), (3, 12)),
    # ── communities: 文明祥和 ──
    *lacking("38.1", "实践站要件", 12, 8, 4, 0),
    *around("38.2", "文明实践活动次数", (12, 3, 9), (24, 9, 13)),
    *each("39.1", "身边好人级别", *zip(LEVELS, (10, 8, 6, 2), strict=True)),
    *each("40", "德治宣讲", (Talks(0), 0), (Talks(1), 5), (Talks(4), 20), (Talks(5), 25), (Talks(6), 25)),
    *around("41.1", "文明家庭户数", (5, 4, 10), (10, 10, 15)),
    # ── communities: 社会治理 ──
    *each("43.1", "重大矛盾事件数", (0, 15), (1, 10), (2, 5), (3, 0), (4, 0)),
    *around("43.2", "巡防次数", (24, 3, 7), (48, 7, 10)),
    *lacking("44.1", "普法主题", 16, 12, 8, 4, 0),
    *each("44.2", "法律明白人人数", (0, 0), (1, 3), (2, 6), (3, 9), (4, 9)),
    *lacking("45.1", "调处流程", 15, 12, 9, 6, 3, 0),
    # 15/16 of 10 is 9.375, half up
    *each("45.2", SETTLED, (0, 0), (15, F("9.38")), (16, 10), (17, 10), **{TAKEN: 16}),
    ("45.2", {TAKEN: 0, SETTLED: 0}, 0),
]  # fmt: skip
