"""Who answered against who was asked: weights (E4), and two waves for small staffs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from data.scoring import formulas
from data.scoring.keys import KEYS

# Which breakdown the weights of a group go by.
STRATA = {"students": "grade_band", "families": "language"}
FEWEST_IN_STRATUM = 10
HEAVIEST = 3.0
FEWEST_TEACHERS = 10
POOLED = frozenset({("CU-1", "scale"), ("CU-2", "scale")})
UNIT = [k for k in KEYS if k not in {"breakdown", "category"}]


def weighted_to_roster(estimates: pd.DataFrame) -> pd.DataFrame:
    """Return schools' totals weighted to their grade bands or home languages.

    Only where everyone's stratum is known and two strata at least hold enough
    answers; everywhere else nothing changes and the design effect stays 1.

    Args:
        estimates: share and its variances as proportions.

    Source: specification E4, golden value G1b.
    """
    parts = estimates[
        (estimates["unit_kind"] == "school")
        & (estimates["breakdown"] == estimates["respondents"].map(STRATA))
    ]
    if parts.empty:
        return estimates
    out = estimates.copy()
    whole = out[(out["unit_kind"] == "school") & (out["breakdown"] == "all")]
    place = pd.Series(whole.index, index=pd.MultiIndex.from_frame(whole[UNIT]))
    for key, strata in parts.groupby(UNIT):
        if len(strata) < 2:  # noqa: PLR2004 - one stratum is the school itself
            continue
        row = place[key]
        found = _weighted(strata, int(out.loc[row, "n"]))
        if found is not None:
            out.loc[row, list(found)] = list(found.values())
    return out


def _weighted(strata: pd.DataFrame, n: int) -> dict[str, float] | None:
    """Return the weighted numbers of one school, None where they do not apply."""
    if int(strata["n"].sum()) != n or strata["eligible"].isna().any():
        return None
    groups = _collapsed(strata["n"].to_numpy(float))
    if len(groups) < 2:  # noqa: PLR2004 - nothing left to weight
        return None
    merged = np.array([_merged(strata.iloc[g]) for g in groups])
    whole, count, share, mean, share_s2, mean_s2 = merged.T
    weight = np.minimum((whole / whole.sum()) / (count / count.sum()), HEAVIEST)
    size = weight * count / (weight * count).sum()
    return {
        "share": float((size * share).sum()),
        "share_variance": float((size**2 * share_s2 / count).sum()),
        "here_variance": float(
            (size**2 * share_s2 / count * (1 - np.minimum(count / whole, 1))).sum()
        ),
        "mean": float((size * mean).sum()),
        "mean_variance": float((size**2 * mean_s2 / count).sum()),
        "design_effect": formulas.kish(weight, count),
    }


def _collapsed(counts: np.ndarray) -> list[list[int]]:
    """Return strata in order, those with too few answers joined to their neighbor."""
    groups: list[list[int]] = []
    for place, count in enumerate(counts):
        short = groups and counts[groups[-1]].sum() < FEWEST_IN_STRATUM
        if groups and (short or count < FEWEST_IN_STRATUM):
            groups[-1].append(place)
        else:
            groups.append([place])
    return groups


def _merged(strata: pd.DataFrame) -> tuple[float, float, float, float, float, float]:
    """Return N, n, share, mean and their variances between people of some strata."""
    n = strata["n"].to_numpy(float)
    count = n.sum()

    def one(value: str, variance: str) -> tuple[float, float]:
        x = strata[value].fillna(0).to_numpy(float)
        s2 = strata[variance].fillna(0).to_numpy(float) * n
        centre = (n * x).sum() / count
        spread = ((n - 1) * s2 + n * (x - centre) ** 2).sum()
        return centre, spread / (count - 1)

    share, share_s2 = one("share", "share_variance")
    mean, mean_s2 = one("mean", "mean_variance")
    whole = float(np.maximum(strata["eligible"].to_numpy(float), n).sum())
    return whole, float(count), share, mean, share_s2, mean_s2


def pooled_over_two_waves(estimates: pd.DataFrame, sums: pd.DataFrame) -> pd.DataFrame:
    """Return small staffs' climate scales over this wave and the one before.

    A school with fewer than ten teachers on the roster. The n stays that of this
    wave: the same people twice are not more people, and must not look like it.

    Args:
        sums: what *estimates* were made of, row by row.

    Source: specification 8.2 CU-1, edge cases.
    """
    measure = pd.Series(
        list(zip(estimates["indicator_id"], estimates["part"], strict=True)),
        index=estimates.index,
    )
    small = (
        measure.isin(POOLED)
        & (estimates["respondents"] == "teachers")
        & (estimates["unit_kind"] == "school")
        & (estimates["eligible"] < FEWEST_TEACHERS)
        & (estimates["n"] > 0)
    )
    if not small.any():
        return estimates
    rows = sums[small]
    before = rows.assign(wave_index=rows["wave_index"] + 1)
    columns = ["n", "y", "yy", "m", "mm"]
    both = rows.merge(before[[*KEYS, *columns]], "left", KEYS, suffixes=("", "_before"))
    both.index = rows.index
    both = both[both["n_before"] > 0]
    if both.empty:
        return estimates
    total = {c: (both[c] + both[f"{c}_before"]).to_numpy(float) for c in columns}
    moments = formulas.Moments(
        total["n"], total["y"], total["yy"], total["m"], total["mm"],
        both["k"].to_numpy(float),
    )  # fmt: skip
    share, s2 = formulas.share_and_variance(moments)
    mean, m2 = formulas.mean_and_variance(moments)
    out = estimates.copy()
    people = out.loc[both.index, "eligible"]
    out.loc[both.index, "share"], out.loc[both.index, "mean"] = share, mean
    # The same people answered twice: as sure as one wave of them, no surer.
    n = both["n"].to_numpy(float)
    out.loc[both.index, "share_variance"] = formulas.variance_infer(s2, n)
    out.loc[both.index, "here_variance"] = formulas.variance_desc(s2, n, people)
    out.loc[both.index, "mean_variance"] = formulas.variance_infer(m2, n)
    out.loc[both.index, "waves_pooled"] = 2
    return out
