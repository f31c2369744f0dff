"""Top and bottom coding, bands of n, rounding: how a shown value looks in public."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from data.model.cell import Coding

# (fewest people, percent hidden at each end): P3.
ENDS: Final = ((300, 1), (100, 2), (40, 5), (20, 10), (10, 20))
FEWEST_FOR_ENDS: Final = 20
# Lower edges of the published bands of n: P4.
BANDS: Final = ((300, "300+"), (100, "100–299"), (40, "40–99"), (20, "20–39"))
STAFF_BAND = "5–9"


def end_width(n: float) -> int:
    """Return how many percent at each end are recoded for *n* people.

    Below twenty the widest row applies, also for staff groups of five to nine.

    Source: specification P3.
    """
    return next((width for least, width in ENDS if n >= least), FEWEST_FOR_ENDS)


def n_band(n: float) -> str:
    """Return the band the public reads instead of *n*.

    Source: specification P4; "5–9" continues it for staff, whose minimum is 5.
    """
    lowest = "10–19" if n >= ENDS[-1][0] else STAFF_BAND
    return next((label for least, label in BANDS if n >= least), lowest)


def whole_rate(rate: pd.Series) -> pd.Series:
    """Return response rates in whole percent, rounded down.

    So that 29.6 never reads as the 30 it did not reach (specification E5).
    """
    return np.floor(rate + 1e-9)


def code_ends(frame: pd.DataFrame) -> pd.DataFrame:
    """Return value, low, high and coding with the ends of the scale recoded.

    Args:
        frame: value, low, high (percent) and n.

    Source: specification P3.
    """
    width = frame["n"].map(end_width).astype(float)
    top, bottom = frame["value"] > 100 - width, frame["value"] < width
    out = frame[["value", "low", "high"]].copy()
    out["value"] = np.select([top, bottom], [100 - width, width], out["value"].round())
    for column in ("low", "high"):
        clipped = out[column].clip(lower=width, upper=100 - width).round()
        out[column] = clipped.mask(top | bottom)
    out["coding"] = np.select(
        [top, bottom],
        [Coding.AT_LEAST.value, Coding.AT_MOST.value],
        Coding.EXACT.value,
    )
    return out


def code_for_public(frame: pd.DataFrame) -> pd.DataFrame:
    """Return *frame* with shown shares recoded, rounded and n banded.

    A share beyond the end is replaced by the end itself, without interval or
    mean; every other interval is clipped to the same ends. Exact n, N and the
    mean are taken out.

    Args:
        frame: columns share, low, high (percent), n, and whatever else.
    """
    out = frame.copy()
    width = out["n"].map(end_width).astype(float)
    share = out["share"]
    top, bottom = share > 100 - width, share < width
    ends = top | bottom
    out["coding"] = np.select(
        [share.isna(), top, bottom],
        ["", Coding.AT_LEAST.value, Coding.AT_MOST.value],
        Coding.EXACT.value,
    )
    out["share"] = np.select([top, bottom], [100 - width, width], share.round())
    for column in ("low", "high", "shrunk", "shrunk_low", "shrunk_high"):
        if column in out:
            clipped = out[column].clip(lower=width, upper=100 - width).round()
            out[column] = clipped.mask(ends)
    out["n_band"] = out["n"].map(n_band)
    out["rate"] = whole_rate(out["rate"])
    return out.assign(n=np.nan, eligible=np.nan)
