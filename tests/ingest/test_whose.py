"""A warehouse is a real district's or the made-up one's, never both."""

import duckdb
import pytest

from data.errors import HomeIsAnothers
from data.ingest.warehouse import create_schema
from data.ingest.whose import (
    check_is_real,
    check_shown_as_it_is,
    give_to_the_demo,
    is_empty,
    is_made_up,
)


def warehouse(*statements):
    connection = duckdb.connect()
    create_schema(connection)
    for statement in statements:
        connection.execute(statement)
    return connection


FILLED = {
    "schools": "INSERT INTO schools (school_id, name) VALUES ('A', 'Alder')",
    "responses": "INSERT INTO responses (response_no, file_id, wave, form, resp_key, "
    "school_id, is_current) VALUES (1, 1, '2025-26F', 'teacher', 'k', 'A', true)",
}


def test_a_new_warehouse_is_empty_and_nobodys():
    connection = warehouse()

    assert is_empty(connection)
    assert not is_made_up(connection)
    check_is_real(connection)


@pytest.mark.parametrize("table", FILLED)
def test_one_row_makes_it_somebodys(table):
    connection = warehouse(FILLED[table])

    assert not is_empty(connection)
    with pytest.raises(HomeIsAnothers, match="holds a real district's data"):
        give_to_the_demo(connection)
    assert not is_made_up(connection)


def test_the_demo_keeps_what_was_given_to_it():
    connection = warehouse()
    give_to_the_demo(connection)
    connection.execute(FILLED["schools"])
    give_to_the_demo(connection)

    assert is_made_up(connection)
    assert connection.execute("SELECT count(*) FROM identity").fetchone() == (1,)
    with pytest.raises(HomeIsAnothers, match="holds the made-up district"):
        check_is_real(connection)


def test_the_mark_is_what_other_homes_know_it_by():
    connection = warehouse("INSERT INTO identity VALUES ('whose', 'made up')")

    assert is_made_up(connection)
    assert not is_made_up(warehouse("INSERT INTO identity VALUES ('whose', 'real')"))
    assert not is_made_up(warehouse("INSERT INTO identity VALUES ('other', 'made up')"))


@pytest.mark.parametrize(
    ("made_up", "filled", "as_demo", "refused"),
    [
        (False, True, True, True),
        (False, True, False, False),
        (False, False, True, False),
        (True, True, True, False),
        (True, True, False, False),
    ],
)
def test_a_real_district_is_never_shown_as_made_up(made_up, filled, as_demo, refused):
    connection = warehouse()
    if made_up:
        give_to_the_demo(connection)
    if filled:
        connection.execute(FILLED["schools"])

    if refused:
        with pytest.raises(HomeIsAnothers, match="CHORUS_DEMO is on"):
            check_shown_as_it_is(connection, as_demo=as_demo)
    else:
        check_shown_as_it_is(connection, as_demo=as_demo)
