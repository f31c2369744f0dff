"""What the log must say, seen from what happened: the shelf and the warehouse.

The seals tell that no line of the log was changed. They cannot tell that its end was
cut off, or that all of it was written anew; what lies elsewhere can.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import sqlalchemy as sa
from sqlalchemy.orm import Session

from data.ledger.audit_log import Act
from data.ledger.tables import AuditEntry, ReleaseRecord
from data.model.shelf import (
    DRAFTS,
    MANIFEST,
    draft_folder,
    read_pointer,
    release_folder,
)


def unsaid_of_shelf(session: Session, shelf: Path) -> Iterator[str]:
    """Yield what happened on the shelf and is not in the log, a sentence each."""
    for line in read_pointer(shelf).history:
        name = line.release_id
        yield from _cut(session, release_folder(shelf, name))
        if not _has(session, Act.PUBLISHED, name):
            yield f"{name} was published and no line says so"
        if line.is_withdrawn and not _has(session, Act.WITHDREW, name):
            yield f"{name} was withdrawn and no line says so"
    for folder in sorted((shelf / DRAFTS).glob("[!.]*")):
        yield from _cut(session, draft_folder(shelf, folder.name))
        row = session.get(ReleaseRecord, folder.name)
        if row is None or not row.built_by:
            yield f"nobody is on record as the builder of {folder.name}"


def unsaid_of_warehouse(
    session: Session, connection: duckdb.DuckDBPyConnection
) -> Iterator[str]:
    """Yield which files came in and are not in the log, a sentence each."""
    lines = session.scalars(
        sa.select(AuditEntry.details).where(AuditEntry.act == Act.IMPORTING)
    )
    told = [json.loads(line) for line in lines]
    known = {(d.get("file"), d.get("sha256")) for d in told}
    files = connection.execute(
        "SELECT name, file_id, sha256 FROM files ORDER BY file_id"
    ).fetchall()
    for name, *key in files:
        if tuple(key) not in known:
            yield f"{name} was imported and no line says so"


def _cut(session: Session, folder: Path) -> Iterator[str]:
    """Yield a sentence where the line a release was built under is gone."""
    with contextlib.suppress(OSError, ValueError):
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        anchor = manifest.get("log")
        if anchor:
            line = session.get(AuditEntry, anchor["line"])
            if line is None or line.digest != anchor["seal"]:
                yield (
                    f"line {anchor['line']}, under which {folder.name} was built, is "
                    "not the one its manifest names"
                )


def _has(session: Session, act: Act, subject: str) -> bool:
    found = session.scalars(
        sa.select(AuditEntry.number)
        .where(AuditEntry.act == act, AuditEntry.subject == subject)
        .limit(1)
    )
    return found.first() is not None
