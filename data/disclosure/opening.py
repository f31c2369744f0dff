"""Hides what keeps a count from being anything else, at the least cost (P5.0, P5.2).

Somebody can find a count out where every table that fits what is shown has it below the
minimum, or has the very same number in it. It is open again once another table fits. So
a table is asked for in which the count is large enough, or another; shown numbers may
differ in it from what they tell, at a price; those that do are hidden, and in the end
those that need not have been are given back. The table is its own proof: whole numbers
that fit everything that is still shown.

Source: specification P5.0; the cheapest way as in Kelly, Golden and Assad (1992), over
all parts at once.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from math import inf

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from data.disclosure.families import ranks
from data.disclosure.joint import UNIT, Joint, Unit
from data.disclosure.statements import Place, Reader, Shown, Statements
from data.disclosure.suppression import STEP
from data.model.viewer import Audience

# A number that differs by less than this is told as it is.
DIFFERS = 1e-6
# The solver may stop this near to the cheapest, and after so many seconds.
NEAR, SECONDS = 0.05, 20.0


@dataclass(frozen=True, slots=True)
class Leak:
    """A count that a reader can find out.

    Attributes:
        least: how many it must be able to be; 0 where its exact number is the secret.
    """

    reader: Reader
    form: str
    wave_index: int
    name: str
    unit: Unit
    least: int


def more_to_hide(shown: Shown, leaks: Collection[Leak]) -> dict[Audience, pd.Index]:
    """Return the rows of each file to hide so that no leak remains.

    What is hidden for one leak is hidden for the next; they are marked in *shown*.
    """
    before = {a: set(rows) for a, rows in shown.more.items()}
    for leak in sorted(leaks, key=_order):
        joint = shown.joint(leak.form, leak.wave_index, leak.name)
        for audience, row in _Opening(joint, shown, leak).places():
            shown.hide(audience, row)
    return {
        audience: pd.Index(sorted(rows - before.get(audience, set())))
        for audience, rows in shown.more.items()
    }


def _order(leak: Leak) -> tuple[object, ...]:
    # District leaders first: what is hidden from them is hidden from the public.
    reader = leak.reader
    return (
        reader.audience,
        leak.form,
        leak.wave_index,
        leak.name,
        leak.unit,
        reader.schools,
    )


class _Opening:
    """Looks for the cheapest table in which one leak is none."""

    def __init__(self, joint: Joint, shown: Shown, leak: Leak) -> None:
        self._joint, self._shown, self._leak = joint, shown, leak
        rows = joint.rows
        keys = list(zip(*(rows[c].astype(str) for c in UNIT), strict=True))
        self._price = {
            int(row): STEP**rank * (1 + math.log10(1 + int(n)) / 4)
            for row, rank, n in zip(rows.index, ranks(keys), rows["n"], strict=True)
        }

    def places(self) -> list[Place]:
        """Return the rows to hide, file by file."""
        cell = self._joint.cell(self._leak.name, self._leak.unit)
        if cell is None:
            return self._whole_unit()
        for about in (True, False):
            told = Statements(self._joint, self._shown, self._leak.reader, about=about)
            found = [
                way
                for span in self._otherwise(cell)
                if (way := self._cheapest(told, cell, span)) is not None
            ]
            if found:
                return min(found, key=self._cost)
        return self._whole_unit()

    def _otherwise(self, cell: int) -> Iterator[tuple[float, float]]:
        """Yield the ranges in one of which the count must be able to lie."""
        if self._leak.least:
            yield float(self._leak.least), inf
            return
        value = self._joint.truth(cell)
        yield value + 1, inf
        if value >= 1:
            yield 0.0, value - 1

    def _cost(self, places: Collection[Place]) -> float:
        return sum(self._price[row] for _, row in places)

    def _whole_unit(self) -> list[Place]:
        """Return every row of the unit that is shown: nothing less helps."""
        audience = self._leak.reader.audience
        return [
            (audience, told.row)
            for told in self._joint.told
            if told.unit == self._leak.unit and self._shown.is_shown(audience, told.row)
        ]

    def _cheapest(
        self, told: Statements, cell: int, span: tuple[float, float]
    ) -> list[Place] | None:
        low, high = max(span[0], told.low[cell]), min(span[1], told.high[cell])
        if low > high:
            return None
        found = self._solve(told, cell, (low, high), range(len(told.places)))
        if found is None:
            return None
        # Dearest first, each is given back if the others do without it.
        for k in sorted(found, key=lambda k: (-self._price[told.places[k][1]], k)):
            others = [j for j in found if j != k]
            less = self._solve(told, cell, (low, high), others)
            found = found if less is None else less
        return [told.places[k] for k in sorted(found)]

    def _solve(
        self,
        told: Statements,
        cell: int,
        span: tuple[float, float],
        free: Collection[int],
    ) -> list[int] | None:
        """Return which rows differ in the cheapest table; None where none fits.

        Args:
            free: rows that may differ.
        """
        counts, many = len(self._joint), len(told.places)
        may_differ = np.zeros(many, bool)
        may_differ[list(free)] = True
        low, high = told.low.copy(), told.high.copy()
        low[cell], high[cell] = span
        price = np.array([self._price[row] for _, row in told.places])
        whole = self._joint.is_whole
        solved = milp(
            np.concatenate([np.zeros(counts), price]),
            integrality=np.concatenate([whole, np.zeros(many)]),
            bounds=Bounds(
                np.concatenate([low, np.zeros(many)]),
                np.concatenate([high, np.where(may_differ, inf, 0.0)]),
            ),
            constraints=_constraints(told, counts, may_differ),
            options={"time_limit": SECONDS, "mip_rel_gap": NEAR},
        )
        if solved.x is None:
            return None
        found: list[int] = np.flatnonzero(solved.x[counts:] > DIFFERS).tolist()
        return found


def _constraints(
    told: Statements, counts: int, may_differ: np.ndarray
) -> LinearConstraint:
    """Return all lines; those of rows that may differ may be missed at both ends.

    By as many people as the row's own unknown, after the counts, says.
    """
    entries: list[tuple[int, int, float]] = []
    ends: list[tuple[float, float]] = []
    for line, place in told.lines:
        terms = list(zip(line.cells, line.weights, strict=True))
        if place is None or not may_differ[place]:
            sides = [(line.low, line.high, terms)]
        else:
            by = counts + place
            sides = [
                (line.low, inf, [*terms, (by, 1.0)]),
                (-inf, line.high, [*terms, (by, -1.0)]),
            ]
        for low, high, row in sides:
            if low > -inf or high < inf:
                entries += [(len(ends), column, weight) for column, weight in row]
                ends.append((low, high))
    at, column, values = zip(*entries, strict=True)
    shape = (len(ends), counts + len(may_differ))
    lows, highs = zip(*ends, strict=True)
    return LinearConstraint(csr_array((values, (at, column)), shape=shape), lows, highs)
