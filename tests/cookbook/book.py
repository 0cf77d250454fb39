"""The cookbook as data: its index, and the blocks of each entry."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from flagrules.pipeline import Compiled, open_programme
from flagrules.plugin.packs import ProgrammePack, RefinementPack, Resource
from flagrules.syntax.format import format_source
from flagrules.text.findings import Findings, Stopped
from flagrules.text.source import Source
from tests.rulekit import cited

FOLDER = Path(__file__).parents[2] / "docs" / "cookbook"
PAGES = tuple(sorted(path.name for path in FOLDER.glob("*.md")))
SKELETON = """\
方案 例 版本 “1”
  称谓 “星” “颗”
  施行 2024年1月1日 至 2024年12月31日
文件 办法 《例行考核办法》
创建单元 村
上级单元 镇、县
"""
_HEADING = re.compile(r"^## ([0-9]+) (.+)$", re.MULTILINE)
_BLOCK = re.compile(r"^```([^`\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block: the words behind the fence, and its text."""

    info: str
    text: str


@dataclass(frozen=True)
class Entry:
    """One entry of a page: the number of its pattern, its heading, and its blocks in order."""

    number: int
    heading: str
    page: str
    blocks: tuple[Block, ...]

    @property
    def rules(self) -> str:
        """The rule lines with their sources: a line that cites nothing rests on an assumption, which the page does not repeat."""
        return cited("".join(self.texts("规则")))

    def texts(self, info: str) -> tuple[str, ...]:
        return tuple(block.text for block in self.blocks if block.info == info)

    @property
    def wrong(self) -> tuple[tuple[str, str], ...]:
        """Code and text of each block that must be refused."""
        found = [(re.fullmatch(r"规则 错误 (FR[0-9]{3})", block.info), block.text) for block in self.blocks]
        return tuple((match[1], text) for match, text in found if match is not None)


@cache
def index() -> tuple[dict[str, Any], ...]:
    return tuple(yaml.safe_load((FOLDER / "index.yaml").read_text("utf-8"))["patterns"])


@cache
def entries() -> dict[int, Entry]:
    found: dict[int, Entry] = {}
    for page in PAGES:
        text = (FOLDER / page).read_text("utf-8")
        heads = list(_HEADING.finditer(text))
        ends = [*(head.start() for head in heads[1:]), len(text)]
        for head, end in zip(heads, ends, strict=False):  # a page without entries has an end and no head
            body = text[head.end() : end]
            blocks = tuple(Block(match[1].strip(), match[2]) for match in _BLOCK.finditer(body))
            assert int(head[1]) not in found, head[0]
            found[int(head[1])] = Entry(int(head[1]), head[2], page, blocks)
    return found


def pack(rules: str, cases: str = "") -> ProgrammePack:
    """The lines of an entry in the skeleton."""
    resources = (Resource("city/0.rules", cited(SKELETON).encode()), Resource("city/1.rules", rules.encode()))
    tests = (Resource("city/tests/a.yaml", cases.encode()),) if cases else ()
    return ProgrammePack("city", "0", resources, tests=tests, title="例")


def county(rules: str) -> RefinementPack:
    return RefinementPack("county", "0", (Resource("county/0.rules", cited(rules).encode()),), code="990001", programme="city", name="甲县")


def english(rules: str) -> str:
    """The lines of an entry with their sources, in English."""
    return format_source(Source("city/1.rules", rules), "en")


def compiled(rules: str, refined: str = "") -> tuple[Compiled | None, Findings]:
    """The compiled lines, or None with the findings that refused them."""
    findings = Findings()
    try:
        found = open_programme(pack(rules), findings).compile(county(refined) if refined else None, None, findings)
    except Stopped as stopped:
        findings.extend(stopped.findings)
        return None, findings
    return found, findings


def table() -> str:
    """The table of all patterns, as the first page shows it."""
    states = {"said": "说得全 / said", "partly": "一部分 / partly", "not_yet": "还不能 / not yet"}
    rows = ["| | 打分方式 / pattern | | 怎样写 / how |", "|---|---|---|---|"]
    for row in index():
        name = f"{row['zh']} / {row['en']}"
        linked = f"[{name}]({row['file']})" if row["file"] else name
        rows.append(f"| {row['number']} | {linked} | {states[row['state']]} | {row['how']} |")
    return "\n".join(rows)


if __name__ == "__main__":
    page = FOLDER / "README.md"
    before, _, _ = page.read_text("utf-8").partition("<!-- table -->")
    page.write_text(f"{before}<!-- table -->\n\n{table()}\n", encoding="utf-8")
