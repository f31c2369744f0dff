"""A column of ticked schools: who names whom, and how many others."""

from __future__ import annotations

from collections.abc import Callable

import duckdb

from data.ingest.report import MOST_LINES, Report
from data.ingest.sql import cell, sql

NO_SCHOOL = ("none", "ninguna", "none of these", "ninguna de estas")
MOST_NAMED = 14


def load_ties(
    connection: duckdb.DuckDBPyConnection,
    report: Report,
    file_id: int,
    item_id: str,
    column: tuple[str, int],
    lines: Callable[[int], int],
) -> None:
    """Read a column of ticked schools: who names whom, and how many others.

    A blank cell is no answer; "none" is one. The own school does not count.
    """
    header, position = column
    # In two steps: unnested and joined in one statement, tens of thousands of cells
    # can fail an assertion inside the engine (DuckDB 2.0.0, seen at 1,860 schools).
    connection.execute(
        sql(
            """CREATE OR REPLACE TEMP TABLE spoken AS
               SELECT record, fold(named) AS named
               FROM (SELECT rowid AS record,
                       unnest(string_split_regex({cell}, '[;,]')) AS named
                     FROM staged s WHERE {cell} IS NOT NULL)
               WHERE trim(named) <> ''""",
            cell=cell(position),
        )
    )
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE ticked AS
           SELECT n.response_no, n.record, s.named, k.school_id, j.school_id AS own
           FROM spoken s JOIN numbered n USING (record) JOIN judged j USING (record)
           LEFT JOIN school_names k ON k.name = s.named"""
    )
    connection.execute(
        """INSERT INTO ties SELECT DISTINCT response_no, school_id FROM ticked
           WHERE school_id <> own ORDER BY ALL"""
    )
    connection.execute(
        sql(
            """INSERT INTO answers
               SELECT response_no, (SELECT item_no FROM items WHERE item_id = {item}),
                 least(count(DISTINCT school_id) FILTER (school_id <> own), {most})
               FROM ticked GROUP BY response_no
               HAVING bool_or(school_id IS NOT NULL OR named IN ({nothing}))
               ORDER BY response_no""",
            item=item_id,
            most=MOST_NAMED,
            nothing=NO_SCHOOL,
        )
    )
    row = connection.execute(
        sql(
            """SELECT count(*), list_slice(list(DISTINCT record), 1, {most}) FROM ticked
               WHERE school_id IS NULL AND named NOT IN ({nothing})""",
            most=MOST_LINES,
            nothing=NO_SCHOOL,
        )
    ).fetchone()
    if row and row[0]:
        found = tuple(sorted(lines(record) for record in row[1]))
        reason = "unknown school; the name is left out"
        report.add("left out", reason, row[0], found, header)
        report.answers += row[0]
        connection.execute(
            "INSERT INTO flags VALUES (?, ?, ?, ?, ?)",
            [file_id, header, reason, row[0], found[0]],
        )
