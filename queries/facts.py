"""What a release says of itself: district, waves, cohorts, schools."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa

from data.model.release_tables import COHORTS, META, SCHOOLS, WAVES
from data.model.rules import Rules
from data.model.viewer import Viewer
from data.model.waves import Wave, parse_wave


@dataclass(frozen=True, slots=True)
class Cohort:
    """Schools that started together; 0 is "not yet launched".

    Attributes:
        schools: those open in the latest wave; a closed one is in no count of today.
        launch_wave: index of the first wave after launch, None if none yet.
        launches_on: ISO date, or None.
    """

    cohort_id: int
    schools: int
    launch_wave: int | None
    launches_on: str | None
    is_started: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """One release's frame.

    Attributes:
        waves: labels in order; their position is the wave index.
        last_days: of their windows, ISO; None for published results.
        schools: those open in the latest wave.
        closed: those that closed before it.
        rules: thresholds in force, by setting.
    """

    release_id: str
    district: str
    is_demo: bool
    waves: tuple[Wave, ...]
    last_days: tuple[str | None, ...]
    cohorts: tuple[Cohort, ...]
    schools: int
    closed: int
    rules: dict[str, str]

    @property
    def started(self) -> int:
        """Open schools whose students have begun."""
        return sum(c.schools for c in self.cohorts if c.is_started)

    @property
    def latest(self) -> int:
        """Index of the latest wave."""
        return len(self.waves) - 1

    def wave_index(self, label: str | None) -> int:
        """Return the index of a wave in an address; the latest if unknown."""
        for index, wave in enumerate(self.waves):
            if wave.label == label:
                return index
        return self.latest

    def cohort(self, cohort_id: int) -> Cohort:
        """Return one cohort."""
        return next(c for c in self.cohorts if c.cohort_id == cohort_id)

    @property
    def has_cohorts(self) -> bool:
        """True when any school has started or is due to."""
        return any(c.cohort_id for c in self.cohorts)


@dataclass(frozen=True, slots=True)
class School:
    """One school, as everyone may know it."""

    school_id: str
    name: str
    level: str
    area: str | None
    cohort_id: int
    launch_wave: int | None
    closed_on: str | None
    formerly: str | None

    def is_open(self, wave: Wave) -> bool:
        """True up to the wave whose month lies after the closing."""
        return _is_open(self.closed_on, wave)

    def is_started(self, wave_index: int) -> bool:
        """True from the first wave after launch."""
        return self.launch_wave is not None and self.launch_wave <= wave_index


def _rules(meta: dict[str, str]) -> dict[str, str]:
    """Return the rules of a release; what was no setting then was as its default."""
    default = {k: str(v) for k, v in Rules().as_dict().items()}
    kept = {k.removeprefix("rule."): v for k, v in meta.items() if k[:5] == "rule."}
    return default | kept


def _is_open(closed_on: str | None, wave: Wave) -> bool:
    month = "03" if wave.spring else "10"
    return closed_on is None or f"{wave.calendar_year}-{month}" <= closed_on[:7]


def release_facts(connection: sa.Connection, viewer: Viewer) -> Facts:
    """Return the release's frame; the same for every viewer.

    Source: tables meta, waves, cohorts, schools.
    """
    del viewer  # every query names its viewer; this one shows all the same
    meta = {r.key: r.value for r in connection.execute(sa.select(META))}
    # Fetched at once: on DuckDB a second statement ends the first one's rows.
    windows = sa.select(WAVES.c.wave, WAVES.c.closes_on).order_by(WAVES.c.wave_index)
    waves = connection.execute(windows).all()
    cohorts = connection.execute(sa.select(COHORTS).order_by(COHORTS.c.cohort_id)).all()
    known = connection.execute(sa.select(SCHOOLS.c.cohort_id, SCHOOLS.c.closed_on))
    known_waves = [(w, r.closes_on) for r in waves if (w := parse_wave(r.wave))]
    in_order = tuple(w for w, _ in known_waves)
    are_open = [
        (r.cohort_id, not in_order or _is_open(r.closed_on, in_order[-1]))
        for r in known.all()
    ]
    count = Counter(cohort_id for cohort_id, is_open in are_open if is_open)
    return Facts(
        release_id=meta["release_id"],
        district=meta["district"],
        is_demo=meta["is_demo"] == "1",
        waves=in_order,
        last_days=tuple(day for _, day in known_waves),
        cohorts=tuple(
            Cohort(
                r.cohort_id,
                count[r.cohort_id],
                r.launch_wave,
                r.launches_on,
                r.is_started,
            )
            for r in cohorts
        ),
        schools=count.total(),
        closed=len(are_open) - count.total(),
        rules=_rules(meta),
    )


def schools(
    connection: sa.Connection,
    viewer: Viewer,
    *,
    cohort: int | None = None,
    level: str | None = None,
    area: str | None = None,
    search: str = "",
) -> list[School]:
    """Return the schools that fit, in alphabetical order; never ranked.

    Args:
        search: part of a name or id, in any case.

    Source: table schools.
    """
    del viewer  # names, levels and cohorts of schools are public
    statement = sa.select(SCHOOLS).order_by(SCHOOLS.c.name, SCHOOLS.c.school_id)
    if cohort is not None:
        statement = statement.where(SCHOOLS.c.cohort_id == cohort)
    if level:
        statement = statement.where(SCHOOLS.c.level == level)
    if area:
        statement = statement.where(SCHOOLS.c.area == area)
    if search:
        needle = f"%{search.lower()}%"
        statement = statement.where(
            sa.or_(
                sa.func.lower(SCHOOLS.c.name).like(needle),
                sa.func.lower(SCHOOLS.c.school_id).like(needle),
                sa.func.lower(SCHOOLS.c.formerly).like(needle),
            )
        )
    return [
        School(
            r.school_id,
            r.name,
            r.level,
            r.area,
            r.cohort_id,
            r.launch_wave,
            r.closed_on,
            r.formerly,
        )
        for r in connection.execute(statement)
    ]


def school(
    connection: sa.Connection, viewer: Viewer, *, school_id: str
) -> School | None:
    """Return one school by id, or None where there is none."""
    found = schools(connection, viewer, search=school_id)
    return next((s for s in found if s.school_id == school_id), None)


def levels_and_areas(
    connection: sa.Connection, viewer: Viewer
) -> tuple[list[str], list[str]]:
    """Return the levels and areas that occur, for the filters."""
    del viewer
    found = []
    for column in (SCHOOLS.c.level, SCHOOLS.c.area):
        rows = connection.execute(
            sa.select(column).distinct().where(column.is_not(None)).order_by(column)
        )
        found.append([r[0] for r in rows])
    return found[0], found[1]
