"""The formatter: a rule file in canonical form, Chinese or English; comments and empty lines stay, meaning never changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flagrules.syntax import ast
from flagrules.syntax.grammar import tokens_of
from flagrules.syntax.lines import LogicalLine, Loose, blocks_of, outline
from flagrules.syntax.parser import parse
from flagrules.syntax.vocabulary import vocabulary, words
from flagrules.syntax.write import Lang, Style, write
from flagrules.text.findings import Finding, Findings
from flagrules.text.source import Source
from flagrules.text.width import pad, width

_INDENT = "  "
_NAMED = (ast.Fact, ast.Parameter, ast.Tier, ast.FieldLine)
_ROUNDS = 200


@dataclass(frozen=True)
class _Written:
    line: LogicalLine
    head: str
    tail: str


def aliases_of(file: ast.RuleFile) -> dict[str, str]:
    """Chinese name to English name, from the 别名 lines of a file.

    A pair is left out when it has not one name of each kind, when a name stands in two pairs, or when one is a word of the
    language.
    """
    pairs: list[tuple[str, str]] = []

    def look(line: ast.Line) -> None:
        for child in line.children:
            look(child)
            if isinstance(child, ast.Alias) and isinstance(line, _NAMED):
                pairs.append((child.name, line.name) if line.name.isascii() else (line.name, child.name))

    for line in file.lines:
        look(line)
    every = [name for pair in pairs for name in pair]
    return {zh: en for zh, en in pairs if every.count(zh) == every.count(en) == 1 and _may_translate(zh, en)}


def _may_translate(zh: str, en: str) -> bool:
    table = vocabulary()
    taken = words() | {word for pair in table.units + table.types for word in pair}
    return en.isascii() and not zh.isascii() and not {zh, en} & taken


def _names(file: ast.RuleFile, lang: Lang, others: Mapping[str, str]) -> dict[str, str]:
    known = {zh: en for zh, en in others.items() if _may_translate(zh, en)} | aliases_of(file)
    return known if lang == "en" else {en: zh for zh, en in known.items()}


def _aligned(rows: list[_Written]) -> list[str]:
    """The texts of all lines; bands that follow each other under one 分档 have their outcomes in one column."""
    texts: list[str] = []
    run: list[_Written] = []

    def end_run() -> None:
        column = max((width(row.head) for row in run), default=0) + 2
        texts.extend(pad(row.head, column) + row.tail for row in run)
        run.clear()

    for row in rows:
        if run and (not row.tail or row.line.depth != run[0].line.depth):
            end_run()
        if row.tail:
            run.append(row)
        else:
            texts.append(row.head)
    end_run()
    return texts


def _remarks(above: tuple[str, ...], margin: str) -> list[str]:
    return [margin + comment if comment else "" for comment in above]


def _block(entries: list[tuple[LogicalLine | Loose, str]]) -> list[str]:
    """The physical lines of one block of statements and loose comments, in order of place."""
    result: list[str] = []
    for entry, text in entries:
        if entry.blank and result:
            result.append("")
        if isinstance(entry, Loose):
            result += _remarks(entry.above, "")
            continue
        margin = _INDENT * entry.depth
        result += _remarks(entry.above, margin)
        result.append(margin + text + (f"  {entry.beside}" if entry.beside else ""))
    return result


def format_source(
    source: Source, lang: Lang = "zh", findings: Findings | None = None, names: Mapping[str, str] | None = None
) -> str:
    """The canonical text of a rule file, or its text as it is when it cannot be read (then `findings` say why).

    `names` are Chinese names with their English ones that other files declare; the file's own 别名 lines come on top. In a
    literate .rules.md only the fenced blocks change.
    """
    found = Findings()
    file = parse(source, found)
    if findings is not None:
        findings.extend(found)
    if found.errors:
        return source.text
    known = _names(file, lang, names or {})
    style, back = Style(lang, known), Style(lang, {there: here for here, there in known.items()})
    plan = outline(source, Findings())
    read = ((line, *tokens_of(line)) for line in plan.lines)
    rows = [_Written(line, *write(kind, tokens, back if kind == "alias" else style)) for line, kind, tokens in read]
    entries: list[tuple[LogicalLine | Loose, str]] = list(zip(plan.lines, _aligned(rows), strict=True))
    entries = sorted([*entries, *((loose, "") for loose in plan.loose)], key=lambda entry: entry[0].start)
    return _assemble(source, entries)


def _assemble(source: Source, entries: list[tuple[LogicalLine | Loose, str]]) -> str:
    raw = source.text.split("\n")
    result: list[str] = []
    done = 0
    for first, last in blocks_of(source):
        inside = [entry for entry in entries if first <= source.line_of(entry[0].start) - 1 < last]
        result += [*raw[done:first], *_block(inside)]
        done = last
    result += raw[done:]
    text = "\n".join(result)
    return text if source.label.endswith(".md") or not text else text + "\n"


def _mend(source: Source) -> tuple[Source, list[Finding]]:
    """One round: every edit of the findings of this text, from the last place to the first."""
    found = Findings()
    parse(source, found)
    text, applied, limit = source.text, list[Finding](), len(source.text) + 1
    for item in reversed(list(found)):
        if item.edit is not None and item.edit.span.end <= limit:
            text = text[: item.edit.span.start] + item.edit.replacement + text[item.edit.span.end :]
            limit = item.edit.span.start
            applied.insert(0, item)
    return replace(source, text=text), applied


def fix_source(source: Source, lang: Lang = "zh", names: Mapping[str, str] | None = None) -> tuple[str, tuple[Finding, ...]]:
    """Apply the edits that cannot change meaning until none is left, then format; the text, and the findings that were mended.

    What is still wrong stays: `parse` of the text tells it.
    """
    applied: list[Finding] = []
    for _ in range(_ROUNDS):
        mended, items = _mend(source)
        if mended.text == source.text:
            break
        source = mended
        applied += items
    return format_source(source, lang, None, names), tuple(applied)
