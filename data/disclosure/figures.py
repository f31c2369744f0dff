"""Figures of registers as each audience reads them: P1, P3–P5, P7, P9."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from data.disclosure.coding import code_ends, n_band
from data.disclosure.families import Memberships, family_of
from data.disclosure.readers import kinds_of, may_read
from data.disclosure.suppression import Question, protect
from data.model.cell import Coding, Status
from data.model.rules import Rules
from data.model.viewer import Audience

KEYS = [
    "indicator_id", "part", "about", "wave_index", "unit_kind", "unit_id", "category",
]  # fmt: skip
COLUMNS = [
    *KEYS, "scope", "status", "value", "low", "high", "coding", "word", "n_band", "n",
    "of",
]  # fmt: skip
THEME = "theme"
OF_STAFF = "teachers"
NUMBERS = ["value", "low", "high", "n_band", "n", "of", "word", "coding"]


def figures_for(
    audience: Audience, figures: pd.DataFrame, rules: Rules
) -> pd.DataFrame:
    """Return what *audience* may see of *figures*.

    Who reads what stands in the table P2 (`data/catalogue/readers.yaml`).

    Args:
        figures: with the status `figure_status` gave them.
    """
    if figures.empty:
        return pd.DataFrame(columns=COLUMNS)
    rows = figures.assign(kind=kinds_of("figures", figures), breakdown="all")
    in_public = may_read(rows, "public")
    match audience:
        case Audience.DISTRICT:
            found = _exact(rows[may_read(rows, "district")]).assign(scope="all")
        case Audience.PUBLIC:
            found = _coded(rows[in_public])
        case Audience.SCHOOL:
            own = rows[may_read(rows, "school") & ~in_public]
            own = _exact(own).assign(scope=own["unit_id"])
            # A principal's view of the own school's staff asks for more of them.
            few = own["kind"].eq(OF_STAFF) & own["is_people"].astype(bool)
            few &= own["n"].gt(0) & own["n"].lt(rules.min_n_principal_view)
            own.loc[few, "status"] = Status.PROTECTED
            found = pd.concat([_coded(rows[in_public]), own])
    hidden = found["status"] != Status.SHOWN
    found.loc[hidden, ["value", "low", "high", "n", "of"]] = np.nan
    found.loc[hidden, ["n_band", "word", "coding"]] = None
    # Which themes a hidden group named is hidden with it.
    found.loc[hidden & (found["part"] == THEME), "category"] = ""
    found = found.drop_duplicates([*KEYS, "scope"])
    return found[COLUMNS].sort_values([*KEYS, "scope"], ignore_index=True)


def figure_status(figures: pd.DataFrame, units: pd.DataFrame) -> pd.Series:
    """Return each figure's status: too few behind it, or cover for such a one.

    Args:
        figures: as from scoring, unprotected.
        units: school_id, cohort_id, launch_wave.
    """
    if figures.empty:
        return pd.Series(dtype=object)
    few = (figures["n"] < figures["least"]) & (
        (figures["n"] > 0) | figures["is_people"].astype(bool)
    )
    status = pd.Series(
        np.where(few, Status.PROTECTED, Status.SHOWN), index=figures.index
    )
    adding = figures[figures["adds_up"].astype(bool)]
    places = Memberships(units)
    for _, rows in adding.groupby(["indicator_id", "part", "wave_index", "category"]):
        hidden = np.flatnonzero(status[rows.index] == Status.PROTECTED)
        if not len(hidden):
            continue
        family = family_of(
            rows.assign(favourable=0.0, breakdown="all", category="all"), places
        )
        least = int(rows["least"].max())
        question = Question(
            frozenset(hidden.tolist()),
            dict.fromkeys(hidden.tolist(), least),
            frozenset(),
            family.ranks,
        )
        # Counts alone: nothing was answered, so there is no mind to be of.
        more = protect(replace(family.system, favourable=None), question)
        status[rows.index[sorted(more)]] = Status.PROTECTED
    return _small_groups_covered(figures, status, places)


def _small_groups_covered(
    figures: pd.DataFrame, status: pd.Series, places: Memberships
) -> pd.Series:
    """Hide what one more cohort says where the district's would tell a small one's.

    Principals of cohorts add up to the district's: its themes less those of the
    others are the themes of the cohort left out, all of them at once.
    """
    themes = figures[figures["part"] == THEME]
    for _, rows in themes.groupby(["indicator_id", "wave_index"]):
        groups = rows.drop_duplicates(["unit_kind", "unit_id"])
        hidden = np.flatnonzero(status[groups.index] == Status.PROTECTED)
        if not len(hidden):
            continue
        family = family_of(
            groups.assign(favourable=0.0, breakdown="all", category="all"), places
        )
        question = Question(
            frozenset(hidden.tolist()),
            dict.fromkeys(hidden.tolist(), int(groups["least"].max())),
            frozenset(),
            family.ranks,
        )
        more = protect(replace(family.system, favourable=None), question)
        cover = groups.iloc[sorted(more)][["unit_kind", "unit_id"]]
        units = pd.MultiIndex.from_frame(rows[["unit_kind", "unit_id"]])
        status[rows.index[units.isin(pd.MultiIndex.from_frame(cover))]] = (
            Status.PROTECTED
        )
    return status


def _exact(rows: pd.DataFrame) -> pd.DataFrame:
    people = rows["is_people"].astype(bool)
    band = rows["n"].map(n_band, na_action="ignore")
    return rows.assign(coding=Coding.EXACT.value, n_band=band.where(people, None))


def _coded(rows: pd.DataFrame) -> pd.DataFrame:
    """Recode the ends of shares of people, and band how many there are."""
    out = _exact(rows).assign(scope="all")
    people = out["is_people"].astype(bool)
    shares = people & out["is_percent"].astype(bool) & out["n"].notna()
    if shares.any():
        out.loc[shares, ["value", "low", "high", "coding"]] = code_ends(out[shares])
    # An outcome may be in hundredths of a standard deviation.
    fine = out["indicator_id"] == "CU-4"
    numbers = ["value", "low", "high"]
    for whole, digits in ((people & ~shares & ~fine, 1), (people & ~shares & fine, 2)):
        out.loc[whole, numbers] = out.loc[whole, numbers].round(digits)
    out.loc[people, ["n", "of"]] = np.nan
    return out
