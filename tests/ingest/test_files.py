"""What a file is, from its bytes: encodings, delimiters, header rows, no tables."""

import codecs

import pytest

from data.ingest.not_a_table import unmarked_utf16
from tests.ingest.conftest import drawn, outcome

FORM = """
    survey: student_3_5
    wave: 2025-26F
    school: {column: School}
    items: {Q: S3.VO.1}
    """
TABLE = "School,Q\nPeña Middle,A lot\nAlder School,Sometimes\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TABLE.encode(), "utf-8"),
        (codecs.BOM_UTF8 + TABLE.encode(), "utf-8-sig"),
        (TABLE.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + TABLE.encode("utf-16-be"), "utf-16"),
        (TABLE.encode("utf-16-le"), "utf-16-le"),
        (TABLE.encode("utf-16-be"), "utf-16-be"),
        (TABLE.encode("cp1252"), "cp1252"),
    ],
)
def test_text_is_read_in_the_encoding_it_has(door, data, encoding):
    report = door.bring(data, FORM)

    assert report.encoding == encoding
    assert outcome(report) == (2, 0, 0, 0)


def test_a_mapping_states_an_encoding_nothing_shows(door):
    told = FORM.replace("items:", "encoding: mac_roman\n    items:")
    report = door.bring(TABLE.encode("mac_roman"), told)

    assert outcome(report) == (2, 0, 0, 0)


@pytest.mark.parametrize(
    "text",
    [
        TABLE.replace(",", ";"), TABLE.replace(",", "\t"),
        "sep=;\n" + TABLE.replace(",", ";"), TABLE.replace("\n", "\r\n"),
        TABLE.replace("\n", "\r"), "School,Q\r\nPeña Middle,A lot\nAlder School,A lot\r\n",
        '"School",Q\r\n"Peña\nMiddle",A lot\r\nAlder School,A lot\r\n',
    ],
)  # fmt: skip
def test_delimiters_and_line_ends_of_any_program_are_read(door, text):
    assert outcome(door.bring(text.encode(), FORM)) == (2, 0, 0, 0)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "the file is empty"),
        (b"School,Q\n", "only a header, no rows"),
        (b"%PDF-1.7\n", "this is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "this is an old Excel workbook"),
        (b"PK\x05\x06" + b"\0" * 18, "this is an empty zip"),
        (b'{"SurveyEntry": {"SurveyID": "SV_1"}}', "this is a Qualtrics survey definition"),
        (b' [{"a": 1}]', "this is JSON"),
        (b"<!DOCTYPE html><p>", "this is a web page"),
        (b"<html><table>", "this is a web page"),
        (b"<?xml version='1.0'?>", "this is XML"),
        (b"\x1f\x8b\x08", "this is a gzip archive"),
        (b"SQLite format 3\0", "this is a database"),
        (b"\x89PNG\r\n", "this is a picture"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_called_by_its_name(door, data, says):
    assert says in door.refusal(data, FORM)


@pytest.mark.long
@pytest.mark.parametrize(("width", "is_read"), [(5_000, True), (5_001, False)])
def test_five_thousand_columns_are_read_and_one_more_is_a_mistake(door, width, is_read):
    text = (
        "School,Q"
        + "," * (width - 2)
        + "\nAlder School,A lot"
        + "," * (width - 2)
        + "\n"
    )
    if is_read:
        assert outcome(door.bring(text.encode(), FORM)) == (1, 0, 0, 0)
    else:
        assert "5,001 columns" in door.refusal(text.encode(), FORM)


SURVEYMONKEY = """
    Respondent ID,Collector ID,Start Date,End Date,School,How true?,,Anything else?
    ,,,,Response,They ask me,I choose,Open-Ended Response
    1001,9,10/13/2025 09:00:00 AM,10/13/2025 09:05:00 AM,Alder School,A lot,Sometimes,no
    1002,9,10/13/2025 09:00:00 AM,10/13/2025 09:06:00 AM,Alder School,Not much,A lot,
    """


def test_surveymonkey_has_two_header_rows_and_a_question_is_written_once(door):
    report = door.bring(
        SURVEYMONKEY,
        """
        survey: student_3_5
        wave: {date: Start Date}
        school: {column: School}
        respondent: {column: Respondent ID}
        items:
          How true? || They ask me: S3.VO.1
          How true?||I choose: S3.CC.1
        """,
    )

    assert report.format == "SurveyMonkey"
    assert outcome(report) == (2, 0, 0, 0)
    assert door.codes() == [
        ("S3.CC.1", 2, 1), ("S3.CC.1", 3, 1), ("S3.VO.1", 1, 1), ("S3.VO.1", 3, 1),
    ]  # fmt: skip


def test_a_surveymonkey_file_with_one_header_row_loses_nobody(door):
    lines = drawn(SURVEYMONKEY).splitlines(keepends=True)
    report = door.bring(
        (
            lines[0].replace("How true?,", "How true?,I choose") + "".join(lines[2:])
        ).encode(),
        """
        survey: student_3_5
        wave: 2025-26F
        school: {column: School}
        items: {I choose: S3.CC.1}
        """,
    )

    assert outcome(report) == (2, 0, 0, 0)


QUALTRICS = """
    StartDate,Status,Finished,ResponseId,School,Q1
    Start Date,Response Type,Finished,Response ID,School,Do they ask?
    2025-10-13,IP Address,True,R_1,Alder School,A lot
    2025-10-13,Survey Preview,True,R_2,Alder School,A lot
    2025-10-13,Survey Test,True,R_3,Alder School,A lot
    2025-10-13,Spam,True,R_4,Alder School,A lot
    2025-10-13,Imported,True,R_5,Alder School,A lot
    2025-10-13,Offline Response,True,R_6,Alder School,A lot
    2025-10-13,Something new,True,R_7,Alder School,A lot
    """


@pytest.mark.parametrize("has_labels", [True, False])
def test_qualtrics_is_known_without_its_third_row(door, has_labels):
    lines = drawn(QUALTRICS).splitlines(keepends=True)
    text = lines[0] + "".join(lines[1 if has_labels else 2 :])
    report = door.bring(
        text.encode(),
        FORM.replace("Q:", "Q1:"),
    )

    assert report.format == "Qualtrics"
    assert outcome(report) == (3, 3, 1, 0)
    assert [(f.kind, f.count) for f in report.findings] == [
        ("dropped", 1), ("dropped", 1), ("dropped", 1), ("set aside", 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "is_real"),
    [(0, True), (1, False), (2, False), (4, True), (8, False), (9, False), (12, False),
     (16, True), (17, False), (32, True), (40, False), (48, True)],
)  # fmt: skip
def test_a_numeric_status_is_a_sum_of_what_the_row_is(door, code, is_real):
    report = door.bring(
        f"""
        StartDate,Status,Finished,ResponseId,School,Q
        2025-10-13,0,1,R_1,Alder School,A lot
        2025-10-13,{code},1,R_2,Alder School,A lot
        """,
        FORM,
    )

    assert outcome(report) == ((2, 0, 0, 0) if is_real else (1, 1, 0, 0))


@pytest.mark.parametrize(
    ("header", "says"),
    [
        (
            "school_id,name,level,cohort_id,launch_date,aliases",
            "this looks like school: `grades` is missing, `aliases` is not known – did you "
            "mean `also_known_as`?",
        ),
        ("wave,opens,closes_on", "this looks like wave: `opens_on` is missing, `opens` is not known"),
        ("Height,Weight", "a table needs a mapping"),
    ],
)  # fmt: skip
def test_a_table_that_fits_nothing_is_told_the_nearest(door, header, says):
    row = ",".join("x" for _ in header.split(","))

    assert says in door.refusal(f"{header}\n{row}\n".encode(), name="table.csv")


@pytest.mark.parametrize(
    ("start", "encoding"),
    [
        ("School,Q\n".encode("utf-16-le"), "utf-16-le"),
        ("School,Q\n".encode("utf-16-be"), "utf-16-be"),
        (b"School,Q\n", None),
        (b"", None),
        # More than three of ten pairs: names in letters of other alphabets have none.
        (b"a\x00" * 3 + b"ab" * 7, None),
        (b"a\x00" * 4 + b"ab" * 6, "utf-16-le"),
        (b"\x00a" * 3 + b"ab" * 7, None),
        (b"\x00a" * 4 + b"ab" * 6, "utf-16-be"),
    ],
)
def test_utf16_without_a_mark_is_told_by_its_zeros(start, encoding):
    assert unmarked_utf16(start) == encoding
