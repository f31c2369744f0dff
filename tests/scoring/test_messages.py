"""News on its way home (FC-1) and the shapes counted shares take."""

import numpy as np
import pandas as pd
import pytest

from data.catalogue import catalogue
from data.model.rules import Rules
from data.scoring.registers.home import language_figures, message_shares
from data.scoring.registers.shares import counted_estimates

from .drawn import District, said

STEPS = ("sent", "opened", "two_way", "login")


def district(*months, closed=None):
    """Schools A with 300 students and B with 200; rows of the register of messages."""
    drawn = District()
    drawn.school("A", students=300, launch="2024-08-26")
    drawn.school("B", students=200, cohort=2, closed=closed)
    for row in months:
        drawn.row("message", *row)
    return drawn


def reached(drawn, wave=3):
    frame = message_shares(drawn.connection, drawn.calendar())
    found = frame[frame["wave_index"] == wave]
    return {(r.school_id, r.part): (int(r.n), int(r.good)) for r in found.itertuples()}


def test_languages_add_up_and_all_who_are_enrolled_are_below_the_line():
    found = reached(
        district(
            ("2026-03", "A", "en", 200, 120, 30, 90),
            ("2026-03", "A", "es", 60, 40, 10, 21),
            ("2026-03", "B", "en", 150, 70, 20, 65),
        )
    )

    assert found == {
        ("A", "sent"): (300, 260), ("A", "opened"): (300, 160),
        ("A", "two_way"): (300, 40), ("A", "login"): (300, 111),
        ("B", "sent"): (200, 150), ("B", "opened"): (200, 70),
        ("B", "two_way"): (200, 20), ("B", "login"): (200, 65),
    }  # fmt: skip


def test_families_without_contact_data_were_sent_nothing():
    found = reached(district(("2026-03", "A", "en", 200, 120, 30, 90)))

    assert [found["B", step] for step in STEPS] == [(200, 0)] * 4


def test_the_latest_month_up_to_the_wave_counts():
    months = [
        (f"2026-{m}", "A", "en", n, 1, 1, 1)
        for m, n in (("01", 10), ("03", 30), ("04", 40))
    ]

    # The window closed in March 2026; the one before it in October 2025.
    assert reached(district(*months))["A", "sent"] == (300, 30)
    assert reached(district(*months[:1]))["A", "sent"] == (300, 10)
    assert reached(district(*months), wave=2) == {}


def test_more_messages_than_students_reach_all_students():
    found = reached(district(("2026-03", "A", "en", 310, 300, 299, 1)))

    assert [found["A", step][1] for step in STEPS] == [300, 300, 299, 1]


def test_a_school_that_had_closed_has_no_row():
    drawn = district(("2026-03", "A", "en", 9, 9, 9, 9), closed="2026-03-27")

    assert {school for school, _ in reached(drawn)} == {"A"}


def test_without_a_month_there_is_an_empty_table():
    frame = message_shares((drawn := district()).connection, drawn.calendar())

    assert frame.empty
    assert list(frame.columns) == ["part", "wave_index", "school_id", "n", "good"]


# --- by language


def by_language(*rows, **rules):
    drawn = district(*rows)
    found = language_figures(drawn.connection, drawn.calendar(), Rules(**rules))
    return [f for f in found if f.wave_index == 3]


def test_homes_are_compared_by_language_out_of_those_sent_something():
    found = by_language(
        ("2026-03", "A", "en", 200, 120, 30, 0),
        ("2026-03", "B", "en", 50, 30, 20, 0),
        ("2026-03", "A", "es", 80, 60, 10, 0),
    )

    assert said(found, "n", "least", "is_people", "is_percent") == [
        ("opened_of_sent", "all", "en", 60.0, 250, 10, True, True),
        ("two_way_of_sent", "all", "en", 20.0, 250, 10, True, True),
        ("opened_of_sent", "all", "es", 75.0, 80, 10, True, True),
        ("two_way_of_sent", "all", "es", 12.5, 80, 10, True, True),
    ]
    assert {(f.indicator_id, f.unit_kind) for f in found} == {("FC-1", "district")}


@pytest.mark.parametrize(
    ("opened", "replied", "is_said"),
    [
        (40, 10, True),
        (40, 9, False),  # nine replied
        (70, 10, True),
        (71, 10, False),  # nine did not open
        (40, 0, False),
    ],
)
def test_one_small_language_hides_them_all(opened, replied, is_said):
    found = by_language(
        ("2026-03", "A", "en", 200, 120, 30, 0),
        ("2026-03", "A", "es", 80, opened, replied, 0),
    )

    assert len(found) == (4 if is_said else 0)


def test_one_language_alone_is_no_comparison():
    assert by_language(("2026-03", "A", "en", 200, 120, 30, 0)) == []


def test_a_stricter_minimum_is_followed():
    rows = (
        ("2026-03", "A", "en", 200, 120, 30, 0),
        ("2026-03", "A", "es", 80, 40, 19, 0),
    )

    assert len(by_language(*rows, min_n_student=19)) == 4
    assert by_language(*rows, min_n_student=20) == []


def test_the_latest_month_is_compared_and_none_after_the_wave():
    found = by_language(
        ("2026-02", "A", "en", 100, 50, 50, 0),
        ("2026-02", "A", "es", 100, 25, 25, 0),
        ("2026-04", "A", "en", 100, 11, 11, 0),
        ("2026-04", "A", "es", 100, 11, 11, 0),
    )

    assert [f.value for f in found] == [50.0, 50.0, 25.0, 25.0]


# --- counted shares as estimates

UNITS = pd.DataFrame(
    [("A", "high", 1, 1.0), ("B", "middle", 1, 3.0), ("C", "middle", 0, np.nan)],
    columns=["school_id", "level", "cohort_id", "launch_wave"],
)
COUNTS = pd.DataFrame(
    [
        ("sent", 2, "A", 100, 80),
        ("sent", 2, "B", 50, 20),
        ("sent", 2, "C", 0, 0),
        ("sent", 3, "B", 60, 45),
    ],
    columns=["part", "wave_index", "school_id", "n", "good"],
)


def counted(counts=COUNTS):
    return counted_estimates(counts, "FC-1", catalogue().forms["family"], UNITS)


def test_schools_cohorts_launched_schools_and_the_district_are_counted():
    found = counted()[
        ["wave_index", "unit_kind", "unit_id", "n", "favourable", "schools", "level"]
    ]

    # A joined with wave 1, B joins with wave 3, C never.
    assert [tuple(None if pd.isna(x) else x for x in r) for r in found.to_numpy()] == [
        (2, "cohort", "0", 0, 0, 0, None),
        (2, "cohort", "1", 150, 100, 2, None),
        (2, "district", "all", 150, 100, 2, None),
        (2, "launched", "launched", 100, 80, 1, None),
        (2, "school", "A", 100, 80, 1, "high"),
        (2, "school", "B", 50, 20, 1, "middle"),
        (2, "school", "C", 0, 0, 0, "middle"),
        (3, "cohort", "1", 60, 45, 1, None),
        (3, "district", "all", 60, 45, 1, None),
        (3, "launched", "launched", 60, 45, 1, None),
        (3, "school", "B", 60, 45, 1, "middle"),
    ]


def test_a_count_is_a_share_with_no_interval_and_no_rate():
    found = counted().set_index(["wave_index", "unit_id"]).loc[(2, "B")]

    assert found[
        ["indicator_id", "part", "form", "respondents", "breakdown", "category"]
    ].tolist() == ["FC-1", "sent", "family", "families", "all", "all"]
    assert found[["share", "mean", "eligible"]].tolist() == [40.0, 40.0, 50.0]
    assert found[
        ["low", "high", "here_low", "here_high", "mean_low", "mean_high", "rate"]
    ].isna().all()  # fmt: skip
    assert found[["share_variance", "mean_variance"]].tolist() == [0.0, 0.0]
    assert (found["design_effect"], found["waves_pooled"]) == (1.0, 1)
    assert (found["rate_band"], found["gate"]) == ("unknown", "single")
    assert not found["over_roster"]
    assert not found["has_mean"]


def test_a_share_of_nobody_is_no_number():
    found = counted().set_index(["wave_index", "unit_id"])

    assert np.isnan(found.loc[(2, "C"), "share"])


def test_before_anyone_joined_there_are_no_launched_schools():
    found = counted(COUNTS.assign(wave_index=0))

    assert set(found["unit_kind"]) == {"school", "cohort", "district"}


def test_nothing_counted_is_nothing_said():
    assert counted(COUNTS.iloc[:0]).empty
