"""The page: names are inert, nothing is fetched, only our scripts may run, every figure stands in a table, in both languages."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from flagrules.award.results.shape import Results
from flagrules.report.page import LIBRARY, LIMIT, data_of, to_html
from flagrules.report.picture import picture_of
from flagrules.report.shape import Both, Picture, Section, Sheet
from flagrules.report.told import told
from tests.award.make import BODY, HEAD, TIER, facts, register, run

EVIL = "<script>alert(1)</script>"
VENDOR = LIBRARY.parent


def results_of(folder: Path, name: str = "店一") -> Results:
    rules = f"{HEAD}{BODY}{TIER}  补贴 镇级 1万元 〔办法 7〕\n名额 店 一星 每个 街 占比 50%以上 〔办法 6〕\n"
    csv, street = (f'"{text.replace(chr(34), chr(34) * 2)}"' for text in (name, f"街{name}"))
    files = {
        "登记.csv": register(["1,店一,A", "2,店二,A", "3,店三,B"]).replace("店一", csv).replace("甲街", street),
        "事实.csv": facts(["1,80,是", "2,85,", "3,61,否"]),
    }
    return run(folder, rules, files).results()


@pytest.fixture
def picture(tmp_path: Path) -> Picture:
    return picture_of(told(results_of(tmp_path)), "zh")


def scripts(page: str) -> list[str]:
    return re.findall(r"<script>(.*?)</script>", page, re.DOTALL)


@pytest.mark.parametrize(
    "name",
    [
        EVIL,
        "</script><script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "<!--",
        "{{ 7 * 7 }}",
        "&lt;b&gt;",
    ],
)
def test_a_name_does_nothing(tmp_path: Path, name: str) -> None:
    page, plain = (to_html(picture_of(told(results_of(tmp_path, text)), "zh")) for text in (name, "店一"))
    for sign in ("<script", "</script", "<img", "<!--", "<b>"):
        assert page.count(sign) == plain.count(sign), sign
    assert scripts(page) == scripts(plain)
    assert f'<th scope="row">街{html.escape(name).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")}</th>' in page


def test_signs_that_cannot_be_seen_are_shown(picture: Picture) -> None:
    page = to_html(replace(picture, programme="\u202e倒\u200b行"))
    assert "⟨U+202E⟩倒⟨U+200B⟩行" in page
    assert not {"\u202e", "\u200b"} & set(page)


def test_the_data_cannot_end_its_script(tmp_path: Path) -> None:
    text = data_of(picture_of(told(results_of(tmp_path, EVIL)), "zh"))
    assert not set("<>&\u2028\u2029") & set(text)
    assert any(EVIL in str(chart) for chart in json.loads(text))


def test_the_policy_allows_the_two_scripts_and_nothing_else(picture: Picture) -> None:
    page = to_html(picture)
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    rules = dict(part.strip().split(" ", 1) for part in html.unescape(policy).split(";"))
    assert rules["default-src"] == "'none'"
    allowed = rules["script-src"].split(" ")
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in scripts(page)]
    assert allowed == [f"'sha256-{digest}'" for digest in digests]
    assert len(digests) == 2


def test_nothing_points_outside_the_page(picture: Picture) -> None:
    page = to_html(picture)
    for script in scripts(page):
        page = page.replace(script, "")
    assert re.findall(r"(?:src|href|action|url)\s*[=(]\s*[\"']?[^#\"'\s>]+", page) == []


def test_all_our_words_are_there_in_both_languages(picture: Picture) -> None:
    page = to_html(picture)
    for section in picture.sections:
        assert f'<span class="zh" lang="zh-CN">{html.escape(section.title.zh)}</span>' in page
        assert f'<span class="en" lang="en">{html.escape(section.title.en)}</span>' in page
    assert page.count('class="zh"') == page.count('class="en"')


def test_what_users_wrote_is_shown_once_and_as_it_is(picture: Picture) -> None:
    assert '<th scope="row">甲街</th>'.replace("甲街", "街店一") in to_html(picture)


def test_every_bar_of_a_chart_stands_in_a_table_of_its_section(picture: Picture) -> None:
    """Counts stand as they are; shares and money are drawn rounded, and their exact figures are in the table."""
    for section in picture.sections:
        cells = {cell for sheet in section.sheets for row in sheet.rows for cell in row if isinstance(cell, str)}
        for chart in section.charts:
            assert section.sheets
            if section.key in ("grid", "scores"):
                assert {value for series in chart.series for value in series.values} <= cells
            assert all(len(series.values) == len(chart.categories) for series in chart.series)


def test_long_tables_are_cut_and_say_so(picture: Picture) -> None:
    rows = tuple((str(number),) for number in range(LIMIT + 1))
    sheet = Sheet("long", Both("长", "long"), (Both("数", "number"),), rows)
    page = to_html(replace(picture, sections=(Section("long", Both("长", "long"), sheets=(sheet,)),)))
    assert f'<td class="short">{LIMIT - 1}</td>' in page
    assert f'<td class="short">{LIMIT}</td>' not in page
    assert f"{LIMIT + 1} rows, the first {LIMIT} shown" in page


def test_the_same_results_give_the_same_page(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first, second = (to_html(picture_of(told(results_of(tmp_path / name)), "zh")) for name in "ab")
    assert first == second


def test_the_language_it_opens_in(picture: Picture) -> None:
    assert 'value="zh" checked' in to_html(picture)
    assert 'value="en" checked' in to_html(replace(picture, lang="en"))


def test_what_is_vendored_is_what_the_record_says() -> None:
    said = dict(re.findall(r"^\| `([^`]+)` \|.*`([0-9a-f]{64})` \|$", (VENDOR / "README.md").read_text("utf-8"), re.MULTILINE))
    assert sorted(said) == sorted(path.name for path in VENDOR.iterdir() if path.name != "README.md")
    assert {name: hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() for name in said} == said
    assert "Apache License" in (VENDOR / "LICENSE.echarts").read_text("utf-8")
    assert "Apache ECharts" in (VENDOR / "NOTICE.echarts").read_text("utf-8")


def test_the_library_can_stand_inside_a_page() -> None:
    text = LIBRARY.read_text("utf-8")
    assert "</script" not in text.lower()
    assert "<!--" not in text
    assert "\r" not in text
    assert "new Function" not in text
