"""The days a release looks back from, and the schools it looks at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import duckdb
import pandas as pd


@dataclass(frozen=True)
class Calendar:
    """What every register is read against.

    Attributes:
        waves: (index, label, day the window closed), in order.
        schools: school_id, level, cohort_id, launch_date, launch_wave, closed_on.
        rosters: (wave index, school, group) → people.
    """

    waves: tuple[tuple[int, str, date], ...]
    schools: pd.DataFrame
    rosters: dict[tuple[int, str, str], int]

    def people(self, wave: int, group: str, school: str | None = None) -> int:
        """Return how many people of *group* are on the roster of *wave*.

        Where a group is counted once a year, the count nearest before stands.
        """
        for index in range(wave, max(wave - 2, -1) - 1, -1):
            found = self._people(index, group, school)
            if found:
                return found
        return 0

    def _people(self, wave: int, group: str, school: str | None) -> int:
        if school is not None:
            return self.rosters.get((wave, school, group), 0)
        return self._totals.get((wave, group), 0)

    @cached_property
    def _totals(self) -> dict[tuple[int, str], int]:
        totals: dict[tuple[int, str], int] = {}
        for (wave, _, group), n in self.rosters.items():
            totals[wave, group] = totals.get((wave, group), 0) + n
        return totals

    def open_schools(self, at: date) -> pd.DataFrame:
        """Return the schools that had not closed by *at*."""
        closed = pd.to_datetime(self.schools["closed_on"])
        return self.schools[closed.isna() | (closed > pd.Timestamp(at))]


def read_calendar(connection: duckdb.DuckDBPyConnection, last_wave: int) -> Calendar:
    """Return the calendar up to *last_wave*; published results have no windows."""
    waves = connection.execute(
        """SELECT wave_index, wave, closes_on FROM waves
           WHERE wave_index <= ? AND closes_on IS NOT NULL ORDER BY 1""",
        [last_wave],
    ).fetchall()
    schools = connection.execute(
        """SELECT school_id, level, cohort_id, launch_date::DATE AS launch_date,
             launch_wave, closed_on FROM units ORDER BY school_id"""
    ).df()
    rosters = connection.execute(
        """SELECT w.wave_index, r.school_id, r.stakeholder_group, sum(r.n)::INTEGER
           FROM rosters r JOIN waves w USING (wave) GROUP BY ALL"""
    ).fetchall()
    return Calendar(
        tuple((int(i), w, d) for i, w, d in waves),
        schools,
        {(int(i), s, g): n for i, s, g, n in rosters},
    )
