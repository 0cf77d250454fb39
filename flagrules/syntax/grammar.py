"""The parser of one logical line, made from `grammars/`; its tables are kept between runs."""

from __future__ import annotations

from functools import cache
from hashlib import sha256

from lark import Lark, Token, Tree

from flagrules.kept import cache_folder
from flagrules.syntax.lines import LogicalLine
from flagrules.syntax.vocabulary import grammar_folder, terminals, vocabulary


@cache
def line_parser() -> Lark:
    """The LALR(1) parser of one logical line, with a contextual lexer; it keeps no state between calls.

    Lark itself sees that kept tables belong to this grammar, this lark and this Python, and makes them anew otherwise: 0.18 s
    instead of 0.01 s.
    """
    grammar = (grammar_folder() / "rules.lark").read_text("utf-8") + "\n" + terminals(vocabulary())
    folder = cache_folder()
    kept = str(folder / f"line-{sha256(grammar.encode()).hexdigest()[:16]}.tables") if folder is not None else False
    return Lark(grammar, parser="lalr", lexer="contextual", maybe_placeholders=False, keep_all_tokens=True, cache=kept)


def tokens_of(line: LogicalLine) -> tuple[str, list[Token]]:
    """The kind of a readable line, as `rules.lark` calls it, and its tokens in order; raises `lark.UnexpectedInput` otherwise."""
    tree = line_parser().parse(line.text)
    kinds = [child.data for child in tree.children if isinstance(child, Tree)]
    return str(kinds[0]), list(tree.scan_values(lambda value: isinstance(value, Token)))
