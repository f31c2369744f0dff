"""The reading desk: opens the current release, and the next one when the pointer moves.

Each worker has one. Files are opened read-only; a request keeps the release it
began with, so no answer mixes two.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from data.errors import ReleaseError
from data.model.shelf import (
    POINTER,
    Pointer,
    audience_file,
    check_release,
    read_pointer,
    release_folder,
)
from data.model.viewer import Audience, Viewer
from queries.facts import Facts, release_facts


@dataclass(frozen=True)
class OpenRelease:
    """One release as this worker reads it."""

    release_id: str
    folder: Path
    pointer: Pointer
    notes: str = ""
    _engines: dict[Audience, sa.Engine] = field(default_factory=dict, repr=False)
    _facts: dict[Audience, Facts] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @contextmanager
    def connection(self, viewer: Viewer) -> Iterator[sa.Connection]:
        """Open the one file *viewer* may read."""
        with self._engine(viewer.audience).connect() as connection:
            yield connection

    def _engine(self, audience: Audience) -> sa.Engine:
        with self._lock:
            if audience not in self._engines:
                path = audience_file(self.folder, audience)
                self._engines[audience] = sa.create_engine(
                    f"duckdb:///{path}",
                    connect_args={"read_only": True, "config": {"threads": "2"}},
                    pool_size=16,
                    max_overflow=16,
                )
            return self._engines[audience]

    def facts(self, connection: sa.Connection, viewer: Viewer) -> Facts:
        """Return the release's frame, read once per audience: it never changes."""
        with self._lock:
            known = self._facts.get(viewer.audience)
        if known is None:
            known = release_facts(connection, viewer)
            with self._lock:
                self._facts[viewer.audience] = known
        return known

    @property
    def published_at(self) -> str:
        """When it was published, ISO 8601."""
        return self.pointer.published(self.release_id).published_at


class Desk:
    """Hands out the current release; thread-safe."""

    def __init__(self, shelf: Path) -> None:
        self._shelf = shelf
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._open: OpenRelease | None = None
        self.problem: ReleaseError | None = None

    def edition(self) -> object:
        """Return what changes whenever any answer could: the pointer's state."""
        self.current()
        return self._stamp

    def current(self) -> OpenRelease | None:
        """Return the current release, or None before anything was published.

        The pointer is looked at on every call (one `stat`), so a swap is seen
        by the next request. A release whose files are not those that were
        built is refused, and the one before it goes on being served.
        """
        stamp = self._pointer_stamp()
        if stamp != self._stamp:
            with self._lock:
                if stamp != self._stamp:
                    self._turn_to_pointer()
                    self._stamp = stamp
        return self._open

    def _pointer_stamp(self) -> tuple[int, int] | None:
        try:
            found = (self._shelf / POINTER).stat()
        except FileNotFoundError:
            return None
        return found.st_mtime_ns, found.st_ino

    def _turn_to_pointer(self) -> None:
        pointer = read_pointer(self._shelf)
        if pointer.current is None:
            self._open = None
            return
        candidates = [pointer.current]
        if self._open is None:
            # A fresh worker has nothing to go on serving: it takes the newest
            # sound release instead.
            standing = [x.release_id for x in pointer.history if not x.is_withdrawn]
            candidates += [r for r in reversed(standing) if r != pointer.current]
        self.problem = None
        for release_id in candidates:
            folder = release_folder(self._shelf, release_id)
            try:
                check_release(folder)
            except ReleaseError as error:
                self.problem = self.problem or error
                continue
            notes = (folder / "NOTES.md").read_text(encoding="utf-8")
            self._open = OpenRelease(release_id, folder, pointer, notes)
            return
