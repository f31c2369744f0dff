"""The warehouse as a file: what a person is told where it cannot be opened or written."""

from pathlib import Path

import duckdb
import pytest
from conftest import settings_in

from data.errors import DiskFull, WarehouseError, WarehouseLocked
from data.ingest.warehouse import (
    create_schema,
    explained,
    open_scratch,
    open_warehouse,
    read_warehouse,
)

PLACE = Path("home") / "warehouse.duckdb"


@pytest.fixture
def settings(tmp_path):
    return settings_in(tmp_path / "home")


@pytest.mark.parametrize(
    "said",
    [
        "IO Error: No space left on device",
        "There is not enough space on the disk",
        "Could not write: File too large",
        "Disk quota exceeded",
    ],
)
def test_a_full_disk_is_a_full_disk(said):
    assert isinstance(explained(duckdb.IOException(said), PLACE), DiskFull)


def test_a_full_disk_comes_before_a_lock():
    error = duckdb.IOException("lock: No space left on device")

    assert isinstance(explained(error, PLACE), DiskFull)


def test_a_lock_is_another_command():
    found = explained(duckdb.IOException("Could not set Lock on file"), PLACE)

    assert isinstance(found, WarehouseLocked)
    assert str(PLACE) in str(found)


@pytest.mark.parametrize("said", ["Permission denied", "Read-only file", "is readonly"])
def test_what_may_not_be_written_is_the_users(said):
    found = explained(duckdb.IOException(f"Cannot open file: {said}"), PLACE)

    assert type(found) is WarehouseError
    assert str(found) == (
        f"{PLACE} cannot be written; let the user who runs Chorus write it and its "
        "folder"
    )


def test_anything_else_is_damage_and_its_first_line():
    found = explained(duckdb.IOException("x" * 130 + "\nsecond line"), PLACE)

    assert str(found) == (
        f"{PLACE} is damaged; put it back from the backup ({'x' * 120})"
    )


def test_a_warehouse_is_made_where_there_is_none(settings):
    with open_warehouse(settings) as connection:
        connection.execute("INSERT INTO identity VALUES ('a', 'b')")
    with read_warehouse(settings) as connection:
        assert connection.execute("SELECT * FROM identity").fetchall() == [("a", "b")]
        with pytest.raises(duckdb.InvalidInputException):
            connection.execute("INSERT INTO identity VALUES ('c', 'd')")


def test_a_file_that_is_none_of_ours_is_said_to_be_damaged(settings):
    settings.home.mkdir(parents=True)
    settings.warehouse.write_bytes(b"no database" * 1000)

    for opened in (open_warehouse, read_warehouse, open_scratch):
        with (
            pytest.raises(WarehouseError, match=r"is damaged; put it back from the"),
            opened(settings),
        ):
            pass


def test_an_error_of_the_question_stays_what_it_is(settings):
    with pytest.raises(duckdb.ParserException), open_warehouse(settings) as connection:
        connection.execute("SELEC 1")


def test_a_commit_without_room_is_a_full_disk(settings):
    with pytest.raises(DiskFull), open_warehouse(settings):
        raise duckdb.TransactionException("Failed to commit: No space left on device")


def test_a_warehouse_of_another_kind_is_damaged_where_it_is_only_read(settings):
    settings.home.mkdir(parents=True)
    duckdb.connect(str(settings.warehouse)).close()

    with (
        pytest.raises(WarehouseError, match="is damaged"),
        read_warehouse(settings) as connection,
    ):
        connection.execute("SELECT * FROM identity")


KNOWN = {
    "identity": "('hash', 'abc')",
    "headers": "('m.yaml', ['a', 'b'])",
    "waves": "('2025-26F', 0, '2025-10-01', '2025-10-31')",
    "schools": "('A', 'Alder', NULL, NULL, NULL, 1, NULL, NULL, NULL)",
    "school_names": "('alder', 'A')",
    "summary_measures": "('m', 'LX-1', 'g', 'a', 'b', 'c', 'd', 'e', 'f', true)",
    "case_event": "('E', '2025-10-01', 'x', '', NULL, 'a', 'b', 1, 'en', 'case')",
    "session": "('S', '2025-10-01', 1.0, 'workshop', 'voice', '', NULL, NULL)",
    "outcome_measure": "('O', 'a', 'b', '%', 'up', 1.0, NULL)",
}


def test_a_check_knows_what_a_file_is_judged_by_and_writes_nothing_back(settings):
    with open_warehouse(settings) as connection:
        for table, row in KNOWN.items():
            connection.execute(f"INSERT INTO {table} VALUES {row}")
        connection.execute("INSERT INTO answers VALUES (1, 1, 1)")
    with open_scratch(settings) as scratch:
        for table in KNOWN:
            assert scratch.execute(f"SELECT count(*) FROM {table}").fetchone() == (1,)
        assert scratch.execute("SELECT count(*) FROM answers").fetchone() == (0,)
        scratch.execute("DELETE FROM schools")
        attached = scratch.execute("SELECT database_name FROM duckdb_databases()")
        assert ("live",) not in attached.fetchall()
    with read_warehouse(settings) as connection:
        assert connection.execute("SELECT count(*) FROM schools").fetchone() == (1,)


def test_a_check_before_the_first_import_knows_nothing(settings):
    with open_scratch(settings) as scratch:
        assert scratch.execute("SELECT count(*) FROM schools").fetchone() == (0,)
    assert not settings.home.exists()


def test_items_are_numbered_from_one_and_keep_their_number():
    connection = duckdb.connect()
    create_schema(connection)
    first = connection.execute("SELECT item_id, item_no FROM items").fetchall()
    numbers = sorted(n for _, n in first)

    assert numbers == list(range(1, len(first) + 1))

    # An item of a later catalogue comes after all that are known.
    connection.execute("DELETE FROM items WHERE item_id = 'T.UP.VO'")
    create_schema(connection)
    again = dict(connection.execute("SELECT item_id, item_no FROM items").fetchall())
    rest = {i: n for i, n in first if i != "T.UP.VO"}
    assert {i: n for i, n in again.items() if i != "T.UP.VO"} == rest
    assert again["T.UP.VO"] == max(rest.values()) + 1


@pytest.mark.parametrize(
    "earlier", ["DROP TABLE made_with", "UPDATE made_with SET stamp = 'earlier'"]
)
def test_a_warehouse_of_an_earlier_version_gets_the_tables_it_lacks(settings, earlier):
    with open_warehouse(settings) as connection:
        connection.execute("INSERT INTO identity VALUES ('a', 'b')")
        connection.execute("DROP TABLE undone")
        connection.execute("DROP TABLE journal_pulse")
        connection.execute(earlier)
    for _ in range(2):
        with open_warehouse(settings) as connection:
            for table, rows in (
                ("undone", 0), ("journal_pulse", 0), ("identity", 1), ("made_with", 1),
            ):  # fmt: skip
                counted = connection.execute(f"SELECT count(*) FROM {table}")
                assert counted.fetchone() == (rows,)


@pytest.mark.parametrize(
    ("text", "folded", "tidied"),
    [
        ("  Peña   MIDDLE ", "peña middle", "Peña MIDDLE"),
        ("A\u00a0B", "a b", "A B"),
        ("A\ufffdB", "a\ufffdb", "A B"),
        ("a\tb\nc", "a b c", "a b c"),
    ],
)
def test_names_are_compared_without_case_and_spaces_and_kept_as_written(
    text, folded, tidied
):
    connection = duckdb.connect()
    create_schema(connection)

    assert connection.execute("SELECT fold(?), tidy(?)", [text, text]).fetchone() == (
        folded,
        tidied,
    )
