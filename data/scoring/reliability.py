"""May a scale be read as one thing? ω, α, ICC and agreement (rule E8).

Everything works on sums of products, so that no one's answers need leave DuckDB.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Floats = NDArray[np.float64]

FEWEST_CASES = 100
SOLID, ROUGH = 0.70, 0.60
# English and Spanish may differ by this much before they are not compared.
LANGUAGES_APART = 0.10
# Below this the school is no meaningful unit for a climate scale.
SCHOOL_IS_NO_UNIT = 0.05
AGREE = 0.70
NULL_VARIANCE = 2.0
ONE_ITEM, TWO_ITEMS = 1, 2
SMALLEST_UNIQUENESS = 1e-6


class Gate(StrEnum):
    """What the reliability of a scale allows."""

    SHOWN = "shown"
    ROUGH = "rough"
    ITEMS_ONLY = "items_only"
    UNKNOWN = "unknown"
    SINGLE = "single"


@dataclass(frozen=True, slots=True)
class Reliability:
    """Reliability of one scale in one wave, district wide.

    Attributes:
        omega: None with fewer than two items, or where the factor model fails.
        alpha_low, alpha_high: 95 % interval after Feldt.
    """

    n: int
    omega: float | None
    alpha: float | None
    alpha_low: float | None
    alpha_high: float | None
    gate: Gate


def scale_reliability(covariance: ArrayLike, n: int) -> Reliability:
    """Return the reliability of a scale from the covariance of its items.

    Two items use the Spearman–Brown coefficient in place of ω. One item has none:
    nothing says how well it measures, and nothing forbids showing it.

    Args:
        covariance: items × items, over the *n* who answered every item.

    Source: specification E8, 8.4 RO-3; oracle B3.
    """
    c = np.atleast_2d(np.asarray(covariance, float))
    if len(c) <= ONE_ITEM:
        return Reliability(n, None, None, None, None, Gate.SINGLE)
    if n < FEWEST_CASES:
        return Reliability(n, None, None, None, None, Gate.UNKNOWN)
    alpha = cronbach_alpha(c)
    low, high = feldt_interval(alpha, n, len(c)) if alpha is not None else (None, None)
    omega = spearman_brown(c) if len(c) == TWO_ITEMS else mcdonald_omega(c, n)
    return Reliability(n, omega, alpha, low, high, gate_of(omega))


def gate_of(omega: float | None) -> Gate:
    """Return what ω allows; a factor model that failed allows items alone."""
    if omega is None or omega < ROUGH:
        return Gate.ITEMS_ONLY
    return Gate.SHOWN if omega >= SOLID else Gate.ROUGH


def cronbach_alpha(covariance: ArrayLike) -> float | None:
    """Return α, or None where nobody's answers differ."""
    c = np.asarray(covariance, float)
    total, k = c.sum(), len(c)
    if total <= 0:
        return None
    return float(k / (k - 1) * (1 - np.trace(c) / total))


def feldt_interval(alpha: float, n: int, items: int) -> tuple[float, float]:
    """Return the 95 % interval of α.

    Args:
        n: people counted after incomplete ones were dropped.

    Source: Feldt 1965; oracle B3.
    """
    degrees = n - 1, (n - 1) * (items - 1)
    top, bottom = (float(stats.f.ppf(x, *degrees)) for x in (0.975, 0.025))
    return 1 - (1 - alpha) * top, 1 - (1 - alpha) * bottom


def mcdonald_omega(covariance: ArrayLike, n: int) -> float | None:
    """Return ω of a one-factor model, None where the model fails.

    Fitted by maximum likelihood to the correlations, in the items' own units.

    Source: specification E8; Hayes and Coutts 2020.
    """
    # Slow to import and needed by the build alone.
    from statsmodels.multivariate.factor import Factor  # noqa: PLC0415

    c = np.asarray(covariance, float)
    sd = np.sqrt(np.diag(c))
    if (sd <= 0).any():
        return None
    correlation = c / np.outer(sd, sd)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            # The library's own start is random; the same answers must always end
            # in the same number.
            model = Factor(corr=correlation, n_factor=1, method="ml", nobs=n)
            found = model.fit(start=_start(correlation))
    except (Warning, np.linalg.LinAlgError, ValueError):
        return None
    loadings = np.asarray(found.loadings, float)[:, 0]
    uniqueness = 1 - loadings**2
    if (uniqueness < SMALLEST_UNIQUENESS).any():
        return None
    common = (loadings * sd).sum() ** 2
    return float(common / (common + (uniqueness * sd**2).sum()))


def _start(correlation: Floats) -> tuple[Floats, Floats]:
    """Return loadings and uniquenesses to search from: the first principal axis."""
    unique = np.full(len(correlation), 0.5)
    values, vectors = np.linalg.eigh(correlation - np.diag(unique))
    axis = vectors[:, -1] * np.sqrt(max(values[-1], 0.1))
    return (axis * np.sign(axis.sum() or 1))[:, None], unique


def spearman_brown(covariance: ArrayLike) -> float | None:
    """Return 2r/(1 + r) of two items."""
    c = np.asarray(covariance, float)
    if c[0, 0] <= 0 or c[1, 1] <= 0:
        return None
    r = c[0, 1] / np.sqrt(c[0, 0] * c[1, 1])
    return float(2 * r / (1 + r)) if r > -1 else None


@dataclass(frozen=True, slots=True)
class Intraclass:
    """How much of the difference between people lies between schools."""

    between: float
    within: float
    icc1: float | None
    icc2: float | None


def intraclass(n: ArrayLike, total: ArrayLike, squares: ArrayLike) -> Intraclass | None:
    """Return ICC(1) and ICC(2), None below two schools or without repeats.

    Args:
        n, total, squares: per school: people, sum and sum of squares of scores.

    Source: specification E8; oracle B4.
    """
    n_, t, q = (np.asarray(x, float) for x in (n, total, squares))
    kept = n_ > 0
    n_, t, q = n_[kept], t[kept], q[kept]
    schools, people = len(n_), n_.sum()
    if schools < TWO_ITEMS or people <= schools:
        return None
    grand = t.sum() / people
    between = float((n_ * (t / n_ - grand) ** 2).sum() / (schools - 1))
    within = float((q - t**2 / n_).sum() / (people - schools))
    size = people / schools
    whole = between + (size - 1) * within
    return Intraclass(
        between,
        within,
        (between - within) / whole if whole > 0 else None,
        (between - within) / between if between > 0 else None,
    )


def agreement(item_variances: ArrayLike) -> float:
    """Return r_WG(J): how alike the people of one school answer.

    Source: specification 8.2 CU-1; oracle B4.
    """
    s2 = np.asarray(item_variances, float)
    items, mean = len(s2), min(float(s2.mean()), NULL_VARIANCE)
    left = items * (1 - mean / NULL_VARIANCE)
    return left / (left + mean / NULL_VARIANCE) if left > 0 else 0.0
