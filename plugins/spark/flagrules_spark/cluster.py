"""Slices scored on a Spark cluster: one job, a task a slice; Spark moves the tasks of a worker that died to another."""

from __future__ import annotations

import logging
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import IO

from py4j.protocol import Py4JError
from pyspark import SparkConf, SparkContext
from pyspark.errors import PySparkException
from pyspark.java_gateway import launch_gateway

from flagrules.plugin import Slices, Told
from flagrules.text.findings import Stopped, finding
from flagrules.text.source import FilePlace
from flagrules_spark.needs import no_java, unreachable

PATIENCE = "spark.flagrules.patience"
"""The setting that says how many seconds a run waits while no worker takes any of its tasks."""
_PATIENCE = 600
_EVERY = 0.1
_GIVEN_UP = "All masters are unresponsive"
_ERROR = re.compile(r'^(?:Caused by: |Exception in thread "[^"]*" )?(?:[\w$]+\.)*(\w*(?:Error|Exception)\b.*)$', re.MULTILINE)

Done = list[tuple[int, bytes]]


def run(slices: Slices, master: str, told: Told) -> Done:
    """Have every slice scored. Raises `Stopped` where the cluster cannot be reached or does not finish."""
    with tempfile.TemporaryFile() as said, _quiet():
        context = _connected(master, said)
        try:
            return _scored(context, slices, master, told)
        except (Py4JError, PySparkException) as error:
            if _GIVEN_UP in _text(said):  # something listens there that is no master
                raise unreachable(master, _GIVEN_UP) from error
            reason = _last_error(str(error)) or _brief(error)
            raise Stopped([finding("FR844", FilePlace(master), name="spark", reason=reason)]) from error
        finally:
            context.stop()


@contextmanager
def _quiet() -> Iterator[None]:
    """Without what the client of Java logs when a user interrupts it: the user knows."""
    handler = logging.NullHandler()
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)


def _connected(master: str, said: IO[bytes]) -> SparkContext:
    """A context on the cluster; what Java says goes to `said`, for it is no business of the user's."""
    # a worker may find Python where this machine does: on a file system they share
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    conf = SparkConf().setMaster(master).setAppName("flagrules").set("spark.ui.showConsoleProgress", "false")
    # a task is one process with one core; Polars would otherwise start a thread for every core of the machine
    conf.setIfMissing("spark.executorEnv.POLARS_MAX_THREADS", str(conf.get("spark.task.cpus", "1")))
    java = SparkContext._gateway  # noqa: SLF001  a process has one Java
    try:
        java = java or launch_gateway(conf, {"stderr": said, "stdout": said})  # type: ignore[no-untyped-call]
    except (PySparkException, OSError) as error:
        reason = _last_error(_text(said))
        if reason.startswith("SparkException"):  # Java is there, and Spark refuses what it was told
            raise unreachable(master, reason) from error
        raise no_java(master, reason or _brief(error)) from error
    try:
        return SparkContext(conf=conf, gateway=java)
    except (Py4JError, PySparkException, ValueError) as error:
        raise unreachable(master, _last_error(_text(said)) or _last_error(str(error)) or _brief(error)) from error


def _scored(context: SparkContext, slices: Slices, master: str, told: Told) -> Done:
    shared = context.broadcast(slices)
    tasks = context.parallelize(range(slices.count), slices.count).map(lambda number: (number, shared.value.run(number)))
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(tasks.collect)
        try:
            _watch(context, future, slices.count, master, told)
            return future.result()
        finally:
            if not future.done():
                context.cancelAllJobs()


def _watch(context: SparkContext, future: Future[Done], count: int, master: str, told: Told) -> None:
    """Tell how far a job is until it is over. Raises `Stopped` with FR845 when no worker has taken a task for too long."""
    tracker, patience = context.statusTracker(), float(context.getConf().get(PATIENCE, str(_PATIENCE)) or _PATIENCE)
    last, done = time.monotonic(), 0
    told(done, count)
    while not wait([future], timeout=_EVERY).done:
        stages = [info for stage in tracker.getActiveStageIds() if (info := tracker.getStageInfo(stage)) is not None]
        now = sum(info.numCompletedTasks for info in stages)
        if now > done:
            told(now, count)
        done = max(done, now)
        if any(info.numActiveTasks for info in stages):
            last = time.monotonic()
        elif time.monotonic() - last > patience:
            raise Stopped([finding("FR845", FilePlace(master), master=master, seconds=int(patience), setting=PATIENCE)])
    told(count, count)


def _text(stream: IO[bytes]) -> str:
    stream.seek(0)
    return stream.read().decode("utf-8", "replace")


def _last_error(text: str) -> str:
    """The innermost error that a log or the words of an error name."""
    found = _ERROR.findall(text.split("Driver stacktrace:", maxsplit=1)[0])
    return found[-1].strip()[:300] if found else ""


def _brief(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0][:200]
