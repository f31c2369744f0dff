"""The district's own tables: each name for one school, each row once, whole numbers."""

import pytest

from tests.ingest.conftest import outcome, reasons

SCHOOL_HEAD = (
    "school_id,name,level,cohort_id,launch_date,grades,formerly,also_known_as\n"
)
ROSTER_HEAD = "wave,school_id,stakeholder_group,grade_band,language,program,n\n"
MESSAGES = "month,school_id,language,sent,opened,two_way,login\n"


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (
            "12,Adams,elementary,1,2024-08-28,K–5,,\n13,adams ,middle,1,2024-08-28,6–8,,\n",
            "school.csv:3 [name]: 'adams' stands for two schools, 13 and 12",
        ),
        (
            "1,Oak,elementary,1,2024-08-28,K–5,,Elm\n2,Elm,elementary,1,2024-08-28,K–5,,\n",
            "school.csv:2 [also_known_as]: 'Elm' stands for two schools, 1 and 2",
        ),
        (
            "1,Oak,elementary,1,2024-08-28,K–5,Elm,\n2,Elm,elementary,1,2024-08-28,K–5,,\n",
            "school.csv:2 [formerly]: 'Elm' stands for two schools, 1 and 2",
        ),
        (
            "1,Oak,elementary,1,2024-08-28,K–5,,East; North\n"
            "2,Elm,elementary,1,2024-08-28,K–5,,north\n",
            "school.csv:3 [also_known_as]: 'north' stands for two schools, 2 and 1",
        ),
        (
            "N,New,elementary,1,2024-08-28,K–5,,Alder School\n",
            "school.csv:2 [also_known_as]: 'Alder School' stands for two schools, N and A",
        ),
        (
            "0012,Adams,elementary,1,2024-08-28,K–5,,\n0012,Bell,elementary,1,2024-08-28,K–5,,\n",
            "school.csv:3 [school_id]: '0012' stands twice, here and in line 2",
        ),
    ],
)  # fmt: skip
def test_a_name_stands_for_one_school_or_the_file_is_refused(door, rows, says):
    assert door.refusal(SCHOOL_HEAD + rows, name="school.csv").startswith(says)


def test_a_school_may_say_its_own_name_more_than_once(door):
    door.bring(
        SCHOOL_HEAD + "1,Oak,elementary,1,2024-08-28,K–5,Oak,oak;1\n", name="school.csv"
    )

    assert door.ask(
        "SELECT name FROM school_names WHERE school_id = '1' ORDER BY 1"
    ) == [
        ("1",),
        ("oak",),
    ]


def test_an_id_keeps_its_leading_noughts(door):
    door.bring(
        SCHOOL_HEAD + "0012,Oak,elementary,1,2024-08-28,K–5,,\n", name="school.csv"
    )

    assert door.ask("SELECT school_id FROM schools WHERE name = 'Oak'") == [("0012",)]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("2025-26F,A,students,35,en,all,10\n" * 2, "roster.csv:3 [wave]: '2025-26F, A, students, 35, en, all' stands twice"),
        ("2025-26F,A,students,35,,,10\n" * 2, "roster.csv:3 [wave]: '2025-26F, A, students, 35' stands twice"),
        ("2025-26F,A,students,35,en,all,10.6\n", "roster.csv:2 [n]: '10.6': this must be a whole number"),
        ("2025-26F,A,students,35,en,all,1e2\n", "roster.csv:2 [n]: '1e2': this must be a whole number"),
        ("2025-26F,A,students,35,en,all,-1\n", "roster.csv:2 [n]: '-1': counts start at 0"),
        ("2025-26F,A,students,35,en,all,\n", "roster.csv:2 [n]: is empty"),
        ("2025-26F,A,pupils,35,en,all,1\n", "roster.csv:2 [stakeholder_group]: 'pupils': use one of students"),
        ("2025-26F,A,students,3-5,en,all,1\n", "roster.csv:2 [grade_band]: '3-5': use one of K2"),
        ("2030-31F,A,students,35,en,all,1\n", "roster.csv:2 [wave]: '2030-31F': unknown wave"),
        ("2025-26F,Z,students,35,en,all,1\n", "roster.csv:2 [school_id]: 'Z': unknown school"),
    ],
)  # fmt: skip
def test_a_roster_counts_nobody_twice_and_rounds_nothing(door, rows, says):
    assert door.refusal(ROSTER_HEAD + rows, name="roster.csv").startswith(says)


def test_a_count_may_be_written_with_a_nought_behind_the_point(door):
    door.bring(ROSTER_HEAD + "2025-26F,A,students,35,en,all,10.0\n", name="roster.csv")

    assert door.ask("SELECT n FROM rosters") == [(10,)]


def test_a_roster_of_a_wave_and_group_takes_the_place_of_the_one_before(door):
    door.bring(ROSTER_HEAD + "2025-26F,A,students,35,en,all,10\n", name="roster.csv")
    door.bring(ROSTER_HEAD + "2025-26F,A,teachers,all,,,4\n", name="roster.csv")
    door.bring(ROSTER_HEAD + "2025-26F,B,students,35,en,all,12\n", name="roster.csv")

    assert door.ask(
        "SELECT school_id, stakeholder_group, n FROM rosters ORDER BY 1"
    ) == [
        ("A", "teachers", 4),
        ("B", "students", 12),
    ]


def test_of_a_register_row_that_comes_twice_the_later_counts_and_is_told(door):
    report = door.bring(
        MESSAGES
        + "2025-10,A,en,20,10,1,1\n2025-10,A,es,20,10,1,1\n2025-10,A,en,20,12,1,1\n",
        name="message.csv",
    )

    assert outcome(report) == (2, 0, 0, 1)
    assert reasons(report) == [("its key comes again later in the file", 1, (2,))]
    assert door.ask("SELECT opened FROM message WHERE language = 'en'") == [(12,)]
