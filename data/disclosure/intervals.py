"""How far a hidden count may lie from the truth, as far as any reader can tell.

Exactness is not enough: a reader who learns that a hidden count lies between six
and nine knows it is small. Each claim here that a count may be so-and-so is backed
by a whole table of whole numbers that fits everything shown.

Source: specification P5.4.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import numpy as np

from data.disclosure.feasible import Feasible, FeasibleAnswers, View

MOST_INSIDERS = 24
# Sums of shares carry the last bits of divisions.
NEARLY = 1e-3


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
    both = FeasibleAnswers(view, component)
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
    both = FeasibleAnswers(view, component)

    def most(wanted: list[int]) -> np.ndarray | None:
        people = {} if good else dict.fromkeys(wanted, -1.0)
        return both.point(people, dict.fromkeys(wanted, -1.0 if good else 1.0))

    def holds(point: np.ndarray, cell: int) -> bool:
        agreeing = both.agreeing(point, cell)
        value = agreeing if good else both.count(point, cell) - agreeing
        return value >= 1 - NEARLY

    return _out_of_reach(cells, most, holds)
