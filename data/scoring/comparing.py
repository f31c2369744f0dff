"""Schools beside schools, waves beside waves: shrinkage (E6) and change words (E7)."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd

from data.model.rules import Rules
from data.model.waves import parse_wave
from data.scoring import changes, formulas
from data.scoring.changes import Movement, Spread
from data.scoring.keys import KEYS, MEASURE
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


# Earlier and later values that a change is told of.
OF_WAVE = [
    "share", "mean", "mean_variance", "n", "rate_band", "waves_pooled", "gate",
    "design_effect",
]  # fmt: skip
ONE_MOVEMENT = [*MEASURE, "breakdown"]
# The schools of a group that launch made are others a year later.
ANOTHER_GROUP = "launched"


def with_change(
    estimates: pd.DataFrame,
    rules: Rules,
    year_ago: dict[int, int],
    units: pd.DataFrame,
) -> pd.DataFrame:
    """Add change word, points and their interval against the same season a year ago.

    The family of the correction is all units of one kind on one measure and wave:
    what one screen shows together. Estimates pooled over two waves, scales that
    measure only roughly, and the launched schools together, which are others every
    year, get no word. Where the ordinary movement of a school cannot be told yet,
    the word of a school – and of a group of fewer than three – is "too early".

    Args:
        units: school_id, cohort_id, launch_wave (missing where not launched).

    Source: specification E7, E8.
    """
    if estimates.empty:
        return estimates
    estimates = estimates.copy()
    both = _both_ends(estimates, year_ago)
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
        & (both["unit_kind"] != ANOTHER_GROUP)
        & both["points"].notna()
    )
    spread, known = _spread(both, enough, units)
    p = np.where(
        enough & known, changes.change_p_values(both["points"], spread), np.nan
    )
    low, high = _intervals(both, spread)
    estimates["points"] = both["points"].where(both["unit_kind"] != ANOTHER_GROUP)
    estimates["points_low"] = np.where(enough & known, low, np.nan)
    estimates["points_high"] = np.where(enough & known, high, np.nan)
    words = np.full(len(estimates), "", dtype=object)
    points = estimates["points"].to_numpy()
    screens = estimates.groupby([*SCREEN, "unit_kind", "breakdown"]).indices
    for at in screens.values():
        words[at] = changes.change_words(
            points[at], p[at], smallest=rules.min_meaningful_change, q=rules.bh_q
        )
    words[(enough & ~known).to_numpy()] = changes.Change.TOO_EARLY
    estimates["change"] = words
    return estimates


def _both_ends(estimates: pd.DataFrame, year_ago: dict[int, int]) -> pd.DataFrame:
    """Return each row with the one a year before beside it, and the points between."""
    later = {before: now for now, before in year_ago.items()}
    earlier = estimates[[*KEYS, *OF_WAVE]].copy()
    earlier["wave_index"] = earlier["wave_index"].map(later)
    earlier = earlier.dropna(subset=["wave_index"])
    both = estimates.merge(earlier, how="left", on=KEYS, suffixes=("", "_before"))
    both.index = estimates.index
    both["points"] = both["mean"] - both["mean_before"]
    for end in ("", "_before"):
        # Whole registers come without a sampling variance: their people are read
        # as a draw of the years they could have had.
        both[f"v{end}"] = formulas.mean_variance_floored(
            both[f"mean_variance{end}"], both[f"mean{end}"], both[f"n{end}"]
        )
    return both


def _spread(
    both: pd.DataFrame, enough: pd.Series, units: pd.DataFrame
) -> tuple[Spread, pd.Series]:
    """Return how sure each change is, and where that is known at all."""
    of_school = both["unit_kind"] == "school"
    placed = both.merge(
        units[["school_id", "cohort_id", "launch_wave"]], "left",
        left_on="unit_id", right_on="school_id",
    )  # fmt: skip
    placed.index = both.index
    schools = placed[of_school & both["points"].notna()]
    groups = _between(schools)
    beside = pd.MultiIndex.from_frame(both[KEYS])
    of_group = groups.reindex(beside)
    of_group.index = both.index
    size = of_group["size"].fillna(1.0)
    movements = _movements(placed[of_school & enough])
    variance = np.array(both["v"] + both["v_before"], float)
    degrees = changes.change_spread(
        both["v"], both["v_before"], both["n"], both["n_before"]
    ).degrees.copy()
    moves = pd.Series(False, index=both.index)
    indices = both.groupby(ONE_MOVEMENT).indices
    for measure, at in indices.items():
        movement = movements.get(measure)
        if movement is None:
            continue
        rows = both.iloc[at]
        found = changes.change_spread(
            rows["v"], rows["v_before"], rows["n"], rows["n_before"], movement,
            schools=size.iloc[at],
        )  # fmt: skip
        variance[at], degrees[at] = found.variance, found.degrees
        moves.iloc[at] = True
    wider = (of_group["variance"] > variance).to_numpy()
    variance = np.where(wider, of_group["variance"], variance)
    degrees = np.where(wider, of_group["degrees"], degrees)
    # Of principals there is one a school: people and schools are the same.
    alone = ~of_school & of_group["schools"].isna()
    return Spread(variance, degrees), moves | of_group["variance"].notna() | alone


def _movements(rows: pd.DataFrame) -> dict[tuple[str, ...], Movement]:
    """Return ω² of each measure, from schools no launch had reached by the later wave.

    Args:
        rows: reportable schools in both waves.
    """
    launch = rows["launch_wave"]
    still = rows[launch.isna() | (launch > rows["wave_index"])]
    found = {}
    for measure, mine in still.groupby(ONE_MOVEMENT):
        pair = mine["wave_index"].astype(str) + " " + mine["category"]
        movement = changes.ordinary_movement(
            mine["points"], mine["v"] + mine["v_before"], pair
        )
        if movement is not None:
            found[measure] = movement
    return found


def _between(schools: pd.DataFrame) -> pd.DataFrame:
    """Return the variance of groups' changes by their schools', on the KEYS.

    Columns: schools (in both waves), size (as how many equal ones they count),
    variance and degrees (missing below three schools).
    """
    district = schools.assign(unit_kind="district", unit_id="all")
    cohort = schools[schools["breakdown"] == "all"].assign(unit_kind="cohort")
    cohort["unit_id"] = cohort["cohort_id"].astype("Int64").astype(str)
    found = [_between_of(rows) for rows in (district, cohort)]
    return pd.concat(found)


def _between_of(rows: pd.DataFrame) -> pd.DataFrame:
    by = [rows[k] for k in KEYS]
    weight = rows["n"] / rows["n"].groupby(by).transform("sum")
    mean = (weight * rows["points"]).groupby(by).transform("sum")
    parts = rows[KEYS].assign(
        schools=1,
        squares=weight**2,
        variance=weight**2 * (rows["points"] - mean) ** 2,
    )
    found = parts.groupby(KEYS).sum()
    m = found["schools"].where(found["schools"] >= changes.FEWEST_IN_GROUP)
    found["variance"] *= m / (m - 1)
    found["size"] = 1 / found["squares"]
    found["degrees"] = found["size"] - 1
    return found.drop(columns="squares")


def _intervals(both: pd.DataFrame, spread: Spread) -> tuple[np.ndarray, np.ndarray]:
    """Return the interval of each change in points.

    A yes-or-no question gets Newcombe's, everything else Welch's.
    """
    half = changes.change_half_width(spread)
    d = both["points"].to_numpy(float)
    low, high = d - half, d + half
    yes_no = ~both["has_mean"].to_numpy(bool) & (both["n_before"] > 0).to_numpy()
    if not yes_no.any():
        return low, high
    rows, degrees = both[yes_no], spread.degrees[yes_no]
    people = (rows["v"] + rows["v_before"]).to_numpy(float)
    more = np.sqrt(np.maximum(spread.variance[yes_no] - people, 0))
    ends = []
    for end in ("", "_before"):
        n = (rows[f"n{end}"] / rows[f"design_effect{end}"]).to_numpy(float)
        ends += [rows[f"share{end}"].to_numpy(float) / 100 * n, n]
    beyond = changes.t_value(degrees) * more / 100
    _, a, b = changes.difference_of_shares(*ends, beyond=beyond)
    low[yes_no], high[yes_no] = 100 * a, 100 * b
    return low, high
