"""Schools beside schools, waves beside waves: shrinkage (E6) and change words (E7)."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd

from data.model.rules import Rules
from data.model.waves import parse_wave
from data.scoring import formulas
from data.scoring.keys import KEYS
from data.scoring.reliability import Gate
from data.scoring.response_rates import COMPARABLE

SCREEN = ["indicator_id", "part", "form", "wave_index"]
# The search for τ² ends within a tolerance; four digits are beyond it, so that
# every machine stores the same number.
DIGITS = 4
SHRUNK = ["shrunk", "shrunk_low", "shrunk_high", "signal"]


def shrunken(estimates: pd.DataFrame) -> pd.DataFrame:
    """Return the school rows of *estimates* with shrunken estimates beside them.

    One model per indicator, form and wave – per level where every level has five
    schools – fitted to the schools given and to no other. Schools with a low
    response rate take no part (E5) and get none. `signal` is B_s, how much of a
    school's difference is kept.

    Source: specification E6.
    """
    schools = estimates[
        (estimates["unit_kind"] == "school")
        & (estimates["breakdown"] == "all")
        & estimates["rate_band"].isin(COMPARABLE)
        & (estimates["n"] > 1)
        & estimates["low"].notna()
    ].copy()
    found = np.full((len(schools), len(SHRUNK)), np.nan)
    share = schools["share"].to_numpy(float)
    variance = formulas.shrinkage_variance(
        share / 100, schools["share_variance"], schools["n"], schools["favourable"]
    )
    levels = schools["level"].to_numpy()
    for at in schools.groupby(SCREEN).indices.values():
        for model in _models(levels[at], at):
            found[model] = _shrink(share[model], variance[model])
    schools[SHRUNK] = found
    return schools


def _models(levels: np.ndarray, at: np.ndarray) -> list[np.ndarray]:
    """Return the schools of each model: one per level if each has enough."""
    parts = [at[levels == level] for level in sorted(set(levels))]
    if all(len(part) >= formulas.FEWEST_SCHOOLS for part in parts):
        return parts
    return [at]


def _shrink(share: np.ndarray, variance: np.ndarray) -> np.ndarray:
    found = formulas.shrink(share, variance)
    if found is None:
        return np.full((len(share), len(SHRUNK)), np.nan)
    low, high = np.clip(found.low, 0, 100), np.clip(found.high, 0, 100)
    return np.column_stack([found.estimate, low, high, found.signal]).round(DIGITS)


def a_year_earlier(connection: duckdb.DuckDBPyConnection) -> dict[int, int]:
    """Return, by index of a wave, the index of the same season a year before."""
    index = dict(connection.execute("SELECT wave, wave_index FROM waves").fetchall())
    earlier = {}
    for label, position in index.items():
        wave = parse_wave(label)
        if wave and wave.a_year_ago.label in index:
            earlier[position] = index[wave.a_year_ago.label]
    return earlier


def with_change(
    estimates: pd.DataFrame, rules: Rules, year_ago: dict[int, int]
) -> pd.DataFrame:
    """Add change word, points and their interval against the same season a year ago.

    The family of the correction is all units of one kind on one measure and wave:
    what one screen shows together. Estimates pooled over two waves, and scales that
    measure only roughly, get no word.

    Source: specification E7, E8.
    """
    if estimates.empty:
        return estimates
    estimates = estimates.copy()
    later = {before: now for now, before in year_ago.items()}
    columns = ["share", "mean", "mean_variance", "n", "rate_band", "waves_pooled"]
    earlier = estimates[[*KEYS, *columns, "gate"]].copy()
    earlier["wave_index"] = earlier["wave_index"].map(later)
    earlier = earlier.dropna(subset=["wave_index"])
    both = estimates.merge(earlier, how="left", on=KEYS, suffixes=("", "_before"))
    both.index = estimates.index
    both["points_"] = both["mean"] - both["mean_before"]
    estimates["points"] = both["points_"]
    p, low, high = _differences(both)
    minimum = estimates["respondents"].map(rules.minimum)
    enough = (
        both["rate_band"].isin(COMPARABLE)
        & both["rate_band_before"].isin(COMPARABLE)
        & (both["n"] >= minimum)
        & (both["n_before"] >= minimum)
        & (both["waves_pooled"] == 1)
        & (both["waves_pooled_before"] == 1)
        & ~both["gate"].isin([Gate.ROUGH, Gate.ITEMS_ONLY])
        & ~both["gate_before"].isin([Gate.ROUGH, Gate.ITEMS_ONLY])
    ).to_numpy()
    p = np.where(enough, p, np.nan)
    estimates["points_low"] = np.where(enough, low, np.nan)
    estimates["points_high"] = np.where(enough, high, np.nan)
    words = np.full(len(estimates), "", dtype=object)
    points = estimates["points"].to_numpy()
    screens = estimates.groupby([*SCREEN, "unit_kind", "breakdown"]).indices
    for at in screens.values():
        words[at] = formulas.change_words(
            points[at], p[at], smallest=rules.min_meaningful_change, q=rules.bh_q
        )
    estimates["change"] = words
    return estimates


def _differences(both: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return p, and the interval of the change in points.

    A yes-or-no question gets Newcombe's interval, everything else Welch's.
    """
    v, before = both["mean_variance"], both["mean_variance_before"]
    p = formulas.change_p_values(
        both["points_"], v, before, both["n"], both["n_before"]
    )
    half = formulas.change_half_width(v, before, both["n"], both["n_before"])
    d = both["points_"].to_numpy(float)
    low, high = d - half, d + half
    yes_no = (~both["has_mean"].astype(bool)).to_numpy() & (both["n_before"] > 0)
    for k in np.flatnonzero(yes_no):
        row = both.iloc[k]
        _, a, b = formulas.difference_of_shares(
            row["share"] / 100 * row["n"], row["n"],
            row["share_before"] / 100 * row["n_before"], row["n_before"],
        )  # fmt: skip
        low[k], high[k] = 100 * a, 100 * b
    return p, low, high
