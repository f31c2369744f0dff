"""A chorus or a lone voice: who speaks, who has heard, how early, how deep (CH)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import product

import numpy as np
from scipy import optimize

from data.model.separation import Range, could_be_least

HEARING_GROUPS = ("students", "families", "teachers", "building_admins", "board")
VOICE_GROUPS = (*HEARING_GROUPS, "superintendent")
WINDOW_DAYS = 365
MONTHS_IN_WINDOW = 12
FEW_EVENTS = 4
OFTEN, NOW_AND_THEN = 1 / 3, 1 / 6
DEEP = 3


@dataclass(frozen=True, slots=True)
class Event:
    """One occasion on which the case was made.

    Attributes:
        leads: groups of people who spoke or wrote, not who organised.
    """

    on: date
    leads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Voices:
    """Who made the case in the year before a day.

    Attributes:
        weights, shares: per voice group.
        effective: number of voices it sounds like; None where nobody spoke.
        lone: the superintendent's share.
    """

    weights: dict[str, float]
    shares: dict[str, float]
    entropy: float | None
    evenness: float | None
    effective: float | None
    lone: float | None
    events: int


def evenness(weights: Iterable[float], groups: int) -> float | None:
    """Return entropy over ln *groups*: silent groups lower it.

    0 where one group alone is active, None where none is.

    Source: specification 8.3 CH-3; oracle B7.
    """
    entropy = _entropy(weights)
    return None if entropy is None else float(entropy / np.log(groups))


def _entropy(weights: Iterable[float]) -> float | None:
    w = np.array([x for x in weights if x > 0], float)
    if not len(w):
        return None
    q = w / w.sum()
    return float(max(-(q * np.log(q)).sum(), 0.0))


def voices(events: Sequence[Event], at: date, *, half_life: float) -> Voices:
    """Return who makes the case, recent occasions counting for more.

    Args:
        half_life: days after which an occasion counts for half.

    Source: specification 8.3 CH-3, golden value G4.
    """
    weights = dict.fromkeys(VOICE_GROUPS, 0.0)
    counted = 0
    for event in events:
        age = (at - event.on).days
        leads = [g for g in event.leads if g in weights]
        if not 0 <= age < WINDOW_DAYS or not leads:
            continue
        counted += 1
        for lead in leads:
            weights[lead] += 2.0 ** (-age / half_life) / len(leads)
    entropy = _entropy(weights.values())
    total = sum(weights.values())
    if entropy is None:
        return Voices(weights, weights.copy(), None, None, None, None, 0)
    shares = {g: w / total for g, w in weights.items()}
    return Voices(
        weights,
        shares,
        entropy,
        float(entropy / np.log(len(VOICE_GROUPS))),
        float(np.exp(entropy)),
        shares["superintendent"],
        counted,
    )


class Sound(StrEnum):
    """What the number of voices is called."""

    LONE = "lone_voice"
    FEW = "few_voices"
    GROWING = "growing_chorus"
    CHORUS = "chorus"


def sound(effective: float, cuts: tuple[float, float, float]) -> Sound:
    """Return the words for an effective number of voices.

    Source: specification 8.3 CH-3.
    """
    lone, few, growing = cuts
    if effective < lone:
        return Sound.LONE
    if effective < few:
        return Sound.FEW
    return Sound.GROWING if effective < growing else Sound.CHORUS


@dataclass(frozen=True, slots=True)
class Reach:
    """How many of one group have heard: a point, or a range from several counts.

    Attributes:
        low, high: shares; equal where one event was counted. None where nobody
            knows how many there are.
    """

    low: float | None
    high: float | None


def reach(counts: Sequence[float], eligible: float | None) -> Reach:
    """Return the share of *eligible* people reached, never more than all.

    Counts of several events, of people known one by one or of heads, are never added
    up and called reach: who came to two stands in both. The largest count is the
    least it can be, the sum the most.

    Source: specification 8.3 CH-1.
    """
    if not eligible:
        return Reach(None, None)
    least, most = max(counts, default=0.0), sum(counts)
    return Reach(min(least / eligible, 1.0), min(most / eligible, 1.0))


@dataclass(frozen=True, slots=True)
class ReachSummary:
    """The least-reached group, and how even reach is beside it, each as a range.

    Attributes:
        least: whoever may be the least reached; one name where it can be told.
        value: the least reach, whoever it is.
        evenness: None where nobody was reached.
    """

    least: tuple[str, ...]
    value: Range
    mean: Range
    evenness: Range | None


def reach_summary(ranges: Mapping[str, Range]) -> ReachSummary | None:
    """Return the headline of reach: the minimum, never evenness alone.

    Args:
        ranges: group → least and most it can be; a group nobody counts is (0, 1).

    Source: specification 8.3 CH-1, golden value G4a; 7.3.
    """
    if not ranges:
        return None
    lows, highs = zip(*ranges.values(), strict=True)
    return ReachSummary(
        tuple(could_be_least(ranges)),
        (min(lows), min(highs)),
        (float(np.mean(lows)), float(np.mean(highs))),
        _evenness_range(list(ranges.values())),
    )


def _evenness_range(ranges: Sequence[Range]) -> Range | None:
    """Return the least and the most evenness that reach within *ranges* can have.

    Moving one group along its range, evenness first rises and then falls: it is least
    at an end of every range. It is most where all are as near one level as their
    ranges let them.
    """
    ends = [evenness(corner, len(HEARING_GROUPS)) for corner in product(*ranges)]
    known = [x for x in ends if x is not None]
    if not known:
        return None

    def uneven(level: float) -> float:
        at = [min(max(level, low), high) for low, high in ranges]
        return -(evenness(at, len(HEARING_GROUPS)) or 0.0)

    bottom, top = min(low for low, _ in ranges), max(high for _, high in ranges)
    found = optimize.minimize_scalar(uneven, bounds=(bottom, top), method="bounded")
    return min(known), max(*known, -float(found.fun))


class Timing(StrEnum):
    """Whether a group heard before launch."""

    EARLY = "early"
    JUST_IN_TIME = "just_in_time"
    AFTER = "after"
    NEVER = "never"


class Rhythm(StrEnum):
    """How regularly a group hears."""

    OFTEN = "often"
    NOW_AND_THEN = "now_and_then"
    RARELY = "rarely"


@dataclass(frozen=True, slots=True)
class EarlyAndOften:
    """One group at one school.

    Attributes:
        lead_days: days between the first occasion and launch; None before launch
            is set or where there was no occasion.
        often: share of months with an occasion.
        recency: days since the last one.
    """

    lead_days: int | None
    timing: Timing | None
    often: float
    rhythm: Rhythm
    recency: int | None
    freshness: float


def early_and_often(
    days: Sequence[date],
    at: date,
    *,
    launch: date | None,
    half_life: float,
    early_days: int,
) -> EarlyAndOften:
    """Return how early and how often one group heard the case.

    Source: specification 8.3 CH-2.
    """
    heard = sorted(day for day in days if day <= at)
    lead = (launch - heard[0]).days if launch and heard else None
    timing = None
    if launch and launch <= at:
        timing = Timing.NEVER if lead is None else _timing(lead, early_days)
    if not heard:
        return EarlyAndOften(None, timing, 0.0, Rhythm.RARELY, None, 0.0)
    window = min(MONTHS_IN_WINDOW, _months(heard[0], at) + 1)
    recent = {(d.year, d.month) for d in heard if _months(d, at) < MONTHS_IN_WINDOW}
    often = min(len(recent) / window, 1.0)
    recency = (at - heard[-1]).days
    return EarlyAndOften(
        lead, timing, often, _rhythm(often), recency, 2.0 ** (-recency / half_life)
    )


def _months(start: date, end: date) -> int:
    return (end.year - start.year) * 12 + end.month - start.month


def _timing(lead: int, early_days: int) -> Timing:
    if lead >= early_days:
        return Timing.EARLY
    return Timing.JUST_IN_TIME if lead > 0 else Timing.AFTER


def _rhythm(often: float) -> Rhythm:
    if often >= OFTEN:
        return Rhythm.OFTEN
    return Rhythm.NOW_AND_THEN if often >= NOW_AND_THEN else Rhythm.RARELY


def deep_share(contacts: Mapping[int, float]) -> float | None:
    """Return the share of people-contacts at depth three or more.

    Args:
        contacts: depth 1–5 → people reached.

    Source: specification 8.3 CH-5.
    """
    total = sum(contacts.values())
    if not total:
        return None
    return sum(n for depth, n in contacts.items() if depth >= DEEP) / total
