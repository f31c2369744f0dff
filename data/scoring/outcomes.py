"""Did outcomes hold while schools changed: non-inferiority to the past (CU-4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

# The 95th and 97.5th percentiles of the normal.
ONE_SIDED, TWO_SIDED = 1.6448536, 1.959964
FEWEST_COMPARED = 5


class Held(StrEnum):
    """What may be said of an outcome."""

    HELD = "held"
    BETTER = "better"
    SLIPPED = "slipped"
    UNCLEAR = "unclear"
    NO_COMPARISON = "no_comparison"


@dataclass(frozen=True, slots=True)
class Change:
    """A school's change in one outcome, oriented so that more is better.

    Attributes:
        variance: sampling variance of the change, from students.
    """

    value: float
    variance: float


@dataclass(frozen=True, slots=True)
class OutcomeHeld:
    """One school's outcome against schools that had not launched.

    Attributes:
        relative: change beyond theirs; None below five of them.
        low, high: two-sided 95 %, of `relative` or, without it, of `change`.
        bound: one-sided 95 % lower bound of `relative`.
    """

    change: float
    relative: float | None
    se: float
    low: float
    high: float
    bound: float | None
    compared: int
    word: Held


def outcome_held(
    school: Change, others: Sequence[Change], *, margin: float
) -> OutcomeHeld:
    """Return whether an outcome held within the *margin* set before launch.

    Args:
        others: changes of schools of the same level that had not launched.

    Source: specification 8.2 CU-4, golden value G11.
    """
    m = len(others)
    if m < FEWEST_COMPARED:
        se = float(np.sqrt(school.variance))
        low, high = school.value - TWO_SIDED * se, school.value + TWO_SIDED * se
        return OutcomeHeld(
            school.value, None, se, low, high, None, m, Held.NO_COMPARISON
        )
    d = np.array([x.value for x in others])
    v = np.array([x.variance for x in others])
    # What shakes every school from year to year, beyond who was tested.
    shock = max(0.0, float(d.var(ddof=1) - v.mean()))
    relative = school.value - float(d.mean())
    se = float(np.sqrt(school.variance + shock * (1 + 1 / m) + v.mean() / m))
    low, high = relative - TWO_SIDED * se, relative + TWO_SIDED * se
    bound = relative - ONE_SIDED * se
    return OutcomeHeld(
        school.value, relative, se, low, high, bound, m, _word(bound, low, high, margin)
    )


def _word(bound: float, low: float, high: float, margin: float) -> Held:
    if bound > -margin:
        return Held.BETTER if low > 0 else Held.HELD
    return Held.SLIPPED if high < -margin else Held.UNCLEAR
