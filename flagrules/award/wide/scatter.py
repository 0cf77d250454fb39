"""Slices scored by other processes: what travels to them, what comes back, and how it is put together again.

Nothing heavy is imported before a slice is scored: plugins that bring schedulers load at every start.
"""

from __future__ import annotations

import pickle
import platform
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import flagrules
from flagrules.text.findings import Finding, Stopped, finding
from flagrules.text.source import FilePlace

if TYPE_CHECKING:
    from flagrules.award.wide.parts import Scored, Scorer, Slice

Told = Callable[[int, int], None]


def made_with() -> str:
    """What must be the same where a run is started and where its slices are scored, so that they mean the same."""
    python = ".".join(platform.python_version_tuple()[:2])
    return f"flagrules {flagrules.__version__}, polars {version('polars')}, Python {python}"


@dataclass(frozen=True)
class Slices:
    """The slices of a run, for any process that sees the same files at the same paths: how many, and how one is scored."""

    payload: bytes
    count: int
    versions: str

    def run(self, number: int) -> bytes:
        """Score one slice and write its parts; gives what is counted later, for `scatter` to read.

        A slice scored twice leaves the same. What a worker cannot do raises, and another worker may try.
        """
        if made_with() != self.versions:
            return pickle.dumps((finding("FR842", FilePlace(platform.node()), here=self.versions, there=made_with()),))
        try:
            return pickle.dumps(_scorer(self.payload).run(number))
        except Stopped as stopped:
            return pickle.dumps(stopped.findings)


Scheduler = Callable[[Slices, str, Told], Iterable[tuple[int, bytes]]]
"""Has every slice run somewhere. It is given the slices, where the workers are (`--master`), and what to tell of its progress, as
(slices done, slices in all); it gives the number of each slice with what `run` left, in any order. It may raise `Stopped`."""


@lru_cache(maxsize=1)
def _scorer(payload: bytes) -> Scorer:
    """A worker's own scorer, made once in its life."""
    kind, made_of = pickle.loads(payload)  # noqa: S301  from the run that started this worker
    made: Scorer = kind(*made_of)
    return made


def slices_of(scorer: Scorer) -> Slices:
    """What travels: what the scorer is made of."""
    plans, inputs, folder, *rest = scorer.made_of
    payload = pickle.dumps((type(scorer), (plans, inputs, folder.resolve(), *rest)))
    return Slices(payload, scorer.slices, made_with())


def scatter(name: str, scheduler: Scheduler, master: str) -> Callable[[Scorer, Told], Scored]:
    """The scheduler `name` as what a run is scored by, like `score` on one machine. It raises `Stopped` where slices are lost."""

    def scored(scorer: Scorer, progress: Told) -> Scored:
        from flagrules.award.wide.parts import Scored

        height, place = scorer.inputs.register.units.height, FilePlace(master or name)

        def told(done: int, _all: int) -> None:
            progress(min(done * scorer.size, height), height)

        try:
            left = dict(scheduler(slices_of(scorer), master, told))
        except (Stopped, OSError):
            raise
        except Exception as error:
            reason = f"{type(error).__name__}: {error}".splitlines()[0][:200]
            raise Stopped([finding("FR844", place, name=name, reason=reason)]) from error
        found = {number: _opened(left[number]) for number in range(scorer.slices) if number in left}
        _sweep(scorer.folder)
        lost = [*_lost(scorer, found)]
        if lost:
            raise Stopped([finding("FR843", place, count=len(lost), path=lost[0])])
        return Scored(scorer.groups, tuple(found[number] for number in range(scorer.slices)))

    return scored


def _opened(left: bytes) -> Slice:
    found: Slice | tuple[Finding, ...] = pickle.loads(left)  # noqa: S301  from a worker this run has started
    if isinstance(found, tuple):
        raise Stopped(found)
    return found


def _lost(scorer: Scorer, found: dict[int, Slice]) -> Iterable[Path]:
    """The parts that should be there and are not."""
    for number in range(scorer.slices):
        if number not in found:
            yield scorer.folder / f"part-{number:05}.parquet"
        else:
            yield from (path for path in scorer.left(number, found[number]) if not path.exists())


def _sweep(folder: Path) -> None:
    """Take away what workers that were killed had begun."""
    for path in folder.rglob(".part-*"):
        path.unlink()
