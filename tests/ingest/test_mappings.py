"""A mapping's mistakes are a line each: which line, what, and what to write instead."""

from textwrap import dedent

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.ingest.conftest import outcome

EXPORT = "School,Id,Q,R,Grade\nAlder School,r1,Often,Often,6\n"
RIGHT = """\
survey: student_6_12
wave: 2025-26F
school: {column: School}
respondent: {column: Id}
grade: {column: Grade}
items:
  Q: S.VO.1
  R: S.VO.2
"""
MISTAKES = [
    ("respondent:", "respondant:", "4: unknown key 'respondant'; did you mean 'respondent'?"),
    ("grade:", "gradeband:", "5: unknown key 'gradeband'; did you mean 'grade_band'?"),
    ("{column: School}", "{colum: School}", "3: unknown key 'colum'; did you mean 'column'?"),
    ("{column: School}", "{column: [School]}", "3: a column is named by its heading"),
    ("{column: School}", "{recode: {a: b}}", "3: 'school': names no column"),
    ("{column: Grade}", "{column: Grade, first: x}", "5: 'first' needs a whole number, not 'x'"),
    ("{column: Grade}", "{column: Grade, first: -1}", "5: 'first' is -1; counting starts at 0"),
    ("{column: Grade}", "{column: Grade, length: '2; drop'}", "5: 'length' needs a whole number"),
    ("{column: Grade}", "{column: Grade, recode: [1]}", "5: 'recode' is written 'old: new'"),
    ("R: S.VO.2", "R: S.VO.1", "S.VO.1 is mapped twice, to 'Q' and 'R'"),
    ("R: S.VO.2", "R: T.VO.1", "column 'R' is mapped to T.VO.1, which student_6_12 does not ask"),
    ("R: S.VO.2", "R: S.VO.22", "8: column 'R': unknown item S.VO.22; did you mean 'S.VO.2'?"),
    ("R: S.VO.2", "Q: S.VO.2", "8: 'Q' stands twice (lines 7 and 8); leave one"),
    ("R: S.VO.2", "R: {recode: {'1': 2}}", "8: 'item' is missing"),
    ("R: S.VO.2", "R: {item: S.VO.2, recode: {'Yes': five}}", "8: 'Yes' needs a whole number, not 'five'"),
    ("R: S.VO.2", "R: {item: S.VO.2, recode: {'Yes': 6}}", "8: column 'R': 'Yes' becomes 6, which is no code of S.VO.2; use 1 to 5"),
    ("R: S.VO.2", "R: {item: S.VO.2, recode: {'Yes': 0}}", "8: column 'R': 'Yes' becomes 0"),
    ("items:\n  Q: S.VO.1\n  R: S.VO.2", "items:", "6: 'items': list the questions as 'column: item'"),
    ("items:\n  Q: S.VO.1\n  R: S.VO.2", "items: [Q]", "6: 'items': list the questions as 'column: item'"),
    ("wave: 2025-26F", "wave: Fall 2025", "2: 'wave': 'Fall 2025' is no wave; write it as 2026-27F"),
    ("wave: 2025-26F\n", "", "1: 'wave' is missing"),
    ("survey: student_6_12", "survey: students", "1: 'students' is no form; use one of student_6_12"),
    ("survey: student_6_12", "survay: student_6_12", "1: starts with none of 'survey'"),
    ("grade:", "encoding: klingon\ngrade:", "5: 'encoding': 'klingon' is no encoding; use utf-8"),
    ("grade:", "encoding: rot13\ngrade:", "5: 'encoding': 'rot13' is no encoding; use utf-8"),
    ("grade:", "day_first: maybe\ngrade:", "5: 'day_first' is true or false, not 'maybe'"),
    ("grade:", "grade_band: 6-8\ngrade:", "5: 'grade_band': '6-8' is no grade band; use one of K2, 35"),
    ("grade:", "no_answer: {a: b}\ngrade:", "5: 'no_answer': list the words"),
    (RIGHT, "survey: [", "1: this is no YAML"),
    (RIGHT, "", "1: a mapping is lines of 'key: value'"),
    (RIGHT, "- just\n- words\n", "1: a mapping is lines of 'key: value'"),
    (RIGHT, "? [a, b]\n: c\n", "1: a key is a word"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "says"), MISTAKES)
def test_a_mistake_is_one_line_that_says_what_to_write(door, old, new, says):
    assert old in RIGHT
    said = door.refusal(EXPORT, RIGHT.replace(old, new, 1))

    assert said.startswith("survey.yaml")
    assert says in said
    assert "\n" not in said


def test_the_right_mapping_reads_the_export(door):
    assert outcome(door.bring(EXPORT, RIGHT)) == (1, 0, 0, 0)


def test_ids_of_a_mapping_keep_their_leading_noughts(door):
    door.bring(
        "school_id,name,level,cohort_id,launch_date,grades\n0012,Oak,high,0,,\n",
        name="school.csv",
    )
    door.bring(EXPORT, RIGHT.replace("{column: School}", "0012"))

    assert door.ask("SELECT school_id FROM responses") == [("0012",)]


def test_a_file_that_lacks_columns_is_told_which(door):
    said = door.refusal(EXPORT.replace("Id,Q", "Person,Q"), RIGHT)

    assert said.startswith(
        "survey.csv:1 [Id]: mapping survey needs columns the file lacks"
    )
    assert "Person" in said


AWKWARD = [
    "O'Neill; DROP",
    'say "when"',
    "{x} {{y}}",
    "two\nlines",
    "🎓 ñ",
    "a||b",
    "%s $1 ?",
]
WORDS = st.one_of(
    st.sampled_from(AWKWARD),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1),
)


@pytest.mark.long
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(heading=WORDS, school=WORDS, answer=WORDS)
@example('What\'s "your" school; {now}?', "St. Mary's; {x}", "I don't; know\nit")
def test_any_words_in_a_heading_a_school_and_a_recode_are_read(
    door_of_examples, heading, school, answer
):
    import csv
    import io
    import json

    from data.ingest.codebook import fold
    from data.ingest.source import tidy_header

    if not tidy_header(heading) or not fold(answer) or not school.strip():
        return
    heading = "h " + heading
    answer = "a " + answer
    door = door_of_examples()
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["Key", heading, heading + " two"])
    rows.writerow(["1", "s " + school, answer])
    mapping = dedent(
        f"""\
        survey: student_6_12
        wave: 2025-26F
        school: {{column: {json.dumps(heading)}, recode: {{{json.dumps("s " + school)}: A}}}}
        items:
          {json.dumps(heading + " two")}: {{item: S.VO.1, recode: {{{json.dumps(answer)}: 4}}}}
        """
    )
    report = door.bring(out.getvalue().encode(), mapping)

    assert outcome(report) == (1, 0, 0, 0)
    assert door.codes() == [("S.VO.1", 4, 1)]


@pytest.fixture
def door_of_examples(tmp_path_factory, known_district):
    """A fresh door for every example."""
    import shutil

    from conftest import settings_in

    from tests.ingest.conftest import Door

    def made():
        home = tmp_path_factory.mktemp("example")
        found = Door(settings_in(home, CHORUS_SECRET="s" * 32), home)
        shutil.copy(known_district, found.settings.warehouse)
        return found

    return made
