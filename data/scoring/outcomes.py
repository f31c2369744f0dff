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


@dataclass(frozen=True, slots=True)
class LevelChange:
    """The launched schools of one level, with what they are compared to."""

    schools: Sequence[Change]
    others: Sequence[Change]


def outcome_held_together(
    levels: Sequence[LevelChange], *, margin: float
) -> OutcomeHeld | None:
    """Return whether an outcome held over all launched schools; None uncompared.

    Within a level the launched schools' mean change is set against that of schools
    not launched; each of them is shaken by the same year-to-year shock. Levels count
    by their launched schools. Levels without five schools to compare with are left
    out.

    Source: decision 0013, after specification 8.2 CU-4.
    """
    value = variance = 0.0
    counted = [x for x in levels if len(x.others) >= FEWEST_COMPARED and x.schools]
    total = sum(len(x.schools) for x in counted)
    if not total:
        return None
    for level in counted:
        k, m = len(level.schools), len(level.others)
        d = np.array([x.value for x in level.others])
        v = np.array([x.variance for x in level.others])
        shock = max(0.0, float(d.var(ddof=1) - v.mean()))
        own = np.array([x.value for x in level.schools])
        sampled = sum(x.variance for x in level.schools) / k**2
        weight = k / total
        value += weight * float(own.mean() - d.mean())
        variance += weight**2 * (
            sampled + shock * (1 / k + 1 / m) + float(v.mean()) / m
        )
    se = float(np.sqrt(variance))
    low, high = value - TWO_SIDED * se, value + TWO_SIDED * se
    bound = value - ONE_SIDED * se
    word = _word(bound, low, high, margin)
    return OutcomeHeld(value, value, se, low, high, bound, total, word)


def _word(bound: float, low: float, high: float, margin: float) -> Held:
    if bound > -margin:
        return Held.BETTER if low > 0 else Held.HELD
    return Held.SLIPPED if high < -margin else Held.UNCLEAR
