"""Writing columns to the disk, with the faults of the disk as the operating system names them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

import polars as pl

_CODE = re.compile(r"\(os error (\d+)\)")


@contextmanager
def disk_faults() -> Iterator[None]:
    """Writes columns. Raises `OSError` with its number where the disk is full or refuses: Polars only says so in words."""
    try:
        yield
    except pl.exceptions.ComputeError as error:
        found = _CODE.search(str(error))
        if found is None:
            raise
        raise OSError(int(found[1]), os.strerror(int(found[1]))) from error
