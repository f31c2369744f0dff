"""Grades as people write them, and the grade bands of the specification."""

from __future__ import annotations

import re
from collections.abc import Mapping

from data.model.vocabulary import GRADE_BANDS

BANDS = {
    "K2": ("K", "1", "2"),
    "35": ("3", "4", "5"),
    "68": ("6", "7", "8"),
    "912": ("9", "10", "11", "12"),
}
BAND_OF = {grade: band for band, grades in BANDS.items() for grade in grades}
WORDS = {
    word: grade
    for grade, words in {
        "PK": "pk pre-k prek pre-kindergarten prekindergarten preschool preescolar",
        "K": "k kg kk kinder kindergarten kindergarden jardín",
        "1": "first primero primer primera",
        "2": "second segundo segunda",
        "3": "third tercero tercer tercera",
        "4": "fourth cuarto cuarta",
        "5": "fifth quinto quinta",
        "6": "sixth sexto sexta",
        "7": "seventh séptimo séptima",
        "8": "eighth octavo octava",
        "9": "ninth noveno novena freshman",
        "10": "tenth décimo décima sophomore",
        "11": "eleventh undécimo junior",
        "12": "twelfth duodécimo senior",
    }.items()
    for word in words.split()
}
_AROUND = re.compile(
    r"^(?:(?:grade|gr\.?|grado|year|level)\s*)?(.+?)(?:\s*-?\s*(?:grade|graders?|grado))?$"
)
_NUMBER = re.compile(
    r"0?(\d{1,2})(?:\.0+)?\s?(?:st|nd|rd|th|º|°|ª|er|do|ro|to|mo|vo|no)?\.?"
)
HIGHEST = 12


def read_grade(text: str) -> str | None:
    """Return "PK", "K" or "1" to "12" for *text*, None where it is no grade.

    Reads 6, 06, 6.0, 6th, "Grade 6", "6th grade", "sixth", KG, Kindergarten, PK.
    """
    folded = " ".join(text.split()).casefold()
    match = _AROUND.match(folded)
    if match is None:
        return None
    core = match[1].strip()
    if number := _NUMBER.fullmatch(core):
        grade = int(number[1])
        return str(grade) if 1 <= grade <= HIGHEST else None
    return WORDS.get(core)


def read_band(text: str, recode: Mapping[str, str]) -> str | None:
    """Return the grade band of *text*, None where nothing says one.

    What the mapping's recode says counts first, for the text as it stands and for the
    grade it is; then a band written as one; then the band the grade lies in.
    """
    told = {old.casefold(): new for old, new in recode.items()}
    folded = " ".join(text.split()).casefold()
    grade = read_grade(text)
    band = told.get(folded) or told.get((grade or "").casefold())
    if band is None and folded.upper() in GRADE_BANDS:
        band = folded.upper()
    if band is None and folded == "all":
        band = "all"
    if band is None and grade is not None:
        band = BAND_OF.get(grade)
    return band
