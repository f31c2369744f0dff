"""Small tables for tests: cells in rows and columns, with their margins."""

from collections.abc import Iterable

import numpy as np

from data.disclosure.suppression import Question
from data.disclosure.system import System

MARGIN = 4


def two_way(
    rows: list[list[int]], favourable: list[list[float]] | None = None
) -> System:
    """Rows × columns; then the row totals, the column totals, the grand total."""
    height, width = len(rows), len(rows[0])

    def flat(table):
        body = [v for r in table for v in r]
        margins = [sum(r) for r in table] + [
            sum(r[j] for r in table) for j in range(width)
        ]
        return [*body, *margins, sum(body)]

    cells = height * width
    lines = [
        (cells + i, tuple(i * width + j for j in range(width))) for i in range(height)
    ]
    lines += [
        (cells + height + j, tuple(i * width + j for i in range(height)))
        for j in range(width)
    ]
    grand = cells + height + width
    lines.append((grand, tuple(range(cells, cells + height))))
    lines.append((grand, tuple(range(cells + height, grand))))
    return System(flat(rows), tuple(lines), flat(favourable) if favourable else None)


def one_row(counts: list[int], favourable: list[float] | None = None) -> System:
    """Schools and their total."""
    schools = tuple(range(len(counts)))
    agreeing = [*favourable, sum(favourable)] if favourable else None
    return System([*counts, sum(counts)], ((len(counts), schools),), agreeing)


def asked(system: System, minimum: int, *, inner: int, knowers: Iterable[int] = ()):
    """The question P5 asks: every count from one to the minimum is primary."""
    primary = {
        c: minimum for c, n in enumerate(system.counts[:inner]) if 0 < n < minimum
    }
    ranks = [0] * inner + [MARGIN] * (len(system.counts) - inner)
    return Question(frozenset(primary), primary, frozenset(knowers), ranks)


def solvable_by_projection(system: System, hidden: set[int]) -> set[int]:
    """Attack by linear algebra, independent of the code under test.

    A unit vector lies in the row space exactly when projecting it there changes
    nothing.
    """
    cells = sorted(hidden)
    lines = []
    for total, parts in system.totals:
        line = [float(c in parts) - float(c == total) for c in cells]
        if any(line):
            lines.append(line)
    if not lines:
        return set()
    matrix = np.array(lines)
    project = np.linalg.pinv(matrix) @ matrix
    unit = np.eye(len(cells))
    return {
        c for i, c in enumerate(cells) if np.allclose(project[i], unit[i], atol=1e-8)
    }
