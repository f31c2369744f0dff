"""Survey exports → responses and answers, in bulk SQL, one pass per step."""

from __future__ import annotations

import duckdb
import pandas as pd

from data.catalogue import catalogue
from data.errors import RowsContradict
from data.ingest.codebook import read_column
from data.ingest.formats import Format, Layout
from data.ingest.mapping import Field, SurveyMapping
from data.ingest.report import Report
from data.ingest.sql import Sql, cell, joined, name, sql
from data.ingest.staging import LineNumbers

# More distinct values than this in an item's column means it is no item.
MOST_VALUES = 500

# Qualtrics marks what is no real answer in its Status column.
REAL_STATUS = ("0", "IP Address", "Dirección IP")

NO_SCHOOL = ("none", "ninguna", "none of these", "ninguna de estas")
MOST_NAMED = 14
FATES = {
    "preview": ("dropped", "preview or test responses"),
    "blank": ("dropped", "no question answered"),
    "superseded": ("dropped", "superseded by a later response of the same person"),
    "school": ("refused", "unknown school; add it, or its alias, to school.csv"),
    "wave": ("refused", "unknown wave; import wave.csv first or correct the label"),
}


def language_code(value: Sql) -> Sql:
    """Return SQL for the ISO code of a language as tools write it.

    "ES-419", "es" and "Español" are es, "English" is en, "vi" stays vi. A word for
    any other language is unknown: better nobody's than taken for English.
    """
    return sql(
        """CASE
           WHEN regexp_matches(lower({value}), '^(es($|[-_])|espa|spanish)') THEN 'es'
           WHEN regexp_matches(lower({value}), '^(en($|[-_])|english|ingl)') THEN 'en'
           ELSE nullif(
             regexp_extract(lower({value}), '^([a-z]{{2,3}})($|[-_])', 1), '')
           END""",
        value=value,
    )


def load_survey(
    connection: duckdb.DuckDBPyConnection,
    layout: Layout,
    mapping: SurveyMapping,
    report: Report,
    *,
    file_id: int,
    key: str,
    lines: LineNumbers,
) -> None:
    """Load the staged export into `responses` and `answers`.

    Args:
        key: secret that keys the hash of respondent ids.

    Raises:
        RowsContradict: not one row could be kept.
    """
    items = catalogue().items
    scored = [i for i in mapping.items if items[i.item_id].response_set]
    listing = [i for i in mapping.items if items[i.item_id].answers == "schools"]
    positions = {i.item_id: layout.position(i.column) for i in scored}
    _judge(connection, layout, mapping, list(positions.values()), (key, file_id))
    _settle_duplicates(connection)
    _report_fates(connection, layout, mapping, report, file_id, lines)
    if not report.kept:
        first = report.findings[0] if report.findings else None
        raise RowsContradict(
            f"no row could be kept: {first.reason if first else 'no responses'}",
            file=report.name,
            line=first.line if first else None,
            column=first.column if first else None,
        )
    _number_responses(connection, mapping, file_id)
    codebook: list[tuple[int, str, str, int]] = []
    for item in scored:
        position = positions[item.item_id]
        values = _distinct(connection, position, layout.header_records)
        reading = read_column(values, catalogue().items[item.item_id], item.recode)
        report.columns.append((item.column, f"{item.item_id}, {reading.mode}"))
        codebook += [
            (position, item.item_id, raw, code) for raw, code in reading.codes.items()
        ]
        _flag_unknown(
            connection, report, file_id, (item.column, position), reading.unknown, lines
        )
    _load_answers(connection, positions, codebook)
    for item in listing:
        report.columns.append((item.column, f"{item.item_id}, schools"))
        column = (item.column, layout.position(item.column))
        _load_ties(connection, report, file_id, item.item_id, column, lines)


def value_of(layout: Layout, source: Field) -> Sql:
    """Return the SQL expression of a mapped field."""
    if source.column is None:
        return sql("{constant}", constant=source.constant or "")
    value = sql("trim({cell})", cell=cell(layout.position(source.column)))
    if source.length is not None or source.first:
        value = sql(
            "substr({value}, {first}, {length})",
            value=value,
            first=source.first + 1,
            length=source.length,
        )
    if source.recode:
        cases = [
            sql("WHEN {old} THEN {new}", old=old.casefold(), new=new)
            for old, new in source.recode
        ]
        value = sql(
            "CASE lower({value}) {cases} ELSE {value} END",
            value=value,
            cases=joined(" ", cases),
        )
    if source.suffix:
        value = sql("{value} || {suffix}", value=value, suffix=source.suffix)
    return value


def _judge(
    connection: duckdb.DuckDBPyConnection,
    layout: Layout,
    mapping: SurveyMapping,
    item_positions: list[int],
    identity: tuple[str, int],
) -> None:
    """Give every record its fate, school, wave and hashed respondent."""
    key, file_id = identity

    def expression(source: Field | None) -> Sql:
        return sql("NULL") if source is None else value_of(layout, source)

    def system(name: str, otherwise: str) -> Sql:
        if layout.format is Format.QUALTRICS and name in layout.keys:
            return cell(layout.position(name))
        return sql("{otherwise}", otherwise=otherwise)

    # Without an id each row is a person; file and place keep the keys apart.
    place = sql("{start} || s.rowid", start=f"{file_id}/")
    blank = [sql("{cell} IS NULL", cell=cell(p)) for p in item_positions]
    connection.execute(
        sql(
            """CREATE OR REPLACE TEMP TABLE judged AS
               SELECT s.rowid AS record, n.school_id, w.wave,
                 left(sha256({key} || coalesce({respondent}, {place})), 24) AS resp_key,
                 {grade_band} AS grade_band, {grade} AS grade, {language} AS language,
                 {finished} IN ('True', 'TRUE', 'true', '1') AS finished,
                 {recorded} AS recorded,
                 CASE WHEN {status} NOT IN ({real}) THEN 'preview'
                      WHEN {blank} THEN 'blank'
                      WHEN n.school_id IS NULL THEN 'school'
                      WHEN w.wave IS NULL THEN 'wave'
                      ELSE 'kept' END AS fate
               FROM staged s
               LEFT JOIN school_names n ON n.name = fold({school})
               LEFT JOIN waves w ON {in_wave}
               WHERE s.rowid >= {first}""",
            key=key,
            respondent=expression(mapping.respondent),
            place=place,
            grade_band=expression(mapping.grade_band),
            grade=expression(mapping.grade),
            language=language_code(expression(mapping.language)),
            finished=system("finished", "1"),
            recorded=system("recordedDate", ""),
            status=system("status", "0"),
            real=REAL_STATUS,
            blank=joined(" AND ", blank) if blank else Sql("true"),
            school=expression(mapping.school),
            in_wave=_in_wave(layout, mapping.wave),
            first=layout.header_records,
        )
    )


def _in_wave(layout: Layout, source: Field) -> Sql:
    """SQL that joins a row to its wave: by label, or by the day of the answer."""
    value = value_of(layout, source)
    if not source.is_date:
        return sql("w.wave = {value}", value=value)
    forms = ("%Y/%m/%d", "%Y-%m-%d", "%m/%d/%Y")
    parsed = [
        sql("try_strptime(split_part({value}, ' ', 1), {form})", value=value, form=form)
        for form in forms
    ]
    return sql(
        "coalesce({parsed})::DATE BETWEEN w.opens_on AND w.closes_on", parsed=parsed
    )


def _settle_duplicates(connection: duckdb.DuckDBPyConnection) -> None:
    """Keep the last complete response of each person, wave and form."""
    connection.execute(
        """
        UPDATE judged SET fate = 'superseded' WHERE fate = 'kept' AND record NOT IN (
            SELECT arg_max(record, (finished, recorded, record)) FROM judged
            WHERE fate = 'kept' GROUP BY wave, resp_key)
        """
    )


def _report_fates(
    connection: duckdb.DuckDBPyConnection,
    layout: Layout,
    mapping: SurveyMapping,
    report: Report,
    file_id: int,
    lines: LineNumbers,
) -> None:
    columns = {"school": mapping.school.column, "wave": mapping.wave.column}
    rows = connection.execute(
        "SELECT fate, count(*), min(record) FROM judged GROUP BY fate ORDER BY fate"
    ).fetchall()
    for fate, count, first in rows:
        report.rows_read += count
        if fate == "kept":
            report.kept = count
            continue
        kind, reason = FATES[fate]
        report.add(kind, reason, count, lines(first), columns.get(fate))
        if kind == "refused":
            _quarantine(connection, layout, mapping, file_id, fate, reason, lines)


def _quarantine(
    connection: duckdb.DuckDBPyConnection,
    layout: Layout,
    mapping: SurveyMapping,
    file_id: int,
    fate: str,
    reason: str,
    lines: LineNumbers,
) -> None:
    """Keep refused rows: the mapped columns alone, so no name or address stays."""
    safe = sorted(mapping.columns - {_column(mapping.respondent)})
    fields = [
        sql("{column}, {cell}", column=c, cell=cell(layout.position(c))) for c in safe
    ]
    records = connection.execute(
        sql(
            """SELECT j.record, json_object({fields}) FROM judged j
               JOIN staged s ON s.rowid = j.record WHERE j.fate = {fate} ORDER BY 1""",
            fields=fields,
            fate=fate,
        )
    ).fetchall()
    column = _column(mapping.school if fate == "school" else mapping.wave)
    connection.executemany(
        "INSERT INTO quarantine VALUES (?, ?, ?, ?, ?)",
        [(file_id, lines(r), column, reason, found) for r, found in records],
    )


def _column(source: Field | None) -> str:
    return (source.column if source else None) or ""


def _number_responses(
    connection: duckdb.DuckDBPyConnection, mapping: SurveyMapping, file_id: int
) -> None:
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE numbered AS
           SELECT record, start + row_number() OVER (ORDER BY record) AS response_no
           FROM judged,
             (SELECT coalesce(max(response_no), 0) AS start FROM responses)
           WHERE fate = 'kept'"""
    )
    supersede_earlier(connection, mapping.form, Sql("judged WHERE fate = 'kept'"))
    connection.execute(
        """INSERT INTO responses
           SELECT response_no, ?, wave, ?, resp_key, school_id, grade_band, grade,
             language, true
           FROM judged JOIN numbered USING (record) ORDER BY response_no""",
        [file_id, mapping.form],
    )


def supersede_earlier(
    connection: duckdb.DuckDBPyConnection, form: str, arriving: Sql
) -> None:
    """Mark responses of an earlier file that the *arriving* ones replace."""
    connection.execute(
        sql(
            """UPDATE responses SET is_current = false
               WHERE form = {form} AND is_current AND (wave, resp_key) IN
                 (SELECT wave, resp_key FROM {arriving})""",
            form=form,
            arriving=arriving,
        )
    )


def _distinct(
    connection: duckdb.DuckDBPyConnection, position: int, header_records: int
) -> list[str]:
    rows = connection.execute(
        sql(
            """SELECT DISTINCT {cell} FROM staged s
               WHERE rowid >= {first} AND {cell} IS NOT NULL LIMIT {most}""",
            cell=cell(position),
            first=header_records,
            most=MOST_VALUES,
        )
    ).fetchall()
    return sorted(row[0] for row in rows)


def _flag_unknown(
    connection: duckdb.DuckDBPyConnection,
    report: Report,
    file_id: int,
    column: tuple[str, int],
    unknown: frozenset[str],
    lines: LineNumbers,
) -> None:
    """Count answers outside the response set; their values are not repeated."""
    if not unknown:
        return
    name, position = column
    row = connection.execute(
        sql(
            """SELECT count(*), min(n.record) FROM staged s
               JOIN numbered n ON n.record = s.rowid WHERE {cell} IN ({unknown})""",
            cell=cell(position),
            unknown=sorted(unknown),
        )
    ).fetchone()
    assert row is not None
    if not row[0]:  # only in rows that are not kept
        return
    reason = "answer outside the response set; the value is left out"
    report.add("flagged", reason, row[0], lines(row[1]), name)
    connection.execute(
        "INSERT INTO flags VALUES (?, ?, ?, ?, ?)",
        [file_id, name, reason, row[0], lines(row[1])],
    )


def _load_answers(
    connection: duckdb.DuckDBPyConnection,
    positions: dict[str, int],
    codebook: list[tuple[int, str, str, int]],
) -> None:
    """Unpivot the item columns and join each value with its code.

    Args:
        codebook: column number, item, raw value and code, for every known value.
    """
    known = pd.DataFrame(codebook, columns=["position", "item_id", "raw", "code"])
    connection.register("known", known)
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE codebook AS
           SELECT position::SMALLINT AS position, item_no, raw, code::TINYINT AS code
           FROM known JOIN items USING (item_id)"""
    )
    connection.unregister("known")
    names = {p: name(str(p)) for p in positions.values()}
    connection.execute(
        sql(
            """INSERT INTO answers
               SELECT u.response_no, b.item_no, b.code
               FROM (SELECT response_no, position::SMALLINT AS position, raw FROM
                      (SELECT n.response_no, {columns} FROM staged s
                       JOIN numbered n ON n.record = s.rowid)
                     UNPIVOT (raw FOR position IN ({names}))) u
               JOIN codebook b ON b.position = u.position AND b.raw = u.raw""",
            columns=[
                sql("{cell} AS {name}", cell=cell(p), name=n) for p, n in names.items()
            ],
            names=names.values(),
        )
    )


def _load_ties(
    connection: duckdb.DuckDBPyConnection,
    report: Report,
    file_id: int,
    item_id: str,
    column: tuple[str, int],
    lines: LineNumbers,
) -> None:
    """Read a column of ticked schools: who names whom, and how many others.

    A blank cell is no answer; "none" is one. The own school does not count.
    """
    header, position = column
    # In two steps: unnested and joined in one statement, tens of thousands of cells
    # can fail an assertion inside the engine (DuckDB 2.0.0, seen at 1,860 schools).
    connection.execute(
        sql(
            """CREATE OR REPLACE TEMP TABLE spoken AS
               SELECT record, fold(named) AS named
               FROM (SELECT rowid AS record,
                       unnest(string_split_regex({cell}, '[;,]')) AS named
                     FROM staged s WHERE {cell} IS NOT NULL)
               WHERE trim(named) <> ''""",
            cell=cell(position),
        )
    )
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE ticked AS
           SELECT n.response_no, n.record, s.named, k.school_id, j.school_id AS own
           FROM spoken s JOIN numbered n USING (record) JOIN judged j USING (record)
           LEFT JOIN school_names k ON k.name = s.named"""
    )
    connection.execute(
        """INSERT INTO ties SELECT DISTINCT response_no, school_id FROM ticked
           WHERE school_id <> own ORDER BY ALL"""
    )
    connection.execute(
        sql(
            """INSERT INTO answers
               SELECT response_no, (SELECT item_no FROM items WHERE item_id = {item}),
                 least(count(DISTINCT school_id) FILTER (school_id <> own), {most})
               FROM ticked GROUP BY response_no
               HAVING bool_or(school_id IS NOT NULL OR named IN ({nothing}))
               ORDER BY response_no""",
            item=item_id,
            most=MOST_NAMED,
            nothing=NO_SCHOOL,
        )
    )
    row = connection.execute(
        sql(
            """SELECT count(*), min(record) FROM ticked
               WHERE school_id IS NULL AND named NOT IN ({nothing})""",
            nothing=NO_SCHOOL,
        )
    ).fetchone()
    if row and row[0]:
        reason = "unknown school; the name is left out"
        report.add("flagged", reason, row[0], lines(row[1]), header)
        connection.execute(
            "INSERT INTO flags VALUES (?, ?, ?, ?, ?)",
            [file_id, header, reason, row[0], lines(row[1])],
        )
