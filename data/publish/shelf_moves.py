"""The shelf's moves: publish, withdraw, list. Each is a rename or one small file.

One move at a time: a second process waits for the first. The rename comes first
and the pointer after, so a process killed between the two leaves the earlier
release current and this one publishable.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from data.errors import AuditFailed, ReleaseNotFound, ReleaseStateForbids
from data.model.durable import write_whole
from data.model.shelf import (
    DRAFTS,
    POINTER,
    SPARE_POINTER,
    Pointer,
    Published,
    check_release,
    draft_folder,
    reachable_folders,
    read_pointer,
    release_folder,
)
from data.publish.checklist import findings_of, has_passed, stands_beside
from data.publish.steps import reached

LOCK = ".lock"


@dataclass(frozen=True, slots=True)
class Shelved:
    """One line of `chorus release list`."""

    release_id: str
    state: str
    since: str


@contextmanager
def moving(shelf: Path) -> Iterator[None]:
    """Hold the shelf while something on it is moved; others wait.

    The lock goes with the process, also with one that is killed.
    """
    shelf.mkdir(parents=True, exist_ok=True)
    with (shelf / LOCK).open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def publish_release(
    shelf: Path, release_id: str, *, now: datetime | None = None
) -> None:
    """Make a draft the current release; see `put_on`."""
    with moving(shelf):
        put_on(shelf, release_id, now=now)


def put_on(shelf: Path, release_id: str, *, now: datetime | None = None) -> None:
    """Make a draft the current release; the caller holds the shelf.

    Raises:
        ReleaseNotFound: no draft has this id.
        ReleaseIsDamaged: a file is not the one that was built.
        ReleaseStateForbids: it is current already, was withdrawn, or was not
            looked at beside a release published since.
        AuditFailed: the disclosure audit found something.
    """
    pointer = read_pointer(shelf)
    if pointer.current == release_id:
        raise ReleaseStateForbids(f"{release_id} is already the current release")
    known = {x.release_id: x for x in pointer.history}
    if release_id in known and known[release_id].is_withdrawn:
        raise ReleaseStateForbids(
            f"{release_id} was withdrawn; build the wave again and publish that"
        )
    draft, final = draft_folder(shelf, release_id), release_folder(shelf, release_id)
    if not draft.exists() and not final.exists():
        raise ReleaseNotFound(release_id)
    folder = draft if draft.exists() else final
    manifest = check_release(folder)
    _check_audit(shelf, folder, release_id)
    reached("checked")
    if draft.exists():
        draft.rename(final)
    reached("renamed")
    line = Published(
        release_id,
        _stamp(now),
        corrects=manifest.get("corrects"),
        why=manifest.get("reason"),
    )
    history = tuple(x for x in pointer.history if x.release_id != release_id)
    write_pointer(shelf, Pointer(release_id, (*history, line)))
    reached("pointed")


def take_off(shelf: Path, release_id: str) -> None:
    """Make a release that was renamed and never pointed to a draft again.

    The caller holds the shelf.
    """
    draft, final = draft_folder(shelf, release_id), release_folder(shelf, release_id)
    if final.exists() and not draft.exists():
        draft.parent.mkdir(exist_ok=True)
        final.rename(draft)


def withdraw_release(
    shelf: Path, release_id: str, *, reason: str, now: datetime | None = None
) -> str | None:
    """Take a release back; see `take_back`."""
    with moving(shelf):
        return take_back(shelf, release_id, reason=reason, now=now)


def take_back(
    shelf: Path, release_id: str, *, reason: str, now: datetime | None = None
) -> str | None:
    """Take a release back; return the one that is current now, if any.

    The caller holds the shelf.

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
    reached("withdrawal decided")
    write_pointer(shelf, Pointer(current, history))
    reached("withdrawal pointed")
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
    """Swap the pointer: readers see the old one or the new one, never half.

    A spare is kept beside it, for the day the pointer itself is lost.
    """
    content = {
        "current": pointer.current,
        "history": [asdict(line) for line in pointer.history],
    }
    for name in (POINTER, SPARE_POINTER):
        reached(f"{name} decided")
        write_whole(shelf / name, json.dumps(content, indent=1))
        reached(f"{name} swapped")


def _check_audit(shelf: Path, folder: Path, release_id: str) -> None:
    if not has_passed(folder):
        raise AuditFailed(release_id, len(findings_of(folder)))
    beside = set(stands_beside(folder))
    for other in reachable_folders(shelf, besides=release_id):
        if other.name not in beside:
            raise ReleaseStateForbids(
                f"{release_id} was built before {other.name} was published and never "
                "laid beside it; build the wave again"
            )


def _stamp(now: datetime | None) -> str:
    return (now or datetime.now(UTC)).replace(microsecond=0).isoformat()
