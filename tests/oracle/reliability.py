"""How well a scale hangs together, and how alike a staff answers (E8), from the files.

Over those who answered every item of a scale in a wave. Cronbach's alpha and its Feldt
interval; McDonald's omega of the one-factor model fitted by maximum likelihood; the
intraclass correlations of a one-way analysis of variance over schools.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import optimize, stats


def alpha(answers: np.ndarray) -> float:
    """Return Cronbach's alpha of people by items."""
    k = answers.shape[1]
    parts = answers.var(axis=0, ddof=1).sum()
    return float(k / (k - 1) * (1 - parts / answers.sum(axis=1).var(ddof=1)))


def feldt(a: float, n: int, k: int) -> tuple[float, float]:
    """Return alpha's interval of 95 % (Feldt 1965)."""
    df = n - 1, (n - 1) * (k - 1)
    return (
        1 - (1 - a) * float(stats.f.ppf(0.975, *df)),
        1 - (1 - a) * float(stats.f.ppf(0.025, *df)),
    )


def omega(answers: np.ndarray) -> float:
    """Return McDonald's omega of the one-factor model, by maximum likelihood.

    Of two items Spearman and Brown's coefficient, 2r / (1 + r).
    """
    s = np.cov(answers.T)
    k = len(s)
    if k == 2:
        r = s[0, 1] / np.sqrt(s[0, 0] * s[1, 1])
        return float(2 * r / (1 + r))

    def misfit(x: np.ndarray) -> float:
        load, own = x[:k], np.exp(x[k:])
        model = np.outer(load, load) + np.diag(own)
        return float(np.linalg.slogdet(model)[1] + np.trace(np.linalg.solve(model, s)))

    begin = np.concatenate([np.sqrt(np.diag(s) / 2), np.log(np.diag(s) / 2)])
    found = optimize.minimize(misfit, begin, method="BFGS", options={"gtol": 1e-7})
    load, own = found.x[:k], np.exp(found.x[k:])
    return float(load.sum() ** 2 / (load.sum() ** 2 + own.sum()))


def intraclass(sums: pd.Series, schools: pd.Series) -> tuple[float, float]:
    """Return ICC(1) of one person and ICC(2) of a school's mean."""
    groups = [g.to_numpy() for _, g in sums.groupby(schools)]
    n, k = np.array([len(g) for g in groups]), len(groups)
    mean = sums.mean()
    between = sum(len(g) * (g.mean() - mean) ** 2 for g in groups) / (k - 1)
    within = sum(((g - g.mean()) ** 2).sum() for g in groups) / (n.sum() - k)
    one = (between - within) / (between + (n.mean() - 1) * within)
    return float(one), float((between - within) / between)
