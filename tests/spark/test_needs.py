"""What is missing for a cluster is a finding that says what to install or whom to ask, exit 2, before anything is started."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest
from flagrules_spark import needs
from flagrules_spark.needs import check_needs

from flagrules.cli.main import main
from flagrules.text.findings import Stopped
from tests.needs import needs_program
from tests.spark.local_cluster import HERE, free_port
from tests.spark.test_cluster import flagrules


def refused(master: str) -> tuple[str, dict[str, str]]:
    """The one finding a master is refused with."""
    with pytest.raises(Stopped) as stopped:
        check_needs(master)
    (found,) = stopped.value.findings
    return found.code, dict(found.args)


@pytest.fixture
def java(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder with a `java` that can only be found."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "java").write_text("#!/bin/sh\nexit 1\n", "utf-8")
    (tmp_path / "bin" / "java").chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    return tmp_path


@pytest.mark.usefixtures("java")
def test_without_pyspark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    code, words = refused("local[1]")
    assert (code, words["need"], words["install"]) == ("FR840", "pyspark", "pip install 'flagrules[spark]'")


@pytest.mark.parametrize("home", ["/nowhere", ""])
def test_without_java(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, home: str) -> None:
    monkeypatch.setenv("JAVA_HOME", home)
    monkeypatch.setenv("PATH", str(tmp_path))
    code, words = refused("local[1]")
    assert (code, words["need"], words["install"]) == ("FR840", "Java 17", "apt-get install openjdk-17-jre-headless")


def test_java_where_java_home_says(java: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert needs.has_java()
    monkeypatch.delenv("JAVA_HOME")
    assert not needs.has_java()
    monkeypatch.setenv("PATH", str(java / "bin"))
    assert needs.has_java()


@pytest.mark.usefixtures("java")
def test_nobody_listens() -> None:
    code, words = refused(f"spark://{HERE}:{free_port()}")
    assert code == "FR841"
    assert words["reason"] == "Connection refused"
    assert words["example"].startswith("spark://")


@pytest.mark.parametrize("address", ["", "host", "host:", ":7077", "host:port", "host:123456", f"{HERE}:0", f"{HERE}:65536"])
@pytest.mark.usefixtures("java")
def test_no_address(address: str) -> None:
    assert refused(f"spark://{address}")[0] == "FR841"


@pytest.mark.usefixtures("java")
def test_one_of_several_masters_answers() -> None:
    with socket.create_server((HERE, 0)) as listening:
        port = listening.getsockname()[1]
        check_needs(f"spark://{HERE}:{free_port()},{HERE}:{port}")
        check_needs(f"spark://{HERE}:{port}")


@pytest.mark.usefixtures("java")
def test_other_masters_are_left_to_spark() -> None:
    check_needs("yarn")
    check_needs("k8s://https://10.0.0.1:6443")


# ── as a user meets it: a finding, exit 2, no traceback ──
@needs_program("java", "openjdk-17-jre-headless")
@pytest.mark.parametrize("master", ["junk", f"spark://{HERE}:1"])
def test_a_master_that_is_none(tmp_path: Path, master: str) -> None:
    done = flagrules(tmp_path, "--engine", "spark", "--master", master, "--out", "out")
    assert done.returncode == 2
    assert "[FR841]" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_java_that_is_too_old(tmp_path: Path) -> None:
    """It says what Java 11 says of what was compiled for 17."""
    said = 'Exception in thread "main" java.lang.UnsupportedClassVersionError: org/apache/spark/launcher/Main has been compiled'
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "java").write_text(f"#!/bin/sh\necho '{said}' >&2\nexit 1\n", "utf-8")
    (tmp_path / "bin" / "java").chmod(0o755)
    done = flagrules(
        tmp_path, "--engine", "spark", "--master", "local[1]", "--out", "out", "--lang", "en", env={"JAVA_HOME": str(tmp_path)}
    )
    assert done.returncode == 2
    assert "[FR840] --engine spark needs Java 17 (UnsupportedClassVersionError: org/apache/spark" in done.stderr
    assert "apt-get install openjdk-17-jre-headless" in done.stderr
    assert "Traceback" not in done.stderr


@needs_program("java", "openjdk-17-jre-headless")
def test_a_worker_whose_python_has_no_flagrules(tmp_path: Path) -> None:
    """A Python without any package: the finding says what the worker said."""
    bare = {"PYSPARK_PYTHON": getattr(sys, "_base_executable", sys.executable)}
    done = flagrules(tmp_path, "--engine", "spark", "--master", "local[1]", "--out", "out", "--lang", "en", env=bare)
    assert done.returncode == 2
    assert "[FR844] --engine spark did not finish (ModuleNotFoundError: No module named" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_an_engine_nobody_brings(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "yuncheng", "--sample", "--on", "2021-12-01", "--engine", "sparc"]) == 2
    said = capsys.readouterr().err
    assert "FR846" in said
    assert "写 spark；可用的有：auto、columnar、reference、spark" in said


@pytest.mark.parametrize(
    "given", [["--facts", "a.csv", "--master", "x"], ["--facts", "a.csv", "--out", "out"], ["--sample", "--master", "x", "--out", "out"]]
)
def test_a_scheduler_without_what_it_needs(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "yuncheng", "--on", "2021-12-01", "--engine", "spark", *given]) == 2
    assert "FR847" in capsys.readouterr().err
