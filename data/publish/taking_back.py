"""Imports taken back and people forgotten, told in the log before and after."""

from __future__ import annotations

import contextlib

import duckdb

from data.errors import ImportNotFound
from data.ingest.forgetting import Forgotten, forget
from data.ingest.undoing import Import, imports, undo
from data.ledger.audit_log import Act
from data.ledger.intents import begin
from data.ledger.store import Ledger
from data.publish.office import Office
from data.publish.permissions import Actor
from data.publish.settling import (
    settle_forgetting,
    settle_undo,
    settle_warehouse,
    telling,
)
from data.publish.steps import reached
from data.settings import Settings


def recorded_undo(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    ledger: Ledger,
    actor: Actor,
    number: int,
) -> tuple[Import, list[tuple[str, str]]]:
    """Take one import back; the log says so before and after.

    Returns:
        What was taken back, and (release, state) of those built with it: they keep
        their numbers until they are corrected.

    Raises:
        ImportNotFound: there is none of this number, or no longer.
        ImportInUse: a later import rests on it.
        LedgerError: the log cannot be written, so nothing was taken back.
    """
    settle_warehouse(connection, settings.releases, ledger)
    found = {i.number: i for i in imports(connection) if not i.undone_at}
    if number not in found:
        raise ImportNotFound(number)
    releases = built_with(connection, settings, ledger, number)
    with ledger.writing() as session:
        intent = begin(
            session, actor.name, Act.UNDOING, found[number].name, {"file": number}
        )
    reached("undo announced")
    try:
        gone = undo(connection, number)
        reached("undo committed")
    except BaseException:
        with contextlib.suppress(Exception), ledger.writing() as session:
            settle_undo(session, connection, intent)
        raise
    with telling(f"{gone.name} was taken back"), ledger.writing() as session:
        settle_undo(session, connection, intent)
        reached("undo told")
    return gone, releases


def recorded_forgetting(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    ledger: Ledger,
    actor: Actor,
    person: str,
) -> tuple[Forgotten, list[tuple[str, str]]]:
    """Remove a person; the log says that, and how much, and never who.

    Returns:
        What was removed, and (release, state) of those their answers are in.

    Raises:
        PersonUnknown: nothing is known of them.
        LedgerError: the log cannot be written, so nothing was removed.
    """
    settle_warehouse(connection, settings.releases, ledger)
    row = connection.execute("SELECT count(*) FROM forgotten").fetchone()
    before = row[0] if row else 0
    with ledger.writing() as session:
        intent = begin(
            session, actor.name, Act.FORGETTING, "a person", {"before": before}
        )
    reached("forgetting announced")
    try:
        found = forget(connection, settings, person)
        reached("forgetting committed")
    except BaseException:
        with contextlib.suppress(Exception), ledger.writing() as session:
            settle_forgetting(session, connection, intent)
        raise
    releases = {
        pair: None
        for number in found.imports
        for pair in built_with(connection, settings, ledger, number)
    }
    with telling("a person was forgotten"), ledger.writing() as session:
        settle_forgetting(session, connection, intent)
        reached("forgetting told")
    return found, list(releases)


def built_with(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    ledger: Ledger,
    number: int,
) -> list[tuple[str, str]]:
    """Return (release, state) of each release the import was in when it was built."""
    rows = connection.execute(
        "SELECT DISTINCT release_id FROM built_from WHERE file_id = ?", [number]
    ).fetchall()
    named = {release_id for (release_id,) in rows}
    everything = Office(settings.releases, ledger).everything()
    return [(x.release_id, str(x.state)) for x in everything if x.release_id in named]


def remember_imports(connection: duckdb.DuckDBPyConnection, release_id: str) -> None:
    """Note which imports a release about to be built is built from."""
    # A draft removed and built again has the same name.
    connection.execute("DELETE FROM built_from WHERE release_id = ?", [release_id])
    connection.execute(
        "INSERT INTO built_from SELECT ?, file_id FROM files", [release_id]
    )
