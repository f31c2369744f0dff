"""Writes one wave's survey answers as the survey tools would export them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
from numpy.typing import NDArray

from data.catalogue import Item, catalogue
from data.district.answers import (
    attendance,
    is_open,
    risk_effect,
    season_shift,
    voice_effect,
)
from data.district.forms import Asked, draw_form, draw_named
from data.district.schools import WAVES, School, leaders_of

STUDENT_ITEMS = catalogue().forms["student_6_12"].items
SHORT_ITEMS = catalogue().forms["student_3_5"].items
TEACHER_ITEMS = catalogue().forms["teacher"].items
FAMILY_ITEMS = catalogue().forms["family"].items
PRINCIPAL_ITEMS = catalogue().forms["principal"].items
SYSTEM = (
    ("StartDate", "Start Date", "startDate"),
    ("EndDate", "End Date", "endDate"),
    ("Status", "Response Type", "status"),
    ("Progress", "Progress", "progress"),
    ("Duration (in seconds)", "Duration (in seconds)", "duration"),
    ("Finished", "Finished", "finished"),
    ("RecordedDate", "Recorded Date", "recordedDate"),
    ("ResponseId", "Response ID", "_recordId"),
    ("DistributionChannel", "Distribution Channel", "distributionChannel"),
    ("UserLanguage", "User Language", "userLanguage"),
)
GRADES_OF = {"35": (3, 4, 5), "68": (6, 7, 8), "912": (9, 10, 11, 12)}
SPANISH_RATE = 0.14


@dataclass(frozen=True, slots=True)
class Sample:
    """The people who answered one form in one wave.

    Attributes:
        school: index into the schools, per person.
        person: a stable number within the school, so that waves can be linked.
        grade: 0 where the form does not ask.
        spanish: answered in Spanish.
        codes: which option was chosen, counted from 1; 0 where skipped. One row
            per person, one column per item.
        named: schools ticked by each person, where the form asks that.
    """

    school: NDArray[np.int64]
    person: NDArray[np.int64]
    grade: NDArray[np.int64]
    spanish: NDArray[np.bool_]
    codes: NDArray[np.int8]
    named: list[str]

    def __len__(self) -> int:
        return len(self.school)


def wave_opens(wave_index: int) -> date:
    """Return the first day of the survey window: October 5 or March 8."""
    label = WAVES[wave_index]
    year = int(label[:4]) + label.endswith("S")
    return date(year, 3, 8) if label.endswith("S") else date(year, 10, 5)


def draw_sample(
    rng: np.random.Generator,
    schools: list[School],
    wave_index: int,
    form: str,
    items: tuple[str, ...],
) -> Sample:
    """Return who answered *form* in this wave, and what."""
    where, who, grade, location = [], [], [], []
    for index, school in enumerate(schools):
        if not is_open(school, wave_index):
            continue
        for band, size in people_asked(school, form).items():
            group = catalogue().forms[form].group
            rate = attendance(rng, school, wave_index, group)
            chosen = np.sort(rng.permutation(size)[: round(rate * size)])
            where.append(np.full(len(chosen), index))
            grades = GRADES_OF.get(band, (0,))
            offset = GRADES.index(band) * 10_000 if band in GRADES else 0
            who.append(chosen + offset)
            grade.append(np.array([grades[i % len(grades)] for i in chosen], np.int64))
            location.append(np.full(len(chosen), _location(school, wave_index, form)))
    places, person = np.concatenate(where), np.concatenate(who)
    asked = Asked(rng, schools, wave_index, places, person, np.concatenate(location))
    codes = draw_form(asked, items)
    staff = form in {"teacher", "principal"}
    return Sample(
        places,
        person,
        np.concatenate(grade),
        rng.random(len(codes)) < (0.02 if staff else SPANISH_RATE),
        codes,
        draw_named(asked) if "T.NW.1" in items else [],
    )


GRADES = ("35", "68", "912")


def people_asked(school: School, form: str) -> dict[str, int]:
    """Return how many people of *school* the form is for, by grade band."""
    match form:
        case "student_3_5":
            return {b: n for b, n in school.pupils.items() if b == "35"}
        case "student_6_12":
            return {b: n for b, n in school.pupils.items() if b != "35"}
        case "teacher":
            return {"all": school.teachers}
        case "principal":
            return {"all": leaders_of(school)}
        case _:
            return {"all": round(sum(school.pupils.values()) * 0.8)}


def _location(school: School, wave_index: int, form: str) -> float:
    event = school.event_time(wave_index)
    students, teachers = school.character
    if form in {"teacher", "principal"}:
        return 0.45 + teachers + risk_effect(event) + season_shift(wave_index)
    if form == "family":
        return 0.3 + students / 2
    return 0.05 + students + voice_effect(event) + season_shift(wave_index)


def write_qualtrics(
    path: Path,
    rng: np.random.Generator,
    schools: list[School],
    sample: Sample,
    items: tuple[str, ...],
    wave_index: int,
    *,
    words: bool,
) -> None:
    """Write a modern Qualtrics CSV: three header rows, then one row a response.

    Args:
        words: answers as option texts in the respondent's language, else as
            numbers.
    """
    extra = ("wave", "school", "grade", "person")
    questions = [catalogue().items[i] for i in items]
    tags = [t for t, _, _ in SYSTEM] + [f"Q{n}" for n in range(1, len(items) + 1)]
    labels = [x for _, x, _ in SYSTEM] + [_qualtrics_label(q) for q in questions]
    imports = [_import_id(i) for _, _, i in SYSTEM]
    imports += [f'{{"ImportId":"QID{n}"}}' for n in range(1, len(items) + 1)]
    rows = (
        [*tags, *extra],
        [*labels, *extra],
        [*imports, *(f'{{"ImportId":"{name}"}}' for name in extra)],
    )
    columns = [
        *_system_columns(rng, sample, wave_index),
        *(
            _answer_column(q, sample.codes[:, n], sample.spanish, words=words)
            if q.answers == "options"
            else pa.array(sample.named)
            for n, q in enumerate(questions)
        ),
        pa.array([WAVES[wave_index]]).take(pa.array(np.zeros(len(sample), np.int64))),
        pa.array([s.name for s in schools]).take(pa.array(sample.school)),
        pa.array([str(g) if g else "" for g in range(13)]).take(pa.array(sample.grade)),
        _person_column(sample),
    ]
    _write(path, rows, columns)


def write_google_forms(
    path: Path,
    rng: np.random.Generator,
    schools: list[School],
    sample: Sample,
    items: tuple[str, ...],
    wave_index: int,
) -> None:
    """Write a Google Forms download; pupils type or pick the school's name."""
    questions = [catalogue().items[i] for i in items]
    header = [
        "Timestamp",
        "Which school do you go to?",
        "What grade are you in?",
        *(q.text.en for q in questions),
    ]
    # One name in forty comes with the double spaces people type.
    typed = [s.name for s in schools] + [
        s.name.replace(" ", "  ") + " " for s in schools
    ]
    sloppy = (rng.random(len(sample)) < 0.025) * len(schools)
    columns = [
        _times(rng, sample, wave_index, "%Y/%m/%d %I:%M:%S %p PST"),
        pa.array(typed).take(pa.array(sample.school + sloppy)),
        pa.array([str(g) for g in range(13)]).take(pa.array(sample.grade)),
        *(
            _answer_column(
                q, sample.codes[:, n], np.zeros(len(sample), bool), words=True
            )
            for n, q in enumerate(questions)
        ),
    ]
    _write(path, (header,), columns)


def _write(path: Path, header: tuple[list[str], ...], columns: list[pa.Array]) -> None:
    with path.open("wb") as out:
        for row in header:
            line = ",".join('"' + cell.replace('"', '""') + '"' for cell in row)
            out.write(line.encode() + b"\n")
        table = pa.table({f"c{n}": column for n, column in enumerate(columns)})
        pacsv.write_csv(
            table, out, pacsv.WriteOptions(include_header=False, quoting_style="needed")
        )


def _qualtrics_label(item: Item) -> str:
    # Long question texts come with a line break, as matrix questions do.
    return item.text.en.replace(", how ", ",\nhow ")


def _import_id(name: str) -> str:
    entry = {"ImportId": name}
    if name in {"startDate", "endDate", "recordedDate"}:
        entry["timeZone"] = "America/Los_Angeles"
    return json.dumps(entry, separators=(",", ":"))


def _times(
    rng: np.random.Generator, sample: Sample, wave_index: int, form: str
) -> pa.Array:
    opens = datetime.combine(wave_opens(wave_index), datetime.min.time())
    stamps = [
        (opens + timedelta(days=day, hours=8, minutes=minute)).strftime(form)
        for day in range(18)
        for minute in range(0, 420, 7)
    ]
    return pa.array(stamps).take(pa.array(rng.integers(0, len(stamps), len(sample))))


def _system_columns(
    rng: np.random.Generator, sample: Sample, wave_index: int
) -> list[pa.Array]:
    n = len(sample)
    times = _times(rng, sample, wave_index, "%Y-%m-%d %H:%M:%S")
    complete = (sample.codes > 0).mean(axis=1) > 0.5
    flags = pa.array(complete)
    ids = pa.array([f"R_{wave_index:02d}{k:010d}" for k in range(n)])
    language = pa.array(["EN", "ES-419"]).take(pa.array(sample.spanish.astype(int)))
    constant = {
        "status": "IP Address",
        "channel": "anonymous",
    }
    same = {
        k: pa.array([v]).take(pa.array(np.zeros(n, np.int64)))
        for k, v in constant.items()
    }
    return [
        times,
        times,
        same["status"],
        pa.array(np.where(complete, "100", "40")),
        pa.array(rng.integers(90, 700, n).astype(str)),
        flags.cast(pa.string()),
        times,
        ids,
        same["channel"],
        language,
    ]


def _answer_column(
    item: Item,
    codes: NDArray[np.int8],
    spanish: NDArray[np.bool_],
    *,
    words: bool,
) -> pa.Array:
    options = item.response_set
    assert options is not None
    if words:
        labels = ["", *options.options("en"), "", *options.options("es")]
        shift = spanish.astype(np.int64) * (len(options.en) + 1)
    else:
        labels = ["", *(str(c) for c in options.codes)]
        shift = np.zeros(len(codes), np.int64)
    return pa.array(labels).take(pa.array(codes.astype(np.int64) + shift))


def _person_column(sample: Sample) -> pa.Array:
    numbers = sample.school * 100_000 + sample.person
    return pa.array(numbers).cast(pa.string())
