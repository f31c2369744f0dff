"""Small workbooks written by hand: the markup as its two standards have it.

ECMA-376 (.xlsx) and OASIS OpenDocument 1.3 (.ods), no more than a table needs.
"""

# ruff: noqa: DTZ001 - the days of a sheet have no zone

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from xml.sax.saxutils import escape

Cell = str | int | float | bool | date | None
Sheets = dict[str, list[list[Cell]]]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
# Style 1 is a day, style 2 a day with a time: numbers to the sheet.
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/>'
    '<xf numFmtId="22"/></cellXfs></styleSheet>'
)


def letters(column: int) -> str:
    """0 is A, 26 is AA."""
    found = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def serial(moment: date) -> float:
    """Days since the last one of 1899, as sheets count them."""
    whole = datetime(moment.year, moment.month, moment.day)
    days = (whole - datetime(1899, 12, 30)).days
    if isinstance(moment, datetime):
        return days + (moment - whole).total_seconds() / 86400
    return days


def _cell(place: str, value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, date):
        style = 2 if isinstance(value, datetime) else 1
        return f'<c r="{place}" s="{style}"><v>{serial(value)!r}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value!r}</v></c>'
    text = escape(value)
    return (
        f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    )


def sheet_markup(rows: list[list[Cell]], merged: tuple[str, ...] = ()) -> str:
    """One sheet's rows; *merged* are ranges as C1:D1."""
    lines = "".join(
        f'<row r="{y}">'
        + "".join(_cell(f"{letters(x)}{y}", v) for x, v in enumerate(row))
        + "</row>"
        for y, row in enumerate(rows, 1)
    )
    ranges = "".join(f'<mergeCell ref="{m}"/>' for m in merged)
    spans = f"<mergeCells>{ranges}</mergeCells>" if merged else ""
    return (
        f'<worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData>{spans}</worksheet>'
    )


def xlsx(
    sheets: Sheets,
    *,
    hidden: tuple[str, ...] = (),
    merged: tuple[str, ...] = (),
    extra: dict[str, bytes] | None = None,
) -> bytes:
    """A workbook; *merged* holds in its first sheet, *extra* are further members."""
    numbered = list(enumerate(sheets.items(), 1))
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"'
        + (' state="hidden"' if name in hidden else "")
        + "/>"
        for n, (name, _) in numbered
    )
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{RELS}/worksheet" '
        f'Target="worksheets/sheet{n}.xml"/>'
        for n, _ in numbered
    )
    members = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": (
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{RELS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": (
            f'<workbook xmlns="{MAIN}" xmlns:r="{RELS}"><sheets>{listed}</sheets>'
            "</workbook>"
        ),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{PACKAGE}/relationships">{relations}'
            f'<Relationship Id="rId{len(sheets) + 1}" Type="{RELS}/styles" '
            'Target="styles.xml"/></Relationships>'
        ),
        "xl/styles.xml": STYLES,
    }
    for n, (_, rows) in numbered:
        ranges = merged if n == 1 else ()
        members[f"xl/worksheets/sheet{n}.xml"] = sheet_markup(rows, ranges)
    return zipped({**members, **(extra or {})})


def ods(sheets: Sheets) -> bytes:
    """A workbook of the open standard; days are days there."""

    def cell(value: Cell) -> str:
        if value is None:
            return "<table:table-cell/>"
        if isinstance(value, bool):
            return (
                '<table:table-cell office:value-type="boolean" '
                f'office:boolean-value="{str(value).lower()}"/>'
            )
        if isinstance(value, date):
            return (
                '<table:table-cell office:value-type="date" '
                f'office:date-value="{value.isoformat()}"/>'
            )
        if isinstance(value, int | float):
            return (
                '<table:table-cell office:value-type="float" '
                f'office:value="{value!r}"/>'
            )
        return (
            '<table:table-cell office:value-type="string"><text:p>'
            f"{escape(value)}</text:p></table:table-cell>"
        )

    tables = "".join(
        f'<table:table table:name="{escape(name)}">'
        + "".join(
            f"<table:table-row>{''.join(map(cell, row))}</table:table-row>"
            for row in rows
        )
        + "</table:table>"
        for name, rows in sheets.items()
    )
    names = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
        for short in ("office", "table", "text", "style")
    )
    content = (
        f"<office:document-content{names}><office:body><office:spreadsheet>{tables}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    mime = "application/vnd.oasis.opendocument.spreadsheet"
    return zipped(
        {
            "mimetype": mime,
            "META-INF/manifest.xml": "<manifest/>",
            "content.xml": content,
        }
    )


def zipped(members: dict[str, str | bytes]) -> bytes:
    """A zip of *members*."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()
