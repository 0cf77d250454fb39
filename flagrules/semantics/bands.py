"""Graded bands over one value: gaps, overlaps and bands that can never be reached, found before anything runs."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flagrules.model import kinds as k
from flagrules.model.numbers import write_exact
from flagrules.semantics import expr as e
from flagrules.text.findings import Findings, Related
from flagrules.text.source import Span


@dataclass(frozen=True)
class Stretch:
    """A stretch of the number line; None is unbounded. Open edges exclude their number."""

    low: Fraction | None
    low_open: bool
    high: Fraction | None
    high_open: bool

    @property
    def empty(self) -> bool:
        """Whether no number lies in it."""
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))

    def meet(self, other: Stretch) -> Stretch:
        """What both cover."""
        low, low_open = max(
            ((s.low, s.low_open) for s in (self, other) if s.low is not None), default=(None, False), key=lambda edge: (edge[0], edge[1])
        )
        high, high_open = min(
            ((s.high, s.high_open) for s in (self, other) if s.high is not None),
            default=(None, False),
            key=lambda edge: (edge[0], not edge[1]),
        )
        return Stretch(low, low_open, high, high_open)

    def snapped(self, step: Fraction | None) -> Stretch:
        """The same on a grid, with closed edges; unchanged without a grid."""
        if step is None:
            return self
        low, high = self.low, self.high
        if low is not None:
            units = -((-low / step).__floor__())
            low = (units + (1 if self.low_open and units * step == low else 0)) * step
        if high is not None:
            units = (high / step).__floor__()
            high = (units - (1 if self.high_open and units * step == high else 0)) * step
        return Stretch(low, False, high, False)  # noqa: FBT003  the two edges are named by the class


@dataclass(frozen=True)
class WrittenBand:
    """A band with constant edges, where it stands, and the edge texts."""

    stretch: Stretch
    span: Span


def stretch_of(tests: tuple[e.Compare, ...]) -> Stretch | None:
    """The stretch that comparisons of one value with constants describe, or None if an edge is not a constant."""
    result = Stretch(None, False, None, False)  # noqa: FBT003
    for test in tests:
        if not isinstance(test.right, e.Const) or not isinstance(test.right.value, Fraction):
            return None
        edge = test.right.value
        low = test.op in (">=", ">")
        part = Stretch(edge, test.op == ">", None, False) if low else Stretch(None, False, edge, test.op == "<")  # noqa: FBT003
        result = result.meet(part)
    return result


def _show(value: Fraction | None, kind: k.Kind | None) -> str:
    if value is None:
        return "∞"
    if kind is None:
        return write_exact(value)
    return write_exact(value / k.scale(kind)) + k.unit_of(kind)


def _describe(gap: Stretch, kind: k.Kind | None) -> str:
    if gap.low == gap.high:
        return _show(gap.low, kind)
    return f"{_show(gap.low, kind)}~{_show(gap.high, kind)}"


def check_bands(
    bands: list[WrittenBand], whole: Stretch, step: Fraction | None, kind: k.Kind | None, rest: Span | None, head: Span, findings: Findings
) -> None:
    """FR301 a gap (unless 其余 stands), FR302 two bands overlap, FR303 a band nothing can reach, FR304 其余 has nothing left."""
    whole = whole.snapped(step)
    usable: list[tuple[Stretch, Span]] = []
    for band in bands:
        stretch = band.stretch.snapped(step).meet(whole)
        if stretch.empty:
            findings.add("FR303", band.span, Related(head, "opened"), range=_describe(whole, kind))
        else:
            usable.append((stretch, band.span))
    for index, (stretch, span) in enumerate(usable):
        for earlier, place in usable[:index]:
            both = stretch.meet(earlier)
            if not both.empty:
                findings.add("FR302", span, Related(place, "other"), value=_describe(both, kind))
    gaps = _gaps([stretch for stretch, _ in usable], whole, step)
    if rest is None:
        for gap in gaps:
            findings.add("FR301", head, *(Related(span, "part") for _, span in usable[:2]), value=_describe(gap, kind))
    elif not gaps:
        findings.add("FR304", rest, Related(head, "opened"))


def _gaps(stretches: list[Stretch], whole: Stretch, step: Fraction | None) -> list[Stretch]:
    """What of `whole` no stretch covers."""
    left = [whole]
    for stretch in stretches:
        remaining: list[Stretch] = []
        for piece in left:
            below = piece.meet(Stretch(None, False, stretch.low, not stretch.low_open)) if stretch.low is not None else None  # noqa: FBT003
            above = piece.meet(Stretch(stretch.high, not stretch.high_open, None, False)) if stretch.high is not None else None  # noqa: FBT003
            remaining += [part.snapped(step) for part in (below, above) if part is not None and not part.snapped(step).empty]
        left = remaining
    return left
