"""What is about to be done: a line before each act, and one that says how it ended.

An act that touches another store – the warehouse, the shelf – cannot be one
transaction with its line in the log. So the log says first what is about to happen,
and a process that is killed leaves an open intent, which the next one settles by
looking at the facts. Acts that are in the ledger alone need none: they and their
line are one transaction.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from data.ledger.audit_log import Act, record
from data.ledger.tables import AuditEntry

SETTLES = "settles"
# What is about to be done → the line that it was, and the line that it was not.
ENDS: dict[Act, tuple[Act, Act]] = {
    Act.IMPORTING: (Act.IMPORTED, Act.NOT_IMPORTED),
    Act.UNDOING: (Act.UNDID, Act.NOT_UNDONE),
    Act.FORGETTING: (Act.FORGOT, Act.NOT_FORGOTTEN),
    Act.BUILDING: (Act.BUILT, Act.NOT_BUILT),
    Act.PUBLISHING: (Act.PUBLISHED, Act.NOT_PUBLISHED),
    Act.WITHDRAWING: (Act.WITHDREW, Act.NOT_WITHDRAWN),
}


@dataclass(frozen=True, slots=True)
class Intent:
    """A line that says what is about to be done.

    Attributes:
        number, seal: of the line in the audit log.
    """

    number: int
    seal: str
    act: Act
    actor: str
    subject: str
    details: Mapping[str, object]


def begin(
    session: Session,
    actor: str,
    act: Act,
    subject: str,
    details: Mapping[str, object] | None = None,
    *,
    now: datetime | None = None,
) -> Intent:
    """Write down what *actor* is about to do."""
    line = record(session, actor, act, subject, details, now=now)
    return _intent(line)


def end(
    session: Session,
    intent: Intent,
    *,
    is_done: bool,
    details: Mapping[str, object] | None = None,
    now: datetime | None = None,
) -> bool:
    """Write down how *intent* ended; return False where that was told before.

    Whoever acted is named, also where somebody else's command found out.
    """
    if intent.number not in {i.number for i in open_intents(session)}:
        return False
    act = ENDS[intent.act][0 if is_done else 1]
    told = {**(details or {}), SETTLES: intent.number}
    record(session, intent.actor, act, intent.subject, told, now=now)
    return True


def open_intents(session: Session, *acts: Act) -> list[Intent]:
    """Return what was begun and is not told to have ended, oldest first.

    Args:
        acts: of these kinds; of every kind if none is named.
    """
    of = acts or tuple(ENDS)
    words = {w for act in of for w in (act, *ENDS[act])}
    lines = session.scalars(
        sa.select(AuditEntry)
        .where(AuditEntry.act.in_(sorted(words)))
        .order_by(AuditEntry.number)
    )
    found: dict[int, Intent] = {}
    for line in lines:
        if line.act in of:
            found[line.number] = _intent(line)
        else:
            found.pop(json.loads(line.details).get(SETTLES), None)
    return list(found.values())


def _intent(line: AuditEntry) -> Intent:
    return Intent(
        line.number,
        line.digest,
        Act(line.act),
        line.actor,
        line.subject,
        json.loads(line.details),
    )
