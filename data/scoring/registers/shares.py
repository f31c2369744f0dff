"""Counted shares of people – reached out of all – in the shape of estimates.

Counts have no sampling error, so there is no interval; everything that protects a
survey share protects these too.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from data.catalogue import Form
from data.scoring.keys import KEYS
from data.scoring.reliability import Gate
from data.scoring.response_rates import RateBand

NO_INTERVAL = [
    "low", "high", "here_low", "here_high", "mean_low", "mean_high", "rate",
]  # fmt: skip


def counted_estimates(
    counts: pd.DataFrame, indicator: str, form: Form, units: pd.DataFrame
) -> pd.DataFrame:
    """Return *counts* of schools, their cohorts, launched schools and the district.

    Args:
        counts: part, wave_index, school_id, n, good.
        units: school_id, level, cohort_id, launch_wave.
    """
    if counts.empty:
        return pd.DataFrame()
    placed = counts.merge(units, on="school_id")
    started = placed["launch_wave"].le(placed["wave_index"]).fillna(False).astype(bool)
    frames = [
        _summed(placed, "school", placed["school_id"]),
        _summed(placed, "cohort", placed["cohort_id"].astype(str)),
        _summed(placed[started], "launched", "launched"),
        _summed(placed, "district", "all"),
    ]
    out = pd.concat([f for f in frames if len(f)], ignore_index=True)
    level = dict(zip(units["school_id"], units["level"], strict=True))
    n = out["n"].to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = 100 * out["favourable"].to_numpy(float) / n
    out = out.assign(
        indicator_id=indicator, form=form.id, respondents=form.group, breakdown="all",
        category="all", share=share, mean=share, eligible=n, over_roster=False,
        rate_band=RateBand.UNKNOWN, share_variance=0.0, mean_variance=0.0,
        design_effect=1.0, waves_pooled=1, has_mean=False, gate=Gate.SINGLE.value,
        level=out["unit_id"].map(level),
    )  # fmt: skip
    out[NO_INTERVAL] = np.nan
    return out.sort_values(KEYS, ignore_index=True)


def _summed(placed: pd.DataFrame, kind: str, unit: pd.Series | str) -> pd.DataFrame:
    if placed.empty:
        return pd.DataFrame()
    rows = placed.assign(unit_kind=kind, unit_id=unit)
    keys = ["part", "wave_index", "unit_kind", "unit_id"]
    found = rows.groupby(keys).agg(
        n=("n", "sum"),
        favourable=("good", "sum"),
        schools=("n", lambda x: int((x > 0).sum())),
    )
    return found.reset_index()
