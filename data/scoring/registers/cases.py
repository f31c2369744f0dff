"""The register of case-making: reach, early and often, voices, depth (CH-1–3, CH-5)."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb
import pandas as pd

from data.model.rules import STAFF, Rules
from data.model.separation import Range
from data.scoring.figures import DISTRICT, Figure, Readers
from data.scoring.registers.calendar import Calendar
from data.scoring.voices import (
    FEW_EVENTS,
    HEARING_GROUPS,
    VOICE_GROUPS,
    WINDOW_DAYS,
    Event,
    deep_share,
    early_and_often,
    reach,
    reach_summary,
    sound,
    voices,
)

MONTHS_BACK = 12


@dataclass(frozen=True, slots=True)
class Case:
    """One occasion, as registered."""

    event_id: str
    on: date
    school: str | None
    audiences: tuple[str, ...]
    leads: tuple[str, ...]
    depth: int


@dataclass(frozen=True)
class Register:
    """Occasions on which the case was made, and whom they reached.

    Attributes:
        reached: event → group → (people known one by one, head-count).
    """

    cases: tuple[Case, ...]
    reached: dict[str, dict[str, tuple[float | None, float | None]]]


def read_cases(connection: duckdb.DuckDBPyConnection) -> Register:
    """Return the register; only entries of kind "case" count."""
    rows = connection.execute(
        """SELECT event_id, date, school_id, audience_groups, lead_groups, depth
           FROM case_event WHERE kind = 'case' ORDER BY date, event_id"""
    ).fetchall()
    cases = tuple(
        Case(name, day, school or None, _several(heard), _several(led), depth)
        for name, day, school, heard, led, depth in rows
    )
    reached: dict[str, dict[str, tuple[float | None, float | None]]] = defaultdict(dict)
    for name, group, unique, heads in connection.execute(
        """SELECT event_id, "group", sum(reached_unique), sum(headcount)
           FROM event_reach GROUP BY ALL"""
    ).fetchall():
        reached[name][group] = (unique, heads)
    return Register(cases, dict(reached))


def _several(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def case_figures(
    register: Register, calendar: Calendar, rules: Rules
) -> Iterator[Figure]:
    """Yield every figure of the chorus, wave by wave.

    Nothing is yielded for a wave before the first occasion: an empty register is
    no finding.

    Source: specification 8.3.
    """
    if not register.cases:
        return
    first = register.cases[0].on
    for wave, _, at in calendar.waves:
        if at < first:
            continue
        yield from _voices(register, wave, at, rules)
        yield from _reach(register, calendar, wave, at, rules)
        yield from _early(register, calendar, wave, at, rules)
        yield from _depth(register, wave, at)
    last, _, at = calendar.waves[-1]
    yield from _months(register, last, at, rules)


def _voices(register: Register, wave: int, at: date, rules: Rules) -> Iterator[Figure]:
    found = voices(_events(register), at, half_life=rules.half_life_days)
    few = 0 < found.events < FEW_EVENTS
    word = "none" if found.effective is None else sound(found.effective, rules.cuts)
    yield Figure(
        "CH-3", "voices", wave, *DISTRICT, value=found.effective, word=str(word),
        n=found.events, of=len(VOICE_GROUPS),
    )  # fmt: skip
    if found.effective is None:
        return
    if few:
        yield Figure("CH-3", "few_events", wave, *DISTRICT, n=found.events)
    yield Figure("CH-3", "evenness", wave, *DISTRICT, value=found.evenness)
    yield Figure("CH-3", "lone", wave, *DISTRICT, value=_percent(found.lone))
    for group, share in found.shares.items():
        yield Figure(
            "CH-3", "share", wave, *DISTRICT, category=group, value=_percent(share)
        )


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _events(register: Register) -> list[Event]:
    return [Event(c.on, c.leads) for c in register.cases]


def _months(register: Register, wave: int, at: date, rules: Rules) -> Iterator[Figure]:
    """Yield the number of voices at the end of each of the last twelve months."""
    day = at
    for _ in range(MONTHS_BACK):
        found = voices(_events(register), day, half_life=rules.half_life_days)
        if found.effective is not None:
            label = day.strftime("%Y-%m")
            for part, value in (
                ("month", found.effective),
                ("month_lone", _percent(found.lone)),
            ):
                yield Figure(
                    "CH-3", part, wave, *DISTRICT, category=label, value=value,
                    n=found.events,
                )  # fmt: skip
        day = day.replace(day=1) - timedelta(days=1)


def _window(register: Register, at: date) -> list[Case]:
    return [c for c in register.cases if 0 <= (at - c.on).days < WINDOW_DAYS]


def _reach(
    register: Register, calendar: Calendar, wave: int, at: date, rules: Rules
) -> Iterator[Figure]:
    """Yield who has heard: a range per group, and the least-reached one."""
    recent = _window(register, at)
    ranges: dict[str, Range] = {}
    for group in HEARING_GROUPS:
        size = BOARD_SIZE if group == "board" else calendar.people(wave, group)
        low, high = _range(register, recent, group, size)
        yield _range_figure("CH-1", wave, DISTRICT, group, (low, high), size, rules)
        # Nobody knows how many there are: anything from none to all has heard.
        ranges[group] = (0.0, 1.0) if low is None or high is None else (low, high)
    yield from _reach_summary(wave, ranges)
    for school in calendar.open_schools(at)["school_id"]:
        mine = [c for c in recent if c.school == school]
        for group in HEARING_GROUPS[:3]:
            size = calendar.people(wave, group, school)
            if not any(group in register.reached.get(c.event_id, {}) for c in mine):
                # Nobody was counted at this school; district-wide occasions may
                # have reached it all the same. That is not "nobody has heard".
                continue
            ends = _range(register, mine, group, size)
            unit = ("school", school)
            yield _range_figure("CH-1", wave, unit, group, ends, size, rules)


def _reach_summary(wave: int, ranges: dict[str, Range]) -> Iterator[Figure]:
    """Yield the least reached, named where its range lies under all others."""
    summary = reach_summary(ranges)
    if summary is None:
        return
    one = len(summary.least) == 1
    for part, ends, scale, word in (
        ("least", summary.value, 100, summary.least[0] if one else UNTOLD),
        ("mean", summary.mean, 100, None),
        ("evenness", summary.evenness, 1, None),
    ):
        if ends is not None:
            low, high = (scale * x for x in ends)
            point = low if math.isclose(low, high) else None
            yield Figure(
                "CH-1", part, wave, *DISTRICT, value=point, low=low, high=high,
                word=word,
            )  # fmt: skip
    for group in () if one else summary.least:
        yield Figure("CH-1", "could_be_least", wave, *DISTRICT, category=group)


UNTOLD = "cannot_be_told"
# Public bodies are counted as they sit.
BOARD_SIZE = 7


def _range(
    register: Register, cases: list[Case], group: str, size: int
) -> tuple[float | None, float | None]:
    of_none = (None, None)
    told = [register.reached.get(c.event_id, {}).get(group, of_none) for c in cases]
    found = reach([n for pair in told for n in pair if n is not None], size)
    return found.low, found.high


def _range_figure(
    indicator: str,
    wave: int,
    unit: tuple[str, str],
    group: str,
    ends: tuple[float | None, float | None],
    size: int,
    rules: Rules,
) -> Figure:
    low, high = (_percent(x) for x in ends)
    least = 0 if group == "board" else rules.minimum(group)
    readers = Readers.STAFF if group in STAFF else Readers.EVERYONE
    return Figure(
        indicator, "reach", wave, *unit, readers=readers, category=group,
        value=low if low == high else None, low=low, high=high,
        word=None if size else "no_roster", n=size or None, is_people=group != "board",
        is_percent=True, least=least,
    )  # fmt: skip


def _early(
    register: Register, calendar: Calendar, wave: int, at: date, rules: Rules
) -> Iterator[Figure]:
    """Yield how early and how often each group of each school heard."""
    district = [c for c in register.cases if c.school is None]
    by_school: dict[str, list[Case]] = defaultdict(list)
    for case in register.cases:
        if case.school:
            by_school[case.school].append(case)
    for row in calendar.open_schools(at).itertuples():
        cases = [*district, *by_school[str(row.school_id)]]
        launch = None if pd.isna(row.launch_date) else row.launch_date.date()
        for group in HEARING_GROUPS[:-1]:
            found = early_and_often(
                [c.on for c in cases if group in c.audiences],
                at,
                launch=launch,
                half_life=rules.half_life_days,
                early_days=int(rules.early_days),
            )
            unit = ("school", str(row.school_id))
            if found.timing is not None:
                yield Figure(
                    "CH-2", "lead_days", wave, *unit, category=group,
                    value=found.lead_days, word=found.timing.value,
                )  # fmt: skip
            yield Figure(
                "CH-2", "often", wave, *unit, category=group, value=100 * found.often,
                word=found.rhythm.value,
            )  # fmt: skip
            if found.recency is not None:
                yield Figure(
                    "CH-2", "recency", wave, *unit, category=group,
                    value=found.recency,
                )  # fmt: skip


def _depth(register: Register, wave: int, at: date) -> Iterator[Figure]:
    """Yield how far each group was let in, by people reached."""
    for group in HEARING_GROUPS:
        contacts: dict[int, float] = defaultdict(float)
        for case in _window(register, at):
            known, heads = register.reached.get(case.event_id, {}).get(
                group, (None, None)
            )
            contacts[case.depth] += known or heads or 0
        share = deep_share(contacts)
        if share is None:
            continue
        yield Figure("CH-5", "deep", wave, *DISTRICT, category=group, value=100 * share)
        total = sum(contacts.values())
        for depth in range(1, 6):
            yield Figure(
                "CH-5", f"depth_{depth}", wave, *DISTRICT, category=group,
                value=100 * contacts.get(depth, 0) / total,
            )  # fmt: skip
