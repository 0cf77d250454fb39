"""Which line may stand under which: the outline of a rule file, as data."""

from __future__ import annotations

from flagrules.syntax import ast
from flagrules.text.findings import Findings, Related

_TERMS = {"按公式", "矩阵", "免检", "中间值", "取最高", "取最低", "分档", "当", "每", "每缺", "按比例", "评议", "不适用", "不能表达"}
_LIMITS = {"封顶", "保底", "限扣"}
_NOTES = {"原文", "出入", "职责", "别名"}
_BLOCK = {"指标", "加分项", "扣分项", "一票否决", "前提", "授权"} | _LIMITS | _NOTES
_BLOCK |= {"免检", "中间值", "取最高", "取最低"}
_TITLE = _BLOCK | {"有效期", "撤销", "降一等", "等级", "方面", "授予", "参评", "不能表达"}
_ITEM = _TERMS | _LIMITS | _NOTES | {"授权", "前提", "一票否决"}

# Parent's word to the words that may stand under it; "" is the file itself.
UNDER: dict[str, frozenset[str]] = {
    "": frozenset({
        "方案", "文件", "创建单元", "上级单元", "事实", "参数", "称号", "等次", "名额", "程序", "职责", "待遇", "处置", "出入",
        "县", "不能表达", "一票否决",
    }),
    "方案": frozenset({"标题", "施行", "称谓", "发文机关", "原文"}),
    "文件": frozenset({"发文机关", "日期", "登记", "施行"}),
    "事实": frozenset({"问", "佐证", "采信", "别名", "字段"}),
    "参数": frozenset({"年份", "选项值", "授权", "别名", "原文"}),
    "称号": frozenset(_TITLE),
    "方面": frozenset(_BLOCK),
    "指标": frozenset(_ITEM),
    "加分项": frozenset(_ITEM),
    "扣分项": frozenset(_ITEM),
    "分档": frozenset({"档", "当"}),
    "矩阵": frozenset({"列", "行"}),
    "等次": frozenset({"与", "补贴", "待遇", "职责", "处置", "原文", "别名"}),
    "名额": frozenset({"原文", "出入"}),
    "程序": frozenset({"步骤", "职责"}),
    "步骤": frozenset({"职责", "原文", "出入"}),
    "县": frozenset({"施行", "设定", "细化", "量化", "从严", "增设", "发文机关", "职责"}),
    "细化": frozenset({"指标"}),
    "量化": frozenset(_TERMS | _LIMITS | {"原文"}),
    "从严": frozenset(_TERMS | _LIMITS | {"原文"}),
    "增设": frozenset({"加分项", "扣分项", "一票否决"}),
}  # fmt: skip

_WORDS = {"heading": "标题", "issuer": "发文机关", "registered": "登记", "ask": "问", "evidence": "佐证", "quote": "原文"}
_ROLES = {"withdraw": "撤销", "demote": "降一等", "grant": "授予", "entry": "参评", "prerequisite": "前提"}
_REFINE = {"split": "细化", "quantify": "量化", "tighten": "从严"}
_ITEMS = {"indicator": "指标", "bonus": "加分项", "penalty": "扣分项"}
_LIMIT_WORDS = {"cap": "封顶", "floor": "保底", "loss_cap": "限扣"}
_DATA = {"duty": "职责", "entitlement": "待遇", "sanction": "处置"}
_BY_CLASS: dict[type[ast.Line], str] = {
    ast.Programme: "方案", ast.InForce: "施行", ast.Dated: "日期", ast.Noun: "称谓", ast.Document: "文件", ast.Fact: "事实",
    ast.FieldLine: "字段", ast.Alias: "别名", ast.Parameter: "参数", ast.DatedValue: "年份", ast.Title: "称号", ast.Veto: "一票否决",
    ast.Group: "方面", ast.Delegation: "授权", ast.Bands: "分档", ast.Band: "档", ast.When: "当", ast.PerUnit: "每", ast.Missing: "每缺",
    ast.KeyedValue: "选项值", ast.PerEvent: "每", ast.Formula: "按公式", ast.Let: "中间值", ast.Grade: "等级", ast.Matrix: "矩阵",
    ast.Validity: "有效期", ast.Accepted: "采信",
    ast.Columns: "列", ast.Row: "行",
    ast.Proportional: "按比例", ast.JudgedLine: "评议", ast.NotApplicableLine: "不适用", ast.CannotSay: "不能表达",
    ast.Discrepancy: "出入", ast.Tier: "等次", ast.WithTier: "与", ast.Subsidy: "补贴", ast.Quota: "名额", ast.Procedure: "程序",
    ast.Step: "步骤", ast.Refinement: "县", ast.SetParameter: "设定", ast.AddLocal: "增设",
}  # fmt: skip


def word_of(line: ast.Line) -> str:
    """The Chinese head word of a line, which also names its place in the outline."""
    match line:
        case ast.Words(kind):
            return _WORDS[kind]
        case ast.Condition(role):
            return _ROLES[role]
        case ast.Refine(power):
            return _REFINE[power]
        case ast.Indicator(role):
            return _ITEMS[role]
        case ast.Limit(kind):
            return _LIMIT_WORDS[kind]
        case ast.DataLine(kind):
            return _DATA[kind]
        case ast.Take(highest):
            return "取最高" if highest else "取最低"
        case ast.NotApplicableLine(_, _, _, exempt):
            return "免检" if exempt else "不适用"
        case ast.Kinds(kind):
            return "创建单元" if kind == "subjects" else "上级单元"
        case _:
            return _BY_CLASS[type(line)]


def check_outline(lines: tuple[ast.Line, ...], findings: Findings, parent: ast.Line | None = None) -> None:
    """FR107 for each line that may not stand where it stands; its own children are not looked at then."""
    above = word_of(parent) if parent is not None else ""
    allowed = UNDER.get(above, frozenset())
    for line in lines:
        word = word_of(line)
        if word not in allowed:
            homes = "、".join(sorted(("文件顶层" if home == "" else home) for home, under in UNDER.items() if word in under))
            related = (Related(parent.span, "opened"),) if parent is not None else ()
            findings.add("FR107", line.span, *related, word=word, parent=above or "文件顶层", homes=homes)
        else:
            check_outline(line.children, findings, line)
