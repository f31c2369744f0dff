"""Removing one person: from responses, registers, set-aside rows and kept originals."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, date, datetime

import duckdb

from data.errors import PersonUnknown
from data.ingest.canonical_tables import REGISTERS
from data.ingest.formats import Layout
from data.ingest.hashing import hash_key, mark_of
from data.ingest.judging import value_of
from data.ingest.mapping import Field
from data.ingest.originals import FOLDER, Original, original_of, put_in_place, sweep
from data.ingest.sql import Sql, cell, joined, name, sql
from data.ingest.tools import Format
from data.model.durable import OWNER_ONLY, flush_folder
from data.settings import Settings


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was removed.

    Attributes:
        responses, rows: counts; rows are those of registers and those set aside.
        imports: numbers of the imports they came from.
        originals: how many kept originals held the person.
    """

    responses: int
    rows: int
    originals: int
    imports: tuple[int, ...]


def forget(
    connection: duckdb.DuckDBPyConnection, settings: Settings, person: str
) -> Forgotten:
    """Remove everything known of *person*, and know them again to leave them out.

    Args:
        person: the id as an export or a register has it.

    Raises:
        PersonUnknown: nothing is known of them; nothing changed.
    """
    key = hash_key(connection, settings)
    kept = _originals(connection)
    hashes = _hashes(connection, person, key, kept)
    connection.execute("BEGIN")
    try:
        found = _remove(connection, settings, hashes, kept)
        _check_known(found)
        connection.execute(
            sql(
                """INSERT INTO forgotten SELECT {mark}, {today}
                   FROM (SELECT unnest([{hashes}]) AS h)""",
                mark=mark_of(Sql("h"), key),
                today=sql("{d}::DATE", d=_today().isoformat()),
                hashes=hashes,
            )
        )
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    sweep(connection, settings)
    return found


def write_anew(settings: Settings) -> None:
    """Write the warehouse into a new file: what was deleted is not in it.

    A database keeps deleted rows in its file until it needs their room.
    """
    path = settings.warehouse
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with duckdb.connect(config={"memory_limit": settings.memory_limit}) as connection:
        # Held for writing, so that no other command comes between.
        connection.execute(sql("ATTACH {old} AS old", old=str(path)))
        connection.execute(sql("ATTACH {fresh} AS fresh", fresh=str(fresh)))
        connection.execute("COPY FROM DATABASE old TO fresh")
        connection.execute("DETACH fresh")
        fresh.chmod(OWNER_ONLY)
        fresh.replace(path)
        flush_folder(path.parent)


def _hashes(
    connection: duckdb.DuckDBPyConnection,
    person: str,
    key: str,
    kept: list[Original],
) -> list[str]:
    """Return the hashes the id may have: as it is, and as each mapping reads it."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE asked AS SELECT ?::VARCHAR AS c0",
        [person.strip()],
    )
    fields: dict[str, Field] = {}
    for original in kept:
        source = original.mapping.respondent
        if source and source.header:
            fields[source.model_dump_json()] = source
    values = [sql("trim({cell})", cell=cell(0))]
    for source in fields.values():
        alone = Layout(Format.PLAIN, (source.header or "",), 0)
        values.append(value_of(alone, source))
    rows = connection.execute(
        sql(
            """SELECT DISTINCT left(sha256({key} || v), 24)
               FROM (SELECT unnest([{values}]) AS v FROM asked s) ORDER BY 1""",
            key=key,
            values=values,
        )
    ).fetchall()
    return [found for (found,) in rows]


def _originals(connection: duckdb.DuckDBPyConnection) -> list[Original]:
    rows = connection.execute("SELECT file_id FROM originals ORDER BY 1").fetchall()
    return [original_of(connection, number) for (number,) in rows]


def _remove(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    hashes: list[str],
    kept: list[Original],
) -> Forgotten:
    theirs = sql("resp_key IN ({hashes})", hashes=hashes)
    files = connection.execute(
        sql(
            """SELECT DISTINCT file_id FROM responses WHERE {theirs}
               UNION SELECT file_id FROM quarantine WHERE {theirs} ORDER BY 1""",
            theirs=theirs,
        )
    ).fetchall()
    for table in ("answers", "ties", "replaced"):
        connection.execute(
            sql(
                """DELETE FROM {table} WHERE response_no IN
                     (SELECT response_no FROM responses WHERE {theirs})""",
                table=name(table),
                theirs=theirs,
            )
        )
    responses = _delete(connection, "responses", theirs)
    rows = _delete(connection, "quarantine", theirs)
    for register in REGISTERS.values():
        for column in (c.name for c in register.columns if c.is_person):
            rows += _remove_from(connection, register.name, column, hashes)
    originals = {o.kept: o for o in kept}
    changed = [
        o for o in originals.values() if _take_out(connection, settings, o, hashes)
    ]
    numbers = {number for (number,) in files}
    numbers |= {o.file_id for o in kept if o.kept in {c.kept for c in changed}}
    return Forgotten(responses, rows, len(changed), tuple(sorted(numbers)))


def _delete(connection: duckdb.DuckDBPyConnection, table: str, test: Sql) -> int:
    row = connection.execute(
        sql("DELETE FROM {table} WHERE {test}", table=name(table), test=test)
    ).fetchone()
    return int(row[0]) if row else 0


def _remove_from(
    connection: duckdb.DuckDBPyConnection, table: str, column: str, hashes: list[str]
) -> int:
    """Remove the person's rows from a register, and from what undoing brings back."""
    theirs = sql("{column} IN ({hashes})", column=name(column), hashes=hashes)
    journal = f"journal_{table}"
    for side in ("before", "after"):
        _delete(
            connection,
            journal,
            sql(
                "{side}.{column} IN ({hashes})",
                side=Sql(side),
                column=name(column),
                hashes=hashes,
            ),
        )
    return _delete(connection, table, theirs)


def _take_out(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    original: Original,
    hashes: list[str],
) -> bool:
    """Write a kept original again without the person; True where they were in it."""
    folder = settings.home / FOLDER
    path = folder / f"{original.kept}.parquet"
    if not path.exists():
        return False
    places = [Sql(f"c{i:d}") for i in original.hashed]
    tests = [
        sql("{p} IN ({hashes})", p=p, hashes=hashes) for p in (*places, Sql("row_key"))
    ]
    test = sql("coalesce({tests}, false)", tests=joined(" OR ", tests))
    row = connection.execute(
        sql(
            "SELECT count(*) FROM read_parquet({path}) WHERE {test}",
            path=str(path),
            test=test,
        )
    ).fetchone()
    if not row or not row[0]:
        return False
    fresh = folder / f".{os.getpid()}.parquet"
    connection.execute(
        sql(
            """COPY (SELECT * FROM read_parquet({path}) WHERE NOT {test})
               TO {fresh} (FORMAT parquet, COMPRESSION zstd)""",
            path=str(path),
            test=test,
            fresh=str(fresh),
        )
    )
    connection.execute(
        "UPDATE originals SET kept = ? WHERE kept = ?",
        [put_in_place(fresh), original.kept],
    )
    return True


def _check_known(found: Forgotten) -> None:
    if not (found.responses or found.rows or found.originals):
        raise PersonUnknown


def _today() -> date:
    return datetime.now(UTC).date()
