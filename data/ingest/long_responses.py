"""The canonical `response` table: one row per answer, as strict as every other."""

from __future__ import annotations

import duckdb

from data.catalogue import catalogue
from data.errors import RowsContradict
from data.ingest.report import Report
from data.ingest.sql import Sql, cell, joined, sql
from data.ingest.staging import LineNumbers
from data.ingest.surveys import supersede_earlier


def load_long_responses(
    connection: duckdb.DuckDBPyConnection,
    keys: tuple[str, ...],
    report: Report,
    *,
    file_id: int,
    key: str,
    lines: LineNumbers,
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
            key=key,
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
    _check_long(connection, report.name, lines)
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE people AS
           SELECT wave, form, resp_key, any_value(school_id) AS school_id,
             any_value(grade_band) AS grade_band, any_value(language) AS language,
             min(record) AS record FROM long GROUP BY wave, form, resp_key"""
    )
    forms = connection.execute("SELECT DISTINCT form FROM people").fetchall()
    for (form,) in forms:
        supersede_earlier(
            connection, form, sql("people WHERE form = {form}", form=form)
        )
    connection.execute(
        """INSERT INTO responses SELECT start + row_number() OVER (ORDER BY record),
             ?, wave, form, resp_key, school_id, grade_band, NULL, language, true
           FROM people, (SELECT coalesce(max(response_no), 0) AS start FROM responses)
           ORDER BY record""",
        [file_id],
    )
    connection.execute(
        """INSERT INTO answers SELECT r.response_no, l.item_no, l.code FROM long l
           JOIN responses r ON r.file_id = ? AND r.wave = l.wave AND r.form = l.form
             AND r.resp_key = l.resp_key
           WHERE l.code IS NOT NULL ORDER BY r.response_no""",
        [file_id],
    )
    row = connection.execute("SELECT count(*) FROM long").fetchone()
    assert row is not None
    report.kept = row[0]
    report.rows_read = report.kept
    report.columns = [(k, "text") for k in keys]


def _check_long(
    connection: duckdb.DuckDBPyConnection, name: str, lines: LineNumbers
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
