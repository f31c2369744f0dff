"""The warehouse: every accepted row, every file, every refused row with its reason."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path

import duckdb

from data.catalogue import catalogue
from data.errors import ChorusError, DiskFull, WarehouseError, WarehouseLocked
from data.ingest.canonical_tables import REGISTERS
from data.ingest.journal import journals
from data.ingest.sql import name, sql
from data.settings import Settings

MACROS = r"""
CREATE OR REPLACE TEMP MACRO fold(x) AS
    lower(trim(regexp_replace(replace(x, chr(160), ' '), '\s+', ' ', 'g')));
-- A letter an earlier tool already lost (U+FFFD) reads better as a space.
CREATE OR REPLACE TEMP MACRO tidy(x) AS
    trim(regexp_replace(translate(x, chr(160) || chr(65533), '  '), '\s+', ' ', 'g'));
"""

# `response_no` counts up in the order of import, so each file's answers lie
# side by side on disk and a wave is found without reading the others.
TABLES = """
-- Which definitions of tables it was last opened with.
CREATE TABLE IF NOT EXISTS made_with (stamp VARCHAR NOT NULL);
-- What this warehouse is: which secret its hashes are keyed with, whose data it holds.
CREATE TABLE IF NOT EXISTS identity (key VARCHAR PRIMARY KEY, value VARCHAR NOT NULL);
CREATE TABLE IF NOT EXISTS files (
    file_id INTEGER PRIMARY KEY, sha256 VARCHAR NOT NULL, name VARCHAR NOT NULL,
    format VARCHAR NOT NULL, encoding VARCHAR NOT NULL, mapping VARCHAR NOT NULL,
    reading VARCHAR NOT NULL, source VARCHAR NOT NULL,
    rows_read BIGINT NOT NULL, kept BIGINT NOT NULL, dropped BIGINT NOT NULL,
    set_aside BIGINT NOT NULL, duplicate BIGINT NOT NULL,
    imported_at TIMESTAMP NOT NULL);
-- Imports taken back: their numbers are never given again.
CREATE TABLE IF NOT EXISTS undone (
    file_id INTEGER NOT NULL, sha256 VARCHAR NOT NULL, name VARCHAR NOT NULL,
    format VARCHAR NOT NULL, mapping VARCHAR NOT NULL, imported_at TIMESTAMP NOT NULL,
    rows_read BIGINT NOT NULL, kept BIGINT NOT NULL, set_aside BIGINT NOT NULL,
    undone_at TIMESTAMP NOT NULL);
-- Survey exports kept to be read again; `kept` names their files.
CREATE TABLE IF NOT EXISTS originals (
    file_id INTEGER NOT NULL, kept VARCHAR NOT NULL, facts JSON NOT NULL,
    mapping JSON NOT NULL);
-- People who asked to be forgotten, so that no later export brings them back: a hash of
-- the hash their responses had.
CREATE TABLE IF NOT EXISTS forgotten (
    mark VARCHAR NOT NULL, forgotten_on DATE NOT NULL);
-- What was in the warehouse when a release was built.
CREATE TABLE IF NOT EXISTS built_from (
    release_id VARCHAR NOT NULL, file_id INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS headers (mapping VARCHAR PRIMARY KEY, header VARCHAR[]);
CREATE TABLE IF NOT EXISTS items (item_no SMALLINT PRIMARY KEY, item_id VARCHAR);
CREATE TABLE IF NOT EXISTS waves (
    wave VARCHAR PRIMARY KEY, wave_index SMALLINT NOT NULL,
    opens_on DATE, closes_on DATE);
CREATE TABLE IF NOT EXISTS schools (
    school_id VARCHAR PRIMARY KEY, name VARCHAR NOT NULL, level VARCHAR,
    grades VARCHAR, area VARCHAR, cohort_id SMALLINT, launch_date DATE,
    closed_on DATE, formerly VARCHAR);
CREATE TABLE IF NOT EXISTS school_names (
    name VARCHAR PRIMARY KEY, school_id VARCHAR NOT NULL);
CREATE TABLE IF NOT EXISTS rosters (
    wave VARCHAR, school_id VARCHAR, stakeholder_group VARCHAR,
    grade_band VARCHAR, language VARCHAR, program VARCHAR, n INTEGER);
CREATE TABLE IF NOT EXISTS responses (
    response_no BIGINT NOT NULL, file_id INTEGER NOT NULL, wave VARCHAR NOT NULL,
    form VARCHAR NOT NULL, resp_key VARCHAR NOT NULL, school_id VARCHAR NOT NULL,
    grade_band VARCHAR, grade VARCHAR, language VARCHAR, is_current BOOLEAN NOT NULL);
-- Which file took the place of a response: undone, the response is current again.
CREATE TABLE IF NOT EXISTS replaced (
    response_no BIGINT NOT NULL, by_file INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS answers (
    response_no BIGINT NOT NULL, item_no SMALLINT NOT NULL, code TINYINT NOT NULL);
CREATE TABLE IF NOT EXISTS rubric (
    semester VARCHAR, school_id VARCHAR, attribute VARCHAR, domain VARCHAR,
    rater VARCHAR, level TINYINT, evidence_ref VARCHAR, blind BOOLEAN);
CREATE TABLE IF NOT EXISTS rubric_public (
    semester VARCHAR, school_id VARCHAR, agreed BOOLEAN);
CREATE TABLE IF NOT EXISTS ties (
    response_no BIGINT NOT NULL, school_id VARCHAR NOT NULL);
CREATE TABLE IF NOT EXISTS summary_measures (
    measure_id VARCHAR PRIMARY KEY, indicator_id VARCHAR, respondents VARCHAR,
    source_en VARCHAR, source_es VARCHAR, name_en VARCHAR, name_es VARCHAR,
    definition_en VARCHAR, definition_es VARCHAR, is_public BOOLEAN);
CREATE TABLE IF NOT EXISTS summary_values (
    measure_id VARCHAR, wave VARCHAR, school_id VARCHAR, share DOUBLE, n INTEGER,
    eligible INTEGER, rate DOUBLE, PRIMARY KEY (measure_id, wave, school_id));
CREATE TABLE IF NOT EXISTS settings (
    key VARCHAR, value VARCHAR, set_by VARCHAR, set_on DATE, reason VARCHAR);
CREATE TABLE IF NOT EXISTS quarantine (
    file_id INTEGER, line BIGINT, column_name VARCHAR, reason VARCHAR, fields JSON,
    resp_key VARCHAR);
CREATE TABLE IF NOT EXISTS flags (
    file_id INTEGER, column_name VARCHAR, reason VARCHAR, rows BIGINT,
    first_line BIGINT);
"""

# What goes wrong with the file itself, and not with what is in it.
STATE_OF_THE_FILE = (
    duckdb.IOException,
    duckdb.FatalException,
    duckdb.InternalException,
    duckdb.SerializationException,
)
NO_ROOM = ("no space left", "not enough space", "file too large", "disk quota")
NOT_ALLOWED = ("permission denied", "read-only", "readonly")

# Small tables a check needs to judge a file: copied, never written back.
REFERENCE_TABLES = (
    "identity",
    "headers",
    "waves",
    "schools",
    "school_names",
    "summary_measures",
    "case_event",
    "session",
    "outcome_measure",
    "forgotten",
)


@contextmanager
def open_warehouse(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse for writing, creating it where there is none.

    Raises:
        WarehouseLocked: another command holds it.
        DiskFull: there was no room to write.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    connection = _connect(settings.warehouse, settings)
    try:
        create_schema(connection)
        yield connection
    except duckdb.Error as error:
        # A commit the disk had no room for is an error of the transaction.
        if isinstance(error, STATE_OF_THE_FILE) or _is_no_room(error):
            raise explained(error, settings.warehouse) from error
        raise
    finally:
        # Closing writes what is outstanding; what went wrong first is to be told.
        with contextlib.suppress(duckdb.Error):
            connection.close()


def explained(error: Exception, path: Path) -> ChorusError:
    """Return what a person can do about an error of the warehouse itself."""
    said = str(error)
    if _is_no_room(error):
        return DiskFull(str(path))
    if "lock" in said.lower():
        return WarehouseLocked(str(path))
    if any(word in said.lower() for word in NOT_ALLOWED):
        return WarehouseError(
            f"{path} cannot be written; let the user who runs Chorus write it and its "
            "folder"
        )
    return WarehouseError(
        f"{path} is damaged; put it back from the backup ({_first(error)[:120]})"
    )


@contextmanager
def read_warehouse(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse for looking only.

    Raises:
        WarehouseError: it is held by a writing command, damaged or not one of ours.
    """
    try:
        with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
            yield connection
    except (*STATE_OF_THE_FILE, duckdb.CatalogException) as error:
        raise explained(error, settings.warehouse) from error


@contextmanager
def open_scratch(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a warehouse in memory that knows the real one's schools and waves.

    For `chorus check`: it judges as the import would and writes nothing.
    """
    connection = duckdb.connect(config={"memory_limit": settings.memory_limit})
    try:
        create_schema(connection)
        if settings.warehouse.exists():
            _attach_reference(connection, settings.warehouse)
        yield connection
    finally:
        connection.close()


def create_schema(connection: duckdb.DuckDBPyConnection) -> None:
    """Create every table that is missing and number the catalogue's items."""
    # Sixty statements that find their tables there take longer than opening the file.
    is_complete = _stamp_of(connection) == _stamp()
    # At once: a process killed between two tables would leave a warehouse that
    # only the next writing command could read again.
    connection.execute("BEGIN")
    connection.execute(MACROS)
    if not is_complete:
        connection.execute(_definitions())
        connection.execute(
            sql(
                "DELETE FROM made_with; INSERT INTO made_with VALUES ({stamp})",
                stamp=_stamp(),
            )
        )
    _number_items(connection)
    connection.execute("COMMIT")


@cache
def _definitions() -> str:
    """Return the statements that make every table and its journal."""
    registers = [register.definition for register in REGISTERS.values()]
    return ";\n".join([TABLES.rstrip().rstrip(";"), *registers, *journals()])


@cache
def _stamp() -> str:
    return sha256(_definitions().encode()).hexdigest()


def _stamp_of(connection: duckdb.DuckDBPyConnection) -> str | None:
    """Return which definitions the warehouse was last made with."""
    try:
        row = connection.execute("SELECT stamp FROM made_with").fetchone()
    except duckdb.CatalogException:
        return None
    return row[0] if row else None


def _number_items(connection: duckdb.DuckDBPyConnection) -> None:
    known = connection.execute("SELECT item_id, item_no FROM items").fetchall()
    numbers = dict(known)
    fresh = [item for item in catalogue().items if item not in numbers]
    start = max(numbers.values(), default=0) + 1
    if fresh:
        connection.execute(
            "INSERT INTO items SELECT unnest(?::SMALLINT[]), unnest(?::VARCHAR[])",
            [list(range(start, start + len(fresh))), fresh],
        )


def _connect(path: Path, settings: Settings) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(str(path), config={"memory_limit": settings.memory_limit})
    except duckdb.Error as error:
        raise explained(error, path) from error


def _attach_reference(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    try:
        connection.execute(sql("ATTACH {path} AS live (READ_ONLY)", path=str(path)))
        for table in REFERENCE_TABLES:
            statement = sql(
                "INSERT INTO {table} SELECT * FROM live.{table}", table=name(table)
            )
            connection.execute(statement)
        connection.execute("DETACH live")
    except duckdb.Error as error:
        raise explained(error, path) from error


def _is_no_room(error: Exception) -> bool:
    return any(words in str(error).lower() for words in NO_ROOM)


def _first(error: Exception) -> str:
    return str(error).splitlines()[0]
