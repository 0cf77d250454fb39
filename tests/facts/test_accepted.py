"""A fact that was proved in another way than the rules accept is unknown, and the cell that said it is told."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from flagrules.facts.read import read_facts
from flagrules.facts.schema import Acceptance, FactSpec, Schema
from flagrules.facts.table import Cell, Entry, Judgement, Parts, Rows, State
from flagrules.model.kinds import Checklist, Choice, Field, Judged, Quantity, Records, Text, YesNo
from flagrules.text.findings import Finding, Severity
from flagrules.text.source import CellPlace

SEEN = Acceptance("办法", ("现场", "抽查"))
EVENTS = Records("起", (Field("人数", Quantity("人")),))
FACTS = (
    FactSpec("达标", YesNo(), ("村",), nullable=True, accepted=SEEN),
    FactSpec("三室", Checklist(("甲", "乙")), ("村",), accepted=SEEN),
    FactSpec("评议", Judged("验收组"), ("村",), Fraction(0), Fraction(80), accepted=SEEN),
    FactSpec("事故", EVENTS, ("村",), Fraction(0), Fraction(9), accepted=Acceptance("文号", ("2021",))),
    FactSpec("办法", Choice(("现场", "抽查", "材料")), ("村",)),
    FactSpec("文号", Text(), ("村",)),
)
SCHEMA = Schema("试行方案", ("村",), (), FACTS, "d1" * 32)
HEAD = "编号,期,达标,三室/甲,三室/乙,评议/得分,办法,文号,事故\n"


Reading = Callable[..., tuple[dict[str, Entry], list[Finding]]]


@pytest.fixture
def read(tmp_path: Path) -> Reading:
    return lambda row, events="": reading(tmp_path, row, events)


def reading(folder: Path, row: str, events: str) -> tuple[dict[str, Entry], list[Finding]]:
    files = {"村.csv": "编号,名称,类别\n01,甲村,村\n", "事实.csv": HEAD + row + "\n"} | ({"事故.csv": events} if events else {})
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    _, table, findings = read_facts({name: folder / name for name in files}, SCHEMA, "2021", "2020")
    told = [item for item in findings if item.code == "FR028"]
    return dict(table.entries[("01", "2021")]), told


def cell(entry: Entry | None) -> Cell:
    assert isinstance(entry, Cell)
    return entry


@pytest.mark.parametrize("way", ["现场", "抽查"])
def test_what_was_proved_as_the_rules_ask_counts_and_nothing_is_told(read: Reading, way: str) -> None:
    found, told = read(f"01,2021,否,有,无,60,{way},2021,零报告")
    assert told == []
    assert cell(found["达标"]) == Cell(State.KNOWN, value=False)
    judged, events = found["评议"], found["事故"]
    assert isinstance(judged, Judgement)
    assert judged.points.value == 60
    assert isinstance(events, Rows)
    assert events.filed


@pytest.mark.parametrize(("way", "said"), [("材料", "材料"), ("", "没有填")])
def test_what_was_proved_otherwise_is_unknown_and_its_cell_is_told(read: Reading, way: str, said: str) -> None:
    found, told = read(f"01,2021,否,有,无,60,{way},2020,零报告")
    assert cell(found["达标"]).state is State.UNKNOWN
    parts, judged, events = found["三室"], found["评议"], found["事故"]
    assert isinstance(parts, Parts)
    assert {item.state for item in parts.parts.values()} == {State.UNKNOWN}
    assert isinstance(judged, Judgement)
    assert judged.points.value is None
    assert isinstance(events, Rows)
    assert not events.filed
    columns = {item.place.column: dict(item.args) for item in told if isinstance(item.place, CellPlace)}
    assert set(columns) == {"达标", "三室/甲", "评议/得分", "事故"}
    assert columns["达标"]["said"] == said
    assert columns["事故"]["said"] == "2020"
    assert {item.severity for item in told} == {Severity.WARNING}


def test_rows_of_a_list_that_is_not_accepted_are_not_counted(read: Reading) -> None:
    rows = "编号,期,人数\n01,2021,3\n01,2021,1\n"
    found, told = read("01,2021,,,,,,2020,", events=rows)
    assert found["事故"] == Rows((), filed=False)
    assert [dict(item.args)["fact"] for item in told] == ["事故"]
    found, told = read("01,2021,,,,,,2021,", events=rows)
    assert isinstance(found["事故"], Rows)
    assert len(found["事故"].rows) == 2
    assert told == []


def test_a_blank_is_not_told_and_what_does_not_apply_needs_no_proof(read: Reading) -> None:
    found, told = read("01,2021,不适用,,,,材料,,")
    assert cell(found["达标"]).state is State.NOT_APPLICABLE
    assert told == []
