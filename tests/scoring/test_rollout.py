"""What happened after schools joined, described (RO-5) and compared (RO-6).

Specification 8.4 and 9.2 to 9.5. Falls only; g is the fall in which a school joined.
"""

from datetime import date

import pandas as pd
import pytest

from data.model.rules import Rules
from data.scoring.rollout import Rollout, rollout_figures

FALLS = [0, 2, 4, 6]
MEASURE = {"indicator_id": "LX-1", "part": "scale", "form": "student_6_12"}


def said(joined, *, mean=None, missing=(), solid=FALLS, plan=None, **rules):
    """Return the figures of a district whose schools joined in the given falls.

    Cohorts are numbered by fall: 1 joined in the first fall, 0 has not.
    """
    mean = mean or (lambda school, fall: 50 + school + 2 * ((school + fall) % 3))
    rows = pd.DataFrame(
        [{**MEASURE, "wave_index": wave, "unit_id": f"S{k:02d}", "mean": float(mean(k, fall))}
         for k in range(len(joined)) for fall, wave in enumerate(FALLS, 1)
         if (k, fall) not in missing]
    )  # fmt: skip
    rollout = Rollout(
        waves=tuple((k, f"{2022 + k // 2}-{23 + k // 2}{'FS'[k % 2]}", date(2022 + (k + 1) // 2, (10, 3)[k % 2], 5))
                    for k in range(7)),
        launch={f"S{k:02d}": FALLS[g - 1] if g else None for k, g in enumerate(joined)},
        cohort={f"S{k:02d}": g for k, g in enumerate(joined)},
        solid=frozenset((*MEASURE.values(), w) for w in solid),
        plans={("LX-1", "student_6_12"): plan} if plan else {},
    )  # fmt: skip
    return list(rollout_figures(rows, rollout, Rules(**rules)))


def of(figures, indicator, part):
    return [f for f in figures if (f.indicator_id, f.part) == (indicator, part)]


def rollout_of(*waves):
    return Rollout(tuple(waves), {}, {}, frozenset(), {})


# 3.3: a season is a time of year; labels are the district's own.
@pytest.mark.parametrize(
    ("days", "season"),
    [
        (("2023-10-05", "2024-03-08", "2024-10-07", "2025-03-06", "2025-10-06"), [0, 2, 4]),
        # A year was left out.
        (("2022-10-05", "2023-03-08", "2024-10-07"), [0, 2]),
        # Trimesters.
        (("2024-09-16", "2025-01-13", "2025-05-12", "2025-09-15"), [0, 3]),
        # Five weeks late, and eight.
        (("2023-11-09", "2024-10-05"), [0, 1]),
        (("2023-11-30", "2024-10-05"), [1]),
        # Over the turn of the year.
        (("2023-12-28", "2025-01-08"), [0, 1]),
    ],
)  # fmt: skip
def test_a_season_is_told_by_days_whatever_waves_are_called(days, season):
    waves = [(k, f"Pulse {k}", date.fromisoformat(d)) for k, d in enumerate(days)]

    assert rollout_of(*waves).season() == season


def test_a_wave_whose_day_nobody_knows_stands_alone():
    assert rollout_of((0, "A", None), (1, "B", date(2024, 10, 5))).season() == [1]
    assert rollout_of((0, "A", date(2023, 10, 5)), (1, "B", None)).season() == [1]


OPEN = [2] * 3 + [3] * 4 + [4] * 2 + [0] * 4


@pytest.mark.parametrize(
    ("joined", "reasons"),
    [
        # twelve schools, two cohorts of three, three left to compare with
        ([2] * 3 + [3] * 3 + [0] * 6, set()),
        ([2] * 3 + [3] * 3 + [0] * 5, {"few_schools"}),
        ([2] * 3 + [3] * 2 + [0] * 7, {"few_cohorts"}),
        ([2] * 6 + [3] * 6, set()),  # the second is compared with until it joins
        ([2] * 5 + [3] * 5 + [0] * 2, set()),
        ([2] * 12, {"few_cohorts", "no_comparison", "short_before"}),
        ([2] * 6 + [0] * 6, {"few_cohorts", "short_before"}),
        ([3] * 6 + [0] * 6, {"few_cohorts"}),
    ],
)
def test_when_the_panel_may_open(joined, reasons):
    figures = said(joined)

    assert {f.word for f in of(figures, "RO-6", "closed")} == reasons
    assert bool(of(figures, "RO-6", "overall")) is not bool(reasons)


def test_every_fall_must_hang_together():
    assert [f.word for f in of(said(OPEN, solid=FALLS[:3]), "RO-6", "closed")] == [
        "rough_scale"
    ]


def test_a_district_may_ask_for_more_schools_than_twelve():
    assert not of(said(OPEN), "RO-6", "closed")
    closed = of(said(OPEN, did_min_schools=14), "RO-6", "closed")
    assert [f.word for f in closed] == ["few_schools"]


def test_the_strip_counts_the_schools_behind_each_drawn_point():
    # Cohort 2 joined with one fall before, cohort 3 with two, cohort 4 with three.
    behind = of(said(OPEN), "RO-6", "behind")

    assert {(f.category, f.unit_id): f.n for f in behind} == {
        ("-02", "4"): 2,
        ("-01", "3"): 4, ("-01", "4"): 2,
        ("+00", "2"): 3, ("+00", "3"): 4, ("+00", "4"): 2,
        ("+01", "2"): 3, ("+01", "3"): 4,
        ("+02", "2"): 3,
    }  # fmt: skip


def test_the_strip_and_the_table_count_the_same_schools():
    figures = said(OPEN)
    strip: dict[str, float] = {}
    for f in of(figures, "RO-6", "behind"):
        strip[f.category] = strip.get(f.category, 0) + f.n

    assert strip == {f.category: f.n for f in of(figures, "RO-6", "effect")}


def test_a_school_that_lacks_a_fall_stands_behind_no_point():
    behind = of(said(OPEN, missing={(3, 4)}), "RO-6", "behind")

    assert {f.n for f in behind if f.unit_id == "3"} == {3}


def test_fewer_than_three_schools_are_thin_and_one_alone_has_no_point():
    thin = {f.category: f for f in of(said(OPEN), "RO-6", "effect")}
    assert {c for c, f in thin.items() if f.word == "thin"} == {"-02"}
    assert thin["-02"].value is not None

    alone = said([2] * 3 + [3] * 4 + [4] + [0] * 5)
    first = {f.category: f for f in of(alone, "RO-6", "effect")}["-02"]
    assert (first.n, first.word) == (1, "thin")
    assert (first.value, first.low, first.high) == (None, None, None)


def test_both_pictures_count_in_years():
    figures = said(OPEN)

    assert [f.word for f in of(figures, "RO-5", "unit")] == ["years"]


def test_lines_start_at_the_fall_before_joining_and_count_years_from_it():
    # Every school rises by 3 a fall; cohort 3 last stood outside in fall 2.
    figures = said(OPEN, mean=lambda school, fall: 40 + 3 * fall)
    lines = {
        f.category: f.value for f in of(figures, "RO-5", "line") if f.unit_id == "3"
    }

    assert lines == {"-02": -3.0, "-01": 0.0, "+00": 3.0, "+01": 6.0}


def test_a_line_needs_three_schools_in_both_falls():
    lines = of(said(OPEN), "RO-5", "line")
    assert {f.unit_id for f in lines} == {"2", "3"}

    fewer = of(said(OPEN, missing={(0, 4)}), "RO-5", "line")
    assert {f.category for f in fewer if f.unit_id == "2"} == {"-01", "+00", "+01"}


def test_a_rise_that_all_share_is_no_difference_between_joined_and_waiting():
    figures = said(OPEN, mean=lambda school, fall: 40 + school + 3 * fall)
    (overall,) = of(figures, "RO-6", "overall")

    assert overall.value == pytest.approx(0.0)


def test_a_jump_at_joining_is_found_whatever_all_share():
    def mean(school, fall):
        joined = OPEN[school]
        return 40 + school + 3 * fall + (5 if joined and fall >= joined else 0)

    (overall,) = of(said(OPEN, mean=mean), "RO-6", "overall")
    assert overall.value == pytest.approx(5.0)
    assert (overall.n, overall.of) == (9, 13)


def test_what_would_be_found_four_times_in_five_speaks_of_the_first_point():
    figures = said(OPEN)
    (detectable,) = of(figures, "RO-6", "detectable")
    first = {f.category: f for f in of(figures, "RO-6", "effect")}["+00"]
    se = detectable.value / 2.8

    # The band is at least two standard errors either way, and fewer than six.
    assert 2 < (first.high - first.value) / se < 6


@pytest.mark.parametrize(
    ("plan", "stamp"),
    [
        (None, "exploratory"),
        (date(2023, 10, 4), "registered"),
        (date(2023, 10, 5), "exploratory"),
        (date(2024, 10, 5), "exploratory"),
    ],
)
def test_a_plan_counts_only_from_before_the_first_wave_after_joining_opened(
    plan, stamp
):
    (overall,) = of(said(OPEN, plan=plan), "RO-6", "overall")

    assert overall.word == stamp


def test_where_nobody_is_left_to_compare_with_the_wave_is_named():
    (last,) = of(said([2] * 6 + [3] * 6), "RO-6", "no_one_left")
    assert last.category == "2024-25F"

    assert not of(said(OPEN), "RO-6", "no_one_left")


def test_the_same_question_is_asked_four_other_ways():
    robust = {f.category for f in of(said(OPEN), "RO-6", "robust")}

    assert robust == {"never_joined", "planning_time", "same_cohorts", "imputed"}


def test_where_nothing_varies_no_smallest_effect_can_be_named():
    flat = said(OPEN, mean=lambda school, fall: 50.0)
    varied = said(OPEN)

    assert of(flat, "RO-6", "detectable") == []
    [least] = of(varied, "RO-6", "detectable")
    assert least.value > 0
