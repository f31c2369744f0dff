"""Loads a source into a DuckDB table of text cells, every row kept, in order."""

from __future__ import annotations

import re

import duckdb

from data.errors import FileNotReadable
from data.ingest.source import Source
from data.ingest.sql import Sql, sql


def stage(
    connection: duckdb.DuckDBPyConnection, source: Source, *, pad: bool = False
) -> int:
    """Fill the temporary table `staged` with all records; return how many.

    Columns are c0, c1 … in file order, all text, an empty cell as NULL. The
    header records are among them: `rowid` counts records from 0.

    Args:
        pad: accept rows shorter than the header, as roster producers write them.

    Raises:
        FileNotReadable: a broken quote or a row of another width, with its line.
    """
    columns = [Sql(f"'c{i:d}': 'VARCHAR'") for i in range(source.width)]
    try:
        connection.execute(
            sql(
                """CREATE OR REPLACE TEMP TABLE staged AS SELECT * FROM read_csv(
                     {path}, columns={{{columns}}}, header=false, auto_detect=false,
                     delim={delimiter}, quote='"', escape='"', nullstr='',
                     strict_mode=true, null_padding={pad}, max_line_size=16000000)""",
                path=str(source.path),
                columns=columns,
                delimiter=source.delimiter,
                pad=pad,
            )
        )
    except duckdb.InvalidInputException as error:
        raise _explained(error, source) from error
    row = connection.execute("SELECT count(*) FROM staged").fetchone()
    assert row is not None
    return int(row[0])


def line_of(source: Source) -> LineNumbers:
    """Return the lookup from record number to physical line of *source*."""
    return LineNumbers(source)


class LineNumbers:
    """Turns a record number (from 0) into the line a person sees in an editor.

    Records and lines differ when quoted cells hold line breaks; the file is
    then walked once, and only when somebody asks.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._starts: list[int] | None = None

    def __call__(self, record: int) -> int:
        """Return the first line of *record*, counting from 1."""
        if self._source.is_sheet:
            return record + self._source.first_line
        if self._starts is None:
            self._starts = self._walk()
        # After the last quoted line break every record is one line.
        known = len(self._starts) - 1
        return self._starts[min(record, known)] + max(record - known, 0)

    def _walk(self) -> list[int]:
        """Return the first lines of records up to the last one of several lines."""
        first = self._source.first_line
        starts, line, is_open, settled = [first], first, False, 1
        with self._source.path.open("rb") as stream:
            for text in stream:
                line += 1
                if text.count(b'"') % 2:
                    is_open = not is_open
                if is_open:
                    settled = len(starts) + 1
                else:
                    starts.append(line)
        return starts[: settled + 1]


def _explained(error: Exception, source: Source) -> FileNotReadable:
    text = str(error)
    # DuckDB counts records; a person counts the lines an editor shows.
    record = re.search(r"Line:? (\d+)", text)
    if "unterminated quote" in text:
        reason = "a quote is not closed or stands inside a value"
    else:
        found = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", text)
        reason = (
            f"{found[2]} values where the header has {found[1]}"
            if found
            else "the row does not fit the header"
        )
    return FileNotReadable(
        f"{reason}; export the file again without editing it",
        file=source.member or source.name,
        line=LineNumbers(source)(int(record[1]) - 1) if record else None,
    )
