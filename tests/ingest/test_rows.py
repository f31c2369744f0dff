"""What becomes of each row: kept, dropped, set aside or a duplicate, and why."""

import pytest

from tests.ingest.conftest import outcome, reasons

FORM = """
    survey: student_3_5
    wave: {date: Timestamp}
    school: {column: School}
    grade_band: '35'
    items:
      Do they ask?: S3.VO.1
      Do you choose?: S3.CC.1
    """
HEAD = """
    Timestamp,School,Do they ask?,Do you choose?
"""
GRADED = """
    survey: student_6_12
    wave: 2025-26F
    school: {column: School}
    respondent: {column: Id}
    grade: {column: Grade}
    grade_band: {column: Grade, recode: {"6": "68"}}
    items: {Q1: S.VO.1, Q2: S.VO.2}
    """


def test_a_row_of_totals_is_no_person(door):
    report = door.bring(
        HEAD
        + """
    10/13/2025 9:00:00,Alder School,A lot,Sometimes
    Total,,2,1
    """.lstrip("\n"),
        FORM,
    )

    assert outcome(report) == (1, 1, 0, 0)
    assert reasons(report) == [("a row of totals", 1, (3,))]


@pytest.mark.parametrize(
    "word", ["Total", "TOTALS", "Grand total", "Average", "Mean:", "Promedio", "Gesamt"]
)
def test_totals_are_known_by_the_words_people_use(door, word):
    report = door.bring(
        f"""
        Timestamp,School,Do they ask?,Do you choose?
        10/13/2025 9:00:00,Alder School,A lot,Sometimes
        ,{word},A lot,A lot
        """,
        FORM,
    )

    assert reasons(report) == [("a row of totals", 1, (3,))]


def test_a_header_in_the_middle_of_two_files_put_together_is_no_person(door):
    report = door.bring(
        """
        Timestamp,School,Do they ask?,Do you choose?
        10/13/2025 9:00:00,Alder School,A lot,Sometimes
        Timestamp,School,Do they ask?,Do you choose?
        10/14/2025 9:00:00,Alder School,Not much,Sometimes
        """,
        FORM,
    )

    assert outcome(report) == (2, 1, 0, 0)
    assert reasons(report) == [("a header row among the answers", 1, (3,))]


def test_every_reason_is_told_with_its_count_and_lines(door):
    report = door.bring(
        """
        Timestamp,School,Do they ask?,Do you choose?
        10/13/2025 9:00:00,Alder School,A lot,Sometimes
        10/13/2025 9:00:00,Nowhere,A lot,Sometimes
        10/13/2025 9:00:00,,A lot,Sometimes
        12/24/2025 9:00:00,Alder School,A lot,Sometimes
        soon,Alder School,A lot,Sometimes
        10/13/2025 9:00:00,Alder School,,
        10/13/2025 9:00:00,Alder School,maybe,perhaps
        10/13/2025 9:00:00,Nowhere,Not much,Not much
        test,test,A lot,A lot
        """,
        FORM,
    )

    assert outcome(report) == (1, 3, 5, 0)
    assert reasons(report) == [
        ("test of the survey", 1, (10,)),
        ("no question answered", 1, (7,)),
        ("not one of its answers could be read", 1, (8,)),
        ("no school named", 1, (4,)),
        ("unknown school", 2, (3, 9)),
        ("this is no day that can be read", 1, (6,)),
        ("the day lies in no survey window of wave.csv", 1, (5,)),
    ]


def test_twenty_columns_of_nonsense_are_twenty_sentences(door):
    items = [f"S.VO.{k}" for k in range(2, 5)] + [f"S.CC.{k}" for k in range(1, 5)]
    items += [f"S.SC.{k}" for k in range(1, 6)] + [f"S.SD.{k}" for k in range(1, 5)]
    items += [f"S.HM.0{k}" for k in range(1, 5)]
    columns = [f"q{k}" for k in range(20)]
    report = door.bring(
        ",".join(["School", "q", *columns])
        + "\n"
        + ",".join(["Alder School", "Often", *["zzz"] * 20])
        + "\n",
        "survey: student_6_12\nwave: 2025-26F\nschool: {column: School}\nitems:\n"
        "  q: S.VO.1\n"
        + "".join(f"  {c}: {i}\n" for c, i in zip(columns, items, strict=True)),
    )

    assert outcome(report) == (1, 0, 0, 0)
    assert (report.answers, report.answers_kept, report.left_out) == (21, 1, 20)
    assert len([f for f in report.findings if f.kind == "left out"]) == 20


def test_when_nothing_is_kept_every_reason_is_told_all_the_same(door):
    with pytest.raises(Exception, match="no row could be kept: not one of") as refused:
        door.bring(
            """
            Timestamp,School,Do they ask?,Do you choose?
            10/13/2025 9:00:00,Alder School,zzz,yyy
            """,
            FORM,
        )

    assert [line.partition(":")[0] for line in refused.value.details] == ["survey.csv"]


def test_seven_hundred_wrong_words_do_not_hide_the_right_ones(door):
    rows = "".join(
        f"10/13/2025 9:00:00,Alder School,{'A lot' if k % 15 == 0 else f'w{k}'},A lot\n"
        for k in range(750)
    )
    report = door.bring("Timestamp,School,Do they ask?,Do you choose?\n" + rows, FORM)

    assert report.left_out == 700
    assert door.codes() == [("S3.CC.1", 3, 750), ("S3.VO.1", 3, 50)]


def test_a_grade_is_read_or_told(door):
    right = [
        # As written, the grade, its band.
        ("6", "6", "68"),
        ("6th", "6", "68"),
        ("Grade 7", "7", "68"),
        ("7.0", "7", "68"),
        ("08", "8", "68"),
        ("12", "12", "912"),
        ("7th grade", "7", "68"),
        ("ninth", "9", "912"),
        ("K", "K", "K2"),
        ("Kindergarten", "K", "K2"),
        ("KG", "K", "K2"),
        ("5º", "5", "35"),
        ("PK", "PK", None),
        ("13", None, None),
        ("0", None, None),
        ("soon", None, None),
        ("", None, None),
    ]
    rows = [f"r{k},Alder School,{w},Often,Often\n" for k, (w, *_) in enumerate(right)]
    report = door.bring("Id,School,Grade,Q1,Q2\n" + "".join(rows), GRADED)
    found = door.ask("SELECT grade, grade_band FROM responses ORDER BY response_no")
    told = [f for f in report.findings if "no grade band" in f.reason]

    assert dict(zip([w for w, *_ in right], found, strict=True)) == {
        written: (grade, band) for written, grade, band in right
    }
    assert sorted(line for f in told for line in f.lines) == [
        line for line, (*_, band) in enumerate(right, start=2) if band is None
    ]


def test_a_language_is_its_code_and_any_other_word_nobodys(door):
    right = {
        "EN": "en", "English": "en", "en-US": "en", "ES-419": "es", "Español": "es",
        "Spanish": "es", "vi": "vi", "so-SO": "so", "Vietnamese": None, "": None,
    }  # fmt: skip
    door.bring(
        "School,Lang,Q1\n" + "".join(f"Alder School,{w},Often\n" for w in right),
        """
        survey: student_6_12
        wave: 2025-26F
        school: {column: School}
        language: {column: Lang}
        items: {Q1: S.VO.1}
        """,
    )
    found = door.ask("SELECT language FROM responses ORDER BY response_no")

    assert dict(zip(right, (code for (code,) in found), strict=True)) == right


def test_rows_that_try_the_survey_out_are_no_responses(door):
    words = ["Test", "TESTING", "prueba", " test  school "]
    rows = "".join(f"10/13/2025 9:00:00,{word},A lot,A lot\n" for word in words)
    table = "Timestamp,School,Do they ask?,Do you choose?\n" + rows
    report = door.bring(
        (table + "10/13/2025 9:00:00,Alder School,A lot,A lot\n").encode(), FORM
    )

    assert outcome(report) == (1, 4, 0, 0)
    assert reasons(report) == [("test of the survey", 4, (2, 3, 4, 5))]


def test_each_row_set_aside_is_told_with_its_column(door):
    rows = [
        ",Alder School", "yesterday,Alder School", "10/13/2025,", "10/13/2025,Nowhere",
        "1/13/2026,Alder School", "10/13/2025,Alder School",
    ]  # fmt: skip
    table = "Timestamp,School,Do they ask?,Do you choose?\n" + "".join(
        f"{row},A lot,A lot\n" for row in rows
    )
    report = door.bring(table.encode(), FORM)

    assert outcome(report) == (1, 0, 5, 0)
    assert [(f.reason, f.column, f.lines) for f in report.findings] == [
        ("no school named; fill it in", "School", (4,)),
        ("unknown school; add it, or its alias, to school.csv", "School", (5,)),
        ("this is no day that can be read", "Timestamp", (2, 3)),
        ("the day lies in no survey window of wave.csv", "Timestamp", (6,)),
    ]


def test_an_unknown_wave_is_told_with_its_column(door):
    told = GRADED.replace("wave: 2025-26F", "wave: {column: Wave}")
    report = door.bring(
        b"Wave,School,Id,Grade,Q1,Q2\n2025-26F,Alder School,1,6,4,4\n2031-32F,Alder School,2,6,4,4\n",
        told,
    )

    assert [(f.reason, f.column, f.lines) for f in report.findings] == [
        ("unknown wave; import wave.csv first or correct the label", "Wave", (3,))
    ]
