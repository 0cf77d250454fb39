"""The record of a run: what was assessed, by which rules, with which files and plugins; no clock, no chance, no path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from flagrules import __version__
from flagrules.award.assess import Assessment
from flagrules.award.results.words import Lang, word
from flagrules.facts.table import InputFile

CSV_QUOTE = "'"
"""Stands in a CSV before text that a spreadsheet would run as a formula."""


@dataclass(frozen=True, order=True)
class UsedPlugin:
    """A plugin that took part: `digest` covers its files, `code` tells whether it could run, `replaces` what it stands for."""

    name: str
    version: str
    digest: str
    origin: str
    code: bool
    replaces: str = ""


@dataclass(frozen=True)
class AuthorityDigests:
    """The digests of the rules and the plan one authority's units were judged by; "" is the programme itself."""

    authority: str
    rules: str
    plan: str


@dataclass(frozen=True)
class RunRecord:
    """What made a result; two runs with equal records have equal results.

    `accepted_gaps` are the 不能表达 lines, by name, that whoever ran this accepted; `sample_settings` the rule files among the
    samples of plugins that were switched on: what they set, nobody has published.
    """

    programme: str
    version: str
    on: date
    period: str
    engine: str
    flagrules: str
    digests: tuple[AuthorityDigests, ...]
    plugins: tuple[UsedPlugin, ...]
    files: tuple[InputFile, ...]
    accepted_gaps: tuple[str, ...]
    sample_settings: tuple[InputFile, ...] = ()


def run_record(
    assessment: Assessment,
    plugins: Iterable[UsedPlugin],
    *,
    engine: str = "reference",
    accepted_gaps: Iterable[str] = (),
    sample_settings: Iterable[InputFile] = (),
) -> RunRecord:
    """The record of an assessment; the order of plugins, files and gaps does not matter."""
    rules = assessment.base.rules
    digests = (AuthorityDigests(place, plan.rules.digest, plan.digest) for place, plan in sorted(assessment.plans.items()))
    return RunRecord(
        programme=rules.programme,
        version=rules.version,
        on=assessment.on,
        period=assessment.table.period,
        engine=engine,
        flagrules=__version__,
        digests=tuple(digests),
        plugins=tuple(sorted(plugins)),
        files=tuple(sorted(assessment.table.files, key=lambda file: (file.label, file.digest))),
        accepted_gaps=tuple(sorted(set(accepted_gaps))),
        sample_settings=tuple(sorted(sample_settings, key=lambda file: file.label)),
    )


def record_json(record: RunRecord) -> dict[str, object]:
    """The record as plain values."""
    return {
        "programme": record.programme,
        "version": record.version,
        "on": record.on.isoformat(),
        "period": record.period,
        "engine": record.engine,
        "flagrules": record.flagrules,
        "digests": [vars(item) for item in record.digests],
        "plugins": [vars(item) for item in record.plugins],
        "files": [vars(item) for item in record.files],
        "accepted_gaps": list(record.accepted_gaps),
        "sample_settings": [vars(item) for item in record.sample_settings],
        "csv_quote": CSV_QUOTE,
    }


def record_rows(record: RunRecord, lang: Lang) -> Iterator[tuple[str, ...]]:
    """The record for people: a label, what it says, and its digest where it has one."""

    def label(zh: str, en: str) -> str:
        return zh if lang == "zh" else en

    yield label("方案", "programme"), record.programme
    yield label("版本", "version"), record.version
    yield label("评定日期", "assessed on"), record.on.isoformat()
    yield label("期", "period"), record.period
    yield label("引擎", "engine"), record.engine
    yield "flagrules", record.flagrules
    for item in record.digests:
        yield label("规则摘要", "digest of the rules"), item.authority or record.programme, item.rules
        yield label("计划摘要", "digest of the plan"), item.authority or record.programme, item.plan
    for plugin in record.plugins:
        code = f"{label('含程序', 'has code')} {word('yes' if plugin.code else 'no', lang)}"
        replaced = f"{label('代替', 'stands for')} {plugin.replaces}" if plugin.replaces else ""
        said = "，".join(part for part in (f"{plugin.name} {plugin.version} ({plugin.origin})", code, replaced) if part)
        yield label("插件", "plugin"), said, plugin.digest
    for file in record.files:
        yield label("事实文件", "file of facts"), file.label, file.digest
    for file in record.sample_settings:
        yield label("样例设定（没有公布）", "sample settings (not published)"), file.label, file.digest
    for gap in record.accepted_gaps:
        yield label("已接受的不能表达", "accepted as not expressible"), gap
    yield from _notes(lang)


def _notes(lang: Lang) -> Iterator[tuple[str, ...]]:
    notes = {
        "zh": (
            "数字都是精确值，除不尽的写成分数（如 1/3）；带 ≈ 的只供阅读",
            "有最低、最高两列的，两列不同表示还有事实不知道或参数未设定",
            "CSV 里可能被当作公式的文字前面加了一个 ' 号；请用 .xlsx 在表格软件里看",
        ),
        "en": (
            "numbers are exact; those without a decimal are fractions such as 1/3; what carries ≈ is for reading only",
            "where lowest and highest differ, facts are unknown or parameters not set",
            "in CSV, text that could run as a formula has a ' before it; open the .xlsx in a spreadsheet",
        ),
    }
    for note in notes[lang]:
        yield ("说明" if lang == "zh" else "note"), note
