"""Workbooks (.xlsx, .ods): looked at before they are read, and read as a table."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from data.errors import FileNotReadable
from data.model.unpacking import Unpacking

# A hundred thousand rows of a hundred columns, as the markup of a sheet.
MOST_UNPACKED = 512 << 20
MICROSOFT, OPEN_DOCUMENT = "[Content_Types].xml", "META-INF/manifest.xml"
MACROS = ("vbaproject", "xl/macrosheets/", "basic/", "scripts/")
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet written as CSV.

    Attributes:
        first_row: the sheet's row that holds the headings, from 1.
        remarks: what a person should know of what was not read.
    """

    path: Path
    sheet: str
    first_row: int
    remarks: tuple[str, ...]


class _Counted:
    """Where unpacked bytes go that are only counted."""

    def write(self, data: bytes) -> int:
        return len(data)


def is_workbook(members: list[str]) -> bool:
    """True for a zip that is a workbook, by what is in it."""
    return MICROSOFT in members or (
        OPEN_DOCUMENT in members and "content.xml" in members
    )


def read_workbook(path: Path, work: Path, wanted: tuple[str, ...] = ()) -> Table:
    """Write the sheet that holds the table as CSV into *work*.

    Args:
        wanted: names of sheets, one of which the file has.

    Raises:
        FileNotReadable: it holds macros, more than a table of this kind can, several
            sheets with rows and nobody said which, or none; or it is damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if any(mark in n.lower() for n in names for mark in MACROS):
                raise FileNotReadable(
                    "this workbook holds macros, which are programs; save it without "
                    "them as .xlsx and import that",
                    file=path.name,
                )
            if MICROSOFT in names and not any(n.startswith("xl/") for n in names):
                raise FileNotReadable(
                    "this is an Office document and no workbook; export the answers "
                    "as CSV and import that",
                    file=path.name,
                )
            unpacking = Unpacking(archive, most=MOST_UNPACKED, file=path.name)
            for inside in names:
                unpacking.copy(inside, cast(IO[bytes], _Counted()))
    except zipfile.BadZipFile as error:
        raise _damaged(path) from error
    to = work / "sheet.csv"
    done = subprocess.run(  # noqa: S603 - our own module
        [
            sys.executable, "-m", "data.ingest.sheets", str(path.resolve()), str(to),
            *wanted,
        ],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )  # fmt: skip
    if done.returncode:
        raise FileNotReadable(
            "the sheet is larger than there is memory for; export the answers as CSV "
            "and import that",
            file=path.name,
        )
    found = json.loads(done.stdout)
    if "damaged" in found:
        raise _damaged(path)
    if "choose" in found:
        raise FileNotReadable(_which(found, wanted), file=path.name)
    return Table(to, found["sheet"], found["first_row"], _remarks(found))


def _which(found: dict[str, list[str]], wanted: tuple[str, ...]) -> str:
    filled, hidden = found["choose"], found["hidden"]
    told = "--sheet NAME on the command line or `sheet: NAME` in the mapping"
    if filled:
        return f"several sheets hold rows ({', '.join(filled)}); say which by {told}"
    if wanted:
        return (
            f"no sheet with rows is called {' or '.join(wanted)}; it has "
            f"{', '.join(found['every'])}"
        )
    if hidden:
        return (
            f"only hidden sheets hold rows ({', '.join(hidden)}); say which by {told}"
        )
    return "the workbook is empty"


def _remarks(found: dict[str, object]) -> tuple[str, ...]:
    remarks = [
        f"the hidden sheet '{name}' holds rows and was not read"
        for name in cast(list[str], found["hidden"])
    ]
    if above := cast(int, found["above"]):
        remarks.append(lines_over_headings(above, "row"))
    return tuple(remarks)


def lines_over_headings(count: int, what: str) -> str:
    """Return the sentence on titles passed over; *what* is "row" or "line"."""
    many = f"1 {what}" if count == 1 else f"{count} {what}s"
    return f"{many} over the headings {'was' if count == 1 else 'were'} not read"


def _damaged(path: Path) -> FileNotReadable:
    return FileNotReadable(
        "the workbook is damaged; open it, save it again and import that",
        file=path.name,
    )
