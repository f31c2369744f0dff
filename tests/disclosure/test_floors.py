"""What is shown of some tells how many there are at least of all."""

import numpy as np
import pandas as pd
import pytest

from data.disclosure.feasible import view_of_truth
from data.disclosure.floors import Floors
from data.disclosure.intervals import too_narrow
from data.disclosure.suppression import Question, protect
from data.disclosure.system import System
from data.disclosure.together import together

ROWS = pd.DataFrame(
    [
        ("school", "A", "all", "all"),
        ("school", "A", "language", "en"),
        ("school", "A", "language", "es"),
        ("school", "A", "grade_band", "68"),
    ],
    columns=["unit_kind", "unit_id", "breakdown", "category"],
)


def floors(cells, amounts, *, goes_along):
    told = [(np.array(cells), np.array(amounts), goes_along)]
    return Floors(ROWS, np.arange(4)).of(told)


def test_parts_of_one_split_add_up_and_of_two_the_larger_counts():
    found = floors([1, 2, 3], [11.0, 4.0, 13.0], goes_along=True)

    assert found == {0: 15}


def test_a_number_that_stays_where_the_other_is_hidden_tells_of_itself_too():
    found = floors([0, 1], [18.0, 11.0], goes_along=False)

    assert found == {0: 18, 1: 11}


def test_people_are_whole():
    assert floors([1], [10.9999999], goes_along=True) == {0: 11}


def test_those_clear_lie_within_those_who_heard_and_those_asked():
    inside = together().inside

    assert set(inside["CH-4", "clear_if_heard", "family"]) == {
        (("CH-4", "heard_and_clear", "family"), True)
    }
    assert (("CH-4", "clear_if_heard", "family"), False) in inside[
        "CH-4", "F.WHY.1", "family"
    ]


@pytest.mark.parametrize(
    ("known", "is_found"),
    [
        # 4 and 15 who had heard are hidden together; all 15 could be the first's.
        (0, False),
        # Nine of the 15 are told apart: the first has ten at most.
        (9, False),
        # Eleven are: it has eight at most, fewer than ten.
        (11, True),
    ],
)
def test_cover_of_which_some_are_told_covers_with_the_others_alone(known, is_found):
    floors = {1: known} if known else {}
    system = System([4, 15, 60, 79], ((3, (0, 1, 2)),), tells_empty=True, floors=floors)

    found = too_narrow(view_of_truth(system, {0, 1}), {0: 10}, {})

    assert bool(found) is is_found


def test_one_more_is_hidden_where_the_first_cover_is_not_enough():
    system = System(
        [4, 15, 60, 79], ((3, (0, 1, 2)),), tells_empty=True, floors={1: 11}
    )
    question = Question(frozenset({0, 1}), {0: 10}, frozenset(), (0, 0, 0, 1))

    assert protect(system, question) == {2}
