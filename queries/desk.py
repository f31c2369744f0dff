"""The reading desk: opens the current release, and the next one when the pointer moves.

Each worker has one. Files are opened read-only; a request keeps the release it
began with, so no answer mixes two.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from duckdb_engine import ConnectionWrapper

from data.errors import ReleaseError, ReleaseNotFound, ReleaseWithdrawn
from data.model.reading import open_release_file
from data.model.shelf import (
    POINTER,
    SPARE_POINTER,
    Pointer,
    audience_file,
    check_release,
    draft_folder,
    read_notes,
    read_pointer,
    release_folder,
)
from data.model.viewer import Audience, Role, Viewer
from queries.facts import Facts, release_facts

MOST_OTHERS = 8
OFFICE = frozenset({Role.STEWARD, Role.DISTRICT})
PLAIN_ID = re.compile(r"^\d{4}-\d{2}[FS]\.\d+$")


@dataclass(frozen=True)
class OpenRelease:
    """One release as this worker reads it.

    Attributes:
        notes: language → what changed, in the steward's words.
    """

    release_id: str
    folder: Path
    pointer: Pointer
    notes: Mapping[str, str] = field(default_factory=dict)
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
                    creator=lambda: ConnectionWrapper(open_release_file(path)),
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
        """When it was published, ISO 8601; empty before it is."""
        for line in self.pointer.history:
            if line.release_id == self.release_id:
                return line.published_at
        return ""


class Desk:
    """Hands out the current release; thread-safe."""

    def __init__(self, shelf: Path) -> None:
        self._shelf = shelf
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._open: OpenRelease | None = None
        self._others: OrderedDict[str, OpenRelease] = OrderedDict()
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

    def pointer(self) -> Pointer:
        """Return the shelf's pointer as this worker last read it."""
        release = self.current()
        return release.pointer if release else read_pointer(self._shelf)

    def open(self, release_id: str, viewer: Viewer) -> OpenRelease:
        """Return an earlier release, or one that *viewer* may read before others.

        Raises:
            ReleaseNotFound: never published, or not yet and not for this viewer.
            ReleaseWithdrawn: its numbers were taken back.
        """
        current = self.current()
        if current is not None and current.release_id == release_id:
            return current
        pointer = self.pointer()
        line = next((x for x in pointer.history if x.release_id == release_id), None)
        if line is None:
            return self._open_draft(release_id, viewer, pointer)
        if line.is_withdrawn:
            raise ReleaseWithdrawn(release_id, line.reason or "")
        with self._lock:
            if release_id in self._others:
                self._others.move_to_end(release_id)
                return self._others[release_id]
        found = _opened(release_folder(self._shelf, release_id), release_id, pointer)
        with self._lock:
            self._others[release_id] = found
            while len(self._others) > MOST_OTHERS:
                self._others.popitem(last=False)
        return found

    def _open_draft(
        self, release_id: str, viewer: Viewer, pointer: Pointer
    ) -> OpenRelease:
        """Open a draft for the office, or for someone named to read it early.

        Never kept: a draft may be replaced.
        """
        allowed = release_id in viewer.early or viewer.role in OFFICE
        if not allowed or not PLAIN_ID.match(release_id):
            raise ReleaseNotFound(release_id)
        folder = draft_folder(self._shelf, release_id)
        if not folder.is_dir():
            raise ReleaseNotFound(release_id)
        return _opened(folder, release_id, pointer)

    def _pointer_stamp(self) -> tuple[int, int] | None:
        for name in (POINTER, SPARE_POINTER):
            try:
                found = (self._shelf / name).stat()
            except FileNotFoundError:
                continue
            return found.st_mtime_ns, found.st_ino
        return None

    def notes(self, release_id: str) -> Mapping[str, str]:
        """Return language → what was written about a published release.

        Raises:
            ReleaseNotFound: it was never published.
        """
        line = self.pointer().published(release_id)
        return read_notes(release_folder(self._shelf, line.release_id))

    def _turn_to_pointer(self) -> None:
        try:
            pointer = read_pointer(self._shelf)
        except ReleaseError as error:
            # What is open goes on being served.
            self.problem = error
            return
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
        # What an old release is worth (current, corrected, withdrawn) has changed.
        self._others.clear()
        for release_id in candidates:
            try:
                folder = release_folder(self._shelf, release_id)
                self._open = _opened(folder, release_id, pointer)
            except ReleaseError as error:
                self.problem = self.problem or error
                continue
            return


def _opened(folder: Path, release_id: str, pointer: Pointer) -> OpenRelease:
    check_release(folder)
    return OpenRelease(release_id, folder, pointer, read_notes(folder))
