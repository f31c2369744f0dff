"""What is kept of an export: enough to read it again, and nobody in it."""

import stat

import duckdb
import pytest
from hypothesis import given
from hypothesis import settings as told
from hypothesis import strategies as st

from data.errors import ImportInUse, MappingError, OriginalNotKept
from data.ingest.door import reread
from data.ingest.undoing import undo
from data.ingest.warehouse import open_warehouse
from tests.ingest.conftest import SCHOOLS, Door, drawn, outcome

FORM = """
    survey: student_3_5
    wave: {date: Completion time}
    school: {column: School}
    respondent: {column: Student}
    items:
      Do they ask: S3.VO.1
    """
FORMS = """
    ID,Start time,Completion time,Email,Name,School,Student,Do they ask,Anything else?,Do I choose
    1,2025-10-03 8:00:00,2025-10-03 8:05:00,kim@alder.example,Kim Roe,Alder School,s-77,A lot,My dog is ill,A lot
    2,2025-10-03 8:00:00,2025-10-03 8:06:00,lee@alder.example,Lee Poe,Peña Middle,s-78,Sometimes,"Call me:
    555-0100",Sometimes
    3,2025-10-03 8:00:00,2025-10-03 8:07:00,anonymous,,Nowhere,s-79,A lot,,A lot
    4,2025-10-03 8:00:00,2025-10-03 8:08:00,anonymous,,Alder School,anonymous,Not much,,
    5,2025-10-03 8:00:00,2025-10-03 8:09:00,anonymous,,Alder School,s-80,I would rather tell you about my uncle who lives far away from here,,A lot
    """
SECRETS = (
    "kim@alder", "Kim Roe", "Lee Poe", "my dog", "555-0100", "s-77", "s-78", "my uncle",
)  # fmt: skip


def originals(door):
    return sorted((door.settings.home / "originals").glob("*"))


def again(door, number, mapping=None):
    path = None
    if mapping:
        path = door.folder / "survey.yaml"
        path.write_text(drawn(mapping))
    with open_warehouse(door.settings) as connection:
        return reread(connection, door.settings, number, mapping_file=path)


def stored(door):
    """Current responses and their answers, without the numbers of imports."""
    return door.ask(
        """SELECT r.wave, r.resp_key, r.school_id, r.grade, a.item_no, a.code
           FROM responses r LEFT JOIN answers a USING (response_no)
           WHERE is_current ORDER BY ALL"""
    )


def last(door):
    return door.ask("SELECT max(file_id) FROM files")[0][0]


def test_no_person_is_in_what_is_kept(door):
    door.bring(FORMS, FORM, name="forms.csv")

    (path,) = originals(door)
    with duckdb.connect() as connection:
        rows = connection.execute(
            "SELECT * FROM read_parquet(?)", [str(path)]
        ).fetchall()
    text = repr(rows).casefold()
    assert [s for s in SECRETS if s.casefold() in text] == []
    assert "alder school" in text
    assert "do i choose" in text
    assert "a lot" in text


def test_it_is_its_owners_alone_and_called_by_its_checksum(door):
    import hashlib

    door.bring(FORMS, FORM, name="forms.csv")

    (path,) = originals(door)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert path.stem == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_row_set_aside_is_tried_again_with_a_new_alias(door):
    report = door.bring(FORMS, FORM, name="forms.csv")
    assert outcome(report) == (3, 1, 1, 0)
    number = last(door)
    before = stored(door)
    door.bring(drawn(SCHOOLS).replace("K–5,\n", "K–5,Nowhere\n", 1), name="school.csv")

    report = again(door, number)

    assert outcome(report) == (4, 1, 0, 0)
    assert (
        report.note == "replaces what forms.csv brought: +1, −0, 0 changed, 3 the same"
    )
    assert set(before) < set(stored(door))


def test_lines_stay_those_of_the_file(door):
    report = door.bring(FORMS, FORM, name="forms.csv")
    aside = [f.line for f in report.findings if f.kind == "set aside"]

    report = again(
        door, last(door), FORM.replace("Do they ask: S3.VO.1", "Do I choose: S3.CC.1")
    )

    assert [f.line for f in report.findings if f.kind == "set aside"] == aside == [5]


def test_a_corrected_mapping_reads_another_column_of_what_was_kept(door):
    door.bring(FORMS, FORM, name="forms.csv")

    again(door, last(door), FORM.rstrip(" ") + "      Do I choose: S3.CC.1\n")

    assert ("S3.CC.1", 2, 1) in door.codes()
    assert ("S3.VO.1", 3, 1) in door.codes()


def test_the_same_mapping_again_changes_nothing(door):
    door.bring(FORMS, FORM, name="forms.csv")

    assert again(door, last(door)).already_imported


def test_a_column_that_was_not_kept_is_named(door):
    door.bring(FORMS, FORM, name="forms.csv")
    number = last(door)

    with pytest.raises(
        MappingError, match=r"\[Anything else\?\]: the column was not kept"
    ):
        again(door, number, FORM.replace("Do they ask:", '"Anything else?":'))


def test_an_import_replaced_since_is_not_brought_back_by_reading_it(door):
    door.bring(FORMS, FORM, name="monday.csv")
    number = last(door)
    door.bring(drawn(FORMS).replace("A lot", "Not much"), FORM, name="friday.csv")

    with pytest.raises(ImportInUse, match=f"import {number + 1} stands in the place"):
        again(door, number)


def test_undone_its_original_is_gone_and_one_still_read_stays(door):
    door.bring(FORMS, FORM, name="forms.csv")
    first = last(door)
    again(door, first, FORM.replace("Do they ask: S3.VO.1", "Do I choose: S3.CC.1"))
    with open_warehouse(door.settings) as connection:
        undo(connection, first)
    door.bring(FORMS, FORM.replace("respondent", "source: b\n    respondent"), name="b.csv",
               replace=True)  # fmt: skip
    assert len(originals(door)) >= 1
    for number in (first + 1, first + 2):
        with open_warehouse(door.settings) as connection:
            undo(connection, number)
    door.bring(
        "wave,opens_on,closes_on\n2027-28F,2027-10-01,2027-10-31\n", name="w.csv"
    )

    assert originals(door) == []
    with pytest.raises(OriginalNotKept):
        again(door, first)


def test_a_damaged_original_is_not_read(door):
    door.bring(FORMS, FORM, name="forms.csv")
    (path,) = originals(door)
    path.write_bytes(path.read_bytes()[:-9])

    with pytest.raises(OriginalNotKept):
        again(
            door,
            last(door),
            FORM.replace("Do they ask: S3.VO.1", "Do I choose: S3.CC.1"),
        )


def test_a_check_keeps_nothing(door):
    from data.ingest.door import import_file
    from data.ingest.warehouse import open_scratch

    path, mapping = door.folder / "f.csv", door.folder / "f.yaml"
    path.write_text(drawn(FORMS))
    mapping.write_text(drawn(FORM))
    with open_scratch(door.settings) as connection:
        import_file(connection, door.settings, path, mapping_file=mapping)

    assert originals(door) == []


cells = st.sampled_from(["A lot", "Sometimes", "Not much", "", "I don't know", "Other"])
people = st.sampled_from(["s1", "s2", "s3", "", "anonymous", "0", "N/A"])
schools = st.sampled_from(["Alder School", "O'Neill's", "Peña Middle", "Nowhere", ""])


# An import takes long and a row does not: few tables, each with many rows.
@told(max_examples=5, deadline=None)
@given(
    st.lists(st.tuples(people, schools, cells, cells), min_size=5, max_size=25).filter(
        lambda rows: any(s[1] in ("Alder School", "O'Neill's") and s[2] in ("A lot", "Sometimes") for s in rows)
    )
)  # fmt: skip
def test_reading_what_was_kept_equals_reading_the_file(
    known_district, tmp_path_factory, rows
):
    from conftest import settings_in

    home = tmp_path_factory.mktemp("kept")
    door = Door(settings_in(home, CHORUS_SECRET="s" * 32), home)
    door.settings.home.mkdir(parents=True, exist_ok=True)
    door.settings.warehouse.write_bytes(known_district.read_bytes())
    table = "Student,School,Do they ask,Do I choose\n" + "".join(
        f"{a},{b},{c},{d}\n" for a, b, c, d in rows
    )
    form = FORM.replace("{date: Completion time}", "2025-26F")
    right = door.bring(table, form)
    expected, number = stored(door), last(door)

    # A word more that nobody says: another reading, and the same answers.
    report = again(door, number, form.rstrip(" ") + "    no_answer: [Never said]\n")

    assert stored(door) == expected
    assert outcome(report) == outcome(right)
    assert [f.lines for f in report.findings] == [f.lines for f in right.findings]
