"""One statement in canonical form: each token in the words of one language, and the blanks between them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from lark import Token

from flagrules.syntax.vocabulary import vocabulary

Lang = Literal["zh", "en"]
_OUTCOMES = {"SCORE_WORD", "FULL", "NO_POINTS", "DEDUCT", "ADD"}
_OPERAND_ENDS = {"QUANTITY", "DATE", "NAME", "STRING", "RPAR", "SCORE", "TITLE_COUNT", "YES", "NO"}
_EDGES = {"AT_LEAST", "AT_MOST", "BEYOND", "TILDE"}
_VALUE_LINES = {"dated_value", "keyed_value"}  # what follows their name or year is one value, so that a minus is its sign
_CALLS = {
    "TYPE", "LARGER", "SMALLER", "HALF_UP", "ROUND_DOWN", "ROUND_UP", "IF", "COUNT_TRUE", "LENGTH", "WORKING_DAYS", "COUNT_OF", "TOTAL_OF",
    "MEAN_OF", "TRIMMED_OF", "MOST_OF", "LEAST_OF", "PAST_MEAN", "RANK", "PEER_MEAN", "PEER_MOST", "PEER_LEAST", "PEER_SHARE",
    "MEMBER_COUNT", "MEMBER_TOTAL", "MEMBER_MEAN", "MEMBER_SHARE", "HOLDER", "SCORE", "EVER_HELD",
}  # fmt: skip
_WITH_UNIT = {"数量", "金额", "时长", "记录"}
_ZH = {":": "：", ",": "，", ";": "；", "(": "（", ")": "）", "+": "+", "~": "~"}
_EN = {"〔": "[", "〕": "]", "、": "/"}
_QUANTITY = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?(.*)", re.DOTALL)
_OPEN, _CLOSE = set("〔(:,;~、"), set("〕):,;~、")


@dataclass(frozen=True)
class Style:
    """The language to write, and names with the spelling they have in it."""

    lang: Lang = "zh"
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Piece:
    """`mark` is the folded character of a punctuation token, else ""; `role` is number, suffix, prefix, sign, call or ""."""

    kind: str
    mark: str
    role: str
    text: str


def _date(text: str, lang: Lang) -> str:
    year, month, day = (int(part) for part in re.findall(r"[0-9]+", text))
    return f"{year:04}年{month}月{day}日" if lang == "zh" else f"{year:04}-{month:02}-{day:02}"


def _month_day(text: str, lang: Lang) -> str:
    month, *day = (int(part) for part in re.findall(r"[0-9]+", text))
    if lang == "zh":
        return f"{month}月{day[0]}日" if day else f"{month}月底"
    return f"month_{month}_day_{day[0]}" if day else f"month_{month}_end"


def _quantity(text: str, lang: Lang) -> str:
    match = _QUANTITY.fullmatch(text)
    number, unit = match.groups() if match else (text, "")
    unit = vocabulary().unit(unit, lang) if unit else ""
    return f"{number} {unit}" if unit.isascii() and unit not in ("", "%") else number + unit


def _string(text: str, lang: Lang) -> str:
    inner = text[1:-1]
    if lang == "zh":
        return text if "”" in inner else f"“{inner}”"
    return text if '"' in inner else f'"{inner}"'


def _spell(token: Token, style: Style, *, unit_wanted: bool) -> str:
    text, lang = str(token), style.lang
    word = vocabulary().keywords.get(token.type)
    if word is not None:
        return word.spelt(text, lang)
    match token.type:
        case "QUANTITY":
            return _quantity(text, lang)
        case "NAME":
            return vocabulary().unit(text, lang) if unit_wanted else style.names.get(text, text)
        case "STRING":
            return _string(text, lang)
        case "DATE":
            return _date(text, lang)
        case "MONTH_DAY":
            return _month_day(text, lang)
        case "TYPE":
            return vocabulary().type_name(text, lang)
        case "ITEM" | "BOOK":
            return text
    return (_ZH if lang == "zh" else _EN).get(text, text)


def _role(token: Token, before: Token | None, after: Token | None) -> str:
    """`after` is the token after the next one: a sign stands before the operand that a bound or a `~` follows."""
    if token.type == "MINUS":
        binary = before is not None and before.type in _OPERAND_ENDS
        return "" if binary and (after is None or after.type not in _EDGES) else "sign"
    if token.type in ("QUANTITY", "DATE", "MONTH_DAY"):
        return "bare" if str(token)[-1:].isdigit() and token.type == "QUANTITY" else "number"
    if token.type in _CALLS:
        return "call"
    word = vocabulary().keywords.get(token.type)
    return word.kind if word is not None and word.kind in ("suffix", "prefix") else ""


def _pieces(kind: str, tokens: Sequence[Token], style: Style) -> list[_Piece]:
    pieces: list[_Piece] = []
    before: Token | None = None
    call = ""
    depth = 0
    for index, token in enumerate(tokens):
        text = str(token)
        depth += (text == "(") - (text == ")")
        if token.type == "TYPE":
            call = vocabulary().type_name(text, "zh")
        spelt = _spell(token, style, unit_wanted=bool(depth) and call in _WITH_UNIT)
        if kind in _VALUE_LINES and text == "-":
            before = None
        known = token.type in vocabulary().keywords or token.type in ("NAME", "STRING", "QUANTITY", "ITEM")
        after = tokens[index + 2] if index + 2 < len(tokens) else None
        pieces.append(_Piece(token.type, "" if known else text, _role(token, before, after), spelt))
        before = token
    return pieces


def _gap(left: _Piece, right: _Piece, lang: Lang) -> str:
    if right.mark in _CLOSE or left.role == "sign" or (left.mark in _OPEN and (lang == "zh" or left.mark not in (":", ",", ";"))):
        return ""
    if right.mark == "(" and (lang == "zh" or left.role == "call"):
        return ""
    if lang == "en":
        return " "
    if right.role == "suffix" and (left.role == "number" or (left.role == "bare" and right.kind != "FROM")):
        return ""
    return "" if left.role == "prefix" and right.role in ("number", "bare", "sign") else " "


def _join(pieces: list[_Piece], lang: Lang) -> str:
    text = pieces[0].text if pieces else ""
    for left, right in pairwise(pieces):
        text += _gap(left, right, lang) + right.text
    return text


def _settled(kind: str, tokens: list[Token]) -> list[Token]:
    """The tokens without prose endings, and with a comma exactly where the canonical form has one."""
    kept: list[Token] = []
    cited = seen_when = seen_outcome = False
    for token in tokens:
        cited = cited or token.value == "〔"
        if token.type == "DE" or (not cited and token.value in (";", "。")):
            continue
        seen_when = seen_when or token.type == "WHEN"
        first = token.type in _OUTCOMES and kind in ("when", "band", "otherwise") and not seen_outcome
        if first or (token.type == "THEN" and kept):
            if kept[-1] == ",":
                kept.pop()
            if seen_when:
                kept.append(Token("COMMA", ","))
        seen_outcome = seen_outcome or first
        kept.append(token)
    return kept


def write(kind: str, tokens: list[Token], style: Style) -> tuple[str, str]:
    """The statement of that kind (as `rules.lark` calls it) in canonical form.

    A band comes in two parts, edges and outcome, for neighbouring bands have their outcomes aligned; any other statement is all
    in the first part.
    """
    pieces = _pieces(kind, _settled(kind, tokens), style)
    cut = len(pieces)
    if kind in ("band", "otherwise"):
        cut = next(index for index, piece in enumerate(pieces) if piece.kind in _OUTCOMES)
    return _join(pieces[:cut], style.lang), _join(pieces[cut:], style.lang)
