"""Completes the log where a process ended between an act and the line that tells it.

By the facts: the shelf says what was built, published and withdrawn, the warehouse
which files came in. Who holds the shelf, or the warehouse, knows that nobody else is
in the middle of acting on it.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
from sqlalchemy.orm import Session

from data.errors import ChorusError, LogBehind
from data.ledger.audit_log import Act
from data.ledger.intents import Intent, end, open_intents
from data.ledger.store import Ledger
from data.model.shelf import (
    MANIFEST,
    draft_folder,
    read_pointer,
    release_folder,
)
from data.publish.records import record_builder
from data.publish.shelf_moves import moving, take_off
from data.publish.steps import reached

OF_THE_WAREHOUSE = (Act.IMPORTING, Act.UNDOING, Act.FORGETTING, Act.BUILDING)


@contextlib.contextmanager
def telling(what: str) -> Iterator[None]:
    """Say that *what* is done, where the log cannot.

    Raises:
        LogBehind: the line could not be written; the next command writes it.
    """
    try:
        yield
    except (ChorusError, OSError) as error:
        raise LogBehind(what, str(error)) from error


def settle_shelf(shelf: Path, ledger: Ledger) -> list[Intent]:
    """Settle what the shelf can tell; return what only the warehouse can.

    A release that was renamed and never pointed to is a draft again.
    """
    with ledger.reading() as session:
        if not open_intents(session):
            return []
    with moving(shelf), ledger.writing() as session:
        for intent in open_intents(session, Act.PUBLISHING, Act.WITHDRAWING):
            settle_move(session, shelf, intent)
        for intent in open_intents(session, Act.BUILDING):
            if was_built(shelf, intent):
                _built(session, intent)
        reached("log settled")
        left = open_intents(session)
    reached("log kept")
    return left


def settle_move(session: Session, shelf: Path, intent: Intent) -> None:
    """Settle a publication or a withdrawal; the caller holds the shelf."""
    history = {x.release_id: x for x in read_pointer(shelf).history}
    line = history.get(intent.subject)
    if intent.act is Act.WITHDRAWING:
        end(session, intent, is_done=line is not None and line.is_withdrawn)
        return
    if line is None:
        take_off(shelf, intent.subject)
    end(session, intent, is_done=line is not None)


def settle_warehouse(
    connection: duckdb.DuckDBPyConnection, shelf: Path, ledger: Ledger
) -> None:
    """Settle imports and builds; whoever holds the warehouse is the only one at it."""
    with ledger.reading() as session:
        if not open_intents(session, *OF_THE_WAREHOUSE):
            return
    with ledger.writing() as session:
        for intent in open_intents(session, *OF_THE_WAREHOUSE):
            if intent.act is Act.BUILDING:
                settle_build(session, shelf, intent)
            elif intent.act is Act.UNDOING:
                settle_undo(session, connection, intent)
            elif intent.act is Act.FORGETTING:
                settle_forgetting(session, connection, intent)
            else:
                settle_import(session, connection, intent)


def settle_build(session: Session, shelf: Path, intent: Intent) -> None:
    """Settle a build; the caller holds the warehouse."""
    if was_built(shelf, intent):
        _built(session, intent)
    else:
        end(session, intent, is_done=False)


def settle_import(
    session: Session, connection: duckdb.DuckDBPyConnection, intent: Intent
) -> None:
    """Settle an import; the caller holds the warehouse."""
    counts = _counts_of(connection, intent)
    end(session, intent, is_done=counts is not None, details=counts)


def settle_undo(
    session: Session, connection: duckdb.DuckDBPyConnection, intent: Intent
) -> None:
    """Settle the taking back of an import; the caller holds the warehouse."""
    row = connection.execute(
        "SELECT count(*) FROM undone WHERE file_id = ?", [intent.details["file"]]
    ).fetchone()
    end(session, intent, is_done=bool(row and row[0]), details=dict(intent.details))


def settle_forgetting(
    session: Session, connection: duckdb.DuckDBPyConnection, intent: Intent
) -> None:
    """Settle the forgetting of a person; the caller holds the warehouse.

    The log knows how many were forgotten before, and never who.
    """
    row = connection.execute("SELECT count(*) FROM forgotten").fetchone()
    assert row is not None
    is_done = row[0] > int(str(intent.details["before"]))
    end(session, intent, is_done=is_done, details=dict(intent.details))


def was_built(shelf: Path, intent: Intent) -> bool:
    """Tell whether the release of *intent* is there, and is the one of this intent."""
    for place in (draft_folder, release_folder):
        with contextlib.suppress(OSError, ValueError, KeyError):
            path = place(shelf, intent.subject) / MANIFEST
            anchor = json.loads(path.read_text(encoding="utf-8"))["log"]
            return bool(anchor == {"line": intent.number, "seal": intent.seal})
    return False


def _built(session: Session, intent: Intent) -> None:
    if end(session, intent, is_done=True, details=dict(intent.details)):
        record_builder(session, intent.subject, intent.actor)


def _counts_of(
    connection: duckdb.DuckDBPyConnection, intent: Intent
) -> dict[str, object] | None:
    """Return what the warehouse knows of a file, or None where it does not have it."""
    names = ("format", "rows_read", "kept", "dropped", "set_aside", "duplicate")
    row = connection.execute(
        f"SELECT {', '.join(names)} FROM files WHERE file_id = ? AND sha256 = ?",
        [intent.details["file"], intent.details["sha256"]],
    ).fetchone()
    return dict(zip(names, row, strict=True)) if row else None
