"""Outcomes students reached, held against the past and schools still waiting (CU-4)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

import duckdb
import pandas as pd

from data.model.rules import Rules
from data.scoring.figures import DISTRICT, Figure
from data.scoring.outcomes import (
    Change,
    Held,
    Matched,
    OutcomeHeld,
    decidable_margin,
    dip_called,
    is_never_met,
    outcome_held,
    outcome_held_together,
)
from data.scoring.registers.calendar import Calendar

YEARS_BEFORE = 2
# A school year is whole at the end of June.
YEAR_ENDS = (6, 30)
TEST_CHANGED = "test_changed"
WORDS = (*(w.value for w in Held), TEST_CHANGED)
# Parts that say something about an outcome, named in `about`; the outcome itself is
# a part of its own name.
COULD_SHOW, DECIDABLE, OUTCOMES = "could_show", "decidable", "outcomes"
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


def outcome_figures(
    connection: duckdb.DuckDBPyConnection, calendar: Calendar, rules: Rules
) -> Iterator[Figure]:
    """Yield whether each launched school's outcomes held, wave by wave.

    Post is the latest year that was whole when the wave closed; pre is the mean of
    up to two years before launch. Compared with schools of the same level that had
    not launched through the post year, over the very same years: what all schools
    share in those years cancels.

    Source: specification 8.2 CU-4; decision 0026.
    """
    measures = [
        Outcome(*row)
        for row in connection.execute(
            """SELECT outcome_id, direction, margin, registered_on
               FROM outcome_measure ORDER BY 1"""
        ).fetchall()
    ]
    results = _read(connection)
    launch = {
        str(s.school_id): None if pd.isna(s.launch_date) else s.launch_date.date()
        for s in calendar.schools.itertuples()
    }
    years = sorted({y for found in results.values() for m in found.values() for y in m})
    for wave, _, at in calendar.waves:
        whole = [y for y in years if _end(y) <= at]
        if not whole:
            continue
        told: Counter[str] = Counter()
        for outcome in measures:
            mine = results.get(outcome.id, {})
            year = _year(outcome, mine, whole[-1], launch)
            yield from _schools(wave, outcome, year, rules)
            for figure in _together(wave, outcome, year, rules):
                told[figure.word or ""] += figure.part == outcome.id
                yield figure
            yield from _decidable(wave, outcome, year, rules)
        for word in WORDS if told.total() else ():
            yield Figure(
                "CU-4", OUTCOMES, wave, *DISTRICT, category=word, value=told[word],
                n=told[word], of=told.total(),
            )  # fmt: skip


def _read(connection: duckdb.DuckDBPyConnection) -> dict[str, Results]:
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


def _end(year: str) -> date:
    return date(int(year[:4]) + 1, *YEAR_ENDS)


@dataclass(frozen=True, slots=True)
class _Launched:
    """Launched schools of one level whose pre years are the same.

    Attributes:
        schools: school → change and the fewest people behind it.
        others: who waited, with their changes over the same years.
    """

    level: str
    schools: dict[str, tuple[Change, int]]
    others: dict[str, Change]


@dataclass(frozen=True, slots=True)
class _Year:
    """One outcome up to one year.

    Attributes:
        groups: launched schools with those they are matched with.
        reworded: places whose test was another one before.
        days: launch days of the schools in groups.
        waiting: level → changes of those not launched, over the latest years.
    """

    groups: tuple[_Launched, ...]
    reworded: tuple[Place, ...]
    days: tuple[date, ...]
    waiting: dict[str, list[Change]]


def _year(
    outcome: Outcome, results: Results, post: str, launch: Mapping[str, date | None]
) -> _Year:
    by_years: dict[tuple[str, Years], list[str]] = defaultdict(list)
    waiting: dict[str, list[str]] = defaultdict(list)
    reworded, days = [], []
    for (school, level), found in sorted(results.items()):
        day = launch.get(school)
        if day is None or day > _end(post):
            waiting[level].append(school)
            continue
        before = tuple(y for y in sorted(found) if _end(y) <= day)[-YEARS_BEFORE:]
        if not before or post not in found:
            continue
        if _is_reworded(found, (*before, post)):
            reworded.append((school, level))
            continue
        by_years[level, before].append(school)
        days.append(day)

    def changes(schools: Iterable[str], level: str, before: Years) -> dict[str, Change]:
        over = {s: results[s, level] for s in schools}
        return {
            s: _change(r, before, post, outcome.direction)
            for s, r in over.items()
            if {*before, post} <= r.keys() and not _is_reworded(r, (*before, post))
        }

    groups = []
    for (level, before), schools in sorted(by_years.items()):
        own = changes(schools, level, before)
        people = {
            s: min(results[s, level][y].n for y in (*before, post)) for s in schools
        }
        others = changes(waiting[level], level, before)
        groups.append(
            _Launched(level, {s: (own[s], people[s]) for s in schools}, others)
        )
    years = sorted({y for found in results.values() for y in found if y < post})
    latest = tuple(years[-YEARS_BEFORE:])
    still = {
        level: list(changes(schools, level, latest).values()) if latest else []
        for level, schools in waiting.items()
    }
    return _Year(tuple(groups), tuple(reworded), tuple(days), still)


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


def _schools(
    wave: int, outcome: Outcome, year: _Year, rules: Rules
) -> Iterator[Figure]:
    """Yield each launched school's word, and how many are called what."""
    words: Counter[str] = Counter()
    for group in year.groups:
        others = list(group.others.values())
        for school, (change, n) in group.schools.items():
            held = outcome_held(change, others, margin=outcome.margin)
            words[held.word] += n >= rules.min_n_student
            yield Figure(
                "CU-4", outcome.id, wave, "school", school, category=group.level,
                value=held.change if held.relative is None else held.relative,
                low=held.low, high=held.high, word=held.word.value, n=n,
                is_people=True, least=rules.min_n_student, of=held.compared,
            )  # fmt: skip
            if held.relative is not None:
                yield Figure(
                    "CU-4", COULD_SHOW, wave, "school", school, about=outcome.id,
                    category=group.level, value=dip_called(held.se, outcome.margin),
                    n=n, is_people=True, least=rules.min_n_student,
                )  # fmt: skip
    for school, level in year.reworded:
        words[TEST_CHANGED] += 1
        yield Figure(
            "CU-4", outcome.id, wave, "school", school, category=level,
            word=TEST_CHANGED,
        )  # fmt: skip
    for word in WORDS if words.total() else ():
        yield Figure(
            "CU-4", outcome.id, wave, *DISTRICT, category=word, value=words[word],
            n=words[word], of=words.total(),
        )  # fmt: skip
    if any(day < outcome.registered_on for day in year.days):
        yield Figure(
            "CU-4", outcome.id, wave, *DISTRICT, category="margin",
            word="set_after_launch",
        )  # fmt: skip


def _together(
    wave: int, outcome: Outcome, year: _Year, rules: Rules
) -> Iterator[Figure]:
    """Yield all launched schools at once, those with few students left out."""
    found, of = _held_together(outcome, year, rules)
    if found is None:
        # Where every test changed there is nothing to compare; it is said all the same.
        word = Held.NO_COMPARISON.value if of else TEST_CHANGED
        if of or year.reworded:
            yield Figure(
                "CU-4", outcome.id, wave, *DISTRICT, category="together", word=word,
                n=0, of=of or len(year.reworded),
            )  # fmt: skip
        return
    yield Figure(
        "CU-4", outcome.id, wave, *DISTRICT, category="together",
        value=found.relative, low=found.low, high=found.high, word=found.word.value,
        n=found.compared, of=of,
    )  # fmt: skip
    yield Figure(
        "CU-4", COULD_SHOW, wave, *DISTRICT, about=outcome.id, category="together",
        value=dip_called(found.se, outcome.margin), n=found.compared, of=of,
    )  # fmt: skip


def _held_together(
    outcome: Outcome, year: _Year, rules: Rules
) -> tuple[OutcomeHeld | None, int]:
    groups = [
        Matched(
            g.level,
            [c for c, n in g.schools.values() if n >= rules.min_n_student],
            g.others,
        )
        for g in year.groups
    ]
    of = sum(len(g.schools) for g in groups)
    return outcome_held_together(groups, margin=outcome.margin), of


def _decidable(
    wave: int, outcome: Outcome, year: _Year, rules: Rules
) -> Iterator[Figure]:
    """Yield the margin a school, and the district, can decide at all.

    Before anyone launched, each waiting school stands for one that might: set against
    the others of its level over the latest years.

    Source: specification 8.2 CU-4; decision 0026.
    """
    ses = [
        outcome_held(change, list(g.others.values()), margin=outcome.margin)
        for g in year.groups
        for change, n in g.schools.values()
        if n >= rules.min_n_student
    ]
    if not year.groups:
        ses = [
            outcome_held(c, [*level[:k], *level[k + 1 :]], margin=outcome.margin)
            for level in year.waiting.values()
            for k, c in enumerate(level)
        ]
    found, _ = _held_together(outcome, year, rules)
    for category, mine in (
        ("school", [h.se for h in ses if h.relative is not None]),
        ("together", [] if found is None else [found.se]),
    ):
        if mine:
            yield _margin(wave, outcome, category, mine)


def _margin(wave: int, outcome: Outcome, category: str, ses: Sequence[float]) -> Figure:
    return Figure(
        "CU-4", DECIDABLE, wave, *DISTRICT, about=outcome.id, category=category,
        value=decidable_margin(median(ses)), n=len(ses),
        word="never_met" if is_never_met(ses, outcome.margin) else None,
    )  # fmt: skip
