"""Learning engines (LE-1): known, relevant, consistent, in line, and the weakest.

From the export files and specification 8.5; rows come out as in `oracle.registers`.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from oracle.exports import Exports
from oracle.registers import Row, row

ENGINES = (
    "design_thinking", "myp_ib", "project_based", "inquiry", "arts_integration", "stem",
    "dual_language", "career_pathways", "expeditionary", "other",
)  # fmt: skip
CELLS, FEWEST, RARE = 12, 10, 25


def known(x: Exports, teachers: pd.DataFrame) -> pd.Series:
    """Return whether each teacher names the engine on record, missing without one."""
    registered = [
        ENGINES.index(x.engines[key][0]) + 1 if key in x.engines else np.nan
        for key in zip(teachers["wave_index"], teachers["school_id"], strict=True)
    ]
    said = teachers["T.LE.1"]
    asked = said.notna() & pd.notna(registered)
    return (said == registered).astype(float).where(asked)


def le1(x: Exports, students: pd.DataFrame, told: dict) -> Iterator[Row]:
    """Yield what is said of each engine.

    Args:
        told: (indicator, part, wave, school) → share and mean, recomputed, of what the
            release shows of a school.
    """
    by_grade = dict(
        list(students.dropna(subset=["S.LE.1"]).groupby(["wave_index", "school_id"]))
    )
    for wave, school in sorted({key[2:] for key in told} - x.engines.keys()):
        yield row("LE-1", "engine", wave, "school", school, word="not_yet_named")
    for (wave, school), (kind, filled) in x.engines.items():
        where = (wave, "school", school)
        yield row("LE-1", "engine", *where, word=kind, n=filled, of=CELLS)
        parts = {
            "known": told.get(("LE-1", "known", wave, school), (None,))[0],
            "relevant": told.get(("LX-6", "S.WA.4", wave, school), (0, None))[1],
        }
        clear = told.get(("LE-1", "T.LE.2", wave, school))
        if clear is not None:
            parts["in_line"] = (100 * filled / CELLS + clear[1]) / 2
        grades = []
        if ("LE-1", "S.LE.1", wave, school) in told:
            grades = list(_grades(by_grade[wave, school]))
        rare = False
        if len(grades) > 1:
            m, v = np.array(grades)[:, 0], np.array(grades)[:, 1]
            g = len(m)
            spread = max(0.0, m.var() - v.mean() * (g - 1) / g)
            parts["consistent"] = 100 * (1 - np.sqrt(spread) / 50)
            rare = m.mean() < RARE
        for part in ("known", "relevant", "consistent", "in_line"):
            if parts.get(part) is not None:
                level = m.mean() if part == "consistent" else None
                yield row("LE-1", part, *where, value=parts[part], low=level,
                          word="rarely_used" if part == "consistent" and rare
                          else None)  # fmt: skip
        counted = [
            p for p in ("known", "relevant", "consistent", "in_line")
            if not (p == "consistent" and rare)
        ]  # fmt: skip
        values = [parts.get(p) for p in counted]
        if None not in values:
            least = int(np.argmin(values))
            yield row("LE-1", "weakest", *where, value=values[least],
                      word=counted[least])  # fmt: skip


def _grades(rows: pd.DataFrame) -> Iterator[tuple[float, float]]:
    """Yield each grade's mean and its variance, thin grades joined to a neighbor."""
    u = 25 * (rows["S.LE.1"] - 1)
    groups: list[list[float]] = []
    for _, mine in u.groupby(rows["grade"]):
        if groups and min(len(mine), len(groups[-1])) < FEWEST:
            groups[-1] += mine.tolist()
        else:
            groups.append(mine.tolist())
    if all(len(g) >= FEWEST for g in groups):
        yield from ((np.mean(g), np.var(g, ddof=1) / len(g)) for g in groups)
