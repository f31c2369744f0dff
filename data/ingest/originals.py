"""Survey exports as they came, without the people in them, to be read again.

A corrected mapping or a new alias reads the same rows again. What is kept is the staged
table with everything gone that names a person: ids are the keyed hashes the warehouse
has, names, addresses and free text are empty. A file is called by the checksum of what
is in it, compressed, and its owner's alone.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

from data.catalogue import catalogue
from data.errors import OriginalNotKept
from data.ingest.codebook import fold
from data.ingest.formats import Layout
from data.ingest.judging import PLACEHOLDERS
from data.ingest.mapping import SurveyMapping
from data.ingest.source import Source
from data.ingest.sql import Sql, cell, sql
from data.ingest.staging import LineNumbers
from data.ingest.tools import Format, plain
from data.model.durable import OWNER_ONLY, flush_folder
from data.settings import Settings

FOLDER = "originals"
# Headings of columns that tell who somebody is; a question is longer.
PRIVATE = re.compile(
    r"name|nombre|apellido|vorname|prénom|e-?mail|correo|courriel|\bip|ipaddr|latitude"
    r"|longitude|location|phone|tel[eé]fono|address|direcci[oó]n|birth|nacimiento"
    r"|signature|browser|device|operating|resolution|zip|postal|parent|guardian|token"
)
LONGEST_HEADING = 40
# A closed question has few answers, each given by several people.
MOST_ANSWERS, FEWEST_EACH, LONGEST_ANSWER = 30, 3, 100
LONGEST_WORDS = 60
LONGEST_ID = 40
AN_ID = re.compile(r"[\w.-]*\d[\w.-]*")
# Columns no mapping names that are looked at; no survey has as many questions.
MOST_COLUMNS = 1000
# Columns judged in one statement.
AT_ONCE = 200
A_DAY = r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*"
# Of the columns a tool writes itself, those reading a file needs.
NEEDED = ("status", "finished", "recorded", "language")


@dataclass(frozen=True, slots=True)
class Original:
    """One kept original and how it was read.

    Attributes:
        kept: checksum of the file it is in.
        mapping: as it was read last; `called` is the name messages give it.
        dropped: headings of columns that were not kept.
        hashed: numbers of columns that hold keyed hashes.
    """

    file_id: int
    kept: str
    name: str
    sha256: str
    encoding: str
    layout: Layout
    mapping: SurveyMapping
    called: str
    dropped: tuple[str, ...]
    hashed: tuple[int, ...]


def keep(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    source: Source,
    layout: Layout,
    mapping: SurveyMapping,
    file_id: int,
    key: str,
) -> None:
    """Keep the staged export, judged a moment ago, within the caller's transaction."""
    treated = _treatments(connection, layout, mapping, key)
    dropped = tuple(
        layout.keys[i] for i, (how, _) in enumerate(treated) if how == "dropped"
    )
    hashed = tuple(i for i, (how, _) in enumerate(treated) if how == "hashed")
    columns = [
        sql(
            "CASE WHEN s.rowid < {first} THEN {raw} ELSE {value} END AS {column}",
            first=layout.header_records,
            raw=cell(i),
            value=value,
            column=Sql(f"c{i:d}"),
        )
        for i, (how, value) in enumerate(treated)
        if how in {"kept", "hashed"}
    ]
    _know_lines(connection, source)
    folder = settings.home / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    fresh = folder / f".{os.getpid()}.parquet"
    connection.execute(
        sql(
            """COPY (SELECT s.rowid AS record, l.line,
                 CASE WHEN i.id IS NULL THEN p.resp_key END AS row_key, {columns}
                 FROM staged s LEFT JOIN people p ON p.record = s.rowid
                 LEFT JOIN ids i ON i.record = s.rowid
                 JOIN kept_lines l ON l.record = s.rowid
                 WHERE s.rowid NOT IN (SELECT record FROM unwanted))
               TO {fresh} (FORMAT parquet, COMPRESSION zstd)""",
            columns=columns,
            fresh=str(fresh),
        )
    )
    facts = {
        "name": source.name,
        "sha256": source.sha256,
        "encoding": source.encoding,
        "layout": asdict(layout),
        "called": mapping.name,
        "dropped": dropped,
        "hashed": hashed,
    }
    connection.execute(
        "INSERT INTO originals VALUES (?, ?, ?, ?)",
        [
            file_id,
            put_in_place(fresh),
            json.dumps(facts, ensure_ascii=False),
            mapping.model_dump_json(by_alias=True),
        ],
    )


def put_in_place(fresh: Path) -> str:
    """Call a written file by its checksum; return it."""
    with fresh.open("rb") as stream:
        kept = hashlib.file_digest(stream, "sha256").hexdigest()
        os.fsync(stream.fileno())
    fresh.chmod(OWNER_ONLY)
    fresh.replace(fresh.with_name(f"{kept}.parquet"))
    flush_folder(fresh.parent)
    return kept


def original_of(connection: duckdb.DuckDBPyConnection, number: int) -> Original:
    """Return the kept original of the import *number*.

    Raises:
        OriginalNotKept: there is none, or no longer.
    """
    row = connection.execute(
        "SELECT kept, facts, mapping FROM originals WHERE file_id = ?", [number]
    ).fetchone()
    if row is None:
        raise OriginalNotKept(number)
    facts = json.loads(row[1])
    said = facts["layout"]
    layout = Layout(
        Format(said["format"]),
        tuple(said["keys"]),
        said["header_records"],
        said["table"],
        tuple(said["labels"]),
        said["system"],
    )
    mapping = SurveyMapping.model_validate_json(row[2])
    mapping._name = facts["called"]
    return Original(
        number,
        row[0],
        facts["name"],
        facts["sha256"],
        facts["encoding"],
        layout,
        mapping,
        facts["called"],
        tuple(facts["dropped"]),
        tuple(facts["hashed"]),
    )


def stage_original(
    connection: duckdb.DuckDBPyConnection, settings: Settings, original: Original
) -> tuple[int, Callable[[int], int]]:
    """Fill `staged` from a kept original; return its records and their lines.

    Raises:
        OriginalNotKept: its file is gone or not what it was.
    """
    path = settings.home / FOLDER / f"{original.kept}.parquet"
    if not path.exists() or _checksum(path) != original.kept:
        raise OriginalNotKept(original.file_id)
    described = connection.execute(
        "SELECT name FROM parquet_schema(?)", [str(path)]
    ).fetchall()
    there = {column for (column,) in described}
    columns = [
        sql(
            "{value} AS {column}",
            value=Sql(f"c{i:d}" if f"c{i:d}" in there else "NULL::VARCHAR"),
            column=Sql(f"c{i:d}"),
        )
        for i in range(len(original.layout.keys))
    ]
    connection.execute(
        sql(
            """CREATE OR REPLACE TEMP TABLE staged AS SELECT {columns}
               FROM read_parquet({path}) ORDER BY record""",
            columns=columns,
            path=str(path),
        )
    )
    # A person who was forgotten leaves a gap among the records.
    connection.execute(
        sql(
            """CREATE OR REPLACE TEMP TABLE kept_rows AS
               SELECT row_number() OVER (ORDER BY record) - 1 AS record, line, row_key
               FROM read_parquet({path})""",
            path=str(path),
        )
    )
    lines = connection.execute("SELECT line FROM kept_rows ORDER BY record").fetchall()
    return len(lines), lambda record: int(lines[record][0])


def pass_on(
    connection: duckdb.DuckDBPyConnection,
    original: Original,
    mapping: SurveyMapping,
    file_id: int,
) -> None:
    """Let the import that read an original again have it too, with its mapping."""
    connection.execute(
        """INSERT INTO originals SELECT ?, kept, facts, ? FROM originals
           WHERE file_id = ?""",
        [file_id, mapping.model_dump_json(by_alias=True), original.file_id],
    )


def sweep(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Remove files that no import needs any more, and half-written ones."""
    rows = connection.execute("SELECT DISTINCT kept FROM originals").fetchall()
    needed = {f"{kept}.parquet" for (kept,) in rows}
    for path in (settings.home / FOLDER).glob("*"):
        if path.name not in needed:
            path.unlink(missing_ok=True)


def _treatments(
    connection: duckdb.DuckDBPyConnection,
    layout: Layout,
    mapping: SurveyMapping,
    key: str,
) -> list[tuple[str, Sql]]:
    """Return for each column whether it is kept, hashed or dropped, and its SQL."""
    person = mapping.respondent.header if mapping.respondent else None
    needed = {layout.system[w] for w in NEEDED if w in layout.system}
    others = [
        i
        for i, heading in enumerate(layout.keys)
        if heading not in mapping.columns and i not in needed
    ]
    looks = dict.fromkeys(others, "text")
    looks |= _looks(connection, others[:MOST_COLUMNS], layout.header_records)
    treated = []
    for i, heading in enumerate(layout.keys):
        if heading == person:
            treated.append(("hashed", _as_person(i)))
        elif heading in mapping.items:
            treated.append(("kept", _as_answer(i)))
        elif heading in mapping.columns or i in needed:
            treated.append(("kept", _short(i, LONGEST_ANSWER)))
        elif looks[i] == "empty":
            treated.append(("empty", Sql("NULL")))
        elif _is_private(heading) or looks[i] == "text":
            treated.append(("dropped", Sql("NULL")))
        elif looks[i] == "id":
            treated.append(("hashed", _as_id(i, key)))
        else:
            treated.append(("kept", _short(i, LONGEST_ANSWER)))
    return treated


def _is_private(heading: str) -> bool:
    return len(heading) <= LONGEST_HEADING and bool(PRIVATE.search(plain(heading)))


def _as_person(position: int) -> Sql:
    """The hash the warehouse has; what is nobody's stays a word for nobody."""
    return sql(
        """CASE WHEN i.id IS NOT NULL THEN p.resp_key WHEN i.has_id THEN {nobody}
           ELSE {raw} END""",
        nobody=PLACEHOLDERS[0],
        raw=cell(position),
    )


def _as_id(position: int, key: str) -> Sql:
    value = sql("trim({cell})", cell=cell(position))
    return sql(
        """CASE WHEN fold({value}) IN ('', {nobody}) THEN {value}
           ELSE left(sha256({key} || {value}), 24) END""",
        value=value,
        nobody=PLACEHOLDERS,
        key=key,
    )


def _as_answer(position: int) -> Sql:
    """An answer; long words that are none of the options are somebody's own."""
    return sql(
        """CASE WHEN length({cell}) <= {most} OR trim({cell}) IN (SELECT raw
             FROM codebook WHERE position = {position}) THEN {cell} END""",
        cell=cell(position),
        most=LONGEST_WORDS,
        position=position,
    )


def _short(position: int, most: int) -> Sql:
    return sql(
        "CASE WHEN length({cell}) <= {most} AND {cell} NOT LIKE '%@%' THEN {cell} END",
        cell=cell(position),
        most=most,
    )


def _looks(
    connection: duckdb.DuckDBPyConnection, positions: list[int], first: int
) -> dict[int, str]:
    """Return what each column looks like: "closed", "day", "id" or "text"."""
    known = {
        fold(word)
        for options in catalogue().response_sets.values()
        for _, words in options.in_languages
        for word in words
    }
    found = {}
    for start in range(0, len(positions), AT_ONCE):
        some = positions[start : start + AT_ONCE]
        for position, look in zip(some, _look_at(connection, some, first), strict=True):
            is_few = look == "few"
            found[position] = (
                _few(_said(connection, position, first), known) if is_few else look
            )
    return found


def _look_at(
    connection: duckdb.DuckDBPyConnection, positions: list[int], first: int
) -> list[str]:
    """Judge columns by their cells; "few" where the answers themselves must be seen."""
    tests = [
        sql(
            r"""CASE
                  WHEN count({v}) = 0 THEN 'empty'
                  WHEN bool_or({v} LIKE '%@%') THEN 'text'
                  WHEN bool_and(regexp_full_match({v}, {day})) THEN 'day'
                  WHEN max(length({v})) <= {long}
                    AND approx_count_distinct({v}) <= {most}
                    AND count({v}) >= {each} * approx_count_distinct({v}) THEN 'closed'
                  WHEN max(length({v})) <= {long}
                    AND approx_count_distinct({v}) <= {most} THEN 'few'
                  WHEN bool_and(regexp_full_match({v}, '[\w.-]*\d[\w.-]*'))
                    AND max(length({v})) <= {id} THEN 'id'
                  ELSE 'text' END""",
            v=sql("nullif(trim({cell}), '')", cell=cell(i)),
            day=A_DAY,
            long=LONGEST_ANSWER,
            most=MOST_ANSWERS,
            each=FEWEST_EACH,
            id=LONGEST_ID,
        )
        for i in positions
    ]
    row = connection.execute(
        sql(
            "SELECT [{tests}] FROM staged s WHERE s.rowid >= {first}",
            tests=tests,
            first=first,
        )
    ).fetchone()
    assert row is not None
    return [str(look) for look in row[0]]


def _few(said: set[str], known: set[str]) -> str:
    """Few answers, each given once or twice: options Chorus knows, ids or words."""
    if said <= known:
        return "closed"
    return "id" if all(AN_ID.fullmatch(raw) for raw in said) else "text"


def _said(connection: duckdb.DuckDBPyConnection, position: int, first: int) -> set[str]:
    rows = connection.execute(
        sql(
            """SELECT DISTINCT {cell} FROM staged s
               WHERE s.rowid >= {first} AND trim({cell}) <> ''""",
            cell=cell(position),
            first=first,
        )
    ).fetchall()
    return {fold(raw) for (raw,) in rows}


def _know_lines(connection: duckdb.DuckDBPyConnection, source: Source) -> None:
    """Create `kept_lines`: the line of each record, as an editor counts."""
    row = connection.execute("SELECT count(*) FROM staged").fetchone()
    assert row is not None
    records = int(row[0])
    is_plain = source.is_sheet or _breaks(source.path) <= records
    if is_plain:
        connection.execute(
            sql(
                """CREATE OR REPLACE TEMP TABLE kept_lines AS
                   SELECT rowid AS record, rowid + {first} AS line FROM staged""",
                first=source.first_line,
            )
        )
        return
    lines = LineNumbers(source)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE kept_lines AS SELECT unnest(range(?)) AS record, "
        "unnest(?::BIGINT[]) AS line",
        [records, [lines(r) for r in range(records)]],
    )


def _breaks(path: Path) -> int:
    with path.open("rb") as stream:
        blocks = iter(lambda: stream.read(1 << 20), b"")
        return sum(block.count(b"\n") for block in blocks)


def _checksum(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
