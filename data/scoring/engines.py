"""Is a learning engine known, relevant, consistent and in line (LE-1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

# The largest standard deviation values on 0–100 can have.
LARGEST_SD = 50.0
RARELY_USED = 25.0
FEWEST_GRADES = 2
CELLS = 12


@dataclass(frozen=True, slots=True)
class Consistency:
    """How alike grades use the engine.

    Attributes:
        value: 0–100, 100 where every grade answers alike.
        raw: the same before sampling noise is taken out.
        level: mean of the grades, 0–100: alike at what.
    """

    value: float
    raw: float
    level: float
    grades: int

    @property
    def is_rarely_used(self) -> bool:
        """True where grades agree on hardly using it."""
        return self.level < RARELY_USED


def consistency(means: ArrayLike, variances: ArrayLike) -> Consistency | None:
    """Return how alike the grades are, None below two of them.

    Args:
        means: of each grade, 0–100; variances: of those means.

    Source: specification 8.5 LE-1, golden value G6.
    """
    m, v = np.asarray(means, float), np.asarray(variances, float)
    grades = len(m)
    if grades < FEWEST_GRADES:
        return None
    spread = float(((m - m.mean()) ** 2).mean())
    left = max(0.0, spread - float(v.mean()) * (grades - 1) / grades)
    return Consistency(
        100 * (1 - np.sqrt(left) / LARGEST_SD),
        100 * (1 - np.sqrt(spread) / LARGEST_SD),
        float(m.mean()),
        grades,
    )


def merged_grades(counts: Sequence[int], fewest: int) -> list[list[int]]:
    """Return grades in order, those with too few joined to their neighbour.

    Args:
        counts: answers per grade, youngest first.

    Returns:
        Groups of positions, each with *fewest* answers or all there are.

    Source: specification 8.5 LE-1, privacy.
    """
    groups: list[list[int]] = []
    for place, count in enumerate(counts):
        if groups and (count < fewest or sum(counts[k] for k in groups[-1]) < fewest):
            groups[-1].append(place)
        else:
            groups.append([place])
    return groups


def in_line(filled_cells: int, clarity: float | None) -> float | None:
    """Return the mean of crosswalk completeness and staff's clarity, 0–100."""
    return None if clarity is None else (100 * filled_cells / CELLS + clarity) / 2


def weakest(parts: Mapping[str, float | None], *, level: float | None) -> str | None:
    """Return the weakest of the four parts: the article joins them with "and".

    None while a part is missing. Consistency does not count where the engine is
    hardly used.

    Args:
        parts: known, relevant, consistent, in_line; 0–100.
        level: how much the engine is used, 0–100.
    """
    counted = dict(parts)
    if level is not None and level < RARELY_USED:
        counted.pop("consistent", None)
    known = {name: x for name, x in counted.items() if x is not None}
    if len(known) < len(counted) or not known:
        return None
    return min(known, key=lambda name: known[name])
