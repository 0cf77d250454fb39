"""The workbook read back: what stands where, whole numbers as numbers, nothing runs, columns wide enough."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from flagrules.report.book import write_book
from flagrules.report.picture import picture_of
from flagrules.report.shape import Picture
from flagrules.report.told import told
from flagrules.text.width import width
from tests.report.test_page import results_of


def book(folder: Path, name: str = "店一") -> tuple[Picture, openpyxl.Workbook]:
    picture = picture_of(told(results_of(folder, name)), "zh")
    write_book(picture, folder / "report.xlsx")
    return picture, openpyxl.load_workbook(folder / "report.xlsx")


def cells(sheet: Worksheet) -> list[object]:
    return [cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_a_sheet_a_section_named_in_both_languages(tmp_path: Path) -> None:
    picture, made = book(tmp_path)
    assert len(made.sheetnames) == len(picture.sections) + 1
    assert made.sheetnames[:4] == ["总览 overview", "各地各星 Places and titles (星)", "得分分布 Distribution of points", "名额 Quotas"]
    assert all(len(name) <= 31 for name in made.sheetnames)


def test_every_row_of_every_table_is_there(tmp_path: Path) -> None:
    picture, made = book(tmp_path)
    for section, name in zip(picture.sections, made.sheetnames[1:], strict=True):
        found = {str(value) for value in cells(made[name])}
        for sheet in section.sheets:
            for row in sheet.rows:
                assert {cell for cell in row if isinstance(cell, str) and cell} <= found


def test_tiles_are_coloured_by_share(tmp_path: Path) -> None:
    _, made = book(tmp_path)
    sheet = made[made.sheetnames[1]]
    tiles = {cell.value: cell.fill.fgColor.rgb for row in sheet.iter_rows() for cell in row if "/" in str(cell.value)}
    assert tiles["1/2 ?1"] == "FF8DBAE3"  # half: the third of five shades
    assert tiles["0/1"] == "FFFFFFFF"


def test_whole_numbers_are_numbers_and_fractions_stay_exact_text(tmp_path: Path) -> None:
    _, made = book(tmp_path)
    values = cells(made["名额 Quotas"])
    assert 2 in values
    assert "1/2~1/1" in values
    assert not any(isinstance(value, float) for sheet in made for value in cells(sheet))


@pytest.mark.parametrize("name", ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "http://example.org", "<script>"])
def test_names_run_nothing(tmp_path: Path, name: str) -> None:
    _, made = book(tmp_path, name)
    for sheet in made:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "n")
                assert cell.hyperlink is None
    assert any(name in str(value) for sheet in made for value in cells(sheet))


def test_columns_are_wide_enough_for_short_chinese(tmp_path: Path) -> None:
    _, made = book(tmp_path)
    sheet = made["名额 Quotas"]
    heads = next(row for row in sheet.iter_rows() if row[0].value == "地方\nplace")
    assert len(heads) == 11
    for cell in heads:
        longest = max(width(line) for line in str(cell.value).split("\n"))
        assert sheet.column_dimensions[cell.column_letter].width >= longest


def test_the_same_picture_gives_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    for name in "ab":
        book(tmp_path / name)
    assert (tmp_path / "a/report.xlsx").read_bytes() == (tmp_path / "b/report.xlsx").read_bytes()
