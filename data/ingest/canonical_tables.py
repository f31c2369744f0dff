"""The canonical tables of the specification, section 12: columns, types, rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import duckdb

from data.catalogue import catalogue
from data.ingest.sql import Sql, name, sql
from data.model.vocabulary import (
    ATTRIBUTES,
    CASE_KINDS,
    DOMAINS,
    EXCEPTION_ANSWERS,
    GRADE_BANDS,
    LEVELS,
    PULSE_QUESTIONS,
    REQUEST_CATEGORIES,
    REQUEST_OUTCOMES,
    SERVES,
    SESSION_FORMATS,
    SHARED_WITH,
    STAKEHOLDER_GROUPS,
    TRY_RESULTS,
)
from data.model.waves import parse_wave

ENGINE_TYPES = catalogue().response_sets["ENGINE"].ids
MONTH = (
    "regexp_full_match({x}, '[0-9]{{4}}-(0[1-9]|1[0-2])')",
    "write months as 2026-10",
)
YEAR = ("regexp_full_match({x}, '[0-9]{{4}}-[0-9]{{2}}')", "write years as 2026-27")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a canonical table.

    Attributes:
        rule: SQL that must hold where the cell is not empty, `{x}` the typed
            value; `says` is what to do when it does not.
        is_person: a key that stands for someone; only its keyed hash is kept.
    """

    name: str
    type: str = "VARCHAR"
    required: bool = True
    rule: str | None = None
    says: str = ""
    optional: bool = False
    is_person: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One canonical table: how it is recognised, checked and stored.

    Attributes:
        store: SQL that moves `typed` rows into the warehouse; None keeps them
            as a register, in a table of this name and these columns.
        keys: what tells one row of a register from another; a row that comes
            again takes the place of the earlier one.
        once: columns whose values together stand in one row only; a file in which
            they come twice is refused.
    """

    name: str
    columns: tuple[Column, ...]
    store: str | None = None
    keys: tuple[str, ...] = ()
    once: tuple[str, ...] = ()
    check: Callable[[duckdb.DuckDBPyConnection], tuple[int, str, str] | None] | None = (
        None
    )

    @property
    def definition(self) -> str:
        """SQL that creates a register's table."""
        return sql(
            "CREATE TABLE IF NOT EXISTS {table} ({columns}, PRIMARY KEY ({keys}))",
            table=name(self.name),
            columns=[
                sql("{name} {kind}", name=name(c.name), kind=Sql(c.type))
                for c in self.columns
            ],
            keys=[name(k) for k in self.keys],
        )

    def recognises(self, headers: tuple[str, ...]) -> bool:
        """True when the headers are this table's, in any order."""
        have = set(headers)
        needed = {c.name for c in self.columns if not c.optional}
        return needed <= have <= {c.name for c in self.columns}


def _one_of(values: tuple[str, ...]) -> tuple[str, str]:
    rule = sql("{x} IN ({values})", x=Sql("{x}"), values=values)
    return rule, f"use one of {', '.join(values)}"


def _choice(name: str, values: tuple[str, ...], **extra: Any) -> Column:
    rule, says = _one_of(values)
    return Column(name, rule=rule, says=says, **extra)


SCHOOL_KNOWN = (
    "{x} IN (SELECT school_id FROM schools)",
    "unknown school; import school.csv first or correct the id",
)
WAVE_KNOWN = (
    "{x} IN (SELECT wave FROM waves)",
    "unknown wave; import wave.csv first or correct the label",
)


def _school(**extra: Any) -> Column:
    return Column("school_id", rule=SCHOOL_KNOWN[0], says=SCHOOL_KNOWN[1], **extra)


def _wave(name: str = "wave") -> Column:
    return Column(name, rule=WAVE_KNOWN[0], says=WAVE_KNOWN[1])


def _count(name: str, **extra: Any) -> Column:
    return Column(name, "INTEGER", rule="{x} >= 0", says="counts start at 0", **extra)


def _several(name: str, values: tuple[str, ...], **extra: Any) -> Column:
    """Return a column that holds some of *values*, separated by semicolons."""
    return Column(
        name,
        rule=sql(
            """len(list_filter(string_split({x}, ';'),
                 lambda v: trim(v) NOT IN ({values}))) = 0""",
            x=Sql("{x}"),
            values=values,
        ),
        says=f"separate with ; and use {', '.join(values)}",
        **extra,
    )


def _date(name: str, **extra: Any) -> Column:
    return Column(name, "DATE", says="write dates as 2026-08-31", **extra)


def check_waves(connection: duckdb.DuckDBPyConnection) -> tuple[int, str, str] | None:
    """Return (record, column, reason) of the first wave out of order."""
    rows = connection.execute(
        "SELECT record, wave, opens_on, closes_on FROM typed ORDER BY record"
    ).fetchall()
    previous = None
    for record, label, opens_on, closes_on in rows:
        wave = parse_wave(label)
        if wave is None:
            return record, "wave", f"'{label}' is no wave; write it as 2026-27F"
        if closes_on < opens_on:
            return record, "closes_on", "the wave closes before it opens"
        if previous and (wave <= previous[0] or opens_on <= previous[1]):
            return (
                record,
                "wave",
                f"{label} does not come after {previous[0].label}; put the waves "
                "in order of time",
            )
        previous = (wave, closes_on)
    return None


def check_launches(
    connection: duckdb.DuckDBPyConnection,
) -> tuple[int, str, str] | None:
    """Return (record, column, reason) of a launch outside the calendar.

    From ten years before the first wave – districts begin to measure late – to
    three years after the last; without waves nothing can be said.
    """
    row = connection.execute(
        """SELECT t.record, t.launch_date FROM typed t,
             (SELECT min(opens_on) - INTERVAL 10 YEAR AS a,
                     max(closes_on) + INTERVAL 3 YEAR AS z FROM waves) c
           WHERE t.launch_date IS NOT NULL AND a IS NOT NULL
             AND (t.launch_date < a OR t.launch_date > z)
           ORDER BY t.record LIMIT 1"""
    ).fetchone()
    if row is None:
        return None
    return (
        row[0],
        "launch_date",
        f"{row[1]} lies outside the calendar of wave.csv; correct the date or "
        "the calendar",
    )


def check_schools(
    connection: duckdb.DuckDBPyConnection,
) -> tuple[int, str, str] | None:
    """Return (record, column, reason) of the first school that cannot be told apart.

    A name, an alias and a former name stand for one school, in the file and among
    the schools known before that the file does not list.
    """
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE named AS
           SELECT record, school_id, of_column, trim(word) AS word, fold(word) AS folded
           FROM (
             SELECT record, school_id, 'school_id' AS of_column, school_id AS word
               FROM typed
             UNION ALL SELECT record, school_id, 'name', name FROM typed
             UNION ALL SELECT record, school_id, 'formerly', formerly FROM typed
             UNION ALL SELECT record, school_id, 'also_known_as',
               unnest(string_split(also_known_as, ';')) FROM typed)
           WHERE fold(word) <> ''"""
    )
    row = connection.execute(
        """SELECT a.record, a.of_column, a.word, a.school_id, b.school_id
           FROM named a JOIN (
             SELECT folded, school_id, of_column FROM named
             UNION ALL
             SELECT k.name, k.school_id, 'name' FROM school_names k
             WHERE k.school_id NOT IN (SELECT school_id FROM typed)) b
             ON a.folded = b.folded AND a.school_id <> b.school_id
           ORDER BY a.of_column IN ('school_id', 'name'), a.record DESC LIMIT 1"""
    ).fetchone()
    if row is None:
        return check_launches(connection)
    record, column, word, school, other = row
    return (
        record,
        column,
        f"'{word}' stands for two schools, {school} and {other}; give each a name of "
        "its own, so that no answer goes to the wrong one",
    )


def _first_over(
    connection: duckdb.DuckDBPyConnection, part: str, whole: str
) -> tuple[int, str, str] | None:
    row = connection.execute(
        sql(
            """SELECT record, {part}, {whole} FROM typed WHERE {part} > {whole}
               ORDER BY record LIMIT 1""",
            part=name(part),
            whole=name(whole),
        )
    ).fetchone()
    if row is None:
        return None
    return row[0], part, f"{row[1]} is more than {whole} {row[2]}; correct one of them"


def _first_before(
    connection: duckdb.DuckDBPyConnection, later: str, earlier: str
) -> tuple[int, str, str] | None:
    row = connection.execute(
        sql(
            """SELECT record, {later}, {earlier} FROM typed
               WHERE {later} < {earlier} ORDER BY record LIMIT 1""",
            later=name(later),
            earlier=name(earlier),
        )
    ).fetchone()
    if row is None:
        return None
    return (
        row[0],
        later,
        f"{row[1]} lies before {earlier} {row[2]}; correct one of them",
    )


# Labels come in the order of time; a calendar may come in several files.
WAVES_IN_ORDER = Sql("""UPDATE waves SET wave_index = numbered.position FROM (
    SELECT wave, row_number() OVER (ORDER BY wave) - 1 AS position FROM waves) numbered
    WHERE waves.wave = numbered.wave""")

TABLES: dict[str, Table] = {
    t.name: t
    for t in (
        Table(
            "wave",
            (
                Column("wave"),
                _date("opens_on"),
                _date("closes_on"),
            ),
            sql(
                """INSERT INTO waves SELECT wave, 0, opens_on, closes_on FROM typed
                   ON CONFLICT DO UPDATE SET opens_on = excluded.opens_on,
                   closes_on = excluded.closes_on;
                   {in_order}""",
                in_order=WAVES_IN_ORDER,
            ),
            once=("wave",),
            check=check_waves,
        ),
        Table(
            "school",
            (
                Column("school_id"),
                Column("name"),
                _choice("level", LEVELS),
                _count("cohort_id"),
                _date("launch_date", required=False),
                Column("grades", required=False),
                Column("area", required=False, optional=True),
                _date("closed_on", required=False, optional=True),
                Column("formerly", required=False, optional=True),
                Column("also_known_as", required=False, optional=True),
            ),
            # A school keeps its row for ever; a name once used keeps pointing
            # to it, so that old exports still find it.
            """INSERT INTO schools SELECT school_id, name, level, grades, area,
                 cohort_id, launch_date, closed_on, formerly FROM typed
               ON CONFLICT DO UPDATE SET name = excluded.name, level = excluded.level,
                 grades = excluded.grades, area = excluded.area,
                 cohort_id = excluded.cohort_id, launch_date = excluded.launch_date,
                 closed_on = excluded.closed_on, formerly = excluded.formerly;
               INSERT OR REPLACE INTO school_names
               SELECT DISTINCT ON (folded) folded, school_id FROM (
                 SELECT fold(unnest([school_id, name, formerly]
                   || string_split(coalesce(also_known_as, ''), ';'))) AS folded,
                   school_id FROM typed) WHERE folded <> ''""",
            once=("school_id",),
            check=check_schools,
        ),
        Table(
            "roster",
            (
                _wave(),
                _school(),
                _choice("stakeholder_group", STAKEHOLDER_GROUPS),
                _choice("grade_band", GRADE_BANDS, required=False),
                Column("language", required=False),
                Column("program", required=False),
                _count("n"),
            ),
            """DELETE FROM rosters WHERE (wave, stakeholder_group) IN
                 (SELECT DISTINCT wave, stakeholder_group FROM typed);
               INSERT INTO rosters SELECT wave, school_id, stakeholder_group,
                 grade_band, language, program, n FROM typed""",
            once=(
                "wave",
                "school_id",
                "stakeholder_group",
                "grade_band",
                "language",
                "program",
            ),
        ),
        Table(
            "response",
            (
                Column("wave"),
                Column("instrument"),
                Column("resp_key"),
                Column("school_id"),
                Column("group"),
                Column("grade_band", required=False),
                Column("language", required=False),
                Column("item_id"),
                Column("code"),
            ),
        ),
        Table(
            "rubric",
            (
                _wave("semester"),
                _school(),
                _choice("attribute", ATTRIBUTES),
                _choice("domain", DOMAINS),
                Column("rater"),
                Column(
                    "level",
                    "TINYINT",
                    rule="{x} BETWEEN 0 AND 4",
                    says="levels are whole numbers from 0 to 4",
                ),
                Column("evidence_ref", required=False),
                Column("blind", "BOOLEAN", required=False),
            ),
            """DELETE FROM rubric WHERE (semester, school_id) IN
                 (SELECT DISTINCT semester, school_id FROM typed);
               INSERT INTO rubric SELECT semester, school_id, attribute, domain,
                 rater, level, evidence_ref, coalesce(blind, false) FROM typed""",
            once=("semester", "school_id", "attribute", "domain", "rater"),
        ),
        Table(
            "rubric_public",
            (_wave("semester"), _school(), Column("agreed", "BOOLEAN")),
            """DELETE FROM rubric_public WHERE (semester, school_id) IN
                 (SELECT semester, school_id FROM typed);
               INSERT INTO rubric_public SELECT semester, school_id, agreed FROM typed
            """,
            once=("semester", "school_id"),
        ),
        Table(
            "settings",
            (
                Column("key"),
                Column("value"),
                Column("set_by"),
                _date("set_on"),
                Column("reason"),
            ),
            """INSERT INTO settings SELECT key, value, set_by, set_on, reason FROM typed
               EXCEPT SELECT * FROM settings""",
        ),
        Table(
            "learning_engine",
            (
                _school(),
                _choice("engine_type", ENGINE_TYPES),
                Column("own_name"),
                _date("valid_from"),
                Column("statement_en", required=False),
                Column("statement_es", required=False),
                Column("crosswalk", required=False),
                _date("approved_by_staff_on", required=False),
            ),
            keys=("school_id", "valid_from"),
        ),
        Table(
            "case_event",
            (
                Column("event_id"),
                _date("date"),
                Column("title"),
                Column("format", required=False),
                _school(required=False),
                _several("audience_groups", STAKEHOLDER_GROUPS),
                _several("lead_groups", STAKEHOLDER_GROUPS),
                Column(
                    "depth",
                    "TINYINT",
                    rule="{x} BETWEEN 1 AND 5",
                    says="depth runs from 1 to 5",
                ),
                Column("languages", required=False),
                _choice("kind", CASE_KINDS),
            ),
            keys=("event_id",),
        ),
        Table(
            "event_reach",
            (
                Column(
                    "event_id",
                    rule="{x} IN (SELECT event_id FROM case_event)",
                    says="unknown event; import case_event.csv first",
                ),
                _choice("group", STAKEHOLDER_GROUPS),
                _school(required=False),
                _count("reached_unique", required=False),
                _count("headcount", required=False),
                _count("roster_n", required=False),
            ),
            keys=("event_id", "group", "school_id"),
            check=lambda c: _first_over(c, "reached_unique", "roster_n"),
        ),
        Table(
            "initiative",
            (
                Column("initiative_id"),
                Column("name"),
                Column("owner", required=False),
                _school(required=False),
                _date("start"),
                _date("planned_end", required=False),
                _date("ended", required=False),
                Column(
                    "share_of_staff",
                    "DOUBLE",
                    required=False,
                    rule="{x} BETWEEN 0 AND 1",
                    says="write a share from 0 to 1",
                ),
                Column(
                    "hours",
                    "DOUBLE",
                    required=False,
                    rule="{x} >= 0",
                    says="hours start at 0",
                ),
                _choice("serves_pl", SERVES),
                Column("mandated_by", required=False),
                Column("replaces", required=False),
            ),
            keys=("initiative_id", "school_id"),
            check=lambda c: _first_before(c, "ended", "start"),
        ),
        Table(
            "session",
            (
                Column("session_id"),
                _date("date"),
                Column("hours", "DOUBLE", rule="{x} >= 0", says="hours start at 0"),
                _choice("format", SESSION_FORMATS),
                _several("attributes", ATTRIBUTES, required=False),
                Column("habits", required=False),
                _school(required=False),
                _count("headcount", required=False),
            ),
            keys=("session_id",),
        ),
        Table(
            "attendance",
            (
                Column(
                    "session_id",
                    rule="{x} IN (SELECT session_id FROM session)",
                    says="unknown session; import session.csv first",
                ),
                Column("attendee_key", is_person=True),
                _school(),
            ),
            keys=("session_id", "attendee_key"),
        ),
        Table(
            "try",
            (
                Column("try_id"),
                _school(),
                _count("team_size"),
                _date("start"),
                _date("planned_end", required=False),
                _date("closed", required=False),
                _several("attributes", ATTRIBUTES, required=False),
                Column("outcome_guard", required=False),
                Column("evidence_plan", required=False),
                Column("stop_rule", required=False),
                _choice("result", TRY_RESULTS),
                _choice(
                    "shared_with",
                    SHARED_WITH,
                    required=False,
                ),
            ),
            keys=("try_id",),
            check=lambda c: _first_before(c, "closed", "start"),
        ),
        Table(
            "pulse",
            (
                Column("month", rule=MONTH[0], says=MONTH[1]),
                Column("principal_key", is_person=True),
                _choice("question", PULSE_QUESTIONS),
                Column("text", required=False),
                Column("codes", required=False),
                Column("coder", required=False),
                _school(required=False, optional=True),
            ),
            keys=("month", "principal_key", "question", "coder"),
        ),
        Table(
            "support_request",
            (
                Column("request_id"),
                _school(),
                _date("opened"),
                _choice("category", REQUEST_CATEGORIES),
                Column("owner", required=False),
                _date("first_reply", required=False),
                _date("closed", required=False),
                _choice(
                    "outcome",
                    REQUEST_OUTCOMES,
                    required=False,
                ),
            ),
            keys=("request_id",),
            check=lambda c: _first_before(c, "closed", "opened"),
        ),
        Table(
            "exception_request",
            (
                Column("request_id"),
                _school(),
                _date("asked"),
                _date("answered", required=False),
                _choice("answer", EXCEPTION_ANSWERS, required=False),
            ),
            keys=("request_id",),
            check=lambda c: _first_before(c, "answered", "asked"),
        ),
        Table(
            "outcome_measure",
            (
                Column("outcome_id"),
                Column("name_en"),
                Column("name_es"),
                Column("unit"),
                _choice("direction", ("more", "less")),
                Column(
                    "margin",
                    "DOUBLE",
                    rule="{x} > 0",
                    says="the allowed dip is a number above 0",
                ),
                _date("registered_on"),
            ),
            keys=("outcome_id",),
        ),
        Table(
            "outcome",
            (
                Column("year", rule=YEAR[0], says=YEAR[1]),
                _school(),
                Column("level"),
                Column(
                    "outcome_id",
                    rule="{x} IN (SELECT outcome_id FROM outcome_measure)",
                    says="unknown outcome; import outcome_measure.csv first",
                ),
                _count("n"),
                Column("mean", "DOUBLE"),
                Column(
                    "sd",
                    "DOUBLE",
                    rule="{x} >= 0",
                    says="a standard deviation is never negative",
                ),
                Column("definition", required=False, optional=True),
            ),
            keys=("year", "school_id", "level", "outcome_id"),
        ),
        Table(
            "message",
            (
                Column("month", rule=MONTH[0], says=MONTH[1]),
                _school(),
                Column("language"),
                _count("sent"),
                _count("opened"),
                _count("two_way"),
                _count("login"),
            ),
            keys=("month", "school_id", "language"),
            check=lambda c: _first_over(c, "opened", "sent"),
        ),
        Table(
            "analysis_plan",
            (
                Column("outcome"),
                Column("form", required=False),
                _date("registered_on"),
                Column("note", required=False),
            ),
            keys=("outcome", "form"),
        ),
        Table(
            "benchmark",
            (
                Column("benchmark_id"),
                Column("version"),
                Column("indicator_id"),
                Column("form"),
                Column(
                    "share",
                    "DOUBLE",
                    rule="{x} BETWEEN 0 AND 100",
                    says="write a share from 0 to 100",
                ),
                Column("name_en"),
                Column("name_es"),
                _wave("from_wave"),
            ),
            keys=("benchmark_id", "version"),
        ),
    )
}
REGISTERS = {name: table for name, table in TABLES.items() if table.keys}
