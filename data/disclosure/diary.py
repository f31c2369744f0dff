"""The registers' own dates as each audience reads them."""

from __future__ import annotations

import pandas as pd

from data.model.viewer import Audience

OF_THE_CASE = "CH-3"


def occasions_for(audience: Audience, occasions: pd.DataFrame) -> pd.DataFrame:
    """Return when the case was made, and for staff what each school is asked.

    An occasion is a public act of an office. An initiative has a name the district
    gave it, and shows what one school's staff carry: staff read it.
    """
    rows = occasions.assign(scope="all")
    if audience is Audience.PUBLIC:
        rows = rows[rows["indicator_id"] == OF_THE_CASE]
    return rows.reset_index(drop=True)


def requests_for(audience: Audience, requests: pd.DataFrame) -> pd.DataFrame:
    """Return every request to district leaders, a school's own to that school.

    A request is one principal's; the public reads counts and waiting times alone.
    """
    match audience:
        case Audience.PUBLIC:
            return requests.head(0).assign(scope="all")
        case Audience.SCHOOL:
            return requests.assign(scope=requests["school_id"])
        case Audience.DISTRICT:
            return requests.assign(scope="all")
