"""How long every county of a programme takes to assess in one run, measured against checking the same rules: processor time.

    python benchmarks/city.py yuncheng --on 2021-12-01

Both commands are run several times, each in a process of its own, in turn; the least of each counts. The record stands in
benchmarks/results/city.json; the run is to take at most three times as long as the check.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RECORD = ROOT / "benchmarks" / "results" / "city.json"
FORMATS = ("csv", "json", "parquet", "xlsx")
MOST = 3


def seconds(*words: str) -> float:
    """Processor time of one command in a process of its own."""
    before = os.times()
    subprocess.run(
        [sys.executable, "-m", "flagrules.cli.main", *words], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True
    )
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def main() -> int:
    """Measure, tell and record; 1 when the run takes too long."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("programme")
    ask.add_argument("--on", required=True)
    ask.add_argument("--times", type=int, default=5)
    given = ask.parse_args()
    every = (given.programme, "--county", "all", "--on", given.on)
    checks, runs, written = [], [], []
    for turn in range(given.times):
        checks.append(seconds("check", *every))
        runs.append(seconds("run", *every, "--sample"))
        with tempfile.TemporaryDirectory() as folder:
            out = [word for name in FORMATS for word in ("--format", name)]
            written.append(seconds("run", *every, "--sample", "--out", f"{folder}/out", *out))
        print(f"{turn + 1}/{given.times}  check {checks[-1]:.2f} s  run {runs[-1]:.2f} s  with files {written[-1]:.2f} s", flush=True)
    ratio = min(runs) / min(checks)
    record = {
        "programme": given.programme,
        "python": sys.version.split()[0],
        "check_seconds": round(min(checks), 2),
        "run_seconds": round(min(runs), 2),
        "run_with_files_seconds": round(min(written), 2),
        "ratio": round(ratio, 2),
        "at_most": MOST,
    }
    RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    print(f"run ÷ check = {ratio:.2f}, at most {MOST}")
    return 0 if ratio <= MOST else 1


if __name__ == "__main__":
    sys.exit(main())
