"""Long runs of the laws, of the prover against brute force, and of the engines against each other: seeded, resumed where they stopped.

    python benchmarks/soak.py laws --pairs 1000000
    python benchmarks/soak.py prover --pairs 10000
    python benchmarks/soak.py agree --pairs 50000000

The record stands in benchmarks/results/: seed, commits run on, what was counted, violations, seconds. A run that is started again
goes on from its record; `--fresh` begins anew, `--jobs 2` takes two processes.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the checkout this script stands in, whatever else is installed

from tests.properties import laws  # noqa: E402
from tests.properties.generate import make  # noqa: E402

Record = dict[str, Any]
UNITS = 100
AGREE_UNITS = 1_500
SAVE_EVERY = 60.0
KEPT = 50


def commit() -> str:
    """The commit checked out, with a + where files differ from it."""
    asked = [["git", "rev-parse", "--short=12", "HEAD"], ["git", "status", "--porcelain", "--untracked-files=no"]]
    head, dirty = (subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip() for line in asked)
    return head + ("+" if dirty else "")


def laws_of(index: int, record: Record) -> list[str]:
    """One generated programme with its units."""
    seed = f"{record['seed']}/{index}"
    made = make(seed)
    counted = laws.Counted()
    if made is None:
        record["without_programme"] = record.get("without_programme", 0) + 1
        return []
    found = list(laws.same_when_written_again(made))
    source = Random(f"{seed}/units")
    for _ in range(UNITS):
        found += laws.of_a_unit(made, source, counted)
    sums = {"pairs": counted.pairs, "tight_values": counted.tight, "directions": counted.monotone}
    for name, number in {**sums, "programmes": 1, "left_out": made.refused}.items():
        record[name] = record.get(name, 0) + number
    return [f"{seed}: {problem}" for problem in found]


def prover_of(index: int, record: Record) -> list[str]:
    """One pair of a city's and a county's indicator."""
    from tests.properties.pairs import pair

    found = pair(f"{record['seed']}/{index}")
    record[found.answer] = record.get(found.answer, 0) + 1
    record["pairs"] = record.get("pairs", 0) + (found.answer != "refused_before")
    return [f"{record['seed']}/{index}: {problem}" for problem in found.violations]


def agree_of(index: int, record: Record) -> list[str]:
    """One random plan on units by both engines, every tenth over a crowd of them."""
    from tests.properties import agreement

    seed = f"{record['seed']}/{index}"
    crowd = index % 10 == 9
    found = agreement.crowd_check(seed, 60) if crowd else agreement.check(seed, AGREE_UNITS)
    sums = {"pairs": found.pairs, "plans": 1, "gaps": found.gaps, "units_by_reference": found.whole, "decisions_by_reference": found.alone}
    for name, number in sums.items():
        record[name] = record.get(name, 0) + number
    if found.difference is None:
        return []
    return [f"crowd {seed}: {found.difference}" if crowd else agreement.told(seed, AGREE_UNITS)]


RUNS: dict[str, Callable[[int, Record], list[str]]] = {"laws": laws_of, "prover": prover_of, "agree": agree_of}


def save(path: Path, record: Record) -> None:
    """The record, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    part.replace(path)


def one(name: str, seed: str, index: int) -> tuple[Record, list[str]]:
    """What is counted of one plan, and what was broken."""
    counted: Record = {"seed": seed}
    found = RUNS[name](index, counted)
    del counted["seed"]
    return counted, found


def soak(name: str, pairs: int, record: Record, path: Path, jobs: int) -> Record:
    """Go on until so many pairs are done; no process waits for another. The record is saved about once a minute."""
    started = saved = time.monotonic()
    before = record["seconds"]
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        indexes = count(record["next"])
        asked = deque(pool.submit(one, name, record["seed"], next(indexes)) for _ in range(4 * jobs))
        while record.get("pairs", 0) < pairs:
            counted, found = asked.popleft().result()
            asked.append(pool.submit(one, name, record["seed"], next(indexes)))
            for what, number in counted.items():
                record[what] = record.get(what, 0) + number
            record["next"] += 1
            record["violations"] += len(found)
            record["seen"] = [*record["seen"], *found][:KEPT]
            now = time.monotonic()
            record["seconds"] = round(before + now - started, 1)
            if now - saved > SAVE_EVERY:
                saved = now
                save(path, record)
                print(f"{record.get('pairs', 0)}/{pairs} pairs, {record['violations']} violations, {record['seconds']} s", flush=True)
        pool.shutdown(cancel_futures=True)
    return record


def main() -> int:
    """Run; 1 when a law was broken."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("run", choices=sorted(RUNS))
    parser.add_argument("--pairs", type=int, default=1_000_000)
    parser.add_argument("--seed", default="2021")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--jobs", type=int, default=1, help="so many processes")
    parser.add_argument("--fresh", action="store_true")
    asked = parser.parse_args()
    path = asked.out or ROOT / "benchmarks" / "results" / f"soak_{asked.run}.json"
    record: Record = {"run": asked.run, "seed": asked.seed, "next": 0, "violations": 0, "seen": [], "seconds": 0.0, "commits": []}
    if path.exists() and not asked.fresh:
        old = json.loads(path.read_text("utf-8"))
        record = old if (old["run"], old["seed"]) == (asked.run, asked.seed) else record
    record["commits"] = list(dict.fromkeys([*record["commits"], commit()]))
    record["python"] = sys.version.split()[0]
    soak(asked.run, asked.pairs, record, path, asked.jobs)
    save(path, record)
    print(json.dumps({key: value for key, value in record.items() if key != "seen"}, ensure_ascii=False))
    for problem in record["seen"]:
        print(problem)
    return 1 if record["violations"] else 0


if __name__ == "__main__":
    sys.exit(main())
