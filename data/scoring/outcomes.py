"""Did outcomes hold while schools changed: non-inferiority to the past (CU-4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

# The 95th, 97.5th and 80th percentiles of the normal.
ONE_SIDED, TWO_SIDED, POWER = 1.6448536, 1.959964, 0.8416212
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
        compared: schools it is set against; over many, launched schools counted.
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
        others: changes over the very same years of schools of the same level that
            had not launched.

    Source: specification 8.2 CU-4, golden value G11.
    """
    m = len(others)
    if m < FEWEST_COMPARED:
        se = float(np.sqrt(school.variance))
        low, high = school.value - TWO_SIDED * se, school.value + TWO_SIDED * se
        return OutcomeHeld(
            school.value, None, se, low, high, None, m, Held.NO_COMPARISON
        )
    relative = school.value - float(np.mean([x.value for x in others]))
    variance = school.variance + _shock(others) + _spread(others) / m
    return _judged(school.value, relative, variance, m, margin)


@dataclass(frozen=True, slots=True)
class Matched:
    """Launched schools with the same years to compare, and who waited through them.

    Attributes:
        level: schools of another level share no school to compare with.
        schools: changes of the launched.
        others: school → change over the very same years.
    """

    level: str
    schools: Sequence[Change]
    others: Mapping[str, Change]


def outcome_held_together(
    groups: Sequence[Matched], *, margin: float
) -> OutcomeHeld | None:
    """Return whether an outcome held over all launched schools; None uncompared.

    Each group's mean change is set against that of the schools it is matched with;
    groups count by their launched schools. A waiting school stands beside several
    groups: what it does to all of them together is counted once. Groups without five
    schools to compare with are left out.

    Source: decision 0013, after specification 8.2 CU-4.
    """
    counted = [g for g in groups if len(g.others) >= FEWEST_COMPARED and g.schools]
    total = sum(len(g.schools) for g in counted)
    if not total:
        return None
    value = variance = 0.0
    by_level: dict[str, list[Matched]] = defaultdict(list)
    for group in counted:
        k, others = len(group.schools), list(group.others.values())
        own = float(np.mean([x.value for x in group.schools]))
        value += k / total * (own - float(np.mean([x.value for x in others])))
        variance += sum(x.variance + _shock(others) for x in group.schools) / total**2
        by_level[group.level].append(group)
    variance += sum(_of_waiting(same, total) for same in by_level.values())
    return _judged(value, value, variance, total, margin)


def _of_waiting(groups: Sequence[Matched], total: int) -> float:
    """Return the variance that the waiting schools of one level bring in.

    With one group it is max(Var_C, mean v)/m, as for one school. A school beside
    several groups moves them together: its parts are added before they are squared.
    """
    moved: dict[str, float] = defaultdict(float)
    sampled: dict[str, float] = defaultdict(float)
    for group in groups:
        m = len(group.others)
        share = len(group.schools) / total / m
        mean = float(np.mean([x.value for x in group.others.values()]))
        for school, change in group.others.items():
            moved[school] += share * (change.value - mean) * np.sqrt(m / (m - 1))
            sampled[school] += share * np.sqrt(change.variance)
    return float(max(sum(x**2 for x in moved.values()),
                     sum(x**2 for x in sampled.values())))  # fmt: skip


def _shock(others: Sequence[Change]) -> float:
    """Return what shakes a school from year to year beyond who was tested, ω²."""
    return max(0.0, _between(others) - _sampled(others))


def _spread(others: Sequence[Change]) -> float:
    """Return the variance of one waiting school's change: ω² and its sampling."""
    return max(_between(others), _sampled(others))


def _between(others: Sequence[Change]) -> float:
    return float(np.var([x.value for x in others], ddof=1))


def _sampled(others: Sequence[Change]) -> float:
    return float(np.mean([x.variance for x in others]))


def _judged(
    change: float, relative: float, variance: float, compared: int, margin: float
) -> OutcomeHeld:
    se = float(np.sqrt(variance))
    low, high = relative - TWO_SIDED * se, relative + TWO_SIDED * se
    bound = relative - ONE_SIDED * se
    word = _word(bound, low, high, margin)
    return OutcomeHeld(change, relative, se, low, high, bound, compared, word)


def _word(bound: float, low: float, high: float, margin: float) -> Held:
    if bound > -margin:
        return Held.BETTER if low > 0 else Held.HELD
    return Held.SLIPPED if high < -margin else Held.UNCLEAR


def dip_called(se: float, margin: float) -> float:
    """Return the smallest dip that would have been called "slipped".

    Source: specification 8.2 CU-4; decision 0026.
    """
    return margin + TWO_SIDED * se


def decidable_margin(se: float) -> float:
    """Return the margin within which no change at all is called held 4 times in 5.

    Source: specification 8.2 CU-4; decision 0026.
    """
    return (ONE_SIDED + POWER) * se


def is_never_met(ses: Sequence[float], margin: float) -> bool:
    """True where even the surest, doing just as the others, is not called held."""
    return bool(ses) and margin <= ONE_SIDED * min(ses)
