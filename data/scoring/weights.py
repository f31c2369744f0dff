"""Who answered against who was asked: weights (E4), and two waves for small staffs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from data.scoring import formulas
from data.scoring.keys import KEYS

# Which breakdown the weights of a group go by.
STRATA = {"students": "grade_band", "families": "language"}
FEWEST_IN_STRATUM = 10
FEWEST_STRATA = 2
HEAVIEST = 3.0
FEWEST_TEACHERS = 10
POOLED = frozenset({("CU-1", "scale"), ("CU-2", "scale")})
UNIT = [k for k in KEYS if k not in {"breakdown", "category"}]
FORM = ["form", "wave_index", "unit_id"]
DESIGN = [*FORM, "category", "stratum", "weight", "eligible_h"]


def designs(asked: pd.DataFrame) -> pd.DataFrame:
    """Return the weights of every school's form and wave: one set for all measures.

    A school's form is weighted where everyone's stratum and every stratum's roster
    is known and two strata at least hold ten answers, smaller ones joined to their
    neighbor. Families are English or not, students of their grade bands. Weights
    stop at three and are on average one.

    Args:
        asked: form, wave_index, unit_kind, unit_id, breakdown, category, group,
            eligible, answered, people (who answered anything at all).

    Returns:
        Columns DESIGN, one row a category.

    Source: specification E4, golden value G1b.
    """
    schools = asked[asked["unit_kind"] == "school"]
    parts = schools[schools["breakdown"] == schools["group"].map(STRATA)]
    whole = schools[schools["breakdown"] == "all"].set_index(FORM)["people"]
    found = []
    for key, strata in parts.groupby(FORM):
        known = strata["eligible"].gt(0).all()
        if known and strata["people"].sum() == whole[key]:
            found += [(*key, *row) for row in _design(strata)]
    return pd.DataFrame(found, columns=DESIGN)


def _design(strata: pd.DataFrame) -> list[tuple[str, int, float, float]]:
    """Return category, stratum, weight and people asked in the stratum."""
    rows = sorted(strata.itertuples(), key=lambda r: _order(r.category))
    groups = _collapsed([float(r.answered) for r in rows])
    if len(groups) < FEWEST_STRATA:
        return []
    n = np.array([sum(rows[k].answered for k in g) for g in groups], float)
    whole = np.array([sum(rows[k].eligible for k in g) for g in groups], float)
    weight = np.minimum((whole / whole.sum()) / (n / n.sum()), HEAVIEST)
    weight *= n.sum() / (n * weight).sum()
    return [
        (rows[k].category, number, weight[number], whole[number])
        for number, group in enumerate(groups)
        for k in group
    ]


def _order(category: str) -> tuple[int, str]:
    """Return where a stratum stands: English first, grade bands by their first."""
    if category.startswith("K") or category == "en":
        return -1, category
    return int(category[0]) if category[:1].isdigit() else 0, category


def _collapsed(counts: list[float]) -> list[list[int]]:
    """Return strata in order, those with too few answers joined to their neighbor."""
    groups: list[list[int]] = []
    for place, count in enumerate(counts):
        short = groups and sum(counts[k] for k in groups[-1]) < FEWEST_IN_STRATUM
        if groups and (short or count < FEWEST_IN_STRATUM):
            groups[-1].append(place)
        else:
            groups.append([place])
    return groups


def weighted_to_roster(
    estimates: pd.DataFrame, sums: pd.DataFrame, design: pd.DataFrame
) -> pd.DataFrame:
    """Return schools' totals weighted as their form's design says, in every measure.

    Args:
        estimates: share and its variances as proportions, indexed as *sums*.
        sums: the keys and n, y, yy, m, mm of schools and their strata.
        design: from `designs`; schools it does not hold stay as they are.

    Source: specification E4.
    """
    if design.empty:
        return estimates
    parts = sums[
        (sums["unit_kind"] == "school")
        & (sums["breakdown"] == sums["respondents"].map(STRATA))
        & (sums["n"] > 0)
    ].merge(design, on=[*FORM, "category"])
    if parts.empty:
        return estimates
    by = [*UNIT, "stratum", "weight", "eligible_h"]
    rows = parts.groupby(by)[["n", "y", "yy", "m", "mm"]].sum().reset_index()
    found = _weighted(rows)
    out = estimates.copy()
    whole = out[(out["unit_kind"] == "school") & (out["breakdown"] == "all")]
    place = pd.MultiIndex.from_frame(whole[UNIT])
    found = found[found.index.isin(place)]
    at = pd.Series(whole.index, index=place)[found.index]
    out.loc[at.to_numpy(), list(found.columns)] = found.to_numpy()
    return out


def _weighted(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the weighted numbers of each unit from the sums of its strata."""
    n, weight = rows["n"], rows["weight"]
    by = [rows[k] for k in UNIT]

    def total(x: pd.Series) -> pd.Series:
        return x.groupby(by).sum()

    each = (n * weight).groupby(by).transform("sum")
    size = n * weight / each
    moments = formulas.Moments(
        n=n.to_numpy(float),
        y=rows["y"].to_numpy(float),
        yy=rows["yy"].to_numpy(float),
        m=rows["m"].to_numpy(float),
        mm=rows["mm"].to_numpy(float),
        k=np.ones(len(rows)),
    )
    out = {}
    for name, (value, s2) in {
        "share": formulas.share_and_variance(moments),
        "mean": formulas.mean_and_variance(moments),
    }.items():
        # One answer of a stratum has no spread; it is given that of the others.
        spread = pd.Series(s2, rows.index)
        spread = spread.fillna(spread.groupby(by).transform("mean"))
        variance = size**2 * spread / n
        out[name] = total(size * pd.Series(value, rows.index))
        out[f"{name}_variance"] = total(variance)
        if name == "share":
            left = (1 - n / rows["eligible_h"]).clip(lower=0)
            out["here_variance"] = total(variance * left)
    out["design_effect"] = total(n) * total(n * weight**2) / total(n * weight) ** 2
    return pd.DataFrame(out)


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
    out.loc[both.index, "share"], out.loc[both.index, "mean"] = share, mean
    # The same people answered twice: as sure as one wave of them, no surer. And no
    # correction for how many there are: two waves are not drawn from one roster.
    n = np.maximum(both["n"], both["n_before"]).to_numpy(float)
    for column in ("share_variance", "here_variance"):
        out.loc[both.index, column] = formulas.variance_infer(s2, n)
    out.loc[both.index, "mean_variance"] = formulas.variance_infer(m2, n)
    out.loc[both.index, "waves_pooled"] = 2
    return out
