"""Results published elsewhere: whose they are, and our own rules where n is known."""

import math

import pandas as pd
import pytest

from data.disclosure.summaries import summaries_for
from data.model.rules import Rules
from data.model.viewer import Audience

MEASURES = pd.DataFrame(
    [("open", True), ("closed", False)], columns=["measure_id", "is_public"]
)


def values(*rows):
    """Rows: measure, school, share, n, eligible, rate, and what differs."""
    return pd.DataFrame(
        [
            {
                "measure_id": measure, "wave_index": 0, "school_id": school,
                "level": "high", "area": "East", "respondents": "students",
                "share": share, "low": share - 5.0, "high": share + 5.0, "n": n,
                "eligible": eligible, "rate": rate, "rate_band": "usable", **more,
            }
            for measure, school, share, n, eligible, rate, more in rows
        ]
    )  # fmt: skip


def row(
    school="A", share=61.26, n=50.0, eligible=80.0, rate=62.5, measure="open", **more
):
    return measure, school, share, n, eligible, rate, more


def read(audience, *rows):
    return summaries_for(audience, MEASURES, values(*rows), Rules())


def one(audience, **of):
    [found] = read(audience, row(**of))[1].to_dict("records")
    return {k: None if pd.isna(v) else v for k, v in found.items()}


NONE = math.nan


def test_district_leaders_read_what_is_known_exactly():
    assert one(Audience.DISTRICT) == {
        "measure_id": "open", "wave_index": 0, "school_id": "A", "scope": "all",
        "status": "shown", "share": 61.3, "low": pytest.approx(56.26),
        "high": pytest.approx(66.26), "coding": "exact", "n_band": "40–99", "n": 50.0,
        "eligible": 80.0, "rate": 62.0,
    }  # fmt: skip


def test_the_public_reads_whole_percent_and_a_band():
    found = one(Audience.PUBLIC)

    assert (found["share"], found["low"], found["high"]) == (61.0, 56.0, 66.0)
    assert (found["n_band"], found["n"], found["eligible"]) == ("40–99", None, None)
    assert (found["coding"], found["rate"], found["scope"]) == ("exact", 62.0, "all")


def test_the_public_reads_the_end_of_the_scale_and_no_interval():
    # 40 to 99 people: five percent at each end (P3).
    found = one(Audience.PUBLIC, share=96.0)

    assert (found["share"], found["coding"]) == (95.0, "at_least")
    assert (found["low"], found["high"]) == (None, None)


def test_without_n_a_value_stands_as_its_source_published_it():
    found = one(Audience.PUBLIC, share=98.74, n=NONE, eligible=NONE, rate=44.9)

    assert (found["share"], found["coding"], found["n_band"]) == (98.7, "exact", None)
    assert (found["status"], found["rate"]) == ("shown", 44.0)


@pytest.mark.parametrize("audience", list(Audience))
@pytest.mark.parametrize(
    ("of", "status", "rate"),
    [
        ({"n": 9.0}, "protected", None),
        ({"n": 10.0}, "shown", 62.0),
        ({"n": 0.0}, "not_collected", None),
        ({"rate_band": "not_reported", "rate": 8.9}, "low_rr", 8.0),
        ({"rate_band": "not_reported", "rate": 8.9, "n": 9.0}, "protected", None),
        ({"respondents": "teachers", "n": 5.0}, "shown", 62.0),
        ({"respondents": "teachers", "n": 4.0}, "protected", None),
    ],
)
def test_our_own_minimum_holds_where_n_is_known(audience, of, status, rate):
    found = one(audience, **of)

    assert (found["status"], found["rate"]) == (status, rate)
    if status != "shown":
        blank = ("share", "low", "high", "n", "eligible", "coding", "n_band")
        assert [found[c] for c in blank] == [None] * 7


CLOSED = (row(), row(measure="closed"), row(measure="closed", school="B"))


def test_what_is_not_public_is_the_districts_and_each_schools_own():
    public = read(Audience.PUBLIC, *CLOSED)
    school = read(Audience.SCHOOL, *CLOSED)
    district = read(Audience.DISTRICT, *CLOSED)

    def who(rows):
        return [(r.measure_id, r.school_id, r.scope) for r in rows[1].itertuples()]

    assert who(public) == [("open", "A", "all")]
    assert who(school) == [
        ("open", "A", "all"), ("closed", "A", "A"), ("closed", "B", "B"),
    ]  # fmt: skip
    assert sorted(who(district)) == [
        ("closed", "A", "all"), ("closed", "B", "all"), ("open", "A", "all"),
    ]  # fmt: skip
    assert [f[0]["measure_id"].tolist() for f in (public, school, district)] == [
        ["open"], ["open", "closed"], ["open", "closed"],
    ]  # fmt: skip


def test_a_school_reads_its_own_closed_value_exactly_and_the_others_coded():
    rows = read(Audience.SCHOOL, *CLOSED)[1].set_index(["measure_id", "school_id"])

    assert rows.loc[("closed", "A"), "n"] == 50.0
    assert rows.loc[("closed", "A"), "share"] == 61.3
    assert math.isnan(rows.loc[("open", "A"), "n"])


# --- how schools lie

SHARES = (10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 100.0, 0.0)


def spreads(audience, rows):
    found = read(audience, *rows)[2]
    return {(r["unit_kind"], r["unit_id"]): r for r in found.to_dict("records")}


def test_how_schools_lie_is_told_by_five_cuts():
    found = spreads(
        Audience.PUBLIC, [row(f"S{k:02d}", share) for k, share in enumerate(SHARES)]
    )
    cuts = [
        "lowest_tenth", "quarter", "median", "three_quarters", "highest_tenth", "schools",
    ]  # fmt: skip

    assert set(found) == {("district", "all"), ("level", "high"), ("area", "East")}
    for spread in found.values():
        assert [spread[c] for c in cuts] == [10.0, 25.0, 50.0, 75.0, 90.0, 11]
        assert (spread["measure_id"], spread["wave_index"]) == ("open", 0)


def test_cuts_are_whole_percent():
    found = spreads(Audience.PUBLIC, [row(f"S{k}", 10.7 + k) for k in range(5)])

    assert found["district", "all"]["median"] == 13.0


@pytest.mark.parametrize(("schools", "is_told"), [(5, True), (4, False)])
def test_five_schools_make_a_spread(schools, is_told):
    rows = [row(f"S{k}", area="East" if k < schools else "West") for k in range(9)]

    assert (("area", "East") in spreads(Audience.PUBLIC, rows)) is is_told


def test_only_shown_values_are_in_a_spread_and_schools_of_no_area_in_none():
    rows = [row(f"S{k}", 10.0 * k, area=None) for k in range(6)]
    rows[5] = row("S5", 50.0, n=9.0, area=None)
    found = spreads(Audience.PUBLIC, rows)

    assert set(found) == {("district", "all"), ("level", "high")}
    assert found["district", "all"]["schools"] == 5
    assert found["district", "all"]["median"] == 20.0


@pytest.mark.parametrize(
    ("audience", "told"),
    [(Audience.PUBLIC, False), (Audience.SCHOOL, False), (Audience.DISTRICT, True)],
)
def test_a_closed_measures_spread_is_the_districts(audience, told):
    rows = [row(f"S{k}", measure="closed") for k in range(5)]

    assert bool(spreads(audience, rows)) is told


def test_nothing_shown_has_no_spread():
    assert read(Audience.PUBLIC, row(n=3.0))[2].empty
