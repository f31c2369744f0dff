"""The public's tables whole, for whoever wants to count for themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from data.model.release_tables import TABLES
from data.model.viewer import PUBLIC, Viewer
from queries.scope import rows_in_scope

# In the order a reader needs them; what is empty for the public is left out.
DATASETS = (
    "estimates", "figures", "answers", "scales", "rubric_groups", "rubric_schools",
    "occasions", "outcomes", "benchmarks", "schools", "cohorts", "waves",
    "summary_measures", "summary_values", "summary_spreads", "definitions", "relations",
    "readers",
)  # fmt: skip
CHUNK = 2_000
Row = Sequence[Any]  # Any: values of a declared table


def columns_of(dataset: str) -> list[str]:
    """Return the columns of a dataset, in the dictionary's order."""
    return [c.name for c in TABLES[dataset].columns]


def row_count(connection: sa.Connection, viewer: Viewer, dataset: str) -> int:
    """Return how many rows *viewer* may download of a dataset."""
    statement = sa.select(sa.func.count()).select_from(TABLES[dataset])
    return int(connection.execute(_scoped(statement, viewer, dataset)).scalar_one())


def rows_of(
    connection: sa.Connection, viewer: Viewer, dataset: str
) -> Iterator[list[Row]]:
    """Yield every row *viewer* may download, in the order of its key, in chunks."""
    table = TABLES[dataset]
    statement = _scoped(sa.select(table), viewer, dataset)
    statement = statement.order_by(*table.primary_key.columns)
    found = connection.execution_options(stream_results=True).execute(statement)
    while rows := found.fetchmany(CHUNK):
        yield [tuple(r) for r in rows]


def _scoped(statement: Any, viewer: Viewer, dataset: str) -> Any:  # Any: a select
    table = TABLES[dataset]
    if "scope" not in table.c:
        return statement
    return statement.where(rows_in_scope(table, viewer))


OPEN_TO = PUBLIC
