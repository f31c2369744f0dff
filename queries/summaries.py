"""Results published elsewhere: their measures, spread and values by school."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from data.catalogue import Text
from data.model.cell import Cell
from data.model.release_tables import (
    SCHOOLS,
    SUMMARY_MEASURES,
    SUMMARY_SPREADS,
    SUMMARY_VALUES,
)
from data.model.viewer import Viewer
from queries.cells import cell_of
from queries.scope import rows_in_scope


@dataclass(frozen=True, slots=True)
class Measure:
    """One published measure under its own name; in its own words."""

    measure_id: str
    indicator_id: str
    respondents: str
    source: Text
    name: Text
    definition: Text
    has_n: bool


@dataclass(frozen=True, slots=True)
class Spread:
    """How the schools of a unit lie in one wave, percent."""

    unit_kind: str
    unit_id: str
    wave_index: int
    schools: int
    lowest_tenth: float
    quarter: float
    median: float
    three_quarters: float
    highest_tenth: float


@dataclass(frozen=True, slots=True)
class SchoolValue:
    """One school's published share in one wave."""

    school_id: str
    school_name: str
    level: str | None
    area: str | None
    wave_index: int
    cell: Cell


@dataclass(frozen=True, slots=True)
class SchoolPage:
    """Some of the schools that fit, in alphabetical order, and how many fit."""

    values: list[SchoolValue]
    total: int


def measures(
    connection: sa.Connection, viewer: Viewer, *, indicator: str | None = None
) -> list[Measure]:
    """Return the published measures, or those beside one indicator.

    Source: table summary_measures; the file of each audience holds only those
    it may see.
    """
    del viewer
    t = SUMMARY_MEASURES
    statement = sa.select(t).order_by(t.c.indicator_id, t.c.measure_id)
    if indicator is not None:
        statement = statement.where(t.c.indicator_id == indicator)
    return [
        Measure(
            r.measure_id,
            r.indicator_id,
            r.respondents,
            Text.of({"en": r.source_en, "es": r.source_es}),
            Text.of({"en": r.name_en, "es": r.name_es}),
            Text.of({"en": r.definition_en, "es": r.definition_es}),
            r.has_n,
        )
        for r in connection.execute(statement)
    ]


def spreads(connection: sa.Connection, viewer: Viewer, *, measure: str) -> list[Spread]:
    """Return how schools lie on one measure, by unit and wave.

    Source: table summary_spreads.
    """
    del viewer
    t = SUMMARY_SPREADS
    rows = connection.execute(
        sa.select(t)
        .where(t.c.measure_id == measure)
        .order_by(t.c.unit_kind, t.c.unit_id, t.c.wave_index)
    )
    return [
        Spread(
            r.unit_kind,
            r.unit_id,
            r.wave_index,
            r.schools,
            r.lowest_tenth,
            r.quarter,
            r.median,
            r.three_quarters,
            r.highest_tenth,
        )
        for r in rows
    ]


def school_values(
    connection: sa.Connection,
    viewer: Viewer,
    *,
    measure: str,
    wave: int | None = None,
    school_id: str | None = None,
    level: str | None = None,
    area: str | None = None,
    search: str = "",
    limit: int | None = None,
    offset: int = 0,
) -> SchoolPage:
    """Return one page of schools in alphabetical order, and how many there are.

    Source: tables summary_values, schools.
    """
    t, s = SUMMARY_VALUES, SCHOOLS
    where = [t.c.measure_id == measure, rows_in_scope(t, viewer)]
    if wave is not None:
        where.append(t.c.wave_index == wave)
    if school_id is not None:
        where.append(t.c.school_id == school_id)
    if level:
        where.append(s.c.level == level)
    if area:
        where.append(s.c.area == area)
    if search:
        where.append(sa.func.lower(s.c.name).like(f"%{search.lower()}%"))
    joined = t.join(s, t.c.school_id == s.c.school_id)
    total = connection.execute(
        sa.select(sa.func.count()).select_from(joined).where(*where)
    ).scalar_one()
    rows = connection.execute(
        sa.select(t, s.c.name, s.c.level, s.c.area)
        .select_from(joined)
        .where(*where)
        .order_by(s.c.name, s.c.school_id, t.c.wave_index)
        .limit(limit)
        .offset(offset)
    )
    values = [
        SchoolValue(
            r.school_id,
            r.name,
            r.level,
            r.area,
            r.wave_index,
            cell_of(r),
        )
        for r in rows
    ]
    return SchoolPage(values, total)
