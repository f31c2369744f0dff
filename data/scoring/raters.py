"""Do two people who judge the same thing agree? Krippendorff's α."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Literal

import krippendorff
import numpy as np
from numpy.typing import ArrayLike

# Krippendorff's customary bounds.
SOLID, TENTATIVE = 0.80, 0.667


class Trust(StrEnum):
    """What agreement between raters allows."""

    SOLID = "solid"
    TENTATIVE = "tentative"
    RETRAIN = "retrain"
    UNKNOWN = "unknown"


def rater_agreement(
    ratings: ArrayLike, level: Literal["nominal", "ordinal", "interval", "ratio"]
) -> float | None:
    """Return α of raters × things, nan where a rater did not rate.

    None where no thing was rated twice. Where all ratings are the same there is
    nothing to disagree on, and α is 1.

    Source: specification 8.4 RO-1, 8.6; oracle B9.
    """
    values = np.asarray(ratings, float)
    twice = (~np.isnan(values)).sum(axis=0) > 1
    if not twice.any():
        return None
    seen = values[:, twice]
    if len(np.unique(seen[~np.isnan(seen)])) == 1:
        return 1.0
    return float(krippendorff.alpha(seen, level_of_measurement=level))


def code_agreement(
    pairs: Sequence[tuple[Collection[str], Collection[str]]],
) -> float | None:
    """Return α over answers two people coded, per code's presence.

    Args:
        pairs: the codes either gave to one answer.

    Source: specification 8.6, code book.
    """
    codes = sorted({c for pair in pairs for one in pair for c in one})
    if not pairs or not codes:
        return None
    marks = np.array(
        [[[float(c in one) for one in pair] for c in codes] for pair in pairs]
    )
    return rater_agreement(marks.reshape(-1, 2).T, "nominal")


def trust(alpha: float | None) -> Trust:
    """Return what *alpha* allows."""
    if alpha is None:
        return Trust.UNKNOWN
    if alpha >= SOLID:
        return Trust.SOLID
    return Trust.TENTATIVE if alpha >= TENTATIVE else Trust.RETRAIN
