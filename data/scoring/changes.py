"""Two waves beside each other: how sure a change is, and its word (rule E7)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from data.scoring.formulas import Floats, wilson

FEWEST_PAIRS = 8
FEWEST_IN_GROUP = 3


class Change:
    """The words for a change between two waves (E7)."""

    ROSE = "rose"
    FELL = "fell"
    SMALL = "small"
    UNCLEAR = "unclear"
    TOO_FEW = "too_few"
    # Nobody knows yet how much schools move in an ordinary year.
    TOO_EARLY = "too_early"


@dataclass(frozen=True, slots=True)
class Movement:
    """How much a school moves in an ordinary year, beyond sampling (E7).

    Attributes:
        variance: ω², squared points of the mean on 0–100.
        spread: variance of the changes it rests on, sampling included.
        degrees: of freedom of *spread*.
    """

    variance: float
    spread: float
    degrees: int


def ordinary_movement(
    difference: ArrayLike, sampling: ArrayLike, pair: ArrayLike
) -> Movement | None:
    """Return ω² = max(0, Var(d) − mean(v₁ + v₂)), or None below eight pairs.

    The variance is taken within each pair of waves and pooled over them, so that
    what moved all schools of a district together is not taken for the movement
    of one.

    Args:
        difference: d of one untouched school between two waves.
        sampling: v₁ + v₂ of each.
        pair: which two waves each is of.

    Source: specification E7.
    """
    d, v, of = np.asarray(difference, float), np.asarray(sampling, float), pair
    if len(d) < FEWEST_PAIRS:
        return None
    _, place = np.unique(np.asarray(of), return_inverse=True)
    count = np.bincount(place)
    degrees = int(len(d) - len(count))
    if degrees < 1:
        return None
    centred = d - (np.bincount(place, d) / count)[place]
    spread = float((centred**2).sum() / degrees)
    return Movement(max(0.0, spread - float(v.mean())), spread, degrees)


@dataclass(frozen=True, slots=True)
class Spread:
    """How sure a difference of two means is.

    Attributes:
        variance: of the difference, squared points.
        degrees: of freedom of the t distribution it is held against.
    """

    variance: Floats
    degrees: Floats


def change_spread(
    v1: ArrayLike,
    v2: ArrayLike,
    n1: ArrayLike,
    n2: ArrayLike,
    movement: Movement | None = None,
    *,
    schools: ArrayLike = 1,
) -> Spread:
    """Return v₁ + v₂ + ω² of differences, with Welch's degrees of freedom.

    ω² is an estimate of its own, so its degrees count as those of the two
    samples do; without them a few quiet years would make every later one loud.

    Args:
        movement: ω² of the measure; None leaves the people's variance alone.
        schools: as how many equal schools a group's people are spread; ω² of a
            group is ω² over these.

    Source: specification E7; Satterthwaite 1946.
    """
    a, b = np.asarray(v1, float), np.asarray(v2, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        doubt = a**2 / (np.asarray(n1, float) - 1) + b**2 / (np.asarray(n2, float) - 1)
        total = a + b
        if movement is not None:
            m = np.asarray(schools, float)
            total = total + movement.variance / m
            doubt = doubt + (movement.spread / m) ** 2 / movement.degrees
        return Spread(np.asarray(total), np.asarray(total**2 / doubt))


def change_p_values(difference: ArrayLike, spread: Spread) -> Floats:
    """Return two-sided p of differences of means.

    Source: specification E7.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.abs(np.asarray(difference, float)) / np.sqrt(spread.variance)
    return np.asarray(2 * stats.t.sf(t, spread.degrees))


def t_value(degrees: Floats) -> Floats:
    """Return the critical value of a two-sided 5 % test."""
    with np.errstate(invalid="ignore"):
        return np.asarray(stats.t.ppf(0.975, degrees))


def change_half_width(spread: Spread) -> Floats:
    """Return half the 95 % interval of differences of means.

    Source: specification E7.
    """
    return np.asarray(t_value(spread.degrees) * np.sqrt(spread.variance))


def change_words(
    difference: ArrayLike, p: ArrayLike, *, smallest: float, q: float
) -> list[str]:
    """Return one change word per element, after Benjamini–Hochberg over all.

    A nan p is "too few to say" and takes no part in the family.

    Source: specification E7, golden value G3.
    """
    d, p_ = np.asarray(difference, float), np.asarray(p, float)
    known = ~np.isnan(p_)
    adjusted = np.full(len(p_), np.nan)
    if known.any():
        adjusted[known] = stats.false_discovery_control(p_[known], method="bh")
    return [_word(*pair, smallest, q) for pair in zip(d, adjusted, strict=True)]


def _word(difference: float, adjusted: float, smallest: float, q: float) -> str:
    if np.isnan(adjusted):
        return Change.TOO_FEW
    if adjusted > q:
        return Change.UNCLEAR
    if abs(difference) < smallest:
        return Change.SMALL
    return Change.ROSE if difference > 0 else Change.FELL


def difference_of_shares(
    x1: ArrayLike,
    n1: ArrayLike,
    x2: ArrayLike,
    n2: ArrayLike,
    *,
    beyond: ArrayLike = 0.0,
) -> tuple[Floats, Floats, Floats]:
    """Return x1/n1 − x2/n2 with its 95 % hybrid score interval.

    For a single yes/no question.

    Args:
        beyond: half width, as a proportion, of what schools move beyond sampling;
            joined to each arm of the interval as a third independent part.

    Source: specification E7; Newcombe 1998, method 10; oracle B1.
    """
    size1, size2 = np.asarray(n1, float), np.asarray(n2, float)
    p1, p2 = np.asarray(x1, float) / size1, np.asarray(x2, float) / size2
    (l1, u1), (l2, u2) = wilson(p1, size1), wilson(p2, size2)
    d, more = p1 - p2, np.asarray(beyond, float) ** 2
    low = d - np.sqrt((p1 - l1) ** 2 + (u2 - p2) ** 2 + more)
    high = d + np.sqrt((u1 - p1) ** 2 + (p2 - l2) ** 2 + more)
    return d, low, high
