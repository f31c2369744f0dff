"""Figures of registers, reliability of scales and worked examples."""

import pytest
from release_rows import (
    OFFICE,
    OTHER_PRINCIPAL,
    PRINCIPAL,
    PUBLIC,
    TEACHER,
    reading,
    rows,
    write_release_file,
)

from data.model.cell import Coding, Status
from queries.figures import (
    Figure,
    ScaleQuality,
    figures,
    scale_quality,
    worked_examples,
)

FIGURES = rows(
    "figures",
    """
    indicator_id | part   | about | wave_index | unit_kind | unit_id | category | scope    | value
    CH-3         | voices | -     | 1          | district  | all     | all      | all      | 3.5
    CH-3         | voices | -     | 0          | district  | all     | all      | all      | 3.1
    CH-3         | voices | -     | 0          | school    | A       | all      | A        | 4.2
    CH-3         | voices | -     | 0          | cohort    | 1       | all      | cohort-1 | 3.3
    CH-3         | share  | -     | 0          | district  | all     | teachers | all      | 40
    CH-3         | share  | -     | 0          | district  | all     | families | all      | 60
    CH-3         | share  | LX-1  | 0          | district  | all     | all      | all      | 0.2
    NI-1         | hours  | -     | 0          | district  | all     | all      | all      | 1.5
    """.replace("| -     ", "|       "),
)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("figures") / "file.duckdb"
    return write_release_file(path, figures=FIGURES)


def asked(file, viewer, indicator="CH-3", **what):
    with reading(file) as connection:
        return [
            f.value for f in figures(connection, viewer, indicator=indicator, **what)
        ]


def test_figures_come_by_part_unit_wave_and_category(file):
    # share: families, teachers, then about LX-1; voices: cohort, district, school
    assert asked(file, PRINCIPAL) == [60, 40, 0.2, 3.3, 3.1, 3.5, 4.2]


@pytest.mark.parametrize(
    ("viewer", "voices"),
    [
        (PUBLIC, [3.1, 3.5]),
        (TEACHER, [3.1, 3.5]),
        (OTHER_PRINCIPAL, [3.1, 3.5]),
        (PRINCIPAL, [3.3, 3.1, 3.5, 4.2]),
        (OFFICE, [3.1, 3.5]),
    ],
)
def test_a_schools_figures_are_for_its_principal_and_no_teacher(file, viewer, voices):
    assert asked(file, viewer, part="voices") == voices


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ({"indicator": "NI-1"}, [1.5]),
        ({"about": "LX-1"}, [0.2]),
        ({"about": ""}, [60, 40, 3.1, 3.5]),
        ({"wave": 1}, [3.5]),
        ({"unit_kind": "school"}, []),
        ({"unit_id": "all", "part": "voices", "wave": 0}, [3.1]),
        ({"unit_id": "B"}, []),
    ],
)
def test_only_what_was_asked_for_is_answered(file, what, expected):
    assert asked(file, PUBLIC, **what) == expected


def test_a_figure_is_read_whole_or_with_the_reason_it_is_not_there(tmp_path):
    file = write_release_file(
        tmp_path / "f.duckdb",
        figures=rows(
            "figures",
            """
            indicator_id | part | about | wave_index | category | status    | value | low | high | coding  | word | n_band | n  | of
            PP-1         | a    | LX-1  | 2          | S1       | shown     | 12.5  | 10  | 15   | at_most | few  | 5–9    | 7  | 9
            PP-1         | b    | LX-1  | 2          | S1       | protected | -     | -   | -    | -       | -    | -      | -  | -
            """,
        ),
    )
    with reading(file) as connection:
        shown, hidden = figures(connection, PUBLIC, indicator="PP-1")

    place = ("LX-1", 2, "school", "A", "S1")
    assert shown == Figure(
        "a", *place, Status.SHOWN, 12.5, 10, 15, Coding.AT_MOST, "few", "5–9", 7, 9
    )
    assert hidden == Figure(
        "b",
        *place,
        Status.PROTECTED,
        None,
        None,
        None,
        Coding.EXACT,
        None,
        None,
        None,
        None,
    )


SCALES = rows(
    "scales",
    """
    indicator_id | part  | form         | wave_index | gate  | omega | alpha | alpha_low | alpha_high | languages | icc1
    LX-1         | scale | student_6_12 | 1          | shown | 0.84  | 0.83  | 0.81      | 0.85       | yes       | 0.06
    LX-1         | scale | student_6_12 | 0          | rough | 0.68  | 0.67  | 0.61      | 0.72       | no        | 0.05
    CU-1         | scale | teacher      | 0          | unknown | -   | -     | -         | -          | -         | -
    """,
)
CU = ScaleQuality(
    "CU-1", "scale", "teacher", 0, "unknown", None, None, None, None, None, None
)
LX_0 = ScaleQuality(
    "LX-1", "scale", "student_6_12", 0, "rough", 0.68, 0.67, 0.61, 0.72, False, 0.05
)
LX_1 = ScaleQuality(
    "LX-1", "scale", "student_6_12", 1, "shown", 0.84, 0.83, 0.81, 0.85, True, 0.06
)


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ({}, [CU, LX_0, LX_1]),
        ({"indicator": "LX-1"}, [LX_0, LX_1]),
        ({"wave": 0}, [CU, LX_0]),
        ({"indicator": "LX-1", "wave": 1}, [LX_1]),
        ({"indicator": "RO-1"}, []),
    ],
)
@pytest.mark.parametrize("viewer", [PUBLIC, TEACHER, PRINCIPAL, OFFICE])
def test_how_well_scales_hang_together_is_told_to_everyone(
    tmp_path, viewer, what, expected
):
    file = write_release_file(tmp_path / "f.duckdb", scales=SCALES)
    with reading(file) as connection:
        assert scale_quality(connection, viewer, **what) == expected


def test_worked_examples_are_read_by_indicator_and_name(tmp_path):
    file = write_release_file(
        tmp_path / "f.duckdb",
        examples=rows(
            "examples",
            """
            indicator_id | name  | value
            LX-1         | share | 64.2
            LX-1         | n     | 212
            CU-1         | share | 51
            """,
        ),
    )
    with reading(file) as connection:
        assert worked_examples(connection, PUBLIC) == {
            "LX-1": {"share": 64.2, "n": 212},
            "CU-1": {"share": 51},
        }
