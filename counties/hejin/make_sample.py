"""Makes Hejin's sample, flagrules_county_hejin/sample/*.csv; a second run writes the same bytes.

Real are the named villages and the published sums of make_sample.toml; all else is invented from one seed, in integers only.
"""
# ruff: noqa: INP001  a script beside the package, not part of it

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

HERE = Path(__file__).parent
FOLDER = HERE / "flagrules_county_hejin" / "sample"
PLAN = tomllib.loads((HERE / "make_sample.toml").read_text(encoding="utf-8"))
SUMS, NAMED, PERIOD = PLAN["sums"], PLAN["named"], PLAN["period"]
PARTY, TRADE, NATURE, MANNERS, ORDER = PLAN["flags"]["村"]
SERVICE = PLAN["flags"]["社区"][1]
VOTE = ("得分", "评委", "理由", "文件")


@dataclass
class Place:
    """A village or community: its id, name, kind and township, the flags it is strong in, and its cells by column."""

    id: str
    name: str
    kind: str
    parent: str
    strong: tuple[str, ...] = ()
    cells: dict[str, str] = field(default_factory=dict)

    @property
    def named(self) -> bool:
        """Whether the report names it."""
        return self.name in NAMED


class Maker:
    """Fills the cells of all places from one seed; the order of calls is part of the result."""

    def __init__(self) -> None:
        self.random = Random(PLAN["seed"])  # noqa: S311  a sample, not a secret
        self.towns: list[tuple[str, str]] = []
        self.places: list[Place] = []

    def make(self) -> None:
        """Places, their strengths, then facts from the published sums down to what is left blank."""
        self._place()
        self._strengthen()
        self._sums()
        for place in self.places:
            (self._village if place.kind == "村" else self._community)(place)
            self._judged(place)
        self._known()
        self._gaps()

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
        for kind, numbers in PLAN["spread"].items():
            others = [place for place in self.places if place.kind == kind and not place.named]
            self.random.shuffle(others)
            ranks = [count for count, number in zip((5, 4, 3, 2, 1, 0), numbers, strict=True) for _ in range(number)]
            for place, count in zip(others, ranks, strict=True):
                place.strong = tuple(self.random.sample(PLAN["flags"][kind], count))
        for place in self.places:
            if place.named:
                place.strong = tuple(NAMED[place.name])

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

    def _choose(self, name: str, places: Sequence[Place], first: Iterable[Place]) -> None:
        """Say 是 of as many places as published, `first` before the others, 否 of the rest."""
        front = list(first)
        rest = [place for place in places if place not in front]
        self.random.shuffle(front)
        self.random.shuffle(rest)
        chosen = (front + rest)[: SUMS[name]]
        for place in places:
            place.cells[name] = "是" if place in chosen else "否"

    def _sums(self) -> None:
        villages = [place for place in self.places if place.kind == "村"]

        def by(flag: str, strong: int, weak: int, places: Sequence[Place] = self.places) -> list[int]:
            return [strong if flag in place.strong else weak for place in places]

        members = [5 if place.kind == "社区" and PARTY in place.strong else 3 for place in self.places]
        self._share("班子成员人数", self.places, members, [7] * len(members))
        self._share("后备人才人数", self.places, by(PARTY, 2, 0), by(PARTY, 5, 4))
        self._share("发展党员人数", self.places, by(PARTY, 3, 0), by(PARTY, 9, 6))
        self._share("不宜延任主干人数", self.places, [0] * len(self.places), [0 if place.named else 2 for place in self.places])
        self._share("五星户数", villages, by(MANNERS, 6, 2, villages), by(MANNERS, 40, 15, villages))
        self._share("四星户数", villages, by(MANNERS, 70, 20, villages), by(MANNERS, 150, 80, villages))
        self._share("三星户数", villages, by(MANNERS, 120, 140, villages), by(MANNERS, 320, 420, villages))
        self._choose("建有矛调中心", self.places, [place for place in self.places if ORDER in place.strong or place.named])
        nature = [place for place in villages if NATURE in place.strong]
        self._choose("美丽乡村示范村", villages, nature)
        models = [place for place in villages if place.cells["美丽乡村示范村"] == "是"]
        self._choose("高标准示范村", villages, [place for place in models if NATURE in place.strong])
        self._choose("星级文明户示范村", villages, [place for place in villages if MANNERS in place.strong])
        weak = [place for place in self.places if PARTY not in place.strong and not place.named]
        mended = self.random.sample(weak, SUMS["软弱涣散整顿"])
        for place in self.places:
            place.cells["软弱涣散整顿"] = "不需整顿"
            place.cells["已调整主干人数"] = place.cells["不宜延任主干人数"]
        for i, place in enumerate(mended):
            place.cells["软弱涣散整顿"] = "整顿中" if i < 2 else "已整顿"

    # ── cells ──
    def _between(self, place: Place, flag: str, strong: tuple[int, int], weak: tuple[int, int]) -> int:
        return self.random.randint(*(strong if flag in place.strong else weak))

    def _odds(self, place: Place, flag: str, weak: int, strong: int = 100) -> str:
        return "是" if self.random.randrange(100) < (strong if flag in place.strong else weak) else "否"

    def _list(self, place: Place, name: str, flag: str, weak: tuple[int, int]) -> None:
        """A checklist: a strong place lacks nothing, or now and then one part; a weak one lacks as many as `weak` says."""
        lacking = int(self.random.randrange(5) == 0 and not place.named) if flag in place.strong else self.random.randint(*weak)
        missing = self.random.sample(PLAN["checklists"][name], lacking)
        for part in PLAN["checklists"][name]:
            place.cells[f"{name}/{part}"] = "无" if part in missing else "有"

    def _both(self, place: Place) -> None:
        place.cells |= {"列入创建名单": "是", "党组织换届完成": "是"}
        hundredths = self._between(place, NATURE, (9350, 9900), (9000, 9500))
        place.cells["环境满意度"] = f"{hundredths // 100}.{hundredths % 100:02d}%"
        self._list(place, "治理力量", ORDER, (1, 3))
        self._list(place, "普法主题", ORDER, (0, 2))

    def _village(self, place: Place) -> None:
        cells = place.cells
        self._both(place)
        self._list(place, "责任矩阵", PARTY, (0, 2))
        self._list(place, "五项设施", NATURE, (1, 3))
        self._list(place, "志愿服务要件", MANNERS, (0, 2))
        cells["党支部标准化达标"] = self._odds(place, PARTY, 45)
        acres = self.random.randint(60, 400) * 10
        cells["耕地面积"] = str(acres)
        cells["规模经营面积"] = str(acres * self._between(place, TRADE, (45, 85), (8, 40)) // 100)
        cells["集体经济收入(万元)"] = str(self._between(place, TRADE, (20, 260), (2, 28)))
        cells["六乱未整治处数"] = str(self._between(place, NATURE, (0, 2), (1, 6)))
        cells["配备清运车辆"] = self._odds(place, NATURE, 55)
        cells["卫生管理制度健全"] = self._odds(place, NATURE, 60)
        rated = sum(int(cells[f"{star}星户数"]) for star in "五四三")
        cells["常住户数"] = str(-(-rated * 100 // self._between(place, MANNERS, (90, 100), (62, 88))))
        taken = self.random.choice((0, 0, *range(4, 31)))
        cells["纠纷受理件数"] = str(taken)
        cells["纠纷调成件数"] = str(taken * self._between(place, ORDER, (84, 100), (40, 78)) // 100)
        cells["法律明白人人数"] = str(self._between(place, ORDER, (4, 9), (0, 3)))
        cells["乡贤参加调解"] = self._odds(place, ORDER, 35)
        cells["调解卷宗齐全"] = self._odds(place, ORDER, 50)
        cells["存在未调处信访"] = "否" if ORDER in place.strong else self._odds(place, ORDER, 30)

    def _community(self, place: Place) -> None:
        cells = place.cells
        self._both(place)
        self._list(place, "志愿服务要件", SERVICE, (1, 2))
        self._list(place, "党群服务功能", PARTY, (1, 2))
        self._list(place, "调处流程", ORDER, (1, 3))
        cells["便民服务事项"] = str(self._between(place, SERVICE, (24, 60), (6, 22)))
        homes = self.random.randint(80, 400) * 10
        cells["物业总户数"] = str(homes)
        cells["物业覆盖户数"] = str(homes * self._between(place, SERVICE, (82, 100), (35, 75)) // 100)
        cells["环境日活动次数"] = str(self._between(place, NATURE, (40, 52), (6, 26)))
        cells["德治宣讲"] = ""
        talks = self._between(place, MANNERS, (5, 7), (0, 3))
        if not talks:
            cells["德治宣讲"] = "零报告"
        place.cells["_talks"] = str(talks)

    def _judged(self, place: Place) -> None:
        """Points in halves, with who gave them, why and on which paper."""
        for flag, items in PLAN["judged"][place.kind].items():
            for name, whole in items.items():
                low, high = (82, 98) if flag in place.strong else (52, 76)
                halves = whole * 2 * self.random.randint(low, high) // 100
                points = f"{halves // 2}.5" if halves % 2 else str(halves // 2)
                said = (points, "样例评委", "样例评语", "样例评分表")
                place.cells |= {f"{name}/{part}": cell for part, cell in zip(VOTE, said, strict=True)}

    # ── what the report says of one place, and what is left out ──
    def _known(self) -> None:
        cells = {place.name: place.cells for place in self.places}
        cells["北方平村"] |= {"纠纷受理件数": "38", "纠纷调成件数": "36", "乡贤参加调解": "是", "调解卷宗齐全": "是"}
        cells["龙门村"] |= {"配备清运车辆": "是", "卫生管理制度健全": "是"}
        cells["新兴社区"]["环境日活动次数"] = "52"

    def _others(self, kind: str, count: int) -> list[Place]:
        return self.random.sample([place for place in self.places if place.kind == kind and not place.named], count)

    def _gaps(self) -> None:
        """Some cells are not known, not asked or not applicable, and some places are not on the list."""
        for place in self._others("村", 3):
            place.cells["列入创建名单"] = "否"
        for kind, count in (("村", 1), ("社区", 1)):
            for place in self._others(kind, count):
                place.cells["列入创建名单"] = ""
        for name in ("六乱未整治处数", "集体经济收入(万元)", "常住户数", "法律明白人人数", "规模经营面积", "五项设施/清洁取暖"):
            for place in self._others("村", 3):
                place.cells[name] = ""
        for name in ("环境满意度", "纠纷调成件数", "治理力量/法律顾问"):
            for place in self._others("村", 2):
                place.cells[name] = "未问"
        for name in ("群众反响好", "产品品牌化", "文明村创建到位"):
            for place in self._others("村", 2):
                place.cells |= {f"{name}/{part}": "" for part in VOTE}
        unmoved = [place for place in self.places if place.cells["不宜延任主干人数"] != "0"]
        for place in self.random.sample(unmoved, 4):
            place.cells["已调整主干人数"] = "0"
        town = next(code for code, name in self.towns if name == "城区街道")
        for place in [place for place in self.places if place.kind == "村" and place.parent == town][:4]:
            place.cells |= {"耕地面积": "不适用", "规模经营面积": "不适用"}
        for place in self._others("社区", 2):
            place.cells |= {"物业总户数": "不适用", "物业覆盖户数": "不适用"}

    # ── files ──
    def files(self) -> dict[str, str]:
        """File name → text of every sample file."""
        names = [name for groups in PLAN["judged"].values() for items in groups.values() for name in items]
        judged = [f"{name}/{part}" for name in names for part in VOTE]
        plain = list(dict.fromkeys(column for place in self.places for column in place.cells))
        plain = [column for column in plain if column not in judged and column != "_talks"]
        return {
            "register.csv": _csv(self._register()),
            "facts.csv": _csv(self._table(plain)),
            "judged.csv": _csv(self._table(judged)),
            "ethics_talks.csv": _csv(self._talks()),
        }

    def _register(self) -> list[list[str]]:
        rows = [["编号", "名称", "类别", "上级", "起", "止", "并入"], ["140882", "河津市", "县", "", "", "", ""]]
        rows += [[code, name, "乡镇", "140882", "", "", ""] for code, name in self.towns]
        rows += [[place.id, place.name, place.kind, place.parent, "", "", ""] for place in self.places]
        heir = next(place for place in self.places if place.kind == "村" and not place.named)
        gone = f"{heir.parent[:9]}701"
        return [*rows, [gone, "样例并村001", "村", heir.parent, "", "2020-12-31", heir.id]]

    def _table(self, columns: Sequence[str]) -> list[list[str]]:
        rows = [["编号", "名称", "期", *columns]]
        return rows + [[p.id, p.name, PERIOD, *(p.cells.get(column, "") for column in columns)] for p in self.places]

    def _talks(self) -> list[list[str]]:
        rows = [["编号", "名称", "期", "日期", "主题", "人数"]]
        for place in self.places:
            for i in range(int(place.cells.get("_talks", "0"))):
                day = f"2021-{4 + i:02d}-{self.random.randint(1, 28):02d}"
                rows.append([place.id, place.name, PERIOD, day, f"样例宣讲{i + 1}", str(self.random.randint(15, 90))])
        return rows


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
