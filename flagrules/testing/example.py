"""What a new county's project starts from: the programme's words, what it delegates, and a first case that passes."""

from __future__ import annotations

from collections.abc import Iterator

from flagrules.award.assess import assess_unit
from flagrules.facts.table import Unit
from flagrules.pipeline import Programme
from flagrules.plugin.scaffold import Example
from flagrules.refine.grants import POWERS
from flagrules.semantics.ruleset import Grant, RuleSet
from flagrules.testing.words import OUTCOMES
from flagrules.text.findings import Findings


def example_of(programme: Programme) -> Example:
    """The example for a programme; raises `Stopped` where its rules have errors.

    With no fact known a title is undetermined, never refused: the first title where that is so, else the first of all.
    """
    compiled = programme.compile(None, None, Findings())
    rules, plan = compiled.rules, compiled.plan
    found = [
        (subject, title)
        for subject in rules.subjects
        for title in assess_unit(plan, Unit("new", subject, subject), "", lambda _name, _back: None).titles
    ]
    subject, title = next((pair for pair in found if pair[1].outcome == "undetermined"), found[0])
    return Example(rules.programme, rules.version, subject, title.name, OUTCOMES[title.outcome][0], tuple(_powers(rules)))


def _powers(rules: RuleSet) -> Iterator[str]:
    """What the programme delegates, a line each: the power, the clause to name, and where it may be used."""
    places: dict[tuple[str, str], list[str]] = {}
    for name, parameter in rules.parameters.items():
        for grant in parameter.grants:
            places.setdefault(_key(grant), []).append(name)
    for title in rules.titles:
        for block in title.body.blocks():
            for grant in block.grants:
                places.setdefault(_key(grant), []).append(f"{block.item} {block.name}".strip())
    for (power, clauses), names in places.items():
        yield f"{power}，{clauses}：{'、'.join(dict.fromkeys(names))}"


def _key(grant: Grant) -> tuple[str, str]:
    return POWERS[grant.power], "；".join(f"依 {clause}" for clause in grant.clauses) or "—"
