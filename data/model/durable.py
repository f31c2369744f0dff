"""Small files that are there whole or not at all, whatever stops the process."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

OWNER_ONLY = 0o600


def write_whole(path: Path, text: str, *, mode: int = OWNER_ONLY) -> None:
    """Put *text* at *path*: readers see the old content or the new, never a part.

    Written beside its place, flushed to the disk, renamed over it, and the folder
    flushed too, so that a power cut after the return cannot take it back. One
    writer at a time: whatever an earlier one that was killed left is cleared.

    Raises:
        OSError: no room, or no permission; what stood there still stands.
    """
    folder = path.parent
    for left in folder.glob(f".{path.name}.*"):
        left.unlink(missing_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=folder)
    fresh = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            os.fchmod(stream.fileno(), mode)
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    flush_folder(folder)


def flush_folder(folder: Path) -> None:
    """Flush a folder, so that what was renamed in it stays renamed."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
