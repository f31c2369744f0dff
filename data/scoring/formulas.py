"""The arithmetic of the estimation rules, on arrays, exactly as specified.

Shares are proportions in [0, 1] here; percent appears only in a release.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, stats

Floats = NDArray[np.float64]

Z = 1.959964
MOST_PERCENT = 100.0
DUST = 1e-12


@dataclass(frozen=True, slots=True)
class Moments:
    """Sums over respondents, one element per estimate.

    Attributes:
        n: respondents; y: favourable shares; m: means on 0–100; k: items asked.
    """

    n: Floats
    y: Floats
    yy: Floats
    m: Floats
    mm: Floats
    k: Floats


def share_and_variance(moments: Moments) -> tuple[Floats, Floats]:
    """Return p̂ and the variance s² of respondents' shares.

    s² is nan for a single respondent.

    Source: specification E1.
    """
    return _mean_and_variance(moments.n, moments.y, moments.yy)


def mean_and_variance(moments: Moments) -> tuple[Floats, Floats]:
    """Return m̂ (0–100) and the variance of respondents' means.

    Source: specification E1, 4.3.
    """
    return _mean_and_variance(moments.n, moments.m, moments.mm)


def _mean_and_variance(
    n: Floats, total: Floats, squares: Floats
) -> tuple[Floats, Floats]:
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = total / n
        spread = np.maximum(squares - n * mean**2, 0.0)
        variance = np.where(n > 1, spread / (n - 1), np.nan)
    # Sums of thirds and quarters leave dust where everyone agrees.
    return mean, np.where(variance < DUST, 0.0, variance)


def variance_infer(variance: ArrayLike, n: ArrayLike) -> Floats:
    """Return s²/n: for comparing schools, for change, for shrinkage.

    Source: specification E2.
    """
    return np.asarray(np.asarray(variance, float) / np.asarray(n, float))


def variance_desc(variance: ArrayLike, n: ArrayLike, eligible: ArrayLike) -> Floats:
    """Return (1 − n/N)·s²/n: only for "at this school, this wave".

    N below n is raised to n.

    Source: specification E2.
    """
    n_, whole = np.asarray(n, float), np.maximum(np.asarray(eligible, float), n)
    return np.asarray((1 - n_ / whole) * np.asarray(variance, float) / n_)


def effective_n(
    share: ArrayLike,
    variance: ArrayLike,
    n: ArrayLike,
    *,
    k: ArrayLike = 1,
    eligible: ArrayLike | None = None,
) -> Floats:
    """Return n* = p̂(1 − p̂)/v, the size a simple sample would need.

    At p̂ of 0 or 1 it is n, or n/(1 − n/N) when *eligible* is given (infinite
    when all answered). Without *eligible* it is capped at n·k. Where all people
    share one middling value it is k times what it is at the ends: agreement is
    never certainty about those who did not answer.

    Source: specification E3.
    """
    p, v, n_ = (np.asarray(x, float) for x in (share, variance, n))
    with np.errstate(divide="ignore", invalid="ignore"):
        size = p * (1 - p) / v
        if eligible is None:
            at_end = n_ + 0.0
            size = np.minimum(size, n_ * np.asarray(k, float))
        else:
            whole = np.maximum(np.asarray(eligible, float), n_)
            at_end = n_ / (1 - n_ / whole)
    no_spread = (p <= 0) | (p >= 1)
    size = np.where(no_spread, at_end, size)
    # Everyone gave the same middling share: as sure as n people of k items.
    alike = at_end * np.asarray(k, float)
    return np.asarray(np.where(~no_spread & (v <= 0), alike, size), float)


def wilson(share: ArrayLike, size: ArrayLike) -> tuple[Floats, Floats]:
    """Return the 95 % Wilson interval of *share* at effective size *size*.

    An infinite size gives a point.

    Source: specification E3; Newcombe 1998.
    """
    p, n = np.asarray(share, float), np.asarray(size, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = Z**2 / n
        centre = (p + weight / 2) / (1 + weight)
        half = Z * np.sqrt(p * (1 - p) / n + weight / (4 * n)) / (1 + weight)
    return np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)


def mean_interval(
    mean: ArrayLike, variance: ArrayLike, n: ArrayLike
) -> tuple[Floats, Floats]:
    """Return m̂ ± t·SE on 0–100, clipped to the scale.

    Args:
        variance: sampling variance of the mean, s²/n.

    Source: specification E3.
    """
    n_ = np.asarray(n, float)
    with np.errstate(invalid="ignore"):
        half = stats.t.ppf(0.975, n_ - 1) * np.sqrt(variance)
    m = np.asarray(mean, float)
    return np.clip(m - half, 0, MOST_PERCENT), np.clip(m + half, 0, MOST_PERCENT)


@dataclass(frozen=True, slots=True)
class Weighted:
    """A post-stratified estimate of one school (specification E4)."""

    share: float
    variance_infer: float
    variance_desc: float
    effect: float


def poststratified(
    eligible: ArrayLike, n: ArrayLike, share: ArrayLike, variance: ArrayLike
) -> Weighted:
    """Return the estimate of one school weighted to its strata.

    Args:
        eligible, n, share, variance: N_h, n_h, p̂_h and s_h² by stratum.

    Source: specification E4, golden value G1b; Kish's design effect.
    """
    whole, n_, p, s2 = (np.asarray(x, float) for x in (eligible, n, share, variance))
    weight = whole / whole.sum()
    effect = kish(weight / (n_ / n_.sum()), n_)
    return Weighted(
        share=float((weight * p).sum()),
        variance_infer=float((weight**2 * s2 / n_).sum()),
        variance_desc=float((weight**2 * s2 / n_ * (1 - n_ / whole)).sum()),
        effect=effect,
    )


def kish(weight: ArrayLike, n: ArrayLike) -> float:
    """Return Kish's design effect of strata whose people weigh the same.

    Args:
        weight: of one person; n: people, by stratum.
    """
    w, n_ = np.asarray(weight, float), np.asarray(n, float)
    return float(n_.sum() * (n_ * w**2).sum() / (n_ * w).sum() ** 2)


@dataclass(frozen=True, slots=True)
class Shrunken:
    """Empirical-Bayes estimates of schools on the 0–100 scale (E6).

    Attributes:
        signal: how much of each school's difference is kept, B_s.
    """

    tau2: float
    mu: float
    mu_se: float
    signal: Floats
    estimate: Floats
    low: Floats
    high: Floats


FEWEST_SCHOOLS = 5


def shrink(y: ArrayLike, variance: ArrayLike) -> Shrunken | None:
    """Return estimates drawn toward the district, or None below five schools.

    τ² by restricted maximum likelihood, a bounded one-dimensional search.

    Source: specification E6, golden value G2.
    """
    y_, v = np.asarray(y, float), np.asarray(variance, float)
    if len(y_) < FEWEST_SCHOOLS:
        return None

    def criterion(tau2: float) -> float:
        w = 1 / (v + tau2)
        mu = (w * y_).sum() / w.sum()
        return float(
            0.5
            * (np.log(v + tau2).sum() + np.log(w.sum()) + (w * (y_ - mu) ** 2).sum())
        )

    top = 10 * float(np.var(y_, ddof=1)) + 1e-9
    found = optimize.minimize_scalar(
        criterion, bounds=(0, top), method="bounded", options={"xatol": 1e-9}
    )
    tau2 = float(found.x)
    if criterion(0.0) <= found.fun + 1e-9:
        tau2 = 0.0
    w = 1 / (v + tau2)
    mu, mu_se = float((w * y_).sum() / w.sum()), float(1 / np.sqrt(w.sum()))
    signal = tau2 / (tau2 + v)
    estimate = signal * y_ + (1 - signal) * mu
    sd = np.sqrt(signal * v + (1 - signal) ** 2 * mu_se**2)
    low, high = estimate - Z * sd, estimate + Z * sd
    return Shrunken(tau2, mu, mu_se, signal, estimate, low, high)


def shrinkage_variance(
    share: ArrayLike, variance: ArrayLike, n: ArrayLike, favourable: ArrayLike
) -> Floats:
    """Return v_s on 0–100, floored only where everyone answered alike.

    Source: specification E6.
    """
    p, n_ = np.asarray(share, float), np.asarray(n, float)
    v = MOST_PERCENT**2 * np.asarray(variance, float)
    floor = _variance_if_alike(np.asarray(favourable, float), n_)
    return np.where((p <= 0) | (p >= 1) | (v <= 0), np.maximum(v, floor), v)


def mean_variance_floored(variance: ArrayLike, mean: ArrayLike, n: ArrayLike) -> Floats:
    """Return the sampling variance of a mean on 0–100, never zero.

    Where all people gave one and the same value it is what a yes-or-no question
    with that mean would have: n people who agree do not make the next one certain.

    Source: specification E3 and E6, the floor of E6 on the mean's scale.
    """
    v, n_ = np.asarray(variance, float), np.asarray(n, float)
    floor = _variance_if_alike(n_ * np.asarray(mean, float) / MOST_PERCENT, n_)
    return np.where(v <= 0, floor, v)


def _variance_if_alike(favourable: Floats, n: Floats) -> Floats:
    softened = (favourable + 1) / (n + 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(MOST_PERCENT**2 * softened * (1 - softened) / n)
