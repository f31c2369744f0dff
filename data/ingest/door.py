"""The recipe for one file: recognise, stage, map, load – all of it or nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import duckdb

from data.errors import FileNotReadable, ImportInUse, MappingError, UnknownFormat
from data.ingest.bringing import Arriving, Reading, bring, listed
from data.ingest.draft import Draft, draft
from data.ingest.formats import Layout, recognise
from data.ingest.lists import reshape
from data.ingest.mapping import (
    Mapping,
    SurveyMapping,
    TableMapping,
    read_mappings,
)
from data.ingest.nearest import nearest_table
from data.ingest.originals import original_of, stage_original
from data.ingest.report import Report
from data.ingest.roster_files import PRODUCERS
from data.ingest.rosters import stage_rosters
from data.ingest.source import Source, open_sources
from data.ingest.staging import line_of, stage
from data.ingest.tools import Format
from data.settings import Settings


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
        called = mapping.name if mapping else layout.table
        how = _reading(connection, mapping, layout, wave)
        if _is_known(connection, source.sha256, called, how):
            report.already_imported = True
            return report
        rosters = _stage(connection, sources, layout, report)
        lines: Callable[[int], int] = line_of(source)
        shaped: tuple[str, ...] = ()
        if isinstance(mapping, TableMapping):
            shaped, lines = reshape(connection, layout, mapping, report, lines)
        reading = Reading(
            source.name,
            source.sha256,
            source.encoding,
            layout,
            mapping,
            called,
            how,
            lines,
            source=source,
            rosters=rosters,
            shaped=shaped,
            wave=wave,
            accept_header=accept_header,
            is_told=replace,
        )
        bring(connection, settings, reading, report, announce)
        return report


def reread(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    number: int,
    *,
    mapping_file: Path | None = None,
    announce: Callable[[Arriving], None] = lambda _: None,
) -> Report:
    """Read what was kept of the import *number* again, and let it take its place.

    With a corrected mapping, or with the one it was read with: rows set aside are tried
    again, with the aliases and the calendar of today. Where nothing would be read in
    another way, nothing is done.

    Raises:
        OriginalNotKept: there is none, or no longer.
        ImportFileError: it was refused whole; nothing changed.
    """
    original = original_of(connection, number)
    if later := _replaced_by(connection, number):
        raise ImportInUse(
            f"import {later} stands in the place of import {number}; read that again"
        )
    mapping: Mapping | None = original.mapping
    if mapping_file:
        mapping = _fitting(read_mappings(mapping_file), original.layout, original.name)
    if not isinstance(mapping, SurveyMapping):
        raise MappingError(
            "a kept survey is read with a mapping that begins with 'survey:'",
            file=original.name,
        )
    if gone := sorted(mapping.columns & set(original.dropped)):
        raise MappingError(
            "the column was not kept, since it may tell who somebody is; import the "
            "file itself with this mapping",
            file=original.name,
            column=gone[0],
        )
    report = Report(original.name, str(original.layout.format), original.encoding)
    how = _reading(connection, mapping, original.layout, None)
    if _is_known(connection, original.sha256, mapping.name, how):
        report.already_imported = True
        return report
    records, lines = stage_original(connection, settings, original)
    report.rows_read = records - original.layout.header_records
    reading = Reading(
        original.name,
        original.sha256,
        original.encoding,
        original.layout,
        mapping,
        mapping.name,
        how,
        lines,
        original=original,
        accept_header=True,
        is_told=True,
    )
    bring(connection, settings, reading, report, announce)
    return report


def draft_mapping(
    connection: duckdb.DuckDBPyConnection, path: Path, *, sheet: str | None = None
) -> Draft:
    """Propose a mapping for a survey export.

    Args:
        connection: a warehouse that knows the schools and waves.

    Raises:
        ImportFileError: it cannot be read, or needs no mapping.
    """
    with open_sources(path, sheets=(sheet,) if sheet else ()) as sources:
        layout = recognise(sources[0])
        if layout.format in {Format.CANONICAL, *PRODUCERS}:
            raise UnknownFormat(
                f"this is a {layout.format} and needs no mapping; import it as it is",
                file=path.name,
            )
        _stage(connection, sources, layout, Report(path.name, "", ""))
        return draft(connection, layout, path.name)


def _replaced_by(connection: duckdb.DuckDBPyConnection, number: int) -> int | None:
    """Return the import that replaced all that *number* brought, if one did."""
    row = connection.execute(
        """SELECT max(p.by_file), bool_or(r.is_current) FROM responses r
           LEFT JOIN replaced p USING (response_no) WHERE r.file_id = ?""",
        [number],
    ).fetchone()
    return row[0] if row and row[0] and not row[1] else None


def _stated_encoding(
    path: Path, mappings: list[Mapping], sheets: tuple[str, ...]
) -> str | None:
    """Return the encoding the file's own mapping states, if it states one."""
    if not any(m.encoding for m in mappings):
        return None
    with open_sources(path, sheets=sheets) as sources:
        mapping = _choose(mappings, recognise(sources[0]), sources[0])
    return mapping.encoding if mapping else None


def _stage(
    connection: duckdb.DuckDBPyConnection,
    sources: list[Source],
    layout: Layout,
    report: Report,
) -> frozenset[str]:
    """Stage before the transaction begins: only committed rows count from 0."""
    if layout.format in PRODUCERS:
        return stage_rosters(connection, sources)
    records = stage(connection, sources[0])
    report.rows_read = records - layout.header_records
    if not report.rows_read:
        raise FileNotReadable(
            "only a header, no rows; export again with responses", file=report.name
        )
    return frozenset()


def _choose(mappings: list[Mapping], layout: Layout, source: Source) -> Mapping | None:
    """Return the mapping whose columns the file has."""
    if layout.format in {Format.CANONICAL, *PRODUCERS}:
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
    return _fitting(mappings, layout, source.name)


def _fitting(mappings: list[Mapping], layout: Layout, file: str) -> Mapping:
    have = set(layout.keys)
    for mapping in mappings:
        if mapping.columns <= have:
            return mapping
    nearest = min(mappings, key=lambda m: len(m.columns - have))
    gone = sorted(nearest.columns - have)
    fresh = sorted(have - nearest.columns)
    raise MappingError(
        f"mapping {nearest.name} needs columns the file lacks: {listed(gone)}; "
        f"the file has instead: {listed(fresh)}; correct the mapping",
        file=file,
        line=1,
        column=gone[0],
    )


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
    around = known if mapping is not None or layout.format in PRODUCERS else []
    told = mapping.model_dump_json() if mapping else layout.table
    text = json.dumps([told, wave, around], default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _is_known(
    connection: duckdb.DuckDBPyConnection, sha256: str, name: str, reading: str
) -> bool:
    row = connection.execute(
        """SELECT count(*) FROM files WHERE sha256 = ? AND mapping = ? AND reading = ?
             AND file_id = (SELECT max(file_id) FROM files WHERE sha256 = ?
               AND mapping = ?)""",
        [sha256, name, reading, sha256, name],
    ).fetchone()
    return bool(row and row[0])


__all__ = ["Arriving", "draft_mapping", "import_file", "reread"]
