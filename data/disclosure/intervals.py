"""How far a hidden count may lie from the truth, as far as any reader can tell.

Exactness is not enough: a reader who learns that a hidden count lies between six
and nine knows it is small. Each claim here that a count may be so-and-so is backed
by a whole table of whole numbers that fits everything shown; the solver proposes
it, whole-number arithmetic checks it.

Source: specification P5.4.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from data.disclosure.system import Row, System

LOWEST_ASKED = 1
# Beyond any survey; keeps the solver's search bounded.
UNBOUNDED = 10_000_000
MOST_INSIDERS = 24
# Further from a whole number than this is no rounding of the solver's.
WHOLE = 1e-6
# How far from the best a proposal for several cells may stay.
NEAR = 0.1
# Sums of shares carry the last bits of divisions.
NEARLY = 1e-3


@dataclass(frozen=True, slots=True)
class Span:
    """The whole numbers from *low* to *high* all readers must allow for."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Exposed:
    """A sensitive cell that can be found out.

    Attributes:
        insider: the cell whose owner can do it; None where anyone can.
    """

    cell: int
    insider: int | None = None

    def __lt__(self, other: Exposed) -> bool:
        return self._order < other._order

    @property
    def _order(self) -> tuple[int, int]:
        return self.cell, -1 if self.insider is None else self.insider


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
    good: Mapping[int, float] = field(default_factory=dict)
    counts: Mapping[int, int] = field(default_factory=dict)
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
        return View(system, hidden, sums, counts=counts)
    agreeing = system.favourable
    good = {
        e: sum(float(v) * system.agreeing(c) for c, v in row.items())
        for e, row in rows.items()
    }
    return View(system, hidden, sums, good, counts, {c: agreeing[c] for c in hidden})


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


def too_narrow(
    view: View,
    minimums: Mapping[int, int],
    knowers: Mapping[int, int],
) -> list[Exposed]:
    """Return the cells whose span gives away that they are small.

    Each must possibly be as low as one and as high as its minimum, also to a
    reader who knows one of *knowers* exactly.

    Args:
        minimums: primary cell → the fewest people its group may have.
        knowers: cell → its count, known to somebody.
    """
    covered = _Twins(view, frozenset(knowers))
    doubtful = {c: m for c, m in minimums.items() if not covered(c, m)}
    if not doubtful:
        return []
    found: list[Exposed] = []
    for component in view.system.components(view.hidden):
        here = {c: doubtful[c] for c in component if c in doubtful}
        if not here:
            continue
        for insider in [None, *_insiders(component, knowers)]:
            known = {} if insider is None else {insider: knowers[insider]}
            asked = {c: m for c, m in here.items() if c != insider}
            narrow = _narrow_here(Feasible(view, component, known=known), asked)
            found += [Exposed(cell, insider) for cell in narrow]
        if not found:
            found += [Exposed(c) for c in _narrow_by_answers(view, component, here)]
    return sorted(found)


def _narrow_by_answers(
    view: View, component: list[int], minimums: Mapping[int, int]
) -> list[int]:
    """Return the cells that cannot be large enough once answers are added up too.

    No cell has more favorable answers than people: what its neighbors' answers come to
    may leave it fewer people than their counts do.
    """
    if not view.good:
        return []
    both = _Both(view, component)
    return _out_of_reach(
        sorted(minimums),
        lambda wanted: both.point(dict.fromkeys(wanted, -1.0), {}),
        lambda point, cell: both.count(point, cell) >= minimums[cell] - NEARLY,
    )


def _insiders(component: list[int], knowers: Mapping[int, int]) -> list[int]:
    """Return whose knowledge to try: all, or among very many the most telling.

    Knowing a large cell leaves the others the least room.
    """
    inside = sorted(set(component) & knowers.keys())
    if len(inside) <= MOST_INSIDERS:
        return inside
    return sorted(inside, key=lambda c: (-knowers[c], c))[:MOST_INSIDERS]


def _narrow_here(feasible: Feasible, minimums: Mapping[int, int]) -> set[int]:
    """Return which cells of one component cannot be both small and large enough."""
    cells = sorted(minimums)
    never_low = _out_of_reach(
        cells,
        lambda wanted: feasible.point(dict.fromkeys(wanted, 1.0)),
        lambda point, cell: feasible.value(point, cell) <= feasible.lowest(cell),
    )
    never_high = _out_of_reach(
        cells,
        lambda wanted: feasible.point(dict.fromkeys(wanted, -1.0)),
        lambda point, cell: feasible.value(point, cell) >= minimums[cell],
    )
    return {*never_low, *never_high}


def _out_of_reach(
    cells: list[int],
    propose: Callable[[list[int]], np.ndarray | None],
    reaches: Callable[[np.ndarray, int], bool],
) -> list[int]:
    """Return the cells that are what is asked of them in no table that fits.

    One table often answers for many cells at once, so all are tried together
    first, and every table found later is looked through for all that are left.
    Where no table fits, what is shown does not add up and tells nothing.
    """
    first = propose(cells) if cells else None
    if first is None:
        return []
    left = [c for c in cells if not reaches(first, c)]
    # Those that can all be so together settle many; halves settle most others.
    pieces = [left[::2], left[1::2]]
    out = []
    while left:
        piece = [c for c in pieces.pop() if c in left] if pieces else left[:1]
        if not piece:
            continue
        point = propose(piece)
        reached = {c for c in left if point is None or reaches(point, c)}
        if len(piece) == 1 and piece[0] not in reached:
            out.append(piece[0])
            reached.add(piece[0])
        elif len(piece) > 1:
            rest = [c for c in piece if c not in reached]
            pieces += [rest[: len(rest) // 2], rest[len(rest) // 2 :]]
        left = [c for c in left if c not in reached]
    return out


class _Twins:
    """A quick proof for most cells: a twin in the same totals that can give way.

    Moving people between two hidden cells that stand in exactly the same
    equations changes nothing that is shown. Two such twins large enough, or one
    that no insider knows, settle the matter without a solver. Only whoever knows
    the true counts can use it.
    """

    def __init__(self, view: View, knowers: frozenset[int] = frozenset()) -> None:
        self._view, self._knowers = view, knowers
        self._twins: dict[tuple[tuple[int, bool], ...], list[int]] = defaultdict(list)
        self._key = {}
        for cell in view.counts:
            key = tuple(
                (e, view.system.totals[e][0] == cell)
                for e in view.system.equations_of.get(cell, ())
            )
            self._key[cell] = key
            self._twins[key].append(cell)

    def __call__(self, cell: int, minimum: int) -> bool:
        counts = self._view.counts
        if cell not in counts:
            return False
        # One stays at least, so that it holds for a member who counts as one.
        needed = minimum - counts[cell]
        twins = [t for t in self.of(cell) if counts[t] - self._stay(t) >= needed]
        return len(twins) > 1 or any(t not in self._knowers for t in twins)

    def _stay(self, cell: int) -> int:
        return max(1, self._view.system.least(cell))

    def of(self, cell: int) -> list[int]:
        """Return the hidden cells in exactly the same equations."""
        if cell not in self._key:
            return []
        return [t for t in self._twins[self._key[cell]] if t != cell]


def of_one_mind(view: View, cells: Collection[int]) -> list[Exposed]:
    """Return the cells of which a reader learns that all answered alike.

    A hidden group with nobody favourable, or nobody unfavourable, is given away
    when everyone it is hidden with answered the same: its share is then 0 or 100
    percent whatever its size.
    """
    if not view.good:
        return []
    twins = _Twins(view)
    found: set[Exposed] = set()
    for component in view.system.components(view.hidden):
        for good in (True, False):
            asked = [
                c
                for c in component
                if c in cells and not _holds_one(view, twins, c, good=good)
            ]
            found |= {
                Exposed(c) for c in _never_holds_one(view, component, asked, good=good)
            }
    return sorted(found)


def _holds_one(view: View, twins: _Twins, cell: int, *, good: bool) -> bool:
    """Tell whether the cell, or a twin, truly holds one answer of that mind."""
    counts, agreeing = view.counts, view.favourable
    if cell not in counts:
        return False
    # Of a twin some of whom are told, nobody knows here who could change places.
    free = [t for t in twins.of(cell) if not view.system.floors.get(t)]
    return any(
        (agreeing[c] if good else counts[c] - agreeing[c]) >= 1 for c in (cell, *free)
    )


def _never_holds_one(
    view: View, component: list[int], cells: list[int], *, good: bool
) -> list[int]:
    """Return which cells hold no answer of that mind in any table that fits.

    Over counts and favourable sums together: 0 ≤ favourable ≤ count everywhere.
    """
    if not cells:
        return []
    both = _Both(view, component)

    def most(wanted: list[int]) -> np.ndarray | None:
        people = {} if good else dict.fromkeys(wanted, -1.0)
        return both.point(people, dict.fromkeys(wanted, -1.0 if good else 1.0))

    def holds(point: np.ndarray, cell: int) -> bool:
        agreeing = both.agreeing(point, cell)
        value = agreeing if good else both.count(point, cell) - agreeing
        return value >= 1 - NEARLY

    return _out_of_reach(cells, most, holds)


class _Both:
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
        found: np.ndarray | None = linprog(  # type: ignore[call-overload]  # as above
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
