"""Values, outcomes and conditions in the words of an auditor, Chinese or English."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Literal

from flagrules.award.assess import Reached, TitleResult
from flagrules.engine.values import FALSE, TRUE, NotApplicable, Num, Opts, Val
from flagrules.explain.basis import Cited, losses_of
from flagrules.explain.lists import Counted, ListStory, RowStory
from flagrules.explain.story import BlockStory, FactRead, Story, Test
from flagrules.facts.table import State
from flagrules.model import kinds as k
from flagrules.model.numbers import write_rounded
from flagrules.semantics.expr import RowsHow
from flagrules.semantics.ruleset import RuleLine
from flagrules.syntax.vocabulary import vocabulary

Lang = Literal["zh", "en"]
OUTCOME = {
    "granted": {"zh": "授予", "en": "granted"},
    "refused": {"zh": "未授予", "en": "refused"},
    "not_entered": {"zh": "未参评", "en": "not entered"},
    "undetermined": {"zh": "未定", "en": "undetermined"},
}
PASSED = {
    "passed": {"zh": "通过", "en": "passed"},
    "failed": {"zh": "未通过", "en": "failed"},
    "open": {"zh": "未定", "en": "open"},
    "not_reached": {"zh": "未看", "en": "not looked at"},
}
GATE = {
    "entry": {"zh": "参评条件", "en": "entry"},
    "veto": {"zh": "一票否决", "en": "veto"},
    "barred": {"zh": "当年没有取消过资格", "en": "not barred earlier this year"},
    "prerequisite": {"zh": "前提", "en": "prerequisite"},
    "grant": {"zh": "授予条件", "en": "grant"},
    "grade": {"zh": "等级", "en": "grade"},
}
REACHED: dict[Reached, dict[Lang, str]] = {
    "reached": {"zh": "达到", "en": "reached"},
    "not_reached": {"zh": "没有达到", "en": "not reached"},
    "undetermined": {"zh": "未定", "en": "undetermined"},
}
WHY = {
    "score": {"zh": "", "en": ""},
    "cap": {"zh": "封顶", "en": "capped"},
    "floor": {"zh": "到下限为止", "en": "stopped at the floor"},
    "not_applicable": {"zh": "不适用", "en": "not applicable"},
    "veto": {"zh": "否决", "en": "vetoed"},
    "exempt": {"zh": "免检，没有看里面的事实", "en": "exempt, nothing in it was looked at"},
    "higher": {"zh": "就高不重复，由另一等次付", "en": "the higher tier pays instead"},
}
_HOW: dict[RowsHow, dict[Lang, str]] = {
    "count": {"zh": "个数", "en": "count"},
    "total": {"zh": "合计", "en": "total"},
    "mean": {"zh": "平均", "en": "mean"},
    "trimmed_mean": {"zh": "去极值平均", "en": "trimmed mean"},
    "most": {"zh": "最大", "en": "largest"},
    "least": {"zh": "最小", "en": "smallest"},
}
_COUNTED: dict[Counted, dict[Lang, str]] = {
    "counted": {"zh": "算", "en": "counts"},
    "left_out": {"zh": "不算", "en": "does not count"},
    "open": {"zh": "算不算未定", "en": "may count"},
}
_UNSET = {"zh": "没有设定", "en": "not set"}  # a parameter whoever may set it has not set
_STATE = {
    State.UNKNOWN: {"zh": "未知", "en": "unknown"},
    State.NOT_APPLICABLE: {"zh": "不适用", "en": "not applicable"},
    State.NOT_ASKED: {"zh": "未问", "en": "not asked"},
}


def number(value: Fraction, kind: k.Kind | None, lang: Lang = "zh") -> str:
    """A number with its unit; rounded for reading only, with ≈ when that is not exact."""
    if isinstance(kind, k.Date):
        return date.fromordinal(int(value)).isoformat()
    if kind is None:
        return write_rounded(value)
    return write_rounded(value / k.scale(kind)) + _unit(kind, lang)


def _unit(kind: k.Kind, lang: Lang) -> str:
    """The unit behind a number: `分`, or in English ` points`; English words are those of the rule language."""
    zh = k.unit_of(kind)
    en = vocabulary().unit(zh, "en").replace("_", " ")
    return zh if lang == "zh" or zh in {"", "%"} else f" {en}"


def colon(lang: Lang) -> str:
    """The sign after a head."""
    return "：" if lang == "zh" else ": "


_NO_LIMIT = 10**8  # beyond it an end of an interval is only the widest range a type has


def _open_ended(value: Fraction, kind: k.Kind | None) -> bool:
    scaled = value / (k.scale(kind) if kind is not None else 1)
    return not isinstance(kind, k.Date) and (abs(value) == k.LARGE or abs(scaled) >= _NO_LIMIT)


def amount(value: Num, kind: k.Kind | None, lang: Lang = "zh") -> str:
    """A number or an interval with its unit; an end that no rule limits is left open."""
    if value.exact:
        return number(value.low, kind, lang)
    low = number(value.low, kind, lang)
    no_low, no_high = _open_ended(value.low, kind), _open_ended(value.high, kind)
    if no_low and no_high:
        return "不限" if lang == "zh" else "any number"
    if no_high:
        return f"{low}以上" if lang == "zh" else f"{low} or more"
    if no_low:
        return f"{number(value.high, kind, lang)}以下" if lang == "zh" else f"{number(value.high, kind, lang)} or less"
    return f"{low.split(' ')[0] if lang == 'en' else low}~{number(value.high, kind, lang)}"


def points(value: Num, lang: Lang = "zh") -> str:
    """Points."""
    return amount(value, k.Points(), lang)


def money(value: Num, lang: Lang) -> str:
    """What is paid, in 元."""
    return amount(value, k.Money("元"), lang)


def value_of(value: Val, kind: k.Kind | None, lang: Lang) -> str:
    """Any value."""
    match value:
        case Num():
            return amount(value, kind, lang)
        case NotApplicable():
            return "不适用" if lang == "zh" else "not applicable"
        case Opts() if value == TRUE:
            return "是" if lang == "zh" else "yes"
        case Opts() if value == FALSE:
            return "否" if lang == "zh" else "no"
        case Opts(options, open_):
            return (
                "…"
                if open_
                else "/".join(sorted(value_of(Opts(frozenset({o})), kind, lang) if isinstance(o, bool) else o for o in options))
            )


def _in_order(units: tuple[tuple[str, Val], ...], lang: Lang) -> str:
    """Units of a rank one after another, with what stands between each two: >, <, = or ? where nobody knows."""
    text = ""
    for index, (name, value) in enumerate(units):
        before = units[index - 1][1] if index else None
        text += f" {_between(before, value)} " if before is not None else ""
        text += f"{name} {value_of(value, None, lang)}"
    return text


_NAMES = 5  # of each sort; a share may be of hundreds


def _members(read: FactRead, lang: Lang) -> str:
    """Which members count, which do not and which are open, a few of each by name."""
    sorts: dict[Counted, list[str]] = {"counted": [], "left_out": [], "open": []}
    for name, value in read.members:
        sorts["counted" if value == TRUE else "left_out" if value == FALSE else "open"].append(name)
    said = [f"{_COUNTED[sort][lang]}{colon(lang)}{_some(names, lang)}" for sort, names in sorts.items() if names]
    text = ("；" if lang == "zh" else "; ").join(said)
    return "" if not said else f"（{text}）" if lang == "zh" else f" ({text})"


def _some(names: list[str], lang: Lang) -> str:
    shown = ("、" if lang == "zh" else ", ").join(names[:_NAMES])
    if len(names) <= _NAMES:
        return shown
    return f"{shown}等{len(names)}个" if lang == "zh" else f"{shown} and {len(names) - _NAMES} more"


def _between(left: Val, right: Val) -> str:
    if not isinstance(left, Num) or not isinstance(right, Num) or left.absent or right.absent:
        return "?"
    if left.low > right.high or left.high < right.low:
        return ">" if left.low > right.high else "<"
    return "=" if left.exact and right.exact else "?"


def fact(read: FactRead, lang: Lang) -> str:
    """What was known of a fact, where it stands."""
    if read.state is State.KNOWN:
        shown = value_of(read.value, read.kind, lang)
    else:
        shown = _STATE[read.state][lang] if read.line is None else _UNSET[lang]
        if read.state is not State.NOT_APPLICABLE and isinstance(read.value, Num):
            within = "可能为" if lang == "zh" else "may be "
            shown += (
                f"（{within}{value_of(read.value, read.kind, lang)}）"
                if lang == "zh"
                else f" ({within}{value_of(read.value, read.kind, lang)})"
            )
    before = ""
    if read.back:
        before = f"前{read.back}期 " if lang == "zh" else f"{read.back} period{'s' if read.back > 1 else ''} back: "
    where = f" ← {read.cell}" if read.cell is not None else f" ← {read.line.id}" if read.line is not None else ""
    judged = ("，" if lang == "zh" else ", ").join(part for part in (read.judge, read.reason, read.document) if part)
    by = (f"（{judged}）" if lang == "zh" else f" ({judged})") if judged else ""
    order = _in_order(read.others, lang)
    around = (f"（{order}）" if lang == "zh" else f" ({order})") if order else ""
    return f"{before}{read.name} = {shown}{around}{_members(read, lang)}{by}{where}"


def figure(item: ListStory, lang: Lang) -> str:
    """A figure over a list, and how many rows counted."""
    value = value_of(item.value, item.kind, lang)
    said = f"{item.name}{_HOW[item.how]['zh']} = {value}" if lang == "zh" else f"{item.name} ({_HOW[item.how]['en']}) = {value}"
    if not item.filed:
        return said + ("（没有填报）" if lang == "zh" else " (not filed)")
    counted, maybe = (sum(row.counted == which for row in item.rows) for which in ("counted", "open"))
    if lang == "zh":
        return said + f"（{len(item.rows)}条里算{counted}条" + (f"，{maybe}条未定）" if maybe else "）")
    return said + f" ({counted} of {len(item.rows)} rows count" + (f", {maybe} may)" if maybe else ")")


def far(item: ListStory, lang: Lang) -> str:
    """How many rows fail several conditions and are not told one by one; "" where none do."""
    count = len(item.rows) - len(item.near)
    if not count:
        return ""
    return f"另有{count}条有两处以上不符，不算" if lang == "zh" else f"{count} more fail several conditions and do not count"


def row(item: RowStory, lang: Lang) -> str:
    """One row of a list: whether it counted, and its fields."""
    unknown = "未知" if lang == "zh" else "unknown"
    fields = [
        f"{name} {value_of(value, kind, lang) if value.exact else unknown}" for name, kind, value in item.fields
    ]
    said = ("，" if lang == "zh" else ", ").join(fields)
    return f"{_COUNTED[item.counted][lang]}{colon(lang)}{said} ← {item.cell}"


def grade(title: TitleResult, lang: Lang) -> str:
    """The grade a title carries, or those it may; "" where the rules give none."""
    if not title.grades:
        return ""
    none = "无" if lang == "zh" else "none"
    shown = "/".join(sorted(label or none for label in title.grades))
    return f"等级 {shown}" if lang == "zh" else f"grade {shown}"


def comparison(item: Test, lang: Lang = "zh") -> str:
    """A comparison as it came out, with the distance between the two where they lie apart."""
    left, right = item.left, item.right
    relation, gap = "?", Fraction(0)
    if left.high < right.low:
        relation, gap = "<", right.low - left.high
    elif left.low > right.high:
        relation, gap = ">", left.low - right.high
    elif left.exact and right.exact:
        relation = "="
    apart = number(gap, k.Duration("日") if isinstance(item.kind, k.Date) else item.kind, lang)
    over = relation == ">"
    said = f"（{'高出' if over else '差'}{apart}）" if lang == "zh" else f" ({apart} {'over' if over else 'short'})"
    distance = said if gap else ""
    return f"{amount(left, item.kind, lang)} {relation} {amount(right, item.kind, lang)}{distance}"


def header(story: Story, lang: Lang) -> str:
    """Which rules, whose, and of which day."""
    if lang == "zh":
        refined = f"，{story.authority}细则" if story.authority else ""
        return f"{story.programme} {story.version}版{refined}，{story.on.year}年{story.on.month}月{story.on.day}日评定"
    refined = f", refined by {story.authority}" if story.authority else ""
    return f"{story.programme} {story.version}{refined}, assessed on {story.on.isoformat()}"


def scored(story: Story, lang: Lang) -> str:
    """The points of a title and its full mark."""
    got, whole = points(story.title.score, lang), number(story.whole or Fraction(0), None)
    return f"得分 {got}，满分 {whole}分" if lang == "zh" else f"{got} of {whole}"


def out_of(block: BlockStory, lang: Lang) -> str:
    """The full mark of a part, or the most a bonus gives or a penalty takes; "" where there is none."""
    if block.whole is None:
        return ""
    whole = number(block.whole, None, lang)
    if not block.on_top:
        return f" / {whole}"
    return f"（最多{whole}分）" if lang == "zh" else f" (at most {whole})"


def losses(story: Story, lang: Lang) -> str:
    """Where points were lost, the largest loss first; "" where none were."""
    lost = [f"{item.name} {number(item.points, k.Points(), lang)}" for item in losses_of(story)]
    return ("、" if lang == "zh" else ", ").join(lost)


def clause(item: Cited, lang: Lang) -> str:
    """A clause's number with what its document says there."""
    says = item.says if lang == "zh" else item.says_en or item.says
    return f"{item.clause.item}{colon(lang)}{says}" if says else item.clause.item


def document(item: Cited) -> str:
    """A document's short name in the rules, with its title where a register tells it."""
    return f"{item.clause.document}《{item.title}》" if item.title else item.clause.document


def source(line: RuleLine, lang: Lang) -> str:
    """Where a line's authority lies: clauses, or the assumption it stands on."""
    comma, semicolon, said = ("、", "；", "假定：") if lang == "zh" else (", ", "; ", "assumption: ")
    clauses = comma.join(str(clause) for clause in line.clauses)
    assumed = semicolon.join(said + reason for reason in line.assumptions)
    return semicolon.join(part for part in (clauses, assumed) if part)
