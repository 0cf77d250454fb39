"""Tables kept as columns say of every cell what reading it cell by cell says: the same values, the same findings."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import polars as pl
import pytest

from flagrules.facts.columns.aligned import View, read_all, read_slice, views
from flagrules.facts.columns.register import RegisterColumns, read_columns
from flagrules.facts.columns.snapshot import snapshot
from flagrules.facts.columns.typed import least, typed_table
from flagrules.facts.log import Log
from flagrules.facts.read import read_facts
from flagrules.facts.schema import FactSpec, Schema
from flagrules.facts.table import Cell, Parts, State
from flagrules.model import kinds as k

VILLAGE, COUNTY = "村", "县"
SPECS = (
    FactSpec("人数", k.Quantity("人"), (VILLAGE,), Fraction(0), Fraction(500)),
    FactSpec("面积", k.Quantity("亩", 1), (VILLAGE,), Fraction(-5), Fraction(99)),
    FactSpec("满意度", k.Ratio(), (VILLAGE,), Fraction(0), Fraction(1), nullable=True),
    FactSpec("收入", k.Money("万元"), (VILLAGE,), Fraction(0), Fraction(10**9)),
    FactSpec("建成", k.YesNo(), (VILLAGE,)),
    FactSpec("类型", k.Choice(("山区", "平川")), (VILLAGE,)),
    FactSpec("开工", k.Date(), (VILLAGE,)),
    FactSpec("口号", k.Text(), (VILLAGE,)),
    FactSpec("栏目", k.Checklist(("党务", "财务")), (VILLAGE,)),
)
SCHEMA = Schema("p", (VILLAGE,), (COUNTY,), SPECS, "d")
IDS = [f"14088200000{n}" for n in range(1, 7)]
TYPED: dict[str, tuple[list[Any], Any]] = {
    "编号": (IDS, pl.String),
    "期": (["2021"] * 6, pl.String),
    "人数": ([0, 500, None, 7, 8, 9], pl.Int16),
    "面积": ([Decimal("1.5"), Decimal("-5.0"), Decimal("99.0"), None, Decimal("0.1"), Decimal(2)], pl.Decimal(6, 1)),
    "满意度(%)": ([Decimal("98.61"), None, Decimal(0), Decimal(100), None, Decimal("0.01")], pl.Decimal(5, 2)),
    "满意度(%)/不适用": ([False, True, None, False, False, False], pl.Boolean),
    "收入": ([3, 0, None, 1, 2, 100], pl.Int8),
    "建成": ([True, False, None, True, True, False], pl.Boolean),
    "类型": (["山区", "平川", None, "山区", "平川", "平川"], pl.Categorical),
    "开工": ([date(2021, 5, 1), None, date(1970, 1, 1), date(2020, 2, 29), date(2021, 1, 1), None], pl.Date),
    "口号": ([" 好 ", None, "A", "b", "", "c"], pl.String),
    "栏目/党务": ([True, None, False, True, True, True], pl.Boolean),
}


def frame(**changed: tuple[list[Any], Any]) -> pl.DataFrame:
    columns = TYPED | {name.replace("_", "/"): value for name, value in changed.items()}
    return pl.DataFrame([pl.Series(name, values, dtype=kind) for name, (values, kind) in columns.items()])


def register(log: Log | None = None, ids: list[str] = IDS) -> RegisterColumns:
    rows = pl.DataFrame({"编号": [*ids, "140882"], "名称": [*(f"村{n}" for n in range(len(ids))), "某县"],
                         "类别": [VILLAGE] * len(ids) + [COUNTY], "上级": ["140882"] * len(ids) + [None]})  # fmt: skip
    return read_columns(rows.lazy(), "登记.parquet", SCHEMA, date(2021, 12, 1), log or Log())


def read(table: pl.DataFrame, folder: Path, log: Log, units: RegisterColumns | None = None, size: int = 4) -> pl.DataFrame:
    """Every slice of the only view, encoded, one after another; faults reported."""
    found = typed_table(dict(table.collect_schema()), "事实.parquet", SCHEMA, log)
    assert found is not None
    (view,) = views(found, table.lazy(), ["2021", "2020"], units or register(), folder / "order", size, log)
    return pl.concat(read_slice(view, start, size, log) for start in range(0, (units or register()).units.height, size))


def test_values_are_whole_numbers_of_the_fact_s_steps(tmp_path: Path) -> None:
    log = Log()
    found = read(frame(), tmp_path, log)
    assert not log.close().errors
    assert found["f0:人数"].to_list() == [0, 500, None, 7, 8, 9]
    assert found["f0:面积"].to_list() == [15, -50, 990, None, 1, 20]
    assert found["f0:满意度"].to_list() == [9861, None, 0, 10000, None, 1]
    assert found["na:f0:满意度"].to_list() == [False, True, False, False, False, False]
    assert found["f0:收入"].to_list() == [3_000_000, 0, None, 1_000_000, 2_000_000, 100_000_000]
    assert found["f0:类型"].to_list() == [0, 1, None, 0, 1, 1]
    assert found["f0:开工"].to_list()[:3] == [date(2021, 5, 1).toordinal(), None, date(1970, 1, 1).toordinal()]
    assert found["f0:口号"].to_list() == ["好", None, "A", "b", "", "c"]
    assert found["p:栏目/党务"].to_list() == [True, None, False, True, True, True]


def test_the_same_as_reading_cell_by_cell(tmp_path: Path) -> None:
    """The small reader's cells, written in steps by hand, against the columns."""
    small = frame().drop("满意度(%)/不适用").with_columns(
        pl.Series("满意度(%)", ["98.61", "不适用", "0", "100", None, "0.01"])
    )
    small.write_parquet(tmp_path / "事实.parquet")
    pl.DataFrame({"编号": IDS, "名称": [f"村{n}" for n in range(6)], "类别": [VILLAGE] * 6}).write_parquet(tmp_path / "登记.parquet")
    _, table, findings = read_facts([tmp_path / "事实.parquet", tmp_path / "登记.parquet"], SCHEMA, "2021", "2020")
    assert not findings.errors
    columns = read(frame(), tmp_path, Log())
    for row, unit in enumerate(IDS):
        for spec in SPECS[:-1]:
            entry = table.entry(unit, spec.name)
            cell = entry if isinstance(entry, Cell) else Cell(State.UNKNOWN)
            got = columns[f"f0:{spec.name}"][row]
            assert plain(cell, spec) == (got if got != "" else None), (unit, spec.name)
        parts = table.entry(unit, "栏目")
        assert isinstance(parts, Parts)
        assert parts.parts["党务"].value == columns["p:栏目/党务"][row]


def plain(cell: Cell, spec: FactSpec) -> object:
    if not cell.known or cell.value == "":
        return None
    if isinstance(cell.value, Fraction):
        return int(cell.value / k.step(spec.kind))
    return spec.kind.options.index(str(cell.value)) if isinstance(spec.kind, k.Choice) else cell.value


WRONG: list[tuple[str, list[Any], Any, str, int]] = [
    ("人数", [0, 501, 5, 6, 7, 8], pl.Int16, "FR582", 2),
    ("人数", [0, 5, 5, 6, 7, -1], pl.Int16, "FR582", 6),
    ("人数", [0, 5, 5, 6, 7, 2**40], pl.Int64, "FR582", 6),
    ("人数", [0, 5, 5, 6, 7, 2**64 - 1], pl.UInt64, "FR582", 6),
    ("人数", [Decimal("1.5"), *[Decimal(1)] * 5], pl.Decimal(6, 1), "FR581", 1),
    ("面积", [Decimal("1.55"), *[Decimal(1)] * 5], pl.Decimal(6, 2), "FR581", 1),
    ("面积", [*[Decimal(1)] * 5, Decimal("99.1")], pl.Decimal(6, 1), "FR582", 6),
    ("类型", ["山区", "平川", None, "高原", "平川", "平川"], pl.String, "FR584", 4),
    ("开工", [date(1899, 12, 31), *[None] * 5], pl.Date, "FR582", 1),
]


@pytest.mark.parametrize(("header", "values", "kind", "code", "row"), WRONG)
def test_a_wrong_cell_is_told_at_its_place(
    header: str, values: list[Any], kind: Any, code: str, row: int, tmp_path: Path
) -> None:
    log = Log()
    read(frame(**{header: (values, kind)}), tmp_path, log)
    (found,) = log.close().errors
    assert (found.code, getattr(found.place, "row", None), getattr(found.place, "column", None)) == (code, row, header)


def days(values: list[int | None]) -> pl.Series:
    """A column of days as Parquet counts them: 32 bits, from 1970."""
    return pl.Series(values, dtype=pl.Int32).cast(pl.Date)


@pytest.mark.parametrize(
    ("day", "code", "said"),
    [(2**31 - 1, "FR586", "1970-01-01 + 2147483647"), (-(2**31), "FR586", "1970-01-01 - 2147483648"),
     (2_932_897, "FR586", "1970-01-01 + 2932897"), (2_932_896, "FR582", "9999-12-31"),
     (-719_163, "FR586", "1970-01-01 - 719163"), (-719_162, "FR582", "0001-01-01")],
)  # fmt: skip
def test_a_day_no_calendar_has_is_told_at_its_place(day: int, code: str, said: str, tmp_path: Path) -> None:
    """What a database calls infinity is written as the last of 32 bits; another wrong cell of that row is told all the same."""
    log = Log()
    table = frame(人数=([501, 2, 3, 4, 5, 6], pl.Int16)).with_columns(days([day, 18_748, None, 0, None, None]).alias("开工"))
    found = read(table, tmp_path, log)
    assert found["f0:开工"].to_list() == [None, date(2021, 5, 1).toordinal(), None, date(1970, 1, 1).toordinal(), None, None]
    told = {getattr(item.place, "column", ""): (item.code, getattr(item.place, "row", 0), item) for item in log.close().errors}
    assert {column: one[:2] for column, one in told.items()} == {"人数": ("FR582", 1), "开工": (code, 1)}
    assert dict(told["开工"][2].args)["got"] == said


@pytest.mark.parametrize("unit", ["ms", "us"])
def test_a_time_no_calendar_has_is_told_at_its_place(unit: Literal["ms", "us"], tmp_path: Path) -> None:
    log = Log()
    midnight, noon = (datetime(2021, 5, 1, hour, tzinfo=UTC).replace(tzinfo=None) for hour in (0, 12))
    times = pl.concat([pl.Series([2**63 - 1, None], dtype=pl.Int64).cast(pl.Datetime(unit)),
                       pl.Series([midnight, noon, midnight, None], dtype=pl.Datetime(unit))])  # fmt: skip
    table = frame().with_columns(times.alias("开工"))
    typed = snapshot([table[:4], table[4:]], "事实.parquet", SCHEMA, tmp_path / "s", log).collect()
    assert typed["开工"].to_list() == [None, None, date(2021, 5, 1), None, date(2021, 5, 1), None]
    assert [(item.code, getattr(item.place, "row", None)) for item in log.close().errors] == [("FR586", 1), ("FR586", 4)]


def test_what_does_not_apply_where_it_must(tmp_path: Path) -> None:
    log = Log()
    marked = frame().with_columns(pl.Series("人数/不适用", [False, False, True, False, False, False]))
    read(marked, tmp_path, log)
    assert [(item.code, getattr(item.place, "row", None)) for item in log.close().errors] == [("FR576", 3)]


def test_a_value_and_a_mark_beside_it(tmp_path: Path) -> None:
    log = Log()
    marks = ([True, True, None, False, False, False], pl.Boolean)
    read(frame().with_columns(pl.Series("满意度(%)/不适用", *marks[:1], dtype=marks[1])), tmp_path, log)
    assert [(item.code, getattr(item.place, "row", None)) for item in log.close().errors] == [("FR027", 1)]


def test_marks_beside_values_that_are_read_word_by_word(tmp_path: Path) -> None:
    """In a CSV or a query, as in a typed table."""
    written = pl.DataFrame({"编号": IDS, "期": ["2021"] * 6, "满意度": ["98.61%", None, "0%", "不适用", "", "1%"],
                            "满意度/不适用": ["否", "是", None, "是", "是", "否"]})  # fmt: skip
    log = Log()
    kept = snapshot([written.head(2), written.tail(4)], "事实.csv", SCHEMA, tmp_path / "kept", log).collect()
    assert not log.close().errors
    found = read(kept, tmp_path, Log())
    assert found["na:f0:满意度"].to_list() == [False, True, False, True, True, False]
    assert found["f0:满意度"].to_list()[::5] == [9861, 100]


@pytest.mark.parametrize(
    ("values", "marks", "told"),
    [
        (["98%", *[None] * 5], ["是", *[None] * 5], ("FR027", 2, "满意度")),
        ([None] * 6, ["也许", *[None] * 5], ("FR583", 2, "满意度/不适用")),
    ],
)
def test_marks_beside_values_that_say_too_much(values: list[Any], marks: list[Any], told: tuple[str, int, str], tmp_path: Path) -> None:
    written = pl.DataFrame([pl.Series("编号", IDS), pl.Series("期", ["2021"] * 6), pl.Series("满意度", values, dtype=pl.String),
                            pl.Series("满意度/不适用", marks, dtype=pl.String)])  # fmt: skip
    log = Log()
    snapshot([written], "事实.csv", SCHEMA, tmp_path / "kept", log)
    (found,) = log.close().errors
    assert (found.code, getattr(found.place, "row", None), getattr(found.place, "column", None)) == told


def test_many_faults_are_told_by_number(tmp_path: Path) -> None:
    ids = [f"1408820{n:05}" for n in range(20)]
    table = pl.DataFrame({"编号": ids, "期": ["2021"] * 20, "人数": [501] * 20})
    log = Log()
    read(table, tmp_path, log, register(ids=ids), size=20)
    codes = [item.code for item in log.close()]
    assert codes.count("FR582") == 5
    assert codes.count("FR026") == 1


@pytest.mark.parametrize("scale", [0, 2, 18, 30])
def test_a_decimal_of_any_scale_is_read_exactly(scale: int, tmp_path: Path) -> None:
    """Spark writes 18 places where nobody says how many: 10 is then past 64 bits before it is brought to the fact's steps."""
    log = Log()
    values = [Decimal(0), Decimal(500), None, Decimal(7), Decimal(8), Decimal(9)]
    found = read(frame(人数=(values, pl.Decimal(38, scale))), tmp_path, log)
    assert found["f0:人数"].to_list() == [0, 500, None, 7, 8, 9]
    assert not log.close().errors


def test_a_decimal_between_two_steps_or_past_the_range_is_told(tmp_path: Path) -> None:
    log = Log()
    values = [Decimal("0.5"), Decimal(501), None, Decimal(7), Decimal(8), Decimal(9)]
    found = read(frame(人数=(values, pl.Decimal(38, 18))), tmp_path, log)
    assert found["f0:人数"].to_list()[1:] == [None, None, 7, 8, 9]
    assert len(log.close().errors) == 2


@pytest.mark.parametrize(
    ("reach", "kind"),
    [(0, pl.Int16), (2**15 - 1, pl.Int16), (2**15, pl.Int32), (2**31 - 1, pl.Int32), (2**31, None), (2**63, None),
     (Fraction(2**16 - 1, 2), pl.Int16)],
)  # fmt: skip
def test_whole_numbers_take_as_few_bits_as_hold_them(reach: int | Fraction, kind: type[pl.DataType] | None) -> None:
    assert least(reach) is kind
    if kind is not None:
        assert pl.Series([-int(reach), int(reach)], dtype=kind).to_list() == [-int(reach), int(reach)]


def test_binary_floats_are_refused() -> None:
    log = Log()
    table = frame(人数=([1.0] * 6, pl.Float64))
    assert typed_table(dict(table.collect_schema()), "f", SCHEMA, log) is None
    assert [item.code for item in log.close().errors] == ["FR531"]


def test_a_column_of_shares_says_its_unit() -> None:
    log = Log()
    table = frame().rename({"满意度(%)": "满意度", "满意度(%)/不适用": "满意度/不适用"})
    assert typed_table(dict(table.collect_schema()), "f", SCHEMA, log) is not None
    assert [item.code for item in log.close().errors] == ["FR579"]


@pytest.mark.parametrize("size", [1, 2, 4, 100])
def test_rows_in_any_order_come_out_in_register_order(size: int, tmp_path: Path) -> None:
    want = read(frame(), tmp_path / "a", Log(), size=size)
    shuffled = frame().sample(fraction=1, shuffle=True, seed=7)
    assert shuffled["编号"].to_list() != IDS
    got = read(shuffled, tmp_path / "b", Log(), size=size)
    assert got.equals(want)


def test_a_unit_without_a_row_is_unknown_and_the_row_of_each_is_kept(tmp_path: Path) -> None:
    log = Log()
    table = frame()[::-1].filter(pl.col("编号") != IDS[2])
    found = typed_table(dict(table.collect_schema()), "f", SCHEMA, log)
    assert found is not None
    (view,) = views(found, table.lazy(), ["2021"], register(), tmp_path / "o", 4, log)
    assert view.rows is not None
    assert view.rows.to_list() == [4, 3, None, 2, 1, 0]
    whole = pl.concat([read_slice(view, 0, 4, log), read_slice(view, 4, 4, log)])
    assert whole["f0:人数"].to_list() == [0, 500, None, 7, 8, 9]
    assert whole.height == 6
    assert not log.close().errors


def test_ids_the_register_has_not_and_units_twice(tmp_path: Path) -> None:
    log = Log()
    table = pl.concat([frame(), frame()[:1], frame()[:1].with_columns(pl.lit("999").alias("编号"))])
    found = typed_table(dict(table.collect_schema()), "f", SCHEMA, log)
    assert found is not None
    views(found, table.lazy(), ["2021"], register(), tmp_path / "o", 4, log)
    told = {item.code: getattr(item.place, "row", None) for item in log.close().errors}
    assert told == {"FR555": 8, "FR572": 7}


def test_periods_each_their_own_view(tmp_path: Path) -> None:
    log = Log()
    before = frame(人数=([1, 2, 3, 4, 5, 6], pl.Int16)).with_columns(pl.lit("2020").alias("期"))
    odd = frame()[:1].with_columns(pl.lit("2019").alias("期"))
    table = pl.concat([frame(), before, odd])
    found = typed_table(dict(table.collect_schema()), "f", SCHEMA, log)
    assert found is not None
    two = {view.back: view for view in views(found, table.lazy(), ["2021", "2020"], register(), tmp_path / "o", 4, log)}
    assert read_slice(two[1], 0, 9, log)["f1:人数"].to_list() == [1, 2, 3, 4, 5, 6]
    assert read_slice(two[0], 0, 9, log)["f0:人数"].to_list() == [0, 500, None, 7, 8, 9]
    assert [item.code for item in log.close()] == ["FR571"]


GONE = "不适用"


def shares(*cells: int | str | None, marked: bool = True) -> pl.DataFrame:
    """A file that tells of each unit its share, that it does not apply, or nothing; it may have no column for the second."""
    values = pl.Series("满意度(%)", [None if cell == GONE else cell for cell in cells], dtype=pl.Int16)
    marks = pl.Series("满意度(%)/不适用", [cell == GONE for cell in cells])
    return pl.DataFrame([pl.Series("编号", IDS), pl.Series("期", ["2021"] * 6), values, *([marks] if marked else [])])


def together(files: list[pl.DataFrame], folder: Path, log: Log) -> pl.DataFrame:
    """What several files tell of all units, in one slice."""
    found: list[View] = []
    for number, table in enumerate(files):
        typed = typed_table(dict(table.collect_schema()), f"{number}.parquet", SCHEMA, log)
        assert typed is not None
        found += views(typed, table.lazy(), ["2021"], register(), folder / str(number), 6, log)
    return read_all(found, 0, register().units["name"], log)


@pytest.mark.parametrize(
    ("two", "gone"),
    [
        (shares(None, None, 0, GONE, 100, None), [False, True, False, True, False, False]),
        (shares(None, None, 0, None, 100, None, marked=False), [False, True, False, False, False, False]),  # it takes nothing away
    ],
    ids=["both say what does not apply", "one says nothing of it"],
)
def test_a_blank_cell_of_one_file_gives_way_to_what_another_says(two: pl.DataFrame, gone: list[bool], tmp_path: Path) -> None:
    one = shares(98, GONE, None, None, None, None)
    for number, files in enumerate(([one, two], [two, one])):
        log = Log()
        found = together(files, tmp_path / str(number), log)
        assert not log.close().errors
        assert found["f0:满意度"].to_list() == [9800, None, 0, None, 10000, None]
        assert found["na:f0:满意度"].to_list() == gone


def test_two_files_that_both_say_something_of_a_cell_are_told(tmp_path: Path) -> None:
    log = Log()
    together([shares(98, GONE, 5, GONE, None, None), shares(98, GONE, GONE, 5, None, GONE)], tmp_path, log)
    assert [(item.code, str(item.place), str(item.related[0].place)) for item in log.close().errors] == [
        ("FR573", f"1.parquet:{row}:满意度(%)", f"0.parquet:{row}:满意度(%)") for row in (1, 2, 3, 4)
    ]


def test_of_two_files_that_say_something_the_first_that_does_is_named(tmp_path: Path) -> None:
    """A file that has the column but leaves the cell blank, or has no row of the unit, says nothing."""
    log = Log()
    files = [shares(7, None, None, None, None, None)[:2], shares(None, 8, None, GONE, None, None), shares(7, 8, 9, None, None, None)]
    together([*files, shares(None, None, 9, 5, None, None)], tmp_path, log)
    assert [(str(item.place), str(item.related[0].place)) for item in log.close().errors] == [
        ("2.parquet:1:满意度(%)", "0.parquet:1:满意度(%)"), ("2.parquet:2:满意度(%)", "1.parquet:2:满意度(%)"),
        ("3.parquet:3:满意度(%)", "2.parquet:3:满意度(%)"), ("3.parquet:4:满意度(%)", "1.parquet:4:满意度(%)"),
    ]  # fmt: skip


TEXTS: dict[str, list[Any]] = {
    "编号": IDS, "期": ["2021"] * 6, "人数": ["0", "500", "", "7", "８", "9"], "面积": ["1.5", "-5", "99", None, "0.1", "2"],
    "满意度": ["98.61%", "不适用", "0%", "100%", "未问", "0.01%"], "收入": ["3", "0", "", "1", "2", "100"],
    "建成": ["是", "否", "", "yes", "是", "否"], "类型": ["山区", "平川", "", "山区", "平川", "平川"],
    "开工": ["2021-05-01", "", "1970-01-01", "2020-02-29", "2021-01-01", ""], "口号": ["好", "", "A", "b", "", "c"],
    "栏目/党务": ["有", "", "无", "有", "有", "有"],
}  # fmt: skip


def test_written_as_text_it_is_the_same_table(tmp_path: Path) -> None:
    log = Log()
    table = pl.DataFrame(TEXTS)
    typed = snapshot([table[:2], table[2:]], "事实.csv", SCHEMA, tmp_path / "s", log).collect()
    assert not log.close().errors
    got = read(typed, tmp_path, Log()).with_columns(pl.col("f0:口号").replace("", None))
    assert got.equals(read(frame(), tmp_path / "b", Log()).with_columns(pl.col("f0:口号").replace("", None)), null_equal=True)


@pytest.mark.parametrize(
    ("header", "word", "code"),
    [("人数", "五", "FR574"), ("人数", "501", "FR582"), ("满意度", "98", "FR579"), ("建成", "可能", "FR583"), ("类型", "高原", "FR584"),
     ("开工", "2021-02-30", "FR587"), ("面积", "1.55", "FR581"), ("人数", "不适用", "FR576")],
)  # fmt: skip
def test_a_wrong_text_is_told_at_its_row(header: str, word: str, code: str, tmp_path: Path) -> None:
    log = Log()
    table = pl.DataFrame(TEXTS | {header: [*TEXTS[header][:4], word, TEXTS[header][5]]})
    snapshot([table[:3], table[3:]], "事实.csv", SCHEMA, tmp_path / "s", log)
    (found,) = log.close().errors
    assert (found.code, getattr(found.place, "row", None), getattr(found.place, "column", None)) == (code, 6, header)


# ── registers ──
def test_units_and_holders_are_told_apart() -> None:
    log = Log()
    found = register(log)
    assert found.units["id"].to_list() == IDS
    assert list(found.holders.units) == ["140882"]
    assert found.places["140882"] == {COUNTY: "140882"}
    assert found.unit(2).name == "村2"
    assert not log.close().errors


def registers(**changed: list[Any]) -> list[str]:
    rows: dict[str, list[Any]] = {"编号": [*IDS, "140882"], "名称": ["甲"] * 7, "类别": [VILLAGE] * 6 + [COUNTY],
                                  "上级": ["140882"] * 6 + [None], "起": [None] * 7, "止": [None] * 7}  # fmt: skip
    log = Log()
    read_columns(pl.DataFrame(rows | changed).lazy(), "登记", SCHEMA, date(2021, 12, 1), log)
    return [item.code for item in log.close().errors]


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"编号": [IDS[1], *IDS[1:], "140882"]}, "FR557"), ({"类别": ["乡", *[VILLAGE] * 5, COUNTY]}, "FR558"),
     ({"上级": ["999999", *["140882"] * 5, None]}, "FR559"), ({"名称": [None, *["甲"] * 6]}, "FR565"),
     ({"起": ["2021-13-01", *[None] * 6]}, "FR587")],
)  # fmt: skip
def test_a_wrong_register_row_is_told(changed: dict[str, list[Any]], code: str) -> None:
    assert registers(**changed) == [code]


def test_a_day_of_a_register_no_calendar_has_is_told() -> None:
    rows = pl.DataFrame({"编号": IDS, "名称": ["甲"] * 6, "类别": [VILLAGE] * 6})
    log = Log()
    ends = days([18_961, 18_962, 2**31 - 1, None, None, None])  # 2021-11-30, the day after, and never
    found = read_columns(rows.with_columns(ends.alias("止")).lazy(), "登记", SCHEMA, date(2021, 12, 1), log)
    assert [unit.id for unit in found.left_out] == IDS[:1]
    assert [(item.code, getattr(item.place, "row", None)) for item in log.close().errors] == [("FR586", 3)]


def test_a_unit_that_does_not_stand_on_the_day_is_left_out() -> None:
    rows = pl.DataFrame({"编号": IDS, "名称": ["甲"] * 6, "类别": [VILLAGE] * 6, "止": ["2021-11-30", "2021-12-01", *[None] * 4]})
    log = Log()
    found = read_columns(rows.lazy(), "登记", SCHEMA, date(2021, 12, 1), log)
    assert found.units["id"].to_list() == IDS[1:]
    assert [unit.id for unit in found.left_out] == IDS[:1]
    assert not log.close().errors
