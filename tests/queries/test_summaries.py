"""Results published elsewhere, as each viewer reads them."""

import pytest
from release_rows import (
    OFFICE,
    PRINCIPAL,
    PUBLIC,
    SCHOOLS,
    TEACHER,
    reading,
    rows,
    write_release_file,
)

from data.catalogue import Text
from data.model.cell import Cell, Coding, Status
from queries.summaries import (
    Measure,
    SchoolValue,
    Spread,
    measures,
    school_values,
    spreads,
)

MEASURES = rows(
    "summary_measures",
    """
    measure_id | indicator_id | respondents | source_en | source_es | name_en | name_es | definition_en | definition_es | has_n | is_public
    trust      | CU-1         | teachers    | City      | Ciudad    | Trust   | Confianza | Agree       | De acuerdo    | yes   | yes
    rigor      | CU-1         | students    | City      | Ciudad    | Rigor   | Rigor   | Say so        | Lo dicen      | no    | yes
    safety     | CU-4         | families    | City      | Ciudad    | Safety  | Seguro  | Feel so       | Lo sienten    | no    | yes
    """,
)
VALUES = rows(
    "summary_values",
    """
    measure_id | wave_index | school_id | scope | status    | share | low | high | coding   | n_band | n   | eligible | rate
    trust      | 0          | C         | all   | shown     | 71    | 60  | 82   | -        | 40–99  | 55  | 60       | 92
    trust      | 0          | A         | all   | shown     | 95    | -   | -    | at_least | 40–99  | -   | -        | -
    trust      | 1          | A         | all   | protected | -     | -   | -    | -        | -      | -   | -        | -
    trust      | 0          | B         | B     | shown     | 44    | -   | -    | -        | -      | -   | -        | -
    trust      | 0          | D         | all   | shown     | 52    | -   | -    | -        | -      | -   | -        | -
    rigor      | 0          | A         | A     | shown     | 33    | -   | -    | -        | -      | -   | -        | -
    """,
)
SPREADS = rows(
    "summary_spreads",
    """
    measure_id | wave_index | unit_kind | unit_id | schools | lowest_tenth | quarter | median | three_quarters | highest_tenth
    trust      | 1          | district  | all     | 4       | 11           | 26      | 51     | 76             | 91
    trust      | 0          | district  | all     | 4       | 10           | 25      | 50     | 75             | 90
    trust      | 0          | cohort    | 1       | 2       | 12           | 27      | 52     | 77             | 92
    rigor      | 0          | district  | all     | 4       | 13           | 28      | 53     | 78             | 93
    """,
)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return write_release_file(
        tmp_path_factory.mktemp("summaries") / "file.duckdb",
        summary_measures=MEASURES,
        summary_values=VALUES,
        summary_spreads=SPREADS,
    )


def test_measures_come_by_the_indicator_they_stand_beside(file):
    with reading(file) as connection:
        assert [m.measure_id for m in measures(connection, PUBLIC)] == [
            "rigor", "trust", "safety",
        ]  # fmt: skip
        beside = measures(connection, PUBLIC, indicator="CU-4")

    assert beside == [
        Measure(
            "safety", "CU-4", "families",
            Text.of({"en": "City", "es": "Ciudad"}),
            Text.of({"en": "Safety", "es": "Seguro"}),
            Text.of({"en": "Feel so", "es": "Lo sienten"}),
            has_n=False,
        )
    ]  # fmt: skip


def test_the_schools_of_a_unit_lie_from_the_lowest_tenth_to_the_highest(file):
    with reading(file) as connection:
        assert spreads(connection, PUBLIC, measure="trust") == [
            Spread("cohort", "1", 0, 2, 12, 27, 52, 77, 92),
            Spread("district", "all", 0, 4, 10, 25, 50, 75, 90),
            Spread("district", "all", 1, 4, 11, 26, 51, 76, 91),
        ]


def asked(file, viewer=PUBLIC, **what):
    with reading(file) as connection:
        page = school_values(connection, viewer, **{"measure": "trust", **what})
    return [(v.school_id, v.wave_index) for v in page.values], page.total


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ({}, ([("A", 0), ("A", 1), ("C", 0), ("D", 0)], 4)),
        ({"wave": 1}, ([("A", 1)], 1)),
        ({"school_id": "C"}, ([("C", 0)], 1)),
        ({"level": "high"}, ([("A", 0), ("A", 1), ("C", 0)], 3)),
        ({"area": "South"}, ([("C", 0)], 1)),
        ({"search": "CED"}, ([("C", 0)], 1)),
        ({"search": "d", "wave": 0}, ([("A", 0), ("C", 0), ("D", 0)], 3)),
        ({"wave": 0, "limit": 2}, ([("A", 0), ("C", 0)], 3)),
        ({"wave": 0, "limit": 2, "offset": 2}, ([("D", 0)], 3)),
        ({"limit": 0}, ([], 4)),
        ({"measure": "rigor"}, ([], 0)),
    ],
)
def test_a_page_of_schools_in_alphabetical_order_and_how_many_fit(file, what, expected):
    assert asked(file, **what) == expected


def test_schools_come_by_their_names_and_those_of_one_name_by_their_ids(tmp_path):
    named = SCHOOLS.replace({"name": {"Alder": "Willow", "Dogwood": "Cedar"}})
    file = write_release_file(
        tmp_path / "file.duckdb",
        schools=named, summary_measures=MEASURES, summary_values=VALUES,
    )  # fmt: skip

    assert asked(file, wave=0)[0] == [("C", 0), ("D", 0), ("A", 0)]


@pytest.mark.parametrize(
    ("viewer", "total"), [(PUBLIC, 0), (TEACHER, 0), (PRINCIPAL, 1), (OFFICE, 0)]
)
def test_a_value_for_one_school_is_read_there_alone(file, viewer, total):
    assert asked(file, viewer, measure="rigor")[1] == total


def test_a_value_is_a_cell_with_its_school(file):
    with reading(file) as connection:
        coded, hidden, whole, _ = school_values(
            connection, PUBLIC, measure="trust"
        ).values

    assert coded == SchoolValue(
        "A", "Alder", "high", "North", 0,
        Cell(Status.SHOWN, share=95, coding=Coding.AT_LEAST, n_band="40–99"),
    )  # fmt: skip
    assert hidden.cell == Cell(Status.PROTECTED)
    assert whole == SchoolValue(
        "C", "Cedar", "high", "South", 0,
        Cell(
            Status.SHOWN, share=71, low=60, high=82, n_band="40–99", n=55, eligible=60,
            rate=92,
        ),
    )  # fmt: skip
