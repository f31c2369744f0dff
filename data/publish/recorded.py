"""Imports and builds, each with its line in the log before and after."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb

from data.ingest.door import Arriving, import_file, reread
from data.ingest.report import Report
from data.ingest.whose import check_is_real, check_shown_as_it_is
from data.ledger.audit_log import Act
from data.ledger.intents import Intent, begin, end
from data.ledger.store import Ledger
from data.publish.build import Progress, build_release
from data.publish.permissions import Actor
from data.publish.settling import (
    settle_build,
    settle_import,
    settle_warehouse,
    telling,
)
from data.publish.steps import reached
from data.publish.taking_back import remember_imports
from data.settings import Settings


def recorded_import(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    ledger: Ledger,
    actor: Actor,
    path: Path,
    *,
    mapping_file: Path | None = None,
    wave: str | None = None,
    sheet: str | None = None,
    accept_header: bool = False,
    replace: bool = False,
    is_made_up: bool = False,
) -> Report:
    """Import one file; the log says before that it comes, and after what came.

    Args:
        is_made_up: it is the demo's own.

    Raises:
        HomeIsAnothers: the warehouse is the demo's, and the file is not.
        ImportFileError: the file was refused whole; nothing changed.
        LedgerError: the log cannot be written, so nothing was imported.
    """
    settle_warehouse(connection, settings.releases, ledger)
    if not is_made_up:
        check_is_real(connection)

    def act(announce: Callable[[Arriving], None]) -> Report:
        return import_file(
            connection,
            settings,
            path,
            mapping_file=mapping_file,
            wave=wave,
            sheet=sheet,
            accept_header=accept_header,
            replace=replace,
            announce=announce,
        )

    return _recorded(connection, ledger, actor, act)


def recorded_reread(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    ledger: Ledger,
    actor: Actor,
    number: int,
    *,
    mapping_file: Path | None = None,
) -> Report:
    """Read what was kept of an import again; told in the log as an import.

    Raises:
        OriginalNotKept: there is none, or no longer.
        ImportFileError: it was refused whole; nothing changed.
        LedgerError: the log cannot be written, so nothing was read.
    """
    settle_warehouse(connection, settings.releases, ledger)

    def act(announce: Callable[[Arriving], None]) -> Report:
        return reread(
            connection, settings, number, mapping_file=mapping_file, announce=announce
        )

    return _recorded(connection, ledger, actor, act)


def _recorded(
    connection: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    actor: Actor,
    act: Callable[[Callable[[Arriving], None]], Report],
) -> Report:
    announced: list[Intent] = []

    def announce(file: Arriving) -> None:
        details = {"file": file.file_id, "sha256": file.sha256}
        with ledger.writing() as session:
            line = begin(session, actor.name, Act.IMPORTING, file.name, details)
        announced.append(line)
        reached("import announced")

    try:
        report = act(announce)
        reached("import committed")
    except BaseException:
        # By the facts: a commit may have reached the disk and still have failed. Where
        # even this cannot be written, the next command does it.
        with contextlib.suppress(Exception), ledger.writing() as session:
            for intent in announced:
                settle_import(session, connection, intent)
        raise
    with telling(f"{report.name} was imported"), ledger.writing() as session:
        for intent in announced:
            end(session, intent, is_done=True, details=report.counts)
        reached("import told")
    return report


def recorded_build(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    ledger: Ledger,
    actor: Actor,
    *,
    wave: str,
    district: str,
    notes: Mapping[str, str] | None = None,
    corrects: tuple[str, str] | None = None,
    progress: Progress = lambda _: None,
) -> str:
    """Build a draft; the log names the builder before there is one.

    Raises:
        ReleaseError: there is none; nothing is left behind.
        HomeIsAnothers: the demo's switch is on over a real district's data.
    """
    check_shown_as_it_is(connection, as_demo=settings.demo)
    settle_warehouse(connection, settings.releases, ledger)
    announced: list[Intent] = []

    def announce(release_id: str) -> dict[str, object]:
        details = {"corrects": corrects[0]} if corrects else {}
        with ledger.writing() as session:
            line = begin(session, actor.name, Act.BUILDING, release_id, details)
        announced.append(line)
        remember_imports(connection, release_id)
        reached("build announced")
        return {"line": line.number, "seal": line.seal}

    def tell() -> None:
        with ledger.writing() as session:
            for intent in announced:
                settle_build(session, settings.releases, intent)
            reached("build told")

    try:
        release_id = build_release(
            connection,
            settings,
            wave=wave,
            district=district,
            notes=notes,
            corrects=corrects,
            progress=progress,
            announce=announce,
        )
    except BaseException:
        with contextlib.suppress(Exception):
            tell()
        raise
    with telling(f"{release_id} was built"):
        tell()
    return release_id
