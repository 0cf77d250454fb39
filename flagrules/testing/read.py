"""Case files as written: YAML to cases, every fault of shape reported, nothing resolved against rules yet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from flagrules.facts.dates import NoSuchDay, parse_day
from flagrules.facts.words import fold
from flagrules.plugin.packs import Resource
from flagrules.testing.words import CASE, FILE, SWITCH, Words, hints, listed, meaning, spellings
from flagrules.text.findings import Findings, Related
from flagrules.text.safe_yaml import Listing, Mapping, Node, Scalar, read_yaml
from flagrules.text.source import Span

_N = TypeVar("_N", bound=Node)
_SHAPES = {
    Scalar: ("一个值", "a value", "日期: 2021-12-01"),
    Mapping: ("缩进的几行“名称: 值”", "indented lines of 'name: value'", "事实: {甲: 12次, 乙: 是}"),
    Listing: ("以“- ”开头的列表", "a list of lines that begin with '- '", "用例: [{名: …, 单元: …, 期望: …}]"),
}


@dataclass(frozen=True)
class Case:
    """One case as written: the kind of unit, its facts now, in the period before and in those before that, what is expected.

    `holder` is where the unit lies, `others` the units around it, `past` its earlier decisions; None where nothing is said of them.
    `on` is the day of assessment, None for the first day the rules are in force; `programme` what the file says it is for;
    `settings` where the file asks for the pack's sample settings, None where it does not.
    """

    name: str
    place: Span
    on: date | None
    programme: Scalar | None
    subject: Scalar
    facts: Mapping | None
    previous: Mapping | None
    earlier: tuple[Mapping, ...]
    expect: Mapping
    holder: Scalar | None = None
    others: tuple[Node, ...] | None = None
    past: tuple[Node, ...] | None = None
    settings: Span | None = None


@dataclass(frozen=True)
class _Fields:
    """The known keys of a mapping."""

    place: Span
    where: tuple[str, str]
    nodes: dict[str, Node]
    words: Words
    findings: Findings

    def take(self, name: str, shape: type[_N]) -> _N | None:
        """The node of a key if it has the shape wanted; an empty value counts as not written, another shape is FR903."""
        node = self.nodes.get(name)
        if node is None or (isinstance(node, Scalar) and not node.text):
            return None
        if isinstance(node, shape):
            return node
        zh, en, example = _SHAPES[shape]
        self.findings.add("FR903", node.span, key=self.words[name][0], want=zh, want_en=en, example=example)
        return None

    def need(self, name: str, shape: type[_N]) -> _N | None:
        """The same, FR902 where the key is not written."""
        node = self.nodes.get(name)
        if node is None or (isinstance(node, Scalar) and not node.text):
            key, key_en = self.words[name]
            self.findings.add("FR902", self.place, where=self.where[0], where_en=self.where[1], key=key, key_en=key_en)
            return None
        return self.take(name, shape)


def fields(node: Mapping, words: Words, where: tuple[str, str], place: Span, findings: Findings) -> _Fields:
    """The nodes of a mapping by what their keys mean; FR901 for a key that means nothing here, FR904 for one written twice."""
    nodes: dict[str, Node] = {}
    written: dict[str, Scalar] = {}
    for key, value in node.entries:
        name = meaning(fold(key.text), words)
        if name is None:
            known, known_en = (listed(pair[i] for pair in words.values()) for i in (0, 1))
            findings.add(
                "FR901", key.span, where=where[0], where_en=where[1], key=key.text, known=known, known_en=known_en,
                **hints(key.text, spellings(words)),
            )  # fmt: skip
        elif name in nodes:
            findings.add("FR904", key.span, Related(written[name].span, "first"), key=key.text, other=written[name].text)
        else:
            nodes[name], written[name] = value, key
    return _Fields(place, where, nodes, words, findings)


def day_of(node: Scalar, findings: Findings) -> date | None:
    """A written day; FR905 for anything else."""
    try:
        day = parse_day(fold(node.text))
    except NoSuchDay:
        day = None
    if day is None:
        findings.add("FR905", node.span, got=node.text)
    return day


def read_cases(resource: Resource, findings: Findings) -> tuple[Case, ...]:
    """The cases of a file. What is faulty is left out, its faults among `findings`."""
    root = read_yaml(resource, findings)
    if root is None:
        return ()
    if not isinstance(root, Mapping):
        zh, en, example = _SHAPES[Mapping]
        findings.add("FR903", root.span, key=resource.label, want=zh, want_en=en, example=example)
        return ()
    start = root.entries[0][0].span if root.entries else root.span
    top = fields(root, FILE, ("这个文件", "this file"), start, findings)
    on = top.take("on", Scalar)
    day = day_of(on, findings) if on is not None else None
    listing = top.need("cases", Listing)
    programme = top.take("programme", Scalar)
    settings = _switch(top.take("settings", Scalar), findings)
    cases = [_case(node, day, programme, findings) for node in (listing.items if listing else ())]
    return _once([replace(case, settings=settings) for case in cases if case], findings)


def _switch(node: Scalar | None, findings: Findings) -> Span | None:
    """Where something is switched on; FR903 for a word that is neither yes nor no."""
    word = meaning(fold(node.text), SWITCH) if node is not None else None
    if node is not None and word is None:
        findings.add("FR903", node.span, key=FILE["settings"][0], want="是或否", want_en="yes or no", example="样例设定: 是")
    return node.span if node is not None and word == "on" else None


def _case(node: Node, day: date | None, programme: Scalar | None, findings: Findings) -> Case | None:
    if not isinstance(node, Mapping):
        zh, en, example = _SHAPES[Mapping]
        findings.add("FR903", node.span, key="用例", want=zh, want_en=en, example=example)
        return None
    before = len(findings.errors)
    place = node.entries[0][0].span if node.entries else node.span
    found = fields(node, CASE, ("这个用例", "this case"), place, findings)
    own = found.take("on", Scalar)
    on = day_of(own, findings) if own is not None else day
    name, subject = found.need("name", Scalar), found.need("subject", Scalar)
    facts, previous, expect = found.take("facts", Mapping), found.take("previous", Mapping), found.need("expect", Mapping)
    earlier = _periods(found.take("earlier", Listing), findings)
    holder, others, past = found.take("holder", Scalar), _items(found, "others"), _items(found, "past")
    if expect is not None and not expect.entries:
        findings.add("FR926", expect.span)
    if len(findings.errors) > before or name is None or subject is None or expect is None:
        return None
    return Case(name.text, name.span, on, programme, subject, facts, previous, earlier, expect, holder, others, past)


def _items(found: _Fields, name: str) -> tuple[Node, ...] | None:
    """The items of a list, None where the key is not written."""
    listing = found.take(name, Listing)
    return listing.items if listing is not None else None


def _periods(listing: Listing | None, findings: Findings) -> tuple[Mapping, ...]:
    """The facts of the periods before the last, the nearest first."""
    found: list[Mapping] = []
    for node in listing.items if listing is not None else ():
        if isinstance(node, Mapping):
            found.append(node)
        else:
            zh, en, _ = _SHAPES[Mapping]
            findings.add("FR903", node.span, key="更早", want=zh, want_en=en, example="更早: [{甲: 12次}, {甲: 10次}]")
    return tuple(found)


def _once(cases: list[Case], findings: Findings) -> tuple[Case, ...]:
    """The cases; FR924 for two of one name."""
    first: dict[str, Case] = {}
    for case in cases:
        if case.name in first:
            findings.add("FR924", case.place, Related(first[case.name].place, "first"), name=case.name)
        first.setdefault(case.name, case)
    return tuple(cases)
