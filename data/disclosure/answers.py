"""Decides which raw answer distributions each audience may see."""

from __future__ import annotations

import numpy as np
import pandas as pd

from data.model.cell import Status
from data.model.rules import Rules
from data.model.viewer import Audience

KEYS = ["indicator_id", "form", "item_id", "wave_index", "unit_kind", "unit_id"]
COLUMNS = [*KEYS, "scope", "code", "status", "share"]


def answers_for(
    audience: Audience, shares: pd.DataFrame, estimates: pd.DataFrame, rules: Rules
) -> pd.DataFrame:
    """Return the answer distributions *audience* may see, in whole percent.

    The public gets district and cohorts, and only items in which every option
    was chosen by enough people; staff get their own school, district leaders
    every school. A distribution is hidden wherever its scale is.

    Args:
        estimates: the same audience's decided estimates.
    """
    if shares.empty:
        return pd.DataFrame(columns=COLUMNS)
    rows = shares.copy()
    rows["share"] = (100 * rows["count"] / rows["n"]).round()
    decided = estimates[(estimates["breakdown"] == "all")]
    match audience:
        case Audience.PUBLIC:
            return _joined(_for_public(rows, rules), decided, "all")
        case Audience.SCHOOL:
            own = rows[rows["unit_kind"] == "school"]
            return pd.concat(
                [
                    _joined(_for_public(rows, rules), decided, "all"),
                    _joined(own, decided, None),
                ]
            )
        case Audience.DISTRICT:
            return _joined(rows, decided, "all")


def _for_public(rows: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    public = rows[rows["unit_kind"] != "school"].copy()
    minimum = public["respondents"].map(rules.minimum)
    small = (public["count"] < minimum) | (public["n"] - public["count"] < minimum)
    keys = [public[k] for k in KEYS]
    public["small"] = small.groupby(keys).transform("any")
    return public


def _joined(
    rows: pd.DataFrame, decided: pd.DataFrame, scope: str | None
) -> pd.DataFrame:
    """Hide what the scale hides; give each row its scope."""
    rows = rows.copy()
    rows["scope"] = rows["unit_id"] if scope is None else scope
    keys = ["indicator_id", "form", "wave_index", "unit_kind", "unit_id", "scope"]
    merged = rows.merge(decided[[*keys, "status"]], how="inner", on=keys)
    if "small" in merged:
        merged.loc[merged["small"], "status"] = Status.PROTECTED
    merged["share"] = np.where(
        merged["status"] == Status.SHOWN, merged["share"], np.nan
    )
    shown = merged[merged["status"] == Status.SHOWN]
    # Which options exist is public; which were chosen at all is not, so a
    # hidden item keeps one row without a code.
    hidden = merged[merged["status"] != Status.SHOWN].drop_duplicates([*KEYS, "scope"])
    hidden = hidden.assign(code=0)
    return pd.concat([shown, hidden])[COLUMNS].sort_values([*KEYS, "scope", "code"])
