"""Tools told apart by the headings they write, in any language and dress."""

import pytest

from data.ingest.formats import _surveymonkey
from tests.ingest.conftest import outcome

# Tool, a download of it in small with the question Q and the column School.
DOWNLOADS = [
    ("Qualtrics", "StartDate,Status,Finished,ResponseId,School,Q"),
    ("Qualtrics", "startDate,IPAddress,Progress,RecordedDate,DistributionChannel,School,Q"),
    ("Microsoft Forms", "ID,Start time,Completion time,Email,Name,School,Q"),
    ("Microsoft Forms", "Id,Start time,Completion time,Email,Name,Last modified time,School,Q"),
    ("Microsoft Forms",
     "Id,Hora de inicio,Hora de finalización,Correo electrónico,Nombre,School,Q"),
    ("Microsoft Forms", "ID,Startzeit,Fertigstellungszeit,E-Mail,Name,School,Q"),
    ("Google Forms", "Timestamp,School,Q"),
    ("Google Forms", "Marca temporal,Dirección de correo electrónico,School,Q"),
    ("Google Forms", "Carimbo de data/hora,School,Q"),
    ("Google Forms", "Horodateur,School,Q"),
    ("SurveyMonkey", "Respondent ID,Collector ID,Start Date,End Date,School,Q"),
    ("SurveyMonkey", "RespondentID,CollectorID,StartDate,EndDate,School,Q"),
    ("SurveyMonkey", "respondent_id,collector_id,date_created,date_modified,School,Q"),
    ("LimeSurvey", "Response ID,Date submitted,Last page,Start language,Seed,School,Q"),
    ("LimeSurvey", "id,submitdate,lastpage,startlanguage,School,Q"),
    ("KoboToolbox", "start,end,School,Q,_id,_uuid,_submission_time,_index"),
    ("ODK Central", "SubmissionDate,start,end,School,Q,meta-instanceID,KEY,SubmitterID"),
    ("REDCap", "record_id,redcap_event_name,redcap_survey_identifier,School,Q,student_complete"),
    ("REDCap", "Record ID,Event Name,Survey Identifier,Survey Timestamp,School,Q,Complete?"),
    ("Jotform", "Submission Date,School,Q"),
    ("Jotform", "Submission Date,School,Q,Submission IP,Submission ID"),
    ("Typeform", "#,School,Q,Start Date (UTC),Submit Date (UTC),Network ID,Tags"),
    ("Typeform", "#,School,Q,Response Type,Start Date (UTC),Stage Date (UTC),Ending"),
    ("a table", "School,Q"),
    ("a table", "id,name,School,Q"),
    ("a table", "Name,Email,School,start,end,Q"),
]  # fmt: skip
FORM = """
    survey: student_3_5
    wave: 2025-26F
    school: {column: School}
    items: {Q: S3.VO.1}
    """


@pytest.mark.parametrize(("tool", "headings"), DOWNLOADS)
def test_a_tool_is_told_by_its_headings(door, tool, headings):
    said = {"School": "Alder School", "Q": "A lot"}
    row = ",".join(said.get(h, "0") for h in headings.split(","))
    report = door.bring(f"{headings}\n{row}\n".encode(), FORM, name="answers.csv")

    assert report.format == tool
    assert report.kept == 1


def test_a_surveymonkey_file_without_collectors_has_its_second_row_of_headings(door):
    report = door.bring(
        """
        RespondentID,School,How true?,
        ,Response,They ask me,I choose
        3292879998,Alder School,A lot,Sometimes
        """,
        """
        survey: student_3_5
        wave: 2025-26F
        school: {column: School}
        items:
          How true?||They ask me: S3.VO.1
          How true?||I choose: S3.CC.1
        """,
    )

    assert outcome(report) == (1, 0, 0, 0)
    assert door.codes() == [("S3.CC.1", 2, 1), ("S3.VO.1", 3, 1)]


@pytest.mark.parametrize("second", [",,,", ",Response,Response,Response"])
def test_a_surveymonkey_file_that_repeats_the_question_is_read(door, second):
    report = door.bring(
        f"Respondent ID,School,Q,Other\n{second}\n1,Alder School,A lot,x\n".encode(),
        FORM,
    )

    assert outcome(report) == (1, 0, 0, 0)


LEGACY = """
    V1,V2,V3,V7,V8,V9,V10,Q1,Q2,
    ResponseID,ResponseSet,Name,Status,StartDate,EndDate,Finished,School,Do they ask?,
    R_1,Default,Anonymous,0,2025-10-13 09:00:00,2025-10-13 09:03:10,1,Alder School,A lot,
    R_2,Default,Anonymous,1,2025-10-13 09:00:00,2025-10-13 09:03:10,1,Alder School,A lot,
    """


def test_a_legacy_qualtrics_file_keeps_its_first_response_and_drops_previews(door):
    report = door.bring(
        LEGACY,
        """
        survey: student_3_5
        wave: {date: EndDate}
        school: {column: Q1}
        respondent: {column: ResponseID}
        items: {Q2: S3.VO.1}
        """,
    )

    assert report.format == "Qualtrics"
    assert outcome(report) == (1, 1, 0, 0)


@pytest.mark.parametrize("quote", ['""', "'"])
def test_import_ids_are_read_however_a_tool_in_between_quotes_them(door, quote):
    ids = ("startDate", "status", "_recordId", "QID7", "QID1")
    third = ",".join(f'"{{{quote}ImportId{quote}: {quote}{i}{quote}}}"' for i in ids)
    report = door.bring(
        f"StartDate,Status,ResponseId,School,Q1\nStart Date,Response Type,Response ID,"
        f"School,Do they ask?\n{third}\n2025-10-13,IP Address,R_1,Alder School,A lot\n"
        .encode(),
        FORM.replace("School}", "QID7}").replace("Q:", "QID1:"),
    )  # fmt: skip

    assert outcome(report) == (1, 0, 0, 0)


def test_of_two_limesurvey_rows_of_one_person_the_submitted_one_counts(door):
    report = door.bring(
        """
        Response ID,Date submitted,Last page,Start language,School,Q
        7,2025-10-13 09:00:00,3,en,Alder School,A lot
        7,,1,en,Alder School,Not much
        """,
        FORM.rstrip(" ") + "    respondent: {column: Response ID}\n",
    )

    assert outcome(report) == (1, 0, 0, 1)
    assert door.codes() == [("S3.VO.1", 3, 1)]


@pytest.mark.parametrize(
    ("encoding", "is_told"),
    [("utf-8", False), ("utf-16", False), ("cp1252", True), ("cp1251", True)],
)
def test_a_guessed_encoding_is_told(door, encoding, is_told):
    word = "Иногда часто никогда" if encoding == "cp1251" else "Peña"
    report = door.bring(
        f"School,Q,Note\nAlder School,A lot,{word}\n".encode(encoding), FORM
    )

    assert report.encoding == encoding
    assert [r for r in report.remarks if f"was read as {encoding}" in r] == (
        list(report.remarks) if is_told else []
    )
    assert bool(report.remarks) == is_told


@pytest.mark.parametrize("word", ["Sí", "Peña", "Dash — “x” ’y’", "El niño – así"])
def test_letters_excel_writes_are_taken_for_excels(door, word):
    report = door.bring(
        f"School,Q,Note\nAlder School,A lot,{word}\n".encode("cp1252"), FORM
    )

    assert report.encoding == "cp1252"


@pytest.mark.parametrize("whole", ["Response", "Open-Ended Response", "", "RESPONSE"])
def test_a_second_heading_that_says_nothing_leaves_the_question(whole):
    layout = _surveymonkey(
        (
            ("Respondent ID", "How true?", "", "Where?"),
            ("", "They ask me", "I choose", whole),
        ),
        (),
    )

    assert layout.keys == (
        "Respondent ID", "How true?||They ask me", "How true?||I choose", "Where?",
    )  # fmt: skip
    assert layout.header_records == 2


def test_where_a_person_has_an_id_there_is_no_second_row_of_headings():
    keys = ("Respondent ID", "How true?")
    layout = _surveymonkey((keys, ("118000000001", "A lot")), keys)

    assert (layout.keys, layout.header_records) == (keys, 1)
    assert _surveymonkey((keys,), keys).header_records == 1
