"""Rows of dots leave room for their words: at the right of a desk, above on a phone."""

from __future__ import annotations

import pytest

from components.charts.rows import Axis, Dot, DotRow, dot_rows

AXIS = Axis(0, 100, ((0, "0%"), (100, "100%")))
LONG = "How often does something in class change because of what students said?"


def name(figure, row):
    """The label of a row's name, and how many pixels above the row it stands."""
    (found,) = (
        a for a in figure["layout"]["annotations"] if a["text"].startswith(row[:20])
    )
    return found["text"], found["yshift"]


@pytest.mark.parametrize(
    ("printed", "note", "pixels"),
    [
        ("60%", "", 132),  # never less than 132
        ("60%", "79% answered", 142),  # 17 letters of 7.5 pixels, and 14 before them
        ("60 %", "a una cuarta parte", 194),
    ],
)
def test_the_words_at_the_right_have_the_room_they_need(printed, note, pixels):
    row = DotRow("Voice", (Dot(60),), printed=printed, note=note)

    assert dot_rows([row], axis=AXIS)["layout"]["margin"]["r"] == pixels


def test_on_a_phone_a_long_name_takes_two_lines_and_its_row_grows_by_one():
    short = dot_rows([DotRow("Voice", (Dot(60),))], axis=AXIS, phone=True)
    long = dot_rows([DotRow(LONG, (Dot(60),))], axis=AXIS, phone=True)

    assert name(short, "Voice") == ("Voice", 17)
    # 19 pixels a line: the middle of two lines is half a line higher.
    text, above = name(long, LONG)
    assert text.count("<br>") == 1
    assert above == 26
    # The row by one line, and the room above the first row by another.
    assert long["layout"]["height"] - short["layout"]["height"] == 38


def test_a_name_stands_over_the_upper_one_of_two_joined_marks():
    pair = DotRow("Voice", (Dot(60, 55, 65), Dot(70, 65, 75)), is_joined=True)

    assert name(dot_rows([pair], axis=AXIS, phone=True), "Voice") == ("Voice", 25)
