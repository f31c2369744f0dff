"""Sections 5, 7 and 10 of the specification: both sides of every edge, as numbers.

No number here is imported from the code it judges.
"""

import numpy as np
import pytest

from data.errors import LoweredThreshold, SettingsError
from data.model.rules import Rules, rules_from
from data.scoring import formulas
from data.scoring.raters import trust
from data.scoring.reliability import agreement, gate_of, intraclass, scale_reliability
from data.scoring.translation import Difference, uniform_difference
from data.scoring.waiting import fulfilment

# --- thresholds in force (P1, E7, 8, 9.2)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("min_n_student", 10), ("min_n_staff", 5), ("min_n_principal", 5),
        ("min_n_principal_view", 10), ("min_meaningful_change", 5.0), ("bh_q", 0.10),
        ("tie_min", 3), ("half_life_days", 90.0), ("early_days", 60),
        ("did_min_schools", 12), ("rubric_shared_in_cohort", 1),
        ("cuts", (1.5, 3.0, 4.5)),
    ],
)  # fmt: skip
def test_a_district_that_sets_nothing_has_the_specifications_thresholds(setting, value):
    assert getattr(Rules(), setting) == value
    assert getattr(rules_from({}), setting) == value


@pytest.mark.parametrize(
    ("setting", "lowest"),
    [("min_n_student", 10), ("min_n_staff", 5), ("min_n_principal", 5),
     ("min_n_principal_view", 10), ("tie_min", 3)],
)  # fmt: skip
def test_a_threshold_may_be_raised_and_never_lowered(setting, lowest):
    assert getattr(rules_from({setting: str(lowest + 1)}), setting) == lowest + 1
    assert getattr(rules_from({setting: str(lowest)}), setting) == lowest
    with pytest.raises(LoweredThreshold, match=f"{setting} is {lowest - 1}"):
        rules_from({setting: str(lowest - 1)})


@pytest.mark.parametrize(
    ("group", "people"),
    [("students", 10), ("families", 10), ("teachers", 5), ("support_staff", 5),
     ("building_admins", 5)],
)  # fmt: skip
def test_how_many_people_any_estimate_of_a_group_rests_on(group, people):
    assert Rules().minimum(group) == people


@pytest.mark.parametrize(
    ("group", "setting"),
    [("students", "min_n_student"), ("families", "min_n_student"),
     ("teachers", "min_n_staff"), ("support_staff", "min_n_staff"),
     ("building_admins", "min_n_principal")],
)  # fmt: skip
def test_each_group_has_a_threshold_of_its_own(group, setting):
    assert rules_from({setting: "20"}).minimum(group) == 20
    others = {"min_n_student", "min_n_staff", "min_n_principal"} - {setting}
    assert rules_from(dict.fromkeys(others, "20")).minimum(group) < 20


@pytest.mark.parametrize(
    ("cuts", "said"),
    [("1, 2", "write three numbers"), ("a, b, c", "write three numbers"),
     ("3, 2, 4", "rising"), ("1, 2, 2", "rising"), ("2, 2, 3", "rising")],
)  # fmt: skip
def test_cuts_are_three_rising_numbers(cuts, said):
    with pytest.raises(SettingsError, match=said):
        _ = rules_from({"chorus_cuts": cuts}).cuts


def test_what_is_no_number_is_refused_with_its_name():
    with pytest.raises(SettingsError, match="setting bh_q is 'ten'"):
        rules_from({"bh_q": "ten"})


def test_settings_of_other_rooms_change_nothing_here():
    assert rules_from({"items_validated_on": "2026-01-01"}) == Rules()


# --- E2 and E3


@pytest.mark.parametrize(
    ("n", "whole", "v"),
    [(10, 40, 0.015), (10, 20, 0.01), (10, 10, 0.0), (10, 8, 0.0)],
)
def test_e2_the_correction_for_how_many_there_are(n, whole, v):
    # s² = .2: (1 − n/N)·.2/10; more answers than people count as all of them.
    assert formulas.variance_desc(0.2, n, whole) == pytest.approx(v)


@pytest.mark.parametrize(
    ("share", "variance", "n", "k", "whole", "size"),
    [
        (0.5, 0.01, 20, 4, None, 25.0),  # p(1 − p)/v
        (0.5, 0.001, 20, 4, None, 80.0),  # at most n·k
        (0.5, 0.001, 20, 4, 100, 250.0),  # no cap where the school is known
        (0.0, 0.0, 20, 4, None, 20.0),
        (1.0, 0.0, 20, 4, None, 20.0),
        (0.0, 0.0, 20, 4, 40, 40.0),  # n/(1 − n/N)
        (1.0, 0.0, 20, 4, 40, 40.0),
        (1.0, 0.0, 20, 4, 20, np.inf),
        (0.5, 0.0, 20, 4, None, 80.0),
        (0.5, 0.0, 20, 4, 40, 160.0),
    ],
)
def test_e3_how_many_people_an_interval_is_worth(share, variance, n, k, whole, size):
    with np.errstate(divide="ignore"):
        found = formulas.effective_n(
            np.array([share]), np.array([variance]), np.array([n]), k=k,
            eligible=None if whole is None else np.array([whole]),
        )  # fmt: skip
    assert found[0] == pytest.approx(size)


# --- E6


@pytest.mark.parametrize(
    ("share", "variance", "n", "favourable", "v"),
    [
        # people differ: their own variance, on 0–100
        (0.5, 0.01, 20, 10, 100.0),
        # nobody of 14: p̃ = 1/16, 10⁴·p̃(1 − p̃)/14
        (0.0, 0.0, 14, 0, 41.853),
        # all of 14: p̃ = 15/16
        (1.0, 0.0, 14, 14, 41.853),
        # all in the middle: p̃ = 8/16
        (0.5, 0.0, 14, 7, 178.571),
        # at the end with a larger variance, for example of weights: the larger
        (1.0, 0.02, 14, 14, 200.0),
    ],
)
def test_e6_the_variance_shrinkage_rests_on_is_never_smaller_than_its_floor(
    share, variance, n, favourable, v
):
    found = formulas.shrinkage_variance([share], [variance], [n], [favourable])

    assert found[0] == pytest.approx(v, abs=1e-3)


@pytest.mark.parametrize(("schools", "is_shrunk"), [(4, False), (5, True), (6, True)])
def test_e6_five_schools_are_the_fewest(schools, is_shrunk):
    found = formulas.shrink(np.linspace(40, 60, schools), np.full(schools, 9.0))

    assert (found is not None) is is_shrunk


def test_e6_intervals_are_1_96_of_what_is_left_of_doubt():
    # Equal v = 9 and y = 40, 45, 50, 55, 60: τ² = 62.5 − 9; B = 53.5/62.5 = .856.
    found = formulas.shrink([40.0, 45, 50, 55, 60], [9.0] * 5)
    sd = (0.856 * 9 + 0.144**2 * 62.5 / 5) ** 0.5

    assert found.tau2 == pytest.approx(53.5, abs=1e-3)
    assert found.signal == pytest.approx([0.856] * 5, abs=1e-5)
    assert found.estimate[0] == pytest.approx(0.856 * 40 + 0.144 * 50, abs=1e-3)
    assert found.high[0] - found.estimate[0] == pytest.approx(1.96 * sd, abs=1e-3)
    assert found.estimate[0] - found.low[0] == pytest.approx(1.96 * sd, abs=1e-3)


# --- E8


@pytest.mark.parametrize(
    ("omega", "gate"),
    [(0.95, "shown"), (0.80, "shown"), (0.70, "shown"), (0.6999, "rough"),
     (0.60, "rough"), (0.5999, "items_only"), (0.0, "items_only"), (None, "items_only")],
)  # fmt: skip
def test_e8_what_omega_allows(omega, gate):
    assert gate_of(omega) == gate


@pytest.mark.parametrize(("n", "gate"), [(99, "unknown"), (100, "shown")])
def test_e8_a_hundred_complete_cases_are_the_fewest(n, gate):
    alike = np.full((4, 4), 0.6) + 0.4 * np.eye(4)

    assert scale_reliability(alike, n).gate == gate


def test_e8_four_questions_that_correlate_with_six_tenths():
    # α = 4/3·(1 − 4/(4 + 12·.6)) = .857; equal loadings make ω the same.
    found = scale_reliability(np.full((4, 4), 0.6) + 0.4 * np.eye(4), 400)

    assert found.alpha == pytest.approx(6 / 7)
    assert found.omega == pytest.approx(6 / 7, abs=1e-4)
    assert found.alpha_low < 6 / 7 < found.alpha_high


def test_ro3_two_questions_that_correlate_with_a_half():
    # Spearman–Brown: 2·.5/1.5.
    assert scale_reliability([[1, 0.5], [0.5, 1]], 200).omega == pytest.approx(2 / 3)


def test_e8_icc_of_two_schools_of_two():
    # Scores 1, 3 and 5, 7: MSB = 2·(2² + 2²)/1 = 16, MSW = 4/2 = 2.
    found = intraclass([2, 2], [4, 12], [10, 74])

    assert (found.between, found.within) == (16.0, 2.0)
    assert found.icc1 == pytest.approx(14 / 18)
    assert found.icc2 == pytest.approx(14 / 16)


@pytest.mark.parametrize(
    ("variances", "rwg"),
    [
        ([0.0] * 6, 1.0),
        # J = 1, S̄² = .6: .7 of .7 + .3, the edge at which staff agree
        ([0.6], 0.70),
        # J = 6, S̄² = 1: 3/(3 + .5)
        ([1.0] * 6, 0.857143),
        ([0.5, 1.5], 0.666667),
        # nothing beyond chance, and beyond two it counts as two
        ([2.0] * 6, 0.0),
        ([3.0] * 6, 0.0),
    ],
)
def test_cu1_how_alike_the_people_of_a_school_answer(variances, rwg):
    assert agreement(variances) == pytest.approx(rwg, abs=1e-6)


# --- 8.4, 8.6 and 10


@pytest.mark.parametrize(
    ("alpha", "word"),
    [(1.0, "solid"), (0.80, "solid"), (0.7999, "tentative"), (0.667, "tentative"),
     (0.6669, "retrain"), (-0.2, "retrain"), (None, "unknown")],
)  # fmt: skip
def test_what_agreement_between_raters_allows(alpha, word):
    assert trust(alpha) == word


@pytest.mark.parametrize(
    ("met", "partly", "closed", "withdrawn", "share"),
    [(5, 2, 10, 0, 0.6), (5, 2, 9, 0, None), (5, 2, 12, 2, 0.6), (5, 2, 11, 2, None)],
)
def test_pp3_fulfilment_of_ten_or_more_a_half_for_partly(
    met, partly, closed, withdrawn, share
):
    assert fulfilment(met, partly, closed, withdrawn) == share


@pytest.mark.parametrize(
    ("added", "is_flagged"), [(0.0199, False), (0.02, True), (0.05, True)]
)  # fmt: skip
def test_a_question_may_work_differently_in_spanish_from_two_hundredths_on(
    added, is_flagged
):
    assert Difference(added, 0.3).is_flagged is is_flagged


@pytest.mark.parametrize(
    ("english", "spanish", "is_checked"),
    [(200, 200, True), (199, 400, False), (400, 199, False)],
)
def test_two_hundred_in_either_language_are_the_fewest(english, spanish, is_checked):
    weight = np.array([english, 0, 0, spanish, 0, 0], float)
    weight[[1, 4]] = 0
    code, rest = [1, 2, 3] * 2, [2, 4, 6] * 2
    halves = [english / 2, english / 2, 0, spanish / 2, spanish / 2, 0]
    found = uniform_difference(code, rest, [0] * 3 + [1] * 3, halves)

    assert (found is not None) is is_checked
