"""OneRoster 1.1 and 1.2 → how many students and teachers each school has.

Only organisations, roles and grades are read; names, birth dates, contacts
and passwords are never selected.
"""

from __future__ import annotations

import duckdb

from data.errors import FileNotReadable, UnknownFormat
from data.ingest.formats import Layout, recognise
from data.ingest.report import Report
from data.ingest.source import Source
from data.ingest.sql import Sql, cell, joined, name, sql
from data.ingest.staging import stage

# Misspellings seen in real producers, as lower-case header → the standard one.
ALIASES = {
    "datalastmodified": "datelastmodified",
    "agents": "agentsourcedids",
}
NEEDED = {
    "orgs": ("sourcedid", "name", "type"),
    "users": ("sourcedid",),
    "roles": ("usersourcedid", "role", "orgsourcedid"),
}
BANDS = (
    ("K2", ("KG", "01", "02")),
    ("35", ("03", "04", "05")),
    ("68", ("06", "07", "08")),
    ("912", ("09", "10", "11", "12")),
)


def stage_rosters(
    connection: duckdb.DuckDBPyConnection, sources: list[Source]
) -> dict[str, Layout]:
    """Stage the files that count people; return their layouts by table."""
    layouts = {}
    for source in sources:
        layout = recognise(source)
        if layout.table in NEEDED:
            _stage_as(connection, source, layout)
            layouts[layout.table] = layout
    return layouts


def load_rosters(
    connection: duckdb.DuckDBPyConnection,
    layouts: dict[str, Layout],
    report: Report,
    *,
    wave: str | None,
) -> None:
    """Count people per school, group and grade band into `rosters` for *wave*.

    A person with two roles counts once per school and group, and once in a
    district total only if the district counts people, not rows; rosters hold
    school counts, so a teacher in two schools counts in each.

    Raises:
        UnknownFormat: no wave was given.
        FileNotReadable: a needed file or column is missing.
    """
    if wave is None:
        raise UnknownFormat(
            "a OneRoster file does not say which survey wave it is the roster of; "
            "add --wave 2026-27F",
            file=report.name,
        )
    known = connection.execute(
        "SELECT count(*) FROM waves WHERE wave = ?", [wave]
    ).fetchone()
    if not known or not known[0]:
        raise UnknownFormat(
            f"unknown wave {wave}; import wave.csv first", file=report.name
        )
    for table in ("orgs", "users"):
        if table not in layouts:
            raise FileNotReadable(f"{table}.csv is missing", file=report.name)
    _count(connection, layouts, wave)
    _tell(connection, report, wave)


def _headers(layout: Layout) -> list[str]:
    lower = [k.lower() for k in layout.keys]
    return [ALIASES.get(k, k) for k in lower]


def _stage_as(
    connection: duckdb.DuckDBPyConnection, source: Source, layout: Layout
) -> None:
    # Some producers head their files with unnamed columns no row fills.
    stage(connection, source, pad=True)
    headers = _headers(layout)
    for needed in NEEDED[layout.table]:
        if needed not in headers:
            raise FileNotReadable(
                f"the column {needed} is missing",
                file=source.member or source.name,
                line=1,
                column=needed,
            )
    wanted = {
        "sourcedid", "status", "name", "type", "identifier", "enableduser",
        "orgsourcedids", "role", "grades", "usersourcedid", "orgsourcedid",
    }  # fmt: skip
    columns = [
        sql("trim({cell}) AS {name}", cell=cell(i), name=name(h))
        for i, h in enumerate(headers)
        if h in wanted
    ]
    connection.execute(
        sql(
            """CREATE OR REPLACE TEMP TABLE {table} AS
               SELECT {columns} FROM staged s WHERE rowid > 0""",
            table=name(f"roster_{layout.table}"),
            columns=columns,
        )
    )


def _count(
    connection: duckdb.DuckDBPyConnection, layouts: dict[str, Layout], wave: str
) -> None:
    users = _headers(layouts["users"])
    enabled = Sql("true")
    if "enableduser" in users:
        enabled = Sql("lower(coalesce(u.enableduser, 'true')) <> 'false'")
    grades = Sql("u.grades" if "grades" in users else "NULL")
    if "roles" in layouts:
        people = sql(
            """SELECT r.usersourcedid AS person, lower(r.role) AS role,
                 r.orgsourcedid AS org, {grades} AS grades
               FROM roster_roles r JOIN roster_users u ON u.sourcedid = r.usersourcedid
               WHERE {enabled}""",
            grades=grades,
            enabled=enabled,
        )
    else:
        people = sql(
            """SELECT u.sourcedid AS person, lower(u.role) AS role,
                 trim(unnest(string_split(u.orgsourcedids, ','))) AS org,
                 {grades} AS grades
               FROM roster_users u WHERE {enabled}""",
            grades=grades,
            enabled=enabled,
        )
    bands = [
        sql(
            "WHEN list_has_any(string_split(grades, ','), [{grades}]) THEN {band}",
            grades=grades,
            band=band,
        )
        for band, grades in BANDS
    ]
    has_identifier = "identifier" in _headers(layouts["orgs"])
    connection.execute(
        sql(
            """CREATE OR REPLACE TEMP TABLE counted AS
               SELECT k.school_id,
                 CASE role WHEN 'student' THEN 'students'
                   WHEN 'teacher' THEN 'teachers'
                   ELSE 'building_admins' END AS stakeholder_group,
                 CASE WHEN role = 'student' THEN CASE {bands} END ELSE 'all' END
                   AS band,
                 count(DISTINCT person)::INTEGER AS n
               FROM ({people}) p JOIN roster_orgs o ON o.sourcedid = p.org
               JOIN school_names k ON k.name IN (fold({identifier}), fold(o.name),
                 fold(o.sourcedid))
               WHERE lower(o.type) = 'school'
                 AND role IN ('student', 'teacher', 'principal', 'siteadministrator')
               GROUP BY ALL""",
            bands=joined(" ", bands),
            people=people,
            identifier=Sql("o.identifier" if has_identifier else "NULL"),
        )
    )
    connection.execute(
        """DELETE FROM rosters WHERE wave = ? AND stakeholder_group IN
             (SELECT stakeholder_group FROM counted)""",
        [wave],
    )
    connection.execute(
        """INSERT INTO rosters SELECT ?, school_id, stakeholder_group, band, 'all',
             'all', n FROM counted""",
        [wave],
    )


def _tell(connection: duckdb.DuckDBPyConnection, report: Report, wave: str) -> None:
    row = connection.execute(
        """SELECT (SELECT count(*) FROM roster_users), (SELECT count(*) FROM counted),
             (SELECT count(DISTINCT school_id) FROM counted)"""
    ).fetchone()
    assert row is not None
    report.rows_read = report.kept = row[0]
    if not row[1]:
        raise FileNotReadable(
            "no organisation in it is a school Chorus knows; import school.csv first",
            file=report.name,
        )
    report.note = f"{row[2]} schools counted for {wave}"
