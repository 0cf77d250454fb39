"""The YAML files read: skeletons filled in, marks cut off, every case checked for keys nobody knows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from tests.conformance.engine import Found, Interval, Plain, Quota, Rules, Unit

FOLDER = Path(__file__).parent
_GROUP = {"use", "rules", "county", "on", "cited", "registers", "shows", "cases", "kind"}
_GIVEN = {"facts", "before", "held", "in", "kind"}
_UNIT = {"points", "score", "outcome", "grade", "decision", "items", "line", "lines", "because", "titles", "tiers", "money", "values"}
_CASE = (_GROUP - {"cases"}) | {"id", "units", "quotas", "findings"} | _GIVEN | _UNIT
_MARK = re.compile(r"(FR[0-9]{3}) ([0-9]+)")
_HOLE = re.compile(r"^( *)…$", re.MULTILINE)
_YUAN = {"元": 1, "万元": 10_000}


@dataclass(frozen=True)
class Expected:
    """What one unit must come out as; only what a case names is compared."""

    points: Mapping[str, Interval]
    lines: Mapping[str, tuple[str, ...]]
    scores: Mapping[str, Interval]
    outcomes: Mapping[str, frozenset[str]]
    grades: Mapping[str, frozenset[str]]
    decisions: Mapping[str, frozenset[str]]
    because: Mapping[str, tuple[str, ...]]
    tiers: Mapping[str, str]
    money: Mapping[str, Interval]
    values: Mapping[str, Interval | None]

    @property
    def nothing(self) -> bool:
        """Whether nothing is expected."""
        return not any(vars(self).values())


@dataclass(frozen=True)
class Case:
    """One case: rules, units, what is expected of each, and the findings expected of the rules."""

    id: str
    topic: str
    shows: str
    rules: Rules
    units: tuple[Unit, ...]
    expected: Mapping[str, Expected]
    quotas: tuple[Quota, ...]
    findings: tuple[Found, ...]


class _Loader(yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader):  # type: ignore[misc]  # one of two classes
    """Every scalar stays text; a key written twice is an error."""


def _mapping(loader: Any, node: yaml.MappingNode) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in node.value:
        name = str(key.value)
        if name in found:
            raise ValueError(f"{name} twice, {key.start_mark}")
        found[name] = loader.construct_object(value, deep=True)
    return found


_Loader.yaml_implicit_resolvers = {}
_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def load(path: Path) -> tuple[Case, ...]:
    """The cases of a file. Raises `ValueError` on a key nobody knows, a number that is none, a case that expects nothing."""
    data = yaml.load(path.read_text("utf-8"), Loader=_Loader)
    _known(data, {"topic", "about", "skeletons", "groups"}, path.name)
    return tuple(case for group in data["groups"] for case in _group(group, data["topic"], data.get("skeletons", {})))


def load_all() -> tuple[Case, ...]:
    """All cases, in order of file."""
    return tuple(case for path in sorted(FOLDER.glob("*.yaml")) for case in load(path))


def _known(data: Mapping[str, Any], keys: set[str], where: str) -> None:
    if extra := set(data) - keys:
        raise ValueError(f"{where}: {sorted(extra)}")


def _group(group: Mapping[str, Any], topic: str, skeletons: Mapping[str, str]) -> Iterator[Case]:
    _known(group, _GROUP, topic)
    shared = {key: value for key, value in group.items() if key != "cases"}
    for case in group["cases"]:
        _known(case, _CASE, str(case.get("id")))
        yield _case({**shared, **case}, topic, skeletons)


def _case(data: Mapping[str, Any], topic: str, skeletons: Mapping[str, str]) -> Case:
    name = data["id"]
    cited = data.get("cited") != "no"
    texts = _composed(data.get("rules", ""), skeletons[data["use"]] if "use" in data else None)
    county, county_found = _cut(data.get("county", ""), "county")
    files, found = [], list(county_found)
    for file, text in texts:
        clean, marks = _cut(text, file)
        files.append((file, _with_citations(clean) if cited else clean))
        found += marks
    found += [Found(code, "") for code in data.get("findings", ())]
    registers = tuple((key, tuple(ids)) for key, ids in data.get("registers", {}).items())
    rules = Rules(tuple(files), _with_citations(county) if cited else county, registers, data.get("on", "2021-12-01"))
    units, expected = _units(data, bool(county))
    quotas = tuple(_quota(item) for item in data.get("quotas", ()))
    case = Case(name, topic, data["shows"], rules, units, expected, quotas, tuple(found))
    if not case.findings and not case.quotas and (not units or all(one.nothing for one in expected.values())):
        raise ValueError(f"{name} expects nothing")
    return case


def _composed(rules: str, skeleton: str | None) -> list[tuple[str, str]]:
    """The text in the skeleton's hole, or a file beside it where it has none."""
    if skeleton is None:
        return [("case", rules)]
    hole = _HOLE.search(skeleton)
    if hole is None:
        return [("case", rules), ("base", skeleton)] if rules else [("case", skeleton)]
    blanks = len(hole[1])
    lines = [_shifted(line, blanks) for line in rules.rstrip("\n").split("\n")]
    return [("case", skeleton[: hole.start()] + "\n".join(lines) + skeleton[hole.end() :])]


def _shifted(line: str, blanks: int) -> str:
    body, sign, marks = line.partition("#!")
    moved = _MARK.sub(lambda mark: f"{mark[1]} {int(mark[2]) + blanks}", marks)
    return " " * blanks + body + sign + moved if line.strip() else line


def _cut(text: str, file: str) -> tuple[str, list[Found]]:
    """The text without its marks (`#! FR203 5`: code, column), and the findings they stand for."""
    lines, found = [], []
    for number, line in enumerate(text.split("\n"), start=1):
        body, sign, marks = line.partition("#!")
        lines.append(body.rstrip(" ") if sign else line)
        found += [Found(code, file, number, int(column)) for code, column in _MARK.findall(marks)]
    return "\n".join(lines), found


def _with_citations(text: str) -> str:
    return "\n".join(f"{line} 〔假定 “例”〕" if _bare(line) else line for line in text.split("\n"))


def _bare(line: str) -> bool:
    return bool(line.strip()) and "〔" not in line and not line.lstrip().startswith("#")


# ── units ──
def _units(data: Mapping[str, Any], refined: bool) -> tuple[tuple[Unit, ...], dict[str, Expected]]:  # noqa: FBT001  said by its name
    if "units" in data:
        for key, one in data["units"].items():
            _known(one, _GIVEN | _UNIT, f"{data['id']} {key}")
        units = tuple(_unit(key, one, data.get("kind", "村")) for key, one in data["units"].items())
        return units, {key: _expected(one) for key, one in data["units"].items()}
    expected = _expected(data)
    if expected.nothing:
        return (), {}
    place = {"in": "990001"} if refined else {}
    unit = _unit("A", {**place, **data}, "村")
    places = (Unit("990001", "县"),) if refined else ()
    return (*places, unit), {"A": expected}


def _unit(key: str, data: Mapping[str, Any], kind: str) -> Unit:
    before = tuple(_facts(period) for period in data.get("before", ()))
    return Unit(key, data.get("kind", kind), data.get("in", ""), _facts(data.get("facts", {})), before, tuple(data.get("held", ())))


def _facts(data: Mapping[str, Any]) -> dict[str, Plain]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}


# ── what is expected ──
def _expected(data: Mapping[str, Any]) -> Expected:
    items = {**({"1": data["points"]} if "points" in data else {}), **data.get("items", {})}
    lines = {**({"1": data["line"]} if "line" in data else {}), **data.get("lines", {})}
    titles: dict[str, dict[str, Any]] = dict(data.get("titles", {}))
    own = {key: data[key] for key in ("score", "outcome", "grade", "decision", "because") if key in data}
    if own:
        titles[""] = own
    return Expected(
        {key: interval(text) for key, text in items.items()},
        {key: _listed(text) for key, text in lines.items()},
        {key: interval(one["score"]) for key, one in titles.items() if "score" in one},
        {key: frozenset(one["outcome"].split("|")) for key, one in titles.items() if "outcome" in one},
        {key: frozenset(one["grade"].split("|")) for key, one in titles.items() if "grade" in one},
        {key: frozenset(one["decision"].split("|")) for key, one in titles.items() if "decision" in one},
        {key: _listed(one["because"]) for key, one in titles.items() if "because" in one},
        data.get("tiers", {}),
        {key: _money(text) for key, text in data.get("money", {}).items()},
        {key: None if text == "不适用" else interval(text) for key, text in data.get("values", {}).items()},
    )


def _listed(text: str | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def interval(text: str) -> Interval:
    """`12`, `20/3`, `-4` or `0~20`."""
    low, _, high = text.partition("~")
    return Fraction(low), Fraction(high or low)


def _money(text: str) -> Interval:
    ends = [re.fullmatch(r"([0-9./]+)(元|万元)", part) for part in text.split("~")]
    found = [Fraction(end[1]) * _YUAN[end[2]] for end in ends if end is not None]
    if len(found) != len(ends):
        raise ValueError(text)
    return found[0], found[-1]


def _quota(data: Mapping[str, Any]) -> Quota:
    _known(data, {"place", "tier", "reached", "of", "status"}, "quotas")
    return Quota(data.get("place", ""), data["tier"], interval(data["reached"]), int(data["of"]), data["status"])
