"""An explanation names the line, the cell and the clause of every step, in either language, and what it says would change does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from flagrules.cli.main import main

SAMPLE = Path(__file__).parents[2] / "counties/hejin/flagrules_county_hejin/sample"
ASKED = ["--county", "140882", "--on", "2021-12-01"]
TITLE = ["--flag", "生态宜居"]
REFUSED, GRANTED = "样例村042", "龙门村"


def told(capsys: pytest.CaptureFixture[str], unit: str, *words: str) -> str:
    assert main(["explain", "yuncheng", unit, *ASKED, *TITLE, *(words or ["--sample"])]) == 0
    return capsys.readouterr().out


def test_every_step_has_its_line_its_cell_and_its_clause(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [line.strip() for line in told(capsys, REFUSED).splitlines()]
    at = next(index for index, line in enumerate(lines) if line.startswith("六乱整治："))
    assert lines[at : at + 5] == [
        "六乱整治：9分 / 15",
        "→ -6分",
        "hejin/rules/12-village-living.rules:24［140882 的规定］  每1处 六乱未整治处数 扣3分，扣完为止",
        "〔河津 3.1；假定：扣分为样例〕",
        "六乱未整治处数 = 2处 ← hejin/sample/facts.csv:51:六乱未整治处数",
    ]


def test_a_flag_that_is_granted_says_by_how_much(capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, GRANTED)
    assert "生态宜居：授予　得分 93.74分，满分 100分" in text
    assert "93.74分 > 80分（高出13.74分）" in text


def test_english_is_english_around_the_words_of_the_rules(capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, REFUSED, "--sample", "--lang", "en")
    ours = [line for line in text.splitlines() if ".rules:" not in line and "assumption" not in line and "[" not in line]
    assert [line for line in ours if re.search(r"[0-9](分|处|户|万元)|[：（）〔〕，；]", line)] == []
    assert "生态宜居: refused, 79.44 of 100" in text.replace(" points", "")
    assert re.search("79.44 points < 80 points .*0.56 points", text)


def test_a_change_that_would_turn_it_does(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "六乱未整治处数：2处 → 1处（得分变为 82.44分）" in told(capsys, REFUSED)
    files: list[str] = []
    for path in sorted(SAMPLE.glob("*.csv")):
        head, *rows = path.read_text("utf-8-sig").splitlines()
        columns = head.split(",")
        if "六乱未整治处数" in columns:
            place, row = columns.index("六乱未整治处数"), 49
            cells = rows[row].split(",")
            assert cells[place] == "2"
            rows[row] = ",".join([*cells[:place], "1", *cells[place + 1 :]])
        (tmp_path / path.name).write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
        files += ["--facts", str(tmp_path / path.name)]
    text = told(capsys, REFUSED, *files)
    assert "生态宜居：授予　得分 82.44分，满分 100分" in text
    assert "只改一项事实" not in text


def test_json_is_exact_and_says_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    (story,) = json.loads(told(capsys, REFUSED, "--sample", "--json"))
    assert (story["outcome"], story["unit"]["name"], story["title"]) == ("refused", REFUSED, "生态宜居")
    assert [change["fact"]["name"] for change in story["changes"]] == [
        "六乱未整治处数", "卫生管理制度健全", "坑洼路面处数", "已整修路面处数", "美丽乡村示范村", "高标准示范村",
        "污水接管户数", "常住户数", "绿化面积",
    ]  # fmt: skip
    assert story["authority"] == "140882"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_stands_alone(lang: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "why.html"
    told(capsys, REFUSED, "--sample", "--lang", lang, "--html", str(page))
    text = page.read_text("utf-8")
    assert not re.search(r"<script|https?://|src=|url\(|@import", text)
    assert ("未授予" if lang == "zh" else "refused") in text
    assert f'lang="{"zh-CN" if lang == "zh" else "en"}"' in text
    assert text.count("<details") == text.count("</details>") >= 4
    assert "hejin/rules/12-village-living.rules:24" in text
