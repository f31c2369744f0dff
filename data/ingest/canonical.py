"""Loads a canonical table: typed, checked cell by cell, stored whole or refused.

A canonical file is written for Chorus, so nothing in it is silently mended.
"""

from __future__ import annotations

from collections.abc import Callable

import duckdb

from data.errors import RowsContradict
from data.ingest.canonical_tables import Column, Table
from data.ingest.report import ColumnReading, Report
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
    for column in columns:
        _check_column(connection, column, keys.index(column.name), report.name, lines)
    if table.check and (broken := table.check(connection)):
        record, column_name, reason = broken
        raise RowsContradict(
            reason, file=report.name, line=lines(record), column=column_name
        )
    if table.store:
        connection.execute(table.store)
    else:
        _keep(connection, table, key)
    report.kept = _count_rows(connection)
    report.columns = [ColumnReading(c.name, c.type.lower()) for c in columns]


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
    position = cell(keys.index(column.name))
    return sql("TRY_CAST(trim({cell}) AS {kind})", cell=position, kind=kind)


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
    tests = [(unread, column.says or _expects(column))]
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
    kind = {"INTEGER": "a whole number", "DOUBLE": "a number", "DATE": "a date"}
    return f"this must be {kind.get(column.type, column.type.lower())}"


def _count_rows(connection: duckdb.DuckDBPyConnection) -> int:
    row = connection.execute("SELECT count(*) FROM typed").fetchone()
    assert row is not None
    return int(row[0])
