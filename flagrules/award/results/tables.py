"""An assessment and its quotas as results: every table, in one order, beside the record."""

from __future__ import annotations

from collections.abc import Sequence

from flagrules.award.assess import Assessment
from flagrules.award.quotas import QuotaResult
from flagrules.award.results.costs import costs_table
from flagrules.award.results.missing import missing_table
from flagrules.award.results.places import basis_table, money_table, quotas_table
from flagrules.award.results.regions import flags_table, held_table
from flagrules.award.results.run_record import RunRecord
from flagrules.award.results.shape import Results
from flagrules.award.results.steps import procedure_table
from flagrules.award.results.units import counts_table, decisions_table, items_table, left_out_table, titles_table, units_table
from flagrules.award.results.words import Lang


def results_of(assessment: Assessment, quotas: Sequence[QuotaResult], record: RunRecord, lang: Lang = "zh") -> Results:
    """All tables of a run, ready for any reporter; `lang` is the language of heads and words for people."""
    tables = (
        units_table(assessment, lang),
        titles_table(assessment),
        items_table(assessment),
        counts_table(assessment),
        flags_table(assessment),
        held_table(assessment),
        quotas_table(assessment, quotas),
        money_table(assessment),
        *([decisions] if (decisions := decisions_table(assessment)).rows else []),
        costs_table(assessment),
        missing_table(assessment),
        procedure_table(assessment),
        left_out_table(assessment),
        basis_table(assessment),
    )
    return Results(record, tables, lang)
