"""Tables as one system of equations, and the hidden cells it gives away.

A published table is a set of equations: each total is the sum of its parts. What
is shown is known; what is hidden is unknown. Whether an unknown can be solved for
is decided by exact elimination – whole numbers and fractions, so that no
tolerance can turn a decision and every machine decides alike.

Source: specification P5.3; the row-space argument is that of linear cell
suppression auditing (Federal Committee on Statistical Methodology, Statistical
Policy Working Paper 22).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

Number = int | Fraction
Row = dict[int, Number]
# The column of constants, for whoever solves for values: no cell, never a pivot.
RIGHT = -1
# Remainders count down from here: equation e's is FIRST_REMAINDER − e.
FIRST_REMAINDER = -2


@dataclass(frozen=True)
class System:
    """Cells and the equations between them.

    Attributes:
        counts: people behind each cell; the cell's number is its position.
        totals: (total, parts): the total's count is the sum of its parts'.
        favourable: people of each cell who answered favourably, where the table
            also shows shares; they add up as the counts do.
        unstated: equations whose total also holds people in no part – who gave
            no language, say – and how many, with their favourable sum. No reader
            knows either; the remainder is one more hidden cell, under a number
            of its own below zero.
        tells_empty: an empty cell says that nobody was there, so that a hidden one
            tells every reader that somebody is.
        floors: hidden cells of which another shown number tells that so many are
            there at least.
    """

    counts: Sequence[int]
    totals: Sequence[tuple[int, tuple[int, ...]]]
    favourable: Sequence[float] | None = None
    unstated: Mapping[int, tuple[int, float]] = field(default_factory=dict)
    tells_empty: bool = False
    floors: Mapping[int, int] = field(default_factory=dict)

    @cached_property
    def equations_of(self) -> dict[int, tuple[int, ...]]:
        """Return, per cell, the equations it stands in."""
        found: dict[int, list[int]] = defaultdict(list)
        for number, (total, parts) in enumerate(self.totals):
            for cell in (total, *parts):
                found[cell].append(number)
        return {cell: tuple(numbers) for cell, numbers in found.items()}

    def members(self, equation: int) -> tuple[int, ...]:
        """Return every cell of an equation, its total first."""
        total, parts = self.totals[equation]
        return (total, *parts)

    def hidden_in(self, equation: int, hidden: Collection[int]) -> Row:
        """Return the hidden cells of an equation with their signs."""
        total, parts = self.totals[equation]
        row: Row = {part: 1 for part in parts if part in hidden}
        if total in hidden:
            row[total] = -1
        return row

    def unknowns(self, equation: int, hidden: Collection[int]) -> Row:
        """Return the same with the remainder, where something is hidden at all."""
        row = self.hidden_in(equation, hidden)
        if row and equation in self.unstated:
            row[FIRST_REMAINDER - equation] = 1
        return row

    def count(self, cell: int) -> int:
        """Return the people of a cell or of a remainder."""
        if cell >= 0:
            return self.counts[cell]
        return self.unstated[FIRST_REMAINDER - cell][0]

    def agreeing(self, cell: int) -> float:
        """Return the favourable sum of a cell or of a remainder."""
        if cell < 0:
            return self.unstated[FIRST_REMAINDER - cell][1]
        return 0.0 if self.favourable is None else self.favourable[cell]

    def least(self, cell: int) -> int:
        """Return how many every reader knows to be there at least, if it is hidden."""
        somebody = int(self.tells_empty and cell >= 0)
        return max(self.floors.get(cell, 0), somebody)

    def touched(self, hidden: Iterable[int]) -> list[int]:
        """Return the equations in which any of *hidden* stands, in order."""
        return sorted({e for cell in hidden for e in self.equations_of.get(cell, ())})

    def components(self, hidden: Collection[int]) -> list[list[int]]:
        """Return *hidden* in groups that share no equation, each sorted."""
        left, groups = set(hidden), []
        for start in sorted(hidden):
            if start not in left:
                continue
            left.discard(start)
            group, open_cells, seen = [start], [start], set[int]()
            while open_cells:
                for equation in self.equations_of.get(open_cells.pop(), ()):
                    if equation in seen:
                        continue
                    seen.add(equation)
                    for cell in self.members(equation):
                        if cell in left:
                            left.discard(cell)
                            group.append(cell)
                            open_cells.append(cell)
            groups.append(sorted(group))
        return groups


@dataclass
class Reduced:
    """The equations over hidden cells, fully reduced: one row per pivot.

    In this form a cell can be solved for exactly when a row holds nothing else.
    """

    rows: dict[int, Row] = field(default_factory=dict)

    def solvable(self) -> set[int]:
        """Return the cells whose value follows from what is shown."""
        return {
            pivot for pivot, row in self.rows.items() if len(row) - (RIGHT in row) == 1
        }

    def tied(self) -> list[frozenset[int]]:
        """Return sets of cells of which each gives all the others away.

        Two cells are tied when some combination of equations holds just these
        two: whoever knows one – a principal the own school – solves the other.
        """
        alike: dict[tuple[tuple[int, Number], ...], set[int]] = defaultdict(set)
        for pivot, row in self.rows.items():
            rest = sorted((c, v) for c, v in row.items() if c not in {pivot, RIGHT})
            if not rest:
                continue
            lead = rest[0][1]
            key = tuple((c, _exact(v, lead)) for c, v in rest)
            alike[key].add(pivot)
            if len(rest) == 1:
                alike[key].add(rest[0][0])
        return [frozenset(cells) for cells in alike.values() if len(cells) > 1]


def reduce(rows: Iterable[Mapping[int, Number]]) -> Reduced:
    """Return *rows* fully reduced, exactly.

    Short rows go first, so that the many small equations (one school's parts)
    are used up before the few long ones (the district's).
    """
    done: dict[int, Row] = {}
    holders: dict[int, set[int]] = defaultdict(set)
    for given in sorted(
        (dict(r) for r in rows if r), key=lambda r: (len(r), sorted(r))
    ):
        row = given
        for cell in [c for c in row if c in done]:
            _subtract(row, done[cell], row[cell])
        cells = [c for c in row if c != RIGHT]
        if not cells:
            continue
        pivot = min(cells, key=lambda c: (abs(row[c]) != 1, len(holders[c]), c))
        lead = row[pivot]
        row = {c: _exact(v, lead) for c, v in row.items()}
        for other in tuple(holders[pivot]):
            target = done[other]
            before = set(target)
            _subtract(target, row, target[pivot])
            for cell in before - target.keys():
                holders[cell].discard(other)
            for cell in target.keys() - before:
                holders[cell].add(other)
        done[pivot] = row
        for cell in row:
            if cell != pivot:
                holders[cell].add(pivot)
    return Reduced(done)


def reduced(system: System, hidden: Collection[int]) -> Reduced:
    """Return the equations of *system* over *hidden*, fully reduced."""
    hidden = hidden if isinstance(hidden, set | frozenset) else set(hidden)
    return reduce(system.unknowns(e, hidden) for e in system.touched(hidden))


def _subtract(target: Row, row: Row, factor: Number) -> None:
    for cell, value in row.items():
        left = target.get(cell, 0) - factor * value
        if left:
            target[cell] = left
        else:
            target.pop(cell, None)


def _exact(value: Number, by: Number) -> Number:
    if by == 1:
        return value
    if by == -1:
        return -value
    quotient = Fraction(value) / Fraction(by)
    return quotient.numerator if quotient.denominator == 1 else quotient
