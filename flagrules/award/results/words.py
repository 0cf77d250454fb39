"""The words of results, Chinese and English, by the key that machines read."""

from __future__ import annotations

from typing import Literal

Lang = Literal["zh", "en"]
WORDS: dict[str, tuple[str, str]] = {
    "granted": ("授予", "granted"),
    "refused": ("未授予", "refused"),
    "not_entered": ("未参评", "not entered"),
    "undetermined": ("未定", "undetermined"),
    "reached": ("达到", "reached"),
    "not_reached": ("未达到", "not reached"),
    "met": ("达标", "met"),
    "missed": ("未达标", "missed"),
    "merged": ("已并入其他单元", "merged into another unit"),
    "not_in_force": ("评定之日不存在", "does not exist on the day assessed"),
    "withdrawn": ("撤销", "withdrawn"),
    "demoted": ("降级", "demoted"),
    "expired": ("期满", "expired"),
    "barred": ("取消当年资格", "barred this year"),
    "total": ("合计", "in all"),
    "all_units": ("全部单元", "all units"),
    "no_place": ("不在以上各处", "in none of these"),
    "no_ceiling": ("没有上限", "no upper bound"),
    "open": ("未到期限", "before its deadline"),
    "past_due_date": ("已过期限", "past its deadline"),
    "no_deadline": ("没有写期限", "no deadline written"),
    "assumption": ("假定", "assumption"),
    "unset_parameter": ("参数未设定", "parameter not set"),
    "gap": ("不能表达", "cannot be said"),
    "entry": ("参评条件", "entry condition"),
    "veto": ("一票否决", "veto"),
    "prerequisite": ("前提", "prerequisite"),
    "cannot_say": ("不能表达", "cannot be said"),
    "grant": ("授予条件", "granting condition"),
    "score": ("计分", "scoring"),
    "cap": ("封顶", "cap"),
    "not_applicable": ("不适用", "not applicable"),
    "exempt": ("免检", "exempt"),
    "missing_fact": ("事实不知道", "fact unknown"),
    "missing_part": ("清单项不知道", "checklist item unknown"),
    "missing_param": ("参数未设定", "parameter not set"),
    "missing_across": ("其他单元的数未定", "figure over other units open"),
    "missing_held": ("以前的决定不知道", "earlier decisions unknown"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
}


def word(key: str, lang: Lang) -> str:
    """What people read for a key; raises `KeyError` for a key that is none of ours."""
    zh, en = WORDS[key]
    return zh if lang == "zh" else en
