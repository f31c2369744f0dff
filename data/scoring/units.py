"""The schools a release speaks of, with what the made measures need of them."""

from __future__ import annotations

import duckdb


def prepare_units(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `units`: each school with its cohort and first exposed wave.

    The first exposed wave opens at least 30 days after launch. Where the launch
    lies before the first wave we hold, its index is negative: as many half
    years as there are between the two, two survey windows a year. Beside it
    `engines`: the learning engine each school had registered by each wave.

    Source: specification 3.3, 8.5.
    """
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE units AS
           SELECT s.school_id, s.name, coalesce(s.level, 'unknown') AS level, s.area,
             coalesce(s.cohort_id, 0) AS cohort_id, s.launch_date, s.closed_on,
             s.formerly,
             CASE WHEN s.launch_date + INTERVAL 30 DAY <= first.opens_on
               THEN -round(date_diff('day', s.launch_date + INTERVAL 30 DAY,
                           first.opens_on::TIMESTAMP) / 182.625)::INTEGER
               ELSE (SELECT min(wave_index) FROM waves w
                     WHERE w.opens_on >= s.launch_date + INTERVAL 30 DAY)
             END AS launch_wave
           FROM schools s, (SELECT min(opens_on) AS opens_on FROM waves) first"""
    )
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE engines AS
           SELECT w.wave_index, e.school_id, arg_max(e.engine_type, e.valid_from)
             AS engine_type
           FROM waves w JOIN learning_engine e ON e.valid_from <= w.closes_on
           GROUP BY ALL"""
    )
