"""Standardized changes as places in 100."""

from __future__ import annotations

from statistics import NormalDist


def places(deviations: float) -> float:
    """Return how many of 100 places the middle one moves, from the normal curve.

    Args:
        deviations: a change in standard deviations; 0.05 is 2 places.
    """
    return 100 * (NormalDist().cdf(deviations) - 0.5)
