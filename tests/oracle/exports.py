"""The made-up district's export files as pandas reads them, and its calendar.

Written from the specification and the files alone: nothing here, or beside it, imports
the product.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property
from pathlib import Path

import pandas as pd

CH_HEARING = ("students", "families", "teachers", "building_admins", "board")


class Exports:
    """One folder of export files.

    Attributes:
        waves: closing days, by position.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        wave = self.table("wave")
        self.labels = wave["wave"].tolist()
        self.waves = [date.fromisoformat(d) for d in wave["closes_on"]]

    def table(self, name: str) -> pd.DataFrame:
        return pd.read_csv(
            self.folder / f"{name}.csv", dtype=str, keep_default_na=False
        )

    @cached_property
    def schools(self) -> pd.DataFrame:
        t = self.table("school").set_index("school_id")
        launches = pd.to_datetime(t["launch_date"].replace("", None)).dt.date
        closes = pd.to_datetime(t["closed_on"].replace("", None)).dt.date
        return t.assign(launch=launches, closed=closes)

    def open_schools(self, at: date) -> list[str]:
        closed = self.schools["closed"]
        return [s for s, d in closed.items() if pd.isna(d) or d > at]

    def units(self, at: date) -> list[tuple[str, str, list[str]]]:
        """Return (kind, id, schools) of schools, cohorts and the district."""
        here = self.open_schools(at)
        cohort = self.schools["cohort_id"]
        found = [("school", s, [s]) for s in here]
        found += [
            ("cohort", c, [s for s in here if cohort[s] == c])
            for c in sorted({cohort[s] for s in here})
        ]
        return [*found, ("district", "all", here)]

    @cached_property
    def _roster(self) -> dict[tuple[str, str], dict[str, int]]:
        t = self.table("roster").astype({"n": int})
        sums = t.groupby(["wave", "stakeholder_group", "school_id"])["n"].sum()
        found: dict[tuple[str, str], dict[str, int]] = {}
        for (wave, group, school), n in sums.items():
            found.setdefault((wave, group), {})[school] = int(n)
        return found

    @cached_property
    def engines(self) -> dict[tuple[int, str], tuple[str, int]]:
        """Return (wave, school) → its engine by the day the window closes, cells filled."""
        t = self.table("learning_engine").sort_values("valid_from", kind="stable")
        found = {}
        for wave, at in enumerate(self.waves):
            for r in t[t["valid_from"] <= at.isoformat()].itertuples():
                found[wave, r.school_id] = (r.engine_type, len(several(r.crosswalk)))
        return found

    def people(self, wave: int, group: str, school: str | None = None) -> int:
        """Return people on the roster; a yearly count stands for a year after."""
        for k in range(wave, max(wave - 2, -1) - 1, -1):
            rows = self._roster.get((self.labels[k], group), {})
            n = sum(rows.values()) if school is None else rows.get(school, 0)
            if n:
                return n
        return 0


def day(text: str) -> date | None:
    return date.fromisoformat(text[:10]) if text else None


def several(text: str) -> list[str]:
    return [x.strip() for x in text.split(";") if x.strip()]
