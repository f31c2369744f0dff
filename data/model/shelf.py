"""The shelf of releases: file names, the manifest, and the pointer to the current one.

The only module that knows what a file in a release is called. A published
folder is never written again; the pointer is one small file, swapped whole.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.errors import ReleaseIsDamaged, ReleaseNotFound, ShelfIsDamaged
from data.model.viewer import Audience

MANIFEST = "manifest.json"
NOTES, PLAIN_NOTES = "NOTES.md", "en"
AUDIT = "audit.json"
POINTER = "pointer.json"
SPARE_POINTER = "pointer.spare.json"
DRAFTS = "drafts"
# What every release holds; notes may be there in more languages.
RELEASE_FILES = (*(f"{a}.duckdb" for a in Audience), MANIFEST, NOTES, AUDIT)


@dataclass(frozen=True, slots=True)
class Published:
    """One line of the shelf's history.

    Attributes:
        reason: why it was withdrawn.
        corrects: the release whose numbers it puts right, and `why`.
    """

    release_id: str
    published_at: str
    withdrawn_at: str | None = None
    reason: str | None = None
    corrects: str | None = None
    why: str | None = None

    @property
    def is_withdrawn(self) -> bool:
        """True once its numbers were taken back."""
        return self.withdrawn_at is not None

    @property
    def is_reachable(self) -> bool:
        """True while anyone can still read its numbers by its permalink."""
        return not self.is_withdrawn


@dataclass(frozen=True, slots=True)
class Pointer:
    """Which release is current, and every one that ever was."""

    current: str | None
    history: tuple[Published, ...]

    def corrected_by(self, release_id: str) -> Published | None:
        """Return the release that puts *release_id* right, the latest if several."""
        found = [x for x in self.history if x.corrects == release_id]
        return found[-1] if found else None

    def published(self, release_id: str) -> Published:
        """Return the history line of *release_id*.

        Raises:
            ReleaseNotFound: it was never published.
        """
        for line in self.history:
            if line.release_id == release_id:
                return line
        raise ReleaseNotFound(release_id)


def notes_file(language: str) -> str:
    """Return the file of a release's notes in *language*; English bears no mark."""
    return NOTES if language == PLAIN_NOTES else f"NOTES.{language}.md"


def read_notes(folder: Path) -> dict[str, str]:
    """Return language → the notes of the release in *folder*, where there are any."""
    files = [folder / NOTES, *sorted(folder.glob("NOTES.*.md"))]
    return {
        path.stem.partition(".")[2] or PLAIN_NOTES: path.read_text(encoding="utf-8")
        for path in files
        if path.exists()
    }


def release_folder(shelf: Path, release_id: str) -> Path:
    """Return the folder of a published release."""
    return shelf / release_id


def draft_folder(shelf: Path, release_id: str) -> Path:
    """Return the folder a release has before it is published."""
    return shelf / DRAFTS / release_id


def audience_file(folder: Path, audience: Audience) -> Path:
    """Return the one file of *folder* that *audience* may read."""
    return folder / f"{audience}.duckdb"


def read_pointer(shelf: Path) -> Pointer:
    """Return the pointer, or its spare; an empty one where nothing was published.

    Raises:
        ShelfIsDamaged: one is there, and none can be read. What was published cannot
            be told then, and nothing may be published over it.
    """
    damaged = []
    for name in (POINTER, SPARE_POINTER):
        try:
            content = json.loads((shelf / name).read_text(encoding="utf-8"))
            history = tuple(Published(**line) for line in content["history"])
            return Pointer(content["current"], history)
        except FileNotFoundError:
            continue
        except (ValueError, KeyError, TypeError, IsADirectoryError):
            # Emptied or cut: the spare was written apart from it.
            damaged.append(name)
    if damaged:
        raise ShelfIsDamaged(str(shelf))
    return Pointer(None, ())


def reachable_folders(shelf: Path, *, besides: str = "") -> list[Path]:
    """Return the folders of releases anyone can still read, oldest first."""
    history = read_pointer(shelf).history
    return [
        release_folder(shelf, line.release_id)
        for line in history
        if line.is_reachable and line.release_id != besides
    ]


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of the release in *folder*.

    Raises:
        ReleaseIsDamaged: it is missing or not JSON.
    """
    try:
        manifest: dict[str, Any] = json.loads(
            (folder / MANIFEST).read_text(encoding="utf-8")
        )
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ReleaseIsDamaged(folder.name, file=MANIFEST, what="is missing") from error
    except ValueError as error:
        raise ReleaseIsDamaged(
            folder.name, file=MANIFEST, what="is not readable"
        ) from error
    if not isinstance(manifest, dict) or "files" not in manifest:
        raise ReleaseIsDamaged(folder.name, file=MANIFEST, what="is not readable")
    return manifest


def check_release(folder: Path) -> dict[str, Any]:
    """Return the manifest after checking every file against it.

    Raises:
        ReleaseIsDamaged: a file is missing or its bytes are not those built.
    """
    manifest = read_manifest(folder)
    for name, entry in manifest["files"].items():
        path = folder / name
        if not path.is_file():
            raise ReleaseIsDamaged(folder.name, file=name, what="is missing")
        if file_sha256(path) != entry["sha256"]:
            raise ReleaseIsDamaged(
                folder.name, file=name, what="differs from its checksum"
            )
    return manifest


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
