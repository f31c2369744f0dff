"""Registers kept in the ledger, brought through the same door as those in files."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import duckdb
from sqlalchemy.orm import Session

from data.ingest.canonical import load_canonical
from data.ingest.canonical_tables import TABLES, Table
from data.ingest.hashing import hash_key
from data.ingest.report import Report
from data.ledger.entries import Entry, every_version, standing
from data.ledger.registers import CROSSWALK, REGISTERS
from data.ledger.store import Ledger
from data.model.vocabulary import PULSE_QUESTIONS
from data.settings import Settings

Row = dict[str, str]
# An occasion before who was reached by it: the door asks for it.
ORDER = (
    "settings",
    "learning_engine",
    "case_event",
    "event_reach",
    "initiative",
    "try",
    "pulse",
    "support_request",
    "exception_request",
)
# What tells the rows of one entry apart in the warehouse; a pulse's rows are as many
# as people coded it, and all of them give way.
STAGED, LEAVING = "staged", "leaving"
ROWS_OF = {
    "pulse": ("month", "principal_key", "question"),
    "settings": ("key", "set_by", "set_on"),
}


def take_in(
    connection: duckdb.DuckDBPyConnection, settings: Settings, ledger: Ledger
) -> int:
    """Bring every register of the ledger into the warehouse; return how many rows.

    What an entry brought before gives way first, so that one changed or taken out
    in the ledger is so in the warehouse. Each register whole, or not at all.

    Raises:
        RowsContradict: an entry the door refuses, for example of a school that the
            school file no longer has.
    """
    kept = 0
    with ledger.reading() as session:
        for name in ORDER:
            rows = list(_rows(session, name, standing(session, name)))
            leaving = _all_rows(session, name)
            if leaving:
                kept += _exchange(connection, settings, TABLES[name], leaving, rows)
    return kept


def _rows(session: Session, name: str, entries: list[Entry]) -> Iterator[Row]:
    """Yield the canonical rows of *entries*, the oldest first."""
    coded = _codings(session) if name == "pulse" else {}
    for entry in reversed(entries):
        yield from _rows_of(name, entry.key, entry.values, coded.get(entry.key, {}))


def _all_rows(session: Session, name: str) -> list[Row]:
    """Return the rows every version ever had, to tell what must give way."""
    return [
        row
        for version in every_version(session, name)
        for row in _rows_of(name, version.key, dict(version.values), {})
    ]


def _rows_of(
    name: str, key: str, values: Row, codings: dict[str, dict[str, str]]
) -> Iterator[Row]:
    register = REGISTERS[name]
    if name == "pulse":
        yield from _pulse_rows(values, codings)
        return
    row = dict(values)
    if register.id_column:
        row[register.id_column] = key
    if name == "learning_engine":
        # How many cells are filled is what a release says; their texts stay here.
        cells = [f.name.split(".", 1)[1] for f in CROSSWALK if values.get(f.name)]
        row["crosswalk"] = ";".join(c.replace(".", "/") for c in cells)
    yield row


def _pulse_rows(values: Row, codings: dict[str, dict[str, str]]) -> Iterator[Row]:
    """Yield one row a question and coder; uncoded answers count as answered."""
    for question in PULSE_QUESTIONS:
        row = {
            "month": values["month"],
            "principal_key": values["principal_key"],
            "school_id": values["school_id"],
            "question": question,
            "text": values.get(question, ""),
        }
        if not row["text"]:
            continue
        for coder, codes in sorted(codings.get(question, {}).items()):
            yield {**row, "coder": coder, "codes": codes}
        if not codings.get(question):
            yield row


def _codings(session: Session) -> dict[str, dict[str, dict[str, str]]]:
    """Return pulse entry → question → coder → codes."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for entry in standing(session, "coding"):
        of = found.setdefault(entry.values["pulse"], {})
        coders = of.setdefault(entry.values["question"], {})
        coders[entry.values["coder"]] = entry.values["codes"]
    return found


def _exchange(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    table: Table,
    leaving: list[Row],
    rows: list[Row],
) -> int:
    """Take out what *leaving* brought and bring *rows*, both or neither."""
    names = tuple(c.name for c in table.columns)
    # Before the transaction: only committed rows count from 0, and 0 is the header.
    _stage(connection, STAGED, names, [dict(zip(names, names, strict=True)), *rows])
    keys = ROWS_OF.get(table.name, table.keys)
    _stage(connection, LEAVING, keys, leaving)
    report = Report(f"ledger: {table.name}", "ledger", "utf-8")
    secret = hash_key(connection, settings)
    connection.execute("BEGIN")
    try:
        _give_way(connection, table, keys, secret)
        if rows:
            load_canonical(
                connection,
                table,
                names,
                report,
                key=secret,
                lines=lambda record: record,
            )
        connection.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(duckdb.TransactionException):
            connection.execute("ROLLBACK")
        raise
    return report.kept


def _stage(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    columns: tuple[str, ...],
    rows: list[Row],
) -> None:
    made = ", ".join(f"c{i} VARCHAR" for i in range(len(columns)))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({made})")
    cells = [[row.get(c) or None for c in columns] for row in rows]
    marks = ", ".join("?" * len(columns))
    connection.executemany(f"INSERT INTO {name} VALUES ({marks})", cells)


def _give_way(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    keys: tuple[str, ...],
    secret: str,
) -> None:
    people = {c.name for c in table.columns if c.is_person}
    same = " AND ".join(
        f"coalesce(t.\"{k}\"::VARCHAR, '') = "
        + (
            f"left(sha256('{secret}' || l.c{i}), 24)"
            if k in people
            else f"coalesce(l.c{i}, '')"
        )
        for i, k in enumerate(keys)
    )
    connection.execute(
        f'DELETE FROM "{table.name}" t WHERE EXISTS '
        f"(SELECT 1 FROM {LEAVING} l WHERE {same})"
    )
