"""For every district, not only the drawn ones: no hidden school can be solved for."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from data.disclosure.totals import Part, protect

DISTRICTS = st.lists(
    st.tuples(st.integers(1, 60), st.integers(0, 3), st.booleans()),
    min_size=1,
    max_size=14,
)
MINIMUM = 10


def district(rows: list[tuple[int, int, bool]]) -> list[Part]:
    """Schools with their cohort; those launched are part of a third total."""
    return [
        Part(
            f"school {i}",
            n,
            frozenset(
                {"district:all", f"cohort:{cohort}"}
                | ({"launched:launched"} if launched else set())
            ),
            shown=n >= MINIMUM,
            sensitive=n < MINIMUM,
        )
        for i, (n, cohort, launched) in enumerate(rows)
    ]


def solve(parts: list[Part], totals: set[str], hidden: list[Part]) -> set[str]:
    """Attack by linear algebra: the hidden schools a reader can solve for.

    Independent of the code under test: a unit vector lies in the row space
    exactly when projecting it there changes nothing.
    """
    rows = np.array([[t in p.totals for p in hidden] for t in sorted(totals)], float)
    if not rows.size:
        return set()
    project = np.linalg.pinv(rows) @ rows
    return {
        p.school_id
        for i, p in enumerate(hidden)
        if np.allclose(project[i], np.eye(len(hidden))[i], atol=1e-9)
    }


@given(DISTRICTS)
@settings(max_examples=300, deadline=None)
def test_no_hidden_school_can_be_solved_for(rows):
    parts = district(rows)
    totals = {
        t: sum(p.n for p in parts if t in p.totals) for p in parts for t in p.totals
    }
    found = protect(parts, totals, minimum=MINIMUM)
    left = set(totals) - found.totals
    hidden = [p for p in parts if not p.shown or p.school_id in found.schools]
    small = {p.school_id for p in parts if not p.shown}

    assert not solve(parts, left, hidden) & small


@given(DISTRICTS, st.randoms())
@settings(max_examples=100, deadline=None)
def test_the_order_of_schools_changes_nothing(rows, random):
    parts = district(rows)
    totals = {
        t: sum(p.n for p in parts if t in p.totals) for p in parts for t in p.totals
    }
    shuffled = parts.copy()
    random.shuffle(shuffled)

    assert protect(parts, totals, minimum=MINIMUM) == protect(
        shuffled, totals, minimum=MINIMUM
    )


@given(DISTRICTS)
@settings(max_examples=100, deadline=None)
def test_the_districts_total_is_the_last_to_go(rows):
    parts = district(rows)
    totals = {
        t: sum(p.n for p in parts if t in p.totals) for p in parts for t in p.totals
    }
    found = protect(parts, totals, minimum=MINIMUM)
    shown = [p for p in parts if p.shown and p.school_id not in found.schools]

    if "district:all" in found.totals:
        assert not shown
