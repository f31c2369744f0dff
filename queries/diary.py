"""What registers say day by day: occasions, requests, promised outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from data.catalogue import Text
from data.model.release_tables import OCCASIONS, OUTCOMES, REQUESTS
from data.model.viewer import Viewer
from queries.scope import rows_in_scope


@dataclass(frozen=True, slots=True)
class Occasion:
    """One occasion on which the case was made, or one initiative at a school.

    Attributes:
        school_id: empty for the whole district.
        hours: of an initiative, a month per teacher; None where nobody said.
    """

    occasion_id: str
    school_id: str
    starts_on: date
    ends_on: date | None
    led_by: tuple[str, ...]
    heard_by: tuple[str, ...]
    depth: int | None
    hours: float | None
    serves: str | None
    name: str | None


def occasions(
    connection: sa.Connection,
    viewer: Viewer,
    *,
    indicator: str,
    school_id: str | None = None,
) -> list[Occasion]:
    """Return occasions (CH-3) or initiatives (NI-1), oldest first.

    Args:
        school_id: those of one school and of the whole district.

    Source: table occasions.
    """
    t = OCCASIONS
    statement = sa.select(t).where(
        t.c.indicator_id == indicator, rows_in_scope(t, viewer)
    )
    if school_id is not None:
        statement = statement.where(t.c.school_id.in_(("", school_id)))
    statement = statement.order_by(t.c.starts_on, t.c.occasion_id, t.c.school_id)
    return [
        Occasion(
            occasion_id=r.occasion_id,
            school_id=r.school_id,
            starts_on=date.fromisoformat(r.starts_on),
            ends_on=_day(r.ends_on),
            led_by=_several(r.led_by),
            heard_by=_several(r.heard_by),
            depth=r.depth,
            hours=r.hours,
            serves=r.serves,
            name=r.name,
        )
        for r in connection.execute(statement)
    ]


@dataclass(frozen=True, slots=True)
class Request:
    """One request for support or an exception.

    Attributes:
        category: S0 to S10; empty for an exception.
        outcome: what became of it; None while it is open.
    """

    kind: str
    request_id: str
    school_id: str
    category: str
    opened_on: date
    replied_on: date | None
    closed_on: date | None
    outcome: str | None


def requests(
    connection: sa.Connection, viewer: Viewer, *, open_only: bool = False
) -> list[Request]:
    """Return the requests a viewer may read, oldest first; none for the public.

    Source: table requests.
    """
    t = REQUESTS
    statement = sa.select(t).where(rows_in_scope(t, viewer))
    if open_only:
        statement = statement.where(t.c.closed_on.is_(None))
    statement = statement.order_by(t.c.opened_on, t.c.kind, t.c.request_id)
    return [
        Request(
            kind=r.kind,
            request_id=r.request_id,
            school_id=r.school_id,
            category=r.category,
            opened_on=date.fromisoformat(r.opened_on),
            replied_on=_day(r.replied_on),
            closed_on=_day(r.closed_on),
            outcome=r.outcome,
        )
        for r in connection.execute(statement)
    ]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the district promised to hold.

    Attributes:
        unit: "points" or "SD".
        margin: the dip the board allowed, in that unit.
    """

    outcome_id: str
    name: Text
    unit: str
    margin: float
    registered_on: date


def outcomes(connection: sa.Connection, viewer: Viewer) -> list[Outcome]:
    """Return the promised outcomes; a public act of the board.

    Source: table outcomes.
    """
    del viewer  # the same for everyone
    t = OUTCOMES
    return [
        Outcome(
            r.outcome_id,
            Text.of({"en": r.name_en, "es": r.name_es}),
            r.unit,
            r.margin,
            date.fromisoformat(r.registered_on),
        )
        for r in connection.execute(sa.select(t).order_by(t.c.outcome_id))
    ]


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _several(text: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (text or "").split(";") if part.strip())
