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

MIGRATIONS = Path(__file__).parent / "migrations"
# A request waits this long for another's write, then fails aloud.
WAIT_MS = 5_000


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
        with Session(self._ready(), expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a transaction; it is kept whole or not at all.

        Writers follow one another: the audit log is a chain, and two links
        made at once would both hang on the same one.
        """
        with Session(self._ready(), expire_on_commit=False) as session:
            if session.get_bind().dialect.name == "sqlite":
                session.execute(sa.text("BEGIN IMMEDIATE"))
            else:
                session.execute(sa.text("LOCK TABLE audit_log IN EXCLUSIVE MODE"))
            yield session
            session.commit()

    def _ready(self) -> sa.Engine:
        with self._lock:
            if self._engine is None:
                self._engine = _engine(self.url)
                bring_up_to_date(self._engine)
            return self._engine


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
