"""The mapping proposed for an export: what is sure is written, the rest is asked."""

import csv

import pytest
import yaml
from conftest import settings_in
from hypothesis import given
from hypothesis import settings as told
from hypothesis import strategies as st

from data.errors import UnknownFormat
from data.ingest.door import draft_mapping
from data.ingest.draft import _quoted
from data.ingest.source import unique_headers
from data.ingest.warehouse import open_scratch, open_warehouse
from tests.ingest.conftest import drawn, outcome

FORMS = """
    ID,Start time,Completion time,Email,Name,Your school,Grade,Do your teachers ask for your ideas?,¿Tus ideas cambian lo que hace tu clase?,What is your favourite animal?,Language
    1,2025-10-03 08:00:00,2025-10-03 08:05:00,anonymous,,Alder School,4th grade,A lot,Mucho,Cat,English
    2,2025-10-03 08:00:00,2025-10-03 08:06:00,anonymous,,Peña Middle,5th grade,Sometimes,A veces,Dog,English
    3,2025-10-03 08:00:00,2025-10-03 08:07:00,anonymous,,Alder Schol,3rd grade,A lot,Mucho,Cat,Español
    4,2025-10-03 08:00:00,2025-10-03 08:08:00,anonymous,,Alder School,4,Sometimes,A veces,Dog,Español
    """


def made(door, table, name="forms.csv"):
    path = door.folder / name
    path.write_text(drawn(table), encoding="utf-8")
    with open_warehouse(door.settings) as connection:
        return draft_mapping(connection, path)


def spanish(item):
    from data.catalogue import catalogue

    return dict(catalogue().items[item].text.more)["es"]


def test_everything_found_is_written_and_can_be_imported(door):
    table = FORMS.replace(
        "¿Tus ideas cambian lo que hace tu clase?", spanish("S3.VO.2")
    )
    table = table.replace("Mucho", "A lot").replace("A veces", "Sometimes")
    draft = made(door, table)

    assert draft.open == [
        "'Alder Schol' is no school of school.csv; did you mean 'alder school'?"
    ]
    assert yaml.safe_load(draft.text) == {
        "survey": "student_3_5",
        "wave": {"date": "Completion time"},
        "school": {"column": "Your school"},
        "grade": {"column": "Grade"},
        "grade_band": {"column": "Grade"},
        "language": {"column": "Language"},
        "items": {
            "Do your teachers ask for your ideas?": "S3.VO.1",
            spanish("S3.VO.2"): "S3.VO.2",
        },
    }
    report = door.bring(table, draft.text, name="forms.csv")
    assert outcome(report) == (3, 0, 1, 0)


def test_a_question_of_the_districts_own_is_offered_as_one_with_its_answers(door):
    text = made(door, FORMS).text

    assert '"What is your favourite animal?": OWN.1' in text
    assert 'answers ["Cat", "Dog"]' in text


def test_what_is_less_sure_than_stated_is_a_comment_with_its_score(door):
    draft = made(
        door, FORMS.replace("ask for your ideas", "listen to the ideas you have")
    )

    loaded = yaml.safe_load(draft.text)
    asked = "Do your teachers listen to the ideas you have?"
    assert asked not in (loaded["items"] or {})
    line = next(x for x in draft.lines if "S3.VO.1" in x)
    assert line.startswith(f'#  "{asked}": S3.VO.1  # ')
    assert 60 <= int(line.rpartition("# ")[2].partition(":")[0]) < 90
    assert f"{asked} → S3.VO.1? the words differ" in draft.open


def test_answers_that_are_none_of_the_items_options_are_asked_about(door):
    table = FORMS.replace("A lot", "Yes").replace("Sometimes", "No")
    draft = made(door, table)

    assert "Do your teachers ask for your ideas? → S3.VO.1? only 0% of the answers are its options" in draft.open  # fmt: skip
    assert yaml.safe_load(draft.text)["items"] is None


@pytest.mark.parametrize(
    "heading",
    [
        'What does "choice" mean?', "A back\\slash", "a\ttab", "next\x85line",
        "no\u200bwidth", "line\u2028break", "¿Por qué?", "heart \N{HEAVY BLACK HEART}",
    ],
)  # fmt: skip
def test_a_heading_is_written_so_that_it_is_read_again_letter_for_letter(heading):
    assert yaml.safe_load(f"{_quoted(heading)}: 1") == {heading: 1}


def test_numbers_the_scale_has_not_are_asked_about(door):
    table = FORMS.replace("A lot", "5").replace("Sometimes", "4")

    assert any("4 is no code of S3.VO.1 (1 to 3)" in q for q in made(door, table).open)


def test_an_order_of_days_the_file_does_not_prove_is_asked(door):
    table = FORMS.replace("2025-10-03", "10/03/2025")
    door.bring(
        "wave,opens_on,closes_on\n2026-27S,2027-01-01,2027-03-30\n", name="w.csv"
    )
    draft = made(door, table)

    assert any(q.startswith("day_first: true or false?") for q in draft.open)


def test_without_schools_and_questions_nothing_is_guessed(door):
    draft = made(door, "Place,Thing\nx,1\ny,2\n")

    loaded = yaml.safe_load(draft.text)
    assert loaded == {
        "survey": "FILL_IN", "wave": "FILL_IN", "school": {"column": "FILL_IN"}, "items": None,
    }  # fmt: skip
    assert len(draft.open) == 3
    assert "is no form" in door.refusal(
        "Place,Thing\nx,1\ny,2\n",
        draft.text.replace("items:", "items: {Thing: S3.VO.1}"),
    ) or "FILL_IN" in door.refusal("Place,Thing\nx,1\ny,2\n", draft.text)


def test_the_respondent_is_a_column_that_is_filled(door):
    qualtrics = """
        StartDate,Status,Finished,RecordedDate,ResponseId,ExternalReference,School,Q1
        Start Date,Response Type,Finished,Recorded Date,Response ID,External Data Reference,School,Do your teachers ask for your ideas?
        2025-10-13,IP Address,True,2025-10-13,R_1,,Alder School,A lot
        """
    draft = made(door, qualtrics, "q.csv")

    loaded = yaml.safe_load(draft.text)
    assert loaded["respondent"] == {"column": "ResponseId"}
    assert loaded["items"] == {"Q1": "S3.VO.1"}
    filled = made(door, qualtrics.replace("R_1,,", "R_1,s7,"), "q2.csv")
    assert yaml.safe_load(filled.text)["respondent"] == {"column": "ExternalReference"}


def test_a_table_that_needs_no_mapping_is_told(door):
    with pytest.raises(UnknownFormat, match="needs no mapping"):
        made(door, "wave,opens_on,closes_on\n2027-28F,2027-10-01,2027-10-31\n")


headings = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    home = tmp_path_factory.mktemp("draft")
    with open_scratch(settings_in(home, CHORUS_SECRET="s" * 32)) as connection:
        yield connection


@told(max_examples=25, deadline=None)
@given(
    st.lists(headings, min_size=2, max_size=4),
    st.text("abc'\":#{}[]\n&*!|>%@`é", max_size=9),
)
def test_any_heading_and_any_answer_leaves_a_mapping_that_can_be_read(
    scratch, tmp_path_factory, names, answer
):
    path = tmp_path_factory.getbasetemp() / "drafted.csv"
    cells = [n.replace("\0", "") or "x" for n in names]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, quoting=csv.QUOTE_ALL)
        writer.writerow([*cells, "Do your teachers ask for your ideas?"])
        for _ in range(4):
            writer.writerow([*([answer or "x"] * len(cells)), "A lot"])
    draft = draft_mapping(scratch, path)

    loaded = yaml.safe_load(draft.text)
    assert set(loaded["items"]) <= set(
        unique_headers((*cells, "Do your teachers ask for your ideas?"))
    )
