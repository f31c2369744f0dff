"""What the ledger keeps of one release on its way: who built it, where it stands."""

from __future__ import annotations

import json

import sqlalchemy as sa
from sqlalchemy.orm import Session

from data.ledger.audit_log import Act
from data.ledger.tables import AuditEntry, ReleaseCheck, ReleaseRecord
from data.model.standing import State


def record_of(session: Session, release_id: str) -> ReleaseRecord:
    """Return the ledger's record of *release_id*, begun where there is none."""
    row = session.get(ReleaseRecord, release_id)
    if row is None:
        row = ReleaseRecord(
            release_id=release_id, state=State.DRAFT, built_by="", early_readers=[]
        )
        session.add(row)
        session.flush()
    return row


def record_builder(session: Session, release_id: str, builder: str) -> None:
    """Put a freshly built draft on record; nobody has looked at it yet.

    A draft whose folder was removed leaves a record that the next one of the same
    number must not inherit: it would be approved before anybody saw it.
    """
    row = record_of(session, release_id)
    row.built_by, row.state = builder, State.DRAFT
    row.approved_by, row.publish_at, row.early_readers = None, None, []
    session.execute(
        sa.delete(ReleaseCheck).where(ReleaseCheck.release_id == release_id)
    )


def stated_in(session: Session, release_id: str) -> dict[str, str]:
    """Return point → the words it was last stated in, since the release was built."""
    lines = session.scalars(
        sa.select(AuditEntry)
        .where(
            AuditEntry.subject == release_id,
            AuditEntry.act.in_([Act.BUILT, Act.CHECKED]),
        )
        .order_by(AuditEntry.number)
    )
    found: dict[str, str] = {}
    for line in lines:
        if line.act == Act.BUILT:
            found.clear()
            continue
        details = json.loads(line.details)
        found[details["point"]] = details.get("because", "")
    return found
