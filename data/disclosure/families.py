"""The estimates of one indicator, form and wave as a system of equations.

A school's number is the sum of its grade bands, and of its languages, and of those
who gave none; a cohort's,
the launched schools' and the district's are sums over schools; the district's
grade band is the sum of the schools'. Whatever is published of a family, in
whatever table, is in here together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from data.disclosure.system import System

FAMILY = ["indicator_id", "part", "form", "wave_index"]
WHOLE = "all"
# How dearly a cell is given up: what readers ask for most goes last.
_PART, _SCHOOL, _DISTRICT_PART, _TOTAL, _DISTRICT = range(5)


@dataclass(frozen=True)
class Family:
    """One family's system; cell k of it is row k of the frame it came from."""

    system: System
    ranks: tuple[int, ...]


class Memberships:
    """Which cohort a school is in, and from which wave it counts as launched."""

    def __init__(self, units: pd.DataFrame) -> None:
        ids = units["school_id"]
        self._cohort = dict(zip(ids, units["cohort_id"].astype(str), strict=True))
        self._launch = dict(zip(ids, units["launch_wave"], strict=True))

    def totals_of(self, school: str, wave: int) -> list[tuple[str, str]]:
        """Return the totals *school* is part of in *wave*."""
        found = [("district", WHOLE), ("cohort", self._cohort[school])]
        launch = self._launch[school]
        if pd.notna(launch) and launch <= wave:
            found.append(("launched", "launched"))
        return found


def family_of(
    rows: pd.DataFrame, memberships: Memberships, *, tells_empty: bool = False
) -> Family:
    """Return the equations of one family's rows.

    Args:
        tells_empty: rows without anybody say so (status "not collected").
        rows: unit_kind, unit_id, breakdown, category, n, favourable, wave_index;
            all of one family.
    """
    wave = int(rows["wave_index"].iloc[0])
    keys = list(
        zip(
            rows["unit_kind"],
            rows["unit_id"],
            rows["breakdown"],
            rows["category"],
            strict=True,
        )
    )
    place = {key: k for k, key in enumerate(keys)}
    parts: dict[int, list[int]] = defaultdict(list)
    splits: dict[tuple[int, str], list[int]] = defaultdict(list)
    for k, (kind, unit, breakdown, category) in enumerate(keys):
        whole = place.get((kind, unit, WHOLE, WHOLE))
        if breakdown != WHOLE and whole is not None:
            splits[whole, breakdown].append(k)
        if kind != "school":
            continue
        for total in memberships.totals_of(unit, wave):
            above = place.get((*total, breakdown, category))
            if above is not None:
                parts[above].append(k)
    if not any(kind == "school" for kind, *_ in keys):
        # Of leaders no single school is a cell: cohorts make up the district.
        cohorts = [k for k, key in enumerate(keys) if key[0] == "cohort"]
        district = place.get(("district", WHOLE, WHOLE, WHOLE))
        if district is not None and cohorts:
            parts[district] = cohorts
    counts = rows["n"].astype(int).tolist()
    good = rows["favourable"].astype(float).tolist()
    totals = sorted((total, tuple(p), False) for total, p in parts.items())
    totals += sorted((whole, tuple(p), True) for (whole, _), p in splits.items())
    unstated = {
        e: (
            max(counts[whole] - sum(counts[c] for c in p), 0),
            max(good[whole] - sum(good[c] for c in p), 0.0),
        )
        for e, (whole, p, is_split) in enumerate(totals)
        if is_split
    }
    equations = tuple((t, p) for t, p, _ in totals)
    system = System(counts, equations, good, unstated, tells_empty)
    return Family(system, ranks(keys))


def ranks(keys: Sequence[tuple[str, str, str, str]]) -> tuple[int, ...]:
    """Return how dearly each cell is given up."""
    return tuple(_rank(kind, breakdown) for kind, _, breakdown, _ in keys)


def _rank(kind: str, breakdown: str) -> int:
    if kind == "school":
        return _SCHOOL if breakdown == WHOLE else _PART
    if breakdown != WHOLE:
        return _DISTRICT_PART
    return _DISTRICT if kind == "district" else _TOTAL
