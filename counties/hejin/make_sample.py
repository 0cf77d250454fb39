"""Makes Hejin's sample, flagrules_county_hejin/sample/*.csv; a second run writes the same bytes.

Real are the named places and the published sums of make_sample.toml; all else is invented from one seed, in integers only.
"""
# ruff: noqa: INP001  a script beside the package, not part of it

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

HERE = Path(__file__).parent
FOLDER = HERE / "flagrules_county_hejin" / "sample"
PLAN = tomllib.loads((HERE / "make_sample.toml").read_text(encoding="utf-8"))
SUMS, NAMED, GOOD, GAPS = PLAN["sums"], PLAN["named"], PLAN["good"], PLAN["gaps"]
PARTY, TRADE, NATURE, MANNERS, ORDER = PLAN["flags"]["村"]
VOTE = ("得分", "评委", "理由", "文件")
INCOME = "集体经济收入(万元)"
KNOWN = {
    "北方平村": {"纠纷受理件数": "38", "纠纷调成件数": "36", "乡贤参加调解": "是", "调解卷宗齐全": "是"},
    "龙门村": {"配备清运车辆": "是", "卫生管理制度健全": "是", "先进党组织表彰": "市级"},
    "南桑峪村": {"先进党组织表彰": "市级"},
    "西硙村": {"先进党组织表彰": "市级"},
    "新兴社区": {"环境日活动次数": "52", "环保公益项目数": "2"},
}


@dataclass
class Place:
    """A village or community: its id, name, kind and township, how good it is in each flag, and its cells by column."""

    id: str
    name: str
    kind: str
    parent: str
    good: dict[str, int] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)

    @property
    def named(self) -> bool:
        """Whether the report names it."""
        return self.name in NAMED

    def strong(self, flag: str) -> bool:
        """Whether it is meant to be strong in that flag."""
        return bool(self.good.get(flag, 0) >= GOOD["strong"][0])

    def count(self, column: str) -> int:
        """The whole number in a cell."""
        return int(self.cells[column])


class Maker:
    """Fills the cells of all places from one seed; the order of calls is part of the result."""

    def __init__(self) -> None:
        self.random = Random(PLAN["seed"])  # noqa: S311  a sample, not a secret
        self.towns: list[tuple[str, str]] = []
        self.places: list[Place] = []
        self.before: list[list[str]] = []
        self.talks: list[list[str]] = []

    def make(self) -> None:
        """Places and how good they are, then facts from the published sums down to what is left blank."""
        self._place()
        self._strengthen()
        for place in self.places:
            place.cells |= {"列入创建名单": "是", "党组织换届完成": "是"}
        self._party_sums()
        self._village_sums()
        for place in self.places:
            for flag, draws in PLAN["draw"][place.kind].items():
                for name, how in draws.items():
                    self._draw(place, flag, name, how)
            place.cells |= KNOWN.get(place.name, {})
            if place.cells["建有矛调中心"] == "否":
                place.cells["两委干部带班"] = "否"
        self._models()
        self._last_year()
        for place in self.places:
            self._judged(place)
        self._gaps()
        self._talk()

    # ── who ──
    def _place(self) -> None:
        counts = {"村": 0, "社区": 0}
        for index, (town, holds) in enumerate(PLAN["towns"].items(), 1):
            parent = f"140882{900 + index}000"
            self.towns.append((parent, town))
            for kind, first in (("村", 1), ("社区", 801)):
                names = [name for name in holds["named"] if name.endswith(kind)]
                for i in range(holds[kind]):
                    counts[kind] += i >= len(names)
                    name = names[i] if i < len(names) else f"样例{kind}{counts[kind]:03d}"
                    self.places.append(Place(f"140882{900 + index}{first + i:03d}", name, kind, parent))

    def _strengthen(self) -> None:
        strong: dict[str, list[str]] = {}
        for kind, numbers in PLAN["spread"].items():
            others = [place for place in self.places if place.kind == kind and not place.named]
            self.random.shuffle(others)
            ranks = [count for count, number in zip((5, 4, 3, 2, 1, 0), numbers, strict=True) for _ in range(number)]
            for place, count in zip(others, ranks, strict=True):
                strong[place.name] = self.random.sample(PLAN["flags"][kind], count)
        for place in self.places:
            for flag in PLAN["flags"][place.kind]:
                known = flag in NAMED.get(place.name, ())
                span = "named" if known else "strong" if flag in strong.get(place.name, ()) else "other"
                place.good[flag] = self.random.randint(*GOOD[span])

    # ── sums ──
    def _share(self, name: str, places: Sequence[Place], lows: Sequence[int], highs: Sequence[int]) -> None:
        """Give each place a whole number between its low and high so that they add up to the published sum."""
        values = list(lows)
        left = SUMS[name] - sum(values)
        while left:
            i = self.random.randrange(len(places))
            step = min(self.random.randint(1, max(1, (highs[i] - lows[i]) // 6)), highs[i] - values[i], left)
            values[i] += step
            left -= step
        for place, value in zip(places, values, strict=True):
            place.cells[name] = str(value)

    def _choose(self, name: str, places: Sequence[Place], flag: str, count: int) -> list[Place]:
        """Say 是 of as many places as published, the named and then those strong in the flag before the others, 否 of the rest."""
        order = list(places)
        self.random.shuffle(order)
        chosen = sorted(order, key=lambda place: (not (place.named and place.strong(flag)), not place.strong(flag)))[:count]
        for place in places:
            place.cells[name] = "是" if place in chosen else "否"
        return chosen

    def _party_sums(self) -> None:
        def by(strong: int, weak: int) -> list[int]:
            return [strong if place.strong(PARTY) else weak for place in self.places]

        members = [5 if place.kind == "社区" and place.strong(PARTY) else 3 for place in self.places]
        self._share("班子成员人数", self.places, members, [7] * len(members))
        self._share("后备人才人数", self.places, by(2, 0), by(5, 4))
        self._share("发展党员人数", self.places, by(3, 0), by(9, 6))
        self._share("不宜延任主干人数", self.places, [0] * len(self.places), [0 if place.named else 2 for place in self.places])
        weak = [place for place in self.places if not place.strong(PARTY) and not place.named]
        mended = self.random.sample(weak, SUMS["软弱涣散整顿"])
        for place in self.places:
            place.cells |= {"已调整主干人数": place.cells["不宜延任主干人数"], "软弱涣散整顿": "不需整顿"}
        for i, place in enumerate(mended):
            place.cells["软弱涣散整顿"] = "整顿中" if i < 2 else "已整顿"
        for place in self.random.sample([place for place in self.places if place.count("不宜延任主干人数")], 4):
            place.cells["已调整主干人数"] = "0"
        self._choose("建有矛调中心", self.places, ORDER, SUMS["建有矛调中心"])

    def _village_sums(self) -> None:
        villages = [place for place in self.places if place.kind == "村"]

        def by(flag: str, strong: int, weak: int) -> list[int]:
            return [strong if place.strong(flag) else weak for place in villages]

        self._share("五星户数", villages, by(MANNERS, 6, 2), by(MANNERS, 40, 15))
        self._share("四星户数", villages, by(MANNERS, 70, 20), by(MANNERS, 150, 80))
        self._share("三星户数", villages, by(MANNERS, 120, 140), by(MANNERS, 320, 420))
        for place in villages:
            rated = sum(place.count(f"{star}星户数") for star in "五四三")
            place.cells["常住户数"] = str(-(-rated * 100 // min(100, 55 + self._quality(place, MANNERS) // 2)))
        self._choose("星级文明户示范村", villages, MANNERS, SUMS["星级文明户示范村"])
        beautiful = self._choose("美丽乡村示范村", villages, NATURE, SUMS["美丽乡村示范村"])
        model = self._choose("高标准示范村", beautiful, NATURE, SUMS["高标准示范村"])
        for place in villages:
            place.cells["高标准示范村"] = "是" if place in model else "否"
        self._share("绿化面积", villages, by(NATURE, 160, 20), by(NATURE, 360, 260))
        self._share("已整修路面处数", villages, [0] * len(villages), [12] * len(villages))
        for place in villages:
            left = 3 - self._quality(place, NATURE) // 30
            place.cells["坑洼路面处数"] = str(place.count("已整修路面处数") + max(0, left))

    # ── cells ──
    def _quality(self, place: Place, flag: str) -> int:
        """How good the place is in the flag this time: a little more or less than usual, half as much for what it is known for."""
        stray = GOOD["stray"] // (2 if place.named and place.strong(flag) else 1)
        return max(0, min(100, place.good[flag] + self.random.randint(-stray, stray)))

    def _likely(self, place: Place, flag: str) -> bool:
        """Whether it has one thing of several: even the worst places have some."""
        return self.random.randrange(100) < 30 + self._quality(place, flag) * 70 // 100

    def _draw(self, place: Place, flag: str, name: str, how: Mapping[str, Any]) -> None:
        if "list" in how:
            place.cells |= {f"{name}/{part}": "有" if self._likely(place, flag) else "无" for part in how["list"]}
        elif "yes" in how or "no" in how:
            place.cells[name] = "是" if self._likely(place, flag) is ("yes" in how) else "否"
        elif "steps" in how:
            quality = self._quality(place, flag)
            place.cells[name] = next(word for word, least in how["steps"].items() if quality >= least)
        elif "size" in how:
            place.cells[name] = str(self.random.randint(*how["size"]))
        else:
            low, high = how.get("number") or how.get("percent") or how["share"]
            value = low + (high - low) * self._quality(place, flag) // 100
            if "percent" in how:
                place.cells[name] = f"{value // 100}.{value % 100:02d}%"
            elif "share" in how:
                place.cells[name] = str(min(place.count(how["of"]), place.count(how["of"]) * value // 100))
            else:
                place.cells[name] = str(value)

    def _models(self) -> None:
        """The eight people who became provincial models live in eight places."""
        others = [place for place in self.places if place.strong(MANNERS)]
        for place in self.random.sample(others, SUMS["省级孝老模范"]):
            place.cells["身边好人级别"] = "省级以上"

    def _last_year(self) -> None:
        """Last year's income: less where trade is good, as much in a few villages, more in others."""
        for place in self.places:
            if INCOME in place.cells:
                change = self._quality(place, TRADE) // 2 - 24
                earlier = place.count(INCOME) * 100 // (100 + change)
                self.before.append([place.id, place.name, PLAN["before"], str(earlier)])

    def _judged(self, place: Place) -> None:
        """Points in halves, with who gave them, why and on which paper."""
        for flag, items in PLAN["judged"][place.kind].items():
            for name, whole in items.items():
                halves = whole * 2 * (45 + self._quality(place, flag) * 53 // 100) // 100
                points = f"{halves // 2}.5" if halves % 2 else str(halves // 2)
                said = (points, "样例评委", "样例评语", "样例评分表")
                place.cells |= {f"{name}/{part}": cell for part, cell in zip(VOTE, said, strict=True)}

    # ── what is left out ──
    def _others(self, kind: str, count: int) -> list[Place]:
        return self.random.sample([place for place in self.places if place.kind == kind and not place.named], count)

    def _gaps(self) -> None:
        """Some cells are not known, not asked or not applicable, and some places are not on the list."""
        for place in self._others("村", 3):
            place.cells["列入创建名单"] = "否"
        for kind in ("村", "社区"):
            for place in self._others(kind, 1):
                place.cells["列入创建名单"] = ""
        for word, cell in (("blank", ""), ("unasked", "未问")):
            for kind, columns in GAPS[word].items():
                for name, count in columns.items():
                    for place in self._others(kind, count):
                        place.cells[name] = cell
        for kind, names in GAPS["unjudged"].items():
            for name in names:
                for place in self._others(kind, 2):
                    place.cells |= {f"{name}/{part}": "" for part in VOTE}
        for place in self._others("村", 3):
            place.cells |= {"清单事项数": "0", "办结事项数": "0"}
        town = next(code for code, name in self.towns if name == "城区街道")
        for place in [place for place in self.places if place.kind == "村" and place.parent == town][:4]:
            place.cells |= dict.fromkeys(("耕地面积", "规模经营面积", "绿色种植面积", "农业废弃物利用率"), "不适用")
        for place in self._others("社区", 2):
            place.cells |= dict.fromkeys(("物业总户数", "物业覆盖户数", "物业投诉未办结件数"), "不适用")

    def _talk(self) -> None:
        """One row a talk; a place without any says so, and one in forty has not reported yet."""
        for place in self.places:
            held = place.count("德治宣讲")
            unknown = not place.named and self.random.randrange(40) == 0
            place.cells["德治宣讲"] = "零报告" if not held and not unknown else ""
            for i in range(0 if unknown else held):
                day = f"2021-{4 + i:02d}-{self.random.randint(1, 28):02d}"
                self.talks.append([place.id, place.name, PLAN["period"], day, f"样例宣讲{i + 1}", str(self.random.randint(15, 90))])

    # ── files ──
    def files(self) -> dict[str, str]:
        """File name → text of every sample file."""
        key = ["编号", "名称", "期"]
        names = [name for groups in PLAN["judged"].values() for items in groups.values() for name in items]
        judged = [f"{name}/{part}" for name in names for part in VOTE]
        plain = [column for column in dict.fromkeys(c for place in self.places for c in place.cells) if column not in judged]
        return {
            "register.csv": _csv(self._register()),
            "facts.csv": _csv(self._table(key, plain)),
            "facts-2020.csv": _csv([[*key, INCOME], *self.before]),
            "judged.csv": _csv(self._table(key, judged)),
            "ethics_talks.csv": _csv([[*key, "日期", "主题", "人数"], *self.talks]),
        }

    def _register(self) -> list[list[str]]:
        rows = [["编号", "名称", "类别", "上级", "起", "止", "并入"], ["140882", "河津市", "县", "", "", "", ""]]
        rows += [[code, name, "乡镇", "140882", "", "", ""] for code, name in self.towns]
        rows += [[place.id, place.name, place.kind, place.parent, "", "", ""] for place in self.places]
        heir = next(place for place in self.places if place.kind == "村" and not place.named)
        gone = f"{heir.parent[:9]}701"
        return [*rows, [gone, "样例并村001", "村", heir.parent, "", "2020-12-31", heir.id]]

    def _table(self, key: Sequence[str], columns: Sequence[str]) -> list[list[str]]:
        rows = [[p.id, p.name, PLAN["period"], *(p.cells.get(column, "") for column in columns)] for p in self.places]
        return [[*key, *columns], *rows]


def _csv(rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def sample_files() -> dict[str, bytes]:
    """File name → bytes of the sample, the same at every call."""
    maker = Maker()
    maker.make()
    return {name: text.encode() for name, text in maker.files().items()}


def main() -> None:
    """Write the sample where the package keeps it."""
    FOLDER.mkdir(exist_ok=True)
    for name, data in sample_files().items():
        (FOLDER / name).write_bytes(data)


if __name__ == "__main__":
    main()
