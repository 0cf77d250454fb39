"""The same points as formulas of a workbook, recalculated by LibreOffice: what the offices do today. Missing facts are 0."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from benchmarks.nation.one_by_one import facts_of
from benchmarks.nation.work import FULL, Work, shape


def formula(i: int, cell: str, households: str) -> str:
    """Tenths of a point of indicator i."""
    match shape(i):
        case "bands":
            return f"=IF({cell}>=90,70,IF({cell}>=75,50,IF({cell}>=60,30,0)))+IF({cell}>=95,30,0)"
        case "deduct":
            return f"=MAX(0,{FULL}-10*{cell}-IF({cell}>=5,20,0)-IF({cell}>=8,30,0))"
        case "yes":
            return f"=IF({cell},{FULL},40)"
        case _:
            return f"=MIN({FULL},INT((200*{cell}+{households})/(2*{households})))"


def main(work: Work, out: Path) -> None:
    """Write the workbook with formulas and no values, then have LibreOffice recalculate it into a CSV of the points."""
    book_path = out.with_suffix(".xlsx")
    with xlsxwriter.Workbook(str(book_path), {"constant_memory": True}) as book:
        points, facts = book.add_worksheet("points"), book.add_worksheet("facts")
        for row, unit in enumerate(facts_of(work)):
            facts.write_row(row, 0, [unit["h"], *(unit[f"f{i}"] for i in range(work.indicators))])
            for i in range(work.indicators):
                cell = f"facts!{xl_col_to_name(i + 1)}{row + 1}"
                points.write_formula(row, i, formula(i, cell, f"facts!A{row + 1}"), None, "")
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{out.parent}/office", "--convert-to", "csv", "--outdir"]
    subprocess.run([*command, str(out.parent), str(book_path)], check=True, capture_output=True)


if __name__ == "__main__":
    units, indicators, folder, target = sys.argv[1:]
    main(Work(int(units), int(indicators), Path(folder)), Path(target))
