"""A CSV kept as columns has the rows of too few or too many cells that reading it row by row has."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from flagrules.facts.columns.uneven import tell_uneven
from flagrules.facts.grid import grid_of
from flagrules.facts.log import SHOWN, Log
from flagrules.facts.readers.csv import read_csv
from flagrules.text.findings import Stopped
from flagrules.text.source import CellPlace

CELLS = (
    "", "1", "二", " ", '"a,b"', '"a""b"', '""', '"a\n,b"', '"\n"', "　", "\u2003", "\x0b", "\x1c",
    '管径5"', '5"6"', ' "a', '","', '""""', "\ufeff",
)  # fmt: skip


def told(path: Path, width: int) -> list[tuple[int, str]]:
    log = Log()
    assert tell_uneven(path, width, "a.csv", log) == bool(list(log.close()))
    return shown(log)


def shown(log: Log) -> list[tuple[int, str]]:
    return [(item.place.row, str(item.args)) for item in log.close() if item.code == "FR543" and isinstance(item.place, CellPlace)]


def row_by_row(path: Path) -> list[tuple[int, str]] | str:
    """What reading row by row tells of rows, or the one finding that there is instead."""
    log, made = Log(), read_csv(path, "a.csv")
    if not made.sheets:
        return made.findings[0].code
    grid_of(made.sheets[0], "a.csv", log)
    return shown(log)


def written(source: Random, *, torn: bool) -> str:
    """A header of three names and some rows, most of three cells; `torn` are cells of several lines."""
    cells = [cell for cell in CELLS if torn or "\n" not in cell]
    rows = [[source.choice(cells) for _ in range(source.choice((3, 3, 3, 1, 2, 4)))] for _ in range(source.randint(0, 6))]
    end = source.choice(("\n", "\r\n"))
    return source.choice(("", "\ufeff")) + end.join(["编号,期,次", *(",".join(row) for row in rows)]) + source.choice(("", end))


@pytest.mark.parametrize("torn", [False, True])
def test_the_rows_told_are_those_of_reading_row_by_row(torn: bool, tmp_path: Path) -> None:  # noqa: FBT001
    path, seen = tmp_path / "a.csv", 0
    for seed in range(400):
        path.write_bytes(written(Random(f"{torn}/{seed}"), torn=torn).encode())
        wanted = row_by_row(path)
        if isinstance(wanted, str):
            with pytest.raises(Stopped) as stopped:
                told(path, 3)
            assert [item.code for item in stopped.value.findings] == [wanted], path.read_text("utf-8")
            continue
        assert told(path, 3) == wanted[:SHOWN], path.read_text("utf-8")
        seen += len(wanted)
    assert seen > 300


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('A1,2021,"是\n' + "A2,2021,是\n" * 20_000, "FR520"),  # one stray quote takes all that follows into its cell
        ('A1,2021,"多行\n的"\nA2,2021,"是', "FR520"),
        ('A1,2021,"是"x\n', "FR520"),
        ("A1,2021,\udcff是\n", "FR507"),
    ],
)
def test_what_cannot_be_read_is_a_finding(text: str, code: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(("编号,期,次\n" + text).encode("utf-8", "surrogateescape"))
    with pytest.raises(Stopped) as stopped:
        tell_uneven(path, 3, "a.csv", Log())
    assert [item.code for item in stopped.value.findings] == [code]


def test_of_many_the_first_few_are_told(tmp_path: Path) -> None:
    path, log = tmp_path / "a.csv", Log()
    path.write_text("甲,乙\n" + "1\n" * (SHOWN + 2), "utf-8")
    tell_uneven(path, 2, "a.csv", log)
    assert sorted(item.code for item in log.close()) == ["FR026", *["FR543"] * SHOWN]
