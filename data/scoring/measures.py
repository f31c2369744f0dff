"""One respondent's answers → one score per measure, as SQL over packed rows.

`y` is the favourable share and `m` the mean on 0–100, both in whole units: sums of
whole numbers are the same in whatever order threads add them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from data.catalogue import Catalogue, Measure, Rule
from data.scoring.packing import Packing


@dataclass(frozen=True, slots=True)
class Scored:
    """How one measure is had from a packed row.

    Attributes:
        y, m: SQL; NULL where the respondent does not count.
        share_unit, mean_unit: what one unit of y and m is worth.
        k: items behind the score.
    """

    y: str
    m: str
    share_unit: float
    mean_unit: float
    k: int


def scored(measure: Measure, packing: Packing, catalogue: Catalogue) -> Scored:
    """Return how *measure* is computed for one respondent.

    Source: specification E1, 4.2 and the formulas of section 8.
    """

    def good(item: str) -> str:
        return _good(measure, item, packing, catalogue)

    def given(item: str) -> str:
        return f"{packing.value(item)} > 0"

    items = measure.items
    match measure.rule:
        case Rule.SHARE:
            return _share(measure, packing, catalogue)
        case Rule.ALL:
            asked = " AND ".join(map(given, items))
            found = " AND ".join(map(good, items))
        case Rule.TWO_OR_MORE:
            asked = f"{_given(measure, packing)} >= {_needed(measure)}"
            found = f"{_count_good(measure, packing, catalogue)} >= 2"
        case Rule.HEARD_AND_CLEAR:
            asked, found = given(items[0]), f"{good(items[0])} AND {good(items[1])}"
        case Rule.CLEAR_IF_HEARD:
            asked, found = f"{good(items[0])} AND {given(items[1])}", good(items[1])
        case Rule.ENGINE:
            asked = f"{given(items[0])} AND engine IS NOT NULL"
            found = f"{packing.value(items[0])} = engine"
        case Rule.NAMED:
            asked, found = given(items[0]), f"{packing.value(items[0])} > 1"
    y = f"CASE WHEN {asked} THEN ({found})::INTEGER END"
    return Scored(y, y, 1.0, 100.0, 1)


def _share(measure: Measure, packing: Packing, catalogue: Catalogue) -> Scored:
    given = _given(measure, packing)
    good = _count_good(measure, packing, catalogue)
    counts = f"{given} >= {_needed(measure)}"
    # Scores are sums of n-ths with n up to the number of items: in units of one
    # over their common multiple they are whole.
    unit = math.lcm(*range(1, len(measure.items) + 1))
    y = f"CASE WHEN {counts} THEN {good} * ({unit} // {given}) END"
    if not measure.has_mean:
        return Scored(y, y, 1 / unit, 100 / unit, len(measure.items))
    steps = " + ".join(
        f"greatest({packing.value(i)}::INTEGER - 1, 0)" for i in measure.items
    )
    m = f"CASE WHEN {counts} THEN ({steps}) * ({unit} // {given}) END"
    options = catalogue.items[measure.items[0]].response_set
    assert options is not None
    mean_unit = 100 / (unit * (len(options.en) - 1))
    return Scored(y, m, 1 / unit, mean_unit, len(measure.items))


def _needed(measure: Measure) -> int:
    """Return the answers a respondent must give: at least half the items."""
    return -(-len(measure.items) // 2)


def _given(measure: Measure, packing: Packing) -> str:
    return _sum(f"({packing.value(i)} > 0)::INTEGER" for i in measure.items)


def _count_good(measure: Measure, packing: Packing, catalogue: Catalogue) -> str:
    return _sum(
        f"({_good(measure, i, packing, catalogue)})::INTEGER" for i in measure.items
    )


def _good(measure: Measure, item: str, packing: Packing, catalogue: Catalogue) -> str:
    options = catalogue.items[item].response_set
    assert options is not None
    codes = measure.favourable if measure.favourable is not None else options.favourable
    return f"{packing.value(item)} IN ({packing.stored(item, codes)})"


def _sum(parts: Iterable[str]) -> str:
    return "(" + " + ".join(parts) + ")"
