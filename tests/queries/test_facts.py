"""What a release says of itself, the same to everyone."""

from dataclasses import replace

import pytest
from release_rows import (
    META,
    OFFICE,
    PRINCIPAL,
    PUBLIC,
    SCHOOLS,
    TEACHER,
    reading,
    rows,
    write_release_file,
)

from data.model.waves import Wave
from queries.facts import (
    Cohort,
    School,
    levels_and_areas,
    release_facts,
    school,
    schools,
)

COHORTS = rows(
    "cohorts",
    """
    cohort_id | schools | launch_wave | launches_on | is_started
    2         | 1       | 1           | 2026-01-10  | yes
    0         | 1       | -           | -           | no
    1         | 2       | 0           | 2025-08-20  | yes
    """,
)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("facts") / "file.duckdb"
    return write_release_file(path, cohorts=COHORTS)


@pytest.fixture(scope="module")
def facts(file):
    with reading(file) as connection:
        return release_facts(connection, PUBLIC)


@pytest.mark.parametrize("viewer", [TEACHER, PRINCIPAL, OFFICE])
def test_the_frame_is_the_same_for_everyone(file, facts, viewer):
    with reading(file) as connection:
        assert release_facts(connection, viewer) == facts


def test_a_release_names_itself_its_district_and_its_schools(facts):
    assert (facts.release_id, facts.district) == ("2026-27F.1", "Small Town")
    assert facts.last_days == ("2025-10-30", "2026-03-27", None)
    assert (facts.schools, facts.closed) == (3, 1)


def test_thresholds_are_those_of_the_release_and_the_usual_where_it_names_none(
    tmp_path,
):
    stricter = META.replace({"value": {"10": "12"}})
    path = write_release_file(tmp_path / "file.duckdb", cohorts=COHORTS, meta=stricter)
    with reading(path) as connection:
        rules = release_facts(connection, PUBLIC).rules

    assert rules == {
        "min_n_student": "12",
        "min_n_staff": "5",
        "min_n_principal": "5",
        "min_n_principal_view": "10",
        "min_meaningful_change": "5.0",
        "bh_q": "0.1",
        "rubric_shared_in_cohort": "1",
        "tie_min": "3",
        "half_life_days": "90.0",
        "early_days": "60",
        "chorus_cuts": "1.5, 3, 4.5",
        "did_min_schools": "12",
        "stopped_levels": "0.25",
    }


@pytest.mark.parametrize(("value", "is_demo"), [("1", True), ("0", False)])
def test_a_made_up_district_says_so(tmp_path, value, is_demo):
    meta = META.assign(
        value=[
            value if k == "is_demo" else v
            for k, v in zip(META.key, META.value, strict=True)
        ]
    )
    file = write_release_file(tmp_path / "f.duckdb", meta=meta)
    with reading(file) as connection:
        assert release_facts(connection, PUBLIC).is_demo is is_demo


def test_waves_stand_in_order_of_time_and_the_last_is_the_latest(facts):
    assert facts.waves == (Wave(2025, False), Wave(2025, True), Wave(2026, False))
    assert facts.latest == 2


@pytest.mark.parametrize(
    ("label", "index"),
    [("2025-26F", 0), ("2025-26S", 1), ("2026-27F", 2), ("2019-20F", 2), (None, 2)],
)
def test_an_address_without_a_wave_of_this_release_means_the_latest(
    facts, label, index
):
    assert facts.wave_index(label) == index


def test_cohorts_stand_in_order_and_are_found_by_number(facts):
    assert facts.cohorts == (
        Cohort(0, 0, None, None, False),
        Cohort(1, 2, 0, "2025-08-20", True),
        Cohort(2, 1, 1, "2026-01-10", True),
    )
    assert facts.cohort(2).launches_on == "2026-01-10"


def test_a_district_of_waiting_schools_alone_has_no_cohorts(facts):
    assert facts.has_cohorts
    assert not replace(facts, cohorts=facts.cohorts[:1]).has_cohorts


def asked(file, **what):
    with reading(file) as connection:
        return [s.school_id for s in schools(connection, PUBLIC, **what)]


def test_schools_come_by_their_names_and_those_of_one_name_by_their_ids(tmp_path):
    named = SCHOOLS.replace({"name": {"Alder": "Willow", "Dogwood": "Cedar"}})

    assert asked(write_release_file(tmp_path / "file.duckdb", schools=named)) == [
        "B", "C", "D", "A",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ({}, "A B C D"),
        ({"cohort": 1}, "A B"),
        ({"cohort": 0}, "D"),
        ({"level": "high"}, "A C"),
        ({"area": "North"}, "A B"),
        ({"level": "high", "area": "South"}, "C"),
        ({"search": "ALD"}, "A"),
        ({"search": "old m"}, "B"),  # by its earlier name
        ({"search": "d"}, "A B C D"),
        ({"search": "dogw"}, "D"),
        ({"search": "zebra"}, ""),
    ],
)
def test_schools_are_found_by_cohort_level_area_and_any_of_their_names(
    file, what, expected
):
    assert asked(file, **what) == expected.split()


def test_schools_come_by_name_and_those_of_one_name_by_id(tmp_path):
    drawn = """
    school_id | name  | cohort_id
    S2        | Birch | 1
    S9        | Alder | 1
    S1        | Birch | 1
    """
    file = write_release_file(tmp_path / "f.duckdb", schools=rows("schools", drawn))

    assert asked(file) == ["S9", "S1", "S2"]
    assert asked(file, search="s2") == ["S2"]


def test_a_school_is_all_that_everyone_may_know_of_it(file):
    with reading(file) as connection:
        birch = school(connection, PUBLIC, school_id="B")
        dogwood = school(connection, PUBLIC, school_id="D")

        assert birch == School("B", "Birch", "middle", "North", 1, 0, None, "Old Mill")
        assert dogwood == School(
            "D", "Dogwood", "elementary", None, 0, None, "2026-06-30", None
        )
        assert school(connection, PUBLIC, school_id="E") is None
        # "l" is in names, and nobody's id
        assert school(connection, PUBLIC, school_id="l") is None


@pytest.mark.parametrize(
    ("launch_wave", "wave", "started"),
    [(1, 0, False), (1, 1, True), (1, 2, True), (0, 0, True), (None, 9, False)],
)
def test_a_school_has_started_from_its_first_wave_after_launch(
    launch_wave, wave, started
):
    one = School("A", "Alder", "high", None, 1, launch_wave, None, None)

    assert one.is_started(wave) is started


def test_filters_offer_the_levels_and_areas_that_occur(file):
    with reading(file) as connection:
        assert levels_and_areas(connection, PUBLIC) == (
            ["elementary", "high", "middle"],
            ["North", "South"],
        )


@pytest.mark.parametrize(
    ("closed_on", "open_", "closed"),
    [
        pytest.param("2026-06-12", 1, 1, id="before the latest wave"),
        pytest.param("2027-06-12", 2, 0, id="after it: open to this day"),
    ],
)
def test_a_closed_school_is_in_no_count_of_today(tmp_path, closed_on, open_, closed):
    drawn = f"""
    school_id | name  | cohort_id | launch_wave | closed_on
    A         | Alder | 1         | 0           | -
    B         | Birch | 1         | 0           | {closed_on}
    """
    file = write_release_file(
        tmp_path / "f.duckdb", schools=rows("schools", drawn), cohorts=COHORTS
    )
    with reading(file) as connection:
        found = release_facts(connection, PUBLIC)

    assert (found.schools, found.closed) == (open_, closed)
    assert found.cohort(1).schools == found.started == open_
