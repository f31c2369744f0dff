"""Results published elsewhere: shares as their source gave them, with what is known."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import pandas as pd

from data.scoring import formulas
from data.scoring.response_rates import rate_band


@dataclass(frozen=True, slots=True)
class SummaryFrames:
    """Published measures and their values per school and wave, unprotected.

    Attributes:
        measures: one row per measure, with `has_n` and `is_public`.
        values: measure_id, wave_index, school_id, level, area, share, low, high
            (missing where n is unknown), n, eligible, rate.
    """

    measures: pd.DataFrame
    values: pd.DataFrame


def summary_frames(
    connection: duckdb.DuckDBPyConnection, *, last_wave: int
) -> SummaryFrames:
    """Return every published measure up to *last_wave*.

    Where the source gives n, the interval is Wilson's; where it gives n and N,
    the response rate follows from them unless the source states it.
    """
    values = connection.execute(
        """SELECT v.measure_id, w.wave_index, v.school_id, u.level, u.area,
             m.respondents, v.share, v.n, v.eligible,
             coalesce(v.rate, 100.0 * v.n / nullif(v.eligible, 0)) AS rate
           FROM summary_values v JOIN summary_measures m USING (measure_id)
           JOIN waves w USING (wave) JOIN units u USING (school_id)
           WHERE w.wave_index <= ? ORDER BY 1, 2, 3""",
        [last_wave],
    ).df()
    values["n"] = values["n"].astype(float)
    known = values["n"].notna()
    low, high = formulas.wilson(values["share"] / 100, values["n"].fillna(1))
    values["low"] = np.where(known, 100 * low, np.nan)
    values["high"] = np.where(known, 100 * high, np.nan)
    values["rate_band"] = [
        rate_band(None if pd.isna(rate) else float(rate), group)
        for rate, group in zip(values["rate"], values["respondents"], strict=True)
    ]
    measures = connection.execute(
        """SELECT m.*, EXISTS (SELECT 1 FROM summary_values v
             WHERE v.measure_id = m.measure_id AND v.n IS NOT NULL) AS has_n
           FROM summary_measures m WHERE EXISTS (SELECT 1 FROM summary_values v
             JOIN waves w USING (wave) WHERE v.measure_id = m.measure_id
             AND w.wave_index <= ?) ORDER BY measure_id""",
        [last_wave],
    ).df()
    return SummaryFrames(measures, values)
