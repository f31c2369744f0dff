"""The audit log: who did what, when; each line sealed to the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from data.errors import AuditLogBroken
from data.ledger.tables import AuditEntry

START = "0" * 64
COMMAND_LINE = "command line"


class Act(StrEnum):
    """What is written down."""

    SIGNED_IN = "signed in"
    SIGNED_OUT = "signed out"
    IMPORTING = "is importing"
    IMPORTED = "imported"
    NOT_IMPORTED = "did not import"
    UNDOING = "is taking back"
    UNDID = "took back"
    NOT_UNDONE = "did not take back"
    FORGETTING = "is forgetting"
    FORGOT = "forgot"
    NOT_FORGOTTEN = "did not forget"
    SETTING = "changed a setting"
    ROLE = "changed a role"
    BUILDING = "is building"
    BUILT = "built"
    NOT_BUILT = "did not build"
    SUBMITTED = "submitted for review"
    CHECKED = "checked"
    RETURNED = "returned to draft"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    PUBLISHING = "is publishing"
    PUBLISHED = "published"
    NOT_PUBLISHED = "did not publish"
    WITHDRAWING = "is withdrawing"
    WITHDREW = "withdrew"
    NOT_WITHDRAWN = "did not withdraw"
    WROTE = "wrote in a register"
    DOWNLOADED = "downloaded staff data"


def record(
    session: Session,
    actor: str,
    act: Act,
    subject: str,
    details: Mapping[str, object] | None = None,
    *,
    now: datetime | None = None,
) -> AuditEntry:
    """Add a line to the log, within the caller's transaction.

    Args:
        actor: a person's email, or "command line".
        subject: what was acted on; never a survey answer.
    """
    last = session.scalars(
        sa.select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1)
    ).first()
    entry = AuditEntry(
        number=1 if last is None else last.number + 1,
        at=(now or datetime.now(UTC)).replace(microsecond=0),
        actor=actor,
        act=act.value,
        subject=subject,
        details=json.dumps(details or {}, sort_keys=True, ensure_ascii=False),
        previous=START if last is None else last.digest,
    )
    entry.digest = digest_of(entry)
    session.add(entry)
    session.flush()
    return entry


def verify(session: Session) -> int:
    """Return how many lines the log has, after checking every seal.

    Raises:
        AuditLogBroken: a line was changed, taken out or put in.
    """
    previous, number = START, 0
    for entry in session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number)):
        number += 1
        sealed = entry.digest == digest_of(entry)
        if entry.number != number or entry.previous != previous or not sealed:
            raise AuditLogBroken(number)
        previous = entry.digest
    return number


def is_begun(session: Session) -> bool:
    """Tell whether anything was ever written down."""
    return session.scalar(sa.select(sa.func.max(AuditEntry.number))) is not None


def digest_of(entry: AuditEntry) -> str:
    """Return the seal of a line: over all it says and the seal before it."""
    said = [
        entry.number,
        entry.at.astimezone(UTC).isoformat(),
        entry.actor,
        entry.act,
        entry.subject,
        entry.details,
        entry.previous,
    ]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
