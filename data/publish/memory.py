"""What each release rested on: kept in the warehouse, where whole numbers may live.

A later release is compared with every earlier one that can still be read, also
with what that one hid. The release itself cannot tell; the warehouse remembers.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

from data.errors import ReleaseForgotten
from data.model.shelf import read_pointer
from data.publish.decided import Decided, Earlier

CELLS = "released_cells"
ANSWERS = "released_answers"
HIDDEN_ANSWERS = "released_hidden_answers"


def remember(
    connection: duckdb.DuckDBPyConnection,
    release_id: str,
    decided: Decided,
    waves: pd.DataFrame,
) -> None:
    """Write down what *release_id* says and to whom; once and for all."""
    labels = dict(zip(waves["wave_index"], waves["wave"], strict=True))
    cells = decided.estimates.assign(release_id=release_id)
    cells["wave"] = cells["wave_index"].map(labels) if len(cells) else None
    if len(cells):
        cells["as_of"] = cells["as_of"].where(cells["as_of"] != "", release_id)
    for audience, verdict in decided.verdicts.by_audience().items():
        cells[f"status_{audience}"] = verdict["status"].astype(str)
    answers, closed = (
        f.assign(release_id=release_id, wave=f["wave_index"].map(labels))
        if len(f)
        else f
        for f in (decided.answers, decided.hidden_answers)
    )
    tables = ((CELLS, cells), (ANSWERS, answers), (HIDDEN_ANSWERS, closed))
    cursor = connection.cursor()
    cursor.execute("BEGIN")
    for name, frame in tables:
        if frame.empty:
            continue
        cursor.register("frame", _plain(frame))
        cursor.execute(
            f"CREATE TABLE IF NOT EXISTS {name} AS SELECT * FROM frame LIMIT 0"
        )
        cursor.execute(f"DELETE FROM {name} WHERE release_id = ?", [release_id])
        cursor.execute(f"INSERT INTO {name} BY NAME SELECT * FROM frame")
        cursor.unregister("frame")
    cursor.execute(
        "CREATE TABLE IF NOT EXISTS released (release_id VARCHAR PRIMARY KEY)"
    )
    cursor.execute("INSERT OR IGNORE INTO released VALUES (?)", [release_id])
    cursor.execute("COMMIT")


def remembered(
    connection: duckdb.DuckDBPyConnection, shelf: Path, waves: pd.DataFrame
) -> Earlier:
    """Return what each reachable release rested on, oldest first.

    Raises:
        ReleaseForgotten: one can be read but this warehouse did not make it.
    """
    reachable = [x.release_id for x in read_pointer(shelf).history if x.is_reachable]
    known = _known(connection)
    for release_id in reachable:
        if release_id not in known:
            raise ReleaseForgotten(release_id)
    cells = [_read(connection, CELLS, r, waves) for r in reachable]
    answers = [_read(connection, ANSWERS, r, waves) for r in reachable]
    hidden = [_read(connection, HIDDEN_ANSWERS, r, waves) for r in reachable]
    return Earlier(
        tuple(f for f in cells if len(f)),
        tuple(f for f in answers if len(f)),
        tuple(f for f in hidden if len(f)),
    )


def _known(connection: duckdb.DuckDBPyConnection) -> set[str]:
    if not _exists(connection, "released"):
        return set()
    rows = connection.execute("SELECT release_id FROM released").fetchall()
    return {release_id for (release_id,) in rows}


def _exists(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    found = connection.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE table_name = ?", [table]
    ).fetchone()
    return bool(found and found[0])


def _read(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    release_id: str,
    waves: pd.DataFrame,
) -> pd.DataFrame:
    """Return one release's rows, their waves counted as they are counted now."""
    if not _exists(connection, table):
        return pd.DataFrame()
    frame = connection.execute(
        f"SELECT * FROM {table} WHERE release_id = ?", [release_id]
    ).df()
    index = dict(zip(waves["wave"], waves["wave_index"], strict=True))
    frame["wave_index"] = frame["wave"].map(index)
    frame = frame.dropna(subset=["wave_index"]).astype({"wave_index": int})
    return frame.drop(columns=["wave", "release_id"])


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Return *frame* with enumerations as text."""
    out = frame.copy()
    for column in out.columns:
        if out[column].dtype == object:
            out[column] = [None if pd.isna(x) else str(x) for x in out[column]]
    return out
