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
    ASKED = "no_more_than_asked"


# Points a person vouches for; the others are looked up.
VOUCHED = (Point.RATES, Point.VALIDATION)
# Looked up, and where it is not so a steward may state in words why.
STATED = (Point.ASKED,)


@dataclass(frozen=True, slots=True)
class Ticked:
    """A point, whether it is met, and who vouched for it.

    Attributes:
        why: the words in which it was stated, where it takes words.
    """

    point: Point
    is_met: bool
    by: str = ""
    why: str = ""


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
