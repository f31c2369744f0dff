"""Does a question work alike in English and Spanish: uniform difference (10)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize
from scipy.special import expit

Floats = NDArray[np.float64]

FEWEST_PER_LANGUAGE = 200
# McFadden's pseudo R² the language may add before a question is flagged.
MOST_ADDED = 0.02
SMALLEST = 1e-12


@dataclass(frozen=True, slots=True)
class Difference:
    """What the language of the form adds to the explanation of one item.

    Attributes:
        added: pseudo R² beyond the rest of the scale.
        shift: logits by which answers in Spanish lie higher.
    """

    added: float
    shift: float

    @property
    def is_flagged(self) -> bool:
        """True where the question may work differently in Spanish."""
        return self.added >= MOST_ADDED


def uniform_difference(
    code: ArrayLike, rest: ArrayLike, spanish: ArrayLike, weight: ArrayLike
) -> Difference | None:
    """Return what the language adds to an ordinal logistic model of one item.

    Over grouped answers, so that no person is needed. None below two hundred
    answers in either language, or where the item has one answer only.

    Args:
        code: 1…K; rest: score on the scale's other items; spanish: 0 or 1; weight:
            people with these three.

    Source: specification 10, translation check.
    """
    y = np.asarray(code, int)
    x = np.column_stack([np.asarray(rest, float), np.asarray(spanish, float)])
    w = np.asarray(weight, float)
    counts = [w[x[:, 1] == language].sum() for language in (0, 1)]
    levels = np.unique(y)
    if min(counts) < FEWEST_PER_LANGUAGE or len(levels) < 2:  # noqa: PLR2004
        return None
    rank = np.searchsorted(levels, y)
    scale = x[:, 0].std() or 1.0
    x[:, 0] = (x[:, 0] - np.average(x[:, 0], weights=w)) / scale
    none = _likelihood(rank, x[:, :0], w)[0]
    without = _likelihood(rank, x[:, :1], w)[0]
    with_it, slopes = _likelihood(rank, x, w)
    return Difference(max((without - with_it) / none, 0.0), float(slopes[-1]))


def _likelihood(rank: NDArray[np.int_], x: Floats, w: Floats) -> tuple[float, Floats]:
    """Return minus the log likelihood of a proportional-odds model, and its slopes."""
    top = int(rank.max())
    shares = np.bincount(rank, w, minlength=top + 1) / w.sum()
    below = np.clip(np.cumsum(shares)[:-1], 0.001, 0.999)
    cuts = np.log(below / (1 - below))
    steps = np.log(np.maximum(np.diff(cuts), 0.05))
    start = np.concatenate([cuts[:1], steps, np.zeros(x.shape[1])])

    def minus(parameters: Floats) -> float:
        edges = np.concatenate(
            [[-np.inf], parameters[0] + np.concatenate(
                [[0.0], np.cumsum(np.exp(parameters[1:top]))]
            ), [np.inf]]
        )  # fmt: skip
        line = x @ parameters[top:]
        p = expit(edges[rank + 1] - line) - expit(edges[rank] - line)
        return float(-(w * np.log(np.maximum(p, SMALLEST))).sum())

    found = optimize.minimize(minus, start, method="L-BFGS-B")
    return float(found.fun), np.asarray(found.x[top:], float)
