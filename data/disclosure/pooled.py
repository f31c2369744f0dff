"""Staff totals for the public that two principals who pool could take apart.

Each knows the own school exactly. Of three schools, what is left is the third's: as
far as a band of n and a rounded or recoded share leave it open, that is no harm; where
they leave one number, it is.

Source: specification P2, P5.0 (readers who pool).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from math import ceil, floor, inf

import pandas as pd

from data.disclosure.coding import BANDS, ENDS, end_width
from data.disclosure.families import FAMILY, WHOLE, Memberships
from data.model.rules import STAFF

# Two of so many schools leave one.
SCHOOLS = 3
# Lower edges of the bands of n (P4); the last continues them for staff.
EDGES = (5, *sorted(least for least, _ in (*BANDS, ENDS[-1])))
HALF = 0.5
# Sums of shares carry the last bits of divisions.
LAST_BITS = 1e-6


@dataclass(frozen=True)
class Count:
    """How many people, and how many of them agreed."""

    n: int
    good: float

    def __add__(self, other: Count) -> Count:
        return Count(self.n + other.n, self.good + other.good)


def taken_apart(
    estimates: pd.DataFrame, places: Memberships, knowers: pd.Index, least: int
) -> pd.Index:
    """Return totals of three schools of which two principals solve the third.

    Args:
        estimates: unprotected, as `decide` gets them.
        knowers: rows of own schools that their principals read.
        least: the fewest staff a number may rest on.
    """
    staff = estimates["respondents"].isin(STAFF) & (estimates["n"] > 0)
    rows = estimates[staff & estimates["breakdown"].eq(WHOLE)]
    totals = rows[rows["unit_kind"].ne("school") & rows["schools"].eq(SCHOOLS)]
    waves = rows["wave_index"].isin(totals["wave_index"])
    schools = rows[rows["unit_kind"].eq("school") & waves]
    members: dict[tuple[object, ...], list[tuple[Count, bool]]] = defaultdict(list)
    is_known = schools.index.isin(knowers)
    columns = [*FAMILY, "unit_id", "n", "favourable"]
    lines = schools[columns].itertuples(index=False, name=None)
    for (*family, school, n, good), known in zip(lines, is_known, strict=True):
        for total in places.totals_of(str(school), int(family[-1])):
            one = (Count(int(n), float(good)), bool(known))
            members[(*family, *total)].append(one)
    found = []
    lines = totals[[*FAMILY, "unit_kind", "unit_id"]].itertuples(index=False, name=None)
    for index, key in zip(totals.index, lines, strict=True):
        counts = members[key]
        whole = sum((c for c, _ in counts), Count(0, 0.0))
        pairs = combinations([c for c, known in counts if known], 2)
        if any(leaves_one_number(whole, a + b, least) for a, b in pairs):
            found.append(index)
    return pd.Index(found, dtype=estimates.index.dtype)


def leaves_one_number(whole: Count, known: Count, least: int) -> bool:
    """Tell whether what the public reads of *whole* gives *whole* − *known* away.

    Its people, those who agreed or those who did not: one number, or people fewer
    than *least*.
    """
    fewest, most = _band(whole.n)
    fewest = max(fewest, known.n + 1)
    low, high = _share(whole)
    agreed = _range(low * fewest, high * most, known.good)
    others = _range((1 - high) * fewest, (1 - low) * most, known.n - known.good)
    return most - fewest < 1 or most - known.n < least or agreed < 1 or others < 1


def _range(low: float, high: float, known: float) -> float:
    """Return how far apart the fewest and the most of those left may lie."""
    if high == inf:
        return inf
    return floor(high + LAST_BITS) - max(ceil(low - LAST_BITS), known)


def _band(n: int) -> tuple[int, float]:
    at_least = max((e for e in EDGES if e <= n), default=0)
    below = min((e for e in EDGES if e > n), default=inf)
    return at_least, below - 1


def _share(count: Count) -> tuple[float, float]:
    """Return between what and what the public knows the share to lie, of 1."""
    percent, end = 100 * count.good / count.n, end_width(count.n)
    if percent < end:
        return 0.0, end / 100
    if percent > 100 - end:
        return 1 - end / 100, 1.0
    return (round(percent) - HALF) / 100, (round(percent) + HALF) / 100
