"""The adoption rubric of schools and cohorts in one release."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from data.model.cell import Status
from data.model.release_tables import (
    RUBRIC_CELLS,
    RUBRIC_GROUPS,
    RUBRIC_MEANS,
    RUBRIC_SCHOOLS,
)
from data.model.viewer import Viewer
from queries.scope import most_own_first, rows_in_scope


@dataclass(frozen=True, slots=True)
class Stages:
    """How many schools of a unit are at each stage in a wave.

    Attributes:
        counts: stage 0 to 4; None where it would give one school away.
        adoption: mean index 0–100; None where the viewer may not see it.
    """

    unit_kind: str
    unit_id: str
    wave_index: int
    status: Status
    schools: int
    counts: tuple[int, ...] | None
    adoption: float | None


@dataclass(frozen=True, slots=True)
class SchoolAdoption:
    """One school's rubric in one wave; cells only where the viewer may see them."""

    school_id: str
    wave_index: int
    stage: int | None
    adoption: float | None
    attributes: dict[str, float]
    cells: dict[tuple[str, str], int]

    @property
    def swell(self) -> float | None:
        """How far the practice has taken root, 0–100, to draw a line's thickness.

        The index; where a school publishes only its attribute means, what they
        come to.
        """
        if self.adoption is not None:
            return self.adoption
        known = [x for x in self.attributes.values() if x is not None]
        return 100 * sum(known) / (4 * len(known)) if known else None


def stages(connection: sa.Connection, viewer: Viewer) -> list[Stages]:
    """Return stage counts of the district and each cohort, by wave.

    Source: table rubric_groups.
    """
    t = RUBRIC_GROUPS
    rows = connection.execute(
        sa.select(t)
        .where(rows_in_scope(t, viewer))
        .order_by(t.c.unit_kind, t.c.unit_id, t.c.wave_index, most_own_first(t))
    )
    found: dict[tuple[str, str, int], Stages] = {}
    for r in rows:
        status = Status(r.status)
        counts = (r.stage_0, r.stage_1, r.stage_2, r.stage_3, r.stage_4)
        found.setdefault(
            (r.unit_kind, r.unit_id, r.wave_index),
            Stages(
                r.unit_kind,
                r.unit_id,
                r.wave_index,
                status,
                r.schools,
                counts if status is Status.SHOWN else None,
                r.adoption,
            ),
        )
    return list(found.values())


def school_adoption(
    connection: sa.Connection,
    viewer: Viewer,
    *,
    wave: int | None = None,
    school_id: str | None = None,
    cells: bool = False,
) -> list[SchoolAdoption]:
    """Return the rubric of each school the viewer may see, by school and wave.

    Args:
        cells: also read the twelve ratings; without, they stay empty.

    A school that has not agreed to publish has no row for the public.

    Source: tables rubric_schools, rubric_cells.
    """
    t, c = RUBRIC_SCHOOLS, RUBRIC_CELLS
    wanted = [rows_in_scope(t, viewer)]
    wanted_cells = [rows_in_scope(c, viewer)]
    for value, name in ((wave, "wave_index"), (school_id, "school_id")):
        if value is not None:
            wanted.append(t.c[name] == value)
            wanted_cells.append(c.c[name] == value)
    rated: dict[tuple[str, int], dict[tuple[str, str], int]] = {}
    if cells:
        for r in connection.execute(sa.select(c).where(*wanted_cells)):
            of_school = rated.setdefault((r.school_id, r.wave_index), {})
            of_school[r.attribute, r.domain] = r.level
    found: dict[tuple[str, int], SchoolAdoption] = {}
    order = (t.c.school_id, t.c.wave_index, most_own_first(t))
    for r in connection.execute(sa.select(t).where(*wanted).order_by(*order)):
        key = (r.school_id, r.wave_index)
        attributes = {
            "voice": r.voice,
            "co_creation": r.co_creation,
            "social_construction": r.social_construction,
            "self_discovery": r.self_discovery,
        }
        found.setdefault(
            key,
            SchoolAdoption(
                r.school_id,
                r.wave_index,
                r.stage,
                r.adoption,
                attributes,
                rated.get(key, {}),
            ),
        )
    return list(found.values())


def cell_means(
    connection: sa.Connection, viewer: Viewer, *, wave: int
) -> dict[str, dict[tuple[str, str], float]]:
    """Return the mean level of the twelve cells by cohort id, for one wave.

    Source: table rubric_means.
    """
    t = RUBRIC_MEANS
    rows = connection.execute(
        sa.select(t).where(
            t.c.wave_index == wave,
            t.c.unit_kind == "cohort",
            rows_in_scope(t, viewer),
        )
    )
    found: dict[str, dict[tuple[str, str], float]] = {}
    for r in rows:
        found.setdefault(r.unit_id, {})[r.attribute, r.domain] = r.level
    return found
