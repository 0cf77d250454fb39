"""The facts of a case: written values to the entries an engine reads, by the same rules as cells of fact files."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from flagrules.facts.accepted import accepted
from flagrules.facts.log import Log
from flagrules.facts.raw import Raw
from flagrules.facts.schema import FactSpec, Schema
from flagrules.facts.table import Cell, Entry, Judgement, Parts, Row, Rows, State
from flagrules.facts.values import Slot, read_cell
from flagrules.facts.words import NIL, fold
from flagrules.model import kinds as k
from flagrules.syntax.vocabulary import vocabulary
from flagrules.testing.words import UNKNOWN, hints, listed
from flagrules.text.findings import Findings, Related
from flagrules.text.safe_yaml import Listing, Mapping, Node, Scalar
from flagrules.text.source import CellPlace

_NUMBER = re.compile(r"([+-]?[0-9][0-9.,]*)\s*(.*)")
_SAME = {"百分点": "个百分点"}


def written_unit(text: str) -> str:
    """The Chinese word of a unit written in either language."""
    return vocabulary().unit(_SAME.get(text, text), "zh")


@dataclass(frozen=True)
class FactReader:
    """Reads the facts of units of one kind."""

    schema: Schema
    subject: str
    findings: Findings

    def read(self, node: Mapping | None) -> dict[str, Entry]:
        """Entries by fact name. What is not given, or given as 未知, is unknown; faults are findings and leave it unknown."""
        found: dict[str, Entry] = {}
        first: dict[str, Scalar] = {}
        for key, value in node.entries if node is not None else ():
            spec = self._spec(key)
            if spec is None:
                continue
            if spec.name in first:
                self.findings.add("FR913", key.span, Related(first[spec.name].span, "first"), fact=spec.name)
                continue
            first[spec.name] = key
            entry = self._entry(spec, value)
            if entry is not None:
                found[spec.name] = entry
        return accepted(found, self.schema.facts)

    def _spec(self, key: Scalar) -> FactSpec | None:
        name = fold(key.text)
        spec = self.schema.fact(name) if name else None
        if spec is None:
            known = [word for other in self.schema.facts for word in (other.name, other.alias) if word]
            self.findings.add("FR908", key.span, got=key.text, **hints(name, known))
        elif self.subject not in spec.subjects:
            self.findings.add("FR909", key.span, fact=spec.name, subject=self.subject)
            return None
        return spec

    def _entry(self, spec: FactSpec, node: Node) -> Entry | None:
        match spec.kind:
            case k.Checklist(parts):
                return self._parts(spec, parts, node)
            case k.Records():
                return self._rows(spec, spec.kind, node)
            case k.Judged():
                cell = self._cell(Slot(spec.name, spec.kind, spec.low, spec.high, spec.nullable), node)
                return Judgement(cell) if cell is not None else None
            case _:
                return self._cell(Slot(spec.name, spec.kind, spec.low, spec.high, spec.nullable), node)

    def _parts(self, spec: FactSpec, parts: tuple[str, ...], node: Node) -> Entry | None:
        if not isinstance(node, Mapping):
            example = f"{spec.name}: {{{parts[0]}: 有, {parts[-1]}: 无}}"
            want, want_en = f"每一部分有没有（{listed(parts)}）", f"its parts ({listed(parts)})"
            self.findings.add("FR903", node.span, key=spec.name, want=want, want_en=want_en, example=example)
            return None
        found: dict[str, Cell] = {}
        for key, value in node.entries:
            part = fold(key.text)
            if part not in parts:
                words = hints(part, parts)
                self.findings.add("FR912", key.span, fact=spec.name, part=key.text, known=listed(parts), **words)
                continue
            cell = self._cell(Slot(f"{spec.name}/{part}", k.YesNo(), nullable=spec.nullable, part=True), value)
            if cell is not None:
                found[part] = cell
        return Parts(found)

    def _rows(self, spec: FactSpec, kind: k.Records, node: Node) -> Entry | None:
        """A list given row by row, or by how many rows it has: `3起`, or `零报告` for none."""
        if isinstance(node, Listing):
            return Rows(tuple(self._row(spec, kind.fields, item) for item in node.items), filed=True)
        if isinstance(node, Scalar) and fold(node.text).casefold() in NIL:
            return Rows((), filed=True)
        cell = self._cell(Slot(spec.name, k.Quantity(kind.unit), spec.low, spec.high, spec.nullable), node)
        if cell is None or not isinstance(cell.value, Fraction):
            return cell
        row = Row({}, cell.origin or CellPlace(node.span.label, "", node.span.line, spec.name))
        return Rows((row,) * int(cell.value), filed=True)

    def _row(self, spec: FactSpec, fields: tuple[k.Field, ...], node: Node) -> Row:
        """One row: its fields by name; a field left out is unknown (FR928 for a name that is no field)."""
        place = CellPlace(node.span.label, "", node.span.line, spec.name)
        if not isinstance(node, Mapping):
            example = f"{spec.name}: [{{{listed(f'{part.name}: …' for part in fields)}}}]"
            self.findings.add("FR903", node.span, key=spec.name, want="一行的各栏", want_en="the fields of a row", example=example)
            return Row({}, place)
        known = {part.name: part for part in fields}
        found: dict[str, Cell] = {}
        for key, value in node.entries:
            part = known.get(fold(key.text))
            if part is None:
                words = hints(fold(key.text), known)
                self.findings.add("FR928", key.span, fact=spec.name, part=key.text, known=listed(known), **words)
                continue
            cell = self._cell(Slot(f"{spec.name}/{part.name}", part.kind, part.low, part.high), value)
            if cell is not None:
                found[part.name] = cell
        return Row(found, place)

    def _cell(self, slot: Slot, node: Node) -> Cell | None:
        """One value; None where it is unknown or at fault."""
        if not isinstance(node, Scalar):
            self.findings.add("FR903", node.span, key=slot.fact, want="一个值", want_en="a value", example=f"{slot.fact}: …")
            return None
        text = fold(node.text)
        if not text or text.casefold() in UNKNOWN:
            return None
        settled = self._settled(slot, text, node)
        if settled is None:
            return None
        log = Log()
        place = CellPlace(node.span.label, "", node.span.line, slot.fact)
        cell = read_cell(Raw(settled[0]), settled[1], place, log)
        self.findings.extend(replace(item, place=node.span) for item in log.close())
        return cell if cell.state is not State.UNKNOWN else None

    def _settled(self, slot: Slot, text: str, node: Scalar) -> tuple[str, Slot] | None:
        """The number without its unit and the slot that takes it; FR910 where there is no unit, FR911 where it is another."""
        want = k.unit_of(slot.kind)
        match = _NUMBER.fullmatch(text)
        if not want or match is None:
            return text, slot
        number, unit = match[1], written_unit(match[2])
        if isinstance(slot.kind, k.Money) and unit in k.YUAN_PER:
            return number, replace(slot, kind=k.Money(unit), unit=unit)
        if not unit and number != "0":
            self.findings.add("FR910", node.span, fact=slot.fact, got=text, fixed=f"{number}{want}")
            return None
        if unit and unit != want:
            self.findings.add("FR911", node.span, fact=slot.fact, want=want, unit=match[2])
            return None
        return number, replace(slot, unit=want)
