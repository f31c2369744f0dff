"""A second pair of hands: what people say in surveys, from the export files alone.

Cell by cell against the district's own file; shares and means may differ by rounding.
"""

import pytest
from oracle import students, surveys, weighing
from oracle.exports import Exports

from data.model.viewer import Audience

ROUNDING = 0.6e-6
FORMS = {
    "teacher": (surveys.teachers, surveys.TEACHERS),
    "principal": (surveys.principals, surveys.PRINCIPALS),
    "student_6_12": (students.students, students.STUDENTS),
    "student_3_5": (students.younger, students.YOUNGER),
    "family": (students.families, students.FAMILIES),
}
# Which school or engine a teacher named is read against the registers.
ELSEWHERE = {("LE-1", "known"), ("RO-4", "named")}
# Who is weighted, and by which strata of the roster (E4).
STRATA = {
    "student_6_12": ("students", "grade_band"),
    "family": ("families", "language"),
}


@pytest.fixture(scope="module")
def told(district) -> dict[tuple, tuple]:
    rows = district.rows(
        Audience.DISTRICT,
        """SELECT indicator_id, part, form, wave_index, unit_kind, unit_id,
             share, mean, n, low, high
           FROM estimates WHERE breakdown = 'all' AND status = 'shown'
             AND waves_pooled = 1""",
    )
    return {row[:6]: row[6:] for row in rows}


@pytest.mark.parametrize("form", FORMS)
def test_every_share_mean_and_interval_is_what_the_export_files_say(
    district, told, form
):
    read, measures = FORMS[form]
    exports = Exports(district.settings.incoming)
    answers = read(exports)
    weights = (
        weighing.weights(exports, answers, *STRATA[form]) if form in STRATA else None
    )
    found = {
        cell["key"]: cell
        for cell in surveys.estimates(exports, answers, form, measures, weights)
    }
    mine = {k: v for k, v in told.items() if k[2] == form and k[:2] not in ELSEWHERE}
    wrong = [
        f"{key}: {found.get(key)} recomputed, {cell} told"
        for key, cell in mine.items()
        if key not in found or not _same(found[key], cell)
    ]

    assert len(mine) > 100
    assert not wrong, f"{len(wrong)} of {len(mine)}: {wrong[:3]}"


def _same(cell: dict, told: tuple) -> bool:
    pairs = zip(
        (cell[k] for k in ("share", "mean", "n", "low", "high")), told, strict=True
    )
    return all(
        again is None or (there is not None and abs(again - there) <= ROUNDING)
        for again, there in pairs
    )
