"""Who: the same person once, nobody's id nobody, and a source that comes again."""

import pytest

from tests.ingest.conftest import outcome, reasons

FORM = """
    survey: student_3_5
    wave: {date: When}
    school: {column: School}
    items: {Q: S3.VO.1}
    """
KNOWN = """
    survey: student_3_5
    wave: 2025-26F
    school: {column: School}
    respondent: {column: Id}
    items: {Q: S3.VO.1}
    """
MONDAY = """
    When,School,Q
    2025-10-13 9:00,Alder School,A lot
    2025-10-13 9:01,Alder School,Not much
    """
FRIDAY = (
    MONDAY
    + """
    2025-10-14 9:00,Alder School,Sometimes
    """.lstrip("\n")
)


def ids(*people: str, answer: str = "A lot") -> str:
    return "Id,School,Q\n" + "".join(f"{p},Alder School,{answer}\n" for p in people)


@pytest.mark.parametrize(
    "word", ["Anonymous", "anonymous", "N/A", "none", "-", "NULL", "Unknown", "0"]
)
def test_a_placeholder_is_nobody_and_each_of_its_rows_a_person(door, word):
    report = door.bring(ids(word, word, "r3"), KNOWN)

    assert outcome(report) == (3, 0, 0, 0)
    assert reasons(report) == [("the id is a placeholder and nobody's", 2, (2, 3))]


def test_ids_may_count_from_nought(door):
    report = door.bring(ids("0", "1", "2"), KNOWN)

    assert (outcome(report), report.findings) == ((3, 0, 0, 0), [])


def test_an_id_on_most_rows_is_nobody(door):
    report = door.bring(ids(*["laptop-1"] * 4, "r5", "r6", "r7"), KNOWN)

    assert outcome(report) == (7, 0, 0, 0)
    assert reasons(report) == [
        ("the id is a placeholder and nobody's", 4, (2, 3, 4, 5))
    ]


def test_an_id_on_half_of_the_rows_is_one_person(door):
    report = door.bring(ids(*["r1"] * 4, "r5", "r6", "r7", "r8"), KNOWN)

    assert outcome(report) == (5, 0, 0, 3)


def test_an_id_on_three_rows_of_three_is_one_person(door):
    report = door.bring(ids("r1", "r1", "r1"), KNOWN)

    assert outcome(report) == (1, 0, 0, 2)


def test_two_people_who_say_the_same_are_two(door):
    report = door.bring(
        """
        When,School,Q
        2025-10-13,Alder School,A lot
        2025-10-13,Alder School,A lot
        """,
        FORM,
    )

    assert outcome(report) == (2, 0, 0, 0)


def test_friday_holds_monday_and_nobody_counts_twice(door):
    door.bring(MONDAY, FORM, name="monday.csv")
    report = door.bring(FRIDAY, FORM, name="friday.csv")

    assert door.people() == 3
    assert report.note == (
        "replaces what monday.csv brought: +1, −0, 0 changed, 2 the same"
    )


def test_a_column_added_meanwhile_does_not_make_new_people(door):
    door.bring(MONDAY, FORM, name="monday.csv")
    door.bring(
        """
        When,School,New,Q
        2025-10-13 9:00,Alder School,,A lot
        2025-10-13 9:01,Alder School,,Not much
        2025-10-14 9:01,Alder School,yes,Not much
        """,
        FORM,
        name="friday.csv",
        accept_header=True,
    )

    assert door.people() == 3


def test_the_same_bytes_under_another_mapping_file_are_the_same_people(door):
    door.bring(MONDAY, FORM)
    door.bring(MONDAY, FORM, mapping_name="copy.yaml")

    assert door.people() == 2


def test_a_person_deleted_from_an_export_is_no_longer_counted(door):
    door.bring(ids("r1", "r2", "r3"), KNOWN, name="before.csv")
    report = door.bring(ids("r1", "r2"), KNOWN, name="after.csv")

    assert door.people() == 2
    assert report.note == (
        "replaces what before.csv brought: +0, −1, 0 changed, 2 the same"
    )


def test_a_changed_answer_is_counted_as_changed(door):
    door.bring(ids("r1", "r2"), KNOWN, name="before.csv")
    report = door.bring(ids("r1", "r2", answer="Sometimes"), KNOWN, name="after.csv")

    assert door.codes() == [("S3.VO.1", 2, 2)]
    assert "2 changed, 0 the same" in report.note


def test_another_school_with_the_same_answers_is_counted_as_changed(door):
    door.bring(ids("r1", "r2"), KNOWN, name="before.csv")
    moved = ids("r1") + "r2,Peña Middle,A lot\n"
    report = door.bring(moved, KNOWN, name="after.csv")

    assert report.note == (
        "replaces what before.csv brought: +0, −0, 1 changed, 1 the same"
    )


def test_a_file_that_shares_too_little_is_asked_about(door):
    door.bring(ids("r1", "r2", "r3"), KNOWN, name="before.csv")
    said = door.refusal(ids("r1", "r8", "r9"), KNOWN, name="other.csv")

    assert said.startswith(
        "other.csv: before.csv brought 3 responses to the same form and wave with the "
        "same tool, and only 1 of them are in this file"
    )
    assert "--replace" in said
    assert "source:" in said
    assert door.people() == 3


def test_half_of_what_was_there_is_enough_to_be_the_same_source(door):
    door.bring(ids("r1", "r2"), KNOWN, name="before.csv")
    door.bring(ids("r1", "r9"), KNOWN, name="after.csv")

    assert door.people() == 2


def test_told_so_a_file_replaces_one_it_shares_nothing_with(door):
    door.bring(ids("r1", "r2", "r3"), KNOWN, name="before.csv")
    door.bring(ids("r8", "r9"), KNOWN, name="other.csv", replace=True)

    assert door.people() == 2


def test_a_source_of_its_own_stands_beside_the_other(door):
    door.bring(ids("r1", "r2", "r3"), KNOWN, name="north.csv")
    door.bring(
        ids("r8", "r9"),
        KNOWN.replace("items:", "source: south\n    items:"),
        name="south.csv",
        mapping_name="south.yaml",
    )

    assert door.people() == 5


def test_another_wave_is_another_source(door):
    door.bring(ids("r1", "r2"), KNOWN)
    door.bring(ids("r8"), KNOWN.replace("2025-26F", "2025-26S"), name="spring.csv")

    assert door.people() == 3


def test_a_person_in_two_sources_counts_once(door):
    door.bring(ids("r1", "r2"), KNOWN, name="online.csv")
    door.bring(
        ids("r2", "r3", answer="Sometimes"),
        KNOWN.replace("items:", "source: paper\n    items:"),
        name="paper.csv",
        mapping_name="paper.yaml",
    )

    assert door.codes() == [("S3.VO.1", 2, 2), ("S3.VO.1", 3, 1)]


def test_which_file_replaced_which_response_is_kept_for_undoing_it(door):
    door.bring(ids("r1", "r2"), KNOWN, name="before.csv")
    door.bring(ids("r1", "r2", "r3"), KNOWN, name="after.csv")

    assert door.ask(
        """SELECT f.name, count(*) FROM replaced JOIN files f ON f.file_id = by_file
           JOIN responses USING (response_no) WHERE NOT is_current GROUP BY 1"""
    ) == [("after.csv", 2)]


def test_a_corrected_mapping_reads_the_same_bytes_again(door):
    wrong = KNOWN.replace("Q: S3.VO.1", "Q: {item: S3.VO.1, recode: {A lot: 1}}")
    door.bring(ids("r1"), wrong)
    report = door.bring(ids("r1"), KNOWN)

    assert not report.already_imported
    assert door.codes() == [("S3.VO.1", 3, 1)]


def test_the_same_bytes_read_the_same_way_change_nothing(door):
    door.bring(ids("r1"), KNOWN)
    files = door.ask("SELECT count(*) FROM files")

    assert door.bring(ids("r1"), KNOWN).already_imported
    assert door.ask("SELECT count(*) FROM files") == files


def test_a_new_alias_brings_in_the_rows_that_were_set_aside(door):
    export = "Id,School,Q\nr1,Alder School,A lot\nr2,The Alder,A lot\n"
    first = door.bring(export, KNOWN)
    door.bring(
        "school_id,name,level,cohort_id,launch_date,grades,also_known_as\n"
        "A,Alder School,elementary,1,2024-08-28,K–5,The Alder\n",
        name="school.csv",
    )
    second = door.bring(export, KNOWN)

    assert (outcome(first), outcome(second)) == ((1, 0, 1, 0), (2, 0, 0, 0))
    assert door.people() == 2


@pytest.mark.parametrize(
    ("part", "people"), [("first: 2", 2), ("first: 2, length: 3", 1), ("length: 1", 1)]
)
def test_part_of_a_cell_may_be_the_id(door, part, people):
    report = door.bring(
        """
        Id,School,Q
        s-1001,Alder School,A lot
        s-1002,Alder School,A lot
        """,
        f"""
        survey: student_3_5
        wave: 2025-26F
        school: {{column: School}}
        respondent: {{column: Id, {part}}}
        items: {{Q: S3.VO.1}}
        """,
    )

    assert report.findings == [] or report.count("noted") == 0
    assert report.kept == people
