"""OneRoster 1.1 and 1.2 → how many students and teachers each school has.

Only organisations, roles and grades are read; names, birth dates, contacts
and passwords are never selected.
"""

from __future__ import annotations

import duckdb

from data.errors import FileNotReadable, RowsContradict, UnknownFormat
from data.ingest.formats import Layout, recognise
from data.ingest.grades import read_band
from data.ingest.report import Report
from data.ingest.source import Source
from data.ingest.sql import Sql, cell, name, sql
from data.ingest.staging import stage

# Misspellings seen in real producers, as lower-case header → the standard one.
ALIASES = {
    "datalastmodified": "datelastmodified",
    "agents": "agentsourcedids",
    "orgs": "orgsourcedids",
    "orgsourcedid": "orgsourcedids",
}
NEEDED = {
    "orgs": ("sourcedid", "name", "type"),
    "users": ("sourcedid",),
    "roles": ("usersourcedid", "role", "orgsourcedid"),
}


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
    _count(connection, layouts, report, wave)
    _tell(connection, report, wave)


def _headers(layout: Layout) -> list[str]:
    lower = [k.lower() for k in layout.keys]
    # In a table of roles the singular is the standard's own.
    aliases = ALIASES if layout.table == "users" else {}
    return [aliases.get(k, k) if aliases.get(k) not in lower else k for k in lower]


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


# What becomes of each user, in the order it is judged.
FATES = {
    "deleted": ("dropped", "deleted in the system the roster comes from"),
    "disabled": ("dropped", "not enabled"),
    "role": ("dropped", "a role that is not counted, as parent or aide"),
    "school": ("set aside", "in no school Chorus knows; add it to school.csv"),
}
COUNTED = ("student", "teacher", "principal", "siteadministrator")


def _count(
    connection: duckdb.DuckDBPyConnection,
    layouts: dict[str, Layout],
    report: Report,
    wave: str,
) -> None:
    users, orgs = _headers(layouts["users"]), _headers(layouts["orgs"])

    def optional(column: str, headers: list[str]) -> Sql:
        return name(column) if column in headers else Sql("NULL")

    _know_schools(connection, optional("identifier", orgs), orgs, report.name)
    connection.execute(
        sql(
            """CREATE OR REPLACE TEMP TABLE roster_people AS
               SELECT rowid AS record, sourcedid AS person, {grades} AS grades,
                 CASE WHEN lower({status}) = 'tobedeleted' THEN 'deleted'
                      WHEN lower({enabled}) = 'false' THEN 'disabled' END AS fate
               FROM roster_users""",
            grades=optional("grades", users),
            status=optional("status", users),
            enabled=optional("enableduser", users),
        )
    )
    if "roles" in layouts:
        held = sql(
            """SELECT usersourcedid AS person, lower(role) AS role,
                 orgsourcedid AS org FROM roster_roles
               WHERE coalesce(lower({status}), '') <> 'tobedeleted'""",
            status=optional("status", _headers(layouts["roles"])),
        )
    else:
        for needed in ("role", "orgsourcedids"):
            if needed not in users:
                raise FileNotReadable(
                    f"the column {needed} is missing",
                    file="users.csv",
                    line=1,
                    column=needed,
                )
        held = Sql(
            """SELECT sourcedid AS person, lower(role) AS role,
                 trim(unnest(string_split(orgsourcedids, ','))) AS org
               FROM roster_users"""
        )
    connection.execute(
        sql(
            """CREATE OR REPLACE TEMP TABLE roster_held AS
               SELECT DISTINCT h.person, h.role, o.school_id FROM ({held}) h
               LEFT JOIN roster_schools o ON o.org = h.org
               WHERE h.role IN ({counted})""",
            held=held,
            counted=COUNTED,
        )
    )
    connection.execute(
        """UPDATE roster_people SET fate = CASE
             WHEN person NOT IN (SELECT person FROM roster_held) THEN 'role'
             WHEN person NOT IN (SELECT person FROM roster_held
               WHERE school_id IS NOT NULL) THEN 'school'
             ELSE 'kept' END
           WHERE fate IS NULL"""
    )
    _know_bands(connection)
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE counted AS
           SELECT h.school_id,
             CASE role WHEN 'student' THEN 'students' WHEN 'teacher' THEN 'teachers'
               ELSE 'building_admins' END AS stakeholder_group,
             CASE WHEN role = 'student' THEN b.band ELSE 'all' END AS band,
             count(DISTINCT h.person)::INTEGER AS n
           FROM roster_held h JOIN roster_people p USING (person)
           LEFT JOIN roster_bands b ON b.grades = p.grades
           WHERE p.fate = 'kept' AND h.school_id IS NOT NULL GROUP BY ALL"""
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


def _know_schools(
    connection: duckdb.DuckDBPyConnection,
    identifier: Sql,
    headers: list[str],
    file: str,
) -> None:
    """Create `roster_schools`: each organisation that is a school Chorus knows.

    Raises:
        RowsContradict: its id, identifier and name mean two schools.
    """
    status = name("status") if "status" in headers else Sql("NULL")
    connection.execute(
        sql(
            """CREATE OR REPLACE TEMP TABLE roster_schools AS
               SELECT o.sourcedid AS org, any_value(o.name) AS name,
                 list(DISTINCT k.school_id ORDER BY k.school_id) AS found,
                 min(k.school_id) AS school_id
               FROM roster_orgs o JOIN school_names k
                 ON k.name IN (fold({identifier}), fold(o.name), fold(o.sourcedid))
               WHERE lower(o.type) = 'school'
                 AND coalesce(lower({status}), '') <> 'tobedeleted'
               GROUP BY o.sourcedid""",
            identifier=sql("o.{column}", column=identifier)
            if identifier != "NULL"
            else identifier,
            status=sql("o.{column}", column=status) if status != "NULL" else status,
        )
    )
    row = connection.execute(
        "SELECT name, found FROM roster_schools WHERE len(found) > 1 ORDER BY 1 LIMIT 1"
    ).fetchone()
    if row:
        raise RowsContradict(
            f"the organisation '{row[0]}' means two schools by its id and name, "
            f"{' and '.join(row[1])}; correct school.csv or the roster",
            file=file,
            column="orgs.csv",
        )


def _know_bands(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `roster_bands`: the grade band of each text in the column of grades."""
    rows = connection.execute(
        "SELECT DISTINCT grades FROM roster_people WHERE grades IS NOT NULL"
    ).fetchall()
    found = [
        (text, next(filter(None, (read_band(g, {}) for g in text.split(","))), None))
        for (text,) in rows
    ]
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE roster_bands (grades VARCHAR, band VARCHAR)"
    )
    if found:
        connection.executemany("INSERT INTO roster_bands VALUES (?, ?)", found)


def _tell(connection: duckdb.DuckDBPyConnection, report: Report, wave: str) -> None:
    rows = connection.execute(
        "SELECT fate, count(*) FROM roster_people GROUP BY fate"
    ).fetchall()
    found = dict(rows)
    report.rows_read = sum(found.values())
    report.kept = found.get("kept", 0)
    for fate, (kind, reason) in FATES.items():
        report.add(kind, reason, found.get(fate, 0))
    row = connection.execute(
        """SELECT (SELECT count(DISTINCT school_id) FROM counted),
             (SELECT sum(n) FROM counted
              WHERE stakeholder_group = 'students' AND band IS NULL),
             (SELECT string_agg(DISTINCT coalesce(nullif(p.grades, ''), 'empty'), ', '
                ORDER BY coalesce(nullif(p.grades, ''), 'empty'))
              FROM roster_people p JOIN roster_held h USING (person)
              LEFT JOIN roster_bands b ON b.grades = p.grades
              WHERE p.fate = 'kept' AND h.role = 'student' AND b.band IS NULL)"""
    ).fetchone()
    assert row is not None
    schools, without, words = row
    if not schools:
        raise FileNotReadable(
            "no organisation in it is a school Chorus knows; import school.csv first",
            file=report.name,
        )
    if without:
        report.add(
            "noted",
            f"students without a grade band (grades: {words}); they count in their "
            "school and in no band",
            without,
            column="grades",
        )
    report.note = f"{schools} schools counted for {wave}"
