"""What the made-up district's principals say each month, ask for, and are given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

import numpy as np

from data.district.answers import is_open
from data.district.exports import wave_opens
from data.district.schools import LAUNCHES, SEED, WAVES, School, leaders_of

Row = dict[str, object]

# What is said, and the codes two people gave it; invented, like everything here.
EXCITED = (
    ("Students explain their own plans to visitors", "E1"),
    ("Two teams share their units without being asked", "E2;E4"),
    ("The new advisory time works", "E3"),
    ("Families came to the exhibition", "E5"),
    ("We visited another school and came home with ideas", "E7"),
    ("nothing", ""),
)
WORRIED = (
    ("There is never time to plan together", "W1"),
    ("Some colleagues are not convinced yet", "W2"),
    ("One more program on top of the others", "W3"),
    ("How test results will look in spring", "W4"),
    ("Families ask what personalized means", "W5"),
    ("We lose two teachers this summer", "W8"),
)
HELP = (
    ("Cover, so that teams can meet", "S1"),
    ("A coach for co-creation", "S2"),
    ("A waiver for the grading rule", "S5"),
    ("A link to a school that has done it", "S8"),
    ("Fewer requests from the office", "S9"),
)
SECOND_CODER, AGREES = 0.25, 0.9
PULSE_RATE = 0.8
MONTHS = (9, 10, 11, 12, 1, 2, 3, 4, 5)


def tables(
    schools: list[School], first_wave: int
) -> Iterator[tuple[str, Iterable[Row]]]:
    """Yield (name, rows) of the registers leaders fill."""
    yield "pulse", _pulse(schools, first_wave)
    yield "support_request", _requests(schools, first_wave)
    yield "exception_request", _exceptions(schools, first_wave)


def _months(first_wave: int) -> Iterator[date]:
    day, last = wave_opens(first_wave).replace(day=1), wave_opens(len(WAVES) - 1)
    while day <= last:
        if day.month in MONTHS:
            yield day
        day = (day + timedelta(days=32)).replace(day=1)


def _pulse(schools: list[School], first_wave: int) -> Iterator[Row]:
    rng = np.random.default_rng([SEED, 51])
    # Few have fewer worries about time; the rest come and go.
    for day in _months(first_wave):
        for place, school in enumerate(schools):
            if not is_open(school, _wave_of(day)):
                continue
            for leader in range(leaders_of(school)):
                if rng.random() > PULSE_RATE:
                    continue
                yield from _answers(rng, day, place, leader, school)


def _wave_of(day: date) -> int:
    return max(k for k in range(len(WAVES)) if k == 0 or wave_opens(k) <= day)


def _answers(
    rng: np.random.Generator, day: date, place: int, leader: int, school: School
) -> Iterator[Row]:
    launched = day >= LAUNCHES[school.cohort]
    for question, said in (("P.PU.1", EXCITED), ("P.PU.2", WORRIED), ("P.PU.3", HELP)):
        weights = np.ones(len(said))
        if question == "P.PU.2":
            weights[0] = 4 if launched else 1
        pick = int(rng.choice(len(said), p=weights / weights.sum()))
        text, codes = said[pick]
        base = {
            "month": day.strftime("%Y-%m"),
            "principal_key": f"P{place}-{leader}",
            "question": question,
            "text": text,
            "school_id": school.school_id,
        }
        yield {**base, "codes": codes, "coder": "A"}
        if rng.random() < SECOND_CODER:
            other = said[(pick + 1) % len(said)][1]
            second = codes if rng.random() < AGREES else other
            yield {**base, "codes": second, "coder": "B"}
    energy = int(np.clip(rng.normal(3.4 if launched else 3.1, 0.9), 1, 5))
    yield {
        "month": day.strftime("%Y-%m"),
        "principal_key": f"P{place}-{leader}",
        "question": "P.PU.4",
        "text": str(energy),
        "codes": "",
        "coder": "",
        "school_id": school.school_id,
    }


def _requests(schools: list[School], first_wave: int) -> Iterator[Row]:
    rng = np.random.default_rng([SEED, 52])
    last = wave_opens(len(WAVES) - 1) + timedelta(days=20)
    number = 0
    for day in _months(first_wave):
        for school in schools:
            if rng.random() > 0.16 or not is_open(school, _wave_of(day)):
                continue
            number += 1
            opened = day + timedelta(days=int(rng.integers(0, 27)))
            waits = int(rng.exponential(35)) + 2
            closed = opened + timedelta(days=waits)
            is_closed = closed <= last
            result = str(
                rng.choice(
                    ["met", "partly", "declined", "withdrawn"],
                    p=[0.55, 0.25, 0.15, 0.05],
                )
            )
            if opened > last:
                continue
            yield {
                "request_id": f"SR-{number:05d}",
                "school_id": school.school_id,
                "opened": opened.isoformat(),
                "category": str(rng.choice(["S1", "S2", "S5", "S8", "S9"])),
                "owner": "support team",
                "first_reply": (opened + timedelta(days=min(waits, 6))).isoformat(),
                "closed": closed.isoformat() if is_closed else "",
                "outcome": result if is_closed else "",
            }


def _exceptions(schools: list[School], first_wave: int) -> Iterator[Row]:
    rng = np.random.default_rng([SEED, 53])
    last = wave_opens(len(WAVES) - 1) + timedelta(days=20)
    number = 0
    for day in _months(first_wave):
        for school in schools:
            if rng.random() > 0.05:
                continue
            number += 1
            asked = day + timedelta(days=int(rng.integers(0, 27)))
            if asked > last:
                continue
            answered = asked + timedelta(days=int(rng.exponential(28)) + 3)
            is_answered = answered <= last
            yield {
                "request_id": f"EX-{number:05d}",
                "school_id": school.school_id,
                "asked": asked.isoformat(),
                "answered": answered.isoformat() if is_answered else "",
                "answer": str(
                    rng.choice(["granted", "partly", "refused"], p=[0.5, 0.3, 0.2])
                )
                if is_answered
                else "",
            }
