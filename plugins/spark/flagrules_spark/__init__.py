"""Spark schedules the slices of a large run: `flagrules run … --engine spark --master URL`. Nothing of Spark is imported before that."""

from __future__ import annotations

from flagrules.plugin import Scheduler, Slices, Told, hookimpl

FLAGRULES_API = 1


def _scheduled(slices: Slices, master: str, told: Told) -> list[tuple[int, bytes]]:
    from flagrules_spark.needs import check_needs

    check_needs(master)
    from flagrules_spark.cluster import run

    return run(slices, master, told)


@hookimpl
def flagrules_schedulers() -> dict[str, Scheduler]:
    """Spark, from version 4."""
    return {"spark": _scheduled}
