"""The secret that keys the hashes of response ids, and its fingerprint.

A respondent's id is kept as a keyed hash. Without the key, six digits are found
again in seconds; with another key, the same person is two people. So the secret is
written whole, and the warehouse remembers which one it was filled with: by a
fingerprint, from which the secret cannot be worked out.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from pathlib import Path

import duckdb

from data.errors import SecretDoesNotFit
from data.ingest.sql import Sql, sql
from data.model.durable import write_whole
from data.settings import Settings

KEY_FILE = "hash.key"
BYTES = 32
WHOLE_KEY = re.compile(r"[0-9a-f]{64}")
LABEL = b"chorus: the secret this warehouse's response ids are hashed with"
FINGERPRINT = "hash_fingerprint"


def hash_key(connection: duckdb.DuckDBPyConnection, settings: Settings) -> str:
    """Return the key of the hashes in the warehouse behind *connection*.

    Derived from CHORUS_SECRET, or made once and kept beside the warehouse, readable
    by its owner alone. The first use leaves its fingerprint in the warehouse, within
    the caller's transaction.

    Raises:
        SecretDoesNotFit: it is damaged, gone, or not the one used before.
    """
    known = _known_fingerprint(connection)
    path = settings.home / KEY_FILE
    if settings.secret:
        key = hashlib.sha256(settings.secret.encode()).hexdigest()
    elif path.exists():
        key = _kept(path)
    elif known or _holds_responses(connection):
        raise SecretDoesNotFit(
            f"{path} is gone, and the response ids in the warehouse were hashed with "
            "it or with a CHORUS_SECRET; put it back from the backup, or set that "
            "CHORUS_SECRET again"
        )
    else:
        key = secrets.token_hex(BYTES)
        if not is_scratch(connection):
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, key)
    _check_fingerprint(connection, known, key, settings, path)
    return key


def mark_of(hashed: Sql, key: str) -> Sql:
    """Return SQL for what is remembered of a forgotten person: a hash of the hash."""
    return sql(
        "left(sha256({key} || 'forgotten:' || {hashed}), 24)", key=key, hashed=hashed
    )


def fingerprint(key: str) -> str:
    """Return what tells *key* from any other and does not tell *key*."""
    return hmac.new(key.encode(), LABEL, hashlib.sha256).hexdigest()


def _kept(path: Path) -> str:
    key = _text(path)
    if not WHOLE_KEY.fullmatch(key):
        raise SecretDoesNotFit(
            f"{path} is {'empty' if not key else 'damaged'}; put it back from the "
            "backup, or remove it if nothing was imported yet"
        )
    return key


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace").strip()


def _check_fingerprint(
    connection: duckdb.DuckDBPyConnection,
    known: str | None,
    key: str,
    settings: Settings,
    path: Path,
) -> None:
    found = fingerprint(key)
    if known is None:
        connection.execute("INSERT INTO identity VALUES (?, ?)", [FINGERPRINT, found])
        return
    if hmac.compare_digest(known, found):
        return
    if not settings.secret:
        raise SecretDoesNotFit(
            f"{path} is not the one the response ids in the warehouse were hashed "
            "with, and every person would be counted twice; put the former one back "
            "from the backup, or set the CHORUS_SECRET used then"
        )
    # The commonest slip: a secret was set after the first import.
    fits = path.exists() and hmac.compare_digest(known, fingerprint(_text(path)))
    advice = f"unset it: {path} fits" if fits else "set the former one again"
    raise SecretDoesNotFit(
        "CHORUS_SECRET is not the one the response ids in the warehouse were hashed "
        f"with, and every person would be counted twice; {advice}"
    )


def _known_fingerprint(connection: duckdb.DuckDBPyConnection) -> str | None:
    row = connection.execute(
        "SELECT value FROM identity WHERE key = ?", [FINGERPRINT]
    ).fetchone()
    return str(row[0]) if row else None


def _holds_responses(connection: duckdb.DuckDBPyConnection) -> bool:
    return connection.execute("SELECT 1 FROM responses LIMIT 1").fetchone() is not None


def is_scratch(connection: duckdb.DuckDBPyConnection) -> bool:
    """True in memory, where `chorus check` judges and nothing may be written."""
    row = connection.execute(
        "SELECT path IS NULL FROM duckdb_databases() WHERE database_name = "
        "current_database()"
    ).fetchone()
    return bool(row and row[0])
