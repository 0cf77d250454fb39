"""The benchmark, one command: `python -m benchmarks.nation [--quick]`. Same rules, same data, contestants in turn, whole processes.

Prints the table, and writes it with machine, versions and commit to benchmarks/results/nation.json, the table to nation.md and the
growth to nation.svg. Peers are installed from benchmarks/nation/requirements.txt into the environment that runs this.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import polars as pl

from benchmarks.nation.picture import growth_picture
from benchmarks.nation.stages import stages
from benchmarks.nation.table import Lacks, markdown
from benchmarks.nation.work import Work, prepare

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "benchmarks" / "results"
PACKAGES = ("polars", "duckdb", "OpenFisca-Core", "zen-engine", "common-expression-language", "rule-engine", "numpy", "flagrules")


@dataclass(frozen=True)
class Contestant:
    """A way to get the answers: a command, and the most units it is asked for."""

    name: str
    module: str
    most: int = 10**9
    lacks: Lacks = field(default_factory=Lacks)


OURS = Contestant("flagrules", "")
CONTESTANTS = (
    OURS,
    Contestant("reading and writing alone", "read_write", lacks=Lacks(scores=False)),
    Contestant("Polars by hand", "polars_hand", lacks=Lacks(trace=False)),
    Contestant("DuckDB SQL by hand", "duckdb_hand", lacks=Lacks(trace=False)),
    Contestant("openfisca-core", "openfisca_peer", 690_000, Lacks(trace=False, missing=False, exact=False)),
    Contestant("zen-engine", "zen_peer", 3_000, Lacks(trace=False, missing=False)),
    Contestant("CEL in Rust", "cel_peer", 3_000, Lacks(trace=False, missing=False)),
    Contestant("rule-engine", "rule_engine_peer", 3_000, Lacks(trace=False, missing=False)),
    Contestant("LibreOffice", "spreadsheet", 300, Lacks(trace=False, missing=False, exact=False)),
)
STAGED = ((690_000, 200), (69_000, 1000))
BY_NAME = {contestant.name: contestant for contestant in CONTESTANTS}


@dataclass(frozen=True)
class Measured:
    """One whole process: seconds on the wall, seconds of processor time, megabytes at most."""

    wall: float
    cpu: float
    peak: float


def command(contestant: Contestant, work: Work, out: Path) -> list[str]:
    """What is run."""
    if contestant is OURS:
        facts = [part for path in (work.register, work.facts) for part in ("--facts", str(path))]
        plain = ["--engine", "columnar", "--format", "parquet", "--units", "1", "--on", "2021-12-01", "--out", str(out)]
        return [sys.executable, "-m", "flagrules.cli.main", "run", "nation", "--plugins", str(work.programme), *facts, *plain]
    answers = [str(answers_of(BY_NAME["Polars by hand"], work))] if contestant.module == "read_write" else []
    base = [sys.executable, "-m", f"benchmarks.nation.{contestant.module}", str(work.units), str(work.indicators), str(work.folder)]
    return [*base, *answers, str(out)]


def answers_of(contestant: Contestant, work: Work) -> Path:
    """Where a contestant puts its answers."""
    stem = contestant.module or "ours"
    return work.folder / f"{stem}-{work.units}x{work.indicators}{'' if contestant is OURS else '.parquet'}"


def measure(contestant: Contestant, work: Work) -> Measured:
    """Run it once, and what it took by the operating system's own account. What it keeps between runs lies beside the facts."""
    out = answers_of(contestant, work)
    if out.is_dir():
        shutil.rmtree(out)
    log = work.folder / "log.txt"
    with log.open("w") as said:
        start = time.perf_counter()
        kept = os.environ | {"XDG_CACHE_HOME": str(cache_of(work.folder))}
        process = subprocess.Popen(command(contestant, work, out), cwd=ROOT, env=kept, stdout=said, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
    if status:
        sys.exit(f"{contestant.name} failed on {work.units} × {work.indicators}:\n{log.read_text()[-2000:]}")
    return Measured(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def cache_of(folder: Path) -> Path:
    """Where flagrules keeps what it has compiled."""
    return folder / "cache"


def rounds(contestants: Iterable[Contestant], work: Work, count: int) -> tuple[dict[str, list[Measured]], Measured]:
    """So many rounds after one that is not counted, everyone in turn in each; and what that first one took flagrules, which has to
    compile its rules."""
    shutil.rmtree(cache_of(work.folder), ignore_errors=True)
    entered = [contestant for contestant in contestants if work.units <= contestant.most]
    found: dict[str, list[Measured]] = {contestant.name: [] for contestant in entered}
    for turn in range(count + 1):
        for contestant in sorted(entered, key=lambda c: c.module == "read_write"):  # it writes what another answered
            measured = measure(contestant, work)
            if turn:
                found[contestant.name].append(measured)
            elif contestant is OURS:
                first = measured
        print(f"  {work.units} × {work.indicators}: round {turn} of {count}", file=sys.stderr, flush=True)
    return found, first


def check_answers(work: Work) -> str:
    """Whether ours, Polars by hand and DuckDB agree on every score and outcome."""
    hand = pl.read_parquet(answers_of(BY_NAME["Polars by hand"], work), columns=["编号", "low", "high", "outcome"])
    sql = answers_of(BY_NAME["DuckDB SQL by hand"], work)
    if sql.exists() and not pl.read_parquet(sql, columns=hand.columns).sort("编号").equals(hand.sort("编号")):
        return "DuckDB differs"
    return ours_agrees(work, hand)


def ours_agrees(work: Work, hand: pl.DataFrame) -> str:
    """Whether flagrules' trace has the same score, from and to, and the same outcome for every unit."""
    parts = sorted((answers_of(OURS, work) / "trace").rglob("*.parquet"))
    score = "牌子(村)/score"
    ours = pl.scan_parquet(parts).select("id", pl.col("^(points|most):牌子\\(村\\)/score$"), "outcome:牌子").collect()
    low, high = ours[f"points:{score}"], ours[f"most:{score}"].fill_null(ours[f"points:{score}"])
    words = {0: "refused", 1: "granted", 2: "undetermined"}
    outcome = hand["outcome"].cast(pl.Int32).replace_strict(words)
    scores = bool((low == hand["low"]).all()) and bool((high == hand["high"]).all())
    same = [ours["id"].equals(hand["编号"]), scores, (ours["outcome:牌子"].cast(pl.String) == outcome).all()]
    return "equal" if all(same) else "flagrules differs"


def medians(found: dict[str, list[Measured]]) -> dict[str, Measured]:
    """The median of each figure."""
    return {
        name: Measured(*(statistics.median(getattr(one, figure) for one in runs) for figure in ("wall", "cpu", "peak")))
        for name, runs in found.items()
    }


def ratio(found: dict[str, list[Measured]], name: str, base: str) -> float | None:
    """The median of the ratios of wall time, round by round."""
    if name not in found or base not in found:
        return None
    return statistics.median(a.wall / b.wall for a, b in zip(found[name], found[base], strict=True))


def compiling(indicators: int, folder: Path) -> dict[str, float]:
    """Processor seconds in which the rules of so many indicators become expressions: the least and the median of some."""
    asked = [sys.executable, "-m", "benchmarks.nation.compiling", str(indicators), str(folder)]
    said = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    seconds = [float(line) for line in said.split()]
    return {"indicators": indicators, "least": min(seconds), "median": statistics.median(seconds)}


def versions() -> dict[str, str]:
    """What was measured."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "-"
    return found


def commit() -> str:
    """The commit measured, marked when the tree was not clean."""
    said = subprocess.run(["git", "describe", "--always", "--dirty", "--abbrev=12"], cwd=ROOT, capture_output=True, text=True, check=True)
    return said.stdout.strip()


def main() -> None:
    """Everything."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--quick", action="store_true", help="3,000 and 69,000 units only, one round")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--most", type=int, default=2_070_000, help="leave out more units than this")
    arguments.add_argument("--folder", type=Path, help="where facts and answers are kept (a temporary folder)")
    given = arguments.parse_args()
    compileall.compile_dir(ROOT / "flagrules", quiet=1)  # as an installation has it, and every peer
    folder = given.folder or Path(tempfile.mkdtemp(prefix="nation-"))
    count = 1 if given.quick else given.rounds
    by_units = [(300, 200), (3_000, 200), (69_000, 200), *([] if given.quick else [(690_000, 200), (2_070_000, 200)])]
    by_indicators = [] if given.quick else [(69_000, n) for n in (50, 400, 1000)]
    sizes: list[dict[str, object]] = []
    gone: list[dict[str, object]] = []
    for units, indicators in [size for size in (*by_units, *by_indicators) if size[0] <= given.most]:
        work = prepare(Work(units, indicators, folder))
        found, first = rounds(CONTESTANTS, work, min(count, 1) if units > 10**6 else count)
        middle = medians(found)
        sizes.append(
            {
                "units": units, "indicators": indicators, "answers": check_answers(work), "first": asdict(first),
                "medians": {name: asdict(measured) for name, measured in middle.items()},
                "ratios": {name: ratio(found, OURS.name, name) for name in middle if name != OURS.name},
            }
        )  # fmt: skip
        if (units, indicators) in STAGED:
            gone.append(stages(work, ROOT))
        if units > 10**6:
            work.facts.unlink()
    cpu = next((line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line), "")
    record = {
        "commit": commit(), "date": datetime.now(UTC).date().isoformat(), "rounds": count,
        "machine": {"cpu": cpu, "cores": os.cpu_count(), "system": platform.platform()},
        "versions": versions(), "sizes": sizes, "stages": gone, "compiling": compiling(400, folder),
    }  # fmt: skip
    text = markdown(record, {contestant.name: contestant.lacks for contestant in CONTESTANTS})
    print(text)
    if not given.quick:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "nation.json").write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", "utf-8")
        (RESULTS / "nation.md").write_text(text, "utf-8")
        growth_picture(record, RESULTS / "nation.svg")


if __name__ == "__main__":
    main()
