"""Remembers what each import changed in the tables where rows take others' places.

Responses carry the number of their import and are told apart by it. In a school list or
a register a row gives way to a later one, so for each row an import added, changed or
removed the journal keeps what stood there before and after. An import between others is
taken out as a link of a chain: the next one that changed the row inherits its "before".
"""

from __future__ import annotations

import duckdb

from data.ingest.canonical_tables import REGISTERS
from data.ingest.sql import Sql, joined, name, sql

# Table of the warehouse → the columns that tell its rows apart.
KEYS: dict[str, tuple[str, ...]] = {
    "headers": ("mapping",),
    "waves": ("wave",),
    "schools": ("school_id",),
    "school_names": ("name",),
    "rosters": (
        "wave", "school_id", "stakeholder_group", "grade_band", "language", "program",
    ),
    "rubric": ("semester", "school_id", "attribute", "domain", "rater"),
    "rubric_public": ("semester", "school_id"),
    "settings": ("key", "value", "set_by", "set_on", "reason"),
    "summary_measures": ("measure_id",),
    "summary_values": ("measure_id", "wave", "school_id"),
    **{table.name: table.keys for table in REGISTERS.values()},
}  # fmt: skip


def journals() -> list[Sql]:
    """Return the statement that creates the journal of each table missing one."""
    return [
        sql(
            """CREATE TABLE IF NOT EXISTS {journal} AS SELECT 0::INTEGER AS file_id,
                 x AS before, x AS after FROM {table} x LIMIT 0""",
            journal=_journal(table),
            table=name(table),
        )
        for table in KEYS
    ]


def open_page(connection: duckdb.DuckDBPyConnection, tables: tuple[str, ...]) -> None:
    """Note what stands in *tables* before an import, within its transaction."""
    for table in tables:
        connection.execute(
            sql(
                "CREATE OR REPLACE TEMP TABLE {earlier} AS SELECT * FROM {table}",
                earlier=_earlier(table),
                table=name(table),
            )
        )


def write_page(
    connection: duckdb.DuckDBPyConnection, tables: tuple[str, ...], file_id: int
) -> None:
    """Note every row of *tables* that the import *file_id* changed."""
    for table in tables:
        keys = [name(k) for k in KEYS[table]]
        connection.execute(
            sql(
                """INSERT INTO {journal} SELECT {file_id}, b.r, a.r
                   FROM (SELECT x AS r, {keys} FROM {earlier} x) b
                   FULL JOIN (SELECT x AS r, {keys} FROM {table} x) a ON {same}
                   WHERE a.r IS DISTINCT FROM b.r""",
                journal=_journal(table),
                file_id=file_id,
                keys=keys,
                earlier=_earlier(table),
                table=name(table),
                same=_same("a", "b", table),
            )
        )
        connection.execute(sql("DROP TABLE {earlier}", earlier=_earlier(table)))


def tear_out(connection: duckdb.DuckDBPyConnection, file_id: int) -> set[str]:
    """Undo what the import changed; return the tables it had changed.

    A row that a later import changed stays as that one left it.
    """
    touched = set()
    for table in KEYS:
        count = connection.execute(
            sql(
                "SELECT count(*) FROM {journal} WHERE file_id = {file_id}",
                journal=_journal(table),
                file_id=file_id,
            )
        ).fetchone()
        if count and count[0]:
            touched.add(table)
            _unlink(connection, table, file_id)
            _put_back(connection, table)
    return touched


def _unlink(
    connection: duckdb.DuckDBPyConnection, table: str, file_id: int
) -> None:  # fmt: skip
    """Take the page out; leave in `leaving` the rows no later import changed."""
    journal = _journal(table)
    keys = [
        sql("coalesce(after.{k}, before.{k}) AS {k}", k=name(k)) for k in KEYS[table]
    ]
    connection.execute(
        sql(
            """CREATE OR REPLACE TEMP TABLE leaving AS
               WITH p AS (SELECT file_id, before, {keys} FROM {journal})
               SELECT l.*, (SELECT min(p.file_id) FROM p
                 WHERE p.file_id > l.file_id AND {same}) AS later
               FROM p l WHERE l.file_id = {file_id}""",
            keys=keys,
            journal=journal,
            same=_same("p", "l", table),
            file_id=file_id,
        )
    )
    later = joined(
        " AND ",
        [
            sql(
                "coalesce(j.after.{k}, j.before.{k}) IS NOT DISTINCT FROM l.{k}",
                k=name(k),
            )
            for k in KEYS[table]
        ],
    )
    connection.execute(
        sql(
            """UPDATE {journal} j SET before = l.before FROM leaving l
               WHERE j.file_id = l.later AND {later}""",
            journal=journal,
            later=later,
        )
    )
    connection.execute(
        sql(
            "DELETE FROM {journal} WHERE file_id = {file_id} OR before = after",
            journal=journal,
            file_id=file_id,
        )
    )
    connection.execute("DELETE FROM leaving WHERE later IS NOT NULL")


def _put_back(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Put what stood before in the place of the rows in `leaving`."""
    has_key = _has_primary_key(connection, table)
    connection.execute(
        sql(
            """DELETE FROM {table} t WHERE EXISTS (SELECT 1 FROM leaving l
                 WHERE {same} AND ({all} OR l.before IS NULL))""",
            table=name(table),
            same=_same("t", "l", table),
            # A row that has a primary key is replaced, not deleted and put again.
            all=not has_key,
        )
    )
    connection.execute(
        sql(
            """INSERT {verb}INTO {table} SELECT unnest(before) FROM leaving
               WHERE before IS NOT NULL""",
            verb=Sql("OR REPLACE " if has_key else ""),
            table=name(table),
        )
    )


def _has_primary_key(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    row = connection.execute(
        """SELECT count(*) FROM duckdb_constraints()
           WHERE table_name = ? AND constraint_type = 'PRIMARY KEY'""",
        [table],
    ).fetchone()
    return bool(row and row[0])


def _same(one: str, other: str, table: str) -> Sql:
    return joined(
        " AND ",
        [
            sql(
                "{one}.{k} IS NOT DISTINCT FROM {other}.{k}",
                one=Sql(one),
                other=Sql(other),
                k=name(k),
            )
            for k in KEYS[table]
        ],
    )


def _journal(table: str) -> Sql:
    return name(f"journal_{table}")


def _earlier(table: str) -> Sql:
    return name(f"earlier_{table}")
