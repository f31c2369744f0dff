"""Rosters of any producer → how many students and teachers each school has.

Only organisations, roles and grades are read; names, birth dates, contacts
and passwords are never selected.
"""

from __future__ import annotations

import duckdb

from data.errors import FileNotReadable, RowsContradict, UnknownFormat
from data.ingest.grades import read_band
from data.ingest.report import Report
from data.ingest.roster_files import COLUMNS, RosterFile, roster_file
from data.ingest.source import Source, unique_headers
from data.ingest.sql import cell, name, sql
from data.ingest.staging import stage
from data.ingest.tools import plain

# What becomes of each user, in the order it is judged.
FATES = {
    "deleted": ("dropped", "deleted or inactive in the system the roster comes from"),
    "disabled": ("dropped", "not enabled"),
    "role": ("dropped", "a role that is not counted, as parent or aide"),
    "school": ("set aside", "in no school Chorus knows; add it to school.csv"),
}
COUNTED = ("student", "teacher", "principal", "siteadministrator")
GONE = ("tobedeleted", "inactive", "deleted")
# Columns a table cannot be counted without.
NEEDED = {
    "orgs": ("sourcedid", "name", "type"),
    "users": ("sourcedid",),
    "roles": ("usersourcedid", "role", "orgsourcedid"),
}


def stage_rosters(
    connection: duckdb.DuckDBPyConnection, sources: list[Source]
) -> frozenset[str]:
    """Stage the files that count people; return the tables there are.

    Raises:
        FileNotReadable: a column is missing.
    """
    staged: set[str] = set()
    for source in sources:
        keys = tuple(unique_headers(source.head[0]))
        kind = roster_file(keys, source.member or source.name)
        if kind is None:
            continue
        if kind.table not in staged:
            connection.execute(
                sql(
                    "CREATE OR REPLACE TEMP TABLE {table} ({columns})",
                    table=name(f"roster_{kind.table}"),
                    columns=[sql("{c} VARCHAR", c=name(c)) for c in COLUMNS],
                )
            )
        _add(connection, source, kind, keys)
        staged.add(kind.table)
    return frozenset(staged)


def load_rosters(
    connection: duckdb.DuckDBPyConnection,
    tables: frozenset[str],
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
            "a roster does not say which survey wave it is the roster of; "
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
        if table not in tables:
            raise FileNotReadable(
                f"{MISSING[table]}; import the folder or zip with all of the roster's "
                "files",
                file=report.name,
            )
    _count(connection, tables, report, wave)
    _tell(connection, report, wave)


MISSING = {
    "orgs": "orgs.csv, the list of schools, is missing",
    "users": "users.csv, the people, is missing",
}


def _add(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    kind: RosterFile,
    keys: tuple[str, ...],
) -> None:
    # Some producers head their files with unnamed columns no row fills.
    stage(connection, source, pad=True)
    places = kind.places([plain(k).replace("_", "") for k in keys])
    for needed in NEEDED[kind.table]:
        if needed not in places and needed not in kind.fixed:
            raise FileNotReadable(
                f"the column {needed} is missing",
                file=source.member or source.name,
                line=1,
                column=needed,
            )
    values = [
        sql("trim({cell})", cell=cell(places[c]))
        if c in places
        else sql("{fixed}", fixed=kind.fixed.get(c))
        for c in COLUMNS
    ]
    connection.execute(
        sql(
            "INSERT INTO {table} SELECT {values} FROM staged s WHERE rowid > 0",
            table=name(f"roster_{kind.table}"),
            values=values,
        )
    )


def _count(
    connection: duckdb.DuckDBPyConnection,
    tables: frozenset[str],
    report: Report,
    wave: str,
) -> None:
    _know_schools(connection, report.name)
    connection.execute(
        sql(
            """CREATE OR REPLACE TEMP TABLE roster_people AS
               SELECT min(rowid) AS record, sourcedid AS person,
                 max(grades) AS grades,
                 CASE WHEN bool_and(lower(coalesce(status, '')) IN ({gone}))
                        THEN 'deleted'
                      WHEN bool_and(lower(coalesce(enableduser, '')) IN ('false', '0'))
                        THEN 'disabled' END AS fate
               FROM roster_users GROUP BY sourcedid""",
            gone=GONE,
        )
    )
    if "roles" in tables:
        held = sql(
            """SELECT usersourcedid AS person, lower(role) AS role,
                 orgsourcedid AS org FROM roster_roles
               WHERE coalesce(lower(status), '') NOT IN ({gone})""",
            gone=GONE,
        )
        # Some producers keep a person's grade with the role.
        connection.execute(
            """UPDATE roster_people SET grades = r.grades FROM (
                 SELECT usersourcedid, max(grades) AS grades FROM roster_roles
                 WHERE lower(role) = 'student' GROUP BY 1) r
               WHERE r.usersourcedid = person
                 AND coalesce(roster_people.grades, '') = ''"""
        )
    else:
        _check_filled(connection)
        held = sql(
            """SELECT sourcedid AS person, lower(role) AS role,
                 trim(unnest(string_split(orgsourcedids, ','))) AS org
               FROM roster_users
               WHERE coalesce(lower(status), '') NOT IN ({gone})""",
            gone=GONE,
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


def _check_filled(connection: duckdb.DuckDBPyConnection) -> None:
    """Roles and schools stand with the people, where there is no file of roles.

    Raises:
        FileNotReadable: nobody has one.
    """
    for needed in ("role", "orgsourcedids"):
        row = connection.execute(
            sql("SELECT count({c}) FROM roster_users", c=name(needed))
        ).fetchone()
        if not row or not row[0]:
            raise FileNotReadable(
                f"the column {needed} is missing",
                file="users.csv",
                line=1,
                column=needed,
            )


def _know_schools(connection: duckdb.DuckDBPyConnection, file: str) -> None:
    """Create `roster_schools`: each organisation that is a school Chorus knows.

    Raises:
        RowsContradict: its id, identifier and name mean two schools.
    """
    connection.execute(
        sql(
            """CREATE OR REPLACE TEMP TABLE roster_schools AS
               SELECT o.sourcedid AS org, any_value(o.name) AS name,
                 list(DISTINCT k.school_id ORDER BY k.school_id) AS found,
                 min(k.school_id) AS school_id
               FROM roster_orgs o JOIN school_names k
                 ON k.name IN (fold(o.identifier), fold(o.name), fold(o.sourcedid))
               WHERE lower(o.type) = 'school'
                 AND coalesce(lower(o.status), '') NOT IN ({gone})
               GROUP BY o.sourcedid""",
            gone=GONE,
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
