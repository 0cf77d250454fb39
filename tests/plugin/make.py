"""Small plugins for the tests of the host: folders, modules and installed distributions, all in a temporary folder."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from importlib.metadata import Distribution, EntryPoint
from pathlib import Path

from flagrules.plugin.discover import GROUP
from flagrules.plugin.host import Loaded, load_plugins
from flagrules.text.findings import Findings

COUNTY = {"id": '"lin"', "code": '"990101"', "name": '"林县"', "programme": '"stars"', "version": '"0.1.0"', "api": "1"}
PROGRAMME = {"id": '"stars"', "title": '"星级社区"', "version": '"1.0"', "api": "1"}
_numbers = itertools.count()


def toml(values: dict[str, str], **changes: str | None) -> str:
    """Lines of TOML; a change to None leaves the key out."""
    merged: dict[str, str | None] = {**values, **changes}
    return "".join(f"{key} = {value}\n" for key, value in merged.items() if value is not None)


def county(folder: Path, **changes: str | None) -> Path:
    """A county's folder with one rule file."""
    (folder / "rules").mkdir(parents=True)
    (folder / "rules" / "a.rules").write_text("县 林县 落实 星级社区\n", encoding="utf-8")
    (folder / "county.toml").write_text(toml(COUNTY, **changes), encoding="utf-8")
    return folder


def programme(folder: Path, **changes: str | None) -> Path:
    """A programme's folder with one rule file."""
    (folder / "rules").mkdir(parents=True)
    (folder / "rules" / "a.rules").write_text("方案 星级社区\n", encoding="utf-8")
    (folder / "programme.toml").write_text(toml(PROGRAMME, **changes), encoding="utf-8")
    return folder


def module(site: Path, source: str, *, package: bool = False) -> str:
    """A new module in `site` (on the import path); its name."""
    name = f"plug_{next(_numbers)}_{site.name.replace('-', '_')}"[:60]
    path = site / name / "__init__.py" if package else site / f"{name}.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text(source, encoding="utf-8")
    return name


class _Owner(Distribution):
    """A distribution that has only a name and a version."""

    def __init__(self, name: str) -> None:
        self._text = f"Metadata-Version: 2.1\nName: {name}\nVersion: 3.0\n"

    def read_text(self, filename: str) -> str | None:
        return self._text if filename == "METADATA" else None

    def locate_file(self, path: object) -> Path:
        return Path(str(path))


def entry(name: str, value: str, owner: str = "some-wheel") -> EntryPoint:
    """An entry point of the plugin group, announced by the distribution `owner`."""
    point = EntryPoint(name, value, GROUP)
    vars(point).update(dist=_Owner(owner))
    return point


def load(
    *folders: Path,
    entries: Iterable[EntryPoint] = (),
    swaps: dict[str, Path] | None = None,
    python_allowed: bool = True,
    seconds: int = 20,
) -> tuple[Loaded, Findings]:
    """What the host loads, and what it found, without anything that is installed on this machine."""
    findings = Findings()
    loaded = load_plugins(
        findings, folders=folders, swaps=swaps, python_allowed=python_allowed, entries=entries, seconds=seconds
    )
    return loaded, findings


def codes(findings: Findings) -> list[str]:
    """The codes of all findings, sorted."""
    return sorted(item.code for item in findings)


def places(findings: Findings, code: str) -> list[str]:
    """The places of the findings of one code."""
    return [str(item.place) for item in findings if item.code == code]
