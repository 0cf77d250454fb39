"""How long the rules of so many indicators take to become expressions, nothing kept: processor seconds, one a line.

python -m benchmarks.nation.compiling INDICATORS FOLDER
"""

from __future__ import annotations

import gc
import sys
import time
from datetime import date
from pathlib import Path

from benchmarks.nation.work import Work, write_programme
from flagrules.engine.columnar.prepare import compile_plan
from flagrules.pipeline import open_programme
from flagrules.plugin.folder import read_folder
from flagrules.plugin.packs import ProgrammePack
from flagrules.text.findings import Findings

TIMES = 9


def main(work: Work) -> None:
    """The plan once, its expressions again and again."""
    write_programme(work)
    findings = Findings()
    pack = read_folder(work.programme, "", findings)
    assert isinstance(pack, ProgrammePack)
    plan = open_programme(pack, findings).compile(None, date(2021, 12, 1), findings).plan
    gc.disable()  # as the command does
    for _ in range(TIMES):
        start = time.process_time()
        made = compile_plan(plan, "村")
        print(f"{time.process_time() - start:.4f}")
        assert not made.gaps


if __name__ == "__main__":
    main(Work(0, int(sys.argv[1]), Path(sys.argv[2])))
