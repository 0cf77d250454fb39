"""Right files: states, values worked by hand, encodings, and the same table whatever the order."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from flagrules.facts.files import BUILT_IN
from flagrules.facts.raw import Raw, RawRow, RawSheet, Sheets, column_letter
from flagrules.facts.read import read_facts
from flagrules.facts.schema import Schema
from flagrules.facts.table import Cell, FactTable, Judgement, Parts, Register, Rows, State, Value
from flagrules.text.findings import Findings

Reading = Callable[[dict[str, str | bytes]], tuple[Register, FactTable, Findings]]
Where = Callable[[Findings], list[tuple[str, int, str]]]
H = "编号,期,活动次数\n"


def known(value: Value) -> Cell:
    return Cell(State.KNOWN, value)


VALUES = [
    ("活动次数", "0", Fraction(0)),
    ("活动次数", "366", Fraction(366)),
    ("活动次数(次)", "12", Fraction(12)),
    ("activities", " 12 ", Fraction(12)),
    ("活动次数", "１２", Fraction(12)),
    ("活动次数", "12.0", Fraction(12)),
    ("满意度", "95%", Fraction(19, 20)),
    ("满意度", "９５．５％", Fraction(191, 200)),
    ("满意度（%）", "95.01", Fraction(9501, 10000)),
    ("满意度(%)", "95%", Fraction(19, 20)),
    ("satisfaction(%)", "100", Fraction(1)),
    ("增幅(个百分点)", "-1.5", Fraction(-3, 200)),
    ("增幅", "1.5个百分点", Fraction(3, 200)),
    ("补贴", "1.5", Fraction(15000)),
    ("补贴(万元)", "0.000001", Fraction(1, 100)),
    ("完成日", "2021-5-28", Fraction(737938)),
    ("完成日", "2021/05/28", Fraction(737938)),
    ("完成日", "2021年5月28日", Fraction(737938)),
    ("有事故", "是", True),
    ("有事故", "No", False),
    ("组织", "不合格", "不合格"),
    ("备注", "=1+1,好", "=1+1,好"),
    ("公示天数(日)", "7", Fraction(7)),
]


@pytest.mark.parametrize(("header", "cell", "value"), VALUES)
def test_a_value(reading: Reading, where: Where, header: str, cell: str, value: Value) -> None:
    _, table, findings = reading({"f.csv": f'编号,期,{header}\n01,2021,"{cell}"\n'})
    assert where(findings) == []
    (entry,) = table.entries["01", "2021"].values()
    assert entry == known(value)
    assert type(entry.value) is type(value)


@pytest.mark.parametrize(
    ("cell", "state"),
    [
        ("", State.UNKNOWN),
        ("  ", State.UNKNOWN),
        ("不适用", State.NOT_APPLICABLE),
        ("not_applicable", State.NOT_APPLICABLE),
        ("未问", State.NOT_ASKED),
        ("not_asked", State.NOT_ASKED),
    ],
)
def test_a_state_is_no_number(reading: Reading, where: Where, cell: str, state: State) -> None:
    _, table, findings = reading({"f.csv": f"编号,期,满意度\n01,2021,{cell}\n"})
    assert (where(findings), table.entry("01", "满意度")) == ([], Cell(state))


def test_a_column_beside_the_values_says_what_does_not_apply(reading: Reading, where: Where) -> None:
    _, table, findings = reading({"f.csv": "编号,期,满意度,满意度/不适用\n01,2021,,是\n04,2021,90%,否\n"})
    assert where(findings) == []
    assert table.entry("01", "满意度") == Cell(State.NOT_APPLICABLE)
    assert table.entry("04", "满意度") == known(Fraction(9, 10))


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("01,2021,90%,是", ("FR027", 2, "满意度")),
        ("01,2021,,也许", ("FR583", 2, "满意度/不适用")),
    ],
)
def test_a_column_beside_the_values_that_says_too_much(reading: Reading, where: Where, row: str, told: tuple[str, int, str]) -> None:
    assert where(reading({"f.csv": f"编号,期,满意度,满意度/不适用\n{row}\n"})[2]) == [told]


def test_a_column_beside_the_values_of_what_always_applies(reading: Reading, where: Where) -> None:
    findings = reading({"f.csv": "编号,期,活动次数,活动次数/不适用\n01,2021,,是\n"})[2]
    assert where(findings) == [("FR576", 2, "活动次数")]


def test_what_no_file_says_is_absent_and_told_once(reading: Reading) -> None:
    _, table, findings = reading({"f.csv": H + "01,2021,3\n"})
    assert table.entry("01", "满意度") is None
    assert table.entry("04", "活动次数") is None
    absent = [dict(item.args) for item in findings if item.code == "FR549"]
    assert [item["count"] for item in absent] == ["12"]
    assert "满意度" in absent[0]["names"]
    assert "活动次数" not in absent[0]["names"]


def test_the_year_before_is_kept_apart(reading: Reading, where: Where) -> None:
    _, table, findings = reading({"f.csv": H + "01,2021,3\n01,2020,2\n03,2020,9\n"})
    assert where(findings) == []
    assert table.entry("01", "活动次数") == known(Fraction(3))
    assert table.entry("01", "活动次数", years_back=1) == known(Fraction(2))
    assert table.entry("03", "活动次数", years_back=1) == known(Fraction(9))


def test_a_checklist_keeps_each_part(reading: Reading, where: Where) -> None:
    _, table, findings = reading({"f.csv": "编号,期,三室/办公室,三室/图书室\n01,2021,有,无\n04,2021,不适用,\n"})
    assert where(findings) == []
    assert table.entry("01", "三室") == Parts({"办公室": known(True), "图书室": known(False)})  # noqa: FBT003
    assert table.entry("04", "三室") == Parts({"办公室": Cell(State.NOT_APPLICABLE), "图书室": Cell(State.UNKNOWN)})


def test_a_judged_value_keeps_who_why_and_what(reading: Reading, where: Where) -> None:
    header = "编号,期,评议/得分(分),评议/评委,review/reason,评议/文件\n"
    _, table, findings = reading({"f.csv": header + "01,2021,72.5,李验收,整洁,验收表3\n04,2021,,,,\n"})
    assert where(findings) == []
    assert table.entry("01", "评议") == Judgement(known(Fraction(145, 2)), "李验收", "整洁", "验收表3")
    assert table.entry("04", "评议") == Judgement(Cell(State.UNKNOWN))


def test_no_rows_are_none_only_after_a_nil_return(reading: Reading, where: Where) -> None:
    files: dict[str, str | bytes] = {
        "f.csv": "编号,期,事故\n01,2021,零报告\n04,2021,\n",
        "事故.csv": "编号,期,日期,死亡人数\n01,2020,2020-02-03,\n01,2020,2020-01-02,1\n",
    }
    _, table, findings = reading(files)
    assert where(findings) == []
    assert table.entry("01", "事故") == _without_origin(Rows((), filed=True), table.entry("01", "事故"))
    empty = table.entry("04", "事故")
    assert isinstance(empty, Rows)
    assert (empty.rows, empty.filed) == ((), False)
    rows = table.entry("01", "事故", years_back=1)
    assert isinstance(rows, Rows)
    assert rows.filed
    assert [row.fields["死亡人数"] for row in rows.rows] == [known(Fraction(1)), Cell(State.UNKNOWN)]
    assert [row.origin.row for row in rows.rows] == [3, 2]


def _without_origin(rows: Rows, like: object) -> Rows:
    assert isinstance(like, Rows)
    assert str(like.origin) == "f.csv:2:事故"
    return Rows(rows.rows, rows.filed, like.origin)


def test_a_list_may_be_not_asked(reading: Reading, where: Where) -> None:
    _, table, findings = reading({"f.csv": "编号,期,事故\n01,2021,未问\n"})
    assert (where(findings), table.entry("01", "事故")) == ([], Cell(State.NOT_ASKED))


def test_the_register_keeps_its_order_and_its_days(reading: Reading) -> None:
    register = reading({})[0]
    assert list(register.units) == ["14", "01", "02", "03", "04"]
    assert register.units["03"].valid_to == date(2020, 3, 31)
    assert register.units["03"].merged_into == "01"
    assert [unit.name for unit in register.ancestors("01")] == ["甲县"]


def test_order_of_rows_columns_and_files_does_not_matter(
    reading: Reading, tmp_path: Path, schema: Schema
) -> None:
    ordered = "编号,期,活动次数,有事故\n01,2021,3,是\n04,2021,4,否\n"
    first = reading({"a.csv": ordered, "b.csv": "编号,期,满意度\n01,2021,5%\n"})[1]
    (tmp_path / "a.csv").write_text("有事故,期,编号,活动次数\n否,2021,04,4\n是,2021,01,3\n", encoding="utf-8")
    second = read_facts([Path("b.csv"), Path("a.csv"), Path("登记.csv")], schema, "2021", "2020")[1]
    assert first.entries == second.entries
    assert repr(list(first.entries)) == repr(list(second.entries))
    assert [list(entry) for entry in first.entries.values()] == [list(entry) for entry in second.entries.values()]


def test_a_blank_in_one_file_gives_way_to_a_value_in_another(reading: Reading, where: Where) -> None:
    _, table, findings = reading({"a.csv": H + "01,2021,\n", "b.csv": H + "01,2021,5\n"})
    assert (where(findings), table.entry("01", "活动次数")) == ([], known(Fraction(5)))


@pytest.mark.parametrize(("encoding", "notes"), [("utf-8", []), ("utf-8-sig", []), ("gb18030", ["FR516"])])
def test_encodings(reading: Reading, encoding: str, notes: list[str]) -> None:
    _, table, findings = reading({"f.csv": "编号,期,名称,组织\r\n01,2021,东村,优秀\r\n".encode(encoding)})
    assert table.entry("01", "组织") == known("优秀")
    assert [item.code for item in findings if item.code == "FR516"] == notes
    assert not findings.errors


@pytest.mark.parametrize(
    ("written", "note"), [("１", "FR553"), ("０１", "FR552"), ("01 ", "FR552"), ("1", "FR553"), ("1.0", "FR551"), ("01", None)]
)
def test_ids_are_made_plain_only_with_a_note(reading: Reading, where: Where, written: str, note: str | None) -> None:
    _, table, findings = reading({"f.csv": H + f"{written},2021,3\n"})
    assert (where(findings), table.entry("01", "活动次数")) == ([], known(Fraction(3)))
    codes = [item.code for item in findings if item.code in {"FR551", "FR552", "FR553"}]
    assert (note in codes) if note else (codes == [])


def test_a_repair_is_noted_once_a_column(reading: Reading) -> None:
    findings = reading({"f.csv": H + "01 ,2021,１\n04 ,2021,２\n"})[2]
    counts = {item.code: dict(item.args)["count"] for item in findings if item.code in {"FR552", "FR578"}}
    assert counts == {"FR552": "2", "FR578": "2"}


def test_english_headers(reading: Reading, where: Where) -> None:
    register = "id,name,kind,parent,valid_from,valid_to,merged_into\n01,East,村,,2020-01-01,,\n"
    _, table, findings = reading({"登记.csv": register, "f.csv": "ID,Period,Name,Activities,review/points\n01,2021,East,3,\n"})
    assert (where(findings), table.entry("01", "活动次数")) == ([], known(Fraction(3)))


def test_parquet_keeps_exact_numbers(reading: Reading, where: Where) -> None:
    stream = io.BytesIO()
    pl.DataFrame(
        {
            "编号": ["01", "04"],
            "期": [2021, 2021],
            "活动次数": [3, None],
            "补贴": [Decimal("1.50"), Decimal("0.00")],
            "完成日": [date(2021, 5, 28), None],
            "有事故": [True, False],
        }
    ).write_parquet(stream)
    _, table, findings = reading({"f.parquet": stream.getvalue()})
    assert where(findings) == []
    assert table.entry("01", "补贴") == known(Fraction(15000))
    assert table.entry("01", "完成日") == known(Fraction(737938))
    assert table.entry("01", "有事故") == known(True)  # noqa: FBT003
    blank = table.entry("04", "活动次数")
    assert isinstance(blank, Cell)
    assert (blank.state, str(blank.origin)) == (State.UNKNOWN, "f.parquet:2:活动次数")


def test_a_reader_of_ones_own(schema: Schema, tmp_path: Path, register_csv: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_words(path: Path, _label: str) -> Sheets:
        lines = path.read_text(encoding="utf-8").splitlines()
        rows = (RawRow(number, tuple(map(Raw, line.split("|")))) for number, line in enumerate(lines, 1))
        return Sheets((RawSheet("", tuple(rows)),))

    monkeypatch.chdir(tmp_path)
    Path("登记.csv").write_text(register_csv, encoding="utf-8")
    Path("f.bar").write_text("编号|期|活动次数\n01|2021|8\n", encoding="utf-8")
    table = read_facts([Path("f.bar"), Path("登记.csv")], schema, "2021", "2020", {**BUILT_IN, ".bar": read_words})[1]
    assert table.entry("01", "活动次数") == known(Fraction(8))


@pytest.mark.parametrize(("column", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA"), (16384, "XFD")])
def test_column_letters(column: int, letters: str) -> None:
    assert column_letter(column) == letters


def test_units_of_a_kind_that_is_asked_nothing_are_not_called_silent(
    schema: Schema, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("r.csv").write_text("编号,名称,类别,上级\n01,东村,村,\n02,西村,村,\n07,甲群,群,\n", "utf-8")
    Path("f.csv").write_text("编号,期,活动次数\n01,2021,3\n", "utf-8")
    wide = replace(schema, subjects=(*schema.subjects, "群"))
    _, _, findings = read_facts([Path("r.csv"), Path("f.csv")], wide, "2021", "2020")
    silent = [item for item in findings if item.code == "FR569"]
    assert [dict(item.args)["names"] for item in silent] == ["西村"]
