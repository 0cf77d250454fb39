"""A Spark cluster on this machine: a master and workers on loopback, each in a process group of its own, stopped afterwards."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

HERE = "127.0.0.1"
_SECONDS = 90


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as bound:
        bound.bind((HERE, 0))
        return int(bound.getsockname()[1])


def settings(folder: Path) -> dict[str, str]:
    """What the environment of anyone who speaks to the cluster says: loopback only, little memory, no configuration of the machine's."""
    conf = folder / "conf"
    conf.mkdir(exist_ok=True)
    lines = [
        "spark.ui.enabled false",
        "spark.master.rest.enabled false",
        "spark.executor.memory 512m",
        "spark.driver.memory 512m",
        f"spark.local.dir {folder}",
    ]
    (conf / "spark-defaults.conf").write_text("\n".join([*lines, ""]), "utf-8")
    quick = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"  # for processes that live a few seconds
    return {"SPARK_LOCAL_IP": HERE, "SPARK_CONF_DIR": str(conf), "SPARK_DAEMON_MEMORY": "256m", "JAVA_TOOL_OPTIONS": quick}


@dataclass
class Cluster:
    """A master and its workers."""

    folder: Path
    port: int = field(default_factory=free_port)
    master: subprocess.Popen[bytes] | None = None
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """What `--master` is told."""
        return f"spark://{HERE}:{self.port}"

    def start(self, workers: int) -> None:
        """Start everything, and wait until every worker is registered."""
        self.master = self._java("master", "master.Master", "--port", str(self.port), "--webui-port", str(free_port()))
        self._wait("Starting Spark master", 1)
        self.add(workers)

    def add(self, workers: int) -> None:
        """So many workers more, each with one core."""
        for number in range(len(self.workers), len(self.workers) + workers):
            name = f"worker-{number}"
            more = ("--cores", "1", "--memory", "600m", "--webui-port", str(free_port()), "--work-dir", str(self.folder / name))
            self.workers.append(self._java(name, "worker.Worker", *more, self.url))
        self._wait("Registering worker", len(self.workers))

    def kill(self, number: int) -> None:
        """End a worker and its executors at once, as a machine that loses its power."""
        os.killpg(self.workers[number].pid, signal.SIGKILL)
        self.workers[number].wait()

    def stop(self) -> None:
        """End what is left."""
        for process in [*self.workers, *([self.master] if self.master else [])]:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def _java(self, name: str, what: str, *more: str) -> subprocess.Popen[bytes]:
        import pyspark

        home = Path(pyspark.__file__).parent
        command = [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{what}", "--host", HERE, *more]
        env = {**os.environ, **settings(self.folder), "SPARK_HOME": str(home)}
        with (self.folder / f"{name}.log").open("wb") as log:
            return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=env, start_new_session=True)

    def _wait(self, words: str, times: int) -> None:
        log, until = self.folder / "master.log", time.monotonic() + _SECONDS
        while log.read_text("utf-8", "replace").count(words) < times:
            assert time.monotonic() < until, log.read_text("utf-8", "replace")[-2000:]
            time.sleep(0.1)


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[Cluster]:
    """A cluster for as long as it is needed."""
    folder.mkdir(parents=True, exist_ok=True)
    started = Cluster(folder)
    try:
        started.start(workers)
        yield started
    finally:
        started.stop()
