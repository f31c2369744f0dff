"""Opens the ledger, brought up to date, one transaction at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.orm import Session

from data.errors import ChorusError, DiskFull, LedgerUnusable

MIGRATIONS = Path(__file__).parent / "migrations"
# A request waits this long for another's write, then fails aloud.
WAIT_MS = 5_000
NO_ROOM = ("disk is full", "no space left", "file too large")
# Words of the database → what they mean to whoever runs the command.
UNUSABLE = (
    (("locked", "lock timeout"), "is held by another for too long; run this again"),
    (
        ("malformed", "not a database", "no such table", "no such column"),
        "is damaged; put it back from the backup",
    ),
    (
        ("readonly", "read-only", "unable to open", "permission denied"),
        "cannot be written; let the user who runs Chorus write it and its folder",
    ),
    (("disk i/o error",), "cannot be read or written: the disk reports an error"),
    (("could not connect", "connection"), "does not answer; start it, then try again"),
)


class Ledger:
    """The ledger at one address; thread-safe, opened when first used."""

    def __init__(self, url: str) -> None:
        """Name the ledger; nothing is opened yet.

        Args:
            url: for example "sqlite:////srv/chorus/ledger.sqlite".
        """
        self.url = url
        self._engine: sa.Engine | None = None
        self._lock = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that writes nothing."""
        with (
            self._plainly(),
            Session(self._ready(), expire_on_commit=False) as session,
        ):
            if session.get_bind().dialect.name == "sqlite":
                # Else each statement would see another state, and be kept.
                session.execute(sa.text("BEGIN"))
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a transaction; it is kept whole or not at all.

        Writers follow one another: the audit log is a chain, and two links
        made at once would both hang on the same one.
        """
        with (
            self._plainly(),
            Session(self._ready(), expire_on_commit=False) as session,
        ):
            if session.get_bind().dialect.name == "sqlite":
                session.execute(sa.text("BEGIN IMMEDIATE"))
            else:
                session.execute(sa.text("LOCK TABLE audit_log IN EXCLUSIVE MODE"))
            yield session
            session.commit()

    @contextmanager
    def _plainly(self) -> Iterator[None]:
        """Say in one sentence what is wrong with the ledger itself."""
        try:
            yield
        except sa.exc.IntegrityError:
            # A rule of the tables, not their state.
            raise
        except sa.exc.DBAPIError as error:
            raise _explained(error, self._place) from error

    @property
    def _place(self) -> str:
        """Return where it is, without a password."""
        url = sa.make_url(self.url)
        return (
            str(url.database) if url.drivername == "sqlite" else url.render_as_string()
        )

    def _ready(self) -> sa.Engine:
        with self._lock:
            if self._engine is None:
                self._engine = _engine(self.url)
                bring_up_to_date(self._engine)
            return self._engine


def _explained(error: sa.exc.DBAPIError, place: str) -> ChorusError:
    """Return what a person can do about *error*."""
    said = str(error.orig).lower()
    if any(word in said for word in NO_ROOM):
        return DiskFull(place)
    for words, sentence in UNUSABLE:
        if any(word in said for word in words):
            return LedgerUnusable(f"the ledger {place} {sentence}")
    first = str(error.orig).splitlines()[0][:120]
    return LedgerUnusable(f"the ledger {place} cannot be used: {first}")


def bring_up_to_date(engine: sa.Engine) -> None:
    """Create or migrate the tables; several processes may try at once."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(sa.text("BEGIN IMMEDIATE"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()


def _engine(url: str) -> sa.Engine:
    made = sa.create_engine(url)
    if made.dialect.name == "sqlite":

        @sa.event.listens_for(made, "connect")
        def _prepare(connection: object, _record: object) -> None:
            # Transactions are begun by us, so that a writer can say it is one.
            connection.isolation_level = None  # type: ignore[attr-defined]
            cursor = connection.cursor()  # type: ignore[attr-defined]
            cursor.execute(f"PRAGMA busy_timeout = {WAIT_MS}")
            cursor.execute("PRAGMA journal_mode = WAL")
            cursor.execute("PRAGMA foreign_keys = ON")
            cursor.close()

    return made
