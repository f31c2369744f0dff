"""Who started when (RO-2): place in line when joining, in event time."""

import pytest

from data.model.rules import Rules
from data.scoring.figures import DISTRICT
from data.scoring.registers.buildings import uptake_figures

from .drawn import District, said

USES, TRIES_ONE, WATCHES = (2, 3, 0, 0), (4, 1, 1, 1), (0, 1, 1, 0)
# Opens with the second wave; the third follows.
LAUNCH = "2025-01-13"


def district(teachers=100, **schools):
    drawn = District()
    for school, launch in {"A": LAUNCH, **schools}.items():
        drawn.school(school, launch=launch, teachers=teachers)
    return drawn


def join(drawn, wave, count, *, school="A", prefix="t", levels=USES, start=0):
    for k in range(start, start + count):
        drawn.teacher(f"{prefix}{k}", school, wave, levels=levels)


def uptake(drawn, wave, **rules):
    found = uptake_figures(drawn.connection, drawn.calendar(), Rules(**rules))
    return [f for f in found if f.wave_index == wave]


def part(figures, name):
    return [f for f in figures if f.part == name]


def three_waves():
    """8 use it before launch, 10 more start with it, 20 more half a year later."""
    drawn = district()
    join(drawn, 0, 8)
    join(drawn, 1, 18)
    join(drawn, 2, 38)
    join(drawn, 2, 30, levels=WATCHES, start=38)
    return drawn


def test_the_place_in_line_is_counted_from_one_wave_before_launch():
    found = part(uptake(three_waves(), 2), "joined")

    # Places (0 + 4), (8 + 5) and (18 + 10) of 100.
    assert said(found, "word", "n", "least", "is_people", "is_percent") == [
        ("joined", "all", "-01", 8.0, "pioneers", 100, 5, True, True),
        ("joined", "all", "+00", 18.0, "pioneers", 100, 5, True, True),
        ("joined", "all", "+01", 38.0, "early_joiners", 100, 5, True, True),
    ]
    assert {(f.indicator_id, f.unit_kind, f.unit_id) for f in found} == {
        ("RO-2", *DISTRICT)
    }


def test_whoever_has_not_started_watches_whether_they_answered_or_not():
    found = part(uptake(three_waves(), 2), "category")

    assert said(found, "n", "least", "is_people") == [
        ("category", "all", "pioneers", 18.0, 100, 5, True),
        ("category", "all", "early_joiners", 20.0, 100, 5, True),
        ("category", "all", "later_joiners", 0.0, 100, 5, True),
        ("category", "all", "last_to_join", 0.0, 100, 5, True),
        ("category", "all", "watching", 62.0, 100, 5, True),
    ]


# Spec 8.4: N is all teachers of launched schools, whoever answers.
def test_a_launched_school_that_gave_no_answer_is_in_the_denominator():
    drawn = district(B=LAUNCH)
    join(drawn, 1, 20)
    join(drawn, 2, 20)
    found = uptake(drawn, 2)

    # 20 of the 100 at A and the 100 at B.
    assert [(f.value, f.n) for f in part(found, "joined")][-1] == (10.0, 200)
    assert {f.category: f.value for f in part(found, "category")}["watching"] == 90.0


def test_a_school_that_has_closed_is_in_no_count_of_today():
    drawn = district()
    drawn.school("B", launch=LAUNCH, teachers=50, closed="2025-06-13")
    for wave in (0, 1):
        join(drawn, wave, 20)
        join(drawn, wave, 10, school="B", prefix="b")
    join(drawn, 2, 20)

    # In the wave before it closed 30 of 150; after it 20 of 100.
    assert [(f.value, f.n) for f in part(uptake(drawn, 1), "joined")][-1] == (20, 150)
    assert [(f.value, f.n) for f in part(uptake(drawn, 2), "joined")][-1] == (20, 100)


def test_a_wave_says_what_was_known_by_then():
    found = uptake(three_waves(), 1)

    assert [f.value for f in part(found, "joined")] == [8.0, 18.0]
    assert {f.category: f.value for f in part(found, "category")}["watching"] == 82.0


def test_before_launch_nothing_is_said():
    assert uptake(three_waves(), 0) == []


def test_two_attributes_at_trying_it_make_an_adopter():
    drawn = district()
    join(drawn, 1, 20, levels=USES)
    join(drawn, 2, 20, levels=(2, 2, 0, 0))
    join(drawn, 2, 20, levels=TRIES_ONE, prefix="one")
    join(drawn, 2, 20, levels=(1, 1, 1, 1), prefix="plans")
    found = part(uptake(drawn, 2), "category")

    assert {f.category: f.value for f in found}["watching"] == 80.0


def test_use_long_before_launch_stands_at_the_front_of_the_line():
    drawn = district(teachers=50, A="2025-08-25")  # joins in the third wave
    join(drawn, 0, 6)  # two waves before
    join(drawn, 2, 10)
    found = part(uptake(drawn, 2), "joined")

    assert [(f.category, f.value) for f in found] == [("-01", 12.0), ("+00", 20.0)]


def test_schools_that_have_not_launched_are_neither_above_nor_below_the_line():
    drawn = district(teachers=50, W=None, L="2025-12-01")
    join(drawn, 1, 10)
    for wave in (1, 2):
        for school in "WL":
            join(drawn, wave, 30, school=school, prefix=school)
    join(drawn, 2, 10)
    found = part(uptake(drawn, 2), "joined")

    assert [(f.value, f.n) for f in found] == [(0.0, 50), (20.0, 50), (20.0, 50)]


def test_teachers_no_key_links_are_in_no_category():
    drawn = district()
    join(drawn, 1, 20, prefix="first")
    join(drawn, 2, 20, prefix="second")

    assert uptake(drawn, 2) == []


def test_without_any_answer_nothing_is_said():
    assert uptake(district(), 2) == []


@pytest.mark.parametrize(("teachers", "is_said"), [(5, True), (4, False)])
def test_five_teachers_are_the_fewest(teachers, is_said):
    drawn = district(teachers=teachers)
    for wave in (1, 2):
        join(drawn, wave, 4)

    assert bool(uptake(drawn, 2)) is is_said


@pytest.mark.parametrize(
    ("stopped", "value", "n"), [(0, 0.0, 100), (4, 4.0, 0), (5, 5.0, 100)]
)
def test_who_paused_is_shown_from_five_people_on(stopped, value, n):
    drawn = district()
    join(drawn, 1, 30)
    join(drawn, 2, stopped, levels=WATCHES)
    join(drawn, 2, 30 - stopped, start=stopped)
    [found] = part(uptake(drawn, 2), "paused")

    assert (found.value, found.n, found.least) == (value, n, 5)
    assert (found.is_people, found.is_percent) == (True, True)


def test_who_paused_and_came_back_has_not_paused():
    drawn = district()
    join(drawn, 1, 30)
    join(drawn, 2, 30, levels=WATCHES)
    join(drawn, 3, 30)
    [found] = part(uptake(drawn, 3), "paused")

    assert found.value == 0.0


def shown(joined):
    """Return the categories shown where so many of 100 joined at each event."""
    drawn = district()
    total = 0
    for wave, count in enumerate(joined, 1):
        total += count
        join(drawn, wave, total)
    join(drawn, 3, 1, levels=WATCHES, prefix="linked")
    join(drawn, 2, 1, levels=WATCHES, prefix="linked")
    return {f.category: f.value for f in part(uptake(drawn, 3), "category") if f.n}


@pytest.mark.parametrize(
    ("joined", "categories"),
    [
        # 20 pioneers (place .10), 20 early joiners (.30).
        ((20, 20), {"pioneers": 20, "early_joiners": 20, "watching": 60}),
        # 5 are enough, 4 are not; the smallest of the others covers for them.
        ((30, 5), {"pioneers": 30, "early_joiners": 5, "watching": 65}),
        ((30, 4), {"watching": 66}),
        # 4 pioneers: watching covers, since it is all there is besides.
        ((4, 0), {}),
        # 96 of 100 joined: those who did not are too few, and so is what covers.
        ((96, 0), {}),
    ],
)
def test_small_categories_are_hidden_and_covered_for(joined, categories):
    empty = dict.fromkeys(
        ("pioneers", "early_joiners", "later_joiners", "last_to_join", "watching"), 0
    )
    found = {k: v for k, v in shown(joined).items() if v != empty[k]}

    assert found == pytest.approx(categories)


def test_a_roster_that_is_too_short_never_shows_more_than_all():
    drawn = district(teachers=10)
    join(drawn, 1, 8)
    join(drawn, 2, 14)
    found = uptake(drawn, 2)

    assert [f.value for f in part(found, "joined")] == [0.0, 80.0, 100.0]
    assert {f.category: f.value for f in part(found, "category")}["watching"] == 0.0


HALF_YEARS = [
    (f"{fall}-{fall - 1999}{season}", f"{day}-05", f"{day}-25")
    for fall in range(2020, 2024)
    for season, day in (("F", f"{fall}-10"), ("S", f"{fall + 1}-03"))
][:7]

BASS = (11, 31, 61, 99, 136, 164, 181)


@pytest.mark.parametrize(
    ("cumulative", "is_drawn"),
    [
        # 200 · (1 − e^(−.74t))/(1 + 17.5·e^(−.74t)): a Bass curve of p = .04, q = .7.
        (BASS, True),
        # Half of them are not more than half.
        ((5, 12, 23, 37, 55, 76, 100), False),
        ((5, 12, 23, 37, 55, 76, 101), True),
    ],
)
def test_the_s_curve_describes_six_events_in_which_half_joined(cumulative, is_drawn):
    drawn = District(HALF_YEARS)
    drawn.school("A", launch="2020-12-01", teachers=200)
    # The first wave lies before launch: events −1 to 5.
    for wave, n in enumerate(cumulative):
        drawn.connection.execute(
            """INSERT INTO responses
               SELECT 1000 * $1 + k, 1, $2, 'teacher', 't' || k, 'A', NULL, NULL, 'en',
                 true FROM range($3) r(k)""",
            [wave, drawn.waves[wave], n],
        )
    drawn.connection.execute(
        "INSERT INTO answers SELECT response_no, item_no, 2 FROM responses, items "
        "WHERE item_id IN ('T.UP.VO', 'T.UP.CC')"
    )
    figures = [f for f in uptake(drawn, 6) if f.part.startswith("bass")]
    found = {f.part: f.value for f in figures}

    assert set(found) == ({"bass_p", "bass_q", "bass_peak"} if is_drawn else set())
    assert {(f.unit_kind, f.unit_id) for f in figures} <= {("district", "all")}
    if cumulative == BASS:
        assert (found["bass_p"], found["bass_q"]) == pytest.approx(
            (0.04, 0.7), abs=0.005
        )
        # ln(.7/.04)/.74
        assert found["bass_peak"] == pytest.approx(3.868, abs=0.05)
