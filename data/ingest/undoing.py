"""Taking an import back whole: afterwards it is as if it had never come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb

from data.errors import ImportInUse, ImportNotFound
from data.ingest.canonical_tables import TABLES, WAVES_IN_ORDER
from data.ingest.journal import tear_out
from data.ingest.sql import joined, name, sql

# Where the rows of a canonical table stand in the warehouse, if not under its name.
STORED = {"wave": "waves", "school": "schools", "roster": "rosters"}
KNOWN = "IN (SELECT"


@dataclass(frozen=True, slots=True)
class Import:
    """One line of `chorus imports`.

    Attributes:
        number: what `chorus undo` takes.
        responses: of it that count today; an import of no survey has none.
        replaced_by: the import that stands in its place, if one does.
    """

    number: int
    name: str
    format: str
    mapping: str
    imported_at: datetime
    rows_read: int
    kept: int
    set_aside: int
    responses: int
    replaced_by: int | None
    undone_at: datetime | None = None


def imports(connection: duckdb.DuckDBPyConnection) -> list[Import]:
    """Return every import, also those undone, the oldest first."""
    rows = connection.execute(
        """SELECT f.file_id, f.name, f.format, f.mapping, f.imported_at, f.rows_read,
             f.kept, f.set_aside,
             (SELECT count(*) FROM responses r
              WHERE r.file_id = f.file_id AND r.is_current),
             (SELECT max(p.by_file) FROM replaced p JOIN responses r USING (response_no)
              WHERE r.file_id = f.file_id), NULL
           FROM files f
           UNION ALL SELECT file_id, name, format, mapping, imported_at, rows_read,
             kept, set_aside, 0, NULL, undone_at FROM undone ORDER BY 1"""
    ).fetchall()
    return [Import(*row) for row in rows]


def undo(connection: duckdb.DuckDBPyConnection, number: int) -> Import:
    """Take the import *number* back, in one transaction; return what it was.

    What it replaced counts again, unless a later import replaces that too.

    Raises:
        ImportNotFound: there is no such import, or it was undone before.
        ImportInUse: something imported later rests on it.
    """
    found = next(
        (i for i in imports(connection) if i.number == number and not i.undone_at), None
    )
    if found is None:
        raise ImportNotFound(number)
    connection.execute("BEGIN")
    try:
        _take_back(connection, number)
        _check_nothing_rests(connection, found)
        connection.execute(
            """INSERT INTO undone SELECT file_id, sha256, name, format, mapping,
                 imported_at, rows_read, kept, set_aside, ? FROM files
               WHERE file_id = ?""",
            [datetime.now(UTC).replace(tzinfo=None, microsecond=0), number],
        )
        connection.execute("DELETE FROM files WHERE file_id = ?", [number])
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    return found


def _take_back(connection: duckdb.DuckDBPyConnection, number: int) -> None:
    _let_count_again(connection, number)
    for table in ("answers", "ties", "replaced"):
        connection.execute(
            sql(
                """DELETE FROM {table} WHERE response_no IN
                     (SELECT response_no FROM responses WHERE file_id = {number})""",
                table=name(table),
                number=number,
            )
        )
    for table in ("responses", "quarantine", "flags", "originals"):
        connection.execute(
            sql("DELETE FROM {table} WHERE file_id = {n}", table=name(table), n=number)
        )
    if "waves" in tear_out(connection, number):
        connection.execute(WAVES_IN_ORDER)


def _let_count_again(connection: duckdb.DuckDBPyConnection, number: int) -> None:
    """Give what the import replaced back, or to the next import that replaces it."""
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE freed AS
           SELECT r.response_no, min(l.file_id) AS next
           FROM replaced p JOIN responses r USING (response_no)
           JOIN files f ON f.file_id = r.file_id
           LEFT JOIN (
             SELECT DISTINCT l.file_id, g.source, l.form, l.wave FROM responses l
             JOIN files g ON g.file_id = l.file_id) l
             ON l.file_id > p.by_file AND l.form = r.form AND l.wave = r.wave
             AND (l.source = f.source OR EXISTS (SELECT 1 FROM responses s
               WHERE s.file_id = l.file_id AND s.wave = r.wave AND s.form = r.form
                 AND s.resp_key = r.resp_key))
           WHERE p.by_file = ? GROUP BY r.response_no""",
        [number],
    )
    connection.execute("DELETE FROM replaced WHERE by_file = ?", [number])
    connection.execute(
        """INSERT INTO replaced
           SELECT response_no, next FROM freed WHERE next IS NOT NULL"""
    )
    connection.execute(
        """UPDATE responses SET is_current = true WHERE response_no IN
             (SELECT response_no FROM freed WHERE next IS NULL)"""
    )


def _check_nothing_rests(connection: duckdb.DuckDBPyConnection, found: Import) -> None:
    """Refuse where rows of another import name a school or wave that would be gone."""
    rows = connection.execute(
        """SELECT f.file_id, f.name FROM responses r JOIN files f USING (file_id)
           WHERE r.school_id NOT IN (SELECT school_id FROM schools)
             OR r.wave NOT IN (SELECT wave FROM waves)
           GROUP BY ALL ORDER BY 1 LIMIT 1"""
    ).fetchall()
    if rows:
        raise ImportInUse(
            f"{found.name} cannot be taken back: {rows[0][1]} (import {rows[0][0]}) "
            f'counts in its schools or waves; "chorus undo {rows[0][0]}" first'
        )
    for table in TABLES.values():
        tests = [
            sql(
                "{x} <> '' AND NOT ({rule})",
                x=name(c.name),
                rule=sql(c.rule, x=name(c.name)),
            )
            for c in table.columns
            if c.rule and KNOWN in c.rule
        ]
        if not tests or table.name == "response":
            continue
        stored = STORED.get(table.name, table.name)
        row = connection.execute(
            sql(
                "SELECT count(*) FROM {stored} WHERE {tests}",
                stored=name(stored),
                tests=joined(" OR ", tests),
            )
        ).fetchone()
        if row and row[0]:
            raise ImportInUse(
                f"{found.name} cannot be taken back: {row[0]:,} rows of "
                f"{table.name}.csv name what only it brought; undo that import first"
            )
