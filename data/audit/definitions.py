"""What a release says its numbers mean: counts with names, and how they hold.

Read from the tables `definitions` and `relations` of the files themselves, which is
all an outsider has.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from data.audit.files import AUDIENCES, Release

ANY = "*"
MANY = "; "


@dataclass(frozen=True, slots=True)
class Told:
    """The counts one published share tells; empty where it counts nobody."""

    base: str
    numerator: str
    kind: str
    adds_up: bool


@dataclass(frozen=True, slots=True)
class Relation:
    """left holds right, between named counts of one form."""

    left: str
    holds: str
    right: tuple[str, ...]


class Definitions:
    """Every definition of a release, by the part it explains."""

    def __init__(self, release: Release) -> None:
        table = release.table("public", "definitions")
        self.is_told_alike = all(
            release.table(a, name).equals(release.table("public", name))
            for a in AUDIENCES
            for name in ("definitions", "relations")
        )
        self._told: dict[tuple[str, ...], Told] = {}
        for row in table.itertuples(index=False):
            # A figure stands under no form; the form is told beside it.
            form = ANY if row.table_name == "figures" else row.form
            key = (row.table_name, row.indicator_id, row.part, form, row.category)
            told = Told(row.base, row.numerator, row.kind, bool(row.adds_up))
            self._told[tuple(str(k) for k in key)] = told
        self._relations: dict[str, list[Relation]] = {}
        for row in release.table("public", "relations").itertuples(index=False):
            right = tuple(str(row.right_counts).split(MANY))
            line = Relation(str(row.left_count), str(row.holds), right)
            self._relations.setdefault(str(row.form), []).append(line)

    def relations(self, form: str) -> list[Relation]:
        """Return how the counts of *form* hold together."""
        return self._relations.get(form, [])

    def told(
        self, table: str, indicator: str, part: str, form: str = ANY, category: str = ""
    ) -> Told | None:
        """Return what a number tells; None where the release does not say."""
        for p in (part, ANY):
            for f in (form, ANY):
                for c in (category, ANY):
                    found = self._told.get((table, indicator, p, f, c))
                    if found is not None:
                        return _filled(found, part, category)
        return None

    def of_rows(self, table: str, rows: pd.DataFrame) -> pd.DataFrame:
        """Return *rows* with base, numerator, kind, adds_up; None where undefined."""
        columns = ["indicator_id", "part"]
        columns += ["form"] if table == "estimates" else ["category"]
        distinct = rows[columns].drop_duplicates()
        found = []
        for key in distinct.itertuples(index=False, name=None):
            told = (
                self.told(table, key[0], key[1], form=key[2])
                if table == "estimates"
                else self.told(table, key[0], key[1], category=key[2])
            )
            found.append(
                (told.base, told.numerator, told.kind, told.adds_up)
                if told
                else (None, None, None, None)
            )
        names = ["base", "numerator", "kind", "adds_up"]
        distinct[names] = pd.DataFrame(found, index=distinct.index, columns=names)
        return rows.merge(distinct, "left", columns)


def _filled(told: Told, part: str, category: str) -> Told:
    def fill(text: str) -> str:
        return text.replace("{part}", part).replace("{category}", category)

    return Told(fill(told.base), fill(told.numerator), told.kind, told.adds_up)
