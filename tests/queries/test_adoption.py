"""The rubric of schools and cohorts, as each viewer reads it."""

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

from data.model.cell import Status
from queries.adoption import (
    SchoolAdoption,
    Stages,
    cell_means,
    school_adoption,
    stages,
)

GROUPS = rows(
    "rubric_groups",
    """
    unit_kind | unit_id | wave_index | scope    | status    | schools | adoption | stage_0 | stage_1 | stage_2 | stage_3 | stage_4
    district  | all     | 1          | all      | shown     | 4       | 40.5     | 1       | 0       | 2       | 1       | 0
    district  | all     | 0          | all      | protected | 4       | -        | -       | -       | -       | -       | -
    cohort    | 1       | 0          | all      | protected | 2       | -        | 1       | 1       | 0       | 0       | 0
    cohort    | 1       | 0          | cohort-1 | shown     | 2       | 31       | 1       | 1       | 0       | 0       | 0
    """,
)
SCHOOLS = rows(
    "rubric_schools",
    """
    school_id | wave_index | scope    | agreed | stage | adoption | voice | co_creation | social_construction | self_discovery | practices | structures | policies
    A         | 0          | all      | yes    | 2     | -        | 1     | 2           | 3                   | 2              | -         | -          | -
    A         | 0          | A        | yes    | 2     | 52       | 1     | 2           | 3                   | 2              | 2         | 2          | 2
    A         | 1          | A        | no     | 3     | 60       | 2     | 2           | 3                   | 3              | 2         | 2          | 2
    B         | 0          | cohort-1 | no     | 1     | 20       | 1     | 1           | 1                   | 0              | 1         | 1          | 0
    """,
)
CELLS = rows(
    "rubric_cells",
    """
    school_id | wave_index | attribute   | domain    | scope    | level
    A         | 0          | voice       | practices | A        | 1
    A         | 0          | voice       | policies  | A        | 4
    A         | 1          | voice       | practices | A        | 2
    B         | 0          | co_creation | policies  | cohort-1 | 3
    """,
)
MEANS = rows(
    "rubric_means",
    """
    unit_kind | unit_id | wave_index | attribute | domain    | scope    | level
    cohort    | 1       | 0          | voice     | practices | cohort-1 | 1.5
    cohort    | 1       | 0          | voice     | policies  | cohort-1 | 2.5
    cohort    | 1       | 1          | voice     | policies  | all      | 3
    cohort    | 2       | 0          | voice     | practices | all      | 0.5
    district  | all     | 0          | voice     | practices | all      | 1.1
    """,
)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return write_release_file(
        tmp_path_factory.mktemp("rubric") / "file.duckdb",
        rubric_groups=GROUPS,
        rubric_schools=SCHOOLS,
        rubric_cells=CELLS,
        rubric_means=MEANS,
    )


def test_a_count_of_stages_that_would_give_a_school_away_is_not_there(file):
    with reading(file) as connection:
        assert stages(connection, PUBLIC) == [
            Stages("cohort", "1", 0, Status.PROTECTED, 2, None, None),
            Stages("district", "all", 0, Status.PROTECTED, 4, None, None),
            Stages("district", "all", 1, Status.SHOWN, 4, (1, 0, 2, 1, 0), 40.5),
        ]


def test_inside_the_cohort_its_own_stages_are_read(file):
    with reading(file) as connection:
        found = stages(connection, PRINCIPAL)[0]

    assert found == Stages("cohort", "1", 0, Status.SHOWN, 2, (1, 1, 0, 0, 0), 31)


@pytest.mark.parametrize(
    ("viewer", "expected"),
    [
        (PUBLIC, [("A", 0, 2, None)]),
        (TEACHER, [("A", 0, 2, None)]),
        (OTHER_PRINCIPAL, [("A", 0, 2, None)]),
        (PRINCIPAL, [("A", 0, 2, 52), ("A", 1, 3, 60), ("B", 0, 1, 20)]),
        (OFFICE, [("A", 0, 2, None)]),
    ],
)
def test_a_schools_stage_is_public_where_it_agreed_and_its_index_is_not(
    file, viewer, expected
):
    with reading(file) as connection:
        found = school_adoption(connection, viewer)

    assert [(s.school_id, s.wave_index, s.stage, s.adoption) for s in found] == expected


def test_ratings_are_read_only_where_they_are_asked_for(file):
    with reading(file) as connection:
        asked = school_adoption(connection, PRINCIPAL, cells=True)
        unasked = school_adoption(connection, PRINCIPAL)

    assert [s.cells for s in asked] == [
        {("voice", "practices"): 1, ("voice", "policies"): 4},
        {("voice", "practices"): 2},
        {("co_creation", "policies"): 3},
    ]
    assert [s.cells for s in unasked] == [{}, {}, {}]


def test_no_rating_leaves_the_cohort(file):
    with reading(file) as connection:
        found = school_adoption(connection, OTHER_PRINCIPAL, cells=True)

    assert [s.cells for s in found] == [{}]


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ({"wave": 0}, [("A", 0), ("B", 0)]),
        ({"school_id": "A"}, [("A", 0), ("A", 1)]),
        ({"wave": 1, "school_id": "A"}, [("A", 1)]),
        ({"wave": 1, "school_id": "B"}, []),
    ],
)
def test_a_wave_or_a_school_alone(file, what, expected):
    with reading(file) as connection:
        found = school_adoption(connection, PRINCIPAL, cells=True, **what)

    assert [(s.school_id, s.wave_index) for s in found] == expected


def test_the_four_attributes_are_read_each_from_its_own_column(tmp_path):
    file = write_release_file(
        tmp_path / "f.duckdb",
        rubric_schools=rows(
            "rubric_schools",
            """
            school_id | agreed | voice | co_creation | social_construction | self_discovery
            A         | yes    | 1     | 2           | 3                   | 4
            """,
        ),
    )
    with reading(file) as connection:
        [found] = school_adoption(connection, PUBLIC)

    assert found.attributes == {
        "voice": 1, "co_creation": 2, "social_construction": 3, "self_discovery": 4,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("adoption", "attributes", "swell"),
    [
        (52, {"voice": 0}, 52),
        (0, {"voice": 4}, 0),
        # means of the levels 0 to 4, as percent: (1 + 2 + 3) / 3 of 4
        (None, {"voice": 1, "co_creation": 2, "self_discovery": 3}, 50),
        (None, {"voice": 1, "co_creation": None}, 25),
        (None, {"voice": None}, None),
        (None, {}, None),
    ],
)
def test_a_line_is_as_thick_as_the_practice_has_taken_root(adoption, attributes, swell):
    school = SchoolAdoption("A", 0, None, adoption, attributes, {})

    assert school.swell == swell


@pytest.mark.parametrize(
    ("viewer", "wave", "expected"),
    [
        (PUBLIC, 0, {"2": {("voice", "practices"): 0.5}}),
        (PUBLIC, 1, {"1": {("voice", "policies"): 3}}),
        (
            PRINCIPAL,
            0,
            {
                "1": {("voice", "practices"): 1.5, ("voice", "policies"): 2.5},
                "2": {("voice", "practices"): 0.5},
            },
        ),
        (PRINCIPAL, 2, {}),
    ],
)
def test_mean_levels_of_cohorts_in_one_wave(file, viewer, wave, expected):
    with reading(file) as connection:
        assert cell_means(connection, viewer, wave=wave) == expected
