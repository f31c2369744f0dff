"""A scale of which one question was answered by too few (P1, P2).

The scale, less its other questions, would be that question.
"""

import pandas as pd
import pytest

from data.disclosure.primary import thin_scales
from data.model.rules import Rules

SCALE = {
    "indicator_id": "LX-1", "part": "scale", "form": "any", "wave_index": 3,
    "unit_kind": "school", "unit_id": "A",
}  # fmt: skip


def thin(respondents, *questions, rules=None, estimates=None):
    """Is the scale thin for everyone, and for the school's own principal?"""
    rows = estimates or [{**SCALE, "breakdown": "all", "n": 40}]
    answers = [{**SCALE, "respondents": respondents, "n": n} for n in questions]
    found = thin_scales(pd.DataFrame(rows), pd.DataFrame(answers), rules or Rules())
    return list(found.for_all), list(found.for_principals)


@pytest.mark.parametrize(
    ("respondents", "fewest", "for_all", "for_principals"),
    [
        ("students", 9, True, True), ("students", 10, False, False),
        ("families", 9, True, True), ("families", 10, False, False),
        # A principal sees the own staff from ten on, everyone else from five.
        ("teachers", 4, True, True), ("teachers", 5, False, True),
        ("teachers", 9, False, True), ("teachers", 10, False, False),
        ("support_staff", 9, False, True), ("support_staff", 10, False, False),
        ("building_admins", 4, True, True), ("building_admins", 5, False, True),
    ],
)  # fmt: skip
def test_its_thinnest_question_decides(respondents, fewest, for_all, for_principals):
    assert thin(respondents, 40, fewest, 40) == (
        [0] if for_all else [],
        [0] if for_principals else [],
    )


def test_a_district_that_asks_for_more_is_heard():
    stricter = Rules(min_n_staff=8, min_n_principal_view=15)

    assert thin("teachers", 7, rules=stricter) == ([0], [0])
    assert thin("teachers", 8, rules=stricter) == ([], [0])
    assert thin("teachers", 15, rules=stricter) == ([], [])


def test_only_the_whole_of_that_unit_in_that_wave_is_meant():
    row = {**SCALE, "breakdown": "all", "n": 40}
    others = [
        {**row, "breakdown": "language"}, {**row, "n": 0}, {**row, "unit_id": "B"},
        {**row, "wave_index": 2}, {**row, "part": "S.VO.1"}, row,
    ]  # fmt: skip

    assert thin("students", 9, estimates=others) == ([5], [5])
