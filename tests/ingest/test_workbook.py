"""Workbooks at the door: one sheet is the table, and what is not read is told."""

# ruff: noqa: DTZ001 - the days of a sheet have no zone

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.ingest.source import open_sources
from tests.ingest.conftest import outcome
from tests.ingest.workbooks import ods, xlsx, zipped

FORM = """
    survey: student_3_5
    wave: {date: Completion time}
    school: {column: Your school}
    grade: {column: Grade}
    items: {"Do they ask?": S3.VO.1}
    """
HEADINGS = [
    "Id",
    "Start time",
    "Completion time",
    "Your school",
    "Grade",
    "Do they ask?",
]
# The third of October in 2025 and the tenth of March in 2026, however they are shown.
ROWS = [
    HEADINGS,
    [1, datetime(2025, 10, 3, 8), datetime(2025, 10, 3, 8, 5, 9), "Alder School", 4.0, "A lot"],
    [2, datetime(2026, 3, 10, 8), datetime(2026, 3, 10, 8, 7), "Peña Middle", 5, "Sometimes"],
]  # fmt: skip


@pytest.mark.parametrize("written", [xlsx, ods])
def test_a_forms_workbook_is_the_table_it_shows(door, written):
    report = door.bring(written({"Form1": ROWS}), FORM, name="form.xlsx")

    assert report.encoding == "sheet Form1"
    assert outcome(report) == (2, 0, 0, 0)
    assert door.ask("SELECT wave, school_id, grade FROM responses ORDER BY 1") == [
        ("2025-26F", "A", "4"), ("2025-26S", "P", "5"),
    ]  # fmt: skip
    assert door.codes() == [("S3.VO.1", 2, 1), ("S3.VO.1", 3, 1)]


def test_the_workbook_and_its_csv_are_one_source(door):
    door.bring(xlsx({"Form1": ROWS}), FORM, name="form.xlsx")
    lines = "".join(
        ",".join(str(c) for c in row).replace("2025-10-03 08:00:00", "2025-10-03")
        + "\n"
        for row in ROWS
    )
    report = door.bring(lines.encode(), FORM, name="form.csv", replace=True)

    assert "replaces what form.xlsx brought" in report.note
    assert door.people() == 2


def cells_of(data, tmp_path, name="t.xlsx", **options):
    path = tmp_path / name
    path.write_bytes(data)
    with open_sources(path, **options) as sources:
        return [list(row) for row in sources[0].head]


def test_numbers_days_and_truth_are_written_as_the_sheet_shows_them(tmp_path):
    rows = [
        ["n", "day", "moment", "truth"],
        [1, date(2026, 10, 5), datetime(2026, 10, 5, 7, 58, 2), True],
        [118000000001.0, date(1999, 12, 31), datetime(2026, 10, 5), False],
        [-2.5, None, None, None],
    ]
    right = [
        ["n", "day", "moment", "truth"],
        ["1", "2026-10-05", "2026-10-05 07:58:02", "TRUE"],
        ["118000000001", "1999-12-31", "2026-10-05", "FALSE"],
        ["-2.5", "", "", ""],
    ]

    assert cells_of(xlsx({"a": rows}), tmp_path) == right
    assert cells_of(ods({"a": rows}), tmp_path, "t.ods") == right


def test_a_heading_over_two_columns_is_joined_with_those_below(tmp_path):
    rows = [
        ["School", "How true?", None],
        [None, "They ask me", "I choose"],
        ["Alder School", "A lot", "Sometimes"],
    ]
    found = cells_of(xlsx({"a": rows}, merged=("B1:C1",)), tmp_path)

    assert found == [
        ["School", "How true?||They ask me", "How true?||I choose"],
        ["Alder School", "A lot", "Sometimes"],
    ]


def test_a_title_over_the_headings_is_told_and_lines_stay_those_of_the_sheet(door):
    rows = [["Our survey", None, None], [], *[r[3:] for r in ROWS]]
    rows[-1] = ["Nowhere", 5, "A lot"]
    told = FORM.replace("{date: Completion time}", "2025-26F")
    report = door.bring(xlsx({"a": rows}), told, name="form.xlsx")

    assert report.remarks == ("2 rows over the headings were not read",)
    assert outcome(report) == (1, 0, 1, 0)
    assert next(f.line for f in report.findings if f.kind == "set aside") == 5


def test_a_title_over_the_headings_of_a_csv_is_told_too(door):
    told = FORM.replace("{date: Completion time}", "2025-26F")
    table = b"Our survey,,\n,,\nYour school,Grade,Do they ask?\nAlder School,4,A lot\nX,4,A lot\n"
    report = door.bring(table, told)

    assert report.remarks == ("2 lines over the headings were not read",)
    assert next(f.line for f in report.findings if f.kind == "set aside") == 5


def test_several_sheets_are_asked_about_and_one_is_named(door, tmp_path):
    book = xlsx({"Notes": [["a", "b"], ["c", "d"]], "Form1": ROWS, "Empty": []})

    said = door.refusal(book, FORM, name="form.xlsx")
    assert "several sheets hold rows (Notes, Form1)" in said
    assert "`sheet: NAME` in the mapping" in said

    assert outcome(door.bring(book, FORM, name="form.xlsx", sheet="Form1"))[0] == 2
    told = FORM.rstrip(" ") + "    sheet: Form1\n"
    assert door.bring(book, told, name="form.xlsx").kept == 2


def test_a_sheet_nobody_has_is_named_beside_those_there_are(door):
    said = door.refusal(xlsx({"Form1": ROWS}), FORM, name="form.xlsx", sheet="Form2")

    assert "no sheet with rows is called Form2; it has Form1" in said


def test_a_hidden_sheet_is_told_and_not_read(door):
    book = xlsx({"Form1": ROWS, "Old": ROWS}, hidden=("Old",))
    report = door.bring(book, FORM, name="form.xlsx")

    assert report.remarks == ("the hidden sheet 'Old' holds rows and was not read",)
    assert report.rows_read == 2


def test_rows_in_hidden_sheets_alone_are_asked_about(door):
    said = door.refusal(xlsx({"Old": ROWS}, hidden=("Old",)), FORM, name="form.xlsx")

    assert "only hidden sheets hold rows (Old)" in said


@pytest.mark.parametrize(
    ("book", "says"),
    [
        (xlsx({"Form1": ROWS}, extra={"xl/vbaProject.bin": b"x"}), "holds macros"),
        (xlsx({"Form1": ROWS}, extra={"xl/macrosheets/sheet1.xml": b"x"}), "holds macros"),
        (xlsx({"Form1": []}), "the workbook is empty"),
        (xlsx({"Form1": ROWS}, extra={"xl/worksheets/sheet1.xml": b"<no"}), "is damaged"),
        (zipped({"[Content_Types].xml": "<a/>", "word/document.xml": "<a/>"}), "no workbook"),
        (b"PK\x03\x04" + b"\0" * 40, "the zip is damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
         "protected by a password"),
    ],
)  # fmt: skip
def test_a_workbook_that_is_none_is_refused_by_its_name(door, book, says):
    assert says in door.refusal(book, FORM, name="form.xlsx")


@pytest.mark.long
def test_a_workbook_that_unpacks_to_too_much_is_refused(door):
    book = xlsx({"Form1": ROWS}, extra={"xl/media/a": b"\0" * (513 << 20)})

    assert len(book) < 1 << 20
    assert "unpacks to more than 512 MB" in door.refusal(book, FORM, name="form.xlsx")


def test_two_cells_a_billion_apart_do_not_fill_the_memory(door):
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    far = xlsx({"Form1": ROWS}, extra={"xl/worksheets/sheet1.xml": sheet.encode()})

    assert "memory" in door.refusal(far, FORM, name="form.xlsx")


texts = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co")), min_size=1, max_size=12
).filter(lambda t: t.strip() == t and t)


@pytest.mark.long
@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.lists(
            st.one_of(
                texts,
                st.integers(-(10**12), 10**12),
                st.dates(date(1950, 1, 1), date(2100, 1, 1)),
            ),
            min_size=3,
            max_size=3,
        ),
        min_size=1,
        max_size=4,
    )
)
def test_any_table_comes_back_cell_for_cell(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("cells")
    table = [["one", "two", "three"], *rows]
    right = [[str(c) for c in row] for row in table]

    assert cells_of(xlsx({"a": table}), folder) == right
    assert cells_of(ods({"a": table}), folder, "t.ods") == right
