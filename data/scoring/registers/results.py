"""Outcomes students reached, held against the past and schools still waiting (CU-4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import median

import duckdb

from data.model.rules import Rules
from data.model.vocabulary import OUTCOME_WORDS
from data.scoring.figures import DISTRICT, Figure
from data.scoring.outcomes import (
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
from data.scoring.registers.matched_years import (
    Outcome,
    Year,
    matched,
    read_results,
    schools_of,
    year_end,
)

# A school with so few students that its word is hidden is counted all the same.
PROTECTED = "protected"
# Parts that say something about an outcome, named in `about`; the outcome itself is
# a part of its own name.
COULD_SHOW, DECIDABLE, OUTCOMES = "could_show", "decidable", "outcomes"


def outcome_figures(
    connection: duckdb.DuckDBPyConnection, calendar: Calendar, rules: Rules
) -> Iterator[Figure]:
    """Yield whether each launched school's outcomes held, wave by wave.

    Post is the latest year that was whole when the wave closed; pre is the mean of
    up to two years before launch. Compared with schools of the same level that had
    not launched through the post year, over the very same years: what all schools
    share in those years cancels. Every launched school is counted, compared or not.

    Source: specification 8.2 CU-4; decision 0026.
    """
    measures = [
        Outcome(*row)
        for row in connection.execute(
            """SELECT outcome_id, direction, margin, registered_on
               FROM outcome_measure ORDER BY 1"""
        ).fetchall()
    ]
    results = read_results(connection)
    schools = schools_of(calendar)
    years = sorted({y for found in results.values() for m in found.values() for y in m})
    for wave, _, at in calendar.waves:
        whole = [y for y in years if year_end(y) <= at]
        if not whole:
            continue
        told: Counter[str] = Counter()
        for outcome in measures:
            mine = results.get(outcome.id, {})
            year = matched(outcome, mine, schools, whole[-1], at)
            yield from _each_school(wave, outcome, year, rules)
            for figure in _together(wave, outcome, year, rules):
                told[figure.word or ""] += figure.part == outcome.id
                yield figure
            yield from _decidable(wave, outcome, year, rules)
        for word in OUTCOME_WORDS if told.total() else ():
            yield Figure(
                "CU-4", OUTCOMES, wave, *DISTRICT, category=word, value=told[word],
                n=told[word], of=told.total(),
            )  # fmt: skip


def _each_school(
    wave: int, outcome: Outcome, year: Year, rules: Rules
) -> Iterator[Figure]:
    """Yield each launched school's word, and how many are called what."""
    words: Counter[str] = Counter()
    for group in year.groups:
        others = list(group.others.values())
        for school, (change, n) in group.schools.items():
            held = outcome_held(change, others, margin=outcome.margin)
            words[held.word if n >= rules.min_n_student else PROTECTED] += 1
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
    for (school, level), why in year.unjudged:
        words[why] += 1
        yield Figure(
            "CU-4", outcome.id, wave, "school", school, category=level, word=why
        )
    for word in OUTCOME_WORDS if words.total() else ():
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
    wave: int, outcome: Outcome, year: Year, rules: Rules
) -> Iterator[Figure]:
    """Yield all launched schools at once, those with few students left out."""
    found, of = _held_together(outcome, year, rules)
    if found is None:
        # Where nothing can be compared that is said all the same, with the one reason
        # all schools have if they have one.
        reasons = {why for _, why in year.unjudged}
        for group in year.groups:
            few = (n < rules.min_n_student for _, n in group.schools.values())
            reasons.add(PROTECTED if all(few) else Held.NO_COMPARISON.value)
        word = reasons.pop() if len(reasons) == 1 else None
        if of:
            yield Figure(
                "CU-4", outcome.id, wave, *DISTRICT, category="together",
                word=word or Held.NO_COMPARISON.value, n=0, of=of,
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
    outcome: Outcome, year: Year, rules: Rules
) -> tuple[OutcomeHeld | None, int]:
    groups = [
        Matched(
            g.level,
            [c for c, n in g.schools.values() if n >= rules.min_n_student],
            g.others,
        )
        for g in year.groups
    ]
    of = sum(len(g.schools) for g in year.groups) + len(year.unjudged)
    return outcome_held_together(groups, margin=outcome.margin), of


def _decidable(
    wave: int, outcome: Outcome, year: Year, rules: Rules
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
