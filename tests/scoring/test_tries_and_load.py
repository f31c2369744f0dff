"""Tries (CU-3) and initiatives (NI-1): both sides of every edge, small logs."""

from datetime import date, timedelta

import pandas as pd
import pytest
from blank import blank_warehouse

from data.model.rules import Rules
from data.scoring.load import Initiative, load
from data.scoring.registers.calendar import Calendar
from data.scoring.registers.practice import load_figures, try_figures
from data.scoring.tries import Try, poisson_interval, tries

AT = date(2026, 3, 31)
ALL = frozenset({"attributes", "outcome_guard", "evidence_plan", "stop_rule"})


def ago(days):
    return AT - timedelta(days=days)


def calendar(teachers, *, closed=None, launches=None):
    """Schools with their teachers, cohort 1 for A and B, cohort 2 for the rest."""
    schools = pd.DataFrame(
        {
            "school_id": list(teachers),
            "cohort_id": [1 if s in "AB" else 2 for s in teachers],
            "closed_on": pd.to_datetime([(closed or {}).get(s) for s in teachers]),
        }
    )
    rosters = {(0, s, "teachers"): n for s, n in teachers.items()}
    return Calendar(((0, "2025-26S", AT),), schools, rosters)


# --- CU-3, arithmetic


@pytest.mark.parametrize(
    ("days", "counted"), [(0, 1), (179, 1), (180, 0), (181, 0), (-1, 0)]
)
def test_tries_of_the_last_180_days_count(days, counted):
    assert (
        tries([Try(ago(days), ALL, "running", None)], AT, teachers=20).tries == counted
    )


def test_the_rate_is_per_ten_teachers():
    log = [Try(ago(k), ALL, "running", None) for k in range(3)]
    found = tries(log, AT, teachers=20)
    # 3 tries: exact Poisson .6187 to 8.7673, times 10/20.
    assert found.rate == 1.5
    assert (found.low, found.high) == pytest.approx((0.30934, 4.38364), abs=1e-4)


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(0, 0.0, 3.68888), (1, 0.02532, 5.57164), (10, 4.79539, 18.39036)],
)
def test_the_exact_interval_of_a_count(count, low, high):
    assert poisson_interval(count) == pytest.approx((low, high), abs=1e-4)


def test_responsible_is_all_four_guardrails_and_no_fewer():
    three = ALL - {"stop_rule"}
    found = tries(
        [Try(ago(1), ALL, "running", None), Try(ago(2), three, "running", None)],
        AT,
        teachers=10,
    )
    assert found.responsible == 1
    assert found.naming == {
        "attributes": 2, "outcome_guard": 2, "evidence_plan": 2, "stop_rule": 1,
    }  # fmt: skip


def test_learned_is_closed_and_shared_beyond_the_own_team():
    log = [
        Try(ago(1), ALL, "kept", "school"),
        Try(ago(2), ALL, "adapted", "other_school"),
        Try(ago(3), ALL, "stopped", "own_team"),
        Try(ago(4), ALL, "stopped", None),
        Try(ago(5), ALL, "running", "school"),
    ]
    found = tries(log, AT, teachers=10)
    assert (found.closed, found.learned, found.stopped) == (4, 2, 2)
    assert found.results == {"kept": 1, "adapted": 1, "stopped": 2, "running": 1}


def test_no_teachers_is_nothing_and_no_try_is_a_rate_of_zero():
    assert tries([], AT, teachers=0) is None
    found = tries([], AT, teachers=10)
    assert (found.rate, found.low, found.high) == (
        0,
        0,
        pytest.approx(3.68888, abs=1e-4),
    )


# --- CU-3, from the register


@pytest.fixture
def register():
    return blank_warehouse()


def log_try(register, k, school, *, start=None, closed=None, result="running",
            stop_rule="we stop", shared=None):  # fmt: skip
    register.execute(
        "INSERT INTO try (try_id, school_id, start, closed, attributes, outcome_guard, "
        "evidence_plan, stop_rule, result, shared_with) "
        "VALUES (?, ?, ?, ?, 'voice', 'attendance', 'we look', ?, ?, ?)",
        [f"T{k}", school, start or ago(10), closed, stop_rule, result, shared],
    )


def of(figures, part, unit="all", category=""):
    found = [
        f for f in figures if (f.part, f.unit_id, f.category) == (part, unit, category)
    ]
    return found[0] if found else None


@pytest.mark.parametrize(("teachers", "is_told"), [(4, False), (5, True)])
def test_tries_of_a_school_are_told_from_five_teachers(register, teachers, is_told):
    log_try(register, 1, "A")
    found = list(try_figures(register, calendar({"A": teachers}), Rules()))
    assert (of(found, "rate", "A") is not None) is is_told


def test_three_tries_are_the_least_that_may_be_told(register):
    log_try(register, 1, "A")
    rate = of(list(try_figures(register, calendar({"A": 20}), Rules())), "rate", "A")
    assert (rate.n, rate.of, rate.least, rate.adds_up) == (1, 20, 3, True)
    assert (rate.readers, rate.is_people) == ("staff", False)


@pytest.mark.parametrize(("count", "is_share"), [(9, False), (10, True)])
def test_a_share_of_tries_is_told_from_ten(register, count, is_share):
    for k in range(count):
        log_try(register, k, "A", stop_rule="we stop" if k < 5 else "")
    found = list(try_figures(register, calendar({"A": 20}), Rules()))

    assert (of(found, "responsible", "A") is not None) is is_share
    assert (of(found, "guardrail", category="stop_rule") is not None) is is_share
    if is_share:
        share = of(found, "responsible", "A")
        # Wilson of 5/10.
        assert (share.value, share.n) == (50.0, 10)
        assert (share.low, share.high) == pytest.approx((23.659, 76.341), abs=1e-3)
        assert of(found, "guardrail", category="stop_rule").value == 50.0
        assert of(found, "guardrail", category="attributes").value == 100.0


@pytest.mark.parametrize(("count", "is_told"), [(2, False), (3, True)])
def test_what_became_of_the_districts_tries_is_told_from_three(
    register, count, is_told
):
    for k in range(count):
        log_try(register, k, "A", result="kept", closed=ago(1))
    found = list(try_figures(register, calendar({"A": 20}), Rules()))
    assert (of(found, "result", category="kept") is not None) is is_told


@pytest.mark.parametrize(
    ("closed", "result"), [(ago(0), "kept"), (ago(-1), "running"), (None, "running")]
)
def test_a_try_closed_after_the_day_still_runs_on_it(register, closed, result):
    for k in range(3):
        log_try(register, k, "A", result="kept", closed=closed)
    found = list(try_figures(register, calendar({"A": 20}), Rules()))
    assert of(found, "result", category=result).value == 3


def test_none_logged_is_a_word(register):
    log_try(register, 1, "A")
    found = list(try_figures(register, calendar({"A": 20, "B": 20}), Rules()))
    assert (of(found, "rate", "A").word, of(found, "rate", "B").word) == (
        None,
        "none_logged",
    )
    # Cohort 1 and the district: one try of forty teachers.
    assert [of(found, "rate", u).value for u in ("1", "all")] == [0.25, 0.25]


def test_nothing_is_said_before_the_first_try(register):
    log_try(register, 1, "A", start=ago(-1))
    assert list(try_figures(register, calendar({"A": 20}), Rules())) == []


def test_a_closed_schools_tries_are_in_no_count_of_today(register):
    for k in range(3):
        log_try(register, k, "A" if k else "B")
    found = list(
        try_figures(register, calendar({"A": 20, "B": 20}, closed={"B": AT}), Rules())
    )
    assert of(found, "rate", "B") is None
    assert (of(found, "rate").n, of(found, "rate").of) == (2, 20)


# --- NI-1, arithmetic


def test_g5_load_and_what_serves_the_vision():
    start = ago(400)
    found = load(
        [
            Initiative(start, None, 0.9, 6, "core"),
            Initiative(start, None, 0.5, 4, "supports"),
            Initiative(start, None, 1.0, 2, "separate"),
            Initiative(start, None, 0.3, 5, "separate"),
        ],
        AT,
    )
    assert (found.hours, found.aligned) == (
        pytest.approx(10.9), pytest.approx(0.6789, abs=1e-4),
    )  # fmt: skip
    assert (found.active, found.unmeasured) == (4, 0)


@pytest.mark.parametrize(
    ("start", "ended", "active"),
    [
        (ago(0), None, 1),
        (ago(-1), None, 0),
        (ago(9), ago(-1), 1),
        (ago(9), ago(0), 0),
    ],
)
def test_active_from_its_start_to_the_day_before_it_ended(start, ended, active):
    assert load([Initiative(start, ended, 1, 1, "core")], AT).active == active


@pytest.mark.parametrize(("days", "counted"), [(0, 1), (179, 1), (180, 0), (-1, 0)])
def test_started_and_ended_in_the_last_180_days(days, counted):
    found = load([Initiative(ago(days), None, 1, 1, "core")], AT)
    assert (found.started, found.net) == (counted, counted)
    found = load([Initiative(ago(900), ago(days), 1, 1, "core")], AT)
    assert (found.ended, found.net) == (counted, -counted)


@pytest.mark.parametrize(("share", "hours"), [(None, 5), (0.5, None)])
def test_hours_nobody_wrote_down_are_counted_and_not_guessed(share, hours):
    alone = load([Initiative(ago(9), None, share, hours, "core")], AT)
    assert (alone.hours, alone.aligned, alone.unmeasured) == (None, None, 1)
    both = load(
        [
            Initiative(ago(9), None, share, hours, "core"),
            Initiative(ago(9), None, 0.5, 4, "separate"),
        ],
        AT,
    )
    assert (both.hours, both.aligned, both.active, both.unmeasured) == (2.0, 0.0, 2, 1)


def test_no_hours_at_all_have_no_share():
    assert load([Initiative(ago(9), None, 0.0, 4, "core")], AT).aligned is None
    assert load([], AT).hours is None


# --- NI-1, from the register


def initiative(register, k, school, start, share=0.5, hours=4.0, serves="core"):
    register.execute(
        "INSERT INTO initiative (initiative_id, name, school_id, start, share_of_staff, "
        "hours, serves_pl) VALUES (?, 'x', ?, ?, ?, ?, ?)",
        [f"I{k}", school, start, share, hours, serves],
    )


def test_cohorts_and_the_district_are_means_of_open_schools(register):
    initiative(register, 1, "A", ago(300))
    initiative(register, 2, "B", ago(300), hours=8.0)
    initiative(register, 3, "", ago(10), share=1.0, hours=1.0, serves="separate")
    cal = calendar({"A": 20, "B": 20, "C": 20, "D": 20}, closed={"D": AT})
    found = list(load_figures(register, cal))

    hours = {u: of(found, "hours", u).value for u in ("A", "B", "C", "1", "2", "all")}
    assert hours == {"A": 3.0, "B": 5.0, "C": 1.0, "1": 4.0, "2": 1.0, "all": 3.0}
    assert of(found, "hours", "D") is None
    assert (of(found, "hours").n, of(found, "hours").of) == (3, 3)
    assert of(found, "aligned", "A").value == pytest.approx(200 / 3)
    assert of(found, "aligned", "B").value == 80.0
    assert (of(found, "started", "A").value, of(found, "active", "A").value) == (1, 2)


def test_schools_whose_hours_nobody_wrote_down_are_out_of_the_mean(register):
    initiative(register, 1, "A", ago(300))
    initiative(register, 2, "B", ago(300), hours=None)
    found = list(load_figures(register, calendar({"A": 20, "B": 20})))

    assert (of(found, "hours").value, of(found, "hours").n, of(found, "hours").of) == (
        2.0,
        1,
        2,
    )
    assert of(found, "hours", "B") is None
    assert of(found, "unmeasured").value == 0.5


def test_no_load_before_the_first_initiative(register):
    initiative(register, 1, "A", ago(-1))
    assert list(load_figures(register, calendar({"A": 20}))) == []


def test_a_school_that_will_close_tomorrow_still_carries_its_load(register):
    initiative(register, 1, "A", ago(400))
    initiative(register, 2, "B", ago(400))
    cal = calendar({"A": 20, "B": 20}, closed={"B": ago(-1)})
    found = list(load_figures(register, cal))

    assert of(found, "hours", "B") is not None
    assert of(found, "hours").n == 2

    shut = calendar({"A": 20, "B": 20}, closed={"B": ago(0)})
    assert of(list(load_figures(register, shut)), "hours", "B") is None
