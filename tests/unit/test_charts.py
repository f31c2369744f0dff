"""Where marks and words of a chart stand, without a browser."""

from functools import partial

import pytest

from components.charts.dots import MOST_DOTS
from components.charts.placing import Frame, Name, places
from components.charts.rows import Axis
from components.charts.scatter import Spot, scatter
from components.charts.score import Group, SchoolLine, score
from components.charts.strip import Held, strip
from components.charts.ties import Place, Tie, circle
from components.words import speaker
from data.model.waves import Wave

SAY = speaker("en")
FRAME = Frame((0, 10), (0, 100), 400, (100, 200, 20, 30))
PERCENT = Axis(0, 100, ((0, "0%"), (100, "100%")))
COUNT = "{} schools".format


def test_a_name_with_room_stands_right_of_its_line():
    (spot,) = places(FRAME, [Name(5, 50, "Cohort 1")], [[(0, 10), (5, 50)]])

    assert spot.anchor == "left"
    assert spot.shift == (12, 0)


def test_a_name_leaves_the_line_that_runs_through_its_place():
    level = [[(0, 50), (10, 50)]]
    (spot,) = places(FRAME, [Name(5, 50, "Cohort 1")], level)

    assert abs(spot.shift[1]) >= 12


def test_two_names_at_one_point_stand_apart():
    first, second = places(
        FRAME, [Name(5, 50, "Cohort 1"), Name(5, 50, "Cohort 2")], []
    )

    assert first.anchor != second.anchor or abs(first.shift[1] - second.shift[1]) >= 20


def test_a_name_at_the_edge_of_a_phone_stands_left_of_its_line():
    phone = Frame((0, 10), (0, 100), 400, (78, 16, 30, 34), phone=True)
    (spot,) = places(phone, [Name(10, 50, "Cohort 1  78")], [])

    assert spot.anchor == "right"


@pytest.mark.parametrize("schools", [MOST_DOTS, MOST_DOTS + 1])
def test_more_schools_than_dots_can_tell_apart_are_counted(schools):
    spots = [Spot(k % 10 * 10, 50, 1, f"School {k}") for k in range(schools)]
    (trace,) = scatter(spots, x=PERCENT, y=PERCENT, words=("x", "y"), count=COUNT)[
        "data"
    ]

    if schools > MOST_DOTS:
        assert sum(int(t.split()[0]) for t in trace["text"]) == schools
        assert len(trace["x"]) == 10
    else:
        assert len(trace["x"]) == schools


def test_a_strip_of_many_schools_counts_them_in_their_columns():
    words = [("held", "Held"), ("unclear", "Not clear yet")]
    dots = [Held("held", 50, 40, 60, 1, f"S{k}") for k in range(200)]
    dots += [Held("unclear", 70, 60, 80, 1, f"T{k}") for k in range(100)]
    draw = partial(strip, SAY, columns=words, axis=(0, 100), count=COUNT)
    (bar,) = draw(dots)["data"]

    assert bar["hovertext"] == ["200 schools", "100 schools"]
    # As long as schools are many, about the middle of the column.
    assert bar["x"][0] == pytest.approx(2 * bar["x"][1])
    assert bar["base"][1] + bar["x"][1] / 2 == pytest.approx(1)
    assert len(draw(dots[:50])["data"]) == 2


def test_a_large_district_is_one_line_a_cohort():
    waves = (Wave(2025, False), Wave(2025, True), Wave(2026, False))
    line = SchoolLine("Cohort 1", 1, 2, {1: 10.0, 2: 60.0})
    drawn = score(
        SAY, [Group(1, [line], ("381 schools",))], waves=waves, is_coarse=True
    )
    thickness = max(drawn["data"][1]["y"][:-1]) - min(drawn["data"][1]["y"][:-1])
    thin = score(SAY, [Group(1, [line], ("381 schools",))], waves=waves)

    assert thickness > 3 * (
        max(thin["data"][1]["y"][:-1]) - min(thin["data"][1]["y"][:-1])
    )


def test_ties_of_neighbors_stay_near_the_circle_and_far_ones_cross_it():
    around = [Place(f"S{k}", f"School {k}", 1) for k in range(12)]
    drawn = circle(around, [Tie("S0", "S1", 3), Tie("S0", "S6", 3)])["data"][0]
    first = drawn["x"].index(None)
    near = [
        (x**2 + y**2) ** 0.5
        for x, y in zip(drawn["x"][:first], drawn["y"][:first], strict=True)
    ]
    far = [
        (x**2 + y**2) ** 0.5
        for x, y in zip(
            drawn["x"][first + 1 : -1], drawn["y"][first + 1 : -1], strict=True
        )
    ]

    assert min(near) > 0.8
    assert min(far) < 0.3
