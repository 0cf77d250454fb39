"""The manual's page of every finding, made from the table: `python -m flagrules.text.codes.page docs/findings.md` renews it."""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path

from flagrules.text.codes import CODES
from flagrules.text.codes.entry import Code

_GROUPS = {
    "FR0": "命令行和文件 / the command line and files",
    "FR1": "写法 / how a line is written",
    "FR2": "意思 / what a line means",
    "FR3": "计划和评定 / plans and runs",
    "FR4": "县级细则 / refinements by a county",
    "FR5": "事实文件 / fact files",
    "FR6": "插件 / plugins",
    "FR7": "文件条款 / documents",
    "FR8": "评定结果 / results",
    "FR9": "规则测试 / rule tests",
}
_SEVERITY = {"error": "错误 / error", "warning": "警告 / warning", "note": "提示 / note"}
_HEAD = """\
# 提示一览 / Every finding

本页由程序按提示表生成，请勿手改（`make docs`）。花括号里是当时填入的内容。“错误”要改了才能继续；“警告”和“提示”不妨碍运行。

This page is made from the table of findings; do not edit it (`make docs`). Braces hold what is filled in. An error must be mended
before the next stage; a warning or a note stops nothing.
"""


def page() -> str:
    """The page: a section a group of codes, a paragraph a code, Chinese before English."""
    parts = [_HEAD]
    for group, codes in groupby(CODES.items(), key=lambda item: item[0][:3]):
        parts += [f"## {group} {_GROUPS[group]}\n", *(_entry(name, code) for name, code in codes)]
    return "\n".join(parts)


def _entry(name: str, code: Code) -> str:
    lines = [f"### {name}\n", f"{_SEVERITY[code.severity]}\n", f"- {_plain(code.zh)}"]
    lines += [f"  - 怎样改：{_plain(code.fix_zh)}"] if code.fix_zh else []
    lines += [f"- {_plain(code.en)}"]
    lines += [f"  - what to do: {_plain(code.fix_en)}"] if code.fix_en else []
    return "\n".join([*lines, ""])


def _plain(words: str) -> str:
    """Words that Markdown leaves as they are, on one line."""
    text = " ".join(words.replace("_en}", "}").split())
    return "".join(f"\\{char}" if char in "*_<>[]`|#" else char for char in text)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        Path(name).write_text(page(), encoding="utf-8")
