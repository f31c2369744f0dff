"""Survey numbers of one release, as each viewer reads them."""

import pytest
from release_rows import (
    OFFICE,
    OTHER_PRINCIPAL,
    PRINCIPAL,
    PUBLIC,
    STEWARD,
    TEACHER,
    reading,
    rows,
    write_release_file,
)

from data.catalogue import Text
from data.model.cell import Cell, Coding, Status
from queries.estimates import (
    Band,
    Benchmark,
    Interval,
    answer_shares,
    benchmark,
    cohort_bands,
    estimates,
    extent,
)

ESTIMATES = rows(
    "estimates",
    """
    part  | form         | wave_index | unit_kind | unit_id | breakdown | category | scope | status    | share
    scale | student_6_12 | 0          | school    | A       | all       | all      | all   | shown     | 80
    scale | student_6_12 | 0          | school    | A       | all       | all      | A     | shown     | 83
    scale | student_6_12 | 0          | school    | B       | all       | all      | all   | protected | -
    scale | student_6_12 | 0          | school    | B       | all       | all      | B     | shown     | 41
    scale | student_6_12 | 1          | school    | A       | all       | all      | all   | shown     | 85
    scale | student_6_12 | 0          | cohort    | 1       | all       | all      | cohort-1 | shown  | 62
    scale | student_6_12 | 0          | district  | all     | all       | all      | all   | shown     | 60
    scale | student_6_12 | 0          | district  | all     | grade     | 68       | all   | shown     | 58
    scale | student_6_12 | 0          | district  | all     | grade     | 912      | all   | shown     | 64
    scale | student_6_12 | 0          | school    | A       | grade     | 68       | A     | shown     | 84
    scale | teacher      | 0          | district  | all     | all       | all      | all   | shown     | 71
    LX1a  | student_6_12 | 0          | district  | all     | all       | all      | all   | shown     | 66
    """,
)
ELSEWHERE = rows(
    "estimates",
    """
    indicator_id | unit_kind | unit_id | share
    CU-1         | district  | all     | 99
    """,
)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    import pandas as pd

    path = tmp_path_factory.mktemp("estimates") / "file.duckdb"
    return write_release_file(path, estimates=pd.concat([ESTIMATES, ELSEWHERE]))


def asked(file, viewer, **what):
    with reading(file) as connection:
        return [
            (e.part, e.form, e.unit_id, e.category, e.wave_index, e.cell.share)
            for e in estimates(connection, viewer, indicator="LX-1", **what)
        ]


@pytest.mark.parametrize(
    ("viewer", "expected"),
    [
        (PUBLIC, {"A": 80, "B": None}),
        (TEACHER, {"A": 83, "B": None}),
        (PRINCIPAL, {"A": 83, "B": None, "1": 62}),
        (OTHER_PRINCIPAL, {"A": 80, "B": None}),
        (OFFICE, {"A": 80, "B": None}),
        (STEWARD, {"A": 80, "B": None}),
    ],
)
def test_the_own_school_is_read_exactly_and_every_other_as_everyone_reads_it(
    file, viewer, expected
):
    found = asked(file, viewer, form="student_6_12", wave=0)

    assert {u: s for _, _, u, _, _, s in found if u != "all"} == expected


def test_estimates_come_by_part_form_unit_and_wave(file):
    assert asked(file, PUBLIC, part=None) == [
        ("LX1a", "student_6_12", "all", "all", 0, 66),
        ("scale", "student_6_12", "all", "all", 0, 60),
        ("scale", "student_6_12", "A", "all", 0, 80),
        ("scale", "student_6_12", "A", "all", 1, 85),
        ("scale", "student_6_12", "B", "all", 0, None),
        ("scale", "teacher", "all", "all", 0, 71),
    ]


@pytest.mark.parametrize(
    ("what", "shares"),
    [
        ({}, [60, 80, 85, None, 71]),
        ({"part": "LX1a"}, [66]),
        ({"form": "teacher"}, [71]),
        ({"wave": 1}, [85]),
        ({"unit_kind": "district"}, [60, 71]),
        ({"unit_kind": "school", "unit_id": "A"}, [80, 85]),
        ({"breakdown": "grade"}, [58, 64]),
        ({"breakdown": "language"}, []),
    ],
)
def test_only_what_was_asked_for_is_answered(file, what, shares):
    assert [s for *_, s in asked(file, PUBLIC, **what)] == shares


def test_a_principal_reads_the_parts_of_the_own_school_and_a_teacher_does_not(file):
    own = {"breakdown": "grade", "unit_kind": "school"}

    assert [s for *_, s in asked(file, PRINCIPAL, **own)] == [84]
    assert asked(file, TEACHER, **own) == []


def one(tmp_path, drawn):
    file = write_release_file(tmp_path / "f.duckdb", estimates=rows("estimates", drawn))
    with reading(file) as connection:
        [found] = estimates(connection, OFFICE, indicator="LX-1")
    return found


def test_a_shown_number_brings_its_doubt_its_count_and_its_change(tmp_path):
    found = one(
        tmp_path,
        """
        share | low | high | here_low | here_high | shrunk | shrunk_low | shrunk_high | coding | n_band | n  | eligible | rate | change | points | schools
        64    | 58  | 70   | 61       | 67        | 63     | 59         | 68          | -      | 40–99  | 52 | 60       | 86   | rose   | 4.5    | 3
        """,
    )

    assert found.cell == Cell(
        Status.SHOWN,
        share=64,
        low=58,
        high=70,
        n_band="40–99",
        n=52,
        eligible=60,
        rate=86,
    )
    assert found.shrunk == Interval(63, 59, 68)
    assert found.compared == Interval(63, 59, 68)
    assert (found.change, found.points, found.schools) == ("rose", 4.5, 3)
    assert (found.part, found.form, found.wave_index) == ("scale", "student_6_12", 0)
    assert (found.unit_kind, found.unit_id, found.category) == ("school", "A", "all")


@pytest.mark.parametrize(
    ("drawn", "printed"),
    [
        pytest.param(
            """
            share | low | high | shrunk | shrunk_low | shrunk_high
            64    | 58  | 70   | 63     | 59         | 68
            """,
            (63, 59, 68),
            id="the value schools are compared by",
        ),
        pytest.param("share | low | high\n64 | 58 | 70", (64, 58, 70), id="its own"),
        pytest.param(
            """
            share | low | high | coding   | shrunk | shrunk_low | shrunk_high
            95    | -   | -    | at_least | 96     | 92         | 99
            """,
            (95, None, None),
            id="what is coded stays coded",
        ),
        pytest.param(
            "share | low | high | status\n- | - | - | protected",
            (None, None, None),
            id="hidden",
        ),
    ],
)
def test_a_page_prints_one_value_and_one_interval(tmp_path, drawn, printed):
    cell = one(tmp_path, drawn).printed

    assert (cell.share, cell.low, cell.high) == printed


def test_without_a_shrunken_estimate_the_schools_own_interval_is_compared(tmp_path):
    found = one(tmp_path, "share | low | high\n64 | 58 | 70")

    assert found.compared == Interval(64, 58, 70)
    assert found.shrunk is None


@pytest.mark.parametrize(
    "drawn",
    [
        "share | low | high\n64 | - | 70",
        "share | low | high\n64 | 58 | -",
        "share | low | high | status\n- | - | - | protected",
    ],
)
def test_what_has_no_whole_interval_is_not_compared(tmp_path, drawn):
    assert one(tmp_path, drawn).compared is None


@pytest.mark.parametrize("missing", ["shrunk_low", "shrunk_high"])
def test_half_an_interval_is_none(tmp_path, missing):
    drawn = "share | shrunk | shrunk_low | shrunk_high\n63 | 64 | 60 | 68"

    assert one(tmp_path, drawn).shrunk == Interval(64, 60, 68)
    (tmp_path / "f.duckdb").unlink()
    half = drawn.replace("60" if missing == "shrunk_low" else "68", "-")
    assert one(tmp_path, half).shrunk is None


def test_a_coded_end_stays_coded_and_a_change_nobody_words_is_too_few(tmp_path):
    found = one(tmp_path, "share | coding   | change\n95 | at_least | -")

    assert found.cell.coding is Coding.AT_LEAST
    assert found.change == "too_few"


def test_the_axis_holds_every_interval_of_the_scale_in_every_wave(tmp_path):
    file = write_release_file(
        tmp_path / "f.duckdb",
        estimates=rows(
            "estimates",
            """
            indicator_id | part  | wave_index | unit_id | breakdown | scope | share | low | high | shrunk_low | shrunk_high
            LX-1         | scale | 0          | A       | all       | all   | 60    | 41  | 79   | 45         | 75
            LX-1         | scale | 1          | B       | all       | all   | 62    | 55  | 70   | -          | -
            LX-1         | scale | 2          | C       | all       | all   | 62    | 44  | 80   | 47         | 77
            LX-1         | scale | 0          | A       | grade     | all   | 60    | 11  | 99   | -          | -
            LX-1         | LX1a  | 0          | A       | all       | all   | 60    | 10  | 98   | -          | -
            CU-1         | scale | 0          | A       | all       | all   | 60    | 5   | 97   | -          | -
            LX-1         | scale | 0          | B       | all       | B     | 60    | 8   | 96   | -          | -
            """,
        ),
    )
    with reading(file) as connection:
        assert extent(connection, PRINCIPAL, indicator="LX-1") == (45, 77)
        assert extent(connection, PRINCIPAL, indicator="RO-1") is None


# --- answers ---------------------------------------------------------------------


ANSWERS = rows(
    "answers",
    """
    item_id | unit_kind | unit_id | scope | code | status    | share
    LX1a    | district  | all     | all   | 2    | shown     | 30
    LX1a    | district  | all     | all   | 5    | shown     | 70
    LX1b    | district  | all     | all   | 0    | protected | -
    LX1a    | school    | A       | all   | 4    | shown     | 100
    LX1a    | school    | A       | A     | 1    | shown     | 20
    LX1a    | school    | A       | A     | 4    | shown     | 80
    """,
)


@pytest.fixture(scope="module")
def answered(tmp_path_factory):
    path = tmp_path_factory.mktemp("answers") / "file.duckdb"
    return write_release_file(path, answers=ANSWERS)


def shares(file, viewer, **what):
    what = {"indicator": "LX-1", "form": "student_6_12", "wave": 0, **what}
    with reading(file) as connection:
        return [
            (a.item_id, a.status, a.shares)
            for a in answer_shares(connection, viewer, **what)
        ]


def test_an_item_says_how_it_was_answered_or_why_it_does_not(answered):
    assert shares(answered, PUBLIC) == [
        ("LX1a", Status.SHOWN, {2: 30, 5: 70}),
        ("LX1b", Status.PROTECTED, {}),
    ]


@pytest.mark.parametrize("viewer", [PRINCIPAL, TEACHER])
def test_the_own_schools_exact_answers_are_never_mixed_with_the_coded_ones(
    answered, viewer
):
    found = shares(answered, viewer, unit=("school", "A"))

    assert found == [("LX1a", Status.SHOWN, {1: 20, 4: 80})]


def test_others_read_that_schools_answers_as_everyone_does(answered):
    found = shares(answered, OTHER_PRINCIPAL, unit=("school", "A"))

    assert found == [("LX1a", Status.SHOWN, {4: 100})]


@pytest.mark.parametrize(
    "other",
    [
        {"indicator": "CU-1"}, {"form": "teacher"}, {"wave": 1}, {"part": "LX1a"},
        {"unit": ("district", "A")}, {"unit": ("school", "all")},
    ],
)  # fmt: skip
def test_answers_of_something_else_are_not_answered(answered, other):
    assert shares(answered, PUBLIC, **other) == []


# --- bands and benchmarks --------------------------------------------------------


BANDS = rows(
    "bands",
    """
    indicator_id | part  | form         | wave_index | cohort_id | low | high | schools
    LX-1         | scale | student_6_12 | 1          | 1         | 52  | 71   | 4
    LX-1         | scale | student_6_12 | 0          | 1         | 50  | 70   | 4
    LX-1         | LX1a  | student_6_12 | 0          | 1         | 10  | 20   | 4
    CU-1         | scale | teacher      | 0          | 1         | 11  | 21   | 4
    LX-1         | scale | student_6_12 | 0          | 2         | 12  | 22   | 5
    """,
)
OF_COHORT_1 = [Band("student_6_12", 0, 50, 70, 4), Band("student_6_12", 1, 52, 71, 4)]


@pytest.mark.parametrize(
    ("viewer", "expected"),
    [
        (PUBLIC, []),
        (TEACHER, []),
        (OTHER_PRINCIPAL, []),
        (PRINCIPAL, OF_COHORT_1),
        (OFFICE, OF_COHORT_1),
        (STEWARD, OF_COHORT_1),
    ],
)
def test_a_cohorts_band_is_seen_from_inside_it_and_by_the_office(
    tmp_path, viewer, expected
):
    file = write_release_file(tmp_path / "f.duckdb", bands=BANDS)
    with reading(file) as connection:
        found = cohort_bands(connection, viewer, indicator="LX-1", cohort=1)

    assert found == expected


@pytest.mark.parametrize(
    ("wave", "expected"),
    [
        (0, None),
        (1, Benchmark(55, "2019", Text.of({"en": "State", "es": "Estado"}))),
        (2, Benchmark(57, "2021", Text.of({"en": "State", "es": "Estado"}))),
    ],
)
def test_a_benchmark_holds_from_its_wave_on_in_its_latest_version(
    tmp_path, wave, expected
):
    file = write_release_file(
        tmp_path / "f.duckdb",
        benchmarks=rows(
            "benchmarks",
            """
            benchmark_id | version | indicator_id | form         | from_wave | share | name_en | name_es
            state        | 2019    | LX-1         | student_6_12 | 1         | 55    | State   | Estado
            state        | 2020    | LX-1         | student_6_12 | 2         | 56    | State   | Estado
            state        | 2021    | LX-1         | student_6_12 | 2         | 57    | State   | Estado
            zeta         | 2099    | LX-1         | student_6_12 | 2         | 59    | State   | Estado
            nation       | 2021    | CU-1         | student_6_12 | 0         | 58    | State   | Estado
            nation       | 2022    | LX-1         | teacher      | 0         | 58    | State   | Estado
            """,
        ),
    )
    with reading(file) as connection:
        found = benchmark(
            connection, PUBLIC, indicator="LX-1", form="student_6_12", wave=wave
        )

    assert found == expected
