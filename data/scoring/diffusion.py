"""Who has started, who is watching? Position when joining, and the S-curve (RO-2)."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize

# Rogers' cut points; a definition, so a share of pioneers is never a finding.
CUTS = (0.16, 0.50, 0.84)
FEWEST_WAVES = 6
FEWEST_ADOPTED = 0.5


class Category(StrEnum):
    """Where a teacher stood in line when starting."""

    PIONEERS = "pioneers"
    EARLY = "early_joiners"
    LATER = "later_joiners"
    LAST = "last_to_join"
    WATCHING = "watching"


JOINED = (Category.PIONEERS, Category.EARLY, Category.LATER, Category.LAST)


def position(before: float, new: float, eligible: float) -> float:
    """Return F, the midpoint of a wave's adopters in the line of all teachers."""
    return (before + new / 2) / eligible


def category(place: float) -> Category:
    """Return the category of a position when joining.

    Source: specification 8.4 RO-2, golden value G10; Rogers.
    """
    return JOINED[int(np.searchsorted(CUTS, place, side="left"))]


@dataclass(frozen=True, slots=True)
class Joined:
    """Adopters of one wave."""

    new: float
    place: float
    category: Category


def joining(new: Sequence[float], eligible: float) -> list[Joined]:
    """Return each wave's adopters with their place in line.

    Args:
        new: first-time adopters per wave, in order.
        eligible: all teachers on the roster, not all who ever adopt.
    """
    found, before = [], 0.0
    for count in new:
        place = position(before, count, eligible)
        found.append(Joined(count, place, category(place)))
        before += count
    return found


@dataclass(frozen=True, slots=True)
class Bass:
    """A Bass curve: a description of what happened, never a forecast."""

    p: float
    q: float

    @property
    def peak(self) -> float:
        """Time of fastest growth, in the unit the curve was fitted in."""
        return float(np.log(self.q / self.p) / (self.p + self.q))

    def peak_adopters(self, market: float) -> float:
        """Return how many join per unit of time at the peak."""
        return float(market * (self.p + self.q) ** 2 / (4 * self.q))

    def share(self, t: ArrayLike) -> np.ndarray:
        """Return F(t), the share that has joined."""
        return _bass(np.asarray(t, float), self.p, self.q)


def _bass(t: np.ndarray, p: float, q: float) -> np.ndarray:
    fading = np.exp(-(p + q) * t)
    return np.asarray((1 - fading) / (1 + q / p * fading))


def fit_bass(shares: Sequence[float]) -> Bass | None:
    """Return the curve through cumulative shares at t = 1, 2, …, if it may be drawn.

    None below six waves, before half have joined, or where no curve with p, q > 0
    fits.

    Source: specification 8.4 RO-2; oracle B11.
    """
    y = np.asarray(shares, float)
    if len(y) < FEWEST_WAVES or y[-1] <= FEWEST_ADOPTED:
        return None
    t = np.arange(1, len(y) + 1, dtype=float)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            (p, q), _ = optimize.curve_fit(
                _bass, t, y, p0=(0.03, 0.4), bounds=((1e-6, 1e-6), (1, 5))
            )
    except (RuntimeError, Warning):
        return None
    at_edge = p <= 2e-6 or q <= 2e-6  # noqa: PLR2004 - the bound above, a hair wider
    return None if at_edge else Bass(float(p), float(q))
