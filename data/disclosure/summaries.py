"""Decides which results published elsewhere each audience may see."""

from __future__ import annotations

import numpy as np
import pandas as pd

from data.disclosure.coding import code_for_public, n_band, whole_rate
from data.disclosure.primary import base_status
from data.model.cell import Coding, Status
from data.model.rules import Rules
from data.model.viewer import Audience

COLUMNS = [
    "measure_id", "wave_index", "school_id", "scope", "status", "share", "low", "high",
    "coding", "n_band", "n", "eligible", "rate",
]  # fmt: skip
QUANTILES = {
    "lowest_tenth": 0.1,
    "quarter": 0.25,
    "median": 0.5,
    "three_quarters": 0.75,
    "highest_tenth": 0.9,
}
FEWEST_SCHOOLS = 5


def summaries_for(
    audience: Audience, measures: pd.DataFrame, values: pd.DataFrame, rules: Rules
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return (measures, values, spreads) of *audience*.

    A measure whose source is not public is for district leaders and, school by
    school, for the school itself. Where n is known our own rules apply to it;
    where it is not, the value stands as its source published it.
    """
    public = measures[measures["is_public"].astype(bool)]
    if audience is Audience.DISTRICT:
        rows = _decided(values, rules)
        return measures, _exact(rows).assign(scope="all")[COLUMNS], _spreads(rows)
    is_public = values["measure_id"].isin(public["measure_id"])
    rows = _decided(values[is_public], rules)
    spreads = _spreads(rows)
    coded = _coded(rows).assign(scope="all")
    if audience is Audience.SCHOOL:
        closed = _exact(_decided(values[~is_public], rules))
        coded = pd.concat([coded, closed.assign(scope=closed["school_id"])])
        return measures, coded[COLUMNS], spreads
    return public, coded[COLUMNS], spreads


def _decided(values: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    rows = values.copy()
    known = rows["n"].notna()
    status = base_status(rows.assign(n=rows["n"].fillna(1_000_000)), rules)
    rows["status"] = np.where(known, status, Status.SHOWN.value)
    return rows


def _coded(rows: pd.DataFrame) -> pd.DataFrame:
    """Code what has n; leave what its source already published as it is."""
    known = rows["n"].notna()
    coded = code_for_public(rows[known])
    plain = _exact(rows[~known])
    return _blank(pd.concat([coded, plain]))


def _exact(rows: pd.DataFrame) -> pd.DataFrame:
    out = rows.copy()
    out["coding"] = Coding.EXACT.value
    out["n_band"] = [None if pd.isna(n) else n_band(n) for n in out["n"]]
    out["rate"] = whole_rate(out["rate"])
    out["share"] = out["share"].round(1)
    return _blank(out)


def _blank(rows: pd.DataFrame) -> pd.DataFrame:
    hide = rows["status"] != Status.SHOWN
    rows.loc[hide, ["share", "low", "high", "n", "eligible"]] = np.nan
    rows.loc[hide, ["coding", "n_band"]] = None
    rows.loc[hide & (rows["status"] != Status.LOW_RR), "rate"] = np.nan
    return rows.sort_values(["measure_id", "wave_index", "school_id"])


def _spreads(rows: pd.DataFrame) -> pd.DataFrame:
    """Return how schools lie, per measure and wave: whole, by level, by area."""
    shown = rows[rows["status"] == Status.SHOWN]
    keys = ["measure_id", "wave_index", "unit_kind", "unit_id"]
    frames = []
    for kind in ("district", "level", "area"):
        unit = pd.Series("all", shown.index) if kind == "district" else shown[kind]
        grouped = shown.assign(unit_kind=kind, unit_id=unit).dropna(subset=["unit_id"])
        if grouped.empty:
            continue
        shares = grouped.groupby(keys)["share"]
        frame = shares.quantile(list(QUANTILES.values())).unstack()  # noqa: PD010
        frame.columns = list(QUANTILES)
        frame["schools"] = shares.size()
        frames.append(frame.round().reset_index())
    if not frames:
        return pd.DataFrame()
    spreads = pd.concat(frames, ignore_index=True)
    return spreads[spreads["schools"] >= FEWEST_SCHOOLS]
