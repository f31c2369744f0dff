"""What registers say day by day: occasions, initiatives, requests, promised outcomes.

Dates and groups of people, never a person: titles, owners and texts stay behind.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb
import pandas as pd

from data.scoring.registers.calendar import Calendar

OCCASIONS = """
    SELECT 'CH-3' AS indicator_id, event_id AS occasion_id,
      coalesce(school_id, '') AS school_id, date AS starts_on, NULL::DATE AS ends_on,
      lead_groups AS led_by, audience_groups AS heard_by, depth::INTEGER AS depth,
      NULL::DOUBLE AS hours, NULL::VARCHAR AS serves, NULL::VARCHAR AS name
    FROM case_event WHERE kind = 'case' AND date <= $at
    UNION ALL
    SELECT 'NI-1', initiative_id, coalesce(school_id, ''), start,
      CASE WHEN ended <= $at THEN ended END, NULL, NULL, NULL,
      share_of_staff * hours, serves_pl, name
    FROM initiative WHERE start <= $at
    ORDER BY ALL"""
REQUESTS = """
    SELECT 'support' AS kind, request_id, school_id, category, opened AS opened_on,
      CASE WHEN first_reply <= $at THEN first_reply END AS replied_on,
      CASE WHEN closed <= $at THEN closed END AS closed_on,
      CASE WHEN closed <= $at THEN outcome END AS outcome
    FROM support_request WHERE opened <= $at
    UNION ALL
    SELECT 'exception', request_id, school_id, '', asked, NULL,
      CASE WHEN answered <= $at THEN answered END,
      CASE WHEN answered <= $at THEN answer END
    FROM exception_request WHERE asked <= $at
    ORDER BY ALL"""
OUTCOMES = """
    SELECT outcome_id, name_en, name_es, unit, direction, margin,
      registered_on
    FROM outcome_measure ORDER BY outcome_id"""


@dataclass(frozen=True)
class Diary:
    """Rows that are dates, as known on the last day of the release's wave.

    Attributes:
        occasions: one per occasion or initiative and school.
        requests: one per request, of support or of an exception.
        outcomes: one per outcome the district promised to hold.
    """

    occasions: pd.DataFrame
    requests: pd.DataFrame
    outcomes: pd.DataFrame


def read_diary(connection: duckdb.DuckDBPyConnection, calendar: Calendar) -> Diary:
    """Return the registers' own dates; nothing after the last window closed."""
    at = calendar.waves[-1][2] if calendar.waves else date.min
    frames = [
        _dates_as_text(connection.execute(sql, {"at": at} if "$at" in sql else {}).df())
        for sql in (OCCASIONS, REQUESTS, OUTCOMES)
    ]
    return Diary(*frames)


def _dates_as_text(frame: pd.DataFrame) -> pd.DataFrame:
    out = frame.copy()
    for column in [c for c in out.columns if c.endswith("_on")]:
        out[column] = out[column].astype("string").str.slice(0, 10)
    return out
