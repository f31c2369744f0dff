"""Two principals who pool take their own schools out of what the public reads."""

import pytest
from drawn_estimates import seen, told

from data.disclosure.pooled import Count, leaves_one_number

ENOUGH_LEFT = {"A": (30, 10), "B": (30, 8), "C": (30, 12)}
OTHERS = {"D": (30, 15), "E": (30, 9), "F": (30, 11)}


@pytest.mark.parametrize(
    ("whole", "known", "is_one"),
    [
        # three schools' teachers and those who agree; what two principals know
        ((75, 24), (50, 16), False),  # 32 % of 40–99: 17 to 32 agree, 16 are known
        ((90, 4), (60, 4), True),  # at most 5 % of at most 99: four, all known
        ((90, 4), (60, 2), False),  # two, three or four
        ((90, 86), (60, 56), True),  # the same of those who do not
        ((39, 20), (36, 18), True),  # of at most 39 three are left
        ((39, 20), (30, 15), False),
        ((310, 3), (200, 3), False),  # 300 and more has no upper end
    ],
)
def test_what_is_left_is_told_by_the_bands_and_ends_the_public_reads(
    whole, known, is_one
):
    assert leaves_one_number(Count(*whole), Count(*known), 5) is is_one


@pytest.mark.parametrize(
    ("cohort", "is_shown"),
    [
        (ENOUGH_LEFT, True),
        # A's principal and B's know all four who agree: at C nobody does.
        ({"A": (30, 4), "B": (30, 0), "C": (30, 0)}, False),
        # Nine at B: its principal reads nothing, and no two are left who do.
        ({"A": (71, 4), "B": (9, 0), "C": (9, 0)}, True),
    ],
)
def test_a_staff_total_of_three_schools_is_shown_unless_two_solve_the_third(
    cohort, is_shown
):
    frame = told("CU-1", "scale", {**cohort, **OTHERS})

    assert (("scale", "1") in seen(frame, "public")) is is_shown


def test_with_a_fourth_school_two_are_left():
    counts = {"A": (30, 4), "B": (30, 0), "C": (30, 0)}
    frame = told("CU-1", "scale", {**counts, **OTHERS})
    frame.loc[frame["unit_kind"].eq("cohort"), "schools"] = 4

    assert ("scale", "1") in seen(frame, "public")
