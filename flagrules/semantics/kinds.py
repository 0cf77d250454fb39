"""Written types, units and ranges to kinds and exact base-unit numbers."""

from __future__ import annotations

from fractions import Fraction

from flagrules.model import kinds as k
from flagrules.syntax import ast
from flagrules.text.findings import Findings

_COUNTS = {"次数": "次", "户数": "户", "人数": "人", "个数": "个", "处数": "处", "件数": "件", "起数": "起"}
_DURATIONS = ("日", "个月", "个工作日")


def _names(written: ast.TypeName, findings: Findings) -> tuple[str, ...]:
    names = tuple(arg.text for arg in written.args if isinstance(arg, ast.Name))
    if len(set(names)) != len(names) or len(names) < 2:
        findings.add("FR210", written.span, type=written.text)
    return names


_OWN_TYPES = "；分写“分数”，元写“金额（元）”，日、个月写“时长（日）”“时长（个月）”"


def _unit(written: ast.TypeName, known: tuple[str, ...], default: str, findings: Findings) -> str:
    names = [arg.text for arg in written.args if isinstance(arg, ast.Name)]
    if not names:
        return default
    if known and names[0] not in known:
        findings.add("FR211", written.span, type=written.text, units="、".join(known))
        return default
    return names[0]


def _places(written: ast.TypeName, default: int) -> int:
    found = [int(arg.value) for arg in written.args if isinstance(arg, ast.Quantity) and arg.unit == "位"]
    return min(found[0], 6) if found else default


def kind_of_type(written: ast.TypeName, findings: Findings) -> k.Kind:
    """The kind a written type stands for; lists of events get their fields later. FR210 options or parts, FR211 a unit."""
    match written.text:
        case "数量":
            unit = _unit(written, (), "", findings)
            if not unit or not isinstance(kind_of_unit(unit), k.Quantity):
                findings.add("FR211", written.span, type="数量", units=f"次、户、人、吨 …{_OWN_TYPES}")
                unit = ""
            return k.Quantity(unit or "个", _places(written, 0))
        case "金额":
            return k.Money(_unit(written, tuple(k.YUAN_PER), "元", findings))
        case "比例":
            return k.Ratio(_places(written, 2))
        case "百分点":
            return k.PercentagePoints(_places(written, 2))
        case "分数":
            return k.Points(_places(written, 2))
        case "日期":
            return k.Date()
        case "时长":
            return k.Duration(_unit(written, _DURATIONS, "日", findings))
        case "是否":
            return k.YesNo()
        case "选项":
            return k.Choice(_names(written, findings))
        case "文本":
            return k.Text()
        case "清单":
            return k.Checklist(_names(written, findings))
        case "记录":
            unit = _unit(written, (), "起", findings)
            if not isinstance(kind_of_unit(unit), k.Quantity):
                findings.add("FR211", written.span, type="记录", units="起、人、项、份 …，说的是一行记什么")
            return k.Records(unit, ())
        case counted:
            return k.Quantity(_COUNTS[counted])


def kind_of_unit(unit: str) -> k.Kind | None:
    """The kind a number with that written unit has by itself; None for a bare number."""
    if unit == "":
        return None
    if unit == "%":
        return k.Ratio()
    if unit == "个百分点":
        return k.PercentagePoints()
    if unit == "分":
        return k.Points()
    if unit in k.YUAN_PER:
        return k.Money(unit)
    if unit in _DURATIONS:
        return k.Duration(unit)
    return k.Quantity(unit)


def same_measure(left: k.Kind, right: k.Kind) -> bool:
    """Whether values of two kinds may be compared or added: one class and one unit (money of any unit is one measure)."""
    if isinstance(left, k.Judged | k.Points) and isinstance(right, k.Judged | k.Points):
        return True
    if type(left) is not type(right):
        return False
    match left, right:
        case (k.Quantity(a), k.Quantity(b)) | (k.Quantity(a, _), k.Quantity(b, _)):
            return a == b
        case (k.Duration(a), k.Duration(b)):
            return a == b
        case _:
            return True


def describe(kind: k.Kind | None) -> str:
    """A kind in an author's words."""
    match kind:
        case None:
            return "无单位的数"
        case k.Quantity(unit):
            return f"数量（{unit}）" if unit else "无单位的数"
        case k.Money():
            return "金额（元）"
        case k.Ratio():
            return "比例（%）"
        case k.PercentagePoints():
            return "百分点"
        case k.Points() | k.Judged():
            return "分数（分）"
        case k.YesNo():
            return "是否"
        case k.Choice(options):
            return f"选项（{'、'.join(options)}）"
        case k.Text():
            return "文本"
        case k.Date():
            return "日期"
        case k.Duration(unit):
            return f"时长（{unit}）"
        case k.Checklist():
            return "清单"
        case k.Records():
            return "记录"


def base_value(quantity: ast.Quantity) -> Fraction:
    """The number of a quantity in the base unit of the kind its unit stands for."""
    written = kind_of_unit(quantity.unit)
    return quantity.value * k.scale(written if written is not None else k.Quantity(""))


def constant(findings: Findings, node: ast.Expr, kind: k.Kind) -> Fraction | None:
    """A written number or date in the base unit of `kind`; None with a finding (FR203 unit, FR204 not a constant) otherwise."""
    match node:
        case ast.Quantity() as quantity:
            written = kind_of_unit(quantity.unit)
            matches = written is not None and (same_measure(written, kind) or _counts(written, kind))
            if not matches and not (written is None and quantity.value == 0):
                findings.add("FR203", quantity.span, got=describe(written), want=describe(kind))
                return None
            return base_value(quantity)
        case ast.Day(day):
            if not isinstance(kind, k.Date):
                findings.add("FR203", node.span, got="日期", want=describe(kind))
                return None
            return Fraction(day.toordinal())
        case _:
            findings.add("FR204", node.span)
            return None


def _counts(written: k.Kind, kind: k.Kind) -> bool:
    return isinstance(kind, k.Records) and k.unit_of(written) == kind.unit
