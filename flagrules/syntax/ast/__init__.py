"""What a rule file says, line by line, as frozen nodes. A node's place is never part of its identity.

Every statement is a `Line`: `span` is its text, `cites` its own citations, `children` the lines indented under it. Expressions are
`Expr`. Nodes mean nothing yet: names are not resolved and numbers still carry their written unit.
"""

from flagrules.syntax.ast.declarations import (
    Accepted,
    Alias,
    Dated,
    DatedValue,
    Document,
    Fact,
    FieldLine,
    InForce,
    KeyedValue,
    Kinds,
    Noun,
    Parameter,
    Programme,
    Words,
)
from flagrules.syntax.ast.expressions import (
    Across,
    Arithmetic,
    Bound,
    Bounded,
    Choose,
    Complete,
    CountTrue,
    Day,
    Equal,
    Expr,
    HasPart,
    Held,
    Holds,
    Junction,
    LastPeriod,
    Length,
    Name,
    Negation,
    Negative,
    NotApplicable,
    Operand,
    OverRows,
    PastMean,
    Quantity,
    Quoted,
    Rounded,
    ScoreHere,
    TitleCount,
    TitleScore,
    Truth,
)
from flagrules.syntax.ast.nodes import Assumption, Cite, Clause, Line, Node, RuleFile
from flagrules.syntax.ast.parts import Gap, Option, Outcome, Power, Range, TypeName, Under
from flagrules.syntax.ast.refinements import AddLocal, Refine, Refinement, SetParameter
from flagrules.syntax.ast.results import DataLine, Procedure, Quota, Step, Subsidy, Tier, WithTier
from flagrules.syntax.ast.terms import (
    Band,
    Bands,
    Columns,
    Formula,
    JudgedLine,
    Matrix,
    Missing,
    PerEvent,
    PerUnit,
    Proportional,
    Row,
    When,
)
from flagrules.syntax.ast.titles import (
    CannotSay,
    Condition,
    Delegation,
    Discrepancy,
    Grade,
    Group,
    Indicator,
    Let,
    Limit,
    NotApplicableLine,
    Take,
    Title,
    Validity,
    Veto,
)

__all__ = [
    "Accepted",
    "Across", "AddLocal", "Alias", "Arithmetic", "Assumption", "Band", "Bands", "Bound", "Bounded", "CannotSay", "Choose", "Cite",
    "Clause", "Columns", "Complete", "Condition", "CountTrue", "DataLine", "Dated", "DatedValue", "Day", "Delegation", "Discrepancy",
    "Document", "Equal", "Expr", "Fact", "FieldLine", "Formula", "Gap", "Grade", "Group", "HasPart", "Held", "Holds", "InForce",
    "Indicator", "JudgedLine", "Junction", "KeyedValue", "Kinds", "LastPeriod", "Length", "Let", "Limit", "Line", "Matrix", "Missing",
    "Name", "Negation", "Negative", "Node", "NotApplicable", "NotApplicableLine", "Noun", "Operand", "Option", "Outcome", "OverRows",
    "Parameter", "PastMean", "PerEvent", "PerUnit", "Power", "Procedure", "Programme", "Proportional", "Quantity", "Quota", "Quoted",
    "Range", "Refine", "Refinement", "Rounded", "Row", "RuleFile", "ScoreHere", "SetParameter", "Step", "Subsidy", "Take", "Tier",
    "Title", "TitleCount", "TitleScore", "Truth", "TypeName", "Under", "Validity", "Veto", "When", "WithTier", "Words",
]  # fmt: skip
