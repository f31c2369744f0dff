"""One sheet of a workbook → CSV, in a process of its own.

A workbook of a few kilobytes can claim a table of billions of cells, and a reader
believes it. So sheets are read by a child process whose memory has an end: where it
is not enough, the child dies and the file is refused.

Run as `python -m data.ingest.sheets WORKBOOK CSV [SHEET ...]`; prints facts as JSON.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import resource
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

# A hundred thousand rows of a hundred columns fit well into it.
MOST_MEMORY = 4 << 30
# Rows looked at for the headings.
TOP = 20
# Over two columns no row can be a title: two are a table already.
NARROWEST = 3
# A title may stand beside a date, in a table as wide as this.
WIDE = 6
WHOLE = ("response", "open-ended response")

Cell = Any  # Any: a workbook's cell is text, number, day, time or truth
Row = list[str]


def main(workbook: str, to: str, wanted: Sequence[str]) -> dict[str, object]:
    """Write the one sheet that holds a table; return what a person is told.

    Returns:
        "sheet" and "first_row", its number of the headings' row; "hidden", sheets with
        rows nobody sees; "above", rows over the headings. Instead of them "choose",
        where several sheets have rows, or "damaged".
    """
    try:
        # A path would be judged by its ending.
        book = CalamineWorkbook.from_filelike(io.BytesIO(Path(workbook).read_bytes()))
        filled = {}
        hidden = []
        for facts in book.sheets_metadata:
            if facts.typ != SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_name(facts.name)
            if not sheet.height:
                continue
            if facts.visible == SheetVisibleEnum.Visible or facts.name in wanted:
                filled[facts.name] = sheet
            else:
                hidden.append(facts.name)
        if wanted:
            filled = {n: s for n, s in filled.items() if n in wanted}
        if len(filled) != 1:
            every = [m.name for m in book.sheets_metadata]
            return {"choose": list(filled), "hidden": hidden, "every": every}
        ((name, sheet),) = filled.items()
        found = _write(sheet, Path(to))
    except CalamineError as error:
        return {"damaged": str(error)}
    return {"sheet": name, "hidden": hidden, **found}


def _write(sheet: CalamineSheet, to: Path) -> dict[str, int]:
    """Write the table from its headings on; a heading over several columns joined."""
    height = width = 0
    top: list[Row] = []
    for number, cells in enumerate(_rows(sheet), 1):
        row = [_text(c) for c in cells]
        filled = [i for i, text in enumerate(row, 1) if text.strip()]
        if filled:
            height, width = number, max(width, filled[-1])
        if number <= TOP:
            top.append(row)
    start = sheet.start[0] if sheet.start else 0
    first = titles_above(top[:height], width)
    headings, used = _headings(sheet, top, first, width)
    with to.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(headings)
        for number, cells in enumerate(_rows(sheet), 1):
            if first + used < number <= height:
                writer.writerow([_text(c) for c in cells[:width]])
    return {"first_row": start + first + used, "above": first}


def titles_above(top: Sequence[Sequence[str]], width: int) -> int:
    """Return how many rows stand over the headings: empty ones and titles.

    A title is one cell over a table of several columns, or two over a wide one.
    """
    most = 0 if width < NARROWEST else 1 + (width >= WIDE)
    for number, row in enumerate(top):
        filled = sum(bool(c.strip()) for c in row)
        if filled > most or (most == 0 and filled):
            return number
    return 0


def _headings(
    sheet: CalamineSheet, top: list[Row], first: int, width: int
) -> tuple[Row, int]:
    """Return the headings and how many rows they take.

    Where a heading spans columns and each has one of its own below, both are joined.
    """
    above = top[first] if first < len(top) else []
    above = [*above[:width], *[""] * (width - len(above))]
    offset = sheet.start or (0, 0)
    spans = [
        (a[1] - offset[1], b[1] - offset[1])
        for a, b in sheet.merged_cell_ranges or []
        if a[0] - offset[0] == first and b[1] > a[1]
    ]
    below = top[first + 1] if first + 1 < len(top) else []
    if not spans or not all(
        any(t.strip() for t in below[left : right + 1]) for left, right in spans
    ):
        return above, 1
    joined = list(above)
    for left, right in spans:
        for place in range(left, min(right + 1, width)):
            part = below[place].strip()
            is_whole = part.casefold() in {"", *WHOLE}
            joined[place] = above[left] if is_whole else f"{above[left]}||{part}"
    for place, part in enumerate(below[:width]):
        joined[place] = joined[place] or part
    return joined, 2


def _rows(sheet: CalamineSheet) -> Iterator[list[Cell]]:
    yield from sheet.iter_rows()


def _text(cell: Cell) -> str:
    """Return a cell as its sheet shows it: 1 and no 1.0, days as 2026-10-05."""
    if isinstance(cell, str):
        return cell.replace("\r\n", "\n").replace("\r", "\n")
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        at_midnight = cell.time() == time()
        return (
            cell.date().isoformat()
            if at_midnight
            else cell.isoformat(" ", timespec="seconds")
        )
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


if __name__ == "__main__":
    # Not every system keeps such a promise; where one does not, the size of what
    # was unpacked is the limit.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    sys.stdout.write(json.dumps(main(sys.argv[1], sys.argv[2], sys.argv[3:])))
