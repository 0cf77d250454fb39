"""What a rule file says, line by line, as frozen nodes. A node's place is never part of its identity.

Every statement is a `Line`: `span` is its text, `cites` its own citations, `children` the lines indented under it. Expressions are
`Expr`. Nodes mean nothing yet: names are not resolved and numbers still carry their written unit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from flagrules.text.source import Span


@dataclass(frozen=True, kw_only=True)
class Node:
    """Anything with a place."""

    span: Span = field(compare=False, repr=False)


# ── citations ────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Clause(Node):
    """〔发布会 4.3〕: a statement of a document."""

    document: str
    item: str


@dataclass(frozen=True)
class Assumption(Node):
    """〔假定 “…”〕: the document is silent, and this is our reading."""

    reason: str


Cite = Clause | Assumption


# ── expressions ──────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Quantity(Node):
    """A number with its written unit, `12次`; unit "" when none is written."""

    value: Fraction
    unit: str


@dataclass(frozen=True)
class Day(Node):
    """A date."""

    value: date


@dataclass(frozen=True)
class Name(Node):
    """A name: of a fact, a parameter, an option, a part."""

    text: str


@dataclass(frozen=True)
class Quoted(Node):
    """“quoted text”."""

    text: str


@dataclass(frozen=True)
class Truth(Node):
    """是 or 否."""

    value: bool


@dataclass(frozen=True)
class LastPeriod(Node):
    """上年 X: the fact in the period before."""

    name: str


@dataclass(frozen=True)
class ScoreHere(Node):
    """得分: the points of the block the line stands in."""


@dataclass(frozen=True)
class TitleCount(Node):
    """称号数: how many titles the unit was granted."""


@dataclass(frozen=True)
class Arithmetic(Node):
    """`op` is + - × ÷ larger smaller."""

    op: str
    left: Expr
    right: Expr


@dataclass(frozen=True)
class Negative(Node):
    """- X."""

    value: Expr


@dataclass(frozen=True)
class Bound(Node):
    """One edge: `op` is >= <= < >. 以上, 以下 and 以内 include the number; 不满, 超过 and 以外 exclude it (Civil Code art. 1259)."""

    op: str
    value: Expr


@dataclass(frozen=True)
class Bounded(Node):
    """X 6次以上 不满12次: all edges hold."""

    value: Expr
    bounds: tuple[Bound, ...]


@dataclass(frozen=True)
class Equal(Node):
    """X = Y, or X ≠ Y when `same` is false."""

    left: Expr
    right: Expr
    same: bool


@dataclass(frozen=True)
class Junction(Node):
    """且 (`every`) or 或 of two conditions."""

    every: bool
    left: Expr
    right: Expr


@dataclass(frozen=True)
class Negation(Node):
    """非 X."""

    value: Expr


@dataclass(frozen=True)
class NotApplicable(Node):
    """X 不适用."""

    value: Expr


@dataclass(frozen=True)
class HasPart(Node):
    """A checklist 含 one part."""

    value: Expr
    part: str


@dataclass(frozen=True)
class Complete(Node):
    """A checklist 齐全: every part is there."""

    value: Expr


@dataclass(frozen=True)
class Rounded(Node):
    """四舍五入, 舍去 or 进位 of a value to so many decimals; `mode` is half_up, round_down or round_up."""

    mode: str
    value: Expr
    places: Quantity


@dataclass(frozen=True)
class Choose(Node):
    """若（condition，a，b）."""

    condition: Expr
    then: Expr
    other: Expr


@dataclass(frozen=True)
class CountTrue(Node):
    """达到项数（…）: how many of several conditions hold."""

    conditions: tuple[Expr, ...]


@dataclass(frozen=True)
class Length(Node):
    """字数（text）: how many characters a text fact has."""

    name: str


@dataclass(frozen=True)
class OverRows(Node):
    """A figure over the rows of a list: `how` is count, total, mean, trimmed_mean, most or least; `if_none` says what no rows give."""

    how: str
    records: str
    value: Expr | None
    where: Expr | None
    if_none: Expr | None = None


@dataclass(frozen=True)
class PastMean(Node):
    """往期平均（X，2期）: the mean of a fact over the periods before."""

    name: str
    periods: Quantity


@dataclass(frozen=True)
class Across(Node):
    """A figure over other units: `how` is rank, mean, most, least, share, count, total or value; `over` is peers, members or holder.

    `kind` names the kind of member or holder, `per` the place and the choice that peers share; `choices` are the readings the author chose.
    """

    how: str
    over: str
    value: Expr | None
    where: Expr | None
    kind: str = ""
    per: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    if_none: Expr | None = None


@dataclass(frozen=True)
class TitleScore(Node):
    """得分（name）: the points of another title of the unit."""

    name: str


@dataclass(frozen=True)
class Holds(Node):
    """获得 name: the unit is granted that title."""

    name: str


@dataclass(frozen=True)
class Held(Node):
    """现持有 name (`now`), or 曾获 name, within so many years before the day of assessment where `within` is given."""

    name: str
    now: bool
    within: Quantity | None = None


Operand = Quantity | Day | Name | Quoted
Expr = (
    Operand | Truth | LastPeriod | ScoreHere | TitleCount | Arithmetic | Negative | Bounded | Equal | Junction | Negation
    | NotApplicable | HasPart | Complete | Rounded | Choose | CountTrue | Length | OverRows | PastMean | Across | TitleScore | Holds | Held
)  # fmt: skip


# ── parts of lines ───────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class TypeName(Node):
    """A written type with its arguments: `金额(万元)`."""

    text: str
    args: tuple[Name | Quantity, ...] = ()


@dataclass(frozen=True)
class Range(Node):
    """`0次~366次`, both ends included."""

    low: Expr
    high: Expr


@dataclass(frozen=True)
class Outcome(Node):
    """What a line gives. `verb`: award (得), loss (扣), gain (加), full (得满分), none (不得分), computed (得（…）).

    Points are None for the last three; `value` is the expression of a computed one.
    """

    verb: str
    points: Fraction | None = None
    value: Expr | None = None


@dataclass(frozen=True)
class Option(Node):
    """A choice the author wrote after a comma. `name` as in the grammar; `value` where one is written; `mode` for rounding."""

    name: str
    value: Quantity | None = None
    mode: str = ""


@dataclass(frozen=True)
class Gap(Node):
    """低于 90% or 高于 90%: how far the value lies below or above."""

    below: bool
    value: Expr


@dataclass(frozen=True)
class Power(Node):
    """What is delegated: split, quantify, set, tighten, add. For set a range or bound, for add the limits in number and points."""

    name: str
    low: Expr | None = None
    high: Expr | None = None
    items: Fraction | None = None
    each: Quantity | None = None


@dataclass(frozen=True)
class Under(Node):
    """依 发布会 5.3: the delegation the county names."""

    document: str
    item: str


# ── lines ────────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True)
class Line(Node):
    """One statement."""

    cites: tuple[Cite, ...] = ()
    children: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Programme(Line):
    """方案."""

    name: str
    version: str


@dataclass(frozen=True)
class Words(Line):
    """A line that carries only words: `kind` is heading, issuer, registered, ask, evidence, quote."""

    kind: str
    text: str


@dataclass(frozen=True)
class InForce(Line):
    """施行: first and last day in force; no last day means until further notice."""

    first: date
    last: date | None


@dataclass(frozen=True)
class Dated(Line):
    """日期 of a document."""

    day: date


@dataclass(frozen=True)
class Noun(Line):
    """称谓: what a title is called, and its counter."""

    noun: str
    counter: str


@dataclass(frozen=True)
class Document(Line):
    """文件: the short name used in citations, and the full title."""

    name: str
    title: str


@dataclass(frozen=True)
class Kinds(Line):
    """创建单元 or 上级单元: kinds of unit that are scored (`subjects`), or that hold others (`places`)."""

    kind: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Fact(Line):
    """事实."""

    name: str
    type: TypeName
    range: Range | None
    nullable: bool
    applies: tuple[str, ...]


@dataclass(frozen=True)
class FieldLine(Line):
    """字段 of a list of events or people."""

    name: str
    type: TypeName
    range: Range | None


@dataclass(frozen=True)
class Alias(Line):
    """别名: an English name."""

    name: str


@dataclass(frozen=True)
class Parameter(Line):
    """参数; `value` None when it is dated or keyed below, or must be set by someone; `key` is the choice it goes by (按)."""

    name: str
    type: TypeName
    value: Expr | None
    key: str = ""


@dataclass(frozen=True)
class KeyedValue(Line):
    """一类 30%: a parameter's value for one option of the choice it goes by."""

    option: str
    value: Expr


@dataclass(frozen=True)
class DatedValue(Line):
    """2022年起 100%: a parameter's value in that year, or from it on."""

    year: int
    onward: bool
    value: Expr


@dataclass(frozen=True)
class Title(Line):
    """称号 (红旗, 星级): one title, its subjects and its whole; None where it is granted or not, and nothing is scored."""

    name: str
    applies: tuple[str, ...]
    points: Quantity | None


@dataclass(frozen=True)
class Condition(Line):
    """A condition by role: grant (授予), entry (参评), prerequisite (前提), withdraw (撤销), demote (降一等)."""

    role: str
    condition: Expr


@dataclass(frozen=True)
class Veto(Line):
    """一票否决; `scope` is title, all, item or points, `points` for the last."""

    condition: Expr
    scope: str
    points: Quantity | None


@dataclass(frozen=True)
class Group(Line):
    """方面."""

    name: str
    points: Quantity


@dataclass(frozen=True)
class Indicator(Line):
    """指标 (`role` indicator), 加分项 (bonus) or 扣分项 (penalty). Points None only for an uncapped bonus."""

    role: str
    item: str
    name: str
    points: Quantity | None


@dataclass(frozen=True)
class Delegation(Line):
    """授权."""

    powers: tuple[Power, ...]


@dataclass(frozen=True)
class Bands(Line):
    """分档, over a value, or a chain of conditions when `value` is None."""

    value: Expr | None
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Band(Line):
    """One band: edges and what it gives; no edges means 其余."""

    bounds: tuple[Bound, ...]
    outcome: Outcome


@dataclass(frozen=True)
class When(Line):
    """当 …，得/扣/加 N分. Under 分档 it is one link of the chain."""

    condition: Expr
    outcome: Outcome
    otherwise: Outcome | None
    options: tuple[Option, ...]


@dataclass(frozen=True)
class PerUnit(Line):
    """每 N of a value (or of its gap to a target): gives, deducts or adds."""

    step: Quantity
    value: Expr
    gap: Gap | None
    outcome: Outcome
    options: tuple[Option, ...]


@dataclass(frozen=True)
class PerEvent(Line):
    """每1起 of a list 其中 a condition holds: gives, deducts or adds."""

    step: Quantity
    records: str
    where: Expr
    outcome: Outcome
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Formula(Line):
    """按公式: points computed from an expression."""

    value: Expr
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Let(Line):
    """中间值: a named value, for the lines below it in the same block and the blocks under it."""

    name: str
    value: Expr


@dataclass(frozen=True)
class Take(Line):
    """取最高 or 取最低 of the terms or parts of a block, where they would otherwise add up."""

    highest: bool


@dataclass(frozen=True)
class Grade(Line):
    """等级: the label a title carries when the condition holds; the first that holds counts."""

    name: str
    condition: Expr


@dataclass(frozen=True)
class Validity(Line):
    """有效期 of a title, from the day it is decided."""

    length: Quantity


@dataclass(frozen=True)
class Matrix(Line):
    """矩阵 over two choices; `verb` is award, loss or gain."""

    down: str
    across: str
    verb: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Columns(Line):
    """列 of a matrix."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class Row(Line):
    """行 of a matrix: one cell a column; None denies the title."""

    name: str
    cells: tuple[Quantity | None, ...]


@dataclass(frozen=True)
class Missing(Line):
    """每缺1项 of a checklist."""

    step: Quantity
    checklist: str
    outcome: Outcome
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Proportional(Line):
    """按比例: a ratio times the whole of the indicator."""

    value: Expr
    options: tuple[Option, ...]


@dataclass(frozen=True)
class JudgedLine(Line):
    """评议: points a person gives within a range."""

    low: Quantity
    high: Quantity
    by: str


@dataclass(frozen=True)
class NotApplicableLine(Line):
    """不适用 当 …，则 policy, or 免检 when `exempt`.

    `condition` None means: when any fact the indicator reads is 不适用.
    """

    condition: Expr | None
    policy: str
    points: Fraction | None
    exempt: bool = False
    options: tuple[Option, ...] = ()


@dataclass(frozen=True)
class Limit(Line):
    """封顶 (cap), 保底 (floor) or 限扣 (loss_cap) of the block it stands in."""

    kind: str
    points: Quantity


@dataclass(frozen=True)
class CannotSay(Line):
    """不能表达: a clear demand of the document the language cannot say."""

    name: str
    text: str
    reason: str


@dataclass(frozen=True)
class Discrepancy(Line):
    """出入: where the source contradicts itself, and the ruling."""

    text: str
    ruling: str


@dataclass(frozen=True)
class Tier(Line):
    """等次: a tier reached by titles."""

    name: str
    applies: tuple[str, ...]
    condition: Expr


@dataclass(frozen=True)
class WithTier(Line):
    """与 … 就高不重复 / 可叠加."""

    other: str
    stacks: bool


@dataclass(frozen=True)
class Subsidy(Line):
    """补贴: payer and amount."""

    payer: str
    amount: Expr


@dataclass(frozen=True)
class DataLine(Line):
    """职责 (duty), 待遇 (entitlement) or 处置 (sanction): what the document lays down beyond scoring, for the auditor to see."""

    kind: str
    text: str
    by: str


@dataclass(frozen=True)
class Quota(Line):
    """名额: judges a place (or all units), never a unit. `share` when the bounds are of a ratio."""

    subject: str
    tier: str
    per: str
    share: bool
    bounds: tuple[Bound, ...]
    only: tuple[str, ...]
    except_: tuple[str, ...]


@dataclass(frozen=True)
class Procedure(Line):
    """程序."""


@dataclass(frozen=True)
class Step(Line):
    """步骤: its place in the order, the last month and day if there is one (day None: the month's end), the least duration, by whom."""

    item: str
    name: str
    month: int | None
    day: int | None
    least: Quantity | None
    by: str


@dataclass(frozen=True)
class Refinement(Line):
    """县 … 落实 …: a lower authority refines a programme."""

    name: str
    code: str
    programme: str
    version: str


@dataclass(frozen=True)
class Refine(Line):
    """细化 (split), 量化 (quantify) or 从严 (tighten) of one indicator."""

    power: str
    item: str
    name: str
    under: Under


@dataclass(frozen=True)
class SetParameter(Line):
    """设定; `option` is the choice the value is for, where the parameter goes by one."""

    name: str
    value: Expr
    under: Under
    option: str = ""


@dataclass(frozen=True)
class AddLocal(Line):
    """增设 of local items or vetoes under a title."""

    title: str
    applies: tuple[str, ...]
    under: Under


@dataclass(frozen=True)
class RuleFile:
    """A parsed file: its label and its top-level lines, each with the lines under it."""

    label: str
    lines: tuple[Line, ...]
