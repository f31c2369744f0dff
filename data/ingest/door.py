"""The recipe for one file: recognise, stage, map, load – all of it or nothing."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from data.errors import (
    FileNotReadable,
    HeaderChanged,
    ImportFileError,
    MappingError,
    UnknownFormat,
)
from data.ingest.canonical import load_canonical
from data.ingest.canonical_tables import TABLES
from data.ingest.formats import Layout, recognise
from data.ingest.hashing import hash_key
from data.ingest.journal import open_page, write_page
from data.ingest.long_responses import load_long_responses
from data.ingest.mapping import (
    Mapping,
    SchoolsMapping,
    SummaryMapping,
    SurveyMapping,
    read_mappings,
)
from data.ingest.nearest import nearest_table
from data.ingest.report import Report
from data.ingest.rosters import load_rosters, stage_rosters
from data.ingest.source import Source, open_sources
from data.ingest.staging import line_of, stage
from data.ingest.summaries import load_school_directory, load_summary
from data.ingest.surveys import FileFacts, load_survey
from data.ingest.tools import Format
from data.settings import Settings

# Tables of the warehouse a canonical table writes into, if not one of its own name.
CHANGED_BY: dict[str, tuple[str, ...]] = {
    "wave": ("waves",),
    "school": ("schools", "school_names"),
    "roster": ("rosters",),
    "response": (),
}
# Columns named in one message before "and 12 more".
MOST_NAMES = 6


@dataclass(frozen=True, slots=True)
class Arriving:
    """A file about to be written into the warehouse.

    Attributes:
        file_id, sha256: how the warehouse will know it once it is in.
    """

    name: str
    file_id: int
    sha256: str


def import_file(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    path: Path,
    *,
    mapping_file: Path | None = None,
    wave: str | None = None,
    sheet: str | None = None,
    accept_header: bool = False,
    replace: bool = False,
    announce: Callable[[Arriving], None] = lambda _: None,
) -> Report:
    """Import one file in one transaction and return what became of it.

    The same bytes read in the same way change nothing; a corrected mapping or a new
    alias reads them again. A later file of the same source replaces the earlier one.
    A process killed half-way leaves the warehouse as it was.

    Args:
        sheet: which one of a workbook, where several hold rows.
        replace: the file stands in the place of what its source brought, also where
            little of that is in it.
        announce: called with the file once it is known to be new and before
            anything is written; where it raises, nothing is.

    Raises:
        ImportFileError: the file was refused whole; nothing changed.
    """
    mappings = read_mappings(mapping_file) if mapping_file else []
    sheets = (sheet,) if sheet else tuple(m.sheet for m in mappings if m.sheet)
    encoding = _stated_encoding(path, mappings, sheets)
    with open_sources(path, encoding, sheets) as sources:
        source = sources[0]
        layout = recognise(source)
        mapping = _choose(mappings, layout, source)
        report = Report(path.name, str(layout.format), source.encoding)
        report.remarks = source.remarks
        name = mapping.name if mapping else layout.table
        reading = _reading(connection, mapping, layout, wave)
        if _is_known(connection, source, name, reading):
            report.already_imported = True
            return report
        rosters = _stage(connection, sources, layout, report)
        file_id = _next_file_id(connection)
        announce(Arriving(report.name, file_id, source.sha256))
        connection.execute("BEGIN")
        try:
            collected = _collected(mapping, layout)
            changing = _changing(mapping, layout)
            open_page(connection, changing)
            _check_header(connection, layout, mapping, source, accept_header)
            _load(
                connection,
                settings,
                source,
                layout,
                mapping,
                report,
                file_id,
                rosters,
                wave,
                replace=replace,
            )
            write_page(connection, changing, file_id)
            _record(connection, source, report, file_id, (name, reading, collected))
            connection.execute("COMMIT")
        except duckdb.OutOfMemoryException as error:
            _roll_back(connection)
            raise FileNotReadable(
                "there was not memory enough to read it; set CHORUS_MEMORY higher or "
                "import it in parts",
                file=path.name,
            ) from error
        except duckdb.DataError as error:
            _roll_back(connection)
            raise FileNotReadable(
                f"it could not be read: {str(error).splitlines()[0][:160]}",
                file=path.name,
            ) from error
        except BaseException:
            _roll_back(connection)
            raise
        return report


def _stated_encoding(
    path: Path, mappings: list[Mapping], sheets: tuple[str, ...]
) -> str | None:
    """Return the encoding the file's own mapping states, if it states one."""
    if not any(m.encoding for m in mappings):
        return None
    with open_sources(path, sheets=sheets) as sources:
        mapping = _choose(mappings, recognise(sources[0]), sources[0])
    return mapping.encoding if mapping else None


def _roll_back(connection: duckdb.DuckDBPyConnection) -> None:
    # A failed statement may have ended the transaction already, or the database; what
    # went wrong first is what is to be told.
    with contextlib.suppress(duckdb.Error):
        connection.execute("ROLLBACK")


def _stage(
    connection: duckdb.DuckDBPyConnection,
    sources: list[Source],
    layout: Layout,
    report: Report,
) -> dict[str, Layout]:
    """Stage before the transaction begins: only committed rows count from 0."""
    if layout.format is Format.ONEROSTER:
        return stage_rosters(connection, sources)
    records = stage(connection, sources[0])
    report.rows_read = records - layout.header_records
    if not report.rows_read:
        raise FileNotReadable(
            "only a header, no rows; export again with responses", file=report.name
        )
    return {}


def _load(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    source: Source,
    layout: Layout,
    mapping: Mapping | None,
    report: Report,
    file_id: int,
    rosters: dict[str, Layout],
    wave: str | None,
    *,
    replace: bool,
) -> None:
    if layout.format is Format.ONEROSTER:
        load_rosters(connection, rosters, report, wave=wave)
        return
    lines = line_of(source)
    facts = FileFacts(
        file_id=file_id,
        sha256=source.sha256,
        source=_collected(mapping, layout),
        key=hash_key(connection, settings),
        is_told=replace,
        lines=lines,
    )
    match mapping:
        case SurveyMapping():
            load_survey(connection, layout, mapping, report, facts)
        case SummaryMapping():
            load_summary(connection, layout, mapping, report, lines=lines)
        case SchoolsMapping():
            load_school_directory(connection, layout, mapping, report)
        case None if layout.table == "response":
            load_long_responses(connection, layout.keys, report, facts)
        case None:
            table = TABLES[layout.table]
            load_canonical(
                connection, table, layout.keys, report,
                key=facts.key, lines=lines,
            )  # fmt: skip


def _choose(mappings: list[Mapping], layout: Layout, source: Source) -> Mapping | None:
    """Return the mapping whose columns the file has."""
    if layout.format in {Format.CANONICAL, Format.ONEROSTER}:
        return None
    if not mappings:
        if layout.format is Format.PLAIN and (looks := nearest_table(layout.keys)):
            raise UnknownFormat(looks, file=source.name, line=1)
        raise UnknownFormat(
            f"{layout.format} needs a mapping that says which column is the school, "
            "the wave and each question; add --mapping FILE "
            "(docs/guide/mapping-a-survey.md)",
            file=source.name,
        )
    have = set(layout.keys)
    for mapping in mappings:
        if mapping.columns <= have:
            return mapping
    nearest = min(mappings, key=lambda m: len(m.columns - have))
    gone = sorted(nearest.columns - have)
    fresh = sorted(have - nearest.columns)
    raise MappingError(
        f"mapping {nearest.name} needs columns the file lacks: {_list(gone)}; "
        f"the file has instead: {_list(fresh)}; correct the mapping",
        file=source.name,
        line=1,
        column=gone[0],
    )


def _check_header(
    connection: duckdb.DuckDBPyConnection,
    layout: Layout,
    mapping: Mapping | None,
    source: Source,
    accept_header: bool,
) -> None:
    """Stop when a file's columns differ from those the mapping was used with."""
    if mapping is None:
        return
    known = connection.execute(
        "SELECT header FROM headers WHERE mapping = ?", [mapping.name]
    ).fetchone()
    header = list(layout.keys)
    if known and known[0] != header and not accept_header:
        gone = [k for k in known[0] if k not in header]
        fresh = [k for k in header if k not in known[0]]
        moved = "" if gone or fresh else "; the same columns in another order"
        raise HeaderChanged(
            f"the columns changed since mapping {mapping.name} was last used: "
            f"gone {_list(gone)}; new {_list(fresh)}{moved}; check the mapping, then "
            "import with --accept-header",
            file=source.name,
            line=1,
            column=(gone or fresh or header)[0],
        )
    connection.execute(
        "INSERT OR REPLACE INTO headers VALUES (?, ?)", [mapping.name, header]
    )


def _list(names: list[str]) -> str:
    shown = ", ".join(names[:MOST_NAMES]) or "none"
    more = len(names) - MOST_NAMES
    return f"{shown} and {more} more" if more > 0 else shown


def _collected(mapping: Mapping | None, layout: Layout) -> str:
    """Return what the district collects together: the tool, unless the mapping says."""
    if isinstance(mapping, SurveyMapping) and mapping.source:
        return mapping.source
    return str(layout.format)


def _changing(mapping: Mapping | None, layout: Layout) -> tuple[str, ...]:
    """Return the tables where rows of the import may take the place of others."""
    directory = ("headers", "schools", "school_names")
    match mapping:
        case SurveyMapping():
            return ("headers",)
        case SummaryMapping():
            return (*directory, "waves", "summary_measures", "summary_values")
        case SchoolsMapping():
            return directory
        case None:
            pass
    if layout.format is Format.ONEROSTER:
        return ("rosters",)
    return CHANGED_BY.get(layout.table, (layout.table,))


def _reading(
    connection: duckdb.DuckDBPyConnection,
    mapping: Mapping | None,
    layout: Layout,
    wave: str | None,
) -> str:
    """Return a checksum of everything but the file that says how it is read.

    A corrected mapping, a new alias or another calendar changes it.
    """
    known = [
        connection.execute("SELECT * FROM school_names ORDER BY ALL").fetchall(),
        connection.execute(
            "SELECT wave, opens_on, closes_on FROM waves ORDER BY ALL"
        ).fetchall(),
    ]
    # A table of the district's own is read by its columns alone.
    around = known if mapping is not None or layout.format is Format.ONEROSTER else []
    told = mapping.model_dump_json() if mapping else layout.table
    text = json.dumps([told, wave, around], default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _is_known(
    connection: duckdb.DuckDBPyConnection, source: Source, name: str, reading: str
) -> bool:
    row = connection.execute(
        """SELECT count(*) FROM files WHERE sha256 = ? AND mapping = ? AND reading = ?
             AND file_id = (SELECT max(file_id) FROM files WHERE sha256 = ?
               AND mapping = ?)""",
        [source.sha256, name, reading, source.sha256, name],
    ).fetchone()
    return bool(row and row[0])


def _next_file_id(connection: duckdb.DuckDBPyConnection) -> int:
    row = connection.execute(
        """SELECT coalesce(max(file_id), 0) + 1 FROM
             (SELECT file_id FROM files UNION ALL SELECT file_id FROM undone)"""
    ).fetchone()
    assert row is not None
    return int(row[0])


def _record(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    report: Report,
    file_id: int,
    told: tuple[str, str, str],
) -> None:
    connection.execute(
        "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            file_id,
            source.sha256,
            source.name,
            report.format,
            report.encoding,
            *told,
            report.rows_read,
            report.kept,
            report.dropped,
            report.set_aside,
            report.duplicate,
            datetime.now(UTC).replace(tzinfo=None, microsecond=0),
        ],
    )


__all__ = ["ImportFileError", "import_file"]
