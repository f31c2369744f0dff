"""The chorus (CH-1 … CH-5): both sides of every edge, as the specification writes them."""

from datetime import date, timedelta

import pytest

from data.scoring.voices import (
    Event,
    deep_share,
    early_and_often,
    evenness,
    reach,
    reach_summary,
    sound,
    voices,
)

AT = date(2026, 3, 31)
CUTS = (1.5, 3.0, 4.5)


# --- CH-1 reach


@pytest.mark.parametrize(
    ("counts", "eligible", "low", "high"),
    [
        # One occasion: a point.
        ([50], 200, 0.25, 0.25),
        # Several: the largest is the least it can be, the sum the most.
        ([40, 60], 200, 0.30, 0.50),
        ([150, 180], 200, 0.90, 1.00),
        # Never more than all.
        ([250], 200, 1.0, 1.0),
        ([], 200, 0.0, 0.0),
        # Nobody knows how many there are.
        ([50, 60], None, None, None),
        ([50, 60], 0, None, None),
    ],
)
def test_reach_is_a_point_or_a_range(counts, eligible, low, high):
    found = reach(counts, eligible)
    assert (found.low, found.high) == (low, high)


def test_the_least_reached_is_named_where_its_range_lies_under_all_others():
    apart = reach_summary({"students": (0.33, 0.50), "teachers": (0.51, 0.51)})
    assert (apart.least, apart.value) == (("students",), (0.33, 0.50))

    over = reach_summary({"students": (0.33, 1.0), "teachers": (0.51, 0.51)})
    assert (over.least, over.value) == (("students", "teachers"), (0.33, 0.51))


def test_the_mean_is_a_range_with_both_ends_computed():
    found = reach_summary({"students": (0.2, 1.0), "teachers": (0.4, 0.5)})
    assert found.mean == pytest.approx((0.30, 0.75))


def test_evenness_of_points_is_a_point_whatever_their_level():
    found = reach_summary(dict.fromkeys("abcde", (0.05, 0.05)))
    assert found.evenness == pytest.approx((1.0, 1.0))
    assert found.value == (0.05, 0.05)


def test_evenness_of_ranges_holds_every_value_it_may_have():
    # Two groups of five: even where both are .5, ln 2/ln 5 = .430677; least where
    # one is at .1 and the other at 1: q = 1/11, 10/11: .304636/ln 5 = .189282.
    found = reach_summary({"students": (0.1, 1.0), "teachers": (0.5, 1.0)})
    assert found.evenness == pytest.approx((0.189282, 0.430677), abs=1e-5)


def test_most_even_lies_inside_the_ranges_where_no_end_is_even():
    # The other two are points at .2 and .4: between them lies the most even third.
    ends = [evenness([0.2, 0.4, x], 5) for x in (0.0, 1.0)]
    found = reach_summary({"a": (0.2, 0.2), "b": (0.4, 0.4), "c": (0.0, 1.0)})
    inside = max(evenness([0.2, 0.4, k / 1000], 5) for k in range(1001))
    assert found.evenness == pytest.approx((min(ends), inside), abs=1e-6)


def test_nobody_reached_has_no_evenness_and_no_group_no_summary():
    assert reach_summary({"a": (0.0, 0.0), "b": (0.0, 0.0)}).evenness is None
    assert reach_summary({}) is None


# --- CH-2 early and often


def heard(*days, launch=None, at=AT):
    return early_and_often(days, at, launch=launch, half_life=90, early_days=60)


@pytest.mark.parametrize(
    ("before", "timing"),
    [
        (61, "early"),
        (60, "early"),
        (59, "just_in_time"),
        (1, "just_in_time"),
        (0, "after"),
        (-1, "after"),
    ],
)
def test_early_is_sixty_days_before_launch(before, timing):
    launch = date(2025, 8, 25)
    found = heard(launch - timedelta(days=before), launch=launch)
    assert (found.lead_days, found.timing) == (before, timing)


def test_never_heard_is_never_and_rarely():
    found = heard(launch=date(2025, 8, 25))
    assert (found.timing, found.rhythm, found.often) == ("never", "rarely", 0.0)
    assert (found.lead_days, found.recency, found.freshness) == (None, None, 0.0)


@pytest.mark.parametrize(
    ("launch", "timing"), [(AT, "early"), (AT + timedelta(days=1), None), (None, None)]
)
def test_timing_is_said_once_students_began(launch, timing):
    assert heard(date(2025, 1, 5), launch=launch).timing == timing


def test_a_launch_still_ahead_has_its_days_and_no_word():
    found = heard(date(2026, 1, 1), launch=date(2026, 8, 24))
    assert (found.lead_days, found.timing) == (235, None)


@pytest.mark.parametrize(
    ("months", "often", "rhythm"),
    [
        # First heard two years ago: the window is twelve months.
        ([3], 1 / 12, "rarely"),
        ([3, 2], 2 / 12, "now_and_then"),
        ([3, 2, 1], 3 / 12, "now_and_then"),
        ([3, 2, 1, 4], 4 / 12, "often"),
    ],
)
def test_often_is_every_third_month_and_now_and_then_every_sixth(months, often, rhythm):
    days = [date(2026 if m < 4 else 2025, m, 10) for m in months]
    found = heard(date(2024, 3, 1), *days)
    assert (found.often, found.rhythm) == (pytest.approx(often), rhythm)


def test_twice_a_month_counts_once():
    found = heard(date(2024, 3, 1), date(2026, 3, 1), date(2026, 3, 30))
    assert found.often == pytest.approx(1 / 12)


def test_the_window_is_twelve_months_this_one_included():
    assert heard(date(2024, 3, 1), date(2025, 4, 1)).often == pytest.approx(1 / 12)
    assert heard(date(2024, 3, 1), date(2025, 3, 31)).often == 0.0


def test_who_heard_first_in_january_has_a_window_of_three_months():
    assert heard(date(2026, 1, 31)).often == pytest.approx(1 / 3)


def test_what_lies_ahead_has_not_been_heard():
    assert heard(AT + timedelta(days=1)).recency is None
    assert heard(AT).recency == 0


def test_freshness_halves_every_ninety_days():
    assert heard(AT - timedelta(days=90)).freshness == pytest.approx(0.5)
    assert heard(AT - timedelta(days=180)).freshness == pytest.approx(0.25)
    assert heard(AT - timedelta(days=90)).recency == 90


# --- CH-3 voices


@pytest.mark.parametrize(
    ("days", "counted"), [(0, 1), (364, 1), (365, 0), (-1, 0), (400, 0)]
)
def test_the_year_ends_on_the_day_itself(days, counted):
    found = voices([Event(AT - timedelta(days=days), ("board",))], AT, half_life=90)
    assert found.events == counted
    assert (found.effective is None) is (counted == 0)


def test_an_occasion_led_by_two_is_half_of_each_and_fades():
    found = voices(
        [
            Event(AT, ("superintendent", "board")),
            Event(AT - timedelta(days=90), ("teachers",)),
        ],
        AT,
        half_life=90,
    )
    assert found.weights == pytest.approx(
        {
            "students": 0, "families": 0, "teachers": 0.5, "building_admins": 0,
            "board": 0.5, "superintendent": 0.5,
        }
    )  # fmt: skip
    # Three alike: ln 3 of ln 6, three voices, a third the superintendent's.
    assert found.evenness == pytest.approx(0.613147, abs=1e-6)
    assert (found.effective, found.lone) == (pytest.approx(3.0), pytest.approx(1 / 3))
    assert sum(found.shares.values()) == pytest.approx(1.0)


def test_four_of_six_voices_are_not_all():
    # Silent groups lower it: ln 4/ln 6, not 1.
    assert evenness([1, 1, 1, 1, 0, 0], 6) == pytest.approx(0.7737056, abs=1e-7)
    assert evenness([3], 6) == 0.0
    assert evenness([0, 0], 6) is None


def test_six_voices_at_one_occasion_are_six():
    groups = (
        "students", "families", "teachers", "building_admins", "board",
        "superintendent",
    )  # fmt: skip
    found = voices([Event(AT, groups)], AT, half_life=90)
    assert (found.effective, found.evenness) == (
        pytest.approx(6.0), pytest.approx(1.0),
    )  # fmt: skip


def test_partners_and_support_staff_are_no_voice_of_the_six():
    assert voices([Event(AT, ("community",))], AT, half_life=90).events == 0
    found = voices([Event(AT, ("community", "board"))], AT, half_life=90)
    assert found.weights["board"] == 1.0


@pytest.mark.parametrize(
    ("effective", "word"),
    [
        (1.0, "lone_voice"),
        (1.499, "lone_voice"),
        (1.5, "few_voices"),
        (2.999, "few_voices"),
        (3.0, "growing_chorus"),
        (4.499, "growing_chorus"),
        (4.5, "chorus"),
        (6.0, "chorus"),
    ],
)
def test_the_words_for_a_number_of_voices(effective, word):
    assert sound(effective, CUTS) == word


# --- CH-5 depth


@pytest.mark.parametrize(
    ("contacts", "share"),
    [
        ({2: 10, 3: 10}, 0.5),
        ({3: 10}, 1.0),
        ({2: 10}, 0.0),
        ({1: 30, 4: 5, 5: 5}, 0.25),
        ({}, None),
        ({3: 0}, None),
    ],
)
def test_deep_is_involved_and_beyond(contacts, share):
    assert deep_share(contacts) == share
