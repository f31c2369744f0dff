"""Whom a launched school is compared with over which years, or why not (CU-4)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import duckdb
import pandas as pd

from data.scoring.outcomes import Change
from data.scoring.registers.calendar import Calendar

YEARS_BEFORE = 2
# A school year is whole at the end of June.
YEAR_ENDS = (6, 30)
# Why a launched school has no verdict.
TEST_CHANGED, NOT_YET, MISSING = "test_changed", "not_yet", "missing"
NO_PAST, CLOSED = "no_past", "closed"
# A school, or its grades of one level.
Place = tuple[str, str]
Years = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the district promised to hold, set down with a date."""

    id: str
    direction: str
    margin: float
    registered_on: date


@dataclass(frozen=True, slots=True)
class Result:
    """One outcome of one place in one year.

    Attributes:
        variance: sampling variance of the mean, from students.
        definition: which test it was; two of them cannot be compared.
    """

    n: int
    mean: float
    variance: float
    definition: str


Results = Mapping[Place, Mapping[str, Result]]


@dataclass(frozen=True, slots=True)
class School:
    """When a school launched and closed, and of what level it is."""

    level: str
    launch: date | None
    closed: date | None


def schools_of(calendar: Calendar) -> dict[str, School]:
    """Return what this needs to know of each school."""

    def day(value: object) -> date | None:
        return None if pd.isna(value) else pd.Timestamp(value).date()

    return {
        str(s.school_id): School(str(s.level), day(s.launch_date), day(s.closed_on))
        for s in calendar.schools.itertuples()
    }


def read_results(connection: duckdb.DuckDBPyConnection) -> dict[str, Results]:
    """Return outcome → place → year → result."""
    rows = connection.execute(
        """SELECT outcome_id, school_id, level, year, n, mean,
             coalesce(sd, 0) ** 2 / greatest(n, 1), coalesce(definition, '')
           FROM outcome ORDER BY ALL"""
    ).fetchall()
    found: dict[str, dict[Place, dict[str, Result]]] = defaultdict(dict)
    for outcome, school, level, year, *result in rows:
        found[outcome].setdefault((school, level), {})[year] = Result(*result)
    return dict(found)


def year_end(year: str) -> date:
    """Return the day a school year is whole, for "2025-26" June 30, 2026."""
    return date(int(year[:4]) + 1, *YEAR_ENDS)


@dataclass(frozen=True, slots=True)
class Launched:
    """Launched schools of one level whose pre years are the same.

    Attributes:
        schools: school → change and the fewest people behind it.
        others: who waited, with their changes over the same years.
    """

    level: str
    schools: dict[str, tuple[Change, int]]
    others: dict[str, Change]


@dataclass(frozen=True, slots=True)
class Year:
    """One outcome up to one year.

    Attributes:
        groups: launched schools with those they are matched with.
        unjudged: launched schools that are not compared, with the word for why.
        days: launch days of the schools in groups.
        waiting: level → changes of those not launched, over the latest years.
    """

    groups: tuple[Launched, ...]
    unjudged: tuple[tuple[Place, str], ...]
    days: tuple[date, ...]
    waiting: dict[str, list[Change]]


def matched(
    outcome: Outcome,
    results: Results,
    schools: Mapping[str, School],
    post: str,
    at: date,
) -> Year:
    """Return one outcome up to the year *post*, as known on the day *at*.

    Args:
        results: of this outcome, by school and level.

    Source: specification 8.2 CU-4; decision 0026.
    """
    by_years: dict[tuple[str, Years], list[str]] = defaultdict(list)
    waiting: dict[str, list[str]] = defaultdict(list)
    unjudged, days = [], []
    for school, level in sorted({*results, *_absent(results, schools)}):
        found = results.get((school, level), {})
        known = schools.get(school)
        day = known.launch if known else None
        if day is None or day > year_end(post):
            waiting[level].append(school)
        if known is None or day is None or day > at:
            continue
        before = tuple(y for y in sorted(found) if year_end(y) <= day)[-YEARS_BEFORE:]
        why = _why_not(found, before, post, known, at)
        if why is not None:
            unjudged.append(((school, level), why))
            continue
        by_years[level, before].append(school)
        days.append(day)

    def changes(schools: Iterable[str], level: str, before: Years) -> dict[str, Change]:
        over = {s: results.get((s, level), {}) for s in schools}
        return {
            s: _change(r, before, post, outcome.direction)
            for s, r in over.items()
            if {*before, post} <= r.keys() and not _is_reworded(r, (*before, post))
        }

    groups = []
    for (level, before), started in sorted(by_years.items()):
        own = changes(started, level, before)
        people = {
            s: min(results[s, level][y].n for y in (*before, post)) for s in started
        }
        others = changes(waiting[level], level, before)
        groups.append(
            Launched(level, {s: (own[s], people[s]) for s in started}, others)
        )
    years = sorted({y for found in results.values() for y in found if y < post})
    latest = tuple(years[-YEARS_BEFORE:])
    still = {
        level: list(changes(schools, level, latest).values()) if latest else []
        for level, schools in waiting.items()
    }
    return Year(tuple(groups), tuple(unjudged), tuple(days), still)


def _absent(results: Results, schools: Mapping[str, School]) -> Iterator[Place]:
    """Yield the schools an outcome is kept for that are nowhere in its file.

    It is kept for schools of a level where any has a result; theirs would be of the
    grades most of those have.
    """
    grades: dict[str, Counter[str]] = defaultdict(Counter)
    for school, level in results:
        if school in schools:
            grades[schools[school].level][level] += 1
    there = {school for school, _ in results}
    for school, known in schools.items():
        if school not in there and known.level in grades:
            yield school, grades[known.level].most_common(1)[0][0]


def _why_not(
    found: Mapping[str, Result], before: Years, post: str, school: School, at: date
) -> str | None:
    """Return why a launched school cannot be compared; None where it can."""
    if school.closed is not None and school.closed <= at:
        return CLOSED
    if school.launch is not None and school.launch > year_end(post):
        return NOT_YET
    if post not in found:
        return MISSING
    if not before:
        return NO_PAST
    return TEST_CHANGED if _is_reworded(found, (*before, post)) else None


def _is_reworded(found: Mapping[str, Result], years: Iterable[str]) -> bool:
    return len({found[y].definition for y in years}) > 1


def _change(
    found: Mapping[str, Result], before: Years, post: str, direction: str
) -> Change:
    sign = 1 if direction == "more" else -1
    past, now = [found[y] for y in before], found[post]
    value = now.mean - sum(r.mean for r in past) / len(past)
    variance = sum(r.variance for r in past) / len(past) ** 2 + now.variance
    return Change(sign * value, variance)
