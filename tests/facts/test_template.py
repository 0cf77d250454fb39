"""The form: the same bytes each time, and read back as it was filled in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Literal

import openpyxl
import pytest

from flagrules.facts.read import read_facts
from flagrules.facts.schema import Acceptance, Schema
from flagrules.facts.table import Cell, FactTable, Judgement, Parts, Register, Rows, State
from flagrules.facts.template import write_template
from flagrules.text.findings import Findings

Reading = Callable[[dict[str, str | bytes]], tuple[Register, FactTable, Findings]]
Where = Callable[[Findings], list[tuple[str, int, str]]]


@pytest.fixture
def register(reading: Reading) -> Register:
    return reading({})[0]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_form_is_the_same_bytes_twice(schema: Schema, register: Register, tmp_path: Path, lang: Literal["zh", "en"]) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_template(schema, register, tmp_path / name, period="2021", lang=lang)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_empty_form_has_no_fault_and_gives_the_same_register(
    schema: Schema, register: Register, where: Where, lang: Literal["zh", "en"]
) -> None:
    write_template(schema, register, Path("f.xlsx"), period="2021", lang=lang)
    back, table, findings = read_facts([Path("f.xlsx")], schema, "2021", "2020")
    assert where(findings) == []
    assert back == register
    assert set(table.entries) == {("01", "2021"), ("04", "2021")}
    assert table.entry("01", "活动次数") == Cell(State.UNKNOWN)
    assert not [item for item in findings if item.code in {"FR549", "FR569"}]


FILLED: dict[str, dict[Literal["zh", "en"], tuple[str, object]]] = {
    "活动次数": {"zh": ("活动次数(次)", 12), "en": ("activities(次)", 12)},
    "满意度": {"zh": ("满意度(%)", 95.5), "en": ("satisfaction(%)", "95.5%")},
    "三室": {"zh": ("三室/办公室", "有"), "en": ("三室/办公室", "yes")},
    "评议": {"zh": ("评议/得分(分)", 70), "en": ("review/points(分)", 70)},
    "事故": {"zh": ("事故", "零报告"), "en": ("accidents", "nil")},
}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_filled_form_reads_back(schema: Schema, register: Register, where: Where, lang: Literal["zh", "en"]) -> None:
    write_template(schema, register, Path("f.xlsx"), period="2021", lang=lang)
    book = openpyxl.load_workbook("f.xlsx")
    page = book.worksheets[2]
    columns = {cell.value: cell.column for cell in page[1]}
    for header, value in (spellings[lang] for spellings in FILLED.values()):
        page.cell(2, columns[header], value)
    book.worksheets[3].append(["04", "2021", "2021-05-28", 1, "翻车"])
    book.save("f.xlsx")
    _, table, findings = read_facts([Path("f.xlsx")], schema, "2021", "2020")
    assert where(findings) == [("FR592", 2, FILLED["评议"][lang][0])]
    assert table.entry("01", "活动次数") == Cell(State.KNOWN, Fraction(12))
    assert table.entry("01", "满意度") == Cell(State.KNOWN, Fraction(191, 200))
    assert table.entry("01", "评议") == Judgement(Cell(State.KNOWN, Fraction(70)))
    parts, nil, rows = table.entry("01", "三室"), table.entry("01", "事故"), table.entry("04", "事故")
    assert isinstance(parts, Parts)
    assert parts.parts["办公室"].value is True
    assert isinstance(nil, Rows)
    assert nil.filed
    assert isinstance(rows, Rows)
    assert [row.fields["说明"].value for row in rows.rows] == ["翻车"]


def test_a_form_made_for_other_rules_is_told(schema: Schema, register: Register, where: Where) -> None:
    write_template(replace(schema, digest="ee" * 32), register, Path("f.xlsx"), period="2021")
    findings = read_facts([Path("f.xlsx")], schema, "2021", "2020")[2]
    assert where(findings) == [("FR547", 2, "规则摘要")]


def test_facts_not_asked_of_a_kind_are_filled_in_as_such(schema: Schema, register: Register) -> None:
    write_template(schema, register, Path("f.xlsx"), period="2021")
    page = openpyxl.load_workbook("f.xlsx")["事实"]
    column = next(cell.column for cell in page[1] if cell.value == "社区事(件)")
    assert [page.cell(row, 1).value for row in (2, 3)] == ["01", "04"]
    assert [page.cell(row, column).value for row in (2, 3)] == ["未问", None]


def test_the_form_says_what_is_asked_and_offers_the_choices(schema: Schema, tmp_path: Path) -> None:
    write_template(schema, None, tmp_path / "空.xlsx")
    book = openpyxl.load_workbook(tmp_path / "空.xlsx")
    said = [cell.value for row in book["填报说明"].iter_rows() for cell in row]
    assert {"开展几次?", "测评表", "0次 ~ 366次", "优秀、合格、不合格", schema.digest} <= set(said)
    rules = [rule.formula1 for rule in book["事实"].data_validations.dataValidation]
    assert '"优秀,合格,不合格,未问"' in rules
    assert '"零报告,未问"' in rules


def test_text_that_looks_like_a_formula_stays_text(register: Register, schema: Schema) -> None:
    spec = replace(schema.facts[0], question="=cmd|'/c calc'!A1")
    write_template(replace(schema, facts=(spec,)), register, Path("f.xlsx"))
    cell = next(c for row in openpyxl.load_workbook("f.xlsx")["填报说明"].iter_rows() for c in row if "cmd" in str(c.value))
    assert cell.data_type == "s"


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", "测评表；只采信“组织”为优秀、合格的"), ("en", "测评表; counts only where '组织' is 优秀、合格")]
)
def test_a_form_says_which_proof_counts(schema: Schema, register: Register, lang: Literal["zh", "en"], words: str) -> None:
    rests = Acceptance("组织", ("优秀", "合格"))
    facts = tuple(replace(spec, accepted=rests) if spec.name == "满意度" else spec for spec in schema.facts)
    write_template(replace(schema, facts=facts), register, Path("f.xlsx"), period="2021", lang=lang)
    guide = openpyxl.load_workbook("f.xlsx")
    said = {cell for sheet in guide.worksheets for row in sheet.iter_rows(values_only=True) for cell in row}
    assert words in said
