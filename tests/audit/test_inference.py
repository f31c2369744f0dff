"""What follows from linear statements about counts: bounds, then programmes."""

import numpy as np
import pytest

from data.audit.inference import Contradiction, Knowledge, Rows


def known(low, high, *rows, whole=True):
    """Knowledge of unknowns 0, 1, …; a row is ({unknown: value}, low, high)."""
    laid = Rows(
        np.array([k for k, (terms, _, _) in enumerate(rows) for _ in terms], int),
        np.array([c for terms, _, _ in rows for c in terms], int),
        np.array([v for terms, _, _ in rows for v in terms.values()], float),
        np.array([low for _, low, _ in rows], float),
        np.array([high for _, _, high in rows], float),
    )
    many = len(low)
    return Knowledge.of(
        np.array(low, float), np.array(high, float), np.full(many, whole), laid
    )


def bounds(knowledge):
    knowledge.tighten()
    return list(zip(knowledge.low.tolist(), knowledge.high.tolist(), strict=True))


def test_the_last_part_of_a_known_total_is_the_rest():
    # 20 in all, 12 and 5 told: three are left.
    found = bounds(
        known([20, 12, 5, 0], [20, 12, 5, 99], ({0: 1, 1: -1, 2: -1, 3: -1}, 0, 0))
    )

    assert found[3] == (3, 3)


def test_two_unknown_parts_share_what_is_left():
    found = bounds(
        known([20, 12, 0, 0], [20, 12, 99, 99], ({0: 1, 1: -1, 2: -1, 3: -1}, 0, 0))
    )

    assert found[2:] == [(0, 8), (0, 8)]


def test_people_come_whole():
    # Between 17.2 and 18.9 in a hundred of 17 people is three people.
    row = ({0: 1, 1: -0.172}, 0, np.inf), ({0: 1, 1: -0.189}, -np.inf, 0)

    assert bounds(known([0, 17], [99, 17], *row))[0] == (3, 3)


def test_shares_of_answers_need_not():
    row = ({0: 4, 1: -1}, 0, 0)

    assert bounds(known([0, 10], [99, 10], row, whole=False))[0] == (2.5, 2.5)


def test_who_is_counted_within_is_no_more_than_the_whole():
    assert bounds(known([0, 0], [99, 7], ({0: 1, 1: -1}, -np.inf, 0)))[0] == (0, 7)


def test_statements_that_cannot_all_be_true_are_said_to_be_so():
    with pytest.raises(Contradiction):
        known([5, 6], [5, 6], ({0: 1, 1: -1}, 0, 0)).tighten()


def test_knowing_one_more_number_tightens_the_rest():
    start = known([20, 0, 0], [20, 20, 20], ({0: 1, 1: -1, 2: -1}, 0, 0))
    start.tighten()
    told = start.knowing({1: 16})

    assert (told.low[2], told.high[2]) == (4, 4)
    assert (start.low[2], start.high[2]) == (0, 20)


# County by education, minimum 5, as federal guidance prints it (golden value G13);
# the cells of the naive pattern are hidden: two in every row and column at least.
TABLE = [[15, 1, 3, 1], [20, 10, 10, 15], [3, 10, 10, 2], [12, 14, 7, 2]]
NAIVE = {(0, 1), (0, 2), (0, 3), (1, 1), (1, 2), (2, 0), (2, 3), (3, 0), (3, 3)}
SAFE = {(0, 1), (0, 2), (0, 3), (2, 0), (2, 1), (2, 3), (3, 0), (3, 2), (3, 3)}


def county(hidden):
    """The 16 cells; their row and column totals are told."""
    rows = [
        *(
            ({4 * i + j: 1 for j in range(4)}, sum(TABLE[i]), sum(TABLE[i]))
            for i in range(4)
        ),
        *(
            (
                {4 * i + j: 1 for i in range(4)},
                sum(r[j] for r in TABLE),
                sum(r[j] for r in TABLE),
            )
            for j in range(4)
        ),
    ]
    cells = [(i, j) for i in range(4) for j in range(4)]
    low = [0 if c in hidden else TABLE[c[0]][c[1]] for c in cells]
    high = [135 if c in hidden else TABLE[c[0]][c[1]] for c in cells]
    return known(low, high, *rows)


def test_two_hidden_cells_in_each_row_and_column_are_not_enough():
    """Rows Alpha and Beta less columns Medium and High leave Alpha/Very high: one."""
    table = county(NAIVE)
    table.tighten()

    assert table.largest([3], {3: 5}) == {3: 1}


def test_what_is_hidden_safely_reaches_the_minimum():
    table = county(SAFE)
    table.tighten()
    primaries = [1, 2, 3, 8, 11, 15]

    largest = table.largest(primaries, dict.fromkeys(primaries, 5))

    assert all(value >= 5 for value in largest.values())


def test_each_span_of_the_safe_pattern_is_the_published_one():
    """Feasible at most: Alpha 5 5 5, Gamma 9 and 5, Delta 5 (P5, golden value G13)."""
    table = county(SAFE)
    table.tighten()
    asked = {1: 5, 2: 5, 3: 5, 8: 9, 11: 5, 15: 5}
    # Asked for more than can be, each gives its true largest.
    largest = {c: table.largest([c], {c: 99})[c] for c in asked}

    assert {c: round(v) for c, v in largest.items()} == asked


def test_two_releases_are_one_system_and_nobody_unanswers():
    # Then: 30 in all, 8 hidden. Now: still 30 in all, and the other school is told.
    now = known([30, 22, 0], [30, 22, 99], ({0: 1, 1: -1, 2: -1}, 0, 0))
    then = known([30, 0, 0], [30, 99, 99], ({0: 1, 1: -1, 2: -1}, 0, 0))
    both = now.beside(then, np.array([0, 1, 2]), np.array([0, 1, 2]))
    both.tighten()

    assert (both.low[4], both.high[4]) == (22, 22)
    assert (both.low[5], both.high[5]) == (8, 8)
