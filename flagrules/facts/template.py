"""The .xlsx form to fill in: instructions, register, facts and one sheet a list, made from the schema and read back as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Literal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from flagrules.facts.dates import period_days
from flagrules.facts.raw import column_letter
from flagrules.facts.schema import FactSpec, Schema
from flagrules.facts.table import Register, Unit
from flagrules.facts.values import Slot, show
from flagrules.facts.words import (
    DIGEST,
    FACT_SHEETS,
    GUIDE_SHEETS,
    ID,
    JUDGED,
    NAME,
    NIL,
    PERIOD,
    REGISTER,
    REGISTER_SHEETS,
    sheet_name,
)
from flagrules.model.kinds import (
    Checklist,
    Choice,
    Date,
    Duration,
    Judged,
    Kind,
    Money,
    PercentagePoints,
    Points,
    Quantity,
    Ratio,
    Records,
    Scalar,
    Text,
    YesNo,
    is_number,
    scale,
    unit_of,
)
from flagrules.model.numbers import write_exact

Lang = Literal["zh", "en"]
_EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001  a constant, so that the same schema gives the same bytes
_SPARE_ROWS = 1000
_LONGEST = 255
_SERIAL_ZERO = date(1899, 12, 30).toordinal()
_STATE_WORDS = {"zh": ("不适用", "未问"), "en": ("not_applicable", "not_asked")}
_ANSWERS = {"zh": (("是", "否"), ("有", "无")), "en": (("yes", "no"), ("yes", "no"))}
_TITLES = {
    "zh": ("事实", "列或工作表", "问", "佐证", "类型", "范围或选项", "怎样填"),
    "en": ("fact", "column or sheet", "question", "evidence", "kind", "range or options", "how to fill in"),
}
_NUMBERS: dict[str, dict[type[Kind], str]] = {
    "zh": {Quantity: "数量", Money: "金额", Ratio: "比例", PercentagePoints: "百分点", Points: "分数",
           Date: "日期", Duration: "时长"},
    "en": {Quantity: "count", Money: "money", Ratio: "ratio", PercentagePoints: "percentage points", Points: "points",
           Date: "day", Duration: "duration"},
}  # fmt: skip
_OTHERS: dict[str, dict[type[Kind], str]] = {
    "zh": {YesNo: "是否", Choice: "选项", Text: "文字", Checklist: "清单核查", Records: "事项清单", Judged: "评议"},
    "en": {YesNo: "yes or no", Choice: "choice", Text: "text", Checklist: "checklist", Records: "list", Judged: "judged"},
}
_HOW = {
    "zh": "不知道就留空；没有问写“未问”。",
    "en": "Leave it blank if it is not known; write not_asked if it was not asked.",
}
_HOW_SHARE = {"zh": "写百分数：95 或 95%，不写 0.95。", "en": "Write a percentage: 95 or 95%, not 0.95. "}
_HOW_NULL = {"zh": "不适用写“不适用”。", "en": "Write not_applicable where it does not apply."}
_HOW_LIST = {
    "zh": "每起（人）一行写在同名工作表；没有就在“事实”表这一列写“零报告”。",
    "en": "One row each in the sheet of that name; if there are none, write nil in this column of the facts sheet.",
}
_UNSAID = {"zh": "空格表示不知道，不等于 0。", "en": "A blank cell means unknown, never 0."}


@dataclass(frozen=True)
class _Head:
    """One column of the form: its header, what may be written in it, and words allowed besides."""

    header: str
    slot: Slot | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Form:
    book: Workbook
    schema: Schema
    lang: Lang
    bold: Format
    text: Format
    day: Format

    def spelling(self, pair: Sequence[str]) -> str:
        """The Chinese or English of a pair of words."""
        return pair[0] if self.lang == "zh" else pair[1]

    def name(self, spec: FactSpec) -> str:
        """The fact's name, or its English alias in an English form."""
        return spec.alias if self.lang == "en" and spec.alias else spec.name


def write_template(schema: Schema, register: Register | None, path: Path, *, period: str = "", lang: Lang = "zh") -> None:
    """Write the form to `path`; with a register, one row for each unit assessed that exists in `period`.

    The same arguments give the same bytes. Raises `OSError` when the file cannot be written.
    """
    try:
        book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
        book.set_properties({"created": _EPOCH})
        formats = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"num_format": "@"})
        form = _Form(book, schema, lang, *formats, book.add_format({"num_format": "yyyy-mm-dd"}))
        _guide(form)
        _register(form, register)
        _facts(form, register, period)
        for spec in schema.facts:
            if isinstance(spec.kind, Records):
                _list(form, spec, spec.kind)
        book.close()
    except xlsxwriter.exceptions.FileCreateError as error:
        cause = error.args[0] if error.args else error
        raise cause if isinstance(cause, OSError) else OSError(str(error)) from error


def _sheet(form: _Form, name: str, headers: Sequence[str]) -> Worksheet:
    """A sheet with its header row, kept in view."""
    sheet = form.book.add_worksheet(name)
    for column, header in enumerate(headers):
        sheet.write_string(0, column, header, form.bold)
        sheet.set_column(column, column, max(12, min(30, 2 * len(header))))
    sheet.freeze_panes(1, 0)
    return sheet


def _guide(form: _Form) -> None:
    sheet = form.book.add_worksheet(GUIDE_SHEETS[form.lang])
    sheet.set_column(0, 6, 24)
    sheet.write_string(0, 0, form.schema.programme, form.bold)
    sheet.write_string(1, 0, DIGEST[form.lang])
    sheet.write_string(1, 1, form.schema.digest)
    sheet.write_string(2, 0, _UNSAID[form.lang])
    for column, title in enumerate(_TITLES[form.lang]):
        sheet.write_string(4, column, title, form.bold)
    for row, spec in enumerate(form.schema.facts, 5):
        cells = (form.name(spec), _headers_of(form, spec), spec.question, _evidence(spec, form.lang), _kind(spec.kind, form.lang))
        for column, text in enumerate((*cells, _allowed(spec, form), _how(spec, form.lang))):
            sheet.write_string(row, column, text)


def _evidence(spec: FactSpec, lang: Lang) -> str:
    """What proves the fact, and the one way of proving it that counts."""
    if spec.accepted is None:
        return spec.evidence
    by, values = spec.accepted.fact, "、".join(spec.accepted.values)
    said = f"只采信“{by}”为{values}的" if lang == "zh" else f"counts only where '{by}' is {values}"
    return f"{spec.evidence}{'；' if lang == 'zh' else '; '}{said}" if spec.evidence else said


def _headers_of(form: _Form, spec: FactSpec) -> str:
    return "、".join(head.header for head in _heads(form, spec))


def _kind(kind: Kind, lang: Lang) -> str:
    return {**_NUMBERS[lang], **_OTHERS[lang]}[type(kind)]


def _allowed(spec: FactSpec, form: _Form) -> str:
    """The range or options, as they are written."""
    match spec.kind:
        case Choice(options) | Checklist(options):
            return "、".join(options)
        case Records(_, fields):
            return "、".join(field.name for field in fields)
        case YesNo():
            return "/".join(_ANSWERS[form.lang][0])
        case Text():
            return ""
        case kind:
            low, high = Slot(spec.name, kind, spec.low, spec.high).bounds
            if spec.high is None and isinstance(kind, Quantity | Money):
                return form.spelling((f"{show(low, kind)}以上", f"{show(low, kind)} or more"))
            return f"{show(low, kind)} ~ {show(high, kind)}"


def _how(spec: FactSpec, lang: Lang) -> str:
    special = _HOW_LIST[lang] if isinstance(spec.kind, Records) else _HOW_SHARE[lang] if isinstance(spec.kind, Ratio) else ""
    return special + _HOW[lang] + (_HOW_NULL[lang] if spec.nullable else "")


def _register(form: _Form, register: Register | None) -> None:
    headers = [form.spelling(pair) for pair in REGISTER.values()]
    sheet = _sheet(form, REGISTER_SHEETS[form.lang], headers)
    sheet.set_column(0, len(headers) - 1, 16, form.text)
    units = list(register.units.values()) if register else []
    for row, unit in enumerate(units, 1):
        days = ["" if day is None else day.isoformat() for day in (unit.valid_from, unit.valid_to)]
        for column, text in enumerate((unit.id, unit.name, unit.kind, unit.parent, *days, unit.merged_into)):
            sheet.write_string(row, column, text, form.text)
    kinds = tuple(dict.fromkeys((*form.schema.subjects, *form.schema.places)))
    _validate(sheet, 2, len(units) + _SPARE_ROWS, _choices(kinds))


def _facts(form: _Form, register: Register | None, period: str) -> None:
    heads = [_Head(form.spelling(ID)), _Head(form.spelling(PERIOD)), _Head(form.spelling(NAME))]
    specs: list[FactSpec | None] = [None] * len(heads)
    for spec in form.schema.facts:
        for head in _heads(form, spec):
            heads.append(head)
            specs.append(spec)
    sheet = _sheet(form, FACT_SHEETS[form.lang], [head.header for head in heads])
    sheet.set_column(0, 1, 16, form.text)
    sheet.freeze_panes(1, 3)
    units = _assessed(form.schema, register, period)
    for row, unit in enumerate(units, 1):
        for column, text in enumerate((unit.id, period, unit.name)):
            sheet.write_string(row, column, text, form.text)
        for column, owner in enumerate(specs):
            if owner is not None and unit.kind not in owner.subjects:
                sheet.write_string(row, column, _STATE_WORDS[form.lang][1])
    _prepare(form, sheet, heads, len(units) + _SPARE_ROWS)


def _assessed(schema: Schema, register: Register | None, period: str) -> list[Unit]:
    days = period_days(period)
    units = register.units.values() if register else ()
    return [
        unit
        for unit in units
        if unit.kind in schema.subjects
        and (days is None or ((unit.valid_from or days[1]) <= days[1] and (unit.valid_to or days[0]) >= days[0]))
    ]


def _list(form: _Form, spec: FactSpec, kind: Records) -> None:
    words = (_STATE_WORDS[form.lang][1],)
    fields = [
        _Head(_with_unit(item.name, item.kind), Slot(item.name, item.kind, item.low, item.high), words) for item in kind.fields
    ]
    heads = [_Head(form.spelling(ID)), _Head(form.spelling(PERIOD)), *fields]
    sheet = _sheet(form, sheet_name(form.name(spec)), [head.header for head in heads])
    sheet.set_column(0, 1, 16, form.text)
    _prepare(form, sheet, heads, _SPARE_ROWS)


def _heads(form: _Form, spec: FactSpec) -> Iterator[_Head]:
    """The columns a fact has in the sheet of facts."""
    name = form.name(spec)
    words = _STATE_WORDS[form.lang] if spec.nullable else _STATE_WORDS[form.lang][1:]
    match spec.kind:
        case Checklist(parts):
            yield from (_Head(f"{name}/{part}", Slot(name, YesNo(), part=True), words) for part in parts)
        case Judged():
            points, *rest = (form.spelling(pair) for pair in JUDGED.values())
            yield _Head(f"{name}/{points}(分)", Slot(name, spec.kind, spec.low, spec.high), words)
            yield from (_Head(f"{name}/{role}") for role in rest)
        case Records():
            yield _Head(name, None, (form.spelling(NIL), *words))
        case kind:
            yield _Head(_with_unit(name, kind), Slot(name, kind, spec.low, spec.high), words)


def _with_unit(name: str, kind: Scalar) -> str:
    return f"{name}({unit})" if (unit := unit_of(kind)) else name


def _prepare(form: _Form, sheet: Worksheet, heads: Sequence[_Head], rows: int) -> None:
    """Help at the cell: lists of choices, ranges, the format of days."""
    for column, head in enumerate(heads):
        kind = head.slot.kind if head.slot else None
        if isinstance(kind, Date):
            sheet.set_column(column, column, 16, form.day)
        if isinstance(kind, Text | Choice):
            sheet.set_column(column, column, 20, form.text)
        _validate(sheet, column, rows, _rule(head, column, form))


def _rule(head: _Head, column: int, form: _Form) -> dict[str, object] | None:
    if head.slot is None:
        return _choices(head.words) if head.words else None
    kind = head.slot.kind
    if isinstance(kind, YesNo):
        return _choices((*_ANSWERS[form.lang][int(head.slot.part)], *head.words))
    if isinstance(kind, Choice):
        return _choices((*kind.options, *head.words))
    return _between(head.slot, column, head.words) if is_number(kind) else None


def _choices(words: Sequence[str]) -> dict[str, object] | None:
    """A list to choose from, where it fits into what a workbook can hold; the reader checks the words in any case."""
    fits = len(",".join(words)) <= _LONGEST and not any("," in word for word in words)
    return {"validate": "list", "source": list(words)} if fits else None


def _between(slot: Slot, column: int, words: Sequence[str]) -> dict[str, object] | None:
    cell = f"{column_letter(column + 1)}2"
    low, high = (_written(value, slot.kind) for value in slot.bounds)
    allowed = [f"AND(ISNUMBER({cell}),{cell}>={low},{cell}<={high})", *(f'{cell}="{word}"' for word in words)]
    if isinstance(slot.kind, Ratio | PercentagePoints | Date):  # 95% and 2021-05-28 may also be typed as text
        allowed.append(f"ISTEXT({cell})")
    formula = f"=OR({','.join(allowed)})"
    return {"validate": "custom", "value": formula} if len(formula) <= _LONGEST else None


def _written(value: Fraction, kind: Scalar | Judged) -> str:
    """A bound as the number a workbook compares with."""
    return str(int(value) - _SERIAL_ZERO) if isinstance(kind, Date) else write_exact(value / scale(kind))


def _validate(sheet: Worksheet, column: int, rows: int, rule: dict[str, object] | None) -> None:
    if rule is not None:
        sheet.data_validation(1, column, rows, column, rule)
