"""Run as a program of its own: prints the cells of a workbook as JSON lines, under a limit of memory and time.

It stands apart so that a workbook that makes the parser allocate without end kills this process and not the reader's. It is
started by its file name, so it imports nothing of this package. The first line of a sheet is `{"sheet": name}`; each further
line is a row `[number, [cell, …]]`. A cell is "" or one letter and its text: s text, n decimal, d day, t other time, b yes/no.
"""

from __future__ import annotations

import json
import sys
from datetime import date, datetime, time, timedelta
from decimal import Decimal


def limit(memory: int, seconds: int) -> None:
    """Bound this process, where the system can."""
    try:
        import resource
    except ImportError:  # Windows has no such limits
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def cell(value: object) -> str:
    """One cell as a letter and text. Binary floats become decimals of 15 significant digits, all that a workbook shows."""
    match value:
        case "":
            return ""
        case bool():
            return "b1" if value else "b0"
        case int() | float():
            return "n" + format(Decimal(format(value, ".15g")), "f")
        case str():
            return "s" + value
        case datetime() if value.time() != time():
            return "t" + value.isoformat(" ")
        case datetime():
            return "d" + value.date().isoformat()
        case date():
            return "d" + value.isoformat()
        case timedelta() | time():
            return "t" + str(value)
        case _:
            return "t" + str(value)


def main(path: str, memory: str, seconds: str, *sheets: str) -> None:
    """Print the named sheets of the workbook at `path`."""
    import python_calamine  # before the limit: only the workbook is measured, not the library

    limit(int(memory), int(seconds))
    with python_calamine.load_workbook(path) as book:
        for name in sheets:
            sys.stdout.write(json.dumps({"sheet": name}) + "\n")
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for number, row in enumerate(rows, 1):
                cells = [cell(value) for value in row]
                if any(cells):
                    sys.stdout.write(json.dumps([number, cells]) + "\n")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except MemoryError:
        sys.exit(3)
    except Exception as error:  # noqa: BLE001  whatever the parser says, the parent makes a finding of it
        sys.stderr.write(type(error).__name__)
        sys.exit(4)
