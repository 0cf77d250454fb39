"""Files that cannot be read as they are: one clear finding each, in little time and memory."""

from __future__ import annotations

import io
import os
import random
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from flagrules.facts import limits
from flagrules.facts.read import read_facts
from flagrules.facts.schema import Schema
from flagrules.facts.table import FactTable, Register
from flagrules.text.findings import Findings
from flagrules.text.render import render_all

Reading = Callable[[dict[str, str | bytes]], tuple[Register, FactTable, Findings]]
Where = Callable[[Findings], list[tuple[str, int, str]]]

H = "编号,期,活动次数\n"
GOOD = H + "01,2021,1\n"


def workbook(rows: list[list[object]], sheet: str = "事实") -> bytes:
    """A small workbook."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    page = book.add_worksheet(sheet)
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            page.write(number, column, value)
    book.close()
    return stream.getvalue()


GOOD_BOOK = workbook([["编号", "期", "活动次数"], ["01", "2021", 1]])


def repacked(book: bytes, replace: dict[str, bytes] | None = None, drop: str = "", add: dict[str, bytes] | None = None) -> bytes:
    """The workbook with members replaced, dropped or added."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != drop:
                new.writestr(name, (replace or {}).get(name, old.read(name)))
        for name, data in (add or {}).items():
            new.writestr(name, data)
    return stream.getvalue()


def member(book: bytes, name: str) -> bytes:
    """One member of a workbook."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        return archive.read(name)


def sheet_with(book: bytes, old: bytes, new: bytes, name: str = "xl/worksheets/sheet1.xml") -> bytes:
    """The workbook with a piece of one member's XML exchanged."""
    text = member(book, name)
    assert old in text
    return repacked(book, {name: text.replace(old, new)})


def encrypted(book: bytes) -> bytes:
    """The workbook with the flag of a password set on each member."""
    data = bytearray(book)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(signature, at + 4)
    return bytes(data)


def parquet() -> bytes:
    """A small Parquet file."""
    stream = io.BytesIO()
    pl.DataFrame({"编号": ["01"], "期": ["2021"], "活动次数": [1]}).write_parquet(stream)
    return stream.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
DTD = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
FILES: list[tuple[str, str, bytes, str]] = [
    ("empty", "a.csv", b"", "FR503"),
    ("only blanks", "a.csv", b"\n\n,,\n", "FR503"),
    ("nul", "a.csv", GOOD.replace("1\n", "1\0\n").encode(), "FR514"),
    ("utf-16", "a.csv", GOOD.encode("utf-16"), "FR515"),
    ("mixed encodings", "a.csv", H.encode() + "01,2021,多".encode("gb18030"), "FR517"),
    ("bom, then not utf-8", "a.csv", b"\xef\xbb\xbf" + GOOD.encode("gb18030"), "FR517"),
    ("no encoding at all", "a.csv", b"\xff\xff\x81,\n", "FR517"),
    ("lone cr", "a.csv", GOOD.replace("\n", "\r").encode(), "FR518"),
    ("a long line", "a.csv", (H + "01,2021," + "1" * 1_000_001).encode(), "FR519"),
    ("a long cell", "a.csv", (H + "01,2021," + "1" * 200_000).encode(), "FR520"),
    ("workbook called csv", "a.csv", GOOD_BOOK, "FR505"),
    ("parquet called csv", "a.csv", parquet(), "FR505"),
    ("text called xlsx", "a.xlsx", GOOD.encode(), "FR505"),
    ("text called parquet", "a.parquet", GOOD.encode(), "FR505"),
    ("any zip called xlsx", "a.xlsx", repacked(GOOD_BOOK, drop="xl/workbook.xml"), "FR505"),
    ("old workbook", "a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "FR506"),
    ("password", "a.xlsx", encrypted(GOOD_BOOK), "FR506"),
    ("cut short", "a.xlsx", GOOD_BOOK[: len(GOOD_BOOK) // 2], "FR507"),
    ("a byte changed", "a.xlsx", GOOD_BOOK[:80] + b"\xff\xff\xff" + GOOD_BOOK[83:], "FR507"),
    ("no sheet in it", "a.xlsx", repacked(GOOD_BOOK, drop=SHEET), "FR507"),
    ("broken xml", "a.xlsx", repacked(GOOD_BOOK, {SHEET: b"<worksheet><sheetData>"}), "FR507"),
    ("a cell nowhere", "a.xlsx", sheet_with(GOOD_BOOK, b'r="C2"', b'r="?2"'), "FR507"),
    ("zip bomb", "a.xlsx", repacked(GOOD_BOOK, add={"xl/media/x.bin": b"\0" * (64 * 2**20)}), "FR508"),
    ("far cell", "a.xlsx", sheet_with(GOOD_BOOK, b'r="C2"', b'r="XFD1048576"'), "FR509"),
    ("wide and high", "a.xlsx", sheet_with(GOOD_BOOK, b'r="C2"', b'r="DXX190000"'), "FR509"),
    ("dtd", "a.xlsx", repacked(GOOD_BOOK, {SHEET: DTD + member(GOOD_BOOK, SHEET)[55:]}), "FR510"),
    ("dtd in a part not read", "a.xlsx", repacked(GOOD_BOOK, add={"xl/other.xml": DTD + b"<x>&b;</x>"}), "FR510"),
    ("parquet cut short", "a.parquet", parquet()[:-20], "FR507"),
    ("unknown suffix", "a.ods", b"x", "FR504"),
]


def test_a_sheet_that_claims_to_be_huge_is_read_as_it_is(reading: Reading, where: Where) -> None:
    book = sheet_with(GOOD_BOOK, b'ref="A1:C2"', b'ref="A1:XFD1048576"')
    _, table, findings = reading({"a.xlsx": book})
    assert where(findings) == []
    assert ("01", "2021") in table.entries


def test_a_claim_the_parser_believes_ends_the_parser_and_not_the_reader(reading: Reading, where: Where) -> None:
    book = sheet_with(GOOD_BOOK, b'uniqueCount="5"', b'uniqueCount="4294967295"', "xl/sharedStrings.xml")
    assert where(reading({"a.xlsx": book})[2]) == [("FR511", 0, "")]


def test_one_cell_written_millions_of_times_is_refused(reading: Reading, where: Where) -> None:
    sheet = member(GOOD_BOOK, SHEET)
    at = sheet.index(b"</row></sheetData>")
    book = repacked(GOOD_BOOK, {SHEET: sheet[:at] + b'<c r="C2"><v>1</v></c>' * 2_100_000 + sheet[at:]})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "RATIO", 10**6)
        started = time.monotonic()
        assert where(reading({"a.xlsx": book})[2]) == [("FR509", 2, "C")]
        assert time.monotonic() - started < 60  # seconds; generous, since other work may share the machine


@pytest.mark.parametrize(("name", "data"), [("a.csv", GOOD.encode()), ("a.parquet", parquet()), ("a.xlsx", GOOD_BOOK)])
def test_damaged_bytes_never_raise(reading: Reading, name: str, data: bytes) -> None:
    chance = random.Random(7)
    for _ in range(25):
        damaged = bytearray(data)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        _, table, findings = reading({name: bytes(damaged)})
        assert table.entries or findings.errors


@pytest.mark.parametrize(("name", "data", "code"), [pytest.param(n, d, c, id=title) for title, n, d, c in FILES])
def test_a_bad_file_is_one_finding(reading: Reading, name: str, data: bytes, code: str) -> None:
    started = time.monotonic()
    _, table, findings = reading({name: data})
    assert [item.code for item in findings.errors] == [code]
    assert findings.errors[0].place.label == name
    assert not table.entries
    assert time.monotonic() - started < 20
    assert "{" not in render_all(findings, "zh") + render_all(findings, "en")


def test_a_missing_file_and_a_folder(schema: Schema, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("夹.csv").mkdir()
    findings = read_facts([Path("没有.csv"), Path("夹.csv")], schema, "2021", "2020")[2]
    assert [(item.code, str(item.place)) for item in findings] == [("FR501", "夹.csv"), ("FR500", "没有.csv")]


def test_a_pipe_is_not_waited_for(schema: Schema, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "p.csv")
    findings = read_facts([tmp_path / "p.csv"], schema, "2021", "2020")[2]
    assert [item.code for item in findings] == ["FR502"]


def test_no_place_tells_the_machines_folders(schema: Schema, tmp_path: Path, register_csv: str) -> None:
    (tmp_path / "登记.csv").write_text(register_csv, encoding="utf-8")
    (tmp_path / "f.csv").write_text(GOOD, encoding="utf-8")
    _, table, findings = read_facts([tmp_path / "登记.csv", tmp_path / "f.csv"], schema, "2021", "2020")
    assert [item.label for item in table.files] == ["f.csv", "登记.csv"]
    assert str(tmp_path) not in repr(table) + repr(list(findings))


def test_two_files_of_one_name_are_refused(schema: Schema, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "f.csv").write_text(GOOD, encoding="utf-8")
    findings = read_facts([tmp_path / "a/f.csv", tmp_path / "b/f.csv"], schema, "2021", "2020")[2]
    assert "FR512" in [item.code for item in findings]


def test_a_parser_that_takes_too_long_is_stopped(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CHILD_SECONDS", 0.001)
    assert [item.code for item in reading({"a.xlsx": GOOD_BOOK})[2].errors] == ["FR511"]


def test_float_and_nested_columns_of_parquet_are_refused_by_name(reading: Reading, where: Where) -> None:
    stream = io.BytesIO()
    pl.DataFrame({"编号": ["01"], "期": ["2021"], "活动次数": [1.0], "备注": [["x"]]}).write_parquet(stream)
    findings = reading({"a.parquet": stream.getvalue()})[2]
    assert where(findings) == [("FR531", 0, "活动次数"), ("FR532", 0, "备注")]


def test_a_parquet_of_too_many_rows_is_refused(reading: Reading, where: Where, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ROWS", 0)
    assert where(reading({"登记.csv": "", "a.parquet": parquet()})[2]) == [("FR509", 0, ""), ("FR503", 0, "")]


def test_a_broken_parquet_says_nothing_on_the_terminal(reading: Reading, capfd: pytest.CaptureFixture[str]) -> None:
    whole = parquet()
    for at in range(4, 120, 7):
        reading({"a.parquet": whole[:at] + b"\xff\x00" + whole[at + 2 :]})
    assert capfd.readouterr() == ("", "")


def test_macros_are_told_and_never_run(reading: Reading, where: Where) -> None:
    assert where(reading({"a.xlsx": repacked(GOOD_BOOK, add={"xl/vbaProject.bin": b"x"})})[2]) == [("FR529", 0, "")]


def test_a_table_without_rows_is_noted(reading: Reading) -> None:
    assert "FR546" in [item.code for item in reading({"a.csv": H})[2]]


def test_a_cell_of_endless_text_is_refused(reading: Reading, where: Where) -> None:
    assert where(reading({"a.csv": "编号,期,备注\n01,2021," + "好" * 32_768})[2]) == [("FR595", 2, "备注")]
