"""Unpacks a zip with an eye on what comes out of it, not on what it says of itself."""

from __future__ import annotations

import zipfile
from typing import IO

from data.errors import FileNotReadable

CHUNK = 1 << 20
MOST_MEMBERS = 1_000


class Unpacking:
    """One zip and the bytes that may still come out of it.

    A zip of 12 KB holds a gigabyte of one letter, and may give a false size: so bytes
    are counted as they are read, over all members together.
    """

    def __init__(self, archive: zipfile.ZipFile, *, most: int, file: str) -> None:
        """Allow *most* unpacked bytes.

        Args:
            file: the zip's name, for the one line of a refusal.

        Raises:
            FileNotReadable: more members than any export has.
        """
        self._archive, self._left, self._most, self._file = archive, most, most, file
        if len(archive.infolist()) > MOST_MEMBERS:
            raise FileNotReadable(
                f"the zip holds more than {MOST_MEMBERS:,} files; export again with "
                "the tables alone",
                file=file,
            )

    def copy(self, member: str, to: IO[bytes]) -> None:
        """Copy a member, piece by piece.

        Raises:
            FileNotReadable: more bytes than allowed came out, or it is encrypted.
            KeyError: the zip holds no such member.
            zipfile.BadZipFile: the zip is damaged.
        """
        try:
            packed = self._archive.open(member)
        except (RuntimeError, NotImplementedError) as error:
            raise FileNotReadable(
                "the zip is encrypted or packed in an unknown way; pack it plainly",
                file=self._file,
            ) from error
        with packed:
            while piece := packed.read(min(CHUNK, self._left + 1)):
                self._left -= len(piece)
                if self._left < 0:
                    raise FileNotReadable(
                        f"the zip unpacks to more than {in_words(self._most)}; "
                        "import its tables one by one",
                        file=self._file,
                    )
                to.write(piece)


def in_words(count: int) -> str:
    """Return a number of bytes as people say it."""
    return f"{count >> 20:,} MB" if count >= CHUNK else f"{count >> 10:,} KB"
