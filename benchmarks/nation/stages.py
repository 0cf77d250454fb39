"""Where a run's time goes: processor seconds before the first slice, and what reading, deciding and writing a slice take, on one thread.

python -m benchmarks.nation.stages UNITS INDICATORS FOLDER prints them as JSON; `python -m benchmarks.nation` records them.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from benchmarks.nation.work import Work
from flagrules.award.wide.parts import Scored, Scorer
from flagrules.cli import wide as command
from flagrules.cli.main import main as flagrules

SMALL = 1_000  # units of a slice that is as good as empty: what is left is what a slice takes whatever its units are
SLICES = 8


def stages(work: Work, root: Path) -> dict[str, object]:
    """The stages of a run, in a process of its own."""
    asked = [sys.executable, "-m", "benchmarks.nation.stages", str(work.units), str(work.indicators), str(work.folder)]
    env = os.environ | {"POLARS_MAX_THREADS": "1", "XDG_CACHE_HOME": str(work.folder / "cache")}
    said = subprocess.run(asked, cwd=root, capture_output=True, text=True, check=True, env=env).stdout
    found: dict[str, object] = json.loads(said.splitlines()[-1])
    return found


def main(work: Work) -> None:
    """One run that stops after some slices."""
    def score(scorer: Scorer, _progress: Callable[[int, int], None]) -> Scored:
        assert scorer.groups
        before, size = time.process_time(), scorer.size
        told = {"units": work.units, "indicators": work.indicators, "before": before, "slice": size}
        told |= {name: timed(scorer, units) for name, units in (("empty", SMALL), ("whole", size))}
        print(json.dumps(told), flush=True)
        os._exit(0)  # the rest is not asked for

    vars(command)["score"] = score
    with tempfile.TemporaryDirectory() as out:
        flagrules(
            ["run", "nation", "--plugins", str(work.programme), "--facts", str(work.register), "--facts", str(work.facts), "--engine",
             "columnar", "--format", "parquet", "--units", "1", "--on", "2021-12-01", "--out", f"{out}/results"]
        )  # fmt: skip


def timed(scorer: Scorer, units: int) -> dict[str, float]:
    """The median of some slices of so many units, after one that is not counted; writing is what a whole slice takes beside the rest."""
    scorer.size = units
    seconds: dict[str, list[float]] = {"reading": [], "deciding": [], "writing": []}
    for number in range(min(SLICES, scorer.slices - 1) + 1):
        at = [time.process_time()]
        read = scorer.read(number)
        at.append(time.process_time())
        scorer.scored(number, read)
        at.append(time.process_time())
        scorer.run(number)
        at.append(time.process_time())
        reading, deciding, all_three = (later - earlier for earlier, later in pairwise(at))
        for name, one in (("reading", reading), ("deciding", deciding), ("writing", all_three - reading - deciding)):
            seconds[name].append(one)
    return {name: statistics.median(some[1:] or some) for name, some in seconds.items()}


if __name__ == "__main__":
    main(Work(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])))
