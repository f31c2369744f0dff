"""What was hidden and why, and who answered: the data steward's own tables."""

import pytest
from release_rows import (
    OFFICE,
    PRINCIPAL,
    PUBLIC,
    STEWARD,
    TEACHER,
    reading,
    rows,
    write_release_file,
)

from data.errors import AccessDenied
from queries.quality import (
    HiddenCell,
    HiddenCount,
    Rate,
    hidden_cells,
    hidden_counts,
    response_rates,
)

HIDDEN = rows(
    "hidden",
    """
    audience | indicator_id | part  | form         | wave_index | unit_kind | unit_id | breakdown | category | reason
    public   | LX-1         | scale | student_6_12 | 0          | school    | B       | all       | all      | too_few
    public   | LX-1         | scale | student_6_12 | 0          | school    | A       | all       | all      | too_few
    public   | LX-1         | scale | student_6_12 | 0          | school    | C       | grade     | 68       | protects_another
    public   | LX-1         | LX1a  | student_6_12 | 0          | school    | C       | all       | all      | too_few
    public   | LX-1         | scale | student_6_12 | 1          | school    | C       | all       | all      | too_few
    public   | CU-1         | scale | teacher      | 0          | cohort    | 1       | all       | all      | too_few
    school   | LX-1         | scale | student_6_12 | 0          | school    | A       | all       | all      | too_few
    """,
)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return write_release_file(
        tmp_path_factory.mktemp("quality") / "file.duckdb",
        hidden=HIDDEN,
        estimates=rows(
            "estimates",
            """
            indicator_id | form         | wave_index | unit_kind | unit_id | breakdown | category | share | rate | n
            LX-1         | student_6_12 | 0          | district  | all     | all       | all      | 60    | 71   | 400
            LX-2         | student_6_12 | 0          | district  | all     | all       | all      | 60    | 74   | 380
            LX-1         | student_6_12 | 1          | district  | all     | all       | all      | 60    | 66   | 350
            LX-1         | student_6_12 | 0          | district  | all     | grade     | 68       | 60    | 99   | 999
            LX-1         | student_6_12 | 0          | school    | A       | all       | all      | 60    | 98   | 998
            CU-1         | teacher      | 0          | district  | all     | all       | all      | 60    | -    | -
            """,
        ),
    )


def test_how_much_is_hidden_from_whom_and_why(file):
    with reading(file) as connection:
        assert hidden_counts(connection, STEWARD) == [
            HiddenCount("public", 0, "cohort", "too_few", 1),
            HiddenCount("public", 0, "school", "protects_another", 1),
            HiddenCount("public", 0, "school", "too_few", 3),
            HiddenCount("public", 1, "school", "too_few", 1),
            HiddenCount("school", 0, "school", "too_few", 1),
        ]


def test_every_hidden_cell_of_one_indicator_with_its_finer_reason(file):
    with reading(file) as connection:
        found = hidden_cells(
            connection, STEWARD, audience="public", wave=0, indicator="LX-1"
        )

    at = ("LX-1", "scale", "student_6_12", 0, "school")
    assert found == [
        HiddenCell(
            "LX-1", "LX1a", "student_6_12", 0, "school", "C", "all", "all", "too_few"
        ),
        HiddenCell(*at, "A", "all", "all", "too_few"),
        HiddenCell(*at, "B", "all", "all", "too_few"),
        HiddenCell(*at, "C", "grade", "68", "protects_another"),
    ]


def test_who_answered_is_the_best_answered_scale_of_a_form_district_wide(file):
    with reading(file) as connection:
        assert response_rates(connection, STEWARD) == [
            Rate("student_6_12", 0, 74, 400),
            Rate("student_6_12", 1, 66, 350),
            Rate("teacher", 0, None, None),
        ]


@pytest.mark.parametrize("viewer", [PUBLIC, TEACHER, PRINCIPAL, OFFICE])
@pytest.mark.parametrize(
    "query",
    [
        hidden_counts,
        response_rates,
        lambda c, v: hidden_cells(c, v, audience="public", wave=0, indicator="LX-1"),
    ],
    ids=["counts", "rates", "cells"],
)
def test_nobody_else_is_told(file, viewer, query):
    with reading(file) as connection, pytest.raises(AccessDenied):
        query(connection, viewer)
