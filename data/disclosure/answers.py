"""Decides which raw answer distributions each audience may see."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from data.catalogue.counts import Holds, counts
from data.disclosure.readers import kinds_of, may_read
from data.disclosure.suppression import Question, protect
from data.disclosure.system import System
from data.disclosure.verdicts import Verdicts
from data.model.cell import Status
from data.model.rules import Rules
from data.model.viewer import Audience

ITEM = ["indicator_id", "part", "form", "item_id", "wave_index"]
UNIT = ["unit_kind", "unit_id"]
KEYS = [*ITEM, *UNIT]
ANSWERED = "answered "
COLUMNS = [*KEYS, "scope", "code", "status", "share"]
SCALE = ["indicator_id", "part", "form", "wave_index", *UNIT]
ALONE = ["indicator_id", "item_id", "form", "wave_index", *UNIT]
_COHORT, _DISTRICT = range(2)


def hidden_answers(
    shares: pd.DataFrame,
    estimates: pd.DataFrame,
    verdicts: Verdicts,
    rules: Rules,
    before: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the distributions hidden from the public, as rows of KEYS.

    The public gets the district and cohorts, and only items in which every
    option was chosen by enough people and left by enough; a distribution is
    hidden wherever its scale is, and further where a cohort's could be had by
    subtracting the others from the district's.

    Args:
        shares: item, unit, code, count, n, respondents.
        before: distributions an earlier release hid and that have not changed.
    """
    if shares.empty:
        return pd.DataFrame(columns=KEYS)
    rows = shares[_in_public(shares)].copy()
    minimum = rows["respondents"].map(rules.minimum).astype(float)
    rows["small"] = (rows["count"] < minimum) | (rows["n"] - rows["count"] < minimum)
    units = (
        rows.groupby(KEYS, sort=True)
        .agg(n=("n", "first"), small=("small", "any"), chosen=("code", "nunique"))
        .reset_index()
    )
    # An option left out was chosen by nobody, which is fewer than enough.
    offered = units[["form", "item_id"]].agg(tuple, axis=1).map(_options())
    units["small"] |= units["chosen"] < offered
    hidden_scales = _of_status(estimates, verdicts.public, Status.PROTECTED)
    units["hidden"] = units["small"] | _in(units, SCALE, hidden_scales)
    # An item that is also published alone tells what its own number would.
    alone = hidden_scales.rename(columns={"part": "item_id"})
    units["hidden"] |= _in(units, ALONE, alone)
    if before is not None and len(before):
        units["hidden"] |= _in(units, KEYS, before)
    closed = np.zeros(len(units), bool)
    for at in units.groupby(ITEM, sort=True).indices.values():
        closed[at] = _hidden_of_item(units.iloc[at])
    return units.loc[closed, KEYS]


@cache
def _options() -> dict[tuple[str, str], int]:
    """Return how many options each item of each form has."""
    return {
        (r.form, r.left.removeprefix(ANSWERED)): len(r.right)
        for r in counts().relations
        if r.holds is Holds.SUM_OF and r.left.startswith(ANSWERED)
    }


def _hidden_of_item(item: pd.DataFrame) -> np.ndarray:
    """Return which units of one item are hidden, cover included.

    Over whole distributions: the district's is the sum of the cohorts'.
    """
    kinds = item["unit_kind"].to_numpy()
    district = np.flatnonzero(kinds == "district").tolist()
    cohorts = tuple(np.flatnonzero(kinds == "cohort").tolist())
    hidden = frozenset(np.flatnonzero(item["hidden"]).tolist())
    sensitive = np.flatnonzero(item["small"]).tolist()
    system = System(item["n"].tolist(), tuple((d, cohorts) for d in district))
    ranks = tuple(_DISTRICT if k == "district" else _COHORT for k in kinds)
    question = Question(hidden, dict.fromkeys(sensitive, 0), frozenset(), ranks)
    out = np.zeros(len(item), bool)
    out[sorted(hidden | protect(system, question))] = True
    return out


def answers_for(
    audience: Audience,
    shares: pd.DataFrame,
    hidden: pd.DataFrame,
    decided: pd.DataFrame,
) -> pd.DataFrame:
    """Return the answer distributions *audience* may see, in whole percent.

    Staff get their own school beside what the public gets, district leaders
    every school. A distribution is hidden wherever its scale is.

    Args:
        hidden: what `hidden_answers` found.
        decided: the same audience's estimates as they go into its file.
    """
    if shares.empty:
        return pd.DataFrame(columns=COLUMNS)
    rows = shares.copy()
    rows["share"] = (100 * rows["count"] / rows["n"]).round()
    scales = decided[decided["breakdown"] == "all"]
    of_school = rows["unit_kind"] == "school"
    public = rows[_in_public(rows)]
    public = public.assign(protected=_in(public, KEYS, hidden))
    match audience:
        case Audience.PUBLIC:
            return _joined(public, scales, "all")
        case Audience.SCHOOL:
            own = _joined(rows[of_school], scales, None)
            return pd.concat([_joined(public, scales, "all"), own])
        case Audience.DISTRICT:
            return _joined(rows, scales, "all")


def _in_public(shares: pd.DataFrame) -> np.ndarray:
    """Return the distributions P2 opens to the public; never a single school's."""
    rows = shares[["indicator_id", "part", "form", "unit_kind"]]
    rows = rows.assign(kind=kinds_of("answers", rows), breakdown="all")
    of_school = (rows["unit_kind"] == "school").to_numpy()
    open_: np.ndarray = may_read(rows, "public") & ~of_school
    return open_


def _of_status(
    estimates: pd.DataFrame, verdict: pd.DataFrame, status: Status
) -> pd.DataFrame:
    if estimates.empty:
        return pd.DataFrame(columns=SCALE)
    rows = estimates.loc[verdict.index[verdict["status"] == status]]
    return rows.loc[rows["breakdown"] == "all", SCALE]


def _in(rows: pd.DataFrame, keys: list[str], listed: pd.DataFrame) -> np.ndarray:
    """Return which *rows* carry a combination of *keys* that is *listed*."""
    if listed.empty:
        return np.zeros(len(rows), bool)
    index = pd.MultiIndex.from_frame(rows[keys].astype(str))
    found: np.ndarray = index.isin(pd.MultiIndex.from_frame(listed[keys].astype(str)))
    return found


def _joined(
    rows: pd.DataFrame, scales: pd.DataFrame, scope: str | None
) -> pd.DataFrame:
    """Hide what the scale hides; give each row its scope."""
    rows = rows.copy()
    rows["scope"] = rows["unit_id"] if scope is None else scope
    keys = [*SCALE, "scope"]
    merged = rows.merge(scales[[*keys, "status"]], how="inner", on=keys)
    if "protected" in merged:
        merged.loc[merged["protected"], "status"] = Status.PROTECTED
    merged["share"] = np.where(
        merged["status"] == Status.SHOWN, merged["share"], np.nan
    )
    shown = merged[merged["status"] == Status.SHOWN]
    # Which options exist is public; which were chosen at all is not, so a
    # hidden item keeps one row without a code.
    closed = merged[merged["status"] != Status.SHOWN].drop_duplicates([*KEYS, "scope"])
    closed = closed.assign(code=0)
    return pd.concat([shown, closed])[COLUMNS].sort_values([*KEYS, "scope", "code"])
