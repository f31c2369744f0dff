"""How often one client may ask: counted by all workers together.

On one machine the counts lie in a small SQLite file of their own, so that a reader's
click never waits for the ledger; where several machines share a ledger, in its table.
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
import time
from ipaddress import IPv6Address, ip_address

import sqlalchemy as sa
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage, Storage
from limits.strategies import FixedWindowRateLimiter

from data.ledger.store import WAIT_MS
from data.ledger.tables import RequestCount

log = logging.getLogger("chorus")
COUNTS = "requests.sqlite"
# One household or office has a whole /64 to take addresses from.
IPV6_HOUSE = 64
HIT = sa.text(
    """INSERT INTO request_counts (client, hits, until) VALUES (:client, :n, :end)
       ON CONFLICT (client) DO UPDATE SET
         hits = CASE WHEN request_counts.until <= :now THEN :n
                     ELSE request_counts.hits + :n END,
         until = CASE WHEN request_counts.until <= :now THEN :end
                      ELSE request_counts.until END
       RETURNING hits"""
)


class SharedCounts(Storage):
    """A storage of `limits` in one database; safe for threads, processes and forks."""

    STORAGE_SCHEME = None
    base_exceptions = sa.exc.SQLAlchemyError

    def __init__(self, url: str) -> None:
        """Name the database; it is opened by the worker that first counts.

        Args:
            url: the ledger's where that is PostgreSQL, a file of its own otherwise.
        """
        super().__init__()
        self._url = url
        self._engine: sa.Engine | None = None
        self._process, self._swept = 0, 0.0
        self._lock = threading.Lock()

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count *amount* more of *key*; return how many there are in its window."""
        now = time.time()
        values = {"client": key, "n": amount, "end": now + expiry, "now": now}
        with self._ready().begin() as connection:
            hits = connection.execute(HIT, values).scalar_one()
            if now - self._swept > expiry:
                self._swept = now
                old = sa.delete(RequestCount).where(RequestCount.until <= now)
                connection.execute(old)
        return int(hits)

    def get(self, key: str) -> int:
        """Return how many there are of *key* in its window."""
        asked = sa.select(RequestCount.hits).where(
            RequestCount.client == key, RequestCount.until > time.time()
        )
        with self._ready().connect() as connection:
            return connection.execute(asked).scalar() or 0

    def get_expiry(self, key: str) -> float:
        """Return when the window of *key* ends, in seconds since 1970."""
        asked = sa.select(RequestCount.until).where(RequestCount.client == key)
        with self._ready().connect() as connection:
            return connection.execute(asked).scalar() or time.time()

    def check(self) -> bool:
        """Tell whether the database answers."""
        with self._ready().connect() as connection:
            return connection.execute(sa.text("SELECT 1")).scalar() == 1

    def clear(self, key: str) -> None:
        """Forget *key*."""
        with self._ready().begin() as connection:
            gone = sa.delete(RequestCount).where(RequestCount.client == key)
            connection.execute(gone)

    def reset(self) -> int | None:
        """Forget everything; return how many clients there were."""
        with self._ready().begin() as connection:
            return connection.execute(sa.delete(RequestCount)).rowcount

    def _ready(self) -> sa.Engine:
        with self._lock:
            if self._engine is None or self._process != os.getpid():
                self._engine, self._process = _opened(self._url), os.getpid()
            return self._engine


class Limits:
    """Says who has asked too often."""

    def __init__(self, url: str, key: str) -> None:
        """Count in the database at *url*.

        Args:
            key: keys the hash clients are told apart by.
        """
        self._key = hashlib.sha256(key.encode()).digest()
        self._shared = FixedWindowRateLimiter(SharedCounts(url))
        self._alone = FixedWindowRateLimiter(MemoryStorage())

    def allows(self, kind: str, most: int, address: str | None) -> bool:
        """Count one more request of *kind*; tell whether it is within *most*.

        Where the shared counts cannot be reached this worker counts by itself:
        a full disk stops neither readers nor limits.

        Args:
            most: a minute; 0 is no limit.
        """
        if not most:
            return True
        item, client = RateLimitItemPerMinute(most), self._client(kind, address)
        try:
            return self._shared.hit(item, client)
        except sa.exc.SQLAlchemyError as error:
            log.warning("requests are counted by one worker (%s)", type(error).__name__)
            return self._alone.hit(item, client)

    def _client(self, kind: str, address: str | None) -> str:
        told = f"{kind} {house_of(address)}".encode()
        return hashlib.blake2b(told, key=self._key, digest_size=8).hexdigest()


def house_of(address: str | None) -> str:
    """Return what counts as one client: an IPv4 address, or an IPv6 /64."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return "?"
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return f"{int(found) >> (128 - IPV6_HOUSE):x}"
    return str(found)


def _opened(url: str) -> sa.Engine:
    made = sa.create_engine(url)
    if made.dialect.name == "sqlite":

        @sa.event.listens_for(made, "connect")
        def _prepare(connection: object, _record: object) -> None:
            cursor = connection.cursor()  # type: ignore[attr-defined]
            cursor.execute(f"PRAGMA busy_timeout = {WAIT_MS}")
            cursor.execute("PRAGMA journal_mode = WAL")
            # Counts of one minute: a machine that stops may forget them.
            cursor.execute("PRAGMA synchronous = OFF")
            cursor.close()

        RequestCount.metadata.create_all(
            made, tables=[RequestCount.metadata.tables["request_counts"]]
        )
    return made
