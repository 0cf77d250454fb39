"""A small programme of all kinds of facts, and a way to read files written on the spot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path

import pytest

from flagrules.facts.read import read_facts
from flagrules.facts.schema import FactSpec, Schema
from flagrules.facts.table import FactTable, Register
from flagrules.model.kinds import (
    Checklist,
    Choice,
    Date,
    Duration,
    Field,
    Judged,
    Money,
    PercentagePoints,
    Quantity,
    Ratio,
    Records,
    Text,
    YesNo,
)
from flagrules.text.findings import Finding, Findings
from flagrules.text.source import CellPlace

Result = tuple[Register, FactTable, Findings]
Reading = Callable[[Mapping[str, str | bytes]], Result]

BOTH = ("村", "社区")
FACTS = (
    FactSpec("活动次数", Quantity("次"), BOTH, Fraction(0), Fraction(366), alias="activities", question="开展几次?"),
    FactSpec("满意度", Ratio(), BOTH, Fraction(0), Fraction(1), nullable=True, alias="satisfaction", evidence="测评表"),
    FactSpec("补贴", Money("万元"), BOTH, Fraction(0), Fraction(1_000_000)),
    FactSpec("增幅", PercentagePoints(), BOTH),
    FactSpec("完成日", Date(), BOTH),
    FactSpec("有事故", YesNo(), BOTH),
    FactSpec("组织", Choice(("优秀", "合格", "不合格")), BOTH),
    FactSpec("备注", Text(), BOTH),
    FactSpec("三室", Checklist(("办公室", "图书室")), BOTH, nullable=True),
    FactSpec("评议", Judged("验收组"), BOTH, Fraction(0), Fraction(80), alias="review"),
    FactSpec("公示天数", Duration("日"), BOTH, Fraction(0), Fraction(60)),
    FactSpec("社区事", Quantity("件"), ("社区",)),
    FactSpec(
        "事故",
        Records("起", (Field("日期", Date()), Field("死亡人数", Quantity("人")), Field("说明", Text()))),
        BOTH,
        Fraction(0),
        Fraction(3),
        alias="accidents",
    ),
)
SCHEMA = Schema("试行方案", BOTH, ("县", "镇"), FACTS, "d1" * 32)
REGISTER = (
    "编号,名称,类别,上级,起,止,并入\n"
    "14,甲县,县,,,,\n"
    "01,东村,村,14,,,\n"
    "02,西村,村,14,2022-01-01,,\n"
    "03,南村,村,14,,2020年3月31日,01\n"
    "04,中社区,社区,14,,,\n"
)


@pytest.fixture
def schema() -> Schema:
    return SCHEMA


@pytest.fixture
def register_csv() -> str:
    return REGISTER


@pytest.fixture
def reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reading:
    """Write files by name and read them all, as a user in their folder would; a register is added where none is given."""
    monkeypatch.chdir(tmp_path)

    def read(files: Mapping[str, str | bytes]) -> Result:
        for name, content in ({"登记.csv": REGISTER} | dict(files)).items():
            Path(name).write_bytes(content.encode() if isinstance(content, str) else content)
        return read_facts([Path(name) for name in {"登记.csv": 0} | dict(files)], SCHEMA, "2021", "2020")

    return read


@pytest.fixture
def where() -> Callable[[Findings], list[tuple[str, int, str]]]:
    """Code, row and column of every finding that is no note."""

    def spot(item: Finding) -> tuple[str, int, str]:
        place = item.place
        return (item.code, place.row, place.column) if isinstance(place, CellPlace) else (item.code, 0, "")

    return lambda findings: [spot(item) for item in findings if item.severity.value != "note"]
