"""An import taken back whole: the warehouse is as if it had never come."""

import itertools

import pytest
from conftest import every_row
from hypothesis import given
from hypothesis import settings as told
from hypothesis import strategies as st

from data.errors import ImportInUse, ImportNotFound
from data.ingest.undoing import imports, undo
from data.ingest.warehouse import open_warehouse

FORM = """
    survey: student_3_5
    wave: 2025-26F
    school: {column: School}
    respondent: {column: Id}
    items: {Q: S3.VO.1}
    """
MONDAY = "Id,School,Q\n1,Alder School,A lot\n2,Peña Middle,Sometimes\n"
FRIDAY = "Id,School,Q\n1,Alder School,Not much\n3,Peña Middle,A lot\n4,Nowhere,A lot\n"
# What an import leaves for good: that it came, and which secret keys the hashes.
REMAINS = ("undone", "identity")


def content(door):
    """Every row of every table, as bytes."""
    return {
        table: repr(rows).encode()
        for table, rows in every_row(door.settings.warehouse).items()
        if table not in REMAINS
    }


def take_back(door, number):
    with open_warehouse(door.settings) as connection:
        return undo(connection, number)


def numbers(door):
    with open_warehouse(door.settings) as connection:
        return [i.number for i in imports(connection) if not i.undone_at]


SCHOOL = "school_id,name,level,cohort_id,launch_date,grades,also_known_as\n"
ROSTER = "wave,school_id,stakeholder_group,grade_band,language,program,n\n"
# A kind of file → one that may come, and another that changes what it brought.
TABLES = {
    "wave": ("wave,opens_on,closes_on\n2026-27S,2027-03-01,2027-03-31\n",
             "wave,opens_on,closes_on\n2026-27S,2027-03-02,2027-03-30\n"),
    "an earlier wave": ("wave,opens_on,closes_on\n2024-25F,2024-10-01,2024-10-31\n",
                        "wave,opens_on,closes_on\n2024-25S,2025-03-01,2025-03-30\n"),
    "school": (SCHOOL + "A,Alder Park,elementary,2,2025-08-28,K–5,Alder School\n",
               SCHOOL + "Z,Zinnia,high,2,2025-08-28,9–12,\nA,Alder Hill,high,2,,9–12,Z2\n"),
    "roster": (ROSTER + "2025-26F,A,students,35,all,all,30\n2025-26F,P,students,68,all,all,9\n",
               ROSTER + "2025-26F,A,students,,all,all,31\n"),
    "rubric": ("semester,school_id,attribute,domain,rater,level,evidence_ref,blind\n"
               "2025-26F,A,agency,depth,r1,2,,true\n2025-26F,A,agency,depth,r2,3,,true\n",
               "semester,school_id,attribute,domain,rater,level,evidence_ref,blind\n"
               "2025-26F,A,agency,depth,r1,4,,false\n"),
    "rubric_public": ("semester,school_id,agreed\n2025-26F,A,true\n",
                      "semester,school_id,agreed\n2025-26F,A,false\n2025-26F,P,true\n"),
    "settings": ("key,value,set_by,set_on,reason\nk_min,12,board,2026-01-01,law\n",
                 "key,value,set_by,set_on,reason\nk_min,12,board,2026-01-01,law\n"
                 "k_min,15,board,2026-02-01,law\n"),
    "session": ("session_id,date,hours,format,attributes,habits,school_id,headcount\n"
                "s1,2026-01-01,2,FORMAT,,,A,12\n",
                "session_id,date,hours,format,attributes,habits,school_id,headcount\n"
                "s1,2026-01-02,3,FORMAT,,,,\ns2,2026-01-02,3,FORMAT,,,,\n"),
}  # fmt: skip


@pytest.mark.parametrize("kind", TABLES)
def test_a_table_taken_back_leaves_what_stood_before(door, kind):
    from data.model.vocabulary import ATTRIBUTES, DOMAINS, SESSION_FORMATS

    def right(text):
        return (
            text.replace("agency", ATTRIBUTES[0])
            .replace("depth", DOMAINS[0])
            .replace("FORMAT", SESSION_FORMATS[0])
        )

    first, second = map(right, TABLES[kind])
    at_first = content(door)
    door.bring(first.encode(), name="a.csv")
    with_one = content(door)
    door.bring(second.encode(), name="b.csv")
    with_both = content(door)
    assert at_first != with_one != with_both

    one, two = numbers(door)[-2:]
    take_back(door, two)
    assert content(door) == with_one
    take_back(door, one)
    assert content(door) == at_first


def test_the_earlier_of_two_leaves_the_later_as_if_it_had_come_alone(door):
    school = SCHOOL + "A,Alder Park,elementary,2,2025-08-28,K–5,Park\n"
    later = SCHOOL + "A,Alder Hill,elementary,2,2025-08-28,K–5,Hill\n"
    before = numbers(door)
    door.bring(school.encode(), name="a.csv")
    door.bring(later.encode(), name="b.csv")
    first, second = numbers(door)[len(before) :]

    take_back(door, first)
    assert door.ask("SELECT name FROM schools WHERE school_id = 'A'") == [
        ("Alder Hill",)
    ]
    assert door.ask("SELECT name FROM school_names WHERE name LIKE '%park%'") == []
    take_back(door, second)
    assert door.ask("SELECT name FROM schools WHERE school_id = 'A'") == [
        ("Alder School",)
    ]


def test_what_an_import_replaced_counts_again(door):
    door.bring(MONDAY, FORM)
    monday = content(door)
    door.bring(FRIDAY, FORM, replace=True)
    assert door.people() == 2

    take_back(door, numbers(door)[-1])

    assert content(door) == monday
    assert door.codes() == [("S3.VO.1", 2, 1), ("S3.VO.1", 3, 1)]


def test_between_two_downloads_one_can_be_taken_out(door):
    third = "Id,School,Q\n1,Alder School,A lot\n"
    for table in (MONDAY, FRIDAY, third):
        door.bring(table, FORM, replace=True)

    take_back(door, numbers(door)[-2])

    assert door.people() == 1
    take_back(door, numbers(door)[-1])
    assert door.codes() == [("S3.VO.1", 2, 1), ("S3.VO.1", 3, 1)]


def test_numbers_are_never_given_again_and_the_list_says_what_became(door):
    door.bring(MONDAY, FORM, name="monday.csv")
    number = numbers(door)[-1]
    take_back(door, number)
    door.bring(MONDAY, FORM, name="monday.csv")

    with open_warehouse(door.settings) as connection:
        *_, undone, again = imports(connection)
    assert (undone.number, undone.name, undone.responses) == (number, "monday.csv", 0)
    assert undone.undone_at is not None
    assert (again.number, again.responses, again.undone_at) == (number + 1, 2, None)


def test_an_import_others_rest_on_is_not_taken_back(door):
    door.bring(MONDAY, FORM, name="monday.csv")
    waves, schools, monday = numbers(door)
    before = content(door)

    for number in (waves, schools):
        with pytest.raises(ImportInUse, match=f"chorus undo {monday}"):
            take_back(door, number)
    assert content(door) == before


def test_a_roster_keeps_its_schools(door):
    door.bring((ROSTER + "2025-26F,A,students,35,all,all,30\n").encode(), name="r.csv")

    with pytest.raises(ImportInUse, match="1 rows of roster"):
        take_back(door, numbers(door)[1])


@pytest.mark.parametrize("number", [0, 99])
def test_an_import_there_is_none_of_is_told(door, number):
    with pytest.raises(ImportNotFound, match=f"no import {number}"):
        take_back(door, number)


rows = st.lists(
    st.tuples(
        st.integers(1, 6),
        st.sampled_from(["Alder School", "Peña Middle", "Nowhere", "O'Neill's"]),
        st.sampled_from(["A lot", "Sometimes", "Not much", "", "Other"]),
    ),
    min_size=1,
    max_size=5,
).filter(lambda r: any(s != "Nowhere" and q in ("A lot", "Sometimes") for _, s, q in r))


@pytest.mark.long
@told(max_examples=8, deadline=None)
@given(st.lists(rows, min_size=2, max_size=3), st.randoms(use_true_random=False))
def test_undo_in_any_order_is_as_if_it_had_never_come(
    known_district, tmp_path_factory, files, chance
):
    def with_files(kept):
        from conftest import settings_in

        from tests.ingest.conftest import Door

        home = tmp_path_factory.mktemp("undo")
        found = Door(settings_in(home, CHORUS_SECRET="s" * 32), home)
        found.settings.home.mkdir(parents=True, exist_ok=True)
        found.settings.warehouse.write_bytes(known_district.read_bytes())
        for number, table in enumerate(files):
            if number in kept:
                # The same bytes again would be no import.
                text = "Id,School,Q,File\n" + "".join(
                    f"{i},{s},{q},{number}\n" for i, s, q in table
                )
                found.bring(text.encode(), FORM, name=f"{number}.csv", replace=True)
        return found

    door = with_files(range(len(files)))
    gone = chance.randrange(len(files))
    take_back(door, numbers(door)[2 + gone])
    right = with_files([n for n in range(len(files)) if n != gone])

    question = """SELECT resp_key, school_id, code, name FROM responses
        JOIN answers USING (response_no) JOIN files USING (file_id) WHERE is_current
        ORDER BY ALL"""
    assert door.ask(question) == right.ask(question)
    for number in itertools.islice(reversed(numbers(door)), len(files) - 1):
        take_back(door, number)
    empty = with_files([])
    assert content(door) == content(empty)
