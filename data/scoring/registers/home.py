"""News of progress on its way home (FC-1)."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pandas as pd

from data.model.rules import Rules
from data.scoring.figures import DISTRICT, Figure
from data.scoring.registers.calendar import Calendar

STEPS = ("sent", "opened", "two_way", "login")
FEWEST_LANGUAGES = 2


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


def language_figures(
    connection: duckdb.DuckDBPyConnection, calendar: Calendar, rules: Rules
) -> Iterator[Figure]:
    """Yield, of homes that were sent news in a language, how many opened or replied.

    District wide, in the latest month up to each wave. Nothing is yielded where one
    language has few homes at any step: the others would give it away.

    Source: specification 8.8 FC-1, P5.
    """
    least = int(rules.min_n_student)
    for wave, _, at in calendar.waves:
        rows = connection.execute(
            """SELECT language, sum(sent)::INTEGER, sum(opened)::INTEGER,
                 sum(two_way)::INTEGER
               FROM message WHERE month = (SELECT max(month) FROM message
                 WHERE month <= ?) GROUP BY language ORDER BY 1""",
            [at.strftime("%Y-%m")],
        ).fetchall()
        steps = [
            (language, part, sent, count)
            for language, sent, opened, replied in rows
            for part, count in (("opened", opened), ("two_way", replied))
        ]
        few = any(min(count, sent - count) < least for _, _, sent, count in steps)
        if len(rows) < FEWEST_LANGUAGES or few:
            continue
        for language, part, sent, count in steps:
            yield Figure(
                "FC-1", f"{part}_of_sent", wave, *DISTRICT, category=language,
                value=100 * count / sent, n=sent, is_people=True, is_percent=True,
                least=least,
            )  # fmt: skip
