"""One sheet → CSV: which sheet, where its headings stand, what a cell is written as."""

# ruff: noqa: DTZ001 - the days of a sheet have no zone

import csv
from datetime import date, datetime, time

import pytest

from data.ingest.sheets import _text, main, titles_above
from tests.ingest.workbooks import xlsx

TABLE = [["School", "Grade", "Asks"], ["A", 4, "yes"], ["B", 5, "no"]]


def written(tmp_path, sheets, *wanted, **options):
    """What a person is told, and the rows of the table that was written."""
    book, to = tmp_path / "book.xlsx", tmp_path / "out.csv"
    book.write_bytes(sheets if isinstance(sheets, bytes) else xlsx(sheets, **options))
    told = main(str(book), str(to), wanted)
    if not to.exists():
        return told, None
    with to.open(encoding="utf-8", newline="") as stream:
        return told, list(csv.reader(stream))


def test_the_one_sheet_with_rows_is_the_table(tmp_path):
    told, rows = written(tmp_path, {"Empty": [], "Form": TABLE})

    assert told == {"sheet": "Form", "hidden": [], "first_row": 1, "above": 0}
    assert rows == [["School", "Grade", "Asks"], ["A", "4", "yes"], ["B", "5", "no"]]


def test_of_several_sheets_one_is_to_be_named(tmp_path):
    sheets = {"One": TABLE, "Two": TABLE, "Empty": [], "Old": TABLE}
    told, rows = written(tmp_path, sheets, hidden=("Old",))

    assert rows is None
    assert told == {
        "choose": ["One", "Two"],
        "hidden": ["Old"],
        "every": ["One", "Two", "Empty", "Old"],
    }
    assert written(tmp_path, sheets, "Two")[0]["sheet"] == "Two"


def test_a_hidden_sheet_is_read_where_it_is_named(tmp_path):
    told, rows = written(
        tmp_path, {"Form": TABLE, "Old": TABLE[:2]}, "Old", hidden=("Old",)
    )

    assert (told["sheet"], told["hidden"], len(rows)) == ("Old", [], 2)


def test_a_sheet_nobody_has_leaves_nothing_to_choose(tmp_path):
    assert written(tmp_path, {"Form": TABLE}, "Other")[0] == {
        "choose": [],
        "hidden": [],
        "every": ["Form"],
    }


def test_a_damaged_workbook_is_said_to_be(tmp_path):
    told, rows = written(tmp_path, b"PK\x03\x04" + b"\0" * 40)

    assert set(told) == {"damaged"}
    assert rows is None


def test_rows_above_the_headings_are_counted_and_left_out(tmp_path):
    rows = [
        ["Survey of 2026", None, None],
        [None, None, None],
        *TABLE,
        [None, None, None],
    ]
    told, out = written(tmp_path, {"Form": rows})

    assert (told["above"], told["first_row"]) == (2, 3)
    assert out[0] == ["School", "Grade", "Asks"]
    # The empty row at the end is none.
    assert len(out) == 3


def test_an_empty_row_within_stays_so_that_lines_can_be_told(tmp_path):
    told, out = written(tmp_path, {"Form": [*TABLE[:2], [None, None, None], TABLE[2]]})

    assert out[1:] == [["A", "4", "yes"], ["", "", ""], ["B", "5", "no"]]
    assert told["first_row"] == 1


def test_columns_nobody_filled_are_no_columns(tmp_path):
    wide = [[*row, None, " "] for row in TABLE]
    _, out = written(tmp_path, {"Form": wide})

    assert {len(row) for row in out} == {3}


@pytest.mark.parametrize(
    ("rows", "width", "above"),
    [
        (["a.b.c"], 3, 0),
        (["t..", "a.b.c"], 3, 1),
        # Two cells over a table of three are headings, over six they are a title.
        (["t.d.", "a.b.c"], 3, 0),
        (["t.d....", "a.b.c.d.e"], 5, 0),
        (["t.d....", "a.b.c.d.e.f"], 6, 1),
        (["t.d.e...", "a.b.c.d.e.f"], 6, 0),
        # Two columns are a table: what stands first is its headings.
        (["t.", "a.b"], 2, 0),
        (["", "", "t"], 1, 2),
        ([" . ", "a.b.c"], 3, 1),
        ([], 3, 0),
        (["t..", "t.."], 3, 0),
    ],
)
def test_a_title_is_one_cell_over_a_table_or_two_over_a_wide_one(rows, width, above):
    assert titles_above([row.split(".") for row in rows], width) == above


@pytest.mark.parametrize(
    ("second", "headings", "used"),
    [
        # Each column below the heading has one of its own.
        (["", "me", "us"], ["School", "How true?||me", "How true?||us"], 2),
        # What stands for the whole answer is no part of it.
        (
            ["", "Response", "Open-Ended Response"],
            ["School", "How true?", "How true?"],
            2,
        ),
        (["", " ", "us"], ["School", "How true?", "How true?||us"], 2),
        # Nothing below it: the second row is the first of the table.
        (["A", "", ""], ["School", "How true?", ""], 1),
        (["where", "me", "us"], ["School", "How true?||me", "How true?||us"], 2),
    ],
)
def test_a_heading_over_two_columns_is_joined_with_those_below(
    tmp_path, second, headings, used
):
    rows = [["School", "How true?", None], second, ["A", "4", "5"], ["B", "3", "2"]]
    told, out = written(tmp_path, {"Form": rows}, merged=("B1:C1",))

    assert out[0] == headings
    assert told["first_row"] == used
    assert out[-1] == ["B", "3", "2"]
    assert len(out) == 1 + 4 - used


def test_a_column_with_a_heading_only_below_takes_that_one(tmp_path):
    rows = [
        ["School", "How true?", None, None],
        [None, "me", "us", "When"],
        ["A", "4", "5", "May"],
    ]
    _, out = written(tmp_path, {"Form": rows}, merged=("B1:C1",))

    assert out[0] == ["School", "How true?||me", "How true?||us", "When"]


def test_a_heading_over_two_rows_is_no_heading_over_columns(tmp_path):
    rows = [["School", "Grade", "Asks"], [None, 4, "yes"], ["B", 5, "no"]]
    told, out = written(tmp_path, {"Form": rows}, merged=("A1:A2",))

    assert out[0] == ["School", "Grade", "Asks"]
    assert told["first_row"] == 1


def test_headings_below_a_title_may_span_columns_too(tmp_path):
    rows = [
        ["Our survey", None, None],
        ["School", "How true?", None],
        [None, "me", "us"],
        ["A", "4", "5"],
    ]
    told, out = written(tmp_path, {"Form": rows}, merged=("B2:C2", "A1:C1"))

    assert out == [["School", "How true?||me", "How true?||us"], ["A", "4", "5"]]
    assert (told["first_row"], told["above"]) == (3, 1)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        (True, "TRUE"),
        (False, "FALSE"),
        (1.0, "1"),
        (1.5, "1.5"),
        (118000000001.0, "118000000001"),
        (7, "7"),
        (datetime(2026, 10, 5), "2026-10-05"),
        (datetime(2026, 10, 5, 7, 58, 2, 400), "2026-10-05 07:58:02"),
        (date(2026, 10, 5), "2026-10-05"),
        (time(7, 58), "07:58:00"),
    ],
)
def test_a_cell_is_written_as_its_sheet_shows_it(cell, text):
    assert _text(cell) == text
