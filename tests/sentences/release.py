"""A release as an outsider reads it: its DuckDB files, by plain SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

FILES = {"public": "public", "principal": "school", "teacher": "school",
         "superintendent": "district", "steward": "district"}  # fmt: skip
DISTRICT = ("district", "all")
OWN = "SCH-006"


@dataclass(frozen=True, slots=True)
class Share:
    """A share of a release: percent, and how it is coded."""

    value: float
    coding: str


class Untold(LookupError):
    """The release does not say what a sentence claims to know."""


class Release:
    """One reader's file of one release.

    Attributes:
        folder: of the release, on its shelf.
        reader: "public", "principal", "teacher", "superintendent", "steward".
    """

    def __init__(self, folder: Path, reader: str, files: Path) -> None:
        self.folder, self.reader = folder, reader
        self._file = duckdb.connect(
            str(files / f"{FILES[reader]}.duckdb"), read_only=True
        )
        self._kept: dict[tuple[str, tuple[Any, ...]], list[tuple[Any, ...]]] = {}

    def close(self) -> None:
        self._file.close()

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        key = (statement, values)
        if key not in self._kept:
            found = self._file.execute(statement, values or None)
            self._kept[key] = found.fetchall()
        return self._kept[key]

    def one(self, statement: str, *values: Any) -> Any:
        """Return the one value of the first row."""
        rows = self.rows(statement, *values)
        if not rows or rows[0][0] is None:
            msg = f"nothing under {values} of {statement}"
            raise Untold(msg)
        return rows[0][0]

    # --- what there is

    @cached_property
    def meta(self) -> dict[str, str]:
        return dict(self.rows("SELECT key, value FROM meta"))

    @cached_property
    def waves(self) -> dict[str, int]:
        return dict(self.rows("SELECT wave, wave_index FROM waves"))

    @cached_property
    def latest(self) -> int:
        return self.waves[self.meta["wave"]]

    @cached_property
    def names(self) -> dict[str, str]:
        """School name → id."""
        return dict(self.rows("SELECT name, school_id FROM schools"))

    @cached_property
    def scopes(self) -> tuple[str, ...]:
        """Whose rows this reader is shown, the own ones first."""
        if self.reader == "teacher":
            return (OWN, "all")
        if self.reader == "principal":
            cohort = self.one("SELECT cohort_id FROM schools WHERE school_id = ?", OWN)
            return (OWN, f"cohort-{cohort}", "all")
        return ("all",)

    def open_schools(self, where: str = "true") -> int:
        return int(
            self.one(
                "SELECT count(*) FROM schools WHERE closed_on IS NULL AND " + where
            )
        )

    def closed_schools(self) -> int:
        return int(self.one("SELECT count(*) FROM schools WHERE closed_on IS NOT NULL"))

    # --- numbers

    def _own_first(self, table: str, columns: str, **where: Any) -> dict[str, Any]:
        """Return the row of *where* this reader is shown, the own before the common."""
        said = " AND ".join(f"{c} = ?" for c in where)
        marks = ", ".join("?" * len(self.scopes))
        if self.reader == "teacher" and table == "estimates":
            said += " AND (scope = 'all' OR breakdown = 'all')"
        if self.reader == "teacher" and table.startswith("rubric"):
            said += " AND scope = 'all'"
        rows = self.rows(
            f"SELECT scope, {columns} FROM {table} WHERE {said} AND scope IN ({marks})",
            *where.values(),
            *self.scopes,
        )
        if not rows:
            msg = f"{table} has no row of {where}"
            raise Untold(msg)
        row = min(rows, key=lambda r: self.scopes.index(r[0]))
        return dict(zip(columns.split(", "), row[1:], strict=True))

    def figure(
        self, indicator: str, part: str, category: str = "",
        unit: Sequence[str] = DISTRICT, wave: int | None = None, about: str = "",
    ) -> dict[str, Any]:  # fmt: skip
        """Return a row of figures; raise Untold where it is hidden."""
        row = self._own_first(
            "figures", 'status, value, low, high, word, n_band, n, "of", coding',
            indicator_id=indicator, part=part, category=category, unit_kind=unit[0],
            unit_id=unit[1], wave_index=self.latest if wave is None else wave,
            about=about,
        )  # fmt: skip
        if row["status"] != "shown":
            msg = f"{indicator} {part} {category} {unit} is hidden: {row['status']}"
            raise Untold(msg)
        return row

    def estimate(
        self, indicator: str, part: str, form: str, unit: Sequence[str] = DISTRICT,
        wave: int | None = None, breakdown: str = "all", category: str = "all",
    ) -> dict[str, Any]:  # fmt: skip
        """Return a row of estimates, shown or not."""
        return self._own_first(
            "estimates",
            "status, share, low, high, shrunk, shrunk_low, shrunk_high, coding, mean, "
            "n_band, n, eligible, rate, change, points, here_low, here_high",
            indicator_id=indicator, part=part, form=form, unit_kind=unit[0],
            unit_id=unit[1], wave_index=self.latest if wave is None else wave,
            breakdown=breakdown, category=category,
        )  # fmt: skip

    def share(self, *what: Any, shrunk: bool = False, **more: Any) -> Share:
        """Return the share of a shown estimate."""
        row = self.estimate(*what, **more)
        if row["status"] != "shown":
            msg = f"{what} is hidden: {row['status']}"
            raise Untold(msg)
        value = row["shrunk"] if shrunk and row["shrunk"] is not None else row["share"]
        return Share(value, row["coding"])
