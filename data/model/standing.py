"""Where a release stands on its way to publication, and its checklist."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """Where a release stands."""

    DRAFT = "draft"
    REVIEW = "review"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class Point(StrEnum):
    """One point of the checklist before approval."""

    AUDIT = "disclosure_audit_passed"
    NOTES = "notes_written"
    RATES = "response_rates_seen"
    VALIDATION = "validation_status_stated"


# Points a person vouches for; the others are looked up.
VOUCHED = (Point.RATES, Point.VALIDATION)


@dataclass(frozen=True, slots=True)
class Ticked:
    """A point, whether it is met, and who vouched for it."""

    point: Point
    is_met: bool
    by: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a release stands, and what is known of its way there.

    Attributes:
        publish_at: the moment it is scheduled for, UTC.
        early_readers: who may read it a day before; the list is published.
    """

    release_id: str
    state: State
    built_by: str
    approved_by: str | None
    publish_at: datetime | None
    early_readers: tuple[str, ...]
    checklist: tuple[Ticked, ...]
