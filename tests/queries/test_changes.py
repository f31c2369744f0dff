"""What differs between two releases, as one viewer sees both."""

import pytest
from release_rows import (
    META,
    PRINCIPAL,
    PUBLIC,
    WAVES,
    reading,
    rows,
    write_release_file,
)

from data.model.cell import Cell, Status
from queries.changes import Changed, ChangeList, changes

BEFORE = rows(
    "estimates",
    """
    unit_id | breakdown | category | scope | status    | share
    A       | all       | all      | all   | shown     | 60
    B       | all       | all      | all   | shown     | 61
    C       | all       | all      | all   | protected | -
    D       | all       | all      | all   | protected | -
    E       | all       | all      | all   | shown     | 62
    A       | all       | all      | A     | shown     | 59
    F       | all       | all      | all   | shown     | 63
    A       | grade     | 68       | all   | shown     | 44
    """,
)
AFTER = rows(
    "estimates",
    """
    unit_id | breakdown | category | scope | status    | share
    A       | all       | all      | all   | shown     | 60
    B       | all       | all      | all   | shown     | 64
    C       | all       | all      | all   | shown     | 50
    D       | all       | all      | all   | protected | -
    E       | all       | all      | all   | protected | -
    A       | all       | all      | A     | shown     | 58
    G       | all       | all      | all   | shown     | 66
    H       | all       | all      | all   | protected | -
    A       | grade     | 68       | all   | shown     | 44
    """,
)


def shown(share):
    return Cell(Status.SHOWN, share=share)


HIDDEN = Cell(Status.PROTECTED)


def compared(folder, viewer, before, after):
    one = write_release_file(folder / "before.duckdb", **before)
    two = write_release_file(folder / "after.duckdb", **after)
    with reading(one) as old, reading(two) as new:
        return changes(old, new, viewer)


def at(unit, before, after):
    return Changed(
        "LX-1", "student_6_12", "2025-26F", "school", unit, "all", before, after
    )


def test_numbers_that_moved_went_away_and_came_are_told_apart(tmp_path):
    found = compared(tmp_path, PUBLIC, {"estimates": BEFORE}, {"estimates": AFTER})

    assert found.numbers == [at("B", shown(61), shown(64))]
    assert found.hidden == [at("E", shown(62), HIDDEN)]
    assert found.opened == [at("C", HIDDEN, shown(50))]
    assert found.added == 2  # G and H
    assert not found.is_empty


def test_a_principal_compares_the_own_schools_exact_numbers(tmp_path):
    found = compared(tmp_path, PRINCIPAL, {"estimates": BEFORE}, {"estimates": AFTER})

    assert found.numbers == [
        at("A", shown(59), shown(58)),
        at("B", shown(61), shown(64)),
    ]


def test_the_same_release_twice_differs_in_nothing(tmp_path):
    found = compared(tmp_path, PUBLIC, {"estimates": BEFORE}, {"estimates": BEFORE})

    assert found == ChangeList([], [], [], 0, [])
    assert found.is_empty


@pytest.mark.parametrize(
    "one",
    [
        ChangeList([at("A", shown(1), shown(2))], [], [], 0, []),
        ChangeList([], [at("A", shown(1), HIDDEN)], [], 0, []),
        ChangeList([], [], [at("A", HIDDEN, shown(1))], 0, []),
        ChangeList([], [], [], 1, []),
        ChangeList([], [], [], 0, [("min_n_student", "10", "12")]),
    ],
)
def test_one_difference_of_any_kind_is_a_difference(one):
    assert not one.is_empty


def test_waves_are_compared_by_name_not_by_position(tmp_path):
    earlier = rows(
        "waves",
        """
        wave_index | wave
        0          | 2024-25S
        1          | 2025-26F
        """,
    )
    now = rows("estimates", "unit_id | wave_index | share\nA | 1 | 60\nA | 0 | 20")
    found = compared(
        tmp_path,
        PUBLIC,
        {"estimates": rows("estimates", "unit_id | share\nA | 55"), "waves": WAVES},
        {"estimates": now, "waves": earlier},
    )

    assert found.numbers == [at("A", shown(55), shown(60))]
    assert found.added == 1


def test_a_threshold_that_moved_came_or_went_is_told_and_other_notes_are_not(tmp_path):
    meta = rows(
        "meta",
        """
        key                | value
        release_id         | 2026-27F.2
        district           | Small Town
        is_demo            | 0
        code_version       | 4
        rule.min_n_student | 12
        rule.tie_min       | 3
        """,
    )
    gone = META[META.key != "code_version"]
    assert compared(tmp_path, PUBLIC, {"meta": META}, {"meta": meta}).rules == [
        ("code_version", "3", "4"),
        ("min_n_student", "10", "12"),
        ("tie_min", "–", "3"),
    ]
    other = tmp_path / "other"
    other.mkdir()
    assert compared(other, PUBLIC, {"meta": meta}, {"meta": gone}).rules == [
        ("code_version", "4", "–"),
        ("min_n_student", "12", "10"),
        ("tie_min", "3", "–"),
    ]
