"""What a case expects, resolved against the plan: points, outcomes, deciding lines, tiers and money."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from flagrules.engine.values import Num
from flagrules.facts.words import fold
from flagrules.model.kinds import YUAN_PER
from flagrules.plan.nodes import Plan, TitlePlan
from flagrules.testing.given import written_unit
from flagrules.testing.read import fields
from flagrules.testing.words import DECIDED, DETAIL, GROUPS, ITEMS, NO_GRADE, OUTCOMES, REACHED, Words, hints, listed, meaning, spellings
from flagrules.text.findings import Findings
from flagrules.text.safe_yaml import Mapping, Node, Scalar
from flagrules.text.source import Span

_AMOUNT = re.compile(r"([+-]?[0-9]{1,18}(?:\.[0-9]{1,6})?(?:/[1-9][0-9]{0,17})?)\s*(\D*)")
_ITEM = re.compile(rf"({'|'.join(spellings(ITEMS))})\s*(\S.*)")
_LINE = re.compile(r"(?:.*[^/]:)?[0-9]+")
_POINTS = {"分": Fraction(1)}
_MONEY = {unit: Fraction(yuan) for unit, yuan in YUAN_PER.items()}


@dataclass(frozen=True)
class Expectation:
    """One thing expected of a slot; `name` is what the author calls it, `written` what they wrote.

    `want` is a number for points and money, a word for outcomes and tiers, for lines the ids of the
    rule lines that are meant.
    """

    kind: Literal["points", "money", "outcome", "tier", "line", "grade", "decision"]
    name: str
    slot: str
    want: Num | str | frozenset[str]
    written: str
    place: Span


@dataclass(frozen=True)
class ExpectReader:
    """Reads what is expected of a unit of one kind."""

    plan: Plan
    subject: str
    findings: Findings

    def read(self, node: Mapping) -> tuple[Expectation, ...]:
        """Every expectation, in the order written; what cannot be read is among the findings."""
        return tuple(item for key, value in node.entries for item in self._about(key, value))

    @property
    def titles(self) -> tuple[TitlePlan, ...]:
        """The titles units of the kind may hold."""
        return tuple(title for title in self.plan.titles if self.subject in title.subjects)

    def _about(self, key: Scalar, node: Node) -> Iterator[Expectation]:
        text = fold(key.text)
        group = meaning(text, GROUPS)
        if group == "tiers":
            yield from self._members(key, node, self._tier)
        elif group == "subsidies":
            yield from self._members(key, node, self._money)
        elif (match := _ITEM.fullmatch(text)) is not None:
            if (slot := self._item(key, match[2])) is not None:
                yield from self._detail(key.text, slot, None, node)
        elif (title := self._title(key, text)) is not None:
            yield from self._detail(title.name, title.score, title, node)

    # ── names ──
    def _item(self, key: Scalar, item: str) -> str | None:
        """The slot of the points of an indicator, bonus or penalty (FR914)."""
        owners = {title.path for title in self.titles}
        bodies = [title.body for title in self.plan.rules.titles if title.path in owners]
        slots = {block.item: f"{block.path}/score" for body in bodies for block in body.blocks() if block.item}
        slot = slots.get(item)
        if slot is None:
            self.findings.add("FR914", key.span, got=item, **hints(item, slots))
        return slot

    def _title(self, key: Scalar, text: str) -> TitlePlan | None:
        """A title by its name or its path (FR915); no two titles of one kind of unit share a name."""
        found = [title for title in self.titles if text in (fold(title.name), fold(title.path))]
        if found:
            return found[0]
        known = [title.name for title in self.titles]
        words = hints(text, [*known, *spellings(GROUPS)])
        self.findings.add("FR915", key.span, got=key.text, known=listed(known), **words)
        return None

    def _members(self, key: Scalar, node: Node, one: Callable[[Scalar, Scalar], Expectation | None]) -> Iterator[Expectation]:
        if not isinstance(node, Mapping):
            zh, en, example = "缩进的几行“名称: 值”", "indented lines of 'name: value'", f"{key.text}: {{…: …}}"
            self.findings.add("FR903", node.span, key=key.text, want=zh, want_en=en, example=example)
            return
        for name, value in node.entries:
            if (text := self._text(name.text, value)) is not None and (found := one(name, text)) is not None:
                yield found

    def _tier(self, name: Scalar, value: Scalar) -> Expectation | None:
        tiers = {tier.name: tier.slot for tier in self.plan.tiers if self.subject in tier.subjects}
        slot, want = tiers.get(fold(name.text)), self._word(value, REACHED, "FR921")
        if slot is None:
            self.findings.add("FR916", name.span, got=name.text, known=listed(tiers), **hints(name.text, tiers))
        if slot is None or want is None:
            return None
        return Expectation("tier", name.text, slot, want, value.text, value.span)

    def _money(self, name: Scalar, value: Scalar) -> Expectation | None:
        slots = {payment.payer: payment.slot for payment in self.plan.payments if payment.subject == self.subject}
        slot, want = slots.get(fold(name.text)), self._number(value, _MONEY, "FR922")
        if slot is None:
            self.findings.add("FR917", name.span, got=name.text, known=listed(slots), **hints(name.text, slots))
        if slot is None or want is None:
            return None
        return Expectation("money", name.text, slot, want, value.text, value.span)

    # ── values ──
    def _text(self, key: str, node: Node) -> Scalar | None:
        if isinstance(node, Scalar):
            return node
        self.findings.add("FR903", node.span, key=key, want="一个值", want_en="a value", example=f"{key}: …")
        return None

    def _detail(self, name: str, score: str, title: TitlePlan | None, node: Node) -> Iterator[Expectation]:
        """What is expected of an indicator or a title: one value, or its 得分, 结果, 等级 and 决定行."""
        if isinstance(node, Mapping):
            yield from self._details(name, score, title, node)
        elif (text := self._text(name, node)) is not None:
            is_word = title is not None and (_AMOUNT.match(fold(text.text)) is None)
            found = self._outcome(name, title.outcome, text) if title is not None and is_word else self._points(name, score, text)
            if found is not None:
                yield found

    def _details(self, name: str, score: str, title: TitlePlan | None, node: Mapping) -> Iterator[Expectation]:
        slots = {"points": score, "line": score}
        if title is not None:
            slots = {"points": score, "line": title.outcome, "outcome": title.outcome, "grade": title.grade}
            slots["decision"] = title.decision or title.bar
        words = {key: pair for key, pair in DETAIL.items() if slots.get(key)}
        found = fields(node, words, (f"“{name}”", f"'{name}'"), node.span, self.findings)
        if not node.entries:
            self.findings.add("FR926", node.span)
        taken = {key: text for key in words if (text := found.take(key, Scalar)) is not None}
        read = {"points": self._points, "outcome": self._outcome, "grade": self._grade, "decision": self._decision, "line": self._line}
        made = [read[key](name, slots[key], taken[key]) for key in DETAIL if key in taken]
        yield from (item for item in made if item is not None)

    def _points(self, name: str, slot: str, value: Scalar) -> Expectation | None:
        want = self._number(value, _POINTS, "FR919")
        return Expectation("points", name, slot, want, value.text, value.span) if want is not None else None

    def _outcome(self, name: str, slot: str, value: Scalar) -> Expectation | None:
        want = self._word(value, OUTCOMES, "FR920")
        return Expectation("outcome", name, slot, want, value.text, value.span) if want is not None else None

    def _grade(self, name: str, slot: str, value: Scalar) -> Expectation | None:
        """The label a title carries (FR929), 无 for none, 未定 while it is open."""
        text = fold(value.text)
        labels = {label for title in self.plan.titles if title.grade == slot for label in self._labels(title.path)}
        known = {label: label for label in labels} | dict.fromkeys(NO_GRADE, NO_GRADE[0])
        known |= dict.fromkeys(OUTCOMES["undetermined"], "undetermined")
        if text not in known:
            self.findings.add("FR929", value.span, got=value.text, known=listed(sorted(labels)), **hints(value.text, known))
            return None
        return Expectation("grade", name, slot, known[text], value.text, value.span)

    def _labels(self, path: str) -> tuple[str, ...]:
        return next(tuple(label for label, _ in rule.grades) for rule in self.plan.rules.titles if rule.path == path)

    def _decision(self, name: str, slot: str, value: Scalar) -> Expectation | None:
        """What is decided on a title that lasts, or that this year is lost, which is a decision of its own (FR931)."""
        want = self._word(value, DECIDED, "FR931")
        if want == "barred":
            slot = next(title.bar for title in self.plan.titles if slot in (title.decision, title.bar)) or slot
        return Expectation("decision", name, slot, want, value.text, value.span) if want is not None else None

    def _word(self, value: Scalar, words: Words, code: str) -> str | None:
        found = meaning(fold(value.text), words)
        if found is None:
            self.findings.add(code, value.span, got=value.text, **hints(value.text, spellings(words)))
        return found

    def _number(self, value: Scalar, units: dict[str, Fraction], code: str) -> Num | None:
        """A number with its unit, or two with ~ between; FR923 when they are the wrong way round."""
        ends = [_amount(part, units) for part in fold(value.text).split("~")]
        low, high = ends[0], ends[-1]
        if low is None or high is None or len(ends) > 2:
            self.findings.add(code, value.span, got=value.text)
            return None
        if low > high:
            self.findings.add("FR923", value.span, got=value.text)
            return None
        return Num(low, high)

    def _line(self, name: str, slot: str, value: Scalar) -> Expectation | None:
        """The rule lines a reference means: `file:line`, a bare line number, or words of the line (FR918)."""
        meant, lines = _plain(value.text), self.plan.lines
        if _LINE.fullmatch(meant):
            found = [line for line in lines if line == meant or line.endswith((f"/{meant}", f":{meant}"))]
        else:
            found = [line for line, rule in lines.items() if meant and meant in _plain(rule.text)]
        if not found:
            self.findings.add("FR918", value.span, got=value.text, **hints(meant, [rule.text for rule in lines.values()]))
            return None
        return Expectation("line", name, slot, frozenset(found), value.text, value.span)


def _amount(text: str, units: dict[str, Fraction]) -> Fraction | None:
    match = _AMOUNT.fullmatch(text.strip())
    worth = units.get(written_unit(match[2].strip())) if match is not None else None
    return Fraction(match[1]) * worth if match is not None and worth is not None else None


def _plain(text: str) -> str:
    return " ".join(fold(text).split())
