"""Weights within a school, by rule E4: by grade band or by language of the home.

Two strata a school, as the made-up district's files have: a stratum under ten answers
joins the other, and then nobody is weighted.
"""

from __future__ import annotations

import pandas as pd
from oracle.exports import Exports

FEWEST, HEAVIEST = 10, 3.0


def weights(
    x: Exports, answers: pd.DataFrame, group: str, by: str
) -> dict[tuple[int, str], pd.Series]:
    """Return (wave, school) → the weight of each stratum.

    Args:
        by: the roster's column of strata, `grade_band` or `language`.
    """
    roster = x.table("roster").astype({"n": int})
    roster = roster[roster["stakeholder_group"] == group]
    stratum = roster[by]
    if by == "language":
        stratum = stratum.where(stratum == "en", "other")
    people = roster.groupby(["wave", "school_id", stratum])["n"].sum()
    given = answers.filter(regex=r"^[SF]\.").notna()
    enough = given.sum(axis=1) * 2 >= given.shape[1]
    found = {}
    for (wave, school), mine in answers.groupby(["wave_index", "school_id"]):
        here = people.get((x.labels[int(wave)], school))
        # Who answers the form answers half of its questions at least (E5).
        answered = mine.loc[enough[mine.index], "stratum"].value_counts()
        if here is None or mine["stratum"].isna().any() or len(answered) < 2:
            continue
        here = here.reindex(answered.index)
        if here.isna().any() or answered.min() < FEWEST:
            continue
        part = here / here.sum()
        weight = (part / (answered / answered.sum())).clip(upper=HEAVIEST)
        weight /= (weight * answered).sum() / answered.sum()
        found[int(wave), str(school)] = weight
    return found
