"""The adoption rubric (RO-1), from the export files and the specification alone.

Levels of twelve cells, what follows from them for a school, a cohort and the district,
and how far two raters agreed.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from oracle.exports import Exports

ATTRIBUTES = ("voice", "co_creation", "social_construction", "self_discovery")
DOMAINS = ("practices", "structures", "policies")
CELL = ["wave_index", "school_id", "attribute", "domain"]


def _ratings(x: Exports) -> pd.DataFrame:
    t = x.table("rubric")
    t["wave_index"] = [x.labels.index(s) for s in t["semester"]]
    return t.assign(level=t["level"].astype(int))


def cells(x: Exports) -> pd.DataFrame:
    """Return one row a cell: what raters settled on, or what the one rater said."""
    t = _ratings(x)
    settled = t[t["rater"] == "consensus"].groupby(CELL)["level"].max()
    alone = t.groupby(CELL).filter(lambda g: len(set(g["rater"])) == 1)
    alone = alone.groupby(CELL)["level"].max()
    return settled.combine_first(alone).astype(int).rename("level").reset_index()


def schools(x: Exports) -> pd.DataFrame:
    """Return the index, the stage and seven means of each school and wave."""
    rows = []
    for (wave, school), t in cells(x).groupby(["wave_index", "school_id"]):
        level = t["level"].to_numpy()
        means = t.groupby("attribute")["level"].mean()
        whole = len(t) == len(ATTRIBUTES) * len(DOMAINS)
        stages = [
            k for k in range(5) if (level >= k).mean() >= 0.75 and means.min() >= k - 1
        ]
        rows.append(
            {
                "wave_index": wave,
                "school_id": school,
                "adoption": 100 * level.sum() / 48 if whole else None,
                "stage": max(stages) if whole else None,
                **means.reindex(ATTRIBUTES).to_dict(),
                **t.groupby("domain")["level"].mean().reindex(DOMAINS).to_dict(),
            }
        )
    return pd.DataFrame(rows)


def _units(x: Exports, t: pd.DataFrame):
    cohort = t["school_id"].map(x.schools["cohort_id"])
    yield from (("cohort", c, rows) for c, rows in t.groupby(cohort))
    yield "district", "all", t


def groups(x: Exports):
    """Yield wave, unit, schools, how many are at each stage, and the mean index."""
    for wave, t in schools(x).dropna(subset=["stage"]).groupby("wave_index"):
        for kind, unit, rows in _units(x, t):
            stages = tuple(int((rows["stage"] == k).sum()) for k in range(5))
            yield (wave, kind, unit), (len(rows), *stages, rows["adoption"].mean())


def means(x: Exports):
    """Yield wave, unit, cell and the mean level of its schools."""
    for wave, t in cells(x).groupby("wave_index"):
        for kind, unit, rows in _units(x, t):
            of = rows.groupby(["attribute", "domain"])["level"].mean()
            for (attribute, domain), level in of.items():
                yield (wave, kind, unit, attribute, domain), level


def agreement(x: Exports):
    """Yield wave, Krippendorff's ordinal α and pairs of ratings, one of them blind."""
    t = _ratings(x)
    first = t[t["rater"] == "consensus"].set_index(CELL)["level"]
    blind = t[(t["rater"] != "consensus") & (t["blind"] == "true")]
    both = pd.concat([first, blind.set_index(CELL)["level"]], axis=1).dropna()
    for wave, pairs in both.groupby("wave_index"):
        yield wave, _alpha(pairs.to_numpy(int)), len(pairs)


def _alpha(pairs: np.ndarray) -> float:
    top = pairs.max() + 1
    met = np.zeros((top, top))
    for a, b in pairs:
        met[a, b] += 1
        met[b, a] += 1
    n = met.sum(axis=0)
    # Ordinal: how many ratings lie between two levels, the ends counted half.
    apart = np.array([
        [(n[min(a, b):max(a, b) + 1].sum() - (n[a] + n[b]) / 2) ** 2 for b in range(top)]
        for a in range(top)
    ])  # fmt: skip
    seen = (met * apart).sum()
    expected = (np.outer(n, n) * apart).sum() / (n.sum() - 1)
    # Where all ratings are one level nobody disagreed.
    return float(1 - seen / expected) if expected else 1.0
