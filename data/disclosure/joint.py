"""Every count of one form and wave as one system, whatever part tells it (P5.0).

A published number is two named counts of people: its base and its numerator. The same
name in the same unit is one unknown, in however many parts it stands. Schools add up to
cohorts, launched schools and the district, breakdowns stay within their whole, and the
catalogue's relations hold in every unit.

Complementary suppression reckons group after group; this is what it all has to fit at
once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf

import numpy as np
import pandas as pd

from data.catalogue.counts import ANY, Holds, Relation, counts
from data.disclosure.families import WHOLE, Memberships

Unit = tuple[str, str, str, str]  # unit_kind, unit_id, breakdown, category
# A scale's numerator is a sum of shares of answers, not of people.
OF_SCALE = "favorable in "
ANSWERED = "answered "
# Who answered too few items counts for none of a scale and for the items answered:
# so many may, and so large a share of those asked.
STRAY, STRAY_SHARE = 1.0, 0.02
UNIT = ["unit_kind", "unit_id", "breakdown", "category"]


@dataclass(frozen=True)
class Line:
    """One row low ≤ Σ weight × count ≤ high.

    Attributes:
        cells: unknowns by number, one for each weight.
    """

    cells: Sequence[int]
    weights: Sequence[float]
    low: float
    high: float


@dataclass(frozen=True)
class Told:
    """What one row of estimates tells, once it is shown.

    Attributes:
        row: its label in the estimates.
        base, top: its counts; `top` is −1 where its share is not one over the other.
        is_pooled: it rests on two waves, and tells nothing of this one.
    """

    row: int
    unit: Unit
    base: int
    top: int
    is_pooled: bool = False


class Joint:
    """The counts of one form and wave that hang together with some name."""

    def __init__(
        self,
        rows: pd.DataFrame,
        answers: pd.DataFrame,
        places: Memberships,
        name: str,
    ) -> None:
        """Lay out the counts.

        Args:
            rows: estimates of one form and wave, unprotected.
            answers: how many chose each option, of the same.
            name: a count; parts that share no relation with it are left out.
        """
        self._form = str(rows["form"].iloc[0])
        self._wave = int(rows["wave_index"].iloc[0])
        self._places = places
        defined = {
            (t.indicator_id, t.part): (t.base, t.numerator)
            for t in counts().told
            if t.table == "estimates" and t.form in {self._form, ANY}
        }
        pairs = [
            defined.get((str(i), str(p)), ("", ""))
            for i, p in zip(rows["indicator_id"], rows["part"], strict=True)
        ]
        self._names = _reached(self.relations, set(pairs), name)
        here = np.array([base in self._names for base, _ in pairs], bool)
        self.rows = rows[here]
        self._pairs = [p for p, is_here in zip(pairs, here, strict=True) if is_here]
        self.answers = answers
        self._cell: dict[tuple[str, Unit], int] = {}
        units = self.rows[UNIT].astype(str).itertuples(index=False, name=None)
        self._units: list[Unit] = [(k, u, b, c) for k, u, b, c in units]
        for (base, top), unit in zip(self._pairs, self._units, strict=True):
            for named in (base, top):
                if named:
                    self._number(named, unit)
        for relation in self.relations:
            # Options nobody chose, or that are hidden, are counts too.
            if relation.holds is Holds.SUM_OF:
                for unit in [u for n, u in self._cell if n == relation.left]:
                    for option in relation.right:
                        self._number(option, unit)

    def _number(self, name: str, unit: Unit) -> int:
        return self._cell.setdefault((name, unit), len(self._cell))

    def __len__(self) -> int:
        return len(self._cell)

    def cell(self, name: str, unit: Unit) -> int | None:
        """Return the number of a count; None where nothing tells it."""
        return self._cell.get((name, unit))

    @cached_property
    def relations(self) -> list[Relation]:
        """Return how the counts of this form hold together."""
        return [r for r in counts().relations if r.form == self._form]

    @cached_property
    def told(self) -> list[Told]:
        """Return what each row tells, in the order of `rows`."""
        pooled = _column(self.rows, "waves_pooled", 1.0) > 1
        plain = ~pooled & (_column(self.rows, "design_effect", 1.0) == 1)
        found = []
        lines = zip(
            self.rows.index, self._pairs, self._units, plain, pooled, strict=True
        )
        for row, (base, top), unit, is_plain, is_pooled in lines:
            place = self._cell[top, unit] if top and is_plain else -1
            base_cell = self._cell[base, unit]
            found.append(Told(int(row), unit, base_cell, place, bool(is_pooled)))
        return found

    @cached_property
    def is_whole(self) -> np.ndarray:
        """Tell which counts are of people, so whole numbers."""
        return np.array([not n.startswith(OF_SCALE) for n, _ in self._cell], bool)

    @cached_property
    def asked(self) -> Mapping[Unit, float]:
        """Return how many were asked in each unit, as far as any row says."""
        eligible = _column(self.rows, "eligible", np.nan)
        found: dict[Unit, float] = {}
        for unit, n in zip(self._units, eligible, strict=True):
            if not np.isnan(n):
                found[unit] = max(found.get(unit, 0.0), float(n))
        return found

    @cached_property
    def most(self) -> np.ndarray:
        """Return the most each count can be: those asked in its unit."""
        return np.array([self.asked.get(unit, inf) for _, unit in self._cell])

    @cached_property
    def bases_within(self) -> frozenset[str]:
        """Return bases that lie within a numerator: nobody may be in them."""
        tops = {top for _, top in self._pairs}
        bases = {base for base, _ in self._pairs}
        return frozenset(
            r.left
            for r in self.relations
            if r.holds is Holds.WITHIN and r.left in bases and r.right[0] in tops
        )

    def truth(self, cell: int) -> float:
        """Return how many a count really is; 0 where no row tells it."""
        for told in self.told:
            if cell == told.base:
                return float(self.rows.loc[told.row, "n"])
            if cell == told.top:
                return round(float(self.rows.loc[told.row, "favourable"]), 6)
        return 0.0

    def name_of(self, told: Told) -> str:
        """Return the name of a row's base."""
        return self._name_at[told.base]

    @cached_property
    def _name_at(self) -> list[str]:
        return [name for name, _ in self._cell]

    def option(self, item: str, code: int, unit: Unit) -> tuple[int, int] | None:
        """Return who answered a question and who chose an option, where both count."""
        base = self._cell.get((ANSWERED + item, unit))
        top = self._cell.get((f"{item} = {code}", unit))
        return None if base is None or top is None else (base, top)

    def lines(self, *, adds_up: bool, about: bool) -> Iterator[Line]:
        """Yield everything that holds for every reader.

        Args:
            adds_up: schools make up totals; not for one who knows a single school.
            about: also what holds about, and of nobody beyond those asked.
        """
        if adds_up:
            yield from self._geography()
        yield from self._breakdowns()
        yield from self._relations(about=about)

    def _geography(self) -> Iterator[Line]:
        parts: dict[int, list[int]] = defaultdict(list)
        cohorts: dict[str, list[int]] = defaultdict(list)
        for (name, (kind, unit, breakdown, category)), cell in self._cell.items():
            if kind == "cohort" and breakdown == WHOLE:
                cohorts[name].append(cell)
            if kind != "school":
                continue
            for total in self._places.totals_of(unit, self._wave):
                above = self._cell.get((name, (*total, breakdown, category)))
                if above is not None:
                    parts[above].append(cell)
        for name, mine in cohorts.items():
            # Where no school is a count of its own, cohorts make up the district.
            district = self._cell.get((name, ("district", WHOLE, WHOLE, WHOLE)))
            if district is not None:
                parts.setdefault(district, mine)
        for total_cell, mine in parts.items():
            weights = [1.0] + [-1.0] * len(mine)
            yield Line([total_cell, *mine], weights, 0.0, 0.0)

    def _breakdowns(self) -> Iterator[Line]:
        parts: dict[tuple[int, str], list[int]] = defaultdict(list)
        for (name, (kind, unit, breakdown, _)), cell in self._cell.items():
            whole = self._cell.get((name, (kind, unit, WHOLE, WHOLE)))
            if breakdown != WHOLE and whole is not None:
                parts[whole, breakdown].append(cell)
        for (whole, _), mine in parts.items():
            yield Line([whole, *mine], [1.0] + [-1.0] * len(mine), 0.0, inf)

    def _relations(self, *, about: bool) -> Iterator[Line]:
        base_of = {top: base for base, top in self._pairs}
        for relation in self.relations:
            names = [relation.left, *relation.right]
            if relation.holds is Holds.MEAN_OF:
                names += [base_of[n] for n in names if n in base_of]
            for name, unit in list(self._cell):
                if name != relation.left:
                    continue
                cells = [self._cell.get((n, unit), -1) for n in names]
                if min(cells) < 0:
                    continue
                asked = self.asked.get(unit, inf)
                yield from _related(relation, cells, asked, about=about)


def _related(
    relation: Relation, cells: list[int], asked: float, *, about: bool
) -> Iterator[Line]:
    many = len(relation.right)
    parts = [-1.0] * many
    match relation.holds:
        case Holds.WITHIN:
            yield Line(cells, [1.0, -1.0], -inf, 0.0)
        case Holds.SUM_OF:
            yield Line(cells, [1.0, *parts], 0.0, 0.0)
        case Holds.TWO_OF:
            yield Line(cells, [2.0, *parts], -inf, 0.0)
        case Holds.ALL_OF:
            if asked < inf:
                yield Line(cells, [1.0, *parts], -(many - 1) * asked, inf)
        case Holds.MEAN_OF:
            stray = STRAY + STRAY_SHARE * asked
            if about and asked < inf and len(cells) == 2 * (many + 1):
                weights = [float(many), *parts]
                yield Line(cells[: many + 1], weights, -stray, inf)
                yield Line(cells, [*weights, -float(many), *[1.0] * many], -inf, stray)


def _reached(
    relations: Collection[Relation], pairs: Collection[tuple[str, str]], name: str
) -> frozenset[str]:
    """Return the names that hang together with *name*."""
    beside: dict[str, set[str]] = defaultdict(set)
    groups = [[r.left, *r.right] for r in relations] + [list(p) for p in pairs]
    for group in groups:
        for one in group:
            beside[one] |= {other for other in group if other}
    found, left = {name}, [name]
    while left:
        more = beside[left.pop()] - found
        found |= more
        left += more
    return frozenset(found)


def _column(rows: pd.DataFrame, name: str, usual: float) -> np.ndarray:
    if name not in rows:
        return np.full(len(rows), usual)
    found: np.ndarray = rows[name].astype(float).fillna(usual).to_numpy()
    return found
