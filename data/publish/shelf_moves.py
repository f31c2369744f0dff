"""The shelf's moves: publish, withdraw, list. Each is a rename or one small file."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from data.errors import ReleaseNotFound, ReleaseStateForbids
from data.model.shelf import (
    DRAFTS,
    POINTER,
    Pointer,
    Published,
    check_release,
    draft_folder,
    read_pointer,
    release_folder,
)


@dataclass(frozen=True, slots=True)
class Shelved:
    """One line of `chorus release list`."""

    release_id: str
    state: str
    since: str


def publish_release(
    shelf: Path, release_id: str, *, now: datetime | None = None
) -> None:
    """Make a draft the current release.

    The folder is renamed first and the pointer swapped after: a process killed
    between the two leaves the earlier release current and this one publishable.

    Raises:
        ReleaseNotFound: no draft has this id.
        ReleaseIsDamaged: a file is not the one that was built.
        ReleaseStateForbids: it is current already, or was withdrawn.
    """
    pointer = read_pointer(shelf)
    if pointer.current == release_id:
        raise ReleaseStateForbids(f"{release_id} is already the current release")
    if any(x.release_id == release_id and x.is_withdrawn for x in pointer.history):
        raise ReleaseStateForbids(
            f"{release_id} was withdrawn; build the wave again and publish that"
        )
    draft, final = draft_folder(shelf, release_id), release_folder(shelf, release_id)
    if not draft.exists() and not final.exists():
        raise ReleaseNotFound(release_id)
    check_release(draft if draft.exists() else final)
    if draft.exists():
        draft.rename(final)
    line = Published(release_id, _stamp(now))
    history = tuple(x for x in pointer.history if x.release_id != release_id)
    write_pointer(shelf, Pointer(release_id, (*history, line)))


def withdraw_release(
    shelf: Path, release_id: str, *, reason: str, now: datetime | None = None
) -> str | None:
    """Take a release back; return the one that is current now, if any.

    Raises:
        ReleaseNotFound: it was never published.
        ReleaseStateForbids: it was withdrawn before.
    """
    pointer = read_pointer(shelf)
    if pointer.published(release_id).is_withdrawn:
        raise ReleaseStateForbids(f"{release_id} was withdrawn before")
    history = tuple(
        replace(x, withdrawn_at=_stamp(now), reason=reason)
        if x.release_id == release_id
        else x
        for x in pointer.history
    )
    current = pointer.current
    if current == release_id:
        standing = [x.release_id for x in history if not x.is_withdrawn]
        current = standing[-1] if standing else None
    write_pointer(shelf, Pointer(current, history))
    return current


def list_releases(shelf: Path) -> list[Shelved]:
    """Return every release, drafts last, newest first within each."""
    pointer = read_pointer(shelf)
    lines = []
    for line in reversed(pointer.history):
        state = "superseded"
        if line.release_id == pointer.current:
            state = "current"
        elif line.is_withdrawn:
            state = "withdrawn"
        lines.append(Shelved(line.release_id, state, line.published_at))
    drafts = sorted((shelf / DRAFTS).glob("[!.]*"), reverse=True)
    return lines + [Shelved(d.name, "draft", "") for d in drafts]


def write_pointer(shelf: Path, pointer: Pointer) -> None:
    """Swap the pointer: readers see the old one or the new one, never half."""
    content = {
        "current": pointer.current,
        "history": [asdict(line) for line in pointer.history],
    }
    fresh = shelf / f".{POINTER}.{os.getpid()}"
    with fresh.open("w", encoding="utf-8") as stream:
        json.dump(content, stream, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(shelf / POINTER)


def _stamp(now: datetime | None) -> str:
    return (now or datetime.now(UTC)).replace(microsecond=0).isoformat()
