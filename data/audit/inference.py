"""What follows from linear statements about unknown counts: bounds, then programmes.

An attacker writes down every equation and inequality the published numbers make and
asks how large each unknown count can be. Bounds are tightened row by row until
nothing moves (feasibility-based bound tightening), counts of people to whole
numbers; where that leaves a small group open, a linear programme over everything
connected with it is asked once for many counts and then one by one.

Source: specification P5.3–P5.4; interval audits by linear programming are those of
Statistical Policy Working Paper 22, II.C.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import block_diag, csr_array, eye_array, hstack, vstack
from scipy.sparse.csgraph import connected_components

# Numbers in files carry no more digits than this matters for.
SLACK = 1e-6
ROUNDS = 60
# Below so many counts settled at once, the rest are asked one by one.
FEW_AT_ONCE = 3


@dataclass(frozen=True)
class Rows:
    """Linear rows low ≤ Σ value × unknown ≤ high, entry by entry.

    Attributes:
        row, cell, value: one entry each: which row, which unknown, times what.
        low, high: one a row.
    """

    row: np.ndarray
    cell: np.ndarray
    value: np.ndarray
    low: np.ndarray
    high: np.ndarray

    @classmethod
    def none(cls) -> Rows:
        """Return no rows."""
        nothing = np.zeros(0)
        return cls(nothing.astype(int), nothing.astype(int), nothing, nothing, nothing)

    @classmethod
    def joined(cls, many: Sequence[Rows]) -> Rows:
        """Return all rows of *many*, one after the other."""
        if not many:
            return cls.none()
        starts = np.cumsum([0, *(len(r.low) for r in many)])
        return cls(
            np.concatenate([r.row + s for r, s in zip(many, starts, strict=False)]),
            np.concatenate([r.cell for r in many]),
            np.concatenate([r.value for r in many]),
            np.concatenate([r.low for r in many]),
            np.concatenate([r.high for r in many]),
        )


class Contradiction(Exception):
    """The statements cannot all be true: the attacker has misread one."""


@dataclass
class Knowledge:
    """Unknown counts with bounds, and the rows that join them.

    Attributes:
        low, high: bounds of each unknown, all finite.
        whole: which unknowns count people, so are whole numbers.
    """

    low: np.ndarray
    high: np.ndarray
    whole: np.ndarray
    matrix: csr_array
    row_low: np.ndarray
    row_high: np.ndarray

    @classmethod
    def of(
        cls,
        low: np.ndarray,
        high: np.ndarray,
        whole: np.ndarray,
        rows: Rows,
    ) -> Knowledge:
        """Lay *rows* over unknowns with these bounds."""
        shape = (len(rows.low), len(low))
        matrix = csr_array((rows.value, (rows.row, rows.cell)), shape=shape)
        matrix.eliminate_zeros()
        return cls(
            low.astype(float), high.astype(float), whole, matrix, rows.low, rows.high
        )

    def knowing(self, facts: Mapping[int, float]) -> Knowledge:
        """Return the same with some unknowns told exactly, bounds tightened."""
        low, high = self.low.copy(), self.high.copy()
        for cell, value in facts.items():
            low[cell] = max(low[cell], value)
            high[cell] = min(high[cell], value)
        told = Knowledge(
            low, high, self.whole, self.matrix, self.row_low, self.row_high
        )
        told.tighten()
        return told

    def beside(
        self, before: Knowledge, now_cells: np.ndarray, old: np.ndarray
    ) -> Knowledge:
        """Return both as one, and by how much the same counts have grown since.

        Unknowns: these, then those of *before*, then one growth a pair of cells.
        People who answered do not unanswer: no growth is below zero.
        """
        many, mine, theirs = len(old), len(self.low), len(before.low)
        grown = Rows(
            np.tile(np.arange(many), 3),
            np.concatenate([now_cells, mine + old, mine + theirs + np.arange(many)]),
            np.repeat([1.0, -1.0, -1.0], many),
            np.zeros(many),
            np.zeros(many),
        )
        width = mine + theirs + many
        growth = csr_array((grown.value, (grown.row, grown.cell)), (many, width))
        both = block_diag([self.matrix, before.matrix, csr_array((0, many))])
        return Knowledge(
            np.concatenate([self.low, before.low, np.zeros(many)]),
            np.concatenate([self.high, before.high, self.high[now_cells]]),
            np.concatenate([self.whole, before.whole, self.whole[now_cells]]),
            csr_array(vstack([both, growth], format="csr")),
            np.concatenate([self.row_low, before.row_low, grown.low]),
            np.concatenate([self.row_high, before.row_high, grown.high]),
        )

    def tighten(self) -> None:
        """Tighten the bounds row by row until nothing moves.

        Raises:
            Contradiction: no values satisfy every row.
        """
        if not self.matrix.nnz:
            return
        row = np.repeat(np.arange(self.matrix.shape[0]), np.diff(self.matrix.indptr))
        cell, value = self.matrix.indices, self.matrix.data
        rising = value > 0
        self._round()
        for _ in range(ROUNDS):
            at_low = value * np.where(rising, self.low[cell], self.high[cell])
            at_high = value * np.where(rising, self.high[cell], self.low[cell])
            least = np.bincount(row, at_low, len(self.row_low))
            most = np.bincount(row, at_high, len(self.row_low))
            # What a row leaves for one unknown once all others take their least.
            room = (self.row_high[row] - (least[row] - at_low)) / value
            need = (self.row_low[row] - (most[row] - at_high)) / value
            high, low = self.high.copy(), self.low.copy()
            np.minimum.at(high, cell, np.where(rising, room, need))
            np.maximum.at(low, cell, np.where(rising, need, room))
            moved = (self.high - high > SLACK) | (low - self.low > SLACK)
            self.low, self.high = low, high
            self._round()
            if not moved.any():
                return

    def _round(self) -> None:
        self.low = np.where(self.whole, np.ceil(self.low - SLACK), self.low)
        self.high = np.where(self.whole, np.floor(self.high + SLACK), self.high)
        wrong = self.low > self.high + SLACK * (1 + np.abs(self.high))
        if wrong.any():
            raise Contradiction(int(np.flatnonzero(wrong)[0]))
        self.high = np.maximum(self.high, self.low)

    def components(self) -> np.ndarray:
        """Return a number per unknown: alike where rows join what is still open."""
        open_ = (self.high - self.low) > SLACK
        joined = self.matrix.multiply(open_.astype(float)[None, :]).tocsr()
        joined.eliminate_zeros()
        ones = csr_array(
            (np.ones_like(joined.data), joined.indices, joined.indptr), joined.shape
        )
        # Unknown–row graph: rows are nodes after the unknowns.
        rows, cells = ones.nonzero()
        size = len(self.low) + self.matrix.shape[0]
        graph = csr_array(
            (np.ones(len(rows)), (cells, rows + len(self.low))), shape=(size, size)
        )
        _, labels = connected_components(graph, directed=False)
        return np.asarray(labels[: len(self.low)])

    def largest(
        self, cells: Iterable[int], enough: Mapping[int, float]
    ) -> dict[int, float]:
        """Return the largest value of each of *cells*, or some value that is enough.

        One programme raises all cells of a component together; whichever reaches
        its `enough` is settled by that witness, and only the others are asked alone.

        Raises:
            Contradiction: no values satisfy every row.
        """
        found: dict[int, float] = {}
        labels = self.components()
        groups: dict[int, list[int]] = {}
        for cell in cells:
            is_settled = self.high[cell] - self.low[cell] <= SLACK
            if is_settled or self.high[cell] < enough[cell]:
                found[cell] = float(self.high[cell])
            else:
                groups.setdefault(int(labels[cell]), []).append(cell)
        for label, asked in groups.items():
            programme = _Programme(self, np.flatnonzero(labels == label))
            found |= programme.largest(asked, enough)
        return found


class _Programme:
    """Everything connected with some unknowns, ready to be maximized."""

    def __init__(self, known: Knowledge, cells: np.ndarray) -> None:
        self._place = {int(c): k for k, c in enumerate(cells)}
        inside = known.matrix[:, cells].tocsr()
        used = np.flatnonzero(np.diff(inside.indptr))
        # What is settled, or of another component, moves to the right-hand side.
        settled = known.low.copy()
        settled[cells] = 0.0
        right = (known.matrix @ settled)[used]
        inside = inside[used]
        low, high = known.row_low[used] - right, known.row_high[used] - right
        is_equal = np.abs(high - low) <= SLACK
        above = ~is_equal & np.isfinite(high)
        below = ~is_equal & np.isfinite(low)
        self._problem: dict[str, Any] = {
            "bounds": np.column_stack([known.low[cells], known.high[cells]]),
            "method": "highs",
        }
        if is_equal.any():
            self._problem |= {"A_eq": inside[is_equal], "b_eq": high[is_equal]}
        if above.any() or below.any():
            self._problem |= {
                "A_ub": vstack([inside[above], -inside[below]], format="csr"),
                "b_ub": np.concatenate([high[above], -low[below]]),
            }

    def largest(
        self, asked: Sequence[int], enough: Mapping[int, float]
    ) -> dict[int, float]:
        found: dict[int, float] = {}
        left = list(asked)
        while len(left) > 1:
            # As many at once as can be: what one table shows needs no other.
            witness = self._reach(left, enough)
            met = {c: witness[c] for c in left if witness[c] >= enough[c] - SLACK}
            found |= met
            left = [c for c in left if c not in found]
            if len(met) < FEW_AT_ONCE:
                break
        for cell in left:
            if cell in found:
                continue
            witness = self._maximize(cell)
            found[cell] = witness[cell]
            found |= {
                c: witness[c]
                for c in left
                if c not in found and witness[c] >= enough[c] - SLACK
            }
        return found

    def _maximize(self, cell: int) -> dict[int, float]:
        goal = np.zeros(len(self._place))
        goal[self._place[cell]] = -1.0
        return self._solved(goal, **self._problem)

    def _reach(
        self, cells: Sequence[int], enough: Mapping[int, float]
    ) -> dict[int, float]:
        """Return a table in which *cells* together lack as little as can be.

        For each, how much it lacks is one more unknown: lack ≥ enough − value.
        """
        size, many = len(self._place), len(cells)
        at = np.array([self._place[c] for c in cells])
        none = np.array([enough[c] for c in cells])
        here = csr_array((-np.ones(many), (np.arange(many), at)), shape=(many, size))
        lack = hstack([here, -eye_array(many)], format="csr")
        problem = dict(self._problem)
        wider = {"A_ub": lack, "b_ub": -none}
        if "A_ub" in problem:
            old = problem["A_ub"]
            old = hstack([old, csr_array((old.shape[0], many))], format="csr")
            wider["A_ub"] = vstack([old, lack], format="csr")
            wider["b_ub"] = np.concatenate([problem["b_ub"], -none])
        if "A_eq" in problem:
            old = problem["A_eq"]
            wider["A_eq"] = hstack([old, csr_array((old.shape[0], many))], format="csr")
        bounds = np.column_stack([np.zeros(many), none])
        problem |= wider | {"bounds": np.vstack([problem["bounds"], bounds])}
        goal = np.concatenate([np.zeros(size), np.ones(many)])
        return self._solved(goal, **problem)

    def _solved(self, goal: np.ndarray, **problem: Any) -> dict[int, float]:
        answer = linprog(goal, **problem)
        if not answer.success:
            raise Contradiction(answer.message)
        return {c: float(answer.x[k]) for c, k in self._place.items()}
