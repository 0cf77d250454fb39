"""The report in a real browser: no script error, no request leaves the page, charts drawn, languages, keyboard, print, no script."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from flagrules.cli.main import main
from flagrules.report.write import write_report
from tests.needs import needs_program
from tests.report.test_page import EVIL, results_of

CHROMIUM = shutil.which("chromium")
pytestmark = needs_program("chromium", "chromium")
CHARTS = ".chart > div > svg"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the county whose sample is complete."""
    out = tmp_path_factory.mktemp("run") / "out"
    assert main(["run", "yuncheng", "--county", "140882", "--sample", "--on", "2021-12-01", "--out", str(out), "--format", "report"]) == 0
    return out / "report.html"


@dataclass
class Opened:
    """A page, and what happened on it."""

    page: Page
    faults: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


def opened(browser: Browser, path: Path, *, script: bool = True, width: int = 1280) -> Opened:
    page = browser.new_page(java_script_enabled=script, viewport={"width": width, "height": 900})
    found = Opened(page)
    page.on("console", lambda message: found.faults.append(message.text))
    page.on("pageerror", lambda error: found.faults.append(str(error)))
    page.on("dialog", lambda dialog: found.faults.append(dialog.message))
    page.on("request", lambda request: found.requests.append(request.url))
    page.goto(path.as_uri())
    return found


def sizes(page: Page) -> list[tuple[int, int]]:
    boxes = [chart.bounding_box() for chart in page.locator(CHARTS).all()]
    return [(int(box["width"]), int(box["height"])) for box in boxes if box is not None]


def test_every_chart_is_drawn_and_nothing_else_happens(browser: Browser, report: Path) -> None:
    found = opened(browser, report)
    charts = found.page.locator(".chart").count()
    assert charts >= 15
    assert len(sizes(found.page)) == charts
    assert all(width > 200 and height > 100 for width, height in sizes(found.page))
    assert found.page.locator(f"{CHARTS} path").count() > 100
    assert found.faults == []
    assert found.requests == [report.as_uri()]


def test_the_language_is_switched_by_the_keyboard(browser: Browser, report: Path) -> None:
    page = opened(browser, report).page
    heading = page.locator("#quotas h2")
    assert heading.inner_text() == "名额"
    assert "确定达到" in page.locator("#chart-quota-0").inner_text()
    page.locator("#lang-zh").focus()
    page.keyboard.press("ArrowRight")
    assert heading.inner_text() == "Quotas"
    assert page.locator("html").get_attribute("lang") == "en"
    assert "surely reach it" in page.locator("#chart-quota-0").inner_text()
    assert "确定达到" not in page.locator("#chart-quota-0").inner_text()
    page.keyboard.press("ArrowRight")
    assert heading.inner_text() == "名额Quotas"  # the stroke between the two is drawn by the style


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_only_one_language_is_seen(browser: Browser, report: Path, lang: str) -> None:
    page = opened(browser, report).page
    page.locator(f"#lang-{lang}").check(force=True)
    other = "en" if lang == "zh" else "zh"
    assert page.locator(f"main .{other}").first.is_hidden()
    assert page.evaluate(f"[...document.querySelectorAll('main .{other}')].filter(e => e.offsetParent !== null).length") == 0


def test_it_prints_with_its_charts(browser: Browser, report: Path, tmp_path: Path) -> None:
    found = opened(browser, report)
    found.page.emulate_media(media="print")
    assert all(width > 150 and height > 100 for width, height in sizes(found.page))
    assert not found.page.locator("label.choice").first.is_visible()
    data = found.page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
    assert data.startswith(b"%PDF-")
    assert len(data) > 100_000
    assert found.faults == []


def test_without_script_every_table_is_there_and_the_language_still_switches(browser: Browser, report: Path) -> None:
    found = opened(browser, report, script=False)
    assert found.page.locator(".chart").first.is_hidden()
    assert found.page.locator("#table-quotas tbody tr").count() == 6
    assert found.page.locator("noscript").count() == 1
    found.page.locator("label[for=lang-en]").click()
    assert found.page.locator("#quotas h2").inner_text() == "Quotas"
    assert found.requests == [report.as_uri()]


def test_on_a_telephone_only_wide_tables_scroll(browser: Browser, report: Path) -> None:
    found = opened(browser, report, width=390)
    assert found.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert all(width <= 390 for width, _ in sizes(found.page))


def test_names_that_look_like_script_do_nothing(browser: Browser, tmp_path: Path) -> None:
    for name in (EVIL, '"><img src="http://127.0.0.1:9/x" onerror="alert(1)">', "</script><script>alert(1)</script>"):
        write_report(results_of(tmp_path, name), tmp_path)
        found = opened(browser, tmp_path / "report.html")
        assert found.page.locator(f"th:text-is('街{name}')" if "'" not in name and '"' not in name else "th").count() >= 1
        for choice in ("en", "both", "zh"):
            found.page.locator(f"#lang-{choice}").check(force=True)
        for chart in found.page.locator(CHARTS).all():
            chart.hover()
        assert found.page.locator("main script, main img").count() == 0
        assert found.faults == []
        assert found.requests == [(tmp_path / "report.html").as_uri()]


def test_the_policy_stops_what_would_get_past_the_escaping(browser: Browser, report: Path, tmp_path: Path) -> None:
    """The page with a script and a picture put in by hand: neither runs, neither is fetched."""
    page = report.read_text("utf-8")
    put = '<script>document.title = "run"</script><img src="http://127.0.0.1:9/x.png">'
    (tmp_path / "bad.html").write_text(page.replace('<main id="content">', f'<main id="content">{put}'), "utf-8")
    found = opened(browser, tmp_path / "bad.html")
    assert found.page.title() != "run"
    assert [fault for fault in found.faults if "Content Security Policy" in fault]
    assert not any("ERR_CONNECTION" in fault for fault in found.faults)
