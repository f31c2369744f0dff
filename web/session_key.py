"""The key cookies are signed with: the same for every worker, and after a restart."""

from __future__ import annotations

import fcntl
import secrets
from pathlib import Path

from data.model.durable import write_whole
from data.settings import SHORTEST_SECRET, Settings

KEY_FILE = "session.key"
LOCK = ".session.lock"
BYTES = 32


def session_key(settings: Settings) -> str:
    """Return CHORUS_SECRET, or a key made once and kept in the home folder.

    A damaged one is made anew: whoever was signed in signs in once more.
    """
    if settings.secret:
        return settings.secret
    path = settings.home / KEY_FILE
    # Workers start together; the first makes it, the others wait and read.
    with (settings.home / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _kept(path)


def _kept(path: Path) -> str:
    kept = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
    if len(kept) < SHORTEST_SECRET:
        kept = secrets.token_hex(BYTES)
        write_whole(path, kept)
    return kept
