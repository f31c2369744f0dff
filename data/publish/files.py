"""Writes one audience's file and knows the checksum of what is in it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb
import pandas as pd
import sqlalchemy as sa

from data.model.release_tables import TABLES

# Rows of one table are hashed in this many at a time.
BATCH = 50_000
NO_ROWS = hashlib.sha256().hexdigest()


def write_file(
    path: Path, frames: dict[str, pd.DataFrame]
) -> dict[str, dict[str, object]]:
    """Write a release file; return rows and checksum per table.

    Rows are stored in the order of their key, so a page reads few blocks and
    the same content always has the same checksum.

    Args:
        frames: table name → rows; a table without rows is still created.
    """
    tables = {}
    with duckdb.connect(str(path)) as connection:
        # One transaction: each by itself waits for the disk, table after table.
        connection.execute("BEGIN")
        connection.execute(";\n".join(map(_create, TABLES.values())))
        for name, table in TABLES.items():
            frame = frames.get(name)
            if frame is None or frame.empty:
                tables[name] = {"rows": 0, "sha256": NO_ROWS}
                continue
            _insert(connection, table, frame)
            tables[name] = {
                "rows": _count(connection, name),
                "sha256": content_sha256(connection, table),
            }
        connection.execute("COMMIT")
        connection.execute("CHECKPOINT")
    return tables


def content_sha256(connection: duckdb.DuckDBPyConnection, table: sa.Table) -> str:
    """Return the SHA-256 of a table's rows in key order.

    Of the contents, not of the file: bytes may differ between versions of
    DuckDB that hold the same numbers. Numbers are read at nine digits, so that
    the last bit of a sum, which depends on the order of threads, says nothing.
    """
    columns = ", ".join(_as_text(c) for c in table.columns)
    keys = ", ".join(f'"{c.name}"' for c in table.primary_key)
    digest = hashlib.sha256()
    cursor = connection.execute(
        f"SELECT concat_ws('|', {columns}) FROM {table.name} ORDER BY {keys}"
    )
    while rows := cursor.fetchmany(BATCH):
        digest.update("\n".join(row[0] for row in rows).encode())
    return digest.hexdigest()


def _as_text(column: sa.Column[object]) -> str:
    name = f'"{column.name}"'
    if isinstance(column.type, sa.Double):
        return f"coalesce(printf('%.9g', {name} + 0.0), '·')"
    return f"coalesce({name}::VARCHAR, '·')"


def _create(table: sa.Table) -> str:
    # Without PRIMARY KEY: its index would be larger than the data and slower
    # to open; uniqueness is checked when the rows are inserted.
    columns = ", ".join(
        f'"{c.name}" {c.type.compile()}{"" if c.nullable else " NOT NULL"}'
        for c in table.columns
    )
    return f"CREATE TABLE {table.name} ({columns})"


def _insert(
    connection: duckdb.DuckDBPyConnection, table: sa.Table, frame: pd.DataFrame
) -> None:
    keys = [c.name for c in table.primary_key]
    if frame.duplicated(keys).any():
        raise ValueError(f"{table.name} holds two rows with one key")
    names = [c.name for c in table.columns if c.name in frame]
    connection.register("frame", frame[names])
    chosen = ", ".join(f'"{n}"' for n in names)
    # pandas writes a missing number as nan, which is a number to DuckDB.
    cast = ", ".join(_cast(table.c[n]) for n in names)
    order = ", ".join(f'"{k}"' for k in keys)
    connection.execute(
        f"INSERT INTO {table.name} ({chosen}) SELECT {cast} FROM frame ORDER BY {order}"
    )
    connection.unregister("frame")


def _cast(column: sa.Column[object]) -> str:
    name = f'"{column.name}"'
    if isinstance(column.type, sa.String | sa.Boolean):
        return name
    kind = column.type.compile()
    return f"CASE WHEN isnan({name}::DOUBLE) THEN NULL ELSE {name} END::{kind}"


def _count(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {name}").fetchone()
    assert row is not None
    return int(row[0])
