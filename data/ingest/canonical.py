"""Loads a canonical table: typed, checked cell by cell, stored whole or refused.

A canonical file is written for Chorus, so nothing in it is silently mended.
"""

from __future__ import annotations

from collections.abc import Callable

import duckdb

from data.errors import RowsContradict
from data.ingest.canonical_tables import Column, Table
from data.ingest.hashing import mark_of
from data.ingest.report import MOST_LINES, ColumnReading, Report
from data.ingest.sql import Sql, cell, name, sql


def load_canonical(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    keys: tuple[str, ...],
    report: Report,
    *,
    key: str,
    lines: Callable[[int], int],
) -> None:
    """Type, check and store every row of a canonical file.

    Args:
        key: secret that keys the hash of people's keys.
        lines: record → the line a person finds it in.

    Raises:
        RowsContradict: the first cell that breaks a rule, with line and column.
    """
    columns = [c for c in table.columns if c.name in keys]
    connection.execute(
        sql(
            """CREATE OR REPLACE TEMP TABLE typed AS
               SELECT rowid AS record, {columns} FROM staged s WHERE rowid > 0""",
            columns=[
                sql("{value} AS {name}", value=_typed(c, keys), name=name(c.name))
                for c in table.columns
            ],
        )
    )
    unwanted = _leave_out_forgotten(connection, table, key)
    report.add("dropped", "asked to be forgotten; not read", unwanted)
    for column in columns:
        _check_column(connection, column, keys.index(column.name), report.name, lines)
    _refuse_twice(connection, table, report.name, lines)
    if table.check and (broken := table.check(connection)):
        record, column_name, reason = broken
        raise RowsContradict(
            reason, file=report.name, line=lines(record), column=column_name
        )
    if table.store:
        connection.execute(table.store)
    else:
        _keep(connection, table, key)
    _tell_twice(connection, table, report, lines)
    report.kept = report.rows_read - report.duplicate - report.dropped
    report.columns = [ColumnReading(c.name, c.type.lower()) for c in columns]


def _leave_out_forgotten(
    connection: duckdb.DuckDBPyConnection, table: Table, key: str
) -> int:
    """Take out rows of people who asked to be forgotten; return how many."""
    count = 0
    for column in (c for c in table.columns if c.is_person):
        hashed = sql(
            "left(sha256({key} || {value}), 24)", key=key, value=name(column.name)
        )
        row = connection.execute(
            sql(
                "DELETE FROM typed WHERE {mark} IN (SELECT mark FROM forgotten)",
                mark=mark_of(hashed, key),
            )
        ).fetchone()
        count += int(row[0]) if row else 0
    return count


def _twice(
    connection: duckdb.DuckDBPyConnection, names: tuple[str, ...]
) -> list[tuple[str, int, list[int]]]:
    """Return (key, last record, earlier records) of each key that stands twice."""
    rows = connection.execute(
        sql(
            """SELECT concat_ws(', ', {names}), max(record),
                 list(record ORDER BY record)
               FROM typed GROUP BY {names} HAVING count(*) > 1 ORDER BY 2""",
            names=[name(n) for n in names],
        )
    ).fetchall()
    return [(key, last, records[:-1]) for key, last, records in rows]


def _refuse_twice(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    file: str,
    lines: Callable[[int], int],
) -> None:
    """Two rows that say one thing twice would be counted twice."""
    for key, last, earlier in _twice(connection, table.once) if table.once else []:
        raise RowsContradict(
            f"'{key}' stands twice, here and in line {lines(earlier[0])}; leave one",
            file=file,
            line=lines(last),
            column=table.once[0],
        )


def _tell_twice(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    report: Report,
    lines: Callable[[int], int],
) -> None:
    if table.keys:
        found = [e for _, _, earlier in _twice(connection, table.keys) for e in earlier]
        report.add(
            "duplicate",
            "its key comes again later in the file; the later row counts",
            len(found),
            tuple(lines(record) for record in sorted(found)[:MOST_LINES]),
            table.keys[0],
        )


def _keep(connection: duckdb.DuckDBPyConnection, table: Table, key: str) -> None:
    """Store a register's rows; one that came before gives way, a person's key too."""

    def kept(c: Column) -> Sql:
        value = name(c.name)
        if c.is_person:
            return sql("left(sha256({key} || {value}), 24)", key=key, value=value)
        if c.name in table.keys and c.type == "VARCHAR":
            return sql("coalesce({value}, '')", value=value)
        return value

    connection.execute(
        sql(
            """INSERT OR REPLACE INTO {table} SELECT {values} FROM typed QUALIFY
               row_number() OVER (PARTITION BY {keys} ORDER BY record DESC) = 1""",
            table=name(table.name),
            values=[kept(c) for c in table.columns],
            keys=[name(k) for k in table.keys],
        )
    )


def _typed(column: Column, keys: tuple[str, ...]) -> Sql:
    kind = Sql(column.type)
    if column.name not in keys:
        return sql("NULL::{kind}", kind=kind)
    value = sql("trim({cell})", cell=cell(keys.index(column.name)))
    if column.type in {"INTEGER", "TINYINT"}:
        # A cast alone would round 10.6 to 11.
        return sql(
            r"""CASE WHEN regexp_full_match({value}, '[+-]?\d+(\.0+)?')
                THEN TRY_CAST({value} AS {kind}) END""",
            value=value,
            kind=kind,
        )
    return sql("TRY_CAST({value} AS {kind})", value=value, kind=kind)


def _check_column(
    connection: duckdb.DuckDBPyConnection,
    column: Column,
    position: int,
    file: str,
    lines: Callable[[int], int],
) -> None:
    raw = sql("trim(coalesce({cell}, ''))", cell=cell(position))
    value = sql("t.{name}", name=name(column.name))
    unread = sql("{raw} <> '' AND {value} IS NULL", raw=raw, value=value)
    tests = [(unread, _expects(column))]
    if column.required:
        tests.append((sql("{raw} = ''", raw=raw), "is empty; it must be filled in"))
    if column.rule:
        rule = sql(column.rule, x=value)
        broken = sql("{value} IS NOT NULL AND NOT ({rule})", value=value, rule=rule)
        tests.append((broken, column.says))
    for test, reason in tests:
        row = connection.execute(
            sql(
                """SELECT t.record, {raw}, count(*) OVER () FROM typed t
                   JOIN staged s ON s.rowid = t.record WHERE {test}
                   ORDER BY 1 LIMIT 1""",
                raw=raw,
                test=test,
            )
        ).fetchone()
        if row:
            more = f" ({row[2]} rows have this)" if row[2] > 1 else ""
            shown = f"'{row[1][:40]}': " if row[1] else ""
            raise RowsContradict(
                f"{shown}{reason}{more}",
                file=file,
                line=lines(row[0]),
                column=column.name,
            )


def _expects(column: Column) -> str:
    kinds = {"INTEGER": "a whole number", "DOUBLE": "a number"}
    if column.says and column.type not in kinds:
        return column.says
    return f"this must be {kinds.get(column.type, column.type.lower())}"
