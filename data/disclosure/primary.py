"""What is hidden for its own sake, before anything is hidden to cover it (P1, P7).

Primary suppression: groups under their minimum, scales that would tell a thinly
answered question, and totals that nearly are another total.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.disclosure.families import FAMILY, WHOLE
from data.disclosure.floors import CELL
from data.disclosure.together import together
from data.disclosure.verdicts import NONE, Reason, hide
from data.model.cell import Status
from data.model.rules import STAFF, Rules

PART = ["indicator_id", "part", "form"]
# "All schools" and "all launched schools" may share a screen only when they
# differ by this much (P7).
APART_SCHOOLS, APART_PEOPLE = 2, 20


@dataclass(frozen=True)
class Thin:
    """Rows of scales of which one question was answered by too few.

    The scale, less its other questions, would be that question.

    Attributes:
        for_all: fewer than any estimate may rest on.
        for_principals: fewer than a principal's own school must have.
    """

    for_all: pd.Index
    for_principals: pd.Index


def base_status(frame: pd.DataFrame, rules: Rules) -> pd.Series:
    """Return the status each row has on its own, before totals are looked at.

    Too few people comes before too low a rate: the rate of a small group would
    tell how many answered.

    Source: specification P1, E5.
    """
    return pd.Series(
        np.select(
            [
                frame["n"] == 0,
                frame["n"] < frame["respondents"].map(rules.minimum).astype(float),
                frame["rate_band"] == "not_reported",
            ],
            [Status.NOT_COLLECTED, Status.PROTECTED, Status.LOW_RR],
            Status.SHOWN,
        ),
        index=frame.index,
    )


def nobody_of_many(estimates: pd.DataFrame) -> pd.Index:
    """Return rows without anybody, of those who are counted in another part there.

    Where some were asked whether they had heard and nobody had, "of those who had"
    is a group of none, not a question nobody was asked: an empty cell would say that
    all the others answered alike, which their own number hides or rounds.

    Source: specification P5.0, CH-4.
    """
    parents = together().parents
    part = pd.MultiIndex.from_frame(estimates[PART])
    empty = estimates[part.isin(list(parents)) & (estimates["n"] == 0)]
    if empty.empty:
        return NONE
    cell = ["wave_index", *CELL]
    asked = estimates[part.isin(list(parents.values())) & (estimates["n"] > 0)]
    names = ["indicator_id", "part", "form"]
    holder = [parents[p] for p in empty[names].itertuples(index=False, name=None)]
    wanted = empty[cell].assign(
        **dict(zip(names, zip(*holder, strict=True), strict=True))
    )
    there = pd.MultiIndex.from_frame(asked[[*names, *cell]])
    return empty.index[pd.MultiIndex.from_frame(wanted[[*names, *cell]]).isin(there)]


def thin_scales(estimates: pd.DataFrame, answers: pd.DataFrame, rules: Rules) -> Thin:
    """Return the scales, unit by unit, of which one question is too thinly answered.

    Args:
        answers: how many chose each option: indicator_id, part, form, wave_index,
            unit_kind, unit_id, respondents, n.
    """
    if estimates.empty or answers.empty:
        return Thin(NONE, NONE)
    least = answers["respondents"].map(rules.minimum).astype(float)
    staff = answers["respondents"].isin(STAFF)
    view = least.where(~staff, float(rules.min_n_principal_view))
    keys = [*FAMILY, "unit_kind", "unit_id"]
    whole = estimates[(estimates["breakdown"] == WHOLE) & (estimates["n"] > 0)]
    rows = pd.MultiIndex.from_frame(whole[keys])

    def of(short: pd.Series) -> pd.Index:
        found = pd.MultiIndex.from_frame(answers.loc[short, keys].drop_duplicates())
        return whole.index[rows.isin(found)]

    return Thin(of(answers["n"] < least), of(answers["n"] < view))


def hide_launched_if_close(verdict: pd.DataFrame, estimates: pd.DataFrame) -> None:
    """Hide the launched schools' total where it nearly equals the district's (P7)."""
    whole = estimates[estimates["breakdown"] == WHOLE]
    launched = whole[whole["unit_kind"] == "launched"]
    everyone = whole.loc[whole["unit_kind"] == "district", [*FAMILY, "n", "schools"]]
    near = launched[[*FAMILY, "n", "schools"]].merge(
        everyone, how="left", on=FAMILY, suffixes=("", "_all")
    )
    apart_schools = near["schools_all"] - near["schools"]
    apart_people = near["n_all"] - near["n"]
    same = (apart_schools == 0) & (apart_people == 0)
    enough = (apart_schools >= APART_SCHOOLS) & (apart_people >= APART_PEOPLE)
    close = launched.index[(~(same | enough)).to_numpy()]
    hide(verdict, close, Reason.NEARLY_ALL_SCHOOLS)
