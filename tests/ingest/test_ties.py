"""Ticked schools (T.NW.1): who names whom, and how many others."""

import pytest

from tests.ingest.conftest import reasons

MAPPING = """
    survey: teacher
    wave: 2025-26S
    school: {column: Where}
    items: {"Who helped?": T.NW.1, "Safe to try?": T.PS.1}
    """


def answered(door, *rows):
    """Rows: own school, ticked schools."""
    table = "Where,Who helped?,Safe to try?\n" + "".join(
        f'{own},"{ticked}",Somewhat safe\n' for own, ticked in rows
    )
    return door.bring(table.encode(), MAPPING)


def ties(door):
    return door.ask(
        """SELECT r.school_id, t.school_id, count(*) FROM ties t
           JOIN responses r USING (response_no) GROUP BY ALL ORDER BY ALL"""
    )


def counts(door):
    """How many others each answer names, in the order of the rows; None: no answer."""
    return [
        n
        for (n,) in door.ask(
            """SELECT (SELECT code FROM answers JOIN items USING (item_no)
                 WHERE item_id = 'T.NW.1' AND response_no = r.response_no)
               FROM responses r ORDER BY response_no"""
        )
    ]


def test_schools_are_named_by_any_of_their_names(door):
    answered(
        door, ("A", "Peña Middle; O'Neill's"), ("A", "p,B"), ("P", "ALDER  SCHOOL")
    )

    assert ties(door) == [("A", "B", 2), ("A", "P", 2), ("P", "A", 1)]
    assert counts(door) == [2, 2, 1]


def test_the_own_school_is_no_tie_and_a_school_counts_once(door):
    answered(door, ("A", "A; B; B; Ms. O'Neill's School"), ("B", "B"))

    assert ties(door) == [("A", "B", 1)]
    assert counts(door) == [1, 0]


@pytest.mark.parametrize(
    "word", ["none", "Ninguna", "NONE OF THESE", "ninguna de estas", " none ; "]
)
def test_none_is_an_answer(door, word):
    report = answered(door, ("A", word), ("A", "B"))

    assert counts(door) == [0, 1]
    assert reasons(report) == []


def test_a_blank_cell_is_no_answer(door):
    answered(door, ("A", ""), ("A", " ; , "), ("A", "B"))

    assert counts(door) == [None, None, 1]


def test_a_school_nobody_knows_is_left_out_and_told(door):
    report = answered(
        door, ("A", "B; Nowhere"), ("A", "Elsewhere, Nowhere"), ("A", "P")
    )

    assert ties(door) == [("A", "B", 1), ("A", "P", 1)]
    # Who names unknown schools alone has not answered.
    assert counts(door) == [1, None, 1]
    [told] = [f for f in report.findings if f.column == "Who helped?"]
    assert (told.kind, told.reason) == (
        "left out",
        "unknown school; the name is left out",
    )
    assert (told.count, told.lines) == (3, (2, 3))
    assert report.answers - report.answers_kept == 3
    assert door.ask("SELECT * EXCLUDE (file_id) FROM flags") == [
        ("Who helped?", "unknown school; the name is left out", 3, 2)
    ]


def test_no_unknown_school_is_no_finding(door):
    report = answered(door, ("A", "B"))

    assert report.findings == []
    assert door.ask("SELECT count(*) FROM flags") == [(0,)]
    assert ("Who helped?", "T.NW.1, schools") in [
        (c.column, c.what) for c in report.columns
    ]


def test_a_count_ends_at_fourteen_schools(door):
    names = [f"X{k:02d}" for k in range(15)]
    listed = "school_id,name,level,cohort_id,launch_date,grades\n" + "".join(
        f"{n},School {n},middle,0,,6–8\n" for n in names
    )
    door.bring(listed.encode(), name="school.csv")
    answered(door, ("A", ";".join(names[:13])), ("A", ";".join(names[:14])),
             ("A", ";".join(names)))  # fmt: skip

    assert counts(door) == [13, 14, 14]
    assert sum(n for *_, n in ties(door)) == 13 + 14 + 15
