"""How long survey exports are kept to be read again: until some time after approval."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import duckdb
import sqlalchemy as sa

from data.ingest.originals import sweep
from data.ledger.audit_log import Act
from data.ledger.store import Ledger
from data.ledger.tables import AuditEntry
from data.settings import Settings


def let_go(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    ledger: Ledger,
    *,
    now: datetime | None = None,
) -> int:
    """Remove the kept originals nobody needs any more; return how many.

    One is needed while a release of one of its waves is not approved, and for
    `settings.keep_originals` days after the last approval of such a release.
    """
    now = now or datetime.now(UTC)
    approved = {
        wave
        for wave, at in _approvals(ledger).items()
        if at + timedelta(days=settings.keep_originals) <= now
    }
    rows = connection.execute(
        """SELECT o.file_id, list(DISTINCT r.wave) FROM originals o
           LEFT JOIN responses r USING (file_id) GROUP BY o.file_id"""
    ).fetchall()
    # An import all of whose rows were set aside has no wave yet.
    gone = [number for number, waves in rows if set(waves) <= approved]
    for number in gone:
        connection.execute("DELETE FROM originals WHERE file_id = ?", [number])
    sweep(connection, settings)
    return len(gone)


def _approvals(ledger: Ledger) -> dict[str, datetime]:
    """Return wave → when a release of it was approved last."""
    with ledger.reading() as session:
        lines = session.execute(
            sa.select(AuditEntry.subject, sa.func.max(AuditEntry.at))
            .where(AuditEntry.act == Act.APPROVED.value)
            .group_by(AuditEntry.subject)
        ).all()
    found: dict[str, datetime] = {}
    for release_id, at in lines:
        wave = release_id.rpartition(".")[0]
        moment = at if at.tzinfo else at.replace(tzinfo=UTC)
        found[wave] = max(moment, found.get(wave, moment))
    return found
