"""Release files a test draws by hand: a few rows, written as every release is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import sqlalchemy as sa
from duckdb_engine import ConnectionWrapper

from data.model.reading import open_release_file
from data.model.release_tables import TABLES
from data.model.viewer import Role, Viewer
from data.publish.files import write_file

PUBLIC = Viewer(Role.PUBLIC)
TEACHER = Viewer(Role.TEACHER, frozenset({"A"}))
PRINCIPAL = Viewer(Role.PRINCIPAL, frozenset({"A"}))
OTHER_PRINCIPAL = Viewer(Role.PRINCIPAL, frozenset({"C"}))
OFFICE = Viewer(Role.DISTRICT)
STEWARD = Viewer(Role.STEWARD)

# What a row is about where its drawing does not say.
USUAL = {
    "indicator_id": "LX-1",
    "part": "scale",
    "form": "student_6_12",
    "wave_index": 0,
    "unit_kind": "school",
    "unit_id": "A",
    "breakdown": "all",
    "category": "all",
    "about": "",
    "scope": "all",
    "status": "shown",
}


def rows(table: str, drawn: str, **usual: object) -> pd.DataFrame:
    """Return the rows of a table drawn with `|`; `-` is a missing value."""
    head, *lines = [
        [cell.strip() for cell in line.split("|")]
        for line in drawn.strip().splitlines()
        if not set(line) <= set(" -+|")
    ]
    found = []
    for line in lines:
        row = {**USUAL, **usual, **dict(zip(head, line, strict=True))}
        found.append(
            {
                column.name: _value(column, row[column.name])
                for column in TABLES[table].columns
                if column.name in row
            }
        )
    return pd.DataFrame(found, dtype=object)


def _value(column: sa.Column, text: object) -> object:
    if not isinstance(text, str):
        return text
    if text == "-":
        return None
    if isinstance(column.type, sa.Boolean):
        return text == "yes"
    if isinstance(column.type, sa.Double):
        return float(text)
    if isinstance(column.type, sa.Integer):
        return int(text)
    return text


SCHOOLS = rows(
    "schools",
    """
    school_id | name  | level  | area  | cohort_id | launch_wave | closed_on  | formerly
    ----------+-------+--------+-------+-----------+-------------+------------+---------
    A         | Alder | high   | North | 1         | 0           | -          | -
    B         | Birch | middle | North | 1         | 0           | -          | Old Mill
    C         | Cedar | high   | South | 2         | 1           | -          | -
    D         | Dogwood | elementary | - | 0       | -           | 2026-06-30 | -
    """,
)
WAVES = rows(
    "waves",
    """
    wave_index | wave     | opens_on   | closes_on
    0          | 2025-26F | 2025-10-06 | 2025-10-30
    1          | 2025-26S | 2026-03-02 | 2026-03-27
    2          | 2026-27F | -          | -
    """,
)
META = rows(
    "meta",
    """
    key                | value
    release_id         | 2026-27F.1
    district           | Small Town
    is_demo            | 0
    code_version       | 3
    rule.min_n_student | 10
    """,
)


def write_release_file(path: Path, **tables: pd.DataFrame) -> Path:
    """Write one audience's file of three waves and four schools, and more tables."""
    write_file(path, {"schools": SCHOOLS, "waves": WAVES, "meta": META, **tables})
    return path


@contextmanager
def reading(path: Path) -> Iterator[sa.Connection]:
    """Open a release file as the website does."""
    engine = sa.create_engine(
        f"duckdb:///{path}",
        creator=lambda: ConnectionWrapper(open_release_file(path)),
    )
    with engine.connect() as connection:
        yield connection
    engine.dispose()
