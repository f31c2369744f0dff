"""What the answers of a column mean: codes, labels, no answers, and doubts."""

import pytest

from tests.ingest.conftest import outcome, reasons

THREE = """
    survey: student_3_5
    wave: 2025-26F
    school: {column: School}
    items:
      Q: S3.VO.1
    """
FIVE = """
    survey: student_6_12
    wave: 2025-26F
    school: {column: School}
    items:
      Q: S.VO.1
    """


def column(*answers: str, head: str = "Q") -> str:
    rows = "".join(f'Alder School,"{a}"\n' for a in answers)
    return f"School,{head}\n{rows}"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Not much", 1), ("Sometimes", 2), ("A lot", 3), ("A LOT ", 3), ("a  lot", 3),
        ("Muchas veces", 3), ("1", 1), ("3", 3), ("1.0", 1), ("2.00", 2), ("3 - A lot", 3),
        ("1 – Not much", 1), ("2. Sometimes", 2), ("2 = Sometimes", 2),
    ],
)  # fmt: skip
def test_words_of_any_language_and_numbers_are_codes(door, written, code):
    door.bring(column(written), THREE)

    assert door.codes() == [("S3.VO.1", code, 1)]


def test_words_that_say_there_is_no_answer_are_never_a_number(door):
    words = [
        "N/A", "Don't know", "Don’t know", "Prefer not to say", "-99",
        "I’d rather not answer", "Doesn't apply to me", "Prefiero no responder",
    ]  # fmt: skip
    report = door.bring(column("A lot", *words, "A lot"), THREE)

    assert outcome(report) == (2, 8, 0, 0)
    assert door.codes() == [("S3.VO.1", 3, 2)]


def test_a_district_declares_its_own_words_for_no_answer(door):
    mapping = THREE.replace("items:", "no_answer: [No idea, '9']\n    items:")
    report = door.bring(
        "School,Q,R\nAlder School,No idea,A lot\nAlder School,9,A lot\n",
        mapping.replace("Q: S3.VO.1", "Q: S3.VO.1\n      R: S3.CC.1"),
    )

    assert outcome(report) == (2, 0, 0, 0)
    assert reasons(report) == [("no answer", 2, (2, 3))]


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        (("1 - A lot",), "survey.csv:2 [Q]: the number says 1 and its label is code 3"),
        (("3 - A lot", "2 - Not much"), "survey.csv:3 [Q]: the number says 2 and its label is code 1"),
        (("0", "2", "1"), "survey.csv:2 [Q]: 0 is no code of S3.VO.1 (1 to 3)"),
        (("1", "5", "2"), "survey.csv:3 [Q]: 5 is no code of S3.VO.1 (1 to 3)"),
        (("A lot", "3"), "survey.csv:3 [Q]: numbers and words stand side by side"),
        (("1 - Strongly agree", "3"), "survey.csv:2 [Q]: the number 1 stands at the other end"),
        (("3 - Never",), "survey.csv:2 [Q]: the number 3 stands at the other end"),
    ],
)  # fmt: skip
def test_a_column_in_doubt_is_refused_until_the_mapping_says(door, answers, says):
    said = door.refusal(column(*answers), THREE)

    assert said.startswith(says)
    assert "recode" in said


def test_a_recode_settles_a_scale_that_runs_the_other_way(door):
    mapping = THREE.replace(
        "S3.VO.1", "{item: S3.VO.1, recode: {1 - A lot: 3, 3 - Not much: 1}}"
    )
    door.bring(column("1 - A lot", "3 - Not much", "2 - Sometimes"), mapping)

    assert door.codes() == [("S3.VO.1", 1, 1), ("S3.VO.1", 2, 1), ("S3.VO.1", 3, 1)]


def test_a_recode_settles_a_scale_that_counts_from_nought(door):
    mapping = THREE.replace("S3.VO.1", "{item: S3.VO.1, recode: {0: 1, 1: 2, 2: 3}}")
    door.bring(column("0", "1", "2", "2"), mapping)

    assert door.codes() == [("S3.VO.1", 1, 1), ("S3.VO.1", 2, 1), ("S3.VO.1", 3, 2)]


def test_yes_and_no_of_a_mapping_are_the_words_yes_and_no(door):
    mapping = FIVE.replace("S.VO.1", "{item: S.VO.1, recode: {Yes: 5, No: 1, on: 2}}")
    door.bring(column("Yes", "No", "yes", "on"), mapping)

    assert door.codes() == [("S.VO.1", 1, 1), ("S.VO.1", 2, 1), ("S.VO.1", 5, 2)]


def test_an_answer_outside_the_options_is_kept_in_mind_and_no_answer_is_not(door):
    rows = "".join(f"Alder School,{q},A lot\n" for q in ("A lot", "zzz", "N/A", "yyy"))
    door.bring(
        f"School,Q,R\n{rows}",
        THREE.replace("Q: S3.VO.1", "Q: S3.VO.1\n      R: S3.CC.1"),
    )

    assert door.ask("SELECT column_name, rows, first_line FROM flags") == [("Q", 2, 3)]


def test_an_answer_outside_the_options_is_left_out_and_counted(door):
    report = door.bring(
        "School,Q,R\nAlder School,Whenever,A lot\nAlder School,A lot,A lot\n",
        THREE.replace("Q: S3.VO.1", "Q: S3.VO.1\n      R: S3.CC.1"),
    )

    assert outcome(report) == (2, 0, 0, 0)
    assert (report.answers, report.answers_kept) == (4, 3)
    assert [f.sentence("survey.csv") for f in report.findings] == [
        "survey.csv:2 [Q]: answer outside the response set; the value is left out "
        "(1 answer left out)"
    ]


def test_a_check_shows_code_label_and_count_of_every_column(door):
    report = door.bring(column("A lot", "A lot", "Not much", "N/A", "hm"), THREE)

    assert report.columns[0].sentences() == [
        "Q → S3.VO.1, words",
        "  1 Not much: 1",
        "  2 Sometimes: 0",
        "  3 A lot: 2",
    ]
