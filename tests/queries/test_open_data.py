"""The public's tables, whole and in order, for whoever counts for themselves."""

import pandas as pd
import pytest
from release_rows import PRINCIPAL, PUBLIC, reading, rows, write_release_file

from data.model.release_tables import TABLES
from data.model.viewer import Role
from queries.open_data import DATASETS, OPEN_TO, columns_of, row_count, rows_of

ESTIMATES = rows(
    "estimates",
    """
    unit_id | scope | share
    B       | all   | 61
    A       | all   | 60
    A       | A     | 59
    """,
)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("open") / "file.duckdb"
    return write_release_file(path, estimates=ESTIMATES)


def test_open_data_is_what_the_public_may_read():
    assert OPEN_TO.role is Role.PUBLIC
    assert OPEN_TO.school_ids == frozenset()


def test_the_tables_offered_hold_no_request_and_nothing_of_what_was_hidden():
    assert DATASETS[:3] == ("estimates", "figures", "answers")
    assert {*DATASETS} <= {*TABLES}
    kept = {*TABLES} - {*DATASETS}
    assert {"requests", "hidden", "rubric_cells", "rubric_means", "bands"} <= kept


def test_columns_stand_in_the_dictionarys_order():
    assert columns_of("waves") == ["wave_index", "wave", "opens_on", "closes_on"]


@pytest.mark.parametrize(
    ("viewer", "shares"), [(PUBLIC, [60, 61]), (PRINCIPAL, [59, 60, 61])]
)
def test_rows_are_those_in_scope_in_the_order_of_their_key(file, viewer, shares):
    column = columns_of("estimates").index("share")
    with reading(file) as connection:
        chunks = list(rows_of(connection, viewer, "estimates"))

        assert [r[column] for chunk in chunks for r in chunk] == shares
        assert row_count(connection, viewer, "estimates") == len(shares)


def test_what_has_no_readers_of_its_own_is_read_whole(file):
    with reading(file) as connection:
        assert row_count(connection, PUBLIC, "schools") == 4
        [chunk] = rows_of(connection, PUBLIC, "waves")

    assert chunk == [
        (0, "2025-26F", "2025-10-06", "2025-10-30"),
        (1, "2025-26S", "2026-03-02", "2026-03-27"),
        (2, "2026-27F", None, None),
    ]


def test_an_empty_table_has_no_rows_and_no_chunk(file):
    with reading(file) as connection:
        assert row_count(connection, PUBLIC, "answers") == 0
        assert list(rows_of(connection, PUBLIC, "answers")) == []


def test_a_large_table_comes_in_chunks_of_two_thousand(tmp_path):
    many = pd.DataFrame(
        {
            "school_id": [f"S{k:04d}" for k in range(2001)],
            "name": "x",
            "cohort_id": 0,
        }
    )
    file = write_release_file(tmp_path / "f.duckdb", schools=many)
    with reading(file) as connection:
        chunks = list(rows_of(connection, PUBLIC, "schools"))

    assert [len(c) for c in chunks] == [2000, 1]
    assert chunks[1][0][0] == "S2000"
