"""The written words of fact files, Chinese and English: headers, states, yes and no, and words that say nothing."""

from __future__ import annotations

import unicodedata

from flagrules.facts.schema import FactSpec
from flagrules.facts.table import State
from flagrules.model.kinds import Records

ID = ("编号", "id")
PERIOD = ("期", "period")
NAME = ("名称", "name")
REGISTER = {
    "id": ID,
    "name": NAME,
    "kind": ("类别", "kind"),
    "parent": ("上级", "parent"),
    "valid_from": ("起", "valid_from"),
    "valid_to": ("止", "valid_to"),
    "merged_into": ("并入", "merged_into"),
}
DECISION = {
    "id": ID,
    "title": ("称号", "title"),
    "decision": ("决定", "decision"),
    "decided_on": ("决定日期", "decided_on"),
    "until": ("有效至", "until"),
    "grade": ("等级", "grade"),
}
DECISIONS = {
    "授予": "granted",
    "granted": "granted",
    "撤销": "withdrawn",
    "withdrawn": "withdrawn",
    "期满": "expired",
    "expired": "expired",
    "降级": "demoted",
    "demoted": "demoted",
    "取消当年资格": "barred",
    "barred": "barred",
}
JUDGED = {
    "points": ("得分", "points"),
    "judge": ("评委", "judge"),
    "reason": ("理由", "reason"),
    "document": ("文件", "document"),
}
STATES = {
    "不适用": State.NOT_APPLICABLE,
    "not_applicable": State.NOT_APPLICABLE,
    "未问": State.NOT_ASKED,
    "not_asked": State.NOT_ASKED,
}
NIL = ("零报告", "nil")
YES_NO = {"是": True, "否": False, "yes": True, "no": False}
PARTS = {**YES_NO, "有": True, "无": False}
_SAYING_NOTHING = (
    "无 没有 空 暂无 未知 不详 待定 待补 略 缺 、 … na n/a n.a. nan null none nil tbd unknown x — —— - -- --- – / // \\ ? * ."
)
PLACEHOLDERS = frozenset(_SAYING_NOTHING.split(" "))
GUIDE_SHEETS = {"zh": "填报说明", "en": "Instructions"}
REGISTER_SHEETS = {"zh": "登记", "en": "Register"}
FACT_SHEETS = {"zh": "事实", "en": "Facts"}
DIGEST = {"zh": "规则摘要", "en": "Rules digest"}


def fold(text: str) -> str:
    """`text` with full-width and compatibility characters made plain and blanks around it gone."""
    return unicodedata.normalize("NFKC", text).strip()


def key(text: str) -> str:
    """What two headers or words must share to be the same one: folded, without regard to case."""
    return fold(text).casefold()


def hidden_characters(text: str) -> str:
    """The control, direction and zero-width characters of `text`, as code points, or an empty string."""
    found = dict.fromkeys(char for char in text if unicodedata.category(char) in ("Cc", "Cf"))
    return " ".join(f"U+{ord(char):04X}" for char in found)


def names_of(spec: FactSpec) -> tuple[str, ...]:
    """The spellings a header may use for a fact: its name, then its English alias if it has one."""
    return (spec.name, spec.alias) if spec.alias else (spec.name,)


def sheet_name(name: str) -> str:
    """The sheet name that stands for a fact: what spreadsheets refuse is replaced, and 31 characters are kept."""
    return "".join("_" if char in "[]:*?/\\'" else char for char in name)[:31]


def list_named(specs: tuple[FactSpec, ...], name: str) -> FactSpec | None:
    """The list fact that a sheet or file of that name holds, or None."""
    wanted = key(name)
    lists = (spec for spec in specs if isinstance(spec.kind, Records))
    return next((s for s in lists if any(wanted in (key(n), key(sheet_name(n))) for n in names_of(s))), None)
