"""Files anyone may have of a release: made once, then handed out as they are.

They lie on the shelf under `public/`, in a folder named for the release and the digest
of its manifest, with the checksum of each. A release never changes, so neither do they.

`python -m web.public_files <release>` makes every one there is, as publishing does.
"""

from __future__ import annotations

import fcntl
import hashlib
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask, Response, current_app, request

from data.errors import ChorusError
from data.model.durable import write_whole
from data.model.private import keep_private
from data.model.shelf import MANIFEST, file_sha256
from data.model.viewer import PUBLIC
from data.settings import read_settings
from queries.desk import OpenRelease

FOLDER, SUMS = "public", "SHA256SUMS"
FIRST_OF_DIGEST = 12
PIECE = 1 << 16
Make = Callable[[Path], None]


class PublicFiles:
    """The files of every release on one shelf; safe for threads and processes."""

    def __init__(self, shelf: Path) -> None:
        self._folder = shelf / FOLDER
        self._whole: set[Path] = set()
        self._lock = threading.Lock()

    def get(self, release: OpenRelease, name: str, make: Make) -> tuple[Path, str]:
        """Return a file and its SHA-256, made first where there is none yet.

        Args:
            make: writes the file to the path it is given.
        """
        folder = self._folder / _edition(release)
        path = folder / name
        known = _sums(folder).get(name)
        if known and path.exists() and self._is_whole(path, known):
            return path, known
        folder.mkdir(parents=True, exist_ok=True)
        with _one_at_a_time(folder, name):
            # Somebody else may have made it while this one waited.
            known = _sums(folder).get(name)
            if not (known and path.exists() and self._is_whole(path, known)):
                fresh = folder / f".{name}.fresh"
                make(fresh)
                known = file_sha256(fresh)
                fresh.replace(path)
                with _one_at_a_time(folder, SUMS):
                    _write_sums(folder, {**_sums(folder), name: known})
        return path, known

    def _is_whole(self, path: Path, known: str) -> bool:
        """Tell whether its bytes are those made; looked at once by each worker."""
        with self._lock:
            if path in self._whole:
                return True
        if file_sha256(path) != known:
            return False
        with self._lock:
            self._whole.add(path)
        return True


def public_files() -> PublicFiles:
    """Return this server's public files."""
    found: PublicFiles = current_app.extensions["chorus_public_files"]
    return found


def handed_out(
    found: tuple[Path, str], mimetype: str, name: str, *, inline: bool = False
) -> Response:
    """Return a file as an answer; its checksum is its entity tag."""
    path, digest = found
    made = Response(_pieces(path), mimetype=mimetype)
    made.content_length = path.stat().st_size
    how = "inline" if inline else "attachment"
    made.headers["Content-Disposition"] = f'{how}; filename="{name}"'
    made.set_etag(digest)
    made.make_conditional(request)
    return made


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while piece := stream.read(PIECE):
            yield piece


def make_all(server: Flask, release_id: str) -> int:
    """Make every public file of a release; return how many there are."""
    from web.open_data import every_table  # noqa: PLC0415 - they know this module
    from web.packet import every_packet  # noqa: PLC0415

    with server.test_request_context("/"):
        desk = server.extensions["chorus_desk"]
        release = desk.open(release_id, PUBLIC)
        return sum(1 for _ in (*every_table(release), *every_packet(release)))


def _edition(release: OpenRelease) -> str:
    digest = hashlib.sha256((release.folder / MANIFEST).read_bytes()).hexdigest()
    return f"{release.release_id}-{digest[:FIRST_OF_DIGEST]}"


def _sums(folder: Path) -> dict[str, str]:
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    return {name: digest for digest, _, name in (x.partition("  ") for x in lines)}


def _write_sums(folder: Path, sums: dict[str, str]) -> None:
    text = "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items()))
    write_whole(folder / SUMS, text)


@contextmanager
def _one_at_a_time(folder: Path, name: str) -> Iterator[None]:
    """Hold what is being made; other threads and workers wait for it.

    The lock goes with the process, also with one that is killed.
    """
    with (folder / f".lock.{name}").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def main(release_id: str) -> int:
    """Make the files of a release; one line and 1 where that cannot be done."""
    from app import create_app  # noqa: PLC0415, TID251 - the application, when wanted

    keep_private()
    try:
        make_all(create_app(read_settings()).server, release_id)
    except ChorusError as error:
        print(error, file=sys.stderr)  # noqa: T201 - one line for the terminal
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
