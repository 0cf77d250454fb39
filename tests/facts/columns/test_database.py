"""A query of a real PostgreSQL server, started by the test on a socket of its own, read as the same table a file would be."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from flagrules.facts.columns.database import rows_of
from flagrules.facts.columns.snapshot import snapshot
from flagrules.facts.log import Log
from flagrules.text.findings import Stopped
from tests.facts.columns.test_columns import SCHEMA, read, register
from tests.needs import SKIP_PREFIX

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
MAKE = """
create table v (编号 text, 期 text, 人数 smallint, "满意度(%)" numeric(5,2), 建成 boolean, 类型 text, 开工 date, 说明 text);
insert into v select '14088200000' || n, '2021', n * 10, n + 0.25, n % 2 = 0, case when n < 4 then '山区' end, date '2021-01-01' + n, ''
from generate_series(1, 6) n;
insert into v values ('140882000007', '2021', null, null, null, null, null, '');
"""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with one table; it speaks on a socket in its folder and on no port."""
    if not BINARIES:
        pytest.skip(f"{SKIP_PREFIX}postgresql")
    tools, folder = BINARIES[-1].parent, tmp_path_factory.mktemp("pg")
    as_user: list[str] = []
    if os.getuid() == 0:  # the server refuses to run as root
        shutil.chown(folder, "postgres", "postgres")
        for parent in folder.parents:
            if parent.stat().st_uid == 0 and parent != Path("/tmp") and parent != Path("/"):
                parent.chmod(parent.stat().st_mode | 0o055)
        as_user = ["setpriv", f"--reuid={pwd.getpwnam('postgres').pw_uid}", f"--regid={pwd.getpwnam('postgres').pw_gid}", "--clear-groups"]

    def do(*command: str, text: str | None = None) -> None:
        subprocess.run([*as_user, *command], check=True, capture_output=True, input=text, text=True, cwd=folder)

    data = str(folder / "data")
    do(str(tools / "initdb"), "-D", data, "-A", "trust", "-U", "flagrules", "--no-sync", "-E", "UTF8", "--locale=C")
    do(str(tools / "pg_ctl"), "-D", data, "-w", "-o", f"-k {folder} -c listen_addresses=", "-l", str(folder / "log"), "start")
    try:
        do(str(tools / "psql"), "-h", str(folder), "-U", "flagrules", "-v", "ON_ERROR_STOP=1", "postgres", text=MAKE)
        yield f"host={folder} user=flagrules dbname=postgres"
    finally:
        do(str(tools / "pg_ctl"), "-D", data, "-m", "immediate", "stop")


QUERY = 'select 编号, 期, 人数, "满意度(%)", 建成, 类型, 开工 from v order by 编号'


@pytest.mark.parametrize("size", [2, 100])
def test_a_query_is_a_table_of_facts(database: str, size: int, tmp_path: Path) -> None:
    log = Log()
    table = snapshot(rows_of(QUERY, database, "村.sql", size), "村.sql", SCHEMA, tmp_path / "s", log).collect()
    assert not log.close().errors
    assert table["满意度(%)"].to_list() == [*(Decimal(f"{n}.25") for n in range(1, 7)), None]
    found = read(table, tmp_path, Log(), register(ids=[f"14088200000{n}" for n in range(1, 8)]), size=3)
    assert found["f0:人数"].to_list() == [10, 20, 30, 40, 50, 60, None]
    assert found["f0:满意度"].to_list() == [125, 225, 325, 425, 525, 625, None]
    assert found["f0:建成"].to_list() == [False, True, False, True, False, True, None]
    assert found["f0:类型"].to_list() == [0, 0, 0, None, None, None, None]
    assert found["f0:开工"].to_list() == [*(date(2021, 1, 1 + n).toordinal() for n in range(1, 7)), None]


def test_a_wrong_value_is_told_at_its_row_of_the_query(database: str, tmp_path: Path) -> None:
    log = Log()
    query = "select 编号, 期, 类型 || '区' as 类型 from v order by 编号"
    snapshot(rows_of(query, database, "村.sql", 2), "村.sql", SCHEMA, tmp_path / "s", log)
    assert [(item.code, getattr(item.place, "row", None)) for item in log.close().errors] == [("FR585", 1), ("FR585", 3)]


def refused(query: str, database: str) -> tuple[str, str]:
    with pytest.raises(Stopped) as stopped:
        list(rows_of(query, database, "村.sql", 2))
    (found,) = stopped.value.findings
    return found.code, dict(found.args)["reason"]


def test_what_the_database_refuses_is_told_in_its_words(database: str) -> None:
    code, reason = refused("select * from nowhere", database)
    assert code == "FR025"
    assert 'relation "nowhere" does not exist' in reason


def test_a_query_cannot_write(database: str) -> None:
    code, reason = refused("with x as (delete from v returning 编号) select * from x", database)
    assert code == "FR025"
    assert reason
    assert sum(batch.height for batch in rows_of(QUERY, database, "村.sql", 3)) == 7


def test_no_server_is_a_finding(tmp_path: Path) -> None:
    code, reason = refused("select 1", f"host={tmp_path} dbname=postgres")
    assert code == "FR025"
    assert "connection" in reason.lower()


def test_a_driver_that_is_not_there_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(Stopped) as stopped:
        list(rows_of("select 1", "dbname=postgres", "村.sql", 2))
    assert [item.code for item in stopped.value.findings] == ["FR024"]


def test_binary_floats_are_refused_by_name(database: str) -> None:
    from flagrules.facts.columns.typed import typed_table

    (batch,) = rows_of("select 编号, 期, 人数::float8 as 人数 from v", database, "村.sql", 100)
    assert batch["人数"].dtype == pl.Float64
    log = Log()
    typed_table(dict(batch.collect_schema()), "村.sql", SCHEMA, log)
    assert [item.code for item in log.close().errors] == ["FR531"]
