"""Findings in words: for a terminal (plain text, carets by display width) and as JSON values."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Literal

from flagrules.text.codes import CODES
from flagrules.text.findings import Finding, Severity
from flagrules.text.notes import NOTES
from flagrules.text.source import Place, Span
from flagrules.text.width import width

Lang = Literal["zh", "en"]
_SEVERITY = {
    Severity.ERROR: {"zh": "错误", "en": "error"},
    Severity.WARNING: {"zh": "警告", "en": "warning"},
    Severity.NOTE: {"zh": "提示", "en": "note"},
}
_SHOWN = 3
_FIX = {"zh": "怎样改：", "en": "to mend: "}


def visible(text: str) -> str:
    """`text` with control, direction and zero-width characters written as their code points, so that none acts."""
    if text.isprintable():  # of none of the kinds below; nearly every text is
        return text
    return "".join(
        f"⟨U+{ord(char):04X}⟩" if unicodedata.category(char) in ("Cc", "Cf") and char != "\n" else char for char in text
    )


def headline(item: Finding, lang: Lang) -> str:
    """The one-sentence statement of a finding."""
    code = CODES[item.code]
    return visible((code.zh if lang == "zh" else code.en).format(**dict(item.args)))


def fix(item: Finding, lang: Lang) -> str:
    """What to write instead, or an empty string."""
    code = CODES[item.code]
    return visible((code.fix_zh if lang == "zh" else code.fix_en).format(**dict(item.args)))


def _show(place: Place, note: str, gutter: int) -> list[str]:
    blank = " " * gutter
    lines = [f"{blank}--> {visible(str(place))}" + (f"   {note}" if note else "")]
    if isinstance(place, Span):
        excerpt = visible(place.excerpt.replace("\t", " "))
        before = width(visible(place.excerpt[: place.column - 1].replace("\t", " ")))
        covered = visible(place.text.split("\n", 1)[0])
        lines.append(f"{place.line:>{gutter}} | {excerpt}")
        lines.append(f"{blank} | {' ' * before}{'^' * max(width(covered), 1)}")
    return lines


def to_text(item: Finding, lang: Lang = "zh") -> str:
    """One finding as text for a terminal, without colour."""
    places = [item.place, *(related.place for related in item.related)]
    gutter = max([len(str(place.line)) for place in places if isinstance(place, Span)], default=1)
    lines = [f"{_SEVERITY[item.severity][lang]}[{item.code}] {headline(item, lang)}"]
    lines += _show(item.place, "", gutter)
    for related in item.related:
        lines += _show(related.place, NOTES[related.note][lang], gutter)
    if mend := fix(item, lang):
        lines.append(f"{' ' * gutter} = {_FIX[lang]}{mend}")
    return "\n".join(lines)


def to_json(item: Finding) -> dict[str, object]:
    """One finding as plain values, both languages, for machines."""

    def place(value: Place) -> dict[str, object]:
        if isinstance(value, Span):
            return {"file": value.label, "line": value.line, "column": value.column, "text": value.text}
        cell = {"file": value.label}
        for name in ("sheet", "row", "column"):
            if hasattr(value, name):
                cell[name] = getattr(value, name)
        return dict(cell)

    return {
        "code": item.code,
        "severity": item.severity.value,
        "headline": {lang: headline(item, lang) for lang in ("zh", "en")},
        "fix": {lang: fix(item, lang) for lang in ("zh", "en")},
        "place": place(item.place),
        "related": [{"place": place(r.place), "note": NOTES[r.note]} for r in item.related],
    }


def render_all(items: Iterable[Finding], lang: Lang = "zh") -> str:
    """All findings as text, a blank line between them; what is said alike of many places is said once, with the places."""
    alike: dict[tuple[object, ...], list[Finding]] = {}
    keyed = [((item.code, item.args, item.place if item.related else None), item) for item in items]
    for key, item in keyed:
        alike.setdefault(key, []).append(item)
    texts = []
    for key, item in keyed:
        same = alike[key]
        if len(same) <= _SHOWN:
            texts.append(to_text(item, lang))
        elif item is same[0]:
            texts.append(to_text(item, lang) + "\n" + _also(same[1:], lang))
    return "\n\n".join(texts)


def _also(same: Sequence[Finding], lang: Lang) -> str:
    places: dict[str, list[str]] = {}
    for item in same:
        label, _, where = str(item.place).partition(":")
        places.setdefault(label, []).append(where)
    listed = "; ".join(f"{label}:{('、' if lang == 'zh' else ', ').join(where)}" for label, where in places.items())
    said = f"还有 {len(same)} 处相同：{listed}" if lang == "zh" else f"the same at {len(same)} more places: {listed}"
    return visible(f"  = {said}")
