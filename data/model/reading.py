"""One way to open a release's file for reading.

DuckDB keeps one database per file and process, and refuses a second connection that
asks for other settings than the first. Where a page, the audit and an explanation
read the same file in one process, all must ask alike, whoever comes first.
"""

from pathlib import Path

import duckdb

# A page's answers are small: more threads would wait for each other.
THREADS = "2"


def open_release_file(path: Path) -> duckdb.DuckDBPyConnection:
    """Open one audience's file of a release, read-only, beside whoever reads it.

    Raises:
        duckdb.Error: the file is missing or no database.
    """
    return duckdb.connect(str(path), read_only=True, config={"threads": THREADS})
