"""Two waves beside each other (E7): the ordinary movement of a school, and the word.

Specification 5, E7. Every table is small enough to be worked out on paper.
"""

import numpy as np
import pandas as pd
import pytest

from data.model.rules import Rules
from data.scoring import changes
from data.scoring.comparing import with_change

# Eight untouched schools: half rose by 6, half fell by 6.
MOVED = [6, 6, 6, 6, -6, -6, -6, -6]


def schools(before, after, *, n=60, v=4.0, **more) -> pd.DataFrame:
    """Rows of one scale in two waves a year apart, one school an entry."""
    rows = []
    for wave, means in ((0, before), (2, after)):
        for k, mean in enumerate(means):
            rows.append(
                {"indicator_id": "LX-1", "part": "scale", "form": "student_6_12",
                 "wave_index": wave, "unit_kind": "school", "unit_id": f"S{k}",
                 "breakdown": "all", "category": "all", "share": mean, "mean": mean,
                 "mean_variance": v, "n": n, "rate_band": "high", "waves_pooled": 1,
                 "gate": "shown", "has_mean": True, "respondents": "students",
                 "design_effect": 1.0, "low": 1.0, "high": 99.0} | more
            )  # fmt: skip
    return pd.DataFrame(rows)


def group(kind, unit, before, after, *, n=480, v=0.5, **more) -> pd.DataFrame:
    """The same for a group of schools."""
    one = schools([before], [after], n=n, v=v, **more)
    return one.assign(unit_kind=kind, unit_id=unit)


def units(count, launch=None, cohort=None) -> pd.DataFrame:
    launch = launch or [None] * count
    return pd.DataFrame(
        {"school_id": [f"S{k}" for k in range(count)], "cohort_id": cohort or 0,
         "launch_wave": pd.array(launch, dtype="Int64")}
    )  # fmt: skip


def said(rows, of, **rules) -> pd.DataFrame:
    """What is said of the later wave, by unit."""
    found = with_change(rows, Rules(**rules), {2: 0}, of)
    return found[found["wave_index"] == 2].set_index("unit_id")


# --- ω²


def test_ordinary_movement_is_what_sampling_leaves_of_the_spread():
    # Eight changes of ±6: variance 8·36/7 = 41.14; sampling 4 + 4 = 8.
    found = changes.ordinary_movement(MOVED, [8.0] * 8, ["a"] * 8)

    assert found.variance == pytest.approx(33.142857)
    assert found.spread == pytest.approx(41.142857)
    assert found.degrees == 7


def test_schools_that_move_less_than_sampling_alone_have_no_movement_of_their_own():
    assert changes.ordinary_movement([1, -1] * 4, [8.0] * 8, ["a"] * 8).variance == 0.0


@pytest.mark.parametrize(("pairs", "known"), [(7, False), (8, True), (9, True)])
def test_eight_pairs_of_waves_are_the_fewest(pairs, known):
    found = changes.ordinary_movement(np.arange(pairs), np.ones(pairs), np.zeros(pairs))
    assert (found is not None) is known


def test_what_moved_the_whole_district_is_no_schools_own_movement():
    # Four schools rose by 10 in one pair of years, four others fell by 10 in another.
    found = changes.ordinary_movement(
        [10] * 4 + [-10] * 4, [1.0] * 8, ["a"] * 4 + ["b"] * 4
    )

    assert found.variance == 0.0
    assert found.degrees == 6


def test_eight_pairs_of_as_many_years_tell_nothing():
    assert changes.ordinary_movement([5.0] * 8, [1.0] * 8, range(8)) is None


# --- how sure a change is


@pytest.mark.parametrize(
    ("movement", "schools_", "variance", "degrees"),
    [
        # Welch: (4 + 4)² / (16/59 + 16/59) = 118.
        (None, 1, 8.0, 118.0),
        # With ω² = 33.14 of 7 degrees: 41.14² / (0.5424 + 41.14²/7) = 6.984.
        (changes.Movement(33.142857, 41.142857, 7), 1, 41.142857, 6.984),
        # Four equal schools move a quarter as much together.
        (changes.Movement(33.142857, 41.142857, 7), 4, 16.285714, 16.941),
    ],
)  # fmt: skip
def test_sampling_and_movement_add_up_and_each_brings_its_degrees(
    movement, schools_, variance, degrees
):
    found = changes.change_spread(4, 4, 60, 60, movement, schools=schools_)

    assert found.variance == pytest.approx(variance)
    assert found.degrees == pytest.approx(degrees, abs=0.001)


def test_g3_standard_errors_become_the_published_p():
    d = [7.2, -3.1, 1.0, 9.5, 0.4, -6.8]
    se = np.array([2.4, 3.0, 2.2, 4.6, 2.0, 2.9])
    p = changes.change_p_values(d, changes.Spread(se**2, np.full(6, np.inf)))

    assert p == pytest.approx(
        [0.0027, 0.3014, 0.6494, 0.0389, 0.8415, 0.0190], abs=5e-5
    )


def test_the_interval_of_a_change_is_students_t():
    # t with 10 degrees: 2.2281; standard error 3.
    spread = changes.Spread(np.array([9.0]), np.array([10.0]))

    assert changes.change_half_width(spread)[0] == pytest.approx(6.6844, abs=1e-4)


# --- words


@pytest.mark.parametrize(
    ("points", "p", "word"),
    [
        (5.0, 0.10, "rose"),
        (-5.0, 0.10, "fell"),
        (4.99, 0.10, "small"),
        (-4.99, 0.10, "small"),
        (5.0, 0.1001, "unclear"),
        (-5.0, 0.1001, "unclear"),
        (0.0, 1.0, "unclear"),
        (9.0, np.nan, "too_few"),
    ],
)
def test_a_word_needs_a_false_discovery_rate_of_ten_percent_and_five_points(
    points, p, word
):
    rules = Rules()
    found = changes.change_words(
        [points], [p], smallest=rules.min_meaningful_change, q=rules.bh_q
    )
    assert found == [word]


def test_a_family_of_ten_needs_ten_times_the_evidence_of_its_best():
    # Benjamini–Hochberg: the smallest of ten p is multiplied by ten.
    p = [0.0101] + [0.9] * 9
    assert changes.change_words([8.0] * 10, p, smallest=5, q=0.1)[0] == "unclear"
    p = [0.0099] + [0.9] * 9
    assert changes.change_words([8.0] * 10, p, smallest=5, q=0.1)[0] == "rose"


def test_a_split_of_the_district_has_a_family_of_its_own():
    # t = 6/√8 with 118 degrees: p = .036, in a family of eleven .39.
    whole = group("district", "all", 50.0, 56.0, n=60, v=4.0)
    still = [
        group("district", "all", 50.0, 50.0, n=60, v=4.0, breakdown="language", category=c)
        for c in "abcdefghij"
    ]  # fmt: skip
    found = said(pd.concat([whole, *still], ignore_index=True), units(0))

    assert list(found["change"]) == ["rose", *["unclear"] * 10]


def test_a_school_that_rises_beyond_what_schools_move_rose():
    quiet = [50.0 + x for x in (1, 1, 1, 1, -1, -1, -1, -1)]
    found = said(schools([50.0] * 9, [*quiet, 70.0]), units(9, [None] * 8 + [1]))

    assert found.loc["S8", "change"] == "rose"
    assert set(found.loc["S0":"S7", "change"]) == {"unclear"}


def test_the_same_rise_is_unclear_where_schools_move_as_much_by_themselves():
    found = said(
        schools([50.0] * 9, [50.0 + x for x in MOVED] + [60.0]),
        units(9, [None] * 8 + [1]),
    )

    assert found.loc["S8", "change"] == "unclear"
    # ±t₇·√(33.14 + 8) = 2.3657 · 6.4143 around 10.
    assert found.loc["S8", "points_low"] == pytest.approx(10 - 15.174, abs=0.005)
    assert found.loc["S8", "points_high"] == pytest.approx(10 + 15.174, abs=0.005)


@pytest.mark.parametrize(
    ("untouched", "word"), [(7, "too_early"), (8, "rose")]
)  # fmt: skip
def test_before_eight_untouched_schools_it_is_too_early_to_know(untouched, word):
    launch = [None] * untouched + [1] * (9 - untouched)
    after = [51.0, 49, 51, 49, 51, 49, 51, 49, 70.0]
    found = said(schools([50.0] * 9, after), units(9, launch))

    assert found.loc["S8", "change"] == word
    assert np.isnan(found.loc["S8", "points_low"]) == (word == "too_early")


@pytest.mark.parametrize(
    ("launch", "is_untouched"),
    [(None, True), (3, True), (2, False), (1, False), (0, False), (-3, False)],
)
def test_a_school_is_untouched_until_the_wave_in_which_its_launch_is_felt(
    launch, is_untouched
):
    # Seven waiting schools and this one: eight pairs only if it counts.
    found = said(
        schools([50.0] * 8, [51.0, 49, 51, 49, 51, 49, 51, 70.0]),
        units(8, [None] * 7 + [launch]),
    )
    assert (found.loc["S0", "change"] != "too_early") is is_untouched


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({}, "rose"),
        ({"n": 10}, "rose"),
        ({"n": 9}, "too_few"),
        ({"rate_band": "usable"}, "rose"),
        ({"rate_band": "unknown"}, "rose"),
        ({"rate_band": "low"}, "too_few"),
        ({"rate_band": "not_reported"}, "too_few"),
        ({"waves_pooled": 2}, "too_few"),
        ({"gate": "rough"}, "too_few"),
        ({"gate": "items_only"}, "too_few"),
        ({"gate": "unknown"}, "rose"),
    ],
)
def test_what_keeps_a_change_from_having_a_word(more, word):
    found = said(schools([50.0] * 8, [70.0] * 8, **more), units(8))

    assert set(found["change"]) == {word}


@pytest.mark.parametrize("wave", [0, 2])
def test_either_wave_alone_can_be_too_thin(wave):
    rows = schools([50.0] * 9, [70.0] * 9)
    rows.loc[(rows["unit_id"] == "S0") & (rows["wave_index"] == wave), "n"] = 9

    found = said(rows, units(9))
    assert found.loc["S0", "change"] == "too_few"
    assert found.loc["S1", "change"] == "rose"


def test_a_school_without_the_earlier_wave_is_too_few_not_too_early():
    rows = schools([50.0] * 9, [70.0] * 9)
    rows = rows[~((rows["unit_id"] == "S0") & (rows["wave_index"] == 0))]

    assert said(rows, units(9)).loc["S0", "change"] == "too_few"


def test_a_wave_without_a_year_before_has_no_change_at_all():
    found = with_change(schools([50.0] * 8, [70.0] * 8), Rules(), {}, units(8))

    assert set(found["change"]) == {"too_few"}
    assert found["points"].isna().all()


def test_schools_that_all_answered_alike_both_times_have_not_clearly_changed():
    # 118 answered and none favorably, twice: no variance, and yet enough to say.
    rows = schools([0.0] * 8, [0.0] * 8, n=118, v=0.0, has_mean=False)
    found = said(rows, units(8))

    assert set(found["change"]) == {"unclear"}
    # Newcombe: 0 of 118 against 0 of 118 leaves ± 3.15 points.
    assert found["points_high"].iloc[0] == pytest.approx(3.153, abs=0.002)
    assert found["points_low"].iloc[0] == pytest.approx(-3.153, abs=0.002)


def test_a_yes_or_no_question_has_newcombes_interval():
    # 56 of 70 against 48 of 80, as published: 5.24 to 33.39 points.
    rows = schools([60.0] * 8, [80.0] * 8, v=0.0, has_mean=False)
    rows["n"] = np.where(rows["wave_index"] == 2, 70, 80)
    found = said(rows, units(8))

    assert found["points_low"].iloc[0] == pytest.approx(5.24, abs=0.01)
    assert found["points_high"].iloc[0] == pytest.approx(33.39, abs=0.01)


def test_a_weighted_yes_or_no_question_counts_for_as_many_as_its_weights_leave():
    rows = schools([60.0] * 8, [80.0] * 8, v=25.0, has_mean=False, design_effect=2.0)
    rows["n"] = np.where(rows["wave_index"] == 2, 140, 160)

    assert said(rows, units(8))["points_low"].iloc[0] == pytest.approx(5.24, abs=0.01)


# --- groups of schools


def test_a_districts_change_is_as_unsure_as_its_schools_are_apart():
    # Eight equal schools, ±6 around 3: 8/7 · Σ (1/8)²·36 = 5.143; people 0.5 + 0.5.
    rows = pd.concat([
        schools([50.0] * 8, [53.0 + x for x in MOVED]),
        group("district", "all", 50.0, 53.0),
    ])  # fmt: skip
    found = said(rows.reset_index(drop=True), units(8))

    # t with 8 − 1 degrees is 2.3646.
    assert found.loc["all", "points_high"] == pytest.approx(
        3 + 2.3646 * 5.142857**0.5, abs=1e-3
    )
    assert found.loc["all", "change"] == "unclear"


def test_where_schools_move_alike_the_peoples_own_doubt_is_the_larger():
    rows = pd.concat([
        schools([50.0] * 8, [56.0] * 8), group("district", "all", 50.0, 56.0),
    ])  # fmt: skip
    found = said(rows.reset_index(drop=True), units(8))

    # √(0.5 + 0.5) and Welch's 958 degrees, a little fewer for what ω² = 0 rests on.
    assert found.loc["all", "points_high"] == pytest.approx(7.9624, abs=0.01)
    assert found.loc["all", "change"] == "rose"


@pytest.mark.parametrize(
    ("members", "word"), [(2, "too_early"), (3, "rose")]
)  # fmt: skip
def test_three_schools_are_the_fewest_a_cohort_is_sure_of_by_itself(members, word):
    rows = pd.concat([
        schools([50.0] * members, [70.0] * members, v=0.25),
        group("cohort", "1", 50.0, 70.0),
    ])  # fmt: skip
    found = said(rows.reset_index(drop=True), units(members, [1] * members, 1))

    assert found.loc["1", "change"] == word


def test_a_cohorts_doubt_is_that_of_its_own_schools():
    # Cohort 1 moves as one, cohort 2 does not.
    after = [56.0] * 4 + [66.0, 46.0, 66.0, 46.0]
    rows = pd.concat([
        schools([50.0] * 8, after), group("cohort", "1", 50.0, 56.0),
        group("cohort", "2", 50.0, 56.0),
    ])  # fmt: skip
    found = said(rows.reset_index(drop=True), units(8, [1] * 8, [1] * 4 + [2] * 4))

    assert found.loc["1", "change"] == "rose"
    assert found.loc["2", "change"] == "unclear"


def test_principals_are_one_a_school_so_their_doubt_is_the_schools():
    rows = group(
        "district", "all", 40.0, 70.0, n=30, v=9.0, respondents="building_admins"
    )

    assert said(rows, units(30)).loc["all", "change"] == "rose"


def test_launched_schools_together_are_others_every_year_and_have_no_change():
    rows = pd.concat([
        schools([50.0] * 8, [70.0] * 8), group("launched", "launched", 50.0, 70.0),
    ])  # fmt: skip
    found = said(rows.reset_index(drop=True), units(8))

    assert found.loc["launched", "change"] == "too_few"
    assert np.isnan(found.loc["launched", "points"])
