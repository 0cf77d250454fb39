"""The parser of one logical line, built once from `grammars/`."""

from __future__ import annotations

from functools import cache

from lark import Lark, Token, Tree

from flagrules.syntax.lines import LogicalLine
from flagrules.syntax.vocabulary import grammar_folder, terminals, vocabulary


@cache
def line_parser() -> Lark:
    """The LALR(1) parser of one logical line, with a contextual lexer; it keeps no state between calls."""
    grammar = (grammar_folder() / "rules.lark").read_text("utf-8") + "\n" + terminals(vocabulary())
    return Lark(grammar, parser="lalr", lexer="contextual", maybe_placeholders=False, keep_all_tokens=True)


def tokens_of(line: LogicalLine) -> tuple[str, list[Token]]:
    """The kind of a readable line, as `rules.lark` calls it, and its tokens in order; raises `lark.UnexpectedInput` otherwise."""
    tree = line_parser().parse(line.text)
    kinds = [child.data for child in tree.children if isinstance(child, Tree)]
    return str(kinds[0]), list(tree.scan_values(lambda value: isinstance(value, Token)))
