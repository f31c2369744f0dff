"""A row of a release file as a Cell: the same columns in every table that has them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from data.model.cell import Cell, Coding, Status


def cell_of(row: sa.Row[Any]) -> Cell:
    """Return the cell of a row with status, share, interval, coding, n and rate."""
    return Cell(
        Status(row.status),
        share=row.share,
        low=row.low,
        high=row.high,
        coding=Coding(row.coding or "exact"),
        n_band=row.n_band,
        n=row.n,
        eligible=row.eligible,
        rate=row.rate,
    )
