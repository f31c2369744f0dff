"""The tables that fit what a reader sees: counts, and counts with their answers.

A hidden cell may be whatever it is in some table that fits everything shown. The solver
proposes tables of whole numbers; whole-number arithmetic checks them.

Source: specification P5.4.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from data.disclosure.system import Row, System

LOWEST_ASKED = 1
# Beyond any survey; keeps the solver's search bounded.
UNBOUNDED = 10_000_000
# Further from a whole number than this is no rounding of the solver's.
WHOLE = 1e-6
# How far from the best a proposal for several cells may stay.
NEAR = 0.1


@dataclass(frozen=True, slots=True)
class Span:
    """The whole numbers from *low* to *high* all readers must allow for."""

    low: int
    high: int


@dataclass(frozen=True)
class View:
    """A system as a reader sees it: some cells hidden, each equation's rest known.

    Attributes:
        sums: what the hidden cells of each equation come to, with their signs.
        good: the same for favourable answers, where shares are shown.
        counts: the true counts, for whoever builds the table; empty for a reader.
        favourable: the true favourable sums, likewise.
    """

    system: System
    hidden: frozenset[int]
    sums: Mapping[int, int]
    counts: Mapping[int, int]
    good: Mapping[int, float] = field(default_factory=dict)
    favourable: Mapping[int, float] = field(default_factory=dict)


def view_of_truth(system: System, hidden: Collection[int]) -> View:
    """Return what a reader sees, computed by someone who knows every count."""
    hidden = frozenset(hidden)
    rows = {e: system.unknowns(e, hidden) for e in system.touched(hidden)}
    sums = {
        e: sum(int(v) * system.count(c) for c, v in row.items())
        for e, row in rows.items()
    }
    counts = {c: system.counts[c] for c in hidden}
    if system.favourable is None:
        return View(system, hidden, sums, counts)
    agreeing = system.favourable
    good = {
        e: sum(float(v) * system.agreeing(c) for c, v in row.items())
        for e, row in rows.items()
    }
    return View(system, hidden, sums, counts, good, {c: agreeing[c] for c in hidden})


class Feasible:
    """The tables that fit what is shown, over one component of hidden cells."""

    def __init__(
        self,
        view: View,
        component: list[int],
        *,
        known: Mapping[int, int] | None = None,
    ) -> None:
        """Set up the equations.

        Args:
            known: counts an insider knows beside what is shown.
        """
        self._view = view
        equations = [e for e in view.system.touched(component) if e in view.sums]
        lines = [view.system.unknowns(e, view.hidden) for e in equations]
        remainders = [c for line in lines for c in line if c < 0]
        self._place = {cell: i for i, cell in enumerate([*component, *remainders])}
        self._rows = [{self._place[c]: int(v) for c, v in r.items()} for r in lines]
        self._sums = [view.sums[e] for e in equations]
        low = np.array([float(view.system.least(c)) for c in self._place])
        high = np.full(len(self._place), float(UNBOUNDED))
        for cell, value in (known or {}).items():
            low[self._place[cell]] = high[self._place[cell]] = value
        self._low, self._high = low, high
        entries = [(k, i, v) for k, r in enumerate(self._rows) for i, v in r.items()]
        places = ([e[0] for e in entries], [e[1] for e in entries])
        matrix = sparse.csr_array(
            ([e[2] for e in entries], places),
            shape=(len(self._rows), len(self._place)),
        )
        self._constraints = (
            [LinearConstraint(matrix, self._sums, self._sums)] if self._rows else []
        )

    def point(self, wanted: Mapping[int, float]) -> np.ndarray | None:
        """Return a fitting table that makes the weighted sum *wanted* smallest.

        None where no table fits: whoever set the equations up was wrong.
        """
        cost = np.zeros(len(self._place))
        for cell, weight in wanted.items():
            cost[self._place[cell]] = weight
        # Sums of tables are nearly networks, whose corners are whole: without
        # asking for whole numbers the answer mostly is one, and the best one.
        loose = self._solved(cost, whole=False)
        if loose is None:
            return None
        if np.abs(loose - np.rint(loose)).max(initial=0.0) > WHOLE:
            # Several cells at once are a proposal; near the best will do.
            loose = self._solved(cost, whole=True, gap=NEAR if len(wanted) > 1 else 0)
            if loose is None:
                return None
        point: np.ndarray = np.rint(loose).astype(np.int64)
        self._check(point)
        return point

    def _solved(
        self, cost: np.ndarray, *, whole: bool, gap: float = 0
    ) -> np.ndarray | None:
        found = milp(
            cost,
            constraints=self._constraints,
            bounds=Bounds(self._low, self._high),
            integrality=np.full(len(self._place), int(whole)),
            options={"mip_rel_gap": gap},
        )
        if found.x is None:
            return None
        solved: np.ndarray = np.asarray(found.x)
        return solved

    def span(self, cell: int) -> Span | None:
        """Return the smallest and largest count *cell* may have."""
        low, high = self.point({cell: 1.0}), self.point({cell: -1.0})
        if low is None or high is None:
            return None
        return Span(self.value(low, cell), self.value(high, cell))

    def value(self, point: np.ndarray, cell: int) -> int:
        """Return the count *cell* has in a fitting table."""
        return int(point[self._place[cell]])

    def lowest(self, cell: int) -> int:
        """Return how low *cell* must be able to be: one, or what all know is there.

        Two hidden groups with somebody in each are two people at least, whatever is
        hidden beside them.
        """
        return max(LOWEST_ASKED, self._fewest(cell))

    def _fewest(self, cell: int) -> int:
        view, system = self._view, self._view.system
        of_parts = [
            sum(self._fewest(p) for p in parts if p in view.hidden) - view.sums[e]
            for e in system.equations_of.get(cell, ())
            for total, parts in [system.totals[e]]
            if total == cell and e in view.sums
        ]
        return max(system.least(cell), *of_parts, 0)

    def _check(self, point: np.ndarray) -> None:
        """Verify a proposed table in whole numbers; a solver's word is no proof."""
        fits = all(
            sum(v * int(point[i]) for i, v in row.items()) == total
            for row, total in zip(self._rows, self._sums, strict=True)
        )
        inside = (point >= self._low).all() and (point <= self._high).all()
        if not (fits and inside):
            raise ArithmeticError("the solver's table does not fit what is shown")


class FeasibleAnswers:
    """Counts and favourable sums of one component as one linear programme."""

    def __init__(self, view: View, component: list[int]) -> None:
        equations = view.system.touched(component)
        lines = {e: view.system.unknowns(e, view.hidden) for e in equations}
        remainders = [c for line in lines.values() for c in line if c < 0]
        self._place = {c: i for i, c in enumerate([*component, *remainders])}
        self._size = len(self._place)
        one = sparse.eye_array(self._size, format="csr")
        self._within = sparse.hstack([-one, one], format="csr")
        self._left, self._right = self._sums(view, lines)
        self._bounds = [
            *((view.system.least(c), UNBOUNDED) for c in self._place),
            *[(0, UNBOUNDED)] * self._size,
        ]

    def _sums(
        self, view: View, lines: Mapping[int, Row]
    ) -> tuple[sparse.csr_array, np.ndarray]:
        entries: list[tuple[int, int, float]] = []
        right: list[float] = []
        for equation, row in lines.items():
            for values, shift in ((view.sums, 0), (view.good, self._size)):
                if equation not in values:
                    continue
                entries += [
                    (len(right), self._place[c] + shift, float(v))
                    for c, v in row.items()
                ]
                right.append(float(values[equation]))
        at, cells, signs = zip(*entries, strict=True) if entries else ((), (), ())
        matrix = sparse.csr_array(
            (np.array(signs, float), (at, cells)), shape=(len(right), 2 * self._size)
        )
        return matrix, np.array(right)

    def point(
        self, people: Mapping[int, float], agreeing: Mapping[int, float]
    ) -> np.ndarray | None:
        """Return a fitting table that makes the weighted sum smallest."""
        cost = np.zeros(2 * self._size)
        for c, weight in people.items():
            cost[self._place[c]] = weight
        for c, weight in agreeing.items():
            cost[self._place[c] + self._size] = weight
        found: np.ndarray | None = linprog(  # type: ignore[call-overload]  # stubs know no sparse matrix
            cost,
            A_ub=self._within,
            b_ub=np.zeros(self._size),
            A_eq=self._left,
            b_eq=self._right,
            bounds=self._bounds,
        ).x
        return found

    def count(self, point: np.ndarray, cell: int) -> float:
        """Return how many people *cell* has in a fitting table."""
        return float(point[self._place[cell]])

    def agreeing(self, point: np.ndarray, cell: int) -> float:
        """Return how many of them answered favourably."""
        return float(point[self._place[cell] + self._size])
