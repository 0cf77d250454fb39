"""`flagrules check --proofs`: one line an obligation, in words and for machines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from flagrules.engine.values import Num, Val
from flagrules.explain.words import value_of
from flagrules.facts.table import Cell
from flagrules.model import kinds as k
from flagrules.model.numbers import write_exact
from flagrules.pipeline import Compiled
from flagrules.refine.obligations import Proof, Prover
from flagrules.refine.proof import show_rows
from flagrules.refine.smt import INSTALL, installed
from flagrules.text.render import Lang, visible

CLAIMS = {
    "range": {"zh": "得分在 {low} 到 {high} 之间", "en": "the points lie between {low} and {high}"},
    "within": {"zh": "得分不低于 {low}，不高于满分 {high}", "en": "the points are never below {low} or above the full {high}"},
    "full": {"zh": "能得满分 {high}", "en": "the full {high} can be reached"},
    "full_never": {"zh": "得不到满分 {high}", "en": "the full {high} can never be reached"},
    "within_loss": {"zh": "最多扣 {high}，不会变成加分", "en": "it takes {high} at most and never adds"},
    "spent": {"zh": "能扣到 {high}", "en": "it can take the whole {high}"},
    "spent_never": {"zh": "扣不到 {high}", "en": "it can never take the whole {high}"},
    "grant": {"zh": "授予条件能达到", "en": "the condition that grants can be met"},
    "grant_never": {"zh": "授予条件永远达不到", "en": "the condition that grants can never be met"},
    "grant_always": {"zh": "授予条件总是达到，等于没有", "en": "the condition that grants is always met, so it says nothing"},
    "used": {"zh": "这一行能用上", "en": "this line can decide"},
    "used_never": {"zh": "这一行永远用不上", "en": "this line can never decide"},
    "limit": {"zh": "这个限度会起作用", "en": "this limit can bite"},
    "limit_never": {"zh": "这个限度从不起作用", "en": "this limit never bites"},
}
ANSWERS = {
    "proved": {"zh": "已证明", "en": "proved"},
    "counterexample": {"zh": "反例", "en": "counterexample"},
    "not_decided": {"zh": "不能判定", "en": "not decided"},
}


def proofs_of(compiled: Sequence[Compiled]) -> list[tuple[Compiled, tuple[Proof, ...]]]:
    """The obligations of a programme and its counties; what a county shares with those before it is told once."""
    prover = Prover()
    told: set[tuple[object, ...]] = set()
    found = []
    for item in compiled:
        own = {_key(proof): proof for proof in prover.prove(item.plan, item.ranges)}
        found.append((item, tuple(proof for key, proof in own.items() if key not in told)))
        told |= own.keys()
    return found


def _key(proof: Proof) -> tuple[object, ...]:
    return proof.line, proof.about, proof.claim, proof.answer, proof.entry, proof.low, proof.high


def claim(proof: Proof, lang: Lang) -> str:
    """What an obligation claims."""
    low, high = (write_exact(edge) if edge is not None else "" for edge in (proof.low, proof.high))
    part = "" if not proof.part else f"（第{proof.part}种情形）" if lang == "zh" else f" (case {proof.part} of the line)"
    return CLAIMS[proof.claim][lang].format(low=low, high=high) + part


def facts(proof: Proof, item: Compiled, lang: Lang) -> str:
    """The facts of an obligation in a sentence."""
    mark = " = "
    said = [f"{name}{mark}{_fact(name, value, item, lang)}" for name, value in proof.facts]
    said += [f"{name}{mark}{show_rows(rows)}" for name, rows in proof.rows]
    return ("，" if lang == "zh" else ", ").join(said)


def _fact(name: str, value: Val, item: Compiled, lang: Lang) -> str:
    spec = item.plan.facts.get(name) or item.plan.facts.get(name.removeprefix("上年"))
    kind: k.Kind | None = spec.kind if spec is not None else None
    if kind is None and name in item.plan.parameters:
        kind = item.plan.parameters[name].kind
    return value_of(value, kind, lang)


def lines(item: Compiled, proofs: Sequence[Proof], lang: Lang) -> Iterator[str]:
    """One line an obligation."""
    for proof in proofs:
        by = "（z3）" if proof.by == "z3" and proof.answer == "proved" else ""
        answer = ANSWERS[proof.answer][lang] + (by if lang == "zh" else by.replace("（", " (").replace("）", ")"))
        end = ""
        if proof.answer == "counterexample":
            end = ("：" if lang == "zh" else ": ") + facts(proof, item, lang)
        about = proof.about.rsplit("/", 1)[0]
        yield visible(f"  {proof.line}  {about}  {claim(proof, lang)}  {answer}{end}")


def without_solver(proofs: Sequence[Proof], lang: Lang) -> str:
    """What to do where something is not decided and the solver is missing; else nothing."""
    count = sum(proof.answer == "not_decided" for proof in proofs)
    if installed() or not count:
        return ""
    return (
        f"{count} 项不能判定。求解器没有安装，安装后可以判定更多：{INSTALL}"
        if lang == "zh"
        else f"{count} not decided. The solver is not installed; with it more can be decided: {INSTALL}"
    )


def to_json(proof: Proof) -> dict[str, Any]:
    """One obligation as plain values; exact numbers are text."""
    return {
        "line": proof.line,
        "about": proof.about,
        "claim": proof.claim,
        "says": {"zh": claim(proof, "zh"), "en": claim(proof, "en")},
        "answer": proof.answer,
        "by": proof.by,
        "facts": {name: _plain(value) for name, value in proof.facts},
        "lists": {name: [{field: _cell(cell) for field, cell in row.fields.items()} for row in rows] for name, rows in proof.rows},
    }


def _plain(value: Val) -> str | bool:
    if isinstance(value, Num):
        return str(value)
    options = sorted(getattr(value, "options", ()), key=str)
    return options[0] if options else "不适用"


def _cell(cell: Cell) -> str | bool | None:
    return write_exact(cell.value) if isinstance(cell.value, Fraction) else cell.value
