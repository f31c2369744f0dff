"""Estimates as each audience reads them: decided rows, coded, everything else blank."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from data.disclosure.coding import code_for_public, n_band, whole_rate
from data.disclosure.families import FAMILY
from data.disclosure.verdicts import Verdicts
from data.model.cell import Coding, Status
from data.model.rules import STAFF
from data.model.viewer import Audience

NUMBERS = [
    "share", "low", "high", "here_low", "here_high", "mean", "mean_low", "mean_high",
    "shrunk", "shrunk_low", "shrunk_high", "signal", "points", "points_low",
    "points_high", "design_effect", "waves_pooled", "n_band", "n", "eligible",
]  # fmt: skip
COLUMNS = [
    *FAMILY, "unit_kind", "unit_id", "breakdown", "category", "scope", "status",
    *NUMBERS, "coding", "rate", "rate_band", "change", "schools", "as_of",
]  # fmt: skip
SHRUNK = ["shrunk", "shrunk_low", "shrunk_high", "signal"]
CHANGE = ["points", "points_low", "points_high"]
UNIT = ["indicator_id", "part", "form", "unit_kind", "unit_id", "breakdown", "category"]
FEWEST_IN_BAND = 5
ITEMS_ONLY = "items_only"
# Draws the schools of one screen together; fitted to those it shows, and only
# those, so that no shown value has a hidden one in it (P9).
# What would sharpen a coded share, or belongs to readers of exact numbers.
SHARPER = [
    "mean", "mean_low", "mean_high", "here_low", "here_high", "points_low",
    "points_high", "signal", "design_effect", "waves_pooled",
]  # fmt: skip
Shrink = Callable[[pd.DataFrame], pd.DataFrame]


def estimates_for(
    audience: Audience,
    estimates: pd.DataFrame,
    verdicts: Verdicts,
    shrink: Shrink,
    year_ago: dict[int, int],
) -> pd.DataFrame:
    """Return what *audience* may see of *estimates*.

    Args:
        estimates: as from scoring, unprotected, percent.
        shrink: shown school rows → the same with shrunken estimates.
        year_ago: wave → the wave its change is counted from.
    """
    if estimates.empty:
        return pd.DataFrame(columns=COLUMNS)

    def rows(verdict: pd.DataFrame) -> pd.DataFrame:
        return _decided(estimates, verdict, shrink, year_ago)

    match audience:
        case Audience.DISTRICT:
            found = _exact(rows(verdicts.district)).assign(scope="all")
        case Audience.PUBLIC:
            found = _coded(rows(verdicts.public), year_ago)
        case Audience.SCHOOL:
            own = rows(verdicts.own)
            own = _exact(own).assign(scope=own["unit_id"])
            found = pd.concat([_coded(rows(verdicts.public), year_ago), own])
    return _blank_hidden(found)[COLUMNS]


def cohort_bands(
    estimates: pd.DataFrame, units: pd.DataFrame, verdicts: Verdicts, shrink: Shrink
) -> pd.DataFrame:
    """Return the lowest and highest shrunken estimate of each cohort's schools.

    Only where at least five schools of the cohort are reportable to their own
    principals and to district leaders: how many more there are would tell which of
    the hidden ones is the small one. No school is named.

    Source: specification P2.
    """
    shown = verdicts.own.index[verdicts.own["status"] == Status.SHOWN]
    of_leaders = verdicts.district
    readable = of_leaders.index[of_leaders["status"] == Status.SHOWN]
    shown = shown.intersection(readable)
    rows = shrink(estimates.loc[shown])
    rows = rows[(rows["breakdown"] == "all") & rows["shrunk"].notna()]
    merged = rows.merge(
        units[["school_id", "cohort_id"]], left_on="unit_id", right_on="school_id"
    )
    bands = (
        merged.groupby([*FAMILY, "cohort_id"])["shrunk"]
        .agg(low="min", high="max", schools="size")
        .reset_index()
    )
    bands[["low", "high"]] = bands[["low", "high"]].round()
    return bands[bands["schools"] >= FEWEST_IN_BAND]


def _decided(
    estimates: pd.DataFrame,
    verdict: pd.DataFrame,
    shrink: Shrink,
    year_ago: dict[int, int],
) -> pd.DataFrame:
    rows = estimates.loc[verdict.index].assign(status=verdict["status"])
    # A scale that does not hang together is read item by item (E8).
    unfit = (rows["gate"] == ITEMS_ONLY) & (rows["status"] == Status.SHOWN)
    rows.loc[unfit, "status"] = Status.RELIABILITY
    shown = rows.index[rows["status"] == Status.SHOWN]
    schools = shrink(rows.loc[shown])
    rows[SHRUNK] = np.nan
    rows.loc[schools.index, SHRUNK] = schools[SHRUNK]
    return _without_lone_changes(rows, year_ago)


def _without_lone_changes(rows: pd.DataFrame, year_ago: dict[int, int]) -> pd.DataFrame:
    """Blank a change whose other end is hidden: it would give that end away."""
    shown = rows[rows["status"] == Status.SHOWN]
    both_ends = pd.MultiIndex.from_frame(shown[["wave_index", *UNIT]])
    before = rows.assign(wave_index=rows["wave_index"].map(year_ago))
    known = pd.MultiIndex.from_frame(before[["wave_index", *UNIT]]).isin(both_ends)
    rows.loc[~known, CHANGE] = np.nan
    rows.loc[~known, "change"] = "too_few"
    return rows


def _coded(rows: pd.DataFrame, year_ago: dict[int, int]) -> pd.DataFrame:
    coded = code_for_public(rows)
    coded[SHARPER] = np.nan
    coded["points"] = coded["points"].round()
    # A change of a share at the end of the scale, or to one from there, would tell how
    # far beyond the end it lies.
    at_end = coded[coded["coding"] != Coding.EXACT]
    ends = pd.MultiIndex.from_frame(at_end[["wave_index", *UNIT]])
    before = coded.assign(wave_index=coded["wave_index"].map(year_ago))
    from_end = pd.MultiIndex.from_frame(before[["wave_index", *UNIT]]).isin(ends)
    coded.loc[(coded["coding"] != Coding.EXACT) | from_end, "points"] = np.nan
    coded["scope"] = "all"
    return coded


def _exact(rows: pd.DataFrame) -> pd.DataFrame:
    out = rows.copy()
    out["coding"] = np.where(out["status"] == Status.SHOWN, Coding.EXACT.value, "")
    out["n_band"] = out["n"].map(n_band)
    out["rate"] = whole_rate(out["rate"])
    return out


def _blank_hidden(rows: pd.DataFrame) -> pd.DataFrame:
    """Take every number out of what is not shown; the file must not hold it.

    The rate stays only where the rate is the reason.
    """
    out = rows.copy()
    hide = out["status"] != Status.SHOWN
    out.loc[hide, [c for c in NUMBERS if c != "n_band"]] = np.nan
    out.loc[hide, ["n_band", "coding"]] = None
    out.loc[hide, "change"] = "too_few"
    no_rate = hide & (out["status"] != Status.LOW_RR)
    out.loc[no_rate, "rate"] = np.nan
    out.loc[no_rate, "rate_band"] = None
    out.loc[hide, "schools"] = np.nan
    out.loc[hide | (out["as_of"] == ""), "as_of"] = None
    return out


__all__ = ["COLUMNS", "STAFF", "cohort_bands", "estimates_for"]
