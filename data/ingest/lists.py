"""Lists with the office's own headings → rows of one of Chorus' tables."""

from __future__ import annotations

from collections.abc import Callable

import duckdb

from data.errors import RowsContradict
from data.ingest.canonical_tables import TABLES, Column
from data.ingest.dates import OrderUnclear, read_days
from data.ingest.formats import Layout
from data.ingest.judging import TOTALS, value_of
from data.ingest.mapping import Field, TableMapping
from data.ingest.report import MOST_LINES, Report
from data.ingest.sql import Sql, cell, joined, sql

# 1,234 and 12,345.6 as an office writes them.
WITH_COMMAS = r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?"


def reshape(
    connection: duckdb.DuckDBPyConnection,
    layout: Layout,
    mapping: TableMapping,
    report: Report,
    lines: Callable[[int], int],
) -> tuple[tuple[str, ...], Callable[[int], int]]:
    """Put rows of the table in the place of those in `staged`, before a transaction.

    Empty rows and rows of totals are dropped and told. Days may be written in any one
    order, numbers with commas, schools by any name of theirs.

    Returns:
        The table's columns that are filled, and the line of each record.

    Raises:
        RowsContradict: the order of days is not proven.
    """
    columns = [
        c
        for c in TABLES[mapping.table].columns
        if any(c.name in part for part in mapping.parts)
    ]
    _know_days(connection, layout, mapping, columns, report.name, lines)
    first = layout.header_records
    _drop(connection, layout, mapping, report, lines)
    parts = []
    for number, part in enumerate(mapping.parts):
        said = mapping.rows[number].values() if mapping.rows else ()
        own = [f for f in said if f.header]
        filled = [
            sql("nullif({v}, '') IS NOT NULL", v=value_of(layout, f)) for f in own
        ]
        parts.append(
            sql(
                """SELECT s.rowid AS record, {number} AS part, {values} FROM staged s
                   WHERE s.rowid >= {first} AND {filled}
                     AND s.rowid NOT IN (SELECT record FROM left_aside)""",
                number=number,
                values=[
                    _value(layout, mapping, c, part[c.name])
                    if c.name in part
                    else Sql("NULL")
                    for c in columns
                ],
                first=first,
                filled=joined(" OR ", filled) if filled else Sql("true"),
            )
        )
    connection.execute(
        sql(
            "CREATE OR REPLACE TEMP TABLE shaped AS {parts} ORDER BY record, part",
            parts=joined(" UNION ALL ", parts),
        )
    )
    origins = connection.execute("SELECT record FROM shaped ORDER BY rowid").fetchall()
    cells = [Sql(f"c{i:d}") for i in range(len(columns))]
    connection.execute(
        sql(
            """CREATE OR REPLACE TEMP TABLE staged ({cells});
               INSERT INTO staged SELECT {heading};
               INSERT INTO staged SELECT columns(* EXCLUDE (record, part)) FROM shaped
                 ORDER BY record, part""",
            cells=[sql("{c} VARCHAR", c=c) for c in cells],
            heading=[c.name for c in columns],
        )
    )
    read = report.rows_read
    report.rows_read = len(origins) + report.dropped
    if len(mapping.parts) > 1:
        report.note = f"{read:,} rows of the list gave {len(origins):,} of the table"
    return (
        tuple(c.name for c in columns),
        lambda record: lines(origins[record - 1][0]) if record else lines(0),
    )


def _value(layout: Layout, mapping: TableMapping, column: Column, source: Field) -> Sql:
    value = value_of(layout, source)
    if source.date:
        return sql(
            """(SELECT w.wave FROM list_days d JOIN waves w
                ON d.day BETWEEN w.opens_on AND w.closes_on WHERE d.raw = {value})""",
            value=value,
        )
    if column.type == "DATE" and source.header:
        return sql(
            """coalesce((SELECT strftime(d.day, '%Y-%m-%d') FROM list_days d
                WHERE d.raw = {value}), {value})""",
            value=value,
        )
    if column.type in {"INTEGER", "TINYINT", "DOUBLE"}:
        return sql(
            """CASE WHEN regexp_full_match({value}, {pattern})
                 THEN replace({value}, ',', '') ELSE {value} END""",
            value=value,
            pattern=WITH_COMMAS,
        )
    if column.name == "school_id" and mapping.table != "school":
        return sql(
            """coalesce((SELECT n.school_id FROM school_names n
                WHERE n.name = fold({value})), {value})""",
            value=value,
        )
    return value


def _know_days(
    connection: duckdb.DuckDBPyConnection,
    layout: Layout,
    mapping: TableMapping,
    columns: list[Column],
    file: str,
    lines: Callable[[int], int],
) -> None:
    """Create `list_days`: the day of each text in a column of days."""
    days = {c.name for c in columns if c.type == "DATE"}
    headings = sorted(
        {
            f.header
            for part in mapping.parts
            for n, f in part.items()
            if f.header and (f.date or n in days)
        }
    )
    connection.execute("CREATE OR REPLACE TEMP TABLE list_days (raw VARCHAR, day DATE)")
    # One order of day and month for the whole file, whichever column proves it.
    first: dict[str, tuple[int, str]] = {}
    for heading in headings:
        rows = connection.execute(
            sql(
                """SELECT trim({cell}), min(rowid) FROM staged s
                   WHERE rowid >= {first} AND trim({cell}) <> ''
                   GROUP BY 1 ORDER BY 2""",
                cell=cell(layout.position(heading)),
                first=layout.header_records,
            )
        ).fetchall()
        for raw, record in rows:
            first.setdefault(raw, (record, heading))
    try:
        found = read_days(list(first), day_first=mapping.day_first, windows={})
    except OrderUnclear as error:
        record, heading = first[error.text]
        raise RowsContradict(
            error.reason, file=file, line=lines(record), column=heading
        ) from error
    known = [(raw, day) for raw, day in found.items() if day]
    if known:
        connection.executemany("INSERT INTO list_days VALUES (?, ?)", known)


def _drop(
    connection: duckdb.DuckDBPyConnection,
    layout: Layout,
    mapping: TableMapping,
    report: Report,
    lines: Callable[[int], int],
) -> None:
    """Create `left_aside`: rows that are empty or hold totals; tell them."""
    places = sorted({layout.position(c) for c in mapping.columns})
    empty = [sql("nullif(trim({cell}), '') IS NULL", cell=cell(p)) for p in places]
    total = [
        sql(
            "regexp_full_match(lower(trim(coalesce({cell}, ''))), {totals})",
            cell=cell(p),
            totals=TOTALS,
        )
        for p in {0, *places[:1]}
    ]
    connection.execute(
        sql(
            """CREATE OR REPLACE TEMP TABLE left_aside AS
               SELECT s.rowid AS record, CASE WHEN {empty} THEN 'empty' ELSE 'total' END
                 AS why
               FROM staged s WHERE s.rowid >= {first} AND ({empty} OR {total})""",
            empty=sql("({tests})", tests=joined(" AND ", empty)),
            total=joined(" OR ", total),
            first=layout.header_records,
        )
    )
    for why, reason in (("empty", "an empty row"), ("total", "a row of totals")):
        row = connection.execute(
            sql(
                """SELECT count(*), list_slice(list(record ORDER BY record), 1, {most})
                   FROM left_aside WHERE why = {why}""",
                most=MOST_LINES,
                why=why,
            )
        ).fetchone()
        assert row is not None
        at = tuple(lines(record) for record in row[1] or ())
        report.add("dropped", reason, row[0], at)
