"""The canonical `response` table: one row per answer, as strict as every other."""

from __future__ import annotations

from collections.abc import Callable

import duckdb

from data.catalogue import catalogue
from data.errors import RowsContradict
from data.ingest.hashing import mark_of
from data.ingest.report import ColumnReading, Report
from data.ingest.sources import Arriving, replace_earlier
from data.ingest.sql import Sql, cell, joined, sql
from data.ingest.surveys import FileFacts


def load_long_responses(
    connection: duckdb.DuckDBPyConnection,
    keys: tuple[str, ...],
    report: Report,
    facts: FileFacts,
) -> None:
    """Load the canonical `response` table: one row per answer.

    Raises:
        RowsContradict: an unknown school, wave or item, or a code outside the
            item's response set; canonical files are never mended.
    """

    def text(column: str) -> Sql:
        return sql("trim({cell})", cell=cell(keys.index(column)))

    connection.execute(
        sql(
            """CREATE OR REPLACE TEMP TABLE long AS
               SELECT s.rowid AS record, {wave} AS wave, {form} AS form,
                 left(sha256({key} || {person}), 24) AS resp_key,
                 n.school_id, {grade_band} AS grade_band, {language} AS language,
                 i.item_no, i.item_id, TRY_CAST({code} AS INTEGER) AS code,
                 w.wave IS NULL AS bad_wave
               FROM staged s
               LEFT JOIN school_names n ON n.name = fold({school})
               LEFT JOIN waves w ON w.wave = {wave}
               LEFT JOIN items i ON i.item_id = {item}
               WHERE s.rowid > 0""",
            key=facts.key,
            wave=text("wave"),
            form=text("instrument"),
            person=text("resp_key"),
            grade_band=text("grade_band"),
            language=text("language"),
            code=text("code"),
            school=text("school_id"),
            item=text("item_id"),
        )
    )
    forgotten = connection.execute(
        sql(
            "DELETE FROM long WHERE {mark} IN (SELECT mark FROM forgotten)",
            mark=mark_of(Sql("resp_key"), facts.key),
        )
    ).fetchone()
    report.add(
        "dropped", "asked to be forgotten; not read", forgotten[0] if forgotten else 0
    )
    _check_long(connection, report.name, facts.lines)
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE people AS
           SELECT wave, form, resp_key, any_value(school_id) AS school_id,
             any_value(grade_band) AS grade_band, any_value(language) AS language,
             min(record) AS record FROM long GROUP BY wave, form, resp_key"""
    )
    connection.execute(
        """INSERT INTO responses SELECT start + row_number() OVER (ORDER BY record),
             ?, wave, form, resp_key, school_id, grade_band, NULL, language, true
           FROM people, (SELECT coalesce(max(response_no), 0) AS start FROM responses)
           ORDER BY record""",
        [facts.file_id],
    )
    connection.execute(
        """INSERT INTO answers SELECT r.response_no, l.item_no, l.code FROM long l
           JOIN responses r ON r.file_id = ? AND r.wave = l.wave AND r.form = l.form
             AND r.resp_key = l.resp_key
           WHERE l.code IS NOT NULL ORDER BY r.response_no""",
        [facts.file_id],
    )
    row = connection.execute("SELECT count(*), count(code) FROM long").fetchone()
    assert row is not None
    report.rows_read, report.kept = row[0] + report.dropped, row[0]
    report.answers, report.answers_kept = row
    report.add("left out", "no code", row[0] - row[1])
    report.columns = [ColumnReading(k, "text") for k in keys]
    report.note = "; ".join(filter(None, _replaced(connection, report.name, facts)))


def _replaced(
    connection: duckdb.DuckDBPyConnection, file: str, facts: FileFacts
) -> list[str]:
    """Let each form's responses stand in the place of what the source brought."""
    forms = connection.execute("SELECT DISTINCT form FROM people ORDER BY 1").fetchall()
    notes = []
    for (form,) in forms:
        connection.execute(
            """CREATE OR REPLACE TEMP TABLE arriving AS
               SELECT response_no, wave, resp_key, school_id FROM responses
               WHERE file_id = ? AND form = ?""",
            [facts.file_id, form],
        )
        arriving = Arriving(
            "arriving", form, facts.source, facts.file_id, facts.sha256, file,
            facts.is_told,
        )  # fmt: skip
        notes.append(replace_earlier(connection, arriving))
    return notes


def _check_long(
    connection: duckdb.DuckDBPyConnection, name: str, lines: Callable[[int], int]
) -> None:
    valid = [
        sql(
            "(item_id = {item} AND code BETWEEN {first} AND {last})",
            item=item.id,
            first=item.response_set.codes[0],
            last=item.response_set.codes[-1],
        )
        for item in catalogue().items.values()
        if item.response_set
    ]
    foreign = sql("NOT ({valid})", valid=joined(" OR ", valid))
    no_wave, no_school = Sql("bad_wave"), Sql("school_id IS NULL")
    tests = {
        "wave": (no_wave, "unknown wave; import wave.csv first"),
        "school_id": (no_school, "unknown school; import school.csv first"),
        "item_id": (
            Sql("item_no IS NULL"),
            "unknown item; see the item list in /methods",
        ),
        "code": (foreign, "code outside the item's response set"),
    }
    for column, (test, reason) in tests.items():
        row = connection.execute(
            sql("SELECT min(record), count(*) FROM long WHERE {test}", test=test)
        ).fetchone()
        if row and row[0] is not None:
            raise RowsContradict(
                f"{reason} ({row[1]} rows)",
                file=name,
                line=lines(row[0]),
                column=column,
            )
