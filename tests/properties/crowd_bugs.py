"""Bugs figures over units may have in columns, each made on purpose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import polars as pl

from flagrules.engine.columnar import crowds, lanes, units
from flagrules.engine.values import Num, Val
from flagrules.semantics import expr as e
from tests.properties.bugs import BUGS, Patch, bug, wrapped


def _figures(**changed: Any) -> Callable[[Patch], None]:
    def change(plain: Any, self: crowds.Population, figure: e.Across, none: Val | None) -> crowds.Figure:
        changes = {name: value(getattr(figure, name)) if callable(value) else value for name, value in changed.items()}
        found: crowds.Figure = plain(self, replace(figure, **changes), none)
        return found

    return lambda patch: wrapped(patch, crowds.Population, "_figure", change)


def _made(changed: Callable[[e.Across, crowds.Figure], crowds.Figure]) -> Callable[[Patch], None]:
    def change(plain: Any, self: crowds.Population, figure: e.Across, none: Val | None) -> crowds.Figure:
        return changed(figure, plain(self, figure, none))

    return lambda patch: wrapped(patch, crowds.Population, "_figure", change)


def _by_row(figure: e.Across, found: crowds.Figure) -> crowds.Figure:
    row = pl.int_range(found.low.len(), eager=True) % 2 if figure.how == "rank" else 0
    return found._replace(low=found.low + row, high=found.high + row)


bug("ranks counted from the wrong end", crowd=True)(_figures(ascending=lambda given: not given))
bug("ties broken by what is open", crowd=True)(_figures(ties_open=lambda given: not given))
bug("the base of a share without the unit itself", crowd=True)(_figures(with_self=lambda given: not given))
bug("groups of holders mixed", crowd=True)(_figures(per=""))
bug("ties by the order of rows", crowd=True)(_made(_by_row))
bug("an open figure is its least", crowd=True)(_made(lambda _figure, found: found._replace(high=found.low)))
bug("a figure that may not apply does", crowd=True)(_made(lambda _figure, found: found._replace(absent=found.absent & False)))


@bug("what the rule says of no units is not heard", crowd=True)
def _(patch: Patch) -> None:
    wrapped(patch, crowds, "_instead", lambda _plain, _figure, _plan: Num(Fraction(99), Fraction(99)))


@bug("figures with other ends are taken for alike", crowd=True)
def _(patch: Patch) -> None:
    wrapped(patch, lanes, "_figure_keys", lambda plain, wanted, edges: plain(wanted, edges)[:1])


@bug("what units have decided is told to the wrong ones", crowd=True)
def _(patch: Patch) -> None:
    wrapped(patch, units, "decided", lambda plain, result, slot: plain(result, slot).reverse())


__all__ = ["BUGS"]
