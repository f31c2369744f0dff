"""A release folder as a reader holds it: the rows of each audience's file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from data.errors import LoweredThreshold
from data.model.cell import Status
from data.model.reading import open_release_file
from data.model.release_tables import TABLES
from data.model.rules import Rules, rules_from
from data.model.shelf import audience_file
from data.model.viewer import Audience

FAMILY = ["indicator_id", "part", "form", "wave"]
CELL = ["unit_kind", "unit_id", "breakdown", "category"]
KEYS = [*FAMILY, *CELL]
# A number can be read, or the number of people can: both count as known.
READABLE = frozenset({Status.SHOWN, Status.LOW_RR})


@dataclass(frozen=True)
class Reading:
    """Every row of a release.

    Attributes:
        tables: audience → table → rows. Waves are named, not numbered, so that
            two releases can be laid side by side.
        shapes: audience → table → its columns, as the file has them.
    """

    release_id: str
    tables: dict[Audience, dict[str, pd.DataFrame]]
    shapes: dict[Audience, dict[str, list[str]]]

    @cached_property
    def rules(self) -> Rules:
        """The thresholds the release says it was made with, never below the floor."""
        try:
            return rules_from(self.stated_rules)
        except LoweredThreshold:
            return Rules()

    @cached_property
    def stated_rules(self) -> dict[str, str]:
        """The thresholds as written in the public's file."""
        meta = self.tables[Audience.PUBLIC]["meta"]
        pairs = zip(meta["key"], meta["value"], strict=True)
        return {k.removeprefix("rule."): v for k, v in pairs if k.startswith("rule.")}

    @property
    def schools(self) -> pd.DataFrame:
        """Every school with its cohort and first wave after launch."""
        return self.tables[Audience.DISTRICT]["schools"]

    def estimates(self, audience: Audience) -> pd.DataFrame:
        """Return one file's estimates."""
        return self.tables[audience]["estimates"]

    @cached_property
    def respondents(self) -> dict[str, str]:
        """Return who answers each form."""
        from data.catalogue import catalogue  # noqa: PLC0415 - published with the rules

        return {form.id: form.group for form in catalogue().forms.values()}

    def minimum(self, form: str) -> int:
        """Return the fewest people any number of *form* may rest on."""
        return self.rules.minimum(self.respondents[form])

    def is_staff(self, form: str) -> bool:
        """Tell whether staff answer *form*."""
        from data.model.rules import STAFF  # noqa: PLC0415 - one use

        return self.respondents[form] in STAFF


def read_release(folder: Path) -> Reading:
    """Return every row of the release in *folder*."""
    tables: dict[Audience, dict[str, pd.DataFrame]] = {}
    shapes: dict[Audience, dict[str, list[str]]] = {}
    for audience in Audience:
        path = audience_file(folder, audience)
        with open_release_file(path) as connection:
            names = connection.execute(
                "SELECT table_name FROM duckdb_tables() ORDER BY 1"
            ).fetchall()
            found = {
                name: connection.execute(f'SELECT * FROM "{name}"').df()
                for (name,) in names
            }
        shapes[audience] = {name: list(f.columns) for name, f in found.items()}
        labels = dict(
            zip(found["waves"]["wave_index"], found["waves"]["wave"], strict=True)
        )
        for name, frame in found.items():
            _make_numbers(name, frame)
            if "wave_index" in frame:
                frame["wave"] = frame["wave_index"].map(labels)
        tables[audience] = {**_empty(found), **found}
    meta = tables[Audience.PUBLIC]["meta"]
    release_id = meta.loc[meta["key"] == "release_id", "value"].iloc[0]
    return Reading(str(release_id), tables, shapes)


def _make_numbers(name: str, frame: pd.DataFrame) -> None:
    """Have numbers be numbers, also in a table without rows."""
    if name not in TABLES or name in {"schools", "cohorts", "waves"}:
        return
    for column in TABLES[name].columns:
        is_number = isinstance(column.type, sa.Double | sa.Integer)
        if is_number and column.name in frame and column.name != "wave_index":
            frame[column.name] = frame[column.name].astype("Float64").astype(float)


def _empty(found: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return {
        name: pd.DataFrame(columns=[c.name for c in table.columns])
        for name, table in TABLES.items()
        if name not in found
    }
