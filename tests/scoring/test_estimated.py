"""From sums over respondents to estimates (E1 to E5), on frames of one or two rows."""

import numpy as np
import pandas as pd
import pytest

from data.errors import ScoringError
from data.scoring import formulas
from data.scoring.response_rates import COMPARABLE, RateBand, rate_band
from data.scoring.surveys import estimated, more_than_asked


def one(
    scores, *, means=None, k=4.0, eligible=None, answered=None, group="students", **more
) -> pd.DataFrame:
    """The sums of one school: what share of questions each person favored."""
    y = np.asarray(scores, float)
    m = 100 * y if means is None else np.asarray(means, float)
    n = float(len(y))
    return pd.DataFrame(
        [{"indicator_id": "LX-1", "part": "scale", "form": "student_6_12", "wave_index": 0,
          "unit_kind": "school", "unit_id": "S0", "breakdown": "all", "category": "all",
          "schools": 1, "respondents": group, "has_mean": True, "level": "middle", "k": k,
          "n": n, "y": y.sum(), "yy": (y * y).sum(), "m": m.sum(), "mm": (m * m).sum(),
          "eligible": float(len(y) if eligible is None else eligible),
          "answered": n if answered is None else float(answered)} | more]
    )  # fmt: skip


def of(*args, **more) -> pd.Series:
    return estimated(one(*args, **more)).iloc[0]


G1 = [1, 0.75, 0.25, 1, 0, 1, 0, 0.75, 0.75, 0.75, 0]


def test_g1_eleven_people_of_twenty():
    found = of(G1, eligible=20)

    assert found["n"] == 11
    assert found["share"] == pytest.approx(56.81818)
    assert found["share_variance"] ** 0.5 == pytest.approx(0.1265401, abs=1e-7)
    assert (found["low"], found["high"]) == pytest.approx((33.23, 77.67), abs=0.005)
    assert (found["here_low"], found["here_high"]) == pytest.approx(
        (40.34, 71.91), abs=0.005
    )
    assert found["rate"] == pytest.approx(55.0)
    assert found["rate_band"] == "usable"


# --- E5


@pytest.mark.parametrize(
    ("group", "rate", "band"),
    [
        ("students", 100, "high"), ("students", 80, "high"),
        ("students", 79.99, "usable"), ("students", 50, "usable"),
        ("students", 49.99, "low"), ("students", 30, "low"),
        ("students", 29.99, "not_reported"), ("students", 0, "not_reported"),
        ("teachers", 80, "high"), ("teachers", 79.99, "usable"),
        ("teachers", 50, "usable"), ("teachers", 49.99, "low"),
        ("teachers", 30, "low"), ("teachers", 29.99, "not_reported"),
        ("families", 50, "high"), ("families", 49.99, "usable"),
        ("families", 20, "usable"), ("families", 19.99, "low"),
        ("families", 10, "low"), ("families", 9.99, "not_reported"),
        ("families", None, "unknown"),
    ],
)  # fmt: skip
def test_the_bands_of_the_response_rate_and_both_sides_of_each_edge(group, rate, band):
    assert rate_band(rate, group) == band


@pytest.mark.parametrize(
    ("answered", "asked", "band"),
    [(398, 500, "usable"), (399, 500, "usable"), (400, 500, "high")],
)
def test_a_response_rate_is_never_rounded_up_into_a_band(answered, asked, band):
    # 399 of 500 are 79.8 %: rounded they would read as 80 and pass for high.
    found = of([1.0, 0.0] * 50, eligible=asked, answered=answered)

    assert found["rate_band"] == band


def test_what_may_stand_beside_other_schools_and_waves():
    assert set(COMPARABLE) == {"high", "usable", "unknown"}
    assert {b.value for b in RateBand} - set(COMPARABLE) == {"low", "not_reported"}


@pytest.mark.parametrize(
    ("n", "answered", "asked", "is_over"),
    [(20, 20, 20, False), (20, 20, 19, True), (20, 18, 19, True), (18, 20, 19, True)],
)
def test_more_answers_than_people_asked_are_an_error_and_never_100_percent(
    n, answered, asked, is_over
):
    rows = one([1.0, 0.0] * (n // 2), eligible=asked, answered=answered)
    found, over = estimated(rows).iloc[0], more_than_asked(rows)

    assert bool(found["over_roster"]) is is_over
    assert np.isnan(found["rate"]) == is_over
    assert np.isnan(found["eligible"]) == is_over
    assert found["rate_band"] == ("unknown" if is_over else "high")
    assert len(over) == is_over
    if is_over:
        row = over.iloc[0]
        assert (row["answered"], row["eligible"]) == (20, 19)
        assert (row["form"], row["unit_id"]) == ("student_6_12", "S0")


def test_without_a_roster_there_is_no_rate_and_nothing_to_be_over():
    rows = one([1.0, 0.0], eligible=np.nan)

    assert estimated(rows)["rate_band"].iloc[0] == "unknown"
    assert more_than_asked(rows).empty


def test_more_answers_in_a_language_than_homes_that_speak_it_are_no_error():
    rows = one([1.0, 0.0] * 5, eligible=8, breakdown="language", category="es")

    assert more_than_asked(rows).empty
    assert np.isnan(estimated(rows)["rate"].iloc[0])


# --- E2 and E3


@pytest.mark.parametrize(
    ("asked", "corrected"), [(40, True), (41, False)]
)  # fmt: skip
def test_under_half_the_school_is_not_known_better_for_knowing_its_size(
    asked, corrected
):
    # 20 of 40 is half, 20 of 41 is not.
    found = of([1.0, 0.0] * 10, k=1.0, eligible=asked)

    assert (found["here_low"] > found["low"]) is np.bool_(corrected)
    assert (found["here_high"] < found["high"]) is np.bool_(corrected)


def test_where_all_answered_no_interval_without_width_is_given():
    found = of([1.0, 0.0] * 10, eligible=20)

    assert np.isnan(found["here_low"])
    assert np.isnan(found["here_high"])
    assert found["low"] < 50 < found["high"]


@pytest.mark.parametrize(
    ("everyone", "k", "low", "high"),
    [
        # n* = n at the ends: 0 of 20 and 20 of 20.
        (0.0, 4.0, 0.0, 16.11), (1.0, 4.0, 83.89, 100.0),
        # n* = n·k in the middle: as 40 of 80.
        (0.5, 4.0, 39.30, 60.70),
    ],
)  # fmt: skip
def test_twenty_who_answer_alike_are_never_certain_of_the_rest(everyone, k, low, high):
    found = of([everyone] * 20, k=k, eligible=30)

    assert (found["low"], found["high"]) == pytest.approx((low, high), abs=0.005)
    assert found["low"] <= found["here_low"] < found["here_high"] <= found["high"]
    assert found["mean_low"] < found["mean_high"]


def test_a_mean_all_agree_on_has_the_variance_of_a_softened_share():
    # x = 20, p̃ = 21/22, 100²·p̃(1 − p̃)/20 = 21.694.
    assert of([1.0] * 20)["mean_variance"] == pytest.approx(21.694, abs=1e-3)


def test_the_mean_has_students_t_and_stays_on_its_scale():
    # Four people at 0, 0, 0, 40: mean 10, SE 10, t₃ = 3.1824.
    found = of([0, 0, 0, 0.5], means=[0, 0, 0, 40])

    assert found["mean_low"] == 0.0
    assert found["mean_high"] == pytest.approx(41.824, abs=1e-3)


def test_one_answer_has_a_share_and_no_interval():
    found = of([0.5])

    assert found["share"] == 50.0
    assert np.isnan(found["mean_low"])


def test_nobody_asked_and_nobody_answered_is_no_error():
    found = of([], eligible=30)

    assert found["n"] == 0
    assert found["rate"] == 0.0
    assert np.isnan(found["share"])


def test_an_interval_without_width_is_refused_with_its_place(monkeypatch):
    monkeypatch.setattr(formulas, "wilson", lambda share, size: (share, share))

    with pytest.raises(ScoringError, match="LX-1 scale student_6_12 0 school S0"):
        of([1.0, 0.0, 1.0])
