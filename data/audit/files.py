"""A release as its readers hold it: the tables of three files, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from data.audit.rules import FEWEST, STAFF
from data.model.reading import open_release_file

AUDIENCES = ("public", "school", "district")
PART = ["indicator_id", "part", "form"]
UNIT = ["unit_kind", "unit_id", "breakdown", "category"]
KEYS = [*PART, "wave", *UNIT]


@dataclass(frozen=True)
class Release:
    """Every row of a release.

    Attributes:
        tables: audience → table → rows. Waves are named, not numbered, so that two
            releases can be laid side by side.
    """

    release_id: str
    tables: dict[str, dict[str, pd.DataFrame]]

    def table(self, audience: str, name: str) -> pd.DataFrame:
        """Return one table of one file; empty where the file has none."""
        return self.tables[audience].get(name, pd.DataFrame())

    @cached_property
    def stated_rules(self) -> dict[str, str]:
        """The thresholds as the public's file states them."""
        return _rules(self.table("public", "meta"))

    def rules_of(self, audience: str) -> dict[str, str]:
        """Return the thresholds one file states."""
        return _rules(self.table(audience, "meta"))

    def least(self, group: str) -> int:
        """Return the fewest people a number of *group* may rest on.

        What the release states, and never less than the published floor.
        """
        key = {
            "students": "min_n_student",
            "families": "min_n_student",
            "building_admins": "min_n_principal",
        }.get(group, "min_n_staff")
        stated = self.stated_rules.get(key, "")
        return max(FEWEST[group], int(stated) if stated.isdigit() else 0)

    @cached_property
    def schools(self) -> pd.DataFrame:
        """Every school with its cohort and first wave after launch."""
        return self.table("district", "schools")

    def is_staff(self, group: str) -> bool:
        """Tell whether *group* works in schools."""
        return group in STAFF


def read_release(folder: Path) -> Release:
    """Return every row of the release in *folder*.

    Raises:
        duckdb.Error: a file is missing or no database.
    """
    tables = {a: _read(folder / f"{a}.duckdb") for a in AUDIENCES}
    meta = tables["public"]["meta"]
    release_id = meta.loc[meta["key"] == "release_id", "value"].iloc[0]
    return Release(str(release_id), tables)


def _read(path: Path) -> dict[str, pd.DataFrame]:
    with open_release_file(path) as connection:
        names = connection.execute(
            "SELECT table_name FROM duckdb_tables() ORDER BY 1"
        ).fetchall()
        found = {n: connection.execute(f'FROM "{n}"').df() for (n,) in names}
    waves = dict(zip(found["waves"]["wave_index"], found["waves"]["wave"], strict=True))
    for name, frame in found.items():
        if "wave_index" in frame:
            frame["wave"] = frame["wave_index"].map(waves)
        for column in frame.columns:
            # Numbers be numbers, also in a column without any.
            if column in NUMBERS and name != "meta":
                frame[column] = pd.to_numeric(frame[column]).astype(float)
    return found


NUMBERS = frozenset(
    {
        "share", "low", "high", "here_low", "here_high", "shrunk", "shrunk_low",
        "shrunk_high", "signal", "mean", "mean_low", "mean_high", "n", "eligible",
        "rate", "points", "points_low", "points_high", "design_effect",
        "waves_pooled", "schools", "value", "of",
    }
)  # fmt: skip


def _rules(meta: pd.DataFrame) -> dict[str, str]:
    pairs = zip(meta["key"], meta["value"], strict=True)
    return {k.removeprefix("rule."): v for k, v in pairs if k.startswith("rule.")}
