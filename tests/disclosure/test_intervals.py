"""A hidden cell that is not empty says that somebody is there."""

import pytest

from data.disclosure.feasible import view_of_truth
from data.disclosure.intervals import _insiders, too_narrow
from data.disclosure.system import System


@pytest.mark.parametrize(
    ("rest", "tells_empty", "is_found"),
    [
        # Two hidden cells of five people in all: 0 and 5 would do …
        ((2, 3), False, False),
        # … but where an empty cell says so, neither can be five.
        ((2, 3), True, True),
        # Six people: one and five will do.
        ((2, 4), True, False),
    ],
)
def test_two_hidden_groups_of_few_people_together(rest, tells_empty, is_found):
    counts = [20, *rest, 20 + sum(rest)]
    system = System(counts, ((3, (0, 1, 2)),), tells_empty=tells_empty)
    asked = {1: 5, 2: 5}

    found = too_narrow(view_of_truth(system, {1, 2}), asked, {})

    assert bool(found) is is_found


def test_a_school_whose_two_hidden_groups_hold_somebody_each_holds_two():
    """Four and one of a school of five: it holds one to nobody's mind, nor need it."""
    counts = [5, 4, 1, 30, 35]
    totals = ((0, (1, 2)), (4, (0, 3)))
    system = System(counts, totals, tells_empty=True)

    found = too_narrow(view_of_truth(system, {0, 1, 2, 3}), {0: 10, 1: 10, 2: 10}, {})

    assert found == []


def test_of_very_many_who_know_their_own_count_the_24_largest_are_tried():
    # Cell c knows c people; the last two know as many as the largest.
    knowers = {**{c: c for c in range(30)}, 30: 29, 31: 29}

    assert _insiders(list(range(40)), knowers) == [29, 30, 31, *range(28, 7, -1)]
    assert _insiders([3, 1, 35], knowers) == [1, 3]
