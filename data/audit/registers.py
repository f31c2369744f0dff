"""Attacks on what registers tell: figures that add up, and the rubric's stages."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from data.audit.definitions import Definitions
from data.audit.files import Release
from data.audit.inference import SLACK, Contradiction, Knowledge, Rows
from data.audit.rules import BANDS, GROUP_OF_KIND, SHOWN

Found = Iterator[tuple[str, str, str]]
WHOLE = "all"
PART = ["indicator_id", "part"]
# More people than any district has.
MOST = 1e7
# Behind a stage a reader can take apart stand three schools at least.
FEWEST_SCHOOLS = 3
# What stands for one unknown count of a figure: its name and its unit.
Key = tuple[str, str, str]
Line = tuple[dict[int, float], float, float]
# Figures are kept to so many percent; the public reads whole ones.
KEPT_TO, WHOLE_TO = 1e-4, 0.5
PERCENT, COUNT, OTHER = "percent", "count", "other"


def attack_figures(release: Release, tried: Counter[str]) -> Found:
    """Yield the figures' hidden counts a reader can bound below their minimum.

    Principals, teachers and homes are counted: cohorts make up the district, schools
    their cohorts.
    """
    definitions = Definitions(release)
    readers = {"public": ("public",), "district": ("public", "district")}
    for reader, files in readers.items():
        seen = [t for a in files if len(t := release.table(a, "figures"))]
        if not seen:
            continue
        rows = pd.concat([t.assign(is_exact=t["n"].notna()) for t in seen])
        rows = definitions.of_rows("figures", rows)
        rows = rows[rows["kind"].isin(GROUP_OF_KIND) & rows["adds_up"].eq(True)]
        units = {part: _unit_of(told) for part, told in rows.groupby(PART)}
        for wave, told in rows.groupby("wave", sort=True):
            tried["figures' systems solved"] += 1
            ledger = _Ledger(release)
            for row in told.itertuples():
                ledger.write(row, units[row.indicator_id, row.part])
            yield from ledger.found(reader, str(wave))


def _unit_of(told: pd.DataFrame) -> str:
    """Guess what a part's values are, as an attacker would: its numbers tell."""
    exact = told[told["n"].notna() & told["of"].isna() & told["value"].notna()]
    value, n = exact["value"].to_numpy(float), exact["n"].to_numpy(float)
    people = value * n / 100
    if (np.abs(people - np.round(people)) <= n * KEPT_TO).all():
        return PERCENT
    if (value == np.round(value)).all() and (value <= n).all():
        return COUNT
    return OTHER


class _Ledger:
    """Counts of one wave's figures, what is told of them, and what they add up to."""

    def __init__(self, release: Release) -> None:
        self._release = release
        self._place: dict[Key, int] = {}
        self._low: list[float] = []
        self._high: list[float] = []
        self._hidden: dict[int, float] = {}
        self._lines: list[Line] = []

    def _cell(self, key: Key) -> int:
        if key not in self._place:
            self._place[key] = len(self._low)
            self._low.append(0.0)
            self._high.append(MOST)
        return self._place[key]

    def write(self, row: Any, unit: str) -> None:  # Any: a named tuple of a figure
        """Note what one figure tells of its base and its numerator."""
        where = (row.unit_kind, row.unit_id)
        base = self._cell((row.base, *where))
        top = self._cell((row.numerator, *where)) if row.numerator else None
        if top is not None:
            self._lines.append(({top: 1.0, base: -1.0}, -np.inf, 0.0))
        if row.status != SHOWN:
            group = GROUP_OF_KIND[row.kind]
            self._hidden[base] = float(self._release.least(group))
            if row.status == "protected":
                self._low[base] = max(self._low[base], 1.0)
            return
        people = row.n if np.isnan(row.of) else row.of
        if not np.isnan(people):
            self._low[base] = self._high[base] = people
        elif row.n_band in BANDS:
            least, most = BANDS[row.n_band]
            self._low[base] = max(self._low[base], least)
            self._high[base] = min(self._high[base], most or MOST)
        if top is not None and not np.isnan(row.value):
            self._value(row, unit, base, top)

    def _value(self, row: Any, unit: str, base: int, top: int) -> None:
        if not np.isnan(row.of) and not np.isnan(row.n):
            self._low[top] = self._high[top] = row.n
        elif unit == COUNT:
            self._low[top] = self._high[top] = row.value
        elif unit == PERCENT and row.coding == "exact":
            slack = KEPT_TO if row.is_exact else WHOLE_TO
            more, less = (row.value + slack) / 100, (row.value - slack) / 100
            self._lines.append(({top: 1.0, base: -more}, -np.inf, 0.0))
            self._lines.append(({top: -1.0, base: less}, -np.inf, 0.0))

    def found(self, reader: str, wave: str) -> Found:
        """Yield what follows for the hidden counts."""
        self._complete_cohorts()
        lines = [*self._lines, *_sums(self._release, self._place)]
        known = _knowledge(self._low, self._high, lines)
        try:
            known.tighten()
            asked = {
                c: least
                for c, least in self._hidden.items()
                if known.high[c] - known.low[c] > SLACK or known.high[c] < least
            }
            largest = known.largest(asked, asked)
        except Contradiction:
            yield "contradiction", reader, f"figures {wave}"
            return
        for (name, kind, unit), c in sorted(self._place.items()):
            least = asked.get(c)
            if least is not None and SLACK < largest[c] < least - SLACK:
                yield "bounds", reader, f"{name} {wave}, {kind} {unit}"

    def _complete_cohorts(self) -> None:
        """A cohort without a row is there all the same, with nothing told of it."""
        cohorts = self._release.schools["cohort_id"].astype(str).unique()
        for name in {n for n, kind, _ in self._place if kind == "cohort"}:
            for cohort in cohorts:
                self._cell((name, "cohort", str(cohort)))


def _sums(release: Release, place: dict[Key, int]) -> list[Line]:
    schools = release.schools
    cohort = dict(
        zip(schools["school_id"], schools["cohort_id"].astype(str), strict=True)
    )
    by_name: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
    for (name, kind, unit), c in place.items():
        by_name[name][kind, unit] = c
    lines = []
    for cells in by_name.values():
        mine = {u: c for (kind, u), c in cells.items() if kind == "school"}
        cohorts = {u: c for (kind, u), c in cells.items() if kind == "cohort"}
        district = cells.get(("district", WHOLE))
        groups: list[tuple[int | None, list[int]]] = [
            (c, [s for u, s in mine.items() if cohort.get(u) == unit])
            for unit, c in cohorts.items()
        ]
        groups.append((district, list(cohorts.values()) or list(mine.values())))
        for total, parts in groups:
            if total is not None and parts:
                lines.append(({total: 1.0, **dict.fromkeys(parts, -1.0)}, 0.0, 0.0))
    return lines


def _knowledge(
    low: list[float],
    high: list[float],
    lines: list[Line],
) -> Knowledge:
    row = [k for k, (terms, _, _) in enumerate(lines) for _ in terms]
    rows = Rows(
        np.array(row, np.int64),
        np.array([c for terms, _, _ in lines for c in terms], np.int64),
        np.array([v for terms, _, _ in lines for v in terms.values()], float),
        np.array([b for _, b, _ in lines], float),
        np.array([t for _, _, t in lines], float),
    )
    return Knowledge.of(
        np.array(low, float), np.array(high, float), np.ones(len(low), bool), rows
    )


def attack_rubric(release: Release) -> Found:
    """Subtract published schools' stages from their cohort's and the district's."""
    groups = release.table("public", "rubric_groups")
    schools = release.table("public", "rubric_schools")
    if groups.empty:
        return
    known = release.schools
    cohort = dict(zip(known["school_id"], known["cohort_id"].astype(str), strict=True))
    stages = [f"stage_{k}" for k in range(5)]
    for wave, rows in groups.groupby("wave"):
        published = schools[schools["wave"].eq(wave)]
        told = pd.crosstab(published["school_id"].map(cohort), published["stage"])
        shown = rows[rows["status"].eq(SHOWN)].set_index(["unit_kind", "unit_id"])
        rest_of = {}
        for kind, unit in shown.index:
            counts = shown.loc[(kind, unit), stages].to_numpy(float)
            mine = told if kind == "district" else told[told.index == unit]
            here = np.array([mine[k].sum() if k in mine else 0 for k in range(5)])
            rest_of[kind, unit] = counts - here
        for (kind, unit), rest in rest_of.items():
            if kind == "cohort" and _tells(rest):
                yield "rubric", "public", f"stages of cohort {unit}, {wave}"
        if ("district", WHOLE) in rest_of:
            others = sum(r for (kind, _), r in rest_of.items() if kind == "cohort")
            if _tells(rest_of["district", WHOLE] - others):
                yield "rubric", "public", f"stages of the cohorts withheld, {wave}"


def _tells(rest: np.ndarray) -> bool:
    rated = rest[1:]
    few = rated.sum() < FEWEST_SCHOOLS
    return bool(rated.sum() > 0 and (few or (rated > 0).sum() == 1))
