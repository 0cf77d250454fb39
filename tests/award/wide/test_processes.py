"""Runs in processes of their own: the same bytes in every file whatever the hash seed, the threads and what was kept, and a killed run
leaves the old results whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from flagrules.award.wide.recall import check_sources, kept_in

ROOT = Path(__file__).parents[3]
RUN = """
import sys
from pathlib import Path
from flagrules.award.wide import parts, run
from tests.award.wide import {module} as programme, small
parts.table_rows, run.slice_size = (lambda _units: 2**14), (lambda _facts: 7)
folder = Path(sys.argv[1])
paths = {{name: folder / "in" / name for name in ("facts.parquet", "register.parquet")}}
{before}
small.ran(small.both(programme.RULES, programme.COUNTY), paths, folder / sys.argv[2])
"""
KILL = """
import os, signal
plain = parts.Scorer.scored
parts.Scorer.scored = lambda self, number, read: plain(self, number, read) if number < 2 else os.kill(os.getpid(), signal.SIGKILL)
"""


def ran(folder: Path, out: str, module: str = "small", before: str = "", **environment: str) -> int:
    """The exit code of a run in a process of its own."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(folder / "cache"), **environment}
    code = RUN.format(module=module, before=before)
    return subprocess.run([sys.executable, "-c", code, str(folder), out], cwd=ROOT, env=env, check=False).returncode


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def made(folder: Path, module: str) -> None:
    """The facts and the register of a programme."""
    from tests.award.wide import small, test_among_others

    small.write(folder / "in") if module == "small" else test_among_others.written(folder / "in", 3)


@pytest.mark.parametrize("module", ["small", "test_among_others"])
def test_every_file_has_the_same_bytes(module: str, tmp_path: Path) -> None:
    made(tmp_path, module)
    first = {"PYTHONHASHSEED": "0", "POLARS_MAX_THREADS": "1"}
    others = {
        "kept": first, "seed": {"PYTHONHASHSEED": "7", "POLARS_MAX_THREADS": "4"},
        "nothing kept": {"PYTHONHASHSEED": "3", "XDG_CACHE_HOME": "/dev/null/none"},
        "made anew": {"PYTHONHASHSEED": "5", "POLARS_MAX_THREADS": "2", "XDG_CACHE_HOME": str(tmp_path / "another")},
    }  # fmt: skip
    assert ran(tmp_path, "first", module, **first) == 0
    assert list((tmp_path / "cache").rglob("*.plan"))
    wanted = files(tmp_path / "first")
    assert len(wanted) > 20
    for name, environment in others.items():
        assert ran(tmp_path, name, module, **environment) == 0
        found = files(tmp_path / name)
        assert found.keys() == wanted.keys()
        assert [path for path, content in found.items() if content != wanted[path]] == [], name


def test_a_killed_run_leaves_the_old_results_whole(tmp_path: Path) -> None:
    made(tmp_path, "small")
    assert ran(tmp_path, "out") == 0
    before = files(tmp_path / "out")
    assert ran(tmp_path, "out", before=KILL) == -signal.SIGKILL
    assert files(tmp_path / "out") == before
    check_sources(kept_in(tmp_path / "out"))
    assert ran(tmp_path, "out") == 0
    assert files(tmp_path / "out") == before
    assert not list(tmp_path.glob(".out*")), "what it began is swept by the next run"
