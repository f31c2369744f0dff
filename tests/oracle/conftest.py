"""What the export files say, read and recomputed once for all of these tests."""

from dataclasses import dataclass

import pandas as pd
import pytest
from oracle import comparing, engines, students, surveys, uptake, weighing
from oracle.exports import Exports

FORMS = {
    "teacher": (surveys.teachers, surveys.TEACHERS),
    "principal": (surveys.principals, surveys.PRINCIPALS),
    "student_6_12": (students.students, students.STUDENTS),
    "student_3_5": (students.younger, students.YOUNGER),
    "family": (students.families, students.FAMILIES),
}
# Who is weighted, and by which strata of the roster (E4).
STRATA = {
    "student_6_12": ("students", "grade_band"),
    "family": ("families", "language"),
}


@dataclass(frozen=True)
class Answered:
    """Survey answers and what they come to.

    Attributes:
        people: form → one row a person and wave.
        cells: (indicator, part, form, wave, unit kind, unit) → what is said of it.
        rates: (form, wave, unit kind, unit) → whole percent who answered.
    """

    people: dict[str, pd.DataFrame]
    cells: dict[tuple, dict]
    rates: dict[tuple, int]


@pytest.fixture(scope="session")
def exports(district) -> Exports:
    return Exports(district.settings.incoming)


@pytest.fixture(scope="session")
def answered(exports) -> Answered:
    found = Answered({}, {}, {})
    for form, (read, measures) in FORMS.items():
        people = read(exports)
        if form == "teacher":
            people = people.assign(
                known=engines.known(exports, people),
                named=uptake.names_others(exports, people),
            )
        weights = None
        if form in STRATA:
            weights = weighing.weights(exports, people, *STRATA[form])
        found.people[form] = people
        for cell in surveys.estimates(exports, people, form, measures, weights):
            found.cells[cell["key"]] = cell
        for unit, rate in comparing.rates(exports, people, form).items():
            found.rates[form, *unit] = rate
    return found
