"""Joined against waiting schools, held against published numbers (oracle B13).

`mpdta`: 500 counties, 2003–2007, minimum wages raised in 2004, 2006 and 2007. The
numbers were published by the authors of the method; files of reference output come
from their software.
"""

import numpy as np
import pandas as pd
import pytest
from real_data import REAL_DATA, needs_real_data

from data.scoring import event_study as es

FOLDER = REAL_DATA / "staggered_did"


def usable(panel: es.Panel) -> es.Panel:
    return panel.only(panel.is_usable)


def panel_of(frame, unit, time, group, outcome) -> es.Panel:
    wide = frame.pivot_table(index=unit, columns=time, values=outcome)
    joined = frame.groupby(unit)[group].first().reindex(wide.index)
    return es.Panel(
        wide.to_numpy(float), joined.to_numpy(float), wide.columns.to_numpy(float)
    )


@pytest.fixture(scope="module")
def mpdta() -> es.Panel:
    frame = pd.read_csv(FOLDER / "mpdta.csv")
    return panel_of(frame, "countyreal", "year", "first.treat", "lemp")


def plain(panel, comparison, **more):
    return es.group_time_effects(panel, comparison=comparison, adjusted=False, **more)


@needs_real_data
@pytest.mark.parametrize(
    ("scenario", "comparison"),
    [("mpdta_nev_dr", es.Comparison.NEVER), ("mpdta_nyt_dr", es.Comparison.NOT_YET)],
)
def test_b13_every_group_time_effect_and_standard_error(mpdta, scenario, comparison):
    published = pd.read_csv(FOLDER / "mpdta_reference" / "ref_attgt.csv")
    published = published[published["scenario"] == scenario]
    cells = {(c.group, c.time): c for c in plain(mpdta, comparison)}

    assert len(cells) == len(published) == 12
    for row in published.itertuples():
        cell = cells[row.group, row.t]
        assert cell.effect.value == pytest.approx(row.att, abs=1e-9)
        assert cell.effect.se == pytest.approx(row.se, abs=1e-9)


@needs_real_data
@pytest.mark.parametrize(
    ("scenario", "comparison"),
    [("mpdta_nev_dr", es.Comparison.NEVER), ("mpdta_nyt_dr", es.Comparison.NOT_YET)],
)
def test_b13_aggregates_with_the_estimated_weights_counted(mpdta, scenario, comparison):
    published = pd.read_csv(FOLDER / "mpdta_reference" / "ref_aggte.csv")
    published = published[published["scenario"] == scenario]
    cells = plain(mpdta, comparison)
    by_event = es.by_event_time(cells)

    dynamic = published[published["type"] == "dynamic"]
    for row in dynamic.itertuples():
        assert by_event[float(row.egt)].value == pytest.approx(row.att_egt, abs=1e-9)
        assert by_event[float(row.egt)].se == pytest.approx(row.se_egt, abs=1e-9)
    for kind, effect in (("dynamic", es.overall(cells)), ("simple", es.simple(cells))):
        row = published[published["type"] == kind].iloc[0]
        assert effect.value == pytest.approx(row["overall_att"], abs=1e-9)
        assert effect.se == pytest.approx(row["overall_se"], abs=1e-9)


@needs_real_data
def test_b13_the_check_before_joining(mpdta):
    never = es.check_before_joining(plain(mpdta, es.Comparison.NEVER))
    assert (never.statistic, never.degrees) == (pytest.approx(7.7912366, abs=1e-6), 5)
    assert never.p == pytest.approx(0.1681225, abs=1e-6)
    not_yet = es.check_before_joining(plain(mpdta, es.Comparison.NOT_YET))
    assert not_yet.statistic == pytest.approx(7.79092771882739, abs=1e-6)


@needs_real_data
def test_b13_a_balanced_composition(mpdta):
    cells = es.balanced_to(plain(mpdta, es.Comparison.NEVER), mpdta, 1)
    theta = {e: round(x.value, 4) for e, x in es.by_event_time(cells).items()}
    assert theta == {-2: 0.0065, -1: -0.0028, 0: -0.0066, 1: -0.0510}
    assert es.overall(cells).value == pytest.approx(-0.0288, abs=5e-5)


@needs_real_data
def test_b13_a_fixed_base(mpdta):
    theta = es.by_event_time(plain(mpdta, es.Comparison.NEVER, fixed_base=True))
    want = {
        -4: 0.003306, -3: 0.025022, -2: 0.024459, 0: -0.019932, 1: -0.050957,
        2: -0.137259, 3: -0.100811,
    }  # fmt: skip
    assert {e: round(x.value, 6) for e, x in theta.items()} == want


@needs_real_data
def test_b13_imputation(mpdta):
    found = es.imputed(mpdta)
    overall = next(v for k, v in found.items() if np.isnan(k))
    assert overall == pytest.approx(-0.0477099182, abs=1e-9)
    by_event = {k: round(v, 6) for k, v in found.items() if not np.isnan(k)}
    assert by_event == {0: -0.031067, 1: -0.052235, 2: -0.136078, 3: -0.104707}


@needs_real_data
def test_b13_never_the_two_way_regression(mpdta):
    wrong = -0.0365489
    cells = plain(mpdta, es.Comparison.NEVER)
    for right in (es.overall(cells), es.simple(cells)):
        assert abs(right.value - wrong) > 0.003


@needs_real_data
@pytest.mark.parametrize(
    ("scenario", "more"),
    [("anticipation1", {"anticipation": 1}), ("universal", {"fixed_base": True})],
)
def test_reference_output_for_planning_time_and_fixed_base(mpdta, scenario, more):
    published = pd.read_csv(FOLDER / "simulated" / "ref_gaps.csv")
    published = published[published["scenario"] == scenario]
    cells = {(c.group, c.time): c for c in plain(mpdta, es.Comparison.NEVER, **more)}
    met = 0
    for row in published.itertuples():
        if row.att == 0 and (row.group, row.t) not in cells:
            continue  # the base itself, which the reference lists as zero
        assert cells[row.group, row.t].effect.value == pytest.approx(row.att, abs=1e-9)
        assert cells[row.group, row.t].effect.se == pytest.approx(row.se, abs=1e-9)
        met += 1
    assert met >= 8


@needs_real_data
@pytest.mark.parametrize("name", ["tp2_const", "tp4_const", "tp4_dyn", "tp5_dyn"])
@pytest.mark.parametrize("comparison", list(es.Comparison))
def test_an_independent_library_agrees_on_simulated_panels(name, comparison):
    from diff_diff import CallawaySantAnna

    frame = pd.read_csv(FOLDER / "simulated" / f"{name}.csv")
    panel = usable(panel_of(frame, "id", "period", "G", "Y"))
    theirs = CallawaySantAnna(
        control_group={"never": "never_treated", "not_yet": "not_yet_treated"}[
            comparison
        ],
        estimation_method="reg",
    ).fit(frame, outcome="Y", unit="id", time="period", first_treat="G")
    mine = {(c.group, c.time): c.effect for c in plain(panel, comparison)}
    met = 0
    for (group, time), cell in theirs.group_time_effects.items():
        assert mine[group, time].value == pytest.approx(cell["effect"], abs=1e-9)
        # The published reference there adjusts for X; without X both agree alone.
        assert mine[group, time].se == pytest.approx(cell["se"], rel=2e-3)
        met += 1
    assert met


@needs_real_data
def test_known_truth_of_the_simulated_panels():
    """Their authors built them with an effect of one, or of one more per period."""
    frame = pd.read_csv(FOLDER / "simulated" / "tp4_dyn.csv")
    panel = usable(panel_of(frame, "id", "period", "G", "Y"))
    cells = es.group_time_effects(panel)
    reference = pd.read_csv(FOLDER / "simulated" / "ref_sim.csv")
    reference = reference[
        (reference["dataset"] == "tp4_dyn")
        & (reference["control"] == "notyettreated")
        & (reference["est"] == "reg")
    ]
    for row in reference.itertuples():
        cell = next(c for c in cells if (c.group, c.time) == (row.group, row.t))
        # The reference adjusts for a covariate, ours does not: same truth, more noise.
        assert abs(cell.effect.value - row.att) < 3 * (cell.effect.se + row.se)


@pytest.mark.long
@needs_real_data
def test_training_rolled_out_in_48_waves_is_as_flat_as_published():
    """7,785 people, 72 months; the published estimator is another one.

    Roth and Sant'Anna's efficient estimator assumes that timing was random and uses
    it; ours does not, so the numbers differ. Both find nothing: every published
    effect lies in our interval, which is the wider.
    """
    frame = pd.read_csv(FOLDER / "pj_training_rollout.csv.gz")
    panel = usable(panel_of(frame, "uid", "period", "first_trained", "complaints"))
    cells = es.group_time_effects(panel, adjusted=False)
    published = pd.read_csv(FOLDER / "published_estimates.csv").set_index("estimand")
    theta = es.by_event_time([c for c in cells if 0 <= c.event <= 5])
    for event in range(6):
        row = published.loc[f"staggered eventstudy e={event}"]
        low, high = theta[event].interval
        assert low < row["estimate"] < high
        assert theta[event].se > row["se"]
    assert es.simple(cells).interval[0] < 0 < es.simple(cells).interval[1]


@needs_real_data
def test_the_published_decomposition_shows_why_no_two_way_regression():
    """States' math reforms (Goodman 2019; bacondecomp): its averages come back."""
    from diff_diff import BaconDecomposition

    frame = pd.read_csv(FOLDER / "math_reform.csv")
    frame["reformyr_math"] = frame["reformyr_math"].fillna(0)
    frame.loc[frame["reformyr_math"] > frame["class"].max(), "reformyr_math"] = 0
    found = BaconDecomposition(weights="exact").fit(
        frame,
        outcome="incearn_ln",
        unit="state",
        time="class",
        first_treat="reformyr_math",
    )
    kinds: dict[str, list[tuple[float, float]]] = {}
    for c in found.comparisons:
        kinds.setdefault(c.comparison_type, []).append((c.weight, c.estimate))
    shares = sorted(round(sum(w for w, _ in pairs), 5) for pairs in kinds.values())
    assert shares == pytest.approx([0.05265, 0.06353, 0.88382], abs=1e-4)
    assert found.twfe_estimate == pytest.approx(0.00246, abs=5e-5)


# --- small samples, edge cases: no published file needed, kept with the rest


def small(outcome, joined, times=None) -> es.Panel:
    outcome = np.asarray(outcome, float)
    times = np.arange(1, outcome.shape[1] + 1) if times is None else times
    return es.Panel(outcome, np.asarray(joined, float), np.asarray(times, float))


def test_small_samples_widen_the_standard_error_as_specified():
    panel = small([[0, 2], [0, 4], [0, 1], [0, 1.5], [0, 0.5]], [2, 2, 0, 0, 0])
    (cell,) = es.group_time_effects(panel)
    (bare,) = es.group_time_effects(panel, adjusted=False)
    # Welch's: the variance of each mean with n − 1.
    want = np.sqrt(np.var([2, 4], ddof=1) / 2 + np.var([1, 1.5, 0.5], ddof=1) / 3)
    assert cell.effect.value == pytest.approx(2.0)
    assert cell.effect.se == pytest.approx(want)
    assert bare.effect.se < cell.effect.se
    # Variance 1 on one degree, 0.0833 on two: 1.0833² / (1² + 0.0833²/2).
    assert cell.effect.degrees == pytest.approx(1.16955, abs=1e-4)


def test_a_group_of_one_has_a_point_and_no_standard_error():
    panel = small([[0, 2], [0, 1], [0, 1.5]], [2, 0, 0])
    (cell,) = es.group_time_effects(panel)
    assert cell.effect.value == pytest.approx(0.75)
    assert np.isnan(cell.effect.se)


def test_schools_launched_before_the_first_wave_are_left_out():
    panel = small([[5, 9], [0, 2], [0, 1], [0, 1]], [1, 2, 0, 0])
    assert panel.only(panel.is_usable).schools == 3


def test_when_every_school_has_joined_effects_end_with_the_last_comparison():
    panel = small([[0, 1, 1], [0, 1, 2], [0, 0, 1], [0, 0, 2]], [2, 2, 3, 3])
    cells = es.group_time_effects(panel)
    assert {(c.group, c.time) for c in cells} == {(2, 2)}


def test_two_cohorts_that_launch_in_one_wave_are_one_group():
    panel = small([[0, 2], [0, 4], [0, 1], [0, 1]], [2, 2, 0, 0])
    assert list(panel.groups) == [2]


def test_a_missing_wave_leaves_that_school_out_of_that_cell():
    panel = small(
        [[0, np.nan, 3], [0, 2, 2], [0, 2, 4], [0, 1, 1], [0, 1, 2]], [2, 2, 2, 0, 0]
    )
    counted = {c.time: c.treated for c in es.group_time_effects(panel)}
    assert counted == {2: 2, 3: 3}
    assert panel.only(panel.is_balanced).schools == 4


def test_gaps_in_the_calendar_use_the_last_wave_before_joining():
    panel = small([[1, 5], [2, 7], [0, 0], [0, 1]], [3, 3, 0, 0], times=[1, 4])
    (cell,) = es.group_time_effects(panel)
    assert cell.event == 1
    assert cell.effect.value == pytest.approx(4.5 - 0.5)


def test_the_simultaneous_band_is_wider_than_one_interval():
    rng = np.random.default_rng(4)
    panel = small(rng.normal(0, 1, (30, 6)), np.repeat([3, 4, 0], 10))
    theta = list(es.by_event_time(es.group_time_effects(panel)).values())
    factor = es.band_factor(theta)

    assert 1.0 < factor < 2.0
    assert factor == es.band_factor(theta)


def test_one_interval_alone_is_its_own_band():
    panel = small([[0, 2], [0, 4], [0, 1], [0, 2]], [2, 2, 0, 0])

    assert (
        es.band_factor(list(es.by_event_time(es.group_time_effects(panel)).values()))
        == 1.0
    )


@pytest.mark.parametrize(
    ("influence", "groups", "degrees"),
    [
        # Two groups of four, spread alike: 2·3.
        ([1] * 8, [2] * 4 + [0] * 4, 6.0),
        # All doubt in one group of four: its own 3.
        ([1] * 4 + [0] * 4, [2] * 4 + [0] * 4, 3.0),
        # 4·4 against 4·1: (16 + 4)² / (16²/3 + 4²/3).
        ([2] * 4 + [1] * 4, [2] * 4 + [0] * 4, 4.4118),
        # A group of one counts as one, and here is all there is.
        ([1, 0, 0, 0], [2, 0, 0, 0], 1.0),
        ([0.0] * 4, [2, 2, 0, 0], 1.0),
    ],
)
def test_degrees_of_freedom_come_from_the_groups_the_doubt_lies_in(
    influence, groups, degrees
):
    effect = es.Effect(0.0, np.array(influence, float), np.array(groups, float))

    assert effect.degrees == pytest.approx(degrees, abs=1e-4)


def test_published_intervals_are_normal_ones():
    effect = es.Effect(1.0, np.array([1.0, -1.0, 1.0, -1.0]), None)

    assert effect.interval == pytest.approx((1 - 1.959964 / 2, 1 + 1.959964 / 2))


def test_leave_one_school_out_brackets_the_estimate():
    rng = np.random.default_rng(7)
    panel = small(rng.normal(0, 1, (12, 4)), np.repeat([2, 3, 0], 4))
    low, high = es.leave_one_out(panel)
    assert low < es.overall(es.group_time_effects(panel)).value < high


def test_the_detectable_change_is_2_8_standard_errors():
    panel = small([[0, 2], [0, 4], [0, 1], [0, 2]], [2, 2, 0, 0])
    effect = es.overall(es.group_time_effects(panel))
    assert es.detectable(effect) == pytest.approx(2.8 * effect.se)
