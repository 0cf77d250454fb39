"""One wrong cell each: the code, the row, the column, and an unknown in place of the value."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

from flagrules.facts.table import Cell, FactTable, Judgement, Parts, Register
from flagrules.text.findings import Findings
from flagrules.text.render import render_all

Reading = Callable[[dict[str, str | bytes]], tuple[Register, FactTable, Findings]]
Where = Callable[[Findings], list[tuple[str, int, str]]]

CELLS = [
    ("活动次数", "无", "FR575"),
    ("活动次数", "—", "FR575"),
    ("活动次数", "-", "FR575"),
    ("活动次数", "/", "FR575"),
    ("活动次数", "N/A", "FR575"),
    ("活动次数", "NA", "FR575"),
    ("活动次数", "null", "FR575"),
    ("活动次数", "不适用", "FR576"),
    ("活动次数", "not_applicable", "FR576"),
    ("活动次数", '"1,234"', "FR577"),
    ("活动次数", "十二", "FR574"),
    ("活动次数", "12次", "FR580"),
    ("活动次数", "12吨", "FR574"),
    ("活动次数", "1e2", "FR574"),
    ("活动次数", "12%", "FR574"),
    ("活动次数", "0x10", "FR574"),
    ("活动次数", "1.5", "FR581"),
    ("活动次数", "-1", "FR582"),
    ("活动次数", "367", "FR582"),
    ("活动次数", "9" * 30, "FR574"),
    ("活动次数(户)", "12", "FR540"),
    ("满意度", "95", "FR579"),
    ("满意度", "0.95", "FR579"),
    ("满意度", "95.123%", "FR581"),
    ("满意度", "101%", "FR582"),
    ("满意度", "-0.01%", "FR582"),
    ("满意度(%)", "100.01", "FR582"),
    ("满意度(个百分点)", "95", "FR540"),
    ("增幅", "1.5", "FR579"),
    ("增幅", "1.5%", "FR574"),
    ("增幅(%)", "1.5", "FR540"),
    ("补贴(元)", "20000", "FR540"),
    ("补贴", "2万元", "FR580"),
    ("补贴", "100.000001", "FR582"),
    ("补贴", "0.0000001", "FR581"),
    ("完成日", "2021-02-30", "FR587"),
    ("完成日", "2021年13月1日", "FR587"),
    ("完成日", "5月28日", "FR586"),
    ("完成日", "2021-05/28", "FR586"),
    ("完成日", "44344", "FR586"),
    ("完成日", "1899-12-31", "FR582"),
    ("有事故", "有", "FR583"),
    ("有事故", "1", "FR583"),
    ("有事故", "无", "FR575"),
    ("三室/办公室", "部分", "FR583"),
    ("组织", "合恪", "FR585"),
    ("组织", "中等", "FR584"),
    ("备注", "好\u202e人", "FR545"),
    ("评议/得分", "80.01", "FR582"),
    ("评议/得分", "10.005", "FR581"),
    ("公示天数", "5工作日", "FR574"),
    ("社区事", "3", "FR588"),
    ("事故", "0", "FR590"),
    ("事故", "无", "FR590"),
    ("活动次术", "3", "FR538"),
    ("完全不同的东西", "3", "FR537"),
    ("三室", "有", "FR537"),
]


@pytest.mark.parametrize(("header", "cell", "code"), CELLS)
def test_a_wrong_cell_is_one_finding_at_its_place_and_never_a_value(
    reading: Reading, where: Where, header: str, cell: str, code: str
) -> None:
    _, table, findings = reading({"事实.csv": f"编号,期,{header}\n01,2021,{cell}\n"})
    row = 1 if code in {"FR537", "FR538", "FR540"} else 2
    assert where(findings) == [(code, row, header)]
    if row == 2:
        for entry in table.entries[("01", "2021")].values() if ("01", "2021") in table.entries else ():
            one = entry.points if isinstance(entry, Judgement) else entry
            known = entry.parts.values() if isinstance(entry, Parts) else [one]
            assert not any(isinstance(cell, Cell) and cell.known for cell in known)


@pytest.mark.parametrize(("header", "cell", "code"), CELLS)
def test_every_finding_has_words_in_both_languages(reading: Reading, header: str, cell: str, code: str) -> None:
    findings = reading({"事实.csv": f"编号,期,{header}\n01,2021,{cell}\n"})[2]
    assert code in render_all(findings, "zh")
    assert "{" not in render_all(findings, "zh") + render_all(findings, "en")


def test_a_bare_ratio_offers_both_readings(reading: Reading) -> None:
    text = render_all(reading({"f.csv": "编号,期,满意度\n01,2021,0.95\n"})[2])
    assert "0.95%" in text
    assert "95%" in text.replace("0.95%", "")


def test_a_near_option_is_offered(reading: Reading) -> None:
    assert "是不是“合格”" in render_all(reading({"f.csv": "编号,期,组织\n01,2021,合恪\n"})[2])


def test_all_faults_of_a_file_come_in_one_run(reading: Reading, where: Where) -> None:
    files: dict[str, str | bytes] = {"f.csv": "编号,期,活动次数,满意度\n01,2021,无,95\n99,2021,-5,1%\n01,2020,x,96%\n"}
    assert where(reading(files)[2]) == [
        ("FR575", 2, "活动次数"),
        ("FR579", 2, "满意度"),
        ("FR555", 3, "编号"),
        ("FR582", 3, "活动次数"),
        ("FR575", 4, "活动次数"),
    ]


def test_a_share_written_as_a_fraction_of_one_is_read_as_written_and_told_once_a_column(reading: Reading) -> None:
    files: dict[str, str | bytes] = {"f.csv": "编号,期,满意度(%)\n01,2021,0.95\n02,2021,1\n03,2021,0\n04,2021,0.5\n"}
    _, table, findings = reading(files)
    told = [item for item in findings if item.code == "FR548"]
    assert [dict(item.args)["count"] for item in told] == ["2"]
    entry = table.entry("01", "满意度")
    assert isinstance(entry, Cell)
    assert entry.value == Fraction(95, 10000)
