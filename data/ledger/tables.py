"""The ledger's tables."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    DateTime,
    Double,
    ForeignKey,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Instant(TypeDecorator[datetime]):
    """A moment in UTC; SQLite forgets the zone, so it is put back."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Store UTC without a zone."""
        del dialect  # every database alike
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Return it as UTC."""
        del dialect
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """Every table of the ledger."""


class Person(Base):
    """Someone who may sign in, and as what."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    role: Mapped[str] = mapped_column(String(20))
    school_ids: Mapped[list[str]] = mapped_column(JSON, default=list)
    source: Mapped[str] = mapped_column(String(40))
    added_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class SignedIn(Base):
    """One session of one person, from signing in until it ends.

    A cookie holds its number alone: a copy of it is worth nothing once the session
    has ended here.
    """

    __tablename__ = "sessions"

    number: Mapped[str] = mapped_column(String(32), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    began_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class RequestCount(Base):
    """How often a client has asked for one kind of thing since its minute began.

    Clients are told apart by a keyed hash; no address is kept.
    """

    __tablename__ = "request_counts"

    client: Mapped[str] = mapped_column(String(80), primary_key=True)
    hits: Mapped[int]
    until: Mapped[float] = mapped_column(Double, index=True)


class ReleaseRecord(Base):
    """Where a release stands on its way to publication."""

    __tablename__ = "release_records"

    release_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    state: Mapped[str] = mapped_column(String(20))
    built_by: Mapped[str] = mapped_column(String(254))
    approved_by: Mapped[str | None] = mapped_column(String(254))
    publish_at: Mapped[datetime | None] = mapped_column(Instant)
    early_readers: Mapped[list[str]] = mapped_column(JSON, default=list)


class ReleaseCheck(Base):
    """One point of the checklist, vouched for by someone."""

    __tablename__ = "release_checks"

    release_id: Mapped[str] = mapped_column(
        ForeignKey("release_records.release_id"), primary_key=True
    )
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    by: Mapped[str] = mapped_column(String(254))
    at: Mapped[datetime] = mapped_column(Instant)


class Choice(Base):
    """A choice the district has made, for example that it has a single steward."""

    __tablename__ = "choices"

    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))


class RegisterEntry(Base):
    """One version of something a person wrote into a register.

    Nothing is overwritten: a change is a further version, and so is its removal.
    """

    __tablename__ = "register_entries"
    __table_args__ = (UniqueConstraint("register", "key", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    register: Mapped[str] = mapped_column(String(40), index=True)
    key: Mapped[str] = mapped_column(String(80))
    version: Mapped[int]
    school_id: Mapped[str] = mapped_column(String(80), default="")
    author: Mapped[str] = mapped_column(String(254))
    edit_digest: Mapped[str] = mapped_column(String(64), default="")
    values: Mapped[dict[str, str]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(Instant)
    is_removed: Mapped[bool] = mapped_column(default=False)


class AuditEntry(Base):
    """One line of the audit log; each holds the digest of the one before."""

    __tablename__ = "audit_log"

    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str] = mapped_column(String(254))
    act: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(254))
    details: Mapped[str] = mapped_column(Text, default="")
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
