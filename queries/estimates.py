"""Survey estimates, answer distributions and cohort bands of one release."""

from __future__ import annotations

from dataclasses import dataclass, replace

import sqlalchemy as sa

from data.catalogue import SCALE, Text
from data.model.cell import Cell, Coding, Status
from data.model.release_tables import ANSWERS, BANDS, BENCHMARKS, ESTIMATES
from data.model.viewer import Viewer
from queries.cells import cell_of
from queries.scope import cohorts_in_scope, most_own_first, rows_in_scope

DISTRICT = ("district", "all")


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with its 95 % interval, percent."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """One number about one unit in one wave.

    Attributes:
        cell: share favourable with the interval used for comparing.
        shrunk: estimate drawn toward the district, for comparing schools.
        change: word against the same season a year ago; "too_few" if unsaid.
        points: change of the 0–100 mean.
    """

    part: str
    form: str
    wave_index: int
    unit_kind: str
    unit_id: str
    category: str
    cell: Cell
    shrunk: Interval | None
    change: str
    points: float | None
    schools: int | None

    @property
    def compared(self) -> Interval | None:
        """The value a comparison of schools draws: shrunken where there is one."""
        if self.shrunk is not None:
            return self.shrunk
        c = self.cell
        if c.share is None or c.low is None or c.high is None:
            return None
        return Interval(c.share, c.low, c.high)

    @property
    def printed(self) -> Cell:
        """The cell with the one value and interval a page draws, prints and says.

        And the one its download holds.

        Source: specification 7.3.
        """
        if self.shrunk is None or not self.cell.is_shown:
            return self.cell
        if self.cell.coding is not Coding.EXACT:
            return self.cell
        s = self.shrunk
        return replace(self.cell, share=s.value, low=s.low, high=s.high)


def estimates(
    connection: sa.Connection,
    viewer: Viewer,
    *,
    indicator: str,
    part: str | None = SCALE,
    form: str | None = None,
    wave: int | None = None,
    unit_kind: str | None = None,
    unit_id: str | None = None,
    breakdown: str = "all",
) -> list[Estimate]:
    """Return estimates, ordered by part, form, unit and wave; hidden ones keep theirs.

    Args:
        part: the indicator's scale, an item or a made measure; None for all.

    Where a principal's own school has an exact row and a public one, the exact
    one is returned.

    Source: table estimates.
    """
    t = ESTIMATES
    statement = sa.select(t).where(
        t.c.indicator_id == indicator,
        t.c.breakdown == breakdown,
        rows_in_scope(t, viewer),
    )
    for column, value in (
        (t.c.part, part),
        (t.c.form, form),
        (t.c.wave_index, wave),
        (t.c.unit_kind, unit_kind),
        (t.c.unit_id, unit_id),
    ):
        if value is not None:
            statement = statement.where(column == value)
    keys = (
        t.c.part,
        t.c.form,
        t.c.unit_kind,
        t.c.unit_id,
        t.c.category,
        t.c.wave_index,
    )
    statement = statement.order_by(*keys, most_own_first(t))
    found: dict[tuple[str, str, str, str, str, int], Estimate] = {}
    for r in connection.execute(statement):
        key = (r.part, r.form, r.unit_kind, r.unit_id, r.category, r.wave_index)
        if key not in found:
            found[key] = _estimate(r)
    return list(found.values())


def extent(
    connection: sa.Connection, viewer: Viewer, *, indicator: str
) -> tuple[float, float] | None:
    """Return the ends of all intervals of an indicator's scales, over every wave.

    None where the viewer may see no interval. Source: table estimates.
    """
    t = ESTIMATES
    low, high = connection.execute(
        sa.select(
            sa.func.min(sa.func.coalesce(t.c.shrunk_low, t.c.low)),
            sa.func.max(sa.func.coalesce(t.c.shrunk_high, t.c.high)),
        ).where(
            t.c.indicator_id == indicator,
            t.c.part == SCALE,
            t.c.breakdown == "all",
            rows_in_scope(t, viewer),
        )
    ).one()
    return None if low is None or high is None else (low, high)


def _estimate(r: sa.Row[tuple[object, ...]]) -> Estimate:
    return Estimate(
        part=r.part,
        form=r.form,
        wave_index=r.wave_index,
        unit_kind=r.unit_kind,
        unit_id=r.unit_id,
        category=r.category,
        cell=cell_of(r),
        shrunk=_interval(r.shrunk, r.shrunk_low, r.shrunk_high),
        change=r.change or "too_few",
        points=r.points,
        schools=r.schools,
    )


def _interval(
    value: float | None, low: float | None, high: float | None
) -> Interval | None:
    if value is None or low is None or high is None:
        return None
    return Interval(value, low, high)


@dataclass(frozen=True, slots=True)
class AnswerShares:
    """How one item was answered; empty where the distribution is hidden.

    Attributes:
        shares: code → whole percent, only options somebody chose.
    """

    item_id: str
    status: Status
    shares: dict[int, float]


def answer_shares(
    connection: sa.Connection,
    viewer: Viewer,
    *,
    indicator: str,
    form: str,
    wave: int,
    part: str = SCALE,
    unit: tuple[str, str] = DISTRICT,
) -> list[AnswerShares]:
    """Return the distribution of each item of a scale or part, in item order.

    Source: table answers.
    """
    t = ANSWERS
    rows = connection.execute(
        sa.select(t)
        .where(
            t.c.indicator_id == indicator,
            t.c.part == part,
            t.c.form == form,
            t.c.wave_index == wave,
            t.c.unit_kind == unit[0],
            t.c.unit_id == unit[1],
            rows_in_scope(t, viewer),
        )
        .order_by(t.c.item_id, most_own_first(t), t.c.code)
    )
    found: dict[str, tuple[str, AnswerShares]] = {}
    for r in rows:
        scope, shares = found.setdefault(
            r.item_id, (r.scope, AnswerShares(r.item_id, Status(r.status), {}))
        )
        if r.share is not None and r.scope == scope:
            shares.shares[r.code] = r.share
    return [shares for _, shares in found.values()]


@dataclass(frozen=True, slots=True)
class Band:
    """Lowest to highest shrunken estimate of a cohort's schools, unnamed."""

    form: str
    wave_index: int
    low: float
    high: float
    schools: int


def cohort_bands(
    connection: sa.Connection,
    viewer: Viewer,
    *,
    indicator: str,
    cohort: int,
    part: str = SCALE,
) -> list[Band]:
    """Return a cohort's bands by form and wave; none for those outside it.

    Source: table bands.
    """
    t = BANDS
    rows = connection.execute(
        sa.select(t)
        .where(
            t.c.indicator_id == indicator,
            t.c.part == part,
            t.c.cohort_id == cohort,
            cohorts_in_scope(t.c.cohort_id, viewer),
        )
        .order_by(t.c.form, t.c.wave_index)
    )
    return [Band(r.form, r.wave_index, r.low, r.high, r.schools) for r in rows]


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A norm someone else set, in the version that holds for a wave."""

    share: float
    version: str
    name: Text


def benchmark(
    connection: sa.Connection, viewer: Viewer, *, indicator: str, form: str, wave: int
) -> Benchmark | None:
    """Return the benchmark in force in *wave*, its latest version; None without one.

    Source: table benchmarks.
    """
    del viewer  # published elsewhere; the same for everyone
    t = BENCHMARKS
    row = connection.execute(
        sa.select(t)
        .where(t.c.indicator_id == indicator, t.c.form == form, t.c.from_wave <= wave)
        .order_by(t.c.from_wave.desc(), t.c.benchmark_id, t.c.version.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    name = Text.of({"en": row.name_en, "es": row.name_es})
    return Benchmark(row.share, row.version, name)
