"""The growth of time and memory with units and with indicators, as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

SHOWN = ("flagrules", "Polars by hand", "DuckDB SQL by hand", "openfisca-core", "reading and writing alone")


def growth_picture(record: Mapping[str, Any], path: Path) -> None:
    """Two panels: seconds against units (200 indicators), seconds against indicators (69,000 units)."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "flagrules"
    import matplotlib.pyplot as plt

    figure, panels = plt.subplots(1, 2, figsize=(11, 4.5))
    for panel, axis, fixed, value in ((panels[0], "units", "indicators", 200), (panels[1], "indicators", "units", 69_000)):
        for name in SHOWN:
            points = sorted((s[axis], s["medians"][name]["wall"]) for s in record["sizes"] if s[fixed] == value and name in s["medians"])
            panel.plot(*zip(*points, strict=True), marker="o", label=name) if points else None
        panel.set(xlabel=axis, ylabel="seconds, whole process", xscale="log", yscale="log", title=f"{value:,} {fixed}")
        panel.grid(visible=True, alpha=0.3)
    panels[0].legend()
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
