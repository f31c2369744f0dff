"""Estimates as each audience reads them: what is decided, coded and left blank."""

import math

import numpy as np
import pandas as pd
import pytest

from data.disclosure.estimates import COLUMNS, cohort_bands, estimates_for
from data.disclosure.verdicts import Verdicts
from data.model.viewer import Audience

SHOWN, HIDDEN = "shown", "protected"


def rows(*given):
    """Rows with what differs from a school of 50 of whom 61.4 % agree."""
    return pd.DataFrame(
        [
            {
                "indicator_id": "LX-1", "part": "scale", "form": "student_6_12",
                "wave_index": 3, "unit_kind": "school", "unit_id": "A",
                "breakdown": "all", "category": "all", "respondents": "students",
                "share": 61.4, "low": 52.6, "high": 69.5, "here_low": 55.5,
                "here_high": 66.5, "mean": 63.3, "mean_low": 59.9, "mean_high": 66.6,
                "points": 2.6, "points_low": -1.4, "points_high": 6.6,
                "change": "no_clear_change", "design_effect": 1.1, "waves_pooled": 1,
                "n": 50.0, "eligible": 80.0, "rate": 62.9, "rate_band": "usable",
                "schools": 1.0, "as_of": "", "gate": "good", **more,
            }
            for more in given
        ]
    )  # fmt: skip


def verdict(frame, *statuses):
    return pd.DataFrame(
        {"status": list(statuses), "reason": ""}, index=frame.index[: len(statuses)]
    )


def shrink(frame):
    """Half way to the mean of what is shown."""
    mean = frame["share"].mean()
    value = (frame["share"] + mean) / 2
    return frame.assign(
        shrunk=value, shrunk_low=value - 4.2, shrunk_high=value + 4.2, signal=50.0
    )


NO_YEAR_AGO: dict[int, int] = {}


def read(audience, frame, *, public=None, own=None, district=None, year_ago=None):
    verdicts = Verdicts(
        **{
            name: verdict(frame, *(v or [SHOWN] * len(frame)))
            for name, v in (("district", district), ("public", public), ("own", own))
        },
        unsafe=frame.index[:0],
    )
    return estimates_for(audience, frame, verdicts, shrink, year_ago or NO_YEAR_AGO)


def one(audience, *given, row=0, **options):
    found = read(audience, rows(*given), **options)
    return {k: None if pd.isna(v) else v for k, v in found.iloc[row].items()}


def test_district_leaders_read_exact_numbers():
    found = one(Audience.DISTRICT, {}, year_ago={3: 3})

    assert list(read(Audience.DISTRICT, rows({})).columns) == COLUMNS
    assert (found["share"], found["low"], found["high"]) == (61.4, 52.6, 69.5)
    assert (found["n"], found["eligible"], found["n_band"]) == (50.0, 80.0, "40–99")
    assert (found["mean"], found["here_low"]) == (63.3, 55.5)
    assert (found["rate"], found["rate_band"]) == (62.0, "usable")
    assert (found["coding"], found["scope"], found["status"]) == ("exact", "all", SHOWN)
    assert (found["points"], found["change"]) == (2.6, "no_clear_change")
    assert (found["shrunk"], found["signal"]) == (61.4, 50.0)
    assert found["as_of"] is None


def test_the_public_reads_whole_percent_and_nothing_that_sharpens_it():
    found = one(Audience.PUBLIC, {}, year_ago={3: 3})

    assert (found["share"], found["low"], found["high"]) == (61.0, 53.0, 70.0)
    assert (found["points"], found["change"]) == (3.0, "no_clear_change")
    assert (found["n_band"], found["rate"], found["scope"]) == ("40–99", 62.0, "all")
    assert (found["shrunk"], found["shrunk_low"], found["shrunk_high"]) == (61, 57, 66)
    blank = ["n", "eligible", "mean", "mean_low", "mean_high", "here_low", "here_high",
             "points_low", "points_high", "signal", "design_effect",
             "waves_pooled"]  # fmt: skip
    assert [found[c] for c in blank] == [None] * len(blank)


def test_a_change_of_a_share_at_the_end_of_the_scale_is_not_told():
    # 40 to 99 people: above 95 is "at least 95".
    found = one(Audience.PUBLIC, {"share": 96.0}, year_ago={3: 3})

    assert (found["share"], found["coding"]) == (95.0, "at_least")
    assert (found["points"], found["low"]) == (None, None)


def test_a_school_reads_its_own_exactly_beside_what_the_public_reads():
    found = read(
        Audience.SCHOOL, rows({}, {"unit_id": "B"}), public=[SHOWN, HIDDEN],
        own=[HIDDEN, SHOWN],
    )  # fmt: skip

    assert [
        (r.unit_id, r.scope, r.status, None if math.isnan(r.share) else r.share)
        for r in found.itertuples()
    ] == [
        ("A", "all", SHOWN, 61.0),
        ("B", "all", HIDDEN, None),
        ("A", "A", HIDDEN, None),
        ("B", "B", SHOWN, 61.4),
    ]


@pytest.mark.parametrize("audience", [Audience.PUBLIC, Audience.DISTRICT])
@pytest.mark.parametrize(
    ("status", "rate", "band"),
    [
        (HIDDEN, None, None),
        ("not_collected", None, None),
        ("reliability", None, None),
        ("low_rr", 62.0, "usable"),
    ],
)
def test_what_is_hidden_holds_no_number_but_the_rate_that_is_the_reason(
    audience, status, rate, band
):
    found = one(audience, {"as_of": "2025-26F.1"}, **{audience.value: [status]})
    blank = [
        "share", "low", "high", "here_low", "here_high", "mean", "mean_low",
        "mean_high", "shrunk", "shrunk_low", "shrunk_high", "signal", "points",
        "points_low", "points_high", "design_effect", "waves_pooled", "n_band", "n",
        "eligible", "coding", "schools", "as_of",
    ]  # fmt: skip

    assert found["status"] == status
    assert [found[c] for c in blank] == [None] * len(blank)
    assert (found["rate"], found["rate_band"]) == (rate, band)
    assert found["change"] == "too_few"


def test_a_scale_that_does_not_hang_together_is_read_item_by_item():
    unfit = one(Audience.DISTRICT, {"gate": "items_only"})
    hidden = one(Audience.DISTRICT, {"gate": "items_only"}, district=[HIDDEN])

    assert (unfit["status"], unfit["share"]) == ("reliability", None)
    assert hidden["status"] == HIDDEN


def test_a_kept_number_says_of_which_release_it_is():
    assert one(Audience.PUBLIC, {"as_of": "2025-26F.1"})["as_of"] == "2025-26F.1"


def test_schools_are_drawn_together_by_those_that_are_shown_alone():
    # 40, 50 and a hidden 90: the mean of what is shown is 45.
    given = [{"share": 40.0}, {"share": 50.0, "unit_id": "B"},
             {"share": 90.0, "unit_id": "C"}]  # fmt: skip
    found = read(Audience.DISTRICT, rows(*given), district=[SHOWN, SHOWN, HIDDEN])

    assert found["shrunk"].tolist()[:2] == [42.5, 47.5]
    assert np.isnan(found["shrunk"].iloc[2])


@pytest.mark.parametrize(
    ("statuses", "year_ago", "is_told"),
    [
        ([SHOWN, SHOWN], {3: 1}, True),
        ([SHOWN, SHOWN], {3: 2}, False),  # nothing known of that wave
        ([SHOWN, SHOWN], {}, False),
        ([HIDDEN, SHOWN], {3: 1}, False),
        (["low_rr", SHOWN], {3: 1}, False),
    ],
)
def test_a_change_is_told_where_both_its_ends_are(statuses, year_ago, is_told):
    found = one(
        Audience.DISTRICT, {"wave_index": 1}, {}, row=1, district=statuses,
        year_ago=year_ago,
    )  # fmt: skip

    assert found["points"] == (2.6 if is_told else None)
    assert found["points_low"] == (-1.4 if is_told else None)
    assert found["points_high"] == (6.6 if is_told else None)
    assert found["change"] == ("no_clear_change" if is_told else "too_few")


@pytest.mark.parametrize(
    "other",
    [
        {"unit_id": "B"}, {"unit_kind": "cohort"}, {"part": "S.VO.1"},
        {"form": "teacher"}, {"indicator_id": "LX-2"}, {"category": "6"},
        {"breakdown": "grade_band"},
    ],
)  # fmt: skip
def test_the_other_end_is_of_the_very_same_cell(other):
    found = one(
        Audience.DISTRICT, {"wave_index": 1, **other}, {}, row=1, year_ago={3: 1}
    )

    assert found["points"] is None


@pytest.mark.parametrize(
    ("before", "points"),
    [
        (58.8, 3.0),  # 61.4 less 58.8, in whole points
        (9.0, 3.0),  # of 40–99 five percent are the end
        (4.0, None),  # at most 5: the change would say that it was 4
        (97.0, None),
    ],
)
def test_no_change_is_told_from_a_share_at_the_end_of_the_scale(before, points):
    frame = rows({}, {"wave_index": 1, "share": before})

    found = read(Audience.PUBLIC, frame, year_ago={3: 1})

    told = found.loc[found["wave_index"] == 3, "points"].iloc[0]
    assert (None if pd.isna(told) else told) == points


@pytest.mark.parametrize("audience", list(Audience))
def test_without_estimates_the_table_has_its_columns(audience):
    found = read(audience, rows({}).iloc[:0])

    assert found.empty
    assert list(found.columns) == COLUMNS


# --- cohorts as bands

UNITS = pd.DataFrame({"school_id": list("ABCDEFGH"), "cohort_id": [1] * 6 + [2] * 2})


def bands(shares, statuses=None, units=UNITS, district=None, **more):
    frame = rows(
        *(
            {"unit_id": s, "share": x, **more}
            for s, x in zip("ABCDEFGH", shares, strict=False)
        )
    )
    everything = [SHOWN] * len(frame)
    leaders = verdict(frame, *(district or everything))
    own = verdict(frame, *(statuses or everything))
    found = cohort_bands(
        frame, units, Verdicts(leaders, leaders, own, frame.index[:0]), shrink
    )
    return [
        (r.indicator_id, r.part, r.form, r.wave_index, r.cohort_id, r.low, r.high, r.schools)
        for r in found.itertuples()
    ]  # fmt: skip


def test_a_cohort_is_a_band_from_its_lowest_to_its_highest_school():
    # Half way to the mean 50: 20 becomes 35, 81 becomes 65.5.
    assert bands([20, 49, 50, 50, 81]) == [
        ("LX-1", "scale", "student_6_12", 3, 1, 35.0, 66.0, 5)
    ]


def test_four_reportable_schools_make_no_band():
    assert bands([20, 49, 50, 81]) == []
    assert bands([20, 49, 50, 81, 99], [SHOWN] * 4 + [HIDDEN]) == []
    # Cohort 2 has two schools.
    assert [b[4] for b in bands([50] * 8)] == [1]


def test_a_school_leaders_do_not_read_is_in_no_band_whoever_leads_it_may():
    seven, hidden = [20, 49, 50, 50, 50, 81], [SHOWN] * 5 + [HIDDEN]

    assert [b[-1] for b in bands(seven, district=hidden)] == [5]


def test_groups_within_a_school_are_in_no_band():
    assert bands([50] * 6, breakdown="grade_band") == []
