"""Result files: what they say, that the same run gives the same bytes, that numbers stay exact and names do nothing."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from flagrules.award.results.csv import harmless
from flagrules.award.results.publish import write_results
from flagrules.award.results.run_record import UsedPlugin
from flagrules.award.results.shape import Column, Results, Table, Word
from flagrules.award.results.xlsx import cell_text
from flagrules.builtin import flagrules_reports
from flagrules.text.findings import Findings
from tests.award.make import BODY, HEAD, TIER, Made, facts, register, run

RULES = f"{HEAD}{BODY}{TIER}  补贴 镇级 1万元 〔假定 “未载明数额”〕\n名额 店 一星 每个 街 占比 50%以上 〔办法 6〕\n"
FORMATS = ("csv", "json", "parquet", "xlsx")
FILES = {
    "登记.csv": register(["1,店一,A", "2,店二,A", "3,店三,B"]),
    "事实.csv": facts(["1,80,是", "2,85,", "3,61,否"]),
}
PLUGINS = (UsedPlugin("zeta", "1.0", "f0", "folder", code=False), UsedPlugin("alpha", "2.0", "0f", "bundled", code=True))


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return run(tmp_path, RULES, FILES)


def write(results: Results, folder: Path) -> dict[str, bytes]:
    findings = Findings()
    paths = write_results(results, folder, FORMATS, flagrules_reports(), findings)
    assert not findings.errors
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def rows_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def test_every_format_and_the_record_are_written(made: Made, tmp_path: Path) -> None:
    tables = (
        "basis", "costs", "counts", "flags", "held", "items", "left_out", "missing", "money", "procedure", "quotas", "titles", "units",
    )  # fmt: skip
    names = [*(f"{table}.{form}" for table in tables for form in ("csv", "parquet")), "results.json", "results.xlsx", "run.json"]
    assert sorted(write(made.results(), tmp_path / "out")) == sorted(names)


def test_titles_of_every_unit(made: Made, tmp_path: Path) -> None:
    rows = rows_of(write(made.results(), tmp_path / "out")["titles.csv"])
    # 60 × 80/90 and 40 are 93⅓; 60 × 85/90 alone is 56⅔, with the kitchen 96⅔; 60 × 61/90 alone is 40⅔; 80 grants.
    assert rows[0][5:] == ["星", "结果", "得分（最低）", "得分（最高）", "满分", "依据的规则行", "依据的条款"]
    assert [row[:7] for row in rows[1:]] == [
        ["1", "店一", "店", "东镇", "甲街", "卫生", "授予"],
        ["2", "店二", "店", "东镇", "甲街", "卫生", "未定"],
        ["3", "店三", "店", "东镇", "乙街", "卫生", "未授予"],
    ]


def test_a_third_is_kept_in_every_format(tmp_path: Path) -> None:
    files = {"登记.csv": register(["1,店一,A"]), "事实.csv": facts(["1,50,否"])}
    made = run(tmp_path, RULES, files)
    third = "100/3"  # 60 × 50/90
    data = write(made.results(), tmp_path / "out")
    assert made.assessment.units[0].titles[0].score.low == Fraction(100, 3)
    assert rows_of(data["titles.csv"])[1][7] == third
    assert json.loads(data["results.json"])["tables"]["titles"][0]["points_low"] == third
    assert pl.read_parquet(io.BytesIO(data["titles.parquet"]))["points_high"].to_list() == [third]
    assert openpyxl.load_workbook(io.BytesIO(data["results.xlsx"]))["星结果"]["H2"].value == third


def test_a_unit_with_something_unknown_has_both_ends(made: Made) -> None:
    row = dict(zip([c.key for c in made.results().table("titles").columns], made.results().table("titles").rows[1], strict=True))
    assert (row["points_low"], row["points_high"]) == (Fraction(170, 3), Fraction(290, 3))  # 60 × 85/90, and 40 more
    assert row["outcome"] == Word("undetermined")


def test_an_indicator_names_the_line_that_gave_its_points(made: Made) -> None:
    rows = made.results().table("items").only("unit", "item", "points_low", "points_high", "line", "citation").rows
    assert rows[2:4] == (
        ("2", "1", Fraction(170, 3), Fraction(170, 3), "stars/a.rules:12", "办法 3"),
        ("2", "2", Fraction(0), Fraction(40), "stars/a.rules:14", "办法 4"),
    )


def test_quotas_counts_and_assumptions(made: Made) -> None:
    results = made.results()
    quota = results.table("quotas").only("place", "reached_low", "reached_high", "total", "share_low", "percent", "status").rows
    assert quota == (
        ("甲街", Fraction(1), Fraction(2), Fraction(2), "1/2", "50~100%", Word("met")),
        ("乙街", Fraction(0), Fraction(0), Fraction(1), "0/1", "0%", Word("missed")),
    )
    counts = results.table("counts")
    assert [column.zh for column in counts.columns] == ["所在", "单元数", "0颗", "1颗", "未定"]
    assert counts.rows[0] == ("甲街", Fraction(2), Fraction(0), Fraction(1), Fraction(1))
    assert results.table("basis").only("what", "text", "line").rows == ((Word("assumption"), "未载明数额", "stars/a.rules:16"),)


def test_a_rounded_share_carries_its_sign(tmp_path: Path) -> None:
    files = {"登记.csv": register(["1,一,A", "2,二,A", "3,三,A"]), "事实.csv": facts(["1,90,是", "2,0,否", "3,0,否"])}
    row = run(tmp_path, RULES, files).results().table("quotas").only("share_low", "percent").rows[0]
    assert row == ("1/3", "≈33.33%")


def test_a_second_run_gives_the_same_bytes(made: Made, tmp_path: Path) -> None:
    assert write(made.results(PLUGINS), tmp_path / "one") == write(made.results(PLUGINS), tmp_path / "two")


def test_the_order_of_plugins_and_files_changes_no_byte(made: Made, tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    backwards = run(tmp_path / "again", RULES, dict(reversed(FILES.items())))
    assert write(backwards.results(PLUGINS[::-1]), tmp_path / "one") == write(made.results(PLUGINS), tmp_path / "two")


def shuffled(files: Mapping[str, str]) -> dict[str, str]:
    """The same facts, their rows the other way round; the register keeps its order, which the results follow."""
    head, *rows = files["事实.csv"].splitlines()
    return {**files, "事实.csv": "\n".join([head, *reversed(rows)]) + "\n"}


def test_the_order_of_rows_changes_no_byte(made: Made, tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    other = run(tmp_path / "again", RULES, shuffled(FILES))
    assert write(other.results(PLUGINS), tmp_path / "one") == write(made.results(PLUGINS), tmp_path / "two")


def test_another_fact_gives_another_digest(made: Made, tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    changed = {**FILES, "事实.csv": FILES["事实.csv"].replace("否", "是", 1)}
    other = run(tmp_path / "again", RULES, changed).results()
    assert {f.label for f in other.record.files} == {f.label for f in made.results().record.files}
    assert other.record.files != made.results().record.files


def test_the_record_says_what_was_used_and_where_nothing_was(made: Made, tmp_path: Path) -> None:
    data = write(made.results(PLUGINS), tmp_path / "out")
    sealed = json.loads(data["run.json"])
    record = sealed["record"]
    assert [plugin["name"] for plugin in record["plugins"]] == ["alpha", "zeta"]
    assert record["digests"][0]["rules"] == made.compiled.rules.digest
    assert {file["label"] for file in record["files"]} == set(FILES)
    assert {file["name"]: file["sha256"] for file in sealed["files"]} == {
        name: hashlib.sha256(content).hexdigest() for name, content in data.items() if name != "run.json"
    }
    assert not any(str(tmp_path).encode() in content for content in data.values())


def test_english_heads_and_the_same_keys_for_machines(made: Made, tmp_path: Path) -> None:
    zh, en = write(made.results(), tmp_path / "zh"), write(made.results(lang="en"), tmp_path / "en")
    assert rows_of(en["titles.csv"])[1][6] == "granted"
    assert en["titles.parquet"] == zh["titles.parquet"]
    assert openpyxl.load_workbook(io.BytesIO(en["results.xlsx"])).sheetnames[:2] == ["units", "titles"]


def test_json_is_canonical(made: Made, tmp_path: Path) -> None:
    data = write(made.results(), tmp_path / "out")["results.json"]
    value = json.loads(data)
    again = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"
    assert (value["schema"], data.decode()) == ("flagrules-results/1", again)


EVIL = ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "＝1", "<script>", "{{7*7}}"]


@pytest.mark.parametrize("name", EVIL)
def test_a_name_does_nothing(tmp_path: Path, name: str) -> None:
    files = {"登记.csv": register([f"1,{name},A"]), "事实.csv": facts(["1,90,是"])}
    data = write(run(tmp_path, RULES, files).results(), tmp_path / "out")
    acts = name[0] in "=+-@＝"
    assert rows_of(data["units.csv"])[1][1] == (f"'{name}" if acts else name)
    cell = openpyxl.load_workbook(io.BytesIO(data["results.xlsx"]))["各单元结果"]["B2"]
    assert (cell.data_type, cell.value) == ("s", name)
    assert json.loads(data["results.json"])["tables"]["units"][0]["name"] == name


@pytest.mark.parametrize(
    ("text", "written"),
    [("\t=1", "'⟨U+0009⟩=1"), ("  =1", "'  =1"), ("", ""), ("店", "店"), ("a\u202eb", "a⟨U+202E⟩b"), ("1-1", "1-1")],
)
def test_what_a_csv_cell_becomes(text: str, written: str) -> None:
    assert harmless(text) == written


def test_a_negative_number_is_left_alone(made: Made, tmp_path: Path) -> None:
    table = Table("t", "表", "t", (Column("n", "数", "n"),), ((Fraction(-5, 2),), (None,)))
    results = Results(made.results().record, (table,))
    assert rows_of(write(results, tmp_path / "out")["t.csv"])[1:] == [["-2.5"], [""]]


def test_a_cell_too_long_for_a_workbook_says_that_it_is_cut() -> None:
    assert cell_text("长" * 32_767) == "长" * 32_767
    assert cell_text("长" * 32_768) == "长" * 32_766 + "…"


def test_more_rows_than_a_sheet_holds_go_on_another(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flagrules.award.results.xlsx._ROWS", 2)
    book = openpyxl.load_workbook(io.BytesIO(write(made.results(), tmp_path / "out")["results.xlsx"]))
    assert [book[name]["A2"].value for name in ("各单元结果", "各单元结果 2")] == ["1", "3"]


def test_the_head_stays_in_view_and_chinese_fits(made: Made, tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(write(made.results(), tmp_path / "out")["results.xlsx"]))["名额"]
    assert sheet.freeze_panes == "C2"
    # “名额 店 一星 每个 街 占比 50%以上”: 13 characters of two columns, 3 digits and signs, 6 blanks, and 2 to spare
    assert round(sheet.column_dimensions["E"].width) >= 13 * 2 + 3 + 6


def test_parquet_carries_the_record(made: Made, tmp_path: Path) -> None:
    data = write(made.results(), tmp_path / "out")["left_out.parquet"]  # a table without rows keeps its columns
    metadata = pl.read_parquet_metadata(io.BytesIO(data))
    assert json.loads(metadata["record"])["programme"] == "星级商户"
    assert pl.read_parquet(io.BytesIO(data)).columns[:2] == ["unit", "name"]
