"""Which further cells to hide so that no hidden one can be found out (P5).

A hidden cell is safe when people could be moved out of it and into it, through
other hidden cells, without any shown number changing. For each exposed cell the
cheapest such way is found (linear programming; cells already hidden cost nothing),
the cells on it are hidden, and in the end whatever was not needed is given back.
The same table always ends in the same pattern, whatever the order of its rows.

Source: specification P5; the cheapest way as in Kelly, Golden and Assad (1992),
"Cell suppression: disclosure protection for sensitive tabular data".
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from data.disclosure.feasible import view_of_truth
from data.disclosure.intervals import (
    Exposed,
    of_one_mind,
    too_narrow,
)
from data.disclosure.system import FIRST_REMAINDER, System, reduced

# How much dearer a cell is to give up than one a rank below it.
STEP = 8.0
# Breaks ties between ways of equal cost, always alike.
TIE = 1e-7
# A cell is on the way when this many people pass through it.
ON_THE_WAY = 1e-6


@dataclass(frozen=True, slots=True)
class Question:
    """What has to be protected in a system.

    Attributes:
        hidden: cells hidden to begin with.
        sensitive: those of them nobody may solve for → the fewest people their
            group may have; 0 where only the exact number is a secret.
        knowers: cells that somebody knows all the same, one each: a principal
            knows the own school.
        ranks: how dearly each cell is given up; parts before totals.
        known: cells readers know from elsewhere; hiding them covers nobody.
    """

    hidden: frozenset[int]
    sensitive: Mapping[int, int]
    knowers: frozenset[int]
    ranks: Sequence[int]
    known: frozenset[int] = frozenset()


def protect(
    system: System, question: Question, like: frozenset[int] = frozenset()
) -> frozenset[int]:
    """Return the further cells to hide.

    Where nothing else helps, every cell that holds anyone goes.

    Args:
        like: what a table of the same shape hid beside the same cells. Where it
            does here too, it is taken: readers then miss the same schools
            everywhere, and nothing has to be searched for.

    Source: specification P5.2–P5.4.
    """
    hidden = set(question.hidden - question.known)
    start = frozenset(hidden)
    trial = {c for c in like if _may_cover(system, question, hidden, c)}
    if trial and not exposed_cells(system, question, hidden | trial):
        return frozenset(trial)
    while exposed := exposed_cells(system, question, hidden):
        picks = _picks(system, question, hidden, exposed)
        if not picks:
            everyone = {c for c, n in enumerate(system.counts) if n > 0}
            return frozenset(everyone - question.hidden - question.known)
        hidden |= picks
    return frozenset(_pruned(system, question, hidden, start) - start)


def exposed_cells(
    system: System, question: Question, hidden: Collection[int]
) -> list[Exposed]:
    """Return the sensitive cells a reader can find out, and which reader.

    Solvable ones first; only where there are none are spans looked at.
    """
    left = reduced(system, hidden)
    sensitive = {c for c in question.sensitive if c in hidden}
    found = {Exposed(c) for c in left.solvable() & sensitive}
    for tied in left.tied():
        for insider in tied & question.knowers:
            # Whoever knows only the sensitive cell itself learns nothing new.
            found |= {Exposed(c, insider) for c in (tied & sensitive) - {insider}}
    if found:
        return sorted(found)
    minimums = {c: m for c, m in question.sensitive.items() if m and c in hidden}
    if not minimums:
        return []
    view = view_of_truth(system, hidden)
    knowers = {c: system.counts[c] for c in question.knowers if c in hidden}
    return too_narrow(view, minimums, knowers) or of_one_mind(view, minimums)


def _picks(
    system: System, question: Question, hidden: set[int], exposed: list[Exposed]
) -> set[int]:
    """Return more cells to hide; none where nothing can help."""
    picks: set[int] = set()
    served: set[int] = set()
    # By size, not by place: the order of rows must not decide.
    for one in sorted(exposed, key=lambda e: (system.counts[e.cell], e)):
        equations = set(system.equations_of.get(one.cell, ()))
        if served & equations:
            # What was just picked may serve this one too; the next round tells.
            continue
        now = hidden | picks
        more = _at_hand(system, question, now, one)
        if not more:
            more = _way(system, question, now, one)
        if not more:
            more = _next_best(system, question, now, one.cell)
        picks |= more
        served |= {e for c in more for e in system.equations_of.get(c, ())}
    return picks


def _at_hand(
    system: System, question: Question, hidden: set[int], one: Exposed
) -> set[int]:
    """Return one cell that covers a lone one and needs no cover itself.

    The common case where much is hidden already, settled without a solver.
    """
    if one.insider is not None:
        return set()
    best: tuple[float, int] | None = None
    needed = max(question.sensitive.get(one.cell, 0) - system.counts[one.cell], 1)
    for equation in system.equations_of.get(one.cell, ()):
        if len(system.hidden_in(equation, hidden)) > 1:
            continue
        for other in system.members(equation):
            dearer = question.ranks[other] > question.ranks[one.cell]
            stay = max(1, system.least(other))
            if dearer or system.counts[other] - stay < needed:
                continue
            if not _may_cover(system, question, hidden, other):
                continue
            elsewhere = [e for e in system.equations_of[other] if e != equation]
            if all(len(system.hidden_in(e, hidden)) > 1 for e in elsewhere):
                found = (_price(system, question, other), other)
                best = found if best is None else min(best, found)
    return {best[1]} if best else set()


def _way(
    system: System, question: Question, hidden: set[int], one: Exposed
) -> set[int]:
    """Return the cells on the cheapest way through which people could move."""
    count = system.counts[one.cell]
    up = max(question.sensitive.get(one.cell, 0) - count, 1)
    found: set[int] = set()
    for amount in (up, -(count - 1)) if count > 1 else (up,):
        way = _cheapest(system, question, hidden | found, one, amount)
        if way is None:
            return set()
        found |= way
    return found - hidden


def _cheapest(
    system: System,
    question: Question,
    hidden: set[int],
    one: Exposed,
    amount: int,
) -> set[int] | None:
    cells = [
        c
        for c in range(len(system.counts))
        if c != one.insider and (c in hidden or _may_cover(system, question, hidden, c))
    ]
    # A remainder may always take people in, and give up those it has.
    usable = [*cells, *(FIRST_REMAINDER - e for e in system.unstated)]
    place = {c: k for k, c in enumerate(usable)}
    within = set(cells)
    entries = [
        (e, place[c], sign)
        for e in range(len(system.totals))
        for c, sign in system.unknowns(e, within).items()
    ]
    rows, columns, signs = zip(*entries, strict=True) if entries else ((), (), ())
    size = len(usable)
    balance = sparse.csr_array(
        (np.array(signs, float), (rows, columns)), shape=(len(system.totals), size)
    )
    free = [c < 0 or c in hidden for c in usable]
    by_size = np.argsort(
        np.argsort([system.count(c) for c in usable], kind="stable"), kind="stable"
    )
    price = TIE * (1 + by_size) + np.array(
        [
            0.0 if is_free else _price(system, question, c)
            for c, is_free in zip(usable, free, strict=True)
        ]
    )
    more: list[tuple[float, float | None]] = [(0.0, None)] * size
    fewer: list[tuple[float, float | None]] = [
        (0.0, float(max(system.count(c) - system.least(c), 0))) for c in usable
    ]
    p = place[one.cell]
    more[p] = (max(amount, 0), max(amount, 0))
    fewer[p] = (max(-amount, 0), max(-amount, 0))
    solved = linprog(  # type: ignore[call-overload]  # stubs know no sparse matrix
        np.concatenate([price, price]),
        A_eq=sparse.hstack([balance, -balance]),
        b_eq=np.zeros(len(system.totals)),
        bounds=[*more, *fewer],
    )
    if solved.x is None:
        return None
    moved = solved.x[:size] + solved.x[size:]
    return {c for c, x in zip(usable, moved, strict=True) if c >= 0 and x > ON_THE_WAY}


def _next_best(
    system: System, question: Question, hidden: set[int], cell: int
) -> set[int]:
    """Return the cheapest cell of the least covered equation, else of them all."""
    equations = system.equations_of.get(cell, ())
    for equation in sorted(equations, key=lambda e: len(system.hidden_in(e, hidden))):
        members = system.members(equation)
        found = [c for c in members if _may_cover(system, question, hidden, c)]
        if found:
            return {
                min(
                    found,
                    key=lambda c: (_price(system, question, c), system.counts[c], c),
                )
            }
    anywhere = [
        c for c in range(len(system.counts)) if _may_cover(system, question, hidden, c)
    ]
    if not anywhere:
        return set()
    return {
        min(anywhere, key=lambda c: (_price(system, question, c), system.counts[c], c))
    }


def _may_cover(
    system: System, question: Question, hidden: Collection[int], cell: int
) -> bool:
    return system.counts[cell] > 0 and cell not in hidden and cell not in question.known


def _price(system: System, question: Question, cell: int) -> float:
    """Return what hiding a cell costs: by what it is, then by how many are in it."""
    size = 1 + math.log10(1 + system.counts[cell]) / 4
    return float(STEP ** question.ranks[cell] * size)


def _pruned(
    system: System, question: Question, hidden: set[int], start: frozenset[int]
) -> set[int]:
    """Give back, dearest and largest first, what is not needed."""
    added = sorted(
        hidden - start,
        key=lambda c: (-question.ranks[c], -system.counts[c], c),
    )
    for cell in added:
        fewer = hidden - {cell}
        if _needed_at_sight(system, question, fewer, cell):
            continue
        # Only what hangs together with the cell can change by its return.
        around = next(g for g in system.components(hidden) if cell in g)
        if not exposed_cells(system, question, fewer.intersection(around)):
            hidden = fewer
    return hidden


def _needed_at_sight(
    system: System, question: Question, fewer: set[int], cell: int
) -> bool:
    """Tell whether without *cell* a sensitive one would stand alone."""
    for equation in system.equations_of.get(cell, ()):
        left = system.unknowns(equation, fewer)
        if len(left) == 1 and next(iter(left)) in question.sensitive:
            return True
    return False
