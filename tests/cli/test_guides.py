"""The guides for authors, counties and auditors: what they show is built, run and compared, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from flagrules.cli.main import main
from flagrules.syntax.format import format_source
from flagrules.text.findings import Findings
from flagrules.text.source import Source
from tests.cli.commands import accepts
from tests.rulekit import HEAD, compiled

DOCS = Path(__file__).parents[2] / "docs"
LANGS = ("zh", "en")


def page(name: str, lang: str) -> str:
    return (DOCS / f"{name}{'.zh' if lang == 'zh' else ''}.md").read_text("utf-8")


def blocks(text: str, *kinds: str) -> list[str]:
    found = re.findall(r"^```(\S*)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [body for kind, body in found if kind in kinds]


def commands(text: str, kind: str) -> list[str]:
    return [line for body in blocks(text, kind) for line in body.splitlines() if line.startswith("flagrules ")]


def rows(text: str, columns: int) -> list[list[str]]:
    """The rows of the tables that have so many columns, without their heads."""
    cells = [line.strip("|").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in row] for row in cells if len(row) == columns]


# ── the author's guide ──


@pytest.mark.parametrize("lang", LANGS)
def test_the_authors_files_and_commands_give_the_results_shown(
    lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = page("author", lang)
    (tmp_path / "pingan" / "rules").mkdir(parents=True)
    (tmp_path / "pingan" / "programme.toml").write_text(blocks(text, "toml")[0], "utf-8")
    rules = tmp_path / "pingan" / "rules" / "pingan.rules"
    rules.write_text(blocks(text, "规则", "rules")[0], "utf-8")
    for name, body in zip(("登记.csv", "事实.csv"), blocks(text, "csv"), strict=True):
        (tmp_path / name).write_text(body, "utf-8")
    monkeypatch.chdir(tmp_path)
    said = ""
    for line in commands(text, "shell"):
        assert main(accepts(line)) == 0, line
        said += capsys.readouterr().out
    assert rules.read_text("utf-8") == blocks(text, "规则", "rules")[0], "the rules shown are in canonical form"
    assert "0 个错误，0 条提示" in said or "0 errors, 0 notes" in said
    shown = {re.sub(r" +", " ", line).strip() for line in said.splitlines()}
    for line in blocks(text, "text")[0].splitlines():
        assert re.sub(r" +", " ", line).strip() in shown


def test_the_two_pages_show_the_same_rules_and_facts() -> None:
    zh, en = page("author", "zh"), page("author", "en")
    assert format_source(Source("a.rules", blocks(zh, "规则")[0]), "en") == blocks(en, "rules")[0]
    assert blocks(zh, "csv") == blocks(en, "csv")
    assert len(rows(zh, 2)) == len(rows(en, 2))


FACTS = """\
事实 清单名：清单（甲、乙、丙）
事实 乱堆处数：处数 0处~99处
事实 会议次数：次数 0次~99次
事实 满意度：比例
事实 已达标：是否
事实 实事件数：件数 0件~99件
事实 台账：选项（完整、不完整、没有）
事实 完成户数：户数 0户~999户
事实 应完成户数：户数 0户~999户
事实 重点人员：人数 0人~99人
事实 案件数：起数 0起~99起
事实 户数：户数 0户~999户
事实 队员人数：人数 0人~99人
事实 先进单位：是否
事实 安全事故：记录（起）
  字段 死亡人数：人数 0人~99人
事实 省级表彰：是否
事实 市级表彰：是否
"""
NEEDS = {  # lines that say something of an indicator rather than score it stand beside one that does
    "不适用 当 应": "按比例 完成户数 ÷ 应完成户数，精确",
    "不适用 当 重": "每1起 案件数 扣1分，扣完为止",
    "免检": "每1起 案件数 扣1分，扣完为止",
    "一票否决": "每1起 案件数 扣1分，扣完为止",
    "按比例": "不适用 当 应完成户数 = 0户，则 折算",
}


def written(cell: str) -> Iterator[str]:
    """The lines of a cell as they stand under an indicator, bands one level deeper."""
    lines = re.findall(r"`([^`]*)`", cell)
    deeper = lines[0].startswith(("分档", "bands"))
    for index, line in enumerate(lines):
        yield f"    {'  ' if deeper and index else ''}{line}"


@pytest.mark.parametrize("lang", LANGS)
def test_every_sentence_of_a_sheet_has_a_rule_that_compiles(lang: str) -> None:
    table = [row for row in rows(page("author", lang), 2) if row[1].startswith("`")]
    sentences = [row for row in table if not row[1].startswith(("`不能表达", "`cannot_say"))]
    assert len(sentences) >= 18
    for sentence, cell in sentences:
        lines = format_source(Source("a.rules", "红旗 甲 适用 村：10分\n  指标 1 项：10分\n" + "\n".join(written(cell)) + "\n"), "zh")
        head, item, *rest = lines.rstrip("\n").split("\n")
        beside = [f"    {line}" for start, line in NEEDS.items() if rest[0].strip().startswith(start)]
        findings = Findings()
        compiled(HEAD + FACTS + "\n".join([head, "  授旗 得分 2分以上", item, *rest, *beside]) + "\n", findings=findings)
        assert [item.code for item in findings if item.code != "FR255"] == [], sentence


# ── the county's guide ──


@pytest.mark.parametrize("lang", LANGS)
def test_the_countys_rules_are_within_their_delegation_and_what_oversteps_is_told(
    lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = page("county", lang)
    monkeypatch.chdir(tmp_path)
    begin, check, _, *_ = (accepts(line) for line in commands(text, "sh"))
    assert main(begin) == 0
    (rules,) = tmp_path.rglob("*.rules")
    (own,) = blocks(text, "规则", "rules")
    rules.write_text(own, "utf-8")
    capsys.readouterr()
    assert main(check) == 0
    said = capsys.readouterr().out
    assert said.count("合乎授权" if lang == "zh" else "within its delegation") == 3
    table = rows_of_findings(text)
    assert len(table) == 5
    for line, code in table:
        cited = f"{line} 〔假定 “例”〕" if lang == "zh" else f'{line} [assumption "why"]'
        rules.write_text(own.split("\n")[0] + "\n  " + cited + "\n" + body_of(line) + own.partition("\n\n")[2], "utf-8")
        assert main(check) == 1, line
        assert f"[{code}]" in capsys.readouterr().out, line


def rows_of_findings(text: str) -> list[tuple[str, str]]:
    return [(row[0].strip("`"), row[1]) for row in rows(text, 3) if row[1].startswith("FR")]


def body_of(line: str) -> str:
    """A scoring line for a power that needs one."""
    return "" if line.startswith(("设定", "set")) else "    当 群众满意度 90%以上，得满分，否则 不得分 〔假定 “例”〕\n"


# ── the auditor's guide ──


@pytest.mark.parametrize("lang", LANGS)
def test_the_explanation_shown_is_the_one_given(
    lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = page("auditor", lang)
    monkeypatch.chdir(tmp_path)
    assert main(accepts(commands(text, "sh")[0])) == 0
    said = {line.rstrip() for line in capsys.readouterr().out.splitlines()}
    shown = [line.rstrip() for line in blocks(text, "text")[0].splitlines()]
    assert len(shown) >= 4
    assert [line for line in shown if line not in said] == []
    heads = re.findall(r"[“\"]([^”\"]{4,})[”\"]", "\n".join(row[1] for row in rows(text, 2)))
    whole = "\n".join(said)
    assert [head for head in heads if head not in whole] == []
