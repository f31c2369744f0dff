"""What a shown number tells of a hidden one that holds the same people and more.

A school's language group that is shown tells how many had heard there; as many had
heard in the school at least, also where the school's own number is hidden. Whoever
covers another school with this one may count on the others alone.

Source: specification P5.0, counts within one another.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from data.disclosure.families import WHOLE

CELL = ["unit_kind", "unit_id", "breakdown", "category"]
# Sums of shares carry the last bits of divisions.
LAST_BITS = 1e-6


class Floors:
    """Sums up shown cells into the cells that hold them.

    A cell is a number for a unit and category, alike in every part.
    """

    def __init__(self, rows: pd.DataFrame, cells: np.ndarray) -> None:
        """Learn which cell each of *rows* is, and which whole holds it.

        Args:
            rows: unit_kind, unit_id, breakdown, category.
            cells: row → its cell's number.
        """
        first = pd.Series(cells).drop_duplicates().index
        lines = rows.iloc[first][CELL].itertuples(index=False, name=None)
        number = dict(zip(lines, cells[first].tolist(), strict=True))
        size = int(cells.max(initial=-1)) + 1
        self._whole, self._split = np.full(size, -1), np.zeros(size, int)
        kinds = {WHOLE: 0}
        for (kind, unit, breakdown, _), cell in number.items():
            self._whole[cell] = number.get((kind, unit, WHOLE, WHOLE), -1)
            self._split[cell] = kinds.setdefault(breakdown, len(kinds))
        self._many = len(kinds)

    def of(self, told: Iterable[tuple[np.ndarray, np.ndarray, bool]]) -> dict[int, int]:
        """Return cell → how many are in it at least.

        Args:
            told: for each count that lies within the cells' own, the cells it is
                shown in, how many it tells there, and whether it is hidden
                wherever they are, so that it tells only of wholes.
        """
        found: dict[int, int] = {}
        for cells, amounts, goes_along in told:
            people = np.floor(amounts + LAST_BITS).astype(int)
            keys = self._whole[cells] * self._many + self._split[cells]
            inside = (self._whole[cells] >= 0) & (self._split[cells] > 0)
            splits, place = np.unique(keys[inside], return_inverse=True)
            sums = np.bincount(place, people[inside], len(splits)).astype(int)
            wholes = (splits // self._many).tolist()
            pairs = list(zip(wholes, sums.tolist(), strict=True))
            if not goes_along:
                pairs += zip(cells.tolist(), people.tolist(), strict=True)
            for cell, n in pairs:
                found[cell] = max(found.get(cell, 0), n)
        return found
