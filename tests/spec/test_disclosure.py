"""What may be seen.

No result rests on too few people; nobody can subtract a hidden school out of a
total; the ends of the scale are blunt; and thresholds only ever go up.
"""

import pandas as pd
import pytest
from tables import asked, one_row, two_way

from data.disclosure.coding import code_for_public, n_band
from data.disclosure.feasible import Feasible, view_of_truth
from data.disclosure.suppression import Question, exposed_cells, protect
from data.disclosure.system import System, reduced
from data.errors import LoweredThreshold
from data.model.cell import VISIBLE, Cell, Status
from data.model.rules import FLOORS, Rules, rules_from

COUNTY = [[15, 1, 3, 1], [20, 10, 10, 15], [3, 10, 10, 2], [12, 14, 7, 2]]
PRIMARY = (1, 2, 3, 8, 11, 15)


def spans(system: System, hidden: set[int], cells=PRIMARY) -> list[tuple[int, int]]:
    feasible = Feasible(view_of_truth(system, hidden), sorted(hidden))
    found = [feasible.span(c) for c in cells]
    return [(s.low, s.high) for s in found if s is not None]


def without_grand_total(rows: list[list[int]]) -> System:
    whole = two_way(rows)
    return System(whole.counts, whole.totals[:-2])


def test_two_hidden_cells_in_every_line_are_not_enough():
    """Golden value G13: Alpha's fourth cell is exactly one."""
    system = without_grand_total(COUNTY)
    hidden = {1, 2, 3, 5, 6, 8, 11, 12, 15}

    assert reduced(system, hidden).solvable() == {3}
    assert spans(system, hidden) == [(0, 4), (0, 4), (1, 1), (1, 5), (0, 4), (0, 4)]
    assert spans(system, hidden, (5, 6, 12)) == [(7, 11), (9, 13), (10, 14)]


def test_the_improved_pattern_gives_nothing_away():
    """Golden value G13: Gamma's third and Delta's first and third besides."""
    system = without_grand_total(COUNTY)
    hidden = {1, 2, 3, 8, 9, 11, 12, 14, 15}

    assert not reduced(system, hidden).solvable()
    assert spans(system, hidden) == [(0, 5), (0, 5), (0, 5), (0, 9), (0, 5), (0, 5)]


def test_the_classic_table_is_protected_by_the_fewest_and_smallest_cells():
    """Golden value G13: three more, and of all threes the least people (29)."""
    system = without_grand_total(COUNTY)
    found = protect(system, asked(system, 5, inner=16))

    assert found == {9, 12, 14}
    assert all(
        low <= 1 and high >= 5 for low, high in spans(system, found | set(PRIMARY))
    )


def test_the_published_pattern_of_age_by_country():
    """GaussSuppression: young Portugal is one cell of four that must go."""
    system = two_way([[2, 0, 5], [3, 4, 6]])
    # Statistics Norway protects the zero; nobody may solve for it.
    question = Question(frozenset({1}), {1: 0}, frozenset(), [0] * 6 + [4] * 6)
    hidden = {0, 1, 3, 4}

    assert spans(system, hidden, (0, 1, 3, 4)) == [(0, 2), (0, 2), (3, 5), (2, 4)]
    assert not exposed_cells(system, question, hidden)
    assert exposed_cells(system, question, {1})


def test_what_nothing_can_cover_loses_its_totals():
    """Two groups of two and seven, apart in every line: no cell covers another."""
    system = two_way([[2, 0], [0, 7]])
    question = asked(system, 5, inner=4)

    assert protect(system, question) == {4, 6, 8}


def test_a_table_of_one_small_cell_is_withheld_whole():
    system = two_way([[3]])

    assert protect(system, asked(system, 5, inner=1)) == {1, 2, 3}


def test_cover_must_itself_be_large_enough():
    """Two hidden schools of four and three: seven people in all, and known."""
    system = one_row([120, 4, 3])
    inner = asked(system, 10, inner=3)

    assert exposed_cells(system, inner, {1, 2})
    assert 0 in protect(system, inner)


def test_those_who_all_answered_alike_are_not_given_away_together():
    """Six of six and twelve of twelve: the pair is hidden, the answer is not."""
    agree = one_row([6, 12, 40], [6, 12, 20])
    differ = one_row([6, 12, 40], [6, 5, 20])
    question = asked(agree, 10, inner=3)

    assert exposed_cells(agree, question, {0, 1})
    assert not exposed_cells(differ, question, {0, 1})
    assert 2 in protect(agree, question)


def test_a_principal_knows_the_own_school():
    """With one cover, its principal subtracts it; with two, nobody can."""
    system = one_row([6, 30, 31, 200])
    trusted = asked(system, 10, inner=4)
    doubted = asked(system, 10, inner=4, knowers=range(1, 4))

    assert protect(system, trusted) == {1}
    assert protect(system, doubted) == {1, 2}


def test_a_cell_readers_know_already_covers_nobody():
    system = one_row([6, 30, 31, 200])
    question = asked(system, 10, inner=4)
    known = Question(
        question.hidden, question.sensitive, question.knowers, question.ranks,
        known=frozenset({1}),
    )  # fmt: skip

    assert protect(system, known) == {2}


def test_nothing_hidden_nothing_withheld():
    system = two_way([[120, 45], [30, 80]])

    assert not protect(system, asked(system, 10, inner=4))


@pytest.mark.parametrize(
    ("n", "share", "printed"),
    [
        (300, 99.4, ("at_least", 99)),
        (300, 99.0, ("exact", 99)),
        (299, 99.0, ("at_least", 98)),
        (99, 4.9, ("at_most", 5)),
        (40, 5.0, ("exact", 5)),
        (39, 90.1, ("at_least", 90)),
        (19, 100.0, ("at_least", 80)),
        (10, 0.0, ("at_most", 20)),
        (9, 85.0, ("at_least", 80)),
    ],
)
def test_the_ends_of_the_scale_are_blunt_and_blunter_for_small_groups(
    n, share, printed
):
    frame = pd.DataFrame(
        [
            {
                "n": n,
                "share": share,
                "low": share - 3,
                "high": share + 3,
                "rate": 71.2,
                "eligible": 400,
            }
        ]
    )
    row = code_for_public(frame).iloc[0]

    assert (row["coding"], row["share"]) == printed
    assert pd.isna(row["n"])
    assert pd.isna(row["eligible"])
    assert pd.isna(row["low"]) == (printed[0] != "exact")


@pytest.mark.parametrize(
    ("n", "band"),
    [
        (5, "5–9"),
        (10, "10–19"),
        (19, "10–19"),
        (20, "20–39"),
        (40, "40–99"),
        (100, "100–299"),
        (300, "300+"),
    ],
)
def test_the_public_reads_n_as_a_band(n, band):
    assert n_band(n) == band


@pytest.mark.parametrize("key", sorted(FLOORS))
def test_a_threshold_is_never_lowered(key):
    with pytest.raises(LoweredThreshold, match=key):
        rules_from({key: str(FLOORS[key] - 1)})


@pytest.mark.parametrize("key", sorted(FLOORS))
def test_a_threshold_may_be_raised(key):
    assert getattr(rules_from({key: "25"}), key) == 25


def test_delaware_asks_for_more_than_fifteen():
    assert Rules(min_n_student=16).minimum("families") == 16


@pytest.mark.parametrize("status", sorted(set(Status) - VISIBLE))
def test_a_hidden_cell_cannot_carry_a_number(status):
    with pytest.raises(ValueError, match="carries a number"):
        Cell(status, share=50.0)


def test_a_protected_cell_does_not_even_carry_a_rate():
    with pytest.raises(ValueError, match="carries a rate"):
        Cell(Status.PROTECTED, rate=60)
