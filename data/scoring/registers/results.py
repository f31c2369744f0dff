"""Outcomes students reached, held against the past and schools still waiting (CU-4)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import duckdb
import pandas as pd

from data.model.rules import Rules
from data.scoring.figures import DISTRICT, Figure
from data.scoring.outcomes import (
    Change,
    Held,
    LevelChange,
    outcome_held,
    outcome_held_together,
)
from data.scoring.registers.calendar import Calendar

YEARS_BEFORE = 2
# A school year is whole at the end of June.
YEAR_ENDS = (6, 30)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the district promised to hold, set down with a date."""

    id: str
    direction: str
    margin: float
    registered_on: date


def outcome_figures(
    connection: duckdb.DuckDBPyConnection, calendar: Calendar, rules: Rules
) -> Iterator[Figure]:
    """Yield whether each launched school's outcomes held, wave by wave.

    Post is the latest year that was whole when the wave closed; pre is the mean of
    up to two years before launch. Compared with schools of the same level that had
    not launched through the post year.

    Source: specification 8.2 CU-4.
    """
    measures = [
        Outcome(*row)
        for row in connection.execute(
            """SELECT outcome_id, direction, margin, registered_on
               FROM outcome_measure ORDER BY 1"""
        ).fetchall()
    ]
    rows = connection.execute(
        """SELECT year, school_id, level, outcome_id, n, mean, sd,
             coalesce(definition, '') AS definition FROM outcome ORDER BY ALL"""
    ).df()
    if rows.empty:
        return
    rows["ends"] = [date(int(y[:4]) + 1, *YEAR_ENDS) for y in rows["year"]]
    launch = {
        str(s.school_id): None if pd.isna(s.launch_date) else s.launch_date.date()
        for s in calendar.schools.itertuples()
    }
    for wave, _, at in calendar.waves:
        whole = rows[rows["ends"] <= at]
        if whole.empty:
            continue
        post = whole["year"].max()
        for outcome in measures:
            mine = whole[whole["outcome_id"] == outcome.id]
            yield from _one(wave, outcome, mine, str(post), launch, rules)


@dataclass(frozen=True)
class _Year:
    """One outcome up to one year: who changed, who still waits.

    Attributes:
        changed: (school, level) → change and the fewest people behind it.
        waiting: level → changes of schools not launched through that year.
        reworded: units whose test was another one before.
    """

    changed: dict[tuple[str, str], tuple[Change, int]]
    waiting: dict[str, list[Change]]
    reworded: tuple[tuple[str, str], ...]


def _one(
    wave: int,
    outcome: Outcome,
    rows: pd.DataFrame,
    post: str,
    launch: dict[str, date | None],
    rules: Rules,
) -> Iterator[Figure]:
    year = _year(outcome, rows, post, launch)
    words: Counter[str] = Counter()
    for (school, level), (change, n) in year.changed.items():
        others = year.waiting.get(level, [])
        held = outcome_held(change, others, margin=outcome.margin)
        if n >= rules.min_n_student:
            words[held.word] += 1
        yield Figure(
            "CU-4", outcome.id, wave, "school", school, category=level,
            value=held.change if held.relative is None else held.relative,
            low=held.low, high=held.high, word=held.word.value, n=n, is_people=True,
            least=rules.min_n_student, of=held.compared,
        )  # fmt: skip
    for school, level in year.reworded:
        yield Figure(
            "CU-4", outcome.id, wave, "school", school, category=level,
            word="test_changed",
        )  # fmt: skip
    for word in Held if words else ():
        yield Figure(
            "CU-4", outcome.id, wave, *DISTRICT, category=word.value,
            value=words[word], n=words[word], of=sum(words.values()),
        )  # fmt: skip
    yield from _together(wave, outcome, year, rules)
    days = [launch.get(school) for school, _ in year.changed]
    if any(day is not None and day < outcome.registered_on for day in days):
        yield Figure(
            "CU-4", outcome.id, wave, *DISTRICT, category="margin",
            word="set_after_launch",
        )  # fmt: skip


def _together(
    wave: int, outcome: Outcome, year: _Year, rules: Rules
) -> Iterator[Figure]:
    """Yield all launched schools at once, those with few students left out."""
    by_level: dict[str, list[Change]] = defaultdict(list)
    people = 0
    for (_, level), (change, n) in year.changed.items():
        if n >= rules.min_n_student:
            by_level[level].append(change)
            people += n
    levels = [LevelChange(c, year.waiting.get(k, [])) for k, c in by_level.items()]
    found = outcome_held_together(levels, margin=outcome.margin)
    if found is None:
        if by_level:
            word = Held.NO_COMPARISON.value
            yield Figure(
                "CU-4", outcome.id, wave, *DISTRICT, category="together", word=word,
                n=0, of=sum(len(c) for c in by_level.values()),
            )  # fmt: skip
        return
    yield Figure(
        "CU-4", outcome.id, wave, *DISTRICT, category="together",
        value=found.relative, low=found.low, high=found.high, word=found.word.value,
        n=found.compared, of=sum(len(c) for c in by_level.values()),
    )  # fmt: skip


def _year(
    outcome: Outcome, rows: pd.DataFrame, post: str, launch: dict[str, date | None]
) -> _Year:
    changed: dict[tuple[str, str], tuple[Change, int]] = {}
    waiting: dict[str, list[Change]] = defaultdict(list)
    reworded = []
    end = date(int(post[:4]) + 1, *YEAR_ENDS)
    for (school, level), years in rows.groupby(["school_id", "level"]):
        day = launch.get(school)
        has_launched = day is not None and day <= end
        until = [e <= day if has_launched and day else e < end for e in years["ends"]]
        before = years[until].tail(YEARS_BEFORE)
        after = years[years["year"] == post]
        if before.empty or after.empty:
            continue
        if set(before["definition"]) != set(after["definition"]):
            reworded.append((str(school), str(level)))
            continue
        found = _change(before, after, outcome.direction)
        if has_launched:
            people = int(min(before["n"].min(), after["n"].min()))
            changed[str(school), str(level)] = found, people
        else:
            waiting[str(level)].append(found)
    return _Year(changed, dict(waiting), tuple(sorted(reworded)))


def _change(before: pd.DataFrame, after: pd.DataFrame, direction: str) -> Change:
    sign = 1 if direction == "more" else -1
    value = float(after["mean"].iloc[0] - before["mean"].mean())
    own = (before["sd"] ** 2 / before["n"].clip(lower=1)).sum() / len(before) ** 2
    variance = float(own + (after["sd"] ** 2 / after["n"].clip(lower=1)).iloc[0])
    return Change(sign * value, variance)
