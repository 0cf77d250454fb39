"""Units of very many that lie in no place a figure over units asks for, told as in any run."""

from __future__ import annotations

from functools import reduce
from operator import or_

import polars as pl

from flagrules.award.holders import SHOWN, figures_of, is_asked, tell_lacking
from flagrules.award.wide.parts import Scorer
from flagrules.engine.columnar.crowds import AT
from flagrules.text.findings import Findings


def check_holders(scorer: Scorer, findings: Findings) -> None:
    """FR810, a warning at the rule line: units that lie in no place of the kind a figure is asked within."""
    if scorer.population is None:
        return
    units, names = scorer.population.units, scorer.inputs.register.units["name"]
    found: dict[tuple[str, str, str], list[pl.Series]] = {}
    for group in scorer.groups:
        plan = group.compiled.plan
        for figure, line in dict.fromkeys(figures_of(plan.for_subject(group.kind))):
            kind = figure.per or figure.kind
            if is_asked(figure):
                own = scorer.numbers == group.number
                lost = own & units[AT + kind].is_null() if AT + kind in units.columns else own
                found.setdefault((group.authority, line, kind), []).append(lost)
    plans = {group.authority: group.compiled.plan for group in scorer.groups}
    for (place, line, kind), masks in sorted(found.items(), key=lambda item: item[0]):
        lost = reduce(or_, masks)
        if lost.any():
            tell_lacking(plans[place], line, kind, int(lost.sum()), names.filter(lost).head(SHOWN).to_list(), findings)
