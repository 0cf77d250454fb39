"""The report of several counties at once: who has not set what, places within places, its size."""

from __future__ import annotations

from pathlib import Path

import pytest

from flagrules.cli.main import main
from flagrules.report.picture import read_picture
from flagrules.report.shape import Both, Picture, Section, Sheet

RUN = ["run", "yuncheng", "--sample", "--on", "2021-12-01", "--format", "json", "--format", "report"]
THREE_MIB = 3 << 20


def shown(folder: Path, *words: str) -> Picture:
    assert main([*RUN, *words, "--out", str(folder)]) == 0
    return read_picture(folder, "zh")


def part(picture: Picture, key: str) -> Section:
    return next(section for section in picture.sections if section.key == key)


def sheet(section: Section, key: str) -> Sheet | None:
    return next((sheet for sheet in section.sheets if sheet.key == key), None)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Picture]:
    folder = tmp_path_factory.mktemp("city") / "out"
    return folder, shown(folder, "--county", "all")


def test_who_has_not_set_a_parameter_is_named(tmp_path: Path) -> None:
    """The one county of the two that published its amounts has set them; the other has not, without its sample settings."""
    unset = sheet(part(shown(tmp_path / "two", "--county", "140882", "--county", "140802"), "missing"), "unset")
    assert unset is not None
    assert [(row[0], row[1], row[2]) for row in unset.rows] == [
        (name, "盐湖区 140802", "1") for name in ("三面红旗县级补贴", "五面红旗县级补贴", "五面红旗社区占比")
    ]


def test_a_county_that_has_set_everything_has_no_such_table(tmp_path: Path) -> None:
    assert sheet(part(shown(tmp_path / "one", "--county", "140882"), "missing"), "unset") is None


def test_the_city_by_county_and_by_township(city: tuple[Path, Picture]) -> None:
    by_county, by_township = part(city[1], "grid").grids
    assert by_county.places == ("县",)
    assert len(by_county.rows) == 13 + 1
    assert by_township.places == ("县", "乡镇")
    for column in range(len(by_county.columns)):
        units = [tile.units for _, tiles in by_county.rows[:-1] if (tile := tiles[column]) is not None]
        total = by_county.rows[-1][1][column]
        assert total is not None
        assert sum(units) == total.units == (2172 if by_county.columns[column][0] == "村" else 201)


def test_money_without_an_upper_bound_says_so(city: tuple[Path, Picture]) -> None:
    """12 counties have not set what they pay, so the counties' sum has no end; what the one that has sets is certain."""
    overall = sheet(part(city[1], "money"), "money")
    assert overall is not None
    amounts = {row[0]: row[3] for row in overall.rows if isinstance(row[1], Both)}
    assert isinstance(amounts["县级"], Both)
    assert amounts["县级"].en.endswith("or more, no upper bound")
    assert isinstance(amounts["市级"], str)


def test_every_county_stands_in_the_money_by_place(city: tuple[Path, Picture]) -> None:
    placed = sheet(part(city[1], "money"), "money-places")
    assert placed is not None
    assert len({row[0] for row in placed.rows}) == 13


def test_the_page_of_a_whole_city_is_small(city: tuple[Path, Picture]) -> None:
    assert (city[0] / "report.html").stat().st_size < THREE_MIB
    assert (city[0] / "report.xlsx").stat().st_size < THREE_MIB
