"""Charts as tables of marks: each can be checked against the rows by hand."""

import copy

import pytest
from marks import drawn, table

from components.charts.adoption import StageRow, stage_bars
from components.charts.caterpillar import Row, caterpillar
from components.charts.spread import SpreadPoint, spread
from components.charts.trends import Line, Point, trend
from components.words import speaker
from data.model.cell import Status
from data.model.waves import Wave

SAY = speaker("en")
WAVES = tuple(
    Wave(year, spring=spring) for year in (2024, 2025) for spring in (False, True)
)


def caterpillar_of_three():
    """Two schools of cohort 1, the second with few answers; one withheld in cohort 2."""
    return caterpillar(
        SAY,
        [
            Row(1, "Alder", Status.SHOWN, 60.0, 55.0, 65.0, "60%", "40–99"),
            Row(1, "Birch", Status.SHOWN, 48.0, 40.0, 56.0, "48%", "10–19", is_low=True),
            Row(2, "Cedar", Status.PROTECTED, None, None, None, "", "", "Hidden"),
        ],
        district=None,
        axis=(35, 85),
        heading="n",
    )  # fmt: skip


def test_a_school_is_a_dot_with_its_interval_few_answers_are_open_without_one():
    """A cohort's heading is 1.75 rows high; a dot stands in the middle of its row."""
    assert drawn(caterpillar_of_three()) == table("""
        hatch    | y 6      | 35–85 |        |
        interval | y 2.25   | 55–65 |        |
        dot      | 60, 2.25 |       | filled | Alder: 60% · 40–99
        dot      | 48, 3.25 |       | open   | Birch: 48% · 10–19
    """)


def test_a_cohort_is_dotted_and_open_until_its_students_began():
    line = Line(
        "Cohort 1",
        1,
        [Point(0, 50.0, 46.0, 54.0), Point(1, 52.0, 47.0, 57.0), Point(2, 58.0, 53.0, 63.0), Point(3, 61.0)],
        start=2,
    )  # fmt: skip
    figure = trend(SAY, [line], waves=WAVES, axis=(40, 70))

    # The solid line sets out from the last wave before; the last has no interval.
    assert drawn(figure) == table("""
        line     | 0, 50 → 1, 52         |       | dotted |
        line     | 1, 52 → 2, 58 → 3, 61 |       | solid  |
        interval | x 0                   | 46–54 |        |
        interval | x 1                   | 47–57 |        |
        interval | x 2                   | 53–63 |        |
        dot      | 0, 50                 |       | open   | Cohort 1, fall 2024: 50%
        dot      | 1, 52                 |       | open   | Cohort 1, spring 2025: 52%
        dot      | 2, 58                 |       | filled | Cohort 1, fall 2025: 58%
        dot      | 3, 61                 |       | filled | Cohort 1, spring 2026: 61%
    """)


def test_those_who_wait_are_dotted_and_open_throughout():
    line = Line("Waiting", 0, [Point(0, 50.0), Point(1, 51.0)])

    assert drawn(trend(SAY, [line], waves=WAVES, axis=(40, 70))) == table("""
        line | 0, 50 → 1, 51 | | dotted |
        dot  | 0, 50         | | open   | Waiting, fall 2024: 50%
        dot  | 1, 51         | | open   | Waiting, spring 2025: 51%
    """)


def spread_of_two():
    points = [SpreadPoint(0, 10, 30, 50, 70, 90), SpreadPoint(2, 20, 35, 55, 75, 95)]
    return spread(SAY, points, waves=WAVES, words=("middle", "half", "eight in ten"))


def test_eight_schools_in_ten_lie_behind_the_middle_half_and_the_middle_school():
    assert drawn(spread_of_two()) == table("""
        band | x 0           | 10–90 |        |
        band | x 2           | 20–95 |        |
        band | x 0           | 30–70 |        |
        band | x 2           | 35–75 |        |
        line | 0, 50 → 2, 55 |       | solid  |
        dot  | 0, 50         |       | filled | fall 2024: 50%
        dot  | 2, 55         |       | filled | fall 2025: 55%
    """)


def test_a_stage_with_no_school_has_no_bar_and_a_withheld_wave_is_hatched_whole():
    figure = stage_bars(
        [StageRow(0, (3, 1, 0, 0, 0), "fall"), StageRow(1, None, "spring"), StageRow(2, (0, 1, 0, 2, 1), "later")],
        axis={"range": [-1, 3]},
        start=None,
        start_word="begins",
        hidden_words="hidden",
        schools=4,
    )  # fmt: skip

    # Stage 0 first, and level 4 on top of what stands there.
    assert drawn(figure) == table("""
        bar   | x 0 | 0–3 | | fall
        bar   | x 0 | 0–1 | | fall
        bar   | x 2 | 0–1 | | later
        bar   | x 2 | 0–2 | | later
        bar   | x 2 | 0–1 | | later
        hatch | x 1 | 0–4 | |
    """)


def exchanged(figure):
    """Open dots filled, and filled ones open."""
    marker = figure["data"][-1]["marker"]
    marker["color"], marker["line"]["color"] = marker["line"]["color"], marker["color"]


def without_height(figure):
    """Intervals from the lower end to the lower end."""
    (bars,) = (t for t in figure["data"] if None in t["x"])
    bars["x"] = [bars["x"][0], bars["x"][0], None]


def from_the_lowest_tenth(figure):
    """The middle half drawn from where eight in ten begin."""
    tenth, quarter = figure["data"][0], figure["data"][1]
    quarter["y"] = [*quarter["y"][:2], *tenth["y"][2:]]


@pytest.mark.parametrize(
    ("made", "fault"),
    [
        (caterpillar_of_three, exchanged),
        (caterpillar_of_three, without_height),
        (spread_of_two, from_the_lowest_tenth),
    ],
)
def test_a_planted_fault_changes_the_table(made, fault):
    figure = made()
    spoiled = copy.deepcopy(figure)
    fault(spoiled)

    assert drawn(spoiled) != drawn(figure)
