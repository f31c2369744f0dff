"""The district's own tables, column by column: what they may hold and what is said.

Read as: name, its type where it is no text; ? may be empty; ~ may be absent as well;
* is a key that stands for a person.
"""

import duckdb
import pytest

from data.ingest.canonical_tables import REGISTERS, TABLES
from data.ingest.warehouse import create_schema

COLUMNS = {
    "wave": "wave, opens_on DATE, closes_on DATE",
    "school": "school_id, name, level, cohort_id INTEGER, launch_date DATE?, grades?, "
    "area~, closed_on DATE~, formerly~, also_known_as~",
    "roster": "wave, school_id, stakeholder_group, grade_band?, language?, program?, "
    "n INTEGER",
    "response": "wave, instrument, resp_key, school_id, group, grade_band?, language?, "
    "item_id, code",
    "rubric": "semester, school_id, attribute, domain, rater, level TINYINT, "
    "evidence_ref?, blind BOOLEAN?",
    "rubric_public": "semester, school_id, agreed BOOLEAN",
    "settings": "key, value, set_by, set_on DATE, reason",
    "learning_engine": "school_id, engine_type, own_name, valid_from DATE, "
    "statement_en?, statement_es?, crosswalk?, approved_by_staff_on DATE?",
    "case_event": "event_id, date DATE, title, format?, school_id?, audience_groups, "
    "lead_groups, depth TINYINT, languages?, kind",
    "event_reach": "event_id, group, school_id?, reached_unique INTEGER?, "
    "headcount INTEGER?, roster_n INTEGER?",
    "initiative": "initiative_id, name, owner?, school_id?, start DATE, "
    "planned_end DATE?, ended DATE?, share_of_staff DOUBLE?, hours DOUBLE?, serves_pl, "
    "mandated_by?, replaces?",
    "session": "session_id, date DATE, hours DOUBLE, format, attributes?, habits?, "
    "school_id?, headcount INTEGER?",
    "attendance": "session_id, attendee_key*, school_id",
    "try": "try_id, school_id, team_size INTEGER, start DATE, planned_end DATE?, "
    "closed DATE?, attributes?, outcome_guard?, evidence_plan?, stop_rule?, result, "
    "shared_with?",
    "pulse": "month, principal_key*, question, text?, codes?, coder?, school_id~",
    "support_request": "request_id, school_id, opened DATE, category, owner?, "
    "first_reply DATE?, closed DATE?, outcome?",
    "exception_request": "request_id, school_id, asked DATE, answered DATE?, answer?",
    "outcome_measure": "outcome_id, name_en, name_es, unit, direction, margin DOUBLE, "
    "registered_on DATE",
    "outcome": "year, school_id, level, outcome_id, n INTEGER, mean DOUBLE, sd DOUBLE, "
    "definition~",
    "message": "month, school_id, language, sent INTEGER, opened INTEGER, "
    "two_way INTEGER, login INTEGER",
    "analysis_plan": "outcome, form?, registered_on DATE, note?",
    "benchmark": "benchmark_id, version, indicator_id, form, share DOUBLE, name_en, "
    "name_es, from_wave",
}
# What tells one row of a register from another.
KEYS = {
    "learning_engine": "school_id, valid_from",
    "case_event": "event_id",
    "event_reach": "event_id, group, school_id",
    "initiative": "initiative_id, school_id",
    "session": "session_id",
    "attendance": "session_id, attendee_key",
    "try": "try_id",
    "pulse": "month, principal_key, question, coder",
    "support_request": "request_id",
    "exception_request": "request_id",
    "outcome_measure": "outcome_id",
    "outcome": "year, school_id, level, outcome_id",
    "message": "month, school_id, language",
    "analysis_plan": "outcome, form",
    "benchmark": "benchmark_id, version",
}
ONCE = {
    "wave": "wave",
    "school": "school_id",
    "roster": "wave, school_id, stakeholder_group, grade_band, language, program",
    "rubric": "semester, school_id, attribute, domain, rater",
    "rubric_public": "semester, school_id",
}


def drawn(column) -> str:
    kind = "" if column.type == "VARCHAR" else f" {column.type}"
    mark = "~" if column.optional else "" if column.required else "?"
    return column.name + kind + mark + "*" * column.is_person


def test_these_are_the_tables():
    assert list(TABLES) == list(COLUMNS)
    assert {t: ", ".join(r.keys) for t, r in REGISTERS.items()} == KEYS
    assert {t: ", ".join(r.once) for t, r in TABLES.items() if r.once} == ONCE


@pytest.mark.parametrize("table", COLUMNS)
def test_a_table_has_these_columns(table):
    assert ", ".join(map(drawn, TABLES[table].columns)) == COLUMNS[table]


@pytest.mark.parametrize("table", COLUMNS)
def test_a_table_is_recognised_by_its_headings_in_any_order(table):
    names = tuple(
        part.strip("?~*").split()[0].strip("?~*") for part in COLUMNS[table].split(", ")
    )
    needed = tuple(
        name for name, part in zip(names, COLUMNS[table].split(", "), strict=True)
        if "~" not in part
    )  # fmt: skip

    assert TABLES[table].recognises(names[::-1])
    assert TABLES[table].recognises(needed)
    assert not TABLES[table].recognises(needed[1:])
    assert not TABLES[table].recognises((*names, "something else"))


@pytest.fixture(scope="module", autouse=True)
def known():
    """A warehouse that knows one school, wave, event, session and outcome."""
    connection = duckdb.connect()
    create_schema(connection)
    for row in (
        "waves VALUES ('2025-26F', 0, '2025-10-01', '2025-10-31')",
        "schools (school_id, name) VALUES ('A', 'Alder')",
        "case_event (event_id) VALUES ('E1')",
        "session (session_id) VALUES ('T1')",
        "outcome_measure (outcome_id) VALUES ('att')",
    ):
        connection.execute(f"INSERT INTO {row}")
    return connection


SCHOOL = ("A", "B", "unknown school; import school.csv first or correct the id")
WAVE = (
    "2025-26F",
    "2025-26S",
    "unknown wave; import wave.csv first or correct the label",
)
COUNT = ("0", "-1", "counts start at 0")
MONTH = ("2026-12", "2026-13", "write months as 2026-10")
HOURS = ("0", "-0.5", "hours start at 0")
GROUPS = (
    "students, families, teachers, building_admins, board, superintendent, "
    "support_staff, community"
)
FOUR = "voice, co_creation, social_construction, self_discovery"


# Table, column: what it may hold, what it may not, and what is said then.
RULES = {
    "school.cohort_id": COUNT,
    "roster.wave": WAVE, "roster.school_id": SCHOOL, "roster.n": COUNT,
    "rubric.semester": WAVE, "rubric.school_id": SCHOOL,
    "rubric.level": ("4", "5", "levels are whole numbers from 0 to 4"),
    "rubric_public.semester": WAVE, "rubric_public.school_id": SCHOOL,
    "learning_engine.school_id": SCHOOL,
    "case_event.school_id": SCHOOL,
    "case_event.depth": ("5", "6", "depth runs from 1 to 5"),
    "event_reach.event_id": ("E1", "E2", "unknown event; import case_event.csv first"),
    "event_reach.school_id": SCHOOL, "event_reach.reached_unique": COUNT,
    "event_reach.headcount": COUNT, "event_reach.roster_n": COUNT,
    "initiative.school_id": SCHOOL, "initiative.hours": HOURS,
    "initiative.share_of_staff": ("1", "1.1", "write a share from 0 to 1"),
    "session.hours": HOURS, "session.school_id": SCHOOL, "session.headcount": COUNT,
    "attendance.session_id": ("T1", "T2", "unknown session; import session.csv first"),
    "attendance.school_id": SCHOOL,
    "try.school_id": SCHOOL, "try.team_size": COUNT,
    "pulse.month": MONTH, "pulse.school_id": SCHOOL,
    "support_request.school_id": SCHOOL, "exception_request.school_id": SCHOOL,
    "outcome_measure.margin": ("0.1", "0", "the allowed dip is a number above 0"),
    "outcome.year": ("2026-27", "2026", "write years as 2026-27"),
    "outcome.school_id": SCHOOL, "outcome.n": COUNT,
    "outcome.outcome_id": ("att", "x", "unknown outcome; import outcome_measure.csv first"),
    "outcome.sd": ("0", "-0.1", "a standard deviation is never negative"),
    "message.month": MONTH, "message.school_id": SCHOOL, "message.sent": COUNT,
    "message.opened": COUNT, "message.two_way": COUNT, "message.login": COUNT,
    "benchmark.share": ("100", "100.1", "write a share from 0 to 100"),
    "benchmark.from_wave": WAVE,
}  # fmt: skip
# Those that are one of some words, or several of them.
WORDS = {
    "school.level": "elementary, middle, high, mixed",
    "roster.stakeholder_group": GROUPS,
    "roster.grade_band": "K2, 35, 68, 912, all",
    "event_reach.group": GROUPS,
    "session.format": "workshop, coaching, visit, collaborative_planning, course",
    "try.result": "kept, adapted, stopped, running",
    "try.shared_with": "own_team, school, other_school",
    "pulse.question": "P.PU.1, P.PU.2, P.PU.3, P.PU.4",
    "support_request.category": "S0, S1, S2, S3, S4, S5, S6, S7, S8, S9, S10",
    "rubric.attribute": FOUR,
    "rubric.domain": "practices, structures, policies",
    "case_event.kind": "case, update, other",
    "initiative.serves_pl": "core, supports, separate",
    "support_request.outcome": "met, partly, declined, withdrawn",
    "exception_request.answer": "granted, partly, refused",
    "outcome_measure.direction": "more, less",
}


def holds(known, column, value) -> bool:
    rule = str(column.rule).format(x=f"CAST('{value}' AS {column.type})")
    [(found,)] = known.execute(f"SELECT {rule}").fetchall()
    return bool(found)


def column_of(place):
    table, name = place.split(".")
    [column] = [c for c in TABLES[table].columns if c.name == name]
    return column


@pytest.mark.parametrize("place", RULES)
def test_a_cell_that_breaks_its_rule_is_told_what_to_write(known, place):
    good, bad, says = RULES[place]
    column = column_of(place)

    assert holds(known, column, good)
    assert not holds(known, column, bad)
    assert column.says == says


@pytest.mark.parametrize(
    ("place", "value", "is_good"),
    [
        ("rubric.level", "0", True), ("rubric.level", "-1", False),
        ("case_event.depth", "1", True), ("case_event.depth", "0", False),
        ("initiative.share_of_staff", "0", True),
        ("initiative.share_of_staff", "-0.1", False),
        ("benchmark.share", "0", True), ("benchmark.share", "-0.1", False),
        ("pulse.month", "2026-01", True), ("pulse.month", "2026-00", False),
        ("pulse.month", "2026-1", False), ("pulse.month", "26-01", False),
        ("pulse.month", "2026-010", False), ("pulse.month", "2026-10", True),
        ("outcome.year", "2026-2027", False),
        ("case_event.audience_groups", "students", True),
        ("case_event.audience_groups", "students; families ;teachers", True),
        ("case_event.audience_groups", "students; pupils", False),
        ("session.attributes", "voice;self_discovery", True),
        ("session.attributes", "voices", False),
        ("try.attributes", "co_creation", True), ("try.attributes", "voice,x", False),
    ],
)  # fmt: skip
def test_both_ends_of_a_range_and_lists_of_words(known, place, value, is_good):
    assert holds(known, column_of(place), value) is is_good


@pytest.mark.parametrize("place", WORDS)
def test_a_word_is_one_of_these(known, place):
    column = column_of(place)

    for word in WORDS[place].split(", "):
        assert holds(known, column, word)
    assert not holds(known, column, "anything")
    assert column.says == f"use one of {WORDS[place]}"


SEVERAL = {
    "case_event.audience_groups": GROUPS,
    "case_event.lead_groups": GROUPS,
    "session.attributes": FOUR,
    "try.attributes": FOUR,
}


@pytest.mark.parametrize("place", SEVERAL)
def test_several_words_are_separated_by_semicolons(known, place):
    column = column_of(place)

    assert holds(known, column, SEVERAL[place].replace(",", ";"))
    assert not holds(known, column, SEVERAL[place])
    assert column.says == f"separate with ; and use {SEVERAL[place]}"


def test_columns_with_a_rule_of_their_own_are_all_here():
    ruled = {
        f"{table.name}.{column.name}"
        for table in TABLES.values()
        for column in table.columns
        if column.rule
    }

    assert ruled == {*RULES, *WORDS, *SEVERAL, "learning_engine.engine_type"}


def test_a_date_says_how_dates_are_written():
    said = {
        column.says
        for table in TABLES.values()
        for column in table.columns
        if column.type == "DATE"
    }

    assert said == {"write dates as 2026-08-31"}
