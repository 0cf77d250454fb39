"""Makes the samples of Yuncheng's counties that have no published practice; a second run writes the same bytes.

Everything in them is invented, from make_yuncheng_sample.toml and each county's own code as the seed, in integers only. Hejin's
sample is made by its own script, Yanhu's communities were worked out by hand: neither is touched.
"""
# ruff: noqa: INP001  a script beside the packages, not part of one

from __future__ import annotations

import csv
import io
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from flagrules.model.kinds import Judged
from flagrules.pipeline import open_programme
from flagrules.plugin.host import load_plugins
from flagrules.semantics.ruleset import RuleSet
from flagrules.text.findings import Findings

HERE = Path(__file__).parent
PLAN = tomllib.loads((HERE / "make_yuncheng_sample.toml").read_text(encoding="utf-8"))
FIRST = {"村": 1, "社区": 801}
FILES = {"村": "villages", "社区": "communities"}
VOTE = ("得分", "评委", "理由", "文件")
LISTED = "列入创建名单"


@dataclass(frozen=True)
class Flag:
    """A flag of one kind of unit: the judged points it rests on, each with its full mark."""

    name: str
    judged: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Place:
    """A village or community and the flags it is strong in."""

    id: str
    name: str
    parent: str
    strong: frozenset[str]


def flags_of(rules: RuleSet, kind: str) -> tuple[Flag, ...]:
    """The flags a kind of unit may hold, from the city's own rules, so that the sample always asks what they ask."""
    wholes = {fact.name: int(fact.high or 0) for fact in rules.facts if isinstance(fact.kind, Judged)}
    titles = [title for title in rules.titles if kind in title.subjects]
    return tuple(
        Flag(title.name, tuple((term.judged, wholes[term.judged]) for block in title.body.blocks() for term in block.terms if term.judged))
        for title in titles
    )


def ranks_of(total: int, five: int, three: int) -> list[int]:
    """How many flags each of `total` places is strong in: `five` of them in all, `three` in three or more, few in none."""
    four, two, none = (three - five) // 3, total * 22 // 100, total * 6 // 100
    counts = {5: five, 4: four, 3: three - five - four, 2: two, 0: none}
    counts[1] = total - sum(counts.values())
    return [number for number, many in sorted(counts.items(), reverse=True) for _ in range(many)]


class County:
    """One county's sample; the order of calls to `random` is part of the result."""

    def __init__(self, code: str, plan: Mapping[str, Any], flags: Mapping[str, tuple[Flag, ...]]) -> None:
        self.code, self.plan, self.flags = code, plan, flags
        self.random = Random(int(code))  # noqa: S311  a sample, not a secret
        self.towns = [f"{code}{901 + index}000" for index in range(plan["towns"])]

    @property
    def folder(self) -> Path:
        """Where the county's sample stands."""
        folder: str = self.plan["folder"]
        return HERE / folder / f"flagrules_county_{folder}" / "sample"

    def files(self) -> Iterator[tuple[Path, str]]:
        """Every file of the sample and its text."""
        units = {kind: self._places(kind) for kind in FIRST if kind in self.plan}
        yield self.folder / f"{self.plan.get('register', 'register')}.csv", _csv(self._register(units))
        for kind, places in units.items():
            yield self.folder / f"{FILES[kind]}.csv", _csv(self._facts(kind, places))

    def _places(self, kind: str) -> list[Place]:
        ranks = ranks_of(*self.plan[kind])
        self.random.shuffle(ranks)
        names = [flag.name for flag in self.flags[kind]]
        seats = [(town, FIRST[kind] + place) for place in range(len(ranks)) for town in self.towns][: len(ranks)]
        return [
            Place(f"{town[:9]}{seat:03d}", f"样例{kind}{number:03d}", town, frozenset(self.random.sample(names, rank)))
            for number, ((town, seat), rank) in enumerate(zip(sorted(seats), ranks, strict=True), 1)
        ]

    def _register(self, units: Mapping[str, Sequence[Place]]) -> Iterator[tuple[str, ...]]:
        yield ("编号", "名称", "类别", "上级")
        if "register" not in self.plan:
            name = next(pack.name for pack in LOADED.refinements if pack.code == self.code)
            yield (self.code, name, "县", "")
        known = 4 if "register" in self.plan else 0  # Yanhu's own register has its first four streets
        for number, town in enumerate(self.towns[known:], known + 1):
            yield (town, f"样例乡镇{number}", "乡镇", self.code)
        for kind, places in units.items():
            for place in places:
                yield (place.id, place.name, kind, place.parent)

    def _facts(self, kind: str, places: Sequence[Place]) -> Iterator[tuple[str, ...]]:
        judged = [(flag.name, *fact) for flag in self.flags[kind] for fact in flag.judged]
        yield ("编号", "名称", "期", LISTED, *(f"{name}/{part}" for _, name, _ in judged for part in VOTE))
        for place in places:
            blank = self.random.randrange(len(judged)) if self.random.randrange(40) == 0 else -1
            listed = "是" if place.strong else self.random.choice(("是", "否", "否", ""))
            votes = [self._vote(whole, strong=flag in place.strong) for flag, _, whole in judged]
            cells = (cell for index, vote in enumerate(votes) for cell in ((vote, *[PLAN["judge"]] * 3) if index != blank else [""] * 4))
            yield (place.id, place.name, PLAN["period"], listed, *cells)

    def _vote(self, whole: int, *, strong: bool) -> str:
        """Points that make 80 of 100 when all of a flag's are strong, and less when they are weak."""
        low, high = (whole * 82 + 99) // 100, whole
        return str(self.random.randint(low, high) if strong else self.random.randint(whole // 2, whole * 74 // 100))


def _csv(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


LOADED = load_plugins(Findings())


def made() -> dict[Path, str]:
    """Every file with its text; the sums are those of the city."""
    for kind, total in PLAN["city"].items():
        own = sum(county[kind][0] for county in PLAN["counties"].values() if kind in county)
        assert own + PLAN["elsewhere"][kind] == total, kind
    city = LOADED.programme("yuncheng")
    assert city is not None
    rules = open_programme(city, Findings()).rules
    flags = {kind: flags_of(rules, kind) for kind in FIRST}
    return {path: text for code, plan in PLAN["counties"].items() for path, text in County(code, plan, flags).files()}


def main() -> int:
    """Write the files."""
    for path, text in made().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
