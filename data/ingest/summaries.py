"""Results someone else published per school: kept under their own name and source."""

from __future__ import annotations

from collections.abc import Callable

import duckdb

from data.errors import RowsContradict
from data.ingest.canonical_tables import WAVES_IN_ORDER
from data.ingest.formats import Layout
from data.ingest.judging import value_of
from data.ingest.mapping import Field, Measure, SchoolsMapping, SummaryMapping
from data.ingest.report import ColumnReading, Report
from data.ingest.sql import Sql, cell, joined, sql

# Grades in order; a school's level follows from the lowest and highest it teaches.
GRADES = ("PK", "K", *(str(g) for g in range(1, 13)))


def load_summary(
    connection: duckdb.DuckDBPyConnection,
    layout: Layout,
    mapping: SummaryMapping,
    report: Report,
    *,
    lines: Callable[[int], int],
) -> None:
    """Load one published file: one row per measure, wave and school.

    Shares are kept as the source gives them; a measure of several columns is
    their mean over the columns that are filled in, as the source publishes.

    Where a source counts more people than were eligible, the eligible count is
    left out and the row flagged (specification E2): the share stands.

    Raises:
        RowsContradict: an unknown school, a wave that is none, or a value
            outside 0 to 100.
    """
    _stage_rows(connection, layout, mapping)
    if mapping.school_name:
        _add_schools(connection)
    _check(connection, report.name, lines, _column(mapping.school))
    for measure in mapping.measures:
        _load_measure(connection, layout, mapping, measure)
        _check_measure(connection, measure, report, lines)
        report.columns.append(
            ColumnReading(measure.id, f"shown beside {measure.indicator_id}")
        )
        _store_measure(connection, mapping, measure)
    row = connection.execute("SELECT count(*) FROM published").fetchone()
    assert row is not None
    report.rows_read = report.kept = row[0]


def load_school_directory(
    connection: duckdb.DuckDBPyConnection,
    layout: Layout,
    mapping: SchoolsMapping,
    report: Report,
) -> None:
    """Load a directory of schools, levels from the grades that have pupils.

    Schools already known keep their cohort and launch date.
    """

    def text(source: Field | None) -> Sql:
        return value_of(layout, source) if source else sql("NULL")

    latest = Sql("s.rowid")
    if mapping.latest_by:
        latest = cell(layout.position(mapping.latest_by))
    taught = [
        sql(
            "CASE WHEN TRY_CAST({cell} AS DOUBLE) > 0 THEN [{grade}] ELSE [] END",
            cell=cell(layout.position(column)),
            grade=grade,
        )
        for column, grade in mapping.grades.items()
    ]
    connection.execute(
        sql(
            """CREATE OR REPLACE TEMP TABLE directory AS
               SELECT DISTINCT ON (school_id) * FROM (
                 SELECT {school} AS school_id, tidy({school_name}) AS name,
                   {area} AS area, {taught} AS taught, {latest} AS latest
                 FROM staged s WHERE s.rowid >= {first})
               WHERE school_id IS NOT NULL ORDER BY school_id, latest DESC""",
            school=text(mapping.school),
            school_name=text(mapping.school_name),
            area=text(mapping.area),
            taught=joined(" || ", taught) if taught else Sql("[]::VARCHAR[]"),
            latest=latest,
            first=layout.header_records,
        )
    )
    connection.execute(
        sql(
            """INSERT INTO schools
               SELECT school_id, coalesce(name, school_id), {level},
                 taught[1] || '–' || taught[-1], area, 0, NULL, NULL, NULL
               FROM directory
               ON CONFLICT DO UPDATE SET name = excluded.name, level = excluded.level,
                 grades = excluded.grades,
                 area = coalesce(excluded.area, schools.area)""",
            level=_level(Sql("taught")),
        )
    )
    connection.execute(
        """INSERT OR REPLACE INTO school_names
           SELECT fold(school_id), school_id FROM directory"""
    )
    row = connection.execute("SELECT count(*) FROM directory").fetchone()
    assert row is not None
    report.rows_read = report.kept = row[0]


def _level(taught: Sql) -> Sql:
    """SQL for the level: by the highest grade, mixed where grades span levels."""
    places = sql(
        "list_transform({taught}, lambda g: list_position([{grades}], g))",
        taught=taught,
        grades=GRADES,
    )
    # Positions: PK 1, K 2, grade g is g + 2.
    return sql(
        """CASE WHEN {high} IS NULL THEN NULL
             WHEN {high} <= 8 THEN 'elementary'
             WHEN {low} >= 11 THEN 'high'
             WHEN {low} >= 7 AND {high} <= 11 THEN 'middle'
             WHEN {low} >= 7 THEN 'high'
             ELSE 'mixed' END""",
        low=sql("list_min({places})", places=places),
        high=sql("list_max({places})", places=places),
    )


def _stage_rows(
    connection: duckdb.DuckDBPyConnection, layout: Layout, mapping: SummaryMapping
) -> None:
    def text(source: Field | None) -> Sql:
        return value_of(layout, source) if source else sql("NULL")

    def number(source: Field | None) -> Sql:
        return sql("TRY_CAST({text} AS DOUBLE)", text=text(source))

    connection.execute(
        sql(
            """CREATE OR REPLACE TEMP TABLE published AS
               SELECT s.rowid AS record, {school} AS raw_school,
                 tidy({school_name}) AS name, {area} AS area, {wave} AS wave,
                 {rate} AS rate, {n}::INTEGER AS n, {eligible}::INTEGER AS eligible
               FROM staged s
               WHERE s.rowid >= {first} AND nullif({school}, '') IS NOT NULL""",
            school=text(mapping.school),
            school_name=text(mapping.school_name),
            area=text(mapping.area),
            wave=text(mapping.wave),
            rate=number(mapping.rate),
            n=number(mapping.n),
            eligible=number(mapping.eligible),
            first=layout.header_records,
        )
    )


def _add_schools(connection: duckdb.DuckDBPyConnection) -> None:
    """Schools the file names and nobody knew yet; they join no cohort."""
    connection.execute(
        """INSERT INTO schools
           SELECT raw_school, any_value(name), NULL, NULL, any_value(area), 0,
             NULL, NULL, NULL
           FROM published WHERE fold(raw_school) NOT IN (SELECT name FROM school_names)
           GROUP BY raw_school ON CONFLICT DO NOTHING"""
    )
    connection.execute(
        """INSERT INTO school_names
           SELECT DISTINCT fold(raw_school), raw_school FROM published
           ON CONFLICT DO NOTHING"""
    )


def _check(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    lines: Callable[[int], int],
    school_column: str,
) -> None:
    tests = (
        (
            "NOT regexp_full_match(coalesce(wave, ''), '\\d{4}-\\d{2}[FS]')",
            "wave",
            "no survey wave; write it as 2026-27S in the mapping",
        ),
        (
            "fold(raw_school) NOT IN (SELECT name FROM school_names)",
            school_column,
            "unknown school; import the school directory first",
        ),
        ("rate < 0 OR rate > 100", "response_rate", "a rate lies between 0 and 100"),
    )
    for test, column, reason in tests:
        row = connection.execute(
            sql(
                "SELECT min(record), count(*) FROM published WHERE {test}",
                test=Sql(test),
            )
        ).fetchone()
        if row and row[1]:
            raise RowsContradict(
                f"{reason} ({row[1]} rows)",
                file=name,
                line=lines(row[0]),
                column=column,
            )
    # A published file brings its own calendar: waves nobody knew are added.
    connection.execute(
        """INSERT INTO waves SELECT DISTINCT wave, 0, NULL::DATE, NULL::DATE
           FROM published ON CONFLICT DO NOTHING"""
    )
    connection.execute(WAVES_IN_ORDER)


def _load_measure(
    connection: duckdb.DuckDBPyConnection,
    layout: Layout,
    mapping: SummaryMapping,
    measure: Measure,
) -> None:
    def number(column: str) -> Sql:
        position = cell(layout.position(column))
        return sql(
            """CASE WHEN {text} IN ({missing}) THEN NULL
                 ELSE coalesce(TRY_CAST({text} AS DOUBLE), -1) END""",
            text=sql("trim(coalesce({cell}, ''))", cell=position),
            missing=mapping.missing,
        )

    def numbers(columns: tuple[str, ...]) -> Sql:
        return sql("[{numbers}]", numbers=[number(c) for c in columns])

    if measure.columns:
        share = sql("list_avg({values})", values=numbers(measure.columns))
        n = Sql("p.n")
    else:
        n = sql("list_sum({values})::INTEGER", values=numbers(measure.answered))
        share = sql(
            "100 * list_sum({values}) / nullif({n}, 0)",
            values=numbers(measure.favourable),
            n=n,
        )
    connection.execute(
        sql(
            """CREATE OR REPLACE TEMP TABLE measured AS
               SELECT p.record, p.wave, k.school_id, {share} AS share, {n} AS n,
                 p.eligible, p.rate
               FROM published p JOIN staged s ON s.rowid = p.record
               JOIN school_names k ON k.name = fold(p.raw_school)""",
            share=share,
            n=n,
        )
    )


def _check_measure(
    connection: duckdb.DuckDBPyConnection,
    measure: Measure,
    report: Report,
    lines: Callable[[int], int],
) -> None:
    column = ", ".join(measure.columns or measure.favourable)
    row = connection.execute(
        "SELECT min(record), count(*) FROM measured WHERE share < 0 OR share > 100.0001"
    ).fetchone()
    if row and row[1]:
        raise RowsContradict(
            f"a value is no percentage ({row[1]} rows)",
            file=report.name,
            line=lines(row[0]),
            column=column,
        )
    row = connection.execute(
        "SELECT min(record), count(*) FROM measured WHERE n > eligible"
    ).fetchone()
    if row and row[1]:
        reason = "more people answered than were eligible; that count is left out"
        report.add("left out", reason, row[1], (lines(row[0]),), column)
        connection.execute("UPDATE measured SET eligible = NULL WHERE n > eligible")


def _store_measure(
    connection: duckdb.DuckDBPyConnection, mapping: SummaryMapping, measure: Measure
) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO summary_measures VALUES (?,?,?,?,?,?,?,?,?,?)",
        [
            measure.id,
            measure.indicator_id,
            mapping.respondents,
            *mapping.source,
            *measure.name,
            *measure.definition,
            mapping.is_public,
        ],
    )
    connection.execute(
        """INSERT OR REPLACE INTO summary_values
           SELECT DISTINCT ON (wave, school_id) ?, wave, school_id, share, n, eligible,
             rate FROM measured WHERE share IS NOT NULL ORDER BY wave, school_id""",
        [measure.id],
    )


def _column(source: Field) -> str:
    return source.header or "school"
