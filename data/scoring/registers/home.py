"""News of progress on its way home (FC-1)."""

from __future__ import annotations

import duckdb
import pandas as pd

from data.scoring.registers.calendar import Calendar

STEPS = ("sent", "opened", "two_way", "login")


def message_shares(
    connection: duckdb.DuckDBPyConnection, calendar: Calendar
) -> pd.DataFrame:
    """Return the students each step reached, out of all enrolled.

    The latest month up to each wave. Families without contact data stay in the
    denominator: they are enrolled and were sent nothing.

    Columns: part, wave_index, school_id, n, good.

    Source: specification 8.8 FC-1.
    """
    rows: list[tuple[str, int, str, int, int]] = []
    for wave, _, at in calendar.waves:
        found = connection.execute(
            """SELECT school_id, sum(sent)::INTEGER, sum(opened)::INTEGER,
                 sum(two_way)::INTEGER, sum(login)::INTEGER
               FROM message WHERE month = (SELECT max(month) FROM message
                 WHERE month <= ?) GROUP BY school_id ORDER BY 1""",
            [at.strftime("%Y-%m")],
        ).fetchall()
        reached = {school: counts for school, *counts in found}
        if not reached:
            continue
        for school in calendar.open_schools(at)["school_id"]:
            enrolled = calendar.people(wave, "students", school)
            counts = reached.get(school, [0] * len(STEPS))
            rows += [
                (part, wave, school, enrolled, min(count, enrolled))
                for part, count in zip(STEPS, counts, strict=True)
            ]
    return pd.DataFrame(rows, columns=["part", "wave_index", "school_id", "n", "good"])
