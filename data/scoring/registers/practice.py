"""Tries, initiatives and professional learning (CU-3, NI-1, PL-1, PL-2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

import duckdb
import numpy as np
import pandas as pd

from data.model.rules import Rules
from data.scoring.figures import DISTRICT, Figure, Readers
from data.scoring.formulas import wilson
from data.scoring.load import Initiative, load
from data.scoring.registers.calendar import Calendar
from data.scoring.tries import GUARDRAILS, Tries, Try, tries

FEWEST_TRIES = 3
FEWEST_FOR_SHARE = 10
Unit = tuple[str, str]
HOURS_LINES = (14, 49)


def try_figures(
    connection: duckdb.DuckDBPyConnection, calendar: Calendar, rules: Rules
) -> Iterator[Figure]:
    """Yield the log of tries per school, cohort and district.

    Source: specification 8.2 CU-3.
    """
    rows = connection.execute(
        """SELECT school_id, start, attributes, outcome_guard, evidence_plan, stop_rule,
             result, shared_with, closed FROM try ORDER BY try_id"""
    ).fetchall()
    if not rows:
        return
    first = min(r[1] for r in rows)
    for wave, _, at in calendar.waves:
        if at < first:
            continue
        log: dict[str, list[Try]] = defaultdict(list)
        for school, start, *guards, result, shared, closed in rows:
            named = zip(GUARDRAILS, guards, strict=True)
            known = frozenset(name for name, words in named if words)
            running = closed is None or closed > at
            now = "running" if running else result
            log[school].append(Try(start, known, now, shared))
        for unit, schools in units_of(calendar, at):
            mine = [t for s in schools for t in log[s]]
            teachers = sum(calendar.people(wave, "teachers", s) for s in schools)
            if teachers < rules.min_n_staff:
                continue
            found = tries(mine, at, teachers=teachers)
            if found is not None:
                yield from _try_figures(wave, unit, found, teachers)


def _try_figures(
    wave: int, unit: Unit, found: Tries, teachers: int
) -> Iterator[Figure]:
    none = found.tries == 0
    yield Figure(
        "CU-3", "rate", wave, *unit, readers=Readers.STAFF, value=found.rate,
        low=found.low, high=found.high, word="none_logged" if none else None,
        n=found.tries, of=teachers, least=FEWEST_TRIES, adds_up=True,
    )  # fmt: skip
    for part, count, whole in (
        ("responsible", found.responsible, found.tries),
        ("learned", found.learned, found.closed),
        ("stopped", found.stopped, found.closed),
    ):
        if whole < FEWEST_FOR_SHARE:
            continue
        low, high = wilson([count / whole], [whole])
        yield Figure(
            "CU-3", part, wave, *unit, readers=Readers.STAFF,
            value=100 * count / whole, low=100 * low[0], high=100 * high[0], n=whole,
        )  # fmt: skip
    if unit == DISTRICT and found.tries >= FEWEST_TRIES:
        yield from _log_figures(wave, found)


def _log_figures(wave: int, found: Tries) -> Iterator[Figure]:
    """Yield what became of the district's tries, and which guardrails they name."""
    for result, count in found.results.items():
        yield Figure(
            "CU-3", "result", wave, *DISTRICT, readers=Readers.STAFF,
            category=result, value=count, n=found.tries,
        )  # fmt: skip
    if found.tries < FEWEST_FOR_SHARE:
        return
    for guardrail, count in found.naming.items():
        low, high = wilson([count / found.tries], [found.tries])
        yield Figure(
            "CU-3", "guardrail", wave, *DISTRICT, readers=Readers.STAFF,
            category=guardrail, value=100 * count / found.tries, low=100 * low[0],
            high=100 * high[0], n=found.tries,
        )  # fmt: skip


def units_of(calendar: Calendar, at: date) -> Iterator[tuple[Unit, list[str]]]:
    """Yield each school, cohort and the district, with the schools in it."""
    schools = calendar.open_schools(at)
    for school in schools["school_id"]:
        yield ("school", str(school)), [str(school)]
    for cohort, rows in schools.groupby("cohort_id"):
        yield ("cohort", str(cohort)), rows["school_id"].tolist()
    yield DISTRICT, schools["school_id"].tolist()


def load_figures(
    connection: duckdb.DuckDBPyConnection, calendar: Calendar
) -> Iterator[Figure]:
    """Yield what is asked of each school at once, and of cohorts and the district.

    Of several schools the mean, and of all their hours the share that serves.

    Source: specification 8.7 NI-1.
    """
    rows = connection.execute(
        """SELECT nullif(school_id, ''), start, ended, share_of_staff, hours, serves_pl
           FROM initiative ORDER BY initiative_id, school_id"""
    ).fetchall()
    if not rows:
        return
    everywhere = [Initiative(*r[1:]) for r in rows if r[0] is None]
    own: dict[str, list[Initiative]] = defaultdict(list)
    for school, *rest in rows:
        if school:
            own[school].append(Initiative(*rest))
    first = min(r[1] for r in rows)
    for wave, _, at in calendar.waves:
        if at < first:
            continue
        found = {
            school: load([*own[school], *everywhere], at)
            for school in calendar.open_schools(at)["school_id"]
        }
        for unit, schools in units_of(calendar, at):
            mine = [found[s] for s in schools]
            for part, values in (
                ("hours", [(x.hours, 1.0) for x in mine]),
                # A share of hours: where most are, it weighs most.
                ("aligned", [(_percent(x.aligned), x.hours) for x in mine]),
                ("active", [(float(x.active), 1.0) for x in mine]),
                ("started", [(float(x.started), 1.0) for x in mine]),
                ("ended", [(float(x.ended), 1.0) for x in mine]),
                ("unmeasured", [(float(x.unmeasured), 1.0) for x in mine]),
            ):
                known = [(v, w) for v, w in values if v is not None and w is not None]
                if not known:
                    continue
                amounts, weights = zip(*known, strict=True)
                value = float(np.average(amounts, weights=weights))
                yield Figure(
                    "NI-1", part, wave, *unit, value=value, n=len(known), of=len(mine)
                )


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


ATTENDED = """
    SELECT a.attendee_key, a.school_id, s.date, s.hours, s.format, s.attributes
    FROM attendance a JOIN session s USING (session_id)
    WHERE s.date <= ? AND s.date > ?::DATE - INTERVAL 365 DAY"""


def learning_shares(
    connection: duckdb.DuckDBPyConnection, calendar: Calendar
) -> pd.DataFrame:
    """Return PL-1 as counted shares: teachers reached out of the roster.

    Columns: part, wave_index, school_id, n, good.

    Source: specification 8.8 PL-1.
    """
    frames = []
    for wave, _, at in calendar.waves:
        found = connection.execute(
            f"""WITH attended AS ({ATTENDED}),
                people AS (
                  SELECT school_id, attendee_key,
                    bool_or(format = 'workshop') AS workshop,
                    list(DISTINCT unnest_attribute) AS attributes
                  FROM (SELECT *, unnest(string_split(coalesce(attributes, ''), ';'))
                          AS unnest_attribute FROM attended) GROUP BY ALL),
                followed AS (
                  SELECT DISTINCT w.attendee_key FROM attended w JOIN attended f
                    ON f.attendee_key = w.attendee_key AND f.format IN
                      ('coaching', 'visit', 'collaborative_planning')
                    AND f.date BETWEEN w.date AND w.date + INTERVAL 60 DAY
                  WHERE w.format = 'workshop')
                SELECT school_id, count(*) AS reached, count_if(workshop) AS workshop,
                  count_if(workshop AND attendee_key IN (FROM followed)) AS followed,
                  count_if(list_contains(attributes, 'voice')) AS voice,
                  count_if(list_contains(attributes, 'co_creation')) AS co_creation,
                  count_if(list_contains(attributes, 'social_construction'))
                    AS social_construction,
                  count_if(list_contains(attributes, 'self_discovery'))
                    AS self_discovery
                FROM people GROUP BY school_id""",
            [at, at],
        ).df()
        if found.empty:
            continue
        known = dict(zip(found["school_id"], found.itertuples(), strict=True))
        for school in calendar.open_schools(at)["school_id"]:
            teachers = calendar.people(wave, "teachers", school)
            row = known.get(school)
            for part in ("reached", *ATTRIBUTES):
                good = getattr(row, part) if row is not None else 0
                frames.append((part, wave, school, teachers, min(good, teachers)))
            if row is not None and row.workshop:
                frames.append(
                    ("followed", wave, school, int(row.workshop), int(row.followed))
                )
    return pd.DataFrame(
        frames, columns=["part", "wave_index", "school_id", "n", "good"]
    )


ATTRIBUTES = ("voice", "co_creation", "social_construction", "self_discovery")


def dose_figures(
    connection: duckdb.DuckDBPyConnection, calendar: Calendar, rules: Rules
) -> Iterator[Figure]:
    """Yield hours of professional learning per teacher on the roster.

    Teachers who came to nothing count as zero hours; head-count-only sessions count
    in teacher-hours alone.

    Source: specification 8.8 PL-2.
    """
    for wave, _, at in calendar.waves:
        hours = connection.execute(
            f"""SELECT school_id, attendee_key, sum(hours) AS hours
                FROM ({ATTENDED}) GROUP BY ALL ORDER BY ALL""",
            [at, at],
        ).df()
        heads = dict(
            connection.execute(
                """SELECT coalesce(school_id, ''), sum(headcount * hours) FROM session
                   WHERE headcount IS NOT NULL AND date <= ?
                     AND date > ?::DATE - INTERVAL 365 DAY GROUP BY 1""",
                [at, at],
            ).fetchall()
        )
        if hours.empty and not heads:
            continue
        by_school = {s: g["hours"].to_numpy() for s, g in hours.groupby("school_id")}
        for unit, schools in units_of(calendar, at):
            teachers = sum(calendar.people(wave, "teachers", s) for s in schools)
            given = np.concatenate([by_school.get(s, np.zeros(0)) for s in schools])
            absent = max(teachers - len(given), 0)
            doses = np.concatenate([given, np.zeros(absent)])
            if not len(doses):
                continue
            extra = sum(heads.get(s, 0.0) for s in schools)
            extra += heads.get("", 0.0) if unit == DISTRICT else 0.0
            yield from _doses(wave, unit, doses, float(given.sum() + extra), rules)


def _doses(
    wave: int, unit: Unit, doses: np.ndarray, total: float, rules: Rules
) -> Iterator[Figure]:
    quarter, median, three = np.quantile(doses, [0.25, 0.5, 0.75])
    shares = [(f"over_{h}", 100 * float((doses >= h).mean())) for h in HOURS_LINES]
    for part, value, low, high in (
        ("median", float(median), float(quarter), float(three)),
        ("teacher_hours", total, None, None),
        *((part, share, None, None) for part, share in shares),
    ):
        yield Figure(
            "PL-2", part, wave, *unit, readers=Readers.STAFF, value=value, low=low,
            high=high, n=len(doses), is_people=True, least=rules.min_n_staff,
        )  # fmt: skip
