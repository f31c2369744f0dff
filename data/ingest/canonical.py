"""Loads a canonical table: typed, checked cell by cell, stored whole or refused.

A canonical file is written for Chorus, so nothing in it is silently mended.
"""

from __future__ import annotations

from collections.abc import Callable

import duckdb

from data.errors import RowsContradict
from data.ingest.canonical_tables import Column, Table
from data.ingest.report import Report


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
    typed = ", ".join(
        f'TRY_CAST(trim(c{keys.index(c.name)}) AS {c.type}) AS "{c.name}"'
        for c in columns
    )
    absent = "".join(
        f', NULL::{c.type} AS "{c.name}"' for c in table.columns if c.name not in keys
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE typed AS "
        f"SELECT rowid AS record, {typed}{absent} FROM staged WHERE rowid > 0"
    )
    for column in columns:
        _check_column(connection, column, keys.index(column.name), report.name, lines)
    if table.check and (broken := table.check(connection)):
        record, name, reason = broken
        raise RowsContradict(reason, file=report.name, line=lines(record), column=name)
    if table.store:
        connection.execute(table.store)
    else:
        _keep(connection, table, key)
    report.kept = _count_rows(connection)
    report.columns = [(c.name, c.type.lower()) for c in columns]


def _keep(connection: duckdb.DuckDBPyConnection, table: Table, key: str) -> None:
    """Store a register's rows; one that came before gives way, a person's key too."""
    values = [
        f"left(sha256('{key}' || \"{c.name}\"), 24)"
        if c.is_person
        else f"coalesce(\"{c.name}\", '')"
        if c.name in table.keys and c.type == "VARCHAR"
        else f'"{c.name}"'
        for c in table.columns
    ]
    names = ", ".join(f'"{k}"' for k in table.keys)
    connection.execute(
        f'INSERT OR REPLACE INTO "{table.name}" SELECT {", ".join(values)} FROM typed '
        f"QUALIFY row_number() OVER (PARTITION BY {names} ORDER BY record DESC) = 1"
    )


def _check_column(
    connection: duckdb.DuckDBPyConnection,
    column: Column,
    position: int,
    name: str,
    lines: Callable[[int], int],
) -> None:
    raw, value = f"trim(coalesce(s.c{position}, ''))", f't."{column.name}"'
    tests = [(f"{raw} <> '' AND {value} IS NULL", column.says or _expects(column))]
    if column.required:
        tests.append((f"{raw} = ''", "is empty; it must be filled in"))
    if column.rule:
        rule = column.rule.format(x=value)
        tests.append((f"{value} IS NOT NULL AND NOT ({rule})", column.says))
    for test, reason in tests:
        row = connection.execute(
            f"SELECT t.record, {raw}, count(*) OVER () FROM typed t "
            f"JOIN staged s ON s.rowid = t.record WHERE {test} ORDER BY 1 LIMIT 1"
        ).fetchone()
        if row:
            more = f" ({row[2]} rows have this)" if row[2] > 1 else ""
            shown = f"'{row[1][:40]}': " if row[1] else ""
            raise RowsContradict(
                f"{shown}{reason}{more}",
                file=name,
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
