"""What most commands share: options, loading of plugins, a programme compiled for its counties, facts read, findings shown."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any

import click

from flagrules.facts.dates import PERIODS, period_before
from flagrules.facts.read import read_facts
from flagrules.facts.register import join_registers
from flagrules.facts.schema import Schema
from flagrules.facts.table import FactTable, Register
from flagrules.pipeline import Compiled, Programme, check_together, open_programme, union_schema
from flagrules.plugin.host import Loaded, load_plugins
from flagrules.plugin.packs import Pack, ProgrammePack, RefinementPack
from flagrules.text.findings import Finding, Findings, Stopped, finding
from flagrules.text.render import Lang, render_all
from flagrules.text.source import FilePlace
from flagrules.text.spelling import nearest


class Day(click.ParamType[date]):
    """A date written 2021-12-01."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:  # noqa: ANN401  click's own signature
        """The date, or a usage error naming the form."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"日期写成 2021-12-01 的样子，不是 {value} / write a date like 2021-12-01, not {value}", param, ctx)


@dataclass(frozen=True)
class Asked:
    """What every command that loads plugins was asked: the folders and swaps, and for a programme its counties and day."""

    folders: tuple[Path, ...]
    swaps: tuple[str, ...]
    no_code: bool
    lang: Lang
    programme: str = ""
    counties: tuple[str, ...] = ()
    on: date | None = None
    sample_settings: bool = False

    def start(self) -> Session:
        """Load the plugins, with their sample settings among their rules where that was asked."""
        findings = Findings()
        swaps = {code: Path(path) for code, _, path in (swap.partition("=") for swap in self.swaps)}
        loaded = load_plugins(findings, folders=self.folders, swaps=swaps, python_allowed=not self.no_code)
        if self.sample_settings:
            loaded = replace(loaded, refinements=tuple(pack.with_sample_settings() for pack in loaded.refinements))
        return Session(findings, loaded, self.lang)


_PLUGINS = (
    click.option("--plugins", "folders", multiple=True, metavar="DIR", type=click.Path(path_type=Path),
                 help="另外装入这个文件夹里的插件 / load the plugin in this folder too"),
    click.option("--replace", "swaps", multiple=True, metavar="CODE=DIR", help="用文件夹代替一个县的插件 / let a folder stand for a county"),
    click.option("--no-code", is_flag=True, help="不装入带代码的外来插件（正式运行用） / refuse foreign plugins that bring code"),
    click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", help="语言 / language", show_default=True),
)  # fmt: skip
_PROGRAMME = (
    click.argument("programme"),
    click.option(
        "--county", "counties", multiple=True, metavar="CODE", help="县的代码或名称，all 为全部 / a county's code or name, or all"
    ),
    click.option("--on", type=Day(), help="评定日期，如 2021-12-01 / the day of assessment"),
    click.option("--sample-settings", is_flag=True,
                 help="启用各县的样例设定（没有公布的，先按样例算） / switch on the counties' sample settings"),
)  # fmt: skip


def _asking(options: Sequence[Callable[[Any], Any]], names: frozenset[str]) -> Callable[[Callable[..., int]], Callable[..., int]]:
    def decorate(command: Callable[..., int]) -> Callable[..., int]:
        @wraps(command)
        def run(**given: Any) -> int:  # noqa: ANN401  click hands over what the options are named
            asked = Asked(**{name: given.pop(name) for name in names})
            try:
                return command(asked, **given)
            except Stopped as stopped:
                click.echo(render_all(stopped.findings, asked.lang), err=True)
                return 2

        for option in reversed(options):
            run = option(run)
        return run

    return decorate


plugin_options = _asking(_PLUGINS, frozenset({"folders", "swaps", "no_code", "lang"}))
programme_options = _asking(
    (*_PROGRAMME, *_PLUGINS),
    frozenset({"folders", "swaps", "no_code", "lang", "programme", "counties", "on", "sample_settings"}),
)


@dataclass
class Session:
    """One run of a command: what was loaded, and every finding so far."""

    findings: Findings
    loaded: Loaded
    lang: Lang
    shown: set[Finding] = field(default_factory=set)

    def show(self) -> None:
        """Write the findings not yet shown to stderr."""
        fresh = [item for item in self.findings if item not in self.shown]
        self.shown |= set(fresh)
        if fresh:
            click.echo(render_all(fresh, self.lang) + "\n", err=True)

    def stop(self, code: str, name: str, known: Sequence[str]) -> Stopped:
        """A refusal of a name on the command line."""
        guess = nearest(name, known)
        hint = f"是不是“{guess}”？" if guess else ""
        hint_en = f"Did you mean '{guess}'?" if guess else ""
        return Stopped([finding(code, FilePlace(name), name=name, known="、".join(known) or "—", hint=hint, hint_en=hint_en)])


@dataclass(frozen=True)
class Opened:
    """A programme with the counties asked for, compiled for one day; "" is the programme's own rules."""

    programme: Programme
    counties: tuple[RefinementPack, ...]
    compiled: Mapping[str, Compiled]
    on: date

    @property
    def packs(self) -> tuple[Pack, ...]:
        """The packs that took part."""
        return (self.programme.pack, *self.counties)

    @property
    def schema(self) -> Schema:
        """Everything any of them asks."""
        return union_schema([item.schema for item in self.compiled.values()])


def choose_counties(session: Session, programme: str, names: Sequence[str]) -> tuple[RefinementPack, ...]:
    """The refinements asked for by code, name or id, in order of code; `all` is every one."""
    every = tuple(sorted((pack for pack in session.loaded.refinements if pack.programme == programme), key=lambda pack: pack.code))
    if "all" in names:
        return every
    chosen: list[RefinementPack] = []
    for name in names:
        pack = session.loaded.refinement(programme, name)
        if pack is None:
            session.show()
            for other in session.loaded.refinements:
                if name in (other.code, other.name, other.id):
                    raise Stopped([finding("FR035", FilePlace(name), name=name, other=other.programme, programme=programme)])
            raise session.stop("FR002", name, [item.code for item in every] + [item.name for item in every])
        chosen.append(pack)
    return tuple(pack for pack in every if pack in chosen)


def choose_programme(session: Session, name: str) -> ProgrammePack:
    """The programme asked for; raises `Stopped` with FR001."""
    pack = session.loaded.programme(name)
    if pack is None:
        session.show()
        raise session.stop("FR001", name, [item.id for item in session.loaded.programmes])
    return pack


def open_rules(session: Session, asked: Asked, *, default: Sequence[str] = ()) -> Opened:
    """Compile a programme and its counties (`default` where none is named); raises `Stopped` with the findings when there are errors."""
    opened = open_programme(choose_programme(session, asked.programme), session.findings)
    chosen = choose_counties(session, asked.programme, asked.counties or default)
    compiled = {"": compile_own(opened, asked.on, session.findings, quiet=bool(chosen))}
    found = Findings()
    try:
        for county in chosen:
            compiled[county.code] = opened.compile(county, asked.on, found)
    finally:
        session.findings.extend(told_once(found))
    check_together(compiled, session.findings)
    return Opened(opened, chosen, compiled, max(item.plan.on for item in compiled.values()))


def places_elsewhere(session: Session, opened: Opened) -> list[str]:
    """Names and codes of the counties a programme has, whether or not they are in the register."""
    counties = [pack for pack in session.loaded.refinements if pack.programme == opened.programme.pack.id]
    return [text for pack in counties for text in (pack.name, pack.code)]


def told_once(found: Iterable[Finding]) -> list[Finding]:
    """Findings that differ only in whom they concern (`who`), as one that names them all: thirteen counties may lack one value."""
    together: dict[Finding, list[str]] = {}
    for item in found:
        others = tuple(pair for pair in item.args if pair[0] != "who")
        names = together.setdefault(replace(item, args=others), [])
        names += (text for key, text in item.args if key == "who" and text not in names)
    return [
        replace(item, args=tuple(sorted((*item.args, ("who", "、".join(names)))))) if names else item
        for item, names in together.items()
    ]


def compile_own(opened: Programme, on: date | None, findings: Findings, *, quiet: bool) -> Compiled:
    """The programme's own rules. `quiet` leaves out what it has not set itself (FR315): the counties that set it are asked for,
    and say so of themselves where they do not."""
    own = Findings()
    try:
        return opened.compile(None, on, own)
    finally:
        findings.extend(item for item in own if not (quiet and item.code == "FR315"))


@contextmanager
def sample_files(packs: Sequence[Pack]) -> Iterator[dict[str, Path]]:
    """The sample files of packs laid out in a temporary folder, by their labels."""
    with tempfile.TemporaryDirectory(prefix="flagrules-") as folder:
        found: dict[str, Path] = {}
        for pack in packs:
            for resource in pack.samples:
                path = Path(folder, resource.label)
                if path.suffix in (".csv", ".xlsx", ".parquet"):
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(resource.data)
                    found[resource.label] = path
        yield found


def period_of(opened: Opened, period: str) -> str:
    """The period asked for, or the year of the day; raises a usage error where it is no period."""
    if not period and opened.on == date.min:
        raise click.UsageError("请用 --on 给出评定日期 / give the day of assessment with --on")
    year = period or str(opened.on.year)
    if period_before(year) is None:
        forms = "、".join(PERIODS)
        raise click.UsageError(f"期写成 {forms} 这样，不是 {year} / write the period like {', '.join(PERIODS)}, not {year}")
    return year


def read_all(session: Session, opened: Opened, files: Sequence[Path], period: str, *, sample: bool) -> tuple[Register, FactTable]:
    """The register and facts of a run; each county's sample is read with what that county asks. Raises `Stopped` on errors."""
    year = period_of(opened, period)
    previous = period_before(year) or ""
    readers = session.loaded.readers
    parts: list[tuple[Register, FactTable]] = []
    if files:
        register, table, found = read_facts(files, opened.schema, year, previous, readers)
        session.findings.extend(found)
        parts.append((register, table))
    if sample:
        for pack in opened.packs:
            with sample_files([pack]) as paths:
                if not paths:
                    continue
                schema = opened.compiled[pack.code].schema if isinstance(pack, RefinementPack) else opened.compiled[""].schema
                register, table, found = read_facts(paths, schema, year, previous, readers)
                session.findings.extend(found)
                parts.append((register, table))
    if not parts:
        code = "FR020" if sample else "FR003"
        raise Stopped([finding(code, FilePlace("--sample" if sample else "--facts"), name="、".join(pack.id for pack in opened.packs))])
    register = join_registers([register for register, _ in parts], opened.schema, session.findings)
    session.findings.stop()
    return register, _joined([table for _, table in parts])


def _joined(tables: Sequence[FactTable]) -> FactTable:
    entries = {key: entry for table in tables for key, entry in table.entries.items()}
    files = tuple(sorted((file for table in tables for file in table.files), key=lambda file: file.label))
    known = [table.decisions for table in tables if table.decisions is not None]
    decisions = {unit: items for each in known for unit, items in each.items()} if known else None
    return replace(tables[0], entries=entries, files=files, decisions=decisions)
