"""The made-up district's canonical tables: calendar, schools, rosters, rubric."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

import numpy as np

from data.catalogue import catalogue
from data.district.answers import is_open
from data.district.exports import (
    FAMILY_ITEMS,
    PRINCIPAL_ITEMS,
    SPANISH_RATE,
    draw_sample,
    people_asked,
    wave_opens,
)
from data.district.happenings import youngest
from data.district.schools import (
    ENGINES,
    GRADES,
    LAUNCHES,
    LEVEL,
    SEED,
    WAVES,
    School,
    leaders_of,
)

Row = dict[str, object]
ATTRIBUTES = tuple(catalogue().rubric.attributes)
DOMAINS = tuple(catalogue().rubric.domains)

# How fast each domain moves: practices first, written rules last.
DOMAIN_PACE = {"practices": 0.55, "structures": 0.42, "policies": 0.3}
# Attributes are not equally easy to begin with.
ATTRIBUTE_START = {
    "voice": 0.35,
    "co_creation": 0.0,
    "social_construction": 0.1,
    "self_discovery": 0.2,
}
# Cohort 2 stalls after its second year: its timetables and rules stay put.
STALLED_COHORT, STALL_AFTER = 2, 2
# Positions, in every thirty, of the schools that keep their stage to themselves.
SILENT = (14, 17, 20)


def tables(
    schools: list[School], first_wave: int
) -> Iterator[tuple[str, Iterable[Row]]]:
    """Yield (name, rows) of every canonical table, in the order of import."""
    waves = range(first_wave, len(WAVES))
    yield "wave", _waves(waves)
    yield "school", _schools(schools)
    yield "roster", _rosters(schools, waves)
    yield "rubric", _rubric(schools, waves)
    yield "rubric_public", _agreements(schools, waves)
    yield "learning_engine", _engines(schools)


def family_responses(
    rng: np.random.Generator, schools: list[School], wave_index: int
) -> Iterator[Row]:
    """Yield the family survey as canonical rows, one per answer."""
    yield from _long(rng, schools, wave_index, "family", "families", FAMILY_ITEMS)


def leader_responses(
    rng: np.random.Generator, schools: list[School], wave_index: int
) -> Iterator[Row]:
    """Yield the building leaders' survey as canonical rows, one per answer."""
    yield from _long(
        rng, schools, wave_index, "principal", "building_admins", PRINCIPAL_ITEMS
    )


def _long(
    rng: np.random.Generator,
    schools: list[School],
    wave_index: int,
    form: str,
    group: str,
    items: tuple[str, ...],
) -> Iterator[Row]:
    sample = draw_sample(rng, schools, wave_index, form, items)
    letter = form[0].upper()
    for person in range(len(sample)):
        key = f"{letter}{sample.school[person]}-{sample.person[person]}"
        for column, item in enumerate(items):
            code = int(sample.codes[person, column])
            if code:
                yield {
                    "wave": WAVES[wave_index],
                    "instrument": form,
                    "resp_key": key,
                    "school_id": schools[sample.school[person]].school_id,
                    "group": group,
                    "grade_band": "",
                    "language": "es" if sample.spanish[person] else "en",
                    "item_id": item,
                    "code": code,
                }


def _waves(waves: range) -> Iterator[Row]:
    for index in waves:
        opens = wave_opens(index)
        yield {
            "wave": WAVES[index],
            "opens_on": opens.isoformat(),
            "closes_on": (opens + timedelta(days=20)).isoformat(),
        }


def _schools(schools: list[School]) -> Iterator[Row]:
    for school in schools:
        yield {
            "school_id": school.school_id,
            "name": school.name,
            "level": LEVEL[school.kind],
            "cohort_id": school.cohort,
            "launch_date": LAUNCHES[school.cohort].isoformat(),
            "grades": GRADES[school.kind],
            "closed_on": _iso(school.closed_on),
            "formerly": school.formerly or "",
            "also_known_as": school.name.split(" ")[0]
            + " "
            + LEVEL[school.kind].title()
            if school.name.count(" ") > 1
            else "",
        }


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _rosters(schools: list[School], waves: range) -> Iterator[Row]:
    for index in waves:
        for school in schools:
            if not is_open(school, index):
                continue
            pupils = dict(school.pupils)
            if youngest(school):
                pupils["K2"] = youngest(school)
            groups = [
                ("students", band, language, n)
                for band, total in pupils.items()
                for language, n in _by_language(total)
            ]
            groups.append(("teachers", "all", "all", school.teachers))
            groups.append(("building_admins", "all", "all", leaders_of(school)))
            if WAVES[index].endswith("S"):
                homes = people_asked(school, "family")["all"]
                groups += [("families", "all", *part) for part in _by_language(homes)]
            for group, band, language, n in groups:
                yield {
                    "wave": WAVES[index],
                    "school_id": school.school_id,
                    "stakeholder_group": group,
                    "grade_band": band,
                    "language": language,
                    "program": "all",
                    "n": n,
                }


def _by_language(people: int) -> list[tuple[str, int]]:
    spanish = round(SPANISH_RATE * people)
    return [("en", people - spanish), ("es", spanish)]


def rubric_level(
    rng: np.random.Generator,
    school: School,
    wave_index: int,
    attribute: str,
    domain: str,
) -> int:
    """Return the level a school has reached: it grows with every wave since launch."""
    event = school.event_time(wave_index)
    if event < -1:
        return 0
    if school.cohort == STALLED_COHORT and domain != "practices":
        event = min(event, STALL_AFTER)
    reached = 0.55 + ATTRIBUTE_START[attribute] + DOMAIN_PACE[domain] * (event + 1)
    reached += 0.8 * school.character[1] + rng.normal(0, 0.18)
    return int(np.clip(np.floor(reached), 0, 4))


def _rubric(schools: list[School], waves: range) -> Iterator[Row]:
    for index in waves:
        for number, school in enumerate(schools):
            if not is_open(school, index):
                continue
            # One school in four is rated a second time, blind to the first.
            twice = (number + index) % 4 == 0
            rng = np.random.default_rng([SEED, 7, number])
            for attribute in ATTRIBUTES:
                for domain in DOMAINS:
                    level = rubric_level(rng, school, index, attribute, domain)
                    raters = ["consensus"] + (["second"] if twice else [])
                    for rater in raters:
                        slip = rater == "second" and rng.random() < 0.1
                        yield {
                            "semester": WAVES[index],
                            "school_id": school.school_id,
                            "attribute": attribute,
                            "domain": domain,
                            "rater": rater,
                            "level": max(0, level - 1) if slip else level,
                            "evidence_ref": f"EV-{index}-{number:05d}",
                            "blind": str(rater == "second").lower(),
                        }


def _agreements(schools: list[School], waves: range) -> Iterator[Row]:
    """Most launched schools agree to publish their stage; three of Cohort 3 do not."""
    for index in waves:
        for number, school in enumerate(schools):
            if school.event_time(index) >= -1 and is_open(school, index):
                yield {
                    "semester": WAVES[index],
                    "school_id": school.school_id,
                    "agreed": "false" if number % 30 in SILENT else "true",
                }


def _engines(schools: list[School]) -> Iterator[Row]:
    for number, school in enumerate(schools):
        if school.engine:
            kind, own = next(e for e in ENGINES if e[0] == school.engine)
            # Two in three have written all twelve cells of their crosswalk.
            filled = 12 if number % 3 else 5
            cells = [f"{a}/{d}" for a in ATTRIBUTES for d in DOMAINS][:filled]
            yield {
                "school_id": school.school_id,
                "engine_type": kind,
                "own_name": own,
                "valid_from": LAUNCHES[school.cohort].isoformat(),
                "statement_en": f"At our school, learning runs on {own}.",
                "statement_es": f"En nuestra escuela, el aprendizaje parte de {own}.",
                "crosswalk": ";".join(cells),
                "approved_by_staff_on": "",
            }
