"""Outcomes held (CU-4): the same years for all, and what the numbers could have shown.

Tables are means of an outcome in points; every school was tested with n = 400 and an SD of
8, so that the variance of one year's mean is 64/400 = 0.16.
"""

from datetime import date

import pandas as pd
import pytest
from blank import blank_warehouse

from data.model.rules import Rules
from data.scoring.outcomes import (
    Change,
    Matched,
    decidable_margin,
    dip_called,
    is_never_met,
    outcome_held,
    outcome_held_together,
)
from data.scoring.registers.calendar import Calendar
from data.scoring.registers.results import outcome_figures

YEARS = ("2020-21", "2021-22", "2022-23", "2023-24", "2024-25")
# Launched 2022 and 2024; six wait.
EARLY, LATE, WAITING = ("A1", "A2"), ("B1", "B2"), tuple(f"W{k}" for k in range(6))
LAUNCH = {**dict.fromkeys(EARLY, "2022-08-29"), **dict.fromkeys(LATE, "2024-08-26")}
# What shakes each school in each year; sums to zero over the six who wait.
SHAKE = {
    "A1": (0.2, -0.1, 0.0, 0.1, -0.2),
    "A2": (0.0, 0.1, -0.2, 0.2, 0.1),
    "B1": (0.1, 0.0, 0.2, -0.2, 0.0),
    "B2": (-0.3, 0.2, 0.0, 0.0, 0.1),
    "W0": (0.4, -0.2, 0.3, -0.4, 0.5),
    "W1": (-0.4, 0.2, -0.3, 0.4, -0.5),
    "W2": (0.2, 0.1, -0.1, 0.3, 0.1),
    "W3": (-0.2, -0.1, 0.1, -0.3, -0.1),
    "W4": (0.1, 0.3, -0.2, 0.0, 0.2),
    "W5": (-0.1, -0.3, 0.2, 0.0, -0.2),
}
AT = date(2026, 3, 28)


def means(trend: float = 0.0, **effects: float) -> dict[str, list[float]]:
    """School → mean by year; a trend for all, and effects on some in the last year."""
    return {
        school: [
            90 + shake + trend * k + (effects.get(school, 0) if k == 4 else 0)
            for k, shake in enumerate(shakes)
        ]
        for school, shakes in SHAKE.items()
    }


def found(
    table,
    *,
    margin=1.0,
    n=400,
    without=(),
    launch=LAUNCH,
    definition=None,
    direction="more",
    closed=None,
):
    connection = blank_warehouse()
    connection.execute(
        "INSERT INTO outcome_measure VALUES "
        "('att', 'Attendance', 'Asistencia', 'points', ?, ?, '2022-05-01')",
        [direction, margin],
    )
    for school, values in table.items():
        for year, mean in zip(YEARS, values, strict=True):
            if (school, year) in without:
                continue
            test = (definition or {}).get((school, year))
            connection.execute(
                "INSERT INTO outcome VALUES (?, ?, 'E', 'att', ?, ?, 8.0, ?)",
                [year, school, n, mean, test],
            )
    schools = pd.DataFrame(
        {
            "school_id": list(table),
            "level": "elementary",
            "launch_date": pd.to_datetime([launch.get(s) for s in table]),
            "closed_on": pd.to_datetime([(closed or {}).get(s) for s in table]),
        }
    )
    calendar = Calendar(((0, "2025-26S", AT),), schools, {})
    return list(outcome_figures(connection, calendar, Rules()))


def of(figures, part, *, category=None, unit="all"):
    (figure,) = [
        f
        for f in figures
        if f.part == part
        and f.unit_id == unit
        and (category is None or f.category == category)
    ]
    return figure


def numbers(figures):
    return {
        (f.part, f.unit_id, f.category): (f.value, f.low, f.high, f.word)
        for f in figures
    }


def test_a_trend_all_schools_share_changes_nothing():
    level, falling = found(means()), found(means(trend=-0.5))

    assert set(numbers(level)) == set(numbers(falling))
    for key, (*values, word) in numbers(level).items():
        *others, again = numbers(falling)[key]
        assert (again, key) == (word, key)
        assert others == [None if x is None else pytest.approx(x) for x in values]


def test_half_a_point_less_a_year_for_all_leaves_the_first_cohort_held():
    figures = found(means(trend=-0.5), margin=1.5)

    assert {of(figures, "att", unit=s).word for s in (*EARLY, *LATE)} == {"held"}
    assert of(figures, "att", category="together").word == "held"


def test_each_launch_year_is_compared_over_its_own_years():
    figures = found(means())

    # A1: 89.8 − (90.2 + 89.9)/2 = −0.25; those who wait: 0 on average.
    assert of(figures, "att", unit="A1").value == pytest.approx(-0.25)
    # B1: 90.0 − (90.2 + 89.8)/2 = 0.0.
    assert of(figures, "att", unit="B1").value == pytest.approx(0.0)
    # A1's others over 2020–22 → 2024-25: .4, −.4, −.05, .05, 0, 0: Var .065, under
    # the sampling 0.16·1.5 = .24, so ω² = 0 and SE² = .24 + .24/6 = .28.
    assert of(figures, "att", unit="A1").low == pytest.approx(
        -0.25 - 1.96 * 0.28**0.5, abs=1e-4
    )


def test_who_has_no_result_in_one_of_the_years_is_not_compared():
    table = means()
    figures = found(table, without={("W0", "2020-21")})

    assert (of(figures, "att", unit="A1").of, of(figures, "att", unit="B1").of) == (
        5,
        6,
    )

    figures = found(table, without={("W0", "2020-21"), ("W1", "2021-22")})
    assert of(figures, "att", unit="A1").word == "no_comparison"
    assert of(figures, "att", unit="B1").word == "held"
    together = of(figures, "att", category="together")
    assert (together.n, together.of) == (2, 4)


def test_who_waited_under_another_test_is_not_compared():
    figures = found(means(), definition={("W0", "2021-22"): "old"})

    assert (of(figures, "att", unit="A1").of, of(figures, "att", unit="B1").of) == (
        5,
        6,
    )


def test_two_years_before_launch_and_never_three():
    table = means()
    table["B1"][1] = 50.0  # 2021-22: three years before the launch in 2024
    assert of(found(table), "att", unit="B1").value == pytest.approx(0.0)


def test_a_year_that_ends_on_the_day_of_launch_lies_before_it():
    launch = {**LAUNCH, "A1": "2022-06-30", "A2": "2022-06-29"}
    table = means()
    table["A1"][1] += 2.0
    table["A2"][1] += 2.0

    figures = found(table, launch=launch)

    # A1: 89.8 − (90.2 + 91.9)/2; A2 has 2020-21 alone before: 90.1 − 90.0.
    assert of(figures, "att", unit="A1").value == pytest.approx(-1.25)
    assert of(figures, "att", unit="A2").value == pytest.approx(0.1)


def test_who_launches_the_day_after_the_year_is_whole_has_waited_through_it():
    launch = {**LAUNCH, "B1": "2025-07-01", "B2": "2025-06-30"}
    figures = found(means(), launch=launch)
    judged = {
        f.unit_id for f in figures if f.unit_kind == "school" and f.value is not None
    }

    assert judged == {"A1", "A2", "B2"}
    assert of(figures, "att", unit="B1").word == "not_yet"
    assert of(figures, "att", unit="A1").of == 7


def test_every_category_is_counted_and_they_add_up():
    test = {("A2", "2024-25"): "new test"}
    figures = found(means(A1=-9.0, B2=9.0), definition=test)

    assert counted(figures) == {"held": 1, "better": 1, "slipped": 1, "test_changed": 1}
    assert {f.of for f in figures if f.part == "att" and f.category == "held"} == {4}


def counted(figures):
    """Word → launched schools, those that are none left out."""
    return {
        f.category: f.value
        for f in figures
        if f.part == "att" and f.unit_kind == "district" and f.value
        and f.category != "together"
    }  # fmt: skip


# A1 and A2 launched in August 2022, B1 and B2 in August 2024; the wave closes in March
# 2026 and 2024-25 is the latest whole year.
@pytest.mark.parametrize(
    ("change", "school", "word"),
    [
        ({"without": {("A1", "2024-25")}}, "A1", "missing"),
        ({"without": {("A1", y) for y in YEARS}}, "A1", "missing"),
        (
            {"without": {("A1", "2020-21"), ("A1", "2021-22")}},
            "A1",
            "no_past",
        ),
        ({"closed": {"A1": "2026-03-28"}}, "A1", "closed"),
        (
            {"closed": {"A1": "2024-06-14"}, "without": {("A1", "2024-25")}},
            "A1",
            "closed",
        ),
        ({"launch": {**LAUNCH, "B1": "2025-08-25"}}, "B1", "not_yet"),
        ({"launch": {**LAUNCH, "B1": "2026-03-28"}}, "B1", "not_yet"),
        ({"definition": {("A1", "2024-25"): "new"}}, "A1", "test_changed"),
    ],
)
def test_a_launched_school_that_is_not_compared_is_counted_with_its_reason(
    change, school, word
):
    figures = found(means(), margin=1.5, **change)

    lone = of(figures, "att", unit=school)
    assert (lone.word, lone.value) == (word, None)
    assert counted(figures) == {"held": 3, word: 1}
    together = of(figures, "att", category="together")
    assert (together.n, together.of) == (3, 4)


def test_a_school_that_launches_after_the_wave_is_in_no_count():
    figures = found(means(), margin=1.5, launch={**LAUNCH, "B1": "2026-03-29"})

    assert counted(figures) == {"held": 3}


def test_a_school_that_closes_the_day_after_is_compared_still():
    figures = found(means(), margin=1.5, closed={"A1": "2026-03-29"})

    assert counted(figures) == {"held": 4}


def test_schools_with_too_few_students_are_counted_as_hidden():
    assert counted(found(means(), n=9)) == {"protected": 4}
    assert counted(found(means(), n=10)).get("protected") is None


def test_where_no_school_had_a_whole_year_that_is_the_word_of_the_outcome():
    figures = found(means(), launch=dict.fromkeys((*EARLY, *LATE), "2025-08-25"))

    together = of(figures, "att", category="together")
    assert (together.word, together.n, together.of) == ("not_yet", 0, 4)


def test_outcomes_are_counted_by_word_and_add_up():
    figures = found(means())
    counts = {f.category: (f.value, f.of) for f in figures if f.part == "outcomes"}

    assert counts == {
        "held": (1, 1), "better": (0, 1), "slipped": (0, 1), "unclear": (0, 1),
        "no_comparison": (0, 1), "test_changed": (0, 1), "not_yet": (0, 1),
        "missing": (0, 1), "no_past": (0, 1), "closed": (0, 1), "protected": (0, 1),
    }  # fmt: skip


def test_where_every_test_changed_the_outcome_is_still_named():
    test = {(s, "2024-25"): "new test" for s in (*EARLY, *LATE)}
    figures = found(means(), definition=test)

    together = of(figures, "att", category="together")
    assert (together.word, together.value, together.of) == ("test_changed", None, 4)
    assert together.n == 0


def test_beside_each_comparison_stands_the_dip_it_would_have_called():
    figures = found(means(), margin=0.4)

    assert of(figures, "att", unit="A1").word == "unclear"
    # margin 0.4 + 1.96·√.28.
    assert of(figures, "could_show", unit="A1").value == pytest.approx(1.437, abs=1e-3)
    assert of(figures, "could_show", unit="A1").about == "att"
    together = of(figures, "att", category="together")
    se = (together.high - together.low) / 2 / 1.96
    could = of(figures, "could_show", category="together").value
    assert could == pytest.approx(0.4 + 1.96 * se, abs=1e-5)


def test_without_a_comparison_there_is_no_dip_to_call():
    figures = found({s: v for s, v in means().items() if s not in {"W0", "W1"}})
    assert not [f for f in figures if f.part == "could_show"]


def test_a_margin_no_school_could_meet_is_flagged():
    # 1.645·√.28 = 0.8704: doing just as the others is not enough below it.
    assert (
        of(found(means(), margin=0.86), "decidable", category="school").word
        == "never_met"
    )
    assert of(found(means(), margin=0.88), "decidable", category="school").word is None


def test_before_anyone_launched_the_margin_that_can_be_decided_is_said():
    figures = found(means(), launch={})

    decides = of(figures, "decidable", category="school")
    # Ten who wait, each against nine: SE² = .24 + .24/9, times 2.4865.
    assert (decides.value, decides.n) == (pytest.approx(1.2840, abs=1e-3), 10)
    assert not [f for f in figures if f.part == "att"]


@pytest.mark.parametrize(
    ("se", "margin", "dip", "decides", "never_met"),
    [
        (1.0, 1.0, 2.959964, 2.486475, True),
        (0.5, 1.0, 1.979982, 1.243237, False),
        (0.0, 1.0, 1.0, 0.0, False),
    ],
)
def test_what_a_standard_error_can_show(se, margin, dip, decides, never_met):
    assert dip_called(se, margin) == pytest.approx(dip, abs=1e-6)
    assert decidable_margin(se) == pytest.approx(decides, abs=1e-6)
    assert is_never_met([se], margin) is never_met


def test_no_school_is_no_flag_and_the_surest_school_decides():
    assert not is_never_met([], 1.0)
    assert not is_never_met([0.5, 9.0], 1.0)
    assert is_never_met([9.0, 0.7], 1.0)


NOISELESS = [Change(0.0, 0.0)] * 5


@pytest.mark.parametrize(
    ("change", "se", "word"),
    [
        # Margin 1. Held: the one-sided bound lies above −1.
        (0.646, 1.0, "held"),
        (0.644, 1.0, "unclear"),
        # Better: held, and the two-sided lower bound lies above 0.
        (1.961, 1.0, "better"),
        (1.959, 1.0, "held"),
        # Slipped: the two-sided upper bound lies below −1.
        (-2.961, 1.0, "slipped"),
        (-2.959, 1.0, "unclear"),
        (-1.0, 0.0, "unclear"),
        (-0.999, 0.0, "held"),
        (-1.001, 0.0, "slipped"),
        (0.001, 0.0, "better"),
        (0.0, 0.0, "held"),
    ],
)
def test_the_words_on_both_sides_of_their_edges(change, se, word):
    found = outcome_held(Change(change, se**2), NOISELESS, margin=1.0)
    assert (found.word, found.se) == (word, pytest.approx(se))


@pytest.mark.parametrize(("others", "word"), [(4, "no_comparison"), (5, "held")])
def test_five_schools_to_compare_with(others, word):
    assert outcome_held(Change(0, 0), NOISELESS[:others], margin=1).word == word


def test_the_years_shock_is_what_sampling_does_not_explain():
    others = [Change(x, 0.1) for x in (-1.0, -0.5, 0.0, 0.5, 1.0)]
    # Var = .625, ω² = .525: SE² = .2 + .525·1.2 + .1/5 = .85.
    found = outcome_held(Change(0.3, 0.2), others, margin=1.0)
    assert found.se**2 == pytest.approx(0.85)
    assert (found.relative, found.compared) == (pytest.approx(0.3), 5)

    quiet = [Change(x, 0.7) for x in (-1.0, -0.5, 0.0, 0.5, 1.0)]
    # Sampling alone would move them more: ω² = 0, SE² = .2 + .7/5.
    assert outcome_held(Change(0.3, 0.2), quiet, margin=1.0).se ** 2 == pytest.approx(
        0.34
    )


def by_name(changes):
    return {f"W{k}": c for k, c in enumerate(changes)}


OTHERS = by_name(Change(x, 0.1) for x in (-1.0, -0.5, 0.0, 0.5, 1.0))


def test_one_school_together_is_the_school():
    alone = outcome_held(Change(0.3, 0.2), list(OTHERS.values()), margin=1.0)
    both = outcome_held_together([Matched("E", [Change(0.3, 0.2)], OTHERS)], margin=1.0)

    assert (both.relative, both.se, both.word) == (
        pytest.approx(alone.relative), pytest.approx(alone.se), alone.word,
    )  # fmt: skip


def test_two_schools_of_one_group_shake_apart_and_share_those_who_wait():
    group = Matched("E", [Change(0.3, 0.2), Change(-0.1, 0.4)], OTHERS)
    found = outcome_held_together([group], margin=1.0)
    # rel = .1; SE² = (.2 + .4 + 2·.525)/4 + .625/5.
    assert (found.relative, found.se**2) == (pytest.approx(0.1), pytest.approx(0.5375))
    assert found.compared == 2


def test_groups_that_share_those_who_wait_do_not_count_them_twice():
    groups = [Matched("E", [Change(0.3, 0.2)], OTHERS) for _ in range(2)]
    found = outcome_held_together(groups, margin=1.0)
    # The same five stand beside both: SE² = 2(.2 + .525)/4 + .625/5, not .625/10.
    assert found.se**2 == pytest.approx(0.4875)


def test_groups_of_two_levels_share_nobody():
    groups = [Matched(x, [Change(0.3, 0.2)], OTHERS) for x in ("E", "M")]
    found = outcome_held_together(groups, margin=1.0)
    # Each level brings its own five: SE² = 2(.2 + .525)/4 + 2·(.625/5)/4.
    assert found.se**2 == pytest.approx(0.425)


def test_sampling_is_the_least_that_those_who_wait_bring_in():
    still = by_name([Change(0.0, 0.9)] * 5)
    found = outcome_held_together([Matched("E", [Change(0.0, 0.0)], still)], margin=1.0)
    assert found.se**2 == pytest.approx(0.9 / 5)


def test_groups_count_by_their_schools_and_those_uncompared_are_left_out():
    few = by_name([Change(0.0, 0.0)] * 4)
    enough = by_name(NOISELESS)
    groups = [
        Matched("E", [Change(-3.0, 0.0)] * 9, few),
        Matched("M", [Change(0.2, 0.0)], enough),
        Matched("H", [Change(0.5, 0.0)] * 2, enough),
    ]
    found = outcome_held_together(groups, margin=1.0)
    assert (found.relative, found.compared) == (pytest.approx(0.4), 3)


@pytest.mark.parametrize("groups", [[], [Matched("E", [], OTHERS)]])
def test_nobody_launched_is_nothing_to_say(groups):
    assert outcome_held_together(groups, margin=1.0) is None


def test_less_is_better_where_the_outcome_says_so():
    table = means(A1=9.0)

    assert of(found(table), "att", unit="A1").word == "better"
    assert of(found(table, direction="less"), "att", unit="A1").word == "slipped"
    assert of(found(table), "att", unit="A1").value == pytest.approx(8.75)
    assert of(found(table, direction="less"), "att", unit="A1").value == pytest.approx(
        -8.75
    )


def test_nine_students_count_in_no_district_and_ten_do():
    nine, ten = found(means(), n=9), found(means(), n=10)

    hidden = of(nine, "att", category="together")
    assert (hidden.word, hidden.value, hidden.n, hidden.of) == ("protected", None, 0, 4)
    assert {f.least for f in nine if f.unit_kind == "school"} == {10}
    assert of(ten, "att", category="together").of == 4
