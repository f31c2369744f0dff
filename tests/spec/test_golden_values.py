"""Golden values G4–G11 of the specification, and oracles B1, B3, B4, B7, B9–B12.

Each test is named for the value it reproduces; the numbers are printed there.
"""

from datetime import date

import networkx
import numpy as np
import pandas as pd
import pytest
from real_data import REAL_DATA, needs_real_data

from data.scoring import (
    changes,
    diffusion,
    engines,
    formulas,
    load,
    network,
    outcomes,
    raters,
    reliability,
    tries,
    voices,
    waiting,
)

ITEMS = REAL_DATA / "likert_respondents"


# --- B1


@pytest.mark.parametrize(
    ("counts", "want"),
    [
        ((56, 70, 48, 80), (0.2, 0.0524, 0.3339)),
        ((9, 10, 3, 10), (0.6, 0.1705, 0.8090)),
        ((6, 7, 2, 7), (0.5714, 0.0582, 0.8062)),
        ((5, 56, 0, 29), (0.0893, -0.0381, 0.1926)),
        ((0, 10, 0, 20), (0.0, -0.1611, 0.2775)),
        ((10, 10, 0, 20), (1.0, 0.6791, 1.0)),
    ],
)
def test_b1_newcombe_difference_of_two_shares(counts, want):
    assert changes.difference_of_shares(*counts) == pytest.approx(want, abs=5e-5)


def test_b1_a_library_agrees_on_wilson():
    from statsmodels.stats.proportion import proportion_confint

    low, high = formulas.wilson([81 / 263], [263])
    assert (low[0], high[0]) == pytest.approx(
        proportion_confint(81, 263, method="wilson"), abs=1e-7
    )
    ends = formulas.wilson([1.0, 0.0], [38, 77])
    assert ends[1][0] == pytest.approx(1.0, abs=1e-12)
    assert ends[0][1] == pytest.approx(0.0, abs=1e-12)


def test_b2_lohrs_agsrs_the_share_of_counties_under_200_000_acres():
    v = formulas.variance_desc([300 / 299 * 0.51 * 0.49], [300], [3078])
    assert np.sqrt(v[0]) == pytest.approx(0.0274650, abs=1e-7)


# --- B3


@needs_real_data
def test_b3_attitude_alpha():
    frame = pd.read_csv(ITEMS / "attitude.csv").select_dtypes("number")
    frame = frame[
        [
            c
            for c in frame
            if c
            in (
                "rating",
                "complaints",
                "privileges",
                "learning",
                "raises",
                "critical",
                "advance",
            )
        ]
    ]
    alpha = reliability.cronbach_alpha(frame.cov())
    assert alpha == pytest.approx(0.8431427695647598, abs=1e-12)
    assert reliability.feldt_interval(alpha, 30, 7) == pytest.approx(
        (0.7394, 0.9158), abs=5e-5
    )


def test_b3_feldt_counts_people_after_dropping():
    low, high = reliability.feldt_interval(0.8016949152542373, 9, 11)
    assert (low, high) == pytest.approx((0.5330, 0.9472), abs=5e-5)
    low, high = reliability.feldt_interval(0.5917188485995826, 15, 10)
    assert (low, high) == pytest.approx((0.195, 0.840), abs=5e-4)


@pytest.mark.parametrize(
    ("loadings", "omega", "alpha"),
    [
        ((0.8, 0.7, 0.6, 0.5), 0.7494456762749446, 0.7420546932742054),
        ((0.7, 0.7, 0.7, 0.7), 0.7935222672064777, 0.7935222672064777),
    ],
)
def test_b3_exact_omega(loadings, omega, alpha):
    a = np.array(loadings)
    implied = np.outer(a, a)
    np.fill_diagonal(implied, 1)
    assert reliability.mcdonald_omega(implied, 1000) == pytest.approx(omega, abs=1e-5)
    assert reliability.cronbach_alpha(implied) == pytest.approx(alpha, abs=1e-12)


@needs_real_data
def test_b3_published_reliabilities_of_the_bfi():
    """Published for the 2,800 of the `bfi` data (psych): α of five scales.

    Agreeableness .70, conscientiousness .73, extraversion .76, neuroticism .81,
    openness .60; reversed items turned first.
    """
    frame = pd.read_csv(ITEMS / "bfi.csv")
    for prefix, reversed_items, want in (
        ("A", ["A1"], 0.70),
        ("C", ["C4", "C5"], 0.73),
        ("E", ["E1", "E2"], 0.76),
        ("N", [], 0.81),
        ("O", ["O2", "O5"], 0.60),
    ):
        items = frame[[f"{prefix}{k}" for k in range(1, 6)]].astype(float)
        items[reversed_items] = 7 - items[reversed_items]
        alpha = reliability.cronbach_alpha(items.cov())
        assert round(alpha, 2) == want
        omega = reliability.mcdonald_omega(items.dropna().cov(), len(items.dropna()))
        # All items load unequally: ω lies beside α, a little above.
        assert abs(omega - alpha) < 0.03


def test_e8_the_gate():
    gates = [
        reliability.gate_of(x) for x in (0.9, 0.8, 0.75, 0.70, 0.69, 0.6, 0.59, None)
    ]
    g = reliability.Gate
    assert gates == [g.SHOWN] * 4 + [g.ROUGH] * 2 + [g.ITEMS_ONLY] * 2


def test_e8_fewer_than_a_hundred_is_not_yet_known():
    found = reliability.scale_reliability(np.eye(4), 99)
    assert found.gate is reliability.Gate.UNKNOWN
    assert found.omega is None


def test_e8_a_scale_with_one_item_has_no_reliability_and_is_shown():
    assert reliability.scale_reliability([[2.0]], 500).gate is reliability.Gate.SINGLE


def test_e8_all_answers_equal_is_no_factor():
    found = reliability.scale_reliability(np.zeros((4, 4)), 500)
    assert (found.omega, found.alpha) == (None, None)
    assert found.gate is reliability.Gate.ITEMS_ONLY


def test_e8_a_negative_residual_variance_fails():
    heywood = np.array([[1, 0.9, 0.9], [0.9, 1, 0.5], [0.9, 0.5, 1]])
    assert reliability.mcdonald_omega(heywood, 500) is None


def test_ro3_two_items_use_spearman_brown():
    found = reliability.scale_reliability([[1, 0.6], [0.6, 1]], 500)
    assert found.omega == pytest.approx(1.2 / 1.6)


# --- B4

SHROUT_FLEISS = np.array(
    [
        [9, 2, 5, 8],
        [6, 1, 3, 2],
        [8, 4, 6, 8],
        [7, 1, 2, 6],
        [10, 5, 6, 9],
        [6, 2, 4, 7],
    ]
)


def test_b4_shrout_and_fleiss():
    x = SHROUT_FLEISS.astype(float)
    found = reliability.intraclass([4] * 6, x.sum(axis=1), (x**2).sum(axis=1))
    assert (found.between, found.within) == pytest.approx(
        (11.241667, 6.263889), abs=1e-6
    )
    assert found.icc1 == pytest.approx(0.1657418, abs=1e-7)
    assert found.icc2 == pytest.approx(0.4427971, abs=1e-7)


def test_b4_a_single_school_has_no_icc():
    assert reliability.intraclass([10], [30], [100]) is None


def test_b4_agreement_in_the_companies_of_lq2002():
    # r_WG(J) of eleven items whose mean variance is s² against the uniform's 2.
    for s2, want in (
        (2.0, 0.0),
        (2.5, 0.0),
        (0.0, 1.0),
        (1.0, 11 * 0.5 / (11 * 0.5 + 0.5)),
    ):
        assert reliability.agreement([s2] * 11) == pytest.approx(want)


@needs_real_data
@pytest.mark.parametrize(
    ("name", "school", "outcome", "published"),
    [
        ("Hsb82.csv", "school", "mAch", 8.61),  # Raudenbush and Bryk 2002: 8.61
        ("Exam.csv", "school", "normexam", None),
        ("egsingle.csv", "schoolid", "math", None),
        ("ScotsSec.csv", "second", "attain", None),
        ("bdf.csv", "schoolNR", "langPOST", None),
        ("star.csv", "sch", "math", None),
    ],
)
def test_school_variance_is_that_of_the_mixed_model(name, school, outcome, published):
    """τ² of shrinkage (E6) from school means against a mixed model on every pupil.

    The two differ by how the residual variance is had: pooled, or with τ² at once.
    """
    import statsmodels.formula.api as smf

    frame = pd.read_csv(REAL_DATA / "school_multilevel" / name).dropna(subset=[outcome])
    g = frame.groupby(school)[outcome]
    n = g.size()
    within = (g.var() * (n - 1)).sum() / (n - 1).sum()
    found = formulas.shrink(g.mean()[n > 1], within / n[n > 1])
    model = smf.mixedlm(f"{outcome} ~ 1", frame, groups=frame[school]).fit(reml=True)
    assert found.tau2 == pytest.approx(float(model.cov_re.iloc[0, 0]), rel=2e-3)
    if published:
        assert found.tau2 == pytest.approx(published, abs=0.005)


AGREE = {"Strongly disagree": 1, "Disagree": 2, "Agree": 3, "Strongly agree": 4}


@needs_real_data
@pytest.mark.parametrize(
    ("block", "count", "turned", "want"),
    [
        ("ST34", 5, (), 0.8708),
        ("ST36", 5, (), 0.8776),
        ("ST24", 11, (1, 4, 6, 8, 9), 0.9195),
    ],
)
def test_pisa_2009_students_and_teachers(block, count, turned, want):
    """Reliabilities of the United States file; labels differ within it.

    "Strongly agree" in one block is "Strong agree" in another, "All lessons" is
    also "All Lessons": folded first, as the import does.
    """
    frame = pd.read_csv(ITEMS / "pisa2009_usa_items.csv", dtype=str)
    columns = sorted(c for c in frame if c.startswith(f"{block}Q"))[:count]
    assert len(columns) == count
    folded = frame[columns].apply(
        lambda c: c.str.strip().str.casefold().str.replace("strong ", "strongly ")
    )
    words = pd.unique(folded.to_numpy().ravel())
    known = {k.casefold(): v for k, v in AGREE.items()}
    if block == "ST36":
        order = ["never", "some", "most", "all"]
        known = {
            w: 1 + next(k for k, o in enumerate(order) if o in w)
            for w in words
            if isinstance(w, str)
        }
    codes = folded.apply(lambda c: c.map(known))
    for q in turned:
        name = f"{block}Q{q:02d}"
        codes[name] = 5 - codes[name]
    complete = codes.astype(float).dropna()
    assert reliability.cronbach_alpha(complete.cov()) == pytest.approx(want, abs=5e-5)


# --- B5 and B6

EXPECTANCY_Y = (
    0.03, 0.12, -0.14, 1.18, 0.26, -0.06, -0.02, -0.32, 0.27, 0.80, 0.54, 0.18, -0.02,
    0.23, -0.18, -0.06, 0.30, 0.07, -0.07,
)  # fmt: skip
EXPECTANCY_V = (
    0.0156, 0.0216, 0.0279, 0.1391, 0.1362, 0.0106, 0.0106, 0.0484, 0.0269, 0.0630,
    0.0912, 0.0497, 0.0835, 0.0841, 0.0253, 0.0279, 0.0193, 0.0088, 0.0303,
)  # fmt: skip
BCG = (
    (4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619),
    (33, 5036, 47, 5761), (180, 1361, 372, 1079), (8, 2537, 10, 619),
    (505, 87886, 499, 87892), (29, 7470, 45, 7232), (17, 1699, 65, 1600),
    (186, 50448, 141, 27197), (5, 2493, 3, 2338), (27, 16886, 29, 17825),
)  # fmt: skip


def test_b5_teacher_expectancy():
    found = formulas.shrink(EXPECTANCY_Y, EXPECTANCY_V)
    assert found.tau2 == pytest.approx(0.0188183, abs=1e-6)
    assert (found.mu, found.mu_se) == pytest.approx((0.0837012, 0.0516407), abs=1e-6)
    want = (
        0.0543, 0.1006, -0.0064, 0.2143, 0.1051, -0.0082, 0.0174, -0.0293, 0.1604,
        0.2485, 0.1617, 0.1101, 0.0646, 0.1105, -0.0288, 0.0258, 0.1905, 0.0744, 0.0248,
    )  # fmt: skip
    assert found.estimate == pytest.approx(want, abs=5e-5)
    assert (found.low[0], found.high[0]) == pytest.approx((-0.1324, 0.2411), abs=1e-4)
    assert (found.low[3], found.high[3]) == pytest.approx((-0.0533, 0.4820), abs=1e-4)


def test_b5_bcg():
    a, b, c, d = np.array(BCG, float).T
    y = np.log((a / (a + b)) / (c / (c + d)))
    found = formulas.shrink(y, 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))
    assert found.tau2 == pytest.approx(0.3132433, abs=1e-6)
    assert found.mu == pytest.approx(-0.7145323, abs=1e-6)
    want = (
        0.4492, 0.2860, 0.3727, 0.2471, 0.7502, 0.4563, 0.2882, 1.0029, 0.6024, 0.2873,
        0.7021, 0.7522, 0.8635,
    )  # fmt: skip
    assert np.exp(found.estimate) == pytest.approx(want, abs=6e-5)
    assert np.exp([found.low[0], found.high[0]]) == pytest.approx(
        (0.2012, 1.0032), abs=6e-4
    )
    assert np.exp([found.low[9], found.high[9]]) == pytest.approx(
        (0.1775, 0.4651), abs=6e-4
    )


def test_b5_eight_schools_cannot_be_told_apart():
    sigma = np.array([15, 10, 16, 11, 9, 11, 10, 18.0])
    found = formulas.shrink([28, 8, -3, 7, -1, 1, 18, 12], sigma**2)
    assert found.tau2 == 0
    assert (found.mu, found.mu_se) == pytest.approx((7.6856, 4.0719), abs=5e-5)
    assert found.estimate == pytest.approx(np.full(8, found.mu))


def test_b6_benjamini_hochberg_1995():
    p = np.array([
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240,
        0.4262, 0.5719, 0.6528, 0.7590, 1.000,
    ])  # fmt: skip
    words = changes.change_words(np.full(15, 9.0), p, smallest=5, q=0.05)
    assert words.count(changes.Change.ROSE) == 4
    at_064 = changes.change_words(np.full(15, 9.0), p, smallest=5, q=0.0639)
    assert at_064.count(changes.Change.ROSE) == 7


# --- B7 and the chorus


def test_b7_fixed_number_of_groups():
    assert voices.evenness([1, 1, 1, 1, 0, 0], 6) == pytest.approx(0.7737056, abs=1e-7)
    assert np.exp(voices.evenness([1, 2, 3, 4], 4) * np.log(4)) == pytest.approx(
        3.596115467
    )
    assert voices.evenness([1, 2, 3, 1], 4) == pytest.approx(0.9211855)
    assert round(voices.evenness([1, 1, 196, 1, 1], 5), 3) == 0.078
    assert voices.evenness([5], 6) == 0
    assert voices.evenness([0, 0], 6) is None


G4 = [
    voices.Event(date(2025, 9, 10), ("superintendent",)),
    voices.Event(date(2025, 10, 1), ("superintendent", "board")),
    voices.Event(date(2025, 11, 15), ("teachers",)),
    voices.Event(date(2026, 1, 20), ("students", "teachers", "families")),
    voices.Event(date(2026, 2, 10), ("superintendent",)),
    voices.Event(date(2026, 3, 5), ("building_admins",)),
]


def test_g4_four_point_six_of_six_voices():
    found = voices.voices(G4, date(2026, 3, 31), half_life=90)
    want = {
        "students": 0.19442, "families": 0.19442, "teachers": 0.54526,
        "building_admins": 0.81853, "board": 0.12404, "superintendent": 1.02073,
    }  # fmt: skip
    for group, weight in want.items():
        assert found.weights[group] == pytest.approx(weight, abs=5e-6)
    assert found.entropy == pytest.approx(1.5364342, abs=1e-7)
    assert found.evenness == pytest.approx(0.8575003, abs=1e-7)
    assert found.effective == pytest.approx(4.6479869, abs=1e-7)
    assert found.lone == pytest.approx(0.3523, abs=5e-5)
    assert voices.sound(found.effective, (1.5, 3, 4.5)) is voices.Sound.CHORUS


def test_ch3_no_events_is_no_number():
    found = voices.voices([], date(2026, 3, 31), half_life=90)
    assert (found.effective, found.lone, found.events) == (None, None, 0)


def test_ch3_events_before_the_window_or_after_the_day_do_not_count():
    at = date(2026, 3, 31)
    old = voices.Event(date(2025, 3, 31), ("board",))
    later = voices.Event(date(2026, 4, 1), ("board",))
    assert voices.voices([old, later], at, half_life=90).events == 0


def test_ch3_one_event_with_all_six_leads():
    one = voices.Event(date(2026, 3, 1), voices.VOICE_GROUPS)
    found = voices.voices([one], date(2026, 3, 31), half_life=90)
    assert found.effective == pytest.approx(6.0)
    assert found.events == 1


def test_ch3_support_staff_and_community_change_no_scale():
    one = voices.Event(date(2026, 3, 1), ("community",))
    assert voices.voices([one], date(2026, 3, 31), half_life=90).effective is None


def test_g4a_the_least_reached_group():
    shares = dict(
        zip(
            ("students", "families", "teachers", "building_admins", "board"),
            (0.62, 0.18, 0.91, 1.0, 0.8),
            strict=True,
        )
    )
    found = voices.reach_summary({g: (share, share) for g, share in shares.items()})
    assert (found.least, found.value) == (("families",), (0.18, 0.18))
    assert found.mean == pytest.approx((0.702, 0.702))
    assert found.evenness == pytest.approx((0.9340551, 0.9340551), abs=1e-7)


def test_ch1_head_counts_are_a_range_and_never_added_up():
    assert voices.reach([40, 60], 200) == voices.Reach(0.3, 0.5)
    assert voices.reach([150, 180], 200) == voices.Reach(0.9, 1.0)
    assert voices.reach([50], 200) == voices.Reach(0.25, 0.25)


def test_ch1_no_roster_is_no_number():
    assert voices.reach([50], None) == voices.Reach(None, None)


def test_ch2_early_just_in_time_after_never():
    launch, at = date(2025, 8, 25), date(2026, 3, 1)

    def timing(*days):
        return voices.early_and_often(
            days, at, launch=launch, half_life=90, early_days=60
        ).timing

    assert timing(date(2025, 6, 26)) is voices.Timing.EARLY
    assert timing(date(2025, 6, 27)) is voices.Timing.JUST_IN_TIME
    assert timing(date(2025, 8, 25)) is voices.Timing.AFTER
    assert timing() is voices.Timing.NEVER


def test_ch2_a_school_not_launched_has_no_lead_time():
    found = voices.early_and_often(
        [date(2026, 1, 1)], date(2026, 3, 1), launch=None, half_life=90, early_days=60
    )
    assert (found.lead_days, found.timing) == (None, None)


def test_ch2_often_counts_months_and_freshness_halves_in_90_days():
    days = [date(2026, 1, 5), date(2026, 1, 20), date(2025, 9, 1)]
    found = voices.early_and_often(
        days, date(2026, 4, 20), launch=None, half_life=90, early_days=60
    )
    assert found.often == pytest.approx(2 / 8)
    assert found.rhythm is voices.Rhythm.NOW_AND_THEN
    assert (found.recency, found.freshness) == (90, pytest.approx(0.5))


def test_ch5_depth_three_or_more():
    assert voices.deep_share({1: 60, 2: 20, 3: 15, 5: 5}) == pytest.approx(0.2)
    assert voices.deep_share({}) is None


# --- G5 to G11


def test_g5_initiative_load():
    at = date(2026, 3, 1)
    rows = [
        (0.9, 6, "core"),
        (0.5, 4, "supports"),
        (1.0, 2, "separate"),
        (0.3, 5, "separate"),
    ]
    found = load.load(
        [load.Initiative(date(2025, 12, 1), None, f, h, s) for f, h, s in rows], at
    )
    assert found.hours == pytest.approx(10.9)
    assert found.aligned == pytest.approx(0.6789, abs=5e-5)
    assert (found.active, found.started, found.ended, found.net) == (4, 4, 0, 4)


def test_ni1_hours_unknown_are_counted_and_not_guessed():
    one = load.Initiative(date(2025, 1, 1), None, 0.5, None, "separate")
    found = load.load([one], date(2026, 3, 1))
    assert (found.hours, found.aligned, found.active, found.unmeasured) == (
        None,
        None,
        1,
        1,
    )


def test_ni1_what_ended_no_longer_weighs():
    one = load.Initiative(date(2025, 1, 1), date(2026, 2, 1), 0.5, 4, "separate")
    found = load.load([one], date(2026, 3, 1))
    assert (found.hours, found.active, found.ended) == (None, 0, 1)


def test_g6_consistency_across_grades():
    found = engines.consistency([70, 64, 52, 61], [9, 12, 10, 16])
    assert found.raw == pytest.approx(87.01, abs=5e-3)
    assert found.value == pytest.approx(88.45, abs=5e-3)
    assert found.level == pytest.approx(61.75)


def test_le1_consistent_but_rarely_used_leaves_the_minimum():
    parts = {"known": 80.0, "relevant": 60.0, "consistent": 10.0, "in_line": 70.0}
    assert engines.weakest(parts, level=60) == "consistent"
    assert engines.weakest(parts, level=24.9) == "relevant"


def test_le1_a_missing_part_has_no_weakest():
    parts = {"known": None, "relevant": 60.0, "consistent": 90.0, "in_line": 70.0}
    assert engines.weakest(parts, level=60) is None


def test_le1_one_grade_is_no_consistency():
    assert engines.consistency([60], [9]) is None


def test_le1_grades_with_too_few_join_their_neighbor():
    assert engines.merged_grades([30, 4, 25], 10) == [[0, 1], [2]]
    assert engines.merged_grades([4, 30, 25], 10) == [[0, 1], [2]]
    assert engines.merged_grades([4, 3], 10) == [[0, 1]]


G7 = [[0, 9, 2, 0], [6, 0, 3, 1], [1, 4, 0, 8], [0, 0, 5, 0]]


def test_g7_ties_between_schools():
    found = network.network(G7, [1, 1, 2, 2], tie_min=3)
    assert found.outside == pytest.approx(-0.4358974, abs=1e-7)
    assert found.outside_expected == pytest.approx(1 / 3)
    drawn = {(int(u), int(v)) for u, v in np.argwhere(found.ties)}
    assert drawn == {(0, 1), (1, 0), (1, 2), (2, 1), (2, 3), (3, 2)}
    assert (found.density, found.reciprocity, found.isolated) == (0.5, 1.0, ())
    assert found.p == network.network(G7, [1, 1, 2, 2], tie_min=3).p


def test_b12_zacharys_karate_club():
    graph = networkx.karate_club_graph()
    m = networkx.to_numpy_array(graph, weight=None)
    clubs = [graph.nodes[v]["club"] for v in graph]
    found = network.network(m, clubs, tie_min=1)
    assert found.outside == pytest.approx(-0.717948717948718, abs=1e-12)
    assert networkx.attribute_assortativity_coefficient(graph, "club") == pytest.approx(
        0.717530864197531
    )
    # Far more inside than shuffled labels give.
    assert found.p < 0.001


def test_ro4_a_cohort_of_one_school_is_left_out_of_inside_and_across():
    m = np.zeros((5, 5))
    m[0, 1] = m[2, 3] = 4
    m[4, 0] = 100
    found = network.network(m, [1, 1, 2, 2, 3], tie_min=3)
    assert found.outside == -1.0


def test_ro4_fewer_than_four_schools_have_no_statistics():
    assert network.network(np.ones((3, 3)), [1, 1, 2], tie_min=3) is None


def test_g8_time_to_close_counts_those_still_waiting():
    days = [3, 5, 8, 8, 12, 20, 21, 30, 45, 60]
    closed = [True, True, True, False, True, True, False, True, False, False]
    found = waiting.time_to_close(days, closed)
    want = {3: 0.9, 5: 0.8, 8: 0.7, 12: 0.5833, 20: 0.4667, 30: 0.3111}
    assert {d: round(s, 4) for d, s in found.steps} == want
    assert (found.median, found.requests, found.open) == (20, 10, 4)


def test_b10_six_mp():
    data = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
    days = [float(x.rstrip("+")) for x in data.split()]
    found = waiting.time_to_close(days, [not x.endswith("+") for x in data.split()])
    assert [round(s, 4) for _, s in found.steps] == [
        0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482,
    ]  # fmt: skip
    assert found.median == 23


def test_pp3_half_never_closed_is_not_reached():
    assert waiting.time_to_close([5, 10, 12], [True, False, False]).median is None
    assert waiting.time_to_close([5, 10], [False, False]).median is None
    assert waiting.time_to_close([], []) is None


def test_pp3_a_negative_duration_is_refused():
    with pytest.raises(ValueError, match="before it was opened"):
        waiting.time_to_close([-1], [True])


def test_pp3_fulfilment_needs_ten():
    assert waiting.fulfilment(6, 2, 12, 2) == pytest.approx(0.7)
    assert waiting.fulfilment(6, 2, 11, 2) is None


def test_b9_krippendorff_2011():
    gap = np.nan
    ratings = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, gap, gap, gap],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, gap, 3],
        [gap, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, gap],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, gap],
    ]
    want = {
        "nominal": 0.7434211, "ordinal": 0.8153875,
        "interval": 0.8491071, "ratio": 0.7974028,
    }  # fmt: skip
    for level, value in want.items():
        assert raters.rater_agreement(ratings, level) == pytest.approx(value, abs=1e-7)


def test_b9_ordinal_with_single_ratings_in_between():
    star = np.nan
    ratings = [
        [star, star, star, star, star, 3, 4, 1, 2, 1, 1, 3, 3, star, 3],
        [1, star, 2, 1, 3, 3, 4, 3, star, star, star, star, star, star, star],
        [star, star, 2, 1, 3, 4, 4, star, 2, 1, 1, 3, 3, star, 4],
    ]
    for level, want in (
        ("nominal", 0.6913580),
        ("interval", 0.8108449),
        ("ordinal", 0.8067214),
    ):
        assert raters.rater_agreement(ratings, level) == pytest.approx(want, abs=1e-7)


def test_ro1_agreement_words():
    t = raters.Trust
    assert [raters.trust(x) for x in (0.8, 0.667, 0.66, None)] == [
        t.SOLID, t.TENTATIVE, t.RETRAIN, t.UNKNOWN,
    ]  # fmt: skip
    assert raters.rater_agreement([[1, 2], [np.nan, np.nan]], "ordinal") is None
    assert raters.rater_agreement([[2, 2], [2, 2]], "ordinal") == 1.0


@pytest.mark.parametrize(
    ("second", "alpha"),
    [
        # Of four marks – either code, either answer – two are in dispute, and four of
        # eight are given: 1 − (2/4)/(2·4·4/56).
        ({"b"}, 0.125),
        # One is in dispute, and five of eight are given: 1 − (1/4)/(2·5·3/56).
        ({"a", "b"}, 8 / 15),
        ({"a"}, 1.0),
    ],
)
def test_two_coders_agree_on_codes_given_and_not_given_whoever_gave_them(second, alpha):
    pairs = [({"a"}, {"a"}), ({"a"}, second)]

    assert raters.code_agreement(pairs) == pytest.approx(alpha)
    swapped = [(later, first) for first, later in pairs]
    assert raters.code_agreement(swapped) == pytest.approx(alpha)


def test_answers_nobody_gave_a_code_say_nothing_of_coders():
    assert raters.code_agreement([(set(), set())]) is None
    assert raters.code_agreement([]) is None


def test_g10_position_when_joining():
    found = diffusion.joining([8, 40, 70, 60], 400)
    assert [round(x.place, 4) for x in found] == [0.01, 0.07, 0.2075, 0.37]
    c = diffusion.Category
    assert [x.category for x in found] == [c.PIONEERS, c.PIONEERS, c.EARLY, c.EARLY]
    assert sum(x.new for x in found) / 400 == pytest.approx(0.445)


def test_ro2_the_cut_points_belong_to_the_earlier_category():
    c = diffusion.Category
    places = (0.16, 0.1601, 0.5, 0.84, 0.85, 1.0)
    assert [diffusion.category(x) for x in places] == [
        c.PIONEERS, c.EARLY, c.EARLY, c.LATER, c.LAST, c.LAST,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("p", "q", "market", "peak", "sales"),
    [
        (0.010399, 0.41861, 16_895, 8.613, 1_857),
        (0.017206, 0.35688, 15_092, 8.105, 1_480),
        (0.027877, 0.25105, 96_717, 7.880, 7_493),
        (0.0026167, 0.21566, 40_001, 20.21, 2_209),
    ],
)
def test_b11_bass_peaks(p, q, market, peak, sales):
    curve = diffusion.Bass(p, q)
    assert curve.peak == pytest.approx(peak, abs=5e-3)
    assert curve.peak_adopters(market) == pytest.approx(sales, abs=0.6)


def test_ro2_a_bass_curve_is_found_again_and_only_where_it_may_be_drawn():
    truth = diffusion.Bass(0.02, 0.5)
    shares = truth.share(np.arange(1, 11)).tolist()
    found = diffusion.fit_bass(shares)
    assert (found.p, found.q) == pytest.approx((0.02, 0.5), abs=1e-4)
    assert diffusion.fit_bass(shares[:5]) is None
    assert diffusion.fit_bass([0.01 * k for k in range(1, 9)]) is None


def test_g11_held_and_not_clear_yet():
    others = [outcomes.Change(d, 0.4**2) for d in (-0.9, -0.2, 0.3, -1.1, 0.1, -0.6)]
    school = outcomes.Change(-0.4, 0.35**2)
    found = outcomes.outcome_held(school, others, margin=1.0)
    assert found.relative == pytest.approx(0.0, abs=1e-12)
    assert found.se == pytest.approx(0.571402, abs=1e-6)
    assert found.bound == pytest.approx(-0.93987, abs=1e-5)
    assert found.word is outcomes.Held.HELD
    strict = outcomes.outcome_held(school, others, margin=0.5)
    assert strict.word is outcomes.Held.UNCLEAR


def test_cu4_better_and_slipped():
    others = [outcomes.Change(0.0, 0.01)] * 6
    assert (
        outcomes.outcome_held(outcomes.Change(3, 0.01), others, margin=1).word
        == "better"
    )
    assert (
        outcomes.outcome_held(outcomes.Change(-3, 0.01), others, margin=1).word
        == "slipped"
    )


def test_cu4_fewer_than_five_to_compare_with_gives_no_word():
    found = outcomes.outcome_held(
        outcomes.Change(-0.4, 0.35**2), [outcomes.Change(0, 0.1)] * 4, margin=1
    )
    assert (found.word, found.relative, found.bound) == ("no_comparison", None, None)
    assert found.low < -0.4 < found.high


# --- CU-3


ALL_FOUR = frozenset(tries.GUARDRAILS)


def test_cu3_tries_per_ten_teachers_with_an_exact_interval():
    at = date(2026, 3, 1)
    log = [
        tries.Try(date(2026, 1, 5), ALL_FOUR, "kept", "school"),
        tries.Try(date(2026, 1, 9), ALL_FOUR, "stopped", "own_team"),
        tries.Try(date(2026, 2, 1), frozenset(tries.GUARDRAILS[:2]), "running", None),
        tries.Try(date(2025, 6, 1), ALL_FOUR, "kept", "school"),
    ]
    found = tries.tries(log, at, teachers=40)
    assert (found.tries, found.rate) == (3, pytest.approx(0.75))
    assert (found.low, found.high) == pytest.approx((0.6187 / 4, 8.7673 / 4), abs=1e-4)
    assert (found.responsible, found.closed, found.learned, found.stopped) == (
        2,
        2,
        1,
        1,
    )
    assert found.results == {"kept": 1, "adapted": 0, "stopped": 1, "running": 1}
    assert found.naming == dict(zip(tries.GUARDRAILS, (3, 3, 2, 2), strict=True))


def test_cu3_none_logged_keeps_an_upper_end():
    found = tries.tries([], date(2026, 3, 1), teachers=10)
    assert (found.tries, found.low) == (0, 0.0)
    assert found.high == pytest.approx(3.6889, abs=1e-4)
    assert tries.tries([], date(2026, 3, 1), teachers=0) is None


# --- translation check (section 10)


def grouped(shift: float, seed: int = 3):
    """Answers of 1,200 people to four items, the first easier in Spanish by *shift*."""
    rng = np.random.default_rng(seed)
    spanish = rng.random(1200) < 0.4
    person = rng.normal(0, 1, 1200)
    latent = person[:, None] + rng.normal(0, 0.8, (1200, 4))
    latent[:, 0] += shift * spanish
    codes = 1 + (latent[:, :, None] > np.array([-1.2, -0.4, 0.4, 1.2])).sum(axis=2)
    rest = codes[:, 1:].sum(axis=1)
    frame = pd.DataFrame({"c": codes[:, 0], "r": rest, "s": spanish.astype(int)})
    rows = frame.value_counts().reset_index(name="n")
    return rows["c"], rows["r"], rows["s"], rows["n"]


def test_an_item_that_works_differently_in_spanish_is_flagged():
    from data.scoring.translation import uniform_difference

    biased, fair = uniform_difference(*grouped(1.2)), uniform_difference(*grouped(0.0))
    assert biased.is_flagged
    assert biased.shift > 0
    assert not fair.is_flagged


def test_the_ordinal_model_is_that_of_a_library():
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    from data.scoring.translation import uniform_difference

    code, rest, spanish, n = grouped(0.6)
    times = n.to_numpy()
    rest_ = np.repeat(rest.to_numpy(float), times)
    rest_ = (rest_ - rest_.mean()) / rest.std(ddof=0)
    y = np.repeat(code.to_numpy(), times)
    x = np.column_stack([rest_, np.repeat(spanish.to_numpy(float), times)])
    full = OrderedModel(y, x, distr="logit").fit(method="bfgs", disp=False)
    less = OrderedModel(y, x[:, :1], distr="logit").fit(method="bfgs", disp=False)
    ours = uniform_difference(code, rest, spanish, n)
    assert ours.shift == pytest.approx(full.params[1], abs=5e-3)
    assert ours.added == pytest.approx((full.llf - less.llf) / -full.llnull, abs=1e-4)


def test_fewer_than_two_hundred_in_a_language_cannot_be_checked():
    from data.scoring.translation import uniform_difference

    assert uniform_difference([1, 2, 3], [5, 6, 7], [0, 1, 1], [300, 100, 99]) is None
