"""What happens in the made-up district between surveys, as its registers keep it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

import numpy as np

from data.district.answers import is_open
from data.district.exports import wave_opens
from data.district.schools import LAUNCHES, SEED, WAVES, School, leaders_of

Row = dict[str, object]

VOICES = ("students", "families", "teachers", "building_admins", "board")
# In the first year the superintendent speaks; every year another voice joins.
JOINS_IN_YEAR = {
    "board": 1,
    "building_admins": 1,
    "teachers": 2,
    "families": 3,
    "students": 4,
}
ATTRIBUTES = ("voice", "co_creation", "social_construction", "self_discovery")
HOURS_OF_WORKSHOP = 3.0
COACHING_SHARE = 0.35
INITIATIVES = (
    # name, start month of every school year or none, serves, share, hours
    ("Student-led conferences", "core", 0.9, 6.0),
    ("Advisory time", "supports", 0.5, 4.0),
    ("New reading screener", "separate", 1.0, 2.0),
    ("Attendance campaign", "separate", 0.3, 5.0),
)
MARGINS = (
    ("attendance", "Attendance rate", "Tasa de asistencia", "points", 1.0),
    ("course_success", "Courses passed", "Cursos aprobados", "points", 2.0),
    ("assessment", "State assessment", "Evaluación estatal", "SD", 0.05),
)
OUTCOME_YEARS = (2021, 2022, 2023, 2024, 2025)
PORTAL_SHARE = 0.27


def tables(
    schools: list[School], first_wave: int
) -> Iterator[tuple[str, Iterable[Row]]]:
    """Yield (name, rows) of every register, in the order of import."""
    first_day = wave_opens(first_wave) - timedelta(days=400)
    events = list(_events(schools, first_day))
    yield "case_event", [event for event, _ in events]
    yield "event_reach", [row for _, rows in events for row in rows]
    yield "initiative", _initiatives(schools)
    sessions = list(_sessions(schools, first_day))
    yield "session", [session for session, _ in sessions]
    yield "attendance", [row for _, rows in sessions for row in rows]
    yield "try", _tries(schools, first_day)
    yield "outcome_measure", _outcome_measures()
    yield "outcome", _outcomes(schools)
    yield "message", _messages(schools, first_wave)
    yield "analysis_plan", _plans()


def school_years(first_day: date) -> range:
    """Return the years in whose fall something is registered."""
    last = wave_opens(len(WAVES) - 1)
    return range(first_day.year, last.year + 1)


def _day(rng: np.random.Generator, year: int, month: int) -> date:
    return date(year, month, int(rng.integers(1, 28)))


def _events(schools: list[School], first_day: date) -> Iterator[tuple[Row, list[Row]]]:
    """Yield occasions on which the case was made, with who was reached."""
    rng = np.random.default_rng([SEED, 41])
    last = wave_opens(len(WAVES) - 1)
    number = 0
    for index in range((last.year - first_day.year) * 12 + last.month):
        year, month = divmod(first_day.year * 12 + index, 12)
        day = _day(rng, year, month + 1)
        if not first_day <= day <= last:
            continue
        years_in = max(0, (day - LAUNCHES[1]).days // 365 + 1)
        able = [g for g, joins in JOINS_IN_YEAR.items() if years_in >= joins]
        leads = ["superintendent"] if rng.random() < 0.5 or not able else []
        leads += [g for g in able if rng.random() < 0.45]
        leads = leads or [str(rng.choice(able))]
        heard = [g for g in VOICES if rng.random() < 0.6] or ["teachers"]
        number += 1
        event = _event(f"CE-{number:04d}", day, "", heard, leads, rng)
        yield event, _reached(rng, str(event["event_id"]), heard, schools)
    for place, school in enumerate(schools):
        # One school in five hears late, if at all.
        early = 25 if place % 5 == 0 else 100
        for k, after in enumerate((-early, 40, 200, 380)):
            day = LAUNCHES[school.cohort] + timedelta(days=after)
            if not first_day <= day <= last:
                continue
            heard = ["families", "teachers"] if k % 2 == 0 else ["students", "families"]
            name = f"CE-{school.school_id}-{k}"
            years_in = max(0, (day - LAUNCHES[1]).days // 365 + 1)
            able = [g for g, joins in JOINS_IN_YEAR.items() if years_in >= joins]
            leads = [str(rng.choice(able))] if able else ["superintendent"]
            event = _event(name, day, school.school_id, heard, leads, rng)
            yield event, _reached(rng, name, heard, [school])


def _event(
    name: str,
    day: date,
    school: str,
    heard: list[str],
    leads: list[str],
    rng: np.random.Generator,
) -> Row:
    depth = int(rng.choice([1, 2, 3, 4, 5], p=[0.4, 0.28, 0.18, 0.1, 0.04]))
    return {
        "event_id": name,
        "date": day.isoformat(),
        "title": "Why we are changing how students learn",
        "format": ("letter", "evening", "workshop", "panel", "council")[depth - 1],
        "school_id": school,
        "audience_groups": ";".join(heard),
        "lead_groups": ";".join(leads),
        "depth": depth,
        "languages": "en;es" if rng.random() < 0.7 else "en",
        "kind": "case" if rng.random() < 0.9 else "update",
    }


def _reached(
    rng: np.random.Generator, event: str, heard: list[str], schools: list[School]
) -> list[Row]:
    rows: list[Row] = []
    size = {
        "students": sum(sum(s.pupils.values()) for s in schools),
        "families": sum(round(sum(s.pupils.values()) * 0.8) for s in schools),
        "teachers": sum(s.teachers for s in schools),
        "building_admins": sum(leaders_of(s) for s in schools),
        "board": 7,
    }
    for group in heard:
        whole = size[group]
        count = int(rng.binomial(whole, rng.uniform(0.15, 0.5)))
        known = group in {"teachers", "building_admins", "board"}
        rows.append(
            {
                "event_id": event,
                "group": group,
                "school_id": schools[0].school_id if len(schools) == 1 else "",
                "reached_unique": count if known else "",
                "headcount": "" if known else count,
                "roster_n": whole,
            }
        )
    return rows


def _initiatives(schools: list[School]) -> Iterator[Row]:
    rng = np.random.default_rng([SEED, 42])
    for place, school in enumerate(schools):
        for k, (name, serves, share, hours) in enumerate(INITIATIVES):
            if serves in {"core", "supports"}:
                start = LAUNCHES[school.cohort] + timedelta(days=60 * k)
                ended: date | None = None
            else:
                start = date(2022, 9, 12) + timedelta(days=220 * ((place + k) % 6))
                ended = start + timedelta(days=500) if rng.random() < 0.5 else None
            unknown = rng.random() < 0.06
            yield {
                "initiative_id": f"IN-{k}-{school.school_id}",
                "name": name,
                "owner": "district office" if serves == "separate" else "school",
                "school_id": school.school_id,
                "start": start.isoformat(),
                "planned_end": "",
                "ended": ended.isoformat() if ended else "",
                "share_of_staff": share,
                "hours": "" if unknown else hours,
                "serves_pl": serves,
                "mandated_by": "state" if k == 3 else "",
                "replaces": "",
            }
    yield {
        "initiative_id": "IN-district",
        "name": "New learner management system",
        "owner": "district office",
        "school_id": "",
        "start": "2025-01-13",
        "planned_end": "2027-06-30",
        "ended": "",
        "share_of_staff": 1.0,
        "hours": 1.5,
        "serves_pl": "supports",
        "mandated_by": "",
        "replaces": "grade book",
    }


def teacher_key(place: int, person: int) -> str:
    """Return the key a teacher has in exports and attendance alike."""
    return str(place * 100_000 + person)


def _sessions(
    schools: list[School], first_day: date
) -> Iterator[tuple[Row, list[Row]]]:
    """Yield a workshop per cohort and year, and coaching in launched schools."""
    rng = np.random.default_rng([SEED, 43])
    for year in school_years(first_day):
        for cohort, launch in LAUNCHES.items():
            if not cohort or year < launch.year:
                continue
            day = date(year, 9, 20)
            if day > wave_opens(len(WAVES) - 1):
                continue
            name = f"PL-{cohort}-{year}"
            places = [k for k, s in enumerate(schools) if s.cohort == cohort]
            yield (
                _session(name, day, "workshop", "", HOURS_OF_WORKSHOP, year),
                _attend(rng, name, schools, places, 0.7),
            )
            for place in places:
                school = schools[place]
                coached = f"PC-{school.school_id}-{year}"
                yield (
                    _session(
                        coached, day + timedelta(days=30), "coaching",
                        school.school_id, 2.0, year + 1,
                    ),
                    _attend(rng, coached, schools, [place], COACHING_SHARE),
                )  # fmt: skip


def _session(
    name: str, day: date, kind: str, school: str, hours: float, turn: int
) -> Row:
    return {
        "session_id": name,
        "date": day.isoformat(),
        "hours": hours,
        "format": kind,
        "attributes": ";".join(
            a for k, a in enumerate(ATTRIBUTES) if (turn + k) % 2 == 0
        ),
        "habits": "",
        "school_id": school,
        "headcount": "",
    }


def _attend(
    rng: np.random.Generator,
    session: str,
    schools: list[School],
    places: list[int],
    share: float,
) -> list[Row]:
    return [
        {
            "session_id": session,
            "attendee_key": teacher_key(place, int(person)),
            "school_id": schools[place].school_id,
        }
        for place in places
        for person in np.flatnonzero(rng.random(schools[place].teachers) < share)
    ]


def _tries(schools: list[School], first_day: date) -> Iterator[Row]:
    rng = np.random.default_rng([SEED, 44])
    last = wave_opens(len(WAVES) - 1)
    for school in schools:
        launch = LAUNCHES[school.cohort]
        for k in range(int(rng.poisson(school.teachers / 4))):
            start = launch + timedelta(days=int(rng.integers(10, 1200)))
            if not first_day <= start <= last:
                continue
            closed = start + timedelta(days=int(rng.integers(30, 120)))
            is_closed = closed <= last
            full = rng.random() < 0.6
            yield {
                "try_id": f"TR-{school.school_id}-{k}",
                "school_id": school.school_id,
                "team_size": int(rng.integers(1, 5)),
                "start": start.isoformat(),
                "planned_end": closed.isoformat(),
                "closed": closed.isoformat() if is_closed else "",
                "attributes": str(rng.choice(ATTRIBUTES)),
                "outcome_guard": "course grades" if full else "",
                "evidence_plan": "student work, in six weeks" if full else "",
                "stop_rule": "if grades fall" if full or rng.random() < 0.4 else "",
                "result": str(rng.choice(["kept", "adapted", "stopped"]))
                if is_closed
                else "running",
                "shared_with": str(rng.choice(["own_team", "school", "other_school"])),
            }


def _outcome_measures() -> Iterator[Row]:
    for name, english, spanish, unit, margin in MARGINS:
        yield {
            "outcome_id": name,
            "name_en": english,
            "name_es": spanish,
            "unit": unit,
            "direction": "more",
            "margin": margin,
            "registered_on": "2023-05-15",
        }


def _outcomes(schools: list[School]) -> Iterator[Row]:
    """Yield yearly outcomes; launch changes nothing, as TRUTH.md says."""
    center = {
        "attendance": (93.4, 6.0, 1.2, 0.35),
        "course_success": (84.0, 14.0, 3.0, 0.9),
        "assessment": (0.0, 1.0, 0.3, 0.02),
    }
    for place, school in enumerate(schools):
        rng = np.random.default_rng([SEED, 45, place])
        for outcome, (mean, sd, between, shock) in center.items():
            if outcome == "course_success" and school.kind in "EX":
                continue
            level = mean + between * float(rng.normal())
            for year in OUTCOME_YEARS:
                if school.closed_on and year >= school.closed_on.year:
                    continue
                n = sum(school.pupils.values())
                noise = float(rng.normal(0, sd / np.sqrt(n))) + float(
                    rng.normal(0, shock)
                )
                yield {
                    "year": f"{year}-{(year + 1) % 100:02d}",
                    "school_id": school.school_id,
                    # A K–8 school's results are those of its lower grades.
                    "level": "E" if school.kind == "X" else school.kind,
                    "outcome_id": outcome,
                    "n": n,
                    "mean": round(level + noise, 4),
                    "sd": sd,
                    "definition": "test of 2024"
                    if outcome == "assessment"
                    and school.name == "Elm Street Elementary"
                    and year == OUTCOME_YEARS[-1]
                    else "",
                }


def _messages(schools: list[School], first_wave: int) -> Iterator[Row]:
    for place, school in enumerate(schools):
        rng = np.random.default_rng([SEED, 46, place])
        for index in range(first_wave, len(WAVES)):
            if not is_open(school, index):
                continue
            month = wave_opens(index).strftime("%Y-%m")
            whole = enrolled(school)
            for language, share in (("en", 0.86), ("es", 0.14)):
                n = round(whole * share)
                grown = min(0.04 * index, 0.3)
                sent = int(rng.binomial(n, 0.55 + grown))
                opened = int(rng.binomial(sent, 0.5 + grown))
                yield {
                    "month": month,
                    "school_id": school.school_id,
                    "language": language,
                    "sent": sent,
                    "opened": opened,
                    "two_way": int(rng.binomial(opened, 0.15 + grown / 2)),
                    "login": int(rng.binomial(n, PORTAL_SHARE)),
                }


def enrolled(school: School) -> int:
    """Return all pupils, kindergarten to second grade too."""
    return sum(school.pupils.values()) + youngest(school)


def youngest(school: School) -> int:
    """Return pupils below grade three, whom no survey asks."""
    return school.pupils.get("35", 0)


def _plans() -> Iterator[Row]:
    for outcome in ("LX-1", "CU-1"):
        yield {
            "outcome": outcome,
            "form": "student_6_12" if outcome == "LX-1" else "teacher",
            "registered_on": "2022-08-01",
            "note": "same season, schools weighted alike",
        }
