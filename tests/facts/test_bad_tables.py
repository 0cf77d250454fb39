"""Wrong registers, tables and lists: ids, units, periods, shapes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from flagrules.facts.table import FactTable, Register
from flagrules.text.findings import Findings
from flagrules.text.render import render_all

Reading = Callable[[dict[str, str | bytes]], tuple[Register, FactTable, Findings]]
Where = Callable[[Findings], list[tuple[str, int, str]]]
Spots = list[tuple[str, int, str]]

H = "编号,期,活动次数\n"
R = "编号,名称,类别,上级,起,止,并入\n"
AREAS = "140826,绛县,县,,,,\n140826901000,甲镇,镇,140826,,,\n"

TABLES: list[tuple[str, str, Spots]] = [
    ("unknown unit", H + "77,2021,1\n", [("FR555", 2, "编号")]),
    ("unknown unit, near one known", H + "011,2021,1\n", [("FR556", 2, "编号")]),
    ("a name instead of an id", H + "东村,2021,1\n", [("FR556", 2, "编号")]),
    ("no id", H + ",2021,1\n", [("FR550", 2, "编号")]),
    ("scientific id", H + "1.40802E+11,2021,1\n", [("FR554", 2, "编号")]),
    ("zero-width id", H + "0\u200b1,2021,1\n", [("FR545", 2, "编号")]),
    ("name disagrees", "编号,期,名称,活动次数\n01,2021,西村,1\n", [("FR566", 2, "名称")]),
    ("no period", H + "01,,1\n", [("FR570", 2, "期")]),
    ("period misread", H + "01,202l,1\n", [("FR570", 2, "期")]),
    ("another year", H + "01,2019,1\n01,2018,1\n01,2019,2\n", [("FR571", 0, "期"), ("FR571", 0, "期")]),
    ("two rows", H + "01,2021,1\n04,2021,1\n01,2021,1\n", [("FR572", 4, "")]),
    ("not yet founded", H + "02,2021,1\n", [("FR567", 2, "")]),
    ("merged away", H + "03,2021,1\n", [("FR568", 2, "")]),
    ("short row", H + "01,2021\n", [("FR543", 2, "")]),
    ("long row", H + "01,2021,1,2\n", [("FR543", 2, "")]),
    ("no header over content", "编号,期,活动次数,\n01,2021,1,2\n", [("FR544", 2, "D")]),
    ("no id column", "村,期,活动次数\n东村,2021,1\n", [("FR535", 1, "")]),
    ("no period column", "编号,活动次数\n01,1\n", [("FR536", 1, "")]),
    ("a column twice", "编号,期,活动次数,活动次数\n01,2021,1,1\n", [("FR539", 1, "活动次数")]),
    ("a column and its alias", "编号,期,活动次数,activities\n01,2021,1,1\n", [("FR539", 1, "activities")]),
    ("two id columns", "编号,期,id\n01,2021,01\n", [("FR539", 1, "id")]),
    ("title above", "2021年统计表,,\n" + H + "01,2021,1\n", [("FR541", 2, "")]),
    ("two tables", H + "01,2021,1\n编号,期,满意度\n04,2021,5%\n", [("FR542", 3, "")]),
    ("bidi header", "编号,期,活动\u202e次数\n01,2021,1\n", [("FR545", 1, "活动\u202e次数"), ("FR538", 1, "活动\u202e次数")]),
    ("points without a judge", "编号,期,评议/得分,评议/理由\n01,2021,8,好\n", [("FR592", 2, "评议/得分")]),
    ("a judge without points", "编号,期,评议/得分,评议/评委\n01,2021,,李\n", [("FR593", 2, "评议/评委")]),
    ("semicolons", "编号;期;活动次数\n01;2021;1\n", [("FR521", 1, "")]),
    ("an open quotation mark", H + '01,2021,"1\n', [("FR520", 2, "")]),
]


@pytest.mark.parametrize(("text", "spots"), [pytest.param(t, s, id=name) for name, t, s in TABLES])
def test_a_wrong_table(reading: Reading, where: Where, text: str, spots: Spots) -> None:
    findings = reading({"表.csv": text})[2]
    assert sorted(where(findings)) == sorted(spots)
    assert "{" not in render_all(findings, "zh") + render_all(findings, "en")


REGISTERS: list[tuple[str, str, Spots]] = [
    ("an id twice", R + "01,甲,村,,,,\n02,乙,村,,,,\n01,丙,村,,,,\n", [("FR557", 4, "")]),
    ("unknown kind", R + "01,甲,邨,,,,\n", [("FR558", 2, "类别")]),
    ("blank kind", R + "01,甲,,,,,\n", [("FR558", 2, "类别")]),
    ("no name", R + "01,,村,,,,\n", [("FR565", 2, "名称")]),
    ("unknown parent", R + "01,甲,村,99,,,\n", [("FR559", 2, "")]),
    ("own parent", R + "01,甲,村,01,,,\n", [("FR560", 2, "")]),
    ("parents in a circle", R + "01,甲,县,02,,,\n02,乙,镇,03,,,\n03,丙,镇,02,,,\n", [("FR560", 3, "")]),
    ("merged into nobody", R + "01,甲,村,,,2020-01-01,9\n", [("FR561", 2, "")]),
    ("merged in a circle", R + "01,甲,村,,,2020-01-01,02\n02,乙,村,,,2020-01-01,01\n", [("FR562", 2, "")]),
    ("merged without a last day", R + "01,甲,村,,,,02\n02,乙,村,,,,\n", [("FR563", 2, "并入")]),
    ("ends before it begins", R + "01,甲,村,,2021-02-01,2021-01-31,\n", [("FR564", 2, "止")]),
    ("30 February", R + "01,甲,村,,2021-02-30,,\n", [("FR587", 2, "起")]),
    ("a year is no day", R + "01,甲,村,,2021,,\n", [("FR586", 2, "起")]),
    ("a village with a neighbour's code", R + AREAS + "140821901001,甲,村,140826901000,,,\n", [("FR534", 4, "")]),
    ("a town with a neighbour's code", R + "140826,绛县,县,,,,\n140827901000,甲镇,镇,140826,,,\n", [("FR534", 3, "")]),
    ("a code of its own place", R + AREAS + "140826901001,甲,村,140826901000,,,\n", []),
    ("an id that is no code of an area", R + AREAS + "14082190100,甲,村,140826901000,,,\n村140821901001,乙,村,140826,,,\n", []),
    ("bidi name", R + "01,甲\u202e,村,,,,\n", [("FR545", 2, "名称"), ("FR565", 2, "名称")]),
    ("a column misspelt", "编号,名称,类别,上极\n01,甲,村,\n", [("FR538", 1, "上极")]),
    ("a strange column", "编号,名称,类别,电话号码\n01,甲,村,1\n", [("FR537", 1, "电话号码")]),
    ("no kind column", "编号,名称,上级\n01,甲,\n", [("FR536", 1, "")]),
]


@pytest.mark.parametrize(("text", "spots"), [pytest.param(t, s, id=name) for name, t, s in REGISTERS])
def test_a_wrong_register(reading: Reading, where: Where, text: str, spots: Spots) -> None:
    findings = reading({"登记.csv": text})[2]
    assert where(findings) == spots
    assert "{" not in render_all(findings, "zh") + render_all(findings, "en")


OTHER = "编号,名称,类别,上级\n"


@pytest.mark.parametrize(
    ("second", "spots"),
    [
        ("01,东村,村,\n", [("FR533", 2, "")]),  # the same in every word, but a unit that is scored
        ("01,别村,社区,\n", [("FR533", 2, "")]),
        ("14,别县,县,\n", [("FR533", 2, "")]),
        ("14,盐湖,县,\n", []),  # a holder of which both say the same
        ("77,新村,村,14\n", []),
    ],
)
def test_a_unit_in_two_registers(reading: Reading, where: Where, second: str, spots: Spots) -> None:
    first = "14,盐湖,县,\n01,东村,村,14\n"
    findings = reading({"登记.csv": OTHER + first, "登记二.csv": OTHER + second})[2]
    assert [spot for spot in where(findings) if spot[0] == "FR533"] == spots
    assert "{" not in render_all(findings, "zh") + render_all(findings, "en")


def test_a_unit_in_two_registers_names_both_files(reading: Reading) -> None:
    findings = reading({"登记.csv": OTHER + "01,东村,村,\n", "登记二.csv": OTHER + "01,东村,村,\n"})[2]
    (item,) = findings.errors
    assert "登记.csv 和 登记二.csv" in render_all([item])
    assert str(item.related[0].place) == "登记.csv:2"


L = "编号,期,日期,死亡人数,说明\n"
LISTS: list[tuple[str, dict[str, str | bytes], Spots]] = [
    ("an unknown column", {"事故.csv": "编号,期,伤亡\n01,2021,1\n"}, [("FR537", 1, "伤亡")]),
    ("a wrong field", {"事故.csv": L + "01,2021,2021-02-30,1,\n"}, [("FR587", 2, "日期")]),
    ("a placeholder", {"事故.csv": L + "01,2021,2021-02-03,无,\n"}, [("FR575", 2, "死亡人数")]),
    ("an unknown unit", {"事故.csv": L + "77,2021,2021-02-03,0,\n"}, [("FR555", 2, "编号")]),
    ("a unit merged away", {"事故.csv": L + "03,2021,2021-02-03,0,\n"}, [("FR568", 2, "")]),
    ("a county", {"事故.csv": L + "14,2021,2021-02-03,0,\n"}, [("FR588", 2, "")]),
    ("no period column", {"事故.csv": "编号,日期\n01,2021-02-03\n"}, [("FR536", 1, "")]),
    ("the same row twice", {"事故.csv": L + "01,2021,2021-02-03,1,\n" * 2}, [("FR594", 3, "")]),
    ("too many", {"事故.csv": L + "".join(f"01,2021,2021-02-0{day},1,\n" for day in range(1, 5))}, [("FR591", 2, "")]),
    (
        "rows and a nil return",
        {"事故.csv": L + "01,2021,2021-02-03,1,\n", "f.csv": "编号,期,事故\n01,2021,零报告\n"},
        [("FR589", 2, "事故")],
    ),
]


@pytest.mark.parametrize(("files", "spots"), [pytest.param(t, s, id=name) for name, t, s in LISTS])
def test_a_wrong_list(reading: Reading, where: Where, files: dict[str, str | bytes], spots: Spots) -> None:
    findings = reading(files)[2]
    assert where(findings) == spots
    assert "{" not in render_all(findings, "zh") + render_all(findings, "en")


def test_a_nil_return_beside_rows_names_both_cells(reading: Reading) -> None:
    findings = reading({"事故.csv": L + "01,2021,2021-02-03,1,\n", "f.csv": "编号,期,事故\n01,2021,零报告\n"})[2]
    (item,) = findings.errors
    assert str(item.place) == "f.csv:2:事故"
    assert [str(related.place) for related in item.related] == ["事故.csv:2"]


def test_the_same_fact_in_two_files_names_both_cells(reading: Reading) -> None:
    findings = reading({"a.csv": H + "01,2021,1\n", "b.csv": H + "01,2021,1\n"})[2]
    (item,) = findings.errors
    assert (item.code, str(item.place), str(item.related[0].place)) == ("FR573", "b.csv:2:活动次数", "a.csv:2:活动次数")


def test_a_doubled_id_names_both_rows(reading: Reading) -> None:
    text = render_all(reading({"登记.csv": REGISTERS[0][1]})[2])
    assert "第 2 行和第 4 行" in text


def test_no_register_at_all_is_said_once(reading: Reading, where: Where) -> None:
    register, table, findings = reading({"登记.csv": H + "01,2021,1\n02,2021,1\n"})
    assert where(findings) == [("FR513", 0, "")]
    assert not register.units
    assert not table.entries
