"""Do ideas cross between buildings? Ties between schools (RO-4)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FEWEST_SCHOOLS = 4
DRAWS = 5_000
SEED = 20250101


@dataclass(frozen=True, slots=True)
class Network:
    """What the ties between schools add up to.

    Attributes:
        ties: schools × schools, who names whom often enough to draw.
        isolated: positions of schools without a tie in or out.
        outside: E–I index on cohorts, −1 all inside to 1 all across; None where
            no cohort could have an inside tie.
        outside_expected: the same if names were spread at random.
        p: how often shuffled cohorts lie at least as far from what is expected.
    """

    ties: NDArray[np.bool_]
    density: float
    reciprocity: float | None
    isolated: tuple[int, ...]
    outside: float | None
    outside_expected: float | None
    p: float | None


def network(named: ArrayLike, cohorts: ArrayLike, *, tie_min: int) -> Network | None:
    """Return the network of schools, None below four of them.

    Args:
        named: M, schools × schools: respondents at row u who name column v.
        cohorts: one label per school.
        tie_min: people needed for a tie to be drawn.

    Source: specification 8.4 RO-4, golden value G7; oracle B12.
    """
    m = np.asarray(named, float).copy()
    np.fill_diagonal(m, 0)
    schools = len(m)
    if schools < FEWEST_SCHOOLS:
        return None
    ties = m >= tie_min
    count = int(ties.sum())
    alone = np.flatnonzero(~ties.any(axis=0) & ~ties.any(axis=1))
    labels = np.asarray(cohorts)
    outside, expected, p = _across(m, labels)
    return Network(
        ties,
        count / (schools * (schools - 1)),
        float((ties & ties.T).sum() / count) if count else None,
        tuple(int(k) for k in alone),
        outside,
        expected,
        p,
    )


def _across(
    m: NDArray[np.float64], labels: NDArray[np.generic]
) -> tuple[float | None, float | None, float | None]:
    """Return E–I, its expectation and the permutation p, on cohorts of two or more."""
    _, of, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    kept = sizes[of] > 1
    m, of = m[np.ix_(kept, kept)], of[kept]
    total = m.sum()
    if not total:
        return None, None, None
    schools = len(of)
    size = np.bincount(of, minlength=len(sizes))[of]
    per_school = 2 * (schools - size) / (schools - 1) - 1
    expected = float((m.sum(axis=1) * per_school).sum() / total)
    # Ties are few beside pairs of schools, and shuffled thousands of times.
    ends = np.nonzero(m)
    weight = m[ends]
    outside = _outside(ends, weight, of)
    rng = np.random.default_rng(SEED)
    apart = abs(outside - expected)
    further = 0
    for _ in range(DRAWS):
        shuffled = _outside(ends, weight, rng.permutation(of))
        further += abs(shuffled - expected) >= apart - 1e-12
    return outside, expected, (further + 1) / (DRAWS + 1)


def _outside(
    ends: tuple[NDArray[np.intp], ...],
    weight: NDArray[np.float64],
    of: NDArray[np.intp],
) -> float:
    across = weight[of[ends[0]] != of[ends[1]]].sum()
    return float((2 * across - weight.sum()) / weight.sum())
