"""Schools that joined beside schools that had not (RO-5, RO-6), from schools' means.

Specification 8.4 and 9.1, without its standard errors; rows as in `oracle.registers`.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from oracle.exports import Exports
from oracle.registers import Row, row
from oracle.surveys import launch_waves

FEWEST = 3


def panel(x: Exports, means: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Return schools × waves of the last wave's season, and the time each joined.

    Args:
        means: unit, wave, moved, of one measure.
    """
    last = len(x.labels) - 1
    season = [k for k, label in enumerate(x.labels) if label[-1] == x.labels[last][-1]]
    wide = means.pivot_table(index="unit", columns="wave", values="moved")
    wide = wide.reindex(columns=season)
    wide.columns = range(1, len(season) + 1)
    launch = wide.index.map(launch_waves(x))
    joined = [
        next((k for k, w in enumerate(season, 1) if s <= w), np.inf) for s in launch
    ]
    return wide, pd.Series(joined, wide.index)


def ro5(x: Exports, about: str, wide: pd.DataFrame, joined: pd.Series) -> Iterator[Row]:
    wave = len(x.labels) - 1
    cohort = wide.index.to_series().map(x.schools["cohort_id"])
    for c in sorted(set(cohort) - {"0"}):
        mine = wide[cohort == c]
        start = set(joined[mine.index])
        if len(start) != 1 or start & {1, np.inf}:
            continue
        (g,) = start
        others = wide[(joined == np.inf) & (cohort != c)]
        for t in wide.columns:
            for part, rows in (("line", mine), ("waiting", others)):
                d = (rows[t] - rows[int(g) - 1]).dropna()
                if len(d) >= FEWEST:
                    yield row("RO-5", part, wave, "cohort", c, f"{int(t - g):+03d}", about,
                              value=round(d.mean(), 1), n=len(d))  # fmt: skip


def ro6(x: Exports, about: str, wide: pd.DataFrame, joined: pd.Series) -> Iterator[Row]:
    wave = len(x.labels) - 1
    kept = wide.notna().all(axis=1) & (joined > 1)
    y, g = wide[kept], joined[kept]
    att: dict[int, list[tuple[float, int]]] = {}
    for start in sorted(set(g) - {np.inf}):
        for t in wide.columns[1:]:
            base = int(start) - 1 if t >= start else t - 1
            d = y[t] - y[base]
            others = d[(g > t) & (g != start)]
            mine = d[g == start]
            if len(others) >= FEWEST:
                effect = mine.mean() - others.mean()
                att.setdefault(int(t - start), []).append((effect, len(mine)))
    theta = {
        e: sum(a * n for a, n in cells) / sum(n for _, n in cells)
        for e, cells in att.items()
    }
    for e, value in theta.items():
        n = sum(n for _, n in att[e])
        yield row("RO-6", "effect", wave, category=f"{e:+03d}", about=about, value=value,
                  n=n)  # fmt: skip
    after = [v for e, v in theta.items() if e >= 0]
    if after:
        yield row("RO-6", "overall", wave, about=about, value=np.mean(after),
                  n=np.isfinite(g).sum(), of=len(g))  # fmt: skip
