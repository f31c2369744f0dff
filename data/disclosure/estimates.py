"""Decides, per audience, which estimates are shown (P1, P2, P6, P7, P9)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.disclosure.coding import code_for_public, n_band, whole_rate
from data.disclosure.totals import (
    DISTRICT,
    FEWEST_SCHOOLS_IN_STAFF_TOTAL,
    Part,
    protect,
)
from data.model.cell import Coding, Status
from data.model.rules import Rules
from data.model.viewer import Audience

STAFF = ("teachers", "support_staff", "building_admins")
FAMILY = ["indicator_id", "form", "wave_index"]
NUMBERS = [
    "share", "low", "high", "here_low", "here_high", "mean", "mean_low", "mean_high",
    "shrunk", "shrunk_low", "shrunk_high", "points", "n_band", "n", "eligible",
]  # fmt: skip
COLUMNS = [
    *FAMILY, "unit_kind", "unit_id", "breakdown", "category", "scope", "status",
    *NUMBERS, "coding", "rate", "rate_band", "change", "schools",
]  # fmt: skip
# "All schools" and "all launched schools" may share a screen only when they
# differ by this much (P7).
APART_SCHOOLS, APART_PEOPLE = 2, 20
FEWEST_IN_BAND = 5
TOTALS = ("district", "launched", "cohort")


@dataclass(frozen=True, slots=True)
class Decided:
    """Estimates of one audience, coded, and what was hidden for the steward."""

    rows: pd.DataFrame
    hidden: pd.DataFrame


def estimates_for(
    audience: Audience, estimates: pd.DataFrame, units: pd.DataFrame, rules: Rules
) -> Decided:
    """Return what *audience* may see of *estimates*.

    Args:
        estimates: as from scoring, unprotected, percent.
        units: school_id, cohort_id, level, launch_wave.
    """
    if estimates.empty:
        empty = pd.DataFrame(columns=COLUMNS)
        return Decided(empty, pd.DataFrame(columns=["reason"]))
    match audience:
        case Audience.PUBLIC:
            rows = _public(estimates, units, rules)
        case Audience.SCHOOL:
            own = _own_school(estimates, rules)
            rows = pd.concat([_public(estimates, units, rules), own])
        case Audience.DISTRICT:
            rows = _district(estimates, units, rules)
    hidden = rows[rows["status"] != Status.SHOWN].copy()
    return Decided(_blank_hidden(rows)[COLUMNS], hidden)


def cohort_bands(
    estimates: pd.DataFrame, units: pd.DataFrame, rules: Rules
) -> pd.DataFrame:
    """Return the lowest and highest shrunken estimate of each cohort's schools.

    Only where at least five schools of the cohort are reportable; no school is
    named.

    Source: specification P2.
    """
    shown = estimates[
        (estimates["unit_kind"] == "school")
        & (estimates["breakdown"] == "all")
        & estimates["shrunk"].notna()
        & (estimates["n"] >= rules.min_n_principal_view)
    ]
    merged = shown.merge(
        units[["school_id", "cohort_id"]], left_on="unit_id", right_on="school_id"
    )
    bands = (
        merged.groupby([*FAMILY, "cohort_id"])["shrunk"]
        .agg(low="min", high="max", schools="size")
        .reset_index()
    )
    bands[["low", "high"]] = bands[["low", "high"]].round()
    return bands[bands["schools"] >= FEWEST_IN_BAND]


def base_status(frame: pd.DataFrame, rules: Rules, *, minimum: int = 0) -> pd.Series:
    """Return the status each row has on its own, before totals are looked at.

    Too few people comes before too low a rate: the rate of a small group would
    tell how many answered.
    """
    least = np.maximum(frame["respondents"].map(rules.minimum), minimum)
    return pd.Series(
        np.select(
            [
                frame["n"] == 0,
                frame["n"] < least,
                frame["rate_band"] == "not_reported",
            ],
            [Status.NOT_COLLECTED, Status.PROTECTED, Status.LOW_RR],
            Status.SHOWN,
        ),
        index=frame.index,
    )


def _public(estimates: pd.DataFrame, units: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    rows = estimates[estimates["breakdown"] == "all"].copy()
    rows["status"] = base_status(rows, rules)
    staff = rows["respondents"].isin(STAFF)
    of_school = rows["unit_kind"] == "school"
    # Staff results of a school are not the public's, whatever their n; they
    # stay in the system of equations and leave with their rows.
    rows.loc[staff & of_school & (rows["n"] > 0), "status"] = Status.PROTECTED
    few = staff & ~of_school & (rows["schools"] < FEWEST_SCHOOLS_IN_STAFF_TOTAL)
    rows.loc[few & (rows["n"] > 0), "status"] = Status.PROTECTED
    rows = _withhold_totals(rows, units, rules)
    rows = rows[~(staff & of_school)]
    coded = code_for_public(rows)
    # The mean would sharpen a coded share; here_* belongs to exact readers.
    blank = ["mean", "mean_low", "mean_high", "here_low", "here_high"]
    coded[blank] = np.nan
    coded["points"] = coded["points"].round()
    coded["scope"] = "all"
    return coded


def _own_school(estimates: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    rows = estimates[estimates["unit_kind"] == "school"].copy()
    staff = rows["respondents"].isin(STAFF)
    rows = rows[~staff | (rows["breakdown"] == "all")]
    staff = rows["respondents"].isin(STAFF)
    rows["status"] = base_status(rows, rules)
    small = staff & (rows["n"] < rules.min_n_principal_view) & (rows["n"] > 0)
    rows.loc[small, "status"] = Status.PROTECTED
    rows = _close_breakdowns(rows)
    return _exact(rows).assign(scope=rows["unit_id"])


def _district(
    estimates: pd.DataFrame, units: pd.DataFrame, rules: Rules
) -> pd.DataFrame:
    staff = estimates["respondents"].isin(STAFF)
    of_school = estimates["unit_kind"] == "school"
    rows = estimates[~(staff & of_school & (estimates["breakdown"] != "all"))].copy()
    rows["status"] = base_status(rows, rules)
    rows = _withhold_totals(rows, units, rules)
    rows = _close_breakdowns(rows)
    return _exact(rows).assign(scope="all")


def _exact(rows: pd.DataFrame) -> pd.DataFrame:
    out = rows.copy()
    out["coding"] = np.where(out["status"] == Status.SHOWN, Coding.EXACT.value, "")
    out["n_band"] = out["n"].map(n_band)
    out["rate"] = whole_rate(out["rate"])
    return out


def _close_breakdowns(rows: pd.DataFrame) -> pd.DataFrame:
    """Hide every part of a breakdown that could give a hidden part away.

    A school with one hidden part, or hidden itself, loses the breakdown and
    keeps its total, which readers need most. The district's breakdown goes
    when any school's part is hidden, because the others could be taken from it.
    """
    is_part = rows["breakdown"] != "all"
    unit = [*FAMILY, "unit_kind", "unit_id"]
    protected = (rows["status"] == Status.PROTECTED) & (rows["n"] > 0)
    broken = rows[protected & is_part][[*unit, "breakdown"]].drop_duplicates()
    hidden_units = rows[protected & ~is_part][unit].drop_duplicates()
    of_school = rows["unit_kind"] == "school"
    split = rows[protected & is_part & of_school][[*FAMILY, "breakdown"]]
    hit = (
        _matches(rows, broken)
        | _matches(rows, hidden_units)
        | (_matches(rows, split.drop_duplicates()) & ~of_school)
    )
    rows.loc[hit & is_part, "status"] = Status.PROTECTED
    return rows


def _matches(rows: pd.DataFrame, keys: pd.DataFrame) -> pd.Series:
    """Return which *rows* carry a combination of values listed in *keys*."""
    merged = rows[list(keys.columns)].merge(keys, how="left", indicator=True)
    return pd.Series((merged["_merge"] == "both").to_numpy(), index=rows.index)


def _withhold_totals(
    rows: pd.DataFrame, units: pd.DataFrame, rules: Rules
) -> pd.DataFrame:
    """Keep totals from giving a hidden school away (P7)."""
    memberships = _Memberships(units)
    for key, family in rows[rows["breakdown"] == "all"].groupby(FAMILY):
        too_close = _too_close(family)
        rows.loc[too_close, "status"] = Status.PROTECTED
        totals = family[
            family["unit_kind"].isin(TOTALS)
            & (family["status"] == Status.SHOWN)
            & ~family.index.isin(too_close)
        ]
        schools = family[(family["unit_kind"] == "school") & (family["n"] > 0)]
        if (schools["status"] == Status.SHOWN).all():
            continue
        parts = [
            Part(
                school,
                int(n),
                memberships.of(school, key[2]),
                shown=status == Status.SHOWN,
                sensitive=status == Status.PROTECTED,
            )
            for school, n, status in zip(
                schools["unit_id"], schools["n"], schools["status"], strict=True
            )
        ]
        names = totals["unit_kind"] + ":" + totals["unit_id"]
        found = protect(
            parts,
            dict(zip(names, totals["n"].astype(int), strict=True)),
            minimum=rules.minimum(family["respondents"].iloc[0]),
        )
        go = [*totals.index[names.isin(found.totals)]]
        go += [*schools.index[schools["unit_id"].isin(found.schools)]]
        rows.loc[go, "status"] = Status.PROTECTED
    return rows


class _Memberships:
    """Which totals a school is part of in a wave."""

    def __init__(self, units: pd.DataFrame) -> None:
        self._cohort = dict(zip(units["school_id"], units["cohort_id"], strict=True))
        self._launch = dict(zip(units["school_id"], units["launch_wave"], strict=True))

    def of(self, school: str, wave: int) -> frozenset[str]:
        names = {DISTRICT, f"cohort:{self._cohort[school]}"}
        launch = self._launch[school]
        if pd.notna(launch) and launch <= wave:
            names.add("launched:launched")
        return frozenset(names)


def _too_close(family: pd.DataFrame) -> pd.Index:
    """Return the launched total where it nearly equals the district's."""
    launched = family[family["unit_kind"] == "launched"]
    district = family[family["unit_kind"] == "district"]
    if launched.empty or district.empty:
        return launched.index
    apart_schools = district["schools"].iloc[0] - launched["schools"].iloc[0]
    apart_people = district["n"].iloc[0] - launched["n"].iloc[0]
    same = apart_schools == 0 and apart_people == 0
    enough = apart_schools >= APART_SCHOOLS and apart_people >= APART_PEOPLE
    return launched.index[:0] if enough or same else launched.index


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
    return out
