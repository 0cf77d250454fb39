"""A real cluster on loopback, a master and two workers: what it leaves is what one machine leaves, down to the bytes."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import pytest
from flagrules_spark import flagrules_schedulers

from flagrules.award.wide.parts import score
from flagrules.award.wide.scatter import scatter
from flagrules.pipeline import Compiled
from flagrules.text.findings import Findings
from tests.award.wide.small import COUNTY, RULES, write
from tests.award.wide.test_scatter import agree, files, quiet, scorer
from tests.needs import SKIP_PREFIX, needs_program
from tests.rulekit import compiled
from tests.spark.local_cluster import Cluster, cluster, settings

pytestmark = [
    needs_program("java", "openjdk-17-jre-headless"),
    pytest.mark.skipif(importlib.util.find_spec("pyspark") is None, reason=f"{SKIP_PREFIX}pyspark"),
]
SPARK = flagrules_schedulers()["spark"]
TASKS = 39  # one unit each, so that there is time to lose a worker
PROGRAMME = """\
方案 例 版本 “1”
  称谓 “牌子” “块”
  施行 2021年1月1日 至 2021年12月31日
创建单元 村、社区
上级单元 县
事实 满意度：比例 0%~100%
事实 件数：件数 0件~9件
称号 整洁 适用 村、社区：30分 〔假定 “样例”〕
  授予 得分 25分以上 〔假定 “样例”〕
  指标 1 满意：20分 〔假定 “样例”〕
    分档 满意度 〔假定 “样例”〕
      90%以上           得20分
      60%以上 不满90%   得12分
      其余              得0分
  指标 2 事故：10分 〔假定 “样例”〕
    每1件 件数 扣2分，扣完为止 〔假定 “样例”〕
"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A master and two workers."""
    with cluster(tmp_path_factory.mktemp("cluster"), 2) as started, pytest.MonkeyPatch.context() as patch:
        for name, value in settings(started.folder).items():
            patch.setenv(name, value)
        patch.delenv("JAVA_HOME", raising=False)
        yield started


@pytest.fixture(scope="module")
def rules() -> dict[str, Compiled]:
    findings = Findings()
    return {"": compiled(RULES, findings=findings), "990001": compiled(RULES, county=COUNTY, findings=findings)}


@dataclass
class Loss:
    """What is told of progress, and a worker that dies once some tasks are done."""

    running: Cluster
    told: list[int] = field(default_factory=list)
    at: int = -1

    def __call__(self, done: int, _all: int) -> None:
        self.told.append(done)
        if 0 < done < TASKS and self.at < 0:
            self.at = done
            self.running.kill(0)


def test_a_worker_killed_in_mid_run_loses_nothing(running: Cluster, rules: dict[str, Compiled], tmp_path: Path) -> None:
    one = score(scorer(rules, tmp_path, "one", 1), quiet)
    loss = Loss(running)
    other = scatter("spark", SPARK, running.url)(scorer(rules, tmp_path, "other", 1), loss)
    assert 0 < loss.at < TASKS
    assert running.workers[0].returncode == -9
    assert (running.folder / "worker-0").is_dir()  # it had been given work
    assert loss.told == sorted(loss.told)
    assert loss.told[-1] == TASKS
    agree(one, other, tmp_path)


def flagrules(tmp_path: Path, *more: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """`flagrules run` of a folder of rules on the same facts, as a user starts it."""
    rules = tmp_path / "programme" / "rules"
    if not rules.is_dir():
        rules.mkdir(parents=True)
        (rules / "a.rules").write_text(PROGRAMME, "utf-8")
        (rules.parent / "programme.toml").write_text('id = "sample"\ntitle = "例"\nversion = "0.1.0"\napi = 1\n', "utf-8")
        paths = write(tmp_path / "in")
        pl.read_parquet(paths["facts.parquet"], columns=["编号", "期", "满意度(%)", "件数"]).write_parquet(paths["facts.parquet"])
    given = ["--plugins", "programme", "--facts", "in/facts.parquet", "--facts", "in/register.parquet", "--on", "2021-12-01"]
    return subprocess.run(
        [sys.executable, "-m", "flagrules.cli.main", "run", "sample", *given, "--format", "json", "--format", "parquet", *more],
        cwd=tmp_path, env={**os.environ, **(env or {})}, capture_output=True, encoding="utf-8", check=False, timeout=300,
    )  # fmt: skip


def test_the_command_leaves_the_same_folder(running: Cluster, tmp_path: Path) -> None:
    """Relative paths and all: every table, the trace, and the record."""
    one = flagrules(tmp_path, "--engine", "columnar", "--out", "one")
    assert (one.returncode, one.stderr) == (0, "")
    other = flagrules(tmp_path, "--engine", "spark", "--master", running.url, "--out", "other")
    assert (other.returncode, other.stderr) == (0, "")
    assert other.stdout.replace("other", "one") == one.stdout
    assert files(tmp_path / "other") == files(tmp_path / "one")
    assert {"run.json", "flags.parquet", "trace"} <= {name.split("/")[0] for name in files(tmp_path / "one")}


def test_no_worker_takes_the_work(running: Cluster, tmp_path: Path) -> None:
    """An executor that is larger than any worker: Spark alone would wait for ever."""
    more = "--conf spark.executor.memory=64g --conf spark.flagrules.patience=2 pyspark-shell"
    done = flagrules(
        tmp_path, "--engine", "spark", "--master", running.url, "--out", "out", "--lang", "en", env={"PYSPARK_SUBMIT_ARGS": more}
    )
    assert done.returncode == 2
    assert f"[FR845] for 2 seconds no worker of {running.url} took any work" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()
