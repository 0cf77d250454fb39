"""The word tables of the manual, made from `grammars/`: `python -m flagrules.syntax.reference docs/language.md …` renews them."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from flagrules.syntax.vocabulary import vocabulary

_TITLES = {
    "head": ("Words that begin a line", "行首用语"),
    "joint": ("Words that can never be names", "连接词，不能作名称"),
    "prefix": ("Words before a number", "写在数字前"),
    "suffix": ("Words after a number", "写在数字后"),
    "word": ("Other words", "其他用语"),
}
_MARKED = re.compile(r"(<!-- words -->\n).*?(<!-- /words -->)", re.DOTALL)


def _table(rows: list[tuple[str, str, str]], *, zh: bool) -> str:
    head = ("中文", "英文", "也可写") if zh else ("Chinese", "English", "also read")
    lines = [f"| {' | '.join(head)} |", "|---|---|---|"]
    return "\n".join(lines + [f"| {' | '.join(row)} |" for row in rows])


def word_tables(lang: str) -> str:
    """All words of the language in Markdown tables by class, then units and types; `lang` is that of the headings."""
    zh, table = lang == "zh", vocabulary()
    parts: list[str] = []
    for kind, titles in _TITLES.items():
        rows = []
        for word in table.of_kind(kind):
            for index, (chinese, english) in enumerate(word.pairs):
                rows.append((chinese, f"`{english}`", "、".join(word.also) if index == 0 else ""))
        parts += [f"### {titles[zh]}", _table(rows, zh=zh)]
    for title, pairs in ((("Units", "单位"), table.units), (("Types", "类型"), table.types)):
        parts += [f"### {title[zh]}", "、".join(f"{chinese} `{english}`" for chinese, english in pairs)]
    return "\n\n".join(parts)


def renew(page: str, lang: str) -> str:
    """A page of the manual with its word tables as the grammar has them now."""
    return _MARKED.sub(lambda match: f"{match.group(1)}\n{word_tables(lang)}\n\n{match.group(2)}", page)


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        path = Path(argument)
        path.write_text(renew(path.read_text("utf-8"), "zh" if ".zh." in path.name else "en"), "utf-8")
