"""The benchmark's record as tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

STAGES = ("reading", "deciding", "writing")
WHY = (
    "Before the first slice Python loads flagrules, reads the rules, opens and digests the files and loads the kept plan, one after",
    "another. Queries are set up anew in each slice, for what is open there decides which are asked: that is the part in brackets. While",
    "a slice is decided, the next is read and the last is written beside it; deciding is the longest of the three, and partly Python.",
)


@dataclass(frozen=True)
class Lacks:
    """What a contestant does not do (False)."""

    scores: bool = True
    trace: bool = True
    missing: bool = True
    exact: bool = True

    def said(self) -> str:
        """In words."""
        if not self.scores:
            return "no scores: the bound of anything that reads these facts and writes such a table"
        lacks = [
            (self.trace, "no rule line for a score"),
            (self.missing, "no missing facts: they are taken as 0"),
            (self.exact, "binary floats or 32-bit numbers unless each formula takes care"),
        ]
        return "; ".join(words for has, words in lacks if not has) or "every score with its line, missing facts as intervals, exact"


def markdown(record: Mapping[str, Any], lacks: Mapping[str, Lacks]) -> str:
    """Both languages share the figures; words are few and English."""
    machine, versions = record["machine"], record["versions"]
    lines = [
        "# The nation benchmark",
        "",
        f"`python -m benchmarks.nation`, commit {record['commit']}, {record['date']}, {record['rounds']} rounds after one uncounted,",
        f"contestants in turn. {machine['cpu']}, {machine['cores']} cores, {machine['system']}.",
        "",
        "Versions: " + ", ".join(f"{name} {number}" for name, number in versions.items()) + ".",
        "",
        "Whole processes, from start to files written, medians. A ratio is flagrules' wall time to the other's in the same round, the",
        "median of all rounds: below 1 flagrules was faster. A peak may be that of the process that measures, where that is larger.",
    ]
    for size in record["sizes"]:
        lines += ["", f"## {size['units']:,} units × {size['indicators']} indicators"]
        first = size["first"]
        lines += ["", f"Answers of flagrules and by hand: {size['answers']}. The first run of flagrules, with nothing kept, took"]
        lines += [f"{first['wall']:.2f} s and {first['peak']:.0f} MB.", ""]
        lines += ["| | wall s | processor s | peak MB | flagrules ÷ it |", "|---|---:|---:|---:|---:|"]
        for name, one in size["medians"].items():
            ratio = size["ratios"].get(name)
            figures = f"{one['wall']:.2f} | {one['cpu']:.2f} | {one['peak']:.0f}"
            lines.append(f"| {name} | {figures} | {'' if ratio is None else f'{ratio:.2f}'} |")
    lines += ["", "## Where the time of flagrules goes", ""]
    lines += ["Milliseconds of processor time on one thread, medians of some slices; in brackets a slice of 1,000 units, which takes"]
    lines += ["as good as nothing but what a slice takes whatever its units are.", ""]
    lines += ["| units × indicators | before the first slice | a slice of | reading | deciding and telling | writing |"]
    lines += ["|---|---:|---:|---:|---:|---:|"]
    for one in record["stages"]:
        told = " | ".join(f"{1000 * one['whole'][name]:.0f} ({1000 * one['empty'][name]:.0f})" for name in STAGES)
        lines.append(f"| {one['units']:,} × {one['indicators']} | {1000 * one['before']:.0f} | {one['slice']:,} | {told} |")
    lines += ["", *WHY]
    made = record["compiling"]
    lines += ["", "## Rules to expressions", ""]
    lines += [f"{made['indicators']} indicators, nothing kept: {made['median']:.3f} s of processor time, the median of nine; the least was"]
    lines += [f"{made['least']:.3f} s. Tables of what has few values are made in each size's first run."]
    lines += ["", "## What each does", ""]
    lines += [f"- {name}: {one.said()}." for name, one in lacks.items()]
    return "\n".join(lines) + "\n"
