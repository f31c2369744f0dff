"""What was hidden and why: the data steward's own table."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from data.model.release_tables import ESTIMATES, HIDDEN
from data.model.viewer import Viewer
from queries.scope import stewards_only


@dataclass(frozen=True, slots=True)
class HiddenCount:
    """How many cells of one kind an audience does not see, and why."""

    audience: str
    wave_index: int
    unit_kind: str
    reason: str
    cells: int


@dataclass(frozen=True, slots=True)
class HiddenCell:
    """One hidden cell and the finer reason."""

    indicator: str
    part: str
    form: str
    wave_index: int
    unit_kind: str
    unit_id: str
    breakdown: str
    category: str
    reason: str


def hidden_counts(connection: sa.Connection, viewer: Viewer) -> list[HiddenCount]:
    """Return how much is hidden from whom, and why, by wave.

    Raises:
        AccessDenied: the viewer is not the data steward.

    Source: table hidden.
    """
    stewards_only(viewer)
    t = HIDDEN
    keys = (t.c.audience, t.c.wave_index, t.c.unit_kind, t.c.reason)
    rows = connection.execute(
        sa.select(*keys, sa.func.count().label("cells")).group_by(*keys).order_by(*keys)
    )
    return [
        HiddenCount(r.audience, r.wave_index, r.unit_kind, r.reason, r.cells)
        for r in rows
    ]


def hidden_cells(
    connection: sa.Connection,
    viewer: Viewer,
    *,
    audience: str,
    wave: int,
    indicator: str,
) -> list[HiddenCell]:
    """Return every cell of one indicator hidden from *audience* in one wave.

    Raises:
        AccessDenied: the viewer is not the data steward.

    Source: table hidden.
    """
    stewards_only(viewer)
    t = HIDDEN
    rows = connection.execute(
        sa.select(t)
        .where(
            t.c.audience == audience,
            t.c.wave_index == wave,
            t.c.indicator_id == indicator,
        )
        .order_by(t.c.part, t.c.form, t.c.unit_kind, t.c.unit_id, t.c.category)
    )
    return [
        HiddenCell(
            r.indicator_id,
            r.part,
            r.form,
            r.wave_index,
            r.unit_kind,
            r.unit_id,
            r.breakdown,
            r.category,
            r.reason,
        )
        for r in rows
    ]


@dataclass(frozen=True, slots=True)
class Rate:
    """The response rate of one form in one wave, district-wide."""

    form: str
    wave_index: int
    rate: int | None
    n: int | None


def response_rates(connection: sa.Connection, viewer: Viewer) -> list[Rate]:
    """Return who answered, form by form and wave by wave, best-answered scale first.

    Raises:
        AccessDenied: the viewer is not the data steward.

    Source: table estimates.
    """
    stewards_only(viewer)
    t = ESTIMATES
    rows = connection.execute(
        sa.select(t.c.form, t.c.wave_index, sa.func.max(t.c.rate), sa.func.max(t.c.n))
        .where(t.c.unit_kind == "district", t.c.breakdown == "all")
        .group_by(t.c.form, t.c.wave_index)
        .order_by(t.c.form, t.c.wave_index)
    )
    return [Rate(*r) for r in rows]
