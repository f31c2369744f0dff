"""The days a release looks back from, the schools open on them, and who was there."""

from datetime import date

import pytest

from .drawn import District


def district():
    drawn = District()
    drawn.school("A", teachers=20, students=100)
    drawn.school("B", teachers=5, closed="2025-10-24")
    drawn.school("C", teachers=7, closed="2025-10-25")
    return drawn


def test_waves_come_in_order_with_the_day_their_window_closed():
    assert district().calendar(2).waves == (
        (0, "2024-25F", date(2024, 10, 25)),
        (1, "2024-25S", date(2025, 3, 21)),
        (2, "2025-26F", date(2025, 10, 24)),
    )


def test_published_results_have_no_windows_and_no_place_in_the_calendar():
    drawn = District(
        (("2024-25S", None, None), ("2025-26S", "2026-03-01", "2026-03-20"))
    )

    assert drawn.calendar().waves == ((1, "2025-26S", date(2026, 3, 20)),)


def test_a_school_is_open_until_the_day_before_it_closed():
    calendar = district().calendar()

    def are_open(*day):
        return calendar.open_schools(date(*day))["school_id"].tolist()

    assert are_open(2025, 10, 23) == ["A", "B", "C"]
    assert are_open(2025, 10, 24) == ["A", "C"]
    assert are_open(2025, 10, 25) == ["A"]


def test_people_are_those_of_a_school_or_of_all():
    calendar = district().calendar()

    assert calendar.people(0, "teachers", "A") == 20
    assert calendar.people(0, "teachers") == 32
    assert calendar.people(0, "students", "B") == 0
    assert calendar.people(0, "families") == 0


@pytest.mark.parametrize(
    ("counted", "wave", "found"),
    [
        # The count nearest before stands, up to two waves back.
        ({0: 10}, 0, 10), ({0: 10}, 1, 10), ({0: 10}, 2, 10), ({0: 10}, 3, 0),
        ({1: 20, 3: 40}, 3, 40), ({1: 20, 3: 40}, 2, 20), ({1: 20, 3: 40}, 0, 0),
    ],
)  # fmt: skip
def test_a_group_counted_once_a_year_keeps_its_count(counted, wave, found):
    drawn = District()
    drawn.school("A")
    for index, n in counted.items():
        drawn.row("rosters", drawn.waves[index], "A", "families", "all", None, None, n)

    assert drawn.calendar().people(wave, "families", "A") == found
    assert drawn.calendar().people(wave, "families") == found


def test_grades_of_a_roster_add_up():
    drawn = District()
    drawn.school("A")
    for band, n in (("K-5", 30), ("6-8", 12)):
        drawn.row("rosters", drawn.waves[0], "A", "students", band, None, None, n)

    assert drawn.calendar().people(0, "students", "A") == 42
