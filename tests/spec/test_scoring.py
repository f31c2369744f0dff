"""How answers become numbers.

Each golden value is printed in the specification; the paragraph there says what
it means. Rule names (E1–E7) are the specification's.
"""

import numpy as np
import pytest

from data.scoring import changes, formulas
from data.scoring.changes import Change
from data.scoring.formulas import Moments
from data.scoring.response_rates import RateBand, rate_band

# Twelve people, four items, codes 1–5, "·" a skipped item (golden value G1).
G1 = [
    "5445",
    "4344",
    "3324",
    "5555",
    "2332",
    "44·5",
    "1223",
    "4534",
    "3444",
    "5453",
    "···4",
    "2233",
]


def moments_of(answers: list[str], items: int) -> Moments:
    """Rule E1 by hand: who counts, their favourable share, their mean."""
    y, m = [], []
    for person in answers:
        codes = [int(c) for c in person if c != "·"]
        if len(codes) * 2 >= items:
            y.append(sum(c >= 4 for c in codes) / len(codes))
            m.append(sum(25 * (c - 1) for c in codes) / len(codes))
    y_, m_ = np.array(y), np.array(m)
    one = lambda x: np.array([float(x)])  # noqa: E731
    return Moments(
        one(len(y_)), one(y_.sum()), one((y_**2).sum()),
        one(m_.sum()), one((m_**2).sum()), one(items),
    )  # fmt: skip


def test_g1_one_school_from_answers_to_interval():
    moments = moments_of(G1, 4)
    share, s2 = formulas.share_and_variance(moments)
    v = formulas.variance_infer(s2, moments.n)
    size = formulas.effective_n(share, v, moments.n, k=moments.k)
    low, high = formulas.wilson(share, size)

    assert moments.n[0] == 11
    assert share[0] == pytest.approx(0.5681818, abs=1e-7)
    assert s2[0] == pytest.approx(0.1761364, abs=1e-7)
    assert np.sqrt(v[0]) == pytest.approx(0.1265401, abs=1e-7)
    assert size[0] == pytest.approx(15.3226, abs=1e-4)
    assert (100 * low[0], 100 * high[0]) == pytest.approx((33.23, 77.67), abs=0.005)


def test_g1_this_school_this_wave_knows_how_many_there_are():
    moments = moments_of(G1, 4)
    share, s2 = formulas.share_and_variance(moments)
    v = formulas.variance_desc(s2, moments.n, [20])
    size = formulas.effective_n(share, v, moments.n, eligible=[20])
    low, high = formulas.wilson(share, size)

    assert np.sqrt(v[0]) == pytest.approx(0.0848857, abs=1e-7)
    assert size[0] == pytest.approx(34.0502, abs=1e-4)
    assert (100 * low[0], 100 * high[0]) == pytest.approx((40.34, 71.91), abs=0.005)


def test_g1_the_mean_on_0_to_100():
    moments = moments_of(G1, 4)
    mean, s2 = formulas.mean_and_variance(moments)
    v = formulas.variance_infer(s2, moments.n)
    low, high = formulas.mean_interval(mean, v, moments.n)

    assert mean[0] == pytest.approx(64.9621, abs=1e-4)
    assert np.sqrt(v[0]) == pytest.approx(7.2595, abs=1e-4)
    assert (low[0], high[0]) == pytest.approx((48.79, 81.14), abs=0.005)


def test_g1b_a_school_weighted_to_its_strata():
    p, n = np.array([0.60, 0.40]), np.array([30, 40])
    found = formulas.poststratified([120, 80], n, p, p * (1 - p) * n / (n - 1))
    size = formulas.effective_n(found.share, found.variance_infer, n.sum())
    low, high = formulas.wilson(found.share, size)

    assert found.share == pytest.approx(0.52)
    assert np.sqrt(found.variance_infer) == pytest.approx(0.0629597, abs=1e-7)
    assert np.sqrt(found.variance_desc) == pytest.approx(0.0522187, abs=1e-7)
    assert found.effect == pytest.approx(1.12, abs=0.005)
    assert size == pytest.approx(62.968, abs=1e-3)
    assert (100 * low, 100 * high) == pytest.approx((39.90, 63.87), abs=0.005)


@pytest.mark.parametrize(
    ("x", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_as_newcombe_published_it(x, n, low, high):
    assert formulas.wilson(x / n, n) == pytest.approx((low, high), abs=5e-5)


def test_when_everyone_agrees_the_interval_still_has_width():
    size = formulas.effective_n(1.0, 0.0, 12.0, k=4)
    low, high = formulas.wilson(1.0, size)

    assert size == 12
    assert low < 0.8
    assert high == 1


def test_when_all_who_were_asked_agree_it_is_a_point():
    size = formulas.effective_n([1.0], [0.0], [12.0], eligible=[12])

    assert formulas.wilson([1.0], size) == (1, 1)


def test_more_answers_than_people_never_widen_or_break_the_correction():
    assert formulas.variance_desc([0.2], [30], [20])[0] == 0


def test_g2_small_schools_are_drawn_gently_toward_the_district():
    y = [48, 55, 61, 66, 72, 40]
    v = np.array([34, 35, 33, 36, 34, 37]) ** 2 / np.array([180, 150, 210, 95, 60, 14])
    found = formulas.shrink(y, v)

    assert found is not None
    assert found.tau2 == pytest.approx(85.985, abs=0.01)
    assert (found.mu, found.mu_se) == pytest.approx((58.143, 4.174), abs=0.001)
    assert found.signal == pytest.approx(
        [0.931, 0.913, 0.943, 0.863, 0.817, 0.468], abs=6e-4
    )
    assert found.estimate == pytest.approx(
        [48.705, 55.273, 60.837, 64.924, 69.463, 49.654], abs=0.002
    )


def test_fewer_than_five_schools_are_not_drawn_together():
    assert formulas.shrink([50, 60, 70, 80], [4, 4, 4, 4]) is None


def test_schools_that_cannot_be_told_apart_all_lie_on_the_mean():
    found = formulas.shrink([50.0, 50.1, 49.9, 50.0, 50.05], [25.0] * 5)

    assert found is not None
    assert found.tau2 == 0
    assert np.ptp(found.estimate) == pytest.approx(0)


def test_g3_change_words():
    d = [7.2, -3.1, 1.0, 9.5, 0.4, -6.8]
    p = [0.0027, 0.3014, 0.6494, 0.0389, 0.8415, 0.0190]

    assert changes.change_words(d, p, smallest=5, q=0.10) == [
        Change.ROSE,
        Change.UNCLEAR,
        Change.UNCLEAR,
        Change.ROSE,
        Change.UNCLEAR,
        Change.FELL,
    ]


def test_a_clear_but_small_change_is_a_small_shift():
    assert changes.change_words([4.9], [0.001], smallest=5, q=0.1) == [Change.SMALL]


def test_a_missing_wave_is_too_few_to_say_and_leaves_the_others_alone():
    words = changes.change_words([9.0, np.nan], [0.01, np.nan], smallest=5, q=0.1)

    assert words == [Change.ROSE, Change.TOO_FEW]


@pytest.mark.parametrize(
    ("rate", "group", "band"),
    [
        (80, "students", RateBand.HIGH),
        (79.9, "students", RateBand.USABLE),
        (50, "teachers", RateBand.USABLE),
        (49.9, "teachers", RateBand.LOW),
        (30, "students", RateBand.LOW),
        (29.9, "students", RateBand.NOT_REPORTED),
        (50, "families", RateBand.HIGH),
        (20, "families", RateBand.USABLE),
        (10, "families", RateBand.LOW),
        (9.9, "families", RateBand.NOT_REPORTED),
        (None, "students", RateBand.UNKNOWN),
    ],
)
def test_response_rate_bands(rate, group, band):
    assert rate_band(rate, group) is band
