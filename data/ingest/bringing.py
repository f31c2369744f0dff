"""One file into the warehouse, in one transaction: all of it or nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb

from data.errors import FileNotReadable, HeaderChanged
from data.ingest.canonical import load_canonical
from data.ingest.canonical_tables import TABLES
from data.ingest.formats import Layout
from data.ingest.hashing import hash_key, is_scratch
from data.ingest.journal import open_page, write_page
from data.ingest.long_responses import load_long_responses
from data.ingest.mapping import (
    Mapping,
    SchoolsMapping,
    SummaryMapping,
    SurveyMapping,
    TableMapping,
)
from data.ingest.originals import Original, keep, pass_on, sweep
from data.ingest.report import Report
from data.ingest.roster_files import PRODUCERS
from data.ingest.rosters import load_rosters
from data.ingest.source import Source
from data.ingest.summaries import load_school_directory, load_summary
from data.ingest.surveys import FileFacts, load_survey
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


@dataclass(frozen=True, slots=True)
class Reading:
    """One file and how it is read.

    Attributes:
        called: the mapping's name, or the table's.
        how: checksum of everything but the file that says how it is read.
        lines: record → the line a person finds it in.
        source: the file, where it is here; `original` what was kept of it, otherwise.
        rosters: which tables of a roster are staged.
        shaped: columns of the table a list was put into.
        is_told: the steward said that it stands in the place of what came before.
    """

    name: str
    sha256: str
    encoding: str
    layout: Layout
    mapping: Mapping | None
    called: str
    how: str
    lines: Callable[[int], int]
    source: Source | None = None
    original: Original | None = None
    rosters: frozenset[str] = frozenset()
    shaped: tuple[str, ...] = ()
    wave: str | None = None
    accept_header: bool = False
    is_told: bool = False


def bring(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    reading: Reading,
    report: Report,
    announce: Callable[[Arriving], None],
) -> None:
    """Load what is staged and note what came; tell it in *report*.

    Raises:
        ImportFileError: it was refused; nothing changed.
    """
    file_id = _next_file_id(connection)
    if not is_scratch(connection):
        sweep(connection, settings)
    announce(Arriving(report.name, file_id, reading.sha256))
    connection.execute("BEGIN")
    try:
        changing = _changing(reading.mapping, reading.layout)
        open_page(connection, changing)
        _check_header(connection, reading)
        _load(connection, settings, reading, report, file_id)
        write_page(connection, changing, file_id)
        _record(connection, reading, report, file_id)
        connection.execute("COMMIT")
    except duckdb.OutOfMemoryException as error:
        _roll_back(connection)
        raise FileNotReadable(
            "there was not memory enough to read it; set CHORUS_MEMORY higher or "
            "import it in parts",
            file=reading.name,
        ) from error
    except duckdb.DataError as error:
        _roll_back(connection)
        raise FileNotReadable(
            f"it could not be read: {str(error).splitlines()[0][:160]}",
            file=reading.name,
        ) from error
    except BaseException:
        _roll_back(connection)
        raise


def _roll_back(connection: duckdb.DuckDBPyConnection) -> None:
    # A failed statement may have ended the transaction already, or the database; what
    # went wrong first is what is to be told.
    with contextlib.suppress(duckdb.Error):
        connection.execute("ROLLBACK")


def _load(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    reading: Reading,
    report: Report,
    file_id: int,
) -> None:
    layout, mapping, lines = reading.layout, reading.mapping, reading.lines
    if layout.format in PRODUCERS:
        load_rosters(connection, reading.rosters, report, wave=reading.wave)
        return
    facts = FileFacts(
        file_id=file_id,
        sha256=reading.sha256,
        source=_collected(mapping, layout),
        key=hash_key(connection, settings),
        is_told=reading.is_told,
        lines=lines,
        is_hashed=reading.original is not None,
    )
    match mapping:
        case SurveyMapping():
            load_survey(connection, layout, mapping, report, facts)
            _keep(connection, settings, reading, mapping, facts)
        case SummaryMapping():
            load_summary(connection, layout, mapping, report, lines=lines)
        case SchoolsMapping():
            load_school_directory(connection, layout, mapping, report)
        case TableMapping():
            load_canonical(
                connection, TABLES[mapping.table], reading.shaped, report,
                key=facts.key, lines=lines,
            )  # fmt: skip
        case None if layout.table == "response":
            load_long_responses(connection, layout.keys, report, facts)
        case None:
            table = TABLES[layout.table]
            load_canonical(
                connection, table, layout.keys, report,
                key=facts.key, lines=lines,
            )  # fmt: skip


def _keep(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    reading: Reading,
    mapping: SurveyMapping,
    facts: FileFacts,
) -> None:
    """Keep the export to be read again, or pass on what was kept of it."""
    if reading.original:
        pass_on(connection, reading.original, mapping, facts.file_id)
    elif reading.source and settings.keep_originals and not is_scratch(connection):
        keep(
            connection,
            settings,
            reading.source,
            reading.layout,
            mapping,
            facts.file_id,
            facts.key,
        )


def _check_header(
    connection: duckdb.DuckDBPyConnection,
    reading: Reading,
) -> None:
    """Stop when a file's columns differ from those the mapping was used with."""
    layout, mapping = reading.layout, reading.mapping
    if mapping is None:
        return
    known = connection.execute(
        "SELECT header FROM headers WHERE mapping = ?", [mapping.name]
    ).fetchone()
    header = list(layout.keys)
    if known and known[0] != header and not reading.accept_header:
        gone = [k for k in known[0] if k not in header]
        fresh = [k for k in header if k not in known[0]]
        moved = "" if gone or fresh else "; the same columns in another order"
        raise HeaderChanged(
            f"the columns changed since mapping {mapping.name} was last used: "
            f"gone {listed(gone)}; new {listed(fresh)}{moved}; check the mapping, then "
            "import with --accept-header",
            file=reading.name,
            line=1,
            column=(gone or fresh or header)[0],
        )
    connection.execute(
        "INSERT OR REPLACE INTO headers VALUES (?, ?)", [mapping.name, header]
    )


def listed(names: list[str]) -> str:
    """Return the first names with commas between, and how many more there are."""
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
        case TableMapping():
            return ("headers", *CHANGED_BY.get(mapping.table, (mapping.table,)))
        case None:
            pass
    if layout.format in PRODUCERS:
        return ("rosters",)
    return CHANGED_BY.get(layout.table, (layout.table,))


def _next_file_id(connection: duckdb.DuckDBPyConnection) -> int:
    row = connection.execute(
        """SELECT coalesce(max(file_id), 0) + 1 FROM
             (SELECT file_id FROM files UNION ALL SELECT file_id FROM undone)"""
    ).fetchone()
    assert row is not None
    return int(row[0])


def _record(
    connection: duckdb.DuckDBPyConnection,
    reading: Reading,
    report: Report,
    file_id: int,
) -> None:
    connection.execute(
        "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            file_id,
            reading.sha256,
            reading.name,
            report.format,
            report.encoding,
            reading.called,
            reading.how,
            _collected(reading.mapping, reading.layout),
            report.rows_read,
            report.kept,
            report.dropped,
            report.set_aside,
            report.duplicate,
            datetime.now(UTC).replace(tzinfo=None, microsecond=0),
        ],
    )
