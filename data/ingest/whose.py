"""Whose data a warehouse holds: a real district's, or the made-up one's, never both."""

from __future__ import annotations

import duckdb

from data.errors import HomeIsAnothers

OWNER = "whose"
MADE_UP = "made up"
FIRST_TABLES = ("files", "responses", "schools")


def is_made_up(connection: duckdb.DuckDBPyConnection) -> bool:
    """Tell whether the warehouse is the made-up district's."""
    row = connection.execute(
        "SELECT value FROM identity WHERE key = ?", [OWNER]
    ).fetchone()
    return row is not None and row[0] == MADE_UP


def is_empty(connection: duckdb.DuckDBPyConnection) -> bool:
    """Tell whether nothing has been imported yet."""
    return not any(
        connection.execute(f'SELECT 1 FROM "{table}" LIMIT 1').fetchone()  # noqa: S608
        for table in FIRST_TABLES
    )


def give_to_the_demo(connection: duckdb.DuckDBPyConnection) -> None:
    """Mark an empty warehouse as the made-up district's, before anything is in it.

    Raises:
        HomeIsAnothers: it holds a real district's data.
    """
    if is_made_up(connection):
        return
    if not is_empty(connection):
        raise HomeIsAnothers(
            "this home holds a real district's data, and the made-up district must "
            "not be mixed with it; set CHORUS_HOME to an empty folder for the demo"
        )
    connection.execute("INSERT INTO identity VALUES (?, ?)", [OWNER, MADE_UP])


def check_is_real(connection: duckdb.DuckDBPyConnection) -> None:
    """Refuse real files where the made-up district lives.

    Raises:
        HomeIsAnothers: it does.
    """
    if is_made_up(connection):
        raise HomeIsAnothers(
            "this home holds the made-up district, and real files must not be mixed "
            "with it; set CHORUS_HOME to a folder of the district's own"
        )


def check_shown_as_it_is(
    connection: duckdb.DuckDBPyConnection, *, as_demo: bool
) -> None:
    """Refuse to say of a real district that it is made up.

    Raises:
        HomeIsAnothers: the demo's switch is on over real data.
    """
    if as_demo and not is_made_up(connection) and not is_empty(connection):
        raise HomeIsAnothers(
            "CHORUS_DEMO is on, and this home holds a real district's data: every page "
            "would say that it is made up; unset it"
        )
