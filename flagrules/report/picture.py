"""The whole picture of a run, in the order a reader asks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from flagrules.report import grids, lines, quotas, rest, scores
from flagrules.report.shape import Both, Picture, Section, Sheet, Text
from flagrules.report.told import Told, amount, overall, read_told
from flagrules.text.findings import Stopped, finding
from flagrules.text.source import FilePlace


def picture_of(told: Told, lang: str) -> Picture:
    """Everything to show; `lang` is the language a page opens in."""
    found = (
        grids.section(told), scores.section(told), quotas.section(told), lines.section(told), rest.money(told), rest.missing(told),
        rest.procedure(told), rest.left_out(told), _about(told),
    )  # fmt: skip
    sections = tuple(section for section in found if section is not None)
    record = told.record
    return Picture(f"{record['programme']} {record['version']}", str(record["on"]), lang, tuple(_figures(told)), sections)


def read_picture(folder: Path, lang: str) -> Picture:
    """The picture of the run whose results are in a folder; raises `Stopped` with FR820, FR821 or FR822."""
    read = read_told(folder)
    try:
        return picture_of(read, lang)
    except (ValueError, KeyError, ZeroDivisionError) as error:
        raise Stopped([finding("FR821", FilePlace(folder.as_posix()))]) from error


def _figures(told: Told) -> Iterator[tuple[Both, Text]]:
    titles = told.rows("titles")
    outcomes = [row["outcome"] for row in titles]
    granted, unsure = outcomes.count("granted"), outcomes.count("undetermined")
    yield Both("评定的单元", "units assessed"), str(len({row["unit"] for row in titles}))
    yield Both(f"授予的{told.noun}", f"titles granted ({told.noun})"), str(granted)
    yield Both(f"未定的{told.noun}", f"titles undetermined ({told.noun})"), str(unsure)
    statuses = [row["status"] for row in told.rows("quotas")]
    if statuses:
        counts = " / ".join(str(statuses.count(status)) for status in ("met", "missed", "undetermined"))
        yield Both("名额达标 / 未达标 / 未定", "quotas met / missed / open"), counts
    for row in told.rows("money"):
        if row["tier"] == "total" and overall(row):
            yield Both(f"{row['payer']}补贴（元）", f"paid by {row['payer']} (元)"), amount(row, "money")


def _about(told: Told) -> Section:
    """What made the run: programme, day, plugins and files with their digests, assumptions counted."""
    record = told.record
    rows: list[tuple[Text, ...]] = [
        (Both("方案", "programme"), str(record["programme"]), ""),
        (Both("版本", "version"), str(record["version"]), ""),
        (Both("评定日期", "assessed on"), str(record["on"]), ""),
        (Both("期", "period"), str(record["period"]), ""),
        ("flagrules", str(record["flagrules"]), ""),
    ]
    rows += [(Both("插件", "plugin"), f"{item['name']} {item['version']} ({item['origin']})", item["digest"]) for item in record["plugins"]]
    rows += [(Both("事实文件", "file of facts"), item["label"], item["digest"]) for item in record["files"]]
    rows += [(Both("样例设定", "sample settings"), item["label"], item["digest"]) for item in record.get("sample_settings", ())]
    assumed = sum(row["what"] == "assumption" for row in told.rows("basis"))
    rows.append((Both("规则里的假定", "assumptions in the rules"), str(assumed), ""))
    title = Both("这次运行", "About this run")
    notes = [
        Both(
            "每个单元的分数、依据和理由：results.xlsx，或用 flagrules explain 查一个单元。同样的规则和事实，得到的报告一个字节都不差。",
            "Points, lines and reasons of each unit: results.xlsx, or flagrules explain for one unit. The same rules and facts give the "
            "same report, byte for byte.",
        )
    ]
    if record.get("sample"):
        notes.insert(0, Both("事实是插件自带的样例，不是真实情况。", "The facts are the plugins' own samples, not the real state."))
    heads = (Both("项目", "what"), Both("内容", "which"), Both("摘要（SHA-256）", "digest (SHA-256)"))
    return Section("about", title, tuple(notes), sheets=(Sheet("about", title, heads, tuple(rows)),))
