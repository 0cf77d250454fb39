"""What an auditor asks of an explanation: where points went, what the county changed, which clauses and assumptions it rests on."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from flagrules.cli.main import cli

SAMPLE = Path(__file__).parents[2] / "counties" / "hejin" / "flagrules_county_hejin" / "sample"
ASKED = ["explain", "yuncheng", "样例社区014", "--county", "140882", "--on", "2021-12-01", "--flag", "社会治理"]


def run(*more: str) -> str:
    result = CliRunner().invoke(cli, [*ASKED, *more], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def story(*more: str) -> Any:
    (found,) = json.loads(run("--json", *more))
    return found


@pytest.fixture(scope="module")
def sample() -> Any:
    return story("--sample")


def blocks(body: dict[str, Any]) -> list[dict[str, Any]]:
    return [body, *(inner for part in body["parts"] for inner in blocks(part))]


def test_the_points_lost_account_for_every_point_missing(sample: Any) -> None:
    assert sample["points"] == "317/4"
    assert [(item["name"], item["points"]) for item in sample["lost"]] == [
        ("治安防控体系健全", "8"), ("社区人民调解体系健全", "27/4"), ("社区组织架构健全", "3"), ("法制宣传教育体系健全", "3"),
    ]  # fmt: skip


def test_where_the_county_wrote_its_own_both_lines_are_shown(sample: Any) -> None:
    (part,) = [block for block in blocks(sample["body"]) if block["name"] == "社区人民调解体系健全"]
    assert "依 发布会 5.3" in part["line"]["text"]
    assert [line["text"].split(" 〔")[0] for line in part["city"]] == ["评议 0分~25分 由 县评估验收小组"]
    (step,) = [block for block in blocks(sample["body"]) if block["name"] == "调处五步"]
    assert step["city"] == []


def test_the_assumptions_are_those_of_the_lines_on_the_way_and_each_stands_once(sample: Any) -> None:
    reasons = [item["reason"] for item in sample["assumptions"]]
    assert len(reasons) == len(set(reasons))
    assert "每一项指标满分100分，读作每一面旗满分100分" in reasons
    on_the_way = {reason for block in blocks(sample["body"]) for reason in block["line"]["assumptions"]}
    assert on_the_way <= set(reasons)
    ids = {line for item in sample["assumptions"] for line in item["lines"]}
    assert "yuncheng/rules/00-programme.rules:29" in ids  # the parameter that was read


def test_the_clauses_say_what_their_documents_say(sample: Any) -> None:
    said = {(item["document"], item["item"]): item for item in sample["clauses"]}
    assert said["河津", "2.3"]["says"]
    assert said["河津", "2.3"]["says_en"]
    city = [item["item"] for item in sample["clauses"] if item["document"] == "发布会"]
    assert city == ["2.10", "2.11", "2.16", "2.17", "3.2", "4.2", "4.3", "4.4", "4.5", "4.13", "5.1"]


@pytest.mark.parametrize("fact", ["治理力量/网格长", "调处流程/化解"])
def test_an_answer_to_what_would_it_take_is_right_when_the_cell_is_changed(sample: Any, fact: str, tmp_path: Path) -> None:
    (change,) = [item for item in sample["changes"] if item["fact"]["name"] == fact]
    cell = change["fact"]["cell"]
    for path in SAMPLE.glob("*.csv"):
        rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
        if path.name == Path(cell["file"]).name:
            row = rows[cell["row"] - 1]
            column = rows[0].index(cell["column"])
            assert row[column] == "无"
            row[column] = "有"
        with (tmp_path / path.name).open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows(rows)
    after = story(*(word for path in sorted(tmp_path.glob("*.csv")) for word in ("--facts", str(path))))
    assert sample["outcome"] == "refused"
    assert (after["outcome"], after["points"]) == ("granted", change["points"])


def test_the_text_and_the_page_say_the_same_in_both_languages(tmp_path: Path) -> None:
    said = {
        "zh": ["河津市细则", "2021年12月1日", "失分：", "代替市级规定：", "依据的条款", "文件没有说、由规则假定的", "（差0.75分）"],
        "en": [
            "refined by 河津市",
            "2021-12-01",
            "points lost: ",
            "Clauses it rests on",
            "What the documents leave open",
            "(0.75 points short)",
        ],
    }
    for lang, pieces in said.items():
        text = run("--sample", "--lang", lang)
        page = tmp_path / f"{lang}.html"
        assert run("--sample", "--lang", lang, "--html", str(page)) == ""
        for piece in pieces:
            assert piece in text
            assert piece in page.read_text("utf-8") or piece.startswith("代替")


RULES = """\
方案 平安创建 版本 “1”
文件 办法 《办法》
创建单元 村
事实 事故：记录（起）
事实 得奖次数：次数
称号 平安村 适用 村：100分 〔办法 1〕
  授予 得分 60分以上 〔办法 1〕
  指标 1 平安：100分 〔办法 1〕
    每1起 事故 扣5分，扣完为止 〔办法 1〕
  加分项 2 表彰：5分 〔办法 2〕
    每1次 得奖次数 加1分，封顶 5分 〔办法 2〕
"""


def test_a_bonus_is_no_loss_and_an_open_end_is_not_a_thousand_million(tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    (pack / "rules").mkdir(parents=True)
    (pack / "programme.toml").write_text('id = "pingan"\ntitle = "平安"\nversion = "0.1"\napi = 1\n', "utf-8")
    (pack / "rules" / "a.rules").write_text(RULES, "utf-8")
    register, facts = tmp_path / "r.csv", tmp_path / "f.csv"
    register.write_text("编号,名称,类别\n01,甲村,村\n", "utf-8")
    facts.write_text("编号,期,事故,得奖次数\n01,2024,,0\n", "utf-8")
    words = ["explain", "pingan", "甲村", "--plugins", str(pack), "--on", "2024-12-01", "--facts", str(register), "--facts", str(facts)]
    text = CliRunner().invoke(cli, words, catch_exceptions=False).stdout
    assert "失分" not in text
    assert "表彰：0分（最多5分）" in text
    assert "0起以上" in text
    assert "000000" not in text
    assert text.split("还不知道的事实")[1].count("事故 = 未知") == 1
