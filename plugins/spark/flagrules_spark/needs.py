"""What Spark needs on this machine and the way to its master, looked at before anything is started: a finding says what is missing."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import socket

from flagrules.text.findings import Stopped, finding
from flagrules.text.source import FilePlace

EXAMPLE = "spark://10.0.0.1:7077"
_SECONDS = 5


def check_needs(master: str) -> None:
    """Raises `Stopped`: FR840 without pyspark or Java, FR841 where no master answers at its address."""
    if importlib.util.find_spec("pyspark") is None:
        raise _missing(master, "pyspark", "pip install 'flagrules[spark]'")
    if not has_java():
        raise no_java(master)
    if master.startswith("spark://"):
        reasons = [_silent(address) for address in master.removeprefix("spark://").split(",")]
        if all(reasons):  # several are one master and those that stand by
            raise unreachable(master, reasons[0])


def has_java() -> bool:
    """Whether there is a Java where Spark looks for it."""
    home = os.environ.get("JAVA_HOME")
    return shutil.which(os.path.join(home, "bin", "java") if home else "java") is not None  # noqa: PTH118  as Spark's own script


def no_java(master: str, reason: str = "") -> Stopped:
    """FR840 for Java; `reason` is what the one that was found said."""
    return _missing(master, f"Java 17 ({reason})" if reason else "Java 17", "apt-get install openjdk-17-jre-headless")


def _missing(master: str, need: str, install: str) -> Stopped:
    return Stopped([finding("FR840", FilePlace(master), name="spark", need=need, install=install)])


def unreachable(master: str, reason: str) -> Stopped:
    """FR841."""
    return Stopped([finding("FR841", FilePlace(master), master=master, reason=reason, example=EXAMPLE)])


def _silent(address: str) -> str:
    """Why nothing answers at an address; "" where something does."""
    found = re.fullmatch(r"\[?([^\]]+?)\]?:(\d{1,5})", address)
    if found is None or not 0 < int(found[2]) < 2**16:
        return f"“{address}”"
    try:
        with socket.create_connection((found[1], int(found[2])), timeout=_SECONDS):
            return ""
    except OSError as error:
        return error.strerror or str(error) or type(error).__name__
