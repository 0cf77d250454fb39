"""Run as a program of its own: prints the cells of a workbook or Parquet file as JSON lines, under a limit of memory and time.

It stands apart so that a file that makes its parser allocate without end, or panic, ends this process and not the reader's. It
is started by its file name, so it imports nothing of this package. A line is `{"sheet": name}`, then `[number, [cell, …]]` for
each of its rows; or `{"refused": code, …}` with what the code's words need. A cell is "" or one letter and its text: s text,
n decimal, d day, t other time, b yes/no.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import date, datetime, time
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
        case None | "":
            return ""
        case bool():
            return "b1" if value else "b0"
        case int() | Decimal():
            return f"n{value:f}" if isinstance(value, Decimal) else f"n{value}"
        case float():
            return "n" + format(Decimal(format(value, ".15g")), "f")
        case str():
            return "s" + value
        case datetime() if value.time() != time():
            return "t" + value.isoformat(" ")
        case datetime():
            return "d" + value.date().isoformat()
        case date():
            return "d" + value.isoformat()
        case _:
            return "t" + str(value)


def say(value: object) -> None:
    """Print one line."""
    sys.stdout.write(json.dumps(value) + "\n")


def xlsx(path: str, memory: int, seconds: int, *sheets: str) -> None:
    """Print the named sheets of a workbook."""
    import python_calamine  # before the limit: only the file is measured, not the library

    limit(memory, seconds)
    with python_calamine.load_workbook(path) as book:
        for name in sheets:
            say({"sheet": name})
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for number, row in enumerate(rows, 1):
                cells = [cell(value) for value in row]
                if any(cells):
                    say([number, cells])


def parquet(path: str, memory: int, seconds: int, *sizes: str) -> None:
    """Print a Parquet file, its header as row 0, unless it is larger than allowed or has columns that cannot be read exactly."""
    import polars as pl

    limit(memory, seconds)
    rows, columns, area = map(int, sizes)
    lazy = pl.scan_parquet(path)
    schema = lazy.collect_schema()
    bad = [("FR531" if kind.is_float() else "FR532", name, kind) for name, kind in schema.items() if not _exact(kind)]
    for code, name, kind in bad:
        say({"refused": code, "name": name, "type": str(kind)})
    height = int(lazy.select(pl.len()).collect().item())
    if height > rows or len(schema) > columns or height * len(schema) > area:
        say({"refused": "FR509"})
    elif not bad:
        frame = pl.read_parquet(path)
        say({"sheet": ""})
        say([0, ["s" + name for name in frame.columns]])
        for number, row in enumerate(frame.iter_rows(), 1):
            say([number, [cell(value) for value in row]])


def _exact(kind: object) -> bool:
    import polars as pl

    known = (pl.String, pl.Categorical, pl.Enum, pl.Null, pl.Boolean, pl.Date, pl.Datetime)
    return isinstance(kind, pl.DataType) and (kind.is_integer() or kind.is_decimal() or isinstance(kind, known))


if __name__ == "__main__":
    program, file, bytes_allowed, seconds_allowed, *others = sys.argv[1:]
    try:
        (xlsx if program == "xlsx" else parquet)(file, int(bytes_allowed), int(seconds_allowed), *others)
        sys.stdout.flush()
    except MemoryError:
        os._exit(3)
    except BaseException:  # noqa: BLE001  panics too: whatever the parser says, the parent makes a finding of it
        os._exit(4)
