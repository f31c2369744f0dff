"""Ties between schools (RO-4) out of who named whom, as the specification draws them."""

import pytest

from data.model.rules import Rules
from data.scoring.figures import Readers
from data.scoring.registers.buildings import tie_figures

from .drawn import District, said

# G7: rows name columns.
NAMED = {
    "A": {"B": 9, "C": 2},
    "B": {"A": 6, "C": 3, "D": 1},
    "C": {"A": 1, "B": 4, "D": 8},
    "D": {"C": 5},
}
ALL = {("district", "all"): 70.0, **{("school", s): 50.0 for s in "ABCD"}}


def district(named=NAMED, *, cohorts=None, wave=3, closed=None, more=()):
    """Schools A and B in cohort 1, the others in 2, whose teachers name others."""
    drawn = District()
    for school in {**dict.fromkeys("ABCD"), **dict.fromkeys(more)}:
        drawn.school(
            school,
            cohort=(cohorts or {"A": 1, "B": 1}).get(school, 2),
            closed=(closed or {}).get(school),
            teachers=20,
        )
    for school, others in named.items():
        for k in range(max(others.values())):
            drawn.teacher(
                f"{school}{k}", school, wave,
                names=[other for other, n in others.items() if k < n],
            )  # fmt: skip
    return drawn


def ties(drawn, rates=ALL, wave=3, tie_min=3):
    """Return the figures of one wave's names."""
    return list(
        tie_figures(
            drawn.connection,
            drawn.calendar(),
            {(wave, *unit): rate for unit, rate in rates.items()},
            Rules(tie_min=tie_min),
        )
    )


def values(figures, part):
    return {f.unit_id: f.value for f in figures if f.part == part}


def test_three_people_make_a_tie_and_two_do_not():
    found = [f for f in ties(district()) if f.part == "tie"]

    assert said(found, "n", "least", "readers", "is_people", "unit_kind") == [
        ("tie", u, v, n, n, 3, Readers.OFFICE, True, "school")
        for u, v, n in [
            ("A", "B", 9), ("B", "A", 6), ("B", "C", 3),
            ("C", "B", 4), ("C", "D", 8), ("D", "C", 5),
        ]
    ]  # fmt: skip
    assert {(f.indicator_id, f.wave_index) for f in found} == {("RO-4", 3)}


def test_g7_is_what_the_district_reads():
    found = [f for f in ties(district()) if f.part != "tie"]

    assert {f.part: f.value for f in found} == pytest.approx(
        {
            "density": 50.0,
            "reciprocity": 100.0,
            "outside": -0.4358974,
            "outside_expected": 0.3333333,
            # Of three ways to pair four schools, the one that is lies furthest off.
            "outside_p": 1 / 3,
            "isolated": 0.0,
        },
        abs=0.02,
    )
    assert values(found, "outside")["all"] == pytest.approx(-0.4358974, abs=1e-6)
    assert values(found, "outside_expected")["all"] == pytest.approx(1 / 3, abs=1e-6)
    assert {(f.unit_kind, f.unit_id, f.n, f.readers) for f in found} == {
        ("district", "all", 4, Readers.EVERYONE)
    }


@pytest.mark.parametrize(
    ("rate", "drawn"), [(50.0, True), (49.9, False), (None, False)]
)
def test_ties_leave_a_school_where_half_its_teachers_answered(rate, drawn):
    rates = {**ALL, ("school", "A"): rate}
    if rate is None:
        del rates["school", "A"]
    found = [
        (f.unit_id, f.category) for f in ties(district(), rates) if f.part == "tie"
    ]

    # What others say of it stays.
    assert (("A", "B") in found) is drawn
    assert ("B", "A") in found


@pytest.mark.parametrize("rate", [69.9, None])
def test_below_seventy_percent_the_network_is_a_word(rate):
    rates = {k: v for k, v in ALL.items() if k[0] == "school"}
    if rate is not None:
        rates["district", "all"] = rate
    found = [f for f in ties(district(), rates) if f.part != "tie"]

    assert said(found, "word", "unit_kind", "indicator_id") == [
        ("network", "all", "", None, "too_few_answered", "district", "RO-4")
    ]


def test_a_school_nobody_names_and_that_names_nobody_is_isolated():
    found = ties(district(more="E"))
    alone = [f for f in found if f.part == "isolated" and f.unit_kind == "school"]

    assert said(alone, "word", "readers") == [
        ("isolated", "E", "", None, "isolated", Readers.OFFICE)
    ]
    assert values(found, "isolated")["all"] == 1.0
    # Six ties of 5 × 4; all of them returned.
    assert values(found, "density")["all"] == pytest.approx(30.0)
    assert {f.n for f in found if f.part == "density"} == {5}


def test_a_tie_that_is_not_returned_lowers_reciprocity():
    one_way = {**NAMED, "D": {"C": 2}}
    found = ties(district(one_way))

    # A–B and B–C both ways, C–D one way: four of five.
    assert values(found, "reciprocity")["all"] == pytest.approx(80.0)
    assert values(found, "density")["all"] == pytest.approx(100 * 5 / 12)


def test_without_a_tie_there_is_no_reciprocity_and_everyone_is_isolated():
    found = ties(district({"A": {"B": 2}}))

    assert values(found, "reciprocity") == {}
    assert values(found, "density")["all"] == 0.0
    assert values(found, "isolated")["all"] == 4.0


def test_cohorts_of_one_school_each_have_no_inside():
    alone = {"A": 1, "B": 2, "C": 3, "D": 4}
    found = ties(district(cohorts=alone))

    assert values(found, "outside") == values(found, "outside_p") == {}
    assert values(found, "density")["all"] == pytest.approx(50.0)


def test_three_schools_have_ties_and_no_statistics():
    found = ties(district(closed={"D": "2026-01-31"}))

    assert {f.part for f in found} == {"tie"}
    assert ("C", "D") not in {(f.unit_id, f.category) for f in found}


def test_an_answer_that_another_took_the_place_of_names_nobody():
    drawn = district()
    for k in range(5):
        drawn.teacher(f"old{k}", "D", 3, names=["A"], current=False)

    assert ("D", "A") not in {(f.unit_id, f.category) for f in ties(drawn)}


def test_a_wave_in_which_nobody_was_named_says_nothing():
    drawn = district(wave=2)

    assert {f.wave_index for f in ties(drawn, wave=2)} == {2}
    assert {f.wave_index for f in ties(drawn, {}, wave=3)} == {2}
