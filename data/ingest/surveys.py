"""Survey exports → responses and answers, in bulk SQL, one pass per step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import duckdb
import pandas as pd

from data.catalogue import Item, catalogue
from data.errors import MappingError, RowsContradict
from data.ingest.codebook import Reading, read_column
from data.ingest.formats import Layout
from data.ingest.judging import FATES, Judge
from data.ingest.mapping import Field, SurveyMapping
from data.ingest.report import ColumnReading, Report
from data.ingest.sources import Arriving, replace_earlier
from data.ingest.sql import Sql, cell, name, sql
from data.ingest.ties import load_ties

OUTSIDE = "answer outside the response set; the value is left out"
NOTHING_SAID = "no answer, as the words of the answer say"


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What the door knows of a file and its rows need.

    Attributes:
        key: secret that keys the hash of respondent ids.
        is_told: the steward said that the file replaces its source.
        is_hashed: people stand in it as the hashes they have here already.
    """

    file_id: int
    sha256: str
    source: str
    key: str
    is_told: bool
    lines: Callable[[int], int]
    is_hashed: bool = False


@dataclass(frozen=True, slots=True)
class _Column:
    """One item's column: its place, its item and how its cells are read."""

    header: str
    position: int
    item: Item
    reading: Reading
    counts: dict[str, int]


def load_survey(
    connection: duckdb.DuckDBPyConnection,
    layout: Layout,
    mapping: SurveyMapping,
    report: Report,
    facts: FileFacts,
) -> None:
    """Load the staged export into `responses` and `answers`.

    Raises:
        RowsContradict: a column cannot be read as it stands, or not one row kept.
        SourceUnclear: it may replace an earlier import or stand beside it.
    """
    items = catalogue().items
    places = [(c, layout.position(c), items[t.item]) for c, t in mapping.items.items()]
    scored = [p for p in places if p[2].response_set]
    listing = [p for p in places if p[2].answers == "schools"]
    if not scored and not listing:
        raise MappingError(
            "none of the mapped questions has options to count", file=report.name
        )
    asked = tuple(position for _, position, _ in (*scored, *listing))
    judge = Judge(
        connection, layout, mapping, report, asked, facts.key, facts.lines,
        facts.is_hashed,
    )  # fmt: skip
    judge.judge()
    columns = _read_columns(connection, mapping, scored, report, facts.lines)
    _know_codes(connection, columns)
    _drop_unread(connection, columns, [position for _, position, _ in listing])
    judge.settle_duplicates()
    _tell_answers(connection, columns, report, facts)
    judge.tell()
    if not report.kept:
        raise _nothing_kept(report)
    for fate in (f for f, (kind, _) in FATES.items() if kind == "set aside"):
        _quarantine(connection, layout, mapping, facts, fate)
    _store_responses(connection, mapping, facts.file_id)
    _store_answers(connection, columns)
    for header, position, item in listing:
        report.columns.append(ColumnReading(header, f"{item.id}, schools"))
        load_ties(
            connection,
            report,
            facts.file_id,
            item.id,
            (header, position),
            facts.lines,
        )
    arriving = Arriving(
        "arriving", mapping.form, facts.source, facts.file_id, facts.sha256,
        report.name, facts.is_told,
    )  # fmt: skip
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE arriving AS
           SELECT n.response_no, j.wave, j.resp_key, j.school_id
           FROM judged j JOIN numbered n USING (record)"""
    )
    report.note = replace_earlier(connection, arriving)


def _unpivoted(columns: list[tuple[int, Sql]], rows: Sql) -> Sql:
    """SQL for (record, position, raw) of every filled cell of *columns*."""
    return sql(
        """SELECT record, position::SMALLINT AS position, raw FROM
             (SELECT r.record, {cells} FROM staged s
              JOIN {rows} r ON r.record = s.rowid)
           UNPIVOT (raw FOR position IN ({names}))""",
        cells=[
            sql("nullif(trim({cell}), '') AS {name}", cell=c, name=name(str(p)))
            for p, c in columns
        ],
        rows=rows,
        names=[name(str(p)) for p, _ in columns],
    )


KEPT = Sql("(SELECT record FROM judged WHERE fate = 'kept')")


def _read_columns(
    connection: duckdb.DuckDBPyConnection,
    mapping: SurveyMapping,
    scored: list[tuple[str, int, Item]],
    report: Report,
    lines: Callable[[int], int],
) -> list[_Column]:
    """Read the distinct answers of each column; every doubt is told at once."""
    if not scored:
        return []
    rows = connection.execute(
        sql(
            """SELECT position, raw, min(record) FROM ({cells}) GROUP BY ALL
               ORDER BY ALL""",
            cells=_unpivoted([(p, cell(p)) for _, p, _ in scored], KEPT),
        )
    ).fetchall()
    first: dict[int, dict[str, int]] = {p: {} for _, p, _ in scored}
    for position, raw, record in rows:
        first[position][raw] = record
    columns, doubts = [], []
    for header, position, item in scored:
        target = mapping.items[header]
        reading = read_column(
            first[position],
            item,
            target.recode,
            (*mapping.no_answer, *target.no_answer),
        )
        columns.append(_Column(header, position, item, reading, {}))
        doubts += [
            RowsContradict(
                doubt.reason,
                file=report.name,
                line=lines(first[position][doubt.raw]),
                column=header,
            )
            for doubt in reading.doubts
        ]
    if doubts:
        refusal = doubts[0]
        refusal.details = tuple(str(doubt) for doubt in doubts[1:])
        raise refusal
    return columns


def _know_codes(connection: duckdb.DuckDBPyConnection, columns: list[_Column]) -> None:
    """Create `codebook`: position, item, raw value and code, for every known value."""
    known = pd.DataFrame(
        [
            (c.position, c.item.id, raw, code)
            for c in columns
            for raw, code in c.reading.codes.items()
        ],
        columns=["position", "item_id", "raw", "code"],
    ).astype({"position": "int64", "item_id": "str", "raw": "str", "code": "int64"})
    connection.register("known", known)
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE codebook AS
           SELECT position::SMALLINT AS position, item_no, raw::VARCHAR AS raw,
             code::TINYINT AS code
           FROM known JOIN items USING (item_id)"""
    )
    connection.unregister("known")


def _drop_unread(
    connection: duckdb.DuckDBPyConnection,
    columns: list[_Column],
    listing: list[int],
) -> None:
    """A row all of whose answers fell away is no response."""
    if not columns:
        return
    named = [sql("{cell} IS NOT NULL", cell=cell(p)) for p in listing]
    missing = {raw for c in columns for raw in c.reading.missing}
    connection.execute(
        sql(
            """UPDATE judged SET fate = f.fate FROM (
                 SELECT u.record, CASE WHEN bool_and(u.raw IN ({missing}))
                     THEN 'blank' ELSE 'unread' END AS fate
                 FROM ({cells}) u
                 LEFT JOIN codebook b ON b.position = u.position AND b.raw = u.raw
                 GROUP BY u.record HAVING count(b.code) = 0) f
               WHERE judged.record = f.record AND judged.fate = 'kept'
                 AND judged.record NOT IN (SELECT s.rowid FROM staged s WHERE {named})
            """,
            missing=sorted(missing) or [""],
            cells=_unpivoted([(c.position, cell(c.position)) for c in columns], KEPT),
            named=Sql(" OR ".join(named) or "false"),
        )
    )


def _tell_answers(
    connection: duckdb.DuckDBPyConnection,
    columns: list[_Column],
    report: Report,
    facts: FileFacts,
) -> None:
    """Count each column of the kept rows by code; what is left out, by reason."""
    if not columns:
        return
    rows = connection.execute(
        sql(
            """SELECT position, raw, count(*), list_slice(list(record ORDER BY record),
                 1, 5) FROM ({cells}) GROUP BY ALL""",
            cells=_unpivoted([(c.position, cell(c.position)) for c in columns], KEPT),
        )
    ).fetchall()
    found: dict[int, dict[str, tuple[int, list[int]]]] = {}
    for position, raw, count, records in rows:
        found.setdefault(position, {})[raw] = (count, records)
    for column in columns:
        cells = found.get(column.position, {})
        _tell_column(connection, column, cells, report, facts)


def _tell_column(
    connection: duckdb.DuckDBPyConnection,
    column: _Column,
    cells: dict[str, tuple[int, list[int]]],
    report: Report,
    facts: FileFacts,
) -> None:
    options = column.item.response_set
    assert options is not None
    by_code = dict.fromkeys(options.codes, 0)
    for raw, code in column.reading.codes.items():
        by_code[code] += cells.get(raw, (0, []))[0]
    kept = sum(by_code.values())
    counts = {}
    for words, reason in (
        (column.reading.missing, NOTHING_SAID),
        (column.reading.unknown, OUTSIDE),
    ):
        inside = [cells[raw] for raw in words if raw in cells]
        records = sorted(r for _, firsts in inside for r in firsts)[:5]
        count = sum(n for n, _ in inside)
        counts[reason] = count
        at = tuple(facts.lines(r) for r in records)
        report.add("left out", reason, count, at, column.header)
        if count and reason == OUTSIDE:
            connection.execute(
                "INSERT INTO flags VALUES (?, ?, ?, ?, ?)",
                [facts.file_id, column.header, reason, count, at[0]],
            )
    report.answers += kept + sum(counts.values())
    report.answers_kept += kept
    report.columns.append(
        ColumnReading(
            column.header,
            f"{column.item.id}, {column.reading.mode}",
            tuple(
                (code, label, by_code[code])
                for code, label in zip(options.codes, options.en, strict=True)
            ),
            counts[NOTHING_SAID],
            counts[OUTSIDE],
        )
    )


def _nothing_kept(report: Report) -> RowsContradict:
    rows = [f for f in report.findings if f.kind in {"dropped", "set aside"}]
    first = max(rows, key=lambda f: f.count, default=None)
    refusal = RowsContradict(
        f"no row could be kept: {first.reason if first else 'no responses'}",
        file=report.name,
        line=first.line if first else None,
        column=first.column if first else None,
    )
    refusal.details = tuple(f.sentence(report.name) for f in report.findings)
    return refusal


def _quarantine(
    connection: duckdb.DuckDBPyConnection,
    layout: Layout,
    mapping: SurveyMapping,
    facts: FileFacts,
    fate: str,
) -> None:
    """Keep rows set aside: the mapped columns alone, so no name or address stays."""
    safe = sorted(mapping.columns - {_column(mapping.respondent)})
    fields = [
        sql("{column}, {cell}", column=c, cell=cell(layout.position(c))) for c in safe
    ]
    records = connection.execute(
        sql(
            """SELECT j.record, json_object({fields}), j.resp_key FROM judged j
               JOIN staged s ON s.rowid = j.record WHERE j.fate = {fate} ORDER BY 1""",
            fields=fields,
            fate=fate,
        )
    ).fetchall()
    if not records:
        return
    is_school = fate in {"school", "no_school"}
    column = _column(mapping.school if is_school else mapping.wave)
    reason = FATES[fate][1]
    connection.executemany(
        "INSERT INTO quarantine VALUES (?, ?, ?, ?, ?, ?)",
        [
            (facts.file_id, facts.lines(r), column, reason, found, person)
            for r, found, person in records
        ],
    )


def _column(source: Field | None) -> str:
    return (source.header if source else None) or ""


def _store_responses(
    connection: duckdb.DuckDBPyConnection, mapping: SurveyMapping, file_id: int
) -> None:
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE numbered AS
           SELECT record, start + row_number() OVER (ORDER BY record) AS response_no
           FROM judged,
             (SELECT coalesce(max(response_no), 0) AS start FROM responses)
           WHERE fate = 'kept'"""
    )
    connection.execute(
        """INSERT INTO responses
           SELECT response_no, ?, wave, ?, resp_key, school_id, grade_band, grade,
             language, true
           FROM judged JOIN numbered USING (record) ORDER BY response_no""",
        [file_id, mapping.form],
    )


def _store_answers(
    connection: duckdb.DuckDBPyConnection, columns: list[_Column]
) -> None:
    """Unpivot the item columns and join each value with its code."""
    if not columns:
        return
    connection.execute(
        sql(
            """INSERT INTO answers
               SELECT n.response_no, b.item_no, b.code
               FROM ({cells}) u JOIN numbered n USING (record)
               JOIN codebook b ON b.position = u.position AND b.raw = u.raw""",
            cells=_unpivoted([(c.position, cell(c.position)) for c in columns], KEPT),
        )
    )
