"""What Spark costs against one machine: `python -m benchmarks.spark [--units 69000] [--rounds 3]`. Same rules, facts and bytes left.

A master and workers of one core each, as many as this machine has cores, stand before the clock starts; a run starts its own driver
and executors, as every run does. Prints the table, and writes it to benchmarks/results/spark.json. Needs numpy and pyarrow.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.nation.__main__ import RESULTS, ROOT, commit
from benchmarks.nation.work import Work, prepare
from tests.spark.local_cluster import cluster, settings

ONE, SPARK = "one machine", "Spark"


def seconds(work: Work, out: Path, env: dict[str, str], *engine: str) -> float:
    """One whole run, from the command line to the files."""
    shutil.rmtree(out, ignore_errors=True)
    facts = [part for path in (work.register, work.facts) for part in ("--facts", str(path))]
    plain = ["--format", "parquet", "--units", "1", "--on", "2021-12-01", "--out", str(out)]
    command = [sys.executable, "-m", "flagrules.cli.main", "run", "nation", "--plugins", str(work.programme), *facts, *plain, *engine]
    start = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True, check=False)
    took = time.perf_counter() - start
    if done.returncode:
        sys.exit(done.stderr[-2000:])
    return took


def left(folder: Path) -> dict[str, bytes]:
    """Everything a run left."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def main() -> None:
    """Everything."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--units", type=int, default=69_000)
    arguments.add_argument("--indicators", type=int, default=200)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--folder", type=Path, help="where facts and answers are kept (a temporary folder)")
    given = arguments.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="spark-"))
    work, workers = prepare(Work(given.units, given.indicators, folder)), os.cpu_count() or 1
    found: dict[str, list[float]] = {ONE: [], SPARK: []}
    with cluster(folder / "cluster", workers) as running:
        env = settings(running.folder)
        for turn in range(given.rounds + 1):
            one = seconds(work, folder / "one", {}, "--engine", "columnar")
            other = seconds(work, folder / "other", env, "--engine", "spark", "--master", running.url)
            if turn:  # the first is not counted
                found[ONE].append(one)
                found[SPARK].append(other)
    if left(folder / "one") != left(folder / "other"):
        sys.exit("the two left different files")
    middle = {name: round(statistics.median(times), 2) for name, times in found.items()}
    ratio = round(statistics.median(b / a for a, b in zip(found[ONE], found[SPARK], strict=True)), 2)
    print(f"{given.units} × {given.indicators}, {workers} workers of one core, the same bytes left")
    print(f"{ONE} {middle[ONE]} s, {SPARK} {middle[SPARK]} s: {ratio} ×")
    record = {
        "commit": commit(), "date": datetime.now(UTC).date().isoformat(), "python": platform.python_version(), "rounds": given.rounds,
        "workers": workers, "units": given.units, "indicators": given.indicators, "seconds": middle, "ratio": ratio,
    }  # fmt: skip
    kept = RESULTS / "spark.json"
    runs = [run for run in json.loads(kept.read_text("utf-8")) if run["units"] != given.units] if kept.exists() else []
    kept.write_text(json.dumps(sorted([*runs, record], key=lambda run: run["units"]), indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
