"""The same rows as the picture: as a table to read and as a file to keep."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dash import html

from components.words import Speaker
from data.model.cell import Cell

# Text a spreadsheet would run as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
BOM = "\ufeff"

Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings; the first column names the row.

    Attributes:
        columns: headings in the reader's language.
        rows: printed values; None prints as an empty cell.
        keys: headings of the file, one per column of `data`.
        data: raw values of the file, made only when it is asked for; the
            printed ones where None.
    """

    columns: tuple[str, ...]
    rows: Sequence[Sequence[Value]]
    keys: tuple[str, ...] = ()
    data: Iterable[Sequence[Value]] | None = None


def html_table(table: Table, caption: str) -> html.Table:
    """Return the table as a document part, row headers marked as such."""
    head = [html.Th(c, scope="col") for c in table.columns]
    body = [
        html.Tr(
            [
                html.Th(_shown(row[0]), scope="row"),
                *(html.Td(_shown(v), className=_kind(v)) for v in row[1:]),
            ]
        )
        for row in table.rows
    ]
    return html.Table(
        [
            html.Caption(caption, className="visually-hidden"),
            html.Thead(html.Tr(head)),
            html.Tbody(body),
        ],
        className="chorus-table",
    )


def _shown(value: Value) -> str:
    return "" if value is None else str(value)


def _kind(value: Value) -> str:
    text = str(value or "")
    return "number" if text[:1].isdigit() or text[:1] in "+\u2212" else "word"


def csv_text(table: Table) -> str:
    """Return the rows as CSV: UTF-8 with mark, one header, reasons not blanks."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.keys or table.columns)
    for row in table.rows if table.data is None else table.data:
        writer.writerow([safe_cell(v) for v in row])
    return BOM + out.getvalue()


def safe_cell(value: Value) -> Value:
    """Return a cell that no spreadsheet runs as a formula; numbers to four digits."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    if isinstance(value, float):
        return round(value, 4)
    return value


CELL_KEYS = ("share", "low", "high", "n_band", "n", "rate", "suppression_reason")


def cell_headings(say: Speaker) -> tuple[str, ...]:
    """Return the headings of `cell_values`."""
    return tuple(say(f"column.{k}") for k in ("share", "low", "high", "n", "rate"))


def cell_values(say: Speaker, cell: Cell) -> tuple[Value, ...]:
    """Return a cell as printed: share, from, to, n, answered."""
    if not cell.is_shown:
        return (say.withheld(cell), None, None, None, None)
    return (
        say.share(cell),
        None if cell.low is None else say.percent(cell.low),
        None if cell.high is None else say.percent(cell.high),
        say.n(cell),
        None if cell.rate is None else say.percent(cell.rate),
    )


def cell_data(cell: Cell) -> tuple[Value, ...]:
    """Return a cell as stored in a file, with the reason where it is hidden."""
    reason = None if cell.is_shown else str(cell.status)
    values = (cell.share, cell.low, cell.high, cell.n_band, cell.n, cell.rate)
    return (*values, reason)
