"""How large a fact file may be: generous for a province, small enough that no file can exhaust the machine."""

from __future__ import annotations

FILE_BYTES = 512 * 2**20
LINE_CHARS = 1_000_000
CELL_CHARS = 32_767
ROWS = 200_000
COLUMNS = 4_096
AREA = 4_000_000
WORKBOOK_AREA = 2_000_000
ENTRY_BYTES = 128 * 2**20
ARCHIVE_BYTES = 192 * 2**20
ARCHIVE_ENTRIES = 4_096
RATIO = 200
RATIO_FROM = 4 * 2**20
CHILD_BYTES = 1024 * 2**20
PARQUET_BYTES = 4096 * 2**20
CHILD_SECONDS = 60
