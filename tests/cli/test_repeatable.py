"""The same facts and rules give the same bytes, in whatever order files, rows, plugins and counties are named."""

from __future__ import annotations

import random
from pathlib import Path

from flagrules.cli.main import main
from tests.testing.made import STARS

COUNTIES = Path(__file__).parents[2] / "counties"
SAMPLE = COUNTIES / "hejin/flagrules_county_hejin/sample"
HEJIN = ["run", "yuncheng", "--county", "140882", "--on", "2021-12-01"]


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def run(out: Path, *words: str) -> dict[str, bytes]:
    assert main([*words, "--out", str(out)]) == 0
    return files_of(out)


def named(option: str, *values: object) -> list[str]:
    return [word for value in values for word in (option, str(value))]


def test_a_second_run_is_the_same(tmp_path: Path) -> None:
    first = run(tmp_path / "a", *HEJIN, "--sample")
    assert len(first) >= 10
    assert first == run(tmp_path / "b", *HEJIN, "--sample")


def shuffled(path: Path, chance: random.Random, folder: Path) -> Path:
    """A copy with the rows below the head in another order, the register excepted: its order is the order of the results."""
    head, *rows = path.read_text("utf-8-sig").rstrip("\n").split("\n")
    if path.stem != "register":
        chance.shuffle(rows)
    copy = folder / path.name
    copy.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return copy


def test_the_order_of_files_and_rows_changes_nothing_and_no_result_holds_a_path(tmp_path: Path) -> None:
    chance, files = random.Random(1), sorted(SAMPLE.glob("*.csv"))
    straight = run(tmp_path / "a", *HEJIN, *named("--facts", *files))
    (tmp_path / "mixed").mkdir()
    copies = [shuffled(path, chance, tmp_path / "mixed") for path in files]
    chance.shuffle(copies)
    assert [path.read_bytes() for path in sorted(copies)] != [path.read_bytes() for path in files]
    mixed = run(tmp_path / "b", *HEJIN, *named("--facts", *copies))
    assert [name for name in straight if straight[name] != mixed.get(name)] == []
    assert [name for name, data in straight.items() if str(SAMPLE).encode() in data or str(tmp_path).encode() in data] == []


def test_the_order_of_plugins_changes_nothing(tmp_path: Path) -> None:
    plugins = [STARS, tmp_path / "lin"]
    made = ["county", "new", "990101", "林县", "--programme", "stars", "--to", str(tmp_path / "lin"), "--plugins", str(STARS)]
    assert main(made) == 0
    alone = run(tmp_path / "a", *HEJIN, "--sample")
    assert alone == run(tmp_path / "b", *HEJIN, "--sample", *named("--plugins", *plugins))
    assert alone == run(tmp_path / "c", *HEJIN, "--sample", *named("--plugins", *reversed(plugins)))


def test_the_order_of_counties_changes_nothing(tmp_path: Path) -> None:
    words = ["run", "yuncheng", "--on", "2021-12-01", "--sample"]
    one = run(tmp_path / "a", *words, *named("--county", "140882", "140802"))
    assert one == run(tmp_path / "b", *words, *named("--county", "140802", "140882"))
